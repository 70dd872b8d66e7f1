"""Worker processes that answer public queries: one at a time each, in turn for each client, and within limits."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import FocGraphError
from foc_graph.namespaces import PREFIXES
from foc_graph.sandbox.confinement import Layers
from foc_graph.sandbox.fair_queue import Turns
from foc_graph.sandbox.worker import END, FAULT, READY, Limits
from foc_graph.store.results import ROW_FORMATS, Result, Rows, Triples

_AHEAD = 4
"""Pieces of an answer that are held for a client who reads slowly; its worker is free once the last one is taken."""
_PATIENCE_SECONDS = 5.0
"""Seconds that a query may take while other clients wait."""
_LOOK_SECONDS = 0.5
"""Seconds between two checks whether they do."""
_MAX_FRAME = 2**22
"""Most bytes of a frame that is read, whatever sends it: pieces are of 64 KiB, and a fault may quote a query."""
_START_SECONDS = 20
_AGAIN_SECONDS = 1
"""Seconds before a worker that did not start, as when memory is short, is started again."""


class Question(NamedTuple):
    """A query and what is asked with it: formats (by ending) of rows and of a graph, IRIs of graphs or None, a base.

    After so many `pieces` (of 64 KiB, but for the last one) the rest of the answer is not made; None: all is.
    """

    query: str
    rows: str = "json"
    graph: str = "ttl"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    pieces: int | None = None


class Answer(NamedTuple):
    """The answer to a query: `rows`, `boolean` or `graph`, and the content as it comes."""

    kind: str
    pieces: AsyncIterator[bytes]


class QueryError(FocGraphError):
    """A query that cannot be answered; `kind` is `syntax`, `evaluation`, `large`, `memory`, `time` or `crash`."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class Watch:
    """An observer of a sandbox; this one ignores what happens there."""

    def waits(self, change: int) -> None:
        """Note that so many more queries wait for their turn."""

    def replaces(self) -> None:
        """Note that a worker has ended, or was stopped, and another one starts."""


