"""Binding parameters: names, types, repeated values, and the words that errors use."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from foc_graph.catalogue.binding import bind, insert
from foc_graph.catalogue.query import Parameter, StoredQuery
from foc_graph.errors import AmbiguousNameError, FocGraphError, ParameterError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.terms import BASE, COAL


@pytest.mark.parametrize("name", ["wg1", "foc/wg1", f"{BASE}id/foc/wg1"])
def test_a_body_is_named_by_slug_or_iri(graph: Graph, name: str) -> None:
    assert graph.resolve(name).value == BASE + "id/foc/wg1"
    assert len(graph.rows("functions", body=name)) >= 2


def test_the_type_of_a_parameter_narrows_a_name(graph: Graph) -> None:
    assert "id/government/ee" in graph.bound("memberships_of", agent="ee")
    with pytest.raises(AmbiguousNameError, match=r"country/ee.*government/ee"):
        graph.resolve("ee")


@pytest.mark.parametrize(
    ("query", "given", "error", "message"),
    [
        ("membrs", {}, UnknownNameError, "did you mean members"),
        ("members", {"coalitoin": "foc"}, UnknownNameError, "did you mean coalition"),
        ("members", {"coalition": "fox"}, UnknownNameError, "did you mean foc"),
        ("members", {"coalition": "FOC"}, UnknownNameError, "did you mean foc"),
        ("members", {"coalition": "wg1"}, UnknownNameError, "unknown coalition 'wg1'"),
        ("members", {"coalition": "foc", "as_of": "2015-13"}, ParameterError, "as_of: '2015-13' is not a date"),
        ("members", {}, ParameterError, "members needs coalition: .*for example foc"),
        ("members", {"coalition": ["foc", "foc"]}, ParameterError, "takes one value, not 2"),
        ("functions", {"body": "wg9"}, UnknownNameError, "did you mean wg"),
        ("functions", {"body": "working group 1"}, UnknownNameError, "unknown body 'working group 1'"),
        ("functions", {"body": "Friends of the chair"}, UnknownNameError, "did you mean foc/fotc"),
        ("functions", {"body": "http://example.org/x> } #"}, UnknownNameError, "unknown body"),
        ("bodies", {"coalition": "foc", "kind": "task-forc"}, UnknownNameError, "did you mean task-force"),
    ],
)
def test_what_cannot_be_bound_is_said_in_one_line(
    graph: Graph, query: str, given: dict[str, object], error: type[FocGraphError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        graph.query(query, **given)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_clauses_are_put_after_every_where_and_nowhere_else() -> None:
    text = 'SELECT ?where WHERE { { SELECT ?x where\n{ ?x <http://e/WHERE> "WHERE {" } } # WHERE {\n }'
    added = '\n  BIND("1" AS ?a)\n  BIND(<http://e> AS ?b)'
    expected = text.replace("WHERE { {", f"WHERE {{{added} {{", 1).replace("where\n{", f"where\n{{{added}", 1)
    assert insert(text, ['BIND("1" AS ?a)', "BIND(<http://e> AS ?b)"]) == expected
    assert insert(text, []) == text


def test_a_repeated_parameter_is_bound_to_each_value() -> None:
    store = EmbeddedStore.in_memory()
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store.load([ox.Quad(ox.NamedNode(f"{BASE}id/{name}"), kind, ox.NamedNode(COAL + "Coalition")) for name in "ab"])
    parameter = Parameter("coalitions", "coalition", "coalitions to compare", repeatable=True)
    text = "SELECT ?coalitions WHERE { }"
    query = StoredQuery("x", "x", "x", (), (parameter,), {}, "", (), text)
    assert (
        bind(query, {"coalitions": ["a"]}, store, BASE)
        == f"SELECT ?coalitions WHERE {{\n  BIND(<{BASE}id/a> AS ?coalitions) }}"
    )
    both = bind(query, {"coalitions": ["a", f"{BASE}id/b"]}, store, BASE)
    assert both == f"SELECT ?coalitions WHERE {{\n  VALUES (?coalitions) {{ (<{BASE}id/a>) (<{BASE}id/b>) }} }}"
    assert bind(query, {}, store, BASE) == text
