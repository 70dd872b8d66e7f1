"""The addresses that the descriptions of a release share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from foc_graph.release.dumps import FOLDER
from foc_graph.release.files import File
from foc_graph.release.snapshot import Snapshot

VOID = ".well-known/void"
"""Where the VoID description lies in a release, as section 7.2 of VoID has it."""


def catalogue(snapshot: Snapshot) -> str:
    """The IRI of the catalogue."""
    return f"{snapshot.base}catalogue"


def publisher(snapshot: Snapshot) -> str:
    """The IRI of who publishes."""
    return f"{catalogue(snapshot)}#publisher"


def series(snapshot: Snapshot) -> str:
    """The IRI of what all releases are versions of."""
    return f"{snapshot.base}dataset"


def dump(snapshot: Snapshot, name: str) -> str:
    """The IRI of the dump of one coalition in this release, whatever its format."""
    return file(snapshot, f"{FOLDER}/{name}")


def file(snapshot: Snapshot, path: str) -> str:
    """The address of a file of this release, by its path below the release's folder."""
    return snapshot.address + quote(path)


def dumps(files: Iterable[File]) -> Mapping[str, list[File]]:
    """The dumps among the files, by name: a coalition's may have dots, so the endings are cut off from behind."""
    found: defaultdict[str, list[File]] = defaultdict(list)
    for one in files:
        folder, _, name = one.path.partition("/")
        if folder == FOLDER:
            found[name.removesuffix(".gz").removesuffix(".zst").rpartition(".")[0]].append(one)
    return found
