"""Claims as rows of a table: a row is a value of a thing and a source for it, as in the files of claims."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from foc_graph.descriptions import DATED
from foc_graph.errors import ParseError, quoted
from foc_graph.namespaces import expand
from foc_graph.progress import Track, tracked, untracked
from foc_graph.tabular.cells import CellError, Referents, cell_date, split
from foc_graph.tabular.importing import STEP, Columns, Plan, begin_plan, finish_plan
from foc_graph.tabular.kinds import Kind
from foc_graph.tabular.table import Row, Table
from foc_graph.workspace.claims import COLUMNS, Claim, Line, Vocabulary, format_claims, read_claims
from foc_graph.workspace.files import Things

_OF_LINE = ("support", "locator", "note")
_OF_CLAIM = ("rank", "ruling", "claim")
_OTHER_LINE = re.compile("^line [0-9]+ ")

_Key = tuple[str, ...]
"""What a line is about: thing, property, value, dates and source."""

_Cells = dict[str, str]
"""The cells of a line by column; those that are of its claim stand in each of its lines."""


class _File(NamedTuple):
    """The file of the claims about a coalition and what is below it."""

    path: Path
    vocabulary: Vocabulary

    def parse(self, text: str) -> list[Claim]:
        return read_claims(text, str(self.path), self.vocabulary) if text else []

    def parse_lines(self, lines: list[_Cells]) -> list[Claim]:
        """Parse lines; the headings are line 1."""
        rows = [[cells[column] for column in COLUMNS] for cells in lines]
        return self.parse("\n".join(map("\t".join, (COLUMNS, *rows))))


def list_claims(kind: Kind, coalition: str, things: Things) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the claims about a coalition (an IRI) and what is below it."""
    file = _open(kind, coalition, things)
    text = format_claims(file.parse(things.read_text_file(file.path)), file.vocabulary)
    return list(COLUMNS), [line.split("\t") for line in text.splitlines()[1:]]


def plan_claims(
    table: Table, kind: Kind, coalition: str, things: Things, referents: Referents, track: Track = untracked
) -> Plan:
    """Compare each row with the line that has its value and source, and put into `things` what is new or changed.

    `coalition` is an IRI. An empty cell says nothing; a rank, ruling or name is that of all lines of a value. Where
    there are problems, `things` must not be written.
    """
    columns, plan = begin_plan(table, kind)
    if not columns:
        return finish_plan(plan, table, columns)
    file = _open(kind, coalition, things)
    text = things.read_text_file(file.path)
    lines = {_key(line): _cells(claim, line) for claim in file.parse(text) for line in claim.lines}
    absent = set(lines)
    of_claim: defaultdict[_Key, list[_Cells]] = defaultdict(list)
    for key, cells in lines.items():
        of_claim[key[:-1]].append(cells)
    seen: dict[_Key, int] = {}
    said: dict[_Key, tuple[str, int]] = {}
    unchanged = 0
    for number, texts in tracked(table.rows, "reading", len(table.rows), track, STEP):
        row = Row(number, {}, {}, plan.problems)
        line = _read_row(file, row, texts, columns, referents)
        if line is None or not _is_described(line, row, coalition, things):
            continue
        key = _key(line)
        if key in seen:
            row.problem("", f"has the same value and source as row {seen[key]}: keep one of them")
            continue
        seen[key] = number
        given = {column: line.cells[column] for column in (*_OF_LINE, *_OF_CLAIM) if line.cells[column]}
        for column in given.keys() & set(_OF_CLAIM):
            first, other = said.setdefault((*key[:-1], column), (given[column], number))
            if given[column] != first:
                row.problem(column, f"is not that of row {other}, which has the same value: keep one of them")
        before = lines.get(key)
        name = " ".join(line.cells[column] for column in ("thing", "property", "value")) + f" by {line.cells['source']}"
        if before is None:
            lines[key] = dict(line.cells)
            of_claim[key[:-1]].append(lines[key])
            plan.new.append(name)
        elif changes := [
            f"{column} {before[column] or 'nothing'} → {one}" for column, one in given.items() if one != before[column]
        ]:
            before.update(given)
            plan.changed.append(f"{name}: {', '.join(changes)}")
        else:
            unchanged += 1
        for cells in of_claim[key[:-1]]:
            cells.update((column, given[column]) for column in _OF_CLAIM if column in given)
    claims: list[Claim] = []
    try:
        claims = file.parse_lines(list(lines.values()))
    except ParseError as error:  # two values whose claims have one name
        heading, _, problem = error.problem.partition(": ")
        number = seen.get(list(lines)[(error.line or 2) - 2], 1)
        Row(number, {}, {}, plan.problems).problem(heading, _OTHER_LINE.sub("another value ", problem))
    if not plan.problems and (after := format_claims(claims, file.vocabulary)) != text:
        things.replace_text_file(file.path, after)
    rows = {claim.iri: seen[_key(line)] for claim in claims for line in claim.lines if _key(line) in seen}
    plan = plan._replace(unchanged=unchanged, absent=len(absent - seen.keys()))
    return finish_plan(plan, table, columns, rows, referents.new)


def _open(kind: Kind, coalition: str, things: Things) -> _File:
    path = things.workspace.root / "data" / "coalitions" / coalition.rpartition("/")[2] / kind.file
    return _File(path, things.workspace.vocabulary(path))


def _key(line: Line) -> _Key:
    return (*line.key, line.source)


def _cells(claim: Claim, line: Line) -> _Cells:
    of_claim = {column: claim.cell(column)[0] for column in _OF_CLAIM}
    return {**line.cells, **of_claim, "rank": of_claim["rank"] or "normal", "claim": claim.iri.rpartition("/")[2]}


def _read_row(file: _File, row: Row, texts: list[str], columns: Columns, referents: Referents) -> Line | None:
    """Return the line that a row is; a source may be given by its address, and is described if it is new."""
    cells = dict.fromkeys(COLUMNS, "")
    column = ""
    try:
        for index, (known, described) in columns.items():
            column = known.heading
            parts = split(texts[index], known, described)
            is_date = known.holds == "date" or (known.heading == "value" and _is_dated(file, cells["property"]))
            if is_date:
                parts = [cell_date(part, described.date_format).text for part in parts]
            cells[column] = " ".join(parts)
        column = "source"
        if not cells[column] or cells[column].startswith(("http://", "https://")):
            row.texts[column] = [cells[column]] if cells[column] else []
            cells[column] = f"<{referents.sources(row)[0].value}>"
        ((line,),) = (claim.lines for claim in file.parse_lines([cells]))
    except CellError as error:
        row.problem(column, str(error))
    except ParseError as error:
        heading, _, problem = error.problem.partition(": ")
        row.problem(heading, problem)
    else:
        return line
    return None


def _is_dated(file: _File, name: str) -> bool:
    return not DATED.isdisjoint(file.vocabulary.ranges.get(expand(name) or "", ()))


def _is_described(line: Line, row: Row, coalition: str, things: Things) -> bool:
    """Note what of a line is not described, or not of the coalition."""
    count = len(row.problems)
    if not f"{line.thing}/".startswith(f"{coalition}/"):
        row.problem("thing", "belongs to another coalition: import it there, with --coalition")
    for heading, iri in (("thing", line.thing), ("source", line.source)):
        if iri not in things:
            row.problem(heading, f"no file describes {quoted(line.cells[heading])}: correct it, or describe it first")
    return len(row.problems) == count
