"""Things, the documents about them and their charts: pages and descriptions, as of a date, in the preferred format."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from posixpath import dirname, relpath
from urllib.parse import quote

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.charts import KINDS
from foc_graph.namespaces import BASE, iri_digest, short
from foc_graph.queries.resolve import PathIndex
from foc_graph.server.negotiation import HTML, media_type, prefers_page
from foc_graph.server.requests import ProblemError, elsewhere, read_date, stay
from foc_graph.server.responses import (
    NOT_INDEXED,
    address_of,
    as_problems,
    respond,
    until_left,
)
from foc_graph.server.site import Found
from foc_graph.server.state import State
from foc_graph.server.static import respond_with_file, respond_with_preferred
from foc_graph.site.about import PICTURES
from foc_graph.site.addresses import (
    DESCRIPTIONS,
    FOLDERS,
    MADE,
    SERVED,
    VOCABULARY,
    Addresses,
    fault,
    find_document,
    fragment,
    name_files,
    whole,
)
from foc_graph.site.backlinks import LISTS
from foc_graph.site.changes import FOLDER as CHANGES
from foc_graph.site.citations import FORMATS as CITATIONS
from foc_graph.site.page_charts import FOLDER, chart_path
from foc_graph.site.view import safe
from foc_graph.store.results import as_rows

_THINGS, _DOCUMENTS = "id", "doc"
_PARTS = {folder.removesuffix("/"): part for part, folder in FOLDERS.items() if part != "query/"}
"""The part after the base in the IRIs of things, by the folder of their pages."""
_SVG = "image/svg+xml"
_NO_RELEASE = "no release is served here, and this view may change: cite a release, or a page"
_SHOWN = 40
"""How many characters of what is no date are shown."""


class _Described:
    """The site that is served, with descriptions in the formats that a server makes, of which a release holds some."""

    def __init__(self, state: State) -> None:
        self._made, self._current = state.live, state.sites.current

    def has(self, path: str) -> bool:
        """Whether something lies at a path."""
        page, _, ending = path.rpartition(".")
        return self._current.has(path) or (
            ending in MADE and self._current.has(f"{page}.html") and self._made.has(path)
        )

    def find(self, path: str) -> Found | None:
        """Find the file or bytes at a path."""
        if not self.has(path):
            return None
        return (self._current if self._current.has(path) else self._made).find(path)

    @property
    def names(self) -> PathIndex:
        """The paths of its pages, without ending."""
        return self._current.names


def thing(request: Request) -> Response:
    """Lead from a thing to the document about it, or to what it was merged into below one of the bases.

    A part of a thing leads to its place in the document about the thing. Data do not lead elsewhere: the document
    names a successor of another publisher.
    """
    state: State = request.scope["served"]
    asked = request.path_params["name"]
    name, place = whole(asked) or asked, fragment(asked)
    page, root = f"{_DOCUMENTS}/{name}", "../" * (asked.count("/") + 1)
    if fault(name) is not None or not state.sites.current.has(f"{page}.html"):
        raise _renamed(state, _THINGS, name) or _missing(state, page)
    if heir := _heir(state, page):
        known = Addresses(state.graph.base).rest(heir)
        if known and known[1].startswith(f"{_THINGS}/"):
            return _redirect(HTTPStatus.MOVED_PERMANENTLY, f"{root}{known[1]}")
        return Response(None, HTTPStatus.MOVED_PERMANENTLY, {"Location": _uri(heir), "Cache-Control": "no-cache"})
    location = f"{root}{page}"
    links = f'<{location}>; rel="describedby"'
    return _redirect(HTTPStatus.SEE_OTHER, f"{location}#{place}" if place else location, links)


async def document(folder: str, request: Request) -> Response:
    """Send a document about a thing, in the format of its ending, else in the one that the client prefers.

    The page of a coalition or body is made as of a date.
    """
    state: State = request.scope["served"]
    path = f"{folder}/{request.path_params['name'] or 'index'}"
    if cited := next((ending for ending in CITATIONS if path.endswith(f".{ending}")), ""):
        return await _citation(request, path.removesuffix(f".{cited}"), cited)
    page, _, ending = path.rpartition(".")
    if ending not in SERVED:
        page, ending = path, ""
    wants_page = prefers_page(request) if not ending else ending == "html"
    if wants_page and await _is_drawn(state, page):
        return await _drawn_page(request, page)
    made = path if ending else f"{page}.html" if wants_page else ""
    return await _in_turn(request, partial(_document, request, path, page, ending), made)


async def release_citation(ending: str, request: Request) -> Response:
    """Send a citation of the release that is served."""
    return await _citation(request, "", ending)


async def plot(request: Request) -> Response:
    """Send a chart of a page as a file; of a page that is not as of a date, that of the site."""
    state: State = request.scope["served"]
    path, _, file = request.path_params["path"].rpartition("/")
    page, name, as_of = f"doc/{path}", file.removesuffix(".svg"), read_date(request)
    if name not in KINDS or file != f"{name}.svg":
        raise _missing_part("chart")
    if not await _is_drawn(state, page):
        kept = chart_path(page, name)
        return await _in_turn(request, partial(_of_site, request, kept), kept)
    make = partial(_plot_file, state, page, name, as_of)
    key = (state.current.tag, page, name, as_of)
    return await respond(request, key, make, _SVG, is_asking=True)


async def part(folder: str, request: Request) -> Response:
    """Send a page of changes, or a picture for where a link to a page is shared."""
    path = f"{folder}/{request.path_params['path'] or 'index.html'}"
    return await _in_turn(request, partial(_of_site, request, path), path)


def listing(folder: str, request: Request) -> Response:
    """Lead to the list of all documents of a kind."""
    return _redirect(HTTPStatus.SEE_OTHER, f"{folder}/")


async def further(request: Request) -> Response:
    """Send a page that lists what the page of a thing does not show whole."""
    return await _in_turn(request, partial(_further, request))


def vocabulary(request: Request) -> Response:
    """Send the vocabulary as it is now."""
    state: State = request.scope["served"]
    answer = respond_with_preferred(request, _Described(state), name_files(VOCABULARY))
    assert answer is not None
    return answer


def vocabulary_version(request: Request) -> Response:
    """Lead to a version of the vocabulary, in the first release of it, which says what it always said."""
    state: State = request.scope["served"]
    versions = state.release.manifest["vocabularies"] if state.release else {}
    release = versions.get(request.path_params["version"])
    if release is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"there is no such version: available are {', '.join(versions) or 'none'}"
        )
    return _redirect(HTTPStatus.SEE_OTHER, f"../release/{release}/{VOCABULARY}")


def vocabulary_file(request: Request) -> Response:
    """Send the vocabulary in the format of an ending."""
    state: State = request.scope["served"]
    answer = respond_with_file(request, _Described(state), f"{VOCABULARY}.{request.path_params['ending']}")
    if answer is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"it has no such format: use one of {', '.join(SERVED)}")
    return answer


async def _in_turn(request: Request, answer: Callable[[], Response], path: str = "") -> Response:
    """Return the answer with what lies at a path; where that has to be made, the client waits for its turn."""
    state: State = request.scope["served"]
    if state.release is not None or state.live.is_ready(path):
        return await run_in_threadpool(answer)
    with as_problems():
        making = state.page_turns.run(address_of(request.scope), partial(run_in_threadpool, answer))
        return await until_left(request.receive, making)


async def _citation(request: Request, page: str, ending: str) -> Response:
    state: State = request.scope["served"]
    make = partial(_cited, state, page, ending)
    return await respond(
        request, (state.current.tag, "citation", page, ending), make, CITATIONS[ending].type, NOT_INDEXED
    )


def _cited(state: State, page: str, ending: str) -> bytes:
    content = state.live.cite(page, ending)
    if content is None and page:
        folder, _, name = page.partition("/")
        raise _renamed(state, folder, name, f".{ending}") or _missing(state, page)
    if content is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, _NO_RELEASE)
    return content


def _document(request: Request, path: str, page: str, ending: str) -> Response:
    state: State = request.scope["served"]
    links = "" if fault(page.partition("/")[2]) else f'<{_uri(_canonical(state, page))}>; rel="canonical"'
    answer = (
        respond_with_file(request, _Described(state), path, links)
        if ending
        else respond_with_preferred(request, _Described(state), name_files(page), links)
    )
    told = find_document(page)
    if answer is None and ending in (*DESCRIPTIONS, *MADE) and told != page and state.sites.current.has(f"{page}.html"):
        return _redirect(HTTPStatus.SEE_OTHER, relpath(f"{told}.{ending}", dirname(page)))
    if answer is None:
        folder, _, name = page.partition("/")
        raise _renamed(state, folder, name, f".{ending}" if ending else "") or _missing(state, page)
    return answer


def _further(request: Request) -> Response:
    state: State = request.scope["served"]
    answer = respond_with_file(request, state.sites.current, f"{LISTS}/{request.path_params['path']}")
    if answer is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such list: follow the links on the page of the thing")
    return answer


async def _is_drawn(state: State, page: str) -> bool:
    """Whether a page is as of a date; it is given by its path without ending."""
    if "drawn" not in vars(state.live):
        await run_in_threadpool(getattr, state.live, "drawn")
    return page in state.live.drawn


async def _drawn_page(request: Request, page: str) -> Response:
    """Respond with a page as of a date, with any problem above its form; other parameters are ignored."""
    state: State = request.scope["served"]
    snapshot, as_of = state.current, read_date(request)
    headers = {"Link": _document_links(state, page), "Content-Location": f"{_name(page)}.html"} | (
        NOT_INDEXED if as_of else {}
    )
    make, explain = partial(_dated_page, state, page, as_of), partial(_dated_page, state, page, as_of[:_SHOWN])
    return await respond(request, (snapshot.tag, page, as_of), make, HTML, headers, is_asking=True, explain=explain)


def _dated_page(state: State, page: str, as_of: str, problem: str = "") -> bytes:
    content = state.live.page(page, as_of, problem)
    assert content is not None
    return content


def _of_site(request: Request, path: str) -> Response:
    state: State = request.scope["served"]
    answer = respond_with_file(request, state.sites.current, path)
    if answer is None:
        raise _missing_part("page or picture" if path.startswith((CHANGES, PICTURES)) else "chart")
    return answer


def _plot_file(state: State, page: str, name: str, as_of: str) -> bytes:
    content = state.live.plot(page, name, as_of)
    if content is None:
        raise _missing_part("chart")
    return content


def _missing_part(what: str) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, f"there is no such {what}: follow the links on the pages of things")


def _document_links(state: State, page: str) -> str:
    """Return the other formats of a document, and its canonical address, for the header `Link`."""
    iri, base = state.live.drawn[page], state.graph.base
    canonical = f"{base}{page}" if iri.startswith(base) else iri
    names = [f"{_name(page)}.{ending}" for ending in (*DESCRIPTIONS, *MADE)]
    others = [f'<{name}>; rel="alternate"; type="{media_type(name)}"' for name in names]
    return ", ".join([*others, f'<{canonical}>; rel="canonical"'])


def _name(page: str) -> str:
    return page.rpartition("/")[2]


def _redirect(status: HTTPStatus, location: str, links: str = "") -> Response:
    """Redirect to a location relative to that of the request, whatever host and path a proxy shows for it."""
    headers = {"Location": stay(location), "Cache-Control": "no-cache"}
    return Response(status_code=status, headers={**headers, "Link": links} if links else headers)


def _uri(iri: str) -> str:
    """Write an IRI, or a reference relative to one, as a header can hold it (RFC 3987, section 3.1)."""
    return quote(iri, safe="%:/?#[]@!$&'()*+,;=~")


def _renamed(state: State, folder: str, name: str, ending: str = "") -> ProblemError | None:
    """Return the redirection to a thing or document by its slug, from another name or from a part of it."""
    exact = (whole(f"{folder}/{name}") or f"{folder}/{name}").removeprefix(f"{folder}/")
    if exact == name and folder in (_THINGS, _DOCUMENTS):
        found = state.graph.resolver.identify("thing", name)
        exact = short(found[0], state.graph.base) if len(found) == 1 else name
    page = f"{_DOCUMENTS if folder == _THINGS else folder}/{exact}"
    if exact == name or not state.sites.current.has(f"{page}.html"):
        return None
    place = fragment(f"{folder}/{name}")
    return elsewhere(f"{'../' * name.count('/')}{exact}{ending}{'#' if place else ''}{place}")


def _missing(state: State, page: str) -> ProblemError:
    """Return the error for a page that is not there: its thing was withdrawn, or never existed."""
    everything = "start at the front page, /, or search, /search"
    if fault(page) is not None:
        return ProblemError(HTTPStatus.NOT_FOUND, f"this name is not possible: {everything}")
    values = " ".join(str(ox.Literal(iri_digest(iri))) for iri in _iris(state, whole(page) or page))
    tombstones = _values(state, f"VALUES ?digest {{ {values} }} ?value coal:digest ?digest")
    if tombstones:
        below = Addresses(state.graph.base).page(tombstones[0])
        headers = {"Link": f'<{"../" * page.count("/")}{below}>; rel="describedby"'} if below else {}
        detail = "this entry was withdrawn; its address will not be reused"
        return ProblemError(HTTPStatus.GONE, detail, headers)
    site = state.sites.current
    near = [one for one in site.names.near(page) if site.has(f"{one}.html")]
    advice = f"did you mean /{' or /'.join(near)}?" if near else everything
    parts = page.split("/")
    above = ["/".join(parts[:end]) for end in range(len(parts) - 1, 1, -1)]
    meant = dict.fromkeys([*near, *(one for one in above if site.has(f"{one}.html"))])
    return ProblemError(HTTPStatus.NOT_FOUND, f"there is no /{page[:100]}: {advice}", meant=list(meant))


def _heir(state: State, page: str) -> str | None:
    """Find the one thing that the thing of a page was merged into, if there is one and it lies below a base."""
    iris = _iris(state, page)
    values = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    heirs = _values(state, f"VALUES ?thing {{ {values} }} ?thing dcterms:isReplacedBy ?value FILTER(isIRI(?value))")
    is_ours = len(heirs) == 1 and heirs[0] not in iris and heirs[0].startswith(_bases(state))
    return (safe(heirs[0]) or None) if is_ours else None


def _canonical(state: State, page: str) -> str:
    """Return the address of a page below the base; for a shared thing, below a base of the workspace's own, its IRI."""
    iris = _iris(state, page)
    described = (iri for iri in iris if state.graph.sparql(f"ASK {{ {ox.NamedNode(iri)} ?property ?value }}"))
    iri = next(described, "") if len(iris) > 1 else ""
    return iri if iri in iris[1:] else f"{state.graph.base}{page}"


