"""The confinement of a process that answers public queries, under somebody who runs code of their own in it."""

import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from foc_graph.graph import Graph
from foc_graph.server import evaluation
from foc_graph.server.evaluation import Question
from foc_graph.server.negotiation import GRAPHS, ROWS
from foc_graph.store.embedded import save
from tests.support.kernels import without
from tests.support.programs import give_up
from tests.support.sandbox_attempts import ATTEMPTS, DEADLY, SECRET, SHOWN

SECONDS = 60
WORKER = [sys.executable, "-I", "-m", "foc_graph.sandbox", evaluation.__name__, ""]
FUNCTIONS = "SELECT (NOW() AS ?a) (RAND() AS ?b) (UUID() AS ?c) (SHA512('a') AS ?d) (REGEX('a', '[a-z]+') AS ?e) {}"
DOUBLING = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(30))
ALL = ("SELECT * { ?a ?b ?c }", "SELECT ?b (COUNT(*) AS ?n) { ?a ?b ?c } GROUP BY ?b ORDER BY ?n", "SELECT", FUNCTIONS)
TOO_LARGE = f"SELECT * {{ BIND('{'a' * 100}' AS ?v0) {DOUBLING} }}"
DONE_WITHOUT = {"sched_getaffinity", "openat", "readlink", "getcwd"}
"""Calls that count processors and that name functions where a process crashes; both are done without."""
TAKES_A_DESCRIPTOR = ("open a file by openat", "reach the network by TCP", "make a pipe", "double a descriptor")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox") / "store"
    nodes = [ox.NamedNode(f"urn:{number}") for number in range(20)]
    save((ox.Quad(node, nodes[0], node, nodes[1]) for node in nodes), folder)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with a file, outside the store."""
    (tmp_path / SECRET).write_text("secret")
    return tmp_path


def run(
    store: Path, elsewhere: Path, *names: str, lacking: tuple[str, ...] = (), scratch: str = ""
) -> subprocess.CompletedProcess[str]:
    """Make attempts in a confined process that has inherited a descriptor."""
    command = [sys.executable, "-m", "tests.support.sandbox_attempts", str(store), str(elsewhere), scratch, *names]
    inherited = os.dup2(os.open(os.devnull, os.O_RDONLY), 200)
    try:
        return subprocess.run(
            [*without(lacking), *command], pass_fds=[inherited], capture_output=True, text=True, timeout=SECONDS
        )
    finally:
        os.close(inherited)


def look(folder: Path) -> list[object]:
    """Return what can be seen of a folder and its file."""
    states = [(path.name, path.stat()) for path in (folder, *folder.iterdir())]
    return [(name, state.st_mode, state.st_uid, state.st_mtime_ns, state.st_size) for name, state in states]


@pytest.mark.parametrize("lacking", [(), ("landlock",), ("seccomp",)], ids=["full", "no Landlock", "no seccomp"])
def test_no_attempt_touches_what_lies_outside(store: Path, elsewhere: Path, lacking: tuple[str, ...]) -> None:
    before = look(elsewhere)
    done = run(store, elsewhere, lacking=lacking)
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["layers"] == {name: name not in lacking for name in ("landlock", "seccomp")}
    if "seccomp" in lacking:
        done_alone = {name for name, result in said["results"].items() if result == "done"}
        assert done_alone <= {name for name, attempt in ATTEMPTS.items() if attempt.alone}
    else:
        assert said["results"] == dict.fromkeys(ATTEMPTS, "EPERM"), "by the filter, whatever the kernel would say"
    if os.geteuid() == 0 or "seccomp" not in lacking:
        assert look(elsewhere) == before


def test_one_that_may_write_in_a_folder_touches_nothing_else(
    store: Path, elsewhere: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = look(elsewhere)
    said = json.loads(run(store, elsewhere, scratch=str(tmp_path_factory.mktemp("scratch"))).stdout)
    done = {name for name, result in said["results"].items() if result == "done"}
    assert done <= {"open a path", *(name for name, attempt in ATTEMPTS.items() if attempt.alone == SHOWN)}
    assert look(elsewhere) == before


def test_where_the_kernel_lacks_both_layers_no_descriptor_is_free(store: Path, elsewhere: Path) -> None:
    done = run(store, elsewhere, *TAKES_A_DESCRIPTOR, lacking=("landlock", "seccomp"))
    assert json.loads(done.stdout) == {
        "layers": {"landlock": False, "seccomp": False},
        "results": dict.fromkeys(TAKES_A_DESCRIPTOR, "EMFILE"),
    }


def test_where_a_thread_was_begun_before_landlock_does_not_count_as_in_force(store: Path) -> None:
    script = """
