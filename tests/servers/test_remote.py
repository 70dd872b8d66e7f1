"""The remote store: the same answers from real servers as from the embedded one."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.namespaces import PREFIXES
from foc_graph.store import Store
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.remote import RemoteStore
from foc_graph.store.results import Result, Rows, Triples, as_rows
from tests.support.sparql_servers import CONSTRUCT, SELECT, Server

GRAPHS = {
    "http://example.org/graph/1": """
        <http://example.org/ee> a org:Organization ; skos:prefLabel "Estonia"@en, "Eesti"@et ; schema:size 3 .
        <http://example.org/no> a org:Organization ; skos:prefLabel "Norway \\"N\\"\\n\\u0411"@en ; org:linkedTo _:a .
        _:a a org:Site .""",
    "http://example.org/graph/2": '<http://example.org/ee> coal:begin "2012-05"^^xsd:gYearMonth ; schema:size 2.5 .',
}
LONG = f"SELECT (COUNT(*) AS ?n) WHERE {{ {' . '.join(f'?s{i} ?p{i} ?o{i}' for i in range(8))} }}"
"""A second's work over a handful of triples."""


# The same answers as the embedded store


@pytest.fixture(scope="module")
def embedded() -> EmbeddedStore:
    store = EmbeddedStore.in_memory(PREFIXES)
    prefixes = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    for graph, turtle in GRAPHS.items():
        triples = ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)
        store.load(ox.Quad(*quad.triple, ox.NamedNode(graph)) for quad in triples)
    return store


@pytest.fixture(scope="module")
def filled(server: Server, embedded: EmbeddedStore) -> Iterator[Server]:
    for graph in GRAPHS:
        triples = [quad.triple for quad in embedded.quads() if quad.graph_name == ox.NamedNode(graph)]
        server.load(graph, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    yield server
    for graph in GRAPHS:
        server.clear(graph)


QUERIES = {
    "rows in order": "SELECT ?name WHERE { ?s skos:prefLabel ?name } ORDER BY STR(?name)",
    "unbound values": """SELECT ?s ?begin WHERE { ?s a org:Organization OPTIONAL { ?s coal:begin ?begin } }
        ORDER BY STR(?s)""",
    "literals": """SELECT ?value WHERE {
        VALUES ?value { "a" "b"@en "c"^^<http://example.org/type> "2012"^^xsd:gYear 1 1.5 "2012-02-29"^^xsd:date } }
        ORDER BY STR(?value)""",
    "across graphs": """SELECT ?size WHERE { <http://example.org/ee> a org:Organization ; schema:size ?size }
        ORDER BY ?size""",
    "one named graph": """SELECT ?p WHERE { GRAPH <http://example.org/graph/2> { <http://example.org/ee> ?p ?o } }
        ORDER BY STR(?p)""",
    "a count": "SELECT (COUNT(*) AS ?n) WHERE { ?s a org:Organization }",
    "no rows": "SELECT ?s WHERE { ?s a <http://example.org/nothing> }",
    "true": 'ASK { ?s skos:prefLabel "Estonia"@en }',
    "false": 'ASK { ?s skos:prefLabel "Nowhere"@en }',
    "a graph": "CONSTRUCT { ?s skos:altLabel ?name } WHERE { ?s skos:prefLabel ?name }",
    "an empty graph": "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <http://example.org/nothing> ; ?p ?o }",
    "a prefix of the text's own": "PREFIX org: <http://example.org/> ASK { org:ee ?p ?o }",
    "a prefix that spells an update": "prefix x: <http://drop.example/load#> select ?s where { ?s x:y ?o }",
    "a comment before the form": "# DELETE nothing\nASK { ?s a org:Organization }",
    "longer than a URL": f"ASK {{ ?s a org:Organization }} # {'é' * 3000}",
}


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES.keys())
def test_a_server_answers_as_the_embedded_store(filled: Server, embedded: EmbeddedStore, text: str) -> None:
    asked: Store = RemoteStore(filled.query_url, prefixes=PREFIXES)
    assert plain(asked.query(text)) == plain(embedded.query(text))


