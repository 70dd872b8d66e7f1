"""What a release carries over from the previous one, file by file, where to make it anew would give the same bytes.

That needs to know of what the pages of the previous release were made. These traces lie in the user's cache folder, by
the digest of the release and of the program; without them all is made anew.
"""

from __future__ import annotations

import platform
import zlib
from contextlib import suppress
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from shutil import copyfileobj
from typing import NamedTuple

import foc_graph
from foc_graph.cache import cache_folder
from foc_graph.workspace.releases import SUMS, Release

_FOLDER = "pages"
_KEPT = 4
_LIBRARIES = ("pyoxigraph", "jinja2", "markupsafe", "backports.zstd")


class Earlier(NamedTuple):
    """A release that this very program made, and the traces of its pages."""

    release: Release
    traces: Path

    def digest(self, path: str) -> str:
        """The SHA-256 digest of one of its files as it was published, or an empty text."""
        return str(self.release.manifest["files"].get(path, {}).get("sha256", ""))

    def carry(self, path: str, folder: Path) -> bool:
        """Copy one of its files to the same place below another folder, unless it is missing or damaged."""
        content = published(self.release.path / path, self.digest(path))
        if content is not None:
            (folder / path).write_bytes(content)
        return content is not None


def published(path: Path, digest: str) -> bytes | None:
    """The content of a file if it has this SHA-256 digest."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if sha256(content).hexdigest() == digest else None


def find_earlier(release: Release | None) -> Earlier | None:
    """A release from which files may be carried over; None if it is not known how its pages came about."""
    with suppress(OSError, RuntimeError, ValueError):
        if release is not None:
            traces = _place(release.path)
            with traces.open("rb") as file:
                stated = file.readline().strip().decode()
                if file_digest(file, "sha256").hexdigest() == stated:
                    return Earlier(release, traces)
    return None


def keep_traces(traces: Path, folder: Path) -> None:
    """Keep the traces of the pages of a release, whole in a folder, for the next one, if that can be done."""
    with suppress(OSError, RuntimeError):
        place = _place(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = place.with_suffix(".new")
        with traces.open("rb") as source, aside.open("wb") as target:
            target.write(f"{file_digest(source, 'sha256').hexdigest()}\n".encode())
            source.seek(0)
            copyfileobj(source, target)
        aside.replace(place)
        known = sorted(place.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in known[_KEPT:]:
            path.unlink(missing_ok=True)


def _place(folder: Path) -> Path:
    digest = sha256((folder / SUMS).read_bytes() + _program()).hexdigest()
    return cache_folder() / _FOLDER / digest


def _program() -> bytes:
    """A digest of all by which the bytes of a release may differ besides its input."""
    digest = sha256(f"{platform.python_version()} {zlib.ZLIB_RUNTIME_VERSION}".encode())
    for library in _LIBRARIES:
        digest.update(f" {version(library)}".encode())
    root = Path(foc_graph.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return digest.digest()
