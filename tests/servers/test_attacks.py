"""Attacks on a real server: many clients that read nothing, leave or lie, and what gets past nothing."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from foc_graph.release.build import publish
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc
from tests.support.foc_server import FocServer
from tests.support.hostile_requests import FORM, LEAKS, PAGE, ask, get, post
from tests.support.http import SECONDS, exchange, until
from tests.support.web_server import Web, head
from tests.support.workspaces import new_workspace

pytestmark = pytest.mark.extended

CONNECTIONS = 500
MOST_HELD = 128
"""MiB that a server may take for them, beyond what it takes when idle."""

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLED = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(20))
LITERALS = f"SELECT ?x {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {DOUBLED} VALUES ?k {{ 1 2 3 }} BIND(?x20 AS ?x) }}"
"""Three literals of 16 MiB each."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FocServer]:
    with FocServer(tmp_path) as server:
        yield server


@pytest.fixture
def dumps(tmp_path: Path, small_root: Path) -> Iterator[FocServer]:
    """A server of a release with a large dump."""
    release = publish(tmp_path / "out", Workspace(small_root), version="2026.11").release
    with FocServer(tmp_path, "--release-dir", str(tmp_path / "out"), workspace=small_root) as server:
        with (release.path / "dumps" / "all.nq.gz").open("ab") as file:
            file.truncate(2**26)
        yield server


def port(server: FocServer) -> int:
    return urlsplit(server.url).port or 0


def resident(server: FocServer) -> int:
    """MiB of memory of its process, without those that answer public queries."""
    status = Path(f"/proc/{server.process.pid}/status").read_text("utf-8")
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return int(kilobytes) // 2**10


def waiting(server: FocServer) -> float:
    """How many queries wait, as the metrics have it."""
    (count,) = re.findall(r"^foc_queries_waiting (\S+)", server.client.get("/metrics").text, re.MULTILINE)
    return float(count)


def connect(stack: ExitStack, server: FocServer, request: bytes) -> socket.socket:
    """Send a request, of which nothing is read."""
    client = stack.enter_context(socket.socket())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port(server)))
    client.settimeout(0.5)
    with suppress(OSError):  # it is not read to its end
        client.sendall(request)
    return client


