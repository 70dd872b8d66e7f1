"""The application (ASGI): routes, errors as problem details, and how it is run, in one process or several."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_address
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.supervisors import Multiprocess

from foc_graph.errors import ServiceError
from foc_graph.sandbox.confinement import end_with_parent
from foc_graph.server import ask, compare, files, openapi, panels, queries, reconcile, search, sparql, things
from foc_graph.server import metrics as counts
from foc_graph.server.connections import Connection
from foc_graph.server.metrics import SHARED, Metrics
from foc_graph.server.middleware import LEFT, LOOPBACK, middlewares
from foc_graph.server.requests import ProblemError
from foc_graph.server.responses import problem_response
from foc_graph.server.site import PROBLEM_PAGE
from foc_graph.server.snapshot import Settings, Snapshot
from foc_graph.server.state import Reloading, State

ENVIRONMENT = "FOC_SERVE"
"""The settings as JSON, for processes that uvicorn starts."""

_BACKLOG = 1024
_GRACE = 5
"""Seconds that answers under way have to end, beyond the time of a query."""

_HEALTHCHECK = 60
"""Seconds in which one of several processes must answer the first before another takes its place."""

_logger = logging.getLogger(__package__)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(request, error)


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status, detail, headers = HTTPStatus(error.status_code), error.detail, dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed = ", ".join(sorted({*headers["Allow"].split(", "), "OPTIONS"}))
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
        detail = f"this server is read-only: use {allowed}"
    elif status == HTTPStatus.NOT_FOUND:
        detail = "there is no page at this address: search for a name, or start at the front page"
    return problem_response(request, ProblemError(status, detail, headers))


async def _left(request: Request, error: Exception) -> Response:
    return Response(status_code=LEFT)  # which nobody reads


async def _fault(request: Request, error: Exception) -> Response:
    request.scope.pop(PROBLEM_PAGE, None)  # which may be what is at fault
    return problem_response(
        request, ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "an error on our side: try again later")
    )


async def health(request: Request) -> JSONResponse:
    """Tell what is served, and whether queries of others are confined and answered."""
    state: State = request.scope["served"]
    version = state.release.version if state.release else None
    about = {"status": "ok", "release": version, "state": state.current.digest}
    return JSONResponse({**about, **state.confinement}, headers={"Cache-Control": "no-store"})


def application(settings: Settings, snapshot: Snapshot | None = None) -> Starlette:
    """Return the application for some settings; it opens what it serves when it starts, unless that is open already."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        reloading = Reloading(app, settings)
        app.state.served = await State.open(settings, metrics, snapshot)
        task = asyncio.create_task(reloading.run())
        try:
            yield
        finally:
            task.cancel()
            await app.state.served.end()

    app = Starlette(
        routes=[
            *sparql.ROUTES,
            *queries.ROUTES,
            *openapi.ROUTES,
            *sparql.GRAPH_STORE_ROUTES,
            *reconcile.ROUTES,
            Route("/health", health),
            *counts.ROUTES,
            *compare.ROUTES,
            *panels.ROUTES,
            *search.ROUTES,
            *ask.ROUTES,
            *things.ROUTES,
            *files.ROUTES,
        ],
        middleware=middlewares(metrics, settings.hosts, settings.cors),
        exception_handlers={
            ProblemError: _problem,
            HTTPException: _http_problem,
            ClientDisconnect: _left,
            Exception: _fault,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # its addresses would name whatever host a request names
    app.state.metrics = metrics
    return app


def from_environment() -> Starlette:
    """Return the application for a process of its own, which ends with its parent."""
    end_with_parent(signal.SIGTERM)
    found = json.loads(os.environ[ENVIRONMENT])
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return application(Settings(**found | lists))


def run(
    settings: Settings, host: str, port: int, workers: int, log_level: str, announce: Callable[[str, str], None]
) -> None:
    """Serve until SIGTERM or SIGINT.

    `announce` is called with the address, and with who can read there, once what is served has been opened. On a
    loopback address the server answers only to names of this machine, where the settings name no others: a page of
    another site must not reach it by a name of its own (DNS rebinding).

    Raises:
        FocGraphError: if it cannot be opened.
        ServiceError: if nothing can listen there.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until a process can reload; those that start inherit it
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))  # uvicorn sends them on once it has ended
    name = f"[{host}]" if ":" in host else host
    with closing(_listening(host, port)) as listening, closing(Snapshot.open(settings)) as snapshot:
        address, number, *_ = listening.getsockname()
        is_own = ip_address(address).is_loopback
        if is_own and not settings.hosts:
            settings = settings._replace(hosts=(*LOOPBACK, name))
        announce(f"http://{name}:{number}/", _readers(settings, is_own))
        if workers == 1:
            uvicorn.Server(_config(application(settings, snapshot), settings, log_level)).run([listening])
            return
        with TemporaryDirectory(prefix="foc-serve-") as folder:
            os.environ |= {ENVIRONMENT: json.dumps(settings._asdict()), SHARED: folder}
            factory = "foc_graph.server.app:from_environment"
            config = _config(factory, settings, log_level, workers=workers, factory=True)
            _Processes(config, [listening]).run()


def _readers(settings: Settings, is_own: bool) -> str:
    """Say who can read what is served, on a loopback address or another."""
    if not is_own:
        who = "everyone who can reach this address"
    elif settings.proxies:
        who = "programs on this machine, and whoever the proxy lets in"
    else:
        who = "programs on this machine"
    return f"{who}, also from web pages of any site" if settings.cors else who


def _config(app: object, settings: Settings, log_level: str, **options: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        lifespan="on",
        timeout_worker_healthcheck=_HEALTHCHECK,
        http=Connection,
        ws="none",
        log_config=_configure_logs(log_level),
        access_log=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        server_header=False,
        timeout_graceful_shutdown=int(settings.seconds) + _GRACE,
        **options,  # type: ignore[arg-type]
    )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        problem = str(error.strerror).partition(" (")[0]  # Python adds the address
        raise ServiceError(f"{host}:{port}: cannot listen there: {problem}: choose another --host or --port") from error


class _Processes(Multiprocess):
    """Several processes that share a socket; each reloads by itself."""

    def handle_hup(self) -> None:
        """Send SIGHUP on to the processes."""
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)

    def keep_subprocess_alive(self) -> None:
        """Replace processes that ended, and forget what of their counts is of the moment."""
        before = {process.pid for process in self.processes}
        for process in self.processes:
            process.child_conn.close()  # else one that is killed while it is asked is waited for
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            _logger.error("process ended: another one starts", extra={"about": {"process": pid}})
            mark_process_dead(pid)  # type: ignore[no-untyped-call]


class JsonLines(logging.Formatter):
    """Writes a record with `time`, `level`, `event` and what its attribute `about` adds; ASCII only."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= getattr(record, "about", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _configure_logs(level: str) -> dict[str, Any]:
    """Return the settings of `logging.config` for a level; of other libraries, warnings and errors.

    Of uvicorn it is errors alone: it warns of what clients do.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "ERROR" if level == "error" else "WARNING"},
        "loggers": {__package__: {"level": level.upper()}, "uvicorn.error": {"level": "ERROR"}},
    }
