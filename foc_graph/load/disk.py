"""Loads into a store on disk: several parts at once, into a copy that then takes the place of the store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import pyoxigraph as ox

from foc_graph.errors import ParseError, ServiceError
from foc_graph.load import Loaded, key
from foc_graph.load.chunks import CHANGED, NAMELESS, Part, read_parts
from foc_graph.load.sources import Source
from foc_graph.load.verify import Sample
from foc_graph.namespaces import PREFIXES
from foc_graph.progress import Track, tracked, untracked
from foc_graph.store.disk import Aside, StoreFolder
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import as_rows
from foc_graph.workspace.rules import apply_rules, read_rules
from foc_graph.workspace.settings import Workspace

PART = 32 * 2**20
"""Size of a part, in bytes: the engine sorts so much at a time, in memory."""

WORKERS = min(os.cpu_count() or 1, 4)
"""How many parts are loaded at once."""

_CLEARED = "cleared"


def load_folder(path: Path, sources: Sequence[Source], workspace: Workspace, track: Track) -> Loaded:
    """Load graphs into the store of a folder, in place of those of the same name, and run the workspace's rules.

    A load that was stopped goes on where it was, if it is of the same sources; until it has ended, the store is as it
    was.

    Raises:
        ParseError: for a source that is not well-formed.
        ParameterError, ServiceError: for a folder that is no store, is in use, is damaged or cannot be written.
    """
    rules = read_rules(workspace)
    with StoreFolder(path, PREFIXES).aside(key(sources, rules)) as aside:
        store = aside.store
        if _CLEARED not in aside.done:
            if len(store):
                store.remove_graphs(_replaced(sources, workspace.base))
                store.flush()
            aside.mark(_CLEARED)
        sample = Sample(workspace.derived_graph)
        statements = _load(aside, read_parts(sources, PART, workspace.base, track), sample)
        if store.has_unnamed():
            names = " or ".join(source.name for source in sources if source.graph is None)
            raise ParseError(names, None, None, NAMELESS)
        try:
            sample.compare(store.holds_in, lambda problem, advice: ServiceError(f"{path}: {problem}: {advice}"))
        except ServiceError:
            aside.forget()
            raise
        store.remove_graphs([workspace.derived_graph])
        apply_rules(store, tracked(rules, "deriving", len(rules), track), workspace.derived_graph, aside.folder)
        for graph in {workspace.graph_name(path) for path in workspace.files("ontology")}:
            if isinstance(graph, ox.NamedNode):  # what comes from elsewhere may hold the ontology too
                store.remove_repeated(graph)
        track("compacting", 0, 1)
        aside.commit(optimise=True)
        return Loaded(_counts(StoreFolder(path, PREFIXES).open()), statements)


def _replaced(sources: Sequence[Source], base: str) -> Iterator[ox.NamedNode]:
    """Give the graphs that sources bring; files that name their graphs themselves are read for them."""
    named = [source for source in sources if source.graph is None]
    yield from {source.graph for source in sources if source.graph is not None}
    parts = read_parts(named, PART, base, untracked)
    yield from {graph for part in parts for graph, _ in part.statements()}


def _load(aside: Aside, every: Iterator[Part], sample: Sample) -> int:
    """Load the parts that are not in the store yet, and count the lines of all."""
    lines, seen = 0, set()
    with ThreadPoolExecutor(WORKERS) as pool:
        running: set[Future[None]] = set()
        for part in every:
            lines += part.content.count(b"\n")
            sample.take(part)
            seen.add(digest := part.digest)
            if digest in aside.done:
                continue
            running.add(pool.submit(_load_part, aside, part, digest))
            if len(running) > WORKERS:
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for one in ended:
                    one.result()
        for one in running:
            one.result()
    if aside.done - seen - {_CLEARED}:
        aside.forget()
        raise ParseError("a source", None, None, CHANGED)
    return lines


def _load_part(aside: Aside, part: Part, digest: str) -> None:
    try:
        aside.store.bulk_load(part.content, part.format, part.graph)
    except SyntaxError as error:
        raise part.fault(error) from error
    aside.mark(digest)


def _counts(store: EmbeddedStore) -> dict[str, int]:
    rows = as_rows(
        store.query("SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph")
    )
    return {row["graph"]: row["n"] for row in rows}
