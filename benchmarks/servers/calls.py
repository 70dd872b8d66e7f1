"""What the servers are asked: stored queries with their parameters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from foc_graph.graph import Graph
from foc_graph.store.results import Rows

Call = tuple[str, dict[str, str]]

SIX: Sequence[Call] = (
    ("chairs", {"coalition": "foc"}),
    ("mandates", {"coalition": "foc"}),
    ("memberships_of", {"agent": "government/nl"}),
    ("people", {"body": "foc/wg1"}),
    ("functions", {"body": "foc/wg1"}),
    ("composition", {"body": "foc/wg1"}),
)
DAYS = 6000
YEARS = tuple(map(str, range(2008, 2018)))


class Light(NamedTuple):
    """A query of one thing: its parameter, the things it is asked of (`?thing` of a pattern), and as of which dates."""

    query: str
    parameter: str
    things: str
    dates: Sequence[str] = ("",)


LIGHT = (
    Light("memberships_of", "agent", "?membership org:member ?thing"),
    Light("people", "body", "?mandate coal:empowers ?thing", YEARS),
    Light("why", "thing", "?thing a coal:Document"),
    Light("endorsers", "document", "?endorsement coal:endorses ?thing"),
    Light("mandate_lineage", "body", "?mandate coal:empowers ?thing"),
    Light("functions", "body", "?mandate coal:empowers ?thing"),
)


def each_day() -> list[Call]:
    """The members of a coalition on each of many days."""
    return [("members", {"coalition": "foc", "as_of": str(date(2005, 1, 1) + timedelta(day))}) for day in range(DAYS)]


def light(graph: Graph) -> list[Call]:
    """Each light query of everything that it is asked of, shuffled."""
    calls: list[Call] = []
    for query, parameter, things, dates in LIGHT:
        rows = graph.sparql(f"SELECT DISTINCT ?thing WHERE {{ {things} }} ORDER BY ?thing")
        assert isinstance(rows, Rows)
        for day in dates:
            calls += [(query, {parameter: row["thing"]} | ({"as_of": day} if day else {})) for row in rows]
    random.Random(1).shuffle(calls)
    return calls
