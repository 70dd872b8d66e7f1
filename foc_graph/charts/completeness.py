"""`completeness`: how much of each list of a coalition and its bodies is known."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from foc_graph.charts.chart import COALITION, Address, Chart, Kind, find_statements, name_of, pick_marks
from foc_graph.charts.svg import EDGE, NARROW, SMALL, WIDTH, cut, draw_svg, many, wrap
from foc_graph.graph import Graph
from foc_graph.store.results import Record

_LABEL, _BAR, _TEXT = 300, 250, 210
_SHORT = 140
"""The length of bars on a narrow screen."""
_LINE, _GAP = 16, 7
_MOST = 120
_LEGEND = (
    ("certain", "known"),
    ("possible", "known; total unknown"),
    ("unknown", "not in the graph"),
)


class Row(NamedTuple):
    """A list: what it is of, from `y` on, and how much of the bar at `top` is known; `least` of it should be."""

    y: float
    top: float
    lines: list[str]
    href: str
    known: float
    mark: str
    least: float
    text: str
    title: str


def draw(graph: Graph, address: Address, coalition: str) -> Chart | None:
    """Draw for each list a bar as long as the list should be, filled as far as it is known.

    Raises:
        UnknownNameError: for a coalition that does not exist.
    """
    owner = graph.resolve(coalition, "coalition").value
    found = sorted(
        graph.rows("completeness", coalition=coalition),
        key=lambda row: (row["body"] != owner, row["list"] == "endorsements", row["name"] or row["body"], row["list"]),
    )
    if not found:
        return None
    complete = sum(row["state"] == "complete" for row in found)
    text = f"{many(len(found), 'list', 'lists')}, {complete} of them complete."
    rows, height, svg = _draw(found, address, text, _LABEL, _BAR, WIDTH)
    *_, narrow = _draw(found, address, text, EDGE, _SHORT, NARROW)
    hidden = len(found) - len(rows)
    marks = {row.mark for row in rows if row.known} | ({"unknown"} if any(row.known < 1 for row in rows) else set())
    return Chart(
        name="completeness",
        title=f"{complete} of {many(len(found), 'list', 'lists')} complete",
        what="How complete the lists are",
        subject=name_of(graph, owner),
        reading="A bar is as long as the list should be, and filled as far as it is on record.",
        text=text,
        svg=svg,
        narrow=narrow,
        width=WIDTH,
        height=height,
        query="completeness",
        parameters={"coalition": coalition},
        legend=pick_marks(_LEGEND, marks),
        notes=[f"{hidden} more lists not shown."] if hidden else [],
        things=find_statements(graph, {row["body"] for row in found}, "coal:completenessOf"),
    )


def _draw(
    found: list[Record], address: Address, text: str, left: int, bar: int, width: int
) -> tuple[list[Row], int, Markup]:
    """Place lists below each other: names beside their bars, or above them where those begin at the edge."""
    rows, height = [], 4.0
    is_beside = left > EDGE
    for row, before in zip(found[:_MOST], [None, *found], strict=False):
        is_further = before is not None and before["body"] == row["body"]
        lines = [] if is_further else wrap(row["name"] or row["body"], left - 14 if is_beside else width, most=2)
        named = _LINE * len(lines) + 2
        rows.append(_row(row, height, height if is_beside else height + named, lines, address))
        height += (max(named, 18) if is_beside else named + 18) + _GAP
    svg = draw_svg(
        "completeness",
        label=f"A bar chart. {text}",
        rows=rows,
        left=left,
        bar=bar,
        width=width,
        height=int(height),
    )
    return rows, int(height), svg


def _row(row: Record, y: float, top: float, lines: list[str], address: Address) -> Row:
    """Place a list at `y` and its bar at `top`; without lines of a name it is a further list of the same.

    A bar of which nobody knows how long it should be is full, but drawn as not sure.
    """
    known, least, most = row["known"], row["expected_min"] or 0, row["expected_max"] or 0
    full = max(known, least, most)
    is_told = row["state"] == "complete" or bool(least or most)
    told = _expected(row, least, most)
    name = row["name"] or row["body"]
    text = f"{known}{told}"
    return Row(
        y,
        top,
        lines,
        address(row["body"]) if lines else "",
        round(known / full, 4) if full else 0.0,
        "certain" if is_told else "possible",
        round(least / full, 4) if least and least < most else 0.0,
        cut(text, _TEXT, SMALL),
        f"{name}: {text}",
    )


def _expected(row: Record, least: int, most: int) -> str:
    """Say in words of how many the known entries are."""
    if least and most:
        whole = f" of {least}" if least == most else f" of {least} to {most}"
    else:
        whole = f" of at least {least}" if least else f" of at most {most}" if most else ""
    states = {"complete": ", complete", "unknown": "; total unknown"}
    return f"{whole} {row['list']}{states.get(row['state'], '' if whole else ', incomplete')}"


KIND = Kind(
    "completeness",
    "How complete each list of a coalition and its bodies is.",
    (COALITION,),
    draw,
    order=60,
    queries=("completeness",),
    pages={"coal:Coalition": "How complete this is"},
)
