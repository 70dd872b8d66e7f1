"""Files to validate as columns, in DuckDB, for data that are read once and are large.

Plans are asked in SQL. Those with SPARQL of the shapes' author are asked of an embedded store that gets the triples
which they can look at.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import pyoxigraph as ox

from foc_graph.rdf.positions import NOWHERE, Positions
from foc_graph.rdf.terms import Node, Term
from foc_graph.shacl import plan as p
from foc_graph.shacl.data_graph import EmbeddedGraph, Parent
from foc_graph.shacl.dependencies import query_predicates
from foc_graph.shacl.path import Predicate
from foc_graph.shacl.plan import Plan
from foc_graph.shacl.shapes import SUBCLASS, TYPE, Locate, Query
from foc_graph.shacl.sparql import Subclasses
from foc_graph.shacl.sql import Unsupported, select
from foc_graph.shacl.triples_table import Lines, add_functions, connect, read, read_term
from foc_graph.store.results import Row

_WITH_PREDICATES = "triples JOIN predicates ON number = p"


class ColumnarGraph:
    """A graph to validate: the triples of some files, and others, whose positions `positions` gives.

    To be closed after use, as a context.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
        BeyondColumns: for what RDF 1.1 does not have.
    """

    knows_blank_nodes = True

    def __init__(
        self,
        files: Sequence[Path],
        triples: Iterable[ox.Triple | ox.Quad] = (),
        shapes: Iterable[ox.Triple] = (),
        positions: Positions = NOWHERE,
    ) -> None:
        self._shapes = list(shapes)
        self._folder = tempfile.TemporaryDirectory()
        self._connection = connect(self._folder.name)
        with ThreadPoolExecutor(1) as aside:
            added = aside.submit(add_functions, self._connection.cursor())
            self._lines = read(self._connection, files, triples)
        added.result()
        self._positions = positions.without({one.name for one in self._lines})
        self._predicates = dict(self._all("SELECT iri, number FROM predicates"))
        self._chosen = False
        self._filling = Lock()
        self._filled: EmbeddedGraph | None = None

    def __enter__(self) -> ColumnarGraph:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()

    def rows(self, plan: Plan, subclasses: Subclasses) -> list[Row]:
        """Return the rows of a plan; for SPARQL of the shapes' author, literals are as the engine rewrites them."""
        try:
            query = select(plan, self._predicates, subclasses)
        except Unsupported:
            return self._embedded(plan, subclasses)
        return [tuple(map(read_term, row)) for row in self._all(query)]

    def count(self, plan: Plan, subclasses: Subclasses) -> int:
        """Count the rows of a plan."""
        return int(self._all(f"SELECT count(*) FROM ({select(plan, self._predicates, subclasses)})")[0][0])

    def mentions(self, node: ox.NamedNode) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return bool(self._all("SELECT 1 FROM triples WHERE s = $node OR o = $node LIMIT 1", {"node": str(node)}))

    def choose(self, nodes: Iterable[Node] | None) -> None:
        """Mark nodes as the only ones that may be focus nodes; None: all may."""
        self._chosen = nodes is not None
        self._filled = None
        chosen = "CREATE OR REPLACE TABLE chosen AS SELECT unnest($nodes::VARCHAR[]) AS node"
        self._all(chosen, {"nodes": list(map(str, nodes or ()))})

    def focus(self, column: str) -> Plan | None:
        """Return the chosen nodes, if any were chosen."""
        return p.Chosen(column) if self._chosen else None

    def nameless(self) -> list[ox.BlankNode]:
        """Return the blank nodes that something is said of."""
        found = self._all("SELECT DISTINCT s FROM triples WHERE starts_with(s, '_') ORDER BY s")
        return [ox.BlankNode(label[2:]) for (label,) in found]

    def neighbours(self, nodes: Iterable[Node], predicate: ox.NamedNode, inverse: bool) -> set[Node]:
        """Return the objects of a predicate of some nodes, or with `inverse` the subjects of which they are objects."""
        here, there = ("o", "s") if inverse else ("s", "o")
        query = f"SELECT DISTINCT {there} FROM triples WHERE p = $predicate AND {here} IN (SELECT unnest($nodes))"
        number = self._predicates.get(str(predicate), 0)
        return {read_term(end) for (end,) in self._all(query, {"predicate": number, "nodes": list(map(str, nodes))})}

    def locators(self, nodes: Iterable[Node]) -> tuple[Locate, Parent]:
        """Find where triples about some nodes stand, and which triple leads to a blank node, all at once."""
        level = {str(node) for node in nodes if not isinstance(node, ox.Literal)}
        named = {node for node in level if node.startswith("<")}
        parents: dict[str, tuple[Node, ox.NamedNode]] = {}
        while level := {node for node in level if node.startswith("_") and node not in parents}:
            query = f"SELECT o, s, iri FROM {_WITH_PREDICATES} WHERE o IN (SELECT unnest($nodes)) ORDER BY line"
            for node, subject, predicate in self._all(query, {"nodes": sorted(level)}):
                parents.setdefault(node, (read_term(subject), ox.NamedNode(predicate[1:-1])))
            level = {str(parents[node][0]) for node in level if node in parents}
            named |= {node for node in level if node.startswith("<")}
        query = f"SELECT s, line, iri, o FROM {_WITH_PREDICATES} WHERE s IN (SELECT unnest($nodes)) ORDER BY line"
        rows: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for subject, *row in self._all(query, {"nodes": sorted(named)}):
            rows[subject].append(tuple(row))
        return partial(self._locate, rows), lambda node: parents.get(str(node))

    def _locate(
        self,
        rows: Mapping[str, list[tuple[int, str, str]]],
        subject: str,
        predicate: str | None = None,
        value: Node | None = None,
    ) -> str:
        """Return the position of a triple, as `Positions.position` does, for the files that were read line by line."""
        node = f"<{subject}>"
        found = [(file, row) for row in rows.get(node, ()) for file in self._lines if row[0] in file.rows]
        if not found:
            return self._positions.position(subject, predicate, value)
        wanted = f"<{predicate}>", str(value) if isinstance(value, ox.NamedNode | ox.Literal) else None

        def exactness(one: tuple[Lines, tuple[int, str, str]]) -> int:
            _, verb, end = one[1]
            return 0 if verb != wanted[0] else 2 if end == wanted[1] else 1

        best = max(found, key=exactness)
        elsewhere = self._positions.position(subject, predicate, value)
        if exactness(best) < 2 and elsewhere not in ("", self._positions.position(subject, predicate)):
            return elsewhere
        file, (line, verb, _) = best
        column = (1, len(node) + 2, len(node) + len(verb) + 3)[exactness(best)]
        return f"{file.name}:{line - file.rows.start + 1}:{column}"

    def _all(self, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.cursor().execute(query, parameters).fetchall()

    def _embedded(self, plan: Plan, subclasses: Subclasses) -> list[Row]:
        """Return the rows of a plan that is not written in SQL, from a store with the triples that it may look at."""
        predicates = set(_looked_at(plan))
        if None in predicates:
            return self._whole.rows(plan, subclasses)
        graph = EmbeddedGraph()
        targets = set(_targets(plan))
        if len(targets) == 1:
            (nodes,) = targets
            graph.choose(node for (node,) in self.rows(nodes, subclasses) if isinstance(node, Term))
            plan = _replaced(plan, nodes, p.Chosen(*nodes.columns))
            predicates = set(_looked_at(plan))
        numbers = [self._predicates.get(str(one), 0) for one in predicates]
        lines = self._text("WHERE p IN (SELECT unnest($numbers))", {"numbers": numbers})
        if p.asks(plan):
            graph.load_as_rewritten(lines)
            graph.load_shapes(self._shapes)
        else:
            graph.load(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
        return graph.rows(plan, subclasses)

    @property
    def _whole(self) -> EmbeddedGraph:
        """A store with all triples and the chosen nodes, for what may look anywhere; filled when first asked for."""
        with self._filling:
            if self._filled is None:
                self._filled = EmbeddedGraph()
                self._filled.load(ox.parse(self._text(), format=ox.RdfFormat.N_TRIPLES))
                self._filled.load_shapes(self._shapes)
                if self._chosen:
                    self._filled.choose(read_term(node) for (node,) in self._all("SELECT node FROM chosen"))
            return self._filled

    def _text(self, condition: str = "", parameters: dict[str, Any] | None = None) -> str:
        """Return triples as N-Triples."""
        query = f"SELECT s || ' ' || iri || ' ' || o || ' .' FROM {_WITH_PREDICATES} {condition}"
        return "\n".join(line for (line,) in self._all(query, parameters))


def _targets(plan: Plan) -> Iterator[Plan]:
    """Give the largest parts of a plan that only find focus nodes."""
    if len(plan.columns) == 1 and _finds_targets(plan):
        yield plan
    else:
        for part in p.inputs(plan):
            yield from _targets(part)


def _finds_targets(plan: Plan) -> bool:
    kinds = (p.Instances, p.Nodes, p.Chosen, p.Ends, p.Union, p.Within, p.Select)
    return isinstance(plan, kinds) and all(map(_finds_targets, p.inputs(plan)))


def _replaced(part: Any, old: Plan, new: Plan) -> Any:
    """Replace a part of a plan by another, wherever it stands."""
    if part == old:
        return new
    if isinstance(part, tuple):
        return tuple(_replaced(one, old, new) for one in part)
    if isinstance(part, p.OPERATIONS):
        return replace(part, **{field.name: _replaced(getattr(part, field.name), old, new) for field in fields(part)})
    return part


def _looked_at(part: Any) -> Iterator[ox.NamedNode | None]:
    """Give the predicates of the triples that a plan may look at; None for all."""
    match part:
        case p.Properties() | p.HasOnly():
            yield None
        case p.Instances() | p.InstanceOf():
            yield from (TYPE, SUBCLASS)
        case p.Ends() | p.Linked():
            yield part.predicate
        case Predicate(predicate):
            yield predicate
        case Query():
            found = query_predicates(part)
            yield from (None,) if found is None else found
    if isinstance(part, tuple):
        for one in part:
            yield from _looked_at(one)
    elif is_dataclass(part) and not isinstance(part, Query):
        for field in fields(part):
            yield from _looked_at(getattr(part, field.name))
