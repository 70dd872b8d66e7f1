"""What the endpoint can do and which graphs it has, in RDF (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from foc_graph.graph import Graph
from foc_graph.rdf.formats import FORMATS
from foc_graph.rdf.terms import RDF_TYPE, is_iri
from foc_graph.server.answers import GRAPHS, data_headers, graph_type, not_modified
from foc_graph.server.conditional import entity_tag
from foc_graph.server.problems import ProblemError
from foc_graph.server.state import Served
from foc_graph.store.results import Rows

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMAT = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_SERIALISATIONS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
_GRAPHS = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { } } ORDER BY ?graph"


async def describe_service(request: Request, accept: str | None) -> Response:
    """The description of the endpoint, by the address that the workspace gives it, else by the one that is asked."""
    served: Served = request.scope["served"]
    endpoint = served.graph.workspace.settings.endpoint or str(request.url.replace(query=None, fragment=None))
    if not is_iri(endpoint):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the header Host names no host: send the one of this server")
    kind = graph_type(accept)
    headers = data_headers(entity_tag(served.tag, endpoint, kind))
    return not_modified(request, headers) or Response(
        await run_in_threadpool(_serialised, endpoint, served.graph, GRAPHS[kind]), headers=headers, media_type=kind
    )


def _serialised(endpoint: str, graph: Graph, format: str) -> bytes:
    content = ox.serialize(_described(endpoint, graph), format=FORMATS[format], prefixes={"sd": _SD})
    assert content is not None
    return content


def _described(endpoint: str, graph: Graph) -> Iterator[ox.Triple]:
    service, dataset, union = (ox.NamedNode(f"{endpoint}#{part}") for part in ("service", "dataset", "union"))
    yield _typed(service, "Service")
    yield _said(service, "endpoint", ox.NamedNode(endpoint))
    yield _said(service, "supportedLanguage", ox.NamedNode(f"{_SD}SPARQL11Query"))
    yield _said(service, "feature", ox.NamedNode(f"{_SD}UnionDefaultGraph"))
    yield _said(service, "defaultEntailmentRegime", ox.NamedNode("http://www.w3.org/ns/entailment/Simple"))
    for name in (*_RESULTS, *_SERIALISATIONS):
        yield _said(service, "resultFormat", ox.NamedNode(_FORMAT + name))
    yield _said(service, "defaultDataset", dataset)
    yield _typed(dataset, "Dataset")
    yield _said(dataset, "defaultGraph", union)
    rows = graph.sparql(_GRAPHS)
    assert isinstance(rows, Rows)
    names = [ox.NamedNode(row["graph"]) for row in rows]
    for named in names:
        yield _said(dataset, "namedGraph", named)
    yield _typed(union, "Graph")
    for named in names:
        yield _typed(named, "NamedGraph")
        yield _said(named, "name", named)


def _typed(subject: ox.NamedNode, kind: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(RDF_TYPE), ox.NamedNode(_SD + kind))


def _said(subject: ox.NamedNode, name: str, value: ox.NamedNode) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(_SD + name), value)
