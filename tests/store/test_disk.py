"""The store on disk: what a load leaves behind wherever it stops, and what a reader makes of it."""

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import pyoxigraph as ox
import pytest

from foc_graph.errors import FocGraphError, ParameterError, ServiceError
from foc_graph.store.disk import ENGINE, StoreFolder
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import as_rows
from tests.support.campaign import SEED, SHARE
from tests.support.failures import CHANGES, DeadError, Step, die, failing_at, steps
from tests.support.workspaces import replace_text

GRAPH = ox.NamedNode("http://example.org/graph")
PART = """
import os, sys
from pathlib import Path
import pyoxigraph as ox
from foc_graph.store.disk import StoreFolder
folder, key, names = StoreFolder(Path(sys.argv[1])), sys.argv[2], sys.argv[3].split()
def load(aside):
    for name in names:
        if name not in aside.done:
            node = ox.NamedNode(f"http://example.org/{name}")
            aside.store.load([ox.Quad(node, node, node, ox.NamedNode("http://example.org/graph"))])
            aside.mark(name)
"""
"""The start of a program that loads things by name, each a part of the load."""


def thing(name: str) -> ox.Quad:
    node = ox.NamedNode(f"http://example.org/{name}")
    return ox.Quad(node, node, node, GRAPH)


def load(folder: StoreFolder, key: str, *names: str) -> None:
    with folder.aside(key) as aside:
        aside.store.load(map(thing, names))
        for name in names:
            aside.mark(name)
        aside.commit()


def held(store: EmbeddedStore) -> set[str]:
    rows = as_rows(store.query("SELECT ?thing WHERE { ?thing ?p ?o }"))
    return {row["thing"].rpartition("/")[2] for row in rows}


@pytest.fixture
def folder(tmp_path: Path) -> StoreFolder:
    return StoreFolder(tmp_path / "new" / "store")


@pytest.fixture
def loaded(folder: StoreFolder) -> StoreFolder:
    load(folder, "one", "a")
    return folder


# What loads make of a folder


def test_a_load_adds_to_what_is_there_and_is_seen_when_it_ends(loaded: StoreFolder) -> None:
    with loaded.aside("two") as aside:
        assert held(aside.store) == {"a"} and aside.done == set()
        aside.store.load([thing("b")])
        assert held(loaded.open()) == {"a"}
        aside.commit(optimise=True)
    assert held(loaded.open()) == {"a", "b"}


def test_only_the_current_store_stays(loaded: StoreFolder) -> None:
    load(loaded, "two", "b")
    load(loaded, "three", "c")
    names = {path.name for path in loaded.path.iterdir()}
    assert held(loaded.open()) == {"a", "b", "c"}
    assert names == {"foc-store.json", "lock", json.loads((loaded.path / "foc-store.json").read_text())["store"]}


def test_a_load_of_nothing_makes_an_empty_store(folder: StoreFolder) -> None:
    load(folder, "none")
    assert held(folder.open()) == set()


def test_what_is_being_read_stays_until_it_is_not(loaded: StoreFolder) -> None:
    """The engine opens most tables of a large store when a query needs them."""
    reader = loaded.open()
    before = loaded.path / "store-1"
    load(loaded, "two", "b")
    assert held(reader) == {"a"} and (before / "CURRENT").is_file()
    del reader
    load(loaded, "three", "c")
    assert not before.exists()


def test_many_read_while_others_load(loaded: StoreFolder) -> None:
    seen: list[set[str]] = []
    failed: list[Exception] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            try:
                seen.append(held(loaded.open()))
            except Exception as error:
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(4):
        load(loaded, str(number), f"n{number}")
    ended.set()
    for reader in readers:
        reader.join()
    states = [{"a", *(f"n{number}" for number in range(count))} for count in range(5)]
    assert not failed and len(seen) > 1 and all(one in states for one in seen)


# What is taken up again


def test_a_load_that_failed_is_taken_up_by_the_same_one(loaded: StoreFolder) -> None:
    with pytest.raises(ZeroDivisionError), loaded.aside("two") as aside:
        aside.store.load([thing("b")])
        aside.mark("b")
        raise ZeroDivisionError
    assert held(loaded.open()) == {"a"}
    with loaded.aside("two") as aside:
        assert aside.done == {"b"} and held(aside.store) == {"a", "b"}
        aside.commit()
    assert held(loaded.open()) == {"a", "b"}


@pytest.mark.parametrize("between", ["another load", "a finished load"])
def test_after_another_load_it_starts_anew(loaded: StoreFolder, between: str) -> None:
    with loaded.aside("two") as aside:
        aside.store.load([thing("b")])
        aside.mark("b")
    if between == "a finished load":
        load(loaded, "three", "c")
    else:
        with loaded.aside("three"):
            pass
    with loaded.aside("two") as aside:
        assert aside.done == set() and "b" not in held(aside.store)