def _iris(state: State, page: str) -> list[str]:
    """List the IRIs that the thing of a page may have: below the base, that of the workspace, and the shared one."""
    folder, _, name = page.partition("/")
    return [f"{base}{_PARTS[folder]}{name}" for base in _bases(state)]


def _bases(state: State) -> tuple[str, ...]:
    return tuple(dict.fromkeys((state.graph.base, state.graph.workspace.base, BASE)))


def _values(state: State, pattern: str) -> list[str]:
    rows = as_rows(state.graph.sparql(f"SELECT DISTINCT ?value WHERE {{ {pattern} }} ORDER BY ?value LIMIT 2"))
    return [row["value"] for row in rows]


ROUTES = [
    Route(f"/{_THINGS}/{{name:path}}", thing),
    *(Route(f"/{folder}/{{name:path}}", partial(document, folder)) for folder in _PARTS),
    *(Route(f"/{folder}", partial(listing, folder)) for folder in _PARTS if folder != _DOCUMENTS),
    Route(f"/{LISTS}/{{path:path}}", further),
    Route(f"/{FOLDER}/{{path:path}}", plot),
    *(Route(f"/{name}/{{path:path}}", partial(part, name)) for name in (CHANGES, PICTURES)),
    Route(f"/{CHANGES}", partial(listing, CHANGES)),
    Route(f"/{VOCABULARY}", vocabulary),
    *(Route(f"/index.{ending}", partial(release_citation, ending)) for ending in CITATIONS),
    Route(f"/{VOCABULARY}.{{ending}}", vocabulary_file),
    Route(f"/{VOCABULARY}/{{version}}", vocabulary_version),
]
