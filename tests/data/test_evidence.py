"""The table of evidence speaks of what the packaged graph has: its things, their values and its sources."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pyoxigraph as ox
import pytest

from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, iri_of
from foc_graph.store.results import as_rows
from tests.support import ROOT

COLUMNS = ["thing", "property", "value", "source", "support", "locator", "note"]
SUPPORT = {"states", "implies", "contradicts", "not-visible", "none-found"}
HEADER, *LINES = (ROOT / "data" / "evidence.tsv").read_bytes().decode().removesuffix("\n").split("\n")
ROWS = [line.split("\t") for line in LINES]

STATED = "SELECT ?thing ?property ?value WHERE { ?thing ?property ?value }"
CLAIMED = """PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?thing ?property ?value WHERE {
    ?claim rdf:subject ?thing .
    ?claim rdf:predicate ?property .
    ?claim rdf:object ?value .
}"""


def as_written(value: object) -> str:
    """A value as the table has it: an IRI in angle brackets, relative to the base, or the text of a literal."""
    assert isinstance(value, ox.NamedNode | ox.Literal | ox.BlankNode)
    return f"<{value.value.removeprefix(BASE)}>" if isinstance(value, ox.NamedNode) else value.value


@pytest.fixture(scope="module")
def told(graph: Graph) -> set[tuple[str, str, str]]:
    """Each thing of the graph, a property of it, and a value that is stated or claimed."""
    found: set[tuple[str, str, str]] = set()
    for query in (STATED, CLAIMED):
        rows = as_rows(graph.sparql(query))
        found |= {
            (thing.value, property.value, as_written(value))
            for thing, property, value in rows.terms
            if isinstance(thing, ox.NamedNode)
        }
    return found


def faults(right: Callable[[list[str]], bool]) -> list[str]:
    """The rows that are not right, each with its line."""
    return [f"line {number}: {' | '.join(row)}" for number, row in enumerate(ROWS, start=2) if not right(row)]


def test_it_has_the_columns_that_the_docs_name() -> None:
    assert HEADER.split("\t") == COLUMNS
    assert faults(lambda row: len(row) == len(COLUMNS)) == []


def test_each_thing_has_the_value(told: set[tuple[str, str, str]]) -> None:
    assert faults(lambda row: (f"{BASE}id/{row[0]}", iri_of(row[1]), row[2]) in told) == []


def test_each_source_is_in_the_graph(told: set[tuple[str, str, str]]) -> None:
    sources = {thing for thing, property, value in told if (property, value) == (iri_of("rdf:type"), "<ns#Source>")}
    assert faults(lambda row: f"{BASE}id/source/{row[3]}" in sources) == []


def test_each_support_is_one_of_five() -> None:
    assert faults(lambda row: row[4] in SUPPORT) == []
    assert {row[4] for row in ROWS} == SUPPORT


def test_rows_are_sorted_and_say_a_thing_once() -> None:
    pairs = pairwise(row[:4] for row in ROWS)
    assert [
        f"line {number}: not after the line above it" for number, (one, two) in enumerate(pairs, 3) if one >= two
    ] == []
