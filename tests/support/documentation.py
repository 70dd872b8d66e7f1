"""Tables and answers of commands that README, docs and notebooks show.

`python -m tests.support.documentation` renews them, and runs the Python blocks; with `--check` it lists stale pages
and exits with 1 if there are any.
"""

import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, redirect_stdout
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import duckdb

from foc_graph.links.properties import PROPERTIES
from foc_graph.panel.memberships import TABLES as PANEL_TABLES
from foc_graph.panel.memberships import make_table
from foc_graph.panel.units import UNIT_NAMES, UNITS, coalition_year
from foc_graph.tabular.kinds import KINDS
from tests.support import ROOT
from tests.support.commands import Done, foc
from tests.support.notebooks import NOTEBOOKS, renewed_notebook


def headings() -> str:
    """List the headings that tables may have, with their meanings; those that several kinds share stand once."""
    kinds: dict[str, list[str]] = {}
    for kind in KINDS.values():
        for column in kind.columns:
            needed = " (needed)" if column.required else ""
            several = ", several" if column.many else ""
            predicate = f"`{column.predicate}`" if column.predicate else ""
            holds = column.holds.replace("-", " ")
            row = f"| `{column.heading}`{needed} | {', '.join(column.titles)} | {predicate} | {holds}{several} |"
            kinds.setdefault(row, []).append(kind.name)
    lines = ["| heading | or | property | a cell holds | in |", "| --- | --- | --- | --- | --- |"]
    lines += [f"{row} {'all' if len(names) == len(KINDS) else ', '.join(names)} |" for row, names in kinds.items()]
    return "\n".join(lines)


def panel_columns() -> str:
    """List the columns of each unit of a panel, with their meanings; those of a unit's own shares are left out."""
    empty = duckdb.connect()
    for table, columns in PANEL_TABLES.items():
        make_table(empty, table, {column: [] for column in columns})
    units: dict[str, list[str]] = {}
    for name in UNIT_NAMES:
        unit = UNITS[name] if name in UNITS else coalition_year(empty)
        for column, meaning in unit.columns.items():
            units.setdefault(f"| `{column}` | {meaning} |", []).append(name)
    lines = ["| column | says | in |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"{row} {', '.join(names)} |" for row, names in units.items())])


def properties() -> str:
    """The properties that reconciliation clients can ask of things."""
    lines = ["| property | is | of a |", "| --- | --- | --- |"]
    lines += [f"| `{key}` | {one.name} | {', '.join(one.kinds)} |" for key, one in PROPERTIES.items()]
    return "\n".join(lines)


TABLES: dict[str, tuple[Path, Callable[[], str]]] = {
    "headings": (ROOT / "docs" / "reference" / "tables.md", headings),
    "panel": (ROOT / "docs" / "reference" / "panel.md", panel_columns),
    "properties": (ROOT / "docs" / "reference" / "reconciliation.md", properties),
}
"""Each table's page and maker, by the name in its marker: `<!-- NAME ... -->` table `<!-- end -->`."""


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), ROOT / "CONTRIBUTING.md"]
TUTORIALS = [page for page in PAGES if page.parent.name == "tutorials"]
"""Pages that are followed from top to bottom, in an empty folder."""
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
"""A block of code: its language, the columns of a terminal or the name of a file, and its text."""
LEFT_OUT = "..."
"""Stands for lines that a page does not show."""
READING = re.compile(r"^foc: .* is read as .*\n", re.MULTILINE)
"""The line in which `foc` says how it read a name or a date."""


class Command(NamedTuple):
    """A command as a page shows it, the lines shown below it, and the width of the terminal, if it is one."""

    text: str
    shown: list[str]
    width: int | None


