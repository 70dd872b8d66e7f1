"""Requests a second of `foc serve` and of other servers on the same triples.

Run `python -m benchmarks.serving --store 1M --workspace WORLD`, where 1M is a folder that `foc load` made of a world of
`benchmarks.generate`, and WORLD the workspace in which it did. Each server in turn is asked the same queries over 16
connections by `wrk` (Debian `wrk`); rdflib-endpoint, which is slow, on a smaller world that is made for it. Virtuoso is
that of Debian (`virtuoso-opensource-7-bin`), SHMARQL that of the interpreter which `--peers` names: `pip install
shmarql` there. What is not installed is named.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from benchmarks.processes import ran
from benchmarks.report import machine, show_head, show_row
from benchmarks.servers import peers
from benchmarks.servers.calls import SIX, Call, each_day, light
from benchmarks.servers.load import Load, asked
from benchmarks.stores import made
from foc_graph.graph import Graph
from foc_graph.graph import open as open_graph
from foc_graph.store.disk import StoreFolder
from tests.support.programs import MissingProgramError

SMALLER = 125_000
"""Triples of the smaller world."""
CHECKED = 12
"""Of each set of queries, the first so many are asked once before, and their rows counted."""
Peer = Callable[[Path], AbstractContextManager[str]]


class Asking(NamedTuple):
    """A set of calls: what it is, the calls, their texts, how many rows the first of them have; what servers bore."""

    title: str
    calls: Sequence[Call]
    texts: Sequence[str]
    rows: Sequence[int]
    loads: dict[str, Load]


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, required=True, metavar="DIR", help="a store on disk")
    parser.add_argument("--workspace", type=Path, required=True, metavar="DIR", help="its workspace")
    parser.add_argument("--seconds", type=int, default=10, metavar="N", help="for each way (default 10)")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="interpreter with SHMARQL")
    options = parser.parse_args()
    print(machine())
    others: dict[str, Peer] = {
        "oxigraph serve-read-only": peers.oxigraph,
        "bare Starlette, in memory": peers.bare,
        "Virtuoso": peers.virtuoso,
        "SHMARQL": partial(peers.shmarql, python=options.peers),
    }
    measured(options.store, options.workspace, others, (1, 2), options.seconds)
    with tempfile.TemporaryDirectory() as name:
        store = smaller(Path(name), options.workspace)
        others = {"oxigraph serve-read-only": peers.oxigraph, "rdflib-endpoint": peers.rdflib}
        measured(store, options.workspace, others, (1,), options.seconds)


def measured(store: Path, workspace: Path, others: dict[str, Peer], workers: Sequence[int], seconds: int) -> None:
    """The tables of one store: each server in turn, all calls."""
    graph = open_graph(workspace, store=store)
    many = light(graph)
    sets = [
        asking(graph, "Six queries, over and over", SIX),
        asking(graph, "Members of a coalition, on a new day each time", each_day()),
        asking(graph, "Six light queries, over and over", list({call[0]: call for call in many}.values())),
        asking(graph, "The same light queries, of another thing each time", many),
    ]
    for name, server in others.items():
        try:
            with server(database(store)) as address:
                for one in sets:
                    one.loads[name] = asked(address, ad_hoc(one), one.rows, seconds)
        except MissingProgramError as missing:
            print(f"left out: {name}: {missing}")
    for count in workers:
        asked_first = "query/chairs.json?coalition=foc"
        with peers.foc(workspace, count, "--store", str(store), asked=asked_first) as server:
            for one in sets:
                way = f"foc serve --workers {count}"
                stored = [f"query/{name}.json?{urlencode(given)}" for name, given in one.calls]
                one.loads[f"{way}, stored queries"] = asked(server.address, stored, one.rows, seconds)
                one.loads[f"{way}, ad-hoc queries"] = asked(f"{server.address}sparql", ad_hoc(one), one.rows, seconds)
    size = len(StoreFolder(store).open())
    for one in sets:
        show(f"{one.title}: {len(one.calls):,} calls, {size:,} triples", one.loads)


def asking(graph: Graph, title: str, calls: Sequence[Call]) -> Asking:
    """A set of calls, of which nothing was asked yet."""
    texts = [graph.bound(name, **given) for name, given in calls]
    return Asking(title, calls, texts, [len(graph.rows(name, **given)) for name, given in calls[:CHECKED]], {})


def ad_hoc(one: Asking) -> list[str]:
    """Its texts, as they follow the address of an endpoint."""
    return [f"?query={quote(text.strip())}" for text in one.texts]


def show(title: str, loads: dict[str, Load]) -> None:
    """A table, with the rates and times also in those of the first way."""
    first = next(iter(loads.values()))
    print(f"\n{title}\n")
    times = (">median ms", ">p99 ms", ">of the first")
    show_head("way", ">requests a second", ">of the first", *times, ">failed", ">right", ">times each")
    for way, load in loads.items():
        rates = (f"{load.rate:,.{0 if load.rate >= 100 else 1}f}", f"{load.rate / first.rate:.2f}")
        times = (f"{load.median:.1f}", f"{load.p99:.1f}", f"{load.p99 / first.p99:.2f}")
        show_row(way, *rates, *times, load.failed, f"{load.right} of {load.checked}", f"{load.times:,.1f}")


def smaller(folder: Path, workspace: Path) -> Path:
    """A store of a smaller world."""
    store = folder / "store"
    foc = str(Path(sys.executable).with_name("foc"))
    ran([foc, "--workspace", str(workspace), "load", str(made(folder, SMALLER)), "--store", str(store)])
    return store


def database(store: Path) -> Path:
    """What other programs open of a store on disk."""
    return StoreFolder(store).open().folder


if __name__ == "__main__":
    main()
