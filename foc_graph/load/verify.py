"""Verification that a store holds what was sent: a count for each graph, and a sample of the statements."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pyoxigraph as ox

from foc_graph.errors import ServiceError
from foc_graph.load.chunks import Part
from foc_graph.shacl.lexical_forms import is_rewritten

SAMPLE = 500
"""Most statements that are looked up."""

MAX_REMEMBERED = 5_000_000
"""Most statements of a load that are counted exactly; of a larger one only the sample shows what is missing."""

Complain = Callable[[str, str], ServiceError]
"""The error for a problem and what to do about it."""

MAX_LOOKED_UP = 100_000
"""Longest statement that is looked up, in bytes."""

_ADVICE = "nothing was changed: report this, with the name and version of the engine"


class Sample:
    """Some statements of a load, evenly from its parts; the same ones each time."""

    def __init__(self, derived_graph: ox.NamedNode) -> None:
        """Leave out the derived graph, which rules make anew whatever the sources hold of it."""
        self._derived_graph = derived_graph
        self._random = Random(0)
        self._kept: list[tuple[Part, bytes]] = []
        self._seen = 0

    def take(self, part: Part) -> None:
        """Choose among the lines of a part."""
        for _ in range(SAMPLE if part.content else 0):
            start = part.content.rfind(b"\n", 0, self._random.randrange(len(part.content))) + 1
            line = part.content[start : part.content.find(b"\n", start) + 1 or None]
            if len(line) > MAX_LOOKED_UP:
                continue
            self._seen += 1
            number = self._random.randrange(self._seen)
            if len(self._kept) < SAMPLE:
                self._kept.append((part._replace(content=b""), line))
            elif number < SAMPLE:
                self._kept[number] = (part._replace(content=b""), line)

    def compare(self, holds: Callable[[ox.NamedNode, ox.Triple], bool], error: Complain) -> None:
        """Look each statement up.

        Raises:
            ServiceError: for the first that is not there.
        """
        for part, line in self._kept:
            for graph, triple in part._replace(content=line).statements():
                if graph != self._derived_graph and not holds(graph, triple):
                    raise error(f"the load lost {triple} of {graph}", _ADVICE)


class Distinct:
    """A count of the different statements of each graph, as long as they are not too many to remember."""

    def __init__(self) -> None:
        self._seen: dict[ox.NamedNode, set[int]] = {}
        self._rewritten: dict[ox.NamedNode, int] = {}
        self._total = 0

    def add(self, graph: ox.NamedNode, triple: ox.Triple) -> None:
        """Count a statement of a graph."""
        seen = self._seen.setdefault(graph, set())
        self._total += 1
        if self._total > MAX_REMEMBERED:
            seen.clear()
        else:
            seen.add(hash(triple))
            if is_rewritten(triple.object):
                self._rewritten[graph] = self._rewritten.get(graph, 0) + 1

    def compare(self, count: Callable[[ox.NamedNode], int], error: Complain) -> None:
        """Count each graph.

        Literals that an engine may write otherwise, such as 01 for 1, may fall together.

        Raises:
            ServiceError: for the first that has another number.
        """
        exact = self._total <= MAX_REMEMBERED
        for graph, seen in self._seen.items():
            found, most = count(graph), len(seen) if exact else self._total
            least = most - self._rewritten.get(graph, 0) if exact else 1
            if not least <= found <= most:
                raise error(f"{graph} has {found:,} triples, and {most:,} were sent", _ADVICE)
