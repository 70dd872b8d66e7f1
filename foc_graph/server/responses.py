"""Responses: kept answers, streamed answers to public queries, problem details, 304 Not Modified."""

from __future__ import annotations

import asyncio
import errno
import html
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import blake2b
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foc_graph.errors import FocGraphError, ServiceError
from foc_graph.sandbox.fair_queue import OverloadError, client_of
from foc_graph.sandbox.pool import NO_ROOM, Answer, TaskError
from foc_graph.server.evaluation import Question
from foc_graph.server.negotiation import GRAPHS, HTML, ROWS, choose
from foc_graph.server.requests import ProblemError
from foc_graph.server.site import PROBLEM_PAGE
from foc_graph.server.state import State
from foc_graph.store.embedded import parse_error

_logger = logging.getLogger(__package__)

T = TypeVar("T")

NOT_INDEXED = {"X-Robots-Tag": "noindex"}
"""Answers may name persons, as may the pages that show them."""

UNCOMPRESSED = {"Content-Encoding": "identity"}
"""The header of an answer that is never compressed, as its strong entity tag stands for these bytes; it is not sent."""

_STATUS = {
    "syntax": HTTPStatus.BAD_REQUEST,
    "evaluation": HTTPStatus.BAD_REQUEST,
    "rows": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "large": HTTPStatus.BAD_REQUEST,
    "memory": HTTPStatus.SERVICE_UNAVAILABLE,
    "file": HTTPStatus.INSUFFICIENT_STORAGE,
    "time": HTTPStatus.SERVICE_UNAVAILABLE,
    "crash": HTTPStatus.SERVICE_UNAVAILABLE,
}
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)
"""Functions that give another answer each time they are asked."""

_PIECES_OF_HEAD = 2
"""Pieces of an answer that decide its head: whether there is a second one decides how it is sent."""

Sending = Callable[[Answer, dict[str, str], Scope, Receive, Send], Awaitable[None]]
"""Sends what a query gives, with these headers (ASGI)."""

_DATES = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
"""The form of a date in HTTP, and two that it had."""

_PROBLEM_JSON = "application/problem+json"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p></main></body></html>
"""


class Dataset(NamedTuple):
    """The graphs that make up the default graph of a query, and those that it can name; all, where both are None."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


class _Types(NamedTuple):
    """The media types of rows or a truth value, and of a graph."""

    rows: str
    graph: str


async def respond(
    request: Request,
    key: tuple[Hashable, ...],
    make: Callable[[], bytes],
    kind: str = HTML,
    headers: Mapping[str, str] = MappingProxyType({}),
    is_asking: bool = False,
    explain: Callable[[str], bytes] | None = None,
) -> Response:
    """Respond with the answer of a key, made if need be, perhaps by asking a query; 304 if the client has it.

    The answer to a POST is not kept. `explain` makes the page that says above its form what is wrong with what was
    asked.

    Raises:
        ProblemError: 400 for what cannot be answered, 429 if too many queries of the client wait, 503 if too many of
            all clients do, or the store cannot be read.
        ClientDisconnect: if the client leaves before.
    """
    state: State = request.scope["served"]
    tag = None if request.method == "POST" else entity_tag(*key)
    headers = {**data_headers(tag), **headers}
    if tag is not None and (known := not_modified(request, headers)) is not None:
        return known
    try:
        with as_problems():
            if not is_asking:
                content = await state.answers.answer(tag, make)
            else:
                asking = state.answers.answer(tag, make, address_of(request.scope))
                content = await (asking if tag in state.answers else until_left(request.receive, asking))
    except ProblemError as problem:
        if explain is None or problem.status != HTTPStatus.BAD_REQUEST:
            raise
        return await respond_once(request, partial(explain, problem.detail), problem.status)
    if len(content) > state.settings.answer:
        detail = "the answer is too large for this server: ask for less at a time, or download a dump"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    return Response(content, headers=headers, media_type=kind)


async def respond_once(
    request: Request,
    make: Callable[[], bytes],
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] = MappingProxyType({}),
    is_asking: bool = True,
) -> Response:
    """Respond with a page that is not kept, made in the client's turn if it asks a query.

    Raises:
        ProblemError: as `respond`.
    """
    state: State = request.scope["served"]
    with as_problems():
        if not is_asking:
            content = await state.answers.answer(None, make)
        else:
            asking = state.answers.answer(None, make, address_of(request.scope))
            content = await until_left(request.receive, asking)
    return Response(content, status, {**data_headers(), **headers, "Cache-Control": "no-store"}, HTML)


def address_of(scope: Scope) -> str:
    """Return the address of the client that sends a request; empty if it has none."""
    return str(scope["client"][0]) if scope.get("client") else ""


def entity_tag(*parts: object) -> str:
    """Return a tag that is the same for the same parts: the state that is served, and what was asked of it.

    It is weak: what it stands for has the same meaning each time, but may be compressed, or in another order.
    """
    return f'W/"{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


def data_headers(tag: str | None = None) -> dict[str, str]:
    """Return the headers of every answer with data; with a tag, a client may keep it and ask whether it still holds."""
    headers = {"Vary": "Accept"}
    return headers if tag is None else {**headers, "ETag": tag, "Cache-Control": "no-cache"}


