"""The W3C suites of SPARQL over HTTP: the requests of their cases, and what is to be expected."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS

FOLDER = Path(__file__).parent.parent.parent / "shared" / "suites"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")


class Request(NamedTuple):
    """One request of a case; `statuses` are the expected ones, as their names in the manifest."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: set[str]
    boolean: bool | None
    format: str | None


class Case(NamedTuple):
    """A case by its name, its graphs as files by IRI, and its requests in order."""

    name: str
    graphs: dict[str, Path]
    requests: list[Request]


def cases(manifest: str) -> Iterator[Case]:
    """The cases of a manifest by its path in FOLDER; none where it is missing."""
    path = FOLDER / manifest
    if not path.exists():
        return
    graph = rdflib.Graph().parse(path)
    (entries,) = graph.objects(None, MF.entries)
    for case in Collection(graph, entries):
        graphs = {
            str(graph.value(data, RDFS.label)): path.parent / Path(str(graph.value(data, UT.graph))).name
            for data in graph.objects(case, UT.graphData)
        }
        requests = graph.value(graph.value(case, MF.action), HT.requests)
        yield Case(str(case).rpartition("#")[2], graphs, [_request(graph, one) for one in Collection(graph, requests)])


def each(manifest: str) -> list[Any]:
    """The cases of a manifest as parameters of a test, which is skipped where it is missing."""
    absent = pytest.param(None, marks=pytest.mark.skip(reason=f"the W3C suites are not in {FOLDER}"))
    return [pytest.param(case, id=case.name) for case in cases(manifest)] or [absent]


def _request(graph: rdflib.Graph, node: rdflib.term.Node) -> Request:
    headers = {
        str(graph.value(one, HT.fieldName)).lower(): str(graph.value(one, HT.fieldValue))
        for one in Collection(graph, graph.value(node, HT.headers) or RDF.nil)
    }
    body, text = graph.value(node, HT.body), ""
    encoding = "utf-8"
    if body is not None:
        text = str(graph.value(body, CNT.chars))
        encoding = codecs.lookup(str(graph.value(body, CNT.characterEncoding))).name
    response = graph.value(node, HT.resp)
    boolean, kind = graph.value(response, MF.expectedBoolean), graph.value(response, MF.expectedFormat)
    return Request(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)),
        headers,
        text.encode(encoding),
        {str(one).rpartition("#")[2] for one in graph.objects(response, MF.expectedStatus)},
        None if boolean is None else boolean.toPython(),
        None if kind is None else str(kind),
    )
