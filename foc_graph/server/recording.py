"""Each request in the log and in the metrics."""

from __future__ import annotations

import logging
from http import HTTPStatus
from time import perf_counter

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foc_graph.server.clients import network
from foc_graph.server.logs import LOGGER
from foc_graph.server.metrics import Metrics

_LEFT = 499
"""Stands for the status where a client has left before there was one (as in nginx)."""
_LONGEST = 500
"""Characters of a path that are logged."""
_LOGGED = (24, 48)
"""Bits of a client's address that are logged, of IPv4 and IPv6."""
_logger = logging.getLogger(LOGGER)


class Recording:
    """Counts each request, and logs what was asked, short of query strings and of the client's full address."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status, size = perf_counter(), 0, 0

        async def sent(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            status = status or int(HTTPStatus.INTERNAL_SERVER_ERROR)
            raise
        finally:
            seconds = perf_counter() - begin
            self._metrics.answered(_route(scope), status or _LEFT, seconds)
            if _logger.isEnabledFor(logging.INFO):
                _log(scope, status or _LEFT, size, seconds)


def _log(scope: Scope, status: int, size: int, seconds: float) -> None:
    about = {
        "method": scope["method"][:_LONGEST],
        "path": scope["path"][:_LONGEST],
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 1),
        "client": network(scope, *_LOGGED),
    }
    _logger.info("request", extra={"about": about})


def _route(scope: Scope) -> str:
    """The path of the route that answered, with its parameters by name; `other` where there was none."""
    endpoint = scope.get("endpoint")
    routes = (route for route in scope["app"].routes if isinstance(route, Route))
    return next((route.path for route in routes if route.endpoint is endpoint), "other")
