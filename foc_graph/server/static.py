"""Files of a site over HTTP: whole or in parts, packed or unpacked, in the format that a client prefers."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from posixpath import dirname, relpath

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from foc_graph.errors import ServiceError
from foc_graph.server.negotiation import DOCUMENTS, choose, media_type
from foc_graph.server.requests import ProblemError
from foc_graph.server.responses import UNCOMPRESSED, not_acceptable, not_modified
from foc_graph.server.site import Files
from foc_graph.server.state import LEAVE
from foc_graph.workspace.releases import LEDGER, MANIFEST, SUMS

_LARGE = ("dumps/", "tables/", "links/", "feeds/", "changes.rdfp", LEDGER, MANIFEST, SUMS)
"""Files that are sent as they lie on the disk, also in parts, and so not compressed on the way."""

_DUMPS = "dumps/"
"""Of these a file without the ending `.gz` is sent packed to clients that take gzip, and else unpacked on the way."""

_PIECE = 64 * 2**10
"""Bytes of a file that are unpacked at a time."""

_DAMAGES = (gzip.BadGzipFile, EOFError, zlib.error)
"""What a packed file that is damaged raises."""


def respond_with_file(request: Request, site: Files, path: str, links: str = "", chosen: str = "") -> Response | None:
    """Respond with the file at a path of a site, or 304 if the client has it; return None if there is none.

    `links` are for the header of that name; `chosen` is the name of the file where the client did not name it. Each
    time it is asked again whether it still is the same, of a release too: a person can be taken out of an old one.
    A dump that lies packed has an address without `.gz` too; its entity tag there differs by how it is coded,
    and what is coded has no parts: clients would decode each by itself.

    Raises:
        ProblemError: for what is no plain file of a release.
    """
    coding = "gzip" if request.headers.get("accept-encoding") == "gzip" else "identity"  # see `Compression`
    try:
        packed = site.find(f"{path}.gz") if path.startswith(_DUMPS) else None
        found = (packed if coding == "gzip" else None) or site.find(path) or packed
    except ServiceError as error:
        raise _damaged() from error
    if found is None:
        return None
    is_large = path.startswith(_LARGE)
    tag = f'"{found.digest}{f"-{coding}" if found is packed else ""}"'
    vary = "Accept, Accept-Encoding" if packed else "Accept"
    caching = {"ETag": tag if is_large else f"W/{tag}", "Vary": vary, "Cache-Control": "no-cache"}
    about = {name: value for name, value in (("Link", links), ("Content-Location", chosen)) if value}
    sent = (
        {"Content-Encoding": coding, "Accept-Ranges": "none"} if found is packed else UNCOMPRESSED if is_large else {}
    )
    headers = {**caching, **about, **sent}
    kind = media_type(path)
    try:
        if is_large and isinstance(found.body, Path):
            stat = found.body.stat()
            modified = int(max(stat.st_mtime, found.since))
            if (known := not_modified(request, headers, modified)) is not None:
                return known
            headers["Last-Modified"] = formatdate(modified, usegmt=True)
            if found is packed and coding == "identity":
                pieces = iter(()) if request.method == "HEAD" else _unpack(found.body)
                return _UnpackedFile(chain([next(pieces, b"")], pieces), headers=headers, media_type=kind)
            return _FileInParts(found.body, headers=headers, media_type=kind, stat_result=stat)
        if (known := not_modified(request, headers)) is not None:
            return known
        body = found.body if isinstance(found.body, bytes) else found.body.read_bytes()
    except FileNotFoundError:
        return None
    except _DAMAGES as error:
        raise _damaged() from error
    return Response(body, headers=headers, media_type=kind)


def respond_with_preferred(request: Request, site: Files, paths: Mapping[str, str], links: str = "") -> Response | None:
    """Respond with the file that the client prefers; `paths` are those of one thing, by the endings in `DOCUMENTS`.

    HTML is given where nothing else is asked for. `links` are further links for the header of that name. None if
    the first is no file.

    Raises:
        ProblemError: 406 if the client accepts none of them, and as `respond_with_file`.
    """
    page = next(iter(paths.values()))
    if not site.has(page):
        return None
    there = {ending: path for ending, path in paths.items() if site.has(path)}
    offers = {kind: there[ending] for kind, ending in DOCUMENTS.items() if ending in there}
    kind = choose(request.headers.get("accept"), list(offers))
    if kind is None:
        raise not_acceptable(offers)
    path = offers[kind]
    names = {one: relpath(one, dirname(page) or ".") for one in there.values()}
    alternates = [f'<{name}>; rel="alternate"; type="{media_type(one)}"' for one, name in names.items() if one != path]
    return respond_with_file(request, site, path, ", ".join(filter(None, [*alternates, links])), names[path])


class _FileInParts(FileResponse):
    """A file of which a client may ask for parts (RFC 9110, section 14).

    Starlette's own tells in plain text what is wrong with a header `Range`.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or parts of it; all of it for another unit than bytes and another method than GET."""
        asked = MutableHeaders(scope=scope)
        has_parts = scope["method"] == "GET" and self.headers["Accept-Ranges"] == "bytes"
        if not has_parts or not asked.get("Range", "").lower().startswith("bytes="):
            del asked["Range"]

        async def sent(message: Message) -> None:
            status, size = message.get("status"), self.headers["Content-Length"]
            if status == HTTPStatus.BAD_REQUEST:
                detail = "the Range header is malformed: write it like `bytes=0-499`, or leave it out"
                raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
            if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                detail = f"the range is outside the file, which has {size} bytes"
                headers = {"Content-Range": f"bytes */{size}"}
                raise ProblemError(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, detail, headers)
            await send(message)

        await scope[LEAVE]()
        await super().__call__(scope, receive, sent)


class _UnpackedFile(StreamingResponse):
    """A packed file that is unpacked on the way; of a damaged one the end is missing, by which a client sees it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what the pieces hold."""
        await scope[LEAVE]()
        with suppress(*_DAMAGES):
            await super().__call__(scope, receive, send)


def _damaged() -> ProblemError:
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "this file is not as it was published: try again later")


def _unpack(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as file:
        while piece := file.read(_PIECE):
            yield piece
