"""Charts of a thing and members of a coalition on its page, from stored queries, as of a date where that matters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from markupsafe import Markup

from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import Address, Chart, render_svg
from foc_graph.charts.memberships import find_seats
from foc_graph.dates import read_period
from foc_graph.descriptions import Described, iris, period
from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import SOURCE_PROPERTIES, iri_of, slug
from foc_graph.site.addresses import LATEST
from foc_graph.site.members import Members, list_chairs, list_members
from foc_graph.site.render import embedded
from foc_graph.site.view import Link, View
from foc_graph.store import Store
from foc_graph.store.results import Result

MOST_DRAWN = 1000
"""Most memberships and offices of a thing that is drawn: with more, its page would keep the reader waiting."""

LEAST_DRAWN = 2
"""Fewest memberships and offices of an agent, with something known of their time, that its page draws."""

_CACHED = 256
_CACHED_CHARTS = 64
_MEMBERSHIPS = "memberships"
_COALITION = iri_of("coal:Coalition")
_KINDS = {
    iri_of(name): [kind.name for kind in KINDS.values() if name in kind.pages]
    for name in dict.fromkeys(name for kind in KINDS.values() for name in kind.pages)
}
"""The charts of the things of a class, the first of those that a thing has."""

CLASSES = ("coal:Coalition", "coal:Body")
"""The classes of the things whose pages are as of a date."""

_DATED = tuple(map(iri_of, CLASSES))
_MEMBER, _ORGANIZATION = map(iri_of, ("org:member", "org:organization"))
FOLDER = "plot"
"""The folder of the files of charts."""

MOST_SOURCES = 12
"""Most sources that a chart names, where a query gives them all."""


class PageChart(NamedTuple):
    """A chart, the addresses of the stored query with its parameters, of its answer as CSV, and of the SVG file.

    `here` is the address of the chart on its page, and `embed` HTML that shows it on another site. `sources` are those
    of the statements that it draws, by name, of which there are `total`; where there are many, `more` leads to those of
    the page. `data` is what a script needs to move the chart, to stand in a page.
    """

    chart: Chart
    query: str
    table: str
    file: str
    here: str
    embed: str
    sources: list[Link]
    total: int
    more: str
    data: Markup


class Place(NamedTuple):
    """The page of a chart and the file of it, below the folder of the release."""

    page: str
    file: str


class AsOf(NamedTuple):
    """The date of a page, what was written for it, and what is wrong with that.

    `first` and `last` are the dates between which a reader may want to choose; `today` is that of the page where none
    is chosen.
    """

    day: str
    value: str
    first: str
    last: str
    today: str
    problem: str = ""


class Drawn(NamedTuple):
    """The charts, members and chairs of a thing as of a date; `is_large` where it has too many."""

    day: str
    charts: Sequence[PageChart] = ()
    members: Members | None = None
    chairs: Sequence[Link] = ()
    as_of: AsOf | None = None
    is_large: bool = False


class Drawing:
    """Draws coalitions and bodies, as of a day where no other date is asked for, and what belongs to them."""

    def __init__(self, graph: Graph, view: View, day: str, store: Store | None = None) -> None:
        """Draw `graph`; `view` is the same as pages show it, `store` a copy of it that answers faster."""
        self.graph = graph.asked_in(_Remembering(store or graph.store))
        self._view, self._day = view, day
        self._undated = lru_cache(_CACHED_CHARTS)(self._drawn)
        self._has_history = lru_cache(_CACHED)(self._find_history)

    def kinds(self, iri: str) -> list[str]:
        """Return which charts the page of a thing may have: those of its class, unless it has too many memberships.

        Without a history of memberships there is no chart of that.
        """
        names = _KINDS.get(self._class(iri), ())
        if not names or self._is_large(iri) or (_MEMBERSHIPS in names and not self._has_history(iri)):
            return []
        return list(names)

    def of(self, thing: Described, root: str, as_of: str = "", problem: str = "") -> Drawn:
        """Return what is drawn on the page of a thing, as of a date; if there is a `problem` with that, nothing is.

        The date matters to coalitions and bodies only.

        Raises:
            ParameterError: for an invalid date, where no `problem` is given.
        """
        found = self._class(thing.iri)
        if found not in _DATED:
            return Drawn(
                self._day, self._charts(thing.iri, root, ""), is_large=bool(found) and self._is_large(thing.iri)
            )
        known = period(thing.values)
        begin = known.first if known and known.first < "9999" else self._day
        if problem:
            return Drawn(self._day, as_of=AsOf(self._day, as_of, min(begin, self._day), self._day, self._day, problem))
        day = _checked(as_of) if as_of else self._day
        if self._is_large(thing.iri):
            return Drawn(day, is_large=True)
        charts = self._charts(thing.iri, root, day)
        asked = (self.graph, self._view, self._subject(thing.iri), day, root)
        listed, chairs = (list_members(*asked), list_chairs(*asked)) if found == _COALITION else (None, [])
        if listed is None and not any(KINDS[one.chart.name].is_dated for one in charts):
            return Drawn(day, charts, listed, chairs)
        begins = [row.since for row in (*listed.then, *listed.others) if row.since] if listed else []
        first = min(day, self._day, begin, *begins)
        return Drawn(day, charts, listed, chairs, AsOf(day, day, first, max(day, self._day), self._day))

    def file(self, iri: str, name: str, as_of: str = "") -> str | None:
        """Draw a chart as SVG that stands by itself; None where there is none.

        Raises:
            ParameterError: for a date that is none.
        """
        if name not in self.kinds(iri):
            return None
        drawn = self._draw(name, iri, self._view.base, "", _checked(as_of) if as_of else self._day)
        return None if drawn is None else render_svg(drawn)

    def _charts(self, iri: str, root: str, day: str) -> list[PageChart]:
        made = (self._chart(name, iri, root, day) for name in self.kinds(iri))
        return [one for one in made if one is not None]

    def _chart(self, name: str, iri: str, root: str, day: str) -> PageChart | None:
        """Return a chart of a page as of a day; those that are the same on all days are kept."""
        return self._drawn(name, iri, root, day) if KINDS[name].is_dated else self._undated(name, iri, root, "")

    def _drawn(self, name: str, iri: str, root: str, day: str) -> PageChart | None:
        drawn, page = self._draw(name, iri, root, ".html", day), self._view.page(iri)
        if drawn is None or page is None:
            return None
        asked = f"?as_of={day}" if day not in ("", self._day) else ""
        place = Place(f"{page}.html{asked}", chart_path(page, name) + asked)
        return page_chart(self._view, drawn, root, place, self._subject(iri))

    def _class(self, iri: str) -> str:
        """Return the class of a thing that has charts, or nothing."""
        classes = iris(self._view.outline(iri).values, "rdf:type")
        return next((name for name in _KINDS if name in classes), "")

    def _is_large(self, iri: str) -> bool:
        name = _ORGANIZATION if self._class(iri) in _DATED else _MEMBER
        return self._view.count(iri, name, MOST_DRAWN) > MOST_DRAWN

    def _find_history(self, iri: str) -> bool:
        """Whether an agent has enough memberships with known dates for a chart of them."""
        if self._view.count(iri, _MEMBER, LEAST_DRAWN) < LEAST_DRAWN:
            return False
        try:
            seats = find_seats(self.graph, self._subject(iri))
        except UnknownNameError:  # a workspace need not have the stored queries
            return False
        return sum(seat.period.is_known for seat in seats) >= LEAST_DRAWN

    def _subject(self, iri: str) -> str:
        return slug(iri, self._view.base) or iri

    def _draw(self, name: str, iri: str, root: str, ending: str, day: str) -> Chart | None:
        kind = KINDS[name]
        known = [one.name for one in kind.parameters]
        of_body = "body" in known and self._class(iri) != _COALITION
        given = {"body" if of_body else known[0]: self._subject(iri)} | ({"as_of": day} if kind.is_dated else {})
        try:
            return draw_chart(self.graph, name, page_addresses(self._view, root, ending), **given)
        except UnknownNameError:  # a workspace need not have the stored queries
            return None


def _checked(date: str) -> str:
    """Return a date as it can stand in an address."""
    return read_period(date).text


class _Remembering:
    """A store that remembers its answers: the charts of a page ask much the same."""

    def __init__(self, store: Store) -> None:
        self._ask = lru_cache(_CACHED)(store.query)

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """Query the store, but no other servers."""
        return self._ask(text)


def page_addresses(view: View, root: str, ending: str = ".html") -> Address:
    """Return what gives the address of the page of a thing; `root` leads to the folder of the release."""

    def address(iri: str) -> str:
        page = view.page(iri)
        return f"{root}{page}{ending}" if page else ""

    return address


def page_chart(view: View, drawn: Chart, root: str, place: Place | None = None, thing: str = "") -> PageChart:
    """Return a chart as a page shows it; `root` leads to the folder of the release.

    `thing` is what stored queries call the thing whose chart it is.
    """
    start, given = f"{root}query/{drawn.query}", urlencode(drawn.parameters, doseq=True)
    asked = f"?{given}" if given else ""
    sources = _sources(view, drawn, root)
    is_cut = bool(thing) and len(sources) > MOST_SOURCES
    return PageChart(
        drawn,
        f"{start}.html{asked}",
        f"{start}.csv{asked}",
        f"{root}{place.file}" if place else "",
        f"{root}{place.page}#figure-{drawn.name}" if place else "",
        _embedding(f"{view.base}{LATEST}", place, drawn) if place else "",
        [] if is_cut else sources,
        len(sources),
        "#sources" if is_cut else "",
        embedded(drawn.data),
    )


def _embedding(release: str, place: Place, drawn: Chart) -> str:
    picture = Markup('<a href="{}"><img src="{}" alt="{}"></a>')
    return str(picture.format(f"{release}{place.page}#figure-{drawn.name}", f"{release}{place.file}", drawn.title))


def chart_path(page: str, name: str) -> str:
    """Return the path of the file of a chart within the release, by that of the page that shows it."""
    return f"{FOLDER}/{page.partition('/')[2]}/{name}.svg"


def _sources(view: View, drawn: Chart, root: str) -> list[Link]:
    """Return the sources of the statements of a chart, by name."""
    named = {
        term.value
        for one in drawn.things
        for name in SOURCE_PROPERTIES
        for term in view.objects(one, iri_of(name))
        if isinstance(term, ox.NamedNode)
    }
    links = (view.link(ox.NamedNode(one), root) for one in sorted(named))
    return sorted(links, key=lambda link: link.text.casefold())
