"""Charts: SVG from small templates, in the classes of one style sheet, with the text that says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from markupsafe import Markup

from foc_graph.charts.svg import BOLD, SMALL, WIDTH, environment, resolved, style, text_width, wrap
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.queries.model import Parameter
from foc_graph.store.files import find_format, write_file
from foc_graph.store.labels import find_labels
from foc_graph.store.results import as_rows

Given = Mapping[str, str | Sequence[str]]
"""Parameters of a stored query by name."""

Address = Callable[[str], str]
"""The address of the page of a thing by its IRI, as a link in a chart has it; empty where there is none."""

COALITION = Parameter("coalition", "coalition", "the coalition", required=True, example="foc")
COALITION_OR_BODY = (
    COALITION._replace(required=False),
    Parameter("body", "body", "or one body", example="foc/wg1"),
)
AS_OF = Parameter("as_of", "period", "a day, month or year; by default that of the data", example="2015-05-04")
"""Parameters of several kinds of charts."""

Mark = tuple[str, str]
"""The classes of a mark with what it means."""

_MARGIN = 16
"""Around a chart in a file of its own."""

FORMATS = ("svg", "png", "html")
_ZOOM = 2
"""Pixels of a PNG to one of the chart."""


class Chart(NamedTuple):
    """A chart of the answer of a stored query.

    `title` states what the data say; `what` is drawn, of a `subject` (empty for several) and `as_of` a date in words
    (empty for all), and `reading` tells how to read it. `text` says the whole in words, for those who do not see it.
    `svg` is `width` by `height` pixels, or larger or smaller as there is room; `narrow` is for narrow screens. `legend`
    has the class of each mark with what that means. `things` are the IRIs of the statements that it draws: their
    sources are those of the chart. `data` is JSON for the script of a page that lets a reader move the date; empty
    where nothing moves.
    """

    name: str
    title: str
    what: str
    reading: str
    text: str
    svg: Markup
    width: int
    height: int
    query: str
    parameters: Given
    subject: str = ""
    as_of: str = ""
    narrow: Markup = Markup()
    legend: Sequence[Mark] = ()
    notes: Sequence[str] = ()
    things: Sequence[str] = ()
    data: str = ""

    @property
    def subtitle(self) -> str:
        """Return what is drawn, of what and as of when, and how to read it."""
        what = f"{self.subject}: {self.what[:1].lower()}{self.what[1:]}" if self.subject else self.what
        return f"{', '.join(filter(None, (what, self.as_of)))}. {self.reading}"

    def __repr__(self) -> str:
        return f"<chart: {self.title}>"

    def _repr_html_(self) -> str:
        """Show the chart in a notebook, which a link in it does not replace."""
        return render_svg(self).replace("<a href=", '<a target="_blank" rel="noopener noreferrer" href=')

    def save(self, path: str | Path) -> None:
        """Write the chart into a file: SVG, PNG or HTML, by the ending of its name.

        Raises:
            ParameterError: for another ending, or a folder; for a PNG without resvg-py or without a font.
            ServiceError: if the file cannot be written.
        """
        path = Path(path)
        write_file(render(self, find_format(path, FORMATS, "a chart")), path)


NOTHING = Chart(
    name="",
    title="There is nothing to draw",
    what="",
    reading="",
    text="",
    svg=Markup(),
    width=WIDTH,
    height=0,
    query="",
    parameters={},
)
"""The chart where there is nothing to draw."""


class Kind(NamedTuple):
    """A kind of chart, which the module that draws it declares as its `KIND`."""

    name: str
    """That of the module and of the template, by which `foc plot` draws it."""
    summary: str
    parameters: Sequence[Parameter]
    """The first is what pages give, but for `body` on the pages of bodies."""
    draw: Callable[..., Chart | None]
    """Called with the graph, the addresses of things, and the parameters; None where there is nothing to draw."""
    order: int
    """Where it stands among the others, in a list of all and in the part of a page."""
    queries: Sequence[str] = ()
    """The stored queries whose answers it shows, on their pages."""
    pages: Mapping[str, str] = {}
    """The classes of the things on whose pages it stands, with the heading of the part of the page."""

    @property
    def is_dated(self) -> bool:
        """Return whether the chart shows how things were at a date."""
        return AS_OF in self.parameters


def render_svg(chart: Chart, sheet: str | None = None) -> str:
    """Return the chart as an SVG file: with titles, legend, notes and style sheet, by default that of all charts.

    Its links are those that it was drawn with: absolute ones lead somewhere from a file.
    """
    inner, y = chart.width, float(_MARGIN)
    title = [(y := y + 22, line) for line in wrap(chart.title, inner, 17 * BOLD)]
    subtitle = [(y := y + 16, line) for line in wrap(chart.subtitle, inner, SMALL)] if chart.what else []
    legend, y = _legend(chart.legend, inner, y + 12)
    top = y + 8
    y = top + chart.height + 4
    notes = [(y := y + 15, line) for note in chart.notes for line in wrap(note, inner, SMALL)]
    return (
        environment()
        .get_template("standalone.svg")
        .render(
            chart=chart,
            sheet=Markup(style() if sheet is None else sheet),
            margin=_MARGIN,
            width=chart.width + 2 * _MARGIN,
            title=title,
            subtitle=subtitle,
            legend=legend,
            top=top,
            notes=notes,
            height=y + _MARGIN,
        )
    )


def _legend(legend: Sequence[Mark], most: float, top: float) -> tuple[list[tuple[float, float, str, str]], float]:
    """Return samples with what they mean, side by side on as many lines as they need, and where the last one ends."""
    placed, x, y = [], float(_MARGIN), float(top)
    for mark, text in legend:
        needed = 26 + text_width(text) + 22
        if x > _MARGIN and x + needed > _MARGIN + most:
            x, y = float(_MARGIN), y + 20
        placed.append((x, y, mark, text))
        x += needed
    return placed, y + 14 if legend else top


def pick_marks(legend: Iterable[Mark], marks: Iterable[str]) -> list[Mark]:
    """Return the part of a legend whose classes are among those of marks."""
    found = set(marks)
    return [(mark, text) for mark, text in legend if mark in found]


def link_to_iri(iri: str) -> str:
    """Return the address of a thing where there are no pages: its IRI, if that is an address of the web."""
    return iri if iri.startswith(("https://", "http://")) else ""


def name_of(graph: Graph, iri: str) -> str:
    """Return the label of a thing, else its IRI written short."""
    return find_labels(graph.store, [iri]).get(iri) or short(iri, graph.base)


def find_statements(graph: Graph, iris: Iterable[str], *properties: str) -> list[str]:
    """Return the IRIs of the statements about things: those of which one of these properties is the thing."""
    things = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    rows = graph.sparql(
        f"SELECT DISTINCT ?statement WHERE {{ VALUES ?thing {{ {things} }} ?statement {'|'.join(properties)} ?thing }} "
        "ORDER BY STR(?statement)"
    )
    return [row["statement"] for row in as_rows(rows)]


def render(chart: Chart, format: str) -> bytes:
    """Return the chart as a file: `svg` or a page of `html` with its style sheet, or `png` in the light scheme.

    Raises:
        ParameterError: for another format; for `png` where resvg-py is not installed, or there is no font.
    """
    if format == "svg":
        return render_svg(chart).encode()
    if format == "html":
        return environment().get_template("page.html").render(chart=chart, sheet=Markup(style())).encode()
    if format == "png":
        return _png(render_svg(chart, resolved()))
    raise ParameterError(f"a chart has no format {format!r}: choose {', '.join(FORMATS)}")


def _png(svg: str) -> bytes:
    import resvg_py

    if not _has_font():
        raise ParameterError("no usable font is installed for PNG: install one, or write an SVG")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=_ZOOM))


@cache
def _has_font() -> bool:
    """Whether text can be drawn in a font of charts: with it, an image differs from one without it."""
    import resvg_py

    def painted(text: str) -> bytes:
        frame = '<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="20" height="20">{}</svg>'
        return bytes(resvg_py.svg_to_bytes(svg_string=frame.format(f"<style>{resolved()}</style>{text}")))

    return painted('<text y="15">x</text>') != painted("")
