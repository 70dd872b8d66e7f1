"""The writer of a site: a page for every thing, query, concept, shape and graph, and for the vocabulary.

It needs no server but one of files, and no JavaScript; all links within it are relative. The pages of things are
written in one process or in several.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from functools import cached_property, lru_cache, partial
from hashlib import blake2b
from itertools import chain, islice, takewhile
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox

from foc_graph.assets import FOLDER as ASSETS
from foc_graph.assets import NAMES, asset
from foc_graph.descriptions import Described, each
from foc_graph.errors import ServiceError
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES, iri_of
from foc_graph.progress import Track, tracked
from foc_graph.site.about import PICTURES, Marks, Site, restamp
from foc_graph.site.addresses import CITATIONS, DESCRIPTIONS, MADE, VOCABULARY, check_names, find_document, own_files
from foc_graph.site.backlinks import PER_PAGE, Group, list_path, make_section
from foc_graph.site.changes import write_changes
from foc_graph.site.compare import write_compare
from foc_graph.site.downloads import write_downloads
from foc_graph.site.home import write_front
from foc_graph.site.learn import write_learn
from foc_graph.site.ontology import write_schemes, write_shapes, write_vocabulary
from foc_graph.site.page_charts import FOLDER, Drawing, chart_path
from foc_graph.site.pictures import Pictures, list_pictures, picture_name
from foc_graph.site.queries import write_queries
from foc_graph.site.render import (
    STYLE,
    Renderer,
    embedded_json,
    style_sheet,
)
from foc_graph.site.search import write_search
from foc_graph.site.sparql import write_sparql
from foc_graph.site.things import ThingPage, schema_org, thing_page
from foc_graph.site.view import Link, Reads, View, find_shared
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.releases import read_published
from foc_graph.workspace.settings import Workspace

_CACHED = 100_000
_FEW = 1000
"""A site of fewer things is written sooner than other processes have started."""

_BATCH = 128
_AHEAD = 4
"""Batches for each process that wait to be written."""

_WAYS_IN = ("index", "changes/index", "compare", "search", "query/index", "downloads")
"""Pages of the whole site that the sitemap lists, without ending; those of things have permanent addresses."""

_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 50_000
"""Most addresses in one sitemap (https://www.sitemaps.org/protocol.html)."""

_TOMBSTONE = ox.NamedNode(iri_of("coal:Tombstone"))


class Trace(NamedTuple):
    """Of what the page of a thing was made, whether search engines are to know it, and whether that is all there was.

    A page with charts also depends on the answers of queries, and one with further pages lies in more files than its
    own: neither is `lasting`. `marks` are where it names the release. `whole`, `outlines` and `pointed` are digests of
    the IRIs in `Reads`, separated by spaces.
    """

    iri: str
    is_listed: bool
    is_lasting: bool
    marks: Marks
    whole: str
    outlines: str
    pointed: str

    @classmethod
    def of(cls, iri: str, is_listed: bool, is_lasting: bool, marks: Marks, reads: Reads) -> Trace:
        """Return the trace of a page for which this was read."""
        digests = (" ".join(map(digest, sorted(iris))) if is_lasting else "" for iris in reads)
        return cls(iri, is_listed, is_lasting, marks if is_lasting else (), *digests)


@lru_cache(_CACHED)
def digest(iri: str) -> str:
    """Return a short digest of an IRI; where two IRIs share one, a page is made anew that need not be."""
    return blake2b(iri.encode(), digest_size=8).hexdigest()


class EarlierSite(NamedTuple):
    """The site of an earlier release, whose pages differ only in what it is called, and its folder."""

    site: Site
    folder: Path


class Task(NamedTuple):
    """A page to make, or with its trace, to carry over; `digests` are the SHA-256 of its `own_files`."""

    iri: str
    trace: Trace | None = None
    digests: tuple[str, ...] = ()


class Pages:
    """Writes pages of the things of a store on disk; those that are carried over come from the site `before`."""

    def __init__(
        self, workspace: Workspace, store_folder: Path, site: Site, folder: Path, before: EarlierSite | None = None
    ) -> None:
        """Open the store read-only; the stored queries of the workspace are asked in it for what charts show."""
        self.workspace = workspace
        self.store_folder = store_folder
        self.before = before
        self._store = EmbeddedStore.read_only(store_folder, PREFIXES)
        self.view = View(self._store, site.base, find_shared(self._store, site.base))
        self.renderer = Renderer(site, folder)

    @cached_property
    def graph(self) -> Graph:
        """Open the graph in which the stored queries of the workspace are asked."""
        return Graph(self.workspace, self._store, base=self.view.base)

    @cached_property
    def drawing(self) -> Drawing:
        """Return what draws the charts of pages."""
        return Drawing(self.graph, self.view, self.renderer.site.day)

    def write(self, tasks: Sequence[Task]) -> list[Trace]:
        """Write the pages of those things that have one, and return the traces of these pages."""
        made = (self._carry(task, task.trace) or self._make(task.iri) for task in tasks)
        return [trace for trace in made if trace]

    def _make(self, iri: str) -> Trace | None:
        with self.view.reading() as reads:
            path = self.view.page(iri)
            if path is None or path == VOCABULARY:
                return None
            page, marks = self._write(self.view.described(iri), path)
        is_lasting = not page.cut and not self.drawing.kinds(iri)
        return Trace.of(iri, page.is_own and not page.hides, is_lasting, marks, reads)

    def _carry(self, task: Task, trace: Trace | None) -> Trace | None:
        """Carry over the page of an earlier release, if its files are as they were published, and return its trace."""
        if trace is None or self.before is None:
            return None
        path = self.view.addresses.page(task.iri)
        assert path is not None
        names = own_files(path)
        source = self.before.folder
        known = [read_published(source / name, digest) for name, digest in zip(names, task.digests, strict=True)]
        contents = [content for content in known if content is not None]
        if len(contents) < len(names):
            return None
        contents[0], marks = restamp(contents[0], trace.marks, self.before.site, self.renderer.site)
        for name, content in zip(names, contents, strict=True):
            self.renderer.write(name, content)
        return trace._replace(marks=marks)

    def write_style(self) -> None:
        """Write the style sheet."""
        self.renderer.write(STYLE, style_sheet())

    def write_assets(self) -> None:
        """Write what pages load besides, if it has been built."""
        for name in NAMES:
            if (content := asset(name)) is not None:
                self.renderer.write(f"{ASSETS}/{name}", content)

    def close(self) -> None:
        """Release the files of the store."""
        self._store.close()

    def _write(self, thing: Described, path: str) -> tuple[ThingPage, Marks]:
        page, marks = self.write_page(thing, path)
        if find_document(path) == path:
            self.renderer.describe(path, self.view.description(thing))
        for name in self.drawing.kinds(thing.iri):
            if (drawn := self.drawing.file(thing.iri, name)) is not None:
                self.renderer.write(chart_path(path, name), drawn.encode())
        for group in page.cut:
            for number in range(1, group.pages + 1):
                self.write_list(group, page, number)
        return page, marks

    def write_page(self, thing: Described, path: str, as_of: str = "", problem: str = "") -> tuple[ThingPage, Marks]:
        """Write the page of a thing as of a date, and return it with where it names the release.

        `problem` is what is wrong with that date.

        Raises:
            ParameterError: for an invalid date, where no `problem` is given.
        """
        kind, page = "thing", self.page(thing, path, as_of, problem)
        if _TOMBSTONE in each(thing.values, "rdf:type"):
            kind, page = "tombstone", page._replace(hides=True)
        about = None if page.hides else schema_org(self.view, thing)
        schema = embedded_json(about) if about else None
        picture = picture_name(self.view, thing.iri, path, self.renderer.site.pictured or ())
        made = self.renderer.page(kind, path, page=page, schema=schema, picture=picture)
        return page, made

    def page(self, thing: Described, path: str, as_of: str = "", problem: str = "") -> ThingPage:
        """Return what the page of a thing shows as of a date.

        Raises:
            ParameterError: as `write_page`.
        """
        root = "../" * path.count("/")
        return thing_page(self.view, thing, path, self.drawing.of(thing, root, as_of, problem))

    def write_list(self, group: Group, page: ThingPage, number: int) -> None:
        """Write one of the pages that list what the page of a thing does not show whole."""
        path = list_path(page.path, group.key, number)
        root = "../" * path.count("/")
        self.renderer.page(
            "list",
            path,
            title=f"{group.heading}: {page.title}",
            thing=Link(page.title, f"{root}{page.path}.html", page.language),
            section=make_section(self.view, group, (number - 1) * PER_PAGE, PER_PAGE, root, page.path),
            number=number,
            pages=group.pages,
            listed=len(group.things),
        )


_pages: list[Pages] = []
"""The maker of pages of a worker process."""


def write_site(
    workspace: Workspace,
    store_folder: Path,
    site: Site,
    folder: Path,
    track: Track,
    versions: Sequence[str],
    *,
    plan: Callable[[Sequence[str]], Iterator[Task]],
    record: Callable[[Iterator[Trace]], Iterator[Trace]],
    before: EarlierSite | None,
    workers: int | None,
    meanwhile: Callable[[], None],
) -> None:
    """Write a site of the graph in a store on disk.

    `versions` are those of earlier releases, newest first. `plan` turns the IRIs of all things, in order, into tasks,
    of which some may carry pages over from the site `before`; `record` is given the traces of all pages, and gives
    them on. `meanwhile` writes what is missing of the files to which the front page is to link. Pages of many things
    are written in processes, one for each core or `workers`, each with the graph open on disk, while all else is
    written; how many there are changes no byte. The processes are spawned: a script that calls this must begin with
    `if __name__ == "__main__":`.

    Raises:
        WorkspaceError: for a thing whose name no file can have.
        ParseError: for a shape or stored query that cannot be read.
        OSError: if a file cannot be written.
    """
    with closing(Pages(workspace, store_folder, site, folder, before)) as pages, ExitStack() as stopping:
        view, renderer = pages.view, pages.renderer
        subjects = view.subjects()
        check_names(subjects, view.addresses)
        iris = sorted(subjects)
        del subjects
        workers = workers or (os.cpu_count() or 1 if len(iris) >= _FEW else 1)
        stopped = Event()
        tasks = tracked(plan(iris), "writing pages", len(iris), track, _BATCH)
        written = record(_written(pages, takewhile(lambda _: not stopped.is_set(), tasks), workers))
        listed = (f"{view.base}{view.addresses.page(one.iri)}" for one in written if one.is_listed)
        write_things: Callable[[], None] = partial(write_for_robots, renderer, listed)
        if workers > 1:
            thread = stopping.enter_context(ThreadPoolExecutor(1))
            stopping.callback(stopped.set)
            write_things = thread.submit(write_things).result
        meanwhile()
        pages.write_style()
        pages.write_assets()
        write_vocabulary(view, renderer, iris, pages.graph.queries)
        write_schemes(view, renderer)
        write_shapes(view, renderer, workspace)
        write_queries(pages.graph, view, renderer, workspace)
        write_sparql(pages.graph, view, renderer)
        write_learn(pages.graph, renderer)
        write_changes(pages.graph, view, renderer)
        write_compare(pages.graph, view, renderer)
        write_search(pages.graph, view, renderer)
        pictures = Pictures(pages.graph, view, site.day)
        names = list(list_pictures(view, site.pictured)) if site.pictured is not None else []
        for name in tracked(names, "drawing pictures", len(names), track):
            if (picture := pictures.draw(name)) is not None:
                renderer.write(f"{PICTURES}/{name}.png", picture)
        write_front(pages.graph, view, renderer, versions)
        write_downloads(view, renderer, versions)
        write_things()


def _written(pages: Pages, tasks: Iterator[Task], workers: int) -> Iterator[Trace]:
    """Write the pages of things in order, and give their traces."""
    if workers == 1:
        while batch := list(islice(tasks, _BATCH)):
            yield from pages.write(batch)
        return
    start = (pages.workspace, pages.store_folder, pages.renderer.site, pages.renderer.folder, pages.before)
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, start) as pool:
        waiting: deque[Future[list[Trace]]] = deque()
        try:
            while True:
                while len(waiting) < workers * _AHEAD and (batch := list(islice(tasks, _BATCH))):
                    waiting.append(pool.submit(_write_in_worker, batch))
                if not waiting:
                    return
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            advice = "it may have run out of memory; a script that publishes needs `if __name__ == '__main__':`"
            raise ServiceError(f"a process that makes pages was killed: {advice}") from error


