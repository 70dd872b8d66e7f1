"""Stored queries, answered in this process from what is served or an earlier release, and kept for who asks again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import nullcontext
from typing import NamedTuple

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool

from foc_graph import __version__
from foc_graph.cache import Built, open_release
from foc_graph.errors import FocGraphError, ParameterError, ServiceError, UnknownNameError, quoted
from foc_graph.graph import Graph
from foc_graph.queries.header import read_query
from foc_graph.queries.model import StoredQuery
from foc_graph.rdf.parser import files_below, read_bytes
from foc_graph.sandbox.fair_queue import Turns
from foc_graph.server.cache import Answers, Cache
from foc_graph.server.conditional import entity_tag
from foc_graph.store.base import Store
from foc_graph.store.results import FORMULA, ROW_FORMATS, Result, Rows, Triples, Value, python_value
from foc_graph.workspace.releases import Release, Releases

SAFE = "safe.csv"
"""CSV for spreadsheets: a text that one would run as a formula has a `'` before it."""

_MOST_RELEASES = 3
"""Most earlier releases that are open at a time."""


class State(NamedTuple):
    """A graph, the tag that changes when any answer of it does, and the release in which it was published.

    `store` has the content of the graph too; the stored queries are asked there.
    """

    graph: Graph
    tag: str
    release: Release | None
    store: Store

    @classmethod
    def of(cls, graph: Graph, data: str, release: Release | None, store: Store) -> State:
        """The state of a graph of which the data have a tag."""
        return cls(graph, entity_tag(data, __version__, graph.workspace.settings, graph.queries), release, store)


class StoredQueries:
    """The stored queries of a state, and those of earlier releases as they were then."""

    def __init__(self, current: State, releases: Releases | None, turns: Turns[None]) -> None:
        """Those that are not kept are answered in turns."""
        self.current = current
        self.answers = Answers(turns)
        self._releases = releases
        self._earlier: Cache[str, State] = Cache(lambda state: 1, _MOST_RELEASES)

    async def state(self, version: str, client: str) -> State:
        """The state of a release; a client whose request opens it waits for its turn.

        Raises:
            UnknownNameError: if there is no such release.
            ServiceError: if it cannot be read.
            OverloadError: if too many queries wait.
        """
        if self.current.release is not None and self.current.release.version == version:
            return self.current
        async with nullcontext() if version in self._earlier else self.answers.turns.one(client):
            return await run_in_threadpool(self._state, version)

    def _state(self, version: str) -> State:
        try:
            versions = [] if self._releases is None else self._releases.versions()
        except FocGraphError as error:
            raise ServiceError("the releases cannot be read now: try again later") from error
        if self._releases is None or version not in versions:
            there = f"there are {', '.join(versions)}" if versions else "this server has none: leave it out"
            raise UnknownNameError("release", version, (), otherwise=there)
        releases = self._releases
        return self._earlier.get(version, lambda: self._opened(releases, version))

    def _opened(self, releases: Releases, version: str) -> State:
        try:
            release = releases.release(version)
            built = Built(release.base, open_release(release), release_queries(release))
        except FocGraphError as error:
            raise ServiceError(f"release {version} cannot be read now: try again later") from error
        return State.of(Graph(self.current.graph.workspace, built), release.dataset_hash, release, built.store)


def source(state: State, name: str) -> bytes:
    """The file of a stored query, as it is.

    Raises:
        FocGraphError: if it cannot be read.
    """
    release, workspace = state.release, state.graph.workspace
    paths = workspace.query_files if release is None else files_below(release.path / "queries", ".rq")
    path = next((path for path in paths if path.stem == name), None)
    if path is None:
        raise ServiceError(f"{name}.rq: not there any more")
    return read_bytes(path, f"{name}.rq")


def release_queries(release: Release) -> dict[str, StoredQuery]:
    """The stored queries that a release holds and that ask it alone, by name, sorted.

    Raises:
        FocGraphError: for a file that is not as it was published, or cannot be read.
    """
    release.check("queries")
    paths = files_below(release.path / "queries", ".rq")
    queries = {path.stem: read_query(path, path.name) for path in sorted(paths, key=lambda path: path.stem)}
    return unfederated(queries)


def unfederated(queries: Mapping[str, StoredQuery]) -> dict[str, StoredQuery]:
    """Those that ask no other server: on behalf of whoever comes, none is asked."""
    return {name: query for name, query in queries.items() if not query.federated}


def serialised(result: Result, format: str) -> bytes:
    """A result in a format: one of `ROW_FORMATS`, or `SAFE`, for rows and truth values, else of `GRAPH_FORMATS`.

    Raises:
        ParameterError: if it has no such format.
    """
    if isinstance(result, Rows):
        return _safe_csv(result) if format == SAFE else result.serialise(format)
    if isinstance(result, Triples):
        return result.serialise(format)
    if (found := ROW_FORMATS.get(format.removeprefix("safe."))) is None:
        raise ParameterError(f"a truth value has no format {quoted(format)}")
    truth = ox.parse_query_results(
        b'{"head":{},"boolean":%b}' % str(result).lower().encode(), ox.QueryResultsFormat.JSON
    )
    output = io.BytesIO()
    truth.serialize(output, found)
    return output.getvalue()


def _safe_csv(rows: Rows) -> bytes:
    """As SPARQL 1.1 Query Results CSV, but for the `'` before formulas."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows(map(_safe_cell, row) for row in rows.terms)
    return output.getvalue().encode()


def _safe_cell(term: Value) -> str:
    text = str(term) if isinstance(term, ox.BlankNode | ox.Triple) else "" if term is None else term.value
    return f"'{text}" if isinstance(python_value(term), str) and FORMULA.match(text) else text
