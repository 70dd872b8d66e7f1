"""`mandates`: when a coalition and its bodies existed, and when they held mandates, as a Gantt chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.charts.chart import COALITION_OR_BODY, Address, Chart, Kind, name_of, pick_marks
from foc_graph.charts.gantt import MOST_NAMED, THICK, THIN, Band, Item, Spell, draw_gantt
from foc_graph.charts.periods import COLUMNS, OVER, Period, day, tell_period
from foc_graph.charts.svg import WIDTH, list_some, many
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.store.results import Record, as_rows

_MOST = 100
"""Most mandates of a body that are drawn, of those in the order of the query."""

_LEGEND = (
    ("body certain", "existed"),
    ("body presumed", "existed when last checked"),
    ("body possible", "may have existed"),
    ("certain", "held a mandate"),
    ("presumed", "held one when last checked"),
    ("possible", "may have held one"),
)


class Mandated(NamedTuple):
    """A coalition or body: its row of the query `bodies`, and those of its mandates in the query `mandates`."""

    body: str
    name: str
    row: Record
    mandates: Mapping[str, Record]

    @property
    def dated(self) -> Mapping[str, Record]:
        """Return the mandates of whose time something is known."""
        return {one: row for one, row in self.mandates.items() if Period.of(row).is_known}

    @property
    def drawn(self) -> Mapping[str, Record]:
        """Return the mandates that a chart has room for."""
        return dict(islice(self.dated.items(), _MOST))

    @property
    def existence(self) -> Period:
        """Return when it existed."""
        return Period.of(self.row)

    @property
    def is_dated(self) -> bool:
        """Return whether anything is known of the time of it or of a mandate."""
        return self.existence.is_known or bool(self.dated)


class Structure(NamedTuple):
    """A coalition with its bodies, itself first and they by when they began; or one body alone."""

    owner: str
    coalition: str
    name: str
    bodies: Sequence[Mandated]

    @property
    def is_whole(self) -> bool:
        """Whether it is of a coalition."""
        return self.owner == self.coalition

    @property
    def title(self) -> str:
        """Say how many bodies are at work, or when a body held its mandate."""
        bodies = self.bodies[self.is_whole :]
        if not self.is_whole or not bodies:
            return _find_mandates([row for one in self.bodies for row in one.mandates.values()])
        going, over = (sum(one.row["state"] in states for one in bodies) for states in (("open",), OVER))
        unknown = len(bodies) - going - over
        told = f"{going} of {many(len(bodies), 'body', 'bodies')} at work when last checked, {over} had ended"
        return told + (f", {unknown} of unknown state" if unknown else "")


def _structure(graph: Graph, coalition: str, body: str) -> Structure | None:
    """Return the bodies and mandates to draw; None if there are none, or the body is of no coalition."""
    if bool(coalition) == bool(body):
        raise ParameterError("mandates needs a coalition or a body: give one of them")
    owner = graph.resolve(coalition or body, "coalition" if coalition else "body").value
    whole = owner if coalition else _coalition_of(graph, owner)
    if not whole:
        return None
    existing = {row["body"]: row for row in graph.rows("bodies", COLUMNS, coalition=whole)}
    held: dict[str, dict[str, Record]] = {}
    for row in graph.rows("mandates", COLUMNS, coalition=whole):
        held.setdefault(row["body"], {})[row["mandate"]] = row
    if owner != whole:
        existing = {owner: existing[owner]} if owner in existing else {}
        held = {owner: held[owner]} if owner in held else {}
    if not held and not existing:
        return None
    for one in sorted({*held, *([owner] if owner == whole else [])} - existing.keys()):
        existing[one] = {"name": name_of(graph, one), **_existence(graph, one)}
    bodies = [Mandated(one, row["name"] or one, row, held.get(one, {})) for one, row in existing.items()]
    bodies.sort(key=lambda one: (one.body != owner, *one.existence.order, one.name))
    return Structure(owner, whole, name_of(graph, owner), bodies)


def draw(graph: Graph, address: Address, coalition: str = "", body: str = "") -> Chart | None:
    """Draw the bodies of a coalition with their mandates, by when they began; or one body.

    What has no known dates is counted and named; None where that is all.

    Raises:
        ParameterError: if not one of both is named.
        UnknownNameError: for a coalition or body that does not exist, or a column that a query lacks.
    """
    found = _structure(graph, coalition, body)
    if found is None:
        return None
    dated = [one for one in found.bodies if one.is_dated]
    if not dated:
        return None
    mandates = sum(len(one.mandates) for one in found.bodies)
    undated = sum(len(one.mandates) - len(one.dated) for one in found.bodies)
    text = f"{many(len(found.bodies) - found.is_whole, 'body', 'bodies')}, {many(mandates, 'mandate', 'mandates')}."
    items = [_item(one, address(one.body), one.body == found.coalition) for one in dated]
    chart = draw_gantt(items, day(graph.workspace.settings.verified), f"A chart over time. {text}")
    shown = dated[: len(dated) - chart.left_out]
    hidden = sum(max(len(one.dated) - _MOST, 0) for one in shown)
    return Chart(
        name="mandates",
        title=found.title,
        what="Bodies and mandates" if found.is_whole else "Mandates",
        subject=found.name,
        reading="The thin bar stands for the time in which a body existed, the thick one for that of a mandate.",
        text=text,
        svg=chart.svg,
        narrow=chart.narrow,
        width=WIDTH,
        height=chart.height,
        query="mandates",
        parameters={"coalition": coalition or short(found.coalition, graph.base)},
        legend=pick_marks(_LEGEND, chart.marks),
        notes=[
            *_undated([one.name for one in found.bodies[found.is_whole :] if not one.is_dated], undated),
            *([f"{chart.left_out} more bodies not shown."] if chart.left_out else []),
            *([f"{hidden:,} more mandates not shown."] if hidden else []),
            *chart.notes,
        ],
        things=[*(one.body for one in shown), *(mandate for one in shown for mandate in one.drawn)],
    )


def _find_mandates(rows: Sequence[Record]) -> str:
    """Say when a mandate was held, or how many were."""
    if len(rows) != 1:
        return f"{many(len(rows), 'mandate', 'mandates')} on record" if rows else "No mandate on record"
    return f"Mandate: {tell_period(rows[0])}"


def _item(one: Mandated, href: str, is_whole: bool) -> Item:
    existence = [Spell(one.existence, f"{one.name}: {tell_period(one.row)}")] if one.existence.is_known else []
    mandates = [Spell(Period.of(row), f"{one.name}: mandate, {tell_period(row)}") for row in one.drawn.values()]
    return Item(one.name, href, [Band("body ", THIN, existence), Band("", THICK, mandates)], is_whole)


def _undated(names: Sequence[str], mandates: int) -> Iterator[str]:
    """Say which bodies are not drawn because no dates are known, and how many mandates."""
    if names:
        yield f"{many(len(names), 'body', 'bodies')} with no known dates: {list_some(names, MOST_NAMED)}."
    if mandates:
        yield f"{many(mandates, 'mandate', 'mandates')} with no known dates."


def _coalition_of(graph: Graph, body: str) -> str:
    """Return the IRI of the coalition of which a body is a part, the first of several; empty if there is none."""
    rows = graph.sparql(
        f"SELECT ?whole WHERE {{ {ox.NamedNode(body)} org:transitiveSubOrganizationOf? ?whole . "
        "?whole a coal:Coalition } ORDER BY STR(?whole)"
    )
    return next((row["whole"] for row in as_rows(rows)), "")


def _existence(graph: Graph, body: str) -> Record:
    """Read when a coalition or body existed, in the columns of `bodies`, which lists those of a known kind."""
    rows = graph.sparql(
        f"""SELECT ?begin ?end ?planned_end ?state ?begin_earliest ?begin_latest ?end_earliest ?end_latest WHERE {{
        BIND({ox.NamedNode(body)} AS ?body)
        OPTIONAL {{ ?body coal:begin ?begin }}
        OPTIONAL {{ ?body coal:end ?end }}
        OPTIONAL {{ ?body coal:plannedEnd ?planned_end }}
        OPTIONAL {{ ?body coal:beginsEarliest ?begin_earliest }}
        OPTIONAL {{ ?body coal:beginsLatest ?begin_latest }}
        OPTIONAL {{ ?body coal:endsEarliest ?end_earliest }}
        OPTIONAL {{ ?body coal:endsLatest ?end_latest }}
        OPTIONAL {{ ?body coal:periodState/skos:notation ?state }}
        }} LIMIT 1"""
    )
    return next(iter(as_rows(rows)))


KIND = Kind(
    "mandates",
    "When a coalition and its bodies existed and held mandates, or one body alone.",
    COALITION_OR_BODY,
    draw,
    order=30,
    queries=("bodies", "mandates"),
    pages={"coal:Coalition": "Bodies and seats", "coal:Body": "Mandate"},
)
