"""The state of the server: the graph in force and all that is made of it, until another one takes its place."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foc_graph.errors import FocGraphError, ServiceError, UnknownNameError
from foc_graph.matching.index import read_things
from foc_graph.matching.lookup import Directory
from foc_graph.questions.answer import Answer, answer
from foc_graph.questions.reading import Reader
from foc_graph.sandbox.fair_queue import Turns
from foc_graph.sandbox.pool import Sandbox, Watch
from foc_graph.sandbox.worker import Limits
from foc_graph.server import evaluation
from foc_graph.server.cache import Answers, Cache
from foc_graph.server.live_pages import LiveSite
from foc_graph.server.site import PROBLEM_PAGE, ReleaseSite, Sites, problem_page, read_templates
from foc_graph.server.snapshot import NearestStore, Settings, Snapshot
from foc_graph.site.changes import FOLDER as CHANGES
from foc_graph.workspace.releases import CURRENT, Releases

_MOST_READY = 50
"""Most pages with charts that are made ahead of requests."""

_MOST_READ = 64 * 2**20
"""Most bytes on disk of a store that is read as a whole where one answer needs it."""

_MOST_PAGES = 1000
"""For how many pages that are not as of a date one client may wait at a time: each is made in a moment."""

_MOST_RELEASES = 3
"""Most earlier releases that are open at a time."""

_PAUSE = 0.05
"""Seconds between two looks for a moment in which no request is being answered."""

_MOST_PAUSES = 20

_PATIENCE = 2.0
"""Seconds that a client waits for what is made once of all names of a large graph."""

_SECONDS = 1.0
"""Seconds between two checks of which release is in force."""

LEAVE = "leave the state"
"""The key, in the scope of a request, of the function that lets the state go before the answer is sent."""

_logger = logging.getLogger(__package__)

T = TypeVar("T")


class _Once(Generic[T]):
    """A value that a thread makes when it is first asked for, once for all who ask; again, where that failed."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self.task: asyncio.Task[T] | None = None

    @property
    def value(self) -> T | None:
        """The value; None where it is not made yet."""
        is_made = self.task and self.task.done() and not self.task.cancelled() and not self.task.exception()
        return self.task.result() if self.task and is_made else None

    async def get(self) -> T:
        """Return the value; it is made to the end, even if the caller is cancelled."""
        if self.task is None or (self.task.done() and self.value is None):
            self.task = asyncio.create_task(run_in_threadpool(self._make))
        return await asyncio.shield(self.task)


