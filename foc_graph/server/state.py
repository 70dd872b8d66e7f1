"""What the application answers from: one state of a graph, and the release in which it was published."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from foc_graph.cache import Built, open_built, open_release
from foc_graph.errors import FocGraphError
from foc_graph.graph import Graph
from foc_graph.matching.candidates import read_things
from foc_graph.namespaces import PREFIXES
from foc_graph.sandbox.fair_queue import Turns
from foc_graph.sandbox.pool import Sandbox, Watch
from foc_graph.sandbox.worker import Limits
from foc_graph.server.directory import Directory
from foc_graph.server.fallback import NearestStore
from foc_graph.server.live_pages import MadeSite
from foc_graph.server.pages import read_templates
from foc_graph.server.query_service import State, StoredQueries, release_queries, unfederated
from foc_graph.server.site import ReleaseSite, Sites
from foc_graph.store.disk import StoreFolder
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.workspace.releases import CURRENT, Release, Releases
from foc_graph.workspace.settings import Workspace, find_workspace

_MOST_READY = 50
"""Most pages with pictures that are made before anybody asks for them."""

_MOST_NAMED = 64 * 2**20
"""Most bytes that a store may take on disk whose things are read by name before anybody asks for one."""

_MOST_PAGES = 1000
"""For how many pages that are not as of a date one client may wait at a time: each is made in a moment."""

_PAUSE = 0.05
_MOST_PAUSES = 20
"""Seconds between two looks whether no request is being answered, and how often it is looked."""


class Settings(NamedTuple):
    """What is served and how: the workspace's folder, what is asked in place of its graph, and the limits of queries.

    `data` are files and folders, as `foc load` takes them, `store` the folder of a store, `release_dir` a folder of
    releases. `seconds` is the time of one query, `answer` the size of what it gives and `memory` what it may take, in
    bytes, `processes` how many processes answer queries, `waiting` how many queries of one client may wait. `hosts` are
    the names by which requests may call the server; none stands for any.
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


class Content(NamedTuple):
    """What the settings name, opened: the graph and its store on disk; `scratch` goes when it is closed."""

    graph: Graph
    store: EmbeddedStore
    tag: str
    release: Release | None
    releases: Releases | None
    scratch: tuple[Path, ...]

    @classmethod
    def open(cls, settings: Settings) -> Content:
        """Open it.

        Raises:
            FocGraphError: if it cannot be read.
        """
        scratch: list[Path] = []
        try:
            return cls._opened(settings, scratch)
        except BaseException:
            _remove(scratch)
            raise

    @classmethod
    def _opened(cls, settings: Settings, scratch: list[Path]) -> Content:
        """What is opened; the folders that it keeps for itself are added to `scratch`."""
        workspace = find_workspace(None if settings.workspace is None else Path(settings.workspace))
        release = releases = None
        built = open_built(workspace)
        store, tag = built.store, ""
        if settings.release_dir is not None:
            releases = Releases(Path(settings.release_dir))
            release = releases.release(CURRENT)
            store, tag = open_release(release), release.dataset_hash
        elif settings.store is not None:
            store = StoreFolder(Path(settings.store), PREFIXES).open()
        elif settings.data:
            store, tag = _loaded(settings.data, workspace, scratch)
        store = _on_disk(store, scratch)
        base = built.base if release is None else release.base
        queries = unfederated(built.queries) if release is None else release_queries(release)
        graph = Graph(workspace, Built(base, store, queries))
        return cls(graph, store, tag or _digest(store.folder), release, releases, tuple(scratch))

    def close(self) -> None:
        """Remove what it keeps for itself."""
        _remove(self.scratch)


