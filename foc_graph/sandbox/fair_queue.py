"""A fair queue: clients take turns, one use each, however much one of them asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from ipaddress import ip_network
from typing import Generic, TypeVar

from foc_graph.errors import FocGraphError

Thing = TypeVar("Thing")


def client_of(address: str) -> str:
    """Return the client that takes turns with others: an address of IPv4, or the /64 network of one of IPv6."""
    return network(address, 32, 64) or address


@lru_cache(1024)
def network(address: str, ipv4: int, ipv6: int) -> str:
    """Return the network of an address, of so many bits in either version of IP; empty if it is no address."""
    try:
        whole = ip_network(address)
    except ValueError:
        return ""
    return str(whole.supernet(new_prefix=ipv4 if whole.version == 4 else ipv6))


class OverloadError(FocGraphError):
    """More queries than can be answered soon; `seconds` says when to come back."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"too many queries are waiting: try again in {seconds} seconds")


class Turns(Generic[Thing]):
    """A fair queue for things that are used by one client at a time each.

    Args:
        most_waiting: how often one client may wait at a time.
        seconds: how long one use may take; from it follows when a client that is refused may come back.
        waits: is called with how many more wait.
    """

    def __init__(self, most_waiting: int, seconds: float, waits: Callable[[int], None]) -> None:
        self._most_waiting, self._seconds, self._waits = most_waiting, seconds, waits
        self._idle: list[Thing] = []
        self._waiting: dict[str, deque[asyncio.Future[Thing]]] = {}

    @asynccontextmanager
    async def one(self, address: str) -> AsyncIterator[Thing]:
        """Lend one of the things, when it is the turn of the client at an address, until the client is done with it.

        Raises:
            OverloadError: as `take`.
        """
        thing = await self.take(client_of(address))
        try:
            yield thing
        finally:
            self.give(thing)

    async def take(self, client: str) -> Thing:
        """Take one of the things, when it is the client's turn; `give` gives it back.

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
        """Give a new or used thing to the client whose turn it is."""
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
