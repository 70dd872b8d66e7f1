"""A site whose pages are made as they are asked for: all where no release is served, else those as of a date."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from foc_graph.graph import Graph
from foc_graph.namespaces import COAL, PREFIXES
from foc_graph.queries.resolve import PathIndex
from foc_graph.release.snapshot import find_day
from foc_graph.server.cache import Cache
from foc_graph.server.site import Found, site_of
from foc_graph.server.snapshot import NearestStore, Snapshot
from foc_graph.site.about import PICTURES, Site
from foc_graph.site.addresses import DESCRIPTIONS, FOLDERS, MADE, SERVED, VOCABULARY, find_document
from foc_graph.site.backlinks import LISTS
from foc_graph.site.changes import FOLDER as CHANGES
from foc_graph.site.changes import write_changes
from foc_graph.site.citations import Citation, write_citation
from foc_graph.site.downloads import write_downloads
from foc_graph.site.home import write_front
from foc_graph.site.learn import LEARN, write_learn
from foc_graph.site.ontology import write_shapes, write_vocabulary
from foc_graph.site.page_charts import CLASSES, FOLDER, Drawing
from foc_graph.site.pages import Pages, write_for_robots
from foc_graph.site.pictures import Pictures
from foc_graph.site.render import Renderer, description
from foc_graph.site.search import Index, names_index
from foc_graph.site.things import ThingPage
from foc_graph.site.view import View
from foc_graph.store.embedded import EmbeddedStore

_MOST_BYTES = 96 * 2**20
"""Most bytes that pages, descriptions and charts take that are kept after they were made."""

_KEPT_CUT = 4
"""Things of which further pages are made that are kept: each may hold a name for all that points at it."""

_Made = dict[str, bytes]
"""What was made, by path."""

_Kept = dict[str, tuple[bytes, str]]
"""What was made and its digest, by path."""

_GROUPS = {
    VOCABULARY: "vocabulary",
    **dict.fromkeys(("index", "downloads", LEARN, "concept/index", "graph/index"), "front"),
    "style.css": "style",
    "robots.txt": "robots",
}
"""What is made together, by the pages that are not those of one thing."""

_NOWHERE = Path(os.devnull)
"""A folder in which nothing lies."""


class LiveSite:
    """The pages of a graph in a store on disk: those of a release, but for their foot and what a server adds.

    Threads make them side by side, and each page once, however many threads ask for it.
    """

    def __init__(self, snapshot: Snapshot, versions: Sequence[str] = ()) -> None:
        """Take the graph, and the versions of earlier releases, newest first."""
        self._snapshot, self._versions = snapshot, versions
        self._lock = Lock()
        self._near: EmbeddedStore | None = None
        self._newest: Pages | None = None
        self._files: Cache[str, _Kept] = Cache(_size, _MOST_BYTES)
        self._cut: Cache[str, ThingPage | None] = Cache(lambda page: int(page is not None), _KEPT_CUT)
        self._groups: Cache[str, _Kept] = Cache(lambda files: 1, len(_GROUPS) + 2)
        self._index: Cache[None, Index] = Cache(lambda index: 1, 1)

    def is_ready(self, path: str) -> bool:
        """Whether what lies at a path, such as the front page, is kept ready."""
        return path in self._files or _group(path) in self._groups

    def has(self, path: str) -> bool:
        """Whether something lies at a path; that alone makes no page or description of a thing."""
        stem, _, ending = path.rpartition(".")
        if _group(path) or path.startswith((f"{LISTS}/", f"{FOLDER}/", f"{PICTURES}/")):
            return self.find(path) is not None
        is_told = ending == "html" or (ending in SERVED and find_document(stem) == stem)
        return is_told and self.view.iri(stem) is not None

    def find(self, path: str) -> Found | None:
        """Find the file or bytes at a path."""
        stem, _, ending = path.rpartition(".")
        if group := _group(path):
            files = self._groups.get(group, lambda: _found(self._group(group)))
        elif ending == "html" and stem.startswith(f"{LISTS}/"):
            files = self._list(stem)
        else:
            files = self._files.get(path, lambda: _found(self._make(path)))
        return Found(*files[path]) if path in files else None

    @cached_property
    def names(self) -> PathIndex:
        """The paths of the pages of things, without ending; some may turn out to have none."""
        view = self.view
        return PathIndex(path for iri in (*view.typed(), *view.graphs) if (path := view.addresses.path(iri)))

    @cached_property
    def drawn(self) -> dict[str, str]:
        """The things with pages as of a date, by their paths without ending: coalitions first."""
        view = self.view
        return {page: iri for name in CLASSES for iri in view.of_class(name) if (page := view.page(iri))}

    @property
    def index(self) -> Index:
        """The index of names, which is made once."""
        return self._index.get(None, lambda: names_index(self.graph, self.view))

    @property
    def view(self) -> View:
        """The things of the graph as pages show them, of which much is remembered."""
        return self._pages.view

    @property
    def graph(self) -> Graph:
        """The graph, asked where its stored queries are; answers are remembered."""
        return self._pages.drawing.graph

    def page(self, page: str, as_of: str = "", problem: str = "") -> bytes | None:
        """Make the page of a thing by its path, as of a date; `problem` is what is wrong with that date.

        Raises:
            ParameterError: for an invalid date, where no `problem` is given.
            FocGraphError: if a stored query cannot be answered.
        """
        path = f"{page}.html"
        if as_of or problem:
            return self._page(page, as_of, problem).get(path)
        return self._files.get(path, lambda: _found(self._page(page))).get(path, (None, ""))[0]

    def plot(self, page: str, name: str, as_of: str = "") -> bytes | None:
        """Draw a chart of a page as a file, as of a date.

        Raises:
            FocGraphError: as `page`.
        """
        pages = self._pages
        iri = pages.view.iri(page)
        drawn = None if iri is None else pages.drawing.file(iri, name, as_of)
        return None if drawn is None else drawn.encode()

    def cite(self, page: str, ending: str) -> bytes | None:
        """Write the citation of a page by its path, or without one of the release, in a format of citations.

        There is none of a page that does not exist, or of a graph that is no release.
        """
        pages = self._pages
        site, iri = pages.renderer.site, pages.view.iri(page)
        if page and iri is not None:
            cited = Citation(site, pages.view.summary(iri).label, iri)
        elif not page and site.version:
            cited = Citation(site, "", site.address)
        else:
            return None
        return write_citation(cited, ending).encode()

    def _make(self, path: str) -> _Made:
        """Make the chart, picture, page or description at a path; nothing where there is none."""
        page, _, ending = path.rpartition(".")
        if path.startswith(f"{PICTURES}/"):
            picture = self._pictures.draw(page.partition("/")[2]) if ending == "png" else None
            return {} if picture is None else {path: picture}
        if path.startswith(f"{FOLDER}/"):
            return self._chart(path)
        return self._page(page) if ending == "html" else self._described(path)

    @property
    def _pictures(self) -> Pictures:
        pages = self._pages
        return Pictures(pages.drawing.graph, pages.view, pages.renderer.site.day)

    def _chart(self, path: str) -> _Made:
        """Draw the chart at a path as a file; nothing where there is none."""
        page, _, file = path.removeprefix(f"{FOLDER}/").rpartition("/")
        content = self.plot(f"doc/{page}", file.removesuffix(".svg"))
        return {} if content is None else {path: content}

    def _page(self, page: str, as_of: str = "", problem: str = "") -> _Made:
        """Make the page of a thing by its path; nothing where there is none."""
        pages = self._pages
        with _kept(pages) as files:
            if (iri := pages.view.iri(page)) is not None:
                pages.write_page(pages.view.described(iri), page, as_of, problem)
        return files

    @property
    def _pages(self) -> Pages:
        """Return the maker of pages of the store that is nearest by now."""
        store = self._snapshot.store
        near = store.near if isinstance(store, NearestStore) else None
        with self._lock:
            if self._newest is None or near is not self._near:
                self._near, self._newest = near, self._of_store(near)
            return self._newest

    def _of_store(self, near: EmbeddedStore | None) -> Pages:
        """Make the maker of pages of a store, or of the one on disk; no file of a stored query is read again."""
        pages, graph = copy(self._made_pages), self._snapshot.graph
        store = self._disk if near is None else near
        pages.view = View(store, graph.base, self._snapshot.shared)
        pages.graph = graph.asked_in(store)
        pages.drawing = Drawing(pages.graph, pages.view, pages.renderer.site.day, self._snapshot.store)
        return pages

    @cached_property
    def _disk(self) -> EmbeddedStore:
        return EmbeddedStore.read_only(self._snapshot.disk.folder, PREFIXES)

    @cached_property
    def _made_pages(self) -> Pages:
        workspace, release = self._snapshot.graph.workspace, self._snapshot.release
        if release is None:
            find_day(workspace)  # pages are as of a day: without one, a problem says so
        site = site_of(self._snapshot)
        pages = Pages(workspace, self._snapshot.disk.folder, site, _NOWHERE)
        pages.renderer = _Keeping(site, _NOWHERE if release is None else release.path)
        return pages

    def _described(self, path: str) -> _Made:
        """Make a description of a thing by its path; nothing where it has no page."""
        view = self.view
        page, _, ending = path.rpartition(".")
        iri = view.iri(page) if ending in (*DESCRIPTIONS, *MADE) and find_document(page) == page else None
        return {} if iri is None else {path: description(view.description(view.described(iri)), ending, view.base)}

    def _list(self, path: str) -> _Kept:
        """Make a page that lists what the page of a thing does not show whole; nothing where there is none."""
        page, _, rest = path.removeprefix(f"{LISTS}/").rpartition("/")
        page, _, key = page.rpartition("/")
        if not re.fullmatch("[1-9][0-9]{0,5}", rest):
            return {}
        found = self._cut.get(page, lambda: self._cut_page(page))
        group = next((group for group in found.cut if group.key == key), None) if found else None
        if found is None or group is None or int(rest) > group.pages:
            return {}
        pages = self._pages
        with _kept(pages) as files:
            pages.write_list(group, found, int(rest))
        return _found(files)

    def _cut_page(self, page: str) -> ThingPage | None:
        pages = self._pages
        iri = pages.view.iri(page)
        return None if iri is None else pages.page(pages.view.described(iri), page)

    def _group(self, name: str) -> _Made:
        """Make the files of a group, which are made together."""
        pages = self._pages
        view, renderer = pages.view, pages.renderer
        with _kept(pages) as files:
            match name:
                case "front":
                    write_front(pages.graph, view, renderer, self._versions)
                    write_downloads(view, renderer, self._versions)
                    write_learn(pages.graph, renderer)
                case "changes":
                    write_changes(pages.graph, view, renderer)
                case "style":
                    pages.write_style()
                case "robots":
                    write_for_robots(renderer, ())
                case "shapes":
                    write_shapes(view, renderer, self._snapshot.graph.workspace)
                case "vocabulary":
                    terms = sorted(iri for iri in view.typed() if iri.startswith(COAL))
                    write_vocabulary(view, renderer, terms, pages.graph.queries)
        return files


class _Keeping(Renderer):
    """A renderer that keeps the files of each thread for the page that it makes."""

    def __init__(self, site: Site, folder: Path) -> None:
        super().__init__(site, folder, live=True)
        self.own = threading.local()

    def write(self, path: str, content: bytes) -> None:
        self.own.files[path] = content


@contextmanager
def _kept(pages: Pages) -> Iterator[_Made]:
    """Collect the files that this thread renders meanwhile."""
    assert isinstance(pages.renderer, _Keeping)
    files: _Made = {}
    pages.renderer.own.files = files
    try:
        yield files
    finally:
        del pages.renderer.own.files


def _group(path: str) -> str:
    """Return the group of pages that are made together with the one at a path; empty for the page of one thing."""
    stem, _, ending = path.rpartition(".")
    name = stem if ending in SERVED else path
    folders = {FOLDERS["shapes/"]: "shapes", f"{CHANGES}/": "changes"}
    return next((group for folder, group in folders.items() if name.startswith(folder)), _GROUPS.get(name, ""))


def _found(files: _Made) -> _Kept:
    """Add to files the digests that tell them from others at their paths."""
    return {path: (body, blake2b(body, digest_size=16).hexdigest()) for path, body in files.items()}


def _size(files: _Kept) -> int:
    """Count the bytes that files take."""
    return sum(len(body) for body, _ in files.values())