@dataclass
class Served:
    """One state: the graph, the sandbox for queries of strangers, `tag` names it in entity tags."""

    settings: Settings
    graph: Graph
    sandbox: Sandbox
    tag: str
    release: Release | None
    releases: Releases | None
    _content: Content
    _users: int = 0
    _is_ending: bool = False
    _nearest: NearestStore | None = None
    _directory: asyncio.Task[Directory] | None = None
    _getting_ready: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, settings: Settings, watch: Watch | None = None, content: Content | None = None) -> Served:
        """Open what the settings name, unless it has been opened, and start the processes of its sandbox.

        Raises:
            FocGraphError: if it cannot be read.
        """
        if content is None:
            content = await run_in_threadpool(Content.open, settings)
        limits = Limits(settings.answer, settings.memory)
        sandbox = Sandbox(content.store.folder, settings.processes, limits, settings.seconds, settings.waiting, watch)
        try:
            await sandbox.start()
        except BaseException:
            await sandbox.close()
            content.close()
            raise
        served = cls(settings, content.graph, sandbox, content.tag, content.release, content.releases, content)
        assert served.stored  # belongs to the loop that runs now, whatever thread asks for it first
        served._getting_ready = asyncio.create_task(served._get_ready())
        return served

    async def _get_ready(self) -> None:
        """Make what is asked for first, one after the other, before anybody does; what fails is left to whoever asks.

        The front page comes from the store on disk. Before each of the others, requests that came meanwhile are
        answered, but no more than a second of them.
        """
        assert self._nearest is not None
        with suppress(FocGraphError, OSError):
            await run_in_threadpool(self.made.find, "index.html")
            await self._nearest.copied()
            if self._nearest.near is None:
                return
            pages = islice(await run_in_threadpool(getattr, self.made, "drawn"), _MOST_READY)
            for page in pages:
                if await self._is_quiet():
                    await run_in_threadpool(self.made.page, page)
            if await self._is_quiet():
                await run_in_threadpool(read_templates)
            if self.reads_names_ahead and await self._is_quiet():
                await self.directory()

    @property
    def reads_names_ahead(self) -> bool:
        """Whether things are read by name before anybody asks for one."""
        return self._content.store.size() <= _MOST_NAMED

    async def _is_quiet(self) -> bool:
        """Wait until no request is being answered; whether this stays open."""
        for _ in range(_MOST_PAUSES):
            if not self._users or self._is_ending:
                break
            await asyncio.sleep(_PAUSE)
        return not self._is_ending

    @cached_property
    def sites(self) -> Sites:
        """The pages and files that are served."""
        release = self.release
        return Sites(ReleaseSite(release) if release else self.made, release, self.releases)

    @cached_property
    def made(self) -> MadeSite:
        """The pages that are made as they are asked for."""
        versions = [] if self.releases is None else self.releases.versions()[::-1]
        earlier = [version for version in versions if self.release is None or version != self.release.version]
        return MadeSite(self.stored.current, self._content.store.folder, earlier)

    @cached_property
    def stored(self) -> StoredQueries:
        """The stored queries that it answers; first asked for in the loop in which it was opened."""
        graph = self.graph
        turns = self._turns(self.settings.processes, self.settings.waiting)
        self._nearest = NearestStore(self._content.store, self.sandbox, graph.base)
        return StoredQueries(State.of(graph, self.tag, self.release, self._nearest), self.releases, turns)

    @cached_property
    def making(self) -> Turns[None]:
        """Turns in which pages are made that are not as of a date: they do not wait for stored queries."""
        return self._turns(self.settings.processes, _MOST_PAGES)

    @cached_property
    def matching(self) -> Turns[None]:
        """Turns in which names are matched, one at a time: other requests of this process are answered meanwhile."""
        return self._turns(1, self.settings.waiting)

    def _turns(self, number: int, waiting: int) -> Turns[None]:
        """Turns of so many at a time, for which one client may wait so often."""
        turns: Turns[None] = Turns(waiting, self.settings.seconds, self.sandbox.watch.waits)
        for _ in range(number):
            turns.give(None)
        return turns

    async def directory(self) -> Directory:
        """The things of the graph by name, made when they are first asked for.

        Raises:
            FocGraphError: if they cannot be read.
        """
        if self._directory is None:
            self._directory = asyncio.create_task(run_in_threadpool(self._read_directory, self.stored.current))
        return await asyncio.shield(self._directory)

    def _read_directory(self, state: State) -> Directory:
        return Directory(read_things(state.store), state.graph.base)

    @asynccontextmanager
    async def used(self) -> AsyncIterator[Served]:
        """Keep it open meanwhile."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self._is_ending and not self._users:
                await self._close()

    async def end(self) -> None:
        """Close it once nobody uses it any more."""
        self._is_ending = True
        if not self._users:
            await self._close()

    async def _close(self) -> None:
        if self._nearest is not None:
            await self._nearest.close()
        if tasks := [task for task in (self._getting_ready, self._directory) if task is not None]:
            await asyncio.wait(tasks)
        await self.sandbox.close()
        self._content.close()


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        rmtree(folder, ignore_errors=True)


def _folder(scratch: list[Path]) -> Path:
    scratch.append(Path(tempfile.mkdtemp(prefix="foc-serve-")))
    return scratch[-1] / "store"


def _on_disk(store: EmbeddedStore, scratch: list[Path]) -> EmbeddedStore:
    """The store itself, or a copy on disk of one in memory, for other processes to read."""
    if store.path is not None:
        return store
    place = _folder(scratch)
    save(store.quads(), place)
    return EmbeddedStore.read_only(place, PREFIXES)


def _loaded(paths: Sequence[str], workspace: Workspace, scratch: list[Path]) -> tuple[EmbeddedStore, str]:
    """A store on disk of files and folders, and what names its state."""
    from foc_graph.load import key
    from foc_graph.load.disk import load_folder
    from foc_graph.load.sources import find_sources
    from foc_graph.workspace.rules import read_rules

    sources = find_sources(map(Path, paths), workspace)
    place = _folder(scratch)
    load_folder(place, sources, workspace, lambda *done: None)
    return StoreFolder(place, PREFIXES).open(), key(sources, read_rules(workspace))


def _digest(store: Path) -> str:
    """Names the state of a store on disk that nobody writes to: its manifest says which tables it has."""
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    for path in sorted(store.iterdir()):
        if path.name == "CURRENT" or path.name.startswith("MANIFEST"):
            digest.update(os.fsencode(path.name) + path.read_bytes())
    return digest.hexdigest()
