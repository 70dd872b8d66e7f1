"""The compiler of shapes: a plan for each constraint of each shape, whose rows are violations (SHACL section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Literal

import pyoxigraph as ox

from foc_graph.rdf.terms import Term
from foc_graph.shacl import plan as p
from foc_graph.shacl.path import Alternative, Path, Predicate, Repeat, Sequence, forward, optional, simple
from foc_graph.shacl.plan import Condition, Plan
from foc_graph.shacl.shapes import COMPARISONS, NODE_KINDS, Constraint, Shape, Targets, local_name, sh

MAX_LENGTH = 2**31
"""A length beyond that of any text; not all engines compare larger numbers."""

MAX_TERMS = 32
"""Longest list that is compared term by term; a longer one is joined with."""

_LENGTHS = {"MinLength": ">=", "MaxLength": "<="}
_COMBINED: dict[str, Callable[[tuple[Condition, ...]], Condition]] = {
    "Not": lambda conditions: p.Not(conditions[0]),
    "Or": p.Some,
    "Xone": p.ExactlyOne,
    **dict.fromkeys(("And", "Node", "Property"), p.All),
}
"""How the conditions of the shapes that a constraint names make its own."""

_WITHOUT_VALUE = frozenset({"MinCount", "MaxCount", "HasValue", "UniqueLang", "QualifiedMinCount", "QualifiedMaxCount"})
"""The components whose results have no value (SHACL section 4)."""


@dataclass(frozen=True)
class Check:
    """One constraint to check: each row of `plan` is a violation.

    `root` is the shape whose targets are checked, `nodes` are these, and `shape` is the one that the constraint belongs
    to. `focus` and `value`
    are the columns of the focus node and the value (None: results have none); `answers` the result variables of a
    SHACL-SPARQL query and `path` the predicate of a closed shape, with their columns.
    """

    root: Shape
    nodes: Plan
    shape: Shape
    constraint: Constraint
    plan: Plan
    focus: str
    value: str | None
    path: str | None = None
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The IRIs of the shapes, and of the SPARQL constraint, that the check belongs to."""
        query = self.constraint.query
        nodes = [self.root.node, self.shape.node, *([query.node] if query is not None else [])]
        return frozenset(node.value for node in nodes if isinstance(node, ox.NamedNode))


@dataclass(frozen=True)
class _Nodes:
    """Rows with the node to judge in one column, and the rows with its value nodes in another."""

    rows: Plan
    node: str
    pairs: Plan
    value: str


def checks(shape: Shape, chosen: Callable[[str], Plan | None] = lambda column: None) -> Iterator[Check]:
    """Iterate over the checks of a shape for its targets, or for those `chosen`, in a stable order."""
    nodes = focus_nodes(shape.targets, "this", chosen("this"))
    yield from _Compiler(shape, nodes).checks(shape, nodes, "this")


def focus_nodes(targets: Targets, column: str, chosen: Plan | None) -> Plan:
    """Return the focus nodes of a shape (SHACL section 2.1.3), or those that are among the `chosen`."""
    parts: list[Plan] = [p.Nodes(column, targets.nodes)] if targets.nodes else []
    parts += parts_of_data(targets, column)
    plan = _union(parts if chosen is None else [p.Within(chosen, part) for part in parts])
    return plan if len(targets.classes) == len(parts) == 1 else p.Select(plan, (column,))


def parts_of_data(targets: Targets, column: str) -> list[p.Instances | p.Ends]:
    """Return what finds the focus nodes of each target but nodes, which need not be in the data."""
    return [
        *(p.Instances(column, one) for one in targets.classes),
        *(p.Ends(column, predicate, "subject") for predicate in targets.subjects_of),
        *(p.Ends(column, predicate, "object") for predicate in targets.objects_of),
    ]


