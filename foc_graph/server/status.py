"""Whether the application is well."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from foc_graph.server.state import Served


async def health(request: Request) -> JSONResponse:
    """What is served, as long as it is."""
    served: Served = request.scope["served"]
    version = served.release.version if served.release else None
    return JSONResponse(
        {"status": "ok", "release": version, "state": served.tag}, headers={"Cache-Control": "no-store"}
    )


ROUTES = [Route("/health", health)]
