"""The page of a thing: facts in words, charts and tables in the order of its class, sources, and schema.org."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.charts import KINDS
from foc_graph.descriptions import (
    ELSEWHERE,
    LINKS,
    NOTES,
    OTHER_NAMES,
    TEXTS,
    Described,
    Term,
    Values,
    each,
    english,
    iris,
    period_facts,
)
from foc_graph.namespaces import iri_of
from foc_graph.site.backlinks import Group, group_backlinks, make_section
from foc_graph.site.digest import digest
from foc_graph.site.members import Members
from foc_graph.site.neighbours import find_neighbours
from foc_graph.site.page_charts import AsOf, Drawn, PageChart
from foc_graph.site.references import References, find_references
from foc_graph.site.relations import Section, Table, anchor
from foc_graph.site.view import Fact, Link, View, safe
from foc_graph.term_labels import FACTS, ORDER

_SUBJECT, _ASSIGNS = map(iri_of, ("rdf:subject", "coal:assigns"))


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
    digest: list[Fact]
    """The facts that come first."""
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


def thing_page(view: View, thing: Described, path: str, drawn: Drawn) -> ThingPage:
    """Return the page of a thing, to lie at a path within the release."""
    root = "../" * path.count("/")
    summary = view.summary(thing.iri)
    references = find_references(view, thing, root)
    stated = _sourced(view, thing.stated, root, ("skos:prefLabel",), references)
    others = [*stated, *_sourced(view, thing.values, root, OTHER_NAMES, references)]
    names = {link.text: link for link in others if link.text != summary.label}
    found = group_backlinks(view, thing, path, offices_only=drawn.members is not None)
    found = [_differing(view, group, references) if group.name == _SUBJECT else group for group in found]
    found = [group for group in found if group.total]
    sections = [make_section(view, group, 0, group.most, root, path, references.known) for group in found]
    there = {one for section in sections for made in section.tables for one in made.anchors}
    return ThingPage(
        path=path,
        root=root,
        iri=thing.iri,
        title=summary.label,
        language=summary.language,
        kind=summary.kind,
        trail=_trail(view, thing.iri, root),
        names=list(names.values()),
        texts=_sourced(view, thing.values, root, TEXTS, references),
        digest=digest(view, thing, found, drawn.members, drawn.chairs, drawn.day, root),
        facts=[*_facts(view, thing, root, references, there), *find_neighbours(view, thing.iri, root)],
        notes=_links(view, thing.values, root, NOTES),
        parts=arrange_parts(thing, sections, drawn.charts, drawn.members),
        sources=references.table,
        links=[link for link in _links(view, thing.values, root, LINKS) if link.href],
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
    """Return links to the things whose names begin the thing's own, from the outermost."""
    return [view.link(ox.NamedNode(one), root) for one in view.above(iri) if view.page(one)]


def _sourced(view: View, values: Values, root: str, names: tuple[str, ...], references: References) -> list[Link]:
    terms = {term: name for name in names for term in each(values, name)}
    ordered = sorted(terms, key=lambda term: isinstance(term, ox.Literal) and not english(term))
    return [view.link(term, root)._replace(sources=references.of(iri_of(terms[term]), [term])) for term in ordered]


def _differing(view: View, group: Group, references: References) -> Group:
    """Keep the claims about properties on which sources differ."""
    kept = [
        claim
        for claim in group.things
        if not references.disputed.isdisjoint(iris(view.described(claim).values, "rdf:predicate"))
    ]
    return group._replace(things=kept, total=len(kept))


