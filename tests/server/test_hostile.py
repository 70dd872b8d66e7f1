"""The real server under requests that mean harm: each gets its answer, gives nothing away, and costs nobody else."""

import asyncio
import json
import re
import resource
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
import uvicorn
from starlette.responses import PlainTextResponse, StreamingResponse

from foc_graph.server import connections
from foc_graph.server.connections import Connection
from foc_graph.server.middleware import HostCheck
from foc_graph.server.requests import stay
from tests.support.foc_server import FocServer
from tests.support.hostile_requests import CASES, LEAKS, Case, ask, get, post
from tests.support.http import SECONDS, exchange, received, replaced, until
from tests.support.node import UI


@pytest.fixture(scope="module")
def port(small_server: FocServer) -> int:
    return urlsplit(small_server.url).port or 0


DEADLY = "memory without end"


@pytest.mark.parametrize("name", [name for name in CASES if name != DEADLY])
def test_a_hostile_request_gets_an_answer_that_says_what_to_do_and_gives_nothing_away(port: int, name: str) -> None:
    check(CASES[name], *exchange(port, CASES[name].request))
    assert exchange(port, ask("ASK {}"))[0] == 200


def test_an_address_leads_to_no_other_host(port: int) -> None:
    attacks = [*json.loads((UI / "test" / "addresses.json").read_text("utf-8")), "//evil.example/" * 1000]
    for attack in attacks:
        for start in ("/", "//a/b/"):
            assert urlsplit(urljoin(f"http://host{start}", stay(attack)))[:2] == ("http", "host"), attack
        assert stay(attack).isascii() and stay(attack).isprintable() and "\\" not in stay(attack)
        for folder in ("", "id/", "doc/", "query/", "release/", "release/current/dumps/", "plot/first/"):
            _, answer = exchange(port, get(f"/{folder}{quote(attack)}?as_of=May+2015"))
            for location in re.findall(rb"(?i)\r\nlocation: (.*)", answer.partition(b"\r\n\r\n")[0]):
                assert urlsplit(urljoin("http://host/", location.decode()))[:2] == ("http", "host"), (folder, attack)


def check(case: Case, status: int, answer: bytes) -> None:
    """Compare an answer with the one that is expected."""
    assert status == case.status, answer[-1000:]
    head, _, body = answer.partition(b"\r\n\r\n")
    assert case.says in body.decode()
    assert [leak for leak in LEAKS if leak in answer] == []
    if b"application/problem+json" in head:
        assert json.loads(body)["status"] == status


def test_the_crash_of_a_query_costs_nobody_else_an_answer(small_server: FocServer, port: int) -> None:
    before, answers = replaced(small_server.client), []
    attack = threading.Thread(target=lambda: answers.append(exchange(port, CASES[DEADLY].request)))
    attack.start()
    for _ in range(20):
        assert exchange(port, ask("ASK {}"))[0] == 200
    attack.join()
    check(CASES[DEADLY], *answers[0])
    assert replaced(small_server.client) != before, "it ended its process"


Starter = Callable[..., int]
WHOLE = "".join(map(str, range(1_000_000)))
"""A page that is sent at once."""


@pytest.fixture
def ended() -> list[str]:
    """The paths of the requests that the server of `start` has done with, and an empty one for each other."""
    return []


