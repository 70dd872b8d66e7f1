"""The figures of a page: pictures of the graph, each with the query and the sources behind it."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from markupsafe import Markup

from foc_graph.charts.chart import Picture
from foc_graph.namespaces import iri_of
from foc_graph.site.render import embedded
from foc_graph.site.view import Link, View

FOLDER = "plot"
"""The folder of the files of pictures."""

MOST_SOURCES = 12
"""Most sources that a figure names, where a query gives them all."""


class Figure(NamedTuple):
    """A picture, the addresses of the stored query with its parameters, of its answer as CSV, and of the SVG file.

    `sources` are the first of those of the statements that it draws, by name, of which there are `total`; `more` leads
    to all, where that is known. `data` is what a script needs to move the picture, to stand in a page.
    """

    picture: Picture
    query: str
    table: str
    file: str
    sources: list[Link]
    total: int
    more: str
    data: Markup


def figure(view: View, drawn: Picture, root: str, file: str = "", thing: str = "") -> Figure:
    """A picture as a page shows it; `root` leads from the page to the folder of the release, `file` is below that.

    `thing` is what stored queries call the thing whose picture it is.
    """
    start, given = f"{root}query/{drawn.query}", urlencode(drawn.parameters, doseq=True)
    asked = f"?{given}" if given else ""
    sources = _sources(view, drawn, root)
    is_cut = bool(thing) and len(sources) > MOST_SOURCES
    return Figure(
        drawn,
        f"{start}.html{asked}",
        f"{start}.csv{asked}",
        f"{root}{file}" if file else "",
        sources[:MOST_SOURCES] if is_cut else sources,
        len(sources),
        f"{root}query/sources.html?{urlencode({'thing': thing})}" if is_cut else "",
        embedded(drawn.data),
    )


def place(page: str, name: str) -> str:
    """The path of the file of a picture within the release, by that of the page that shows it."""
    return f"{FOLDER}/{page.partition('/')[2]}/{name}.svg"


def _sources(view: View, drawn: Picture, root: str) -> list[Link]:
    """The sources of the statements of a picture, by name."""
    named = {
        term.value
        for one in drawn.things
        for term in view.objects(one, iri_of("dcterms:source"))
        if isinstance(term, ox.NamedNode)
    }
    links = (view.link(ox.NamedNode(one), root) for one in sorted(named))
    return sorted(links, key=lambda link: link.text.casefold())
