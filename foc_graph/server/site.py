"""The site that is served: what lies at which path."""

from __future__ import annotations

from functools import cached_property, lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple, Protocol

from foc_graph.errors import UnknownNameError
from foc_graph.queries.resolve import PathIndex
from foc_graph.workspace.releases import CURRENT, MANIFEST, SUMS, Release, Releases

_DIGITS = 32
"""Of a digest, as many as tell files apart."""

_KEPT = 4
"""Manifests of other releases that are kept: each may have several megabytes."""


class Found(NamedTuple):
    """The file or bytes at a path, and the key under which other bytes of the same are kept."""

    body: Path | bytes
    digest: str


class Site(Protocol):
    """The files of a site, by paths as in the folder of a release."""

    def has(self, path: str) -> bool:
        """Whether something lies at a path."""

    def find(self, path: str) -> Found | None:
        """Find the file or bytes at a path; None if there are none."""

    @property
    def names(self) -> PathIndex:
        """The paths of its pages, without ending, and perhaps of some that it has not."""


class ReleaseSite:
    """The files of a release: those that its manifest names, and no others."""

    def __init__(self, release: Release) -> None:
        self._folder = release.path
        self._files = release.manifest["files"]

    def has(self, path: str) -> bool:
        """Whether something lies at a path."""
        return path in (MANIFEST, SUMS) or path in self._files

    def find(self, path: str) -> Found | None:
        """Find the file at a path; its digest is part of the one that was published."""
        if path in (MANIFEST, SUMS):
            return Found(self._folder / path, f"{self._sums[:_DIGITS]}-{path}")
        about = self._files.get(path)
        return Found(self._folder / path, about["sha256"][:_DIGITS]) if about else None

    @cached_property
    def names(self) -> PathIndex:
        """The paths of its pages, without ending."""
        return PathIndex(path.removesuffix(".html") for path in self._files if path.endswith(".html"))

    @cached_property
    def _sums(self) -> str:
        """The digest of the list of all digests, the manifest's too."""
        with (self._folder / SUMS).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()


class Sites:
    """The site that is served, and those of other releases."""

    def __init__(self, current: Site, release: Release | None, releases: Releases | None) -> None:
        self.current = current
        self._version = release and release.version
        self._releases = releases
        self._others = lru_cache(_KEPT)(self._opened)

    def of_release(self, version: str) -> Site:
        """The site of a release, or of `current`, where releases are served.

        Raises:
            UnknownNameError: if there is none.
            ServiceError: if it is damaged.
        """
        if self._version is None:
            raise UnknownNameError("release", version, (), otherwise="none is served here")
        return self.current if version in (CURRENT, self._version) else self._others(version)

    def _opened(self, version: str) -> Site:
        assert self._releases is not None
        versions = self._releases.versions()
        if version not in versions:
            raise UnknownNameError("release", version, (), otherwise=f"there are {', '.join(versions)}")
        return ReleaseSite(self._releases.release(version))
