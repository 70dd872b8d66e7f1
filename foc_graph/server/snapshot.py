"""Graphs as they are served, now or as of an earlier release, and how their stored queries are asked."""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool

from foc_graph import __version__
from foc_graph.errors import ParameterError, ServiceError, quoted
from foc_graph.graph import Graph
from foc_graph.graph.cache import open_built, open_release
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.binding import Bound
from foc_graph.queries.header import read_query, read_source
from foc_graph.queries.model import StoredQuery
from foc_graph.sandbox.pool import Sandbox
from foc_graph.server.evaluation import evaluate
from foc_graph.site.view import find_shared
from foc_graph.store import Store
from foc_graph.store.disk import StoreFolder
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.store.results import ROW_FORMATS, Result, Rows, Triples
from foc_graph.workspace.releases import CURRENT, Release, Releases
from foc_graph.workspace.settings import Workspace, find_workspace

_MOST_BYTES = 512 * 2**20
"""Most bytes on disk of a store that is copied into memory, where it takes one and a half times as much."""

_STEP = 500
"""Quads that are copied at a time: other threads wait meanwhile."""

_CLIENT = "stored queries"
"""The client of the sandbox for stored queries, which take turns before."""


class Settings(NamedTuple):
    """Settings of a server: the workspace's folder, what is asked in place of its graph, and the limits of queries.

    `data` are files and folders, as `foc load` takes them, `store` the folder of a store, `release_dir` a folder of
    releases. `seconds` is the time of one query, `answer` the size of what it gives and `memory` what it may take, in
    bytes, `processes` how many processes answer queries, `waiting` how many queries of one client may wait. `hosts` are
    the names by which requests may call the server; none stands for any. `proxies` are the addresses and networks whose
    word counts for who a client is, `cors` says whether web pages of any site may read answers. `unconfined` answers
    queries of others even where the kernel does not confine the processes that do.
    """

    workspace: str | None = None
    data: tuple[str, ...] = ()
    store: str | None = None
    release_dir: str | None = None
    seconds: float = 30.0
    answer: int = 64 * 2**20
    memory: int = 2**30
    processes: int = 2
    waiting: int = 32
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    cors: bool = False
    unconfined: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A graph as it is served, and the release in which it was published.

    `store` is where its stored queries are asked; the graph's own store lies on disk. `digest` changes with the data.
    The folders in `scratch` go when it is closed.
    """

    graph: Graph
    digest: str
    release: Release | None
    store: Store
    scratch: tuple[Path, ...] = ()

    @classmethod
    def open(cls, settings: Settings) -> Snapshot:
        """Open the graph that the settings name.

        Raises:
            FocGraphError: if it cannot be read.
        """
        scratch: list[Path] = []
        try:
            return cls._open(settings, scratch)
        except BaseException:
            _remove(scratch)
            raise

    @classmethod
    def _open(cls, settings: Settings, scratch: list[Path]) -> Snapshot:
        """Open the graph; add the folders that it keeps for itself to `scratch`."""
        workspace = find_workspace(None if settings.workspace is None else Path(settings.workspace))
        if settings.release_dir is not None:
            return cls.of_release(workspace, Releases(Path(settings.release_dir)).release(CURRENT), scratch)
        built = open_built(workspace)
        store, digest = built.store, ""
        if settings.store is not None:
            store = StoreFolder(Path(settings.store), PREFIXES).open()
        elif settings.data:
            store, digest = _load(settings.data, workspace, scratch)
        store = _on_disk(store, scratch)
        graph = Graph(workspace, store, _unfederated(built.queries))
        return cls(graph, digest or _digest(store.folder), None, store, tuple(scratch))

    @classmethod
    def of_release(cls, workspace: Workspace, release: Release, scratch: list[Path] | None = None) -> Snapshot:
        """Open what a release published; where that is not on disk, it is copied to a folder in `scratch`, if given.

        Raises:
            FocGraphError: if it cannot be read.
        """
        store, queries = open_release(release), _release_queries(release)
        if scratch is not None:
            store = _on_disk(store, scratch)
        graph = Graph(workspace, store, queries, release.base, release)
        return cls(graph, release.dataset_hash, release, store, tuple(scratch or ()))

    def close(self) -> None:
        """Remove the folders that it keeps for itself."""
        _remove(self.scratch)

    @cached_property
    def tag(self) -> str:
        """The tag that changes when any answer of the graph does."""
        parts = (self.digest, __version__, self.graph.workspace.settings, self.graph.queries)
        return blake2b(repr(parts).encode(), digest_size=16).hexdigest()

    @cached_property
    def shared(self) -> set[str] | None:
        """The things under the shared base that have pages: those that are in its release, or else all."""
        return None if self.release is None else find_shared(self.disk, self.graph.base)

    @property
    def disk(self) -> EmbeddedStore:
        """The graph's own store."""
        store = self.graph.store
        assert isinstance(store, EmbeddedStore)
        return store

    def ask(self, bound: Bound) -> Result:
        """Return the answer of a stored query whose parameters are bound.

        Raises:
            FocGraphError: if it cannot be answered.
        """
        return self.store.query(bound.text)

    def answer(self, bound: Bound, format: str) -> bytes:
        """Return that answer: in one of `ROW_FORMATS`, or `SAFE`, for rows and truth values.

        A graph is given in one of `GRAPH_FORMATS`.

        Raises:
            ParameterError: if it has no such format.
            FocGraphError: if it cannot be answered.
        """
        result = self.ask(bound)
        if isinstance(result, Rows | Triples):
            return result.serialise(format)
        return _serialise_truth(result, format)

    def source(self, name: str) -> bytes:
        """Return the file of a stored query, as it is published.

        Raises:
            FocGraphError: if it cannot be read.
        """
        files = self.graph.workspace.query_files
        paths = files if self.release is None else _query_files(self.release)
        path = next((path for path in paths if path.stem == name), None)
        if path is None:
            raise ServiceError(f"{name}.rq: no longer exists")
        return read_source(path, f"{name}.rq")


