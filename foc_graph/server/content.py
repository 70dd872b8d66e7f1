"""Answers with what lies in a site: a file as it is, or that of several formats which the client prefers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from foc_graph.release.files import media
from foc_graph.server.conditional import is_current
from foc_graph.server.middleware import UNCOMPRESSED
from foc_graph.server.negotiation import choose
from foc_graph.server.parts import FileInParts
from foc_graph.server.site import Site
from foc_graph.workspace.releases import LEDGER, MANIFEST, SUMS

_OFFERS = {
    "text/html": "html",
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/xhtml+xml": "html",
    "application/json": "jsonld",
    "application/x-turtle": "ttl",
    "text/x-turtle": "ttl",
    "application/turtle": "ttl",
}
"""What clients ask for, and the ending of what they get; of what they like the same, the first."""

_PLAIN = "text/plain"
_BY_NAME = {"void": "text/turtle"}
_LARGE = ("dumps/", "tables/", "links/", "feeds/", "changes.rdfp", LEDGER, MANIFEST, SUMS)
"""Files that are sent as they lie on the disk, also in parts, and so not compressed on the way."""


def exact(request: Request, site: Site, path: str, links: str = "", chosen: str = "") -> Response | None:
    """What lies at a path, or that the client has it already; None if nothing does.

    `links` are for the header of that name; `chosen` is the name of the file where the client did not name it. Each
    time it is asked again whether it still is the same, of a release too: a person can be taken out of an old one.
    """
    found = site.find(path)
    if found is None:
        return None
    is_large = path.startswith(_LARGE)
    tag = f'"{found.digest}"' if is_large else f'W/"{found.digest}"'
    caching = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    about = {name: value for name, value in (("Link", links), ("Content-Location", chosen)) if value}
    headers = {**caching, **about, **(UNCOMPRESSED if is_large else {})}
    if is_current(request, tag):
        return Response(status_code=304, headers=headers)
    kind = media_type(path)
    try:
        if is_large and isinstance(found.body, Path):
            return FileInParts(found.body, headers=headers, media_type=kind, stat_result=found.body.stat())
        body = found.body if isinstance(found.body, bytes) else found.body.read_bytes()
    except FileNotFoundError:
        return None
    return Response(body, headers=headers, media_type=kind)


def preferred(request: Request, site: Site, paths: Mapping[str, str], links: str = "") -> Response | None:
    """The file that the client prefers; `paths` are those of one thing, by the endings in `_OFFERS`.

    HTML is given where nothing else is asked for. `links` are further links for the header of that name. None if
    there is no such file.
    """
    there = {ending: path for ending, path in paths.items() if site.has(path)}
    if not there:
        return None
    kind = choose(request.headers.get("accept"), [kind for kind, ending in _OFFERS.items() if ending in there])
    path = there[_OFFERS[kind]] if kind else next(iter(there.values()))
    others = (one for one in dict.fromkeys(there.values()) if one != path)
    alternates = [f'<{_name(one)}>; rel="alternate"; type="{media_type(one)}"' for one in others]
    return exact(request, site, path, ", ".join(filter(None, [*alternates, links])), _name(path))


def prefers_page(request: Request) -> bool:
    """Whether of a page and the descriptions beside it, the client prefers the page."""
    kind = choose(request.headers.get("accept"), list(_OFFERS))
    return kind is None or _OFFERS[kind] == "html"


def media_type(path: str) -> str:
    """The media type of a file of a site; plain text where none is registered."""
    about = media(path)
    return (about and (about.compression or about.type)) or _BY_NAME.get(_name(path), _PLAIN)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
