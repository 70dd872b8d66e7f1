"""Gantt charts: rows of bars over time, which also show what is unknown of the ends of periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.charts.periods import Axis, Period, list_days
from foc_graph.charts.svg import BOLD, SIZE, SMALL, WIDTH, cut, draw_svg, text_width, wrap

THICK, THIN = 9, 4
"""How high bars are, in pixels."""

_NAMES, _RIGHT, _TOP = 236, 26, 26
_FIRST, _BETWEEN, _GAP, _LINE = 8, 3, 5, 16
"""From the top of a row to the middle of its first lane, between lanes, below a row, and a line of a name."""
_LABELLED = 14
"""The least height of a lane with a label."""
_LEAST, _BESIDE, _LONGEST = 3, 6, 160
"""The least width of a bar, the distance of a label to it, and the most width of that."""
_MOST = 120


class Spell(NamedTuple):
    """A period and the text about it."""

    period: Period
    text: str


class Band(NamedTuple):
    """Spells of one kind: bars so high, whose marks have classes that begin with `kind`, with a label beside them.

    Those that may overlap lie in lanes below each other.
    """

    kind: str
    height: int
    spells: Sequence[Spell]
    label: str = ""

    @property
    def room(self) -> float:
        """Return the height of a lane."""
        return max(self.height + _BETWEEN, _LABELLED if self.label else 0)


class Item(NamedTuple):
    """The subject of a row, with its spells."""

    name: str
    href: str
    bands: Sequence[Band]
    is_strong: bool = False

    @property
    def periods(self) -> list[Period]:
        """Return all periods of the row."""
        return [spell.period for band in self.bands for spell in band.spells]


class Bar(NamedTuple):
    """A bar from `x` on over `width`, with the classes of its mark."""

    x: float
    width: float
    mark: str


class Placed(NamedTuple):
    """A spell in a row from `y` on: its bars, what they say, and how it goes on after the last of them."""

    y: float
    height: int
    kind: str
    bars: list[Bar]
    end: str
    text: str


class Label(NamedTuple):
    """A text beside bars."""

    x: float
    y: float
    anchor: str
    text: str


class Row(NamedTuple):
    """An item from `y` on."""

    y: float
    height: float
    lines: list[str]
    href: str
    is_strong: bool
    spells: list[Placed]
    labels: list[Label]


class Gantt(NamedTuple):
    """The chart, `height` pixels high, the classes of its marks, what its ends mean, how many items it leaves out."""

    svg: Markup
    height: int
    marks: set[str]
    notes: list[str]
    left_out: int


def draw_gantt(items: Sequence[Item], until: int | None, label: str) -> Gantt:
    """Draw the first items; where a period goes on or may do so, the chart reaches to the day `until` at least."""
    periods = [period for item in items for period in item.periods]
    goes_on = any(period.end for period in periods)
    axis = Axis.over(list_days(periods), until if goes_on else None, _NAMES, WIDTH - _NAMES - _RIGHT)
    rows: list[Row] = []
    height = float(_TOP)
    for item in items[:_MOST]:
        rows.append(_row(item, height, axis))
        height += rows[-1].height
    whole = int(height + 6)
    spells = [spell for row in rows for spell in row.spells]
    ends = {spell.end for spell in spells}
    return Gantt(
        draw_svg("gantt", label=label, axis=axis, rows=rows, width=WIDTH, height=whole, top=_TOP),
        whole,
        {bar.mark for spell in spells for bar in spell.bars},
        [
            *(["Arrow at the end: still so when last checked."] if "open" in ends else []),
            *(["Question mark at the end: it may have ended; no date is known."] if "unknown" in ends else []),
        ],
        len(items) - len(rows),
    )


def _row(item: Item, y: float, axis: Axis) -> Row:
    lines = wrap(item.name, _NAMES - 14, SIZE * (BOLD if item.is_strong else 1), most=2)
    spells: list[Placed] = []
    labels: list[Label] = []
    top = y + _FIRST - item.bands[0].room / 2
    for band in item.bands:
        for lane in _lanes(band.spells, axis):
            bar = top + (band.room - band.height) / 2
            placed = [
                Placed(bar, band.height, band.kind, _bars(one.period, axis, band.kind), one.period.end, one.text)
                for one in lane
            ]
            spells += placed
            if band.label:
                labels.append(_label(band.label, placed, axis))
            top += band.room
    height = max(top - y, _LINE * len(lines) + 2) + _GAP
    return Row(y, height, lines, item.href, item.is_strong, spells, labels)


def _lanes(spells: Sequence[Spell], axis: Axis) -> list[list[Spell]]:
    """Return spells, by when they begin, in as few lanes as possible without an overlap."""
    lanes: list[list[Spell]] = []
    ends: list[int] = []
    for spell in sorted(spells, key=lambda one: (one.period.begins_earliest or 0, one.text)):
        first, last = spell.period.begins_earliest or axis.first, spell.period.ends_latest or axis.last
        lane = next((number for number, end in enumerate(ends) if end <= first), len(ends))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(spell)
        ends[lane : lane + 1] = [last]
    return lanes


def _bars(period: Period, axis: Axis, kind: str) -> list[Bar]:
    """Return the bars of a period, those of what is certain last: they cover the ends of those beside them."""
    bars = list(_of_parts(period, axis, kind))
    return sorted(bars, key=lambda bar: bar.mark.endswith("certain"))


def _of_parts(period: Period, axis: Axis, kind: str) -> Iterator[Bar]:
    for first, last, certainty in period.parts(axis.first, axis.last):
        x = axis.x(first)
        width = round(max(axis.x(last) - x, _LEAST), 1)
        mark = certainty if certainty == "unknown" else f"{kind}{certainty}"
        yield Bar(round(min(x, axis.right - width), 1), width, mark)


def _label(text: str, lane: Sequence[Placed], axis: Axis) -> Label:
    """Place the text of a lane: after its last bar, else before the first, else on it."""
    bars = [bar for spell in lane for bar in spell.bars]
    begin, end = min(bar.x for bar in bars), max(bar.x + bar.width for bar in bars)
    text = cut(text, _LONGEST, SMALL)
    needed = text_width(text, SMALL) + _BESIDE
    y = lane[0].y + lane[0].height / 2 + 4
    if end + needed <= axis.right:
        return Label(end + _BESIDE, y, "start", text)
    if begin - needed >= axis.left:
        return Label(begin - _BESIDE, y, "end", text)
    return Label(begin + _BESIDE, y, "start", text)
