"""Which triples a query of the shapes' author looks at, as seen from the node that it is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from foc_graph.rdf.terms import Term
from foc_graph.shacl.lexical_forms import skolemised
from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence
from foc_graph.shacl.path import sparql as path_text
from foc_graph.shacl.prebinding import pattern
from foc_graph.shacl.shapes import Query


class QueryAccess(NamedTuple):
    """A triple of a query's pattern: from the value of a variable, `this` or `value`, `via` a path, by another path."""

    start: str
    via: Path
    path: Path


class _Unknown(Exception):
    """A pattern that is not read, or a triple of it that no other triples lead to."""


def query_accesses(query: Query) -> tuple[QueryAccess, ...] | None:
    """The triples of a query's pattern; None where only the query itself can tell.

    A triple matters for a node only in a solution that has it, and then it is reached over the others that every such
    solution has: those of its own group and of the groups around it, but not of alternatives or optional parts.
    """

    def term(name: str) -> str | None:
        constant = query.constants.get(name)
        if constant is None:
            return None if name in query.absent else f"?{name}"
        return str(skolemised(constant)) if isinstance(constant, Term) else f"({path_text(constant)})"

    starts = ("this",) if query.template.form == "SELECT" else ("this", "value")
    return _read(pattern(query.template, term), starts)


@lru_cache(1024)
def _read(group: str, starts: tuple[str, ...]) -> tuple[QueryAccess, ...] | None:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra = translateQuery(parseQuery(f"SELECT * WHERE {group}")).algebra
    except Exception:  # that parser is not the one that runs the query
        return None
    try:
        return tuple(_accesses(algebra.p, [], starts))
    except _Unknown:
        return None


def _accesses(part: Any, around: list[Any], starts: tuple[str, ...]) -> Iterator[QueryAccess]:
    match part.name:
        case "BGP":
            links = [*around, *part.triples]
            for triple in part.triples:
                yield _access(triple, links, starts)
        case "Join":
            yield from _accesses(part.p1, [*around, *_certain(part.p2)], starts)
            yield from _accesses(part.p2, [*around, *_certain(part.p1)], starts)
        case "LeftJoin":
            yield from _accesses(part.p1, around, starts)
            yield from _accesses(part.p2, [*around, *_certain(part.p1)], starts)
            yield from _tests(part.expr, [*around, *_certain(part.p1)], starts)
        case "Union":
            yield from _accesses(part.p1, around, starts)
            yield from _accesses(part.p2, around, starts)
        case "Filter" | "Extend":
            yield from _accesses(part.p, around, starts)
            yield from _tests(part.expr, [*around, *_certain(part.p)], starts)
        case "Project" | "Distinct" | "Reduced" | "OrderBy" | "Slice" | "Group" | "AggregateJoin" | "ToMultiSet":
            yield from _accesses(part.p, [], starts)  # a variable inside a sub-select need not be that outside
        case _:
            raise _Unknown


def _tests(expression: Any, around: list[Any], starts: tuple[str, ...]) -> Iterator[QueryAccess]:
    """The triples of tests of existence in an expression."""
    if getattr(expression, "name", "") in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        yield from _accesses(expression.graph, around, starts)
    elif isinstance(expression, dict):
        for inner in expression.values():
            yield from _tests(inner, around, starts)
    elif isinstance(expression, list):
        for inner in expression:
            yield from _tests(inner, around, starts)


def _certain(part: Any) -> list[Any]:
    """The triples that every solution of a pattern has."""
    match part.name:
        case "BGP":
            return list(part.triples)
        case "Join":
            return _certain(part.p1) + _certain(part.p2)
        case "LeftJoin":
            return _certain(part.p1)
        case "Filter" | "Extend":
            return _certain(part.p)
    return []


def _access(triple: Any, links: list[Any], starts: tuple[str, ...]) -> QueryAccess:
    from rdflib import BNode, Variable

    subject, verb, value = triple
    pending: deque[tuple[Any, str, Path]] = deque((Variable(start), start, Sequence(())) for start in starts)
    seen = {node for node, _, _ in pending}
    while pending:
        node, start, via = pending.popleft()
        if node == subject:
            return QueryAccess(start, via, _path(verb))
        if node == value:
            return QueryAccess(start, via, Inverse(_path(verb)))
        for one, by, other in links:
            for here, there, backwards in ((one, other, False), (other, one, True)):
                if here == node and isinstance(there, Variable | BNode) and there not in seen:
                    seen.add(there)
                    step = Inverse(_path(by)) if backwards else _path(by)
                    pending.append((there, start, Sequence((via, step))))
    raise _Unknown


def _path(verb: Any) -> Path:
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    match verb:
        case URIRef():
            return Predicate(ox.NamedNode(str(verb)))
        case InvPath():
            return Inverse(_path(verb.arg))
        case SequencePath():
            return Sequence(tuple(map(_path, verb.args)))
        case AlternativePath():
            return Alternative(tuple(map(_path, verb.args)))
        case MulPath():
            return Repeat(_path(verb.path), verb.mod)
    raise _Unknown