class _Compiler:
    """Makes the plans for one targeted shape; each column has a name of its own."""

    def __init__(self, root: Shape, nodes: Plan) -> None:
        self._of = root, nodes
        self._numbers = count(1)

    def checks(self, shape: Shape, rows: Plan, node: str) -> Iterator[Check]:
        """Iterate over the checks of the nodes in a column, those of property shapes below included."""
        shared = self._nodes(shape, rows, node)
        for constraint in shape.constraints:
            name, at = local_name(constraint), self._own(shared, constraint)
            if name == "Property":
                yield from self.checks(constraint.shapes[0], at.pairs, at.value)
            elif constraint.query is not None and constraint.query.template.form == "SELECT":
                plan = self._answers(constraint, at)
                columns = dict(plan.variables)
                value = columns.get("value", node if shape.path is None else None)
                yield Check(*self._of, shape, constraint, plan, node, value, columns.get("path"), plan.variables)
            elif name == "Closed":
                plan_, predicate, value = self._closed(constraint, at)
                yield Check(*self._of, shape, constraint, plan_, node, value, predicate)
            else:
                value = None if name in _WITHOUT_VALUE else at.value
                yield Check(*self._of, shape, constraint, self._violations(shape, constraint, at), node, value)

    def _failing(self, shape: Shape, rows: Plan, node: str) -> Plan:
        """Return the rows whose node does not conform to a shape."""
        whole = condition(shape, node, self._new)
        if whole is not None:
            return p.Keep(rows, p.Not(whole))
        at = self._nodes(shape, rows, node)
        return _union(
            [
                p.Select(self._violations(shape, constraint, self._own(at, constraint)), rows.columns)
                for constraint in shape.constraints
            ]
        )

    def _conforming(self, shape: Shape, rows: Plan, node: str) -> Plan:
        whole = condition(shape, node, self._new)
        return p.Keep(rows, whole) if whole is not None else p.Without(rows, self._failing(shape, rows, node))

    def _nodes(self, shape: Shape, rows: Plan, node: str) -> _Nodes:
        if shape.path is None:
            return _Nodes(rows, node, rows, node)
        value = self._new("value")
        return _Nodes(rows, node, p.Step(rows, node, shape.path, value), value)

    def _own(self, at: _Nodes, constraint: Constraint) -> _Nodes:
        """Repeat the node in a column of its own for `sh:equals` of a node shape: results may have other values."""
        if at.pairs is not at.rows or local_name(constraint) != "Equals":
            return at
        value = self._new("value")
        return _Nodes(at.rows, at.node, p.Step(at.rows, at.node, Sequence(()), value), value)

    def _new(self, name: str) -> str:
        return f"{name}{next(self._numbers)}"

    def _violations(self, shape: Shape, constraint: Constraint, at: _Nodes) -> Plan:
        """Return the rows that break a constraint: with their values, or without where values count together."""
        allowed = value_condition(constraint, at.value, self._new)
        if allowed is not None:
            return p.Keep(at.pairs, p.Not(allowed))
        terms, shapes = constraint.terms, constraint.shapes
        match local_name(constraint):
            case "Not":
                return p.Without(at.pairs, self._failing(shapes[0], at.pairs, at.value))
            case "And" | "Node" | "Property":
                return _union([self._failing(one, at.pairs, at.value) for one in shapes])
            case "Or":
                result = at.pairs
                for one in shapes:
                    result = p.Within(result, self._failing(one, at.pairs, at.value))
                return result
            case "Xone":
                tag = self._new("shape")
                conforming = p.Tagged(tuple(self._conforming(one, at.pairs, at.value) for one in shapes), tag)
                return p.Without(at.pairs, p.Counted(conforming, at.pairs.columns, tag, "=", 1))
            case "In":
                return p.Without(at.pairs, p.Nodes(at.value, terms))
            case "Closed":
                return self._closed(constraint, at)[0]
            case "Disjoint":
                return p.Keep(at.pairs, p.Linked(at.node, iri(terms[0]), at.value))
            case "Equals":
                return self._not_equal(iri(terms[0]), at)
            case "LessThan":
                return self._compared(iri(terms[0]), "<", at)
            case "LessThanOrEquals":
                return self._compared(iri(terms[0]), "<=", at)
            case "MinCount":
                return self._fewer(shape, int(terms[0].value), at)
            case "MaxCount":
                number = int(terms[0].value)
                counted = p.Counted(at.pairs, at.rows.columns, at.value, ">=", number + 1)
                return counted if number else p.Select(at.pairs, at.rows.columns)
            case "HasValue":
                return self._without_value(shape, terms[0], at)
            case "UniqueLang":
                language = self._new("language")
                tagged = p.Language(at.pairs, at.value, language)
                return p.Counted(tagged, (*at.rows.columns, language), at.value, ">=", 2)
            case "QualifiedMinCount":
                counted = p.Counted(self._qualified(shapes, at), at.rows.columns, at.value, ">=", int(terms[0].value))
                return p.Without(at.rows, counted) if int(terms[0].value) else _nothing(at.rows)
            case "QualifiedMaxCount":
                return p.Counted(self._qualified(shapes, at), at.rows.columns, at.value, ">=", int(terms[0].value) + 1)
        answers = self._answers(constraint, at)
        return answers if answers.query.template.form == "SELECT" else p.Without(at.pairs, answers)

    def _fewer(self, shape: Shape, number: int, at: _Nodes) -> Plan:
        predicate = simple(shape.path)
        if number == 0:
            return _nothing(at.rows)
        if number > 1:
            return p.Without(at.rows, p.Counted(at.pairs, at.rows.columns, at.value, ">=", number))
        if predicate is None:
            return p.Without(at.rows, at.pairs)
        return p.Keep(at.rows, p.Not(p.Linked(at.node, predicate, None)))

    def _without_value(self, shape: Shape, term: Term, at: _Nodes) -> Plan:
        predicate = simple(shape.path)
        if shape.path is None:
            return p.Keep(at.rows, p.Not(p.OneOf(at.node, (term,))))
        if predicate is None:
            return p.Without(at.rows, p.Keep(at.pairs, p.OneOf(at.value, (term,))))
        return p.Keep(at.rows, p.Not(p.Linked(at.node, predicate, term)))

    def _not_equal(self, predicate: ox.NamedNode, at: _Nodes) -> Plan:
        """Find the values that the predicate does not have, and its values that are not among them."""
        others = p.Step(at.rows, at.node, Predicate(predicate), at.value)
        missing = p.Keep(at.pairs, p.Not(p.Linked(at.node, predicate, at.value)))
        return p.Union((missing, p.Without(others, at.pairs)))

    def _compared(self, predicate: ox.NamedNode, operator: str, at: _Nodes) -> Plan:
        other = self._new("other")
        both = p.Step(at.pairs, at.node, Predicate(predicate), other)
        return p.Keep(both, p.Not(p.Compares(at.value, operator, other)))  # type: ignore[arg-type]

    def _closed(self, constraint: Constraint, at: _Nodes) -> tuple[Plan, str, str]:
        predicate, value = self._new("predicate"), self._new("value")
        found = p.Properties(at.pairs, at.value, predicate, value)
        return p.Keep(found, p.Not(p.OneOf(predicate, constraint.terms))), predicate, value

    def _qualified(self, shapes: tuple[Shape, ...], at: _Nodes) -> Plan:
        """Return the rows whose value conforms to the qualified shape and no sibling of it (SHACL section 4.7.3)."""
        wanted, *siblings = shapes
        result = self._conforming(wanted, at.pairs, at.value)
        for sibling in siblings:
            result = self._failing(sibling, result, at.value)
        return result

    def _answers(self, constraint: Constraint, at: _Nodes) -> p.Answers:
        query = constraint.query
        assert query is not None
        if query.template.form == "ASK":
            return p.Answers(at.pairs, query, at.node, at.value)
        variables = tuple((name, self._new(name)) for name in query.template.variables if name not in query.constants)
        variables = tuple((name, column) for name, column in variables if name != "this")
        return p.Answers(at.rows, query, at.node, None, variables)


