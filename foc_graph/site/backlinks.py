"""Backlinks of a thing, in the order of pages: its own page shows the first of each kind, further pages the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.descriptions import Described, date, period
from foc_graph.namespaces import PREFIXES, SOURCE_PROPERTIES, iri_of
from foc_graph.rdf.terms import curie
from foc_graph.site.addresses import FOLDERS
from foc_graph.site.relations import JOINTS, MOST_SHOWN, Joint, Listed, Section, is_listed, role_of, section
from foc_graph.site.view import MOST, View
from foc_graph.term_labels import INCOMING, plural

LISTS = "list"
"""The folder of the pages that list what a page cannot show whole."""

PER_PAGE = 200
"""How many things such a page lists."""

MOST_SORTED = 2_000
"""Most things of a group that are sorted by date or role, which are read for that; more stay in the order of IRIs."""

_MEMBER, _ORGANIZATION, _ROLE, _ADOPTED, _CREATOR = map(
    iri_of, ("org:member", "org:organization", "org:role", "coal:adoptedBy", "dcterms:creator")
)
_SOURCES = set(map(iri_of, SOURCE_PROPERTIES))
_BY_DATE = {iri_of(name) for name in ("prov:generated", "schema:location", "schema:superEvent")}

_FIRST = tuple(
    iri_of(name)
    for name in (
        *("org:member", "coal:governs", "org:organization", "org:subOrganizationOf"),
        *("coal:empowers", "coal:convenedBy"),
        *("coal:adoptedBy", "coal:appearedIn", "coal:appearanceOf", "coal:endorsedBy"),
        *("coal:endorses", "rdf:subject", "coal:completenessOf", "coal:nameOf", "coal:identifies"),
    )
)


class Group(NamedTuple):
    """Things that point at another in one way, in the order of pages; `total` counts those that are not listed too.

    `key` is a name for a file.
    """

    heading: str
    key: str
    name: str
    things: list[str]
    total: int
    joint: Joint | None = None

    @property
    def most(self) -> int:
        """Return how many the page of what they point at shows."""
        return self.joint.most if self.joint else MOST_SHOWN

    @property
    def pages(self) -> int:
        """Return how many pages list all that are listed."""
        return -(-len(self.things) // PER_PAGE)


def group_backlinks(view: View, thing: Described, path: str, offices_only: bool) -> list[Group]:
    """Return what points at the thing of a page, by property, and what a named graph describes, by class.

    With `offices_only`, seats of those who are only members are left out. What it adopted and what it made are one.
    """
    found = view.incoming(thing.iri, not thing.graphs, JOINTS)
    if made := found.pop(_CREATOR, None):
        adopted = found.get(_ADOPTED, ([], 0))
        documents = sorted({*made[0], *adopted[0]})
        in_both = len(made[0]) + len(adopted[0]) - len(documents)
        found[_ADOPTED] = (documents[:MOST], made[1] + adopted[1] - in_both)
    if offices_only and _ORGANIZATION in found:
        offices = [one for one in found[_ORGANIZATION][0] if not _is_of_member(view, one)]
        found[_ORGANIZATION] = (offices, len(offices))
    order = [name for name in _FIRST if name in found]
    order += [name for name in found if name not in order]
    pointing = [
        Group(
            _heading(view, name),
            key_of(name),
            name,
            _arranged(view, name, found[name][0]),
            found[name][1],
            JOINTS.get(name),
        )
        for name in order
    ]
    if not path.startswith(FOLDERS["graph/"]):
        return [group for group in pointing if group.total]
    described = [
        Group(_title(_named(view.word(name), total)), key_of(name), name, things, total)
        for name, (things, total) in view.instances(thing.iri).items()
    ]
    return described + pointing


def _arranged(view: View, name: str, things: list[str]) -> list[str]:
    """Sort things for pages: seats by role, offices first; what has a date the newest first; all else by IRI.

    Of what one belongs to, that which goes on comes first.
    """
    joint = JOINTS.get(name)
    if len(things) > MOST_SORTED or not (name in _BY_DATE or (joint and joint.by_date)):
        return things
    newest = _newest_first(view, things)
    if name == _MEMBER:
        newest.sort(key=lambda iri: not is_open(view, iri))
    return sorted(newest, key=lambda iri: role_of(view, joint, iri)) if joint and joint.by else newest


def _newest_first(view: View, things: list[str]) -> list[str]:
    return sorted(things, key=lambda iri: begun(view, iri), reverse=True)


def is_open(view: View, iri: str) -> bool:
    """Return whether a thing is known to go on."""
    known = period(view.outline(iri).values)
    return known is not None and known.is_open


def begun(view: View, iri: str) -> str:
    """Return the date of a thing, or the first on which it can have begun, as written; empty where neither is known."""
    values = view.outline(iri).values
    known = period(values)
    return date(values)[1] or (known.first if known and known.first < "9999" else "")


def make_section(
    view: View,
    group: Group,
    start: int,
    count: int,
    root: str,
    path: str,
    numbers: Mapping[str, int] | None = None,
) -> Section:
    """Return the section of some things of a group, where `path` is that of the page of what they point at.

    `numbers` are those of the sources of that page, by IRI.
    """
    things = group.things[start : start + count]
    if group.joint:
        made = section(view, group.joint, things, group.total, root, group.key, numbers)
    else:
        made = Section(group.heading, group.key, [], list(_listed(view, group, things, root)), group.total)
    return made._replace(more=f"{root}{list_path(path, group.key, 1)}.html") if made.shown < len(group.things) else made


def list_path(path: str, key: str, number: int) -> str:
    """Return the path of a page that lists things of a group, without ending."""
    return f"{LISTS}/{path}/{key}/{number}"


def _listed(view: View, group: Group, things: list[str], root: str) -> Iterator[Listed]:
    """Give links to things; to those that rest on a source by what they are."""
    kinds: dict[str, list[str]] = {}
    for one in things:
        kinds.setdefault(view.summary(one).kind if group.name in _SOURCES else "", []).append(one)
    for kind, found in sorted(kinds.items()):
        if group.name not in _BY_DATE:
            found.sort(key=lambda one: (view.summary(one).label.casefold(), one))
        yield Listed(_title(_named(kind, len(found))), [view.link(ox.NamedNode(one), root) for one in found])


def _is_of_member(view: View, seat: str) -> bool:
    roles = [term.value for term in view.objects(seat, _ROLE) if isinstance(term, ox.NamedNode)]
    return bool(roles) and all(is_listed(view, role) for role in roles)


def _heading(view: View, name: str) -> str:
    if name in JOINTS:
        return JOINTS[name].heading
    return INCOMING.get(name) or f"Of these, it is the “{view.word(name)}”"


def _named(kind: str, number: int) -> str:
    """Return what so many things of a kind are called; a term without a word, such as `foaf:Agent`, stays as it is."""
    return kind if number == 1 or ":" in kind else plural(kind)


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def key_of(name: str) -> str:
    """Return what leads to the group of a property on a page, and names the file that lists it."""
    known = (curie(name, PREFIXES) or "").replace(":", "-")
    return known if re.fullmatch("[A-Za-z0-9_-]{1,80}", known) else blake2b(name.encode(), digest_size=8).hexdigest()