class State:
    """The graph in force, the sandbox for public queries, and all that was made of them."""

    def __init__(self, settings: Settings, current: Snapshot, sandbox: Sandbox) -> None:
        self.settings, self.current, self.sandbox = settings, current, sandbox
        self.graph, self.release = current.graph, current.release
        self.releases = None if settings.release_dir is None else Releases(Path(settings.release_dir))
        self.answers = Answers(self._turns(settings.processes, settings.waiting))
        self.page_turns = self._turns(settings.processes, _MOST_PAGES)
        self.matching_turns = self._turns(1, settings.waiting)
        self._earlier: Cache[tuple[str, object], Snapshot] = Cache(lambda snapshot: 1, _MOST_RELEASES)
        self._users = 0
        self._is_ending = False
        self._directory = _Once(self._read_directory)
        self._question_reader = _Once(self._make_question_reader)
        self._getting_ready: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, settings: Settings, watch: Watch | None = None, snapshot: Snapshot | None = None) -> State:
        """Open the graph that the settings name, unless it has been opened, and start the processes of the sandbox.

        Raises:
            FocGraphError: if it cannot be read.
        """
        if snapshot is None:
            snapshot = await run_in_threadpool(Snapshot.open, settings)
        disk, limits = snapshot.disk, Limits(settings.answer, settings.memory)
        ready, number = evaluation.__name__, settings.processes
        sandbox = Sandbox(disk.folder, ready, number, limits, settings.seconds, settings.waiting, watch)
        try:
            await sandbox.start()
        except BaseException:
            await sandbox.close()
            snapshot.close()
            raise
        nearest = NearestStore(disk, sandbox, snapshot.graph.base)
        state = cls(settings, replace(snapshot, store=nearest), sandbox)
        state._getting_ready = asyncio.create_task(state._get_ready(nearest))
        return state

    async def _get_ready(self, nearest: NearestStore) -> None:
        """Make what clients ask for first, one after the other, before they do; leave what fails to the clients.

        The front page comes from the store on disk. Before each of the others, requests that came meanwhile are
        answered, but no more than a second of them.
        """
        with suppress(FocGraphError, OSError):
            await run_in_threadpool(self.live.find, "index.html")
            await nearest.copied()
            if nearest.near is None:
                return
            pages = islice(await run_in_threadpool(getattr, self.live, "drawn"), _MOST_READY)
            for page in pages:
                if await self._is_quiet():
                    await run_in_threadpool(self.live.page, page)
            if self.release is None and await self._is_quiet():
                await run_in_threadpool(self.live.find, f"{CHANGES}/index.html")
            if await self._is_quiet():
                await run_in_threadpool(read_templates)
            if self.is_small and await self._is_quiet():
                await self.directory()
            if self.is_small and await self._is_quiet():
                await self.question_reader()

    @property
    def refusal(self) -> str:
        """Why queries of others are not answered; empty where they are. Stored queries are the publisher's own."""
        missing = self.sandbox.layers.name_missing()
        if not missing or self.settings.unconfined:
            return ""
        return (
            f"SPARQL and panels are off, since this kernel lacks {missing} to confine them: --unconfined answers anyway"
        )

    @property
    def confinement(self) -> dict[str, bool]:
        """The layers of the confinement of queries that are in force, and whether queries of others are answered."""
        return {**self.sandbox.layers._asdict(), "sparql": not self.refusal}

    @property
    def is_small(self) -> bool:
        """Return whether all of the graph can be read at one request, and names of things before there is one."""
        return self.current.disk.size() <= _MOST_READ

    async def _is_quiet(self) -> bool:
        """Wait until no request is being answered; return whether this stays open."""
        for _ in range(_MOST_PAUSES):
            if not self._users or self._is_ending:
                break
            await asyncio.sleep(_PAUSE)
        return not self._is_ending

    @cached_property
    def sites(self) -> Sites:
        """The pages and files that are served."""
        if self.release is None or self.releases is None:
            return Sites(self.live, self.release, self.releases)
        return Sites(ReleaseSite(self.release, self.releases.switched()), self.release, self.releases)

    @cached_property
    def live(self) -> LiveSite:
        """The pages that are made as they are asked for."""
        versions = [] if self.releases is None else self.releases.versions()[::-1]
        earlier = [version for version in versions if self.release is None or version != self.release.version]
        return LiveSite(self.current, earlier)

    def _turns(self, number: int, waiting: int) -> Turns[None]:
        """Return turns of so many at a time, for which one client may wait so often."""
        turns: Turns[None] = Turns(waiting, self.settings.seconds, self.sandbox.watch.waits)
        for _ in range(number):
            turns.give(None)
        return turns

    @property
    def patience(self) -> float | None:
        """The seconds that a client waits for what is made of all names; None where that is soon done."""
        return None if self.is_small else _PATIENCE

    async def directory(self) -> Directory:
        """Return the things of the graph by name, read when they are first asked for; again, where that failed.

        Raises:
            FocGraphError: if they cannot be read.
        """
        return await self._directory.get()

    def _read_directory(self) -> Directory:
        return Directory(read_things(self.current.store), self.graph.base)

    async def question_reader(self) -> Reader:
        """Return the reader of questions in words, made when it is first asked for; again, where that failed.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        return await self._question_reader.get()

    @property
    def ready_question_reader(self) -> Reader | None:
        """The same where it is made, else None."""
        return self._question_reader.value

    def _make_question_reader(self) -> Reader:
        """Make the reader, and have it read a text, which makes what it keeps for all others."""
        reader = self.current.graph.asked_in(self.current.store).question_reader
        reader.read(self.current.graph.workspace.settings.title)
        return reader

    def ask(self, reader: Reader, question: str) -> Answer:
        """Answer a question in words; not in the thread of the loop."""
        return answer(self.current.graph.asked_in(self.current.store), reader, question)

    async def snapshot(self, version: str, address: str) -> Snapshot:
        """Return the graph of a release; where it has to be opened, the client at an address waits for its turn.

        Raises:
            UnknownNameError: if there is no such release.
            ServiceError: if it cannot be read.
            OverloadError: if too many queries wait.
        """
        if self.release is not None and self.release.version == version:
            return self.current

        def find() -> Awaitable[Snapshot]:
            return run_in_threadpool(self._find_release, version)

        is_open = self._key(version) in self._earlier
        return await (find() if is_open else self.answers.turns.run(address, find))

    def _key(self, version: str) -> tuple[str, object]:
        """Return the key of a release as it is now: it may be made anew, without a person who was in it."""
        return version, self.releases and self.releases.stamp(version)

    def _find_release(self, version: str) -> Snapshot:
        try:
            versions = [] if self.releases is None else self.releases.versions()
        except FocGraphError as error:
            raise ServiceError("the releases cannot be read at the moment: try again later") from error
        if self.releases is None or version not in versions:
            there = f"there are {', '.join(versions)}" if versions else "this server has none: leave it out"
            raise UnknownNameError("release", version, (), otherwise=there)
        releases = self.releases
        return self._earlier.get(self._key(version), lambda: self._open_release(releases, version))

    def _open_release(self, releases: Releases, version: str) -> Snapshot:
        try:
            return Snapshot.of_release(self.graph.workspace, releases.release(version))
        except FocGraphError as error:
            raise ServiceError(f"release {version} cannot be read at the moment: try again later") from error

    @asynccontextmanager
    async def used(self) -> AsyncIterator[State]:
        """Keep the state open meanwhile."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self._is_ending and not self._users:
                await self._close()

    async def end(self) -> None:
        """Close the state once nothing uses it any more."""
        self._is_ending = True
        if not self._users:
            await self._close()

    async def _close(self) -> None:
        if isinstance(self.current.store, NearestStore):
            await self.current.store.close()
        if tasks := [task for task in (self._getting_ready, self._directory.task, self._question_reader.task) if task]:
            await asyncio.wait(tasks)
        await self.sandbox.close()
        self.current.close()


