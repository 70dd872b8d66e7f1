"""What to check: all, or chosen shapes, chosen things, or what a change may have touched."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from foc_graph.errors import UnknownNameError
from foc_graph.terms import BASE, expand, is_iri
from foc_graph.validation.compiler import Check, checks
from foc_graph.validation.data import Data
from foc_graph.validation.dependencies import SUBCLASS, affected, queries
from foc_graph.validation.loading import LoadedShapes
from foc_graph.validation.run import DataGraph
from foc_graph.validation.shapes import Shape


@dataclass(frozen=True)
class Choice:
    """Shapes or constraints, and things, as a person names them; all where none are named.

    `described` are the things of some files, whose blank nodes are checked as well; `changed` are the triples that were
    added or deleted since the data last conformed.
    """

    shapes: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    described: tuple[ox.NamedNode, ...] | None = None
    changed: frozenset[ox.Triple] | None = None
    base: str = BASE


def choose(data: Data, loaded: LoadedShapes, choice: Choice) -> list[Check]:
    """The checks of embedded data that a choice asks for; the data learn which nodes they are for.

    Raises:
        UnknownNameError: for a shape or thing that does not exist.
    """
    if choice.things:
        data.choose(find_things(data, choice))
    elif choice.described is not None:
        data.choose([*choice.described, *data.nameless()])
    elif choice.changed is not None and not any(triple.predicate == SUBCLASS for triple in choice.changed):
        predicates = {triple.predicate.value for triple in choice.changed}
        touched = {shape.node for shape in loaded.shapes if _touched(shape, predicates)}
        whole = [check for check in all_checks(data, loaded.shapes) if check.root.node in touched]
        data.choose(affected(loaded.shapes, choice.changed, data.neighbours))
        partial = [check for check in all_checks(data, loaded.shapes) if check.root.node not in touched]
        return named_checks([*whole, *partial], loaded.shapes, choice.shapes)
    return named_checks(all_checks(data, loaded.shapes), loaded.shapes, choice.shapes)


def find_things(graph: DataGraph, choice: Choice) -> list[ox.NamedNode]:
    """The things that a choice names: by IRI, CURIE, or slug under the workspace's base or the shared one.

    Raises:
        UnknownNameError: for one of which the data say nothing.
    """
    return [_thing(graph, name, choice.base) for name in choice.things]


def _thing(graph: DataGraph, name: str, base: str) -> ox.NamedNode:
    for iri in (expand(name), f"{base}id/{name}", f"{BASE}id/{name}"):
        if iri is not None and is_iri(iri):
            thing = ox.NamedNode(iri)
            if graph.mentions(thing):
                return thing
    raise UnknownNameError("thing", name, ())


def all_checks(graph: DataGraph, shapes: Iterable[Shape]) -> Iterator[Check]:
    """The checks of all shapes, for the chosen nodes where some were chosen."""
    return (check for shape in shapes for check in checks(shape, graph.focus))


def _touched(shape: Shape, predicates: set[str]) -> bool:
    """Whether SPARQL of a shape's author may look at a triple with one of the predicates."""
    for query in queries(shape):
        mentioned = query.template.predicates
        path = "PATH" in query.constants
        if path or mentioned is None or mentioned & predicates:
            return True
    return False


def named_checks(found: Iterable[Check], shapes: Iterable[Shape], names: Collection[str]) -> list[Check]:
    """The checks that belong to shapes or constraints with these names: IRI, CURIE or what follows the last `/`.

    Raises:
        UnknownNameError: for a name that none has.
    """
    known = {name for shape in shapes for check in checks(shape) for name in check.names}
    wanted = set()
    for name in names:
        matching = {iri for iri in known if iri == expand(name) or re.split("[/#]", iri)[-1] == name}
        if not matching:
            raise UnknownNameError("shape", name, [re.split("[/#]", iri)[-1] for iri in known])
        wanted |= matching
    return [check for check in found if not names or wanted & check.names]
