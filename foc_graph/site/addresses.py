"""Addresses of pages: where the page of an IRI lies in a release, and which IRIs can have one."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from foc_graph.errors import WorkspaceError, quoted
from foc_graph.namespaces import BASE, COAL, is_slug

FOLDERS = {"id/": "doc/", "concept/": "concept/", "shapes/": "shapes/", "graph/": "graph/", "query/": "query/"}
"""What follows the base of an IRI, and the folder of its page."""

LATEST = "release/current/"
"""What follows the base in the address of the latest release."""

VOCABULARY = "ns"
DESCRIPTIONS = ("ttl", "jsonld", "nt")
"""What lies beside a page, by ending."""

ENDINGS = ("html", *DESCRIPTIONS)
"""The page and what lies beside it, by ending."""

CITATIONS = ("bib", "ris", "csl.json")
"""Citations of a page, by ending, which a server makes."""

MAX_NAME, MAX_PATH, MAX_PARTS = 150, 400, 32
"""Most characters of one name and of a whole path, and most parts of one: file systems allow 255 bytes for a name."""

_PART = re.compile("(.+)/claim/[^/#]+(?:#.*)?")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_ENDINGS = tuple(f".{ending}" for ending in (*ENDINGS, *CITATIONS, "rq", "svg", "gz", "zst"))


class Addresses:
    """The pages of the things under a base, and of those under the shared base that have no namesake under it."""

    def __init__(self, base: str) -> None:
        self.bases = tuple(dict.fromkeys((base, BASE)))

    def rest(self, iri: str) -> tuple[str, str] | None:
        """Return the base of an IRI and what follows it, or None for an IRI from elsewhere."""
        for base in self.bases:
            if iri.startswith(base):
                return base, iri[len(base) :]
        return None

    def page(self, iri: str) -> str | None:
        """Return the path of its page within a release, without ending, or None where such an IRI has none.

        That of a claim, or of a citation, is the page of the thing that it is about.
        """
        path = self.path(iri)
        return path if path in (None, VOCABULARY) or fault(path.partition("/")[2]) is None else None

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
    """Return the thing on whose page a claim or citation is told, by its name or IRI; None for anything else."""
    found = _PART.fullmatch(iri)
    return found[1] if found else None


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
    return "an index lies there" if name == "index" else None


def check_names(iris: AbstractSet[str], addresses: Addresses) -> None:
    """Refuse IRIs whose pages would have names that some file system cannot keep, or keep apart.

    Raises:
        WorkspaceError: for such an IRI.
    """
    folded: dict[str, str] = {}
    for iri in iris:
        found = addresses.rest(iri)
        start = next((start for start in FOLDERS if found and found[1].startswith(start)), None)
        if found is None or start is None:
            continue
        name = found[1][len(start) :]
        if problem := fault(name):
            raise WorkspaceError(f"{quoted(iri)}: cannot have a page of this name: {problem}; rename it")
        if name != name.lower():
            lower = f"{found[0]}{start}{name.lower()}"
            other = lower if lower in iris else folded.setdefault(lower, iri)
            if other != iri:
                first, second = sorted((iri, other))
                raise WorkspaceError(f"{quoted(first)} and {quoted(second)} differ in case only: rename one")
