"""Shapes: targets, path, constraints, and the parameters of SHACL Core's components (SHACL sections 2 to 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pyoxigraph as ox

from foc_graph.rdf.terms import SH, Term
from foc_graph.shacl.path import Path
from foc_graph.sparql.rewriting import Template


@dataclass(frozen=True)
class Targets:
    """The targets of a shape: instances of classes, nodes, subjects and objects of predicates (SHACL section 2.1.3)."""

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
    """Return the name of a constraint component of SHACL Core, such as `MinCount`; of another, its IRI."""
    return constraint.component.value.removeprefix(SH).removesuffix("ConstraintComponent")


def within(constraint: Constraint) -> Iterator[Constraint]:
    """Give a constraint, and those of the shapes that it names, at any depth."""
    yield constraint
    for shape in constraint.shapes:
        for inner in shape.constraints:
            yield from within(inner)


def queries(shapes: Iterable[Shape]) -> Iterator[Query]:
    """Give the SPARQL of shapes, and of the shapes within them."""
    for shape in shapes:
        for constraint in (inner for own in shape.constraints for inner in within(own)):
            if constraint.query is not None:
                yield constraint.query


Kind = Literal["IRI", "term", "literal", "integer", "string", "boolean", "IRIs", "strings", "terms", "shape", "shapes"]


class Parameter(NamedTuple):
    """A parameter: its component, what a value is (plural: a list), and where it may stand."""

    component: str
    kind: Kind
    several: bool = False
    property_shapes_only: bool = False


PARAMETERS = {
    "class": Parameter("Class", "IRI", several=True),
    "datatype": Parameter("Datatype", "IRI"),
    "nodeKind": Parameter("NodeKind", "IRI"),
    "minCount": Parameter("MinCount", "integer", property_shapes_only=True),
    "maxCount": Parameter("MaxCount", "integer", property_shapes_only=True),
    "minExclusive": Parameter("MinExclusive", "literal"),
    "minInclusive": Parameter("MinInclusive", "literal"),
    "maxExclusive": Parameter("MaxExclusive", "literal"),
    "maxInclusive": Parameter("MaxInclusive", "literal"),
    "minLength": Parameter("MinLength", "integer"),
    "maxLength": Parameter("MaxLength", "integer"),
    "pattern": Parameter("Pattern", "string"),
    "languageIn": Parameter("LanguageIn", "strings"),
    "uniqueLang": Parameter("UniqueLang", "boolean", property_shapes_only=True),
    "equals": Parameter("Equals", "IRI", several=True),
    "disjoint": Parameter("Disjoint", "IRI", several=True),
    "lessThan": Parameter("LessThan", "IRI", several=True, property_shapes_only=True),
    "lessThanOrEquals": Parameter("LessThanOrEquals", "IRI", several=True, property_shapes_only=True),
    "not": Parameter("Not", "shape", several=True),
    "and": Parameter("And", "shapes", several=True),
    "or": Parameter("Or", "shapes", several=True),
    "xone": Parameter("Xone", "shapes", several=True),
    "node": Parameter("Node", "shape", several=True),
    "property": Parameter("Property", "shape", several=True),
    "closed": Parameter("Closed", "boolean"),
    "hasValue": Parameter("HasValue", "term", several=True),
    "in": Parameter("In", "terms"),
}
"""By local name, those that make a component by themselves; `flags` and the like go with another."""

NODE_KINDS = {
    "BlankNode": frozenset({"BlankNode"}),
    "IRI": frozenset({"IRI"}),
    "Literal": frozenset({"Literal"}),
    "BlankNodeOrIRI": frozenset({"BlankNode", "IRI"}),
    "BlankNodeOrLiteral": frozenset({"BlankNode", "Literal"}),
    "IRIOrLiteral": frozenset({"IRI", "Literal"}),
}
"""The kinds of nodes that each value of `sh:nodeKind` allows (SHACL section 4.1.3)."""

OTHER_TERMS = frozenset(
    {
        *("path", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"),
        *("severity", "message", "deactivated"),
        *("flags", "ignoredProperties", "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"),
        *("qualifiedValueShapesDisjoint", "sparql", "name", "description", "order", "group", "defaultValue"),
        *("shapesGraph", "entailment", "declare", "prefixes", "prefix", "namespace", "suggestedShapesGraph"),
        *("parameter", "validator", "nodeValidator", "propertyValidator", "labelTemplate", "optional", "select", "ask"),
        *("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
    }
)  # fmt: skip
"""The other terms that SHACL gives a meaning to as predicates."""

COMPARISONS = {"MinExclusive": ">", "MinInclusive": ">=", "MaxExclusive": "<", "MaxInclusive": "<="}
"""How a value must compare with the parameter, by component."""
