"""Answers that are kept: made once for all who ask, and not at all for clients that have left."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from foc_graph.errors import ParameterError
from foc_graph.sandbox.fair_queue import Turns
from foc_graph.server import cache
from foc_graph.server.cache import Answers
from foc_graph.server.requests import ProblemError
from foc_graph.server.responses import respond
from tests.support.http import SECONDS
from tests.support.loops import settle, until


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
        await until(lambda: made)
        leaving, both, one_of_two = ask("alone"), ask("shared"), ask("shared")
        await settle()
        for task in (leaving, one_of_two):
            task.cancel()
        await settle()
        again = ask("alone")
        await settle()
        again.cancel()
        may_end.set()
        assert (await first, await both) == (b"first", b"shared")

    assert run(work) == ["first", "shared"]


def test_an_answer_that_is_being_made_is_kept_though_its_clients_leave() -> None:
    async def work(answers: Answers, made: list[str], may_end: threading.Event) -> None:
        asking = asyncio.create_task(answers.answer("a", partial(make, made, may_end, "a"), "192.0.2.1"))
        await until(lambda: made)
        asking.cancel()
        await asyncio.wait([asking])
        other = asyncio.create_task(answers.answer("b", partial(make, made, may_end, "b"), "192.0.2.1"))
        await settle()
        assert made == ["a"], "it keeps its turn"
        may_end.set()
        assert (await other, "a" in answers) == (b"b", True)

    assert run(work) == ["a", "b"]


def test_nobody_waits_in_the_queue_of_another_client_for_the_same_answer() -> None:
    async def work(answers: Answers, made: list[str], may_end: threading.Event) -> None:
        def ask(name: str, client: str) -> asyncio.Task[bytes]:
            return asyncio.create_task(answers.answer(name, partial(make, made, may_end, name), client))

        greedy = [ask(name, "192.0.2.1") for name in ("a", "b", "c", "shared")]
        await until(lambda: made)
        modest = ask("shared", "192.0.2.2")
        await settle()
        may_end.set()
        assert await modest == b"shared"
        await asyncio.gather(*greedy)

    assert run(work) in (["a", "b", "shared", "c"], ["a", "shared", "b", "c"])


def test_a_page_that_tells_what_is_wrong_is_made_in_turn_too() -> None:
    nobody: Turns[None] = Turns(0, 30, lambda change: None)
    scope = {"type": "http", "method": "GET", "client": ("192.0.2.1", 1), "headers": []}
    request = Request({**scope, "served": SimpleNamespace(answers=Answers(nobody))})

    def fail() -> bytes:
        raise ParameterError("no date")

    with pytest.raises(ProblemError) as told_of:
        asyncio.run(respond(request, ("key",), fail, explain=str.encode))
    assert (told_of.value.status, told_of.value.headers["Retry-After"]) == (429, "3")


@pytest.mark.parametrize(("size", "most"), [(9_000_000, cache._MOST_BYTES), (0, 3 * cache._ENTRY_BYTES)])
def test_answers_are_kept_up_to_a_size_and_made_once(size: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_BYTES", most)
    turns: Turns[None] = Turns(0, 1, lambda change: None)
    answers, made = Answers(turns), Counter[int]()

    def make(number: int) -> bytes:
        made[number] += 1
        return b"x" * size

    async def ask() -> None:
        for number in range(5):
            await asyncio.gather(*(answers.answer(str(one), partial(make, one)) for one in (0, 0, number)))
        await answers.answer("1", partial(make, 1))

    asyncio.run(ask())
    assert made == {0: 1, 1: 2, 2: 1, 3: 1, 4: 1}
