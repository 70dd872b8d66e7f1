"""Files of the release in force and of earlier ones, at the addresses that catalogues name, and what pages load."""

from __future__ import annotations

import gzip
import re
from functools import cache, partial
from hashlib import blake2b
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from foc_graph.assets import FOLDER, NAMES, asset
from foc_graph.errors import FocGraphError, UnknownNameError
from foc_graph.queries.resolve import PathIndex
from foc_graph.server.negotiation import media_type, prefers_page
from foc_graph.server.requests import ProblemError, stay
from foc_graph.server.responses import not_modified
from foc_graph.server.site import Files, Found
from foc_graph.server.state import State
from foc_graph.server.static import respond_with_file, respond_with_preferred
from foc_graph.site.addresses import name_files
from foc_graph.site.downloads import DOWNLOADS
from foc_graph.workspace.releases import CURRENT, LEDGER, MANIFEST, SIGNATURE, SUMS, is_version

_FOLDERS = ("dumps", "tables", "links", "feeds", "ontology", "queries")
_FILES = (
    *("index.html", "downloads.html", "learn.html", "search.json", "style.css", "robots.txt", "sitemap.xml"),
    *("catalog.ttl", "catalog.jsonld", "dataset.jsonld", "datapackage.json", "croissant.json"),
    *("404.html", "addresses.json", "engine.json", "sparql.html"),
    *("CHANGES.md", "changes.rdfp", "redirects.csv", LEDGER, MANIFEST, SUMS, SIGNATURE),
)
_MADE = ("index.html", "downloads.html", "learn.html")
"""Pages that a server makes itself, of a release too: they lead to what only a server has."""

_OVERVIEW = {"html": "index.html", "ttl": "catalog.ttl", "jsonld": "catalog.jsonld"}
"""What a release is, by the ending of what a client prefers."""

_QUERY_PAGE = re.compile(r"query/(\w+)\.html")
"""To it the address of an answer below the base is redirected (`release.redirects`), which papers cite."""


class _Entrance:
    """The site that is served, but for those of its pages that are made as they are asked for."""

    def __init__(self, state: State) -> None:
        self._made, self._current = state.live, state.sites.current

    def has(self, path: str) -> bool:
        """Whether something lies at a path."""
        return self._site(path).has(path)

    def find(self, path: str) -> Found | None:
        """Find the file or bytes at a path."""
        return self._site(path).find(path)

    def _site(self, path: str) -> Files:
        return self._made if path in _MADE else self._current

    @property
    def names(self) -> PathIndex:
        """The paths of its pages, without ending."""
        return self._current.names


async def overview(request: Request) -> Response:
    """Describe what is served: by the front page, or by the catalogue. A page that lies ready waits for no thread."""
    state: State = request.scope["served"]
    if prefers_page(request) and state.live.is_ready(_OVERVIEW["html"]):
        return _overview(request)
    return await run_in_threadpool(_overview, request)


def _overview(request: Request) -> Response:
    state: State = request.scope["served"]
    answer = respond_with_preferred(request, _Entrance(state), _OVERVIEW)
    assert answer is not None
    return answer


def file(path: str, request: Request) -> Response:
    """Send a file of the release in force, or of the live site where there is none."""
    state: State = request.scope["served"]
    asked = path.format_map(request.path_params)
    return _found(state, respond_with_file(request, _Entrance(state), asked))


def folder(root: str, name: str, request: Request) -> Response:
    """Lead from the folder of a kind of file to the list of all; `root` leads to the front page."""
    return RedirectResponse(stay(f"{root}{DOWNLOADS}.html#{name}"), HTTPStatus.SEE_OTHER)


def of_release(request: Request) -> Response:
    """Send a file of a release, or a page in the format that the client prefers; a query with values is asked."""
    state: State = request.scope["served"]
    version, path = request.path_params["version"], request.path_params["path"]
    if request.url.query and (query := _QUERY_PAGE.fullmatch(path)):
        return RedirectResponse(stay(f"../../../query/{query[1]}?{request.url.query}"), HTTPStatus.SEE_OTHER)
    try:
        site = state.sites.of_release(version)
    except UnknownNameError as error:
        raise ProblemError(HTTPStatus.NOT_FOUND, str(error)) from error
    except FocGraphError as error:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "it cannot be read at the moment: try again later"
        ) from error
    if not path:
        return _found(state, respond_with_preferred(request, site, _OVERVIEW))
    answer = respond_with_file(request, site, path) or respond_with_preferred(request, site, name_files(path))
    return _found(state, answer)


def start_of_release(request: Request) -> Response:
    """Lead to the address below which the relative links of a release are right."""
    version = request.path_params["version"]
    if not (version == CURRENT or is_version(version)):
        raise ProblemError(HTTPStatus.NOT_FOUND, "that is not a version: write one such as 2026.11, or `current`")
    return RedirectResponse(stay(f"{version}/"), HTTPStatus.SEE_OTHER)


def _found(state: State, answer: Response | None) -> Response:
    if answer is None:
        there = f"/{MANIFEST} lists all files" if state.release else "files are served where a release is"
        raise ProblemError(HTTPStatus.NOT_FOUND, f"there is no such file: {there}")
    return answer


def loaded(request: Request) -> Response:
    """Send a file that pages load; clients ask each time whether it is still the same."""
    name = request.path_params["name"]
    tag, content, packed = _read_asset(name) if name in NAMES else ("", b"", b"")
    if not tag:
        return _published_asset(request, f"{FOLDER}/{name}")
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if (known := not_modified(request, headers)) is not None:
        return known
    if request.headers.get("accept-encoding") == "gzip":  # or `identity`: see `Compression`
        content, headers = packed, {**headers, "Content-Encoding": "gzip"}
    return Response(content, headers=headers, media_type=media_type(name))


def _published_asset(request: Request, path: str) -> Response:
    state: State = request.scope["served"]
    answer = respond_with_file(request, state.sites.current, path) if state.release else None
    if answer is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such file: follow the links on the pages")
    return answer


@cache
def _read_asset(name: str) -> tuple[str, bytes, bytes]:
    """Return the entity tag, content and gzipped content of a built file; all empty where it has not been built."""
    content = asset(name)
    if content is None:
        return "", b"", b""
    digest = blake2b(content, digest_size=16).hexdigest()
    return f'W/"{digest}"', content, gzip.compress(content, mtime=0)


ROUTES = [
    Route(f"/{FOLDER}/{{name}}", loaded),
    *(Route(path, overview) for path in ("/", "/catalog", "/catalogue", "/dataset")),
    *(Route(f"/{name}", partial(file, name)) for name in _FILES),
    Route("/sitemap-{number:int}.xml", partial(file, "sitemap-{number}.xml")),
    *(Route(f"/{name}", partial(folder, "./", name)) for name in _FOLDERS),
    *(Route(f"/{name}/", partial(folder, "../", name), include_in_schema=False) for name in _FOLDERS),
    *(Route(f"/{name}/{{path:path}}", partial(file, f"{name}/{{path}}")) for name in _FOLDERS),
    Route("/release/{version}", start_of_release),
    Route("/release/{version}/{path:path}", of_release),
]
