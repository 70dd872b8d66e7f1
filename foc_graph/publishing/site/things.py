"""What the page of a thing shows: facts in words, what points at it, its history, its sources."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.publishing.site.dates import PERIOD, period
from foc_graph.publishing.site.descriptions import Described, Term, Values, each, english
from foc_graph.publishing.site.joints import JOINTS, SOURCES, Section, Table, section, table
from foc_graph.publishing.site.view import Link, View, safe
from foc_graph.publishing.site.words import INCOMING, ORDER
from foc_graph.terms import RDF_TYPE, iri_of

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

_BY_DATE = {
    iri_of(name)
    for name in (
        *("coal:heldBy", "coal:hostedBy", "coal:adoptedBy", "dcterms:creator", "dcterms:subject"),
        *("prov:generated", "schema:location", "schema:superEvent"),
    )
}
_FIRST = tuple(
    iri_of(name)
    for name in (
        *("org:member", "coal:governs", "org:organization", "org:subOrganizationOf", "coal:mandates", "coal:heldBy"),
        *("dcterms:creator", "coal:adoptedBy", "coal:appearedIn", "coal:appearanceOf", "coal:endorsedBy"),
        *("coal:endorses", "rdf:subject", "coal:completenessOf", "coal:nameOf", "coal:identifies"),
    )
)


class Fact(NamedTuple):
    """A property in words and its values."""

    name: str
    values: list[Link]


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
    sections: list[Section]
    sources: Table | None
    links: list[Link]
    graphs: list[Link]
    is_own: bool
    hides: bool
    """Whether search engines are asked to leave it out: a person, or what is theirs."""


def thing_page(view: View, thing: Described, path: str) -> ThingPage:
    """The page of a thing, to lie at a path within the release."""
    root = "../" * path.count("/")
    summary = view.summary(thing.iri)
    names = {link.text: link for link in _links(view, thing.values, root, _OTHER_NAMES) if link.text != summary.label}
    sources = [term.value for term in each(thing.values, "dcterms:source") if isinstance(term, ox.NamedNode)]
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
        facts=_period(thing) + _facts(view, thing, root),
        notes=_links(view, thing.values, root, _NOTES),
        sections=_sections(view, thing, root),
        sources=table(view, SOURCES, sources, root) if sources else None,
        links=[link for link in _links(view, thing.values, root, _LINKS) if link.href],
        graphs=[view.link(ox.NamedNode(graph), root) for graph in thing.graphs],
        is_own=view.addresses.is_own(thing.iri),
        hides=view.is_about_person(thing.iri),
    )


def _links(view: View, values: Values, root: str, names: tuple[str, ...]) -> list[Link]:
    terms = sorted(each(values, *names), key=lambda term: isinstance(term, ox.Literal) and not english(term))
    return [view.link(term, root) for term in dict.fromkeys(terms)]


def _trail(view: View, iri: str, root: str) -> list[Link]:
    """The things within whose names its own lies, from the outermost."""
    return [view.link(ox.NamedNode(one), root) for one in view.above(iri) if view.page(one)]


def _period(thing: Described) -> list[Fact]:
    known = period(thing.values)
    if known is None:
        return []
    named = (("begin", known.begin), ("end", known.end), ("evidence", known.seen))
    return [Fact(name, [Link(text)]) for name, text in named if text]


def _facts(view: View, thing: Described, root: str) -> list[Fact]:
    found = []
    for name, terms in thing.stated.items():
        if name not in _ELSEWHERE:
            order = (ORDER.get(name, len(ORDER)), name)
            found.append((order, Fact(view.word(name), [_value(view, term, root) for term in terms])))
    return [fact for _, fact in sorted(found, key=lambda one: one[0])]


def _value(view: View, term: Term, root: str) -> Link:
    link = view.link(term, root)._replace(note="")
    if isinstance(term, ox.NamedNode) and link.text == term.value:
        return link._replace(text=term.value.removeprefix("https://").removeprefix("http://").removesuffix("/"))
    return link


def _sections(view: View, thing: Described, root: str) -> list[Section]:
    """What points at the thing, by property."""
    found = view.incoming(thing.iri, derived=not thing.graphs)
    first = [name for name in _FIRST if name in found]
    sections = []
    for name in first + [name for name in found if name not in first]:
        things, total = found[name]
        if joint := JOINTS.get(name):
            sections.append(section(view, joint, things, total, root))
            continue
        heading = INCOMING.get(name) or f"Of these, it is the “{view.word(name)}”"
        summaries = [(one, view.summary(one)) for one in things]
        by_date = name in _BY_DATE
        summaries.sort(key=lambda one: (by_date and one[1].when, one[1].label.casefold(), one[0]))
        links = [view.link(ox.NamedNode(one), root) for one, _ in summaries]
        sections.append(Section(heading, [], links, total))
    return sections


def web_address(thing: Described) -> str:
    """The address of a thing's own website or text, if it has one that may be linked to."""
    terms = each(thing.values, "foaf:homepage", "schema:url")
    return next((address for term in terms if isinstance(term, ox.NamedNode) and (address := safe(term.value))), "")
