"""Worker processes that do what strangers ask for: a task at a time each, in turn for each client, within limits."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, NamedTuple

from foc_graph.errors import FocGraphError
from foc_graph.sandbox.confinement import Layers
from foc_graph.sandbox.fair_queue import Turns
from foc_graph.sandbox.worker import END, FAULT, READY, Limits

_AHEAD = 4
"""Pieces of an answer that are held for a client who reads slowly; its worker is free once the last one is taken."""
_PATIENCE_SECONDS = 5.0
"""Seconds that a task may take while other clients wait."""
_LOOK_SECONDS = 0.5
"""Seconds between two checks whether they do."""
_MAX_FRAME = 2**22
"""Most bytes of a frame that is read, whatever sends it: pieces are of 64 KiB, and a fault may quote a query."""
_START_SECONDS = 20
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""What keeps libraries from threads: those that start before a process is confined stay free."""
_AGAIN_SECONDS = 1
"""Seconds before a worker that did not start, as when memory is short, is started again."""


NO_ROOM = "the server has no room for temporary files at the moment: try again later"


class Task(NamedTuple):
    """A task: the module that does it, its request, which goes there as JSON, and what the module prepares for.

    Another module than that of the standing processes gets a process of its own for the task, with a folder for
    temporary files.
    """

    module: str
    request: dict[str, Any]
    argument: str = ""


class Answer(NamedTuple):
    """The answer of a task: its kind, and the content as it comes."""

    kind: str
    pieces: AsyncIterator[bytes]


