"""Pictures of pages for where links to them are shared (https://ogp.me/), without words: a font may lack any script.

That of a coalition is a map of its members, that of a document which it adopted a map of its members then, that of a
body a dot for each who has sat on it, by category, and that of the release a map of all members. Each other kind of
page has one for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from math import ceil, sqrt
from typing import Any

from markupsafe import Markup

from foc_graph.charts.map import read_world
from foc_graph.charts.svg import draw_svg, palette, resolved
from foc_graph.descriptions import iris, main_class
from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES, iri_of
from foc_graph.rdf.terms import curie
from foc_graph.site.about import PICTURED
from foc_graph.site.backlinks import begun
from foc_graph.site.page_charts import MOST_DRAWN
from foc_graph.site.view import View
from foc_graph.store.results import as_rows

WIDTH, HEIGHT = 1200, 630
"""The size in which pictures are drawn."""

_ACROSS = 800
"""The width of their files in pixels: sites show what has at least 600 large."""

MOST = 300
"""Most pictures of a site: a class whose things would make more has one for all of them."""

RELEASE = "_release"
_SIGNS = {
    "document": "M6 2h9l5 5v15H6zM8 9h10v1.2H8zM8 12.5h10v1.2H8zM8 16h7v1.2H8z",
    "event": "M4 5h16v16H4zM7 2h2v5H7zM15 2h2v5h-2zM6 10h12v9H6z",
    "mandate": "M12 2a7 7 0 1 1 0 14a7 7 0 1 1 0-14zM12 5a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM8 16l-2 7l6-3l6 3l-2-7z",
    "government": "M5 2h2v21H5zM8 3h12l-3 4.5l3 4.5H8z",
    "organisation": "M4 22V4h10v5h6v13zM6.5 7h2v2h-2zM10 7h2v2h-2zM6.5 11h2v2h-2zM10 11h2v2h-2zM6.5 15h2v2h-2z",
    "query": "M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16zM10 5a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM15.5 17l2-2l5.5 5.5l-2 2z",
    "other": (
        "M12 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM6 13a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM18 13a5 5 0 1 0 0 10a5 5 0 1 0 0-10z"
    ),
}
"""Signs for kinds of pages, as paths of SVG in a square of 24."""

_KINDS = {
    "coal:Document": "document",
    "coal:Event": "event",
    "coal:Mandate": "mandate",
    "coal:Government": "government",
    "org:Organization": "organisation",
}
_SEATS = """SELECT ?body ?category (COUNT(DISTINCT ?agent) AS ?seats)
WHERE {
  ?body a coal:Body .
  ?period org:organization ?body ; org:member ?agent .
  OPTIONAL { ?agent coal:stakeholderCategory/skos:notation ?own }
  OPTIONAL { ?period coal:affiliation/coal:stakeholderCategory/skos:notation ?other }
  BIND(STR(COALESCE(?own, ?other, "unknown")) AS ?category)
}
GROUP BY ?body ?category
"""
_COLUMNS = ("member", "status", "certainty")
_CERTAINTIES = ("certain", "presumed", "possible")
_SHADES = ((1, "few"), (3, "some"), (5, "half"), (8, "many"), (10**9, "most"))
"""How many coalitions a government belongs to at most, and the mark for that."""


def find_own(view: View) -> list[str]:
    """Return the classes in `PICTURED` whose things have pictures of their own: there are no more than `MOST`."""
    found: list[str] = []
    left = MOST - len(_SIGNS) - 1
    for name in PICTURED:
        count = sum(_own_class(view, iri) == name for iri in view.of_class(name))
        if count > left:
            break
        left -= count
        found.append(name)
    return found


def picture_name(view: View, iri: str, page: str, own: Sequence[str]) -> str:
    """Return the name of the picture of a page; `own` are the classes whose things have their own."""
    if _own_class(view, iri) in own:
        return page.partition("/")[2]
    return f"_{_KINDS.get(curie(main_class(view.described(iri).values) or '', PREFIXES) or '', 'other')}"


def list_pictures(view: View, own: Sequence[str]) -> Iterator[str]:
    """Give the names of the pictures of a site; `own` are the classes whose things have their own."""
    yield RELEASE
    yield from (f"_{name}" for name in _SIGNS)
    for name in own:
        things = (iri for iri in view.of_class(name) if _own_class(view, iri) == name)
        yield from (page.partition("/")[2] for iri in things if (page := view.page(iri)))


class Pictures:
    """Draws the pictures of a site as of a day, ISO 8601."""

    def __init__(self, graph: Graph, view: View, day: str) -> None:
        self._graph, self._view, self._day = graph, view, day
        self._members = lru_cache(MOST)(self._find_members)

    def draw(self, name: str) -> bytes | None:
        """Draw the picture of that name as PNG; None where there is none."""
        if name == RELEASE:
            return _drawn(marks=self._shared())
        if name.startswith("_"):
            return _drawn(sign=_SIGNS[name[1:]]) if name[1:] in _SIGNS else None
        iri = self._view.iri(f"doc/{name}") or ""
        found = _own_class(self._view, iri) if iri else ""
        if found == "coal:Coalition":
            return _drawn(marks=self._members(iri, self._day))
        if found == "coal:Body":
            seats = self._seats.get(iri, {})
            is_drawn = 0 < sum(seats.values()) <= MOST_DRAWN
            return _drawn(dots=list(_placed(seats))) if is_drawn else _drawn(sign=_SIGNS["other"])
        if found == "coal:Document":
            return _drawn(marks=self._members(_owner(self._view, iri), begun(self._view, iri)))
        return None

    def _find_members(self, coalition: str, day: str) -> dict[str, str]:
        """Return how sure it is that a country was a member, by its code; of a coalition with very many, nothing."""
        marks: dict[str, str] = {}
        if self._view.count(coalition, iri_of("org:organization"), MOST_DRAWN) > MOST_DRAWN:
            return marks
        with suppress(UnknownNameError):  # a workspace need not have the stored queries, nor all their columns
            for row in self._graph.rows("members", _COLUMNS, coalition=coalition, as_of=day):
                code = self._codes.get(row["member"])
                if code and row["status"] != "invited":
                    marks[code] = min(marks.get(code, "possible"), row["certainty"], key=_CERTAINTIES.index)
        return marks

    def _shared(self) -> dict[str, str]:
        """Return the mark of each country for how many coalitions it belongs to."""
        coalitions = self._view.of_class("coal:Coalition")
        counts = Counter(
            code
            for iri in coalitions
            for code, mark in self._members(iri, self._day).items()
            if mark in _CERTAINTIES[:2]
        )
        return {code: next(mark for most, mark in _SHADES if count <= most) for code, count in counts.items()}

    @cached_property
    def _codes(self) -> dict[str, str]:
        rows = self._graph.rows("countries", ("government", "m49", "name"))
        return {row["government"]: row["m49"] or row["name"] for row in rows}

    @cached_property
    def _seats(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for row in as_rows(self._graph.sparql(_SEATS)):
            found.setdefault(row["body"], {})[row["category"]] = int(row["seats"])
        return found


def _own_class(view: View, iri: str) -> str:
    """Return the class for which a thing has a picture of its own, if it may have one."""
    classes = iris(view.described(iri).values, "rdf:type")
    found = next((name for name in PICTURED if iri_of(name) in classes), "")
    return found if found != "coal:Document" or (_owner(view, iri) and begun(view, iri)) else ""


def _owner(view: View, iri: str) -> str:
    """Return the coalition that adopted a document, if one did."""
    owners = sorted(iris(view.described(iri).values, "coal:adoptedBy"))
    return next((one for one in owners if iri_of("coal:Coalition") in iris(view.outline(one).values, "rdf:type")), "")


def _placed(seats: Mapping[str, int]) -> Iterator[tuple[float, float, float, str]]:
    """Place a dot for each seat, category by category."""
    marks = [category for category, count in sorted(seats.items()) for _ in range(count)]
    columns = ceil(sqrt(len(marks) * WIDTH / HEIGHT))
    rows = ceil(len(marks) / columns)
    step = min((WIDTH - 200) / columns, (HEIGHT - 150) / rows, 150)
    left, top = (WIDTH - step * columns) / 2, (HEIGHT - step * rows) / 2
    for number, mark in enumerate(marks):
        row, column = divmod(number, columns)
        yield round(left + (column + 0.5) * step, 1), round(top + (row + 0.5) * step, 1), round(step * 0.4, 1), mark


def _drawn(marks: Mapping[str, str] | None = None, dots: Sequence[Any] = (), sign: str = "") -> bytes:
    world = None if marks is None else read_world()
    svg = draw_svg(
        "picture",
        width=WIDTH,
        height=HEIGHT,
        style=Markup(resolved()),
        edge=palette()["--edge"],
        world=world,
        scale=round((WIDTH - 40) / world.width, 3) if world else 1,
        marks=marks or {},
        dots=dots,
        sign=sign,
    )
    return _painted(str(svg))


@lru_cache(64)
def _painted(svg: str) -> bytes:
    """Paint a drawing, once for all the things that share it."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=_ACROSS, skip_system_fonts=True))
