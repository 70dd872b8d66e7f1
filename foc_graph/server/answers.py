"""Answers to public queries: asked in the sandbox, sent as they come, given up when the client leaves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foc_graph.sandbox.fair_queue import OverloadError, client_of
from foc_graph.sandbox.pool import Answer, QueryError, Question
from foc_graph.server.requests import GRAPHS, ROWS, ProblemError, choose
from foc_graph.server.responses import NOT_INDEXED, address_of, data_headers, entity_tag, not_modified, query_problem
from foc_graph.server.state import State

_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)
"""What gives another answer each time it is asked."""

_PIECES_OF_HEAD = 2
"""How many pieces of an answer tell what its head is: whether there is a second one decides how it is sent."""

Sending = Callable[[Answer, dict[str, str], Scope, Receive, Send], Awaitable[None]]
"""Sends what a query gives, with these headers (ASGI)."""


class Dataset(NamedTuple):
    """The graphs that make up the default graph of a query, and those that it can name; all, where both are None."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


class _Types(NamedTuple):
    """The media types of rows or a truth value, and of a graph."""

    rows: str
    graph: str


def answer(request: Request, query: str, dataset: Dataset, accept: str | None) -> ASGIApp:
    """Return the response to a query that has been checked, in the form that a header `Accept` prefers.

    One that takes only rows, or only graphs, gets the other kind of result as JSON or Turtle: libraries send one header
    with queries of any form.

    Raises:
        ProblemError: if it likes no form that there is.
    """
    rows, graph = choose(accept, list(ROWS)), choose(accept, list(GRAPHS))
    if rows is None and graph is None:
        raise _not_acceptable(ROWS | GRAPHS)
    types = _Types(rows or next(iter(ROWS)), graph or next(iter(GRAPHS)))
    state: State = request.scope["served"]
    question = Question(query, ROWS[types.rows], GRAPHS[types.graph], *dataset, state.graph.base)
    return ask_sandbox(request, question, types, partial(_stream, types))


def ask_sandbox(request: Request, question: Question, form: object, sending: Sending) -> ASGIApp:
    """Return the response to a question, or 304 for whoever has it; `form` names what `sending` makes of the answer."""
    state: State = request.scope["served"]
    headers = data_headers() | NOT_INDEXED
    if _VOLATILE.search(question.query):
        headers["Cache-Control"] = "no-store"
    elif request.method != "POST":
        headers |= data_headers(entity_tag(state.current.digest, question, form))
        if (known := not_modified(request, headers)) is not None:
            return known
    if request.method == "HEAD":
        question = question._replace(pieces=question.pieces or _PIECES_OF_HEAD)
    return _Asking(state, question, headers, sending)


def graph_type(accept: str | None) -> str:
    """Return the media type of a graph that a header `Accept` prefers.

    Raises:
        ProblemError: if it likes none that there is.
    """
    if (kind := choose(accept, list(GRAPHS))) is None:
        raise _not_acceptable(GRAPHS)
    return kind


def _not_acceptable(offered: dict[str, str]) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_ACCEPTABLE, f"this is given as {', '.join(offered)}: accept one of them")


class _Asking:
    """The response that asks a question and sends the answer."""

    def __init__(self, state: State, question: Question, headers: dict[str, str], sending: Sending) -> None:
        self._served, self._question, self._headers, self._sending = state, question, headers, sending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        work = asyncio.create_task(self._answer(scope, receive, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            work.cancel()
            leaving.cancel()
            await asyncio.gather(work, leaving, return_exceptions=True)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_started = False

        async def sent(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            async with self._served.sandbox.ask(self._question, client_of(address_of(scope))) as found:
                await self._sending(found, self._headers, scope, receive, sent)
        except (OverloadError, QueryError) as error:
            if is_started:
                return  # without an end, by which the client sees that the answer is cut off
            raise query_problem(error, self._question.query) from error


async def _stream(
    types: _Types, found: Answer, headers: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    """Send it as it comes; browsers save what they cannot show under a name that tells its format."""
    kind, ending = (types.graph, GRAPHS[types.graph]) if found.kind == "graph" else (types.rows, ROWS[types.rows])
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    about = {"Content-Type": f"{kind}{charset}", "Content-Disposition": f'inline; filename="answer.{ending}"'}
    piece, following = await anext(found.pieces, b""), await anext(found.pieces, b"")
    await send({"type": "http.response.start", "status": 200, "headers": Headers({**headers, **about}).raw})
    while following:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        piece, following = following, await anext(found.pieces, b"")
    await send({"type": "http.response.body", "body": piece})


async def _left(receive: Receive) -> None:
    """Wait until the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
