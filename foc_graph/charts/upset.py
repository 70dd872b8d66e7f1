"""`upset`: coalitions compared as sets: how many belong to exactly these of them, as an UpSet chart.

The chart is that of Lex, Gehlenborg, Strobelt, Vuillemot and Pfister, "UpSet: Visualization of Intersecting Sets", IEEE
Transactions on Visualization and Computer Graphics 20 (2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from foc_graph.charts.chart import AS_OF, COALITION, Address, Chart, Kind, name_of, pick_marks
from foc_graph.charts.periods import belongs
from foc_graph.charts.svg import WIDTH, cut, draw_svg, list_some, span
from foc_graph.dates import in_words
from foc_graph.graph import Graph

_LABEL, _TOP, _PLOT = 236, 18, 170
_NARROW, _WIDE, _ROW = 21, 40, 26
_MOST = 24
_NAMED = 20
_LEGEND = (("certain", "members, certain or presumed"), ("possible", "may be members"))


class Coalition(NamedTuple):
    """A set: a coalition with how many belong to it."""

    y: float
    name: str
    title: str
    href: str
    size: int
    width: float


class Column(NamedTuple):
    """Those that belong to exactly some coalitions: the heights of the bar's parts, and where the dots are."""

    x: float
    size: int
    certain: float
    possible: float
    dots: list[float]
    blanks: list[float]
    title: str


class Member(NamedTuple):
    """Who belongs: a name, and for each coalition whether that is more than possible."""

    name: str
    sure: dict[str, bool]


def draw(graph: Graph, address: Address, coalition: Sequence[str], as_of: str = "") -> Chart | None:
    """Draw who belongs to exactly which of two or more coalitions, as of a date, by default that of the data."""
    named = {graph.resolve(one, "coalition").value: one for one in coalition}
    date = as_of or graph.workspace.settings.verified
    members: dict[str, Member] = {}
    things = []
    for iri, one in named.items():
        for row in graph.rows("members", coalition=one, as_of=date):
            if belongs(row):
                member = members.setdefault(row["member"], Member(row["name"] or row["member"], {}))
                member.sure[iri] = member.sure.get(iri, False) or row["certainty"] != "possible"
                things.append(row["membership"])
    if not members:
        return None
    sizes = {iri: sum(iri in member.sure for member in members.values()) for iri in named}
    order = sorted(named, key=lambda iri: (-sizes[iri], iri))
    groups: dict[tuple[str, ...], list[Member]] = {}
    for member in members.values():
        groups.setdefault(tuple(iri for iri in order if iri in member.sure), []).append(member)
    ranked = sorted(groups, key=lambda group: (-len(groups[group]), len(group), [order.index(iri) for iri in group]))
    names = {iri: name_of(graph, iri) for iri in order}
    first = _TOP + _PLOT + 24
    rows = [
        Coalition(
            first + number * _ROW,
            cut(names[iri], _LABEL - 50),
            f"{names[iri]}: {sizes[iri]}",
            address(iri),
            sizes[iri],
            round((_LABEL - 50) * sizes[iri] / max(sizes.values()), 1),
        )
        for number, iri in enumerate(order)
    ]
    step = round(min(_WIDE, max(_NARROW, (WIDTH - _LABEL) / len(ranked[:_MOST]))), 1)
    columns = _columns({group: groups[group] for group in ranked[:_MOST]}, order, names, first, step)
    hidden = ranked[_MOST:]
    unseen = sum(len(groups[group]) for group in hidden)
    text = _told(groups, names)
    height = first + len(rows) * _ROW
    possible = any(column.possible for column in columns)
    return Chart(
        name="upset",
        title=_find_shared(groups, order),
        what=f"Members of {len(named)} coalitions compared",
        as_of=in_words(date),
        reading="Each column counts the members of exactly the coalitions that have a dot in it.",
        text=text,
        svg=draw_svg(
            "upset",
            label=f"An UpSet chart. {text}",
            columns=columns,
            rows=rows,
            left=_LABEL,
            base=_TOP + _PLOT,
            row_height=_ROW,
            width=WIDTH,
            bar=step - 7,
            height=height,
        ),
        width=WIDTH,
        height=height,
        query="overlap",
        parameters={"coalition": list(named.values()), "as_of": date},
        legend=pick_marks(_LEGEND, ["certain", *(["possible"] if possible else [])]),
        notes=[f"{len(hidden):,} more combinations, of {unseen:,} members, not shown."] if hidden else [],
        things=things,
    )


def _columns(
    groups: Mapping[tuple[str, ...], Sequence[Member]],
    order: Sequence[str],
    names: Mapping[str, str],
    first: float,
    step: float,
) -> list[Column]:
    """Place a column for each group, one each `step` from the left, over rows of which the first lies at `first`."""
    most = max(map(len, groups.values()))
    columns = []
    for number, (group, members) in enumerate(groups.items()):
        sure = sum(all(member.sure.values()) for member in members)
        size = len(members)
        whole = round(_PLOT * size / most, 1)
        certain = round(_PLOT * sure / most, 1)
        heights = {iri: first + at * _ROW + 8 for at, iri in enumerate(order)}
        listed = list_some(sorted(member.name for member in members), _NAMED)
        title = f"{_only([names[iri] for iri in group])}: {size}. {listed}"
        columns.append(
            Column(
                round(_LABEL + number * step + 3.5, 1),
                size,
                certain,
                round(whole - certain, 1),
                [heights[iri] for iri in group],
                [height for iri, height in heights.items() if iri not in group],
                title,
            )
        )
    return columns


def _only(names: Sequence[str]) -> str:
    return f"Only {names[0]}" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _find_shared(groups: Mapping[tuple[str, ...], Sequence[Member]], order: Sequence[str]) -> str:
    """Say how many belong to all of the coalitions; a range where some may not."""
    shared = groups.get(tuple(order), ())
    sure = sum(all(member.sure.values()) for member in shared)
    count = span(sure, len(shared))
    which = "both" if len(order) == 2 else f"all {len(order)}"
    return f"{count} {'member belongs' if count == '1' else 'members belong'} to {which} coalitions"


def _told(groups: Mapping[tuple[str, ...], Sequence[Member]], names: Mapping[str, str]) -> str:
    members = sum(map(len, groups.values()))
    every = len(groups.get(tuple(names), ()))
    several = sum(len(found) for group, found in groups.items() if len(group) > 1)
    return f"{members} members in all; {several} belong to more than one, {every} to all {len(names)}."


KIND = Kind(
    "upset",
    "Which members two or more coalitions share, and which only one has, as of a date.",
    (COALITION._replace(description="the coalitions to compare", repeatable=True, min=2, example="foc mfc"), AS_OF),
    draw,
    order=70,
    queries=("overlap",),
)
