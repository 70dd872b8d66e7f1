"""The files of a release with size and SHA-256 digest, and `SHA256SUMS`, which `sha256sum --check` reads."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from foc_graph.errors import ServiceError
from foc_graph.release.media import File
from foc_graph.workspace.releases import SUMS


def files_below(folder: Path) -> list[File]:
    """All files below a folder but `SHA256SUMS`, by path, with forward slashes on every system.

    Raises:
        OSError: if one cannot be read.
    """
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 - a site has tens of thousands of files
            found.append(file_below(folder, path))
    return sorted(file for file in found if file.path != SUMS)


def file_below(folder: Path, path: str | Path) -> File:
    """One file below a folder."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        digest = file_digest(file, "sha256").hexdigest()
        return File(os.path.relpath(path, folder).replace(os.sep, "/"), os.fstat(file.fileno()).st_size, digest)


def write_sums(folder: Path, files: Iterable[File]) -> None:
    """Write `SHA256SUMS`."""
    lines = "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files))
    (folder / SUMS).write_text(lines, encoding="utf-8", newline="\n")


def read_sums(folder: Path) -> dict[str, str]:
    """The digests in `SHA256SUMS` by path.

    Raises:
        ServiceError: if it cannot be read, or is not such a file.
    """
    path = folder / SUMS
    try:
        pairs = [line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        return {name: digest for digest, name in pairs}
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ServiceError(f"{path}: not a list of SHA-256 digests: restore it from a copy of the release") from error
