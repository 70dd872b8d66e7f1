"""SPARQL over HTTP: formats, limits, caching, clients of all kinds; `test_standards` has what the W3C asks for."""

import csv
import gzip
import http.client
import io
import socket
from contextlib import ExitStack
from urllib.parse import urlencode

import httpx2
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import VOID

from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.store.results import Triples, as_rows
from tests.support.http import (
    COALITIONS,
    GRAPHS,
    ROWS,
    A,
    B,
    ask,
    metric,
    problem,
    replaced,
    subjects,
    triples,
    until,
)

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = rdflib.Namespace("http://www.w3.org/ns/formats/")
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT ?a ?d WHERE { ?a a ?b . ?d a ?e } LIMIT 100000"


@pytest.mark.parametrize("kind", GRAPHS)
def test_the_service_describes_itself(few: httpx2.Client, kind: str) -> None:
    response = few.get("/sparql", headers={"Accept": kind})
    assert response.headers["Content-Type"].partition(";")[0] == kind
    graph = rdflib.Graph().parse(data=ox.serialize(triples(response), format=ox.RdfFormat.N_TRIPLES), format="nt")
    (service,) = graph.subjects(rdflib.RDF.type, SD.Service)
    assert list(graph.objects(service, SD.supportedLanguage)) == [SD.SPARQL11Query]
    assert list(graph.objects(service, SD.feature)) == [SD.UnionDefaultGraph]
    rows = {FORMATS[f"SPARQL_Results_{name}"] for name in ("JSON", "XML", "CSV", "TSV")}
    graphs = {FORMATS[name] for name in ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")}
    assert set(graph.objects(service, SD.resultFormat)) == rows | graphs
    there = subjects(ask(few, "SELECT DISTINCT ?s WHERE { GRAPH ?s { ?a ?b ?c } }"))
    assert {str(name) for name in graph.objects(None, SD.name)} == set(there) >= {A, B}


def test_the_service_says_what_the_graph_holds_and_how_to_ask_it(client: httpx2.Client) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=response.text, format="turtle")
    (union,) = graph.objects(None, SD.defaultGraph)
    found = {
        (graph.value(of_class, VOID["class"]), graph.value(node, VOID.property))
        for of_class in graph.objects(union, VOID.classPartition)
        for node in graph.objects(of_class, VOID.propertyPartition)
    }
    asked = ask(client, "SELECT DISTINCT ?class ?property WHERE { ?s a ?class ; ?property ?o }").json()
    assert {tuple(map(str, pair)) for pair in found} == {
        (row["class"]["value"], row["property"]["value"]) for row in asked["results"]["bindings"]
    }
    listed = {one["question"]: one["query"] for one in client.get("/sparql/examples.json").json()}
    assert "Which coalitions are there, since when, and how large are they?" in listed
    text = rdflib.SH.select | rdflib.SH.construct | rdflib.SH.ask
    assert listed == {
        str(graph.value(one, rdflib.RDFS.comment)): str(graph.value(one, text))
        for one in graph.subjects(rdflib.RDF.type, rdflib.SH.SPARQLExecutable)
    }
    declared = graph.subject_objects(rdflib.SH.prefix)
    assert {str(prefix): str(graph.value(one, rdflib.SH.namespace)) for one, prefix in declared} == PREFIXES
    statistics = client.get("/.well-known/void")
    assert statistics.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert rdflib.Graph().parse(data=statistics.text, format="turtle").isomorphic(graph)


@pytest.mark.parametrize("kind", ROWS)
def test_rows_come_in_every_format(client: httpx2.Client, small: Graph, kind: str) -> None:
    response = ask(client, COALITIONS, kind)
    assert response.headers["Content-Type"].partition(";")[0] == kind
    found = ox.parse_query_results(response.content, format=ROWS[kind])
    assert isinstance(found, ox.QuerySolutions)
    expected = as_rows(small.sparql(COALITIONS))
    assert [tuple(row) for row in found] == list(expected.terms)
    assert len(expected) > 3


def test_rows_come_as_csv(client: httpx2.Client, small: Graph) -> None:
    response = ask(client, COALITIONS, "text/csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.DictReader(io.StringIO(response.text))) == list(small.sparql(COALITIONS))


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_graph_comes_in_every_format(client: httpx2.Client, small: Graph, kind: str) -> None:
    query = "DESCRIBE <https://example.org/coalition/id/first>"
    response = ask(client, query, kind)
    assert response.headers["Content-Type"].partition(";")[0] == kind
    expected = small.sparql(query)
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
    ],
)
def test_a_client_that_takes_nothing_of_what_there_is(
    client: httpx2.Client, path: str, accept: str, offered: str
) -> None:
    assert offered in problem(client.get(path, headers={"Accept": accept}), 406)


@pytest.mark.parametrize(
    ("query", "parameters", "kind", "name"),
    [
        (COALITIONS, {"accept": "text/csv"}, "text/csv; charset=utf-8", "answer.csv"),
        (COALITIONS, {"accept": ""}, "application/sparql-results+xml", "answer.xml"),
        (COALITIONS, {"format": "csv", "output": "csv"}, "application/sparql-results+xml", "answer.xml"),
        ("DESCRIBE <id/first>", {"accept": "application/n-triples"}, "application/n-triples", "answer.nt"),
        ("DESCRIBE <id/first>", {"accept": "text/csv"}, "text/turtle; charset=utf-8", "answer.ttl"),
    ],
)
def test_a_parameter_stands_for_the_header_accept(
    client: httpx2.Client, query: str, parameters: dict[str, str], kind: str, name: str
) -> None:
    given, headers = {"query": query, **parameters}, {"Accept": "application/sparql-results+xml"}
    for response in (
        client.get("/sparql", params=given, headers=headers),
        client.post("/sparql", data=given, headers=headers),
    ):
        assert response.headers["Content-Type"] == kind
        assert response.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "text/csv" in problem(client.get("/sparql", params={**given, "accept": "csv"}), 406)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (f"SELECT DISTINCT ?s from <{A}> from<{B}> {{", [A, B]),
        (f"SELECT DISTINCT ?s #FROM <{A}>\n {{", [A, B]),
        ("SELECT DISTINCT ?s { BIND (' FROM ' AS ?from) BIND ('x'@from AS ?x)", [A, B]),
        (f"SELECT DISTINCT ?s FrOm <{A}> {{", [A]),
    ],
)
def test_clauses_are_told_from_other_words(few: httpx2.Client, start: str, expected: list[str]) -> None:
    assert subjects(ask(few, f"{start} ?s <http://example.org/in> ?o }} ORDER BY ?s")) == expected


