"""The choice of checks: all, or those of some shapes, of some things, or of what a change may have touched."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from foc_graph.errors import UnknownNameError
from foc_graph.rdf.terms import Names, Term, is_iri
from foc_graph.shacl.compiler import Check, checks, focus_nodes
from foc_graph.shacl.data_graph import DataGraph
from foc_graph.shacl.dependencies import affected, looks_anywhere
from foc_graph.shacl.shapes import Shape
from foc_graph.shacl.shapes_graph import SUBCLASS
from foc_graph.shacl.sources import LoadedShapes


@dataclass(frozen=True)
class Choice:
    """Shapes or constraints, and things, as a person names them; all where none are named.

    `described` are the things of some files, whose blank nodes are checked as well; `changed` are the triples that a
    change added or deleted.
    """

    shapes: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    described: tuple[ox.NamedNode, ...] | None = None
    changed: frozenset[ox.Triple] | None = None


def choose(graph: DataGraph, loaded: LoadedShapes, choice: Choice) -> list[Check]:
    """Choose the checks that are asked for; the graph learns which nodes they are for.

    Raises:
        UnknownNameError: for a shape or thing that does not exist.
    """
    shapes = loaded.shapes
    graph.choose(None)
    if choice.things:
        graph.choose(find_things(graph, choice, loaded.names))
    elif choice.described is not None:
        graph.choose([*choice.described, *graph.nameless()])
    elif choice.changed is not None and (nodes := _affected(graph, shapes, choice.changed)) is not None:
        predicates = {triple.predicate for triple in choice.changed}
        whole = [shape for shape in shapes if looks_anywhere(shape, predicates)]
        found = list(all_checks(graph, whole))
        graph.choose(nodes)
        found += all_checks(graph, [shape for shape in shapes if shape not in whole and _is_for_some(graph, shape)])
        return named_checks(found, loaded, choice.shapes)
    return named_checks(all_checks(graph, shapes), loaded, choice.shapes)


def _affected(graph: DataGraph, shapes: Iterable[Shape], changed: Collection[ox.Triple]) -> set[Term] | None:
    """Return the nodes that a change may matter for; None where that may be any."""
    if any(triple.predicate == SUBCLASS for triple in changed):
        return None
    nodes = affected(shapes, changed, graph.neighbours)
    can_be_named = graph.knows_blank_nodes or not any(isinstance(node, ox.BlankNode) for node in nodes)
    return nodes if can_be_named else None


def _is_for_some(graph: DataGraph, shape: Shape) -> bool:
    """Whether one of the chosen nodes is a focus node of a shape."""
    return bool(graph.rows(focus_nodes(shape.targets, "this", graph.focus("this")), {}))


def find_things(graph: DataGraph, choice: Choice, names: Names) -> list[ox.NamedNode]:
    """Find the things that a choice names.

    Raises:
        UnknownNameError: for one of which the data say nothing.
    """
    return [_thing(graph, name, names) for name in choice.things]


def _thing(graph: DataGraph, name: str, names: Names) -> ox.NamedNode:
    for iri in names.candidates(name):
        if is_iri(iri):
            thing = ox.NamedNode(iri)
            if graph.mentions(thing):
                return thing
    raise UnknownNameError("thing", name, ())


def all_checks(graph: DataGraph, shapes: Iterable[Shape]) -> Iterator[Check]:
    """Give the checks of all shapes, for the chosen nodes where some were chosen."""
    return (check for shape in shapes for check in checks(shape, graph.focus))


def named_checks(found: Iterable[Check], loaded: LoadedShapes, names: Collection[str]) -> list[Check]:
    """Select the checks that belong to shapes or constraints with these names: IRI, CURIE or what follows the last `/`.

    Raises:
        UnknownNameError: for a name that none has.
    """
    if not names:
        return list(found)
    known = {name for shape in loaded.shapes for check in checks(shape) for name in check.names}
    wanted = set()
    for name in names:
        matching = {iri for iri in known if iri == loaded.names.expand(name) or re.split("[/#]", iri)[-1] == name}
        if not matching:
            raise UnknownNameError("shape", name, [re.split("[/#]", iri)[-1] for iri in known])
        wanted |= matching
    return [check for check in found if wanted & check.names]
