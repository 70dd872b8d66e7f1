"""Clients take turns: who counts as one, who may wait, and what is done for those that leave."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest

from foc_graph.sandbox.fair_queue import ROOM, OverloadError, Turns, client_of
from tests.support.loops import settle


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a name", "a name"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_of_ipv4_or_a_network_of_ipv6(address: str, client: str) -> None:
    assert client_of(address) == client


def run(work: Callable[[Turns[None]], Coroutine[Any, Any, None]], most_waiting: int) -> None:
    """Do something with one thing to be used in turns; at the end nobody waits."""
    waiting: list[int] = []
    turns: Turns[None] = Turns(most_waiting, 30, waiting.append)
    asyncio.run(work(turns))
    assert sum(waiting) == 0


def test_there_is_room_for_so_many_and_who_waits_most_often_makes_way() -> None:
    async def work(turns: Turns[None]) -> None:
        names = [f"greedy {number // 2}" for number in range(2 * ROOM)] + [f"modest {n}" for n in range(2 * ROOM)]
        asking = [asyncio.create_task(turns.run(name, partial(asyncio.sleep, 0, name))) for name in names]
        await asyncio.sleep(0)
        turns.give(None)
        found = await asyncio.gather(*asking, return_exceptions=True)
        assert [isinstance(one, OverloadError) and one.is_full for one in found] == (
            [False, True] * ROOM + [False] * ROOM + [True] * ROOM
        )

    run(work, 2)


def test_who_is_cancelled_waits_no_more_and_what_has_begun_keeps_its_turn() -> None:
    async def work(turns: Turns[None]) -> None:
        turns.give(None)
        done: list[str] = []
        may_end = asyncio.Event()

        async def begin(name: str) -> None:
            done.append(f"{name} begins")
            await may_end.wait()
            done.append(f"{name} ends")

        tasks = []
        for name in ("first", "second", "third"):
            tasks.append(asyncio.create_task(turns.run("192.0.2.1", partial(begin, name))))
            await settle()
        for task in tasks[:2]:
            task.cancel()
        await settle()
        assert done == ["first begins"]
        may_end.set()
        await tasks[2]
        assert done == ["first begins", "first ends", "third begins", "third ends"]

    run(work, 5)
