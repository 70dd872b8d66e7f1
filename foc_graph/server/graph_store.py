"""Whole graphs by name: the read side of the SPARQL 1.1 Graph Store HTTP Protocol, section 5.2."""

from __future__ import annotations

from http import HTTPStatus

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from foc_graph.rdf.terms import is_iri
from foc_graph.server.answers import Dataset, answer, graph_type
from foc_graph.server.problems import ProblemError
from foc_graph.server.protocol import parameters
from foc_graph.server.state import Served

_WHOLE = "CONSTRUCT WHERE { ?subject ?predicate ?object }"


async def graph_store(request: Request) -> ASGIApp:
    """A graph, by parameter `graph`, or with `default` the union of all."""
    accept = request.headers.get("accept")
    graph_type(accept)
    given = [one for one in parameters(request.scope["query_string"]) if one[0] in ("graph", "default")]
    if given == [("default", "")]:
        return answer(request, _WHOLE, Dataset(), accept)
    if [name for name, _ in given] != ["graph"]:
        detail = "say which graph: `?graph=` with its IRI, or `?default` for the union of all"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    iri = given[0][1]
    if not is_iri(iri):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "graph is not an absolute IRI: write it in full")
    served: Served = request.scope["served"]
    if not await run_in_threadpool(served.graph.sparql, f"ASK {{ GRAPH {ox.NamedNode(iri)} {{ }} }}"):
        detail = "there is no graph of this name: the description of the service at /sparql lists them"
        raise ProblemError(HTTPStatus.NOT_FOUND, detail)
    return answer(request, _WHOLE, Dataset((iri,)), accept)


ROUTES = [Route("/graph-store", graph_store)]
