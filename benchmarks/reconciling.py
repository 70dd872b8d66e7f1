"""Names a second through `/reconcile` of `foc serve`, and in the library.

Run `python -m benchmarks.reconciling --peer PYTHON`, where PYTHON is an interpreter with csv-reconcile (`pip install
csv-reconcile`), a reconciliation service for a CSV file, which is asked the same names; without it, the peer is left
out. The things are those of the workspace and the organisations of `benchmarks.linking`, the names misspelt as there.
Each client has an address of its own and opens a connection for each batch.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from itertools import count, product
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from benchmarks.linking import asked, things
from benchmarks.processes import ran, rest
from benchmarks.report import machine, show_head, show_row, timed
from benchmarks.servers.peers import running
from foc_graph.matching.index import Thing, read_things
from foc_graph.matching.lookup import Directory
from foc_graph.matching.matcher import Asked
from foc_graph.namespaces import BASE, PREFIXES, iri_of
from foc_graph.store.disk import StoreFolder
from tests.support import ROOT
from tests.support.foc_server import FocServer

SIZES = (10_000, 100_000)
NAMES = 2_000
"""Names that are asked for, over and over."""
SECONDS = 5
BATCHES, CLIENTS, WORKERS = (10, 50), (1, 4), (1, 2)
KIND = "organisation"
TIMEOUT = 600
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PEER = "import os, sys, csv_reconcile; os.chdir(sys.argv[2]); csv_reconcile.create_app().run(port=int(sys.argv[1]))"

Pairs = Sequence[tuple[str, str]]
"""Names, each with the identifier of the thing that it is of."""


class Borne(NamedTuple):
    """Names a second, the seconds of each batch, and the share of names found first."""

    rate: float
    batches: Sequence[float]
    right: float


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many organisations")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="N", help="for each way (default 5)")
    parser.add_argument("--peer", metavar="PYTHON", help="interpreter with csv-reconcile")
    options = parser.parse_args()
    print(machine())
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            measured(Path(name), size, options.seconds, options.peer)


def measured(folder: Path, size: int, seconds: float, peer: str | None) -> None:
    """The table of so many organisations."""
    known = things(size)
    pairs = [(name, slug(thing)) for name, thing in asked(known, NAMES)]
    store = loaded(folder, known)
    directory = Directory(read_things(StoreFolder(store, PREFIXES).open()), BASE)
    print(f"\n{len(directory.things):,} things\n")
    headings = (">names of a batch", ">clients", ">names a second", ">times the library", ">a batch: median ms")
    show_head("way", *headings, ">first is right")
    own = library(directory, pairs, seconds)
    show("library", 1, 1, own, own)
    for workers in WORKERS:
        with FocServer(folder, "--store", str(store), "--workers", str(workers)) as server:
            warm(server, pairs)
            for batch, clients in product(BATCHES, CLIENTS):
                borne = bears(server.url, pairs, batch, clients, seconds)
                show(f"foc serve --workers {workers}", batch, clients, borne, own)
    if peer is not None:
        with csv_reconcile(folder, known, peer) as address:
            show("csv-reconcile", BATCHES[0], 1, bears(address, pairs, BATCHES[0], 1, seconds), own)


def slug(thing: Thing) -> str:
    """What a client calls one of the organisations."""
    return f"{KIND}/{thing.iri.rpartition('/')[2]}"


def loaded(folder: Path, known: Sequence[Thing]) -> Path:
    """A store of the workspace's data and these organisations."""
    kind, organisation = ox.NamedNode(iri_of("rdf:type")), ox.NamedNode(iri_of("org:Organization"))
    labels = [ox.NamedNode(iri_of(name)) for name in ("skos:prefLabel", "skos:altLabel")]
    triples = []
    for thing in known:
        subject = ox.NamedNode(f"{BASE}id/{slug(thing)}")
        triples.append(ox.Triple(subject, kind, organisation))
        for label, name in zip(labels, thing.names, strict=False):
            triples.append(ox.Triple(subject, label, ox.Literal(name, language="en")))
    ox.serialize(triples, folder / "things.nt", ox.RdfFormat.N_TRIPLES)
    command = [sys.executable, "-m", "foc_graph", "--workspace", str(ROOT), "load", str(ROOT / "data")]
    ran([*command, str(folder / "things.nt"), "--store", str(folder / "store")])
    return folder / "store"


