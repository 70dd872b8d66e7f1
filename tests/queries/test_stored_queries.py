"""Stored queries: each gives the rows that its header promises, in pyoxigraph and in rdflib alike."""

from __future__ import annotations

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
from tests.support.stored_calls import CALLS

QUERIES = read_queries(find_workspace(ROOT))
EXPECTATIONS = [(query, expected) for query in QUERIES.values() for expected in query.expect]
SLOW_IN_RDFLIB = {"conflicts", "provenance", "unsourced", "coalition_graph"}
"""Those that take rdflib a minute for a part of our data: it is asked them of the small workspace alone."""

ASKED_IN_RDFLIB = {f"small-{name}": ("small", *call) for name, call in CALLS.items()} | {
    f"part-{query.name}-{'-'.join(given)}": ("part", query.name, given)
    for query, expected in reversed(EXPECTATIONS)
    for given in (expected.get("with") or {},)
    if query.name not in SLOW_IN_RDFLIB
}
"""The calls on made-up coalitions, and on a part of our data one of those with the same parameters."""

CONTRACT = {
    "coalitions": ([], "coalition name abbreviation founded members bodies"),
    "members": (["coalition", "as_of?"], "member name status joined left certainty verified"),
    "memberships_of": (["agent", "as_of?"], "body name role start end certainty verified"),
    "bodies": (["coalition", "kind?", "as_of?"], "body name kind founded ended certainty"),
    "mandates": (["coalition?", "as_of?"], "mandate body name start end state granted_by certainty"),
    "functions": (["body", "as_of?"], "function text name mandate begin end certainty because"),
    "composition": (
        ["body?", "coalition?", "as_of?"],
        "body name category seats certain expected_min expected_max share known state",
    ),
    "people": (["body?", "as_of?"], "agent name role organisation category start end certainty"),
    "chairs": (["coalition", "as_of?"], "chair name start end"),
    "events": (
        ["coalition", "kind?", "as_of?"],
        "event title kind city country begin end hosted_by convened_by edition",
    ),
    "timeline": (["thing", "since?", "until?"], "date event subject label"),
    "sources": (["thing"], "source url publisher retrieved"),
    "why": (["thing", "property?"], "property value rank source ruling"),
    "conflicts": (["coalition?"], "subject property value rank source"),
    "search": (["text", "kind?"], "thing label kind"),
    "same_as": (["thing"], "scheme identifier uri begin end relation"),
    "members_by_region": (["coalition", "as_of?"], "region members"),
    "statistics": ([], "class count"),
    "unsourced": ([], "thing label class"),
    "overlap": (["coalition", "as_of?"], "member name coalitions"),
    "overlap_matrix": (["as_of?"], "coalition_a coalition_b shared only_a only_b"),
    "not_members": (["members_of", "missing_in", "as_of?"], "member name certainty because"),
    "join_order": (["coalition"], "position member joined certainty"),
    "interlocks": (["coalition?", "as_of?"], "agent name bodies body_names"),
    "documents": (
        ["coalition?", "body?", "type?", "topic?", "made_by?", "since?", "until?"],
        "document title type date url",
    ),
    "mandate_lineage": (["body"], "document title date relation other"),
    "appearances": (["thing?"], "person name role event date"),
    "endorsements_of": (["agent"], "document title coalition date source endorsement"),
    "endorsers": (["document"], "agent name date"),
    "changes": (["since", "until", "coalition?"], "date change subject label"),
    "stale": (["before"], "thing label last_verified"),
    "completeness": (["coalition?"], "body list known expected_min expected_max state"),
    "coalition_graph": (["coalition"], ""),
}


def written(value: Any) -> str:
    """A value as a header writes it: lexical form, IRIs short."""
    text = "" if value is None else str(getattr(value, "value", value))
    return short(text)


@pytest.fixture(scope="module")
def oracles(small: Graph, part: Graph) -> dict[str, tuple[Graph, rdflib.Graph]]:
    """Two graphs, each also in rdflib."""
    found: dict[str, tuple[Graph, rdflib.Graph]] = {}
    for name, graph in (("small", small), ("part", part)):
        triples = graph.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert not isinstance(triples, bool)
        found[name] = graph, rdflib.Graph().parse(data=triples.serialise("nt"), format="nt")
    return found


