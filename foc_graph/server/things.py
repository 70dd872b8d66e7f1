"""Things and the documents about them: pages and descriptions, in the format that the client prefers."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foc_graph.namespaces import BASE, iri_digest
from foc_graph.server.content import exact, preferred, prefers_page
from foc_graph.server.making import in_turn
from foc_graph.server.plots import drawn_page, is_drawn, plot
from foc_graph.server.problems import ProblemError
from foc_graph.server.state import Served
from foc_graph.site.addresses import ENDINGS, FOLDERS, VOCABULARY, Addresses, fault
from foc_graph.site.page_charts import FOLDER
from foc_graph.site.relations import LISTS
from foc_graph.site.view import safe
from foc_graph.store.results import Rows

_THINGS, _DOCUMENTS = "id", "doc"
_PARTS = {folder.removesuffix("/"): part for part, folder in FOLDERS.items() if part != "query/"}
"""What follows the base in the IRIs of things, by the folder of their pages."""


def thing(request: Request) -> Response:
    """Lead from a thing to the document about it, or to what it was merged into."""
    served: Served = request.scope["served"]
    name = request.path_params["name"]
    page, root = f"{_DOCUMENTS}/{name}", "../" * (name.count("/") + 1)
    if fault(name) is not None or not served.sites.current.has(f"{page}.html"):
        raise _missing(served, page)
    if heir := _heir(served, page):
        known = Addresses(served.graph.base).rest(heir)
        location = f"{root}{known[1]}" if known and known[1].startswith(f"{_THINGS}/") else heir
        return _redirect(HTTPStatus.MOVED_PERMANENTLY, location)
    location = f"{root}{page}"
    return _redirect(HTTPStatus.SEE_OTHER, location, f'<{location}>; rel="describedby"')


async def document(folder: str, request: Request) -> Response:
    """A document about a thing, in the format of its ending, else in the one that the client prefers.

    The page of a coalition or body is made as of a date.
    """
    served: Served = request.scope["served"]
    path = f"{folder}/{request.path_params['name'] or 'index'}"
    page, _, ending = path.rpartition(".")
    if ending not in ENDINGS:
        page, ending = path, ""
    wants_page = prefers_page(request) if not ending else ending == "html"
    if wants_page and await is_drawn(served, page):
        return await drawn_page(request, page)
    made = path if ending else f"{page}.html" if wants_page else ""
    return await in_turn(request, partial(_document, request, path, page, ending), made)


def _document(request: Request, path: str, page: str, ending: str) -> Response:
    served: Served = request.scope["served"]
    links = "" if fault(page.partition("/")[2]) else f'<{_uri(_canonical(served, page))}>; rel="canonical"'
    answer = (
        exact(request, served.sites.current, path, links)
        if ending
        else preferred(request, served.sites.current, {one: f"{page}.{one}" for one in ENDINGS}, links)
    )
    if answer is None:
        raise _missing(served, page)
    return answer


def listing(folder: str, request: Request) -> Response:
    """Lead to the list of all documents of a kind."""
    return _redirect(HTTPStatus.SEE_OTHER, f"{folder}/")


async def further(request: Request) -> Response:
    """A page that lists what the page of a thing does not show whole."""
    return await in_turn(request, partial(_further, request))


def _further(request: Request) -> Response:
    served: Served = request.scope["served"]
    answer = exact(request, served.sites.current, f"{LISTS}/{request.path_params['path']}")
    if answer is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such list: the page of a thing leads to those that are")
    return answer


def vocabulary(request: Request) -> Response:
    """The vocabulary as it is now."""
    served: Served = request.scope["served"]
    answer = preferred(request, served.sites.current, {one: f"{VOCABULARY}.{one}" for one in ENDINGS})
    assert answer is not None
    return answer


def vocabulary_version(request: Request) -> Response:
    """Lead to the vocabulary of a version, in the newest release that holds it."""
    served: Served = request.scope["served"]
    versions = served.release.manifest["vocabularies"] if served.release else {}
    release = versions.get(request.path_params["version"])
    if release is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"no such version here: there are {', '.join(versions) or 'none'}")
    return _redirect(HTTPStatus.SEE_OTHER, f"../release/{release}/{VOCABULARY}")


def vocabulary_file(request: Request) -> Response:
    """The vocabulary in the format of an ending."""
    served: Served = request.scope["served"]
    answer = exact(request, served.sites.current, f"{VOCABULARY}.{request.path_params['ending']}")
    if answer is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"not a format of it: write one of {', '.join(ENDINGS)}")
    return answer


def _redirect(status: HTTPStatus, location: str, links: str = "") -> Response:
    """To a location relative to that of the request, whatever host and path a proxy shows for it."""
    headers = {"Location": _uri(location), "Cache-Control": "no-cache"}
    return Response(status_code=status, headers={**headers, "Link": links} if links else headers)


def _uri(iri: str) -> str:
    """An IRI, or a reference relative to one, as a header can hold it (RFC 3987, section 3.1)."""
    return quote(iri, safe="%:/?#[]@!$&'()*+,;=~")


def _missing(served: Served, page: str) -> ProblemError:
    """The error for a page that is not there: what it was about was withdrawn, or never was."""
    everything = "the front page, /, leads to all there is"
    if fault(page) is not None:
        return ProblemError(HTTPStatus.NOT_FOUND, f"nothing can have this name: {everything}")
    values = " ".join(str(ox.Literal(iri_digest(iri))) for iri in _iris(served, page))
    tombstones = _values(served, f"VALUES ?digest {{ {values} }} ?value coal:digest ?digest")
    if tombstones:
        below = Addresses(served.graph.base).page(tombstones[0])
        headers = {"Link": f'<{"../" * page.count("/")}{below}>; rel="describedby"'} if below else {}
        detail = "what stood here was withdrawn; its address will not be used for anything else"
        return ProblemError(HTTPStatus.GONE, detail, headers)
    site = served.sites.current
    near = [one for one in site.names.near(page) if site.has(f"{one}.html")]
    advice = f"did you mean /{' or /'.join(near)}?" if near else everything
    return ProblemError(HTTPStatus.NOT_FOUND, f"there is no /{page[:100]}: {advice}")


def _heir(served: Served, page: str) -> str | None:
    """The one thing that the thing of a page was merged into, if there is one and it has an address."""
    iris = _iris(served, page)
    values = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    heirs = _values(served, f"VALUES ?thing {{ {values} }} ?thing dcterms:isReplacedBy ?value FILTER(isIRI(?value))")
    return (safe(heirs[0]) or None) if len(heirs) == 1 and heirs[0] not in iris else None


def _canonical(served: Served, page: str) -> str:
    """The address of a page below the base; for a shared thing, below a base of the workspace's own, its IRI."""
    iris = _iris(served, page)
    described = (iri for iri in iris if served.graph.sparql(f"ASK {{ {ox.NamedNode(iri)} ?property ?value }}"))
    iri = next(described, "") if len(iris) > 1 else ""
    return iri if iri in iris[1:] else f"{served.graph.base}{page}"


