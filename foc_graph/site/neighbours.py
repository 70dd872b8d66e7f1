"""The neighbours of a document, event or mandate in time: the members then, and what came before and after it."""

from __future__ import annotations

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.descriptions import iris
from foc_graph.namespaces import iri_of
from foc_graph.site.backlinks import MOST_SORTED, begun
from foc_graph.site.view import Fact, Link, View

_OWNERS = {iri_of("coal:Document"): "coal:adoptedBy", iri_of("coal:Event"): "coal:convenedBy"}
"""By what the things of a class belong to a coalition or body."""

_COALITION = iri_of("coal:Coalition")
_MANDATE, _EMPOWERS, _TYPE = "coal:Mandate", "coal:empowers", iri_of("dcterms:type")


def find_neighbours(view: View, iri: str, root: str) -> list[Fact]:
    """Return what is near a thing in time; nothing for one without a date.

    That is the members of its coalition then, and what came before and after it of the same kind, or of
    kinds of one kind, and of the same coalition or body.
    """
    values = view.described(iri).values
    classes = iris(values, "rdf:type")
    name = _EMPOWERS if iri_of(_MANDATE) in classes else next((_OWNERS[one] for one in classes if one in _OWNERS), "")
    owner = next(iter(sorted(iris(values, name))), "") if name else ""
    day = begun(view, iri)
    if not owner or not day:
        return []
    is_whole = _COALITION in iris(view.outline(owner).values, "rdf:type")
    facts = [_members_then(view, owner, day, root)] if is_whole and view.page(owner) else []
    things, total = view.incoming(owner, derived=False).get(iri_of(name), ([], 0))
    if total > MOST_SORTED:
        return facts
    kinds = _kinds(view, iri)
    dated = sorted((date, one) for one in things if (date := begun(view, one)) and _kinds(view, one) == kinds)
    at = dated.index((day, iri)) if (day, iri) in dated else -1
    before, after = dated[max(at - 1, 0) : at], dated[at + 1 : at + 2] if at >= 0 else []
    named = (("previous", before), ("next", after))
    return facts + [Fact(word, [_link(view, *one, root) for one in found]) for word, found in named if found]


def _kinds(view: View, iri: str) -> set[str]:
    """Return the kinds of a thing: for a joint statement, which is a statement, that."""
    kinds = [kind.value for kind in view.objects(iri, _TYPE) if isinstance(kind, ox.NamedNode)]
    return {broader for kind in kinds for broader in iris(view.described(kind).values, "skos:broader") or [kind]}


def _members_then(view: View, coalition: str, day: str, root: str) -> Fact:
    link = view.link(ox.NamedNode(coalition), root)
    return Fact("members then", [Link(f"{link.text}, {in_words(day)}", f"{link.href}?as_of={day}#members")])


def _link(view: View, date: str, iri: str, root: str) -> Link:
    link = view.link(ox.NamedNode(iri), root)
    return link if link.note else link._replace(note=in_words(date))
