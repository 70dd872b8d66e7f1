"""Validation of what a small change touches, with the data kept open, against validating all of them again.

Run `python -m benchmarks.incremental`. Every other change takes out a few random triples, and the next one puts them
back. Right is what reports all results that are new, and none that a full run does not have.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.report import machine, show_head, show_row, timed
from benchmarks.shacl.generator import SHAPES, generate
from benchmarks.validation import triples
from foc_graph.shacl import Report, Validator

CHECKED = 3
"""How many of the changes are compared with full runs."""


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=triples, default=10**6, metavar="N", help="default: 1m")
    parser.add_argument("--changed", type=int, default=10, metavar="N", help="triples in a change (default 10)")
    parser.add_argument("--changes", type=int, default=20, metavar="N", help="how many are tried (default 20)")
    options = parser.parse_args()
    print(f"{machine()}\n")
    headings = (">full run s", ">change ms, median", ">largest", ">share of the full run, median", ">largest")
    show_head("shapes", *headings, "right")
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary) / "data.nt"
        generate(options.triples, data)
        lines = data.read_text(encoding="utf-8").splitlines()
        for name, shapes in SHAPES.items():
            validator = Validator(data, shapes)
            whole, report = timed(validator.validate)
            seconds, right, before = [], True, texts(report)
            rng = random.Random(name)
            for number in range(options.changes):
                chosen = [line for line in rng.sample(lines, options.changed) if "_:" not in line]
                for code in ("D", "A"):
                    patch = Path(temporary) / "change.rdfp"
                    patch.write_text("".join(f"{code} {line}\n" for line in chosen), encoding="utf-8")
                    taken, part = timed(partial(validator.apply, patch))
                    seconds.append(taken)
                    if number < CHECKED:
                        now = texts(validator.validate())
                        right = right and now - before <= texts(part) <= now
                        before = now
            figures = [statistics.median(seconds), max(seconds)]
            cells = [*(f"{1000 * one:.0f}" for one in figures), *(f"{100 * one / whole:.2f} %" for one in figures)]
            show_row(name, f"{whole:.2f}", *cells, "yes" if right else "NO")


def texts(report: Report) -> set[str]:
    """The results of a report, comparable."""
    return {str(finding) for finding in report.findings}


if __name__ == "__main__":
    main()
