"""SPARQL and whole graphs over HTTP, as the W3C protocols have them, with the clients that people use."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import pyoxigraph as ox
import pytest
import rdflib
import SPARQLWrapper
from protocol_suite import FOLDER, Case, cases
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from servers import MissingProgramError, find_program, give_up
from serving import FocServer

import foc_graph
from foc_graph.graph import Graph
from foc_graph.store.result import Rows, Triples
from foc_graph.terms import PREFIXES

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = rdflib.Namespace("http://www.w3.org/ns/formats/")
A, B, ABSENT = (f"http://example.org/{name}" for name in ("a", "b", "absent"))
DATA = f"""<{A}> {{ <{A}> <http://example.org/in> "a" , "é"@fr }} <{B}> {{ <{B}> <http://example.org/in> "b" }}"""
COALITIONS = "SELECT ?coalition WHERE { ?coalition a coal:Coalition } ORDER BY ?coalition"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT ?a ?d WHERE { ?a a ?b . ?d a ?e } LIMIT 100000"
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
PROTOCOL = list(cases("sparql-protocol/manifest.ttl"))
NO_SUITE = pytest.mark.skip(reason=f"the W3C suites are not in {FOLDER}")


@pytest.fixture(scope="module")
def small(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A client of a server of a few graphs: those above, and those of the W3C suite."""
    folder = tmp_path_factory.mktemp("small")
    graphs = {iri: path.read_text() for case in PROTOCOL for iri, path in case.graphs.items()}
    data = folder / "data.trig"
    data.write_text(DATA + "".join(f"<{iri}> {{ {text} }}" for iri, text in graphs.items()), encoding="utf-8")
    with FocServer(folder, "--data", str(data)) as server:
        yield server.client


@pytest.fixture(scope="module")
def client(foc_server: FocServer) -> httpx2.Client:
    return foc_server.client


def ask(client: httpx2.Client, query: str, accept: str = "*/*", **parameters: object) -> httpx2.Response:
    return client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": accept})


def subjects(response: httpx2.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["s"]["value"] for row in response.json()["results"]["bindings"]]


def triples(response: httpx2.Response) -> set[ox.Triple]:
    assert response.status_code == 200, response.text
    kind = response.headers["Content-Type"].partition(";")[0]
    return {quad.triple for quad in ox.parse(response.content, format=GRAPHS[kind])}


def problem(response: httpx2.Response, status: int) -> str:
    """What a problem document says."""
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status
    return str(response.json()["detail"])


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name) for case in PROTOCOL] or [pytest.param(None, marks=NO_SUITE)]
)
def test_a_case_of_the_protocol_suite(small: httpx2.Client, case: Case) -> None:
    for request in case.requests:
        path = request.path.replace("/sparql/", "/sparql", 1)
        response = small.request(request.method, path, headers=request.headers, content=request.body)
        if case.name.startswith("update"):
            assert problem(response, 403) == "this endpoint is read-only: updates are refused"
            return
        if request.statuses == {"StatusCode4xx"}:
            problem(response, response.status_code)
            assert 400 <= response.status_code < 500
            continue
        assert response.status_code == 200, response.text
        if request.format == "RDF":
            triples(response)
            continue
        kind = response.headers["Content-Type"].partition(";")[0]
        result = ox.parse_query_results(response.content, format=ROWS[kind])
        assert isinstance(result, ox.QueryBoolean) == (request.format == "boolean")
        if request.boolean is not None:
            assert isinstance(result, ox.QueryBoolean)
            assert bool(result) is request.boolean


GRAPH_STORE = list(cases("graph-store-protocol/manifest-indirect.ttl"))


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name) for case in GRAPH_STORE] or [pytest.param(None, marks=NO_SUITE)]
)
def test_a_case_of_the_graph_store_suite_changes_nothing(small: httpx2.Client, case: Case) -> None:
    """Writes are refused; so a graph that a case has written is not there, but the default graph always is."""
    for request in case.requests:
        path = request.path.replace("/gsp", "/graph-store", 1)
        response = small.request(request.method, path, headers=request.headers, content=request.body)
        if request.method in ("GET", "HEAD"):
            assert response.status_code == (200 if path.endswith("?default") else 400 if "$" in path else 404)
        else:
            assert problem(response, 405) == "all is read-only here: use GET, HEAD, OPTIONS"
            assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("kind", GRAPHS)
def test_the_service_describes_itself(small: httpx2.Client, kind: str) -> None:
    response = small.get("/sparql", headers={"Accept": kind})
    assert response.headers["Content-Type"].partition(";")[0] == kind
    endpoint = str(small.base_url.join("/sparql"))
    graph = rdflib.Graph().parse(data=ox.serialize(triples(response), format=ox.RdfFormat.N_TRIPLES), format="nt")
    (service,) = graph.subjects(rdflib.RDF.type, SD.Service)
    assert list(graph.objects(service, SD.endpoint)) == [rdflib.URIRef(endpoint)]
    assert list(graph.objects(service, SD.supportedLanguage)) == [SD.SPARQL11Query]
    assert list(graph.objects(service, SD.feature)) == [SD.UnionDefaultGraph]
    rows = {FORMATS[f"SPARQL_Results_{name}"] for name in ("JSON", "XML", "CSV", "TSV")}
    graphs = {FORMATS[name] for name in ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")}
    assert set(graph.objects(service, SD.resultFormat)) == rows | graphs
    (dataset,) = graph.objects(service, SD.defaultDataset)
    assert (dataset, rdflib.RDF.type, SD.Dataset) in graph
    assert len(list(graph.objects(dataset, SD.defaultGraph))) == 1
    names = {str(name) for one in graph.objects(dataset, SD.namedGraph) for name in graph.objects(one, SD.name)}
    there = subjects(ask(small, "SELECT DISTINCT ?s WHERE { GRAPH ?s { ?a ?b ?c } }"))
    assert names == set(there) >= {A, B}


@pytest.mark.parametrize("kind", ROWS)
def test_rows_come_in_every_format(client: httpx2.Client, graph: Graph, kind: str) -> None:
    response = ask(client, COALITIONS, kind)
    assert response.headers["Content-Type"].partition(";")[0] == kind
    found = ox.parse_query_results(response.content, format=ROWS[kind])
    assert isinstance(found, ox.QuerySolutions)
    expected = graph.sparql(COALITIONS)
    assert isinstance(expected, Rows)
    assert [tuple(row) for row in found] == list(expected.terms)
    assert len(expected) > 3


def test_rows_come_as_csv(client: httpx2.Client, graph: Graph) -> None:
    response = ask(client, COALITIONS, "text/csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.DictReader(io.StringIO(response.text))) == list(graph.sparql(COALITIONS))


@pytest.mark.parametrize("kind", ["application/sparql-results+json", "application/sparql-results+xml"])
@pytest.mark.parametrize("query", ["ASK { ?s a coal:Coalition }", "ASK { ?s a coal:Nothing }"])
def test_a_truth_value_comes_in_both_formats(client: httpx2.Client, kind: str, query: str) -> None:
    found = ox.parse_query_results(ask(client, query, kind).content, format=ROWS[kind])
    assert isinstance(found, ox.QueryBoolean)
    assert bool(found) is query.endswith("Coalition }")


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_graph_comes_in_every_format(client: httpx2.Client, graph: Graph, kind: str) -> None:
    query = "DESCRIBE <https://w3id.org/coalition/id/foc>"
    response = ask(client, query, kind)
    assert response.headers["Content-Type"].partition(";")[0] == kind
    expected = graph.sparql(query)
    assert isinstance(expected, Triples)
    assert triples(response) == set(expected)
    assert len(expected) > 5


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        (COALITIONS, "*/*", "application/sparql-results+json"),
        (COALITIONS, "text/*", "text/csv; charset=utf-8"),
        (COALITIONS, "text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        (COALITIONS, "text/csv;q=0, text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (COALITIONS, "text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
        (COALITIONS, "text/turtle", "application/sparql-results+json"),
        ("DESCRIBE <http://example.org/>", "application/sparql-results+xml", "text/turtle; charset=utf-8"),
        ("DESCRIBE <http://example.org/>", "*/*", "text/turtle; charset=utf-8"),
        ("DESCRIBE <http://example.org/>", "text/csv, application/rdf+xml;q=0.1", "application/rdf+xml"),
        ("DESCRIBE <http://example.org/>", "application/json", "application/json"),
    ],
)
def test_the_form_that_a_client_prefers(client: httpx2.Client, query: str, accept: str, kind: str) -> None:
    response = ask(client, query, accept)
    assert response.headers["Content-Type"] == kind
    assert "Accept" in response.headers["Vary"].split(", ")


@pytest.mark.parametrize(
    ("path", "accept", "offered"),
    [
        ("/sparql?query=ASK{}", "image/png", "application/sparql-results+json, "),
        ("/sparql", "text/csv", "text/turtle, "),
        ("/graph-store?default", "text/csv", "text/turtle, "),
    ],
)
def test_a_client_that_takes_nothing_of_what_there_is(
    client: httpx2.Client, path: str, accept: str, offered: str
) -> None:
    assert offered in problem(client.get(path, headers={"Accept": accept}), 406)


def test_a_query_may_be_sent_in_three_ways(client: httpx2.Client) -> None:
    form = client.post("/sparql", data={"query": COALITIONS})
    direct = client.post("/sparql", content=COALITIONS, headers={"Content-Type": f"{QUERY}; charset=UTF-8"})
    assert form.content == direct.content == ask(client, COALITIONS).content != b""
    unescaped = client.get("/sparql?query=" + quote("ASK { FILTER ('é' = '\\u00E9') }", safe=" "))
    assert unescaped.json()["boolean"] is True


@pytest.mark.parametrize(
    ("clause", "parameters", "expected"),
    [
        ("", {}, [A, B]),
        ("", {"default-graph-uri": B}, [B]),
        ("", {"default-graph-uri": [A, B]}, [A, B]),
        ("", {"default-graph-uri": ABSENT}, []),
        ("", {"default-graph-uri": [ABSENT, A]}, [A]),
        ("", {"named-graph-uri": A}, []),
        (f"FROM <{A}>", {}, [A]),
        (f"from <{A}> FROM<{B}>", {}, [A, B]),
        (f"FROM <{ABSENT}>", {}, []),
        (f"FROM NAMED <{A}>", {}, []),
        (f"FROM <{A}>", {"default-graph-uri": B}, [B]),
        (f"#FROM <{A}>\n", {}, [A, B]),
    ],
)
def test_the_dataset_of_a_query(
    small: httpx2.Client, clause: str, parameters: dict[str, object], expected: list[str]
) -> None:
    query = f"SELECT DISTINCT ?s {clause} WHERE {{ ?s <http://example.org/in> ?o }} ORDER BY ?s"
    assert subjects(ask(small, query, **parameters)) == expected


def test_a_word_is_no_clause(small: httpx2.Client) -> None:
    query = "SELECT DISTINCT ?s WHERE { BIND (' FROM ' AS ?from) BIND ('x'@from AS ?x) ?s <http://example.org/in> ?o }"
    assert sorted(subjects(ask(small, query))) == [A, B]


@pytest.mark.parametrize(
    ("clause", "parameters", "expected"),
    [
        ("", {}, [A, B]),
        ("", {"named-graph-uri": B}, [B]),
        ("", {"named-graph-uri": [A, ABSENT]}, [A]),
        ("", {"default-graph-uri": A}, []),
        (f"FROM NAMED <{A}>", {}, [A]),
        (f"FROM <{A}>", {}, []),
        (f"FROM NAMED <{A}>", {"named-graph-uri": B, "default-graph-uri": A}, [B]),
    ],
)
def test_the_named_graphs_of_a_query(
    small: httpx2.Client, clause: str, parameters: dict[str, object], expected: list[str]
) -> None:
    query = f"SELECT ?s {clause} WHERE {{ GRAPH ?s {{ ?x <http://example.org/in> ?o }} }} GROUP BY ?s ORDER BY ?s"
    assert subjects(ask(small, query, **parameters)) == expected


def test_relative_iris_are_those_of_the_workspace(client: httpx2.Client) -> None:
    assert ask(client, "ASK { <id/foc> a coal:Coalition }").json()["boolean"] is True


@pytest.mark.parametrize(
    ("method", "path", "kind", "body", "status", "words"),
    [
        ("GET", "/sparql?query=ASK{}&query=ASK{}", "", b"", 400, "2 queries are given"),
        ("POST", "/sparql", FORM, b"", 400, "0 queries are given"),
        ("POST", "/sparql?query=ASK{}", QUERY, b"ASK{}", 400, "2 queries are given"),
        ("POST", "/sparql", "text/plain", b"ASK{}", 415, QUERY),
        ("POST", "/sparql", f"{QUERY}; charset=latin-1", b"ASK{}", 415, "UTF-8"),
        ("POST", "/sparql", QUERY, b"ASK { FILTER ('\xe9' = '') }", 400, "not UTF-8"),
        ("POST", "/sparql", FORM, b"query=%E9", 400, "not UTF-8"),
        ("GET", "/sparql?query=%E9", "", b"", 400, "not UTF-8"),
        ("GET", "/sparql?query=ASK{}&default-graph-uri=a", "", b"", 400, "default-graph-uri is not an absolute IRI"),
        ("GET", "/sparql?query=ASK{}" + "&a=b" * 1000, "", b"", 400, "more than 1,000 parameters"),
        ("GET", "/sparql?query=SELECT", "", b"", 400, "not a SPARQL 1.1 query at or before the end of"),
        ("POST", "/sparql", QUERY, b"INSERT DATA { <a:a> <a:a> 1 }", 400, "not a SPARQL 1.1 query"),
        ("GET", "/sparql?query=ASK{SERVICE<http://127.0.0.1/>{}}", "", b"", 400, "SERVICE"),
        ("GET", "/sparql?update=CLEAR+ALL", "", b"", 403, "read-only"),
        ("POST", "/sparql", UPDATE, b"CLEAR ALL", 403, "read-only"),
        ("POST", "/sparql", QUERY, b"#" * (2**20 + 1), 413, "at most 1,048,576 bytes"),
        ("DELETE", "/sparql", "", b"", 405, "use GET, HEAD, OPTIONS, POST"),
        ("GET", "/graph-store", "", b"", 400, "say which graph"),
        ("GET", "/graph-store?default=x", "", b"", 400, "say which graph"),
        ("GET", f"/graph-store?graph={A}&graph={A}", "", b"", 400, "say which graph"),
        ("GET", f"/graph-store?graph={A}&default", "", b"", 400, "say which graph"),
        ("GET", "/graph-store?graph=a", "", b"", 400, "not an absolute IRI"),
        ("GET", f"/graph-store?graph={ABSENT}", "", b"", 404, "/sparql lists them"),
        ("GET", f"/graph-store?graph={quote(A + '> {} } #')}", "", b"", 400, "not an absolute IRI"),
    ],
)
def test_what_is_refused(
    small: httpx2.Client, method: str, path: str, kind: str, body: bytes, status: int, words: str
) -> None:
    response = small.request(method, path, headers={"Content-Type": kind} if kind else {}, content=body)
    assert words in problem(response, status)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_compressed_request_is_refused(small: httpx2.Client) -> None:
    headers = {"Content-Type": QUERY, "Content-Encoding": "gzip"}
    response = small.post("/sparql", content=gzip.compress(b"ASK {}"), headers=headers)
    assert "compressed" in problem(response, 415)


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_whole_graph(small: httpx2.Client, kind: str) -> None:
    response = small.get("/graph-store", params={"graph": A}, headers={"Accept": kind})
    assert response.headers["Content-Type"].partition(";")[0] == kind
    subject, predicate = ox.NamedNode(A), ox.NamedNode("http://example.org/in")
    values = (ox.Literal("a"), ox.Literal("é", language="fr"))
    assert triples(response) == {ox.Triple(subject, predicate, value) for value in values}


def test_the_union_of_all_graphs(small: httpx2.Client) -> None:
    found = triples(small.get("/graph-store?default"))
    assert found > triples(small.get(f"/graph-store?graph={A}")) | triples(small.get(f"/graph-store?graph={B}"))


PATHS = ["/sparql", f"/sparql?{urlencode({'query': COALITIONS})}", "/graph-store?default"]


@pytest.mark.parametrize("path", PATHS)
def test_head_says_what_get_says(small: httpx2.Client, path: str) -> None:
    got, head = small.get(path), small.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "ETag", "Cache-Control", "Access-Control-Allow-Origin", "X-Content-Type-Options"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_sent_once_as_long_as_it_holds(small: httpx2.Client, path: str) -> None:
    tag = small.get(path).headers["ETag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        response = small.get(path, headers={"If-None-Match": known})
        assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", tag)
        assert {"Vary", "Cache-Control", "Access-Control-Allow-Origin"} <= {name.title() for name in response.headers}
    assert small.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert small.head(path, headers={"If-None-Match": tag}).status_code == 304


def test_tags_differ_with_what_is_asked(small: httpx2.Client, client: httpx2.Client) -> None:
    answers = [
        ask(client, COALITIONS),
        ask(small, COALITIONS),
        ask(small, f"{COALITIONS} LIMIT 1"),
        ask(small, COALITIONS, "text/csv"),
        ask(small, COALITIONS, **{"default-graph-uri": A}),
        ask(small, COALITIONS, **{"named-graph-uri": A}),
        small.get("/sparql"),
        small.get(f"/graph-store?graph={A}"),
        small.get("/graph-store?default"),
    ]
    assert len({one.headers["ETag"] for one in answers}) == len(answers)


def test_what_changes_each_time_has_no_tag(small: httpx2.Client) -> None:
    response = ask(small, "SELECT (now() AS ?s) {}")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    known = {"If-None-Match": ask(small, "ASK {}").headers["ETag"]}
    posted = small.post("/sparql", data={"query": "ASK {}"}, headers=known)
    assert posted.json()["boolean"] is True


def test_pages_elsewhere_may_ask(small: httpx2.Client) -> None:
    origin = {"Origin": "https://example.org"}
    for path in PATHS:
        assert small.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert small.get("/sparql?query=", headers=origin).headers["Access-Control-Allow-Origin"] == "*"
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = small.options("/sparql", headers={**origin, **asked})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
    refused = small.options("/graph-store", headers={**origin, "Access-Control-Request-Method": "DELETE"})
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("path", "allowed"), [("/sparql", "GET, HEAD, OPTIONS, POST"), ("/graph-store", "GET, HEAD, OPTIONS")]
)
def test_what_may_be_done(small: httpx2.Client, path: str, allowed: str) -> None:
    response = small.options(path)
    assert (response.status_code, response.headers["Allow"], response.content) == (204, allowed, b"")


def test_large_answers_come_compressed_and_in_pieces(client: httpx2.Client) -> None:
    headers = {"Accept": "text/csv", "Accept-Encoding": "identity"}
    plain = client.get("/sparql", params={"query": LARGE}, headers=headers)
    assert "Content-Encoding" not in plain.headers
    assert plain.content.count(b"\r\n") == 100_001
    with client.stream(
        "GET", "/sparql", params={"query": LARGE}, headers={**headers, "Accept-Encoding": "gzip"}
    ) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        content = b"".join(packed.iter_raw())
    assert len(content) < len(plain.content) / 4
    assert gzip.decompress(content) == plain.content


@pytest.mark.parametrize("query", [ENDLESS, LARGE.replace(" LIMIT 100000", "")])
def test_a_client_that_leaves_frees_its_worker(client: httpx2.Client, query: str) -> None:
    address = (client.base_url.host, client.base_url.port)
    request = f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    connections = [socket.create_connection(address) for _ in range(4)]
    for one in connections:
        one.sendall(request)
    time.sleep(0.3)
    for one in connections:
        one.close()
    begin = time.monotonic()
    assert ask(client, "ASK {}").json()["boolean"] is True
    assert time.monotonic() - begin < 5


def test_an_answer_that_is_too_large_ends_without_an_end(client: httpx2.Client) -> None:
    query = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port)
    connection.request("GET", f"/sparql?{urlencode({'query': query})}", headers={"Accept": "text/csv"})
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        while response.read(2**20):
            pass
    connection.close()


@pytest.mark.parametrize("method", [SPARQLWrapper.GET, SPARQLWrapper.POST])
def test_sparqlwrapper(foc_server: FocServer, graph: Graph, method: str) -> None:
    wrapper = SPARQLWrapper.SPARQLWrapper(f"{foc_server.url}/sparql")
    wrapper.setMethod(method)
    wrapper.setQuery(f"PREFIX coal: <{PREFIXES['coal']}> {COALITIONS}")
    expected = [row["coalition"] for row in graph.sparql(COALITIONS)]
    wrapper.setReturnFormat(SPARQLWrapper.JSON)
    assert [row["coalition"]["value"] for row in wrapper.queryAndConvert()["results"]["bindings"]] == expected
    wrapper.setReturnFormat(SPARQLWrapper.XML)
    assert len(wrapper.queryAndConvert().getElementsByTagName("result")) == len(expected)
    wrapper.setReturnFormat(SPARQLWrapper.CSV)
    assert wrapper.queryAndConvert().decode().split("\r\n")[1:-1] == expected
    wrapper.setQuery("ASK { <https://w3id.org/coalition/id/foc> ?p ?o }")
    wrapper.setReturnFormat(SPARQLWrapper.JSON)
    assert wrapper.queryAndConvert()["boolean"] is True
    wrapper.setQuery("DESCRIBE <https://w3id.org/coalition/id/foc>")
    for kind in (SPARQLWrapper.TURTLE, SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD):
        wrapper.setReturnFormat(kind)
        found = wrapper.queryAndConvert()
        if isinstance(found, bytes):
            found = rdflib.Graph().parse(data=found, format="turtle")
        assert len(found) > 5
    wrapper.setReturnFormat(SPARQLWrapper.JSON)
    wrapper.setQuery("SELECT nothing")
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match=r"before the end of .*SELECT nothing"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("kind", ["json", "xml", "csv", "tsv"])
def test_rdflib_sparqlstore(foc_server: FocServer, graph: Graph, method: str, kind: str) -> None:
    remote = rdflib.Graph(SPARQLStore(f"{foc_server.url}/sparql", method=method, returnFormat=kind))
    query = f"PREFIX coal: <{PREFIXES['coal']}> {COALITIONS}"
    assert [str(row[0]) for row in remote.query(query)] == [row["coalition"] for row in graph.sparql(COALITIONS)]
    foc = rdflib.URIRef("https://w3id.org/coalition/id/foc")
    if kind in ("json", "xml"):  # rdflib reads truth values and graphs in no other
        assert (foc, rdflib.RDF.type, rdflib.URIRef(f"{PREFIXES['coal']}Coalition")) in remote
        assert len(remote.query(f"CONSTRUCT {{ {foc.n3()} ?p ?o }} WHERE {{ {foc.n3()} ?p ?o }}").graph) > 5


def test_foc_itself(foc_server: FocServer, graph: Graph) -> None:
    remote = foc_graph.open(endpoint=f"{foc_server.url}/sparql")
    asked = {"coalition": "foc", "as_of": "2015"}
    assert list(remote.query("members", **asked)) == list(graph.query("members", **asked))


@pytest.mark.parametrize(
    ("options", "path"),
    [
        (["--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql"),
        (["--data-urlencode", f"query={COALITIONS}"], "/sparql"),
        (["--header", f"Content-Type: {QUERY}", "--data-binary", COALITIONS], "/sparql"),
        (["--compressed", "--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql"),
        (["--location", "--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql/"),
        (["--http1.0", "--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql"),
    ],
)
def test_curl(foc_server: FocServer, graph: Graph, options: list[str], path: str) -> None:
    try:
        curl = find_program("curl", "apt-get install curl")
    except MissingProgramError as missing:
        give_up(missing)
    command = [curl, "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "30", *options]
    done = subprocess.run([*command, f"{foc_server.url}{path}"], capture_output=True, check=True)
    found = [row["coalition"]["value"] for row in json.loads(done.stdout)["results"]["bindings"]]
    assert found == [row["coalition"] for row in graph.sparql(COALITIONS)]
    assert urlsplit(found[0]).scheme == "https"
