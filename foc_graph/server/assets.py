"""What pages load: scripts and their style sheet, as built; of a release that holds what is not built here, its own."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import blake2b
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.assets import FOLDER, NAMES, asset
from foc_graph.server.conditional import is_current
from foc_graph.server.content import exact, media_type
from foc_graph.server.problems import ProblemError
from foc_graph.server.state import Served


def loaded(request: Request) -> Response:
    """A file that pages load; each time it is asked again whether it still is the same."""
    name = request.path_params["name"]
    tag, content, packed = _kept(name) if name in NAMES else ("", b"", b"")
    if not tag:
        return _published(request, f"{FOLDER}/{name}")
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if is_current(request, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if request.headers.get("accept-encoding") == "gzip":  # or `identity`: see `Compression`
        content, headers = packed, {**headers, "Content-Encoding": "gzip"}
    return Response(content, headers=headers, media_type=media_type(name))


def _published(request: Request, path: str) -> Response:
    served: Served = request.scope["served"]
    answer = exact(request, served.sites.current, path) if served.release else None
    if answer is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such file: pages name those that are there")
    return answer


@cache
def _kept(name: str) -> tuple[str, bytes, bytes]:
    """The entity tag of a built file, its content, and that packed by gzip; all empty where it has not been built."""
    content = asset(name)
    if content is None:
        return "", b"", b""
    digest = blake2b(content, digest_size=16).hexdigest()
    return f'W/"{digest}"', content, gzip.compress(content, mtime=0)


ROUTES = [Route(f"/{FOLDER}/{{name}}", loaded)]
