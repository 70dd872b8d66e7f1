"""A shapes graph, indexed, and the shapes that are read from it: targets, path, constraints (SHACL sections 2 to 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, NoReturn

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.positions import NOWHERE
from foc_graph.rdf.terms import RDF, RDF_TYPE, RDFS, SH, STANDARD_NAMES, Names, Node, Term
from foc_graph.shacl.path import Path
from foc_graph.sparql.rewriting import Template

TYPE = ox.NamedNode(RDF_TYPE)
SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
RDF_FIRST, RDF_REST, RDF_NIL, REIFIES = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil", "reifies"))
Locate = Callable[[str, str | None, Node | None], str]
"""From a subject, a predicate and an object to `file:line:column`, or "" where that is not known."""

SHAPES_GRAPH = ox.NamedNode("urn:foc-graph:shapes")
"""The named graph with the shapes, which `$shapesGraph` stands for."""


def sh(name: str) -> ox.NamedNode:
    """Return a term of the SHACL vocabulary."""
    return ox.NamedNode(SH + name)


class ShapesGraph:
    """The triples of a shapes graph by subject and predicate, in a stable order.

    What would not be checked is refused, or with `allow_unknown` is in `warnings`.
    """

    def __init__(
        self,
        triples: Iterable[ox.Triple],
        locate: Locate = NOWHERE.position,
        names: Names = STANDARD_NAMES,
        allow_unknown: bool = False,
    ) -> None:
        self.names, self.allow_unknown, self.warnings = names, allow_unknown, dict[str, None]()
        self._locate = locate
        self._objects: dict[Term, dict[ox.NamedNode, list[Term]]] = defaultdict(dict)
        self._subjects: dict[tuple[ox.NamedNode, Term], list[Term]] = defaultdict(list)
        self._parents: dict[Term, tuple[Term, ox.NamedNode]] = {}
        self._beyond_1_1: set[tuple[Term, ox.NamedNode]] = set()
        self.triples = sorted(set(triples), key=str)
        for triple in self.triples:
            subject, predicate, value = triple
            assert not isinstance(subject, ox.Triple)
            if isinstance(value, ox.Triple):
                self._beyond_1_1.add((subject, predicate))
                if predicate == REIFIES and not isinstance(value.subject, ox.Triple):
                    self._parents[subject] = value.subject, value.predicate
                continue
            self._objects[subject].setdefault(predicate, []).append(value)
            self._subjects[predicate, value].append(subject)
            if isinstance(value, ox.BlankNode):
                self._parents.setdefault(value, (subject, predicate))

    def nodes(self) -> list[Term]:
        """Return every subject."""
        return list(self._objects)

    def predicates(self, subject: Term) -> list[ox.NamedNode]:
        """Return the predicates of a subject."""
        return list(self._objects[subject]) if subject in self._objects else []

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Return the values of a predicate.

        Raises:
            ParseError: for a triple term, which SHACL does not know.
        """
        if (subject, predicate) in self._beyond_1_1:
            self.fail(subject, predicate, f"gives {self.names.term(predicate)} a triple term: write RDF 1.1")
        return self._objects[subject].get(predicate, []) if subject in self._objects else []

    def subjects(self, predicate: ox.NamedNode, value: Term) -> list[Term]:
        """Return the subjects that have this value."""
        return self._subjects.get((predicate, value), [])

    def instances(self, *classes: ox.NamedNode) -> list[Term]:
        """Return the SHACL instances of some classes, subclasses included (SHACL section 1.2)."""
        narrower: list[Term] = list(classes)
        for node in narrower:
            narrower += [other for other in self.subjects(SUBCLASS, node) if other not in narrower]
        return list(dict.fromkeys(node for one in narrower for node in self.subjects(TYPE, one)))

    def value(self, subject: Term, predicate: ox.NamedNode) -> Term | None:
        """Return the one value of a predicate, or None.

        Raises:
            ParseError: if there are several.
        """
        values = self.objects(subject, predicate)
        if len(values) > 1:
            self.fail(subject, predicate, f"has {len(values)} values of {self.names.term(predicate)}: give one")
        return values[0] if values else None

    def list(self, subject: Term, predicate: ox.NamedNode, head: Term) -> tuple[Term, ...]:
        """Return the members of the RDF list `head`, a value of `predicate`.

        Raises:
            ParseError: if it is not a well-formed list.
        """
        members: list[Term] = []
        seen: set[Term] = set()
        while head != RDF_NIL:
            first, rest = self.objects(head, RDF_FIRST), self.objects(head, RDF_REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                self.fail(
                    subject, predicate, f"{self.names.term(predicate)} is not a well-formed list: write it as ( ... )"
                )
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return tuple(members)

    def position(self, subject: Term, predicate: ox.NamedNode | None = None, value: Term | None = None) -> str:
        """Return `file:line:column` of a triple; of a blank node, that of the nearest named thing that leads to it."""
        for _ in range(len(self._parents)):
            if isinstance(subject, ox.NamedNode):
                break
            if subject not in self._parents:
                return ""
            value = None
            subject, predicate = self._parents[subject]
        if not isinstance(subject, ox.NamedNode):
            return ""
        return self._locate(subject.value, predicate.value if predicate else None, value)

    def fail(self, subject: Term, predicate: ox.NamedNode | None, problem: str, value: Term | None = None) -> NoReturn:
        """Refuse the shapes graph.

        Raises:
            ParseError: with the position and the shape.
        """
        where = self.position(subject, predicate, value)
        raise ParseError(where or "shapes", None, None, f"not well-formed SHACL: {self.label(subject)} {problem}")

    def unread(
        self, subject: Term, predicate: ox.NamedNode | None, problem: str, value: Term | None = None, where: str = ""
    ) -> None:
        """Refuse what would not be checked, or keep a warning of it; `where` is its place, if not in the shapes.

        Raises:
            ParseError: with the position and the node.
        """
        where, problem = where or self.position(subject, predicate, value), f"{self.label(subject)}: {problem}"
        if not self.allow_unknown:
            remedy = "" if problem.endswith("?") else ": take it out, or use --allow-unknown"
            raise ParseError(where or "shapes", None, None, f"{problem}{remedy}")
        self.warnings[f"{where or 'shapes'}: {problem}"] = None

    def label(self, node: Term) -> str:
        """Name a node for a message: a blank node by the named thing that leads to it."""
        steps: list[str] = []
        for _ in self._parents:
            if not isinstance(node, ox.BlankNode) or node not in self._parents or len(steps) == 20:
                break
            node, predicate = self._parents[node]
            if predicate not in (RDF_FIRST, RDF_REST):
                steps.append(self.names.term(predicate))
        return " in ".join(["a blank node"] * bool(steps) + steps + [self.names.term(node)])


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
    `position` tells where it stands.
    """

    template: Template
    constants: Mapping[str, Term | Path]
    absent: frozenset[str]
    messages: tuple[ox.Literal, ...]
    node: Term
    position: Callable[[], str]


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

    `position` tells where it stands.
    """

    node: ox.NamedNode | ox.BlankNode
    path: Path | None
    targets: Targets
    severity: ox.NamedNode
    messages: tuple[ox.Literal, ...]
    constraints: tuple[Constraint, ...]
    position: Callable[[], str] = field(default=str, compare=False)


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

COMPARISONS = {"MinExclusive": ">", "MinInclusive": ">=", "MaxExclusive": "<", "MaxInclusive": "<="}
"""How a value must compare with the parameter, by component."""
