"""Suggesting links between a graph and another dataset of as many things: how long it takes, and what it finds.

Run `python -m benchmarks.suggesting`. Half of the things of the dataset are in the graph, under names with typing
mistakes. The dataset is read from N-Triples as `foc link suggest` reads it. The peer is `rapidfuzz.process.extractOne`
over all names, normalised as ours, asked for some of the names; what all would take follows from that.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from benchmarks.linking import PEER_NAMES, SEED, misspelt, things
from benchmarks.validation import machine
from foc_graph.links.suggest import best, format_proposals, suggest
from foc_graph.links.targets import HERE, Record, named_things, opened, stated_records
from foc_graph.matching.index import Thing
from foc_graph.matching.matcher import ACCEPT
from foc_graph.matching.names import normalised
from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.workspace.settings import find_workspace

SIZES = (10_000, 30_000, 100_000)
THERE = "https://example.org/there/"

HEADINGS = (
    "things, records",
    "read",
    "1 process",
    "records/s",
    "2 processes",
    "records/s",
    "write",
    "memory",
    "of a process",
    "suggestions",
    "found",
    "right",
    f"right from {ACCEPT} on",
    "extractOne, all",
    "found",
    "times as fast",
)


def write_dataset(path: Path, known: Sequence[Thing]) -> None:
    """A dataset of things under misspelt names, each by the number of the thing."""
    dice = random.Random(SEED + 2)
    kind, name = ox.NamedNode(iri_of("org:Organization")), ox.NamedNode(iri_of("skos:prefLabel"))
    with path.open("w", encoding="utf-8") as file:
        for thing in dice.sample(known, len(known)):
            subject = ox.NamedNode(THERE + thing.iri.rpartition("/")[2])
            file.write(f"{subject} {ox.NamedNode(RDF_TYPE)} {kind} .\n")
            file.write(f"{subject} {name} {ox.Literal(misspelt(thing.name, dice), language='en')} .\n")


def measure(count: int, processes: int) -> None:
    """Print one line of the table."""
    world = things(count + count // 2)
    known = [
        thing._replace(iri=f"https://w3id.org/coalition/id/{thing.iri.rpartition('/')[2]}") for thing in world[:count]
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dataset.nt"
        write_dataset(path, world[count // 2 :])
        start = time.perf_counter()
        with opened(path, lambda *done: None) as store:
            records = list(stated_records(store, named_things(store, HERE, str(path)), HERE))
    read = time.perf_counter() - start
    took = []
    for workers in (1, processes):
        start = time.perf_counter()
        found = best(suggest(known, records, count, workers=workers))
        took.append(time.perf_counter() - start)
    start = time.perf_counter()
    text = format_proposals(found, find_workspace(), {}, date.today())
    write = time.perf_counter() - start
    assert text.count("\n") > len(found)
    memory = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    right = [one for one in found if _number(one.thing.iri) == _number(one.record.iri)]
    sure = [one for one in found if one.probability >= ACCEPT]
    same = sum(one.probability >= ACCEPT for one in right)
    peer, peer_found = _peer(known, [one for one in records if int(_number(one.iri)) < count])
    cells = (
        f"{count:,}",
        f"{read:.1f} s",
        f"{took[0]:.1f} s",
        f"{count / took[0]:,.0f}",
        f"{took[1]:.1f} s",
        f"{count / took[1]:,.0f}",
        f"{write:.1f} s",
        *(f"{one:,.0f} MiB" for one in memory),
        f"{len(found):,}",
        f"{len(right) / (count - count // 2):.3f}",
        f"{len(right) / len(found):.3f}",
        f"{same / len(sure):.3f}",
        f"{count / peer:,.0f} s",
        f"{peer_found:.3f}",
        f"{count / peer / took[1]:,.0f}",
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def _number(iri: str) -> str:
    return iri.rpartition("/")[2]


def _peer(known: Sequence[Thing], records: Sequence[Record]) -> tuple[float, float]:
    """The names a second, and how many of the records that are of a thing are found."""
    names = [normalised(name) for thing in known for name in thing.names]
    owners = [thing for thing in known for _ in thing.names]
    chosen = random.Random(SEED).sample(records, PEER_NAMES)
    start = time.perf_counter()
    found = [process.extractOne(normalised(one.names[0]), names, scorer=fuzz.ratio) for one in chosen]
    rate = PEER_NAMES / (time.perf_counter() - start)
    same = sum(_number(owners[answer[2]].iri) == _number(one.iri) for answer, one in zip(found, chosen, strict=True))
    return rate, same / PEER_NAMES


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many things and records")
    parser.add_argument("--processes", type=int, default=2, help="processes that share the records (default 2)")
    options = parser.parse_args()
    headings = [heading.replace("2 processes", f"{options.processes} processes") for heading in HEADINGS]
    print(machine(), end="\n\n")
    print(f"| {' | '.join(headings)} |\n|{' --: |' * len(headings)}", flush=True)
    for size in options.sizes:
        measure(size, options.processes)


if __name__ == "__main__":
    main()
