"""Who may use what next: clients take turns, one use each, however much one of them asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from foc_graph.errors import FocGraphError

Thing = TypeVar("Thing")


class OverloadError(FocGraphError):
    """There are more queries than can be answered soon; `seconds` is when to come back."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"too many queries are waiting: try again in {seconds} seconds")


class Turns(Generic[Thing]):
    """Things that are used by one client at a time each, and the clients who wait for one.

    Args:
        most_waiting: how often one client may wait at a time.
        seconds: how long one use may take, by which who is refused is told when to come back.
        waits: is told how many more wait.
    """

    def __init__(self, most_waiting: int, seconds: float, waits: Callable[[int], None]) -> None:
        self._most_waiting, self._seconds, self._waits = most_waiting, seconds, waits
        self._idle: list[Thing] = []
        self._waiting: dict[str, deque[asyncio.Future[Thing]]] = {}

    @asynccontextmanager
    async def one(self, client: str) -> AsyncIterator[Thing]:
        """One of the things, when it is the client's turn, until the client is done with it.

        Raises:
            OverloadError: as `take`.
        """
        thing = await self.take(client)
        try:
            yield thing
        finally:
            self.give(thing)

    async def take(self, client: str) -> Thing:
        """One of the things, when it is the client's turn; it is given back by `give`.

        Raises:
            OverloadError: if the client waits too often already.
        """
        if self._idle and not self._waiting:
            return self._idle.pop()
        own = self._waiting.get(client, deque())
        if len(own) >= self._most_waiting:
            raise OverloadError(max(1, round(self._seconds / 10)))
        turn: asyncio.Future[Thing] = asyncio.get_running_loop().create_future()
        own.append(turn)
        self._waiting[client] = own
        self._waits(1)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn in own:
                own.remove(turn)
                if not own:
                    del self._waiting[client]
            elif not turn.cancelled():
                self.give(turn.result())
            raise
        finally:
            self._waits(-1)

    def keeps_waiting(self, client: str) -> bool:
        """Whether other clients wait for what a client uses."""
        return any(not turn.done() for one, own in self._waiting.items() if one != client for turn in own)

    def give(self, thing: Thing) -> None:
        """Give a thing, be it new or used, to the client whose turn it is."""
        while self._waiting:
            client = next(iter(self._waiting))
            own = self._waiting.pop(client)
            turn = own.popleft()
            if own:
                self._waiting[client] = own
            if not turn.done():
                turn.set_result(thing)
                return
        self._idle.append(thing)
