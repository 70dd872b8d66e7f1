"""Importing a large roster, as a multiple of what parsing the same number of triples takes.

Run with `python -m benchmarks.import_roster`; results go into `benchmarks/RESULTS.md`.
"""

from __future__ import annotations

import csv
import gc
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import rdflib

from benchmarks.report import show_head, show_row, timed
from foc_graph.rdf.parser import parse_turtle
from foc_graph.tabular import prepare_import
from foc_graph.workspace.init import init_workspace

SIZES = (25_000, 50_000, 100_000)


def roster(rows: int) -> str:
    """A table of so many members, a tenth of them named for the first time."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(["member", "category", "joined", "left", "source"])
    for number in range(rows):
        start = f"{2025 + number // (rows // 10)}"
        member = f"Organisation {number % (rows // 10):06}"
        page = f"https://example.org/roster/{number % 50}"
        writer.writerow([member, "civil society", f"{start}-01-01", f"{start}-12-30", page])
    return output.getvalue()


def measure(rows: int) -> None:
    """Print one line of the table: rows, triples, seconds and ratios, memory."""
    gc.set_threshold(100_000)  # as the command sets it
    with tempfile.TemporaryDirectory() as folder:
        workspace, table = Path(folder, "workspace"), Path(folder, "table.csv")
        init_workspace(workspace, "Example", "https://example.org/", "example")
        prepare_import(workspace / "rosters" / "members.csv", "members", "example", workspace=workspace)
        table.write_text(roster(rows), encoding="utf-8")
        start = time.perf_counter()
        prepared = prepare_import(table, "members", "example", workspace=workspace)
        assert not prepared.plan.problems, prepared.plan.problems[:3]
        prepared.write()
        seconds = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        texts = [path.read_text(encoding="utf-8") for path in workspace.rglob("*.ttl")]
    ours, triples = timed(lambda: sum(len(parse_turtle(text, "")[0]) for text in texts))
    peer, _ = timed(lambda: deque((rdflib.Graph().parse(data=text, format="turtle") for text in texts), 0))
    bare, _ = timed(lambda: deque(chain.from_iterable(ox.parse(text, format=ox.RdfFormat.TURTLE) for text in texts), 0))
    ratios = (f"{seconds / other:.1f}" for other in (ours, peer, bare))
    show_row(f"{rows:,}", f"{triples:,}", f"{seconds:.1f} s", *ratios, f"{memory:,.0f} MiB")


def main() -> None:
    """Measure each size in a process of its own."""
    show_head("rows", "triples", "import", "to foc's parsing", "to rdflib's", "to pyoxigraph's", "peak memory")
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "benchmarks.import_roster", str(size)], check=True)


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else main()
