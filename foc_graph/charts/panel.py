"""`panel`: how many belonged to a coalition in each year, from the least to the most that it can have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.charts.chart import COALITION, Address, Chart, Kind, name_of, pick_marks
from foc_graph.charts.periods import CERTAINTIES
from foc_graph.charts.svg import NARROW, WIDTH, draw_svg, scale_to, span, text_width
from foc_graph.graph import Graph

_LEFT, _RIGHT, _TOP, _PLOT, _BELOW = 40, 16, 14, 190, 26
_OPEN = 12
"""Pixels that a bar goes on where the list of members may lack some."""
_LEGEND = (
    ("certain", "certainly members"),
    ("presumed", "members when last checked"),
    ("possible", "may have been members"),
    ("unknown", "perhaps more: the list may lack some"),
)


class Bar(NamedTuple):
    """A year: where its bar begins, its parts from below as mark, top and height, and the year if it is shown."""

    x: float
    parts: list[tuple[str, float, float]]
    told: str
    title: str


class Year(NamedTuple):
    """The members of a year, by how sure they are, and whether the list of them is complete."""

    year: int
    counts: Mapping[str, int]
    is_complete: bool

    @property
    def most(self) -> int:
        """Return how many are on record."""
        return sum(self.counts.values())

    @property
    def least(self) -> int:
        """Return how many were members, certainly or as is presumed."""
        return self.most - self.counts.get("possible", 0)

    @property
    def in_full(self) -> str:
        """Say how many were members, and whether there may be more."""
        return span(self.least, self.most) + ("" if self.is_complete else ", perhaps more")

    def __str__(self) -> str:
        return span(self.least, self.most) if self.is_complete else f"at least {self.least}"


def draw(graph: Graph, address: Address, coalition: str) -> Chart | None:
    """Draw for each year a bar of those who were members on any day of it.

    Raises:
        UnknownNameError: for a coalition that does not exist.
        ParameterError: where DuckDB is not installed.
    """
    years = _count(graph, coalition)
    if not any(one.most for one in years):
        return None
    text = "; ".join(f"{one.year}: {one.in_full}" for one in years) + "."
    bars, svg = _draw(years, text, WIDTH)
    _, narrow = _draw(years, text, NARROW)
    first, last = (next(one for one in order if one.most) for order in (years, years[::-1]))
    return Chart(
        name="panel",
        title=f"Members in {last.year}: {last}" + (f"; in {first.year}: {first}" if first != last else ""),
        what="Members by year",
        subject=name_of(graph, graph.resolve(coalition, "coalition").value),
        reading="The height is the number of members on any day of the year.",
        text=text,
        svg=svg,
        narrow=narrow,
        width=WIDTH,
        height=_TOP + _PLOT + _BELOW,
        query="members",
        parameters={"coalition": coalition},
        things=[row["membership"] for row in graph.rows("members", ("membership",), coalition=coalition)],
        legend=pick_marks(_LEGEND, {mark for bar in bars for mark, _, height in bar.parts if height}),
    )


def _count(graph: Graph, coalition: str) -> list[Year]:
    """Count the members of each year."""
    sure: dict[int, Counter[str]] = {}
    states: dict[int, str] = {}
    for row in graph.panel(coalition, unit="organisation-year"):
        states[row["year"]] = row["list_state"]
        counts = sure.setdefault(row["year"], Counter())
        if row["certainty"]:
            counts[row["certainty"]] += 1
    return [Year(year, sure[year], states[year] == "complete") for year in sorted(sure)]


def _draw(years: Sequence[Year], text: str, width: int) -> tuple[list[Bar], Markup]:
    scale = scale_to(max(one.most for one in years))
    step = (width - _LEFT - _RIGHT) / len(years)
    every = -(-int(text_width("2000") + 8) // int(max(step, 1)))
    bars = []
    for at, one in enumerate(years):
        parts, top = [], float(_TOP + _PLOT)
        for mark in CERTAINTIES:
            height = round(_PLOT * one.counts.get(mark, 0) / scale[-1], 1)
            top = round(top - height, 1)
            parts.append((mark, top, height))
        if not one.is_complete:
            parts.append(("unknown", round(top - _OPEN, 1), float(_OPEN)))
        told = "" if at % every else str(one.year)
        bars.append(Bar(round(_LEFT + step * at, 1), parts, told, f"{one.year}: {one.in_full}"))
    svg = draw_svg(
        "panel",
        label=f"A bar chart of members by year. {text}",
        scale=[(round(_TOP + _PLOT * (1 - mark / scale[-1]), 1), mark) for mark in scale],
        bars=bars,
        bar=round(max(step - 2, 1), 1),
        left=_LEFT,
        right=width - _RIGHT,
        width=width,
        height=_TOP + _PLOT + _BELOW,
    )
    return bars, svg


KIND = Kind(
    "panel",
    "How many members a coalition had in each year, at least and at most.",
    (COALITION,),
    draw,
    order=25,
)
