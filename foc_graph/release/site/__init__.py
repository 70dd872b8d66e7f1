"""The static site of a release: a page for every thing, query, concept, shape and graph, and for the vocabulary.

It needs no server but one of files, and no JavaScript; all links within it are relative. What is not of ASCII letters,
digits and . _ - is refused as the name of a page (`addresses.check_names`).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from foc_graph.errors import ServiceError
from foc_graph.load.chunks import Track
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.release.incremental import Earlier
from foc_graph.release.snapshot import Snapshot

if TYPE_CHECKING:
    from foc_graph.release.site.pages import Pages, Task
    from foc_graph.release.site.traces import Trace

_FEW = 1000
"""A site of fewer things is made sooner than other processes have started."""

_BATCH = 128
_AHEAD = 4
"""Batches for each process that wait to be made."""


def write_site(
    snapshot: Snapshot,
    folder: Path,
    track: Track,
    traces: Path,
    versions: Sequence[str] = (),
    before: tuple[Earlier, Delta] | None = None,
    workers: int | None = None,
) -> None:
    """Write the site below the folder of a release, after all other files to which its front page is to link.

    `traces` is a file to write, by which a later release can carry pages over. `versions` are those of earlier
    releases, newest first. `before` is one from which pages are carried over where nothing that they show has changed,
    with what leads on from it. Pages of many things are made in processes, one for each core or `workers`, each with
    the graph open on disk; how many there are changes no byte. The processes are spawned: a script that calls this must
    begin with `if __name__ == "__main__":`.

    Raises:
        WorkspaceError: for a thing whose name no file can have.
        ParseError: for a shape or stored query that cannot be read.
        OSError: if a file cannot be written.
    """
    from foc_graph.release.site.addresses import check_names
    from foc_graph.release.site.compare import write_compare
    from foc_graph.release.site.downloads import write_downloads
    from foc_graph.release.site.home import write_for_robots, write_front
    from foc_graph.release.site.pages import Before, Pages, tasks
    from foc_graph.release.site.queries import write_queries
    from foc_graph.release.site.render import Site
    from foc_graph.release.site.search import write_search
    from foc_graph.release.site.shapes import write_shapes
    from foc_graph.release.site.traces import write_traces
    from foc_graph.release.site.vocabulary import write_vocabulary

    source = Before.of(snapshot, before[0].release) if before else None
    pages = Pages(snapshot.workspace, snapshot.store.folder, Site.of(snapshot), folder, source)
    with closing(pages):
        view, renderer = pages.view, pages.renderer
        subjects = view.subjects()
        check_names(subjects, view.addresses)
        iris = sorted(subjects)
        del subjects
        pages.write_style()
        pages.write_assets()
        write_vocabulary(view, renderer, iris)
        write_shapes(view, renderer, snapshot.workspace)
        write_queries(pages.graph, view, renderer, snapshot.workspace)
        write_compare(pages.graph, view, renderer)
        write_search(pages.graph, renderer)
        write_front(pages.graph, view, renderer, versions)
        write_downloads(renderer, versions)
        todo = _tracked(tasks(snapshot, iris, before if source else None), len(iris), track)
        workers = workers or (os.cpu_count() or 1 if len(iris) >= _FEW else 1)
        made = write_traces(traces, view.graphs, _written(pages, todo, workers))
        write_for_robots(renderer, (f"{view.base}{view.addresses.page(one.iri)}" for one in made if one.is_listed))


def _written(pages: Pages, tasks: Iterator[Task], workers: int) -> Iterator[Trace]:
    """Write the pages of things in order; their traces."""
    if workers == 1:
        while batch := list(islice(tasks, _BATCH)):
            yield from pages.write(batch)
        return
    from foc_graph.release.site import pages as module

    start = (pages.workspace, pages.store_folder, pages.renderer.site, pages.renderer.folder, pages.before)
    with ProcessPoolExecutor(workers, get_context("spawn"), module.start_worker, start) as pool:
        waiting: deque[Future[list[Trace]]] = deque()
        try:
            while True:
                while len(waiting) < workers * _AHEAD and (batch := list(islice(tasks, _BATCH))):
                    waiting.append(pool.submit(module.write_in_worker, batch))
                if not waiting:
                    return
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            advice = "it may have run out of memory; a script that publishes needs `if __name__ == '__main__':`"
            raise ServiceError(f"a process that makes pages was killed: {advice}") from error


def _tracked(tasks: Iterator[Task], total: int, track: Track) -> Iterator[Task]:
    for done, task in enumerate(tasks, 1):
        yield task
        if done % _BATCH == 0 or done == total:
            track("pages", done, total)
