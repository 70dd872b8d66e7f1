"""A single-flight LRU cache, and the answers of the server that are kept in one."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from foc_graph.sandbox.fair_queue import Turns, client_of

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST_BYTES = 32 * 2**20
"""Most bytes that the answers that are kept take."""

_ENTRY_BYTES = 500
"""Bytes that an answer takes besides its content."""


class Cache(Generic[K, V]):
    """A single-flight LRU cache bounded by weight, for threads and coroutines.

    Callers that ask for a value while it is being made wait for it, and for nothing else; an error in making it is
    raised for all of them, and not kept.
    """

    def __init__(self, weigh: Callable[[V], int], most: int) -> None:
        """Keep the values asked for last, up to a weight of `most`; those without weight are not kept."""
        self._weigh, self._left = weigh, most
        self._lock = Lock()
        self._kept: OrderedDict[K, Future[V]] = OrderedDict()
        self._making: dict[K, Future[V]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[Future[V], asyncio.Task[None]] = {}
        self._callers = Counter[Future[V]]()

    def __contains__(self, key: K) -> bool:
        """Whether the value of a key is kept."""
        return key in self._kept

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key; if need be, make it in this thread, or wait for the one that does."""
        value, is_maker = self._find(key)
        if is_maker:
            with self._settle(key, value):
                value.set_result(make())
        return value.result()

    async def fetch(
        self, key: K, make: Callable[[], Awaitable[V]], wait: Callable[[], Awaitable[object]] | None = None
    ) -> V:
        """Return the value of a key, as `get` does; it is made to the end, even if the callers are cancelled.

        What is waited for before it is made is waited for no longer than somebody asks for the value.
        """
        value, is_maker = self._find(key)
        if value.done():
            return value.result()
        if is_maker:
            task = asyncio.create_task(self._make(key, value, make, wait))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if wait is not None:
                self._waiting[value] = task
        self._callers[value] += 1
        try:
            return await asyncio.shield(asyncio.wrap_future(value))
        finally:
            self._callers[value] -= 1
            if not self._callers[value]:
                del self._callers[value]
                if value in self._waiting:
                    self._making.pop(key)
                    self._waiting.pop(value).cancel()

    async def _make(
        self,
        key: K,
        value: Future[V],
        make: Callable[[], Awaitable[V]],
        wait: Callable[[], Awaitable[object]] | None,
    ) -> None:
        with self._settle(key, value):
            if wait is not None:
                try:
                    await wait()
                finally:
                    self._waiting.pop(value, None)
            value.set_result(await make())

    def _find(self, key: K) -> tuple[Future[V], bool]:
        """Return the value of a key, perhaps still to come, and whether the caller is to make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key], False
            is_maker = key not in self._making
            return self._making.setdefault(key, Future()), is_maker

    @contextmanager
    def _settle(self, key: K, value: Future[V]) -> Iterator[None]:
        """Keep the value that is made meanwhile, in place of those that were not asked for since longest."""
        try:
            yield
        except BaseException as error:
            value.set_exception(error)
        with self._lock:
            if self._making.get(key) is value:
                del self._making[key]
            if value.exception() is None and (weight := self._weigh(value.result())):
                self._kept[key] = value
                self._left -= weight
            while self._left < 0:
                self._left += self._weigh(self._kept.popitem(last=False)[1].result())


class Answers:
    """Answers of the server: made in threads, and kept by their entity tags."""

    def __init__(self, turns: Turns[None]) -> None:
        """Make in turns those answers that ask a query."""
        self.turns = turns
        self._kept: Cache[str | None, bytes] = Cache(lambda content: len(content) + _ENTRY_BYTES, _MOST_BYTES)
        self._asked: Cache[tuple[str, str], bytes] = Cache(lambda content: 0, 0)

    def __contains__(self, tag: str | None) -> bool:
        """Whether the answer of an entity tag is kept."""
        return tag in self._kept

    async def answer(self, tag: str | None, make: Callable[[], bytes], address: str | None = None) -> bytes:
        """Return the answer of an entity tag, made once for all who ask meanwhile; without a tag, it is not kept.

        With the address of a client, making it asks a query, for which that client waits for its turn: its own, however
        many others wait for the same answer.

        Raises:
            OverloadError: if too many queries wait.
        """

        def making() -> Awaitable[bytes]:
            return run_in_threadpool(make)

        if address is None:
            return await (making() if tag is None else self._kept.fetch(tag, making))
        if tag is None:
            return await self.turns.run(address, making)
        if tag in self._kept:
            return await self._kept.fetch(tag, making)
        client = client_of(address)
        make_once = partial(self._kept.fetch, tag, making)
        wait = partial(self.turns.take, client)
        return await self._asked.fetch((tag, client), partial(self._use_turn, make_once), wait)

    async def answer_elsewhere(self, tag: str, work: Callable[[], Awaitable[bytes]], address: str) -> bytes:
        """Return the answer of an entity tag, for which a process works, no longer than the client waits for it."""
        if tag in self._kept:
            return await self._kept.fetch(tag, work)
        found: list[bytes] = []

        async def wait() -> None:
            found.append(await work())

        async def made() -> bytes:
            return found[0]

        return await self._asked.fetch((tag, client_of(address)), partial(self._kept.fetch, tag, made), wait)

    async def _use_turn(self, making: Callable[[], Awaitable[bytes]]) -> bytes:
        try:
            return await making()
        finally:
            self.turns.give(None)
