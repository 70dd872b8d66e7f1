"""The processes that answer public queries: whose turn it is, what a query may cost, and how they are replaced."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import uvloop

from foc_graph.panel.table import Choice
from foc_graph.sandbox import pool
from foc_graph.sandbox.confinement import Layers
from foc_graph.sandbox.fair_queue import OverloadError, Turns
from foc_graph.sandbox.pool import Sandbox, Task, TaskError
from foc_graph.sandbox.worker import Limits
from foc_graph.server import evaluation, panel_files
from foc_graph.server.evaluation import Question
from foc_graph.store.embedded import save
from tests.support.http import SECONDS
from tests.support.loops import settle, until

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DOUBLING = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(30))
Loops = Callable[[], asyncio.AbstractEventLoop] | None
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox") / "store"
    nodes = [ox.NamedNode(f"urn:{number}") for number in range(300)]
    save((ox.Quad(node, nodes[0], node, nodes[1]) for node in nodes), folder)
    return folder


class Patience:
    """How long a query of a client may take, and while others wait; and how often it was looked whether they do."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seconds: dict[str, float] = {}
        self.while_others_wait: dict[str, float] = {}
        self.looks = 0
        pumped, keeps_waiting = Sandbox._pumped, Turns.keeps_waiting

        async def limited(box: Sandbox, worker: Any, task: Task, client: str, *rest: Any) -> None:
            box._seconds = self.seconds.get(client, SECONDS)
            patch.setattr(pool, "_PATIENCE_SECONDS", self.while_others_wait.get(client, SECONDS))
            await pumped(box, worker, task, client, *rest)

        def looked(turns: Turns[Any], client: str) -> bool:
            self.looks += 1
            return keeps_waiting(turns, client)

        patch.setattr(Sandbox, "_pumped", limited)
        patch.setattr(Turns, "keeps_waiting", looked)
        patch.setattr(pool, "_LOOK_SECONDS", 0.02)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Patience:
    return Patience(monkeypatch)


def run(store: Path, work: Callable[[Sandbox], Awaitable[None]], loops: Loops = None, **options: int) -> None:
    """Do something with a sandbox of two processes, or as the options say."""
    limits = Limits(options.get("answer", 2**20), options.get("memory", 2**28), options.get("file", 0))

    async def running() -> None:
        box = Sandbox(store, evaluation.__name__, options.get("workers", 2), limits, SECONDS, 5)
        await box.start()
        try:
            await work(box)
        finally:
            await box.close()

    with asyncio.Runner(loop_factory=loops) as runner:
        runner.run(running())


async def asked(box: Sandbox, query: str, client: str = "", is_stored: bool = True) -> bytes:
    async with box.ask(Question(query, is_stored=is_stored).task, client) as answer:
        return b"".join([piece async for piece in answer.pieces])


def test_tables_that_a_store_opens_late_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = ox.Store(str(folder))
    nodes = [ox.NamedNode(f"urn:{number}") for number in range(4)]
    for node in nodes:
        store.bulk_extend([ox.Quad(node, node, node, node), ox.Quad(node, node, node)])
    del store
    assert len(list(folder.glob("*.sst"))) > 2 * 16, "which are opened with it"

    async def work(box: Sandbox) -> None:
        for node in nodes:
            for pattern in (f"{node} ?p ?o", f"?s {node} ?o", f"?s ?p {node}", "?s ?p ?o"):
                for graph in ("?g", str(node)):
                    assert b"uri" in await asked(box, f"SELECT * {{ GRAPH {graph} {{ {pattern} }} }}")

    run(folder, work, workers=1)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT", "syntax"),
        (SLOW, "time"),
        (f"ASK {{ {'?s ?p ?o . ' * 2000} }}", "time"),
        (LARGE, "large"),
        (f"SELECT * {{ BIND('{'a' * 100}' AS ?v0) {DOUBLING} }}", "crash"),
    ],
    ids=["no query", "too long", "planned too long", "too large", "too much memory"],
)
def test_a_query_beyond_a_limit_costs_nobody_else(store: Path, query: str, kind: str, patience: Patience) -> None:
    if kind == "time":
        patience.seconds["stranger"] = 0.2

    async def work(box: Sandbox) -> None:
        others = [asyncio.create_task(asked(box, "ASK { ?s ?p ?o }", str(number))) for number in range(5)]
        with pytest.raises(TaskError) as told:
            await asked(box, query, "stranger")
        assert told.value.kind == kind
        assert {await other for other in others} == {b'{"head":{},"boolean":true}'}
        for _ in range(4):
            assert b"true" in await asked(box, "ASK {}")

    run(store, work)


