"""The addresses that the descriptions of a release share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from foc_graph.release.dumps import FOLDER
from foc_graph.release.media import File
from foc_graph.release.snapshot import Edition

VOID = ".well-known/void"
"""Where the VoID description lies in a release, as section 7.2 of VoID has it."""


def catalogue(edition: Edition) -> str:
    """The IRI of the catalogue."""
    return f"{edition.base}catalogue"


def publisher(edition: Edition) -> str:
    """The IRI of who publishes."""
    return f"{catalogue(edition)}#publisher"


def series(edition: Edition) -> str:
    """The IRI of what all releases are versions of."""
    return f"{edition.base}dataset"


def dump(edition: Edition, name: str) -> str:
    """The IRI of the dump of one coalition in this release, whatever its format."""
    return file(edition, f"{FOLDER}/{name}")


def file(edition: Edition, path: str) -> str:
    """The address of a file of this release, by its path below the release's folder."""
    return edition.address + quote(path)


def dumps(files: Iterable[File]) -> Mapping[str, list[File]]:
    """The dumps among the files, by name: a coalition's may have dots, so the endings are cut off from behind."""
    found: defaultdict[str, list[File]] = defaultdict(list)
    for one in files:
        folder, _, name = one.path.partition("/")
        if folder == FOLDER:
            found[name.removesuffix(".gz").removesuffix(".zst").rpartition(".")[0]].append(one)
    return found
