"""Pictures: SVG from small templates, in the classes of one style sheet, with the text that says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from foc_graph.charts.style import style
from foc_graph.charts.svg import BOLD, SMALL, wrapped
from foc_graph.charts.svg import width as text_width
from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.rdf.xml_text import clean
from foc_graph.store.results import Rows

__all__ = [
    *("NOTHING", "Address", "Given", "Kind", "Mark", "Picture", "drawn", "environment", "linked", "name_of", "present"),
    *("standalone", "standing_for", "style", "swatch"),
]

Given = Mapping[str, str | Sequence[str]]
"""Parameters of a stored query by name."""

Address = Callable[[str], str]
"""The address of the page of a thing by its IRI, as a link in a picture has it; empty where there is none."""

Mark = tuple[str, str]
"""The classes of a mark with what it means."""

WIDTH = 760
"""Of pictures with text, in pixels, at which their type has its size."""

_MARGIN = 16
"""Around a picture in a file of its own."""


class Picture(NamedTuple):
    """A picture of the answer of a stored query.

    `text` says in words what it shows, for those who do not see it; `svg` is `width` by `height` pixels, or larger or
    smaller as there is room; `legend` has the class of each mark in it with what that means. `things` are the IRIs of
    the statements that it draws: their sources are those of the picture. `data` is JSON for the script of a page that
    lets a reader move the date; empty where nothing moves.
    """

    name: str
    title: str
    text: str
    svg: Markup
    width: int
    height: int
    query: str
    parameters: Given
    legend: Sequence[Mark] = ()
    notes: Sequence[str] = ()
    things: Sequence[str] = ()
    data: str = ""

    def __repr__(self) -> str:
        return f"<picture: {self.title}>"

    def _repr_html_(self) -> str:
        """Show the picture in a notebook, which a link in it does not replace."""
        return standalone(self).replace("<a href=", '<a target="_blank" rel="noopener noreferrer" href=')

    def save(self, path: str | Path) -> None:
        """Write the picture into a file: SVG, PNG or HTML, by the ending of its name.

        Raises:
            ParameterError: for another ending, or a folder; for a PNG without resvg-py or without a font.
            ServiceError: if the file cannot be written.
        """
        from foc_graph.charts.files import format_of, rendered, write

        path = Path(path)
        write(rendered(self, format_of(path)), path)


NOTHING = Picture(
    name="",
    title="The graph has nothing to draw here",
    text="",
    svg=Markup(),
    width=WIDTH,
    height=0,
    query="",
    parameters={},
)
"""What stands for a picture where there is nothing to draw."""


class Kind(NamedTuple):
    """A kind of picture: what `foc plot NAME` draws, of what."""

    name: str
    summary: str
    parameters: Mapping[str, str]
    """What each means; those that end with `?` may be left out, those with `*` may be repeated."""
    draw: Callable[..., Picture | None]
    """Called with the graph, the addresses of things, and the parameters; None where there is nothing to draw."""


def drawn(template: str, **context: Any) -> Markup:
    """An SVG element from a template, to stand in a page."""
    return Markup(environment().get_template(f"{template}.svg").render(**context))


@cache
def swatch(mark: str) -> Markup:
    """A sample of a mark by its classes, to stand in a legend of a page."""
    return drawn("swatch", mark=mark)


def standalone(picture: Picture, sheet: str | None = None) -> str:
    """The picture as an SVG file of its own: with its title, legend, notes and style sheet, by default that of all.

    Its links are those that it was drawn with: absolute ones lead somewhere from a file.
    """
    inner, y = picture.width, float(_MARGIN)
    title = [(y := y + 22, line) for line in wrapped(picture.title, inner, 17 * BOLD)]
    legend, y = _legend(picture.legend, inner, y + 12)
    top = y + 8
    y = top + picture.height + 4
    notes = [(y := y + 15, line) for note in picture.notes for line in wrapped(note, inner, SMALL)]
    return (
        environment()
        .get_template("standalone.svg")
        .render(
            picture=picture,
            sheet=Markup(style() if sheet is None else sheet),
            margin=_MARGIN,
            width=picture.width + 2 * _MARGIN,
            title=title,
            legend=legend,
            top=top,
            notes=notes,
            height=y + _MARGIN,
        )
    )


def _legend(legend: Sequence[Mark], most: float, top: float) -> tuple[list[tuple[float, float, str, str]], float]:
    """Samples with what they mean, one after another on as many lines as they need, and where the last one ends."""
    placed, x, y = [], float(_MARGIN), float(top)
    for mark, text in legend:
        needed = 26 + text_width(text) + 22
        if x > _MARGIN and x + needed > _MARGIN + most:
            x, y = float(_MARGIN), y + 20
        placed.append((x, y, mark, text))
        x += needed
    return placed, y + 14 if legend else top


def present(legend: Iterable[Mark], marks: Iterable[str]) -> list[Mark]:
    """The part of a legend whose classes are among those of marks."""
    found = set(marks)
    return [(mark, text) for mark, text in legend if mark in found]


def linked(iri: str) -> str:
    """The address of a thing where there are no pages: its IRI, if that is an address of the web."""
    return iri if iri.startswith(("https://", "http://")) else ""


def name_of(graph: Graph, iri: str) -> str:
    """The English name of a thing, else its IRI written short."""
    thing = ox.NamedNode(iri)
    rows = graph.sparql(
        f"SELECT ?name WHERE {{ {thing} rdfs:label|skos:prefLabel ?name FILTER(LANG(?name) = 'en') }} ORDER BY ?name"
    )
    assert isinstance(rows, Rows)
    return next((row["name"] for row in rows), short(iri, graph.base))


def standing_for(graph: Graph, iris: Iterable[str], *properties: str) -> list[str]:
    """The IRIs of the statements about things: those of which one of these properties is the thing."""
    things = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    rows = graph.sparql(
        f"SELECT DISTINCT ?statement WHERE {{ VALUES ?thing {{ {things} }} ?statement {'|'.join(properties)} ?thing }} "
        "ORDER BY STR(?statement)"
    )
    assert isinstance(rows, Rows)
    return [row["statement"] for row in rows]


@cache
def environment() -> Environment:
    """The templates of pictures and of the files that they stand in; what XML has no character for is left out."""
    return Environment(
        loader=PackageLoader("foc_graph.charts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return Markup(clean(value))
    return clean(value) if isinstance(value, str) else value
