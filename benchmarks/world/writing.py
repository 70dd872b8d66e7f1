"""Statements (`predicate object` in N-Triples) about a thing of each kind in a coalition's part of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.world.draws import Period
from benchmarks.world.shared import Statements
from benchmarks.world.terms import a, concept, date, english, integer, name, page, thing

BODY_CLASSES = {
    "working-group": "coal:WorkingGroup",
    "task-force": "coal:TaskForce",
    "advisory-body": "coal:AdvisoryBody",
    "steering-body": "coal:SteeringBody",
    "secretariat": "coal:SupportUnit",
    "subcommittee": "coal:Body",
}

Row = tuple[str, Callable[[Any], str], Any]
"""A property, what writes its value, and the value: empty or 0 if there is none."""


def described(kind: str, *rows: Row) -> list[str]:
    """The statements about a thing of a class."""
    return [a(kind), *(f"{name(curie)} {written(value)}" for curie, written, value in rows if value)]


def dates(value: Period) -> list[Row]:
    """The dates of a period."""
    return [
        ("coal:begin", date, value.begin),
        ("coal:end", date, value.end),
        ("coal:attested", date, value.attested),
        ("coal:verified", date, value.verified),
        ("coal:beginNotBefore", date, value.begins_earliest),
        ("coal:beginNotAfter", date, value.begins_latest),
        ("coal:periodState", concept, value.state and f"period-state/{value.state}"),
    ]


_STATED = ("invited", "removed", "withdrawn")
"""The statuses that a membership states; others follow from its dates."""


def membership(
    slug: str,
    agent: str,
    organisation: str,
    role: str,
    status: str,
    period: Period,
    source: str,
    affiliation: str = "",
    capacity: str = "",
    on_behalf_of: str = "",
) -> Statements:
    """Describe an agent's membership in a coalition or body."""
    return slug, described(
        "coal:Membership",
        ("org:member", thing, agent),
        ("org:organization", thing, organisation),
        ("org:role", concept, f"role/{role}"),
        ("dcterms:source", thing, source),
        *dates(period),
        ("coal:membershipStatus", concept, f"membership-status/{status}" if status in _STATED else ""),
        ("coal:affiliation", thing, affiliation),
        ("coal:capacity", english, capacity),
        ("coal:onBehalfOf", thing, on_behalf_of),
    )


def coalition(
    slug: str, label: str, abbreviation: str, period: Period, founding_members: int, source: str
) -> Statements:
    """Describe a coalition."""
    return slug, described(
        "coal:Coalition",
        ("skos:prefLabel", english, label),
        ("coal:abbreviation", english, abbreviation),
        ("coal:aim", english, f"Keep the internet open: {label}."),
        ("org:classification", concept, "body-kind/coalition"),
        ("coal:foundingMemberCount", integer, str(founding_members)),
        ("foaf:homepage", page, slug),
        ("dcterms:isReferencedBy", thing, source),
        *dates(period),
    )


def body(slug: str, label: str, kind: str, parent: str, period: Period, source: str) -> Statements:
    """Describe a body of a coalition; `parent` is the coalition or another body."""
    return slug, described(
        BODY_CLASSES[kind],
        ("skos:prefLabel", english, label),
        ("org:classification", concept, f"body-kind/{kind}"),
        ("org:subOrganizationOf", thing, parent),
        ("dcterms:isReferencedBy", thing, source),
        *dates(period),
    )


def mandate(
    slug: str,
    label: str,
    body: str,
    period: Period,
    granted_by: tuple[str, ...],
    assigns: tuple[str, ...],
    renews: str,
    source: str,
) -> Statements:
    """Describe a mandate of a body."""
    return slug, described(
        "coal:Mandate",
        ("skos:prefLabel", english, label),
        ("coal:empowers", thing, body),
        ("dcterms:isReferencedBy", thing, source),
        *(("coal:grantedBy", thing, document) for document in granted_by),
        *(("coal:assigns", thing, function) for function in assigns),
        *dates(period),
        ("coal:renews", thing, renews),
    )


