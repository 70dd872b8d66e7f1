"""Shapes, as read from a shapes graph: targets, path and constraints (SHACL sections 2 to 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from foc_graph.rdf.terms import SH
from foc_graph.shacl.path import Path
from foc_graph.shacl.prebinding import Template
from foc_graph.shacl.result import Term


@dataclass(frozen=True)
class Targets:
    """What a shape is for: instances of classes, nodes, subjects and objects of predicates (SHACL section 2.1.3)."""

    classes: tuple[ox.NamedNode, ...] = ()
    nodes: tuple[Term, ...] = ()
    subjects_of: tuple[ox.NamedNode, ...] = ()
    objects_of: tuple[ox.NamedNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.classes or self.nodes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, eq=False)
class Query:
    """The SPARQL of a constraint or validator (SHACL sections 5.1 and 6.2).

    `constants` are the terms of pre-bound variables other than `$this` and `$value`; those of `absent` have no value.
    `place` tells where it stands.
    """

    template: Template
    constants: Mapping[str, Term | Path]
    absent: frozenset[str]
    messages: tuple[ox.Literal, ...]
    node: Term
    place: Callable[[], str]


@dataclass(frozen=True, eq=False)
class Constraint:
    """A constraint component with the values of its parameters: terms, shapes, or a query."""

    component: ox.NamedNode
    terms: tuple[Term, ...] = ()
    shapes: tuple[Shape, ...] = ()
    query: Query | None = None


@dataclass(frozen=True, eq=False)
class Shape:
    """A node shape, or with a `path` a property shape; a deactivated one has no constraints.

    `place` tells where it stands.
    """

    node: ox.NamedNode | ox.BlankNode
    path: Path | None
    targets: Targets
    severity: ox.NamedNode
    messages: tuple[ox.Literal, ...]
    constraints: tuple[Constraint, ...]
    place: Callable[[], str] = field(default=str, compare=False)


def local_name(constraint: Constraint) -> str:
    """The name of a constraint component of SHACL Core, such as `MinCount`; of another, its IRI."""
    return constraint.component.value.removeprefix(SH).removesuffix("ConstraintComponent")


def within(constraint: Constraint) -> Iterator[Constraint]:
    """A constraint, and those of the shapes that it names, at any depth."""
    yield constraint
    for shape in constraint.shapes:
        for inner in shape.constraints:
            yield from within(inner)


def queries(shapes: Iterable[Shape]) -> Iterator[Query]:
    """The SPARQL of shapes, and of the shapes within them."""
    for shape in shapes:
        for constraint in (inner for own in shape.constraints for inner in within(own)):
            if constraint.query is not None:
                yield constraint.query
