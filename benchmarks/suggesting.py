"""Suggesting links between a graph and another dataset of as many things: how long it takes, and what it finds.

Run `python -m benchmarks.suggesting`. Half of the things of the dataset are in the graph, under names with typing
mistakes. The dataset is read from N-Triples as `foc link suggest` reads it. The peer is `rapidfuzz.process.extractOne`
over all names, normalised as ours, asked for some of the names; what all would take follows from that.
"""

from __future__ import annotations

import argparse
import random
import resource
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from benchmarks.linking import PEER_NAMES, SEED, ask_peer, misspelt, things
from benchmarks.report import machine, show_head, show_row, timed
from foc_graph.links.suggest import best, format_proposals, suggest
from foc_graph.links.targets import HERE, Record, named_things, opened, stated_records
from foc_graph.matching.index import Thing
from foc_graph.matching.matcher import ACCEPT
from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.workspace.settings import find_workspace

SIZES = (10_000, 30_000, 100_000)
HERE_BASE, THERE = "https://w3id.org/coalition/id/", "https://example.org/there/"

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
            subject = ox.NamedNode(THERE + _number(thing.iri))
            file.write(f"{subject} {ox.NamedNode(RDF_TYPE)} {kind} .\n")
            file.write(f"{subject} {name} {ox.Literal(misspelt(thing.name, dice), language='en')} .\n")


def measure(count: int, processes: int) -> None:
    """Print one line of the table."""
    world = things(count + count // 2)
    known = [thing._replace(iri=HERE_BASE + _number(thing.iri)) for thing in world[:count]]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dataset.nt"
        write_dataset(path, world[count // 2 :])
        read, records = timed(lambda: read_records(path))
    took = []
    for workers in (1, processes):
        seconds, found = timed(lambda workers=workers: best(suggest(known, records, count, workers=workers)))
        took.append(seconds)
    write, text = timed(lambda: format_proposals(found, find_workspace(), {}, date.today()))
    assert text.count("\n") > len(found)
    memory = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    right = [one for one in found if _number(one.thing.iri) == _number(one.record.iri)]
    sure = [one for one in found if one.probability >= ACCEPT]
    same = sum(one.probability >= ACCEPT for one in right)
    in_graph = [one for one in records if int(_number(one.iri)) < count]
    chosen = random.Random(SEED).sample(in_graph, PEER_NAMES)
    peer, peer_found = ask_peer(known, [(one.names[0], HERE_BASE + _number(one.iri)) for one in chosen])
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
    show_row(*cells)


def read_records(path: Path) -> list[Record]:
    """Read a dataset as `foc link suggest` reads it."""
    with opened(path, lambda *done: None) as store:
        return list(stated_records(store, named_things(store, HERE, str(path)), HERE))


def _number(iri: str) -> str:
    return iri.rpartition("/")[2]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="how many things and records")
    parser.add_argument("--processes", type=int, default=2, help="processes that share the records (default 2)")
    options = parser.parse_args()
    headings = [heading.replace("2 processes", f"{options.processes} processes") for heading in HEADINGS]
    print(machine(), end="\n\n")
    show_head(*(f">{heading}" for heading in headings))
    for size in options.sizes:
        measure(size, options.processes)


if __name__ == "__main__":
    main()
