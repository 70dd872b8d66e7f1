"""A site whose pages are made as they are asked for, where no release is served."""

from __future__ import annotations

import os
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from foc_graph.publishing.edition import Edition, stated_day
from foc_graph.publishing.site.addresses import ENDINGS, FOLDERS, VOCABULARY
from foc_graph.publishing.site.front import write_for_robots, write_front
from foc_graph.publishing.site.pages import Pages, Task
from foc_graph.publishing.site.render import Renderer, Site
from foc_graph.publishing.site.shapes import write_shapes
from foc_graph.publishing.site.vocabulary import write_vocabulary
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.terms import COAL
from foc_graph.web.names import Names
from foc_graph.web.site import Found
from foc_graph.workspace.locate import Workspace

_KEPT = 500
"""Pages of things that are kept after they were made."""

_GROUPS = {
    VOCABULARY: "vocabulary",
    **dict.fromkeys(("index", "concept/index", "graph/index"), "front"),
    "style.css": "style",
    "robots.txt": "robots",
}
"""What is made together, by the pages that are not those of one thing."""

_NOWHERE = Path(os.devnull)
"""A folder in which nothing lies."""


class MadeSite:
    """The pages of a workspace whose graph lies in a store on disk, as they are in a release but for their foot.

    One is made at a time, whatever number of threads ask.
    """

    def __init__(self, workspace: Workspace, store_folder: Path, base: str) -> None:
        self._workspace, self._store_folder, self._base = workspace, store_folder, base
        self._lock = Lock()
        self._things = lru_cache(_KEPT)(self._thing)
        self._groups = lru_cache(None)(self._group)

    def find(self, path: str) -> Found | None:
        """What lies at a path."""
        stem, _, ending = path.rpartition(".")
        with self._lock:
            body = self._files(stem if ending in ENDINGS else path).get(path)
        return None if body is None else Found(body, blake2b(body, digest_size=16).hexdigest())

    @cached_property
    def names(self) -> Names:
        """The paths of the pages of things, without ending."""
        with self._lock:
            view = self._pages.view
            return Names(page for iri in view.subjects() if (page := view.addresses.page(iri)))

    @cached_property
    def _pages(self) -> Pages:
        version, day = self._workspace.settings.version, stated_day(self._workspace)
        store = EmbeddedStore.read_only(self._store_folder)
        site = Site.of(Edition(self._workspace, store, self._base, version, day))._replace(version="")
        pages = Pages(self._store_folder, site, _NOWHERE)
        pages.renderer = _Keeping(site, _NOWHERE)
        return pages

    def _files(self, page: str) -> dict[str, bytes]:
        name = "shapes" if page.startswith(FOLDERS["shapes/"]) else _GROUPS.get(page)
        return self._groups(name) if name else self._things(page)

    def _thing(self, page: str) -> dict[str, bytes]:
        """The files of the page of a thing by path; none where there is no such page."""
        folder, _, name = page.partition("/")
        view = self._pages.view
        parts = [part for part, known in FOLDERS.items() if known == f"{folder}/"]
        iris = [f"{base}{part}{name}" for base in view.addresses.bases for part in parts]
        self._pages.write([Task(iri) for iri in iris if view.page(iri) == page])
        return self._taken()

    def _group(self, name: str) -> dict[str, bytes]:
        """The files that are made together, by path."""
        view, renderer = self._pages.view, self._pages.renderer
        match name:
            case "front":
                write_front(view, renderer, ())
            case "style":
                self._pages.write_style()
            case "robots":
                write_for_robots(renderer, ())
            case "shapes":
                write_shapes(view, renderer, self._workspace)
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
        super().__init__(site, folder)
        self._files: dict[str, bytes] = {}

    def write(self, path: str, content: bytes) -> None:
        self._files[path] = content

    def taken(self) -> dict[str, bytes]:
        """What was rendered since the last time, by path."""
        files, self._files = self._files, {}
        return files
