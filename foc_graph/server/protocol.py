"""SPARQL queries over HTTP (SPARQL 1.1 Protocol, section 2.1); without a query, what the service can do."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from foc_graph.errors import ParseError
from foc_graph.rdf.terms import is_iri
from foc_graph.server.answers import GRAPHS, ROWS, Dataset, answer
from foc_graph.server.endpoint_page import ACCEPT, Asked, answer_page, examples, form, problem_page
from foc_graph.server.negotiation import HTML, choose
from foc_graph.server.problems import PROBLEM_PAGE, ProblemError
from foc_graph.server.service_description import describe_service
from foc_graph.sparql.public import check

MAX_BODY = 2**20
"""Longest body of a request, in bytes."""

MAX_PARAMETERS = 1000
"""Most parameters of a request."""

_LONG = 5000
"""Characters of a query, or bytes of a form, the reading of which would keep others waiting."""

Parameters = list[tuple[str, str]]

_DATASET = ("default-graph-uri", "named-graph-uri")
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"


async def sparql(request: Request) -> ASGIApp:
    """Answer a query; without one, say what the service can do."""
    queries, others = await _asked(request)
    wanted = dict(others).get(ACCEPT, "")
    accept = wanted or request.headers.get("accept")
    if not queries and request.method != "POST":
        is_page = choose(accept, [*GRAPHS, HTML]) == HTML
        return form(request) if is_page else await describe_service(request, accept)
    if len(queries) != 1:
        detail = f"{len(queries)} queries are given: send one, as parameter `query` or as {_QUERY}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    asked = Asked(queries[0], [one for one in others if one[0] in _DATASET], wanted or HTML)
    request.scope[PROBLEM_PAGE] = partial(problem_page, request, asked)
    try:
        if len(asked.query) > _LONG:
            await run_in_threadpool(check, asked.query)
        else:
            check(asked.query)
    except ParseError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, str(error)) from error
    dataset = Dataset(*(_graphs(asked.graphs, name) for name in _DATASET))
    if choose(accept, [*ROWS, *GRAPHS, HTML]) == HTML:
        return answer_page(request, asked, dataset)
    return answer(request, asked.query, dataset, accept)


def parameters(text: bytes) -> Parameters:
    """The parameters of a query string or form.

    Raises:
        ProblemError: if they are too many or not UTF-8.
    """
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "not UTF-8: send it in that encoding") from error
    except ValueError as error:
        detail = f"more than {MAX_PARAMETERS:,} parameters: send fewer"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail) from error


async def form_parameters(request: Request) -> Parameters:
    """The parameters of a request: of its address and, if it is a POST, of the form that it sends.

    Raises:
        ProblemError: if it sends something else, compressed or too long, or as `parameters`.
    """
    given = parameters(request.scope["query_string"])
    if request.method != "POST":
        return given
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send it as {_FORM}, in UTF-8")
    return given + await _form(await _body(request))


async def _asked(request: Request) -> tuple[list[str], Parameters]:
    """The queries of a request, however they were sent, and all parameters."""
    given, direct = parameters(request.scope["query_string"]), []
    if request.method == "POST":
        kind, _, parameter = request.headers.get("content-type", "").lower().partition(";")
        kind, _, charset = kind.strip(), *parameter.strip().rpartition("charset=")[1:]
        if kind == _UPDATE:
            raise _read_only()
        if kind not in (_QUERY, _FORM) or charset.strip('"') not in ("", "utf-8"):
            detail = f"send a query as {_QUERY} or {_FORM}, in UTF-8"
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        content = await _body(request)
        if kind == _FORM:
            given += await _form(content)
        else:
            direct.append(_text(content))
    if any(name == "update" for name, _ in given):
        raise _read_only()
    return direct + [value for name, value in given if name == "query"], given


def _read_only() -> ProblemError:
    return ProblemError(HTTPStatus.FORBIDDEN, "this endpoint is read-only: updates are refused")


async def _form(content: bytes) -> Parameters:
    return await run_in_threadpool(parameters, content) if len(content) > _LONG else parameters(content)


async def _body(request: Request) -> bytes:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "compressed requests are not read: send it as it is")
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_BODY:
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MAX_BODY:,} bytes are read: shorten it")
    return bytes(content)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "not UTF-8: send it in that encoding") from error


def _graphs(given: Parameters, wanted: str) -> tuple[str, ...] | None:
    found = tuple(value for name, value in given if name == wanted)
    if not all(map(is_iri, found)):
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"{wanted} is not an absolute IRI: write it in full")
    return found or None


ROUTES = [
    Route("/sparql", sparql, methods=["GET", "POST"]),
    Route("/sparql/", sparql, methods=["GET", "POST"], include_in_schema=False),
    Route("/sparql/examples.json", examples),
]