def refused(clients: Iterable[socket.socket]) -> int:
    """How many of these have been told that too many queries wait."""
    found = 0
    for client in clients:
        with suppress(OSError):
            found += b" 429 " in client.recv(100, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    return found


def alive(request: bytes) -> bytes:
    return request.replace(b"Connection: close", b"Connection: keep-alive")


HELD: dict[str, Callable[[int], bytes]] = {
    "literals": lambda number: ask(LITERALS),
    "rows": lambda number: ask("SELECT * { ?s ?p ?o } LIMIT 20000"),
    "bodies": lambda number: post(b"x" * 2**20)[:-1000],
    "forms": lambda number: post(b"query=ASK{}&other=" + b"x" * 1_000_000, FORM) + get("/"),
    "an answer": lambda number: get("/query/members.json?coalition=ogp"),
    "pages": lambda number: get(f"/doc/ogp?as_of={2012 + number % 12}-{number // 12 % 12 + 1:02}", PAGE),
    "one page": lambda number: get("/vocabulary.html", PAGE),
    "names": lambda number: alive(get(f"/search?q={number}", PAGE)) * 16,
    "requests behind a query": lambda number: alive(ask(SLOW)) + alive(get("/")) * 10_000,
    "heads behind a query": lambda number: alive(ask(SLOW)) + alive(get(f"/?{'x' * 30_000}")) * 16,
}


def holds_little(server: FocServer, request: Callable[[int], bytes]) -> None:
    assert server.client.get("/doc/ogp", headers={"Accept": "text/html"}).status_code in (200, 404)
    time.sleep(5)  # it gets ready what is asked for first
    idle, most = resident(server), 0
    with ExitStack() as stack:
        for number in range(CONNECTIONS):
            connect(stack, server, request(number))
            most = max(most, resident(server))
        end = time.monotonic() + 10
        while time.monotonic() < end:
            time.sleep(0.2)
            most = max(most, resident(server))
        assert most - idle <= MOST_HELD
        # once it is through with what they sent, which takes 10 s of an idle processor
        until(lambda: exchange(port(server), get("/health"), 4 * SECONDS)[0] == 200)


@pytest.mark.parametrize("kind", HELD)
def test_clients_that_read_nothing_cost_little_memory(server: FocServer, kind: str) -> None:
    holds_little(server, HELD[kind])


def test_clients_that_read_nothing_of_a_file_cost_little_memory(dumps: FocServer) -> None:
    holds_little(dumps, lambda number: get("/dumps/all.nq.gz"))


@pytest.mark.parametrize("tail", [b"", get("/health")], ids=["nothing", "a request"])
def test_queries_whose_senders_left_keep_nobody_waiting(server: FocServer, tail: bytes) -> None:
    for number in range(100):
        with socket.create_connection(("127.0.0.1", port(server)), SECONDS, (f"127.0.1.{number % 5 + 1}", 0)) as client:
            client.sendall(alive(ask(SLOW)) + tail)
            time.sleep(0.01)
    began = time.monotonic()
    assert exchange(port(server), ask("ASK {}"))[0] == 200
    assert time.monotonic() - began < 5
    until(lambda: waiting(server) == 0)


def test_one_client_is_one_whatever_it_says(server: FocServer) -> None:
    with ExitStack() as stack:
        clients = []
        for number in range(60):
            forged = [f"X-Forwarded-For: 10.0.{number}.1", f"Forwarded: for=10.0.{number}.1"]
            clients.append(connect(stack, server, post(SLOW.encode(), "application/sparql-query", *forged)))
        until(lambda: refused(clients) >= 60 - 32 - 2)
        assert exchange(port(server), get("/health"))[0] == 200


SERVICE = "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"
SPELLINGS = [
    f"SELECT * {{ \\u0053{SERVICE[1:]} }}",
    f"select * {{ {SERVICE.lower()} }}",
    *(f"SELECT * {{ #{end}{SERVICE} }}" for end in ("\r", "\n", "\u2028\n", "\u0085\n")),
    f"SELECT * {{\x0b{SERVICE}\x0c}}",
    "SELECT * { ?s ?p ?e SERVICE ?e { ?a ?b ?c } }",
    f"SELECT * {{ {SERVICE.replace('SERVICE', 'SERVICE SILENT')} }}",
    *(f"SELECT * {{ {letter}{SERVICE[1:]} }}" for letter in ("\u017f", "\uff33")),
    f"SELECT * {{ BIND('''\\'''' AS ?x) {SERVICE} }}",
    f"SELECT * {{ ?s <http://x/'> ?o . {SERVICE} }}",
    f"SELECT * {{ FILTER(1=1{SERVICE}) }}",
    *(f"SELECT * {{ ?s ?p 'x'@en{space}{SERVICE} }}" for space in ("", " ")),
    f"SELECT * {{ ?s a{SERVICE} }}",
    "SELECT * FrOm <FiLe:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM <\\u0066ile:///etc/passwd> { ?s ?p ?o }",
    "PREFIX f: <file:///etc/> SELECT * FROM NAMED f:passwd { GRAPH ?g { ?s ?p ?o } }",
    "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>",
    "SELECT * { } ; INSERT DATA { <a:b> <a:b> <a:b> }",
]


@pytest.mark.parametrize("query", SPELLINGS)
def test_no_spelling_leads_elsewhere(foc_server: FocServer, query: str) -> None:
    status, answer = exchange(port(foc_server), ask(query))
    assert status == 400, answer[-500:]
    assert [leak for leak in LEAKS if leak in answer] == []


def sparql(*lines: str, body: bytes = b"") -> bytes:
    return "".join(f"{line}\r\n" for line in ("POST /sparql HTTP/1.1", "Host: localhost", *lines, "")).encode() + body


INNER = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
QUERY = "Content-Type: application/sparql-query"
SMUGGLED = {
    "a length and chunks": sparql("Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + INNER),
    "no coding": sparql("Transfer-Encoding: xchunked", "Content-Length: 6", QUERY, body=b"0\r\n\r\nX" + INNER),
    "a space before a colon": sparql("Transfer-Encoding : chunked", body=b"0\r\n\r\n" + INNER),
    "a folded header": sparql("Transfer-Encoding:", " chunked", body=b"0\r\n\r\n" + INNER),
    "a length with a sign": sparql(QUERY, "Content-Length: +5", body=b"ASK{}" + INNER),
    "two lengths in one": sparql(QUERY, "Content-Length: 5,5", body=b"ASK{}" + INNER),
    "a negative length": sparql("Content-Length: -1", body=INNER),
    "a length beyond all numbers": sparql("Content-Length: 99999999999999999999", body=INNER),
    "a chunk beyond all numbers": sparql(
        QUERY, "Transfer-Encoding: chunked", body=b"F" * 17 + b"\r\nASK{}\r\n0\r\n\r\n"
    ),
    "an endless extension": sparql(QUERY, "Transfer-Encoding: chunked", body=b"5;" + b"a" * 2_200_000),
    "carriage returns alone": b"GET /metrics HTTP/1.1\rHost: localhost\r\r" + INNER,
    "a NUL": b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: \x00\r\n\r\n",
    "a tunnel": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n" + INNER,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + INNER,
    "HTTP/0.9": b"GET /metrics\r\n" + INNER,
}


@pytest.mark.parametrize("request_", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_no_request_is_smuggled_in_another(foc_server: FocServer, request_: bytes) -> None:
    status, answer = exchange(port(foc_server), request_)
    assert 400 <= status < 500, answer[-500:]
    assert b"foc_requests_total" not in answer and answer.count(b"HTTP/1.1 ") == 1


class Active(HTMLParser):
    """The parts of a page that a browser would run, or load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is active of a tag."""
        given = {name: value or "" for name, value in attrs}
        if tag in ("img", "iframe", "object", "embed", "base"):
            self.found.append((tag, ""))
        if tag == "script" and not given.get("src") and "json" not in given.get("type", ""):
            self.found.append((tag, ""))
        for name, value in given.items():
            runs = re.match(r"\s*(javascript|vbscript|data:text)", value, re.IGNORECASE)
            if name.startswith("on") or (name in ("href", "src", "action") and runs):
                self.found.append((name, value))


MARKUP = quote("</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>")
ODD = (
    "SELECT * { BIND('</script><script>' AS ?x) BIND(<javascript:alert(1)> AS ?y) BIND(IRI('data:text/html,x') AS ?z) }"
)


@pytest.mark.parametrize(
    "path",
    [
        f"/search?q={MARKUP}",
        f"/query/members?coalition={MARKUP}",
        f"/query/members?{MARKUP}=1",
        f"/query/{MARKUP}",
        f"/sparql?query={quote(ODD)}",
        f"/sparql?query={MARKUP}",
        f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 1 # </textarea><script>alert(1)</script>')}",
        f"/sparql?query=ASK%7B%7D&default-graph-uri={MARKUP}",
        f"/doc/foc?as_of={MARKUP}",
        f"/compare?coalition=foc&coalition={MARKUP}",
        f"/reconcile/preview?id={MARKUP}",
        f"/release/{MARKUP}",
        f"/nope/{MARKUP}",
    ],
)
def test_what_is_asked_is_not_run_on_a_page(foc_server: FocServer, path: str) -> None:
    answer = foc_server.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code < 500
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    page = Active()
    page.feed(answer.text)
    assert page.found == []


@pytest.mark.parametrize("allowed", ["nothing", "the first"])
def test_an_allowed_endpoint_leads_nowhere_else(tmp_path: Path, allowed: str) -> None:
    root = new_workspace(tmp_path / "workspace", '["queries"]')
    first, second = Web(), Web()
    try:
        first.answers = [lambda handler: handler.wfile.write(head(302, Location=second.url))]
        second.answers = [lambda handler: handler.wfile.write(head(200))]
        text = (
            f'#+ summary: x\n#+ question: x?\n#+ federated: ["{first.url}"]\n#+ columns:\n#+   x: x\n#+ expect: []\n'
            f"SELECT ?x WHERE {{ SERVICE <{first.url}> {{ ?s ?p ?x }} }}\n"
        )
        (root / "queries").mkdir(exist_ok=True)
        (root / "queries" / "elsewhere.rq").write_text(text, "utf-8")
        options = [] if allowed == "nothing" else ["--allow-service", first.url]
        done = foc("--workspace", str(root), "query", "elsewhere", *options)
        assert done.returncode != 0
        assert (bool(first.paths), second.paths) == (allowed != "nothing", [])
    finally:
        first.stop()
        second.stop()
