"""What changed between two states of a graph, in domain words: one or more changes for every thing that changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.namespaces import iri_of
from foc_graph.release.diff.names import KINDS, NAMELESS, OTHER, Names
from foc_graph.release.diff.sentences import Action, Sentence, created, removed, updated
from foc_graph.release.diff.snapshot_pair import Delta, Facts, Node, Side
from foc_graph.release.diff.withdrawn import Withdrawn
from foc_graph.store.embedded import EmbeddedStore

VOCABULARY = ("concept", "term", "shape", "vocabulary")
"""Kinds of which nothing more is told than that they changed."""

_ORDER = {kind: order for order, kind in enumerate(dict.fromkeys((*KINDS.values(), OTHER, NAMELESS)))}
_OWN_WORDS = ("the ", "a ", "an ", "identifier ")
_ABOUT = tuple(map(iri_of, ("coal:identifies", "coal:nameOf")))


class Change(NamedTuple):
    """One change of one thing.

    `thing` and `coalition` are IRIs, None where there is none to tell; `text` is a sentence on one line, without a full
    stop; `date` is when it came about in the world, as precisely as is known; `sources` are IRIs of what says so.
    """

    action: Action
    kind: str
    thing: str | None
    coalition: str | None
    text: str
    date: str | None
    sources: tuple[str, ...]


def find_changes(store: EmbeddedStore, base: str, delta: Delta, withdrawn: Withdrawn, day: str) -> list[Change]:
    """All changes that a delta made, by coalition, kind and thing; `store` holds the graph after it.

    Every subject of a statement that is not derived is told of, but those that were withdrawn: for them stand their
    tombstones. `day` is the one to which the graph stands.
    """
    now, then = (Names(Side(store, base, before)) for before in (None, delta))
    coalitions = _Coalitions(now, then)
    heirs = {
        quad.object: quad.subject
        for quad in delta.quads("A")
        if quad.predicate.value == iri_of("dcterms:replaces") and isinstance(quad.subject, ox.NamedNode)
    }
    found = []
    for thing in delta.subjects:
        if isinstance(thing, ox.BlankNode):
            found.append(_nameless(thing, delta))
            continue
        iri = thing.value
        if iri in withdrawn.iris:
            continue
        old, new = then.side.facts(thing), now.side.facts(thing)
        action: Action = "update" if old and new else "create" if new else "delete"
        names = then if action == "delete" else now
        heir = heirs.get(thing)
        sources = _sources(new or old)
        for text, date, kind in _told(action, now, then, thing, heir and now.thing(heir), day):
            change = Change(action, kind or names.kind(thing), iri, coalitions.of(thing), tidy(text), date, sources)
            found.append(_anonymous(change, withdrawn))
    return sorted(found, key=_place)


def _nameless(thing: ox.BlankNode, delta: Delta) -> Change:
    """The change of a blank node, of which no more can be told: its label says nothing of the other side's."""
    action: Action = "update" if thing in delta.added.keys() & delta.deleted.keys() else "create"
    action = "delete" if thing not in delta.added else action
    done = {"create": "added", "update": "changed", "delete": "removed"}[action]
    return Change(action, NAMELESS, None, None, f"Something without a name was {done}", None, ())


def _told(action: Action, now: Names, then: Names, thing: Node, heir: str | None, day: str) -> Iterator[Sentence]:
    if action == "create":
        yield created(now, thing, day)
    elif action == "delete":
        yield removed(then, thing, heir)
    elif now.kind(thing) in VOCABULARY:
        is_old = iri_of("owl:deprecated") in now.side.facts(thing).keys() - then.side.facts(thing).keys()
        yield Sentence(f"{now.thing(thing)} was {'deprecated' if is_old else 'changed'}")
    else:
        yield from updated(now, then, thing)


def _sources(facts: Facts) -> tuple[str, ...]:
    values = facts.get(iri_of("dcterms:source"), ())
    return tuple(value.value for value in values if isinstance(value, ox.NamedNode))


def _anonymous(change: Change, withdrawn: Withdrawn) -> Change:
    """The change, without what must no longer be named."""
    sources = tuple(source for source in change.sources if not withdrawn.mentioned(source))
    if withdrawn.mentioned(change.thing or ""):
        return Change(change.action, "withdrawal", None, None, "What named a withdrawn entry was taken out", None, ())
    if withdrawn.mentioned(change.text):
        return change._replace(text="An entry no longer names what was withdrawn", date=None, sources=sources)
    return change._replace(sources=sources)


def tidy(text: str) -> str:
    """A text on one line that can be printed, with a capital if it begins with a word of ours."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line[0].upper() + line[1:] if line.startswith(_OWN_WORDS) else line


def _place(change: Change) -> tuple[object, ...]:
    known = (change.coalition is None, change.coalition or "", _ORDER.get(change.kind, len(_ORDER)), change.thing or "")
    return (*known, change.text)


class _Coalitions:
    """Which coalition a thing belongs to: what comes before a slash in its IRI, or in that of what it identifies."""

    def __init__(self, now: Names, then: Names) -> None:
        self._sides = (now.side, then.side)
        self._known: dict[str, bool] = {}

    def of(self, thing: Node) -> str | None:
        if not isinstance(thing, ox.NamedNode):
            return None
        about = (value for side in self._sides for name in _ABOUT for value in side.facts(thing).get(name, ()))
        target = next((value for value in about if isinstance(value, ox.NamedNode)), thing).value
        ends = (
            place for place in range(target.find("//") + 2, len(target) + 1) if target[place : place + 1] in ("/", "")
        )
        return next((target[:end] for end in ends if self._is_coalition(target[:end])), None)

    def _is_coalition(self, iri: str) -> bool:
        if iri not in self._known:
            kind = iri_of("coal:Coalition")
            try:
                node = ox.NamedNode(iri)
            except ValueError:
                return False
            self._known[iri] = any(kind in side.types(node) for side in self._sides)
        return self._known[iri]
