"""`joins`: how many belonged to a coalition over time, and when each joined and left."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.charts.chart import COALITION, Address, Chart, Kind, name_of, pick_marks
from foc_graph.charts.periods import CERTAINTIES, COLUMNS, OVER, Axis, Period, belongs, day
from foc_graph.charts.svg import EDGE, NARROW, WIDTH, break_lines, cut, draw_svg, many, scale_to, span, text_width
from foc_graph.dates import between, in_words
from foc_graph.graph import Graph
from foc_graph.store.results import Record

_LEFT, _RIGHT, _TOP, _PLOT = 40, 16, 14, 190
_LINE, _GAP = 16, 8
_MOST_ROWS, _MOST_NAMES, _MOST_IN_ROW = 80, 400, 60
_LEAST, _LEAST_ROOM = 5, 200
"""Pixels of a range that is drawn as one, and of room for names beside a mark; with less they go below it."""
_TIMES = {2: "doubled", 3: "tripled", 4: "quadrupled"}
_READING = (
    "The height is the number of members. Below, a dot stands for the day on which some joined or left, a bar for a "
    "time within which they did."
)
_LEGEND = (
    ("certain", "certainly belonged"),
    ("presumed", "belonged when last checked"),
    ("possible", "may have belonged; may have joined or left then"),
    ("joined", "joined"),
    ("ended", "left"),
)


class Event(NamedTuple):
    """Joining or leaving: its date in words, and the first and last day on which it can have happened.

    `is_given` where a source gives the date, of whatever precision.
    """

    is_end: bool
    told: str
    earliest: int | None
    latest: int | None
    is_given: bool


class Name(NamedTuple):
    """A name in a row, with the address of its page, and what follows it on the line."""

    text: str
    href: str
    after: str


class Row(NamedTuple):
    """Those that joined, or left, at one time: a dot at `x`, or a bar from there over `width`, and lines of names."""

    y: float
    mark: str
    x: float
    width: float
    text_x: float
    text_y: float
    anchor: str
    told: str
    lines: list[list[Name]]
    title: str


def draw(graph: Graph, address: Address, coalition: str) -> Chart | None:
    """Draw how many belonged over time, and who joined and left when; observers and those only invited do not count.

    Raises:
        UnknownNameError: for a coalition that does not exist, or a column that the query lacks.
    """
    found = [row for row in graph.rows("members", COLUMNS, coalition=coalition) if belongs(row)]
    if not found:
        return None
    until = day(graph.workspace.settings.verified)
    dated = [one for row in found for one in Period.of(row)[: 4 if _has_left(row) else 2]]
    axis = Axis.over(dated, until, _LEFT, WIDTH - _LEFT - _RIGHT)
    changes = {span: _counted(found, span, axis) for span in CERTAINTIES}
    events = _events(found)
    text = _told(found, events)
    rows, height, svg = _draw(changes, events, axis, address, text)
    *_, narrow = _draw(changes, events, axis._replace(width=NARROW - _LEFT - _RIGHT), address, text)
    marks = {row.mark for row in rows} | {span for span in CERTAINTIES if changes[span] != changes["certain"]}
    hidden = len(events) - len(rows)
    return Chart(
        name="joins",
        title=_find_trend(changes, dated, until),
        what="Members over time",
        subject=name_of(graph, graph.resolve(coalition, "coalition").value),
        reading=_READING,
        text=text,
        svg=svg,
        narrow=narrow,
        width=WIDTH,
        height=height,
        query="members",
        parameters={"coalition": coalition},
        legend=pick_marks(_LEGEND, marks | {"certain"}),
        notes=[f"{hidden} more dates of joining or leaving not listed."] if hidden else [],
        things=[row["membership"] for row in found],
    )


def _draw(
    changes: Mapping[str, Counter[int]],
    events: Mapping[Event, Sequence[Record]],
    axis: Axis,
    address: Address,
    text: str,
) -> tuple[list[Row], int, Markup]:
    """Draw how many belonged over an axis, and below it who joined and left when."""
    counts = {span: _steps(changes[span], axis) for span in CERTAINTIES}
    scale = scale_to(max((count for steps in counts.values() for _, count in steps), default=0))
    rows, height = _rows(events, axis, address)
    svg = draw_svg(
        "joins",
        label=f"A chart of members over time. {text}",
        axis=axis,
        areas=[
            (span, _area(counts[span], scale[-1]))
            for span in reversed(CERTAINTIES)
            if span == "certain" or changes[span] != changes["certain"]
        ],
        line=_path(counts["certain"], scale[-1]),
        scale=[(_y(mark, scale[-1]), mark) for mark in scale],
        base=_TOP + _PLOT,
        rows=rows,
        width=int(axis.right) + _RIGHT,
        height=int(height),
    )
    return rows, int(height), svg


class Count(NamedTuple):
    """The number that belonged on a day: at least those certain or presumed, at most those that are possible."""

    least: int
    most: int

    def __str__(self) -> str:
        return span(self.least, self.most)


def _find_trend(changes: Mapping[str, Counter[int]], dated: Iterable[int | None], until: int | None) -> str:
    """Say how the number of members changed from the end of the first year to the last day of the data.

    It is said to have grown or fallen, and how many times, only where that holds whatever the uncertain ones did.
    """
    begins = [one for one in dated if one is not None]
    last = until or datetime.date.today().toordinal()
    year = datetime.date.fromordinal(min(begins, default=last)).year
    first = min(datetime.date(year, 12, 31).toordinal(), last)
    then, now = (
        Count(*(sum(count for at, count in changes[span].items() if at <= one) for span in ("presumed", "possible")))
        for one in (first, last)
    )
    today = in_words(datetime.date.fromordinal(last).isoformat())
    if first == last or not then.most:
        return f"{now} {'member' if now == (1, 1) else 'members'} on {today}"
    ends = f"from {then} at the end of {year} to {now} on {today}"
    if now.least > then.most:
        exact = then.least == then.most and now.least == now.most and not now.most % then.most
        times = _TIMES.get(now.least // then.most, "")
        return f"Members {'' if exact or not times else 'more than '}{times or 'grew'} {ends}"
    if now.most < then.least:
        return f"Members fell {ends}"
    if then == now and then.least == then.most:
        return f"As many members on {today} as at the end of {year}: {now}"
    return f"Members: {then} at the end of {year}, {now} on {today}"


def _has_left(row: Record) -> bool:
    return bool(row["end"]) or row["state"] in OVER


def _counted(rows: Iterable[Record], span: str, axis: Axis) -> Counter[int]:
    """Count the changes of how many belonged, by day; who belongs twice at once counts once."""
    held: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        period = Period.of(row)
        if span == "possible":
            begin, end = period.begins_earliest or axis.first, period.ends_latest or axis.last
        elif period.begins_latest is None or period.ends_earliest is None:
            continue
        else:
            goes_on = span == "presumed" and period.is_open
            begin, end = period.begins_latest, axis.last if goes_on else period.ends_earliest
        if begin <= end:
            held.setdefault(row["member"], []).append((begin, end))
    changes: Counter[int] = Counter()
    for spans in held.values():
        reached = 0
        for begin, end in sorted(spans):
            if begin > reached:
                changes[begin] += 1
            elif end <= reached:
                continue
            else:
                changes[reached + 1] += 1
            changes[end + 1] -= 1
            reached = end
    return changes


def _steps(changes: Counter[int], axis: Axis) -> list[tuple[float, int]]:
    """Return where the count changes to what, from the left to the right end; one change for each pixel."""
    found: dict[int, tuple[float, int]] = {}
    count = 0
    for at in sorted(changes):
        count += changes[at]
        if at <= axis.last:
            x = axis.x(at)
            found[int(x)] = (x, count)
    steps = list(found.values())
    if not steps or steps[0][0] > axis.left:
        steps.insert(0, (axis.left, 0))
    return [*steps, (axis.right, steps[-1][1])]


def _y(count: int, most: int) -> float:
    return round(_TOP + _PLOT * (1 - count / most), 1)


def _path(steps: Sequence[tuple[float, int]], most: int) -> str:
    first, *others = steps
    return f"M{first[0]},{_y(first[1], most)}" + "".join(f"H{x}V{_y(count, most)}" for x, count in others)


def _area(steps: Sequence[tuple[float, int]], most: int) -> str:
    return f"{_path(steps, most)}V{_y(0, most)}H{steps[0][0]}Z"


def _events(rows: Iterable[Record]) -> dict[Event, list[Record]]:
    """Return those who joined or left at each time, in the order of time."""
    dated: dict[tuple[bool, str | None, str | None, str | None], list[Record]] = {}
    for row in rows:
        dated.setdefault((False, row["begin"], row["begin_earliest"], row["begin_latest"]), []).append(row)
        if _has_left(row):
            dated.setdefault((True, row["end"], row["end_earliest"], row["end_latest"]), []).append(row)
    found: dict[Event, list[Record]] = {}
    for (is_end, date, earliest, latest), members in dated.items():
        event = Event(is_end, _when(date, earliest, latest), day(earliest), day(latest), bool(date))
        found.setdefault(event, []).extend(members)
    never = 10**7
    order = sorted(found, key=lambda one: (one.latest or never, one.earliest or 0, one.is_end, one.told))
    return {event: sorted(found[event], key=lambda row: (row["name"] or "", row["membership"])) for event in order}


def _when(date: str | None, earliest: str | None, latest: str | None) -> str:
    """Return a date in words, or what is known of it."""
    if known := in_words(date) if date else between(earliest, latest):
        return known
    return f"not before {in_words(earliest)}" if earliest else "date unknown"


def _rows(events: Mapping[Event, Sequence[Record]], axis: Axis, address: Address) -> tuple[list[Row], float]:
    """Place as many times, with as many names, as there is room for; return the rows and the height of the whole."""
    rows: list[Row] = []
    y, names = _TOP + _PLOT + 44.0, _MOST_NAMES
    for event, members in list(events.items())[:_MOST_ROWS]:
        shown = min(_MOST_IN_ROW, names, len(members))
        rows.append(_row(event, members[:shown], len(members) - shown, y, axis, address))
        names -= shown
        y = rows[-1].text_y + _LINE * len(rows[-1].lines) + _GAP
    return rows, y + 2


def _row(event: Event, members: Sequence[Record], more: int, y: float, axis: Axis, address: Address) -> Row:
    """Place a time with those who joined or left then, and how many more there are, on the side with more room."""
    x = axis.x(event.earliest) if event.earliest else axis.left
    end = axis.x(event.latest) if event.latest else axis.right
    before, after = x - axis.left - 12, axis.right - end - 12
    room, is_after, below = max(before, after), after >= before, 0
    text_x = end + 12 if is_after else x - 12
    told = f"{event.told}{', left' if event.is_end else ''}: "
    widest = text_width(told + max((row["name"] or row["member"] for row in members), key=len, default=""))
    if room < max(min(_LEAST_ROOM, widest + 30), text_width(told)):
        room, is_after, below, text_x = axis.right - EDGE, True, _LINE, float(EDGE)
    told = told if text_width(told) <= room else cut(told, room)
    parts = [Name(cut(row["name"] or row["member"], room - 30), address(row["member"]), ", ") for row in members]
    if more:
        parts.append(Name(f"{more:,} more" if members else many(more, "member", "members"), "", ""))
    parts[-1] = parts[-1]._replace(after="")
    lines = break_lines([told, *(one.text + one.after for one in parts)], room, between="")
    named = [[parts[number - 1] for number in line if number] for line in lines]
    title = f"{'Left' if event.is_end else 'Joined'}, {event.told}: {many(len(members) + more, 'member', 'members')}"
    mark = "ended" if event.is_end else "joined"
    if event.earliest is not None and end - x < _LEAST:
        x, width = round((x + end) / 2, 1), 0.0
    else:
        width = round(max(end - x, _LEAST), 1)
        x = round(min(x, axis.right - width), 1)
        mark = mark if event.is_given else "possible"
    return Row(y, mark, x, width, text_x, y + below, "start" if is_after else "end", told, named, title)


def _told(rows: Sequence[Record], events: Mapping[Event, Sequence[Record]]) -> str:
    joined = {row["member"] for row in rows}
    left = {row["member"] for event, found in events.items() if event.is_end for row in found}
    dated = [event for event in events if not event.is_end and event.earliest and event.latest]
    parts = [
        f"{many(len(joined), 'member', 'members')} so far",
        f"{len(left):,} of them left" if left else "none known to have left",
    ]
    if dated:
        parts.append(f"the first joined {dated[0].told}, the last {max(dated, key=lambda one: one.latest or 0).told}")
    return f"{'; '.join(parts)}."


KIND = Kind(
    "joins",
    "How many members a coalition had over time, and when each joined and left.",
    (COALITION,),
    draw,
    order=20,
    queries=("joiners",),
    pages={"coal:Coalition": "Members"},
)
