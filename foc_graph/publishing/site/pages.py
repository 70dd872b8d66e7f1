"""The pages of things, made in one process or in several."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox

from foc_graph.publishing.site.addresses import FOLDERS, VOCABULARY
from foc_graph.publishing.site.joints import Section
from foc_graph.publishing.site.render import Renderer, Site, embedded_json
from foc_graph.publishing.site.schema_org import schema_org
from foc_graph.publishing.site.things import ThingPage, thing_page
from foc_graph.publishing.site.view import Described, View, each
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.terms import iri_of

_STYLE = "style.css"
_TOMBSTONE = ox.NamedNode(iri_of("coal:Tombstone"))


class Pages:
    """Writes pages of the things of a store on disk."""

    def __init__(self, store_folder: Path, site: Site, folder: Path) -> None:
        self.store_folder = store_folder
        self._store = EmbeddedStore.read_only(store_folder)
        self.view = View(self._store, site.base)
        self.renderer = Renderer(site, folder)

    def write(self, iris: Sequence[str]) -> list[str]:
        """Write the pages of those things that have one; the addresses that search engines are to know."""
        listed = []
        for iri in iris:
            path = self.view.page(iri)
            if path is None or path == VOCABULARY:
                continue
            thing = self.view.described(iri)
            page = self._write(thing, path)
            if page.is_own and not page.hides:
                listed.append(self.view.base + path)
        return listed

    def write_style(self) -> None:
        """Write the style sheet."""
        self.renderer.write(_STYLE, files("foc_graph.publishing.site").joinpath(_STYLE).read_bytes())

    def close(self) -> None:
        """Release the files of the store."""
        self._store.close()

    def _write(self, thing: Described, path: str) -> ThingPage:
        page = thing_page(self.view, thing, path)
        if path.startswith(FOLDERS["graph/"]):
            page = page._replace(sections=[*self._contents(thing.iri, page.root), *page.sections])
        kind = "thing"
        if _TOMBSTONE in each(thing.values, "rdf:type"):
            kind, page = "tombstone", page._replace(hides=True)
        about = None if page.hides else schema_org(self.view, thing)
        schema = embedded_json(about) if about else None
        self.renderer.described(kind, path, self.view.triples(thing), page=page, schema=schema)
        return page

    def _contents(self, graph: str, root: str) -> list[Section]:
        """What a named graph describes, by class."""
        sections = []
        for name, (things, total) in self.view.instances(graph).items():
            word = self.view.word(name)
            links = [self.view.link(ox.NamedNode(iri), root) for iri in things]
            links.sort(key=lambda link: (link.text.casefold(), link.href))
            sections.append(Section(word[:1].upper() + word[1:], [], links, total))
        return sections


_pages: list[Pages] = []
"""The one of a worker process."""


def start_worker(store_folder: Path, site: Site, folder: Path) -> None:
    """Make ready a process of its own."""
    _pages.append(Pages(store_folder, site, folder))


def write_in_worker(iris: Sequence[str]) -> list[str]:
    """Write pages in a process that was made ready, as `Pages.write`."""
    return _pages[0].write(iris)
