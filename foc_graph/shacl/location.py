"""Which triple a result is about, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyoxigraph as ox

from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence, forward, optional
from foc_graph.shacl.result import Finding, Term
from foc_graph.shacl.shapes_graph import Place

Parent = Callable[[ox.BlankNode], tuple[Term, ox.NamedNode] | None]
"""From a blank node to the subject and predicate of a triple that leads to it."""


class Locator:
    """Finds the places of results.

    That of a result with a path of one step is its triple, in the other direction for an inverse one. Without a value,
    or where the path is longer, it is the predicate of the first step; where that is not in the files, or there is no
    path, the block of the focus node. A blank node stands where the nearest named thing leads to it.
    """

    def __init__(self, place: Place, parent: Parent) -> None:
        self._place = place
        self._parent = parent
        self._nameless: dict[Term, str] = {}

    def place(self, finding: Finding) -> str:
        """`file:line:column` of the offending triple, or "" where its things are in no file."""
        best, exactness = self._node(finding.focus), 0
        if finding.path is None:
            return best
        path = forward(finding.path)
        value = None if isinstance(path, Sequence) else finding.value
        for step in _first_steps(path):
            found = self._step(finding.focus, step, value)
            if found[1] > exactness:
                best, exactness = found
        return best

    def is_written(self, triple: ox.Triple) -> bool:
        """Whether the files hold a triple about a named thing, which may also be in no file at all."""
        assert isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.Triple)
        block = self._node(triple.subject)
        return not block or self._triple(triple.subject, triple.predicate, triple.object)[1] == 2

    def _step(self, focus: Term, step: Path, value: Term | None) -> tuple[str, int]:
        match step:
            case Predicate(predicate):
                return self._triple(focus, predicate, value)
            case Inverse(Predicate(predicate)) if value is not None:
                return self._triple(value, predicate, focus)
        return "", 0

    def _triple(self, subject: Term, predicate: ox.NamedNode, value: Term | None) -> tuple[str, int]:
        """The place of a triple, and how exact it is: 2 for its value, 1 for its predicate, 0 for its subject."""
        block = self._node(subject)
        if not isinstance(subject, ox.NamedNode):
            return block, 0
        verb = self._place(subject.value, predicate.value, None)
        found = self._place(subject.value, predicate.value, value)
        return found, 2 if found not in (verb, block) else 1 if found != block else 0

    def _node(self, node: Term) -> str:
        above: list[Term] = []
        predicate = None
        while isinstance(node, ox.BlankNode) and node not in self._nameless:
            self._nameless[node] = ""
            above.append(node)
            leads = self._parent(node)
            if leads is None:
                return ""
            node, predicate = leads
        if isinstance(node, ox.NamedNode):
            found = self._place(node.value, predicate and predicate.value, None)
        else:
            found = self._nameless.get(node, "")
        self._nameless.update(dict.fromkeys(above, found))
        return found


def _first_steps(path: Path) -> Iterator[Path]:
    """The predicates, or inverse predicates, that a path without other inverses may begin with."""
    match path:
        case Repeat(inner):
            yield from _first_steps(inner)
        case Alternative(parts):
            for part in parts:
                yield from _first_steps(part)
        case Sequence(parts):
            for part in parts:
                yield from _first_steps(part)
                if not optional(part):
                    break
        case _:
            yield path