def _start_worker(
    workspace: Workspace, store_folder: Path, site: Site, folder: Path, before: EarlierSite | None
) -> None:
    """Prepare a worker process."""
    _pages.append(Pages(workspace, store_folder, site, folder, before))


def _write_in_worker(tasks: Sequence[Task]) -> list[Trace]:
    """Write pages in a worker process, as `Pages.write` does."""
    return _pages[0].write(tasks)


def write_for_robots(renderer: Renderer, addresses: Iterable[str]) -> None:
    """Write `robots.txt`, and `sitemap.xml` with its parts: pages of the whole site, then these addresses.

    Pages of persons ask not to be indexed; that is seen only where a page may be fetched. Their descriptions and
    charts cannot ask, so they are not to be fetched.
    """
    site = renderer.site
    parts: list[str] = []
    rest = chain((f"{site.latest}{path}.html" for path in _WAYS_IN), addresses)
    while some := list(islice(rest, MOST_ADDRESSES)):
        name = f"sitemap-{len(parts) + 1}.xml"
        renderer.write(name, _sitemap("urlset", "url", some))
        parts.append(f"{site.latest}{name}")
    renderer.write("sitemap.xml", _sitemap("sitemapindex", "sitemap", parts))
    closed = [f"Disallow: /*doc/person/*.{ending}$" for ending in (*DESCRIPTIONS, *MADE, *CITATIONS)]
    closed.append(f"Disallow: /*{FOLDER}/person/*.svg$")
    lines = ["User-agent: *", *closed, "", f"Sitemap: {site.latest}sitemap.xml", ""]
    renderer.write("robots.txt", "\n".join(lines).encode())


def _sitemap(root: str, item: str, addresses: Iterable[str]) -> bytes:
    tree = ElementTree.Element(root, xmlns=_XMLNS)
    for address in addresses:
        ElementTree.SubElement(ElementTree.SubElement(tree, item), "loc").text = address
    ElementTree.indent(tree, "")
    text: bytes = ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"
