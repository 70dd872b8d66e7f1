"""Tables in README and docs that are made from the graph and the code: `python -m tests.tables` renews them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import foc_graph
from foc_graph.roster.columns import KINDS
from foc_graph.terms import short

ROOT = Path(__file__).parent.parent


def coverage() -> str:
    """How far each kind of fact is sourced, dated, claimed and linked, in percent of the things of that kind."""
    lines = [
        "| kind of fact | things | with source | with date | with claim | with external link |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for row in foc_graph.open(ROOT).rows("coverage"):
        shares = (row[column] / row["things"] for column in ("with_source", "with_date", "with_claim", "with_link"))
        lines.append(
            f"| `{short(row['kind'])}` | {row['things']:,} | {' | '.join(f'{share:.0%}' for share in shares)} |"
        )
    return "\n".join(lines)


def headings() -> str:
    """What a table may have as headings, and what each means."""
    lines = ["| as | heading | or | property | a cell holds |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS.values():
        for column in kind.columns:
            needed = " (needed)" if column.required else ""
            several = ", several" if column.many else ""
            predicate = f"`{column.predicate}`" if column.predicate else ""
            others = ", ".join(column.titles)
            holds = column.holds.replace("-", " ")
            lines.append(f"| {kind.name} | `{column.heading}`{needed} | {others} | {predicate} | {holds}{several} |")
    return "\n".join(lines)


TABLES: dict[str, tuple[Path, Callable[[], str]]] = {
    "coverage": (ROOT / "README.md", coverage),
    "headings": (ROOT / "docs" / "roster.md", headings),
}
"""Each table's page and maker, by the name in its marker: `<!-- NAME ... -->` table `<!-- end -->`."""


def marked(name: str) -> re.Pattern[str]:
    """What finds a table: its marker, the table, the end."""
    return re.compile(rf"(<!-- {name}\b[^>]*-->\n)(.*?)(<!-- end -->)", re.DOTALL)


if __name__ == "__main__":
    for name, (page, table) in TABLES.items():
        before = page.read_text("utf-8")
        page.write_text(marked(name).sub(rf"\g<1>\n{table()}\n\n\g<3>", before), "utf-8")
