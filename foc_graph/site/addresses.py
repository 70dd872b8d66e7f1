"""Addresses of pages: where the page of an IRI lies in a release, and which IRIs can have one."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from urllib.parse import quote, urlencode

from foc_graph.errors import WorkspaceError, quoted
from foc_graph.namespaces import BASE, COAL, is_slug

FOLDERS = {"id/": "doc/", "concept/": "concept/", "shapes/": "shapes/", "graph/": "graph/", "query/": "query/"}
"""What follows the base of an IRI, and the folder of its page."""

LATEST = "release/current/"
"""What follows the base in the address of the latest release."""

VOCABULARY = "ns"
ADDRESSES = "addresses.json"
"""The table by which the page for what is not there leads on."""

DESCRIPTIONS = ("ttl", "jsonld")
"""What lies beside a page, by ending."""

ENDINGS = ("html", *DESCRIPTIONS)
"""The page and what lies beside it, by ending."""

XML = "rdf"
"""The ending of a description in RDF/XML: of the vocabulary, schemes, shapes and graphs, which other programs load."""

MADE = (XML, "nt")
"""The endings of descriptions that a server makes of any page."""

SERVED = (*ENDINGS, *MADE)
"""The page and its descriptions, as a server has them, by ending."""

CITATIONS = ("bib", "ris", "csl.json")
"""Citations of a page, by ending, which a server makes."""


def query_address(name: str, given: Mapping[str, Sequence[str]], version: str | None = None) -> str:
    """Return the address that asks a stored query, relative to their folder; `name` may have an ending."""
    pairs = [(parameter, value) for parameter, values in given.items() for value in values]
    pairs += [("release", version)] if version else []
    return f"{quote(name)}?{urlencode(pairs)}" if pairs else quote(name)


INDEX = "index"
"""The name of the page that lists all of a folder, without ending."""

_TOGETHER = ("shapes", "graph")
"""Folders of pages whose things are described together."""

MAX_NAME, MAX_PATH, MAX_PARTS = 150, 400, 32
"""Most characters of one name and of a whole path, and most parts of one: file systems allow 255 bytes for a name."""

PLACED = "completeness|endorsement|identifier|name|phase"
"""Kinds of parts that have a place of their own on the page of their thing: a regular expression."""

TOLD_BY = {"claim": "sources", "period": "facts"}
"""Places on a page that tell of the parts of other kinds: what claims say, and the dates of a period."""

PART = f"(?:/(?:claim|{PLACED})/[A-Za-z0-9._-]+|/period(?:/(?:beginning|end)(?:/(?:earliest|latest))?)?)+"
"""The rest of the name of a part of a thing, or of a part of such a part: a regular expression."""

ASKED = "((?:.*/)?shapes/[^/-]+)-([^/]+)"
"""A shape and what it asks, such as `Membership-dated` of `Membership`: a regular expression."""

_PART = re.compile(f"(?P<thing>.+?)(?P<part>{PART})(?:#.*)?")
_ASKED = re.compile(ASKED)

_FRAGMENT = re.compile("[^/]+/[^/]+")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_ENDINGS = tuple(f".{ending}" for ending in (*SERVED, *CITATIONS, "rq", "svg", "gz", "zst"))


class Addresses:
    """The pages of the things under a base, and of those under the shared base that have no namesake under it."""

    def __init__(self, base: str, shared: Container[str] | None = None) -> None:
        """Take a base; `shared` are the things under the shared base that have pages here, by default all."""
        self.bases = tuple(dict.fromkeys((base, BASE)))
        self._shared = shared

    def rest(self, iri: str) -> tuple[str, str] | None:
        """Return the base of an IRI and what follows it, or None for an IRI from elsewhere."""
        for base in self.bases:
            if iri.startswith(base):
                return base, iri[len(base) :]
        return None

    def page(self, iri: str) -> str | None:
        """Return the path of its page within a release, without ending, or None where such an IRI has none.

        That of a part of a thing is the page of the thing.
        """
        path = self.path(iri)
        if path in (None, VOCABULARY):
            return path
        return path if self.has_page(iri) and fault(path.partition("/")[2]) is None else None

    def has_page(self, iri: str) -> bool:
        """Return whether a thing has a page if anything is said of it; others have theirs where they come from."""
        return self._shared is None or self.is_own(iri) or (whole(iri) or iri) in self._shared

    def path(self, iri: str) -> str | None:
        """Return the path that its page would have, whatever its name is."""
        iri = whole(iri) or iri
        if iri.startswith(COAL) or iri == COAL[:-1]:
            return VOCABULARY
        if found := self.rest(iri):
            for start, folder in FOLDERS.items():
                if found[1].startswith(start):
                    return folder + found[1][len(start) :]
        return None

    def is_own(self, iri: str) -> bool:
        """Whether an IRI is under the base itself."""
        return iri.startswith(self.bases[0])

    def namesake(self, iri: str) -> str | None:
        """Return what an IRI under the shared base would be under the base of the workspace."""
        return self.bases[0] + iri[len(BASE) :] if not self.is_own(iri) and iri.startswith(BASE) else None


def whole(iri: str) -> str | None:
    """Return the thing of which something is a part, told on its page, by its path or IRI; None for anything else."""
    if found := _ASKED.fullmatch(iri):
        return found[1]
    found = _PART.fullmatch(iri)
    return found["thing"] if found else None


def fragment(iri: str) -> str:
    """Return the place of a part of a thing on the page of that thing; empty for anything else."""
    if found := _ASKED.fullmatch(iri):
        return found[2]
    found = _PART.fullmatch(iri)
    if found is None:
        return ""
    part = found["part"][1:]
    kind = part.partition("/")[0]
    named = _FRAGMENT.match(part)
    return TOLD_BY.get(kind) or (named[0] if named else "")


def fault(name: str) -> str | None:
    """Say why the name of a thing cannot be that of a file on every system; None if it can."""
    parts = name.split("/")
    if not is_slug(name):
        return "use letters, digits, . _ - only, in parts that begin with a letter or digit"
    if any(part.endswith(".") or part.casefold().endswith(_ENDINGS) for part in parts):
        return f"no part may end with a dot or one of {' '.join(_ENDINGS)}"
    if any(_DEVICES.match(part) for part in parts):
        return "Windows keeps names such as con, nul and com1 for devices"
    if len(name) > MAX_PATH or len(parts) > MAX_PARTS or max(map(len, parts)) > MAX_NAME:
        return f"at most {MAX_PATH} characters, {MAX_PARTS} parts, and {MAX_NAME} characters in each"
    return "an index lies there" if name == INDEX else None


def find_document(page: str) -> str:
    """Return the path of the document that describes the thing of a page, both without ending.

    A concept is described with its scheme; all shapes are together, and so are all named graphs.
    """
    folder, _, name = page.partition("/")
    if folder == "concept":
        return f"{folder}/{name.partition('/')[0]}"
    return f"{folder}/{INDEX}" if folder in _TOGETHER else page


def name_files(page: str) -> dict[str, str]:
    """Return the paths of a page and of the documents that describe its thing, by ending, as a server has them."""
    return {"html": f"{page}.html", **{one: f"{find_document(page)}.{one}" for one in (*DESCRIPTIONS, *MADE)}}


def own_files(page: str) -> list[str]:
    """Return the paths of a page and of those of its documents that describe its thing alone, as a release has them."""
    return [f"{page}.{ending}" for ending in (ENDINGS if find_document(page) == page else ENDINGS[:1])]


def check_names(iris: AbstractSet[str], addresses: Addresses) -> None:
    """Refuse IRIs whose pages would have names that some file system cannot keep, or keep apart.

    Raises:
        WorkspaceError: for such an IRI.
    """
    folded: dict[str, str] = {}
    for one in iris:
        found = addresses.rest(one)
        start = next((start for start in FOLDERS if found and found[1].startswith(start)), None)
        if found is None or start is None:
            continue
        thing = whole(one)
        if thing is not None and thing not in iris and start != "shapes/":
            raise WorkspaceError(
                f"{quoted(one)}: named as a part of {quoted(thing)}, of which nothing is said; rename it"
            )
        iri = thing or one
        scheme = f"{start}{found[1][len(start) :].partition('/')[0]}"
        if start == "concept/" and not any(f"{base}{scheme}" in iris for base in addresses.bases):
            raise WorkspaceError(f"{quoted(one)}: named as a concept of a scheme of which nothing is said; describe it")
        name = iri[len(found[0]) + len(start) :]
        if problem := fault(name):
            raise WorkspaceError(f"{quoted(iri)}: cannot have a page of this name: {problem}; rename it")
        if name != name.lower():
            lower = f"{found[0]}{start}{name.lower()}"
            other = lower if lower in iris else folded.setdefault(lower, iri)
            if other != iri:
                first, second = sorted((iri, other))
                raise WorkspaceError(f"{quoted(first)} and {quoted(second)} differ in case only: rename one")