def not_modified(request: Request, headers: Mapping[str, str], modified: int | None = None) -> Response | None:
    """Respond with 304 to a client that has the answer with these headers (RFC 9110, section 13.2.2), else None.

    `modified` is the second since which it is as it is; what a client says of tags counts before what it says of dates.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    if "if-none-match" in request.headers:
        known = [one.strip().removeprefix("W/") for one in request.headers["if-none-match"].split(",")]
        is_known = headers["ETag"].removeprefix("W/") in known
    else:
        dates = [_read_date(text) for text in request.headers.getlist("if-modified-since")]
        is_known = modified is not None and len(dates) == 1 and dates[0] is not None and modified <= dates[0]
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers) if is_known else None


def _read_date(text: str) -> float | None:
    """Read a date of HTTP (RFC 9110, section 5.6.7), in seconds; None for what is none."""
    for form in _DATES:
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
    return None


def problem_response(request: Request, problem: ProblemError) -> Response:
    """Respond with problem details (RFC 9457) or a page, whichever the client prefers."""
    text: str | bytes
    if choose(request.headers.get("accept"), (_PROBLEM_JSON, "application/json", HTML)) == HTML:
        text, kind = request.scope.get(PROBLEM_PAGE, _page)(problem), f"{HTML}; charset=utf-8"
    else:
        text, kind = problem.to_json(), _PROBLEM_JSON
    headers = {"Vary": "Accept", "Cache-Control": "no-store", **problem.headers}
    return Response(text, int(problem.status), headers, kind)


def query_problem(error: OverloadError | TaskError, query: str = "") -> ProblemError:
    """Return the problem of a query that is not answered."""
    if isinstance(error, OverloadError):
        status = HTTPStatus.SERVICE_UNAVAILABLE if error.is_full else HTTPStatus.TOO_MANY_REQUESTS
        return ProblemError(status, str(error), {"Retry-After": str(error.seconds)})
    if error.kind == "file":
        _tell(str(error), int(time.monotonic() // 60))
    text, again = str(error), {"Retry-After": "1"} if error.kind in ("crash", "file") else {}
    return ProblemError(_STATUS[error.kind], str(parse_error(query, text)) if error.kind == "syntax" else text, again)


@lru_cache(1)
def _tell(problem: str, minute: int) -> None:
    """Log a problem of the machine, once in a minute however many requests meet it."""
    _logger.error(problem)


@contextmanager
def as_problems() -> Iterator[None]:
    """Raise what prevents an answer, while it is made, as a problem for the client.

    Raises:
        ProblemError: as `respond`.
    """
    try:
        yield
    except (OverloadError, TaskError) as error:
        raise query_problem(error) from error
    except ServiceError as error:
        raise unavailable() from error
    except FocGraphError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, str(error)) from error
    except OSError as error:
        raise query_problem(TaskError("file", NO_ROOM)) if error.errno in _FULL else unavailable() from error


def unavailable() -> ProblemError:
    """Return the problem of a store or a release that cannot be read."""
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "the data cannot be read at the moment: try again later")


def _page(problem: ProblemError) -> str:
    return _PAGE.format(title=html.escape(problem.status.phrase), detail=html.escape(problem.detail))


def answer(request: Request, query: str, dataset: Dataset, accept: str | None) -> ASGIApp:
    """Return the response to a query, in the form that a header `Accept` prefers.

    One that takes only rows, or only graphs, gets the other kind of result as JSON or Turtle: libraries send one header
    with queries of any form.

    Raises:
        ProblemError: if it likes no form that there is.
    """
    rows, graph = choose(accept, list(ROWS)), choose(accept, list(GRAPHS))
    if rows is None and graph is None:
        raise not_acceptable(ROWS | GRAPHS)
    types = _Types(rows or next(iter(ROWS)), graph or next(iter(GRAPHS)))
    state: State = request.scope["served"]
    question = Question(query, ROWS[types.rows], GRAPHS[types.graph], *dataset, state.graph.base)
    return ask_sandbox(request, question, types, partial(_stream, types))


def ask_sandbox(request: Request, question: Question, form: object, sending: Sending) -> ASGIApp:
    """Return the response to a question, or 304 if the client has it; `form` names the result of `sending`."""
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
        raise not_acceptable(GRAPHS)
    return kind


def not_acceptable(offered: Iterable[str]) -> ProblemError:
    """Return the problem of a client that accepts none of the media types that are offered."""
    return ProblemError(HTTPStatus.NOT_ACCEPTABLE, f"this is available as {', '.join(offered)}: accept one of these")


class _Asking:
    """The response that asks a question and sends the answer."""

    def __init__(self, state: State, question: Question, headers: dict[str, str], sending: Sending) -> None:
        self._served, self._question, self._headers, self._sending = state, question, headers, sending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            await until_left(receive, self._answer(scope, receive, send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_started = False

        async def sent(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            async with self._served.sandbox.ask(self._question.task, client_of(address_of(scope))) as found:
                await self._sending(found, self._headers, scope, receive, sent)
        except (OverloadError, TaskError) as error:
            if is_started:
                return  # without an end, by which the client sees that the answer is cut off
            raise query_problem(error, self._question.query) from error


async def _stream(
    types: _Types, found: Answer, headers: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    """Send the answer as it comes; browsers save what they cannot show under a name with the ending of its format."""
    kind, ending = (types.graph, GRAPHS[types.graph]) if found.kind == "graph" else (types.rows, ROWS[types.rows])
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    about = {"Content-Type": f"{kind}{charset}", "Content-Disposition": f'inline; filename="answer.{ending}"'}
    piece, following = await anext(found.pieces, b""), await anext(found.pieces, b"")
    await send({"type": "http.response.start", "status": 200, "headers": Headers({**headers, **about}).raw})
    while following:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        piece, following = following, await anext(found.pieces, b"")
    await send({"type": "http.response.body", "body": piece})


async def until_left(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what work gives; cancel it when the client leaves. The body of the request has been read, or is ignored.

    Raises:
        ClientDisconnect: if the client leaves before.
    """
    working, leaving = asyncio.create_task(work), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(receive: Receive) -> None:
    """Wait until the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