import sys, threading
from pathlib import Path
from foc_graph.sandbox.confinement import Confinement
threading.Thread(target=threading.Event().wait, daemon=True).start()
print(Confinement(Path(sys.argv[1])).seal(2**28).landlock, flush=True)
"""
    command = [sys.executable, "-c", script, str(store)]
    assert subprocess.run(command, capture_output=True, text=True, timeout=SECONDS).stdout == "False\n"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="of x86-64")
@pytest.mark.parametrize("name", DEADLY)
def test_a_call_of_another_abi_ends_the_process(store: Path, elsewhere: Path, name: str) -> None:
    assert run(store, elsewhere, name).returncode == -signal.SIGSYS


def test_a_worker_keeps_the_descriptors_it_needs_no_capability_and_not_the_id_of_root(store: Path) -> None:
    inherited = os.dup2(os.open(store / "CURRENT", os.O_RDONLY), 200)
    command = [*WORKER, str(store), "", "1000", str(2**28)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, pass_fds=[inherited]) as worker:
        os.close(inherited)
        assert worker.stdin and worker.stdout and worker.stdout.read(1) == b"r"
        process = Path("/proc", str(worker.pid))
        statuses = [path.read_text() for path in process.glob("task/*/status")]
        limits = (process / "limits").read_text()
        targets = [path.readlink() for path in process.glob("fd/*")] if os.geteuid() == 0 else []
        worker.stdin.close()
        assert worker.wait(SECONDS) == 0
    for status in statuses:
        fields = dict(line.split(":\t") for line in status.splitlines())
        assert {fields[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Amb")} == {"0" * 16}
        assert fields["Uid"].split() == [str(os.geteuid() or 65534)] * 4
        assert fields["Gid"].split() == [str(os.getegid() or 65534)] * 4
        assert os.geteuid() or (fields["Groups"].strip(), fields["CapBnd"]) == ("", "0" * 16)
    if targets:
        assert f"Max open files            {len(targets)} " in limits
        tables = [target for target in targets if target.suffix == ".sst"]
        assert len([target for target in targets if target != Path(os.devnull)]) == len(tables) + 2


@pytest.mark.extended
def test_what_queries_need_is_allowed(graph: Graph, tmp_path: Path) -> None:
    """Look at the refused calls when a new version of an engine or a C library fails."""
    if shutil.which("strace") is None:
        give_up("strace is not installed")
    stored = [(query.name, one["with"]) for query in graph.queries.values() for one in query.expect]
    questions = [Question(graph.bound(name, **given)) for name, given in stored]
    questions += [Question(text, rows=rows) for text in ALL for rows in ROWS.values()]
    questions += [Question("CONSTRUCT WHERE { ?a ?b ?c }", graph=format) for format in GRAPHS.values()]
    contents = [json.dumps(question._asdict()).encode() for question in (*questions, Question(TOO_LARGE))]
    trace, folder = tmp_path / "trace", tmp_path / "store"
    save(graph.store.quads(), folder)
    command = ["strace", "-f", "-o", str(trace), *WORKER, str(folder), "", str(2**26), str(2**28)]
    requests = b"".join(len(content).to_bytes(4, "big") + content for content in contents)
    done = subprocess.run(command, input=requests, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=600)
    assert done.returncode == -signal.SIGABRT, "by the last query"
    sealed = trace.read_text(errors="replace").partition("seccomp(SECCOMP_SET_MODE_FILTER")[2]
    assert sealed.count("write(1, ") > len(contents)
    refused = [re.search(r"(\w+)(?:\(| resumed)", line) for line in sealed.splitlines() if "EPERM" in line]
    assert {found[1] for found in refused if found} <= DONE_WITHOUT
