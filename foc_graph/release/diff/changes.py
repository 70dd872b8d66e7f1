"""Changes between two states of a graph in domain words, and the people whom they may not name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.matching.mentions import NAMES, Mentions
from foc_graph.namespaces import SOURCE_PROPERTIES, iri_digest, iri_of
from foc_graph.release.diff.sentences import Action, Names, Sentence, describe_changed, describe_new, describe_removed
from foc_graph.release.diff.snapshot_pair import KINDS, NAMELESS, OTHER, Delta, Node, Side
from foc_graph.store.embedded import EmbeddedStore

_VOCABULARY = ("concept", "term", "shape", "vocabulary")
"""Kinds of things of which it is only said that they changed."""

_ORDER = {kind: order for order, kind in enumerate(dict.fromkeys((*KINDS.values(), OTHER, NAMELESS)))}
DONE = {"create": "added", "update": "changed", "delete": "removed"}
"""Words for the kinds of activity (Activity Streams 2.0)."""

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
    """List all changes that a delta made, by coalition, kind and thing; `store` holds the graph after it.

    Each subject of a statement that is not derived has one, except things that were withdrawn, which their tombstones
    stand for. `day` is the one to which the graph stands.
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
        sources = tuple((new or old).iris(*SOURCE_PROPERTIES))
        for text, date, kind in _describe(action, now, then, thing, heir and now.thing(heir), day):
            change = Change(
                action, kind or names.side.kind(thing), iri, coalitions.of(thing), tidy(text), date, sources
            )
            found.append(_anonymous(change, withdrawn))
    return sorted(found, key=_sort_key)


def _nameless(thing: ox.BlankNode, delta: Delta) -> Change:
    """Describe the change of a blank node, in general words: its label says nothing of the other side's."""
    action: Action = "update" if thing in delta.added.keys() & delta.deleted.keys() else "create"
    action = "delete" if thing not in delta.added else action
    return Change(action, NAMELESS, None, None, f"Something without a name was {DONE[action]}", None, ())


def _describe(action: Action, now: Names, then: Names, thing: Node, heir: str | None, day: str) -> Iterator[Sentence]:
    if action == "create":
        yield describe_new(now, thing, day)
    elif action == "delete":
        yield describe_removed(then, thing, heir)
    elif now.side.kind(thing) in _VOCABULARY:
        is_old = iri_of("owl:deprecated") in now.side.facts(thing).keys() - then.side.facts(thing).keys()
        yield Sentence(f"{now.thing(thing)} was {'deprecated' if is_old else 'changed'}")
    else:
        yield from describe_changed(now, then, thing)


def _anonymous(change: Change, withdrawn: Withdrawn) -> Change:
    """Return a change without what must no longer be named."""
    sources = tuple(source for source in change.sources if not withdrawn.mentioned(source))
    if withdrawn.mentioned(change.thing or ""):
        return Change(change.action, "withdrawal", None, None, "What named a withdrawn entry was taken out", None, ())
    if withdrawn.mentioned(change.text):
        return change._replace(text="An entry no longer names what was withdrawn", date=None, sources=sources)
    return change._replace(sources=sources)


def tidy(text: str) -> str:
    """Return a text on one line that can be printed, with a capital if it begins with a word of ours."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line[0].upper() + line[1:] if line.startswith(_OWN_WORDS) else line


def _sort_key(change: Change) -> tuple[object, ...]:
    known = (change.coalition is None, change.coalition or "", _ORDER.get(change.kind, len(_ORDER)), change.thing or "")
    return (*known, change.text)


class _Coalitions:
    """The coalitions that things belong to, by what precedes a slash in the IRI of a thing or of what it identifies."""

    def __init__(self, now: Names, then: Names) -> None:
        self._sides = (now.side, then.side)
        self._known: dict[str, bool] = {}

    def of(self, thing: Node) -> str | None:
        if not isinstance(thing, ox.NamedNode):
            return None
        about = (value for side in self._sides for name in _ABOUT for value in side.facts(thing).get(name, ()))
        target = next((value for value in about if isinstance(value, ox.NamedNode)), thing).value
        ends = (end for end in range(target.find("//") + 2, len(target) + 1) if target[end : end + 1] in ("/", ""))
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


_FORM = iri_of("skosxl:literalForm")
"""A name of a person that is a thing of its own (`coal:nameOf`)."""
_DIGEST = iri_of("coal:digest")


class Withdrawn:
    """The people for whom there are tombstones, and the things with tombstones that pointed to them.

    A tombstone gives the SHA-256 digest of an IRI alone (`foc_graph.removal`); the IRI is found among what was deleted.
    `base` is what the IRIs begin with, `written` what they began with when the digests were made of them. `also` are
    texts that may not be published any more either.
    """

    def __init__(
        self,
        digests: Collection[str],
        deleted: Iterable[ox.Quad],
        base: str = "",
        written: str = "",
        also: Collection[str] = (),
    ) -> None:
        gone = list(deleted) if digests else []

        def is_buried(node: object) -> bool:
            if not isinstance(node, ox.NamedNode):
                return False
            iri = written + node.value.removeprefix(base) if node.value.startswith(base) else node.value
            return iri_digest(iri) in digests

        buried = {quad.subject for quad in gone if is_buried(quad.subject)}
        person = ox.NamedNode(iri_of("foaf:Person"))
        people = {quad.subject for quad in gone if quad.object == person and quad.subject in buried}
        theirs, size = set(people), -1
        while len(theirs) > size:
            size = len(theirs)
            theirs |= {quad.subject for quad in gone if quad.subject in buried and quad.object in theirs}
        self.iris = frozenset(node.value for node in theirs if isinstance(node, ox.NamedNode))
        said = {
            _text(quad.object)
            for quad in gone
            if (quad.predicate.value in NAMES and quad.subject in people)
            or (quad.predicate.value == _FORM and quad.subject in theirs)
        }
        slugs = {node.value.rpartition("/")[2] for node in people if isinstance(node, ox.NamedNode)}
        self.names = frozenset(said | slugs)
        self.also = also
        self._mentions = Mentions(self.names, self.iris, also=also)

    def __bool__(self) -> bool:
        return bool(self.iris or self.also)

    def mentioned(self, text: str) -> bool:
        """Whether a text surely names them."""
        return bool(self) and self._mentions.is_named(text)

    def hides(self, line: bytes) -> bool:
        """Whether a line of N-Quads must not be published."""
        return self.mentioned(line.decode())


def digests(quads: Iterable[ox.Quad]) -> set[str]:
    """Return the digests of the tombstones among quads."""
    return {_text(quad.object) for quad in quads if quad.predicate.value == _DIGEST}


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else ""
