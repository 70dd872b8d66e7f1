"""Files of a release: size, SHA-256 digest; and `SHA256SUMS`, which `sha256sum --check` reads."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from foc_graph.errors import ServiceError
from foc_graph.progress import Track, tracked, untracked
from foc_graph.workspace.releases import SIGNATURE, SUMS, is_file_name

LINK, SPECIAL = "a link", "neither a file nor a folder"
"""Kinds of what a release cannot have."""

_DIGEST = re.compile("[0-9a-f]{64}")
_BATCH = 100
"""Files after which progress is reported."""


class File(NamedTuple):
    """A file of a release: its path below the release's folder, its bytes, its SHA-256 digest in hexadecimal digits."""

    path: str
    size: int
    sha256: str


def media_type_iri(type: str) -> str:
    """Return the address of a media type in the IANA registry."""
    return f"https://www.iana.org/assignments/media-types/{type}"


def authority(table: str, code: str = "") -> str:
    """Return the IRI of an authority table of the EU's Publications Office, such as `file-type`, or of a code in it."""
    return f"http://publications.europa.eu/resource/authority/{table}{code and '/'}{code}"


def files_below(folder: Path, what: str = "", track: Track = untracked) -> list[File]:
    """List all files below a folder but `SHA256SUMS` and its signature, by path, with forward slashes on every system.

    How many have been read is reported as the progress of `what`.

    Raises:
        OSError: if one cannot be read.
    """
    # a site has tens of thousands of files
    paths = [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names]  # noqa: PTH118
    found = (file_below(folder, path) for path in tracked(paths, what, len(paths), track, _BATCH))
    return sorted(file for file in found if file.path not in (SUMS, SIGNATURE))


def oddities_below(folder: Path) -> dict[str, str]:
    """Return what a release cannot have, by its path below the folder: links, empty folders, odd kinds and modes.

    Raises:
        OSError: if a folder cannot be read.
    """
    found: dict[str, str] = {}
    for parent, folders, names in os.walk(folder):
        inside = os.path.relpath(parent, folder).replace(os.sep, "/") + "/"
        for name in (*folders, *names):
            mode = os.lstat(os.path.join(parent, name)).st_mode  # noqa: PTH118
            if odd := _oddity(mode):
                found[f"{inside}{name}".removeprefix("./")] = odd
        if not folders and not names and parent != str(folder):
            found[inside.removesuffix("/")] = "an empty folder"
    return found


def _oddity(mode: int) -> str:
    """Return what is odd about a mode (inode(7)); empty if nothing is."""
    if stat.S_ISLNK(mode):
        return LINK
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return SPECIAL
    if mode & stat.S_IWOTH:
        return "everyone may write to it"
    executable = stat.S_ISUID | stat.S_ISGID | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
    return "can be executed" if stat.S_ISREG(mode) and mode & executable else ""


def file_below(folder: Path, path: str | Path) -> File:
    """Read the size and digest of one file below a folder."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        digest = file_digest(file, "sha256").hexdigest()
        return File(os.path.relpath(path, folder).replace(os.sep, "/"), os.fstat(file.fileno()).st_size, digest)


def format_sums(digests: Mapping[str, str]) -> str:
    """Return what `SHA256SUMS` says of files with these digests, by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))


def write_sums(folder: Path, files: Iterable[File]) -> None:
    """Write `SHA256SUMS`."""
    text = format_sums({file.path: file.sha256 for file in files})
    (folder / SUMS).write_text(text, encoding="utf-8", newline="\n")


def read_sums(folder: Path) -> dict[str, str]:
    """Read the digests in `SHA256SUMS`, by path.

    Raises:
        ServiceError: if it cannot be read, or is not such a file.
    """
    path = folder / SUMS
    try:
        content = path.read_bytes().decode()
        pairs = [line.split("  ", 1) for line in content.removesuffix("\n").split("\n")]
        if not all(_DIGEST.fullmatch(digest) and is_file_name(name) for digest, name in pairs):
            raise ValueError
        return {name: digest for digest, name in pairs}
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ServiceError(f"{path}: not a list of SHA-256 digests: restore it from a copy of the release") from error
