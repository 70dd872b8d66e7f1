"""The middlewares of the application, which each request and answer passes from the outermost to the innermost."""

from __future__ import annotations

import gzip
import logging
import re
from collections.abc import Collection
from http import HTTPStatus
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foc_graph.sandbox.fair_queue import network
from foc_graph.server.cache import Cache
from foc_graph.server.metrics import Metrics
from foc_graph.server.negotiation import HTML, takes_gzip
from foc_graph.server.requests import ProblemError
from foc_graph.server.responses import UNCOMPRESSED, address_of, problem_response
from foc_graph.server.state import StateInForce

LEFT = 499
"""The status that stands for a client that left before there was one (as in nginx)."""

_LONGEST = 500
"""Characters of a path that are logged."""

_LOGGED = (24, 48)
"""Bits of a client's address that are logged, of IPv4 and IPv6."""

_logger = logging.getLogger(__package__)

_ALONE = "base-uri 'none'; frame-ancestors 'none'"
POLICIES = {
    "text/html": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self'; {_ALONE}"
    ),
    "image/svg+xml": f"default-src 'none'; style-src 'unsafe-inline'; {_ALONE}",
}
"""Content security policies by media type: pages load from the same server only and run nothing that stands within
them; charts have the style sheet that they carry."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""Names of this machine, by which a request calls a server that listens for nobody else."""

_OWN_ORIGIN = rf"https?://({'|'.join(map(re.escape, LOOPBACK))})(:[0-9]{{1,5}})?"
"""Pages that a program on the machine of their reader serves: OpenRefine, notebooks."""

_HOST = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\]|(?:^|/)\.{1,2}(?:/|$)")

_LEAST_COMPRESSED = 500
"""Fewest bytes that are compressed."""

_MOST_COMPRESSED = 16 * 2**20
"""Most bytes of pages and their compressed form that are kept."""


def middlewares(metrics: Metrics, hosts: Collection[str], cors: bool) -> list[Middleware]:
    """Return the middlewares of an application, the outermost first; `hosts` are those of `HostCheck`.

    With `cors`, pages of any site may read answers.
    """
    return [
        Middleware(Recording, metrics),
        Middleware(SecurityHeaders),
        Middleware(HostCheck, hosts),
        Middleware(
            CrossOrigin,
            allow_origins="*" if cors else (),
            allow_origin_regex=_OWN_ORIGIN,
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers="*",
            expose_headers=("ETag", "Link", "Location", "Retry-After"),
        ),
        Middleware(Compression, compresslevel=4),
        Middleware(StateInForce),
    ]


class Recording:
    """Counts each request in the metrics and logs it, without query strings and the client's full address."""

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
            route = _route(scope)
            if _logger.isEnabledFor(logging.INFO):
                _log(scope, status or LEFT, size, seconds)
            self._metrics.answered(route, status or LEFT, seconds)


def _log(scope: Scope, status: int, size: int, seconds: float) -> None:
    about = {
        "method": scope["method"][:_LONGEST],
        "path": scope["path"][:_LONGEST],
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 1),
        "client": network(address_of(scope), *_LOGGED),
    }
    _logger.info("request", extra={"about": about})


def _route(scope: Scope) -> str:
    """Return the path of the route that answered, with its parameters by name; `other` where there was none."""
    endpoint = scope.get("endpoint")
    routes = (route for route in scope["app"].routes if isinstance(route, Route))
    return next((route.path for route in routes if route.endpoint is endpoint), "other")


class SecurityHeaders:
    """Adds headers that keep browsers from misusing an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                policy = POLICIES.get(headers.get("Content-Type", "").partition(";")[0])
                if policy:
                    headers.setdefault("Content-Security-Policy", policy)
                    headers.setdefault("Referrer-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, sent)


class HostCheck:
    """Lets through requests for these hosts, or for any if none is named, and refuses paths that lead nowhere."""

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
            return ProblemError(
                HTTPStatus.NOT_FOUND, "there is no such page: the path contains empty or relative parts"
            )
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if not named and scope["http_version"] == "1.0":
            return None
        host = _HOST.fullmatch(named[0]) if len(named) == 1 else None
        if host is None:
            return ProblemError(
                HTTPStatus.BAD_REQUEST, "send exactly one Host header, with a name and optionally a port"
            )
        if self._hosts and host[1].lower() not in self._hosts:
            detail = f"use its own address, or start it with `--allowed-host {host[1]}`"
            return ProblemError(HTTPStatus.MISDIRECTED_REQUEST, f"this server does not answer for that host: {detail}")
        return None


class CrossOrigin(CORSMiddleware):
    """Answers pages of other origins (CORS: https://fetch.spec.whatwg.org/#http-cors-protocol).

    Starlette's own refuses them in plain text.
    """

    def preflight_response(self, request_headers: Headers) -> Response:
        """Say to a page of another origin whether it may send what it announces."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            return answer
        if self.is_allowed_origin(request_headers["origin"]):
            detail = f"pages of other sites may use only {', '.join(self.allow_methods)}, and no private network"
        else:
            detail = "pages of other sites may not read this server: start it with `--cors`"
        kept = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
        request = Request({"type": "http", "headers": request_headers.raw})
        return problem_response(request, ProblemError(HTTPStatus.BAD_REQUEST, detail, kept))


class Compression(GZipMiddleware):
    """Compresses answers with gzip, for clients that prefer it.

    Starlette's own looks for no more than the word `gzip`. Pages are compressed once: that takes longer than to send
    them, and the same are asked for again and again.
    """

    def __init__(self, app: ASGIApp, compresslevel: int) -> None:
        excluded = (*DEFAULT_EXCLUDED_CONTENT_TYPES, HTML)
        super().__init__(app, _LEAST_COMPRESSED, compresslevel, exclude_content_types=excluded)
        self._pages: Cache[bytes, tuple[bytes, bytes]] = Cache(lambda pair: sum(map(len, pair)), _MOST_COMPRESSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI); what might be compressed says so, even where it is too short or not sent."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        asked = MutableHeaders(scope=scope)
        start: Message | None = None
        is_page = False

        async def sent(message: Message) -> None:
            nonlocal start, is_page
            if message["type"] == "http.response.start":
                start, headers = message, MutableHeaders(scope=message)
                is_page = headers.get("Content-Type", "").startswith(HTML) and "Content-Encoding" not in headers
                if headers.get("Content-Encoding") == UNCOMPRESSED["Content-Encoding"]:
                    del headers["Content-Encoding"]
                elif "Accept-Encoding" not in headers.get("Vary", ""):
                    headers.add_vary_header("Accept-Encoding")
                return
            if start is not None:
                body = message.get("body", b"")
                if is_page and takes and len(body) >= _LEAST_COMPRESSED and not message.get("more_body"):
                    message = {**message, "body": self._compress(body)}
                    headers = MutableHeaders(scope=start)
                    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(message["body"]))
                await send(start)
                start = None
            await send(message)

        takes = takes_gzip(",".join(asked.getlist("Accept-Encoding")))
        asked["Accept-Encoding"] = "gzip" if takes else "identity"
        await super().__call__(scope, receive, sent)

    def _compress(self, page: bytes) -> bytes:
        return self._pages.get(page, lambda: (page, gzip.compress(page, self.compresslevel, mtime=0)))[1]