def library(directory: Directory, pairs: Pairs, seconds: float) -> Borne:
    """What one thread finds without HTTP."""
    taken, right = [], 0
    while sum(taken) < seconds:
        name, thing = pairs[len(taken) % len(pairs)]
        took, found = timed(lambda name=name: directory.matcher.candidates(Asked(name, (KIND,))))
        taken.append(took)
        right += bool(found) and directory.id(found[0].thing.iri) == thing
    return Borne(len(taken) / sum(taken), taken, right / len(taken))


def warm(server: FocServer, pairs: Pairs) -> None:
    """Have each process make its index."""
    for _ in range(20):
        ask(server.url, batch_of(pairs, 0, 1), "127.0.0.1")
    rest(server.process.pid)


def bears(address: str, pairs: Pairs, batch: int, clients: int, seconds: float) -> Borne:
    """Return what a service bears of so many clients, of which each asks for other names."""
    begin = time.perf_counter()
    end = begin + seconds
    taken: list[float] = []
    answers: list[tuple[int, bytes]] = []

    def client(number: int) -> None:
        for turn in count():
            if time.perf_counter() >= end:
                return
            place = (turn * clients + number) * batch
            took, answer = timed(partial(ask, address, batch_of(pairs, place, batch), f"127.0.0.{number + 2}"))
            taken.append(took)
            answers.append((place, answer))

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    rate = batch * len(answers) / (time.perf_counter() - begin)
    right = sum(found for place, content in answers for found in first_is_right(pairs, place, batch, content))
    return Borne(rate, taken, right / (batch * len(answers)))


def batch_of(pairs: Pairs, place: int, size: int) -> bytes:
    """The form with so many names from a place on."""
    names = (pairs[(place + number) % len(pairs)][0] for number in range(size))
    queries = {f"q{number}": {"query": name, "type": KIND, "limit": 5} for number, name in enumerate(names)}
    return f"queries={quote(json.dumps(queries))}".encode()


def first_is_right(pairs: Pairs, place: int, size: int, content: bytes) -> Iterator[bool]:
    """Whether the first candidate of each name is the thing that it is of."""
    answer = json.loads(content)
    for number in range(size):
        found = answer[f"q{number}"]["result"]
        yield bool(found) and found[0]["id"] == pairs[(place + number) % len(pairs)][1]


def ask(address: str, form: bytes, client: str) -> bytes:
    """Return the answer to a batch of a client, by its address."""
    url = urlsplit(address)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=TIMEOUT, source_address=(client, 0))
    connection.request("POST", "/reconcile", form, FORM)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        sys.exit(f"/reconcile: {answer.status} {content[:200]!r}")
    return content


@contextmanager
def csv_reconcile(folder: Path, known: Sequence[Thing], python: str) -> Iterator[str]:
    """The peer, with a table of the names of these organisations."""
    with (folder / "things.tsv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(("id", "name"))
        writer.writerows((slug(thing), thing.name) for thing in known)
    command = [python, "-m", "csv_reconcile", "init", str(folder / "things.tsv"), "id", "name"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)  # its database lies in `instance` there
    with running([python, "-c", PEER, "{port}", str(folder)], {}) as server:
        yield server.address.rstrip("/")


def show(way: str, batch: int, clients: int, borne: Borne, own: Borne) -> None:
    """Print a row of the table."""
    rates = (f"{borne.rate:,.{0 if borne.rate >= 100 else 1}f}", f"{borne.rate / own.rate:.3f}")
    show_row(way, batch, clients, *rates, f"{1000 * statistics.median(borne.batches):,.1f}", f"{borne.right:.3f}")


if __name__ == "__main__":
    main()
