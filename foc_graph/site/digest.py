"""The digest of a page: the facts that come first, because most readers come for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from foc_graph.charts.svg import many
from foc_graph.dates import in_words, read_period
from foc_graph.descriptions import Described, each, iris
from foc_graph.namespaces import BASE, iri_of
from foc_graph.site.backlinks import MOST_SORTED, Group, begun, is_open, key_of
from foc_graph.site.members import Members
from foc_graph.site.relations import is_listed
from foc_graph.site.view import Fact, Link, View

_COALITION, _BODY, _COUNTRY = map(iri_of, ("coal:Coalition", "coal:Body", "schema:Country"))
_GOVERNS, _MEMBER, _ENDORSER = map(iri_of, ("coal:governs", "org:member", "coal:endorsedBy"))
_ROLE, _ORGANIZATION = map(iri_of, ("org:role", "org:organization"))
_END, _STATUS = map(iri_of, ("coal:end", "coal:currentStatus"))
_ENDED = {ox.NamedNode(f"{BASE}concept/membership-status/{name}") for name in ("former", "withdrawn", "removed")}
_MOST_NAMED = 12
"""Most coalitions of one agent in one role that are named."""

_NEWEST = {"latest document on record": iri_of("coal:adoptedBy"), "latest event on record": iri_of("coal:convenedBy")}
_COMPLETENESS, _EMPOWERS = map(iri_of, ("coal:completenessOf", "coal:empowers"))


def digest_coalition(
    view: View,
    iri: str,
    groups: Sequence[Group],
    members: Members | None,
    chairs: Sequence[Link],
    day: str,
    root: str,
    page: str = "",
) -> list[Fact]:
    """Return the first facts about a coalition: who is in it and leads it, what came last, how complete its lists are.

    All but the last are as of a day, month, year or interval. `page` leads to the page of the coalition from where they
    are shown.
    """
    found = {group.name: group for group in groups}
    counted = [] if view.count(iri, _ORGANIZATION, 0) else [Link("none on record")]
    if members:
        counted = [Link(members.told, f"{page}#members", note=in_words(day))]
    facts = [
        Fact("members", counted, is_dated=True),
        Fact("former members", _cut(members.former if members else [], f"{page}#members"), is_dated=True),
        Fact("chair", list(chairs), is_dated=True),
        *_newest(view, found, day, root),
        Fact("how complete", list(_completeness(view, found.get(_COMPLETENESS), page))),
    ]
    return [fact for fact in facts if fact.values]


def digest(
    view: View,
    thing: Described,
    groups: Sequence[Group],
    members: Members | None,
    chairs: Sequence[Link],
    day: str,
    root: str,
) -> list[Fact]:
    """Return the first facts of the page of a thing: of a coalition or an agent, or of a body what it was to do."""
    classes = iris(thing.values, "rdf:type")
    if _COALITION in classes:
        return digest_coalition(view, thing.iri, groups, members, chairs, day, root)
    if _COUNTRY in classes:
        return _of_country(view, groups, root)
    if any(group.name == _MEMBER for group in groups) and _BODY not in classes:
        return _of_agent(view, thing.iri, root)
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
        page = f"{root}{view.page(government)}.html"
        facts += _of_agent(view, government, root, page)
        if signed := view.incoming(government, False, (_ENDORSER,)).get(_ENDORSER, ([], 0))[1]:
            link = Link(many(signed, "statement", "statements"), f"{page}#{key_of(_ENDORSER)}")
            facts.append(Fact("also endorsed", [link]))
    return facts


def _of_agent(view: View, agent: str, root: str, page: str = "") -> list[Fact]:
    """Return the coalitions to which an agent belongs, by its role there; `page` leads to its page."""
    seats, total = view.incoming(agent, derived=False).get(_MEMBER, ([], 0))
    if total > MOST_SORTED:
        return []
    found: dict[str, dict[str, Link]] = {}
    left: dict[str, Link] = {}
    for seat in seats:
        has_left = not _ENDED.isdisjoint(view.objects(seat, _STATUS))
        if not (has_left or is_open(view, seat)):
            continue
        roles = [role.value for role in view.objects(seat, _ROLE) if isinstance(role, ox.NamedNode)]
        bodies = [one for one in view.objects(seat, _ORGANIZATION) if isinstance(one, ox.NamedNode)]
        for role in (role for role in roles if is_listed(view, role, observers=not has_left)):
            coalitions = [one for one in bodies if _COALITION in iris(view.outline(one.value).values, "rdf:type")]
            if has_left:
                ends = (in_words(term.value) for term in view.objects(seat, _END) if isinstance(term, ox.Literal))
                ended = next(ends, "date not known")
                left |= {
                    one.value: view.link(one, root)._replace(note=ended)
                    for one in coalitions
                    if is_open(view, one.value)
                }
                continue
            found.setdefault(view.summary(role).label, {}).update(
                {one.value: view.link(one, root)._replace(note="") for one in coalitions}
            )
    facts = [Fact("left", _cut(left.values(), f"{page}#{key_of(_MEMBER)}"))]
    for role, links in sorted(found.items(), key=lambda one: (one[0] != "member", one[0])):
        facts.append(Fact(f"{role} of", _cut(links.values(), f"{page}#{key_of(_MEMBER)}")))
    return [fact for fact in facts if fact.values]


def _cut(links: Iterable[Link], rest: str) -> list[Link]:
    """Return the first links by name, and one to the rest."""
    named = sorted(links, key=lambda link: link.text.casefold())
    more = len(named) - _MOST_NAMED
    return named[:_MOST_NAMED] + ([Link(f"and {more} more", rest)] if more > 0 else [])


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
