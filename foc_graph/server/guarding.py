"""What is refused before a request is looked at more closely: other hosts, and paths that are none."""

from __future__ import annotations

import re
from collections.abc import Collection
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from foc_graph.server.problems import ProblemError, problem_response

_HOST = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\]|(?:^|/)\.{1,2}(?:/|$)")


class Guarding:
    """Lets through requests for these hosts, or for any if none is named."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app, self._hosts = app, frozenset(map(str.lower, hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        problem = self._problem(scope) if scope["type"] == "http" else None
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(Request(scope), problem)(scope, receive, send)

    def _problem(self, scope: Scope) -> ProblemError | None:
        if _NO_PATH.search(scope["path"]):
            return ProblemError(HTTPStatus.NOT_FOUND, "there is no such page: its path has parts that lead nowhere")
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if not named and scope["http_version"] == "1.0":
            return None
        host = _HOST.fullmatch(named[0]) if len(named) == 1 else None
        if host is None:
            return ProblemError(HTTPStatus.BAD_REQUEST, "send one header Host, with a name and perhaps a port")
        if self._hosts and host[1].lower() not in self._hosts:
            return ProblemError(HTTPStatus.MISDIRECTED_REQUEST, "this host is not served here: use its own address")
        return None
