"""Run the audit: `python -m tests.audit [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

import foc_graph

from .audit import audit, unused
from .report import HEADER
from .view import View

ROOT = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Print the outcome; 1 if any row fails, 0 otherwise or where there are no tables."""
    folder = Path(arguments[0]) if arguments else ROOT.parent / "shared" / "facts"
    if not folder.is_dir():
        print(f"The collected facts are not there ({folder}): nothing to audit.")
        return 0
    reports = audit(View(foc_graph.open(ROOT)), folder)
    stale = [f"difference that fits no row: {item.file}, {item.column}, {item.value}" for item in unused(reports)]
    different = sum(bool(check.row.used) for report in reports for check in report.checks)
    lines = [HEADER, *(report.summary() for report in reports), "", f"{different} rows differ deliberately."]
    print("\n".join([*lines, *stale, *(line for report in reports for line in report.details())]))
    return int(bool(stale) or any(report.failing for report in reports))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
