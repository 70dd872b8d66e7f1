"""The pages of things, made in one process or in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.assets import FOLDER as ASSETS
from foc_graph.assets import OF_SITE, asset
from foc_graph.cache import Built
from foc_graph.graph import Graph
from foc_graph.namespaces import iri_of
from foc_graph.queries.header import read_queries
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.release.incremental import Earlier, published
from foc_graph.release.site.addresses import ENDINGS, VOCABULARY, Addresses
from foc_graph.release.site.backlinks import PER_PAGE, Group, shown
from foc_graph.release.site.backlinks import place as list_place
from foc_graph.release.site.descriptions import Described, each
from foc_graph.release.site.figures import place
from foc_graph.release.site.page_charts import Drawing
from foc_graph.release.site.render import MOST_STATEMENTS, Renderer, Site, embedded_description, embedded_json
from foc_graph.release.site.schema_org import schema_org
from foc_graph.release.site.sheet import NAME as STYLE
from foc_graph.release.site.sheet import style_sheet
from foc_graph.release.site.things import ThingPage, thing_page
from foc_graph.release.site.traces import Trace, unchanged
from foc_graph.release.site.view import Link, View
from foc_graph.release.snapshot import Snapshot
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.releases import Release
from foc_graph.workspace.settings import Workspace

_TOMBSTONE = ox.NamedNode(iri_of("coal:Tombstone"))


class Before(NamedTuple):
    """The site of an earlier release, whose pages tell of it in their foot only, and the folder in which it lies."""

    site: Site
    folder: Path

    @classmethod
    def of(cls, snapshot: Snapshot, release: Release) -> Before | None:
        """That of a release under the base of a snapshot; None where more than the foot would say something else."""
        site, manifest = Site.of(snapshot), release.manifest
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

    def __init__(
        self, workspace: Workspace, store_folder: Path, site: Site, folder: Path, before: Before | None = None
    ) -> None:
        """The stored queries of the workspace are asked for what figures show, in the same store."""
        self.workspace = workspace
        self.store_folder = store_folder
        self.before = before
        self._store = EmbeddedStore.read_only(store_folder)
        self.view = View(self._store, site.base)
        self.renderer = Renderer(site, folder)
        self._foot_before = Renderer(*before).foot if before else b""

    @cached_property
    def graph(self) -> Graph:
        """What the stored queries of the workspace are asked in."""
        return Graph(self.workspace, Built(self.view.base, self._store, read_queries(self.workspace)))

    @cached_property
    def drawing(self) -> Drawing:
        """Draws what pages show of the answers of stored queries."""
        return Drawing(self.graph, self.view, self.renderer.site.day)

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
        is_lasting = not page.cut and not self.drawing.kinds(iri)
        return Trace.of(iri, page.is_own and not page.hides, is_lasting, reads)

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
        self.renderer.write(STYLE, style_sheet())

    def write_assets(self) -> None:
        """Write what pages load besides, if it has been built."""
        for name in OF_SITE:
            if (content := asset(name)) is not None:
                self.renderer.write(f"{ASSETS}/{name}", content)

    def close(self) -> None:
        """Release the files of the store."""
        self._store.close()

    def _write(self, thing: Described, path: str) -> ThingPage:
        page = self.write_page(thing, path)
        self.renderer.describe(path, self.view.triples(thing))
        for name in self.drawing.kinds(thing.iri):
            if (drawn := self.drawing.file(thing.iri, name)) is not None:
                self.renderer.write(place(path, name), drawn.encode())
        for group in page.cut:
            for number in range(1, group.pages + 1):
                self.write_list(group, page, number)
        return page

    def write_page(self, thing: Described, path: str, as_of: str = "", problem: str = "") -> ThingPage:
        """Write the page of a thing as of a date; `problem` is what is wrong with that.

        Raises:
            ParameterError: for a date that is none, where nothing is said to be wrong with it.
        """
        kind, page = "thing", self.page(thing, path, as_of, problem)
        if _TOMBSTONE in each(thing.values, "rdf:type"):
            kind, page = "tombstone", page._replace(hides=True)
        about = None if page.hides else schema_org(self.view, thing)
        schema = embedded_json(about) if about else None
        is_short = sum(map(len, thing.values.values())) <= MOST_STATEMENTS
        description = embedded_description(self.view.triples(thing)) if is_short else None
        self.renderer.page(kind, path, page=page, schema=schema, description=description)
        return page

    def page(self, thing: Described, path: str, as_of: str = "", problem: str = "") -> ThingPage:
        """What the page of a thing shows as of a date.

        Raises:
            ParameterError: as `write_page`.
        """
        root = "../" * path.count("/")
        return thing_page(self.view, thing, path, self.drawing.of(thing, root, as_of, problem))

    def write_list(self, group: Group, page: ThingPage, number: int) -> None:
        """Write one of the pages that list what the page of a thing does not show whole."""
        path = list_place(page.path, group.key, number)
        root = "../" * path.count("/")
        self.renderer.page(
            "list",
            path,
            title=f"{group.heading}: {page.title}",
            thing=Link(page.title, f"{root}{page.path}.html", page.language),
            section=shown(self.view, group, (number - 1) * PER_PAGE, PER_PAGE, root, page.path),
            number=number,
            pages=group.pages,
            listed=len(group.things),
        )


_pages: list[Pages] = []
"""The one of a worker process."""


def tasks(snapshot: Snapshot, iris: Sequence[str], before: tuple[Earlier, Delta] | None) -> Iterator[Task]:
    """A task for each IRI, in order; a page is carried over where it would come out as it did before."""
    if before is None:
        yield from map(Task, iris)
        return
    addresses = Addresses(snapshot.base)
    for iri, trace in zip(iris, unchanged(snapshot, iris, *before), strict=True):
        files = [f"{addresses.page(iri)}.{ending}" for ending in ENDINGS] if trace else []
        yield Task(iri, trace, tuple(map(before[0].digest, files)))


def start_worker(workspace: Workspace, store_folder: Path, site: Site, folder: Path, before: Before | None) -> None:
    """Make ready a process of its own."""
    _pages.append(Pages(workspace, store_folder, site, folder, before))


def write_in_worker(tasks: Sequence[Task]) -> list[Trace]:
    """Write pages in a process that was made ready, as `Pages.write`."""
    return _pages[0].write(tasks)
