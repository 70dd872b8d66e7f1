"""`matrix` and `upset`: which members coalitions share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt

from foc_graph.charts.style import certainty, data, distinct, finished, heading, listed, tooltip
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.plotting.memberships import belongs
from foc_graph.plotting.style import palette
from foc_graph.time import in_words

_MOST = 40
"""How many coalitions, or combinations of them, are drawn, the largest first."""

_STEPS = ("edge", "few", "some", "half", "many", "most")
"""The colours from no members to the most, by name."""

_STEP = 22
"""Width of a column and height of a row, in pixels."""

_STANDINGS = {"member": "certain", "member when last checked": "presumed", "may have been a member": "possible"}


def matrix(graph: Graph, as_of: str = "") -> alt.ChartType | None:
    """How many members each two coalitions share at some time within a day, month or year, by default that of the data.

    Raises:
        ParameterError: for a date that is none.
    """
    day = as_of or graph.workspace.settings.verified
    names = _names(graph)
    sizes: dict[str, int] = {}
    reach: Counter[str] = Counter()
    pairs = []
    for row in graph.rows("overlap_matrix", as_of=day):
        one, other, shared = row["coalition_a"], row["coalition_b"], row["shared"]
        sizes[one], sizes[other] = shared + row["only_a"], shared + row["only_b"]
        for a, b, only_a, only_b in (
            (one, other, row["only_a"], row["only_b"]),
            (other, one, row["only_b"], row["only_a"]),
        ):
            reach[a] += shared
            pairs.append({"a": a, "b": b, "shared": shared, "only_a": only_a, "only_b": only_b})
    ranked = sorted((one for one in sizes if sizes[one]), key=lambda one: (-reach[one], -sizes[one], one))
    if len(ranked) < 2:
        return None
    order = [names[one] for one in ranked[:_MOST]]
    notes = [f"The {_MOST} that share most are drawn, of {len(ranked)}."] if len(ranked) > _MOST else []
    pairs = [
        pair | {"a": names[pair["a"]], "b": names[pair["b"]]}
        for pair in pairs
        if {pair["a"], pair["b"]} <= {*ranked[:_MOST]}
    ]
    colour = palette()
    most = max(1, *(pair["shared"] for pair in pairs))
    plane = alt.Chart(data(pairs)).encode(
        x=alt.X("b", type="nominal", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=-60)),
        y=listed("a", order),
        tooltip=tooltip(
            a="one", b="the other", shared="members of both", only_a="of the one only", only_b="of the other only"
        ),
    )
    fill = alt.Fill(
        "shared",
        type="quantitative",
        title="members of both",
        scale=alt.Scale(domain=[0, most], range=[colour[f"--{step}"] for step in _STEPS], interpolate="rgb"),
        legend=alt.Legend(orient="bottom", tickMinStep=1),
    )
    light, dark = alt.value(colour["--edge"]), alt.value(colour["--mark"])
    over = alt.when(alt.datum.shared > 0.7 * most).then(light).otherwise(dark)
    chart = alt.layer(
        plane.mark_rect(stroke=colour["--rule"], strokeWidth=0.5).encode(fill=fill),
        plane.transform_filter("datum.shared > 0")
        .mark_text(fontSize=11)
        .encode(text=alt.Text("shared", type="quantitative"), color=over),
    ).properties(
        width=alt.Step(26),
        height=alt.Step(22),
        title=heading(f"Members that coalitions share, {in_words(day)}", *notes),
    )
    return finished(chart)


def upset(graph: Graph, coalitions: Sequence[str], as_of: str = "") -> alt.ChartType | None:
    """How many members belong to exactly which of some coalitions at some time within a day, month or year.

    Raises:
        ParameterError: for fewer than two coalitions, or a date that is none.
        UnknownNameError: for a coalition that does not exist.
    """
    day = as_of or graph.workspace.settings.verified
    asked = [coalitions] if isinstance(coalitions, str) else coalitions
    sets = list(dict.fromkeys(graph.resolve(one, "coalition").value for one in asked))
    if len(sets) < 2:
        raise ParameterError("upset compares coalitions: name at least two different ones")
    names = _names(graph)
    sureness = list(_STANDINGS.values())
    belonging: dict[str, dict[str, int]] = {}
    for one in sets:
        for row in graph.rows("members", coalition=one, as_of=day):
            if belongs(row) and row["certainty"] in sureness:
                there = belonging.setdefault(row["member"], {})
                there[one] = min(there.get(one, len(sureness)), sureness.index(row["certainty"]))
    if not belonging:
        return None
    words = list(_STANDINGS)
    groups: dict[tuple[str, ...], Counter[str]] = {}
    for there in belonging.values():
        groups.setdefault(tuple(sorted(there)), Counter())[words[max(there.values())]] += 1
    largest = sorted(groups, key=lambda group: (-groups[group].total(), group))
    bars, dots = [], []
    for place, group in enumerate(largest[:_MOST]):
        exactly = ", ".join(names[one] for one in group)
        for word, count in groups[group].items():
            bars.append(
                {"place": place, "exactly": exactly, "members": count, "certainty": word, "rank": words.index(word)}
            )
        dots += [{"place": place, "exactly": exactly, "coalition": names[one], "in": one in group} for one in sets]
    sizes = [{"coalition": names[one], "members": sum(one in there for there in belonging.values())} for one in sets]
    notes = [f"The {_MOST} largest of {len(largest)} are drawn."] if len(largest) > _MOST else []
    present = {bar["certainty"] for bar in bars}
    colour = palette()
    column = alt.X("place", type="ordinal", axis=None)
    rows = listed("coalition", [names[one] for one in sets])
    top = (
        alt.Chart(data(bars))
        .mark_bar()
        .encode(
            x=column,
            y=alt.Y("members", type="quantitative", title="members of exactly these", axis=alt.Axis(tickMinStep=1)),
            order=alt.Order("rank", type="quantitative"),
            tooltip=tooltip(exactly="members of exactly", members="how many", certainty="as"),
            **certainty({word: look for word, look in _STANDINGS.items() if word in present}),
        )
        .properties(width=alt.Step(_STEP), height=180)
    )
    dot = alt.Chart(data(dots)).encode(x=column, y=rows, tooltip=tooltip(exactly="members of exactly"))
    below = alt.layer(
        dot.mark_circle(size=110, opacity=1, fill=colour["--rule"]),
        dot.transform_filter("datum.in").mark_line(stroke=colour["--sure"], strokeWidth=2).encode(detail="place:O"),
        dot.transform_filter("datum.in").mark_circle(size=110, opacity=1, fill=colour["--sure"]),
    ).properties(width=alt.Step(_STEP), height=alt.Step(_STEP))
    beside = (
        alt.Chart(data(sizes))
        .mark_bar(fill=colour["--sure"], size=12)
        .encode(
            x=alt.X("members", type="quantitative", title="members", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("coalition", type="nominal", sort=[names[one] for one in sets], axis=None),
            tooltip=tooltip(coalition="coalition", members="members"),
        )
        .properties(width=120, height=alt.Step(_STEP))
    )
    chart = alt.vconcat(
        top,
        alt.hconcat(below, beside, spacing=12),
        spacing=6,
        title=heading(f"Members of {len(sets)} coalitions compared, {in_words(day)}", *notes),
    )
    return finished(chart)


def _names(graph: Graph) -> dict[str, str]:
    """The short names of all coalitions by IRI."""
    rows = list(graph.rows("coalitions"))
    names = distinct((row["abbreviation"] or row["name"], row["coalition"]) for row in rows)
    return dict(zip((row["coalition"] for row in rows), names, strict=True))
