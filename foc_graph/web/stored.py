"""Stored queries, answered in this process from what is served or an earlier release, and kept for who asks again."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from threading import Lock
from typing import NamedTuple

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool

from foc_graph import __version__
from foc_graph.built import Built, open_release
from foc_graph.catalogue.query import StoredQuery
from foc_graph.catalogue.reading import read_query
from foc_graph.errors import FocGraphError, ParameterError, ServiceError, UnknownNameError, quoted
from foc_graph.graph import Graph
from foc_graph.releases import Release, Releases
from foc_graph.store.result import FORMULA, ROW_FORMATS, Result, Rows, Triples, Value, python_value
from foc_graph.web.conditional import entity_tag
from foc_graph.workspace.locate import files_below
from foc_graph.workspace.reading import read_bytes

SAFE = "safe.csv"
"""CSV for spreadsheets: a text that one would run as a formula has a `'` before it."""

_MOST_RELEASES = 3
"""Most earlier releases that are open at a time."""

_MOST_BYTES = 32 * 2**20
"""Most bytes of answers that are kept."""


class State(NamedTuple):
    """A graph, the tag that changes when any answer of it does, and the release in which it was published."""

    graph: Graph
    tag: str
    release: Release | None

    @classmethod
    def of(cls, graph: Graph, data: str, release: Release | None) -> State:
        """The state of a graph of which the data have a tag."""
        return cls(graph, entity_tag(data, __version__, graph.workspace.settings, graph.queries), release)


class StoredQueries:
    """The stored queries of a state, and those of earlier releases as they were then."""

    def __init__(self, current: State, releases: Releases | None) -> None:
        self.current = current
        self._releases = releases
        self._earlier: OrderedDict[str, State] = OrderedDict()
        self._opening = Lock()
        self._answers = _Answers(_MOST_BYTES)
        self._making: dict[Hashable, asyncio.Task[bytes]] = {}

    def state(self, version: str) -> State:
        """The state of a release.

        Raises:
            UnknownNameError: if there is no such release.
            ServiceError: if it cannot be read.
        """
        if self.current.release is not None and self.current.release.version == version:
            return self.current
        try:
            versions = [] if self._releases is None else self._releases.versions()
        except FocGraphError as error:
            raise ServiceError("the releases cannot be read now: try again later") from error
        if self._releases is None or version not in versions:
            there = f"there are {', '.join(versions)}" if versions else "this server has none: leave it out"
            raise UnknownNameError("release", version, (), otherwise=there)
        with self._opening:
            state = self._earlier.pop(version, None) or self._opened(self._releases, version)
            self._earlier[version] = state
            if len(self._earlier) > _MOST_RELEASES:
                self._earlier.popitem(last=False)
        return state

    async def answer(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """What is kept for a key, or is made now in a thread, once for all who ask meanwhile."""
        if (content := self._answers.get(key)) is not None:
            return content
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(run_in_threadpool(make))
            making.add_done_callback(partial(self._keep, key))
        return await asyncio.shield(making)

    def _keep(self, key: Hashable, made: asyncio.Task[bytes]) -> None:
        del self._making[key]
        if not made.cancelled() and made.exception() is None:
            self._answers.put(key, made.result())

    def _opened(self, releases: Releases, version: str) -> State:
        try:
            release = releases.release(version)
            built = Built(release.base, open_release(release), release_queries(release))
        except FocGraphError as error:
            raise ServiceError(f"release {version} cannot be read now: try again later") from error
        return State.of(Graph(self.current.graph.workspace, built), release.dataset_hash, release)


class _Answers:
    """Answers by key: those that were asked for last, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._contents: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        if (content := self._contents.get(key)) is not None:
            self._contents.move_to_end(key)
        return content

    def put(self, key: Hashable, content: bytes) -> None:
        self._contents[key] = content
        self._left -= len(content)
        while self._left < 0:
            self._left += len(self._contents.popitem(last=False)[1])


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
    """The stored queries that a release holds, by name, sorted.

    Raises:
        FocGraphError: for a file that is not as it was published, or cannot be read.
    """
    release.check("queries")
    paths = files_below(release.path / "queries", ".rq")
    return {path.stem: read_query(path, path.name) for path in sorted(paths, key=lambda path: path.stem)}


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
