"""The stored queries through the library, against the engine itself.

Run `python -m benchmarks.queries --triples 1e6`. A world of `benchmarks.generate` and the vocabulary are loaded into
memory and the rules run, the calls are those in the headers of the queries, and all rows of an answer are taken. For
each query the median times of its calls are added up; `binding` is what comes on top where values are not bound yet.

`--store DIR`, which may be repeated, asks the queries that select little in a store that `foc load` made of a world.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from benchmarks.generate import CALLS, generate
from benchmarks.report import machine, show_head, show_row, timed
from foc_graph.namespaces import BASE, PREFIXES
from foc_graph.queries.binding import bind
from foc_graph.queries.header import read_queries
from foc_graph.queries.model import StoredQuery
from foc_graph.queries.resolve import Resolver
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.store import Store
from foc_graph.store.disk import StoreFolder
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.rules import apply_rules, read_rules
from foc_graph.workspace.settings import find_workspace

ROOT = Path(__file__).parent.parent
REPEATED = 2.0
"""Seconds over which a quick call is repeated, at most `MOST` times."""
MOST = 15
SELECTIVE = ("members", "memberships_of", "mandates", "people")


class Times(NamedTuple):
    """Milliseconds of a query: the medians of its calls, added up."""

    calls: int
    rows: int
    by_way: dict[str, float]


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=float, default=1e6, metavar="N", help="size of the world (default 1e6)")
    parser.add_argument("--store", type=Path, action="append", default=[], metavar="DIR", help="a store on disk")
    options = parser.parse_args()
    print(machine())
    queries = read_queries(find_workspace(ROOT))
    if options.store:
        on_disk(queries, options.store)
        return
    with tempfile.TemporaryDirectory() as name:
        in_memory(queries, world(Path(name), int(options.triples)))


def world(folder: Path, triples: int) -> ox.Store:
    """A generated world with the vocabulary and all that is derived, in memory."""
    file = folder / f"{triples}.nq"
    generate(triples, str(file))
    workspace = find_workspace(ROOT)
    raw = ox.Store()
    raw.bulk_load(path=file)
    for path in workspace.own_files("ontology", ".ttl"):
        found, _ = parse_turtle(read_text(path, path.name), path.name)
        raw.bulk_extend(ox.Quad(*triple, workspace.graph_name(path)) for triple in found)
    apply_rules(EmbeddedStore(raw, prefixes=PREFIXES), read_rules(workspace), ox.NamedNode(f"{BASE}graph/derived"))
    print(f"\n{triples:,} triples in the world, {len(raw):,} with vocabulary and derived ones\n", flush=True)
    return raw


def answered(store: Store, text: str) -> int:
    """How many rows or triples an answer has, all of which are computed."""
    result = store.query(text)
    assert not isinstance(result, bool)
    return len(result)


def in_memory(queries: dict[str, StoredQuery], raw: ox.Store) -> None:
    """Show the library against the engine for the same SPARQL."""
    store = EmbeddedStore(raw, prefixes=PREFIXES)
    resolver = Resolver(store, BASE)

    def engine(text: str) -> int:
        return len(list(raw.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)))

    ways = ["library", "pyoxigraph", "binding"]
    table: dict[str, Times] = {}
    for name, parameters in CALLS.items():
        milliseconds: dict[str, list[float]] = {way: [] for way in ways}
        rows = 0
        for given in parameters:
            text = bind(queries[name], given, resolver).text
            works: dict[str, Callable[[], int]] = {
                "library": lambda text=text: answered(store, text),
                "pyoxigraph": lambda text=text: engine(text),
                "binding": lambda given=given, name=name: len(bind(queries[name], given, resolver).text),
            }
            rows += works["pyoxigraph"]()
            taken = in_turns(works)
            for way in ways:
                milliseconds[way].append(taken[way])
        table[name] = Times(len(parameters), rows, {way: sum(taken) for way, taken in milliseconds.items()})
    show(table, ways, "pyoxigraph")


def in_turns(works: dict[str, Callable[[], int]]) -> dict[str, float]:
    """The median milliseconds of each way; the ways take turns."""
    taken: dict[str, list[float]] = {way: [] for way in works}
    start = time.perf_counter()
    while len(taken[next(iter(works))]) < MOST and (time.perf_counter() - start < REPEATED or not all(taken.values())):
        for way, work in works.items():
            taken[way].append(1000 * timed(work)[0])
    return {way: statistics.median(times) for way, times in taken.items()}


def on_disk(queries: dict[str, StoredQuery], folders: list[Path]) -> None:
    """The queries that select little, in stores of different sizes."""
    stores = {path.name: StoreFolder(path).open() for path in folders}
    table: dict[str, Times] = {}
    for name in SELECTIVE:
        rows, by_way = 0, dict.fromkeys(stores, 0.0)
        for parameters in CALLS[name]:
            for way, store in stores.items():
                text = bind(queries[name], parameters, Resolver(store, BASE)).text
                rows = max(rows, answered(store, text))
                by_way[way] += in_turns({"": lambda text=text, store=store: answered(store, text)})[""]
        table[name] = Times(len(CALLS[name]), rows, by_way)
    show(table, list(stores), next(iter(stores)))


def show(table: dict[str, Times], ways: list[str], unit: str) -> None:
    """A Markdown table, with the times of each way also in those of `unit`."""
    others = [way for way in ways if way != unit]
    print()
    show_head("query", ">calls", ">rows", *(f">{way} ms" for way in ways), *(f">{way} to {unit}" for way in others))
    for name, times in table.items():
        show_row(name, times.calls, f"{times.rows:,}", *cells(times.by_way, ways, unit))
    sums = {way: sum(times.by_way[way] for times in table.values()) for way in ways}
    show_row("**all**", "", "", *cells(sums, ways, unit))


def cells(by_way: dict[str, float], ways: list[str], unit: str) -> Iterator[str]:
    """The times, then the ratios to `unit`."""
    for way in ways:
        yield f"{by_way[way]:,.1f}"
    for way in ways:
        if way != unit:
            yield f"{by_way[way] / by_way[unit]:,.2f}"


if __name__ == "__main__":
    main()
