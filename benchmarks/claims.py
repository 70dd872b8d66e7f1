"""Claims of every value: how large they make dumps, how fast `why` answers, and what a cold query pays for them.

Run `python -m benchmarks.claims`. Dumps are compared by their gzipped size: the graph in RDF 1.1, the same without
its claims, and in RDF 1.2. `why` is asked for properties of things at random, each way for the same ones: through the
library; in pyoxigraph by the same SPARQL, and by the SPARQL 1.2 of the docs over RDF 1.2; the first ten in rdflib.
The time of a value is the best of three, in rdflib that of one call.

`--other CHECKOUT` adds `foc query members` in new processes of this checkout and of another, which take turns:
CPU seconds and peak memory, as ratios.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import rdflib

import foc_graph
from benchmarks.report import show_head, show_row, timed
from foc_graph.graph.cache import open_built
from foc_graph.namespaces import BASE
from foc_graph.release.reification import reify
from foc_graph.release.snapshot import take_snapshot
from foc_graph.store.results import Rows, Triples
from foc_graph.workspace.settings import find_workspace

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "rdf-1.2.md"
SOURCED = """
PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT DISTINCT ?thing ?property WHERE {
  ?property a coal:SourcedProperty .
  ?thing ?property ?value ; dcterms:source|dcterms:isReferencedBy ?source .
}
ORDER BY ?thing ?property
"""
USED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
"""Measures a command from a small process: a child of a large process counts its parent's memory."""

COLD = ("query", "members", "--coalition", "foc", "--as-of", "2015-05-04", "--format", "csv")


Ask = Callable[[str, str], int]
"""Asks why for a property of a thing, and returns the number of rows."""


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--values", type=int, default=300, metavar="N", help="properties of things (default 300)")
    parser.add_argument("--other", type=Path, metavar="CHECKOUT", help="another checkout, with its own .venv")
    parser.add_argument("--turns", type=int, default=15, metavar="N", help="of each checkout (default 15)")
    options = parser.parse_args()
    show_why(foc_graph.open(ROOT), options.values)
    print()
    show_sizes(*dumped())
    if options.other:
        print()
        show_cold(options.other.resolve(), options.turns)


def dumped() -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Return the quads of a release in RDF 1.1 and in RDF 1.2."""
    workspace = find_workspace(ROOT)
    with take_snapshot(workspace, open_built(workspace).store) as snapshot:
        return list(snapshot.store.quads()), list(reify(snapshot))


def show_why(graph: foc_graph.Graph, count: int) -> None:
    """Compare how fast each way answers, for the same properties of things; what a way needs is loaded before it."""
    found = graph.sparql(SOURCED)
    assert isinstance(found, Rows)
    asked = random.Random(7).sample([(row["thing"], row["property"]) for row in found], count)
    ways: dict[str, Callable[[foc_graph.Graph], Ask]] = {
        "`foc_graph`, `why`": by_library,
        "pyoxigraph, the same SPARQL": by_engine,
        "pyoxigraph, SPARQL 1.2 over RDF 1.2": by_reifier,
        "rdflib, the same SPARQL": by_rdflib,
    }
    show_head("way", ">asked", ">rows", ">median ms", ">95 %", ">most")
    for way, make in ways.items():
        some, turns = (asked[:10], 1) if make is by_rdflib else (asked, 3)
        ask = make(graph)
        answers = [[timed(partial(ask, *one)) for _ in range(turns)] for one in some]
        times = [1000 * min(seconds for seconds, _ in one) for one in answers]
        rows = sum(one[0][1] for one in answers)
        show_row(way, len(some), rows, *_figures(times))


def by_library(graph: foc_graph.Graph) -> Ask:
    """Ask the library."""
    return lambda thing, name: len(graph.rows("why", thing=thing, property=name))


def by_engine(graph: foc_graph.Graph) -> Ask:
    """Ask an engine that holds the graph."""
    store = ox.Store()
    store.bulk_load(input=_content(graph), format=ox.RdfFormat.N_TRIPLES)
    return lambda thing, name: _count(store.query(graph.bound("why", thing=thing, property=name)))


def by_reifier(graph: foc_graph.Graph) -> Ask:
    """Ask an engine that holds the dump in RDF 1.2, by the query of the docs."""
    store = ox.Store()
    store.bulk_extend(dumped()[1])
    why = re.findall("```sparql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[-1]

    def ask(thing: str, name: str) -> int:
        text = why.replace(f"<{BASE}id/foc/wg1>", f"<{thing}>")
        text = text.replace("WHERE {", f"WHERE {{ VALUES ?property {{ <{name}> }}", 1)
        return _count(store.query(text, use_default_graph_as_union=True))

    return ask


def by_rdflib(graph: foc_graph.Graph) -> Ask:
    """Ask rdflib."""
    peer = rdflib.Graph().parse(data=_content(graph), format="nt")
    return lambda thing, name: len(peer.query(graph.bound("why", thing=thing, property=name)))


def _content(graph: foc_graph.Graph) -> bytes:
    triples = graph.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(triples, Triples)
    return triples.serialise("nt")


def _count(solutions: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> int:
    assert isinstance(solutions, ox.QuerySolutions)
    return sum(1 for _ in solutions)


def show_sizes(plain: list[ox.Quad], reified: list[ox.Quad]) -> None:
    """Compare dumps by what they hold."""
    claims = ox.NamedNode(f"{BASE}graph/claims")
    dumps = {
        "RDF 1.1 without claims": [quad for quad in plain if quad.graph_name != claims],
        "RDF 1.1": plain,
        "RDF 1.2": reified,
    }
    sizes = {
        name: len(gzip.compress(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""))
        for name, quads in dumps.items()
    }
    show_head("dump", ">quads", ">gzipped, kB", ">of RDF 1.1")
    for name, size in sizes.items():
        show_row(name, f"{len(dumps[name]):,}", f"{size / 1000:,.0f}", f"{size / sizes['RDF 1.1']:.2f}")


def _figures(times: Iterable[float]) -> list[str]:
    ordered = sorted(times)
    return [f"{one:.1f}" for one in (statistics.median(ordered), ordered[int(0.95 * len(ordered))], ordered[-1])]


def show_cold(other: Path, turns: int) -> None:
    """Compare cold queries of two checkouts: CPU seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        codes = {"this": ROOT, "other": other}
        used: dict[str, list[tuple[float, float]]] = {name: [] for name in codes}
        for name, code in codes.items():
            cold(code, Path(folder, name))
        for turn in range(turns):
            for name in list(codes)[:: 1 if turn % 2 else -1]:
                used[name].append(cold(codes[name], Path(folder, name)))
    show_head("a cold `foc query members`", ">this, median", ">other, median", ">this of other")
    for at, what in enumerate(("CPU seconds", "peak memory, MiB")):
        this, that = (statistics.median(figures[at] for figures in used[name]) for name in codes)
        show_row(what, f"{this:.3f}", f"{that:.3f}", f"{this / that:.3f}")


def cold(code: Path, cache: Path) -> tuple[float, float]:
    """Return the CPU seconds and the peak memory (MiB) of a query in a new process of a checkout."""
    environment = os.environ | {"PYTHONPATH": str(code), "FOC_CACHE": str(cache)}
    command = [sys.executable, "-c", USED, str(code / ".venv" / "bin" / "python"), "-m", "foc_graph", *COLD]
    done = subprocess.run(command, cwd=code, env=environment, check=True, capture_output=True, text=True)
    seconds, most = map(float, done.stdout.split())
    return seconds, most


if __name__ == "__main__":
    main()
