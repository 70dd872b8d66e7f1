"""The store that stored queries are asked in: as near as it can be."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from itertools import islice

from starlette.concurrency import run_in_threadpool

from foc_graph.namespaces import PREFIXES
from foc_graph.sandbox.pool import Sandbox
from foc_graph.sandbox.results import result
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import Result

_MOST_BYTES = 512 * 2**20
"""Most that a store may take on disk to be copied into memory, where it takes one and a half times as much."""

_STEP = 500
"""Quads that are copied at a time: other threads wait meanwhile."""

_CLIENT = "stored queries"
"""All who ask them take turns before; among strangers they are one client."""


class NearestStore:
    """A store on disk, till a copy of it in memory has been made; the sandbox, if the store is too large for that."""

    def __init__(self, disk: EmbeddedStore, sandbox: Sandbox, base: str) -> None:
        """From here on, in the loop that runs, it is copied."""
        self._sandbox, self._base, self._loop = sandbox, base, asyncio.get_running_loop()
        self._is_closed = False
        self._near = disk if disk.size() <= _MOST_BYTES else None
        self._copying = self._loop.create_task(run_in_threadpool(self._make_copy))

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """As any store, but that no other servers are asked; not in the thread of the loop.

        Raises:
            ParseError, ServiceError: as an embedded store.
            QueryError, OverloadError: as the sandbox.
        """
        if self._near is not None:
            return self._near.query(text)
        asked = result(self._sandbox, text, self._base, _CLIENT)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()

    @property
    def near(self) -> EmbeddedStore | None:
        """The store on disk, or its copy in memory once there is one; None if it is too large."""
        return self._near

    async def copied(self) -> None:
        """Wait until it is as near as it will be."""
        await asyncio.wait([self._copying])

    async def close(self) -> None:
        """Use the store on disk no more."""
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