def _facts(view: View, thing: Described, root: str, references: References, there: set[str]) -> list[Fact]:
    """Return the period of a thing, then its other facts, in their order; `there` are the anchors of its page."""

    def fact(name: str, iri: str, values: list[Link]) -> Fact:
        leads = iri in references.disputed and anchor(iri) in there
        return Fact(name, values, f"#{anchor(iri)}" if leads else "")

    dated = [
        fact(name, iri, [Link(text, sources=references.of(iri, thing.values.get(iri, ())))])
        for name, text, iri in period_facts(thing.values)
    ]
    found = []
    for name, terms in thing.stated.items():
        if name not in ELSEWHERE:
            order = (ORDER.get(name, len(ORDER)), name)
            values = [_value(view, name, term, root)._replace(sources=references.of(name, [term])) for term in terms]
            found.append((order, fact(FACTS.get(name) or view.word(name), name, values)))
    return dated + [one for _, one in sorted(found, key=lambda one: one[0])]


def _value(view: View, name: str, term: Term, root: str) -> Link:
    link = (view.task if name == _ASSIGNS else view.link)(term, root)._replace(note="")
    if isinstance(term, ox.NamedNode) and link.text == term.value:
        return link._replace(text=term.value.removeprefix("https://").removeprefix("http://").removesuffix("/"))
    return link


class Part(NamedTuple):
    """A part of a page: charts, members, sections; `size` is of what it lists, if that is one kind of thing.

    A folded part shows its heading until a reader opens it.
    """

    heading: str
    key: str
    charts: list[PageChart]
    sections: list[Section]
    members: Members | None
    size: str | None
    is_folded: bool
    short: str
    """What the line of contents calls it."""

    @property
    def is_dated(self) -> bool:
        """Return whether the chart shows how things were at a date."""
        return self.members is not None or any("as_of" in one.chart.parameters for one in self.charts)


class _Plan(NamedTuple):
    """The heading of a part, by which charts say that they stand in it, and the keys of its sections, in order."""

    heading: str
    sections: tuple[str, ...] = ()
    is_folded: bool = False
    short: str = ""


_DOCUMENTS = ("coal-adoptedBy", "dcterms-subject")
_MEMBERS, _OFFICES = "Members", "Offices"
_HEADINGS = {"coal:Coalition": {"org-subOrganizationOf": "Bodies"}}
_COMPLETENESS = _Plan("How complete this is", ("coal-completenessOf",), is_folded=True)
_CLAIMS = _Plan("What the sources say", ("rdf-subject",), is_folded=True)
_WORKS = _Plan("Statements and documents", _DOCUMENTS, short="Statements")
_REST = _Plan("Other pages that link here", is_folded=True)
_AGENT = (
    _Plan("Memberships and offices", ("org-member",), short="Memberships"),
    _WORKS,
    _Plan("Endorsements", ("coal-endorsedBy",)),
    _Plan("Events", ("coal-appearanceOf", "coal-convenedBy", "coal-hostedBy")),
    _Plan("People and parts", ("coal-affiliation", "org-subOrganizationOf"), short="People"),
)
_PLANS = {
    "coal:Coalition": (
        _Plan(_MEMBERS),
        _Plan(_OFFICES, ("org-organization",)),
        _Plan("Bodies and seats", ("org-subOrganizationOf",), short="Bodies"),
        _WORKS,
        _Plan("Events", ("coal-convenedBy", "coal-hostedBy")),
        _Plan("Mandates", ("coal-empowers", "coal-grantedBy"), is_folded=True),
        _COMPLETENESS,
        _CLAIMS,
    ),
    "coal:Body": (
        _Plan("Mandate", ("coal-empowers",)),
        _Plan("People and offices", ("org-organization",), short="People"),
        _Plan("Outputs", (*_DOCUMENTS, "prov-generated")),
        _Plan("Events", ("coal-convenedBy", "coal-hostedBy", "coal-appearedIn")),
        _Plan("Outcome", ("coal-supersedes", "coal-renews", "dcterms-replaces")),
        _Plan("Parts", ("org-subOrganizationOf",)),
        _COMPLETENESS,
        _CLAIMS,
    ),
    "coal:Government": _AGENT,
    "foaf:Person": _AGENT,
    "org:Organization": _AGENT,
}


