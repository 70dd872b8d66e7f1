"""Whole graphs over HTTP, in every format; test_web_standards has what the W3C asks for."""

from __future__ import annotations

import httpx2
import pyoxigraph as ox
import pytest

from tests.support.http import GRAPHS, A, triples


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_whole_graph(few: httpx2.Client, kind: str) -> None:
    response = few.get("/graph-store", params={"graph": A}, headers={"Accept": kind})
    assert response.headers["Content-Type"].partition(";")[0] == kind
    subject, predicate = ox.NamedNode(A), ox.NamedNode("http://example.org/in")
    values = (ox.Literal("a"), ox.Literal("é", language="fr"))
    assert triples(response) == {ox.Triple(subject, predicate, value) for value in values}
