"""`joins`: how many members a coalition had in the course of time, and when each joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import altair as alt

from foc_graph.charts.periods import CERTAIN, LOOKS, POSSIBLE, dated, days, iso, span
from foc_graph.charts.style import (
    DASHED,
    LONGEST,
    ROW,
    WIDTH,
    certainty,
    data,
    distinct,
    finished,
    heading,
    listed,
    tooltip,
)
from foc_graph.graph import Graph
from foc_graph.plotting.memberships import belonging
from foc_graph.plotting.periods import Period, day
from foc_graph.plotting.picture import name_of
from foc_graph.plotting.style import palette
from foc_graph.store.result import Record
from foc_graph.time import in_words


def joins(graph: Graph, coalition: str) -> alt.ChartType | None:
    """The members over time, and below them each that joined.

    Raises:
        UnknownNameError: for a coalition that does not exist.
    """
    rows = belonging(graph, coalition)
    known = [row for row in rows if day(row["joined_earliest"]) and day(row["joined_latest"])]
    if not known:
        return None
    within = span((Period.of(row, "joined", "left") for row in known), graph.workspace.settings.verified)
    known.sort(key=lambda row: (row["joined_latest"], row["joined_earliest"], row["name"]))
    marks = [
        {
            "name": name,
            "begin": row["joined_earliest"],
            "end": row["joined_latest"],
            "joined": dated(row["joined"]),
            "certainty": CERTAIN if row["joined_earliest"] == row["joined_latest"] else POSSIBLE,
        }
        for name, row in zip(distinct((row["name"], row["member"]) for row in known[:LONGEST]), known, strict=False)
    ]
    notes = [f"The first {LONGEST} of {len(known)} are listed."] if len(known) > LONGEST else []
    if len(rows) > len(known):
        notes.append(f"When they joined is not known of {len(rows) - len(known)}.")
    joined = alt.Chart(data(marks)).encode(
        x=days("begin", within),
        y=listed(),
        tooltip=tooltip(name="member", joined="joined", certainty="date of joining"),
        **certainty({CERTAIN: LOOKS[CERTAIN], POSSIBLE: LOOKS[POSSIBLE]}),
    )
    name = name_of(graph, graph.resolve(coalition, "coalition").value)
    chart = alt.vconcat(
        _count(rows, within).properties(width=WIDTH, height=180),
        alt.layer(
            joined.mark_bar(size=ROW // 2).encode(x2="end"),
            joined.transform_filter("datum.begin == datum.end").mark_circle(size=60, opacity=1),
        ).properties(width=WIDTH, height=alt.Step(ROW)),
        title=heading(f"Members over time: {name}", *notes),
    )
    return finished(chart)


def _count(rows: Sequence[Record], within: tuple[int, int]) -> alt.LayerChart | alt.FacetChart:
    """Steps of how many were members for certain or when last checked, within those of how many at most."""
    least: Counter[int] = Counter()
    most: Counter[int] = Counter()
    for row in rows:
        period = Period.of(row, "joined", "left")
        most[max(period.begins_earliest or 0, within[0])] += 1
        if period.ends_latest and not period.is_open:
            most[period.ends_latest] -= 1
        if period.begins_latest and period.is_open:
            least[period.begins_latest] += 1
        elif period.begins_latest and period.ends_earliest and period.begins_latest <= period.ends_earliest:
            least[period.begins_latest] += 1
            least[period.ends_earliest] -= 1
    steps: list[dict[str, Any]] = []
    for one in sorted({*within, *least, *most}):
        before = steps[-1] if steps else {"least": 0, "most": 0}
        counts = {"least": before["least"] + least[one], "most": before["most"] + most[one]}
        steps.append({"day": iso(one), "date": in_words(iso(one)), **counts})
    plane = alt.Chart(data(steps)).encode(
        x=days("day", within),
        tooltip=tooltip(date="date", least="members, certain or when last checked", most="members at most"),
    )
    colour = palette()
    axis = alt.Axis(title="members", tickMinStep=1)
    least_of = alt.Y("least", type="quantitative", axis=axis)
    most_of = alt.Y("most", type="quantitative", axis=axis)
    return alt.layer(
        plane.mark_area(interpolate="step-after", fill=colour["--maybe"]).encode(y=most_of, y2="least"),
        plane.mark_line(interpolate="step-after", stroke=colour["--sure"], strokeDash=DASHED, strokeWidth=1).encode(
            y=most_of
        ),
        plane.mark_line(interpolate="step-after", stroke=colour["--sure"], strokeWidth=2).encode(y=least_of),
        plane.mark_circle(fill=colour["--sure"], opacity=1, size=20).encode(y=least_of),
    )
