"""Stored queries give the same bytes wherever they are asked: in the sandbox, or in a copy in memory."""

import asyncio
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from foc_graph.graph import Graph
from foc_graph.graph.cache import open_built
from foc_graph.sandbox.pool import Sandbox, TaskError
from foc_graph.sandbox.worker import Limits
from foc_graph.server import evaluation, snapshot
from foc_graph.server.app import application
from foc_graph.server.snapshot import NearestStore, Settings
from foc_graph.server.state import State
from foc_graph.store import Store
from foc_graph.store.results import Triples
from tests.support.stored_calls import CALLS


def everything(graph: Graph, store: Store) -> dict[tuple[str, str], bytes]:
    """The answers to a call of each stored query, by query and format."""
    found = {}
    for call, (name, values) in [*CALLS.items(), ("graph", ("coalition_graph", {"coalition": "first"}))]:
        result = store.query(graph.bound(name, **values))
        for ending in ("nt", "ttl") if isinstance(result, Triples) else ("csv", "json"):
            found[call, ending] = result if isinstance(result, bool) else result.serialise(ending)
    return found


@pytest.fixture(scope="module")
def expected(small: Graph) -> dict[tuple[str, str], bytes]:
    """The answers of the store on disk."""
    return everything(small, open_built(small.workspace).store)


@pytest.mark.parametrize(("most", "is_copied"), [(snapshot._MOST_BYTES, True), (0, False)])
def test_a_stored_query_gives_the_same_bytes_wherever_it_is_asked(
    most: int,
    is_copied: bool,
    small: Graph,
    expected: dict[tuple[str, str], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "_MOST_BYTES", most)

    async def work() -> dict[tuple[str, str], bytes]:
        disk = open_built(small.workspace).store  # which the graph has in memory, if it has just built it
        sandbox = Sandbox(disk.folder, evaluation.__name__, 2, Limits(2**26, 2**30), 30, 32)
        await sandbox.start()
        store = NearestStore(disk, sandbox, small.base)
        try:
            await store._copying
            assert (store._near not in (None, disk)) == is_copied
            return await asyncio.to_thread(everything, small, store)
        finally:
            await store.close()
            await sandbox.close()

    assert asyncio.run(work()) == expected


@pytest.mark.parametrize(
    ("made", "address"), [("_read_directory", "/search?q=first"), ("_make_question_reader", "/ask?q=first")]
)
def test_what_could_not_be_read_once_is_read_again(
    monkeypatch: pytest.MonkeyPatch, small_root: Path, made: str, address: str
) -> None:
    read, calls = getattr(State, made), []

    def failing(state: State) -> object:
        calls.append("")
        if len(calls) == 1:
            raise TaskError("time", "the query took longer than 5 seconds, while others waited")
        return read(state)

    monkeypatch.setattr(State, made, failing)
    monkeypatch.setattr(State, "is_small", False)
    monkeypatch.setattr(State, "patience", 60.0)
    with TestClient(application(Settings(str(small_root), processes=1))) as client:
        answer = client.get(address)
        assert answer.status_code == 503 and "cannot be read at the moment" in answer.text
        assert client.get(address).status_code == 200
