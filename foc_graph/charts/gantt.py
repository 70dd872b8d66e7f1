"""Gantt charts: rows of bars over time, which also show what is unknown of the ends of periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.charts.periods import Axis, Period, list_days
from foc_graph.charts.svg import BOLD, EDGE, NARROW, SIZE, SMALL, WIDTH, cut, draw_svg, wrap

THICK, THIN = 9, 4
"""How high bars are, in pixels."""

_NAMES, _RIGHT, _TOP = 236, 26, 26
_FIRST, _BETWEEN, _GAP, _LINE = 8, 3, 5, 16
"""From the top of a row to the middle of its first lane, between lanes, below a row, and a line of a name."""
_LABELLED = 14
"""The height of a label, and the least of a lane with one beside it."""
_LEAST, _BESIDE = 3, 10
"""The least width of a bar, and the distance of names and labels to bars."""
_MOST = 120
MOST_NAMED = 12
"""Most items without known dates that a note names."""


class Spell(NamedTuple):
    """A period and the text about it."""

    period: Period
    text: str


class Band(NamedTuple):
    """Spells of one kind: bars so high, whose marks have classes that begin with `kind`, and what they are called.

    Those that may overlap lie in lanes below each other. What the first band of a row is called follows its name.
    """

    kind: str
    height: int
    spells: Sequence[Spell]
    label: str = ""


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
    """A bar from `x` on over `width`, with the classes of its mark; it tapers where it fades `in` or `out`."""

    x: float
    width: float
    mark: str
    fade: str


class Placed(NamedTuple):
    """A spell in a row from `y` on: its bars, what they say, and how it goes on after the last of them."""

    y: float
    height: int
    kind: str
    bars: list[Bar]
    end: str
    text: str


class Label(NamedTuple):
    """The name of the bars of a lane, beside or above them."""

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
    """The chart, `height` pixels high, the same for a narrow screen, and what is in it.

    That is the classes of its marks, what its ends mean, and how many items it leaves out.
    """

    svg: Markup
    height: int
    narrow: Markup
    marks: set[str]
    notes: list[str]
    left_out: int


def draw_gantt(items: Sequence[Item], until: int | None, label: str) -> Gantt:
    """Draw the first items; where a period goes on or may do so, the chart reaches to the day `until` at least."""
    periods = [period for item in items for period in item.periods]
    goes_on = any(period.end for period in periods)
    days = list_days(periods), until if goes_on else None
    shown = items[:_MOST]
    rows, height, svg = _draw(shown, Axis.over(*days, _NAMES, WIDTH - _NAMES - _RIGHT), label)
    *_, narrow = _draw(shown, Axis.over(*days, EDGE, NARROW - EDGE - _RIGHT), label)
    spells = [spell for row in rows for spell in row.spells]
    bars = [bar for spell in spells for bar in spell.bars]
    ends = {spell.end for spell in spells}
    return Gantt(
        svg,
        height,
        narrow,
        {bar.mark for bar in bars},
        [
            *(["Pointed end: only the year or month is known."] if any(bar.fade for bar in bars) else []),
            *(["Arrow at the end: still so when last checked."] if "open" in ends else []),
            *(["Question mark at the end: it may have ended; no date is known."] if "unknown" in ends else []),
        ],
        len(items) - len(shown),
    )


def _draw(items: Sequence[Item], axis: Axis, label: str) -> tuple[list[Row], int, Markup]:
    """Place items below each other: names beside their bars, or above them where the axis begins at the edge."""
    rows: list[Row] = []
    height = float(_TOP)
    for item in items:
        rows.append(_row(item, height, axis))
        height += rows[-1].height
    whole, width = int(height + 6), int(axis.right) + _RIGHT
    return rows, whole, draw_svg("gantt", label=label, axis=axis, rows=rows, width=width, height=whole, top=_TOP)


def _row(item: Item, y: float, axis: Axis) -> Row:
    is_beside = axis.left > EDGE
    room = axis.left - _BESIDE if is_beside else axis.width
    bands = [band for band in item.bands if band.spells]
    name = f"{item.name}, {bands[0].label}" if bands[0].label else item.name
    lines = wrap(name, room, SIZE * (BOLD if item.is_strong else 1), most=2)
    below = y + _LINE * len(lines) + 2
    spells: list[Placed] = []
    labels: list[Label] = []
    top = y + _FIRST - (bands[0].height + _BETWEEN) / 2 if is_beside else below
    for band in bands:
        step: float = band.height + _BETWEEN
        if band.label and band is not bands[0]:
            top = max(top, below)
            if is_beside:
                step = max(step, _LABELLED)
                labels.append(Label(axis.left - _BESIDE, top + step / 2 + 4, "end", cut(band.label, room, SMALL)))
            else:
                labels.append(Label(axis.left, top + _LABELLED - 4, "start", cut(band.label, room, SMALL)))
                top += _LABELLED
        for lane in _lanes(band.spells, axis):
            bar = top + (step - band.height) / 2
            spells += [
                Placed(bar, band.height, band.kind, _bars(one.period, axis, band.kind), one.period.end, one.text)
                for one in lane
            ]
            top += step
    gap = _GAP if is_beside else 2 * _GAP
    return Row(y, max(top, below) - y + gap, lines, item.href, item.is_strong, spells, labels)


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
    for first, last, certainty, fade in period.parts(axis.first, axis.last):
        x = axis.x(first)
        width = round(max(axis.x(last) - x, _LEAST), 1)
        yield Bar(round(min(x, axis.right - width), 1), width, f"{kind}{certainty}", fade if width > _LEAST else "")