@pytest.mark.parametrize(
    ("damage", "done"),
    [("torn line", {"b"}), ("torn journal", set()), ("no journal", set()), ("no store", set()), ("no table", set())],
)
def test_what_a_stopped_load_left_is_used_only_where_it_is_whole(
    loaded: StoreFolder, damage: str, done: set[str]
) -> None:
    with loaded.aside("two") as aside:
        aside.store.load([thing("b")])
        aside.mark("b")
    loading = loaded.path / "loading"
    journal = loading / "journal"
    match damage:
        case "torn line":
            journal.write_bytes(journal.read_bytes() + b"c")
        case "torn journal":
            journal.write_bytes(journal.read_bytes()[:10])
        case "no journal":
            journal.unlink()
        case "no store":
            shutil.rmtree(loading / "store")
        case "no table":
            for table in (loading / "store").glob("*.sst"):
                table.unlink()
    with loaded.aside("two") as aside:
        assert aside.done == done and held(aside.store) == {"a", *done}
        aside.mark("d")
    with loaded.aside("two") as aside:
        assert aside.done == {*done, "d"}
    assert held(loaded.open()) == {"a"}


def test_parts_are_marked_from_many_threads(loaded: StoreFolder) -> None:
    digests = {f"{number:032x}" for number in range(200)}
    with loaded.aside("two") as aside:
        threads = [threading.Thread(target=aside.mark, args=(digest,)) for digest in digests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with loaded.aside("two") as aside:
        assert aside.done == digests


# Stopped at any step


@pytest.mark.campaign
@pytest.mark.parametrize("first", [True, False], ids=["first load", "later load"])
def test_a_load_stopped_at_any_step_leaves_the_old_store_or_the_new_one(tmp_path: Path, first: bool) -> None:
    """One step in twenty in short runs; nothing that the load does on its way out reaches the disk."""
    before = set() if first else {"a"}
    whole = {*before, "b", "c"}

    def stopped_at(step: Step, name: str) -> tuple[StoreFolder, Counter[str]]:
        folder = StoreFolder(tmp_path / name)
        if not first:
            load(folder, "one", "a")
        with suppress(DeadError), failing_at(step, die, then=CHANGES) as calls:
            load(folder, "two", "b", "c")
        gc.collect()  # closes what the end of a process closes
        return folder, calls

    folder, calls = stopped_at(("", 0), "whole")
    assert held(folder.open()) == whole
    places = steps(calls)
    assert len(places) > 10
    for number in range(SEED % 20, len(places), 20) if SHARE < 1 else range(len(places)):
        folder, _ = stopped_at(places[number % len(places)], f"stopped-{number}")
        try:
            found = held(folder.open())
        except (ServiceError, ParameterError) as error:
            assert first and ("run the same `foc load` again" in str(error) or not list(folder.path.glob("*")))
            found = before
        assert found in (before, whole), places[number]
        load(folder, "two", "b", "c")
        assert held(folder.open()) == whole
        assert len(list(folder.path.iterdir())) == 3


@pytest.mark.extended
def test_a_load_that_is_killed_is_taken_up_again(loaded: StoreFolder) -> None:
    code = "with folder.aside(key) as aside:\n load(aside)\n print('loaded', flush=True)\n sys.stdin.read()"
    command = [sys.executable, "-c", PART + code, str(loaded.path), "two", "b c"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "loaded\n"
        with pytest.raises(ServiceError, match="another load is writing to it"):
            load(loaded, "three", "d")
        assert held(loaded.open()) == {"a"}
        process.send_signal(signal.SIGKILL)
        process.wait()
    with loaded.aside("two") as aside:
        assert aside.done == {"b", "c"} and held(aside.store) == {"a", "b", "c"}
        aside.commit()
    assert held(loaded.open()) == {"a", "b", "c"}


def test_two_loads_in_one_process_exclude_each_other(loaded: StoreFolder) -> None:
    with loaded.aside("two"), pytest.raises(ServiceError, match="another load"), loaded.aside("three"):
        pass


# A disk that is full, and folders that cannot be written


@pytest.mark.skipif(sys.platform != "linux", reason="a limit to file sizes that the engine reports as an error")
def test_where_nothing_more_can_be_written_the_store_is_as_it_was(loaded: StoreFolder) -> None:
    """The size of files is limited, which fails as a full disk does."""
    code = """
import random, resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
from foc_graph.errors import ServiceError
names = [random.randbytes(200).hex() for _ in range(3000)]
try:
    with folder.aside(key) as aside:
        aside.store.load(ox.Quad(*[ox.NamedNode(f"http://example.org/{name}")] * 3) for name in names)
        aside.commit()
except ServiceError as error:
    print(error)
"""
    command = [sys.executable, "-c", PART + code, str(loaded.path), "two", "b c"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith(f"{loaded.path}: cannot be written (") and done.stdout.count("\n") == 1, done.stderr
    assert "the store is unchanged" in done.stdout
    assert held(loaded.open()) == {"a"}
    load(loaded, "two", "b")
    assert held(loaded.open()) == {"a", "b"}


@pytest.mark.parametrize("step", ["write_bytes", "rename", "replace"])
def test_a_failure_of_the_last_steps_leaves_the_store_as_it_was(
    loaded: StoreFolder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ServiceError, match=r"No space left on device.*the store is unchanged"):  # noqa: SIM117
        with loaded.aside("two") as aside:
            aside.store.load([thing("b")])
            monkeypatch.setattr(Path, step, full)
            aside.commit()
    monkeypatch.undo()
    assert held(loaded.open()) == {"a"}
    load(loaded, "two", "b")
    assert held(loaded.open()) == {"a", "b"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_read_all_the_same(loaded: StoreFolder) -> None:
    for path in (*loaded.path.iterdir(), loaded.path):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert held(loaded.open()) == {"a"}
    with pytest.raises(ServiceError, match="cannot be written"), loaded.aside("two"):
        pass


# Folders that are no store, or not one of ours


def changed(name: str, value: object) -> Callable[[Path], None]:
    """Write a manifest with a field changed, and a checksum that fits."""

    def change(folder: Path) -> None:
        path = folder / "foc-store.json"
        fields = json.loads(path.read_text()) | {name: value}
        del fields["checksum"]
        fields["checksum"] = crc32(json.dumps(fields, sort_keys=True).encode())
        path.write_text(json.dumps(fields, sort_keys=True, indent=1))

    return change


def each_table(change: Callable[[Path], object]) -> Callable[[Path], None]:
    return lambda folder: [change(table) for table in sorted((folder / "store-1").glob("*.sst"))] and None


FAULTS: dict[str, tuple[Callable[[Path], object], type[FocGraphError], str]] = {
    "missing": (shutil.rmtree, ParameterError, "no such folder"),
    "a file": (lambda path: (shutil.rmtree(path), path.touch()), ParameterError, "a file, not a folder"),
    "empty": (lambda path: (shutil.rmtree(path), path.mkdir()), ParameterError, "not a store"),
    "another's": (lambda path: (path / "foc-store.json").rename(path / "notes.json"), ParameterError, "no foc-store"),
    "half-written": (lambda path: (path / "foc-store.json").unlink(), ServiceError, "run the same `foc load` again"),
    "newer format": (changed("format", 2), ServiceError, f"in format 2 of '{ENGINE}'"),
    "another engine": (changed("engine", "pyoxigraph 0.4"), ServiceError, "format 1 of 'pyoxigraph 0.4'"),
    "manifest changed": (
        lambda path: replace_text(path / "foc-store.json", "store-1", "store-2"),
        ServiceError,
        "foc-store.json is not what a load wrote",
    ),
    "no object": (lambda path: (path / "foc-store.json").write_text("[]"), ServiceError, "not what a load wrote"),
    "deep": (lambda path: (path / "foc-store.json").write_text("[" * 10**6), ServiceError, "not what a load wrote"),
    "store gone": (lambda path: shutil.rmtree(path / "store-1"), ServiceError, "store-1 cannot be read"),
    "table gone": (each_table(Path.unlink), ServiceError, r"store-1/\d+\.sst is not what a load wrote"),
    "written to": (lambda path: ox.Store(str(path / "store-1")).add(thing("z")), ServiceError, "not what a load wrote"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_folder_that_is_no_store_is_refused_in_one_line_and_left_alone(loaded: StoreFolder, fault: str) -> None:
    change, kind, message = FAULTS[fault]
    change(loaded.path)
    before = contents(loaded.path)
    with pytest.raises(kind, match=message) as raised:
        loaded.open()
    assert str(raised.value).startswith(str(loaded.path)) and "\n" not in str(raised.value)
    assert "foc load" in str(raised.value) or fault == "a file"
    if fault not in ("missing", "empty", "half-written"):
        with pytest.raises(kind), loaded.aside("two"):
            pass
        assert contents(loaded.path) == before


def test_a_table_with_a_wrong_byte_gives_an_error_and_no_rows(loaded: StoreFolder) -> None:
    def flip(table: Path) -> None:
        content = bytearray(table.read_bytes())
        content[len(content) // 3] ^= 1
        table.write_bytes(content)

    each_table(flip)(loaded.path)
    with pytest.raises(ServiceError, match="Corruption"):
        held(loaded.open())


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return {str(file): file.read_bytes() for file in files if file.is_file() and file.name not in ("lock", "LOG")}
