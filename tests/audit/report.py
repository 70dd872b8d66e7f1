"""What the audit finds: the outcome of one row, and of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .view import Values, View, short


@dataclass(frozen=True)
class Row:
    """One row of a table, as the graph should have it; the header is row 1.

    `cells` have the deliberate differences in them, which `used` numbers; `collected` are as in the table.
    """

    file: str
    number: int
    cells: dict[str, str]
    collected: dict[str, str]
    addresses: tuple[str, ...] = ()
    used: tuple[int, ...] = ()
    absent: bool = False
    shared: bool = False

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass
class Check:
    """What the graph has of a row, if a given thing is its subject."""

    view: View
    row: Row
    subject: str | None
    values: int = 0
    addresses: int = 0
    missing: list[str] = field(default_factory=list)
    unsourced: list[str] = field(default_factory=list)
    fit: float = 0.0
    """How close a wording comes, where two candidates have all values of a row."""
    bearers: list[str] = field(default_factory=list)
    """Things beside the subject whose sources count."""

    @property
    def failures(self) -> int:
        """How much of the row the graph lacks."""
        return len(self.missing) + len(self.unsourced) + 1000 * (self.subject is None)

    def expect(self, column: str, found: Iterable[str]) -> None:
        """A filled cell is among the values found; an empty one says nothing."""
        told = self.row[column]
        values = set(found)
        if told:
            self.hold(column, told in values, told, values)

    def expect_date(self, column: str, found: Iterable[str], stated: Iterable[str] = ()) -> None:
        """A date is among those found, at its precision; for an empty cell the graph states none."""
        told = self.row[column]
        values = set(found)
        if told:
            self.hold(column, told in values, told, values)
        else:
            self.hold(column, not set(stated), "no date", set(stated))

    def hold(self, column: str, right: bool, told: str, found: Iterable[str] = ()) -> None:
        """Count one value, and note it if it is not as told."""
        self.values += 1
        if not right:
            beside = ", ".join(sorted(short(value) for value in found)) or "nothing"
            self.missing.append(f"{column}: {told} (the graph has {beside})")

    def trace(self) -> None:
        """Each address of the row is that of a source which the subject, or a claim about it, names."""
        things = [self.subject, *self.bearers] if self.subject else []
        sources = self.view.sources(*things)
        texts = self.view.source_texts(*things)
        for address in self.row.addresses:
            self.addresses += 1
            single = address.startswith("http") and " " not in address
            there = address in sources if single else any(all(w in text for w in address.split()) for text in texts)
            if not there:
                self.unsourced.append(f"source: {address}")


Judge = Callable[[Check], None]
HEADER = f"{'file':24} {'rows':>5} {'found':>6} {'right':>6}/{'values':<6} {'sourced':>6}/{'of':<6}"


def best(view: View, row: Row, candidates: Values, judge: Judge) -> Check:
    """The check of the candidate that comes closest to the row; of a row that is left out, that there is none."""
    if row.absent:
        return Check(view, row, "left out", missing=[f"left out, yet there: {short(item)}" for item in candidates])
    checks = [Check(view, row, candidate) for candidate in sorted(candidates)]
    for check in checks:
        judge(check)
        check.trace()
    if checks:
        return min(checks, key=lambda check: (check.failures, -check.fit))
    missing = Check(view, row, None, missing=["subject: nothing in the graph"])
    missing.trace()
    return missing


@dataclass
class Report:
    """The outcome of one file."""

    file: str
    checks: list[Check]

    @property
    def failing(self) -> list[Check]:
        """The rows that the graph does not have in full."""
        return [check for check in self.checks if check.failures]

    def summary(self) -> str:
        """One line for the table of all files."""
        found = sum(check.subject is not None for check in self.checks)
        values = sum(check.values for check in self.checks)
        right = values - sum(len(check.missing) for check in self.checks if check.subject)
        addresses = sum(check.addresses for check in self.checks)
        sourced = addresses - sum(len(check.unsourced) for check in self.checks)
        return (
            f"{self.file:24} {len(self.checks):5} {found:6} {right:6}/{values:<6}"
            f" {sourced:6}/{addresses:<6} {percent(sourced, addresses):>7}"
        )

    def details(self) -> list[str]:
        """One line for each failing row."""
        return [
            f"{self.file}.csv row {check.row.number} ({short(check.subject or 'not found')}): "
            + "; ".join(check.missing + check.unsourced)
            for check in self.failing
        ]


def percent(part: int, whole: int) -> str:
    """A share, rounded down, so that only the whole is 100 %."""
    return f"{1000 * part // whole / 10} %" if whole else "-"
