"""The static site of a release: a page for every thing, query, concept, shape and graph, and for the vocabulary.

It needs no server but one of files, and no JavaScript; all links within it are relative. What is not of ASCII letters,
digits and . _ - is refused as the name of a page (`addresses.check_names`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from foc_graph.errors import ServiceError
from foc_graph.load.parts import Track
from foc_graph.publishing.edition import Edition

if TYPE_CHECKING:
    from foc_graph.publishing.site.pages import Pages

_BATCH = 128


def write_site(
    edition: Edition, folder: Path, track: Track, earlier: Sequence[str] = (), workers: int | None = None
) -> None:
    """Write the site below the folder of a release, after all other files to which its front page is to link.

    `earlier` are the versions of earlier releases, newest first. Pages are made in processes, one for each core or
    `workers`, each with the graph open on disk; how many there are changes no byte. The processes are spawned: a script
    that calls this must begin with `if __name__ == "__main__":`.

    Raises:
        WorkspaceError: for a thing whose name no file can have.
        ParseError: for a shape or stored query that cannot be read.
        OSError: if a file cannot be written.
    """
    from foc_graph.publishing.site.addresses import check_names
    from foc_graph.publishing.site.front import write_for_robots, write_front
    from foc_graph.publishing.site.pages import Pages
    from foc_graph.publishing.site.queries import write_queries
    from foc_graph.publishing.site.render import Site
    from foc_graph.publishing.site.shapes import write_shapes
    from foc_graph.publishing.site.vocabulary import write_vocabulary

    assert edition.store.path is not None
    pages = Pages(edition.store.path, Site.of(edition), folder)
    with closing(pages):
        subjects = pages.view.subjects()
        check_names(subjects, pages.view.addresses)
        iris = sorted(subjects)
        del subjects
        pages.write_style()
        write_vocabulary(pages.view, pages.renderer, iris)
        write_shapes(pages.view, pages.renderer, edition.workspace)
        write_queries(pages.view, pages.renderer, edition.workspace)
        write_front(pages.view, pages.renderer, earlier)
        batches = [iris[start : start + _BATCH] for start in range(0, len(iris), _BATCH)]
        listed = _written(pages, batches, workers or os.cpu_count() or 1)
        write_for_robots(pages.renderer, _tracked(listed, len(iris), track))


def _written(pages: Pages, batches: list[list[str]], workers: int) -> Iterator[list[str]]:
    """Write the pages of things; for each batch, the addresses for search engines."""
    if workers == 1 or len(batches) < 2:
        yield from map(pages.write, batches)
        return
    from foc_graph.publishing.site import pages as module

    start = (pages.store_folder, pages.renderer.site, pages.renderer.folder)
    with ProcessPoolExecutor(workers, get_context("spawn"), module.start_worker, start) as pool:
        try:
            yield from pool.map(module.write_in_worker, batches)
        except BrokenProcessPool as error:
            advice = "it may have run out of memory; a script that publishes needs `if __name__ == '__main__':`"
            raise ServiceError(f"a process that makes pages was killed: {advice}") from error


def _tracked(batches: Iterator[list[str]], total: int, track: Track) -> Iterator[str]:
    for done, addresses in enumerate(batches, 1):
        yield from addresses
        track("pages", min(done * _BATCH, total), total)