def _union(parts: list[Plan]) -> Plan:
    return parts[0] if len(parts) == 1 else p.Union(tuple(parts))


def _nothing(rows: Plan) -> Plan:
    return p.Keep(rows, p.Some(()))


def condition(shape: Shape, node: str, new: Callable[[str], str]) -> Condition | None:
    """Return the condition for the node in a column to conform to a shape; None where one row cannot tell.

    `new` makes names of columns.
    """
    judge = _node_condition if shape.path is None else partial(_property_condition, forward(shape.path))
    found = _all_known(judge(constraint, node, new) for constraint in shape.constraints)
    return None if found is None else p.All(found)


def value_condition(constraint: Constraint, value: str, new: Callable[[str], str]) -> Condition | None:
    """Return the condition for a value node to be allowed by a constraint; None where the value alone cannot tell."""
    terms = constraint.terms
    match local_name(constraint):
        case "Class":
            return p.InstanceOf(value, iri(terms[0]))
        case "Datatype":
            return p.HasDatatype(value, iri(terms[0]))
        case "NodeKind":
            return p.IsKind(value, NODE_KINDS[terms[0].value.removeprefix(sh("").value)])
        case name if name in COMPARISONS:
            return p.Compares(value, COMPARISONS[name], terms[0])  # type: ignore[arg-type]
        case name if name in _LENGTHS:
            return p.HasLength(value, _LENGTHS[name], min(int(terms[0].value), MAX_LENGTH))  # type: ignore[arg-type]
        case "Pattern":
            return p.Matches(value, terms[0].value, terms[1].value if len(terms) > 1 else "")
        case "LanguageIn":
            return p.InLanguages(value, tuple(term.value for term in terms))
        case "In" if len(terms) <= MAX_TERMS:
            return p.OneOf(value, terms)
        case name if name in _COMBINED:
            found = _all_known(condition(shape, value, new) for shape in constraint.shapes)
            return None if found is None else _COMBINED[name](found)
    return None