@pytest.fixture
def served() -> list[uvicorn.Server]:
    """The servers of `start`."""
    return []


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, ended: list[str], served: list[uvicorn.Server]) -> Iterator[Starter]:
    """Start a server of a few pages with limits of the test's own, in this process; gives its port."""

    async def page(scope: dict[str, object], receive: Callable[..., object], send: Callable[..., object]) -> None:
        async def pieces() -> object:
            for _ in range(1000):
                yield b"x" * 2**16
                await asyncio.sleep(0)

        ended.append("")
        try:
            message = await receive()  # type: ignore[misc]
            while message.get("more_body") or (scope["path"] == "/waiting" and message["type"] == "http.request"):
                message = await receive()  # type: ignore[misc]
            whole = PlainTextResponse(WHOLE if scope["path"] == "/whole" else "here")
            body = StreamingResponse(pieces()) if scope["path"] == "/large" else whole
            await body(scope, receive, send)  # type: ignore[arg-type]
        finally:
            ended[ended.index("")] = str(scope["path"])

    with ExitStack() as stack:

        def start(**limits: float) -> int:
            for name, value in limits.items():
                monkeypatch.setattr(connections, name, value)
            app = HostCheck(page, ())  # type: ignore[arg-type]
            config = uvicorn.Config(
                app, http=Connection, ws="none", lifespan="off", log_level="error", timeout_graceful_shutdown=0
            )
            server = uvicorn.Server(config)
            served.append(server)
            listening = socket.create_server(("127.0.0.1", 0))
            thread = threading.Thread(target=server.run, args=([listening],))
            thread.start()
            stack.callback(thread.join)
            stack.callback(setattr, server, "should_exit", True)
            return int(listening.getsockname()[1])

        yield start


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b""),
        (b"", b"\r\n"),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
        (b"GET / HTTP/1.1\r\nX: ", b"y"),
        (post(b"x" * 1000)[:-900], b"x"),
    ],
    ids=["nothing", "empty lines", "slow headers", "a slow header", "a slow body"],
)
def test_a_request_that_comes_too_slowly_is_ended(start: Starter, begin: bytes, drop: bytes) -> None:
    """The client goes on sending in drops for as long as it is not sent away."""
    port = start(HEAD_SECONDS=0.05, BODY_SECONDS=0.05)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(begin)
        client.settimeout(0.01)

        def is_ended() -> bool:
            try:
                client.sendall(drop)
                return not client.recv(2**16)
            except TimeoutError:
                return False
            except OSError:
                return True

        until(is_ended)


def answered(client: socket.socket) -> None:
    """Wait for an answer on a connection that stays open."""
    answer = b""
    while not answer.endswith(b"here"):
        piece = client.recv(2**16)
        assert piece, answer
        answer += piece


def test_a_client_that_does_not_read_is_left(start: Starter, ended: list[str]) -> None:
    port = start(READING_SECONDS=0.1)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(get("/large"))
        until(lambda: ended == ["/large"])
        assert len(received(client)[1]) < 50_000_000


def test_a_large_page_is_sent_piece_by_piece(start: Starter) -> None:
    assert exchange(start(), get("/whole"))[1].endswith(f"\r\n\r\n{WHOLE}".encode())


@pytest.mark.parametrize(
    "begun",
    [get("/large"), get("/whole") * 3, post(b"x" * 2**20)[:-1000], get("/waiting") + get(f"/{'x' * 2**14}") * 8],
    ids=["a large page", "a page that is sent at once", "a body", "heads"],
)
def test_no_more_is_held_than_a_process_may_and_the_slow_and_greedy_give_way(
    start: Starter, ended: list[str], begun: bytes
) -> None:
    port = start(MAX_HELD=4 * 2**20)
    modest = post(b"x" * 2**17).replace(b"close", b"keep-alive")
    with ExitStack() as stack:
        first = stack.enter_context(socket.create_connection(("127.0.0.1", port), SECONDS, ("127.0.0.2", 0)))
        first.sendall(modest[:-1])
        for _ in range(60):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(begun.replace(b"close", b"keep-alive"))
        until(lambda: len(ended) > 60 and ended.count("") <= 40)
        first.sendall(modest[-1:])
        answered(first)
        assert exchange(port, get("/"))[0] == 200


@pytest.mark.parametrize(
    "tail",
    [b"", b"GET /", get("/"), get("/") * 16, post(b"x" * 1000), post(b"x" * 1000)[:-1]],
    ids=["nothing", "a part of a head", "a request", "16 requests", "a body", "a part of a body"],
)
@pytest.mark.parametrize("is_later", [False, True], ids=["at once", "later"])
def test_a_client_that_leaves_is_noticed_whatever_it_sent_behind(
    start: Starter, ended: list[str], tail: bytes, is_later: bool
) -> None:
    with socket.create_connection(("127.0.0.1", start()), timeout=SECONDS) as client:
        client.sendall(get("/waiting").replace(b"close", b"keep-alive") + (b"" if is_later else tail))
        until(lambda: ended == [""])
        if is_later:
            client.sendall(tail)
    until(lambda: ended == ["/waiting"])


