"""What is said of a thing, and the outline of it that other pages show: names, classes, when and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.site.dates import PERIOD, period

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Values = dict[str, list[Term]]

_NAMES = tuple(map(iri_of, ("rdfs:label", "skos:prefLabel", "dcterms:title", "foaf:name", "skosxl:literalForm")))
NOTATION, SCHEME = iri_of("skos:notation"), iri_of("coal:scheme")
_DATES = tuple(map(iri_of, ("dcterms:issued", "coal:date")))
INSTANT = tuple(map(iri_of, ("time:inXSDDate", "time:inXSDgYearMonth", "time:inXSDgYear")))
_BEGIN = iri_of("coal:begin")
CLAIM = ("rdf:subject", "rdf:predicate", "rdf:object")
_PERSON = iri_of("foaf:Person")
OF_PERSON = tuple(
    iri_of(f"{name}")
    for name in (
        *("org:member", "coal:appearanceOf", "coal:endorsedBy", "coal:identifies", "coal:nameOf"),
        *("rdf:subject", "rdf:object"),
    )
)
DATED = {f"{XSD}{name}" for name in ("date", "gYear", "gYearMonth")}
_OUTLINE = {
    *(RDF_TYPE, NOTATION, SCHEME, *_NAMES, *_DATES, *INSTANT, *PERIOD, *OF_PERSON),
    *map(iri_of, CLAIM),
}
"""The properties of an outline."""


class Described(NamedTuple):
    """All that is said of one thing, by property: what files state, and with what is derived; and in which graphs."""

    iri: str
    stated: Values
    values: Values
    graphs: list[str]


class Outline(NamedTuple):
    """Of what is said of a thing, all that the pages of others show of it, and whether anything is said at all."""

    is_described: bool
    stated: Values
    values: Values


def describe(iri: str, quads: Iterable[ox.Quad], derived: ox.NamedNode) -> Described:
    """What quads about a thing say of it, values sorted; where all is in the graph `derived`, it counts as stated."""
    stated: dict[str, set[Term]] = {}
    values: dict[str, set[Term]] = {}
    graphs = set()
    for quad in quads:
        values.setdefault(quad.predicate.value, set()).add(quad.object)
        if quad.graph_name != derived:
            stated.setdefault(quad.predicate.value, set()).add(quad.object)
            graphs.update([quad.graph_name.value] if isinstance(quad.graph_name, ox.NamedNode) else [])
    return Described(iri, _sorted(stated or values), _sorted(values), sorted(graphs))


def outline(thing: Described) -> Outline:
    """The outline of what is said of a thing."""
    stated, values = (
        {name: terms for name, terms in said.items() if name in _OUTLINE} for said in (thing.stated, thing.values)
    )
    return Outline(bool(thing.values), stated, values)


def each(values: Values, *names: str) -> Iterator[Term]:
    """The values of several properties, in this order."""
    for name in names:
        yield from values.get(iri_of(name), ())


def english(term: ox.Literal) -> bool:
    """Whether a text is tagged as English."""
    return (term.language or "").split("-")[0] == "en"


def best_name(values: Values) -> tuple[str, ox.Literal] | None:
    """The best of a thing's names, and the property: English before no language before others."""
    for name in _NAMES:
        if literals := [term for term in values.get(name, ()) if isinstance(term, ox.Literal)]:
            order = {term: (not english(term), term.language or "", term.value) for term in literals}
            return name, min(literals, key=order.__getitem__)
    return None


def is_person(values: Values) -> bool:
    """Whether it is said to be a person."""
    return ox.NamedNode(_PERSON) in values.get(RDF_TYPE, ())


def date(values: Values) -> tuple[str, str]:
    """The date of a thing in words and as written, or two empty texts."""
    for name in _DATES:
        for term in values.get(name, ()):
            if isinstance(term, ox.Literal):
                return in_words(term.value), term.value
    known = period(values)
    return (known.begin, known.first) if known and _BEGIN in values else ("", "")


def _sorted(values: dict[str, set[Term]]) -> Values:
    return {name: sorted(terms, key=str) if len(terms) > 1 else list(terms) for name, terms in sorted(values.items())}