def function(slug: str, label: str, definition: str, source: str) -> Statements:
    """Describe what a mandate tells a body to do."""
    return slug, described(
        "coal:Function",
        ("skos:prefLabel", english, label),
        ("skos:definition", english, definition),
        ("dcterms:isReferencedBy", thing, source),
    )


def document(
    slug: str,
    title: str,
    kind: str,
    issued: str,
    source: str,
    creator: str = "",
    adopted_by: str = "",
    topics: tuple[str, ...] = (),
    url: str = "",
    replaces: str = "",
) -> Statements:
    """Describe a document that a body made or a coalition adopted."""
    return slug, described(
        "coal:Document",
        ("dcterms:title", english, title),
        ("dcterms:type", concept, f"document-type/{kind}"),
        ("dcterms:isReferencedBy", thing, source),
        *(("dcterms:subject", concept, f"topic/{topic}") for topic in topics),
        ("dcterms:issued", date, issued),
        ("dcterms:creator", thing, creator),
        ("coal:adoptedBy", thing, adopted_by),
        ("schema:url", page, url),
        ("dcterms:replaces", thing, replaces),
    )


def event(
    slug: str,
    title: str,
    kind: str,
    period: Period,
    convened_by: str,
    host: str,
    place: str,
    source: str,
    generated: str = "",
    edition: int = 0,
) -> Statements:
    """Describe a conference or meeting; `edition` is 0 for one that is not numbered."""
    return slug, described(
        "coal:Event",
        ("dcterms:title", english, title),
        ("dcterms:type", concept, f"event-kind/{kind}"),
        ("coal:convenedBy", thing, convened_by),
        ("coal:hostedBy", thing, host),
        ("schema:location", thing, place),
        ("dcterms:isReferencedBy", thing, source),
        *dates(period),
        ("prov:generated", thing, generated),
        ("coal:edition", integer, edition),
    )


def endorsement(slug: str, document: str, agent: str, day: str, source: str) -> Statements:
    """Describe how an agent put its name to a document."""
    return slug, described(
        "coal:Endorsement",
        ("coal:endorses", thing, document),
        ("coal:endorsedBy", thing, agent),
        ("dcterms:source", thing, source),
        ("coal:date", date, day),
    )


def appearance(slug: str, agent: str, event: str, capacity: str, attested: str, source: str) -> Statements:
    """Describe how an agent spoke or was host somewhere, without a seat."""
    return slug, described(
        "coal:Appearance",
        ("coal:appearanceOf", thing, agent),
        ("coal:appearedIn", thing, event),
        ("coal:capacity", english, capacity),
        ("dcterms:source", thing, source),
        ("coal:attested", date, attested),
    )


def claim(
    slug: str, subject: str, about: str, value: str, rank: str, source: str, ruling: str = "", attested: str = ""
) -> Iterator[Statements]:
    """Describe a claim on one property of a thing, and the citation of its source; a value is a date or a number."""
    citation = f"{slug}#{source.rpartition('/')[2]}"
    yield (
        slug,
        described(
            "coal:Claim",
            ("rdf:subject", thing, subject),
            ("rdf:predicate", name, f"coal:{about}"),
            ("rdf:object", date if about == "begin" else integer, value),
            ("coal:rank", concept, f"claim-rank/{rank}"),
            ("dcterms:source", thing, source),
            ("coal:ruling", english, ruling),
            ("coal:attested", date, attested),
            ("prov:qualifiedPrimarySource", thing, citation),
        ),
    )
    yield (
        citation,
        described("coal:Citation", ("prov:entity", thing, source), ("coal:support", concept, "support/states")),
    )


def completeness(
    slug: str, subject: str, which: str, state: str, expected_min: int, expected_max: int, source: str
) -> Statements:
    """Describe how much of a list is known; the full one has so many entries, or its length is not known (-1)."""
    is_known = expected_max >= 0
    return slug, described(
        "coal:Completeness",
        ("coal:completenessOf", thing, subject),
        ("coal:list", concept, f"list/{which}"),
        ("coal:completenessState", concept, f"completeness-state/{state}"),
        ("dcterms:source", thing, source),
        ("coal:expectedMin", integer, str(expected_min) if is_known else ""),
        ("coal:expectedMax", integer, str(expected_max) if is_known else ""),
    )
