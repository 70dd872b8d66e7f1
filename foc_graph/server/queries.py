"""Stored queries over HTTP: a page for each, its answers in every format, and addresses that give the same later."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from http import HTTPStatus
from importlib.resources import files
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.errors import ServiceError, UnknownNameError
from foc_graph.queries.model import StoredQuery
from foc_graph.sandbox.fair_queue import OverloadError
from foc_graph.server.answers import NOT_INDEXED, refused
from foc_graph.server.clients import client_of
from foc_graph.server.negotiation import HTML, choose
from foc_graph.server.openapi import openapi
from foc_graph.server.pages import rendered
from foc_graph.server.problems import ProblemError
from foc_graph.server.protocol import parameters
from foc_graph.server.query_formats import ENDINGS, PAGE, QUERY, formats
from foc_graph.server.query_page import address, query_page
from foc_graph.server.query_service import State, StoredQueries, serialised, source
from foc_graph.server.responses import answered, told, unavailable
from foc_graph.server.state import Served
from foc_graph.site.queries import areas

MAX_VALUES = 100
"""Most values of all parameters of a request: each may name a thing, which is looked for."""

MAX_VALUE = 500
"""Longest name or value of a parameter, in characters."""

_INTRODUCTION = "Questions that the graph answers by name: each has a page, and its answers as CSV, JSON and more."


class Call(NamedTuple):
    """A stored query with its parameters in the order of the query's.

    `is_pinned` tells whether a release is named, `is_bare` whether the address says nothing at all.
    """

    query: StoredQuery
    given: dict[str, list[str]]
    is_pinned: bool
    is_bare: bool

    @property
    def is_question_only(self) -> bool:
        """Whether there is something to fill in before the query is asked."""
        needed = any(one.required and one.default is None for one in self.query.parameters)
        return bool(self.query.parameters) and (self.is_bare or (needed and not self.given))


async def listing(request: Request) -> Response:
    """The stored queries, each with its question."""
    served: Served = request.scope["served"]
    state = served.stored.current
    about = {"title": "Queries", "text": _INTRODUCTION, "areas": areas(state.graph.queries.values(), "")}
    headers = {"Link": '<../openapi.json>; rel="service-desc"; type="application/json"'}
    make = partial(rendered, "queries", state, "../", **about)
    return await answered(request, served.stored, (state.tag, "queries"), make, HTML, headers)


async def stored_query(request: Request) -> Response:
    """The answer of a stored query, or its page."""
    served: Served = request.scope["served"]
    given = _given(request)
    versions = given.pop("release", [])
    if len(versions) > 1:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "several releases are named: choose one of them")
    state = await _state(request, served.stored, *versions)
    query, ending = _wanted(request, state)
    order = [parameter.name for parameter in query.parameters]
    ordered = {name: given.pop(name) for name in order if name in given} | given
    call = Call(query, ordered, is_pinned=bool(versions), is_bare=not request.scope["query_string"])
    if ending == PAGE:
        return await _page(request, served.stored, state, call)
    headers: dict[str, str] = {}
    make = partial(source, state, query.name)
    if ending != QUERY:
        headers |= NOT_INDEXED
        make = partial(_content, state, call, ending)
        if state.release is not None:
            lasting = address(f"{query.name}.{ending}", call.given, state.release.version)
            headers["Link"] = f'<{lasting}>; rel="bookmark"'
    key, kind = _key(state, call, ending), formats(query)[ending].types[0]
    return await answered(request, served.stored, key, make, kind, headers, is_asking=ending != QUERY)


async def description(request: Request) -> Response:
    """What this server answers, in OpenAPI 3.1."""
    served: Served = request.scope["served"]
    state = served.stored.current
    graph = state.graph
    make = partial(openapi, graph.workspace.settings.title, graph.queries, request.app.routes)
    return await answered(request, served.stored, (state.tag, "openapi"), make, "application/json", {})


async def style(request: Request) -> Response:
    """The style sheet of forms."""
    served: Served = request.scope["served"]
    make = files("foc_graph.server").joinpath("form.css").read_bytes
    return await answered(request, served.stored, (served.stored.current.tag, "form.css"), make, "text/css", {})


async def _page(request: Request, stored: StoredQueries, state: State, call: Call) -> Response:
    """The page, with the answer; what is wrong with the parameters is told above the form."""
    make = partial(_page_content, state, call)
    is_asking = not call.is_question_only
    headers = NOT_INDEXED if is_asking else {}
    try:
        return await answered(request, stored, _key(state, call, PAGE), make, HTML, headers, is_asking)
    except ProblemError as problem:
        return await told(request, stored, problem, partial(_page_content, state, call, problem.detail))


def _page_content(state: State, call: Call, problem: str | None = None) -> bytes:
    page = partial(query_page, state, call.query, call.given, is_pinned=call.is_pinned)
    if problem is not None or call.is_question_only:
        return page(problem=problem)
    text = state.graph.bound(call.query.name, **call.given)
    return page(result=state.store.query(text), text=text)


def _content(state: State, call: Call, ending: str) -> bytes:
    return serialised(state.store.query(state.graph.bound(call.query.name, **call.given)), ending)


def _key(state: State, call: Call, *parts: str) -> tuple[Hashable, ...]:
    """What decides the bytes of an answer."""
    given = tuple((name, *values) for name, values in call.given.items())
    return (state.tag, call.query.name, given, call.is_pinned, call.is_bare, *parts)


async def _state(request: Request, stored: StoredQueries, version: str | None = None) -> State:
    if version is None:
        return stored.current
    try:
        return await stored.state(version, client_of(request.scope))
    except UnknownNameError as error:
        raise ProblemError(HTTPStatus.NOT_FOUND, str(error)) from error
    except OverloadError as error:
        raise refused(error) from error
    except ServiceError as error:
        raise unavailable() from error


def _given(request: Request) -> dict[str, list[str]]:
    """The parameters in the address; a form sends empty ones too, which count as not given."""
    pairs = [(name, value) for name, value in parameters(request.scope["query_string"]) if value]
    if len(pairs) > MAX_VALUES:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"more than {MAX_VALUES} values are given: ask for fewer at a time")
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if max(len(name), len(value)) > MAX_VALUE:
            detail = f"a parameter is longer than {MAX_VALUE} characters: shorten it"
            raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
        given.setdefault(name, []).append(value)
    return given


def _wanted(request: Request, state: State) -> tuple[StoredQuery, str]:
    """The query and the format that the address, or else `Accept`, asks for."""
    path = request.path_params["name"]
    ending = next((one for one in ENDINGS if path.endswith(f".{one}")), None)
    name = path if ending is None else path.removesuffix(f".{ending}")
    queries = state.graph.queries
    if name not in queries:
        error = UnknownNameError("query", name, queries, otherwise="the list of queries tells which there are")
        raise ProblemError(HTTPStatus.NOT_FOUND, str(error))
    known = formats(queries[name])
    if ending is None:
        offers: dict[str, str] = {}
        for one, format in known.items():
            for kind in format.types:
                offers.setdefault(kind, one)
        chosen = choose(request.headers.get("accept"), list(offers))
        if chosen is None:
            raise ProblemError(
                HTTPStatus.NOT_ACCEPTABLE, f"{name} is given as {', '.join(offers)}: ask for one of them"
            )
        ending = offers[chosen]
    elif ending not in known:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"{name} has no format {ending}: it has {', '.join(known)}")
    return queries[name], ending


ROUTES = [
    Route("/query/", listing),
    Route("/query/index.html", listing),
    Route("/query/form.css", style),
    Route("/query/{name}", stored_query, name="stored_query"),
    Route("/openapi.json", description),
]
