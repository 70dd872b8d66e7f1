"""What points at a thing, in groups: a page shows the first of each, further pages the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES, iri_of
from foc_graph.rdf.terms import curie
from foc_graph.site.addresses import FOLDERS
from foc_graph.site.descriptions import Described
from foc_graph.site.relations import AS_MEMBER, JOINTS, Joint, Listed, Section, section
from foc_graph.site.term_labels import INCOMING, plural
from foc_graph.site.view import View

LISTS = "list"
"""The folder of the pages that list what a page cannot show whole."""

PER_PAGE = 200
"""How many things such a page lists."""

_ROOM, _FEWEST = 400, 10
"""How much all groups of a page may take, in links, and the fewest things that are shown of each."""

_ROW = 3
"""A row of a table takes as much as so many links."""

_ORGANIZATION, _ROLE, _SOURCE = map(iri_of, ("org:organization", "org:role", "dcterms:source"))
_BY_DATE = {iri_of(name) for name in ("prov:generated", "schema:location", "schema:superEvent")}
_FIRST = tuple(
    iri_of(name)
    for name in (
        *("org:member", "coal:governs", "org:organization", "org:subOrganizationOf", "coal:mandates", "coal:heldBy"),
        *("coal:adoptedBy", "dcterms:creator", "coal:appearedIn", "coal:appearanceOf", "coal:endorsedBy"),
        *("coal:endorses", "rdf:subject", "coal:completenessOf", "coal:nameOf", "coal:identifies"),
    )
)


class Group(NamedTuple):
    """Things that point at another in one way, by IRI, of which there are `total`; `key` is a name for a file."""

    heading: str
    key: str
    name: str
    things: list[str]
    total: int
    joint: Joint | None = None

    @property
    def pages(self) -> int:
        """How many pages list all that are listed."""
        return -(-len(self.things) // PER_PAGE)


def groups(view: View, thing: Described, path: str, offices_only: bool = False) -> list[Group]:
    """What points at the thing of a page, by property, and what a named graph describes, by class.

    With `offices_only`, seats of those who are only members are left out.
    """
    found = view.incoming(thing.iri, derived=not thing.graphs)
    if offices_only and _ORGANIZATION in found:
        offices = [one for one in found[_ORGANIZATION][0] if not _is_of_member(view, one)]
        found[_ORGANIZATION] = (offices, len(offices))
    order = [name for name in _FIRST if name in found]
    order += [name for name in found if name not in order]
    pointing = [Group(_heading(view, name), _key(name), name, *found[name], JOINTS.get(name)) for name in order]
    if not path.startswith(FOLDERS["graph/"]):
        return [group for group in pointing if group.total]
    described = [
        Group(_title(_named(view.word(name), total)), _key(name), name, things, total)
        for name, (things, total) in view.instances(thing.iri).items()
    ]
    return described + pointing


def shares(all_groups: Sequence[Group]) -> list[int]:
    """How many things of each group a page shows: all of the small ones, and as many of each of the others."""
    sizes = [(len(group.things) * _weight(group), place) for place, group in enumerate(all_groups)]
    room, found = _ROOM, [0] * len(sizes)
    for done, (size, place) in enumerate(sorted(sizes)):
        share = min(size, room // (len(sizes) - done))
        room -= share
        found[place] = max(share // _weight(all_groups[place]), _FEWEST)
    return found


def shown(view: View, group: Group, start: int, count: int, root: str, path: str) -> Section:
    """The section of some of the things of a group, where `path` is that of the page of what they point at."""
    things = group.things[start : start + count]
    if group.joint:
        made = section(view, group.joint, things, group.total, root, group.key)
    else:
        made = Section(group.heading, group.key, [], list(_listed(view, group, things, root)), group.total)
    return made._replace(more=f"{root}{place(path, group.key, 1)}.html") if made.shown < len(group.things) else made


def place(path: str, key: str, number: int) -> str:
    """The path of a page that lists things of a group, without ending."""
    return f"{LISTS}/{path}/{key}/{number}"


def _listed(view: View, group: Group, things: list[str], root: str) -> Iterator[Listed]:
    """Links to things; to what rests on a source by what they are."""
    by_date = group.name in _BY_DATE
    kinds: dict[str, list[tuple[tuple[str | bool, ...], str]]] = {}
    for one in things:
        summary = view.summary(one)
        kind = summary.kind if group.name == _SOURCE else ""
        kinds.setdefault(kind, []).append(((by_date and summary.when, summary.label.casefold(), one), one))
    for kind, found in sorted(kinds.items()):
        yield Listed(_title(_named(kind, len(found))), [view.link(ox.NamedNode(one), root) for _, one in sorted(found)])


def _is_of_member(view: View, seat: str) -> bool:
    roles = [term.value for term in view.objects(seat, _ROLE) if isinstance(term, ox.NamedNode)]
    return bool(roles) and all(role in AS_MEMBER for role in roles)


def _weight(group: Group) -> int:
    return _ROW if group.joint else 1


def _heading(view: View, name: str) -> str:
    return INCOMING.get(name) or f"Of these, it is the “{view.word(name)}”"


def _named(kind: str, number: int) -> str:
    """What so many things of a kind are called; a term without a word, such as `foaf:Agent`, stays as it is."""
    return kind if number == 1 or ":" in kind else plural(kind)


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _key(name: str) -> str:
    known = (curie(name, PREFIXES) or "").replace(":", "-")
    return known if re.fullmatch("[A-Za-z0-9_-]{1,80}", known) else blake2b(name.encode(), digest_size=8).hexdigest()
