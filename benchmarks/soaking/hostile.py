"""Hostile clients, each from its own address: broken requests, slow ones, too many, and queries that cost much."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from urllib.parse import urlencode

from benchmarks.soaking.normal import HOST
from tests.support.hostile_requests import CASES, ask, get

LIMIT = 60
"""Seconds that a client waits for an answer."""
HELD = 60
"""Connections that a slow client holds."""
FLOOD = 150
"""Queries that are sent at once: more than one client may have waiting."""
GARBAGE = 2000
ENDS = 16
DOUBLINGS = 20
LARGE = (
    "SELECT ?x WHERE { BIND('aaaaaaaaaaaaaaaa' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(DOUBLINGS))
    + f" VALUES ?k {{ 1 2 3 }} BIND(?x{DOUBLINGS} AS ?x) }}"
)
"""Three values of 16 MiB."""
EVERYTHING = "SELECT * WHERE { ?s ?p ?o . ?o ?q ?r }"
PATHS = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?s (!<x:p>)* ?o }",
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ((!<x:p>)+|^(!<x:p>))* ?o . ?o (!<x:q>)* ?r }",
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
)


class Attacker(threading.Thread):
    """Does one thing over and over, and counts what comes of it."""

    def __init__(self, address: str, port: int, attack: Callable[[Attacker], None], ended: threading.Event) -> None:
        super().__init__()
        self.came: Counter[str] = Counter()
        self.ended = ended
        self.random = random.Random(address)
        self._address, self._port, self._attack = address, port, attack

    def run(self) -> None:
        while not self.ended.wait(self.random.random()):
            try:
                self._attack(self)
            except OSError:
                self.came["no connection"] += 1

    def connection(self) -> socket.socket:
        """A new one."""
        return socket.create_connection((HOST, self._port), LIMIT, (self._address, 0))

    def count(self, request: bytes) -> None:
        """Send this, and count the status of the answer."""
        self.came[self.exchange(request)] += 1

    def exchange(self, request: bytes) -> str:
        """Send this; gives the status of the answer, or what came in its place."""
        with self.connection() as client:
            with suppress(OSError):  # the server need not read all
                client.sendall(request)
            return status(received(client))


def received(client: socket.socket) -> bytes:
    """The first and the last bytes of what comes until the connection ends, or is ended."""
    first, last = b"", b""
    with suppress(OSError):
        while piece := client.recv(2**16):
            first, last = (first + piece)[:ENDS], (last + piece)[-ENDS:]
    return first + last


def status(answer: bytes) -> str:
    """The status of an answer."""
    return answer.split(b" ")[1].decode() if answer.startswith(b"HTTP/1.1 ") else "cut off"


def cases(client: Attacker) -> None:
    """One of the requests of the tests."""
    name, case = client.random.choice(list(CASES.items()))
    found = client.exchange(case.request)
    client.came["as in the tests" if found == str(case.status) else f"{found} for {name}"] += 1


def malformed(client: Attacker) -> None:
    """A good request with bytes that are not, or nothing but such."""
    request = bytearray(get("/sparql?query=ASK%20%7B%7D") if client.random.random() < 0.8 else b"")
    for _ in range(client.random.randrange(1, 20)):
        request.insert(client.random.randrange(len(request) + 1), client.random.randrange(256))
    noise = client.random.randbytes(client.random.randrange(GARBAGE))
    client.count(bytes(request) + noise + b"\r\n\r\n")


def slow(client: Attacker) -> None:
    """Many connections on which a request comes byte by byte."""
    with ExitStack() as stack:
        held = {stack.enter_context(client.connection()) for _ in range(HELD)}
        for one in held:
            one.setblocking(False)
            with suppress(OSError):
                one.send(b"GET / HTTP/1.1\r\nX: ")
        while held and not client.ended.wait(1):
            for one in list(held):
                with suppress(BlockingIOError):
                    try:
                        one.send(b"x")
                        answer = one.recv(16)
                    except ConnectionError:
                        answer = b""
                    held.remove(one)
                    client.came[status(answer)] += 1


def unread(client: Attacker) -> None:
    """Answers that are not taken."""
    with client.connection() as one:
        one.sendall(ask(EVERYTHING))
        client.ended.wait(LIMIT)
        client.came["taken in time" if received(one).endswith(b"0\r\n\r\n") else "cut off"] += 1


def leaving(client: Attacker) -> None:
    """Clients that leave before an answer, or in the middle of one."""
    with client.connection() as one:
        one.sendall(ask(client.random.choice((EVERYTHING, *PATHS))))
        client.ended.wait(client.random.random() * 3)
        one.settimeout(0.1)
        with suppress(OSError):
            one.recv(2**16)
    client.came["left"] += 1


def hoarding(client: Attacker) -> None:
    """Many connections, each with a large answer in few pieces, of which nothing is read."""
    with ExitStack() as stack:
        held = [stack.enter_context(client.connection()) for _ in range(HELD)]
        for one in held:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with suppress(OSError):
                one.sendall(ask(LARGE))
        client.ended.wait(LIMIT)
        for one in held:
            client.came["whole" if received(one).endswith(b"0\r\n\r\n") else "cut off"] += 1


def behind(client: Attacker) -> None:
    """Clients that send more requests behind a query, and leave at once."""
    for _ in range(HELD):
        with client.connection() as one, suppress(OSError):
            request = (ask(PATHS[-1]) + get("/health")).replace(b"close", b"keep-alive")
            one.sendall(request)
            one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * client.random.choice((1, 10_000)))
        client.came["left"] += 1


def lying(client: Attacker) -> None:
    """Queries each of which comes from another client, if one believes its headers."""
    text = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o . ?o ?q {client.random.random()} }}"
    requests = [
        get(
            f"/sparql?{urlencode({'query': text})}",
            f"X-Forwarded-For: 10.0.{number}.1",
            f"Forwarded: for=10.0.{number}.1",
        )
        for number in range(FLOOD)
    ]
    with ThreadPoolExecutor(FLOOD) as pool:
        client.came.update(pool.map(client.exchange, requests))


def costly(client: Attacker) -> None:
    """Queries that do not end."""
    client.count(ask(client.random.choice(PATHS)))


def bomb(client: Attacker) -> None:
    """Queries that take all memory, which ends their process."""
    client.count(CASES["memory without end"].request)


def flood(client: Attacker) -> None:
    """More queries at once than one client may have waiting."""
    text = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o BIND({client.random.random()} AS ?x) }}"
    request = get(f"/sparql?{urlencode({'query': text})}")
    with ThreadPoolExecutor(FLOOD) as pool:
        client.came.update(pool.map(client.exchange, [request] * FLOOD))


ATTACKS = {
    "requests of the tests": cases,
    "malformed requests": malformed,
    "requests byte by byte": slow,
    "answers not taken": unread,
    "large answers not taken": hoarding,
    "clients that leave": leaving,
    "clients that leave with requests behind": behind,
    "clients that name others": lying,
    "paths and products without end": costly,
    "memory bombs": bomb,
    "floods": flood,
}


def attack(port: int, seconds: float) -> dict[str, Counter[str]]:
    """Attack a server for some time; gives what came of it."""
    ended = threading.Event()
    attackers = [Attacker(f"127.0.1.{number}", port, one, ended) for number, one in enumerate(ATTACKS.values(), 1)]
    for one in attackers:
        one.start()
    time.sleep(seconds)
    ended.set()
    for one in attackers:
        one.join()
    return dict(zip(ATTACKS, (one.came for one in attackers), strict=True))
