"""`mandates`: when a coalition and its bodies existed, and when they held mandates, as a Gantt chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.plotting.axis import Axis, day
from foc_graph.plotting.picture import WIDTH, Address, Picture, drawn, name_of, present
from foc_graph.plotting.text import BOLD, SIZE, many, wrapped
from foc_graph.store.result import Record, Rows
from foc_graph.terms import short
from foc_graph.time import in_words

_LABEL, _RIGHT, _TOP = 236, 26, 26
_THIN, _LANE, _GAP, _LINE = 12, 12, 5, 16
_LEAST = 3
_MOST = 120
_LEGEND = (
    ("body certain", "existed"),
    ("body presumed", "existed when last checked"),
    ("body possible", "may have existed"),
    ("certain", "held a mandate"),
    ("presumed", "held one when last checked"),
    ("possible", "may have held one"),
    ("unknown", "when is not known"),
)


class Period(NamedTuple):
    """What is known of a period: the days between which it began and ended, and whether it was open when checked."""

    begins_earliest: int | None
    begins_latest: int | None
    ends_earliest: int | None
    ends_latest: int | None
    is_open: bool

    @classmethod
    def of(cls, row: Record, begin: str, end: str) -> Period:
        """The period in a row whose columns have these words in their names."""
        columns = (f"{begin}_earliest", f"{begin}_latest", f"{end}_earliest", f"{end}_latest")
        begins_earliest, begins_latest, ends_earliest, ends_latest = (day(row[column]) for column in columns)
        return cls(begins_earliest, begins_latest, ends_earliest, ends_latest, row["state"] == "open")

    def parts(self, axis: Axis, kind: str = "") -> Iterator[Bar]:
        """The period as bars, with the classes of their marks, which begin with `kind`."""
        first, last = self.begins_earliest or axis.first, self.ends_latest or axis.last
        begun, ending = self.begins_latest, self.ends_earliest
        if begun is None and self.ends_latest is None:
            yield Bar.over(axis, first, last, "unknown")
        elif begun is None or ending is None or begun > ending:
            yield Bar.over(axis, first, last, f"{kind}possible")
        else:
            if first < begun:
                yield Bar.over(axis, first, begun, f"{kind}possible")
            if ending < last:
                yield Bar.over(axis, ending, last, f"{kind}{'presumed' if self.is_open else 'possible'}")
            yield Bar.over(axis, begun, ending, f"{kind}certain")

    @property
    def end(self) -> str:
        """What the right end of the last bar shows: that it is open, not known, or nothing where it has ended."""
        return "open" if self.is_open else "" if self.ends_latest else "unknown"


class Bar(NamedTuple):
    """A bar from `x` on over `width`, with the classes of its mark."""

    x: float
    width: float
    mark: str

    @classmethod
    def over(cls, axis: Axis, first: int, last: int, mark: str) -> Bar:
        """The bar between two days; a short one is wide enough to be seen."""
        x = axis.x(first)
        width = round(max(axis.x(last) - x, _LEAST), 1)
        return cls(round(min(x, axis.right - width), 1), width, mark)


class Held(NamedTuple):
    """A mandate in a row: its bars, what they say, and the lane that no other mandate of the row takes then."""

    bars: list[Bar]
    end: str
    text: str
    y: float


class Row(NamedTuple):
    """A coalition or body: its name, when it existed and when it held mandates."""

    y: float
    height: float
    lines: list[str]
    title: str
    href: str
    is_whole: bool
    existence: list[Bar]
    end: str
    mandates: list[Held]


def draw(graph: Graph, address: Address, coalition: str = "", body: str = "") -> Picture | None:
    """The bodies of a coalition with their mandates, by when they began; or one body, with those in it.

    Raises:
        ParameterError: if not one of both is named.
        UnknownNameError: for a coalition or body that does not exist.
    """
    if bool(coalition) == bool(body):
        raise ParameterError("mandates needs a coalition or a body: name one of them")
    owner = graph.resolve(coalition or body, "coalition" if coalition else "body").value
    whole = owner if coalition else coalition_of(graph, owner)
    if not whole:
        return None
    is_whole = whole == owner
    existing = [row for row in graph.rows("bodies", coalition=whole) if is_whole or row["body"] == owner]
    held: dict[str, dict[str, Record]] = {}
    for row in graph.rows("mandates", coalition=whole):
        if is_whole or row["body"] == owner:
            held.setdefault(row["body"], {})[row["mandate"]] = row
    if not held and not existing:
        return None
    name = name_of(graph, owner)
    if is_whole:
        existing.append({"body": owner, "name": name, **_existence(graph, owner)})
    periods = {row["body"]: Period.of(row, "founded", "ended") for row in existing}
    mandated = {mandate: Period.of(row, "start", "end") for rows in held.values() for mandate, row in rows.items()}
    known = [one for period in (*periods.values(), *mandated.values()) for one in period[:4]]
    goes_on = any(period.end for period in (*periods.values(), *mandated.values()))
    until = day(graph.workspace.settings.verified) if goes_on else None
    axis = Axis.over(known, until, _LABEL, WIDTH - _LABEL - _RIGHT)
    existing.sort(key=lambda row: _order(row, owner, periods[row["body"]]))
    rows: list[Row] = []
    height = float(_TOP)
    for row in existing[:_MOST]:
        one = row["body"]
        rows.append(_row(row, height, axis, periods[one], held.get(one, {}), address, one == whole))
        height += rows[-1].height
    height = int(height + 6)
    marks = {bar.mark for row in rows for bar in (*row.existence, *(bar for one in row.mandates for bar in one.bars))}
    text = f"{many(len(existing) - is_whole, 'body', 'bodies')}, {many(len(mandated), 'mandate', 'mandates')}."
    more = len(existing) - len(rows)
    ends = {end for row in rows for end in (row.end, *(one.end for one in row.mandates))}
    return Picture(
        name="mandates",
        title=f"{'Bodies and mandates' if is_whole else 'Mandates'}: {name}",
        text=text,
        svg=drawn(
            "mandates",
            label=f"A chart over time. {text}",
            axis=axis,
            rows=rows,
            width=WIDTH,
            height=height,
            top=_TOP,
        ),
        width=WIDTH,
        height=height,
        query="mandates",
        parameters={"coalition": coalition or short(whole, graph.base)},
        legend=present(_LEGEND, marks),
        notes=[
            *([f"{more} more bodies are not shown."] if more else []),
            *(["An arrow at the end: open when last checked."] if "open" in ends else []),
            *(["A question mark at the end: when it ended, if it has, is not known."] if "unknown" in ends else []),
        ],
        things=[*periods, *mandated],
    )


def coalition_of(graph: Graph, body: str) -> str:
    """The IRI of the coalition of which a body is a part, the first of several; empty if there is none."""
    rows = graph.sparql(
        f"SELECT ?whole WHERE {{ {ox.NamedNode(body)} org:transitiveSubOrganizationOf? ?whole . "
        "?whole a coal:Coalition } ORDER BY STR(?whole)"
    )
    assert isinstance(rows, Rows)
    return next((row["whole"] for row in rows), "")


def _existence(graph: Graph, coalition: str) -> Record:
    """When a coalition existed, in the columns that the query `bodies` has for a body."""
    rows = graph.sparql(
        f"""SELECT ?founded ?ended ?founded_earliest ?founded_latest ?ended_earliest ?ended_latest ?state WHERE {{
        BIND({ox.NamedNode(coalition)} AS ?coalition)
        OPTIONAL {{ ?coalition coal:begin ?founded }}
        OPTIONAL {{ ?coalition coal:end ?ended }}
        OPTIONAL {{ ?coalition coal:beginsEarliest ?founded_earliest }}
        OPTIONAL {{ ?coalition coal:beginsLatest ?founded_latest }}
        OPTIONAL {{ ?coalition coal:endsEarliest ?ended_earliest }}
        OPTIONAL {{ ?coalition coal:endsLatest ?ended_latest }}
        OPTIONAL {{ ?coalition coal:periodState/skos:notation ?state }}
        }} LIMIT 1"""
    )
    assert isinstance(rows, Rows)
    return next(iter(rows))


def _order(row: Record, owner: str, period: Period) -> tuple[bool, bool, int, int, str]:
    """The coalition first, then by when each has begun at the latest; those of which that is not known last."""
    latest = period.begins_latest
    return (row["body"] != owner, latest is None, period.begins_earliest or 0, latest or 0, row["name"] or row["body"])


def _row(
    row: Record, y: float, axis: Axis, period: Period, held: Mapping[str, Record], address: Address, is_whole: bool
) -> Row:
    """A row from `y` on, in which mandates that may overlap lie below each other."""
    name = row["name"] or row["body"]
    lanes: list[int] = []
    mandates = []
    spans = {mandate: Period.of(one, "start", "end") for mandate, one in held.items()}
    for mandate in sorted(held, key=lambda one: (spans[one].begins_earliest or 0, one)):
        span, one = spans[mandate], held[mandate]
        first, last = span.begins_earliest or axis.first, span.ends_latest or axis.last
        lane = next((number for number, end in enumerate(lanes) if end <= first), len(lanes))
        lanes[lane : lane + 1] = [last]
        text = f"{name}: mandate, {_told(one, 'start', 'end')}"
        mandates.append(Held(list(span.parts(axis)), span.end, text, y + _THIN + lane * _LANE))
    text = f"{name}: {_told(row, 'founded', 'ended')}"
    label = wrapped(name, _LABEL - 14, SIZE * (BOLD if is_whole else 1), most=2)
    height = max(_THIN + len(lanes) * _LANE, _LINE * len(label) + 2) + _GAP
    existence = list(period.parts(axis, "body "))
    return Row(y, height, label, text, address(row["body"]), is_whole, existence, period.end, mandates)


def _told(row: Record, begin: str, end: str) -> str:
    """The begin and end in words."""
    began, ended = (
        f"{verb} {in_words(row[name])}" if row[name] else _bounded(verb, row[f"{name}_earliest"], row[f"{name}_latest"])
        for verb, name in (("began", begin), ("ended", end))
    )
    return f"{began}, {'open when last checked' if row['state'] == 'open' else ended}"


def _bounded(verb: str, earliest: str | None, latest: str | None) -> str:
    """What is known of the day on which something began or ended, if it has."""
    if earliest and latest:
        return f"{verb} between {in_words(earliest)} and {in_words(latest)}"
    if latest:
        return f"{verb} by {in_words(latest)}"
    not_before = f", but not before {in_words(earliest)}" if earliest else ""
    return f"when it {verb} is not known{not_before}"