def test_what_a_stranger_asks_is_checked_where_it_is_evaluated(store: Path) -> None:
    query = "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }"

    async def work(box: Sandbox) -> None:
        with pytest.raises(TaskError, match="SERVICE"):
            await asked(box, query, is_stored=False)
        assert b"bindings" in await asked(box, query)

    run(store, work, workers=1)


def test_a_format_without_triple_terms_is_told_apart_from_too_little_memory(store: Path) -> None:
    async def work(box: Sandbox) -> None:
        question = Question("CONSTRUCT { ?s ?p <<( ?s ?p ?o )>> } { ?s ?p ?o }", graph="jsonld")
        with pytest.raises(TaskError, match=r"JSON-LD does not support RDF 1\.2 yet: ask for Turtle or N-Triples"):
            async with box.ask(question.task, "") as answer:
                assert [piece async for piece in answer.pieces] == []

    run(store, work, workers=1)


def test_clients_take_turns(store: Path) -> None:
    async def work(box: Sandbox) -> None:
        done: list[str] = []

        async def ask(client: str) -> None:
            await asked(box, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", client)
            done.append(client)

        greedy = [asyncio.create_task(ask("greedy")) for _ in range(5)]
        await asyncio.sleep(0)
        await asyncio.gather(asyncio.create_task(ask("modest")), *greedy)
        assert done.index("modest") == 2

    run(store, work, workers=1)


def test_too_many_queries_of_one_client_are_sent_away_and_those_of_others_are_not(store: Path) -> None:
    async def work(box: Sandbox) -> None:
        many = [asyncio.create_task(asked(box, "ASK {}", "greedy")) for _ in range(20)]
        await asyncio.sleep(0)
        assert b"true" in await asked(box, "ASK {}", "modest")
        found = await asyncio.gather(*many, return_exceptions=True)
        sent_away = [one for one in found if isinstance(one, OverloadError)]
        assert len(sent_away) == 20 - 2 - 5 and sent_away[0].seconds >= 1

    run(store, work)


def test_who_leaves_frees_a_process(store: Path) -> None:
    async def work(box: Sandbox) -> None:
        slow = [asyncio.create_task(asked(box, SLOW, "slow")) for _ in range(2)]
        await settle()
        waiting = asyncio.create_task(asked(box, "ASK {}", "other"))
        await settle()
        assert not box._turns._idle and [*box._turns._waiting] == ["other"] and not waiting.done()
        for task in slow:
            task.cancel()
        assert b"true" in await waiting

    run(store, work)


def test_a_query_that_takes_long_is_stopped_once_others_wait(store: Path, patience: Patience) -> None:
    patience.while_others_wait["slow"] = 0.02

    async def work(box: Sandbox) -> None:
        slow = [asyncio.create_task(asked(box, SLOW, "slow")) for _ in range(5)]
        await until(lambda: patience.looks > 6)
        assert not any(task.done() for task in slow), "one's own queries wait"
        assert b"true" in await asked(box, "ASK {}", "other")
        with pytest.raises(TaskError, match=r"longer than [0-9.]+ seconds, while others waited"):
            await next(asyncio.as_completed(slow))
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    run(store, work)


def test_a_slow_reader_keeps_its_turn_until_others_wait(store: Path, patience: Patience) -> None:
    patience.while_others_wait["slow"] = 0.02

    async def work(box: Sandbox) -> None:
        question = Question("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000")
        async with box.ask(question.task, "slow") as first, box.ask(question.task, "slow") as second:
            own = asyncio.create_task(asked(box, "ASK {}", "slow"))
            await until(lambda: patience.looks > 6)
            assert not own.done()
            assert b"true" in await asked(box, "ASK {}", "other")
            assert b"true" in await own
            for answer in (first, second):
                with pytest.raises(TaskError, match="while others waited"):
                    assert [len(piece) async for piece in answer.pieces] == []

    run(store, work, answer=2**24)


def test_an_answer_that_was_made_goes_to_a_slow_reader_if_nobody_waits(store: Path, patience: Patience) -> None:
    patience.while_others_wait["slow"] = 0.02

    async def work(box: Sandbox) -> None:
        async with box.ask(Question("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1000").task, "slow") as answer:
            await until(lambda: patience.looks > 3)
            assert sum([len(piece) async for piece in answer.pieces]) > 100_000
        assert b"true" in await asked(box, "ASK {}")

    run(store, work)


@pytest.mark.parametrize("pieces", [None, 3])
def test_what_is_written_at_once_leaves_a_process_in_small_pieces(store: Path, pieces: int | None) -> None:
    doubling = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(20))

    async def work(box: Sandbox) -> None:
        question = Question(f"SELECT ?v20 {{ BIND('a' AS ?v0) {doubling} }}", "csv", pieces=pieces)
        async with box.ask(question.task, "") as answer:
            sizes = [len(piece) async for piece in answer.pieces]
        assert set(sizes[:-1]) == {2**16} and sizes[-1] <= 2**16
        assert sum(sizes) == (2**20 + len("v20\r\n\r\n") if pieces is None else pieces * 2**16)

    run(store, work, answer=2**21)


