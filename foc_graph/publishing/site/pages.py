"""The pages of things, made in one process or in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.publishing.carrying import Earlier, published
from foc_graph.publishing.changes.sides import Delta
from foc_graph.publishing.edition import Edition
from foc_graph.publishing.site.addresses import ENDINGS, FOLDERS, VOCABULARY, Addresses
from foc_graph.publishing.site.descriptions import Described, each
from foc_graph.publishing.site.joints import Section
from foc_graph.publishing.site.render import Renderer, Site, embedded_json
from foc_graph.publishing.site.schema_org import schema_org
from foc_graph.publishing.site.things import ThingPage, thing_page
from foc_graph.publishing.site.traces import Trace, unchanged
from foc_graph.publishing.site.view import View
from foc_graph.releases import Release
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.terms import iri_of

_STYLE = "style.css"
_TOMBSTONE = ox.NamedNode(iri_of("coal:Tombstone"))


class Before(NamedTuple):
    """The site of an earlier release, whose pages tell of it in their foot only, and the folder in which it lies."""

    site: Site
    folder: Path

    @classmethod
    def of(cls, edition: Edition, release: Release) -> Before | None:
        """That of a release under the base of an edition; None where more than the foot would say something else."""
        site, manifest = Site.of(edition), release.manifest
        titles = (manifest["title"], manifest["publisher"], manifest["licence"])
        if titles != (site.title, site.publisher, site.licence):
            return None
        address = f"{site.base}release/{release.version}/"
        return cls(site._replace(version=release.version, day=manifest["day"], address=address), release.path)


class Task(NamedTuple):
    """A page to make, or with its trace, to carry over; `digests` are the SHA-256 of its files, as in `ENDINGS`."""

    iri: str
    trace: Trace | None = None
    digests: tuple[str, ...] = ()


class Pages:
    """Writes pages of the things of a store on disk; those that are carried over come from the site `before`."""

    def __init__(self, store_folder: Path, site: Site, folder: Path, before: Before | None = None) -> None:
        self.store_folder = store_folder
        self.before = before
        self._store = EmbeddedStore.read_only(store_folder)
        self.view = View(self._store, site.base)
        self.renderer = Renderer(site, folder)
        self._foot_before = Renderer(*before).foot if before else b""

    def write(self, tasks: Sequence[Task]) -> list[Trace]:
        """Write the pages of those things that have one; the traces of these pages."""
        made = (task.trace if task.trace and self._carry(task) else self._make(task.iri) for task in tasks)
        return [trace for trace in made if trace]

    def _make(self, iri: str) -> Trace | None:
        with self.view.reading() as reads:
            path = self.view.page(iri)
            if path is None or path == VOCABULARY:
                return None
            page = self._write(self.view.described(iri), path)
        return Trace.of(iri, page.is_own and not page.hides, reads)

    def _carry(self, task: Task) -> bool:
        """Bring along the page of an earlier release, with another foot, if its files are as they were published."""
        assert self.before
        path = self.view.addresses.page(task.iri)
        names = [f"{path}.{ending}" for ending in ENDINGS]
        source = self.before.folder
        known = [published(source / name, digest) for name, digest in zip(names, task.digests, strict=True)]
        contents = [content for content in known if content is not None]
        if len(contents) < len(names) or not contents[0].endswith(self._foot_before):
            return False
        contents[0] = contents[0].removesuffix(self._foot_before) + self.renderer.foot
        for name, content in zip(names, contents, strict=True):
            self.renderer.write(name, content)
        return True

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


def tasks(edition: Edition, iris: Sequence[str], before: tuple[Earlier, Delta] | None) -> Iterator[Task]:
    """A task for each IRI, in order; a page is carried over where it would come out as it did before."""
    if before is None:
        yield from map(Task, iris)
        return
    addresses = Addresses(edition.base)
    for iri, trace in zip(iris, unchanged(edition, iris, *before), strict=True):
        files = [f"{addresses.page(iri)}.{ending}" for ending in ENDINGS] if trace else []
        yield Task(iri, trace, tuple(map(before[0].digest, files)))


def start_worker(store_folder: Path, site: Site, folder: Path, before: Before | None) -> None:
    """Make ready a process of its own."""
    _pages.append(Pages(store_folder, site, folder, before))


def write_in_worker(tasks: Sequence[Task]) -> list[Trace]:
    """Write pages in a process that was made ready, as `Pages.write`."""
    return _pages[0].write(tasks)
