"""The site of a server: what lies at which path, and pages for people in the look of the static site."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, unquote, urlencode

from jinja2 import Environment

from foc_graph.errors import FocGraphError, ParameterError, UnknownNameError
from foc_graph.queries.resolve import PathIndex
from foc_graph.release.snapshot import find_day
from foc_graph.server.requests import ProblemError
from foc_graph.server.snapshot import Snapshot
from foc_graph.site import render
from foc_graph.site.about import PICTURED, Site
from foc_graph.site.render import environment
from foc_graph.site.view import Link, View
from foc_graph.workspace.releases import CURRENT, MANIFEST, SIGNATURE, SUMS, Release, Releases
from foc_graph.workspace.settings import Workspace

PROBLEM_PAGE = "page of a problem"
"""The key, in the scope of a request, of the function that renders the page of a problem."""

_DOCUMENTS = "/doc/"
"""The beginning of the addresses of pages of things."""

_MOST_WORDS = 100
"""Most characters of an address that a search is offered for."""

_DIGITS = 32
"""Characters of a digest that are enough to distinguish files."""

_UNLISTED = (MANIFEST, SUMS, SIGNATURE)
"""Files of a release that its manifest does not list, since they hold the digests of the others or of each other."""

_KEPT = 4
"""Manifests of other releases that are kept: each may have several megabytes."""


def site_of(snapshot: Snapshot) -> Site:
    """Return what the pages of a snapshot say of it; without a release there is no version, and perhaps no day."""
    workspace, release = snapshot.graph.workspace, snapshot.release
    version, day = (release.version, release.day) if release else ("", _day(workspace))
    pictured = release.manifest.get("pictured") if release else PICTURED
    return Site.of(workspace.settings, snapshot.graph.base, version, day)._replace(pictured=pictured)


def _day(workspace: Workspace) -> str:
    """Return the day of the data; the page that says that there is none must be made without it."""
    try:
        return find_day(workspace).isoformat()
    except ParameterError:
        return workspace.settings.verified


def view_of(snapshot: Snapshot) -> View:
    """Return the things of a snapshot as pages show them, for one page: threads must not share it."""
    return View(snapshot.disk, snapshot.graph.base, snapshot.shared)


def render_page(template: str, snapshot: Snapshot, root: str, **context: Any) -> bytes:
    """Render a page from a template; `root` leads from its address to that of the front page."""
    return render.rendered(_environment(), template, site=site_of(snapshot), root=root, **context)


def problem_page(snapshot: Snapshot, path: str, problem: ProblemError) -> bytes:
    """Render the page of what went wrong at an address; `path` is that, as it was sent."""
    root = "../" * (path.count("/") - 1)
    title = "Page not found" if problem.status == HTTPStatus.NOT_FOUND else problem.status.phrase
    meant = [Link(_label(snapshot, one), f"{root}{quote(one)}.html") for one in problem.meant]
    is_missing = problem.status == HTTPStatus.NOT_FOUND
    name = unquote(path.rpartition("/")[2]).partition(".")[0] if is_missing and path.startswith(_DOCUMENTS) else ""
    words = re.sub(r"[^\w]+", " ", name)[:_MOST_WORDS].strip()
    search = Link(words, f"{root}search.html?{urlencode({'q': words})}") if words else None
    about = {"status": int(problem.status), "detail": problem.detail, "meant": meant, "search": search}
    return render_page("problem", snapshot, root, title=title, is_missing=is_missing, **about)


def _label(snapshot: Snapshot, page: str) -> str:
    """Return what the thing of a page is called, or its name in the address where that cannot be read."""
    try:
        view = view_of(snapshot)
        iri = view.iri(page)
        return view.summary(iri).label if iri else page.partition("/")[2]
    except FocGraphError:
        return page.partition("/")[2]


@cache
def _environment() -> Environment:
    return environment("foc_graph.server", live=True)


def read_templates() -> None:
    """Read the templates, which takes longer than to make a page of one."""
    for name in _environment().list_templates(("html",)):
        _environment().get_template(name)


class Found(NamedTuple):
    """The file or bytes at a path, and the key under which other bytes of the same are kept.

    `since` is the second from which it lies there, even where the file is older.
    """

    body: Path | bytes
    digest: str
    since: float = 0


class Files(Protocol):
    """The files of a site, by paths as in the folder of a release."""

    def has(self, path: str) -> bool:
        """Whether something lies at a path."""

    def find(self, path: str) -> Found | None:
        """Find the file or bytes at a path; None if there are none."""

    @property
    def names(self) -> PathIndex:
        """The paths of its pages, without ending, and perhaps of some that it lacks."""


class ReleaseSite:
    """The files of a release, in force since a second: those that its manifest names, and no others."""

    def __init__(self, release: Release, since: float = 0) -> None:
        self._release, self._since = release, since
        self._files = release.manifest["files"]

    def has(self, path: str) -> bool:
        """Whether something lies at a path."""
        return path in _UNLISTED or path in self._files

    def find(self, path: str) -> Found | None:
        """Find the file at a path; its digest is part of the one that was published.

        Raises:
            ServiceError: if a link or a special file is in its place.
        """
        if path in _UNLISTED:
            return Found(self._release.file(path), f"{self._sums[:_DIGITS]}-{path}", self._since)
        about = self._files.get(path)
        return Found(self._release.file(path), about["sha256"][:_DIGITS], self._since) if about else None

    @cached_property
    def names(self) -> PathIndex:
        """The paths of its pages, without ending."""
        return PathIndex(path.removesuffix(".html") for path in self._files if path.endswith(".html"))

    @cached_property
    def _sums(self) -> str:
        """The digest of the list of all digests, the manifest's too, and of its signature."""
        files = [self._release.file(name) for name in (SUMS, SIGNATURE)]
        return sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()


class Sites:
    """The site that is served, and those of other releases."""

    def __init__(self, current: Files, release: Release | None, releases: Releases | None) -> None:
        self.current = current
        self._version = release and release.version
        self._releases = releases
        self._others = lru_cache(_KEPT)(self._opened)

    def of_release(self, version: str) -> Files:
        """Return the site of a release, or of `current`, where releases are served.

        Raises:
            UnknownNameError: if there is none.
            ServiceError: if it is damaged.
        """
        if self._version is None:
            raise UnknownNameError("release", version, (), otherwise="none is served here")
        if version in (CURRENT, self._version):
            return self.current
        assert self._releases is not None
        return self._others(version, self._releases.stamp(version))

    def _opened(self, version: str, _: object) -> Files:
        """Open a release as it is now: it may be made anew, without a person who was in it."""
        assert self._releases is not None
        versions = self._releases.versions()
        if version not in versions:
            raise UnknownNameError("release", version, (), otherwise=f"there are {', '.join(versions)}")
        return ReleaseSite(self._releases.release(version))
