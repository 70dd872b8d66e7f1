"""HTTP requests to a server of tests, and what its answers hold."""

import socket
import time
from collections.abc import Callable

import httpx2
import pyoxigraph as ox

A, B = (f"http://example.org/{name}" for name in ("a", "b"))
"""The graphs that the server `few` has."""

DATA = f"""GRAPH <{A}> {{ <{A}> <http://example.org/in> "a" , "é"@fr }}
GRAPH <{B}> {{ <{B}> <http://example.org/in> "b" }}"""
"""Their content, as TriG and as an update has it."""

SECONDS = 300
"""After which a test that hangs is ended."""

COALITIONS = "SELECT ?coalition WHERE { ?coalition a coal:Coalition } ORDER BY ?coalition"
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
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
    """Return the detail of a problem document."""
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status
    return str(response.json()["detail"])


def metric(client: httpx2.Client, name: str) -> float:
    """Return a count without labels in the metrics."""
    lines = client.get("/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


def replaced(client: httpx2.Client) -> float:
    """The count of processes for queries that were replaced."""
    return metric(client, "foc_query_processes_replaced_total")


def exchange(port: int, request: bytes, seconds: float = SECONDS) -> tuple[int, bytes]:
    """Send these bytes; return the status of the answer, and all of it; each part comes within some seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        client.sendall(request)
        return received(client)


def received(client: socket.socket) -> tuple[int, bytes]:
    """Read an answer until its server closes the connection."""
    answer = bytearray()
    try:
        while piece := client.recv(2**16):
            answer += piece
    except ConnectionResetError:  # it did not read all that was sent
        pass
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0, bytes(answer)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)