def commands(width: str | None, block: str) -> Iterator[Command]:
    """The commands of a console block; a number behind its language is the width of a terminal."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        text, *shown = part.splitlines()
        yield Command(text, shown, int(width) if width else None)


COMMANDS = [
    one
    for page in PAGES
    if page not in TUTORIALS
    for language, width, block in BLOCK.findall(page.read_text("utf-8"))
    if language == "console"
    for one in commands(width, block)
]
MAKERS = {match[1]: one for one in COMMANDS if (match := re.search(r" --(?:out|replicate) (\S+)", one.text))}
"""The files that commands write, each with the command that does."""


def run(command: Command, folder: Path) -> Done:
    """Run a command of a page in the checkout; the files that commands write lie in a folder.

    Raises:
        ValueError: if it fails.
    """
    program, *arguments = shlex.split(command.text)
    assert program == "foc", command
    for maker in [MAKERS[one] for one in arguments if one in MAKERS]:
        if maker.text != command.text:
            run(maker, folder)
    return _ask(command, [str(folder / one) if one in MAKERS else one for one in arguments], ROOT)


def follow(tutorial: Path, folder: Path) -> Iterator[tuple[Command, Done]]:
    """Follow a tutorial as its reader does: save its files and run its commands in order, beginning in a folder.

    Raises:
        ValueError: if a command fails.
    """
    for language, argument, block in BLOCK.findall(tutorial.read_text("utf-8")):
        if language == "console":
            for command in commands(argument, block):
                program, *arguments = shlex.split(command.text)
                if program == "cd":
                    folder /= arguments[0]
                else:
                    assert program == "foc", command
                    yield command, _ask(command, arguments, folder)
        elif argument:
            (folder / argument).write_text(block, "utf-8")


def _ask(command: Command, arguments: list[str], folder: Path) -> Done:
    done = foc(*arguments, cwd=folder, width=command.width)
    if done.returncode:
        raise ValueError(f"{command.text} fails: {done.stderr.strip()}")
    return done


def printed(command: Command, done: Done) -> list[str]:
    """The lines that a command prints: into a pipe the answer alone, on a terminal also how it was understood."""
    if command.width is None:
        return done.stdout.splitlines()
    plain = re.sub(r"\x1b\[[\d;]*m", "", "".join(READING.findall(done.stderr)) + done.stdout)
    return [line.rstrip() for line in plain.splitlines()]


def renewed_block(width: str | None, block: str, answers: Callable[[Command], Done]) -> str:
    """A console block with what its commands print now: all, or what is like the shown lines if some are left out."""
    text = ""
    for command in commands(width, block):
        text += f"$ {command.text}\n"
        if not command.text.startswith("cd "):
            lines: Iterable[str] = printed(command, answers(command)) if command.shown else []
            if LEFT_OUT in command.shown:
                lines = renewed_lines(command.shown, list(lines))
            text += "".join(f"{line}\n" for line in lines)
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
        ValueError: for a table without its markers, a command or block that fails, or a shown line that is not printed.
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
    with tempfile.TemporaryDirectory() as folder:
        followed = follow(page, Path(folder)) if page in TUTORIALS else None

        def answers(command: Command) -> Done:
            return next(done for one, done in followed if one == command) if followed else run(command, Path(folder))

        def renewed(found: re.Match[str]) -> str:
            if found[1] == "python":
                run_python(found[3], Path(folder))
            if found[1] != "console":
                return found[0]
            return found[0].replace(found[3], renewed_block(found[2], found[3], answers))

        return BLOCK.sub(renewed, text)


def run_python(block: str, folder: Path) -> None:
    """Run a block of Python in the checkout; in a folder of its own if it writes files.

    Raises:
        ValueError: if it fails, or prints nothing where it should.
    """
    printed = StringIO()
    with chdir(folder if ".to_csv(" in block else ROOT), redirect_stdout(printed):
        try:
            exec(compile(block, "block", "exec"), {})
        except Exception as error:
            raise ValueError(f"a Python block fails: {type(error).__name__}: {error}") from error
    if "print(" in block and not printed.getvalue().strip():
        raise ValueError("a Python block prints nothing")


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
