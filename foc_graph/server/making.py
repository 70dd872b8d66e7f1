"""Answers that take turns where what they give has to be made first."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from foc_graph.server.clients import client_of
from foc_graph.server.responses import as_problems
from foc_graph.server.state import Served


async def in_turn(request: Request, answer: Callable[[], Response], path: str = "") -> Response:
    """The answer with what lies at a path; where that has to be made, the client waits for its turn.

    Raises:
        ProblemError: as `kept.as_problems`.
    """
    served: Served = request.scope["served"]
    if served.release is not None or served.made.is_ready(path):
        return await run_in_threadpool(answer)
    with as_problems():
        async with served.making.one(client_of(request.scope)):
            return await run_in_threadpool(answer)
