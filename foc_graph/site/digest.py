"""The digest of a page: the facts that come first, because most readers come for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.descriptions import Described, Term, each, english, iris
from foc_graph.namespaces import iri_of
from foc_graph.site.page_charts import Drawn
from foc_graph.site.relations import Group, begun
from foc_graph.site.view import Fact, Link, View

_COALITION, _BODY, _FUNCTION = map(iri_of, ("coal:Coalition", "coal:Body", "coal:Function"))
_NEWEST = {"latest statement": iri_of("coal:adoptedBy"), "latest event": iri_of("coal:convenedBy")}
_COMPLETENESS, _EMPOWERS = map(iri_of, ("coal:completenessOf", "coal:empowers"))


def digest(
    view: View, thing: Described, groups: Sequence[Group], drawn: Drawn, root: str, page: str = ""
) -> list[Fact]:
    """Return the first facts of the page of a coalition or body: who, what last, how complete; what it was to do.

    `page` leads to that page from where they are shown.
    """
    classes = iris(thing.values, "rdf:type")
    found = {group.name: group for group in groups}
    facts: list[Fact] = []
    if _COALITION in classes:
        facts = [
            *_members(drawn, page),
            *_newest(view, found, drawn, root),
            *_completeness(view, found.get(_COMPLETENESS)),
        ]
    elif _BODY in classes and (mandates := found.get(_EMPOWERS)):
        described = [view.described(iri).values for iri in mandates.things]
        tasks = dict.fromkeys(term for values in described for term in each(values, "coal:assigns"))
        grantors = dict.fromkeys(term for values in described for term in each(values, "coal:grantedBy"))
        facts = [
            Fact("tasks", [link_task(view, term, root) for term in tasks]),
            Fact("set up by", [view.link(term, root) for term in grantors]),
        ]
    return [fact for fact in facts if fact.values]


def link_task(view: View, term: Term, root: str) -> Link:
    """Return a link to a function with its whole text, or to anything else by its name."""
    link = view.link(term, root)
    if not isinstance(term, ox.NamedNode):
        return link
    texts = [
        text for text in each(view.described(term.value).values, "skos:definition") if isinstance(text, ox.Literal)
    ]
    best = min(texts, key=lambda text: (not english(text), text.value), default=None)
    return (
        link if best is None else link._replace(text=best.value, language="" if english(best) else best.language or "")
    )


def _members(drawn: Drawn, page: str) -> Iterator[Fact]:
    if drawn.members and drawn.as_of:
        yield Fact("members", [Link(drawn.members.size, f"{page}#members", note=f"as of {in_words(drawn.as_of.day)}")])
    yield Fact("chair", list(drawn.chairs))


def _newest(view: View, found: dict[str, Group], drawn: Drawn, root: str) -> Iterator[Fact]:
    """Give the newest things that are not of the future."""
    last = drawn.as_of.last if drawn.as_of else ""
    for word, name in _NEWEST.items():
        things = found[name].things if name in found else []
        newest = next((iri for iri in things if "" < begun(view, iri) <= last), None)
        yield Fact(word, [view.link(ox.NamedNode(newest), root)] if newest else [])


def _completeness(view: View, group: Group | None) -> Iterator[Fact]:
    """Say which lists are complete, and which are in another state."""
    lists: dict[str, list[str]] = {}
    for iri in group.things if group else ():
        values = view.described(iri).values
        named = (view.summary(iri).label for iri in iris(values, "coal:list"))
        for state in iris(values, "coal:completenessState"):
            lists.setdefault(view.summary(state).label, []).extend(named)
    told = sorted(lists.items(), key=lambda one: (one[0] != "complete", one[0]))
    yield Fact(
        "lists", [Link(f"{state}: {', '.join(sorted(names))}", f"#{group.key}") for state, names in told if group]
    )
