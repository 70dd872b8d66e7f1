"""Attacks on a real server: many clients that read nothing."""

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.foc_server import FocServer
from tests.support.hostile_requests import PAGE, ask, get, post
from tests.support.http import exchange, until

pytestmark = pytest.mark.extended

CONNECTIONS = 500
MOST_HELD = 128
"""MiB that a server may take for them, beyond what it takes when idle."""

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLED = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(20))
LITERALS = f"SELECT ?x {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {DOUBLED} VALUES ?k {{ 1 2 3 }} BIND(?x20 AS ?x) }}"
"""Three literals of 16 MiB each."""


@pytest.fixture(scope="module")
def server(small_root: Path, small_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FocServer]:
    """A server of a release with a large dump."""
    folder = tmp_path_factory.mktemp("attacks")
    out = shutil.copytree(small_release, folder / "out", symlinks=True)
    with FocServer(folder, "--release-dir", str(out), workspace=small_root) as server:
        with (out / "current" / "dumps" / "all.nq.gz").open("ab") as file:
            file.truncate(2**26)
        yield server


def port(server: FocServer) -> int:
    return urlsplit(server.url).port or 0


def resident(server: FocServer) -> int:
    """MiB of memory of its process, without those that answer public queries."""
    status = Path(f"/proc/{server.process.pid}/status").read_text("utf-8")
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return int(kilobytes) // 2**10


def connect(stack: ExitStack, server: FocServer, request: bytes) -> socket.socket:
    """Send a request, of which nothing is read."""
    client = stack.enter_context(socket.socket())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port(server)))
    client.settimeout(0.5)
    with suppress(OSError):  # it is not read to its end
        client.sendall(request)
    return client


def alive(request: bytes) -> bytes:
    return request.replace(b"Connection: close", b"Connection: keep-alive")


HELD: dict[str, Callable[[int], bytes]] = {
    "literals": lambda number: ask(LITERALS),
    "bodies": lambda number: post(b"x" * 2**20)[:-1000],
    "pages": lambda number: get(f"/doc/first?as_of={2012 + number % 12}-{number // 12 % 12 + 1:02}", PAGE),
    "a file": lambda number: get("/dumps/all.nq.gz"),
    "requests behind a query": lambda number: alive(ask(SLOW)) + alive(get("/")) * 10_000,
}


@pytest.mark.parametrize("kind", HELD)
def test_clients_that_read_nothing_cost_little_memory(server: FocServer, kind: str) -> None:
    for path in ("/doc/first", "/search?q=x", "/ask?q=members+of+first"):  # which read what is kept for all
        assert server.client.get(path, headers={"Accept": "text/html"}).status_code in (200, 404)
    idle, most = resident(server), 0
    with ExitStack() as stack:
        for number in range(CONNECTIONS):
            connect(stack, server, HELD[kind](number))
            most = max(most, resident(server))

        def is_through() -> bool:
            nonlocal most
            most = max(most, resident(server))
            with suppress(OSError):
                return exchange(port(server), get("/health"))[0] == 200
            return False

        until(is_through)
        assert most - idle <= MOST_HELD
