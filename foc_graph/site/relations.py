"""Tables of things that join others, such as memberships: one row each, with what they join and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.charts.memberships import AS_MEMBER as ROLES_OF_MEMBERS
from foc_graph.namespaces import BASE, PREFIXES, iri_of
from foc_graph.rdf.terms import curie
from foc_graph.site.dates import period
from foc_graph.site.descriptions import Described, date, each
from foc_graph.site.view import Link, View, safe


class Table(NamedTuple):
    """Rows of cells of values; the last cell of a row leads to the record itself.

    `anchors` are the names of the rows to which links lead, empty for others; without any, there are none.
    """

    caption: str
    columns: list[str]
    rows: list[list[list[Link]]]
    anchors: Sequence[str] = ()


class Listed(NamedTuple):
    """Links under a caption, which may be empty."""

    caption: str
    links: list[Link]


class Section(NamedTuple):
    """What points at a thing in one way: tables, or lists; `total` counts those left out too.

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
        """How many are on the page."""
        return sum(len(one.links) for one in self.lists) + sum(len(table.rows) for table in self.tables)


class Joint(NamedTuple):
    """A kind of table: its heading, its columns as (name, property), whether with periods, and what it is split by.

    Its rows are sorted by the first column and by date, or by the columns; `anchor` is the property by whose values
    they can be led to.
    """

    heading: str
    columns: tuple[tuple[str, str], ...]
    has_period: bool = False
    by: str = ""
    by_kind: bool = False
    by_date: bool = False
    anchor: str = ""


_TYPE = "dcterms:type"
SOURCES = Joint(
    "Sources",
    (("source", ""), ("publisher", "dc:publisher"), ("issued", "dcterms:issued"), ("address", "schema:url")),
)
_DOCUMENT = (("document", ""), ("kind", _TYPE), ("issued", "dcterms:issued"))
_EVENT = (("event", ""), ("kind", _TYPE), ("place", "schema:location"))
_JOINTS = {
    "org:organization": Joint(
        "Members and offices",
        (("who", "org:member"), ("affiliation", "coal:affiliation"), ("standing", "coal:membershipStatus")),
        has_period=True,
        by="org:role",
    ),
    "org:member": Joint(
        "Memberships and offices", (("in", "org:organization"), ("as", "org:role")), has_period=True, by_date=True
    ),
    "coal:appearedIn": Joint("Appearances", (("who", "coal:appearanceOf"), ("as", "coal:capacity"))),
    "coal:appearanceOf": Joint("Appearances", (("at or in", "coal:appearedIn"), ("as", "coal:capacity"))),
    "coal:adoptedBy": Joint("Adopted by it", _DOCUMENT, by_kind=True, by_date=True),
    "dcterms:creator": Joint("Documents", _DOCUMENT, by_kind=True, by_date=True),
    "dcterms:subject": Joint("Documents about it", _DOCUMENT, by_kind=True, by_date=True),
    "coal:heldBy": Joint("Events", _EVENT, has_period=True, by_date=True),
    "coal:hostedBy": Joint("Hosted by it", _EVENT, has_period=True, by_date=True),
    "coal:endorses": Joint("Endorsed by", (("who", "coal:endorsedBy"), ("on", "coal:date"))),
    "coal:endorsedBy": Joint("Endorsements", (("document", "coal:endorses"), ("on", "coal:date"))),
    "coal:mandates": Joint(
        "Mandates",
        (("mandate", ""), ("functions", "coal:assigns"), ("granted by", "coal:grantedBy")),
        has_period=True,
        by_date=True,
    ),
    "rdf:subject": Joint(
        "Claims of the sources",
        (
            *(("property", "rdf:predicate"), ("value", "rdf:object"), ("as of", "coal:attested")),
            *(("rank", "coal:rank"), ("ruling", "coal:ruling"), ("sources", "dcterms:source")),
        ),
        anchor="rdf:predicate",
    ),
    "coal:nameOf": Joint("Names", (("name", ""), ("language", "language"), ("rank", "coal:rank")), has_period=True),
    "coal:identifies": Joint(
        "Identifiers elsewhere", (("in", "coal:scheme"), ("identifier", "skos:notation"), ("note", "coal:note"))
    ),
    "coal:completenessOf": Joint(
        "How complete the lists are",
        (
            *(("list", "coal:list"), ("state", "coal:completenessState")),
            *(("at least", "coal:expectedMin"), ("at most", "coal:expectedMax"), ("note", "coal:note")),
        ),
    ),
}
JOINTS = {iri_of(name): joint for name, joint in _JOINTS.items()}
"""Kinds of tables by the property with which their rows point at the thing of the page."""

