"""Normal clients: what they ask for, and whether they get what was there before the hostile ones came."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from typing import NamedTuple
from urllib.parse import quote, urlencode

from foc_graph.graph import Graph
from foc_graph.server.negotiation import PAGE, ROWS, data_formats, formats
from foc_graph.workspace.releases import Release

HOST = "127.0.0.1"
LIMIT = 120
"""Seconds that a client waits for an answer."""
PAUSE = 0.05
"""Seconds that it waits before it asks again, on average."""
THINGS = 150
DUMPS = 40
CONDITIONAL = "conditional requests"
SEED = 1


class Wish(NamedTuple):
    """What a client asks for: the row of the table in which it counts, an address and a media type."""

    kind: str
    path: str
    accept: str = "*/*"


class Answer(NamedTuple):
    """An answer: the status, the entity tag or none, and the digest of status, location and content."""

    status: int
    tag: str | None
    digest: str


class Outcome(NamedTuple):
    """How a request went: its kind, when it was asked (a monotonic clock), seconds, and what is wrong, if anything."""

    kind: str
    begin: float
    seconds: float
    problem: str = ""


def wishes(graph: Graph, release: Release) -> list[Wish]:
    """All that normal clients ask for."""
    return [*_stored(graph, release), *_pages(release), *_ad_hoc(graph, release), *_files(release)]


def _stored(graph: Graph, release: Release) -> Iterator[Wish]:
    """Each stored query with each of its known calls, in all formats, and once as it was in a release."""
    for name, query in graph.queries.items():
        for expectation in query.expect:
            given = urlencode(expectation.get("with", {}), doseq=True)
            for ending in formats(query):
                yield Wish("stored queries", f"/query/{name}{'' if ending == PAGE else f'.{ending}'}?{given}")
        ending = next(iter(data_formats(query)))
        yield Wish("stored queries", f"/query/{name}.{ending}?{urlencode({'release': release.version})}&{given}")


def _pages(release: Release) -> Iterator[Wish]:
    """Things, and their pages in several formats."""
    for page in _sample(release, "doc/", ".html", THINGS):
        address = quote(page.removesuffix(".html"))
        yield Wish("pages of things", f"/id/{address.removeprefix('doc/')}")
        for accept in ("text/html", "text/turtle", "application/ld+json"):
            yield Wish("pages of things", f"/{address}", accept)


def _ad_hoc(graph: Graph, release: Release) -> Iterator[Wish]:
    """What is said of a thing, by SPARQL, in each format of rows."""
    for page in _sample(release, "doc/", ".html", THINGS):
        iri = f"{graph.base}id/{page.removeprefix('doc/').removesuffix('.html')}"
        text = f"SELECT ?property ?value WHERE {{ <{iri}> ?property ?value }} ORDER BY ?property ?value"
        for accept in ROWS:
            yield Wish("ad-hoc queries", f"/sparql?{urlencode({'query': text})}", accept)


def _files(release: Release) -> Iterator[Wish]:
    """Dumps, and what leads to them."""
    names = _sample(release, "dumps/", "", DUMPS)
    for name in (*names, "catalog.ttl", ".well-known/void", "ns.ttl", "openapi.json", "index.html"):
        yield Wish("dumps and files", f"/{'' if name == 'index.html' else name}")


def _sample(release: Release, begin: str, ending: str, count: int) -> list[str]:
    names = [name for name in release.manifest["files"] if name.startswith(begin) and name.endswith(ending)]
    return random.Random(SEED).sample(names, count)


Known = dict[Wish, set[str]]
"""The digests of the answers that are right, of every release that is served."""


def learn(port: int, wanted: Iterable[Wish], known: Known) -> None:
    """Ask for everything once, and add the answers to those that are known.

    Raises:
        RuntimeError: for what is not answered well even now.
    """
    connection = HTTPConnection(HOST, port, timeout=LIMIT)
    for wish in wanted:
        answer = _asked(connection, wish, {})
        if answer.status >= 400:
            raise RuntimeError(f"{wish.path}: {answer.status}")
        known.setdefault(wish, set()).add(answer.digest)
    connection.close()


class Client(threading.Thread):
    """Asks one thing after another from its own address, on a connection that it keeps, until it is told to stop."""

    def __init__(self, address: str, port: int, wanted: list[Wish], known: Known, ended: threading.Event) -> None:
        super().__init__()
        self.outcomes: list[Outcome] = []
        self._connection = HTTPConnection(HOST, port, timeout=LIMIT, source_address=(address, 0))
        self._wanted, self._known, self._ended = wanted, known, ended
        self._random = random.Random(address)
        self._tags: dict[Wish, str] = {}

    def run(self) -> None:
        by_kind: dict[str, list[Wish]] = {}
        for wish in self._wanted:
            by_kind.setdefault(wish.kind, []).append(wish)
        kinds = [*by_kind, CONDITIONAL]
        while not self._ended.wait(self._random.expovariate(1 / PAUSE)):
            kind = self._random.choice(kinds)
            if kind != CONDITIONAL:
                self._ask(self._random.choice(by_kind[kind]), kind, {})
            elif self._tags:
                wish, tag = self._random.choice(list(self._tags.items()))
                self._ask(wish, kind, {"If-None-Match": tag})
        self._connection.close()

    def _ask(self, wish: Wish, kind: str, headers: dict[str, str]) -> None:
        begin = time.monotonic()
        try:
            answer = _asked(self._connection, wish, headers)
        except (OSError, HTTPException) as error:
            self._connection.close()
            self.outcomes.append(Outcome(kind, begin, time.monotonic() - begin, f"{wish.path}: {error!r}"))
            return
        seconds = time.monotonic() - begin
        is_right = answer.digest in self._known[wish] or (answer.status == 304 and bool(headers))
        problem = "" if is_right else f"{wish.path}: another answer than before, with status {answer.status}"
        self.outcomes.append(Outcome(kind, begin, seconds, problem))
        if answer.tag and is_right:
            self._tags[wish] = answer.tag


def _asked(connection: HTTPConnection, wish: Wish, headers: dict[str, str]) -> Answer:
    """Ask on a connection that is kept, or on a new one where the server has closed it meanwhile.

    Raises:
        OSError, HTTPException: if there is no whole answer.
    """
    is_new = connection.sock is None
    try:
        connection.request("GET", wish.path, headers={"Accept": wish.accept, **headers})
        response = connection.getresponse()
    except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
        connection.close()
        if is_new:
            raise
        return _asked(connection, wish, headers)
    content = f"{response.status} {response.headers.get('Location')}".encode() + response.read()
    return Answer(response.status, response.headers.get("ETag"), sha256(content).hexdigest())
