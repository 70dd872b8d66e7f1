"""Relations that lead to a thing, in the tables and lists of sections of pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.descriptions import NOT_KNOWN, Described, Period, each, iris, period
from foc_graph.namespaces import BASE, PREFIXES, SOURCE_PROPERTIES, iri_of
from foc_graph.rdf.terms import curie
from foc_graph.site.addresses import fragment
from foc_graph.site.view import Link, View, safe

_TYPE = "dcterms:type"
_DOCUMENT = (("document", ""), ("kind", _TYPE), ("issued", "dcterms:issued"))
_EVENT = (("event", ""), ("kind", _TYPE), ("place", "schema:location"))
_LISTED = [ox.NamedNode(f"{BASE}concept/role-kind/{kind}") for kind in ("member", "observer")]
"""The kinds of the roles of those who belong to a coalition, and hold no office: of members, and of observers."""

_EVIDENT = {f"{BASE}concept/membership-status/{status}" for status in ("active", "former")}
"""Statuses of a membership that its dates say too."""

MOST_SHOWN = 12
"""How many things of a group the page that they point at shows, unless their kind of table has a number of its own."""

_MOST_PARTS = 100
"""How many parts of a thing its page shows."""

_RANKS = [f"{BASE}concept/claim-rank/{rank}" for rank in ("preferred", "normal", "deprecated")]
_KIND = iri_of(_TYPE)
_PERIOD = (iri_of("coal:begin"), iri_of("coal:end"))
_BOUNDS, _WHEN = ("from", "until"), ("when",)


class Table(NamedTuple):
    """Rows of cells of values; the last cell of a row links to its details.

    `anchors` are the names of the rows to which links lead, empty for others; without any, there are none. `things`
    are what the rows are about.
    """

    caption: str
    columns: list[str]
    rows: list[list[list[Link]]]
    anchors: Sequence[str] = ()
    things: Sequence[str] = ()


class Listed(NamedTuple):
    """Links under a caption, which may be empty."""

    caption: str
    links: list[Link]


class Section(NamedTuple):
    """The things that point at a thing in one way: tables, or lists; `total` counts those left out too.

    `key` is a name for it within the page. Where not all are shown, `more` leads to the pages that list them.
    """

    heading: str
    key: str
    tables: list[Table]
    lists: list[Listed]
    total: int
    more: str = ""

    @property
    def shown(self) -> int:
        """Return how many are on the page."""
        return sum(len(one.links) for one in self.lists) + sum(len(table.rows) for table in self.tables)


class Joint(NamedTuple):
    """A kind of table: its heading, its columns as (name, property), and what it is split by.

    A period has its columns, one where it is an event's. Rows are sorted by date, the newest first, or by the columns;
    `anchor` is the property by whose values they can be led to. Rows that are parts of what they point at have no
    details elsewhere. A page shows the first `most`.
    """

    heading: str
    columns: tuple[tuple[str, str], ...]
    period: Sequence[str] = ()
    by: str = ""
    by_date: bool = False
    anchor: str = ""
    are_parts: bool = False
    most: int = MOST_SHOWN


SOURCES = Joint(
    "Sources",
    (
        ("source", ""),
        ("publisher", "dc:publisher"),
        ("issued", "dcterms:issued"),
        ("address", "schema:url"),
        ("read on", "coal:retrieved"),
        ("archived copy", "schema:archivedAt"),
    ),
)

_JOINTS = {
    "org:organization": Joint(
        "Members and offices",
        (("who", "org:member"), ("affiliation", "coal:affiliation"), ("standing", "coal:currentStatus")),
        period=_BOUNDS,
        by="org:role",
        by_date=True,
    ),
    "org:member": Joint(
        "Memberships and offices", (("in", "org:organization"), ("as", "org:role")), period=_BOUNDS, by_date=True
    ),
    "coal:phaseOf": Joint(
        "Phases",
        (("status", "coal:membershipStatus"), ("note", "coal:note")),
        period=_BOUNDS,
        by_date=True,
        are_parts=True,
    ),
    "coal:appearedIn": Joint("Appearances", (("who", "coal:appearanceOf"), ("as", "coal:capacity"))),
    "coal:appearanceOf": Joint("Appearances", (("at or in", "coal:appearedIn"), ("as", "coal:capacity"))),
    "coal:adoptedBy": Joint("Statements and documents", _DOCUMENT, by_date=True),
    "dcterms:subject": Joint("Documents about it", _DOCUMENT, by_date=True),
    "coal:convenedBy": Joint("Events", _EVENT, period=_WHEN, by_date=True),
    "coal:hostedBy": Joint("Hosted by it", _EVENT, period=_WHEN, by_date=True),
    "coal:endorses": Joint(
        "Endorsed by",
        (("who", "coal:endorsedBy"), ("on", "coal:date"), ("note", "coal:note")),
        are_parts=True,
        most=_MOST_PARTS,
    ),
    "coal:endorsedBy": Joint("Endorsements", (("document", "coal:endorses"), ("on", "coal:date"))),
    "coal:empowers": Joint(
        "Mandates",
        (("mandate", ""), ("set up by", "coal:grantedBy")),
        period=_BOUNDS,
        by_date=True,
    ),
    "rdf:subject": Joint(
        "What the sources say",
        (
            *(("property", "rdf:predicate"), ("value", "rdf:object"), ("as of", "coal:attested")),
            *(("rank", "coal:rank"), ("ruling", "coal:ruling"), ("sources", "dcterms:source")),
        ),
        anchor="rdf:predicate",
        are_parts=True,
        most=_MOST_PARTS,
    ),
    "coal:nameOf": Joint(
        "Names",
        (("name", "skosxl:literalForm"), ("language", "language"), ("rank", "coal:rank"), ("note", "coal:note")),
        period=_BOUNDS,
        are_parts=True,
        most=_MOST_PARTS,
    ),
    "coal:identifies": Joint(
        "Identifiers elsewhere",
        (
            *(("in", "coal:scheme"), ("identifier", "skos:notation")),
            *(("relation", "coal:linkProperty"), ("how known", "sssom:mapping_justification")),
            *(("confidence", "sssom:confidence"), ("by a", "coal:authorType")),
            *(("since", "dcterms:created"), ("note", "coal:note")),
        ),
        are_parts=True,
        most=_MOST_PARTS,
    ),
    "coal:completenessOf": Joint(
        "How complete the lists are",
        (
            *(("list", "coal:list"), ("state", "coal:completenessState")),
            *(("at least", "coal:expectedMin"), ("at most", "coal:expectedMax"), ("note", "coal:note")),
        ),
        are_parts=True,
        most=_MOST_PARTS,
    ),
}

JOINTS = {iri_of(name): joint for name, joint in _JOINTS.items()}
"""Kinds of tables by the property with which their rows point at the thing of the page."""


def section(
    view: View, joint: Joint, things: list[str], total: int, root: str, key: str, numbers: Mapping[str, int] | None
) -> Section:
    """Return the section of a page that shows things in tables of a kind; `total` is how many there are in all."""
    if not joint.by:
        tables = [table(view, joint, things, root, numbers=numbers)] if things else []
        return Section(joint.heading, key, tables, [], total)
    tables = []
    roles = {iri: role_of(view, joint, iri) for iri in things}
    for (_, label, _), members in groupby(sorted(things, key=roles.__getitem__), roles.__getitem__):
        tables.append(table(view, joint, list(members), root, label[:1].upper() + label[1:], numbers))
    return Section(joint.heading, key, tables, [], total)


def role_of(view: View, joint: Joint, iri: str) -> tuple[bool, str, str]:
    """Return by what a seat is shown in a table of its own: whether it is no office, and as what it is held."""
    by = next((term for term in view.objects(iri, iri_of(joint.by)) if isinstance(term, ox.NamedNode)), None)
    name = by.value if by else ""
    return is_listed(view, name), view.summary(name).label if name else "", name


def is_listed(view: View, role: str, observers: bool = True) -> bool:
    """Return whether a role is that of those who belong to a coalition, also as observers, and hold no office."""
    return bool(role) and not {*_LISTED[: 1 + observers]}.isdisjoint(view.objects(role, _KIND))


def table(
    view: View,
    joint: Joint,
    things: list[str],
    root: str,
    caption: str = "",
    numbers: Mapping[str, int] | None = None,
) -> Table:
    """Return a table of things of one kind; what the caption says, and columns without values, are left out.

    Things that are sorted by date stay in their order.

    `numbers` are those of the sources of the page, by IRI: dates show the ones that say so, and parts those of theirs.
    """
    columns = [name for name, _ in joint.columns] + list(joint.period)
    rows = []
    for iri in things:
        thing = view.described(iri)
        cells = [_cell(view, thing, name, root) for _, name in joint.columns]
        cells = [[link for link in cell if link.text.casefold() != caption.casefold()] for cell in cells]
        if joint.are_parts and not joint.anchor and numbers and cells[0]:
            cited = {numbers[one] for one in iris(thing.values, *SOURCE_PROPERTIES) if one in numbers}
            cells[0][-1] = cells[0][-1]._replace(sources=sorted(cited))
        if joint.period:
            known = period(thing.values)
            bounds = _period_cells(view, thing, known, numbers or {}) if known else [[], []]
            cells += bounds if joint.period == _BOUNDS else [_when(*bounds)]
        rows.append((cells, iri))
    if not joint.by_date:
        rows.sort(key=lambda row: ([link.text.casefold() for cell in row[0] for link in cell], row[1]))
    if joint.anchor:
        rows.sort(key=lambda row: ([link.text for link in row[0][0]], _rank(view, row[1])))
    kept = [at for at in range(len(columns)) if any(cells[at] for cells, _ in rows)] or [0]
    records = not joint.are_parts and all(name for _, name in joint.columns)
    return Table(
        caption,
        [columns[at] for at in kept] + (["details"] if records else []),
        [[cells[number] for number in kept] + ([_record(view, iri, root)] if records else []) for cells, iri in rows],
        _anchors(view, joint, [iri for _, iri in rows]) if joint.are_parts else (),
        [iri for _, iri in rows],
    )


def _rank(view: View, claim: str) -> int:
    """Return the place of a claim by its rank: the preferred ones first, the deprecated ones last."""
    found = iris(view.described(claim).values, "coal:rank")
    return min((_RANKS.index(one) for one in found if one in _RANKS), default=len(_RANKS))


def anchor(name: str) -> str:
    """Return what leads to the claims about a property."""
    return f"claims-{(curie(name, PREFIXES) or name.rpartition('/')[2]).replace(':', '-')}"


def _anchors(view: View, joint: Joint, things: list[str]) -> list[str]:
    """Return for each row what leads to it: to a claim, if it is the first about its property."""
    if not joint.anchor:
        return [fragment(iri) for iri in things]
    named = [next(each(view.described(iri).values, joint.anchor), None) for iri in things]
    names = [anchor(term.value) if isinstance(term, ox.NamedNode) else "" for term in named]
    return [name if name not in names[:number] else "" for number, name in enumerate(names)]


def _cell(view: View, thing: Described, name: str, root: str) -> list[Link]:
    """Return the values of a property, the language of a name, or the thing; an identifier leads to its address."""
    if not name:
        return [view.link(ox.NamedNode(thing.iri), root)._replace(note="")]
    if name == "coal:currentStatus":
        kept = [status for status in iris(thing.values, name) if status not in _EVIDENT]
        return [view.link(ox.NamedNode(status), root)._replace(note="") for status in kept]
    if name == "language":
        forms = each(thing.values, "skosxl:literalForm")
        return [Link(term.language) for term in forms if isinstance(term, ox.Literal) and term.language]
    links = [view.link(term, root)._replace(note="") for term in each(thing.values, name)]
    if name == _TYPE:
        return [link._replace(href="") for link in links]
    if name == "skos:notation":
        addresses = [*map(safe, iris(thing.values, "schema:url")), ""]
        return [link._replace(href=addresses[0]) for link in links]
    if name == "schema:url":
        return [link._replace(text=_host(link.text)) for link in links]
    return links


def _period_cells(view: View, thing: Described, known: Period, numbers: Mapping[str, int]) -> list[list[Link]]:
    """Return the start and the end of a thing, each with the numbers of the sources that say so, or of the only one."""
    only = iris(thing.values, *SOURCE_PROPERTIES)
    cited: dict[str, list[str]] = {}
    for claim in view.claims(thing.iri) if numbers else ():
        name, value = (next(each(claim.values, part), None) for part in ("rdf:predicate", "rdf:object"))
        if isinstance(name, ox.NamedNode) and value in thing.values.get(name.value, ()):
            cited.setdefault(name.value, []).extend(iris(claim.values, "dcterms:source"))
    begun, ended = (
        sorted({numbers[one] for one in cited.get(name, only if len(only) == 1 else ()) if one in numbers})
        if name in thing.values
        else []
        for name in _PERIOD
    )
    return [[Link(known.begin, sources=begun)], [Link(known.end, note=known.seen and f"({known.seen})", sources=ended)]]


def _when(begin: list[Link], end: list[Link]) -> list[Link]:
    """Return the time of an event in one: its day, or its first and its last."""
    if not begin or end[0].text in (begin[0].text, NOT_KNOWN):
        return [link._replace(note=end[0].note) for link in begin]
    return [
        begin[0]._replace(
            text=f"{begin[0].text} to {end[0].text}", sources=sorted({*begin[0].sources, *end[0].sources})
        )
    ]


def _record(view: View, iri: str, root: str) -> list[Link]:
    link = view.link(ox.NamedNode(iri), root)
    return [Link("details", link.href, note=link.text)] if link.href else []


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0] or address
