"""The page that compares coalitions: which members they share at a date, as charts and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox

from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import Chart, render_svg
from foc_graph.charts.svg import many
from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.namespaces import slug
from foc_graph.site.featured import find_featured
from foc_graph.site.page_charts import FOLDER, MOST_DRAWN, PageChart, Place, page_addresses, page_chart
from foc_graph.site.render import Renderer
from foc_graph.site.view import Link, View
from foc_graph.store.results import Record

PAGE = "compare"
"""The path of the page within a site, without ending."""

CHOSEN, ALL = "upset", "matrix"
"""The charts of the coalitions that are compared, and of all."""

MOST_SHOWN = 500
"""Most shared members that the page lists."""

_MOST_CHOSEN = 5
_QUERY, _PAIRS = "overlap", "overlap_matrix"


class Choice(NamedTuple):
    """A coalition in the form; `slug` is what queries call it."""

    slug: str
    name: str
    is_chosen: bool


class Shared(NamedTuple):
    """The members that belong to two or more of the coalitions: their names, coalitions and how sure that is.

    `in_all` says how many belong to all of them.
    """

    rows: Sequence[tuple[Link, list[str], str]]
    total: int
    in_all: str
    query: str
    table: str


def write_compare(graph: Graph, view: View, renderer: Renderer) -> None:
    """Write `compare.html`: five coalitions as of the day of the release, and all; and the charts as files."""
    day = renderer.site.day
    chosen = preselect(graph)
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
        "chosen": len(set(chosen)),
        "charts": [_chart(view, name, one) for name, one in drawn if one is not None],
        "is_large": bool(_large(graph)),
        "shared": _shared(graph, view, chosen, as_of) if len(chosen) > 1 else None,
        "problem": None,
    }


def choices(graph: Graph, chosen: Sequence[str]) -> list[Choice]:
    """Return all coalitions by name."""
    return [Choice(key, row["name"] or row["coalition"], key in chosen) for key, row in _coalitions(graph)]


def preselect(graph: Graph) -> list[str]:
    """Return the slugs of the featured coalition and of those that share the most members with it.

    Where none is featured, or it shares none, they are the largest.
    """
    sizes = {key: row["members"] for key, row in _coalitions(graph) if row["members"]}
    featured = slug(find_featured(graph) or "", graph.base)
    if featured in sizes and _PAIRS in graph.queries:
        rows = [row for row in graph.rows(_PAIRS) if row["shared"]]
        pairs = [([slug(row[side], graph.base) for side in ("coalition_a", "coalition_b")], row) for row in rows]
        shared = {
            key: row["shared"] for pair, row in pairs if featured in pair for key in pair if key and key != featured
        }
        if nearest := _most(shared)[: _MOST_CHOSEN - 1]:
            return [featured, *nearest]
    return _most(sizes)[:_MOST_CHOSEN]


def _most(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda key: (-counts[key], key))


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
    asked = urlencode(drawn.parameters, doseq=True)
    return page_chart(view, drawn, "", Place(f"{PAGE}.html?{asked}", f"{chart_path(name)}?{asked}"))


def _shared(graph: Graph, view: View, chosen: Sequence[str], as_of: str) -> Shared | None:
    if _QUERY not in graph.queries:
        return None
    given = {"coalition": list(chosen), "as_of": as_of}
    rows = graph.rows(_QUERY, **given)
    names = {key: row["abbreviation"] or row["name"] or key for key, row in _coalitions(graph)}
    shown = [_member(view, row, names) for row in islice(rows, MOST_SHOWN)]
    certainties = [row["certainty"] for row in rows if len(row["coalitions"].split(", ")) == len(set(chosen))]
    maybe = certainties.count("possible")
    in_all = many(len(certainties), "member", "members") + (f", {maybe} of them uncertain" if maybe else "")
    asked = urlencode(given, doseq=True)
    return Shared(shown, len(rows), in_all, f"query/{_QUERY}.html?{asked}", f"query/{_QUERY}.csv?{asked}")


def _member(view: View, row: Record, names: Mapping[str, str]) -> tuple[Link, list[str], str]:
    """Return a member by its name at the date, with its coalitions and how sure that is."""
    link = view.link(ox.NamedNode(row["member"]), "")
    coalitions = [names.get(one, one) for one in row["coalitions"].split(", ")]
    return link._replace(text=row["name"] or link.text, note=""), coalitions, row["certainty"]
