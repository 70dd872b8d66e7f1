"""How much of what there should be is in the graph, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from foc_graph.graph import Graph
from foc_graph.store.results import Record, Rows

STATES = ("complete", "partial", "unknown")
_MEMBERS = "members"


class Extent(NamedTuple):
    """How much of the list of a coalition's members is known: `share` is 0 to 1, and None where nobody knows."""

    text: str
    state: str
    share: float | None


class ListCount(NamedTuple):
    """Of one kind of list, how many are in which of the `STATES`."""

    name: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


_STATEMENTS = """SELECT ?body ?list ?state ?expected_min ?expected_max
WHERE {
  ?statement coal:completenessOf ?body ;
             coal:list/skos:notation ?list ;
             coal:completenessState/skos:notation ?state .
  OPTIONAL { ?statement coal:expectedMin ?expected_min }
  OPTIONAL { ?statement coal:expectedMax ?expected_max }
}
ORDER BY STR(?body) ?list STR(?state)
"""
"""The columns of the stored query `completeness` but for `known`: to count all lists would take long."""


def statements(graph: Graph) -> list[Record]:
    """What is stated of the lists of coalitions, bodies and documents."""
    rows = graph.sparql(_STATEMENTS)
    assert isinstance(rows, Rows)
    return list(rows)


def of_members(rows: Iterable[Record]) -> dict[str, Record]:
    """What is stated of the list of members of each coalition or body, by IRI."""
    return {row["body"]: row for row in rows if row["list"] == _MEMBERS}


def list_counts(rows: Iterable[Record]) -> list[ListCount]:
    """The kinds of lists, the most frequent first."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row["list"], Counter())[row["state"]] += 1
    counts = [ListCount(name, {state: states[state] for state in STATES}) for name, states in found.items()]
    return sorted(counts, key=lambda one: (-one.total, one.name))


def extent(row: Record | None, known: int) -> Extent:
    """How much of a list is known, by what is stated of it; `known` is how many are in the graph."""
    if row is None:
        return Extent("not stated", "unknown", None)
    least, most, state = row["expected_min"], row["expected_max"], row["state"]
    if state == "complete":
        return Extent("complete", state, 1.0)
    whole = most or least
    if state == "unknown" or not whole:
        return Extent("not known" if state == "unknown" else f"{known}, not all", state, None)
    expected = f"{least} to {most}" if least and most and least != most else f"{whole}"
    return Extent(f"{known} of {expected}{'' if most else ' or more'}", state, min(1.0, known / whole))