class Sandbox:
    """Workers on one store, all of which are started together and replaced when they end.

    Args:
        store: the folder of a store on disk.
        workers: how many there are.
        limits: of one query, besides its time.
        seconds: the time that a query may take, from its begin to its last piece; while others wait, it is 5.
        waiting: how many queries of one client may wait.
        watch: the observer of the sandbox.

    Attributes:
        layers: whether each layer of the confinement is in force in all workers that have started.
    """

    def __init__(
        self, store: Path, workers: int, limits: Limits, seconds: float, waiting: int, watch: Watch | None = None
    ) -> None:
        self._store, self._limits, self._seconds = store, limits, seconds
        self._count, self.watch = workers, watch or Watch()
        self.layers = Layers(landlock=True, seccomp=True)
        self._turns: Turns[_Worker] = Turns(waiting, seconds, self.watch.waits)
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the workers.

        Raises:
            QueryError: if one does not start.
        """
        for worker in await asyncio.gather(*(self._started() for _ in range(self._count))):
            self._turns.give(worker)

    async def close(self) -> None:
        """End the workers, whatever they do."""
        while self._tasks:  # those that are cancelled may start others
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in list(self._all):
            await worker.stop()

    @asynccontextmanager
    async def ask(self, question: Question, client: str) -> AsyncIterator[Answer]:
        """Ask a query for a client; a client that leaves before the last piece stops it.

        Raises:
            QueryError: if it cannot be answered; of what comes to light with the pieces, these raise it.
            OverloadError: if too many queries wait.
        """
        worker = await self._turns.take(client)
        pieces = _Pieces(_AHEAD)
        pump = self._spawn(self._pumped(worker, question, client, pieces))
        try:
            kind, content = await pieces.get()
            if kind == FAULT:
                raise _error(content)
            yield Answer(content.decode(), pieces.contents())
        finally:
            if not pieces.taken.is_set():
                pump.cancel()

    async def query(self, text: str, base: str, client: str) -> Result:
        """Ask a query, and wait for all that it gives.

        Raises:
            QueryError: if it cannot be answered.
            OverloadError: if too many queries wait.
        """
        async with self.ask(Question(text, "json", "nt", base=base), client) as answer:
            content = b"".join([piece async for piece in answer.pieces])
        return read_answer(answer.kind, content, "json")

    async def _pumped(self, worker: _Worker, question: Question, client: str, pieces: _Pieces) -> None:
        """Put the frames of an answer into a queue, and free the worker once the client has taken the last one."""
        loop, is_idle = asyncio.get_running_loop(), False
        fault = {"kind": "time", "message": f"{self._seconds:g} seconds"}
        looking: asyncio.TimerHandle

        def look() -> None:
            nonlocal looking
            if self._turns.keeps_waiting(client):
                fault["message"] = f"{_PATIENCE_SECONDS:g} seconds, while others waited"
                limit.reschedule(loop.time())
            else:
                looking = loop.call_later(_LOOK_SECONDS, look)

        looking = loop.call_later(_PATIENCE_SECONDS, look)
        try:
            async with asyncio.timeout(self._seconds) as limit:
                await worker.send(json.dumps(question._asdict()).encode())
                while not is_idle:
                    frame = await worker.frame()
                    is_idle = frame[0] in (END, FAULT)
                    await pieces.put(frame)
                if frame[0] == END:
                    await pieces.taken.wait()
            return
        except TimeoutError:
            pass
        except (OSError, asyncio.IncompleteReadError):
            fault = {"kind": "crash", "message": ""}
        finally:
            looking.cancel()
            if is_idle:
                self._turns.give(worker)
            else:
                self._replace(worker)
        await pieces.put((FAULT, json.dumps(fault).encode()))

    async def _started(self) -> _Worker:
        worker = _Worker(self._store, self._limits)
        self._all.add(worker)
        try:
            layers = await worker.start()
        except (OSError, QueryError):
            self._all.discard(worker)
            raise
        self.layers = Layers(*map(min, self.layers, layers))
        return worker

    def _replace(self, worker: _Worker) -> None:
        self.watch.replaces()

        async def replaced() -> None:
            await worker.stop()
            self._all.discard(worker)
            while True:
                try:
                    self._turns.give(await self._started())
                except (OSError, QueryError):
                    await asyncio.sleep(_AGAIN_SECONDS)
                else:
                    return

        self._spawn(replaced())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task in the background; closing the sandbox ends it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class _Worker:
    """One process."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self._command = [sys.executable, "-I", "-m", "foc_graph.sandbox.worker", str(store), *map(str, limits)]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> Layers:
        pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        kept = {name: value for name, value in os.environ.items() if name == "LD_PRELOAD"}
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **kept}
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=none, cwd="/", env=environment, start_new_session=True
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                kind, content = await self.frame()
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await self.stop()
            raise QueryError("crash", "a query process could not be started") from error
        assert kind == READY
        return Layers(**json.loads(content))

    async def send(self, content: bytes) -> None:
        assert self._process and self._process.stdin
        self._process.stdin.write(len(content).to_bytes(4, "big") + content)
        await self._process.stdin.drain()

    async def frame(self) -> tuple[int, bytes]:
        assert self._process and self._process.stdout
        head = await self._process.stdout.readexactly(5)
        if (size := int.from_bytes(head[1:], "big")) > _MAX_FRAME:
            raise OSError("a frame larger than any that a query process sends")
        return head[0], await self._process.stdout.readexactly(size)

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.communicate()  # to the end, or its pipes outlive the loop


class _Pieces(asyncio.Queue[tuple[int, bytes]]):
    """The frames of an answer on their way to a client; `taken` is set once it has taken the last one."""

    def __init__(self, ahead: int) -> None:
        super().__init__(ahead)
        self.taken = asyncio.Event()

    async def contents(self) -> AsyncIterator[bytes]:
        while True:
            kind, content = await self.get()
            if kind == FAULT:
                raise _error(content)
            if kind == END:
                self.taken.set()
                return
            yield content


def read_answer(kind: str, content: bytes, rows: str) -> Result:
    """Read an answer, the graph of which is in N-Triples, and its rows or truth value in a format."""
    if kind == "graph":
        return Triples((quad.triple for quad in ox.parse(content, ox.RdfFormat.N_TRIPLES)), PREFIXES)
    if kind == "rows" and rows == "json":
        return Rows(content)
    found = ox.parse_query_results(content, ROW_FORMATS[rows])
    return Rows(found) if isinstance(found, ox.QuerySolutions) else bool(found)


def _error(content: bytes) -> QueryError:
    fault = json.loads(content)
    advice = {
        "syntax": fault["message"],
        "evaluation": fault["message"],
        "large": "the answer is too large for this server: add a LIMIT, or download a dump",
        "memory": "the query needs more memory than this server allows: ask for less at a time",
        "time": f"the query took longer than {fault['message']}: ask for less at a time",
        "crash": "the query crashed, perhaps for lack of memory: ask for less at a time",
    }
    return QueryError(fault["kind"], advice[fault["kind"]])
