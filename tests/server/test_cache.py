"""Answers that are kept: made once for all who ask, and not at all for clients that have left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from foc_graph.sandbox.fair_queue import Turns
from foc_graph.server.cache import Answers
from tests.support.http import SECONDS


def run(work: Callable[[Answers, list[str], threading.Event], Coroutine[Any, Any, None]]) -> list[str]:
    """Do something with answers that are made one at a time; return what was made."""
    made: list[str] = []
    turns: Turns[None] = Turns(5, 1, lambda change: None)
    turns.give(None)
    may_end = threading.Event()
    asyncio.run(work(Answers(turns), made, may_end))
    return made


def make(made: list[str], may_end: threading.Event, name: str) -> bytes:
    made.append(name)
    assert may_end.wait(SECONDS)
    return name.encode()


def test_nothing_is_made_for_clients_that_left_while_they_waited() -> None:
    async def work(answers: Answers, made: list[str], may_end: threading.Event) -> None:
        def ask(name: str) -> asyncio.Task[bytes]:
            return asyncio.create_task(answers.answer(name, partial(make, made, may_end, name), "192.0.2.1"))

        first = ask("first")
        while not made:
            await asyncio.sleep(0.01)
        leaving, both, one_of_two = ask("alone"), ask("shared"), ask("shared")
        await asyncio.sleep(0.01)
        for task in (leaving, one_of_two):
            task.cancel()
        await asyncio.sleep(0.01)
        again = ask("alone")
        await asyncio.sleep(0.01)
        again.cancel()
        may_end.set()
        assert (await first, await both) == (b"first", b"shared")

    assert run(work) == ["first", "shared"]


def test_an_answer_that_is_being_made_is_kept_though_its_clients_leave() -> None:
    async def work(answers: Answers, made: list[str], may_end: threading.Event) -> None:
        asking = asyncio.create_task(answers.answer("a", partial(make, made, may_end, "a"), "192.0.2.1"))
        while not made:
            await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.wait([asking])
        other = asyncio.create_task(answers.answer("b", partial(make, made, may_end, "b"), "192.0.2.1"))
        await asyncio.sleep(0.01)
        assert made == ["a"], "it keeps its turn"
        may_end.set()
        assert (await other, "a" in answers) == (b"b", True)

    assert run(work) == ["a", "b"]


def test_nobody_waits_in_the_queue_of_another_client_for_the_same_answer() -> None:
    async def work(answers: Answers, made: list[str], may_end: threading.Event) -> None:
        def ask(name: str, client: str) -> asyncio.Task[bytes]:
            return asyncio.create_task(answers.answer(name, partial(make, made, may_end, name), client))

        greedy = [ask(name, "192.0.2.1") for name in ("a", "b", "c", "shared")]
        while not made:
            await asyncio.sleep(0.01)
        modest = ask("shared", "192.0.2.2")
        await asyncio.sleep(0.01)
        may_end.set()
        assert await modest == b"shared"
        await asyncio.gather(*greedy)

    assert run(work) in (["a", "b", "shared", "c"], ["a", "shared", "b", "c"])
