"""A fair queue: clients take turns, one use each, however much one of them asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Generic, TypeVar

from foc_graph.errors import FocGraphError

Thing = TypeVar("Thing")
Result = TypeVar("Result")

ROOM = 10
"""So many clients can wait as often as one may; what is beyond that is refused, whoever asks."""


def client_of(address: str) -> str:
    """Return the client that takes turns with others: an address of IPv4, or the /64 network of one of IPv6."""
    return network(address, 32, 64) or address


@lru_cache(1024)
def network(address: str, ipv4: int, ipv6: int) -> str:
    """Return the network of an address, of so many bits in either version of IP; empty if it is no address.

    An IPv4-mapped address (RFC 4291, section 2.5.5.2) counts as one of IPv4.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    known = (known.version == 6 and known.ipv4_mapped) or known
    return str(ip_network((int(known), ipv4 if known.version == 4 else ipv6), strict=False))


class OverloadError(FocGraphError):
    """More queries than can be answered soon; `seconds` says when to come back, `is_full` that all clients wait."""

    def __init__(self, seconds: int, is_full: bool = False) -> None:
        self.seconds, self.is_full = seconds, is_full
        whose = "of all clients" if is_full else "of yours"
        super().__init__(f"too many queries {whose} are waiting: try again in {seconds} seconds")


class Turns(Generic[Thing]):
    """A fair queue for things that are used by one client at a time each.

    Args:
        most_waiting: how often one client may wait at a time; all together `ROOM` times as often.
        seconds: how long one use may take; from it follows when a client that is refused may come back.
        waits: is called with how many more wait.
    """

    def __init__(self, most_waiting: int, seconds: float, waits: Callable[[int], None]) -> None:
        self._most_waiting, self._seconds, self._waits = most_waiting, seconds, waits
        self._idle: list[Thing] = []
        self._waiting: dict[str, deque[asyncio.Future[Thing]]] = {}

    async def run(self, address: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """Return what work gives, once it is the turn of the client at an address.

        Work that has begun goes on to its end, and keeps its turn, even if the caller is cancelled.

        Raises:
            OverloadError: as `take`.
        """
        thing = await self.take(client_of(address))
        working = asyncio.ensure_future(work())
        working.add_done_callback(lambda _: self.give(thing))
        return await asyncio.shield(working)

    async def take(self, client: str) -> Thing:
        """Take one of the things, when it is the client's turn; `give` gives it back.

        Raises:
            OverloadError: if the client waits too often already, or all together do and none more often than this
                one; else one that waits most often is refused instead.
        """
        if self._idle and not self._waiting:
            return self._idle.pop()
        own = self._waiting.get(client, deque())
        if len(own) >= self._most_waiting:
            raise self._overload()
        if sum(map(len, self._waiting.values())) >= ROOM * self._most_waiting:
            self._make_room(len(own))
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
            elif not turn.cancelled() and turn.exception() is None:
                self.give(turn.result())
            raise
        finally:
            self._waits(-1)

    def _overload(self, is_full: bool = False) -> OverloadError:
        return OverloadError(max(1, round(self._seconds / 10)), is_full)

    def _make_room(self, number: int) -> None:
        """Refuse one of those who wait most often, for one who waits so often."""
        most = max(self._waiting.values(), key=len)
        if len(most) <= number + 1:
            raise self._overload(is_full=True)
        turn = most.pop()
        if not turn.done():
            turn.set_exception(self._overload(is_full=True))

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

    def withdraw(self, thing: Thing) -> bool:
        """Take a thing out that nobody uses; return whether it was there."""
        is_idle = thing in self._idle
        if is_idle:
            self._idle.remove(thing)
        return is_idle