def reaches(node: str, path: Path, meets: Callable[[str], Condition], new: Callable[[str], str]) -> Condition:
    """Require that some value node of a path meets a condition, with each step nested in the one before.

    Engines answer a test of one pattern from an index, where they may evaluate one of several patterns as a whole.
    """
    match path:
        case Sequence(()):
            return meets(node)
        case Sequence((first, *rest)):
            return reaches(node, first, lambda end: reaches(end, Sequence(tuple(rest)), meets, new), new)
        case Alternative(parts):
            return p.Some(tuple(reaches(node, part, meets, new) for part in parts))
        case Repeat(inner, "?"):
            return p.Some((meets(node), reaches(node, inner, meets, new)))
        case Repeat(inner, "*"):
            return p.Some((meets(node), reaches(node, Repeat(inner, "+"), meets, new)))
        case Repeat(inner, "+") if optional(inner):
            return p.Some((meets(node), _step(node, path, meets, new)))
    return _step(node, path, meets, new)


def _step(node: str, path: Path, meets: Callable[[str], Condition], new: Callable[[str], str]) -> Condition:
    end = new("value")
    return p.Reaches(node, path, end, meets(end))


def _node_condition(constraint: Constraint, node: str, new: Callable[[str], str]) -> Condition | None:
    terms = constraint.terms
    match local_name(constraint):
        case "HasValue":
            return p.OneOf(node, terms)
        case "Closed":
            return p.HasOnly(node, terms)
        case "Disjoint":
            return p.Not(p.Linked(node, iri(terms[0]), node))
        case "Equals":
            other = p.Not(p.Reaches(node, Predicate(iri(terms[0])), end := new("value"), p.Not(p.Same(node, end))))
            return p.All((p.Linked(node, iri(terms[0]), node), other))
    return value_condition(constraint, node, new)


def _property_condition(values: Path, constraint: Constraint, node: str, new: Callable[[str], str]) -> Condition | None:
    terms = constraint.terms

    def some(meets: Callable[[str], Condition], path: Path = values) -> Condition:
        return reaches(node, path, meets, new)

    def every(meets: Callable[[str], Condition], path: Path = values) -> Condition:
        return p.Not(some(lambda end: p.Not(meets(end)), path))

    name, number = local_name(constraint), terms[0].value if terms else ""
    match name, number:
        case ("MinCount", "0"):
            return p.All(())
        case ("MinCount", "1"):
            return some(lambda end: p.All(()))
        case ("MaxCount", "0"):
            return p.Not(some(lambda end: p.All(())))
        case ("MaxCount", "1"):
            return every(lambda one: every(lambda other: p.Same(one, other)))
        case ("HasValue", _):
            return some(lambda end: p.OneOf(end, terms))
        case ("UniqueLang", _):
            return every(
                lambda one: every(lambda other: p.Some((p.Same(one, other), p.Not(p.SameLanguage(one, other)))))
            )
        case ("Disjoint", _):
            return every(lambda end: p.Not(p.Linked(node, iri(terms[0]), end)))
        case ("LessThan" | "LessThanOrEquals", _):
            operator: Literal["<", "<="] = "<" if name == "LessThan" else "<="
            return every(lambda one: every(lambda other: p.Compares(one, operator, other), Predicate(iri(terms[0]))))
        case ("QualifiedMinCount", "1") | ("QualifiedMaxCount", "0"):
            if _all_known(condition(inner, node, new) for inner in constraint.shapes) is None:
                return None
            found = some(lambda end: _qualifies(constraint.shapes, end, new))
            return found if name == "QualifiedMinCount" else p.Not(found)
    if value_condition(constraint, node, new) is None:
        return None
    return every(lambda end: _known(value_condition(constraint, end, new)))


def _qualifies(shapes: tuple[Shape, ...], node: str, new: Callable[[str], str]) -> Condition:
    wanted, *siblings = (_known(condition(shape, node, new)) for shape in shapes)
    return p.All((wanted, *map(p.Not, siblings)))


def _all_known(conditions: Iterable[Condition | None]) -> tuple[Condition, ...] | None:
    """Return some conditions; None where one of them is not known."""
    found = tuple(conditions)
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(found) else None


def _known(condition: Condition | None) -> Condition:
    assert condition is not None
    return condition


def iri(term: Term) -> ox.NamedNode:
    """Return the term, which the reader of shapes has found to be an IRI."""
    assert isinstance(term, ox.NamedNode)
    return term