class TaskError(FocGraphError):
    """A task that cannot be done.

    `kind` is `syntax`, `evaluation`, `rows`, `large`, `memory`, `file`, `time` or `crash`.
    """

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
    """Workers on one store, all of which are started together and replaced when they end, whatever they died of.

    Args:
        store: the folder of a store on disk.
        module: the module of most tasks, whose processes stand ready; a task of another one begins its own.
        workers: how many tasks are done at a time.
        limits: of one task, besides its time.
        seconds: the time that a task may take, from its begin to its last piece; while others wait, it is 5.
        waiting: how many tasks of one client may wait.
        watch: the observer of the sandbox.

    Attributes:
        layers: whether each layer of the confinement is in force in all workers that have started.
    """

    def __init__(
        self,
        store: Path,
        module: str,
        workers: int,
        limits: Limits,
        seconds: float,
        waiting: int,
        watch: Watch | None = None,
    ) -> None:
        self._store, self._module, self._limits, self._seconds = store, module, limits, seconds
        self._count, self.watch = workers, watch or Watch()
        self.layers = Layers(landlock=True, seccomp=True)
        self._turns: Turns[_Worker] = Turns(waiting, seconds, self.watch.waits)
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the workers.

        Raises:
            TaskError: if one does not start.
        """
        await asyncio.gather(*(self._stand() for _ in range(self._count)))

    async def close(self) -> None:
        """End the workers, whatever they do."""
        while self._tasks:  # those that are cancelled may start others
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in list(self._all):
            await self._stop(worker)

    @asynccontextmanager
    async def ask(self, task: Task, client: str) -> AsyncIterator[Answer]:
        """Have a task done for a client; a client that leaves before the last piece stops it.

        Raises:
            TaskError: if it cannot be done; of what comes to light with the pieces, these raise it.
            OverloadError: if too many tasks wait.
        """
        worker = await self._turns.take(client)
        pieces = _Pieces(_AHEAD)
        pump = self._spawn(self._pumped(worker, task, client, pieces))
        try:
            kind, content = await pieces.get()
            if kind == FAULT:
                raise _error(content)
            yield Answer(content.decode(), pieces.contents())
        finally:
            if not pieces.taken.is_set():
                pump.cancel()

    async def _pumped(self, worker: _Worker, task: Task, client: str, pieces: _Pieces) -> None:
        """Put the frames of an answer into a queue, and free the worker once the client has taken the last one."""
        loop, is_idle, own = asyncio.get_running_loop(), False, None
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
                if task.module != self._module:
                    own = await self._started(task.module, task.argument)
                process = own or worker
                await process.send(json.dumps(task.request).encode())
                while not is_idle:
                    frame = await process.frame()
                    is_idle = frame[0] in (END, FAULT)
                    await pieces.put(frame)
                if frame[0] == END:
                    await pieces.taken.wait()
            return
        except TimeoutError:
            pass
        except TaskError as error:
            fault = {"kind": error.kind, "message": ""}
        except Exception:  # which differs by the loop that runs
            fault = {"kind": "crash", "message": ""}
        finally:
            looking.cancel()
            if own is not None:
                self._spawn(self._freed(worker, own))
            else:
                self._free(worker, is_idle or task.module != self._module)
        await pieces.put((FAULT, json.dumps(fault).encode()))

    async def _freed(self, worker: _Worker, own: _Worker) -> None:
        """Stop the process of one task, in whose turn another one stood by."""
        await self._stop(own)
        self._free(worker)

    def _free(self, worker: _Worker, is_idle: bool = True) -> None:
        """Give a standing worker to who waits, or replace it where it is not idle."""
        if is_idle and worker.is_alive:
            self._turns.give(worker)
        else:
            self._replace(worker)

    async def _started(self, module: str, argument: str | None = None) -> _Worker:
        worker = _Worker(self._store, self._limits, module, argument)
        self._all.add(worker)
        try:
            layers = await worker.start()
        except BaseException:
            await self._stop(worker)
            raise
        self.layers = Layers(*map(min, self.layers, layers))
        return worker

    async def _stand(self) -> None:
        """Start a standing worker, which is replaced if it ends while it has nothing to do."""
        worker = await self._started(self._module)
        self._turns.give(worker)
        self._spawn(self._watched(worker))

    async def _watched(self, worker: _Worker) -> None:
        await worker.ended()
        if self._turns.withdraw(worker):
            self._replace(worker)

    async def _stop(self, worker: _Worker) -> None:
        await worker.stop()
        self._all.discard(worker)

    def _replace(self, worker: _Worker) -> None:
        self.watch.replaces()

        async def replaced() -> None:
            await self._stop(worker)
            while True:
                try:
                    return await self._stand()
                except (OSError, TaskError):
                    await asyncio.sleep(_AGAIN_SECONDS)

        self._spawn(replaced())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task in the background; closing the sandbox ends it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class _Worker:
    """One process."""

    def __init__(self, store: Path, limits: Limits, module: str, argument: str | None) -> None:
        self._store, self._limits, self._module, self._argument = store, limits, module, argument
        self._scratch = ""
        self._process: asyncio.subprocess.Process | None = None

    @property
    def command(self) -> list[str]:
        about = (self._module, self._argument or "", str(self._store), self._scratch, *map(str, self._limits))
        return [sys.executable, "-I", "-m", "foc_graph.sandbox", *about]

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> Layers:
        pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        if self._argument is not None:
            try:
                self._scratch = mkdtemp(prefix="foc-task-")
            except OSError as error:
                raise TaskError("file", "no temporary folder") from error
        kept = {name: value for name, value in os.environ.items() if name == "LD_PRELOAD"}
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TMPDIR": self._scratch, **_ONE_THREAD, **kept}
        self._process = await asyncio.create_subprocess_exec(
            *self.command, stdin=pipe, stdout=pipe, stderr=none, cwd="/", env=environment, start_new_session=True
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                kind, content = await self.frame()
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            raise TaskError("crash", "a worker process could not be started") from error
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
            raise OSError("a frame larger than any that a worker sends")
        return head[0], await self._process.stdout.readexactly(size)

    async def ended(self) -> None:
        assert self._process
        await self._process.wait()

    async def stop(self) -> None:
        try:
            if self._process:
                with suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.communicate()  # to the end, or its pipes outlive the loop
        finally:
            if self._scratch:
                rmtree(self._scratch, ignore_errors=True)


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


def _error(content: bytes) -> TaskError:
    fault = json.loads(content)
    kind, message = fault["kind"], fault["message"]
    advice = {
        "large": "the answer is too large for this server: add a LIMIT, or download a dump",
        "memory": "this needs more memory than the server allows: ask for less at a time",
        "file": NO_ROOM,
        "time": f"this took longer than {message}: ask for less at a time",
        "crash": "the process that did it crashed, perhaps for lack of memory: ask for less at a time",
    }
    return TaskError(kind, advice.get(kind, message))