@pytest.mark.parametrize("name", CONTRACT)
def test_names_parameters_and_columns_are_the_contract(name: str) -> None:
    parameters, columns = CONTRACT[name]
    query = QUERIES[name]
    assert [parameter.name + "?" * (not parameter.required) for parameter in query.parameters] == parameters
    assert list(query.columns)[: len(columns.split())] == columns.split()


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_header_describes_the_query(query: StoredQuery, graph: Graph) -> None:
    assert query.expect and query.example.startswith(f"foc query {query.name}")
    assert all(parameter.example for parameter in query.parameters if parameter.required)
    given = {
        parameter.name: parameter.example.split() if parameter.repeatable else parameter.example
        for parameter in query.parameters
        if parameter.required and parameter.example
    }
    result = graph.query(query.name, **given)
    if query.columns:
        assert isinstance(result, Rows)
        assert list(result.columns) == list(query.columns)
    else:
        assert isinstance(result, Triples)
    assert len(result) > 0 or query.name == "unsourced"


each_call = pytest.mark.parametrize(
    ("query", "expected"),
    EXPECTATIONS,
    ids=[f"{query.name}-{expected.get('with')}" for query, expected in EXPECTATIONS],
)


@each_call
def test_a_query_gives_the_rows_it_promises(query: StoredQuery, expected: dict[str, Any], graph: Graph) -> None:
    given = expected.get("with") or {}
    result = graph.query(query.name, **given)
    assert not isinstance(result, bool)
    columns = result.columns if isinstance(result, Rows) else ("subject", "predicate", "object")
    terms = result.terms if isinstance(result, Rows) else tuple(map(tuple, result))
    records = [dict(zip(columns, map(written, row), strict=True)) for row in terms]
    if "rows" in expected:
        assert len(records) == expected["rows"]
    for wanted in expected.get("includes", ()):
        assert any(
            {column: written(value) for column, value in wanted.items()}.items() <= row.items() for row in records
        ), wanted


@pytest.mark.parametrize(("where", "query", "given"), ASKED_IN_RDFLIB.values(), ids=ASKED_IN_RDFLIB)
def test_rdflib_gives_the_same_rows(
    where: str, query: str, given: dict[str, Any], oracles: dict[str, tuple[Graph, rdflib.Graph]]
) -> None:
    graph, oracle = oracles[where]
    result = graph.query(query, **given)
    assert isinstance(result, Rows)
    solutions = oracle.query(graph.bound(query, **given))
    in_rdflib = [tuple("" if value is None else str(value) for value in row) for row in solutions]
    assert [str(variable) for variable in solutions.vars or ()] == list(result.columns)
    assert in_rdflib == [tuple("" if term is None else term.value for term in row) for row in result.terms]


@pytest.mark.parametrize("coalition", ["mfc", "gdiio"])
def test_rdflib_constructs_the_same_graph(part: Graph, coalition: str) -> None:
    result = part.query("coalition_graph", coalition=coalition)
    assert isinstance(result, Triples)
    oracle = rdflib.Graph().parse(
        data=result.serialise("nt"), format="nt"
    )  # of what it constructs, a part is the whole
    solutions = oracle.query(part.bound("coalition_graph", coalition=coalition))
    constructed = {tuple(str(value) for value in row) for row in solutions}
    assert constructed == {tuple(term.value for term in row) for row in map(tuple, result)}


def test_nothing_on_our_data_lacks_a_source(graph: Graph) -> None:
    assert list(graph.query("unsourced")) == []


def test_a_client_that_knows_only_org_foaf_skos_and_dcterms_finds_members_and_parts(graph: Graph) -> None:
    members = graph.sparql(
        """PREFIX org: <http://www.w3.org/ns/org#>
        PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT DISTINCT ?name
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
        """PREFIX org: <http://www.w3.org/ns/org#>
        PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        SELECT DISTINCT ?part
        WHERE {
          ?coalition a org:Organization ; foaf:name "Freedom Online Coalition"@en ; org:hasSubOrganization ?part .
          ?part a org:OrganizationalUnit ; org:subOrganizationOf ?coalition ; foaf:name ?name .
        }"""
    )
    assert isinstance(parts, Rows)
    listed = {row["body"] for row in graph.query("bodies", coalition="foc")}
    assert {row["part"] for row in parts} <= listed
    assert {BASE + "id/foc/wg1", BASE + "id/foc/wg2", BASE + "id/foc/wg3"} <= {row["part"] for row in parts}
    formal = graph.sparql(
        "PREFIX org: <http://www.w3.org/ns/org#> ASK { ?x a org:FormalOrganization FILTER(CONTAINS(STR(?x), '/foc')) }"
    )
    assert formal is False


def test_terms_are_never_pasted_as_text(graph: Graph) -> None:
    """What a person types for a text parameter is a literal, whatever it holds."""
    hostile = '") } # \\ \n DROP ALL <x> ?y \' """'
    assert list(graph.query("search", text=hostile)) == []
    bound = graph.bound("search", text=hostile)
    assert str(ox.Literal(hostile)) in bound
