"""The digest of a page: the facts that come first, because most readers come for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from foc_graph.charts.svg import many
from foc_graph.dates import in_words, read_period
from foc_graph.descriptions import Described, each, iris
from foc_graph.namespaces import iri_of
from foc_graph.site.backlinks import Group, begun, is_open, key_of
from foc_graph.site.members import Members
from foc_graph.site.view import Fact, Link, View

_COALITION, _BODY, _COUNTRY = map(iri_of, ("coal:Coalition", "coal:Body", "schema:Country"))
_GOVERNS, _MEMBER, _ENDORSER = map(iri_of, ("coal:governs", "org:member", "coal:endorsedBy"))
_NEWEST = {"latest document on record": iri_of("coal:adoptedBy"), "latest event on record": iri_of("coal:convenedBy")}
_COMPLETENESS, _EMPOWERS = map(iri_of, ("coal:completenessOf", "coal:empowers"))


def digest_coalition(
    view: View,
    groups: Sequence[Group],
    members: Members | None,
    chairs: Sequence[Link],
    day: str,
    root: str,
    page: str = "",
) -> list[Fact]:
    """Return the first facts about a coalition: who is in it and leads it, what came last, how complete the lists are.

    All but the last are as of a day, month, year or interval. `page` leads to the page of the coalition from where they
    are shown.
    """
    found = {group.name: group for group in groups}
    facts = [
        Fact("members", [_size(members, page, day)], is_dated=True),
        Fact("chair", list(chairs), is_dated=True),
        *_newest(view, found, day, root),
        Fact("how complete", list(_completeness(view, found.get(_COMPLETENESS), page))),
    ]
    return [fact for fact in facts if fact.values]


def _size(members: Members | None, page: str, day: str) -> Link:
    return Link(members.size, f"{page}#members", note=in_words(day)) if members else Link("none on record")


def digest(
    view: View,
    thing: Described,
    groups: Sequence[Group],
    members: Members | None,
    chairs: Sequence[Link],
    day: str,
    root: str,
) -> list[Fact]:
    """Return the first facts of the page of a thing: of a coalition, or of a body what it was to do for whom."""
    classes = iris(thing.values, "rdf:type")
    if _COALITION in classes:
        return digest_coalition(view, groups, members, chairs, day, root)
    if _COUNTRY in classes:
        return _of_country(view, groups, root)
    mandates = next((group.things for group in groups if group.name == _EMPOWERS), ())
    if _BODY not in classes or not mandates:
        return []
    described = [view.described(iri).values for iri in mandates]
    tasks = dict.fromkeys(term for values in described for term in each(values, "coal:assigns"))
    grantors = dict.fromkeys(term for values in described for term in each(values, "coal:grantedBy"))
    facts = [
        Fact("tasks", [view.task(term, root) for term in tasks]),
        Fact("set up by", [view.link(term, root) for term in grantors]),
    ]
    return [fact for fact in facts if fact.values]


def _of_country(view: View, groups: Sequence[Group], root: str) -> list[Fact]:
    """Return the coalitions to which the government of a country belongs, and how many statements it signed."""
    facts = []
    for government in next((group.things for group in groups if group.name == _GOVERNS), ()):
        pointing, page = view.incoming(government, derived=False), view.page(government)
        seats = [view.described(iri).values for iri in pointing.get(_MEMBER, ([], 0))[0] if is_open(view, iri)]
        bodies = dict.fromkeys(body for seat in seats for body in iris(seat, "org:organization"))
        coalitions = [body for body in bodies if _COALITION in iris(view.outline(body).values, "rdf:type")]
        links = [view.link(ox.NamedNode(one), root) for one in coalitions]
        facts.append(Fact("belongs to", sorted(links, key=lambda link: link.text.casefold())))
        if signed := pointing.get(_ENDORSER, ([], 0))[1]:
            link = Link(many(signed, "statement", "statements"), f"{root}{page}.html#{key_of(_ENDORSER)}")
            facts.append(Fact("also endorsed", [link]))
    return [fact for fact in facts if fact.values]


def _newest(view: View, found: Mapping[str, Group], day: str, root: str) -> Iterator[Fact]:
    """Give the newest things of a time, and of none after it."""
    last = read_period(day).last_day
    for word, name in _NEWEST.items():
        dated = [(date, iri) for iri in (found[name].things if name in found else ()) if (date := begun(view, iri))]
        _, newest = max(((date, iri) for date, iri in dated if date <= last), default=("", ""))
        yield Fact(word, [view.link(ox.NamedNode(newest), root)] if newest else [])


def _completeness(view: View, group: Group | None, page: str) -> Iterator[Link]:
    """Say which lists are complete, and which are in another state."""
    lists: dict[str, list[str]] = {}
    for iri in group.things if group else ():
        values = view.described(iri).values
        named = [view.summary(iri).label for iri in iris(values, "coal:list")]
        for state in iris(values, "coal:completenessState"):
            lists.setdefault(view.summary(state).label, []).extend(named)
    for state, names in sorted(lists.items(), key=lambda one: (one[0] != "complete", one[0])):
        yield Link(f"{state}: {', '.join(sorted(names))}", f"{page}#{group.key}" if group else "")
