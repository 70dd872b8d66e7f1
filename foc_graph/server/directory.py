"""The things of a graph by what clients call them: identifiers, names, and the beginnings of names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from foc_graph.matching.candidates import Thing
from foc_graph.matching.matcher import Matcher
from foc_graph.matching.names import normalised
from foc_graph.namespaces import slug


class Directory:
    """Finds things that have a slug, by which they are known."""

    def __init__(self, things: Iterable[Thing], base: str) -> None:
        self._base = base
        self.things = {key: thing for thing in things if (key := slug(thing.iri, base))}
        self.matcher = Matcher(self.things.values())
        named = {(normalised(name), key) for key, thing in self.things.items() for name in thing.names}
        self._names = sorted(named | {(normalised(key), key) for key in self.things})

    def id(self, iri: str) -> str:
        """Return the slug of a thing, or else its IRI."""
        return slug(iri, self._base) or iri

    def find(self, name: str) -> Thing | None:
        """The thing of which this is the slug or the IRI."""
        key = name.strip()
        return self.things.get(key) or self.things.get(slug(key, self._base) or "")

    def name(self, key: str) -> str:
        """The name of the thing that a client calls so; what is none is left as it is."""
        return self.things[key].name if key in self.things else key

    def beginning(self, prefix: str) -> Iterator[tuple[str, Thing]]:
        """The things of which a name or the slug begins so, by that name, with their slugs; also by a whole IRI."""
        found = self.find(prefix)
        keys = [self.id(found.iri)] if found is not None else []
        return ((key, self.things[key]) for key in dict.fromkeys((*keys, *self._beginning(normalised(prefix)))))

    def _beginning(self, start: str) -> Iterator[str]:
        for place in range(bisect_left(self._names, (start, "")), len(self._names)):
            name, key = self._names[place]
            if not name.startswith(start):
                return
            yield key
