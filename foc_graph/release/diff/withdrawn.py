"""Withdrawn people, who must no longer be named, and what was theirs alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import pyoxigraph as ox

from foc_graph.matching.names import plain
from foc_graph.namespaces import iri_digest, iri_of

_NAMES = frozenset(map(iri_of, ("skos:prefLabel", "skos:altLabel", "foaf:name")))
_FORM = iri_of("skosxl:literalForm")
"""A name of a person that is a thing of its own (`coal:nameOf`)."""
_DIGEST = iri_of("coal:digest")
_END = r"(?![\w%-]|\.\w)"
"""Where an IRI ends in a text: the IRI of another thing may begin with it."""


class Withdrawn:
    """The people for whom there are tombstones, and the things with tombstones that pointed to them.

    A tombstone gives the SHA-256 digest of an IRI alone (`foc_graph.removal`); the IRI is found among what was deleted.
    A name of one word is that of others too, so only IRIs tell whom it means. `base` is what the IRIs begin with,
    `written` what they began with when the digests were made of them.
    """

    def __init__(self, digests: Collection[str], deleted: Iterable[ox.Quad], base: str = "", written: str = "") -> None:
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
        self._iris = re.compile(f"(?:{'|'.join(map(re.escape, sorted(self.iris)))}){_END}")
        said = {
            _text(quad.object)
            for quad in gone
            if (quad.predicate.value in _NAMES and quad.subject in people)
            or (quad.predicate.value == _FORM and quad.subject in theirs)
        }
        slugs = (node.value.rpartition("/")[2] for node in people if isinstance(node, ox.NamedNode))
        names = {plain(name) for name in (*said, *slugs)}
        self._names = frozenset(f" {form} " for name in names if " " in name for form in (name, _turned(name)))

    def __bool__(self) -> bool:
        return bool(self.iris)

    def mentioned(self, text: str) -> bool:
        """Whether a text holds one of the IRIs or names, whatever its case and accents."""
        if not self.iris:
            return False
        words = f" {plain(text)} "
        return any(name in words for name in self._names) or self._iris.search(text) is not None

    def hides(self, line: bytes) -> bool:
        """Whether a line of N-Quads must not be published."""
        return self.mentioned(line.decode())


def digests(quads: Iterable[ox.Quad]) -> set[str]:
    """Return the digests of the tombstones among quads."""
    return {_text(quad.object) for quad in quads if quad.predicate.value == _DIGEST}


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else ""


def _turned(name: str) -> str:
    """Return a name with its last word first."""
    first, _, last = name.rpartition(" ")
    return f"{last} {first}".strip()
