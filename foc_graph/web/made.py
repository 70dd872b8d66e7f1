"""A site whose pages are made as they are asked for: all where no release is served, else those with pictures."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from foc_graph.publishing.edition import Edition, stated_day
from foc_graph.publishing.site.addresses import ENDINGS, FOLDERS, VOCABULARY
from foc_graph.publishing.site.downloads import write_downloads
from foc_graph.publishing.site.drawing import CLASSES, Drawing
from foc_graph.publishing.site.front import write_for_robots, write_front
from foc_graph.publishing.site.pages import Pages
from foc_graph.publishing.site.pointing import LISTS
from foc_graph.publishing.site.render import Renderer, Site
from foc_graph.publishing.site.shapes import write_shapes
from foc_graph.publishing.site.things import ThingPage
from foc_graph.publishing.site.view import View
from foc_graph.publishing.site.vocabulary import write_vocabulary
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.terms import COAL
from foc_graph.web.names import Names
from foc_graph.web.nearest import NearestStore
from foc_graph.web.pages import site_of
from foc_graph.web.site import Found
from foc_graph.web.stored import State

_KEPT = 500
"""Pages of things that are kept after they were made."""

_KEPT_CUT = 4
"""Things of which further pages are made that are kept: each may hold a name for all that points at it."""

_GROUPS = {
    VOCABULARY: "vocabulary",
    **dict.fromkeys(("index", "downloads", "concept/index", "graph/index"), "front"),
    "style.css": "style",
    "robots.txt": "robots",
}
"""What is made together, by the pages that are not those of one thing."""

_NOWHERE = Path(os.devnull)
"""A folder in which nothing lies."""


class MadeSite:
    """The pages of a graph in a store on disk, as they are in a release but for their foot, and for what a server adds.

    One is made at a time, whatever number of threads ask.
    """

    def __init__(self, state: State, store_folder: Path, versions: Sequence[str] = ()) -> None:
        """`versions` are those of earlier releases, newest first."""
        self._state, self._store_folder, self._versions = state, store_folder, versions
        self._near: EmbeddedStore | None = None
        self._lock = Lock()
        self._htmls = lru_cache(_KEPT)(self.page)
        self._descriptions = lru_cache(_KEPT)(self._described)
        self._cut = lru_cache(_KEPT_CUT)(self._cut_page)
        self._groups = lru_cache(None)(self._group)

    def find(self, path: str) -> Found | None:
        """What lies at a path."""
        stem, _, ending = path.rpartition(".")
        name = stem if ending in ENDINGS else path
        group = "shapes" if name.startswith(FOLDERS["shapes/"]) else _GROUPS.get(name)
        if group:
            with self._lock:
                body = self._groups(group).get(path)
        elif ending == "html":
            body = self._list(name) if name.startswith(f"{LISTS}/") else self._htmls(name)
        else:
            body = self._descriptions(name).get(path)
        return None if body is None else Found(body, blake2b(body, digest_size=16).hexdigest())

    @cached_property
    def names(self) -> Names:
        """The paths of the pages of things, without ending."""
        with self._lock:
            view = self._pages.view
            return Names(page for iri in view.subjects() if (page := view.addresses.page(iri)))

    @cached_property
    def drawn(self) -> dict[str, str]:
        """What the pages with pictures are about, by their paths, without ending."""
        with self._lock:
            view = self._pages.view
            return {page: iri for name in CLASSES for iri in view.of_class(name) if (page := view.page(iri))}

    def page(self, page: str, as_of: str = "", problem: str = "") -> bytes | None:
        """The page of a thing by its path, as of a date; `problem` is what is wrong with that.

        Raises:
            ParameterError: for a date that is none, where nothing is said to be wrong with it.
            FocGraphError: if a stored query cannot be answered.
        """
        with self._lock:
            iri = self._iri(page)
            if iri is None:
                return None
            self._pages.write_page(self._pages.view.described(iri), page, as_of, problem)
            return self._taken().get(f"{page}.html")

    def plot(self, page: str, name: str, as_of: str = "") -> bytes | None:
        """A picture of a page as a file, as of a date.

        Raises:
            FocGraphError: as `page`.
        """
        with self._lock:
            iri = self._iri(page)
            drawn = None if iri is None else self._pages.drawing.file(iri, name, as_of)
            return None if drawn is None else drawn.encode()

    @property
    def _pages(self) -> Pages:
        """What makes pages, of the store that is the nearest by now."""
        near = self._state.store.near if isinstance(self._state.store, NearestStore) else None
        pages = self._made_pages
        if near is not self._near:
            self._near = near
            pages.view = View(near, pages.view.base) if near else pages.view
            pages.drawing = Drawing(pages.graph, pages.view, pages.renderer.site.day, self._state.store)
        return pages

    @cached_property
    def _made_pages(self) -> Pages:
        workspace, release = self._state.graph.workspace, self._state.release
        if release is None:
            version, day = workspace.settings.version, stated_day(workspace)
            store = EmbeddedStore.read_only(self._store_folder)
            site = Site.of(Edition(workspace, store, self._state.graph.base, version, day))._replace(version="")
        else:
            site = site_of(self._state)
        pages = Pages(workspace, self._store_folder, site, _NOWHERE)
        pages.renderer = _Keeping(site, _NOWHERE if release is None else release.path)
        return pages

    def _iri(self, page: str) -> str | None:
        """The IRI of what a page is about."""
        folder, _, name = page.partition("/")
        view = self._pages.view
        parts = [part for part, known in FOLDERS.items() if known == f"{folder}/"]
        iris = (f"{base}{part}{name}" for base in view.addresses.bases for part in parts)
        return next((iri for iri in iris if view.page(iri) == page), None)

    def _described(self, page: str) -> dict[str, bytes]:
        """The descriptions of a thing by path; none where it has no page."""
        with self._lock:
            iri = self._iri(page)
            if iri is not None:
                view = self._pages.view
                self._pages.renderer.describe(page, view.triples(view.described(iri)))
            return self._taken()

    def _list(self, path: str) -> bytes | None:
        """One of the pages that list what the page of a thing does not show whole."""
        page, _, rest = path.removeprefix(f"{LISTS}/").rpartition("/")
        page, _, key = page.rpartition("/")
        if not re.fullmatch("[1-9][0-9]{0,5}", rest):
            return None
        with self._lock:
            found = self._cut(page)
            group = next((group for group in found.cut if group.key == key), None) if found else None
            if found is None or group is None or int(rest) > group.pages:
                return None
            self._pages.write_list(group, found, int(rest))
            return self._taken()[f"{path}.html"]

    def _cut_page(self, page: str) -> ThingPage | None:
        iri = self._iri(page)
        return None if iri is None else self._pages.page(self._pages.view.described(iri), page)

    def _group(self, name: str) -> dict[str, bytes]:
        """The files that are made together, by path."""
        view, renderer = self._pages.view, self._pages.renderer
        match name:
            case "front":
                write_front(self._pages.graph, view, renderer, self._versions)
                write_downloads(renderer, self._versions)
            case "style":
                self._pages.write_style()
            case "robots":
                write_for_robots(renderer, ())
            case "shapes":
                write_shapes(view, renderer, self._state.graph.workspace)
            case "vocabulary":
                write_vocabulary(view, renderer, sorted(iri for iri in view.subjects() if iri.startswith(COAL)))
        return self._taken()

    def _taken(self) -> dict[str, bytes]:
        renderer = self._pages.renderer
        assert isinstance(renderer, _Keeping)
        return renderer.taken()


class _Keeping(Renderer):
    """Keeps what it renders until it is taken."""

    def __init__(self, site: Site, folder: Path) -> None:
        super().__init__(site, folder, live=True)
        self._files: dict[str, bytes] = {}

    def write(self, path: str, content: bytes) -> None:
        self._files[path] = content

    def taken(self) -> dict[str, bytes]:
        """What was rendered since the last time, by path."""
        files, self._files = self._files, {}
        return files
