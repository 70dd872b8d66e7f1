"""The application (ASGI): routes, errors as problem details, and the state from which each request is answered."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foc_graph.sandbox.confinement import end_with_parent
from foc_graph.server import compare, files, openapi, queries, reconcile, search, sparql, things
from foc_graph.server import metrics as counts
from foc_graph.server.metrics import Metrics
from foc_graph.server.middleware import middlewares
from foc_graph.server.reloading import Reloading
from foc_graph.server.requests import ProblemError
from foc_graph.server.responses import PROBLEM_PAGE, problem_response
from foc_graph.server.snapshot import Settings, Snapshot
from foc_graph.server.state import State

ENVIRONMENT = "FOC_SERVE"
"""The settings as JSON, for processes that uvicorn starts."""


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
        detail = f"all is read-only here: use {allowed}"
    elif status == HTTPStatus.NOT_FOUND:
        detail = "nothing has this address: look for a name in the search, or begin at the front page"
    return problem_response(request, ProblemError(status, detail, headers))


async def _left(request: Request, error: Exception) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)  # which nobody reads


async def _fault(request: Request, error: Exception) -> Response:
    request.scope.pop(PROBLEM_PAGE, None)  # which may be what is at fault
    return problem_response(request, ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "this is our fault: try it later"))


async def health(request: Request) -> JSONResponse:
    """What is served, as long as it is."""
    state: State = request.scope["served"]
    version = state.release.version if state.release else None
    return JSONResponse(
        {"status": "ok", "release": version, "state": state.current.digest}, headers={"Cache-Control": "no-store"}
    )


def application(settings: Settings, snapshot: Snapshot | None = None) -> Starlette:
    """The application for some settings; it opens what it serves when it starts, unless that is open already."""
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
            *search.ROUTES,
            *things.ROUTES,
            *files.ROUTES,
        ],
        middleware=middlewares(metrics, settings.hosts),
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
    """The application for a process of its own, which ends with its parent."""
    end_with_parent(signal.SIGTERM)
    found = json.loads(os.environ[ENVIRONMENT])
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return application(Settings(**found | lists))
