"""Binding parameters: names, types, repeated values, and the words that errors use."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from foc_graph import namespaces
from foc_graph.errors import (
    AmbiguousNameError,
    FocGraphError,
    ParameterError,
    ParameterErrors,
    ParseError,
    UnknownNameError,
)
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, COAL
from foc_graph.queries.binding import bind, read_values
from foc_graph.queries.header import read_query
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.queries.resolve import Resolver
from foc_graph.sparql.rewriting import insert
from foc_graph.store.embedded import EmbeddedStore


@pytest.mark.parametrize("name", ["wg1", "foc/wg1", f"{BASE}id/foc/wg1"])
def test_a_body_is_named_by_slug_or_iri(graph: Graph, name: str) -> None:
    assert graph.resolve(name).value == BASE + "id/foc/wg1"
    assert list(graph.query("functions", body=name)) == list(graph.query("functions", body="foc/wg1")) != []


def test_the_type_of_a_parameter_narrows_a_name(graph: Graph) -> None:
    assert "id/government/ee" in graph.bound("memberships_of", agent="ee")
    assert graph.resolve("ee").value == BASE + "id/government/ee"
    assert graph.resolve("country/ee").value == BASE + "id/country/ee"


@pytest.mark.parametrize(
    ("query", "given", "error", "message"),
    [
        ("membrs", {}, UnknownNameError, "did you mean members"),
        ("members", {"coalitoin": "foc"}, ParameterErrors, "did you mean coalition.*members needs coalition"),
        ("members", {"coalition": "fox"}, UnknownNameError, "did you mean foc"),
        ("members", {"coalition": "wg1"}, UnknownNameError, "unknown coalition 'wg1'"),
        ("members", {"coalition": "foc", "as_of": "2015-13"}, ParameterError, "as_of: '2015-13' is not a date"),
        ("members", {}, ParameterError, "members needs coalition: .*for example foc"),
        ("members", {"coalition": ["foc", "foc"]}, ParameterError, "takes one value, not 2"),
        ("overlap", {"coalition": "foc,FOC"}, ParameterError, "at least 2 different values, not 1"),
        ("overlap", {"coalition": "foc,fox"}, UnknownNameError, "unknown coalition 'fox'"),
        ("overlap", {"coalition": "foc," * 101}, ParameterError, "101 values are listed: give at most 100"),
        ("members", {"coalition": "foc,mfc"}, UnknownNameError, "unknown coalition 'foc,mfc'"),
        ("people", {"body": "secretariat"}, AmbiguousNameError, "write one of a4ai/secretariat, .*mfc/secretariat"),
        ("why", {"thing": "wg1", "property": "ende"}, UnknownNameError, "unknown property 'ende': did you mean end"),
        ("functions", {"body": "wg9"}, UnknownNameError, "did you mean wg"),
        ("functions", {"body": "w" * 10_000}, UnknownNameError, "a name has at most 1,000 characters"),
        ("functions", {"body": "x\u202e1\x00"}, UnknownNameError, r"unknown body 'x\\u202e1\\x00'"),
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


def test_all_that_is_wrong_with_a_call_is_said_at_once(graph: Graph) -> None:
    with pytest.raises(ParameterErrors) as caught:
        graph.query("members", as_off="2015", coalition="fox", as_of="4/5/2015")
    assert list(caught.value.problems) == [
        "unknown parameter of members 'as_off': did you mean as_of?",
        "members: coalition: unknown coalition 'fox': did you mean foc?",
        "members: as_of: '4/5/2015' may be 4 May 2015 or 5 April 2015: write 2015-05-04 or 2015-04-05",
    ]


@pytest.mark.parametrize(
    ("kind", "typed", "exact"),
    [
        ("coalition", "FOC", "foc"),
        ("coalition", " freedom   online coalition ", "foc"),
        ("coalition", "Freedom Online Coalition (FOC)", None),
        ("body", "WG 1", "foc/wg1"),
        ("body", "w\u202eg\x001", "foc/wg1"),
        ("body", "FOC WG1", "foc/wg1"),
        ("body", "working group 1", "foc/wg1"),
        ("body", "Friends of the chair", "foc/fotc"),
        ("agent", "netherlands", "government/nl"),
        ("agent", "Pays-Bas", "government/nl"),
        ("agent", "Korea, Republic of", "government/kr"),
        ("thing", "Chile", "government/cl"),
        ("iri", "end", "coal:end"),
        ("iri", "Planned end", "coal:plannedEnd"),
        ("period", "May 2015", "2015-05"),
    ],
)
def test_things_and_dates_are_read_as_people_write_them(graph: Graph, kind: str, typed: str, exact: str | None) -> None:
    if exact is None:
        with pytest.raises(UnknownNameError):
            graph.read(kind, typed)
        return
    reading = graph.read(kind, typed)
    assert reading.exact == exact
    assert reading.words
    again = graph.read(kind, exact)
    assert (again.exact, again.terms, again.words) == (exact, reading.terms, "")


def test_a_concept_and_its_narrower_ones_go_by_the_name_of_it(graph: Graph) -> None:
    rows = graph.rows("bodies", coalition="foc", kind="Working Group")
    assert list(rows) == list(graph.rows("bodies", coalition="foc", kind="working-group"))
    assert len({row["kind"] for row in rows}) > 1


def test_a_text_with_commas_is_one_value_where_it_names_something(graph: Graph) -> None:
    parameter = Parameter("agents", "agent", "agents", repeatable=True)
    found = read_values("x", (parameter,), {"agents": "Korea, Republic of"}, graph.resolver)
    assert [one.exact for one in found["agents"]] == ["government/kr"]
    found = read_values("x", (parameter,), {"agents": "netherlands, ee,foc"}, graph.resolver)
    assert [one.exact for one in found["agents"]] == ["government/nl", "ee", "foc"]


@pytest.mark.parametrize("name", ["overlap-matrix", "overlap_matrix"])
def test_hyphens_and_underscores_are_the_same_in_names_of_queries(graph: Graph, name: str) -> None:
    assert len(graph.rows(name, as_of="today"))


def test_clauses_are_put_after_every_where_that_uses_them_and_nowhere_else() -> None:
    text = 'SELECT ?where WHERE { ?a ?b $c { SELECT ?a where\n{ ?a <http://e/WHERE> "WHERE { ?b" } } # WHERE { ?c\n }'
    a, b = '\n  BIND("1" AS ?a)', "\n  BIND(<http://e> AS ?b)"
    expected = text.replace("WHERE { ?a", f"WHERE {{{a}{b} ?a", 1).replace("where\n{", f"where\n{{{a}", 1)
    assert (
        insert(text, {("a",): 'BIND("1" AS ?a)', ("b",): "BIND(<http://e> AS ?b)", ("d",): "BIND(2 AS ?d)"}) == expected
    )
    assert insert(text, {}) == text


@pytest.mark.parametrize(
    ("header", "text", "message"),
    [
        ("parameters: [{name: x, type: thing, description: x, min: 2}]", "SELECT ?x WHERE { }", "above 1 only where"),
        ("parameters: [{name: x, type: thing, description: x, min: few}]", "SELECT ?x WHERE { }", "a whole number"),
        ("parameters: [{name: x, type: concept, description: x}]", "SELECT ?x WHERE { }", "a concept, and"),
        ("parameters: [{name: x, type: iri, description: x, scheme: role}]", "SELECT ?x WHERE { }", "nothing else"),
        ("tags: []", "SELECT ?x WHERE { }", "header: add columns"),
        ("columns: [x]", "SELECT ?x WHERE { }", "columns is a mapping"),
        ("allow: order", "SELECT ?x WHERE { }", "allow is a mapping from rules of the linter to reasons"),
        ("allow: {order: ' '}", "SELECT ?x WHERE { }", "allow is a mapping from rules of the linter to reasons"),
        ("asked: who", "SELECT ?x WHERE { }", "asked is a mapping"),
        ("asked: {en: who}", "SELECT ?x WHERE { }", "and has as"),
        ("asked: {as: 'Odd {y}'}", "SELECT ?x WHERE { }", "asked has {y}: write one of when, with"),
        ("asked: {as: 'Odd {x'}", "SELECT ?x WHERE { }", "a brace without its other"),
        ("tags: []", "CONSTRUCT { ?x ?y ?z } { ?x ?y ?z }", "write WHERE before the braces"),
        (
            "parameters: [{name: x, type: thing, description: x}]",
            "CONSTRUCT WHERE { ?x ?y ?z }",
            "write out the template",
        ),
    ],
)
def test_a_header_that_does_not_fit_its_query_is_refused(tmp_path: Path, header: str, text: str, message: str) -> None:
    columns = "" if "columns" in message or "columns" in header else "#+ columns: {x: a thing}\n"
    lines = f"#+ summary: x\n#+ question: x\n#+ expect: []\n{columns}#+ {header}\n{text}\n"
    (tmp_path / "new.rq").write_text(lines, encoding="utf-8")
    with pytest.raises(ParseError, match=message):
        read_query(tmp_path / "new.rq", "new.rq")


def test_what_a_sub_select_uses_is_not_bound_around_it() -> None:
    text = (
        "SELECT (COUNT(?x) AS ?a) WHERE { { SELECT ?x WHERE { ?x ?p ?a OPTIONAL { ?x ?q ?b FILTER(?x<?c&&?b>1) } } } }"
    )
    clauses = {("a",): "BIND(1 AS ?a)", ("b", "z"): "VALUES (?b ?z) { }", ("c",): "BIND(3 AS ?c)"}
    inner = "{\n  BIND(1 AS ?a)\n  VALUES (?b ?z) { }\n  BIND(3 AS ?c) ?x ?p"
    assert insert(text, clauses) == text.replace("{ ?x ?p", inner)


def test_a_repeated_parameter_is_bound_to_each_value() -> None:
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store.load([ox.Quad(ox.NamedNode(f"{BASE}id/{name}"), kind, ox.NamedNode(COAL + "Coalition")) for name in "ab"])
    parameter = Parameter("coalitions", "coalition", "coalitions to compare", repeatable=True)
    text = "SELECT ?coalitions WHERE { ?coalitions ?p ?o }"
    query = StoredQuery("x", "x", "x", (), (parameter,), {}, "", (), text)
    assert (
        bind(query, {"coalitions": ["a"]}, Resolver(store, BASE)).text
        == f"SELECT ?coalitions WHERE {{\n  BIND(<{BASE}id/a> AS ?coalitions) ?coalitions ?p ?o }}"
    )
    both = bind(query, {"coalitions": ["b", f"{BASE}id/a", "b"]}, Resolver(store, BASE)).text
    values = f"VALUES (?coalitions) {{ (<{BASE}id/a>) (<{BASE}id/b>) }}"
    assert both == f"SELECT ?coalitions WHERE {{\n  {values} ?coalitions ?p ?o }}"
    assert bind(query, {}, Resolver(store, BASE)).text == text