def arrange_parts(
    thing: Described, sections: Sequence[Section], charts: Sequence[PageChart], members: Members | None
) -> list[Part]:
    """Return the parts of the page of a thing: as planned for its class, then of other charts and sections."""
    classes = iris(thing.values, "rdf:type")
    name = next((name for name in _PLANS if iri_of(name) in classes), "")
    headings = _HEADINGS.get(name, {})
    by_key = {one.key: one._replace(heading=headings.get(one.key, one.heading)) for one in sections}
    by_heading: dict[str, list[PageChart]] = {}
    for one in charts:
        pages = KINDS[one.chart.name].pages
        heading = next(heading for known, heading in pages.items() if iri_of(known) in classes)
        by_heading.setdefault(heading, []).append(one)
    plans = _PLANS.get(name, ())
    found = []
    for plan in plans:
        if plan.heading == _OFFICES and members is None:
            plan = plan._replace(heading="Members and offices")
        found.append(
            _part(
                plan,
                by_heading.pop(plan.heading, []),
                [by_key.pop(key) for key in plan.sections if key in by_key],
                members if plan.heading == _MEMBERS else None,
            )
        )
    found += [_part(_Plan(heading), drawn, []) for heading, drawn in by_heading.items()]
    rest = list(by_key.values())
    found += [_part(_REST, [], rest)] if plans else [_part(_Plan(one.heading), [], [one]) for one in rest]
    return [one for one in found if one.charts or one.sections or one.members]


def _part(plan: _Plan, charts: list[PageChart], sections: list[Section], members: Members | None = None) -> Part:
    """Make a part; of one section alone the key, and of the rest the heading, are those of the part too."""
    one = sections[0] if len(sections) == 1 else None
    heading = one.heading if one and plan is _REST else plan.heading
    key = one.key if one else heading.casefold().replace(" ", "-")
    size = f"{one.total:,}" if one else None
    return Part(heading, key, charts, sections, members, size, plan.is_folded, plan.short or heading)


_SCHEMA_TYPES = {
    "coal:Government": "GovernmentOrganization",
    "coal:Event": "Event",
    "coal:Document": "CreativeWork",
    "schema:Country": "Country",
    "schema:City": "City",
    "org:Organization": "Organization",
}
_SCHEMA_TEXTS = {
    "description": ("dcterms:description", "coal:aim"),
    "alternateName": ("coal:abbreviation",),
    "startDate": ("schema:startDate",),
    "endDate": ("schema:endDate",),
    "datePublished": ("dcterms:issued",),
}
_SCHEMA_OF_ORGANISATION = {"foundingDate": ("coal:begin",), "dissolutionDate": ("coal:end",)}


def schema_org(view: View, thing: Described) -> dict[str, object] | None:
    """Describe a thing in JSON-LD for search engines; None where schema.org has no class for it, or for a person."""
    classes = iris(thing.values, "rdf:type")
    kind = next((ours for name, ours in _SCHEMA_TYPES.items() if iri_of(name) in classes), None)
    if kind is None:
        return None
    found: dict[str, object] = {
        "@context": {"@vocab": "https://schema.org/"},
        "@id": thing.iri,
        "@type": kind,
        "name": view.summary(thing.iri).label,
    }
    for key, names in (_SCHEMA_TEXTS | (_SCHEMA_OF_ORGANISATION if kind.endswith("Organization") else {})).items():
        texts = [term for term in each(thing.values, *names) if isinstance(term, ox.Literal)]
        if texts:
            found[key] = min(texts, key=lambda term: (not english(term), term.value)).value
    if address := _web_address(thing):
        found["url"] = {"@id": address}
    return found


def _web_address(thing: Described) -> str:
    """Return the address of a thing's own website or text, if it has one that may be linked to."""
    return next(filter(None, map(safe, iris(thing.values, "foaf:homepage", "schema:url"))), "")