AS_MEMBER = {f"{BASE}concept/role/{role}" for role in ROLES_OF_MEMBERS}
"""The roles of those who belong to a coalition, and hold no office."""


def section(view: View, joint: Joint, things: list[str], total: int, root: str, key: str) -> Section:
    """The section of a page that shows things in tables of a kind; `total` is how many there are in all."""
    if not joint.by:
        return Section(joint.heading, key, [table(view, joint, things, root)] if things else [], [], total)
    parts: dict[tuple[bool, str, str], list[str]] = {}
    for iri in things:
        by = next(each(view.described(iri).values, joint.by), None)
        name = by.value if isinstance(by, ox.NamedNode) else ""
        label = view.summary(name).label if name else ""
        parts.setdefault((name not in AS_MEMBER, label, name), []).append(iri)
    tables = []
    for (is_office, label, _), members in sorted(parts.items()):
        one = joint._replace(by_date=is_office or joint.by_date)
        tables.append(table(view, one, members, root, label[:1].upper() + label[1:]))
    return Section(joint.heading, key, tables, [], total)


def table(view: View, joint: Joint, things: list[str], root: str, caption: str = "") -> Table:
    """A table of things of one kind; what the caption says, and columns without values, are left out."""
    columns = [name for name, _ in joint.columns] + (["from", "until"] if joint.has_period else [])
    kinds = [place for place, (_, name) in enumerate(joint.columns) if joint.by_kind and name == _TYPE]
    rows = []
    for iri in things:
        thing = view.described(iri)
        cells = [_cell(view, thing, name, root) for _, name in joint.columns]
        cells = [[link for link in cell if link.text.casefold() != caption.casefold()] for cell in cells]
        when = date(thing.values)[1] or "9999"
        if joint.has_period:
            known = period(thing.values)
            cells += [[Link(known.begin)], [Link(known.end, note=known.seen)]] if known else [[], []]
            when = known.first if known else "9999"
        kind = [link.text.casefold() for place in kinds for link in cells[place]]
        key = (kind, joint.by_date and when, *(link.text.casefold() for cell in cells for link in cell), iri)
        rows.append((key, cells, iri))
    rows.sort(key=lambda row: row[0])
    kept = [place for place in range(len(columns)) if any(cells[place] for _, cells, _ in rows)]
    records = all(name for _, name in joint.columns)
    return Table(
        caption,
        [columns[place] for place in kept] + (["record"] if records else []),
        [[cells[place] for place in kept] + ([_record(view, iri, root)] if records else []) for _, cells, iri in rows],
        _anchors(view, joint, [iri for _, _, iri in rows]) if joint.anchor else (),
    )


def anchor(name: str) -> str:
    """What leads to the claims about a property."""
    return f"claims-{(curie(name, PREFIXES) or name.rpartition('/')[2]).replace(':', '-')}"


def _anchors(view: View, joint: Joint, things: list[str]) -> list[str]:
    """For each row, what leads to it, if it is the first of its property."""
    named = [next(each(view.described(iri).values, joint.anchor), None) for iri in things]
    names = [anchor(term.value) if isinstance(term, ox.NamedNode) else "" for term in named]
    return [name if name not in names[:place] else "" for place, name in enumerate(names)]


def _cell(view: View, thing: Described, name: str, root: str) -> list[Link]:
    """The values of a property, the language of a name, or the thing itself; an identifier leads to its address."""
    if not name:
        return [view.link(ox.NamedNode(thing.iri), root)._replace(note="")]
    if name == "language":
        forms = each(thing.values, "skosxl:literalForm")
        return [Link(term.language) for term in forms if isinstance(term, ox.Literal) and term.language]
    links = [view.link(term, root)._replace(note="") for term in each(thing.values, name)]
    if name == _TYPE:
        return [link._replace(href="") for link in links]
    if name == "skos:notation":
        addresses = [safe(term.value) for term in each(thing.values, "schema:url") if isinstance(term, ox.NamedNode)]
        return [link._replace(href=next(iter(addresses), "")) for link in links]
    if name == "schema:url":
        return [link._replace(text=_host(link.text)) for link in links]
    return links


def _record(view: View, iri: str, root: str) -> list[Link]:
    link = view.link(ox.NamedNode(iri), root)
    return [Link("record", link.href, note=link.text)] if link.href else []


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0] or address
