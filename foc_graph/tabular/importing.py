"""The plan of an import: rows as things, compared with what the files say of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from foc_graph.dates import PartialDate
from foc_graph.matching.lookup import Lookup, exact
from foc_graph.namespaces import expand, iri_of
from foc_graph.progress import Track, tracked, untracked
from foc_graph.rdf.csvw import Described
from foc_graph.tabular.cells import CellError, Referents, shown, split, term
from foc_graph.tabular.identity import Identity
from foc_graph.tabular.kinds import Column, Kind
from foc_graph.tabular.seats import Seats
from foc_graph.tabular.table import Problem, Row, Table
from foc_graph.tabular.works import Labelled, Mandates, Signatures, Titled
from foc_graph.workspace.files import Term, Things

Columns = dict[int, tuple[Column, Described]]
"""For the index of each heading that is used, its column and what the metadata says of it."""

Named = Mapping[str, tuple[int, Column]]
"""For each heading that a column goes by, how early it comes among them, and the column."""

STEP = 100
"""Rows after which the progress is reported."""

_LATE = ("agent", "holder", "person", "organisation", "function")
"""The kinds of cells that are read last in a row, since other cells say which thing they mean."""

_STATE, _BEGIN, _VERIFIED = (iri_of(f"coal:{name}") for name in ("periodState", "begin", "verified"))
_ENDS = frozenset(iri_of(f"coal:{name}") for name in ("end", "endNotAfter"))
_ORDERED = (
    ("joined", "left"),
    ("start", "end"),
    ("begin_not_before", "begin_not_after"),
    ("end_not_before", "end_not_after"),
)


IDENTITIES: dict[str, Callable[[Kind, str, Lookup, Things], Identity]] = {
    "bodies": Labelled,
    "members": Seats,
    "people": Seats,
    "offices": Seats,
    "documents": Titled,
    "signatories": Signatures,
    "functions": Labelled,
    "mandates": Mandates,
    "meetings": Titled,
}


class Plan(NamedTuple):
    """The changes of an import, in words of the domain, and everything that is wrong with the table.

    `new` and `changed` are one line each; `absent` counts the things of this kind that the table does not name, which
    stay as they are; `unused` are headings that mean nothing here; `rows` gives the row that is about a thing, and
    `sheets` its sheet, where there are several; `unverified` counts the new periods that nobody has said to go on.
    """

    new: list[str]
    changed: list[str]
    unchanged: int
    absent: int
    unused: list[str]
    problems: list[Problem]
    rows: dict[str, int]
    sheets: Mapping[str, str] = MappingProxyType({})
    unverified: int = 0

    def __add__(self, other: Plan) -> Plan:  # type: ignore[override]
        """Return the plan of both."""
        return Plan(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.absent + other.absent,
            self.unused + other.unused,
            self.problems + other.problems,
            {**self.rows, **other.rows},
            {**self.sheets, **other.sheets},
            self.unverified + other.unverified,
        )


def make_plan(
    table: Table,
    kind: Kind,
    coalition: str,
    names: Lookup,
    things: Things,
    referents: Referents,
    track: Track = untracked,
    verified: Term | None = None,
) -> Plan:
    """Compare each row with the thing that it is about, and describe in `things` what is new or changed.

    `coalition` is an IRI. `verified` is the date on which the table was right: what goes on and has no such date of its
    own gets it. Where there are problems, `things` must not be written.
    """
    columns, plan = begin_plan(table, kind)
    if not columns:
        return finish_plan(plan, table, columns)
    seen: dict[str, int] = {}
    identity = IDENTITIES[kind.name](kind, coalition, names, things)
    unchanged = unverified = 0
    for number, cells in tracked(table.rows, "reading", len(table.rows), track, STEP):
        row = _read(number, cells, columns, names, referents, identity.slug, plan.problems)
        identity.interpret(row)
        subject = identity.subject(row)
        if subject is None:
            continue
        if subject in seen:
            row.problem("", f"says the same thing as row {seen[subject]} or contradicts it: keep one of them")
            continue
        seen[subject] = number
        unverified += _is_unverified(row, subject, identity, verified)
        unchanged += not _describe(row, subject, identity, referents, plan)
    absent = sum(iri not in seen for iri in identity.listed(apart=bool(table.sheet)))
    plan = plan._replace(unchanged=unchanged, absent=absent, unverified=unverified)
    return finish_plan(plan, table, columns, seen, referents.new)


def begin_plan(table: Table, kind: Kind) -> tuple[Columns, Plan]:
    """Return the columns of a table, none if its headings are wrong, and a plan of what is wrong with it so far."""
    columns, unused, problems = _match(table, kind)
    place = f" (sheet {table.sheet})" if table.sheet else ""
    unused = [f"{heading or '(no heading)'}{place}" for heading in unused]
    if problems:
        return {}, Plan([], [], 0, 0, unused, problems, {})
    return columns, Plan([], [], 0, 0, unused, list(table.problems), {})


def finish_plan(
    plan: Plan, table: Table, columns: Columns, rows: Mapping[str, int] = MappingProxyType({}), new: Sequence[str] = ()
) -> Plan:
    """Return a plan with what its rows are about and brought beside, and its problems in the words of the table."""
    headings = {column.heading: table.headings[index] for index, (column, _) in columns.items()}
    return plan._replace(
        new=[*(f"new {text}" for text in new), *plan.new],
        problems=_listed(plan.problems, headings, table.sheet),
        rows=dict(rows),
        sheets=dict.fromkeys(rows, table.sheet) if table.sheet else {},
    )


def _match(table: Table, kind: Kind) -> tuple[Columns, list[str], list[Problem]]:
    """Return the columns by index, headings that are not used, and what is wrong with the headings.

    Of several headings that mean one column, the one that comes first among its names is used.
    """
    names = {
        _plain(title): (rank, column)
        for column in reversed(kind.columns)
        for rank, title in reversed([*enumerate((column.heading, *column.titles))])
    }
    predicates = {column.iri: (-1, column) for column in kind.columns if column.predicate}
    meant: dict[Column, list[tuple[int, int]]] = {}
    problems = []
    for index, heading in enumerate(table.headings):
        described = table.metadata.columns.get(heading, Described())
        by_predicate = predicates.get(expand(described.predicate) or "")
        known = by_predicate or _meaning(described.name, names) or _meaning(heading, names)
        if known:
            meant.setdefault(known[1], []).append((known[0], index))
        if heading and heading in table.headings[:index]:
            problems.append(Problem(1, heading, "stands there twice: keep one of them"))
    columns: Columns = {}
    for column in kind.columns:
        if column in meant:
            index = min(meant[column])[1]
            columns[index] = column, table.metadata.columns.get(table.headings[index], Described())
        elif column.required:
            problems.append(Problem(1, "", f"no column for {column.heading}{_elsewhere(table, column, names)}"))
    unused = [heading for index, heading in enumerate(table.headings) if index not in columns]
    return columns, unused, problems


def _plain(heading: str) -> str:
    """Return a heading without case, punctuation and what stands in brackets."""
    return exact(re.sub(r"\(.*?\)", "", heading))


def _meaning(heading: str, names: Named) -> tuple[int, Column] | None:
    """Return the meaning of a heading or a part of it, such as "country" in "Country / organisation"."""
    return next(filter(None, (names.get(_plain(part)) for part in (heading, *heading.split("/")))), None)


def _elsewhere(table: Table, column: Column, names: Named) -> str:
    """Say where the headings may stand instead, or how to find out what they are called."""
    for number, cells in table.rows[:10]:
        if any(meaning[1] == column for cell in cells if (meaning := _meaning(cell, names))):
            return f": the headings seem to stand in row {number}; delete what is above them"
    return "; `foc import --help` lists the headings"


def _listed(problems: list[Problem], headings: dict[str, str], sheet: str) -> list[Problem]:
    """Return the problems in order, the first of each cell, with the headings that the table uses."""
    told: dict[object, Problem] = {}
    for row, heading, text, _ in problems:
        heading = headings.get(heading, heading)
        told.setdefault((row, heading or text), Problem(row, heading, text, sheet))
    return sorted(told.values(), key=lambda problem: problem.row)


def _read(
    number: int,
    cells: list[str],
    columns: Columns,
    names: Lookup,
    referents: Referents,
    within: str,
    problems: list[Problem],
) -> Row:
    """Return a row with its terms; agents and functions are read last, since other cells may tell them apart."""
    row = Row(number, {}, {}, problems)
    for index, (column, described) in columns.items():
        row.texts[column.heading] = split(cells[index], column, described)
        if column.required and not row.texts[column.heading]:
            row.problem(column.heading, "is empty")
    for column, described in sorted(columns.values(), key=lambda pair: pair[0].holds in _LATE):
        if column.holds in ("id", "code", "source"):
            continue
        values: list[Term] = []
        for text in row.texts[column.heading]:
            try:
                if column.holds == "function":
                    values.append(referents.function(row, text))
                elif column.holds in _LATE:
                    values.append(referents.agent(row, column, text))
                else:
                    values.append(term(text, column, names, described, within))
            except CellError as error:
                row.problem(column.heading, str(error))
        row.values[column.heading] = values
    referents.check_sources(row)
    for earlier, later in _ORDERED:
        first, last = row.values.get(earlier), row.values.get(later)
        if first and last and PartialDate(first[0].value).first_day > PartialDate(last[0].value).last_day:
            row.problem(later, f"{last[0].value} lies before {earlier} {first[0].value}: are the two exchanged?")
    return row


def _is_unverified(row: Row, subject: str, identity: Identity, verified: Term | None) -> bool:
    """Give a period that goes on the date on which it was verified, and return whether it is new and has none."""
    if not any(column.iri == _VERIFIED for column in identity.kind.columns):
        return False
    said = {
        column.iri: row.values[column.heading] for column in identity.kind.columns if row.values.get(column.heading)
    }
    values = {**identity.things[subject], **said}
    state = values.get(_STATE)
    begin, known = (values.get(one, [None])[0] for one in (_BEGIN, _VERIFIED))
    is_over = not _ENDS.isdisjoint(values) or (state is not None and "/ended" in state[0].value)
    if _VERIFIED in said or is_over:
        return False
    if verified is None:
        return subject not in identity.things
    day = PartialDate(verified.value)
    has_begun = begin is None or PartialDate(begin.value).first_day <= day.last_day
    if has_begun and (known is None or PartialDate(known.value).first_day < day.first_day):
        row.values["verified"] = [verified]
    return False


def _describe(row: Row, subject: str, identity: Identity, referents: Referents, plan: Plan) -> bool:
    """Put what the row says of its subject into the files' things, and return whether that is anything new.

    An empty cell says nothing, and sources are added to those that are there.
    """
    things = identity.things
    known = subject in things
    before = things[subject] if known else {}
    after = dict(before) if known else identity.defaults(row)
    differences = []
    for column in identity.kind.columns:
        said = row.values.get(column.heading)
        if not column.predicate or not said:
            continue
        old = before.get(column.iri, [])
        kept = [value for value in old if column.holds == "text" and getattr(value, "language", "en") != "en"]
        new = [*kept, *said]
        if set(new) == set(old):
            continue
        after[column.iri] = new
        if known:
            was, now = (_told(values, kept, column, identity.names) for values in (old, new))
            differences.append(f"{column.heading} {was} → {now}")
    try:
        if not known or differences or row.texts.get("source"):
            sources = referents.sources(row) if not known or row.texts.get("source") or referents.has_source else []
            cited = before.get(identity.kind.source, [])
            added = [source for source in sources if source not in cited]
            if added:
                after[identity.kind.source] = [*cited, *added]
                addresses = ", ".join(identity.names.label(source.value) for source in added)
                differences.append(f"source added: {addresses}")
    except CellError as error:
        row.problem("source", str(error))
    if not known:
        plan.new.append(identity.sentence(row))
    elif differences:
        plan.changed.append(f"{identity.label(row, subject)}: {', '.join(differences)}")
    else:
        return False
    if not known and identity.named:
        for name in (*row.texts.get("abbreviation", []), *row.texts.get("title", []), *row.texts.get("name", [])):
            identity.names.add(identity.named, subject, name)
    things.put(subject, after, f"coalitions/{identity.slug}/{identity.kind.file}")
    return True


def _told(values: list[Term], kept: list[Term], column: Column, names: Lookup) -> str:
    return "; ".join(sorted(shown(value, column, names) for value in values if value not in kept)) or "nothing"
