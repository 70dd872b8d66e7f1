"""The resolver of what a person types (slug, CURIE, IRI or name): the one thing that is meant, or names near it."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import AmbiguousNameError, UnknownNameError, near_names, quoted
from foc_graph.namespaces import BASE, COAL, expand, is_slug, possible_iris, short, slug
from foc_graph.store import Store
from foc_graph.store.labels import find_labels
from foc_graph.store.results import as_rows
from foc_graph.term_labels import FACTS, TERMS

if TYPE_CHECKING:
    from foc_graph.matching.lookup import Lookup

MAX_CANDIDATES = 10_000
"""Most things among which a name is looked for; servers seldom give more rows. A larger store knows slugs and IRIs."""

MAX_LENGTH = 1000
"""Most characters of a name or IRI that is looked for."""

_BESIDE = 20
"""How many paths with the same end, and how many on either side in order, are compared: a guess must cost little."""

_CLASSES = {
    "coalition": "coal:Coalition",
    "body": "coal:Body coal:Coalition",
    "agent": "foaf:Agent",
}
_PREFIXES = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


Terms = tuple[ox.NamedNode | ox.Literal, ...]


class Reading(NamedTuple):
    """The meaning of a text: its exact form (a slug, a notation, a CURIE, an ISO date), and the RDF terms.

    `words` say it to a person where the text is not in the exact form.
    """

    text: str
    exact: str
    terms: Terms
    words: str = ""

    def __str__(self) -> str:
        """Say in a line how the text was read."""
        words = "" if self.words in (self.text, self.exact) else f" ({self.words})"
        return f"{quoted(self.text)} is read as {self.exact}{words}"


class Resolver:
    """The resolver of names of things in a store: slugs, CURIEs and IRIs, else what people call them."""

    def __init__(self, store: Store, base: str) -> None:
        self._store, self._base, self._lock = store, base, Lock()

    def resolve(self, kind: str, text: str) -> Reading:
        """Find the thing of a kind (`coalition`, `body`, `agent`, `thing`) that `text` names; `iri` takes any IRI.

        A slug is the whole of what follows `<base>id/` (also of shared things), or its last segments; of several things
        the least deep is meant. Any other text is a name, as `Lookup.identify` knows it; for `iri`, that of a property.

        Raises:
            UnknownNameError: if nothing of that kind bears the name; it suggests similar names.
            AmbiguousNameError: if several things do.
        """
        if len(text) > MAX_LENGTH:
            otherwise = f"a name has at most {MAX_LENGTH:,} characters"
            raise UnknownNameError(kind, text, (), otherwise=otherwise)
        iri = expand(text)
        if kind == "iri":
            return Reading(text, text, (ox.NamedNode(iri),)) if iri else self._resolve_property(text)
        found = self._find(kind, text) if iri or is_slug(text) else []
        if len(found) == 1:
            return Reading(text, text, (ox.NamedNode(found[0]),))
        if not iri:
            found = self.identify(kind, text, found)
        if not found:
            raise self._unknown(kind, text)
        return self._only(kind, text, found)

    def resolve_concept(self, scheme: str, text: str) -> Reading:
        """Find the concept of a scheme, shared or of a workspace's own, that a notation, CURIE, IRI or name means.

        Raises:
            UnknownNameError: if there is none; it suggests similar notations.
            AmbiguousNameError: if two concepts have the notation or the name.
        """
        concepts, kind = find_concepts(self._store, scheme), scheme.replace("-", " ")
        found = [iri for iri, notation in concepts.items() if text == notation or expand(text) == iri]
        if len(found) == 1:
            return Reading(text, text, (ox.NamedNode(found[0]),))
        if not found:
            found = self.identify(scheme, text)
        if not found:
            known = sorted(concepts.values())
            all_known = f"there are {', '.join(known)}" if known else "the graph has none: load data with `foc load`"
            raise UnknownNameError(kind, text, known, otherwise=all_known)
        return self._only(kind, text, found, concepts)

    def identify(self, kind: str, text: str, known: Collection[str] = ()) -> list[str]:
        """Return the IRIs of the things that a text may name, of those known by its slug or else of all of a kind."""
        with self._lock:
            if self._lookup is None:
                return list(known)
            return self._lookup.prefer_governments(known) or self._lookup.identify(kind, text)

    def near(self, kind: str, text: str) -> list[str]:
        """Return the IRIs of things of a kind that are called like a text."""
        with self._lock:
            return self._lookup.near(kind, text) if self._lookup else []

    def _resolve_property(self, text: str) -> Reading:
        """Find the property that things have and that this local name, label or word of `foc show` means.

        Of several, one of our own is meant.
        """
        rows = as_rows(self._store.query("SELECT ?term WHERE { ?term rdfs:isDefinedBy ?vocabulary }"))
        known = {record["term"]: re.split("[/#]", record["term"])[-1] for record in rows}
        labels = find_labels(self._store, known)
        found = [
            iri
            for iri, name in known.items()
            if any(is_same(text, one) for one in (name, labels.get(iri, ""), FACTS.get(iri, ""), TERMS.get(iri, "")))
            and self._store.query(f"ASK {{ ?thing {ox.NamedNode(iri)} ?value }}")
        ]
        if not found:
            raise UnknownNameError(
                "property", text, known.values(), otherwise="write its IRI or CURIE, as `foc query why` shows it"
            )
        return self._only("property", text, [iri for iri in found if iri.startswith(COAL)] or found)

    def _only(
        self, kind: str, text: str, found: Sequence[str], names: Mapping[str, str] = MappingProxyType({})
    ) -> Reading:
        """Return the one thing found."""
        exact = {iri: names.get(iri) or short(iri, self._base) for iri in found}
        if len(found) > 1:
            raise AmbiguousNameError(kind, text, exact.values() if len(set(exact.values())) == len(found) else found)
        (iri,) = found
        label = find_labels(self._store, found).get(iri, exact[iri])
        return Reading(text, exact[iri], (ox.NamedNode(iri),), label)

    def _find(self, kind: str, text: str) -> list[str]:
        """Return the things of a kind that a slug, CURIE or IRI stands for."""
        for whole in map(ox.NamedNode, possible_iris(text, self._base)):
            if self._things(kind, start=f"BIND({whole} AS ?thing)"):
                return [whole.value]
        if expand(text):
            return []
        own, shared, ending = ox.Literal(f"{self._base}id/"), ox.Literal(f"{BASE}id/"), ox.Literal(f"/{text}")
        start = f"STRSTARTS(STR(?thing), {own}) || STRSTARTS(STR(?thing), {shared})"
        found = self._things(kind, f"FILTER(({start}) && STRENDS(STR(?thing), {ending}))")
        depth = min((thing.count("/") for thing in found), default=0)
        return [thing for thing in found if thing.count("/") == depth]

    def _unknown(self, kind: str, text: str) -> UnknownNameError:
        """Return the error for a name that nothing bears; it suggests what is called or written like it."""
        things = self._things(kind, "", f"LIMIT {MAX_CANDIDATES}")
        if not things:
            return UnknownNameError(kind, text, (), otherwise=f"the graph has no {kind}: load data with `foc load`")
        if kind in _CLASSES and (others := self.identify("thing", text)):
            named = " and ".join(short(iri, self._base) for iri in others[:2])
            return UnknownNameError(kind, text, (), otherwise=f"that is {named}, no {kind}")
        slugs = [name for thing in things if (name := slug(thing, self._base))]
        near = self.near(kind, text) if "/" not in text else []
        likely = [short(iri, self._base) for iri in near if kind not in _CLASSES or iri in things]
        known = [*slugs, *(name.rpartition("/")[2] for name in slugs)]
        if kind == "coalition":
            return UnknownNameError(kind, text, known, likely, "`foc query coalitions` lists them")
        return UnknownNameError(kind, text, known, likely)

    @cached_property
    def _lookup(self) -> Lookup | None:
        """The names of things, unless there are too many things."""
        from foc_graph.matching.index import KINDS
        from foc_graph.matching.lookup import Lookup

        classes = " ".join(f"<{iri}>" for iri in KINDS.values())
        things = as_rows(
            self._store.query(
                f"SELECT ?thing {{ VALUES ?class {{ {classes} }} ?thing a ?class }} LIMIT {MAX_CANDIDATES}"
            )
        )
        return Lookup(self._store, self._base) if len(things) < MAX_CANDIDATES else None

    def _things(self, kind: str, condition: str = "", limit: str = "", start: str = "") -> list[str]:
        """Find the things of a kind; `start` binds what engines begin with, `condition` is what they test."""
        values = f"VALUES ?class {{ {_CLASSES[kind]} }}" if kind in _CLASSES else ""
        pattern = f"{start} {values} ?thing a ?class . {condition}"
        rows = as_rows(self._store.query(f"{_PREFIXES}SELECT DISTINCT ?thing WHERE {{ {pattern} }} {limit}"))
        return [record["thing"] for record in rows]


def is_same(text: str, name: str) -> bool:
    """Whether two names have the same letters and digits, in any case."""
    letters, others = ("".join(filter(str.isalnum, one)).casefold() for one in (text, name))
    return letters == others != ""


def find_concepts(store: Store, scheme: str) -> dict[str, str]:
    """Find the concepts of a scheme, and the notation of each."""
    pattern = f"?concept skos:inScheme <{BASE}concept/{scheme}> ; skos:notation ?notation"
    rows = as_rows(store.query(f"{_PREFIXES}SELECT ?concept ?notation WHERE {{ {pattern} }}"))
    return {row["concept"]: row["notation"] for row in rows}


class PathIndex:
    """An index of paths in which those near one that is not there are found in bounded time."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = sorted(set(paths))
        self._known = frozenset(self._paths)
        self._by_end: dict[str, list[str]] = {}
        for path in self._paths:
            same = self._by_end.setdefault(path.rpartition("/")[2], [])
            if len(same) < _BESIDE:
                same.append(path)

    def near(self, path: str) -> list[str]:
        """Return at most three paths of the same folder that are like this one, the closest first."""
        at = bisect(self._paths, path)
        compared = {
            *self._paths[max(0, at - _BESIDE) : at + _BESIDE],
            *self._by_end.get(path.rpartition("/")[2], ()),
            *self._known.intersection(accumulate(path)),
        }
        folder = path[: path.find("/") + 1]
        below = (one.removeprefix(folder) for one in compared if one.startswith(folder))
        return [folder + one for one in near_names(path.removeprefix(folder), below)]