def test_a_process_that_does_not_start_is_started_again(
    store: Path, monkeypatch: pytest.MonkeyPatch, patience: Patience
) -> None:
    patience.seconds["slow"] = 0.1
    monkeypatch.setattr(pool, "_AGAIN_SECONDS", 0.01)
    start = pool._Worker.start
    failures = [TaskError("crash", ""), OSError()]

    async def failing(worker: pool._Worker) -> Layers:
        if failures:
            raise failures.pop()
        return await start(worker)

    async def work(box: Sandbox) -> None:
        monkeypatch.setattr(pool._Worker, "start", failing)
        with pytest.raises(TaskError):
            await asked(box, SLOW, "slow")
        await asyncio.gather(*(asked(box, "ASK {}", str(number)) for number in range(4)))
        await until(lambda: not failures and len(box._turns._idle) == 2)

    run(store, work)


@pytest.mark.parametrize("loops", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_process_that_is_killed_while_it_does_nothing_is_replaced_unasked(store: Path, loops: Loops) -> None:
    async def work(box: Sandbox) -> None:
        (killed,) = box._all
        assert killed._process
        killed._process.kill()
        with suppress(TaskError):  # where its end is not noticed yet
            assert b"true" in await asked(box, "ASK {}")
        await until(lambda: killed not in box._all and len(box._turns._idle) == 1)
        assert b"true" in await asked(box, "ASK {}")

    run(store, work, loops, workers=1)


@pytest.mark.parametrize("how", ["left", "killed", "stopped"])
@pytest.mark.parametrize("module", [evaluation.__name__, ""], ids=["a process of its own", "a standing one"])
def test_a_task_whose_process_is_lost_costs_nobody_else(store: Path, how: str, module: str, patience: Patience) -> None:
    patience.seconds["slow"] = 0.5 if how == "stopped" else SECONDS

    async def work(box: Sandbox) -> None:
        before = set(box._all) if module else set()
        box._module = "another" if module else box._module
        slow = asyncio.create_task(asked(box, SLOW, "slow"))
        await until(lambda: any(one.is_alive for one in box._all - before) and not box._turns._idle)
        (lost,) = box._all - before
        assert lost._process
        if how == "left":
            slow.cancel()
        else:
            lost._process.send_signal(signal.SIGKILL if how == "killed" else signal.SIGSTOP)
        with pytest.raises((asyncio.CancelledError, TaskError)):
            await slow
        await until(lambda: not lost.is_alive and len(box._turns._idle) == 1)
        assert b"true" in await asked(box, "ASK {}", "other")

    run(store, work, workers=1)


@pytest.mark.parametrize("ending", ["csv", "dta", "sav", "xlsx"])
def test_a_file_for_which_there_is_no_room_is_no_answer(
    store: Path, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    choice = Choice("state-year", (2011, 2012))

    async def work(box: Sandbox) -> None:
        with pytest.raises(TaskError, match="no room for temporary files") as told:
            async with box.ask(panel_files.task("http://example.org/", [], choice, 0, 1, ending), ""):
                pass
        assert told.value.kind == "file"
        await until(lambda: not any(tmp_path.iterdir()))
        assert b"true" in await asked(box, "ASK {}")

    run(store, work, workers=1, file=100)


@pytest.mark.parametrize("ending", ["csv", "dta", "parquet", "sav", "xlsx"])
def test_files_are_made_in_a_folder_that_only_who_serves_may_enter(
    store: Path, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    task = panel_files.task("http://example.org/", [], Choice("state-year", (2011, 2012)), 0, 1, ending)

    async def work(box: Sandbox) -> None:
        async with box.ask(task, "") as answer:
            assert len(b"".join([piece async for piece in answer.pieces])) > 100
        assert all(box.layers), "no thread of a library was left out"

    run(store, work, workers=1, file=2**20)


def test_a_process_that_sends_a_frame_without_end_fills_no_memory(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "worker.py"
    script.write_text(
        "import sys\nout, inp = sys.stdout.buffer, sys.stdin.buffer\n"
        'ready = b\'{"landlock": true, "seccomp": true}\'\n'
        "out.write(b'r' + len(ready).to_bytes(4, 'big') + ready); out.flush(); inp.read(4)\n"
        "out.write(b'p' + b'\\xff' * 4)\n"
        "while True: out.write(bytes(2**16))\n"
    )

    async def work(box: Sandbox) -> None:
        with pytest.raises(TaskError) as caught:
            await asked(box, "ASK {}")
        assert caught.value.kind == "crash"

    monkeypatch.setattr(pool._Worker, "command", [sys.executable, str(script)])
    run(store, work)
