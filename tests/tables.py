"""Tables in README and docs that are made from the graph and the code: `python -m tests.tables` renews them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import foc_graph
from foc_graph.catalogue.reading import read_queries
from foc_graph.linking.properties import PROPERTIES
from foc_graph.roster.columns import KINDS
from foc_graph.terms import short
from foc_graph.workspace.locate import find_workspace
from tests.colours import contrast, marks, tokens
from tests.hostile import CASES

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


def engines() -> str:
    """Which stored queries every server answers alike, as `tests/test_engines.py` proves."""
    servers = _servers()
    lines = [
        f"| stored query | calls | {' | '.join(server['name'] for server in servers)} |",
        f"| --- | --: |{' --- |' * len(servers)}",
    ]
    for name, query in read_queries(find_workspace(ROOT)).items():
        cells = ("differs" if name in server.get("excuses", {}) else "alike" for server in servers)
        lines.append(f"| `{name}` | {len(query.expect)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def differences() -> str:
    """Why a server answers a stored query otherwise, or mistakes a text parameter."""
    lines = []
    for server in _servers():
        lines += [f"- {server['name']}, `{name}`: {reason}." for name, reason in server.get("excuses", {}).items()]
        lines += [
            f"- {server['name']}, text with {kind}: {reason}." for kind, reason in server.get("texts", {}).items()
        ]
    return "\n".join(lines)


def properties() -> str:
    """The properties that reconciliation clients can ask of things."""
    lines = ["| property | is | of a |", "| --- | --- | --- |"]
    lines += [f"| `{key}` | {one.name} | {', '.join(one.kinds)} |" for key, one in PROPERTIES.items()]
    return "\n".join(lines)


def hostile() -> str:
    """What the server answers to requests that mean harm, as `tests/test_web_hostile.py` proves."""
    lines = ["| request | status | says |", "| --- | --: | --- |"]
    for what, case in CASES.items():
        status = HTTPStatus(case.status)
        lines.append(f"| {what} | {case.status} {status.phrase} | {f'... {case.says} ...' if case.says else ''} |")
    return "\n".join(lines)


COLOURS = {
    "ink": "text",
    "soft": "labels, notes, numbers",
    "link": "links, buttons, what has the focus",
    "seen": "links that were followed",
    "alert": "what is wrong",
    "edge": "edges of fields",
    "sure": "certain; the edge of what is possible",
    "presumed": "presumed",
    "maybe": "possible",
    "body": "that a body existed; an office or role",
    "watch": "observers",
    "faint": "the edge of what is not known",
}
"""The colours of pages, from `ink` on, and of pictures, from `sure` on, and what is drawn in each."""


def colours() -> str:
    """The colours of pages and pictures, and their contrast to the ground."""
    lines = ["| colour | of | light | contrast | dark | contrast |", "| --- | --- | --- | --: | --- | --: |"]
    light, dark = ({**marks(scheme), **tokens(scheme)} for scheme in ("light", "dark"))
    for name, use in COLOURS.items():
        cells = (f"`{scheme[name]}` | {contrast(scheme[name], scheme['paper']):.1f}" for scheme in (light, dark))
        lines.append(f"| `{name}` | {use} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _servers() -> list[dict[str, Any]]:
    return list(tomllib.loads((ROOT / "tests" / "engines.toml").read_text("utf-8")).values())


TABLES: dict[str, tuple[Path, Callable[[], str]]] = {
    "colours": (ROOT / "docs" / "design.md", colours),
    "coverage": (ROOT / "README.md", coverage),
    "headings": (ROOT / "docs" / "roster.md", headings),
    "engines": (ROOT / "docs" / "engines.md", engines),
    "differences": (ROOT / "docs" / "engines.md", differences),
    "hostile": (ROOT / "docs" / "security.md", hostile),
    "properties": (ROOT / "docs" / "reconcile.md", properties),
}
"""Each table's page and maker, by the name in its marker: `<!-- NAME ... -->` table `<!-- end -->`."""


def marked(name: str) -> re.Pattern[str]:
    """What finds a table: its marker, the table, the end."""
    return re.compile(rf"(<!-- {name}\b[^>]*-->\n)(.*?)(<!-- end -->)", re.DOTALL)


if __name__ == "__main__":
    for name, (page, table) in TABLES.items():
        before = page.read_text("utf-8")
        made = table()
        page.write_text(marked(name).sub(lambda found, made=made: f"{found[1]}\n{made}\n\n{found[3]}", before), "utf-8")