def _iris(served: Served, page: str) -> list[str]:
    """The IRIs that the thing of a page may have: below the base, that of the workspace, and the shared one."""
    folder, _, name = page.partition("/")
    bases = dict.fromkeys((served.graph.base, served.graph.workspace.base, BASE))
    return [f"{base}{_PARTS[folder]}{name}" for base in bases]


def _values(served: Served, pattern: str) -> list[str]:
    rows = served.graph.sparql(f"SELECT DISTINCT ?value WHERE {{ {pattern} }} ORDER BY ?value LIMIT 2")
    assert isinstance(rows, Rows)
    return [row["value"] for row in rows]


ROUTES = [
    Route(f"/{_THINGS}/{{name:path}}", thing),
    *(Route(f"/{folder}/{{name:path}}", partial(document, folder)) for folder in _PARTS),
    *(Route(f"/{folder}", partial(listing, folder)) for folder in _PARTS if folder != _DOCUMENTS),
    Route(f"/{LISTS}/{{path:path}}", further),
    Route(f"/{FOLDER}/{{path:path}}", plot),
    Route(f"/{VOCABULARY}", vocabulary),
    Route(f"/{VOCABULARY}.{{ending}}", vocabulary_file),
    Route(f"/{VOCABULARY}/{{version}}", vocabulary_version),
]
