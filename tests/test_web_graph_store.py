"""Whole graphs over HTTP, as the W3C Graph Store HTTP Protocol has them."""

from __future__ import annotations

from urllib.parse import quote

import httpx2
import pyoxigraph as ox
import pytest
from asking import ABSENT, GRAPHS, A, B, problem, triples
from protocol_suite import Case, each


@pytest.mark.parametrize("case", each("graph-store-protocol/manifest-indirect.ttl"))
def test_a_case_of_the_graph_store_suite_changes_nothing(few: httpx2.Client, case: Case) -> None:
    """Writes are refused; so a graph that a case has written is not there, but the default graph always is."""
    for request in case.requests:
        path = request.path.replace("/gsp", "/graph-store", 1)
        response = few.request(request.method, path, headers=request.headers, content=request.body)
        if request.method in ("GET", "HEAD"):
            assert response.status_code == (200 if path.endswith("?default") else 400 if "$" in path else 404)
        else:
            assert problem(response, 405) == "all is read-only here: use GET, HEAD, OPTIONS"
            assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_whole_graph(few: httpx2.Client, kind: str) -> None:
    response = few.get("/graph-store", params={"graph": A}, headers={"Accept": kind})
    assert response.headers["Content-Type"].partition(";")[0] == kind
    subject, predicate = ox.NamedNode(A), ox.NamedNode("http://example.org/in")
    values = (ox.Literal("a"), ox.Literal("é", language="fr"))
    assert triples(response) == {ox.Triple(subject, predicate, value) for value in values}


def test_the_union_of_all_graphs(few: httpx2.Client) -> None:
    found = triples(few.get("/graph-store?default"))
    assert found > triples(few.get(f"/graph-store?graph={A}")) | triples(few.get(f"/graph-store?graph={B}"))


@pytest.mark.parametrize(
    ("parameters", "status", "words"),
    [
        ("", 400, "say which graph"),
        ("?default=x", 400, "say which graph"),
        (f"?graph={A}&graph={A}", 400, "say which graph"),
        (f"?graph={A}&default", 400, "say which graph"),
        ("?graph=a", 400, "not an absolute IRI"),
        (f"?graph={ABSENT}", 404, "/sparql lists them"),
        (f"?graph={quote(A + '> {} } #')}", 400, "not an absolute IRI"),
    ],
)
def test_what_names_no_graph_is_refused(few: httpx2.Client, parameters: str, status: int, words: str) -> None:
    response = few.get(f"/graph-store{parameters}")
    assert words in problem(response, status)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_client_that_takes_no_graph(few: httpx2.Client) -> None:
    assert "text/turtle, " in problem(few.get("/graph-store?default", headers={"Accept": "text/csv"}), 406)
