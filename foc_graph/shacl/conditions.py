"""Constraints that one row can be judged by: conditions on a node, nested shapes included (SHACL section 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pyoxigraph as ox

from foc_graph.rdf.terms import Term
from foc_graph.shacl import plan as p
from foc_graph.shacl.path import Alternative, Path, Predicate, Repeat, Sequence, forward, optional
from foc_graph.shacl.plan import Condition
from foc_graph.shacl.shapes import COMPARISONS, NODE_KINDS, Constraint, Shape, local_name, sh

MAX_LENGTH = 2**31
"""Longer than any text that there is; engines compare no numbers of any size."""

MAX_TERMS = 32
"""Longest list that is compared term by term; a longer one is joined with."""

_LENGTHS = {"MinLength": ">=", "MaxLength": "<="}


def condition(shape: Shape, node: str, new: Callable[[str], str]) -> Condition | None:
    """Return the condition for the node in a column to conform to a shape; None where one row cannot tell.

    `new` makes names of columns.
    """
    judge = _node_condition if shape.path is None else _property_condition
    parts = [judge(shape, constraint, node, new) for constraint in shape.constraints]
    found = tuple(part for part in parts if part is not None)
    return p.All(found) if len(found) == len(parts) else None


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
    if local_name(constraint) not in ("Not", "And", "Or", "Xone", "Node", "Property"):
        return None
    parts = [condition(shape, value, new) for shape in constraint.shapes]
    found = tuple(part for part in parts if part is not None)
    if len(found) < len(parts):
        return None
    match local_name(constraint):
        case "Not":
            return p.Not(found[0])
        case "Or":
            return p.Some(found)
        case "Xone":
            return p.ExactlyOne(found)
    return p.All(found)


def reaches(node: str, path: Path, meets: Callable[[str], Condition], new: Callable[[str], str]) -> Condition:
    """That some value node of a path meets a condition, written one step in the other.

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


def _node_condition(shape: Shape, constraint: Constraint, node: str, new: Callable[[str], str]) -> Condition | None:
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


def _property_condition(shape: Shape, constraint: Constraint, node: str, new: Callable[[str], str]) -> Condition | None:
    assert shape.path is not None
    path, terms = forward(shape.path), constraint.terms

    def some(meets: Callable[[str], Condition], path: Path = path) -> Condition:
        return reaches(node, path, meets, new)

    def every(meets: Callable[[str], Condition], path: Path = path) -> Condition:
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
            parts = [condition(inner, node, new) for inner in constraint.shapes]
            if any(part is None for part in parts):
                return None
            found = some(lambda end: _qualifies(constraint.shapes, end, new))
            return found if name == "QualifiedMinCount" else p.Not(found)
    if value_condition(constraint, node, new) is None:
        return None
    return every(lambda end: _known(value_condition(constraint, end, new)))


def _qualifies(shapes: tuple[Shape, ...], node: str, new: Callable[[str], str]) -> Condition:
    wanted, *siblings = (_known(condition(shape, node, new)) for shape in shapes)
    return p.All((wanted, *map(p.Not, siblings)))


def _known(condition: Condition | None) -> Condition:
    assert condition is not None
    return condition


def iri(term: Term) -> ox.NamedNode:
    """Return the term, which the reader of shapes has found to be an IRI."""
    assert isinstance(term, ox.NamedNode)
    return term
