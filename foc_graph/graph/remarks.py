"""Remarks on an answer: what its certainty means, why it is empty, and which terms of a query nothing has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from foc_graph.dates import between, in_words
from foc_graph.errors import near_names, quoted
from foc_graph.namespaces import PREFIXES, iri_of, short
from foc_graph.sparql.syntax import prefixes
from foc_graph.sparql.tokens import tokens
from foc_graph.store.labels import find_labels
from foc_graph.store.results import Result, Rows, as_rows

if TYPE_CHECKING:
    from foc_graph.graph import Graph
    from foc_graph.queries.binding import Bound

CERTAINTIES = {
    "certain": "the sources show it",
    "presumed": "still so when last checked, before that date",
    "possible": "the known dates allow it, and no source settles it",
}
"""The meanings of the column `certainty` of an answer as of a date (`docs/explanation/time.md`)."""

_RECORDS = ("membership", "mandate", "body", "event")
"""The columns that may hold the thing whose dates an answer is about, the first one of these that there is."""

THINGS = ("coalition", "body", "agent", "thing")
"""The types of parameters whose values are things."""

_BOUNDS = tuple(map(iri_of, ("coal:beginsEarliest", "coal:beginsLatest", "coal:endsEarliest", "coal:endsLatest")))


class Remark(NamedTuple):
    """A line about an answer, and where to read on, if anywhere: a stored query with a parameter and its value."""

    text: str
    more: str = ""
    query: str = ""
    parameter: str = ""
    value: str = ""

    def __str__(self) -> str:
        """Write it with the command to read on."""
        return f"{self.text}. {self.more}: foc query {self.query} {self.value}" if self.query else self.text


def explain_certainty(rows: Rows, base: str) -> Remark | None:
    """Explain the certainties among rows as of a date, and how to see the reasons for one.

    Nothing is to be explained where all rows are certain, or none is as of a date.
    """
    found = {row["certainty"] for row in rows} if "certainty" in rows.columns else set()
    if not found & {"presumed", "possible"}:
        return None
    meanings = "; ".join(f"{name}: {meaning}" for name, meaning in CERTAINTIES.items() if name in found)
    column = next((one for one in _RECORDS if one in rows.columns), None)
    doubtful = next((row[column] for row in rows if row["certainty"] != "certain"), None) if column else None
    if not doubtful:
        return Remark(meanings)
    return Remark(meanings, "What the sources say", "why", "thing", short(doubtful, base))


def explain_empty(graph: Graph, bound: Bound) -> Remark | None:
    """Explain why a stored query gave no rows, as far as the graph tells."""
    query, readings = bound.query, bound.readings
    things = [
        (reading.exact, reading.terms[0])
        for parameter in query.parameters
        if parameter.type in THINGS
        for reading in readings.get(parameter.name, ())
    ]
    dates = readings.get("as_of")
    if dates:
        first, last = (term.value for term in dates[0].terms if isinstance(term, ox.Literal))
        for _, thing in things:
            if reason := _not_then(graph, thing, first, last):
                return Remark(f"{reason}, and the answer is as of {in_words(dates[0].exact)}")
    given = {name: [one.exact for one in found] for name, found in readings.items()}
    for parameter in query.parameters:
        if parameter.name in given and not parameter.required and parameter.type not in THINGS:
            others = {name: values for name, values in given.items() if name != parameter.name}
            count = _count(graph.query(query.name, **others))
            if count:
                return Remark(f"without {parameter.name} there {'is 1 row' if count == 1 else f'are {count} rows'}")
    if texts := [one.exact for one in readings.get("text", ())]:
        near = [short(iri, graph.base) for iri in graph.resolver.near("thing", texts[0])]
        return Remark(f"did you mean {' or '.join(near)}?" if near else f"nothing is called {quoted(texts[0])}")
    coalition = next((exact.partition("/")[0] for exact, _ in things), "")
    if coalition and "completeness" in graph.queries:
        return Remark(
            "nothing of this kind is on record",
            "See how complete the lists are",
            "completeness",
            "coalition",
            coalition,
        )
    return None


def unknown_terms(graph: Graph, query: str) -> Iterator[str]:
    """Give a line for each term of a known vocabulary that a query names and nothing in the graph has.

    `query` is SPARQL that the graph has answered.
    """
    found = list(tokens(query))
    namespaces = {**PREFIXES, **prefixes(found)}
    named: dict[str, str] = {}
    for token in found:
        prefix, _, local = token.text.partition(":")
        iri = namespaces.get(prefix, "") + local if token.kind == "name" else token.text[1:-1]
        space = next((one for one in PREFIXES.values() if iri.startswith(one)), "")
        if token.kind in ("iri", "name") and space and iri != space and space != PREFIXES["xsd"]:
            named[iri] = token.text
    if not named:
        return
    values = " ".join(str(ox.NamedNode(iri)) for iri in named)
    absent = as_rows(
        graph.sparql(
            f"SELECT ?term WHERE {{ VALUES ?term {{ {values} }} FILTER NOT EXISTS {{ ?term ?p ?o }} "
            "FILTER NOT EXISTS { ?s ?term ?o } FILTER NOT EXISTS { ?s ?p ?term } }"
        )
    )
    unknown = [row["term"] for row in absent]
    if not unknown:
        return
    used = "{ SELECT DISTINCT ?term WHERE { ?s ?term ?o } } UNION { SELECT DISTINCT ?term WHERE { ?s a ?term } }"
    known = [
        curie for row in as_rows(graph.sparql(f"SELECT ?term WHERE {{ {used} }}")) if (curie := short(row["term"]))
    ]
    for iri in unknown if known else ():  # of an empty graph all terms are unknown
        near = near_names(short(iri), known)
        hint = f": did you mean {' or '.join(near)}?" if near else ""
        yield f"nothing in the graph has {named[iri]}{hint}"


def _not_then(graph: Graph, thing: object, first: str, last: str) -> str:
    """Say that a thing began after a period, or ended before it; nothing where it may have been there."""
    values = " ".join(f"<{iri}>" for iri in _BOUNDS)
    rows = as_rows(graph.sparql(f"SELECT ?bound ?day WHERE {{ VALUES ?bound {{ {values} }} {thing} ?bound ?day }}"))
    days = {row["bound"]: row["day"] for row in rows}
    began, begun, ending, ended = (days.get(one) for one in _BOUNDS)
    assert isinstance(thing, ox.NamedNode)
    name = find_labels(graph.store, [thing.value]).get(thing.value) or short(thing.value, graph.base)
    if began and began > last:
        return f"{name} began {_when(began, begun) or f'after {in_words(last)}'}"
    if ended and ended < first:
        return f"{name} ended {_when(ending, ended)}"
    return ""


def _when(earliest: str | None, latest: str | None) -> str:
    """Say between, on or in which days something happened."""
    words = between(earliest, latest)
    preposition = "" if words.startswith(("between", "by")) else "on " if earliest == latest else "in "
    return words and f"{preposition}{words}"


def _count(result: Result) -> int:
    return len(result) if isinstance(result, Rows) else 0