def test_a_named_graph_is_the_default_graph(filled: Server) -> None:
    text = "SELECT ?size WHERE { <http://example.org/ee> schema:size ?size } ORDER BY ?size"
    sizes = [[row["size"] for row in as_rows(RemoteStore(filled.query_url, graph).query(text))] for graph in GRAPHS]
    assert sizes == [[3], [2.5]]
    assert RemoteStore(filled.query_url, "http://example.org/graph/none").query("ASK { ?s ?p ?o }") is False


def test_blank_nodes_come_as_blank_nodes(filled: Server) -> None:
    store = RemoteStore(filled.query_url)
    ((site, end),) = as_rows(store.query("SELECT ?site ?end WHERE { ?site a org:Site . ?x org:linkedTo ?end }")).terms
    assert isinstance(site, ox.BlankNode) and site == end
    triples = store.query("CONSTRUCT WHERE { ?site a org:Site }")
    assert isinstance(triples, Triples) and [type(triple.subject) for triple in triples] == [ox.BlankNode]


def test_a_servers_own_words_tell_what_it_refused(filled: Server) -> None:
    with pytest.raises(ServiceError, match=r"answers 400, Bad Request \(.*(nonsense|expected).*\): correct the query$"):
        RemoteStore(filled.query_url).query("SELECT nonsense")


def test_a_query_that_takes_too_long_ends_in_time(filled: Server) -> None:
    graph = next(iter(GRAPHS))
    with pytest.raises(ServiceError, match=r"no whole answer within 0\.05 s"):
        RemoteStore(filled.query_url, graph, timeout=0.05).query(LONG)


def test_rows_that_a_server_withholds_are_an_error(virtuoso_server: Server) -> None:
    graph, most, triple = "http://example.org/many", 10_000, "<http://example.org/{}> <http://example.org/p> 1 .\n"
    virtuoso_server.load(graph, "".join(map(triple.format, range(most + 500))).encode())
    store = RemoteStore(virtuoso_server.query_url, graph)
    for end in ("", f"LIMIT {most + 1}"):
        with pytest.raises(ServiceError, match=r"at most 10,000 rows.*LIMIT 10000"):
            store.query(f"{SELECT} {end}")
    ordered = f"SELECT ?x WHERE {{ {{ {SELECT} ORDER BY STR(?x) }} }}"
    pages = [as_rows(store.query(f"{ordered} LIMIT {most} OFFSET {start}")) for start in (0, most)]
    assert len({row["x"] for page in pages for row in page}) == most + 500
    with pytest.raises(ServiceError, match="answers 500"):
        store.query(CONSTRUCT)
    virtuoso_server.clear(graph)


def test_what_a_server_found_before_it_gave_up_is_an_error(virtuoso_server: Server) -> None:
    with pytest.raises(ServiceError, match=r"answers 206, an incomplete answer \(.*interrupted.*\): ask for less"):
        RemoteStore(f"{virtuoso_server.query_url}?timeout=1000").query(LONG)


# What is refused before anything is asked


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "http:///x", "http://u:s3cret@/"),
        *("http://u:s3cret@[x/", "https://u:s3cret@h:port/", "http://u:s3cret@h:0/", "http://u:s3cret@h:99999/"),
        *("http://example.org/a b", "http://example.org/\n", "http://exämple.org/", "http://example.org/\0"),
    ],
)
def test_only_a_whole_http_url_is_an_endpoint(url: str) -> None:
    with pytest.raises(ParameterError, match="not an http or https URL") as caught:
        RemoteStore(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "options", [{"graph": "not an IRI"}, *({"timeout": value} for value in (0, -1, float("nan"), float("inf")))]
)
def test_options_that_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="graph" if "graph" in options else "time-out"):
        RemoteStore("http://example.org/sparql", **options)


def test_nothing_heavy_is_loaded_before_a_query_is_asked() -> None:
    code = "import sys, foc_graph.store.remote; print(sorted({'SPARQLWrapper', 'rdflib'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def plain(result: Result) -> object:
    """A result as values that compare: rows with their columns, a graph as the set of its triples."""
    match result:
        case Rows():
            return set(result.columns), [sorted(row.items()) for row in result]
        case Triples():
            return set(map(str, result))
    return result
