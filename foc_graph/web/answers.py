"""The answer to a query of a stranger: asked in the sandbox, sent as it comes, given up when the client leaves."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from foc_graph.store.embedded import parse_error
from foc_graph.web.conditional import entity_tag, is_current
from foc_graph.web.negotiation import choose
from foc_graph.web.problems import ProblemError
from foc_graph.web.sandbox.pool import OverloadError, QueryError, Question
from foc_graph.web.served import Served

ROWS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
}
"""Formats of rows and truth values, by media type."""

GRAPHS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/trig": "trig",
    "application/n-quads": "nq",
    "application/json": "jsonld",
    "application/xml": "rdf",
}
"""Formats of graphs, by media type."""

_STATUS = {
    "syntax": HTTPStatus.BAD_REQUEST,
    "evaluation": HTTPStatus.BAD_REQUEST,
    "large": HTTPStatus.BAD_REQUEST,
    "memory": HTTPStatus.SERVICE_UNAVAILABLE,
    "time": HTTPStatus.SERVICE_UNAVAILABLE,
    "crash": HTTPStatus.SERVICE_UNAVAILABLE,
}
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)
"""What gives another answer each time it is asked."""


class Dataset(NamedTuple):
    """The graphs that make up the default graph of a query, and those that it can name; all, where both are None."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


class _Types(NamedTuple):
    """The media types of rows or a truth value, and of a graph."""

    rows: str
    graph: str


def answer(request: Request, query: str, dataset: Dataset) -> ASGIApp:
    """What answers a query that has been checked, in the form that the client prefers.

    One that takes only rows, or only graphs, gets the other kind of result as JSON or Turtle: libraries send one header
    with queries of any form.

    Raises:
        ProblemError: if it takes no form that there is.
    """
    accept = request.headers.get("accept")
    rows, graph = choose(accept, list(ROWS)), choose(accept, list(GRAPHS))
    if rows is None and graph is None:
        raise _not_acceptable(ROWS | GRAPHS)
    types = _Types(rows or next(iter(ROWS)), graph or next(iter(GRAPHS)))
    served: Served = request.scope["served"]
    question = Question(query, ROWS[types.rows], GRAPHS[types.graph], *dataset, served.graph.base)
    if request.method == "POST":
        return _Asking(served, question, types, data_headers())
    if _VOLATILE.search(query):
        return _Asking(served, question, types, {**data_headers(), "Cache-Control": "no-store"})
    headers = data_headers(entity_tag(served.tag, question, types))
    return not_modified(request, headers) or _Asking(served, question, types, headers)


def data_headers(tag: str | None = None) -> dict[str, str]:
    """What every answer with data says; with a tag, that a client may keep it and ask whether it still holds."""
    headers = {"Vary": "Accept", "Access-Control-Allow-Origin": "*"}
    return headers if tag is None else {**headers, "ETag": tag, "Cache-Control": "no-cache"}


def not_modified(request: Request, headers: dict[str, str]) -> Response | None:
    """The answer to a client that has already what these headers go with; None for another one."""
    return (
        Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers) if is_current(request, headers["ETag"]) else None
    )


def graph_type(request: Request) -> str:
    """The media type in which the client prefers a graph.

    Raises:
        ProblemError: if it takes no form that there is.
    """
    if (kind := choose(request.headers.get("accept"), list(GRAPHS))) is None:
        raise _not_acceptable(GRAPHS)
    return kind


def _not_acceptable(offered: dict[str, str]) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_ACCEPTABLE, f"this is given as {', '.join(offered)}: accept one of them")


class _Asking:
    """Asks a question, and sends what it gives."""

    def __init__(self, served: Served, question: Question, types: _Types, headers: dict[str, str]) -> None:
        self._served, self._question, self._types, self._headers = served, question, types, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        work = asyncio.create_task(self._answer(scope, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            work.cancel()
            leaving.cancel()
            await asyncio.gather(work, leaving, return_exceptions=True)

    async def _answer(self, scope: Scope, send: Send) -> None:
        client = scope["client"][0] if scope["client"] else ""
        is_started = False
        try:
            async with self._served.sandbox.ask(self._question, client) as found:
                kind = self._types.graph if found.kind == "graph" else self._types.rows
                piece = await anext(found.pieces, b"")
                following = await anext(found.pieces, b"")
                charset = "; charset=utf-8" if kind.startswith("text/") else ""
                headers = Headers({**self._headers, "Content-Type": f"{kind}{charset}"}).raw
                is_started = True
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                while following and scope["method"] != "HEAD":
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    piece, following = following, await anext(found.pieces, b"")
                await send({"type": "http.response.body", "body": piece})
        except OverloadError as error:
            later = {"Retry-After": str(error.seconds)}
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, str(error), later) from error
        except QueryError as error:
            if is_started:
                return  # without an end, by which the client sees that the answer is cut off
            text = str(error)
            detail = str(parse_error(self._question.query, text)) if error.kind == "syntax" else text
            raise ProblemError(_STATUS[error.kind], detail) from error


async def _left(receive: Receive) -> None:
    """Wait until the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
