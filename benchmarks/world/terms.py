"""N-Quads text of terms and of the statements about one thing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from foc_graph import namespaces
from foc_graph.rdf.terms import RDF_TYPE, XSD

BASE = "https://example.org/world/"
ID = f"{BASE}id/"
PAGE = f"{BASE}page/"
CONCEPT = f"{namespaces.BASE}concept/"
DATATYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_ENDINGS = {length: f'"^^<{XSD}{name}>' for length, name in DATATYPES.items()}


@cache
def name(curie: str) -> str:
    """The IRI in angle brackets that a CURIE stands for."""
    return f"<{namespaces.iri_of(curie)}>"


@cache
def a(curie: str) -> str:
    """The statement that a thing is of a class."""
    return f"<{RDF_TYPE}> {name(curie)}"


def date(text: str) -> str:
    """A literal of a year, month or day."""
    return f'"{text}{_ENDINGS[len(text)]}'


def english(text: str) -> str:
    """A text in English; no character of it needs escaping."""
    return f'"{text}"@en'


def integer(value: int | str) -> str:
    """A whole number."""
    return f'"{value}"^^<{XSD}integer>'


def thing(slug: str) -> str:
    """The IRI in angle brackets of a thing of the world."""
    return f"<{ID}{slug}>"


def page(slug: str) -> str:
    """The address in angle brackets of a page about the world."""
    return f"<{PAGE}{slug}>"


@cache
def concept(slug: str) -> str:
    """The IRI in angle brackets of a shared concept."""
    return f"<{CONCEPT}{slug}>"


def graph(slug: str) -> str:
    """How a line in a named graph ends."""
    return f" <{BASE}graph/{slug}> .\n"


def quads(iri: str, statements: Iterable[str], end: str) -> str:
    """The lines of `statements` (`predicate object`) about one thing."""
    start = f"<{iri}> "
    return f"{start}{(end + start).join(statements)}{end}"
