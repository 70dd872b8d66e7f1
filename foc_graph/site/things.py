"""What the page of a thing shows: facts in words, what points at it, its history, its sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.site.backlinks import Group, groups, shares, shown
from foc_graph.site.dates import PERIOD, period
from foc_graph.site.descriptions import Described, Term, Values, each, english
from foc_graph.site.figures import Figure
from foc_graph.site.layout import Part, parts
from foc_graph.site.members import Members
from foc_graph.site.relations import SOURCES, Section, Table, anchor, table
from foc_graph.site.term_labels import ORDER
from foc_graph.site.view import Link, View, safe

_TITLES = ("rdfs:label", "skos:prefLabel", "dcterms:title", "foaf:name")
_OTHER_NAMES = ("coal:abbreviation", "skos:altLabel")
_TEXTS = ("dcterms:description", "skos:definition", "skos:scopeNote")
_NOTES = ("coal:note",)
_LINKS = ("owl:sameAs", "rdfs:seeAlso")
_ELSEWHERE = {
    RDF_TYPE,
    *PERIOD,
    *map(iri_of, (*_TITLES, *_OTHER_NAMES, *_TEXTS, *_NOTES, *_LINKS, "skos:note", "dcterms:source")),
}
"""Properties that have their own place on the page, and are not among its facts."""

_SUBJECT = iri_of("rdf:subject")
_MOST_CLAIMS, _MOST_SOURCES = 200, 100


class Fact(NamedTuple):
    """A property in words and its values; where sources differ on it, `claims` leads to what each says."""

    name: str
    values: list[Link]
    claims: str = ""


class AsOf(NamedTuple):
    """The date of a page, what was written for it, and what is wrong with that.

    `first` and `last` are the dates between which a reader may want to choose.
    """

    day: str
    value: str
    first: str
    last: str
    problem: str = ""


class Drawn(NamedTuple):
    """What stored queries tell of a thing: figures and members, as of a date; `is_large` where it has too many."""

    figures: Sequence[Figure] = ()
    members: Members | None = None
    as_of: AsOf | None = None
    is_large: bool = False


class ThingPage(NamedTuple):
    """The page of a thing; `path` is that of its files within the release, without ending."""

    path: str
    root: str
    iri: str
    title: str
    language: str
    kind: str
    trail: list[Link]
    names: list[Link]
    texts: list[Link]
    facts: list[Fact]
    notes: list[Link]
    parts: list[Part]
    sources: Table | None
    links: list[Link]
    graphs: list[Link]
    is_own: bool
    hides: bool
    """Whether search engines are asked to leave it out: a person, or what is theirs."""
    cut: list[Group]
    """The groups that the page does not show whole."""
    as_of: AsOf | None
    is_large: bool


def thing_page(view: View, thing: Described, path: str, drawn: Drawn | None = None) -> ThingPage:
    """The page of a thing, to lie at a path within the release."""
    drawn = drawn or Drawn()
    root = "../" * path.count("/")
    summary = view.summary(thing.iri)
    names = {link.text: link for link in _links(view, thing.values, root, _OTHER_NAMES) if link.text != summary.label}
    sources = [term.value for term in each(thing.values, "dcterms:source") if isinstance(term, ox.NamedNode)]
    found = groups(view, thing, path, offices_only=drawn.members is not None)
    sections = [shown(view, group, 0, share, root, path) for group, share in zip(found, shares(found), strict=True)]
    claims = _claims(view, thing.iri, found, sections)
    return ThingPage(
        path=path,
        root=root,
        iri=thing.iri,
        title=summary.label,
        language=summary.language,
        kind=summary.kind,
        trail=_trail(view, thing.iri, root),
        names=list(names.values()),
        texts=_links(view, thing.values, root, _TEXTS),
        facts=_period(thing, claims) + _facts(view, thing, root, claims),
        notes=_links(view, thing.values, root, _NOTES),
        parts=parts(thing, sections, drawn.figures, drawn.members),
        sources=table(view, SOURCES, sources[:_MOST_SOURCES], root) if sources else None,
        links=[link for link in _links(view, thing.values, root, _LINKS) if link.href],
        graphs=[view.link(ox.NamedNode(graph), root) for graph in thing.graphs],
        is_own=view.addresses.is_own(thing.iri),
        hides=view.is_about_person(thing.iri),
        cut=[group for group, one in zip(found, sections, strict=True) if one.more],
        as_of=drawn.as_of,
        is_large=drawn.is_large,
    )


def _links(view: View, values: Values, root: str, names: tuple[str, ...]) -> list[Link]:
    terms = sorted(each(values, *names), key=lambda term: isinstance(term, ox.Literal) and not english(term))
    return [view.link(term, root) for term in dict.fromkeys(terms)]


def _trail(view: View, iri: str, root: str) -> list[Link]:
    """The things within whose names its own lies, from the outermost."""
    return [view.link(ox.NamedNode(one), root) for one in view.above(iri) if view.page(one)]


def _claims(view: View, iri: str, found: list[Group], sections: list[Section]) -> dict[str, str]:
    """The properties of a thing on which sources differ, and what leads to their claims on its page."""
    values: dict[str, set[Term]] = {}
    for one in next((group.things for group in found if group.name == _SUBJECT), [])[:_MOST_CLAIMS]:
        claim = view.described(one).values
        for name in each(claim, "rdf:predicate"):
            if isinstance(name, ox.NamedNode):
                values.setdefault(name.value, set()).update(each(claim, "rdf:object"))
    there = {one for section in sections for made in section.tables for one in made.anchors}
    return {name: f"#{anchor(name)}" for name, said in values.items() if len(said) > 1 and anchor(name) in there}


def _period(thing: Described, claims: dict[str, str]) -> list[Fact]:
    known = period(thing.values)
    if known is None:
        return []
    named = (("begin", known.begin), ("end", known.end), ("evidence", known.seen))
    return [Fact(name, [Link(text)], claims.get(iri_of(f"coal:{name}"), "")) for name, text in named if text]


def _facts(view: View, thing: Described, root: str, claims: dict[str, str]) -> list[Fact]:
    found = []
    for name, terms in thing.stated.items():
        if name not in _ELSEWHERE:
            order = (ORDER.get(name, len(ORDER)), name)
            values = [_value(view, term, root) for term in terms]
            found.append((order, Fact(view.word(name), values, claims.get(name, ""))))
    return [fact for _, fact in sorted(found, key=lambda one: one[0])]


def _value(view: View, term: Term, root: str) -> Link:
    link = view.link(term, root)._replace(note="")
    if isinstance(term, ox.NamedNode) and link.text == term.value:
        return link._replace(text=term.value.removeprefix("https://").removeprefix("http://").removesuffix("/"))
    return link


def web_address(thing: Described) -> str:
    """The address of a thing's own website or text, if it has one that may be linked to."""
    terms = each(thing.values, "foaf:homepage", "schema:url")
    return next((address for term in terms if isinstance(term, ox.NamedNode) and (address := safe(term.value))), "")
