"""What a change of the data can change in the results: the focus nodes that look at a changed triple."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from foc_graph.rdf.terms import Term
from foc_graph.shacl.mentions import mentioned
from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence, forward, optional
from foc_graph.shacl.query_accesses import query_accesses
from foc_graph.shacl.shapes import Query, Shape, local_name, queries
from foc_graph.shacl.shapes_graph import TYPE

HERE = Sequence(())

Neighbours = Callable[[set[Term], ox.NamedNode, bool], set[Term]]
"""The objects of a predicate of some nodes, or with True the subjects that have one of the nodes as its object."""


@dataclass(frozen=True)
class Access:
    """A shape looks at triples with a predicate (None: any) of the nodes that `via` leads to from its focus node."""

    via: Path
    predicate: ox.NamedNode | None
    side: Literal["subject", "object"]


def accesses(shape: Shape, predicates: set[ox.NamedNode]) -> Iterator[Access]:
    """What a shape looks at for its focus nodes, targets included; of its queries only those about the predicates.

    What only a query itself can tell is not among it (`looks_anywhere`).
    """
    if shape.targets.classes:
        yield Access(HERE, TYPE, "subject")
    for predicate in shape.targets.subjects_of:
        yield Access(HERE, predicate, "subject")
    for predicate in shape.targets.objects_of:
        yield Access(HERE, predicate, "object")
    yield from _constraints(shape, HERE, predicates)


def looks_anywhere(shape: Shape, predicates: set[ox.NamedNode]) -> bool:
    """Whether a query of the shape, about the predicates, may look at triples that nothing leads to."""
    return any(query_accesses(query) is None for query in queries([shape]) if _is_about(query, predicates))


def _is_about(query: Query, predicates: set[ox.NamedNode]) -> bool:
    found = mentioned(query)
    return found is None or not predicates.isdisjoint(found)


def _constraints(shape: Shape, via: Path, predicates: set[ox.NamedNode]) -> Iterator[Access]:
    values = via
    if shape.path is not None:
        path = forward(shape.path)
        yield from _steps(path, via)
        values = Sequence((via, path))
    for constraint in shape.constraints:
        match local_name(constraint):
            case "Class":
                yield Access(values, TYPE, "subject")
            case "Closed":
                yield Access(values, None, "subject")
            case "Equals" | "Disjoint" | "LessThan" | "LessThanOrEquals":
                (predicate,) = constraint.terms
                assert isinstance(predicate, ox.NamedNode)
                yield Access(via, predicate, "subject")
        if constraint.query is not None and _is_about(constraint.query, predicates):
            for one in query_accesses(constraint.query) or ():
                start = via if one.start == "this" else values
                via_start = Sequence((start, one.via))
                yield from _steps(forward(one.path), via_start)
                if optional(one.path):  # it matches a node that any triple brings into the graph
                    yield from (Access(via_start, None, "subject"), Access(via_start, None, "object"))
        for inner in constraint.shapes:
            yield from _constraints(inner, values, predicates)


def _steps(path: Path, via: Path) -> Iterator[Access]:
    match path:
        case Predicate(predicate):
            yield Access(via, predicate, "subject")
        case Inverse(Predicate(predicate)):
            yield Access(via, predicate, "object")
        case Sequence(parts):
            for number, part in enumerate(parts):
                yield from _steps(part, Sequence((via, *parts[:number])))
        case Alternative(parts):
            for part in parts:
                yield from _steps(part, via)
        case Repeat(inner, _):
            yield from _steps(inner, Sequence((via, Repeat(inner, "*"))))


def affected(shapes: Iterable[Shape], changed: Collection[ox.Triple], neighbours: Neighbours) -> set[Term]:
    """The nodes whose results may differ after a change, but for shapes that look anywhere.

    `neighbours` looks into the data after the change. That is enough for what was taken out, too: a path that led over
    several triples now gone is found from the first of them.
    """
    by_predicate: dict[ox.NamedNode | None, list[ox.Triple]] = defaultdict(list)
    for triple in changed:
        by_predicate[triple.predicate].append(triple)
        by_predicate[None].append(triple)
    found: set[Term] = set()
    predicates = {triple.predicate for triple in changed}
    for access in {access for shape in shapes for access in accesses(shape, predicates)}:
        backwards = forward(Inverse(access.via))
        starts = {getattr(triple, access.side) for triple in by_predicate.get(access.predicate, ())}
        found |= reached(starts, backwards, neighbours)
    return found


def reached(nodes: set[Term], path: Path, neighbours: Neighbours) -> set[Term]:
    """The nodes that a path with `^` only before predicates leads to from some nodes."""
    match path:
        case Predicate(predicate):
            return neighbours(nodes, predicate, False) if nodes else set()
        case Inverse(Predicate(predicate)):
            return neighbours(nodes, predicate, True) if nodes else set()
        case Sequence(parts):
            for part in parts:
                nodes = reached(nodes, part, neighbours)
            return nodes
        case Alternative(parts):
            return {end for part in parts for end in reached(nodes, part, neighbours)}
        case Repeat(inner, times):
            last = reached(nodes, inner, neighbours)
            found = set(last) if times == "+" else nodes | last
            while times != "?" and (last := reached(last, inner, neighbours) - found):
                found |= last
            return found
    raise AssertionError(path)
