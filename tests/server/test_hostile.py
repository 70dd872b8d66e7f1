"""The real server under requests that mean harm: each gets its answer, gives nothing away, and costs nobody else."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.responses import PlainTextResponse, StreamingResponse

from foc_graph.server import connections
from foc_graph.server.connections import Connection
from foc_graph.server.middleware import HostCheck
from tests.support.foc_server import FocServer
from tests.support.hostile_requests import CASES, LEAKS, Case, ask, get, post
from tests.support.http import SECONDS, exchange, received, replaced


@pytest.fixture(scope="module")
def port(foc_server: FocServer) -> int:
    return urlsplit(foc_server.url).port or 0


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_hostile_request_gets_an_answer_that_says_what_to_do_and_gives_nothing_away(port: int, case: Case) -> None:
    status, answer = exchange(port, case.request)
    assert status == case.status, answer[-1000:]
    head, _, body = answer.partition(b"\r\n\r\n")
    assert case.says in body.decode()
    assert [leak for leak in LEAKS if leak in answer] == []
    if b"application/problem+json" in head:
        assert json.loads(body)["status"] == status
    assert exchange(port, ask("ASK {}"))[0] == 200


def test_crashes_of_a_query_cost_nobody_else_an_answer(foc_server: FocServer, port: int) -> None:
    before, deadly = replaced(foc_server.client), CASES["memory without end"].request
    statuses: list[int] = []
    attack = threading.Thread(target=lambda: statuses.extend(exchange(port, deadly)[0] for _ in range(3)))
    attack.start()
    while attack.is_alive():
        assert exchange(port, ask("ASK {}"))[0] == 200
    assert statuses == [503] * 3
    assert replaced(foc_server.client) != before, "it ended its process"


Starter = Callable[..., int]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Starter]:
    """Start a server of one large page with limits of the test's own, in this process; gives its port."""

    async def page(scope: dict[str, object], receive: Callable[..., object], send: Callable[..., object]) -> None:
        async def pieces() -> object:
            for _ in range(1000):
                yield b"x" * 2**16
                await asyncio.sleep(0)

        while (await receive()).get("more_body"):  # type: ignore[misc]
            pass
        body = StreamingResponse(pieces()) if scope["path"] == "/large" else PlainTextResponse("here")
        await body(scope, receive, send)  # type: ignore[arg-type]

    with ExitStack() as stack:

        def start(**limits: float) -> int:
            for name, value in limits.items():
                monkeypatch.setattr(connections, name, value)
            app = HostCheck(page, ())  # type: ignore[arg-type]
            config = uvicorn.Config(
                app, http=Connection, ws="none", lifespan="off", log_level="error", timeout_graceful_shutdown=0
            )
            server = uvicorn.Server(config)
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
    port = start(HEAD_SECONDS=0.5, BODY_SECONDS=0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(begin)
        started = time.monotonic()
        client.settimeout(0.1)
        while time.monotonic() < started + 5:
            try:
                client.sendall(drop)
                if not client.recv(2**16):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert 0.4 < time.monotonic() - started < 3


def test_a_client_that_does_not_read_is_left(start: Starter) -> None:
    port = start(READING_SECONDS=0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(get("/large"))
        time.sleep(2)
        assert len(received(client)[1]) < 50_000_000


def test_idle_connections_give_way_to_requests(start: Starter) -> None:
    port = start(MAX_CONNECTIONS=20)
    with ExitStack() as stack:
        for _ in range(60):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS))
            client.sendall(b"GET / HTTP/1.1\r\nX")
        assert [exchange(port, get("/"))[0] for _ in range(40)] == [200] * 40


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
        for _ in range(1000):
            client.sendall(b"x" * 2**16)
            time.sleep(0.001)


def test_a_connection_serves_one_request_after_another(start: Starter) -> None:
    with socket.create_connection(("127.0.0.1", start(HEAD_SECONDS=0.5)), timeout=SECONDS) as client:
        for _ in range(3):
            client.sendall(get("/").replace(b"Connection: close\r\n", b""))
            assert client.recv(2**16).endswith(b"here")
            time.sleep(0.3)


@pytest.mark.parametrize("path", ["/nowhere", "/sparql?query=SELECT", "/doc/foc", "/query/members?coalition=nowhere"])
def test_a_browser_runs_nothing_on_any_page(foc_server: FocServer, path: str) -> None:
    answer = foc_server.client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
