"""Validation of a large world by each engine, whole processes.

Run `python -m benchmarks.validation --triples 1e6`. The world is that of `benchmarks.generate` with the vocabulary, and
every hundredth class, label and begin of a thing is left out. The shapes are those of `ontology/shapes/core`: once the
files without SPARQL constraints, once all. An engine is right if it finds what the first one found.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from benchmarks.generate import WORKSPACE, generate
from benchmarks.processes import Run, measure
from benchmarks.report import machine, show_head, show_row

SHAPES = WORKSPACE.root / "ontology" / "shapes" / "core"
EVERY = 100
FAULTY = re.compile(rb"\S+ <\S+(?:#type|prefLabel|ns#begin)> ")
LOAD = "import pyoxigraph, sys; pyoxigraph.Store().bulk_load(path=sys.argv[1])"
PYSHACL = """
import sys, pyshacl, rdflib
shapes = rdflib.Graph()
for path in sys.argv[2:]:
    shapes.parse(path)
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
print(pyshacl.validate(graph, shacl_graph=shapes)[1].serialize(format="nt"))
"""
RESULT = {"focus": "focusNode", "shape": "sourceShape"}
Results = Counter[tuple[str, ...]]


def main() -> None:
    """Measure and print a Markdown table for each set of shapes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=float, default=1e6, metavar="N", help="size of the world (default 1e6)")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="for each process (default 600)")
    options = parser.parse_args()
    plain = [path for path in sorted(SHAPES.glob("*.ttl")) if b"sh:sparql" not in path.read_bytes()]
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "world.nt"
        with ProcessPoolExecutor(1) as pool:  # the peak memory of a process counts that of the one that started it
            count = pool.submit(write_faulty, int(options.triples), data).result()
        for title, shapes in {"without SPARQL": plain, "all": sorted(SHAPES.glob("*.ttl"))}.items():
            print(f"\n{machine()}: {count:,} triples, shapes: {title}\n")
            show_head("engine", ">wall s", ">CPU s", ">peak MiB", ">results", "right")
            found: list[Results] = []
            for engine, run, results in validations(data, shapes, options.limit):
                found += [results] if results else []
                right = "" if not results else "yes" if results == found[0] else "differs"
                ended = f"over {options.limit:g} s" if run.code < 0 else ""
                figures = (f"{run.wall:.1f}", f"{run.cpu:.1f}", f"{run.memory / 2**20:,.0f}")
                show_row(engine, *figures, f"{results.total():,}" if results else "", ended or right)


def write_faulty(triples: int, data: Path) -> int:
    """Write the world as N-Triples without every hundredth of some statements; return how many triples are left."""
    generate(triples, str(world := data.with_suffix(".nq")))
    store = ox.Store()
    store.bulk_load(path=world)
    for path in WORKSPACE.own_files("ontology", ".ttl"):
        store.bulk_load(path=path)
    lines = {ox.serialize([quad.triple], format=ox.RdfFormat.N_TRIPLES) or b"" for quad in store}
    faulty = sorted(line for line in lines if FAULTY.match(line))[::EVERY]
    data.write_bytes(b"".join(sorted(lines.difference(faulty))))
    return len(lines) - len(faulty)


def validations(data: Path, shapes: list[Path], limit: float) -> Iterator[tuple[str, Run, Results]]:
    """Validate by one engine after the other; yield its name, its process and its results."""
    foc = [sys.executable, "-m", "foc_graph", "validate", str(data), "--format", "json"]
    foc += [word for path in shapes for word in ("--shapes", str(path))]
    yield "load alone", measure([sys.executable, "-c", LOAD, str(data)], limit), Counter()
    for engine in ("sparql", "duckdb"):
        run = measure([*foc, "--engine", engine], limit)
        results = json.loads(run.output or "{}").get("results", [])
        yield f"foc-graph, {engine}", run, Counter(tuple(str(one[name]) for name in RESULT) for one in results)
    run = measure([sys.executable, "-c", PYSHACL, str(data), *map(str, shapes)], limit)
    report = ox.Store()
    report.load(run.output.encode(), format=ox.RdfFormat.N_TRIPLES)
    columns = " ".join(f"?result sh:{name} ?{name} ." for name in RESULT.values())
    text = f"PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT * {{ ?report sh:result ?result . {columns} }}"
    rows = report.query(text)
    yield "pySHACL", run, Counter(tuple(str(row[name].value) for name in RESULT.values()) for row in rows)


if __name__ == "__main__":
    main()
