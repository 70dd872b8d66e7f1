"""Stored queries: each gives the rows that its header promises, in pyoxigraph and in rdflib alike."""

import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, short
from foc_graph.queries.header import read_queries
from foc_graph.queries.model import StoredQuery
from foc_graph.store.results import Rows, Triples
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.campaign import SEED
from tests.support.stored_calls import CALLS

QUERIES = read_queries(find_workspace(ROOT))
EXPECTATIONS = [(query, expected) for query in QUERIES.values() for expected in query.expect]

IN_RDFLIB = [*{query: key for key, (query, _) in CALLS.items()}.values()][SEED % 4 :: 4]
"""The last calls of one query in four on made-up coalitions: these have the most parameters."""

CONTRACT = dict(re.findall(r"(?m)^(\w+)(\(.*)$", Path(__file__).with_name("contract.txt").read_text("utf-8")))
"""The parameters and columns of each query: a new column goes to the end, anything else breaks what others wrote."""


def written(value: Any) -> str:
    """A value as a header writes it: lexical form, IRIs short."""
    text = "" if value is None else str(getattr(value, "value", value))
    return short(text)


@pytest.fixture(scope="module")
def oracle(small: Graph) -> rdflib.Graph:
    """The small graph in rdflib."""
    triples = small.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(triples, Triples)
    return rdflib.Graph().parse(data=triples.serialise("nt"), format="nt")


def test_names_parameters_and_columns_are_the_contract() -> None:
    assert CONTRACT.keys() == QUERIES.keys()
    for name, query in QUERIES.items():
        parameters = " ".join(parameter.name + "?" * (not parameter.required) for parameter in query.parameters)
        assert f"({parameters}): {' '.join(query.columns)} ".startswith(f"{CONTRACT[name]} ")


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_header_gives_an_example_of_each_parameter_that_is_required(query: StoredQuery, graph: Graph) -> None:
    assert query.expect and query.example.startswith(f"foc query {query.name}")
    examples = {parameter: parameter.example for parameter in query.parameters if parameter.required}
    assert all(examples.values())
    graph.bound(query.name, **{one.name: text.split() if one.repeatable else text for one, text in examples.items()})


@pytest.mark.parametrize(
    ("query", "expected"),
    EXPECTATIONS,
    ids=[f"{query.name}-{expected.get('with')}" for query, expected in EXPECTATIONS],
)
def test_a_query_gives_the_rows_it_promises(query: StoredQuery, expected: dict[str, Any], graph: Graph) -> None:
    given = expected.get("with") or {}
    result = graph.query(query.name, **given)
    assert not isinstance(result, bool)
    columns = [*result.columns] if isinstance(result, Rows) else ["subject", "predicate", "object"]
    assert columns == list(query.columns) or not query.columns
    terms = result.terms if isinstance(result, Rows) else [tuple(one) for one in result]
    if "rows" in expected:
        assert len(terms) == expected["rows"]
    for wanted in expected.get("includes", ()):
        kept = {columns.index(column): written(value) for column, value in wanted.items()}
        assert any(all(written(row[at]) == value for at, value in kept.items()) for row in terms), wanted


@pytest.mark.parametrize(
    ("query", "given"),
    [pytest.param(*call, id=key, marks=[pytest.mark.sweep] * (key not in IN_RDFLIB)) for key, call in CALLS.items()],
)
def test_rdflib_gives_the_same_rows(query: str, given: dict[str, Any], small: Graph, oracle: rdflib.Graph) -> None:
    result = small.query(query, **given)
    assert isinstance(result, Rows)
    solutions = oracle.query(small.bound(query, **given))
    found = [tuple("" if value is None else str(value) for value in row) for row in solutions]
    assert [str(variable) for variable in solutions.vars or ()] == list(result.columns)
    assert found == [tuple("" if term is None else term.value for term in row) for row in result.terms]


def test_rdflib_constructs_the_same_graph(small: Graph, oracle: rdflib.Graph) -> None:
    result = small.query("coalition_graph", coalition="second")
    assert isinstance(result, Triples)
    solutions = oracle.query(small.bound("coalition_graph", coalition="second"))
    constructed = {tuple(str(value) for value in row) for row in solutions}
    assert constructed == {tuple(term.value for term in row) for row in map(tuple, result)} and constructed


def test_a_client_that_knows_only_org_foaf_skos_and_dcterms_finds_members_and_parts(graph: Graph) -> None:
    members = graph.sparql(
        """SELECT DISTINCT ?name
        WHERE {
          ?coalition a org:Organization ; skos:prefLabel "Freedom Online Coalition"@en ; org:hasMember ?member .
          ?member a foaf:Agent, org:Organization ; foaf:name ?name ; ^org:member ?membership .
          ?membership a org:Membership ; org:organization ?coalition ; org:role ?role ; dcterms:source ?source .
          ?role a skos:Concept .
        }"""
    )
    assert isinstance(members, Rows)
    listed = [
        row["member"]
        for row in graph.rows("members", coalition="foc")
        if row["status"] == "active" and row["role"] == "member"
    ]
    assert len(members) == len(listed) > 0
    parts = graph.sparql(
        """SELECT DISTINCT ?part
        WHERE {
          ?coalition a org:Organization ; foaf:name "Freedom Online Coalition"@en ; org:hasSubOrganization ?part .
          ?part a org:OrganizationalUnit ; org:subOrganizationOf ?coalition ; foaf:name ?name .
        }"""
    )
    assert isinstance(parts, Rows)
    listed = {row["body"] for row in graph.query("bodies", coalition="foc")}
    assert {row["part"] for row in parts} <= listed
    assert {BASE + "id/foc/wg1", BASE + "id/foc/wg2", BASE + "id/foc/wg3"} <= {row["part"] for row in parts}
    assert graph.sparql("ASK { ?x a org:FormalOrganization FILTER(CONTAINS(STR(?x), '/foc')) }") is False


def test_terms_are_never_pasted_as_text(graph: Graph) -> None:
    """What a person types for a text parameter is a literal, whatever it holds."""
    hostile = '") } # \\ \n DROP ALL <x> ?y \' """'
    assert list(graph.query("search", text=hostile)) == []
    bound = graph.bound("search", text=hostile)
    assert str(ox.Literal(hostile)) in bound
