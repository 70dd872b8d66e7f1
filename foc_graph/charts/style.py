"""What the charts share: the colours of the pictures, one way to draw uncertainty, and texts that are safe in HTML."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from foc_graph.plotting.style import palette

WIDTH = 640
"""Of the plane of a chart, in pixels; names stand beside it."""

ROW = 15
"""Height of a row of a list, in pixels."""

_TITLE = WIDTH + 260
"""Where a title is cut, in pixels."""

LONGEST = 300
"""How many rows of a list are drawn: a browser draws each mark again at each move of the pointer."""

NOT_KNOWN = "not known"

SOLID, DASHED = [1, 0], [3, 2]
"""Lines, as lengths drawn and left out in turn, in pixels."""

_FONT = '"Source Sans 3", "Noto Sans", "Segoe UI", "Helvetica Neue", Arial, sans-serif'
_TAG = re.compile("<(?=[/!?a-zA-Z])")


def data(records: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Records as the data of a chart, with texts that are safe in HTML."""
    return alt.InlineData(values=_safe(records))


def as_text(records: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """As `data`, but as JSON: Altair copies other data at each step, which takes seconds for the shapes of a map."""
    return alt.InlineData(values=json.dumps(_safe(records)), format=alt.JsonDataFormat(type="json"))


def _safe(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{key: safe(one) if isinstance(one, str) else one for key, one in record.items()} for record in records]


def safe(text: str) -> str:
    """A text in which HTML sees no tag.

    Altair writes the data of a chart into a script as they are, where `</script>` would end it (Altair 6.3): what
    begins a tag becomes U+FF1C, which looks alike.
    """
    return _TAG.sub("\N{FULLWIDTH LESS-THAN SIGN}", text)


def heading(title: str, *notes: str) -> alt.TitleParams:
    """The title of a chart, with notes in lines below it."""
    lines = [line for note in notes for line in textwrap.wrap(safe(note), 110)]
    return alt.TitleParams(safe(title), subtitle=lines, anchor="start")


def certainty(words: Mapping[str, str], field: str = "certainty", grey: bool = False) -> dict[str, Any]:
    """The encodings of a field whose values are `words`: each word with what it is drawn as.

    That is `certain` (full colour), `presumed` (lighter), `possible` (palest, dashed edge) or `unknown` (empty, dashed
    grey edge); ` observer` after it gives the edge of observers, and `absent` is the ground of the map. The lesser of
    two kinds of marks in a chart is `grey` and not in the legend.
    """
    colour = palette()
    if grey:
        colour = colour | {
            "--sure": colour["--body"],
            "--presumed": colour["--rule"],
            "--maybe": colour["--body-maybe"],
        }
    looks = {
        "certain": (colour["--sure"], colour["--edge"], SOLID),
        "presumed": (colour["--presumed"], colour["--edge"], SOLID),
        "possible": (colour["--maybe"], colour["--sure"], DASHED),
        "unknown": ("transparent", colour["--faint"], DASHED),
        "absent": (colour["--land"], colour["--sure"], [1, 2]),
    }
    chosen = [looks[look.split()[0]] for look in words.values()]
    edges = [colour["--watch"] if look.endswith("observer") else looks[look.split()[0]][1] for look in words.values()]
    shown = alt.Legend(title=None, orient="bottom", columns=3, labelLimit=0, symbolType="square", symbolStrokeWidth=1)
    legend = None if grey else shown

    def scale(values: list[Any]) -> alt.Scale:
        return alt.Scale(domain=list(words), range=values)

    return {
        "fill": alt.Fill(field, type="nominal", scale=scale([fill for fill, _, _ in chosen]), legend=legend),
        "stroke": alt.Stroke(field, type="nominal", scale=scale(edges), legend=legend),
        "strokeDash": alt.StrokeDash(
            field, type="nominal", scale=scale([dash for _, _, dash in chosen]), legend=legend
        ),
    }


def distinct(named: Iterable[tuple[str | None, str]]) -> list[str]:
    """Names of things for an axis, which draws like names as one: those that come again get their IRI; safe in HTML."""
    names: dict[str, None] = {}
    for name, iri in named:
        text = safe(name or iri)
        names[f"{text} ({iri})" if text in names else text] = None
    return list(names)


def listed(field: str = "name", order: Sequence[str] | None = None) -> alt.Y:
    """The axis of a list: names, in their order in the data or another one."""
    sort = None if order is None else list(order)
    return alt.Y(field, type="nominal", sort=sort, title=None, axis=alt.Axis(labelLimit=280))


def tooltip(**titles: str) -> list[alt.Tooltip]:
    """What is shown of a mark below the pointer: fields, each with its title."""
    return [alt.Tooltip(field, type="nominal", title=title) for field, title in titles.items()]


def empty() -> alt.ChartType:
    """What stands for a chart without data."""
    text = alt.Chart(alt.InlineData(values=[{}])).mark_text(fontSize=14, color=palette()["--mark"])
    return finished(
        text.encode(text=alt.value("The graph has nothing to draw here.")).properties(width=WIDTH, height=60)
    )


def finished(chart: alt.ChartType) -> alt.ChartType:
    """The chart in type and colours of the pictures."""
    colour = palette()
    mark, faint, rule = colour["--mark"], colour["--faint"], colour["--rule"]
    text: dict[str, Any] = {"labelColor": mark, "titleColor": mark, "labelFontSize": 12, "titleFontSize": 12}
    title = alt.TitleConfig(color=mark, subtitleColor=faint, fontSize=16, subtitleFontSize=12, offset=12, limit=_TITLE)
    # All at once: each call copies the data.
    return chart.configure(
        background=colour["--edge"],
        font=_FONT,
        title=title,
        axis=alt.AxisConfig(gridColor=rule, domainColor=rule, tickColor=rule, **text),
        legend=alt.LegendConfig(**text),
        view=alt.ViewConfig(stroke=None),
    )
