"""Pictures: SVG from small templates, in the classes of one style sheet, with the text that says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from foc_graph.graph import Graph

Given = Mapping[str, str | Sequence[str]]
"""Parameters of a stored query by name."""

Address = Callable[[str], str]
"""The address of the page of a thing by its IRI, as a link in a picture has it; empty where there is none."""

STYLE = "picture.css"


class Picture(NamedTuple):
    """A picture of the answer of a stored query.

    `text` says in words what it shows, for those who do not see it; `legend` has the class of each mark in it with what
    that means. `things` are the IRIs of the statements that it draws: their sources are those of the picture. `data` is
    JSON for the script of a page that lets a reader move the date; empty where nothing moves.
    """

    name: str
    title: str
    text: str
    svg: Markup
    query: str
    parameters: Given
    legend: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    things: Sequence[str] = ()
    data: str = ""


class Kind(NamedTuple):
    """A kind of picture: what `foc plot NAME` draws, of what, and the stored queries that it asks."""

    name: str
    summary: str
    parameters: Mapping[str, str]
    """What each means; those that end with `?` may be left out, those with `*` may be repeated."""
    draw: Callable[..., Picture | None]
    """Called with the graph, the addresses of things, and the parameters; None where there is nothing to draw."""


def drawn(template: str, **context: Any) -> Markup:
    """An SVG element from a template, to stand in a page."""
    return Markup(_environment().get_template(f"{template}.svg").render(**context))


def style() -> str:
    """The style sheet of all pictures."""
    return files(__package__).joinpath(STYLE).read_text("utf-8")


def standalone(picture: Picture) -> str:
    """The picture as a file of its own: with its title, legend and style sheet."""
    return _environment().get_template("standalone.svg").render(picture=picture, style=Markup(style()))


def name_of(graph: Graph, iri: str) -> str:
    """The English name of a thing, else its IRI."""
    rows = graph.sparql(
        f"SELECT ?name WHERE {{ <{iri}> rdfs:label|skos:prefLabel ?name FILTER(LANG(?name) = 'en') }} ORDER BY ?name"
    )
    return next((str(row["name"]) for row in rows), iri)  # type: ignore[union-attr]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("foc_graph.plotting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
