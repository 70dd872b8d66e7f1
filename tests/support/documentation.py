"""Tables and answers of commands that README, docs and notebooks show.

`python -m tests.support.documentation` renews them; with `--check` it lists stale pages, and exits with 1 if there are
any.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import foc_graph
from foc_graph.links.properties import PROPERTIES
from foc_graph.namespaces import short
from foc_graph.queries.header import read_queries
from foc_graph.tabular.kinds import KINDS
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.colours import contrast, marks, tokens
from tests.support.hostile_requests import CASES
from tests.support.notebooks import NOTEBOOKS, renewed_notebook


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
    """List the stored queries that every server answers alike, as `tests/servers/test_engines.py` proves."""
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
    """List the answers of the server to requests that mean harm, as `tests/server/test_hostile.py` proves."""
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
"""The colours of pages, from `ink` on, and of charts, from `sure` on, and what is drawn in each."""


def colours() -> str:
    """The colours of pages and charts, and their contrast to the ground."""
    lines = ["| colour | of | light | contrast | dark | contrast |", "| --- | --- | --- | --: | --- | --: |"]
    light, dark = ({**marks(scheme), **tokens(scheme)} for scheme in ("light", "dark"))
    for name, use in COLOURS.items():
        cells = (f"`{scheme[name]}` | {contrast(scheme[name], scheme['paper']):.1f}" for scheme in (light, dark))
        lines.append(f"| `{name}` | {use} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _servers() -> list[dict[str, Any]]:
    return list(tomllib.loads((ROOT / "tests" / "servers" / "engines.toml").read_text("utf-8")).values())


TABLES: dict[str, tuple[Path, Callable[[], str]]] = {
    "colours": (ROOT / "docs" / "explanation" / "design.md", colours),
    "coverage": (ROOT / "README.md", coverage),
    "headings": (ROOT / "docs" / "how-to" / "import.md", headings),
    "engines": (ROOT / "docs" / "reference" / "engines.md", engines),
    "differences": (ROOT / "docs" / "reference" / "engines.md", differences),
    "hostile": (ROOT / "docs" / "reference" / "security.md", hostile),
    "properties": (ROOT / "docs" / "how-to" / "reconcile.md", properties),
}
"""Each table's page and maker, by the name in its marker: `<!-- NAME ... -->` table `<!-- end -->`."""


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), ROOT / "CONTRIBUTING.md"]
CONSOLE = re.compile(r"(?<=^```console\n)(.*?)(?=^```)", re.MULTILINE | re.DOTALL)
LEFT_OUT = "..."
"""Stands for lines that a page does not show."""


class Command(NamedTuple):
    """A command as a page shows it, and the lines shown below it."""

    text: str
    shown: list[str]


def commands(block: str) -> Iterator[Command]:
    """The commands of a console block."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        text, *shown = part.splitlines()
        yield Command(text, shown)


COMMANDS = [one for page in PAGES for block in CONSOLE.findall(page.read_text("utf-8")) for one in commands(block)]
MAKERS = {match[1]: one.text for one in COMMANDS if (match := re.search(r" --out (\S+)", one.text))}
"""The files that commands write, each with the command that does."""


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a page; the files that commands write lie in a folder.

    Raises:
        ValueError: if it fails.
    """
    program, *arguments = shlex.split(command)
    assert program == "foc", command
    for maker in {MAKERS[one] for one in arguments if one in MAKERS} - {command}:
        run(maker, folder)
    given = [str(folder / one) if one in MAKERS else one for one in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "foc_graph", *given], cwd=ROOT, input="", capture_output=True, text=True
    )
    if done.returncode:
        raise ValueError(f"{command} fails: {done.stderr.strip()}")
    return done


def renewed_block(block: str) -> str:
    """A console block with the lines that the commands print now, chosen by likeness to those shown."""
    text = ""
    for command in commands(block):
        text += f"$ {command.text}\n"
        if command.shown:
            with tempfile.TemporaryDirectory() as folder:
                printed = run(command.text, Path(folder)).stdout.splitlines()
            text += "".join(f"{line}\n" for line in renewed_lines(command.shown, printed))
    return text


def renewed_lines(shown: list[str], printed: list[str]) -> Iterator[str]:
    """The shown lines, each replaced by the closest printed line after the previous one.

    Raises:
        ValueError: for a line that is like none of them.
    """
    rest = printed
    for line in shown:
        if line == LEFT_OUT:
            yield line
            continue
        closest = [line] if line in rest else get_close_matches(line, rest, n=1, cutoff=0.5)
        if not closest:
            raise ValueError(f"nothing like this is printed any more: {line}")
        yield closest[0]
        rest = rest[rest.index(closest[0]) + 1 :]


def renewed_page(page: Path) -> str:
    """The text of a page with its tables and answers as they are now.

    Raises:
        ValueError: for a table without its markers, a command that fails, or a shown line that is printed no more.
    """
    text = page.read_text("utf-8")
    for name, (place, table) in TABLES.items():
        if place == page:
            text, count = re.subn(
                rf"(<!-- {name}\b[^>]*-->\n).*?(<!-- end -->)",
                lambda found, table=table: f"{found[1]}\n{table()}\n\n{found[2]}",
                text,
                flags=re.DOTALL,
            )
            if count != 1:
                raise ValueError(f"has no table between the markers {name} and end")
    return CONSOLE.sub(lambda found: renewed_block(found[0]), text)


def main(arguments: list[str]) -> int:
    """Renew the pages, or list the stale ones; 1 if a page stays stale."""
    stale = False
    for page in [*PAGES, *NOTEBOOKS]:
        name = page.relative_to(ROOT)
        try:
            text = renewed_notebook(page) if page in NOTEBOOKS else renewed_page(page)
        except ValueError as error:
            stale = True
            print(f"{name}: {error}: edit the page by hand")
            continue
        if text == page.read_text("utf-8"):
            continue
        if "--check" in arguments:
            stale = True
            print(f"{name}: out of date: run `make docs`")
        else:
            page.write_text(text, "utf-8")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