def test_relative_iris_are_those_of_the_workspace(client: httpx2.Client) -> None:
    assert ask(client, "ASK { <id/first> a coal:Coalition }").json()["boolean"] is True


PATHS = ["/sparql", f"/sparql?{urlencode({'query': COALITIONS})}", "/graph-store?default"]


EVERYTHING = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def test_head_of_an_answer_without_end_costs_no_process(few: httpx2.Client) -> None:
    before = replaced(few)
    for _ in range(3):
        head = few.head("/sparql", params={"query": EVERYTHING})
        assert (head.status_code, head.content) == (200, b"")
    assert replaced(few) == before


ROWS_OF = [f"/sparql?{urlencode({'query': f'{EVERYTHING} LIMIT {limit}'})}" for limit in (1, 50, 5000)]


@pytest.mark.parametrize("coding", ["gzip", "identity"])
@pytest.mark.parametrize("path", [*PATHS, *ROWS_OF])
def test_head_says_all_that_get_says(few: httpx2.Client, coding: str, path: str) -> None:
    headers = {"Accept-Encoding": coding, "Origin": "https://example.org"}
    got, head = (few.request(method, path, headers=headers) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    said = [{name: value for name, value in one.headers.items() if name != "date"} for one in (got, head)]
    said[0].pop("transfer-encoding", None)
    assert said[0] == said[1]
    for name in ("content-type", "etag", "cache-control", "access-control-allow-origin", "x-content-type-options"):
        assert name in said[0]
    assert ("content-encoding" in said[0]) is (coding == "gzip" and len(got.content) >= 500)


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_sent_once_as_long_as_it_holds(few: httpx2.Client, path: str) -> None:
    tag = few.get(path).headers["ETag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        response = few.get(path, headers={"If-None-Match": known, "Origin": "https://example.org"})
        assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", tag)
        assert {"Vary", "Cache-Control", "Access-Control-Allow-Origin"} <= {name.title() for name in response.headers}
    assert few.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert few.head(path, headers={"If-None-Match": tag}).status_code == 304


def test_tags_differ_with_what_is_asked(few: httpx2.Client, client: httpx2.Client) -> None:
    answers = [
        ask(client, COALITIONS),
        ask(few, COALITIONS),
        ask(few, f"{COALITIONS} LIMIT 1"),
        ask(few, COALITIONS, "text/csv"),
        ask(few, COALITIONS, **{"default-graph-uri": A}),
        ask(few, COALITIONS, **{"named-graph-uri": A}),
        few.get("/sparql"),
        few.get(f"/graph-store?graph={A}"),
        few.get("/graph-store?default"),
    ]
    assert len({one.headers["ETag"] for one in answers}) == len(answers)


def test_what_changes_each_time_has_no_tag(few: httpx2.Client) -> None:
    response = ask(few, "SELECT (now() AS ?s) {}")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    known = {"If-None-Match": ask(few, "ASK {}").headers["ETag"]}
    posted = few.post("/sparql", data={"query": "ASK {}"}, headers=known)
    assert posted.json()["boolean"] is True


def test_pages_elsewhere_may_ask(few: httpx2.Client) -> None:
    origin = {"Origin": "https://example.org"}
    for path in PATHS:
        assert few.get(path, headers=origin).headers["Access-Control-Allow-Origin"] == "*"
    assert few.get("/sparql?query=", headers=origin).headers["Access-Control-Allow-Origin"] == "*"
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = few.options("/sparql", headers={**origin, **asked})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
    refused = few.options("/graph-store", headers={**origin, "Access-Control-Request-Method": "DELETE"})
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("path", "allowed"), [("/sparql", "GET, HEAD, OPTIONS, POST"), ("/graph-store", "GET, HEAD, OPTIONS")]
)
def test_what_may_be_done(few: httpx2.Client, path: str, allowed: str) -> None:
    response = few.options(path)
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
    before = replaced(client)
    request = f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with ExitStack() as connections:
        for _ in range(4):
            address = (client.base_url.host, client.base_url.port)
            connections.enter_context(socket.create_connection(address)).sendall(request)
        until(lambda: metric(client, "foc_queries_waiting") == 2)
        assert replaced(client) == before, "two are answered"
    until(lambda: metric(client, "foc_queries_waiting") == 0 and replaced(client) >= before + 2)
    assert ask(client, "ASK {}").json()["boolean"] is True


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


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_whole_graph(few: httpx2.Client, kind: str) -> None:
    response = few.get("/graph-store", params={"graph": A}, headers={"Accept": kind})
    assert response.headers["Content-Type"].partition(";")[0] == kind
    subject, predicate = ox.NamedNode(A), ox.NamedNode("http://example.org/in")
    values = (ox.Literal("a"), ox.Literal("é", language="fr"))
    assert triples(response) == {ox.Triple(subject, predicate, value) for value in values}
