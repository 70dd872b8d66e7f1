"""The SPARQL endpoint: the SPARQL 1.1 Protocol, Service Description, and the read side of the Graph Store Protocol."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from foc_graph.errors import ParseError
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.formats import FORMATS
from foc_graph.rdf.terms import RDF_TYPE, is_iri
from foc_graph.server.cache import entity_tag
from foc_graph.server.endpoint_page import ACCEPT, Asked, answer_page, examples, form, problem_page
from foc_graph.server.requests import (
    FORM,
    GRAPHS,
    HTML,
    LONG,
    ROWS,
    Parameters,
    ProblemError,
    choose,
    decode,
    parameters,
    read_body,
    read_form,
)
from foc_graph.server.responses import PROBLEM_PAGE, Dataset, answer, data_headers, graph_type, not_modified
from foc_graph.server.state import State
from foc_graph.sparql.public import check
from foc_graph.store.results import Rows

_DATASET = ("default-graph-uri", "named-graph-uri")
_QUERY, _UPDATE = "application/sparql-query", "application/sparql-update"
_WHOLE = "CONSTRUCT WHERE { ?subject ?predicate ?object }"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMAT = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_SERIALISATIONS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
_GRAPHS = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { } } ORDER BY ?graph"


async def sparql(request: Request) -> ASGIApp:
    """Answer a query; without one, say what the service can do."""
    queries, others = await _asked(request)
    wanted = dict(others).get(ACCEPT, "")
    accept = wanted or request.headers.get("accept")
    if not queries and request.method != "POST":
        is_page = choose(accept, [*GRAPHS, HTML]) == HTML
        return form(request) if is_page else await _describe_service(request, accept)
    if len(queries) != 1:
        detail = f"{len(queries)} queries are given: send one, as parameter `query` or as {_QUERY}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    asked = Asked(queries[0], [one for one in others if one[0] in _DATASET], wanted or HTML)
    request.scope[PROBLEM_PAGE] = partial(problem_page, request, asked)
    try:
        if len(asked.query) > LONG:
            await run_in_threadpool(check, asked.query, PREFIXES)
        else:
            check(asked.query, PREFIXES)
    except ParseError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, str(error)) from error
    dataset = Dataset(*(_graphs(asked.graphs, name) for name in _DATASET))
    if choose(accept, [*ROWS, *GRAPHS, HTML]) == HTML:
        return answer_page(request, asked, dataset)
    return answer(request, asked.query, dataset, accept)


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
    state: State = request.scope["served"]
    if not await run_in_threadpool(state.graph.sparql, f"ASK {{ GRAPH {ox.NamedNode(iri)} {{ }} }}"):
        detail = "there is no graph of this name: the description of the service at /sparql lists them"
        raise ProblemError(HTTPStatus.NOT_FOUND, detail)
    return answer(request, _WHOLE, Dataset((iri,)), accept)


async def _asked(request: Request) -> tuple[list[str], Parameters]:
    """The queries of a request, however they were sent, and all parameters."""
    given, direct = parameters(request.scope["query_string"]), []
    if request.method == "POST":
        kind, _, parameter = request.headers.get("content-type", "").lower().partition(";")
        kind, _, charset = kind.strip(), *parameter.strip().rpartition("charset=")[1:]
        if kind == _UPDATE:
            raise _read_only()
        if kind not in (_QUERY, FORM) or charset.strip('"') not in ("", "utf-8"):
            detail = f"send a query as {_QUERY} or {FORM}, in UTF-8"
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        content = await read_body(request)
        if kind == FORM:
            given += await read_form(content)
        else:
            direct.append(decode(content))
    if any(name == "update" for name, _ in given):
        raise _read_only()
    return direct + [value for name, value in given if name == "query"], given


def _read_only() -> ProblemError:
    return ProblemError(HTTPStatus.FORBIDDEN, "this endpoint is read-only: updates are refused")


def _graphs(given: Parameters, wanted: str) -> tuple[str, ...] | None:
    found = tuple(value for name, value in given if name == wanted)
    if not all(map(is_iri, found)):
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"{wanted} is not an absolute IRI: write it in full")
    return found or None


async def _describe_service(request: Request, accept: str | None) -> Response:
    """The description of the endpoint, by the address that the workspace gives it, else by the one that is asked."""
    state: State = request.scope["served"]
    endpoint = state.graph.workspace.settings.endpoint or str(request.url.replace(query=None, fragment=None))
    if not is_iri(endpoint):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the header Host names no host: send the one of this server")
    kind = graph_type(accept)
    headers = data_headers(entity_tag(state.current.digest, endpoint, kind))
    return not_modified(request, headers) or Response(
        await run_in_threadpool(_serialised, endpoint, state.graph, GRAPHS[kind]), headers=headers, media_type=kind
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


ROUTES = [
    Route("/sparql", sparql, methods=["GET", "POST"]),
    Route("/sparql/", sparql, methods=["GET", "POST"], include_in_schema=False),
    Route("/sparql/examples.json", examples),
]

GRAPH_STORE_ROUTES = [Route("/graph-store", graph_store)]