class NearestStore:
    """A store on disk, until it is copied into memory; the sandbox instead, if it is too large for that."""

    def __init__(self, disk: EmbeddedStore, sandbox: Sandbox, base: str) -> None:
        """Begin to copy a store on disk, in the running loop."""
        self._sandbox, self._base, self._loop = sandbox, base, asyncio.get_running_loop()
        self._is_closed = False
        self._near = disk if disk.size() <= _MOST_BYTES else None
        self._copying = self._loop.create_task(run_in_threadpool(self._make_copy))

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """Ask a query, as of any store, but no other servers; not in the thread of the loop.

        Raises:
            ParseError, ServiceError: as an embedded store.
            TaskError, OverloadError: as the sandbox.
        """
        if self._near is not None:
            return self._near.query(text)
        asked = evaluate(self._sandbox, text, self._base, _CLIENT, is_stored=True)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()

    @property
    def near(self) -> EmbeddedStore | None:
        """The store on disk, or its copy in memory once there is one; None if it is too large."""
        return self._near

    async def copied(self) -> None:
        """Wait until the store is copied, if it will be."""
        await asyncio.wait([self._copying])

    async def close(self) -> None:
        """Stop using the store on disk."""
        self._is_closed = True
        await self.copied()

    def _make_copy(self) -> None:
        if self._near is None:
            return
        copy, quads = EmbeddedStore.in_memory(PREFIXES), self._near.quads()
        while some := list(islice(quads, _STEP)):
            if self._is_closed:
                return
            copy.add(some)
        self._near = copy


def _release_queries(release: Release) -> dict[str, StoredQuery]:
    """Return the stored queries that a release holds and that ask it alone, by name, sorted."""
    release.check("queries")
    paths = sorted(_query_files(release), key=lambda path: path.stem)
    return _unfederated({path.stem: read_query(path, path.name) for path in paths})


def _query_files(release: Release) -> list[Path]:
    return [release.file(name) for name in release.names("queries", ".rq")]


def _unfederated(queries: Mapping[str, StoredQuery]) -> dict[str, StoredQuery]:
    """Return the queries that ask no other server, since clients may not send this one to others."""
    return {name: query for name, query in queries.items() if not query.federated}


def _serialise_truth(truth: bool, format: str) -> bytes:
    if (found := ROW_FORMATS.get(format.removeprefix("safe."))) is None:
        raise ParameterError(f"a truth value has no format {quoted(format)}")
    result = ox.parse_query_results(
        b'{"head":{},"boolean":%b}' % str(truth).lower().encode(), ox.QueryResultsFormat.JSON
    )
    output = io.BytesIO()
    result.serialize(output, found)
    return output.getvalue()


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        rmtree(folder, ignore_errors=True)


def _folder(scratch: list[Path]) -> Path:
    scratch.append(Path(tempfile.mkdtemp(prefix="foc-serve-")))
    return scratch[-1] / "store"


def _on_disk(store: EmbeddedStore, scratch: list[Path]) -> EmbeddedStore:
    """Return the store itself, or a copy on disk of one in memory, for other processes to read."""
    if store.path is not None:
        return store
    folder = _folder(scratch)
    save(store.quads(), folder)
    return EmbeddedStore.read_only(folder, PREFIXES)


def _load(paths: Sequence[str], workspace: Workspace, scratch: list[Path]) -> tuple[EmbeddedStore, str]:
    """Load files and folders into a store on disk; return it and the digest of its state."""
    from foc_graph.load import key
    from foc_graph.load.disk import load_folder
    from foc_graph.load.sources import find_sources
    from foc_graph.workspace.rules import read_rules

    sources = find_sources(map(Path, paths), workspace)
    folder = _folder(scratch)
    load_folder(folder, sources, workspace, lambda *done: None)
    return StoreFolder(folder, PREFIXES).open(), key(sources, read_rules(workspace))


def _digest(store: Path) -> str:
    """Return a digest of a store on disk that nobody writes to: its manifest says which tables it has."""
    digest = blake2b(digest_size=16)
    for path in sorted(store.iterdir()):
        if path.name == "CURRENT" or path.name.startswith("MANIFEST"):
            digest.update(os.fsencode(path.name) + path.read_bytes())
    return digest.hexdigest()