@pytest.mark.parametrize(
    "behind",
    [get("/") * 17, get("/") * 10_000, post(b"x" * 2**16), b"no HTTP\r\n\r\n"],
    ids=["too many requests", "far too many", "a large body", "something other than HTTP"],
)
def test_little_may_wait_behind_a_request_and_nothing_is_answered_in_its_place(
    start: Starter, ended: list[str], behind: bytes
) -> None:
    port = start()
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(get("/waiting").replace(b"close", b"keep-alive"))
        until(lambda: ended == [""])
        with suppress(OSError):
            client.sendall(behind.replace(b"close", b"keep-alive"))
        assert received(client) == (0, b"")
    until(lambda: ended == ["/waiting"])


def test_requests_behind_one_another_are_answered_in_their_order(start: Starter) -> None:
    some = (get("/whole") + get("/") * 14).replace(b"close", b"keep-alive") + get("/whole")
    status, answer = exchange(start(), some)
    assert (status, answer.count(b"here"), answer.count(WHOLE.encode())) == (200, 14, 2)
    assert answer.endswith(WHOLE.encode())


def test_slow_clients_give_way_to_others(start: Starter, served: list[uvicorn.Server]) -> None:
    port = start(MAX_CONNECTIONS=20)
    with ExitStack() as stack:
        for _ in range(20):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(get("/large"))
        until(lambda: sum(one.flow.write_paused for one in list(served[0].server_state.connections)) == 20)
        assert [exchange(port, get("/"))[0] for _ in range(5)] == [200] * 5


def test_idle_connections_give_way_to_requests(start: Starter) -> None:
    port = start(MAX_CONNECTIONS=20)
    with ExitStack() as stack:
        for _ in range(60):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS))
            client.sendall(b"GET / HTTP/1.1\r\nX")
        assert [exchange(port, get("/"))[0] for _ in range(40)] == [200] * 40


@pytest.mark.extended
def test_connections_leave_files_to_those_who_answer(small_root: Path, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        server = stack.enter_context(FocServer(tmp_path, workspace=small_root))
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        port = urlsplit(server.url).port or 0
        for _ in range(300):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS))
            client.sendall(b"GET / HTTP/1.1\r\nX")
        for number in range(10):
            assert exchange(port, get(f"/sparql?query=ASK%7B?s%20?p%20{number}%7D"))[0] == 200


def test_a_client_with_many_connections_closes_none_of_others(start: Starter) -> None:
    port = start(MAX_CONNECTIONS=20)
    with ExitStack() as stack:
        modest = stack.enter_context(socket.create_connection(("127.0.0.1", port), SECONDS, ("127.0.0.2", 0)))
        for _ in range(60):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS))
        assert exchange(port, get("/"))[0] == 200
        modest.sendall(get("/"))
        answered(modest)


def test_an_empty_line_keeps_no_connection_open(start: Starter) -> None:
    with socket.create_connection(("127.0.0.1", start(HEAD_SECONDS=0.5)), timeout=SECONDS) as client:
        client.sendall(get("/").replace(b"Connection: close\r\n", b""))
        answered(client)
        client.sendall(b"\r\n")
        assert received(client)[0] in (0, 408)


@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\nX: ",
        b"GET /",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
    ],
    ids=["a header", "an address", "a body", "a trailer"],
)
def test_what_is_sent_without_end_is_not_read_to_its_end(start: Starter, begin: bytes) -> None:
    with socket.create_connection(("127.0.0.1", start()), timeout=SECONDS) as client, pytest.raises(OSError):
        client.sendall(begin)
        for _ in range(10_000):
            client.sendall(b"x" * 2**16)


def test_a_connection_serves_one_request_after_another(start: Starter, served: list[uvicorn.Server]) -> None:
    """Between them nothing is timed but how long it is kept."""
    with socket.create_connection(("127.0.0.1", start()), timeout=SECONDS) as client:
        for _ in range(3):
            client.sendall(get("/").replace(b"Connection: close\r\n", b""))
            answered(client)
            until(lambda: [one._timer for one in served[0].server_state.connections] == [None])
