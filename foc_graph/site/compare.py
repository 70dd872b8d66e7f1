"""The page that compares coalitions: which members they share at a date, as charts and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox

from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import Chart, render_svg
from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.namespaces import slug
from foc_graph.site.page_charts import FOLDER, MOST_DRAWN, PageChart, page_addresses, page_chart
from foc_graph.site.render import Renderer
from foc_graph.site.view import Link, View
from foc_graph.store.results import Record

PAGE = "compare"
"""The path of the page within a site, without ending."""

CHOSEN, ALL = "upset", "matrix"
"""The charts of the coalitions that are compared, and of all."""

MOST_SHOWN = 500
"""Most shared members that the page lists."""

_LARGEST = 5
_QUERY = "overlap"


class Choice(NamedTuple):
    """A coalition in the form; `slug` is what queries call it."""

    slug: str
    name: str
    is_chosen: bool


class Shared(NamedTuple):
    """The members that belong to two or more of the coalitions: their names, coalitions and how sure that is."""

    rows: Sequence[tuple[Link, str, str]]
    total: int
    query: str
    table: str


def write_compare(graph: Graph, view: View, renderer: Renderer) -> None:
    """Write `compare.html`: the largest coalitions as of the day of the release, and all; and the charts as files."""
    day = renderer.site.day
    chosen = largest(graph)
    renderer.page(PAGE, PAGE, **compared(graph, view, chosen, day))
    for name in (CHOSEN, ALL):
        if (drawn := draw(graph, view, name, chosen, day, ("", view.base))) is not None:
            renderer.write(chart_path(name), render_svg(drawn).encode())


def compared(graph: Graph, view: View, chosen: Sequence[str], as_of: str) -> dict[str, Any]:
    """Return what the page shows of some coalitions by their slugs, at least two, and of all, as of a date.

    Raises:
        ParameterError: for a date that is none.
        UnknownNameError: for a coalition that does not exist.
    """
    drawn = ((name, draw(graph, view, name, chosen, as_of, (".html", ""))) for name in (CHOSEN, ALL))
    return {
        "title": "Compare coalitions",
        "as_of": as_of,
        "when": in_words(as_of),
        "choices": choices(graph, chosen),
        "charts": [_chart(view, name, one) for name, one in drawn if one is not None],
        "is_large": bool(_large(graph)),
        "shared": _shared(graph, view, chosen, as_of) if len(chosen) > 1 else None,
        "problem": None,
    }


def choices(graph: Graph, chosen: Sequence[str]) -> list[Choice]:
    """Return all coalitions by name."""
    return [Choice(key, row["name"] or row["coalition"], key in chosen) for key, row in _coalitions(graph)]


def largest(graph: Graph) -> list[str]:
    """Return the slugs of the coalitions with the most members, in the order of the alphabet."""
    found = sorted((one for one in _coalitions(graph) if one[1]["members"]), key=lambda one: -one[1]["members"])
    return sorted(key for key, _ in found[:_LARGEST])


def _coalitions(graph: Graph) -> list[tuple[str, Record]]:
    """Return all coalitions by name, with their slugs."""
    rows = graph.rows("coalitions") if "coalitions" in graph.queries else ()
    return [(slug(row["coalition"], graph.base) or row["coalition"], row) for row in rows]


def _large(graph: Graph) -> set[str]:
    """Return the slugs of the coalitions with too many members to be drawn."""
    return {key for key, row in _coalitions(graph) if (row["members"] or 0) > MOST_DRAWN}


def draw(
    graph: Graph, view: View, name: str, chosen: Sequence[str], as_of: str, links: tuple[str, str]
) -> Chart | None:
    """Draw one of the charts; `links` are the ending of pages, and what leads to them.

    None where nothing can be drawn, or a coalition in it has too many members.
    """
    large = _large(graph)
    if name not in KINDS or (name == CHOSEN and len(chosen) < 2) or (large if name == ALL else large & set(chosen)):
        return None
    ending, root = links

    given = {"as_of": as_of} | ({"coalition": list(chosen)} if name == CHOSEN else {})
    return draw_chart(graph, name, page_addresses(view, root, ending), **given)


def chart_path(name: str) -> str:
    """Return the path of the file of a chart within a site."""
    return f"{FOLDER}/{PAGE}/{name}.svg"


def _chart(view: View, name: str, drawn: Chart) -> PageChart:
    return page_chart(view, drawn, "", f"{chart_path(name)}?{urlencode(drawn.parameters, doseq=True)}")


def _shared(graph: Graph, view: View, chosen: Sequence[str], as_of: str) -> Shared | None:
    if _QUERY not in graph.queries:
        return None
    given = {"coalition": list(chosen), "as_of": as_of}
    rows = graph.rows(_QUERY, **given)
    shown = [_member(view, row) for row in islice(rows, MOST_SHOWN)]
    asked = urlencode(given, doseq=True)
    return Shared(shown, len(rows), f"query/{_QUERY}.html?{asked}", f"query/{_QUERY}.csv?{asked}")


def _member(view: View, row: Record) -> tuple[Link, str, str]:
    """Return a member by its name at the date, with its coalitions and how sure that is."""
    link = view.link(ox.NamedNode(row["member"]), "")
    return link._replace(text=row["name"] or link.text, note=""), row["coalitions"], row["certainty"]