class StateInForce:
    """A middleware that gives each request the state in force, as `scope["served"]`, and keeps it open meanwhile.

    An answer that no longer needs the state calls `scope[LEAVE]`, so a client that reads slowly keeps nothing open.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: State = scope["app"].state.served
        async with AsyncExitStack() as using:
            scope["served"] = await using.enter_async_context(state.used())
            scope[LEAVE] = using.aclose
            path = scope.get("raw_path", b"").decode("latin-1")
            scope[PROBLEM_PAGE] = partial(problem_page, state.current, path)

            async def sent(message: Message) -> None:
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    await using.aclose()
                await send(message)

            await self._app(scope, receive, sent)


class Reloading:
    """Keeps `app.state.served` the state that the settings name now, once it is there."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        """Reload on SIGHUP from here on, where this is the main thread of its process."""
        self._app, self._settings = app, settings
        self._asked = asyncio.Event()
        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked.set)

    async def run(self) -> None:
        """Reload when it is due, until this is cancelled; a state that cannot be opened leaves the one before."""
        served, seen = self._tell("opened"), self._current()
        if seen is not None and seen[0] != served:
            seen = None
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), _SECONDS)
            if self._asked.is_set() or self._current() != seen:
                self._asked.clear()
                seen = self._current()
                await self._reload()

    def _current(self) -> tuple[str, object] | None:
        """Read the version of the release in force, and its stamp, where releases are served."""
        if self._settings.release_dir is None:
            return None
        folder = Path(self._settings.release_dir)
        with suppress(OSError):
            version = str((folder / CURRENT).readlink())
            return version, Releases(folder).stamp(version)
        return None

    async def _reload(self) -> None:
        """Answer from what the settings name now; requests under way end with what they began with."""
        state = self._app.state
        before = state.served
        try:
            state.served = await State.open(self._settings, state.metrics)
        except (FocGraphError, OSError) as error:
            state.metrics.reloaded("failed")
            _logger.error("reload failed: the state before is served on", extra={"about": {"problem": str(error)}})
            return
        state.metrics.reloaded("done")
        self._tell("reloaded")
        await before.end()
        del before
        await run_in_threadpool(_give_back)

    def _tell(self, event: str) -> str | None:
        """Log what is served now, and give its version, if it is a release."""
        state: State = self._app.state.served
        version = state.release and state.release.version
        about = {"state": state.current.digest, "release": version, **state.confinement}
        level = logging.INFO if all(state.sandbox.layers) else logging.WARNING
        _logger.log(level, event, extra={"about": about | ({"problem": state.refusal} if state.refusal else {})})
        return version


def _give_back() -> None:
    """Return unused memory to the system, which the allocator of GNU does not do by itself."""
    gc.collect()
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
