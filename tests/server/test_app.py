"""`foc serve`: what it says when it starts and stops, its logs and metrics, and reloads under load."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import pytest
import uvicorn
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from uvicorn.supervisors import multiprocess

from foc_graph.graph import Graph
from foc_graph.server import app, state
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.server.state import Reloading
from foc_graph.workspace.releases import Releases
from tests.support.commands import foc
from tests.support.foc_server import FocServer
from tests.support.hostile_requests import ask, get
from tests.support.http import SECONDS, exchange, received, until
from tests.support.processes import family
from tests.support.releases import Out
from tests.support.workspaces import bare_workspace

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
ROWS = {"Accept": "application/sparql-results+json"}


class Server(FocServer):
    """A server whose log and metrics are read."""

    @property
    def port(self) -> int:
        return self.client.base_url.port or 0

    def get(self, path: str) -> httpx2.Response:
        """The answer on a connection of its own, so that any of several processes gives it."""
        return self.client.get(path, headers={**ROWS, "Connection": "close"})

    def count(self, query: str) -> int:
        answer = self.get(asked(query))
        assert answer.status_code == 200, answer.text
        return number(answer.content)

    def metrics(self) -> dict[tuple[str, ...], float]:
        """The samples by name and the values of their labels."""
        families = text_string_to_metric_families(self.get("/metrics").text)
        return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}

    def lines(self) -> list[dict[str, Any]]:
        """Read the log, but for a line that is being written."""
        whole, _, _ = self.log.read_text("utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def times(self, event: str, release: str | None = None) -> int:
        """How often the log tells of an event, of any release or of one."""
        return sum(line["event"] == event and release in (None, line.get("release")) for line in self.lines())

    def wait_for(self, condition: Callable[[], bool]) -> None:
        until(lambda: self.process.poll() is not None or condition())
        assert condition(), self.log.read_text("utf-8")[-2000:]


def number(content: bytes) -> int:
    """The one number that SPARQL results in JSON hold."""
    (row,) = json.loads(content)["results"]["bindings"]
    return int(row["n"]["value"])


def asked(query: str) -> str:
    return f"/sparql?{urlencode({'query': query})}"


@pytest.fixture(scope="module")
def bare_root(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of one triple, which no test may change."""
    return bare_workspace(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of one triple."""
    path = tmp_path_factory.mktemp("serve") / "data.ttl"
    path.write_text("<http://example.org/a> <http://example.org/b> <http://example.org/c> .")
    return path


@pytest.fixture(scope="module")
def server(data: Path, bare_root: Path) -> Iterator[Server]:
    """A server of two processes, of data from that file; it ends as it should and leaves nothing behind."""
    options = ("--data", str(data), "--workers", "2", "--allowed-host", "127.0.0.1", "--allowed-host", "example.org")
    with Server(data.parent, *options, workspace=bare_root) as served:
        yield served
        end(served, signal.SIGTERM)
        assert list(data.parent.glob("foc-serve-*")) == []
        assert "Traceback" not in served.log.read_text("utf-8")


@pytest.fixture
def copy(out: Out, tmp_path: Path) -> Out:
    """A workspace and its folder of two releases, of which the second is the current one, to change."""
    folder = shutil.copytree(out.folder, tmp_path / "out", symlinks=True)
    return Out(out.workspace, folder)


def test_every_request_is_a_line_of_json_without_its_query_string(server: Server) -> None:
    def found() -> list[dict[str, Any]]:
        return [line for line in server.lines() if line["event"] == "request" and line["path"] in ("/sparql", "/wrong")]

    path = asked("ASK { ?s ?p 'jane.doe@example.org' }")
    assert [server.get(path).status_code, server.get("/wrong?name=jane.doe").status_code] == [200, 404]
    server.wait_for(lambda: len(found()) == 2)
    lines = sorted(found(), key=lambda line: line["path"])
    assert [(line["method"], line["path"], line["status"], line["client"]) for line in lines] == [
        ("GET", "/sparql", 200, "127.0.0.0/24"),
        ("GET", "/wrong", 404, "127.0.0.0/24"),
    ]
    assert all(line["bytes"] > 0 and line["ms"] > 0 and line["level"] == "info" for line in lines)
    assert "jane.doe" not in server.log.read_text("utf-8")


def test_metrics_count_what_all_processes_answer_by_route_and_status(server: Server) -> None:
    requests = ("foc_requests_total", "/health", "200")
    unknown = ("foc_requests_total", "other", "404")
    before = server.metrics()

    def counted() -> list[float]:
        after = server.metrics()
        return [after.get(name, 0) - before.get(name, 0) for name in (requests, unknown)]

    for index in range(20):
        assert server.get("/health").status_code == 200 and server.get(f"/wrong/{index}").status_code == 404
    server.wait_for(lambda: counted() == [20, 20])  # a process counts a request once it has answered it
    after = server.metrics()
    assert counted() == [20, 20]
    assert after["foc_request_seconds_count", "/health"] >= 20
    assert not [name for name in after if "/wrong/1" in name]


def test_only_allowed_hosts_are_served(server: Server) -> None:
    statuses, texts = {}, {}
    for host in ("127.0.0.1", f"EXAMPLE.org:{server.port}", "localhost", "example.com"):
        connection = HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        connection.request("GET", "/health", headers={"Host": host})
        answer, name = connection.getresponse(), host.partition(":")[0]
        statuses[name], texts[name] = answer.status, answer.read().decode()
        connection.close()
    assert statuses == {"127.0.0.1": 200, "EXAMPLE.org": 200, "localhost": 421, "example.com": 421}
    assert "does not answer for that host" in texts["example.com"]


LARGE = ask(f"SELECT * {{ {' '.join(f'VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}' for name in 'abcdefgh')} }}")
"""A query with too large an answer."""


@pytest.mark.parametrize(
    "request_",
    [
        LARGE,
        LARGE[:-1],
        b"no HTTP\r\n\r\n",
        get("/health", "Upgrade: websocket", "Connection: Upgrade"),
        get("/health", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"),
    ],
    ids=["an answer that is cut off", "a client that leaves", "something other than HTTP", "a web socket", "HTTP/2"],
)
def test_clients_write_no_warnings_and_errors_into_the_log(server: Server, request_: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as client:
        client.sendall(request_)
        if request_ != LARGE[:-1]:
            received(client)
    assert server.get("/health").status_code == 200
    assert [line for line in server.lines() if line["level"] != "info"] == []


def test_data_from_files_is_served_with_one_tag_by_all_processes(server: Server, data: Path) -> None:
    server.wait_for(lambda: server.times("opened") == 2)
    assert len({line["state"] for line in server.lines() if line["event"] == "opened"}) == 1
    asking = "SELECT (COUNT(*) AS ?n) WHERE { <http://example.org/a> ?p ?o }"
    assert server.count(asking) == 1
    data.write_text(data.read_text() + "<http://example.org/a> <http://example.org/b> 1 .")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for(lambda: server.times("reloaded") == 2)
    assert server.count(asking) == 2
    server.wait_for(lambda: len(list(data.parent.glob("foc-serve-*"))) == 4)  # a copy for each process, and the counts


def test_no_request_is_lost_while_another_release_comes_into_force_and_killed_processes_are_replaced(
    tmp_path: Path, copy: Out
) -> None:
    """Clients that keep their connections ask on while `current` moves; no process outlives the first."""
    sizes: dict[str, set[int]] = {}
    failures: list[object] = []
    ended = threading.Event()

    def keep_asking(port: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            while not ended.is_set():
                connection.request("GET", asked(COUNT), headers=ROWS)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status != 200:
                    failures.append((answer.status, content))
                else:
                    sizes.setdefault(answer.headers["ETag"], set()).add(number(content))
                ended.wait(0.05)  # so that the server need not share the processor with them
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    options = ("--release-dir", str(copy.folder), "--workers", "2")
    with Server(tmp_path, *options, workspace=copy.workspace) as server:
        clients = [threading.Thread(target=keep_asking, args=(server.port,)) for _ in range(2)]
        server.wait_for(lambda: server.times("opened") == 2)
        for client in clients:
            client.start()
        try:
            server.wait_for(lambda: len(sizes) == 1)
            Releases(copy.folder).switch("2026.11")
            server.wait_for(lambda: server.times("reloaded", "2026.11") == 2 and len(sizes) == 2)
        finally:
            ended.set()
            for client in clients:
                client.join()
        assert failures == []
        assert len(sizes) == 2 and all(len(found) == 1 for found in sizes.values()), "a tag names one state"
        assert server.metrics()["foc_reloads_total", "done"] == 2
        assert server.get("/health").json()["release"] == "2026.11"
        one, other = children(server.process)
        os.kill(one, signal.SIGKILL)
        server.wait_for(lambda: server.times("opened") == 3)
        assert {line["process"] for line in server.lines() if line["event"].startswith("process ended")} == {one}
        pids = children(server.process)
        assert one not in pids and other in pids
        assert [server.get("/health").status_code for _ in range(10)] == [200] * 10
        server.process.kill()
        server.process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_who_ends_while_it_is_asked_whether_it_lives_is_replaced_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    config, new = uvicorn.Config(application), SimpleNamespace(start=int, pid=8)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    processes, asked = app._Processes(config, []), multiprocess.Process(config, [])
    asked.process = SimpleNamespace(is_alive=lambda: True, kill=int, join=int, exitcode=-9, pid=7)
    processes.processes = [asked]
    monkeypatch.setattr(asked.parent_conn, "poll", lambda timeout: pytest.fail("its answer is waited for"))
    monkeypatch.setattr(multiprocess, "Process", lambda *_: new)
    monkeypatch.setattr(app, "mark_process_dead", lambda pid: None)
    processes.keep_subprocess_alive()
    assert processes.processes == [new]


def test_a_release_that_cannot_be_opened_leaves_the_one_before_in_force(
    copy: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, look = [], Reloading._current

    def looking(reloading: Reloading) -> tuple[str, object] | None:
        looks.append("")
        return look(reloading)

    monkeypatch.setattr(state, "_SECONDS", 0.01)
    monkeypatch.setattr(Reloading, "_current", looking)
    Releases(copy.folder).switch("2026.11")
    manifest = copy.folder / "2026.12" / "manifest.json"
    content = manifest.read_bytes()
    manifest.write_text("{}")
    with TestClient(application(Settings(str(copy.workspace), release_dir=str(copy.folder), processes=1))) as client:

        def reloads(outcome: str) -> bool:
            return f'foc_reloads_total{{outcome="{outcome}"}} 1.0' in client.get("/metrics").text

        Releases(copy.folder).switch("2026.12")
        until(lambda: reloads("failed"))
        seen = len(looks)
        until(lambda: len(looks) > seen + 5)
        assert reloads("failed"), "it is tried once"
        assert client.get("/health").json()["release"] == "2026.11"
        manifest.write_bytes(content)
        Releases(copy.folder).switch("2026.11")
        until(lambda: reloads("done"))
        Releases(copy.folder).switch("2026.12")
        until(lambda: client.get("/health").json()["release"] == "2026.12")


def children(process: subprocess.Popen[str]) -> list[int]:
    """The processes that answer requests."""
    found = []
    for pid in family(process.pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def end(server: Server, sent: signal.Signals) -> None:
    """End a server by a signal while a request is under way, which is still answered."""
    body = f"query={quote(COUNT)}".encode()
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as connection:
        lines = ("POST /sparql HTTP/1.1", "Host: 127.0.0.1", "Expect: 100-continue", f"Content-Length: {len(body)}")
        form = "Content-Type: application/x-www-form-urlencoded"
        connection.sendall("".join(f"{line}\r\n" for line in (*lines, form, "")).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100 "), "it is under way"
        server.process.send_signal(sent)
        connection.sendall(body)
        status, answer = received(connection)
        assert status == 200 and b'"bindings"' in answer
    assert server.process.wait(SECONDS) == 0
    with pytest.raises(httpx2.ConnectError):
        server.get("/health")


def test_one_process_answers_to_names_of_this_machine_ends_with_code_0_and_logs_what_its_level_says(
    tmp_path: Path, bare_root: Path
) -> None:
    with Server(tmp_path, "--workers", "1", "--log-level", "warning", workspace=bare_root) as server:
        assert exchange(server.port, get("/health", host="other.example"))[0] == 421
        end(server, signal.SIGINT)
        assert server.log.read_text("utf-8") == ""


def test_a_store_on_disk_is_served(tmp_path: Path, small_root: Path, small: Graph) -> None:
    done = foc("--workspace", str(small_root), "load", "--store", str(tmp_path / "store"))
    assert done.returncode == 0, done.stderr
    settings = Settings(str(small_root), store=str(tmp_path / "store"), processes=1)
    with TestClient(application(settings)) as client:
        answer = client.get("/query/members.csv?coalition=first")
        assert answer.content == small.rows("members", coalition="first").serialise("csv")


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (["--data", "missing.ttl"], 2, "missing.ttl: cannot be read: No such file or directory"),
        (["--data", "README.md"], 2, "README.md: not a known format by its ending"),
        (["--store", "docs"], 2, "docs: "),
        (["--release-dir", "missing"], 2, "missing: there are no releases in this folder"),
        (["--data", "a.ttl", "--store", "b"], 2, "choose only one of --data, --store and --release-dir"),
        (["--workers", "0"], 2, "'--workers'"),
        (["--port", "65536"], 2, "'--port'"),
        (["--host", "192.0.2.1"], 3, "192.0.2.1:8000: cannot listen there: "),
    ],
)
def test_what_is_wrong_is_told_in_one_line(small_root: Path, options: list[str], code: int, problem: str) -> None:
    done = foc("--workspace", str(small_root), "serve", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.stderr
    assert problem in done.stderr


def test_a_port_that_is_taken_is_told(small_root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = foc("--workspace", str(small_root), "serve", "--port", port)
    problem = f"127.0.0.1:{port}: cannot listen there: Address already in use: choose another --host or --port"
    assert (done.returncode, done.stdout, done.stderr) == (3, "", f"foc: {problem}\n")
