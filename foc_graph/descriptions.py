"""Descriptions of things, and the outlines that other pages show of them: names, classes, dates, persons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import between, in_words
from foc_graph.namespaces import BASE, COAL, SOURCE_PROPERTIES, iri_of
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.store.labels import LABELS, pick_label
from foc_graph.term_labels import FACTS, TERMS

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Values = dict[str, list[Term]]
NOTATION, SCHEME = iri_of("skos:notation"), iri_of("coal:scheme")
_DATES = tuple(map(iri_of, ("dcterms:issued", "coal:date")))
INSTANT = tuple(map(iri_of, ("time:inXSDDate", "time:inXSDgYearMonth", "time:inXSDgYear")))
_BEGIN = iri_of("coal:begin")
CLAIM = ("rdf:subject", "rdf:predicate", "rdf:object")
_PERSON, _SOURCED = iri_of("foaf:Person"), iri_of("coal:SourcedProperty")
OF_PERSON = tuple(
    iri_of(f"{name}")
    for name in (
        *("org:member", "coal:appearanceOf", "coal:endorsedBy", "coal:identifies", "coal:nameOf"),
        *("rdf:subject", "rdf:object"),
    )
)
DATED = {f"{XSD}{name}" for name in ("date", "gYear", "gYearMonth")}
PERIOD = tuple(
    iri_of(f"coal:{name}")
    for name in (
        *("begin", "end", "plannedEnd", "attested", "verified", "periodState"),
        *("beginsEarliest", "beginsLatest", "endsEarliest", "endsLatest"),
    )
)
"""The properties that tell a period."""

PERIOD_EVIDENCE = tuple(
    iri_of(f"coal:{name}")
    for name in ("beginNotBefore", "beginNotAfter", "endNotBefore", "endNotAfter", "plannedEndLatest", "disputedDate")
)
"""What the bounds of a period, and doubts about it, rest on."""

TITLES = ("rdfs:label", "coal:displayLabel", "skos:prefLabel", "dcterms:title", "foaf:name")
OTHER_NAMES = ("coal:abbreviation", "skos:altLabel")
TEXTS = ("dcterms:description", "skos:definition", "skos:scopeNote")
NOTES = ("coal:note",)
_UNTOLD = ("skos:note", "coal:categoryBasis")
LINKS = (
    *("owl:sameAs", "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"),
    "rdfs:seeAlso",
)
ELSEWHERE = {
    RDF_TYPE,
    *PERIOD,
    *PERIOD_EVIDENCE,
    *map(iri_of, (*TITLES, *OTHER_NAMES, *TEXTS, *NOTES, *LINKS, *_UNTOLD, *SOURCE_PROPERTIES)),
}
"""Properties that have their own place in the description of a thing, and are not among its facts."""

_OUTLINE = {
    *(RDF_TYPE, NOTATION, SCHEME, *LABELS, *_DATES, *INSTANT, *PERIOD, *OF_PERSON),
    *map(iri_of, CLAIM),
}
"""The properties of an outline."""

NOT_KNOWN = "not known"
_STATE = f"{BASE}concept/period-state/"


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
    """Describe a thing by quads about it, values sorted; where all is in the graph `derived`, it counts as stated."""
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
    """Return the outline of what is said of a thing."""
    stated, values = (
        {name: terms for name, terms in said.items() if name in _OUTLINE} for said in (thing.stated, thing.values)
    )
    return Outline(bool(thing.values), stated, values)


def each(values: Values, *names: str) -> Iterator[Term]:
    """Give the values of several properties, in this order."""
    for name in names:
        yield from values.get(iri_of(name), ())


def iris(values: Values, *names: str) -> list[str]:
    """Return the values of several properties that are IRIs, in this order."""
    return [term.value for term in each(values, *names) if isinstance(term, ox.NamedNode)]


def english(term: ox.Literal) -> bool:
    """Whether a text is tagged as English."""
    return (term.language or "").split("-")[0] == "en"


def best_name(values: Values) -> tuple[str, ox.Literal] | None:
    """Return the best of a thing's names, and the property that gives it."""
    return pick_label((name, term) for name in LABELS for term in values.get(name, ()))


def main_class(values: Values) -> str | None:
    """Return the IRI of the class that tells most of a thing: one of ours, else one that has a word.

    That a property is to be sourced marks it, and is no kind.
    """
    classes = [iri for iri in iris(values, "rdf:type") if iri != _SOURCED]
    ours = [iri for iri in classes if iri.startswith(COAL)] or [iri for iri in classes if iri in TERMS] or classes
    return ours[0] if ours else None


def is_person(values: Values) -> bool:
    """Whether it is said to be a person."""
    return ox.NamedNode(_PERSON) in values.get(RDF_TYPE, ())


def date(values: Values) -> tuple[str, str]:
    """Return the date of a thing in words and as written, or two empty texts."""
    for name in _DATES:
        for term in values.get(name, ()):
            if isinstance(term, ox.Literal):
                return in_words(term.value), term.value
    known = period(values)
    return (known.begin, known.first) if known and _BEGIN in values else ("", "")


def _sorted(values: dict[str, set[Term]]) -> Values:
    return {
        name: sorted(terms, key=_order) if len(terms) > 1 else list(terms) for name, terms in sorted(values.items())
    }


def _order(term: Term) -> tuple[bool, str]:
    """Sort texts in other languages after all else."""
    return isinstance(term, ox.Literal) and bool(term.language) and not english(term), str(term)


class Period(NamedTuple):
    """When something held, in words; `first` is its begin as written, to sort by."""

    begin: str
    end: str
    seen: str
    first: str
    is_open: bool


def period(values: Values) -> Period | None:
    """Return the period of a thing from all that is stated and derived of it, or None if nothing tells of one."""
    if not any(iri in values for iri in PERIOD):
        return None
    begin, end, plan, attested, verified, state, earliest, latest, ended_after, ended_before = (
        sorted(term.value for term in values.get(iri, ()) if isinstance(term, ox.NamedNode | ox.Literal))
        for iri in PERIOD
    )
    starts = _known(begin) or _bounds(earliest, latest) or NOT_KNOWN
    is_open = not end and f"{_STATE}open" in state
    if end:
        stops = _known(end)
    elif is_open:
        stops = f"still active (checked {in_words(verified[-1])})" if verified else "still active"
    elif f"{_STATE}ended" in state or f"{_STATE}ended-date-unknown" in state:
        stops = _bounds(ended_after, ended_before) or "ended, date not known"
    else:
        stops = NOT_KNOWN
    if plan and not end:
        stops += f", planned to end {_known(plan)}"
    seen = f"last seen {in_words(attested[-1])}" if attested else ""
    return Period(starts, stops, seen, (begin or earliest or latest or ["9999"])[0], is_open)


def period_facts(values: Values) -> list[tuple[str, str, str]]:
    """Return the facts of a period: what a reader calls each, the fact in words, and the property that states it."""
    known = period(values)
    if known is None:
        return []
    end = iri_of("coal:end")
    facts = (
        (FACTS[_BEGIN], known.begin, _BEGIN),
        ("state" if known.is_open else FACTS[end], known.end, end),
        ("evidence", known.seen, iri_of("coal:attested")),
    )
    return [fact for fact in facts if fact[1]]


def _known(dates: Sequence[str]) -> str:
    return " or ".join(map(in_words, dates))


def _bounds(earliest: Sequence[str], latest: Sequence[str]) -> str:
    return between(next(iter(earliest), None), next(iter(latest[-1:]), None))
