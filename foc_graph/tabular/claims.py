"""Claims as rows of a table: a row is a value of a thing and a source for it, as in the files of claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from foc_graph.errors import ParseError, quoted
from foc_graph.tabular.cells import CellError, Referents
from foc_graph.tabular.importing import Plan, match_columns
from foc_graph.tabular.kinds import Kind
from foc_graph.tabular.table import Problem, Row, Table
from foc_graph.workspace.claims import COLUMNS, Claim, Line, format_claims, read_claims
from foc_graph.workspace.files import Things
from foc_graph.workspace.settings import Workspace

_HEAD = "\t".join(COLUMNS)

_Key = tuple[str, ...]
"""What a line is about: thing, property, value, dates and source."""


class _File(NamedTuple):
    """The claims of a coalition, as its file has them."""

    workspace: Workspace
    path: Path
    coalition: str
    text: str

    def claims(self, lines: list[str]) -> list[Claim]:
        """Read lines of claims.

        Raises:
            ParseError: at the line of the fault, the headings being line 1.
        """
        text = "\n".join([_HEAD, *lines])
        return read_claims(text, str(self.path), self.workspace.vocabulary(self.path))

    def write(self, claims: list[Claim]) -> str:
        """Return the text of the file with these claims."""
        return format_claims(claims, self.workspace.vocabulary(self.path))

    def lines(self) -> list[str]:
        """Return the lines of the file in canonical form, without the headings."""
        claims = read_claims(self.text, str(self.path), self.workspace.vocabulary(self.path)) if self.text else []
        return self.write(claims).splitlines()[1:]

    def is_about(self, thing: str) -> bool:
        """Whether a thing is the coalition or below it."""
        return f"{thing}/".startswith(f"{self.coalition}/")


def list_claims(coalition: str, things: Things) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the claims about a coalition (an IRI) and what is below it."""
    return list(COLUMNS), [line.split("\t") for line in _open(coalition, things).lines()]


def plan_claims(table: Table, kind: Kind, coalition: str, things: Things, referents: Referents) -> Plan:
    """Compare each row with the line that has its value and source, and add to `things` what is new or changed.

    `coalition` is an IRI. An empty cell says nothing. Where there are problems, `things` must not be written.
    """
    columns, unused, problems = match_columns(table, kind)
    plan = Plan([], [], 0, 0, unused, problems, {})
    if problems:
        return plan
    problems += table.problems
    file = _open(coalition, things)
    present = file.lines()
    known = {_key(line): number for number, line in enumerate(_told(file, present))}
    rows: list[int | None] = [None] * len(present)
    seen: dict[_Key, int] = {}
    unchanged = 0
    for number, texts in table.rows:
        cells = {column.heading: " ".join(texts[index].split()) for index, (column, _) in columns.items()}
        line = _read(file, number, cells, things, referents, problems)
        if line is None:
            continue
        key = _key(line)
        if key in seen:
            problems.append(Problem(number, "", f"says the same as row {seen[key]}: keep one of them"))
            continue
        seen[key] = number
        place = known.get(key)
        before = present[place].split("\t") if place is not None else [""] * len(COLUMNS)
        after = [cells.get(column) or old for column, old in zip(COLUMNS, before, strict=True)]
        if place is None:
            present.append("\t".join(after))
            rows.append(number)
            plan.new.append(_sentence(after))
        elif changes := _changes(before, _canonical(file, after)):
            present[place], rows[place] = "\t".join(after), number
            plan.changed.append(f"{_sentence(before)}: {', '.join(changes)}")
        else:
            unchanged += 1
    try:
        claims = file.claims(present)
    except ParseError as error:
        problems.append(_problem(rows[(error.line or 2) - 2] or 1, error))
        claims = []
    if not problems and (text := file.write(claims)) != file.text:
        things.replace(file.path, text)
    return plan._replace(
        unchanged=unchanged,
        absent=sum(file.is_about(key[0]) and key not in seen for key in known),
        problems=[problem._replace(sheet=table.sheet) for problem in problems],
        rows={claim.iri: seen[_key(line)] for claim in claims for line in claim.lines if _key(line) in seen},
    )


def _open(coalition: str, things: Things) -> _File:
    slug = coalition.rpartition("/")[2]
    path = things.workspace.root / "data" / "coalitions" / slug / "claims.tsv"
    return _File(things.workspace, path, coalition, things.read(path))


def _told(file: _File, lines: list[str]) -> Iterator[Line]:
    for line in lines:
        yield file.claims([line])[0].lines[0]


def _key(line: Line) -> _Key:
    return (*line.key, line.source)


def _read(
    file: _File, number: int, cells: dict[str, str], things: Things, referents: Referents, problems: list[Problem]
) -> Line | None:
    """Return the line that a row is; a source may be given by its address, and is described if it is new."""
    row = Row(number, {"source": [cells["source"]] if cells.get("source") else []}, {}, problems)
    try:
        if "://" in cells.get("source", "") or not cells.get("source"):
            (source,) = referents.sources(row)
            cells["source"] = f"<{source.value}>"
        (claim,) = file.claims(["\t".join(cells.get(column, "") for column in COLUMNS)])
    except CellError as error:
        row.problem("source", str(error))
        return None
    except ParseError as error:
        problems.append(_problem(number, error))
        return None
    (line,) = claim.lines
    if not file.is_about(line.thing):
        row.problem("thing", "is not of this coalition: import it with that of which it is")
    for heading, iri in (("thing", line.thing), ("source", line.source)):
        if iri not in things:
            row.problem(heading, f"no file describes {quoted(cells[heading])}: correct it, or describe it first")
    return line


def _canonical(file: _File, cells: list[str]) -> list[str]:
    return file.write(file.claims(["\t".join(cells)])).splitlines()[1].split("\t")


def _changes(before: list[str], after: list[str]) -> list[str]:
    return [
        f"{column} {old or 'nothing'} → {new or 'nothing'}"
        for column, old, new in zip(COLUMNS, before, after, strict=True)
        if old != new
    ]


def _sentence(cells: list[str]) -> str:
    """Return a line in words, as in "foc/wg1 coal:end 2017-05 by foc-history"."""
    thing, name, value, source = cells[:4]
    return f"{thing} {name} {value} by {source}"


def _problem(row: int, error: ParseError) -> Problem:
    """Return a fault of a line as one of a cell; the text of a fault begins with the name of its column."""
    heading, _, text = error.problem.partition(": ")
    return Problem(row, heading, text) if heading in COLUMNS else Problem(row, "", error.problem)
