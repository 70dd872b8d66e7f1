"""Running the checks of shapes on a data graph, side by side, and reading their rows as findings."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pyoxigraph as ox

from foc_graph.errors import ParseError, ServiceError
from foc_graph.shacl.compiler import Check
from foc_graph.shacl.data_graph import DataGraph
from foc_graph.shacl.messages import messages
from foc_graph.shacl.path import Inverse, Predicate
from foc_graph.shacl.plan import Nodes, Step, asks
from foc_graph.shacl.result import Finding, Term
from foc_graph.shacl.shapes import local_name, within
from foc_graph.shacl.shapes_graph import SUBCLASS, named
from foc_graph.shacl.sparql import Subclasses
from foc_graph.store.results import Value

MAX_CLASSES = 16
"""Most classes below one that are named in a query; with more, the query follows `rdfs:subClassOf` itself."""

MAX_KNOWN = 1000
"""Most classes that are asked for those below them."""

T = TypeVar("T")
Track = Callable[[Iterable[T], int], Iterable[T]]
"""Passes on the items of an iterable of so many, and shows a person how far it has come."""


def untracked(items: Iterable[T], total: int) -> Iterable[T]:
    """Pass items on and show nothing."""
    return items


def run(graph: DataGraph, wanted: Sequence[Check], track: Track[list[Finding]] = untracked) -> list[Finding]:
    """What the checks find, in their order.

    Raises:
        ParseError: for a query that the store does not accept.
        ServiceError: if the store fails.
    """
    known = subclasses(graph, wanted)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        slowest_first = sorted(range(len(wanted)), key=lambda number: not asks(wanted[number].plan))
        futures = {number: pool.submit(_findings, wanted[number], graph, known) for number in slowest_first}
        results = (futures[number].result() for number in range(len(wanted)))
        return [finding for found in track(results, len(wanted)) for finding in found]
    finally:
        pool.shutdown(cancel_futures=True)


def subclasses(graph: DataGraph, wanted: Iterable[Check]) -> Subclasses:
    """The classes below each class that the checks name, itself included; not of those with many, or nameless ones.

    They are asked for level by level: not every server can follow a path from several classes at once.
    """
    named = {kind for check in wanted for kind in _classes(check)}
    narrower: dict[Value, list[Value]] = {kind: [] for kind in named}
    level = sorted(named, key=str)
    while level and len(narrower) <= MAX_KNOWN:
        below_them = Step(Nodes("class", tuple(level)), "class", Inverse(Predicate(SUBCLASS)), "below")
        level = []
        for kind, one in graph.rows(below_them, {}):
            narrower[kind].append(one)
            if one not in narrower:
                narrower[one] = []
                level += [one] if isinstance(one, ox.NamedNode) else []
    known: dict[ox.NamedNode, tuple[ox.NamedNode, ...]] = {}
    for kind in named if not level else ():
        below: list[Value] = [kind]
        for one in below:
            below += [other for other in narrower[one] if other not in below]
        classes = tuple(one for one in below if isinstance(one, ox.NamedNode))
        if len(below) <= MAX_CLASSES and len(classes) == len(below):
            known[kind] = classes
    return known


def _classes(check: Check) -> Iterator[ox.NamedNode]:
    yield from check.root.targets.classes
    for constraint in within(check.constraint):
        if local_name(constraint) == "Class":
            yield from (term for term in constraint.terms if isinstance(term, ox.NamedNode))


def _findings(check: Check, graph: DataGraph, subclasses: Subclasses) -> list[Finding]:
    try:
        rows = graph.rows(check.plan, subclasses)
    except ParseError as error:
        raise _refused(check, error) from error
    found = [_finding(check, dict(zip(check.plan.columns, row, strict=True))) for row in rows]
    limit = check.constraint.query.template.limit if check.constraint.query is not None else None
    return found if limit is None else _limited(found, limit)


def _limited(found: list[Finding], limit: int) -> list[Finding]:
    """The first findings of each focus node: `LIMIT` in a constraint counts for one node."""
    counts: Counter[Term] = Counter()
    kept = []
    for one in sorted(found, key=lambda one: str(one.value)):
        counts[one.focus] += 1
        kept += [one] if counts[one.focus] <= limit else []
    return kept


def _finding(check: Check, row: dict[str, Value]) -> Finding:
    cells: dict[str, Term] = {column: term for column, term in row.items() if isinstance(term, Term)}
    answers = {name: cells[column] for name, column in check.answers if column in cells}
    focus = cells.get(check.focus)
    if focus is None:
        raise ServiceError(
            f"the store answers the query of {named(check.shape.node)} without a focus node: do not trust it"
        )
    value = cells.get(check.value) if check.value is not None else None
    query = check.constraint.query
    if query is not None and check.shape.path is None:
        value = answers.get("value", focus)
        answers |= {"this": focus}
    path = cells.get(check.path) if check.path is not None else None
    return Finding(
        focus=focus,
        path=Predicate(path) if isinstance(path, ox.NamedNode) else check.shape.path,
        value=value,
        severity=check.shape.severity,
        component=check.constraint.component,
        shape=check.shape.node,
        constraint=query.node if query is not None and local_name(check.constraint) == "SPARQL" else None,
        messages=messages(check, answers | {"this": focus} | ({"value": value} if value is not None else {})),
        arguments=check.constraint.terms,
        shapes=check.constraint.shapes,
    )


def _refused(check: Check, error: ParseError) -> ParseError:
    """A query that is none: where its author's part is at fault, at the place of that."""
    query = check.constraint.query
    node = named(check.shape.node if query is None else query.node)
    where = (query.place if query is not None else check.shape.place)() or "shapes"
    return ParseError(where, None, None, f"{node}: its query is refused: {error.problem}")
