"""The triples that shapes and their queries look at, and the focus nodes for which a change of the data may matter."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Sequence as Listing
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pyoxigraph as ox

from foc_graph.rdf.terms import Node
from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence, forward, optional
from foc_graph.shacl.path import predicates as path_predicates
from foc_graph.shacl.shapes import TYPE, Query, Shape, local_name, queries
from foc_graph.sparql import syntax
from foc_graph.sparql.syntax import Expression, Group, Pattern, Triple, Union, UnreadPattern, Values, parts
from foc_graph.sparql.tokens import Token

HERE = Sequence(())

Neighbours = Callable[[set[Node], ox.NamedNode, bool], set[Node]]
"""The objects of a predicate of some nodes, or with True the subjects that have one of the nodes as its object."""


@dataclass(frozen=True)
class Access:
    """A shape looks at triples with a predicate (None: any) of the nodes that `via` leads to from its focus node."""

    via: Path
    predicate: ox.NamedNode | None
    side: Literal["subject", "object"]


def accesses(shape: Shape, predicates: set[ox.NamedNode]) -> Iterator[Access]:
    """Iterate over the accesses of a shape, targets included; of its queries only those about the predicates.

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
    found = query_predicates(query)
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


def affected(shapes: Iterable[Shape], changed: Collection[ox.Triple], neighbours: Neighbours) -> set[Node]:
    """Find the nodes whose results may differ after a change, but for shapes that look anywhere.

    `neighbours` looks into the data after the change. That is enough for what was taken out, too: a path that led over
    several triples now gone is found from the first of them.
    """
    by_predicate: dict[ox.NamedNode | None, list[ox.Triple]] = defaultdict(list)
    for triple in changed:
        by_predicate[triple.predicate].append(triple)
        by_predicate[None].append(triple)
    found: set[Node] = set()
    predicates = {triple.predicate for triple in changed}
    for access in {access for shape in shapes for access in accesses(shape, predicates)}:
        backwards = forward(Inverse(access.via))
        starts = {getattr(triple, access.side) for triple in by_predicate.get(access.predicate, ())}
        found |= reached(starts, backwards, neighbours)
    return found


def reached(nodes: set[Node], path: Path, neighbours: Neighbours) -> set[Node]:
    """Find the nodes that a path with `^` only before predicates leads to from some nodes."""
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


class QueryAccess(NamedTuple):
    """A triple of a query's pattern: from the value of a variable, `this` or `value`, `via` a path, by another path."""

    start: str
    via: Path
    path: Path


class _Unknown(Exception):
    """A pattern whose predicates are not known, or a triple that no other triples lead to."""


def query_predicates(query: Query) -> frozenset[ox.NamedNode] | None:
    """Return the predicates of the triples that a query may look at; None where these may be any.

    That is where a variable without a known value or a negated property set stands for the predicate, and for a path
    that may take no step, which matches a node of any triple.
    """
    try:
        paths = [_path(part.path, query) for part in parts(query.template.query.where) if isinstance(part, Triple)]
    except (_Unknown, UnreadPattern):
        return None
    return None if any(map(optional, paths)) else frozenset[ox.NamedNode]().union(*map(path_predicates, paths))


def query_accesses(query: Query) -> tuple[QueryAccess, ...] | None:
    """Return the triples of a query's pattern; None where only the query itself can tell.

    A triple matters for a node only in a solution that has it, and then it is reached over the others that every such
    solution has: those of its own group and of the groups around it, but not of alternatives or optional parts.
    """
    try:
        return tuple(_accesses(query.template.query.where.patterns, [], query))
    except (_Unknown, UnreadPattern):
        return None


def _accesses(patterns: Listing[Pattern], around: list[Triple], query: Query) -> Iterator[QueryAccess]:
    links = [*around, *_certain(patterns)]
    for part in patterns:
        match part:
            case Triple():
                yield _access(part, links, query)
            case Group("" | "OPTIONAL"):
                yield from _accesses(part.patterns, links, query)
            case Union() | Expression():
                for group in part.branches if isinstance(part, Union) else part.groups:
                    yield from _accesses(group.patterns, links, query)
            case syntax.Query():  # a variable inside a sub-select need not be that outside
                inner = part.where.patterns
                yield from _accesses(inner, [], query)
                conditions = (one for found in part.conditions.values() for one in found)
                for item in (*part.head, *(item for one in conditions for item in one.items)):
                    if isinstance(item, Group):
                        yield from _accesses(item.patterns, _certain(inner), query)
            case Group() | Values():
                raise _Unknown


def _certain(patterns: Listing[Pattern]) -> list[Triple]:
    """Return the triples that every solution of some patterns has."""
    found: list[Triple] = []
    for part in patterns:
        match part:
            case Triple():
                found.append(part)
            case Group(""):
                found += _certain(part.patterns)
    return found


def _access(triple: Triple, links: list[Triple], query: Query) -> QueryAccess:
    starts = ("this",) if query.template.form == "SELECT" else ("this", "value")
    pending: deque[tuple[str, str, Path]] = deque((start, start, HERE) for start in starts)
    seen = set(starts)
    ends = [(_node(link.subject, query), link.path, _node(link.object, query)) for link in links]
    subject, object_ = _node(triple.subject, query), _node(triple.object, query)
    while pending:
        node, start, via = pending.popleft()
        if node == subject:
            return QueryAccess(start, via, _path(triple.path, query))
        if node == object_:
            return QueryAccess(start, via, Inverse(_path(triple.path, query)))
        for one, path, other in ends:
            for here, there, backwards in ((one, other, False), (other, one, True)):
                if here == node and there and there not in seen:
                    seen.add(there)
                    step = _path(path, query)
                    pending.append((there, start, Sequence((via, Inverse(step) if backwards else step))))
    raise _Unknown


def _node(token: Token, query: Query) -> str:
    """Return a name for a variable or blank node, and "" for a known term."""
    if token.kind == "open":
        return f"{token.text}{token.offset}"
    return "" if token.variable in query.constants else token.variable


def _path(tokens: Listing[Token], query: Query) -> Path:
    return _alternative(deque(tokens), query)


def _alternative(left: deque[Token], query: Query) -> Path:
    """Read a path off the tokens that are left (SPARQL 1.1 section 9.1)."""
    found = [_sequence(left, query)]
    while left and left[0].text == "|":
        left.popleft()
        found.append(_sequence(left, query))
    return found[0] if len(found) == 1 else Alternative(tuple(found))


def _sequence(left: deque[Token], query: Query) -> Path:
    found = [_step(left, query)]
    while left and left[0].text == "/":
        left.popleft()
        found.append(_step(left, query))
    return found[0] if len(found) == 1 else Sequence(tuple(found))


def _step(left: deque[Token], query: Query) -> Path:
    token = left.popleft()
    if token.text == "^":
        return Inverse(_step(left, query))
    if token.text == "(":
        path = _alternative(left, query)
        left.popleft()
    else:
        path = _predicate(token, query)
    if left and left[0].text in ("*", "+", "?"):
        return Repeat(path, left.popleft().text)  # type: ignore[arg-type]
    return path


def _predicate(token: Token, query: Query) -> Path:
    if token.variable:
        match query.constants.get(token.variable):
            case ox.NamedNode() as iri:
                return Predicate(iri)
            case Predicate() | Inverse() | Sequence() | Alternative() | Repeat() as path:
                return path
    elif token.text == "a":
        return Predicate(TYPE)
    elif token.kind == "iri" and "\\" not in token.text:
        return Predicate(ox.NamedNode(token.text[1:-1]))
    raise _Unknown
