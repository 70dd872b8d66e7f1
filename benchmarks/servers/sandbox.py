"""What the sandbox costs a query: through it, and in this process, by turns."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

import pyoxigraph as ox
import uvloop

from benchmarks.report import show_head, show_row
from foc_graph.namespaces import PREFIXES
from foc_graph.sandbox.pool import Question, Sandbox
from foc_graph.sandbox.worker import Limits
from foc_graph.server.snapshot import Settings
from foc_graph.sparql.public import check

TIMES = 3000


def cost(store: Path, queries: dict[str, Sequence[str]]) -> None:
    """Print what queries of each kind take in either way; those of a kind take turns."""
    print()
    show_head("query", ">in process ms", ">sandbox ms", ">its check ms", ">added ms")
    engine = ox.Store.read_only(str(store))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for kind, texts in queries.items():
            plain, boxed, checked = runner.run(medians(engine, store, texts))
            show_row(kind, *(f"{one:.3f}" for one in (plain, boxed, checked, boxed + checked - plain)))


async def medians(engine: ox.Store, store: Path, texts: Sequence[str]) -> list[float]:
    """Milliseconds in process, through the sandbox, and of the check before it."""
    settings = Settings()
    box = Sandbox(store, 1, Limits(settings.answer, settings.memory), settings.seconds, settings.waiting)
    await box.start()
    taken: tuple[list[float], ...] = ([], [], [])
    try:
        for text in islice(cycle(texts), TIMES):
            marks = [time.perf_counter()]
            plain = engine.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
            content = plain.serialize(format=ox.QueryResultsFormat.JSON)
            marks.append(time.perf_counter())
            async with box.ask(Question(text), "") as answer:
                pieces = [piece async for piece in answer.pieces]
            marks.append(time.perf_counter())
            check(text, PREFIXES)
            marks.append(time.perf_counter())
            assert b"".join(pieces) == content
            for times, begin, end in zip(taken, marks, marks[1:], strict=False):
                times.append(1000 * (end - begin))
    finally:
        await box.close()
    return list(map(statistics.median, taken))
