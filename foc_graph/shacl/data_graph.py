"""Graphs to validate: triples in the embedded engine, or what a SPARQL endpoint holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.rdf.positions import NOWHERE, Positions
from foc_graph.rdf.terms import XSD, Names, Node
from foc_graph.shacl.lexical_forms import (
    CHOSEN,
    CHOSEN_AS_REWRITTEN,
    LANG_STRING,
    as_written,
    is_rewritten,
    skolemised,
    stored,
)
from foc_graph.shacl.path import Inverse, Predicate
from foc_graph.shacl.plan import Answers, Chosen, Nodes, Plan, Step, asks
from foc_graph.shacl.shapes import REIFIES, SHAPES_GRAPH, Locate, Shape, queries
from foc_graph.shacl.sparql import Dialect, Subclasses, possible, select
from foc_graph.store import Store
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import Row, Rows

Parent = Callable[[ox.BlankNode | ox.Triple], tuple[Node, ox.NamedNode] | None]
"""From a blank node or triple term to the subject and predicate of a triple that leads to it.

To a reifier leads the triple that it reifies.
"""


class DataGraph(Protocol):
    """Triples that plans are asked of, and the only nodes among them that may be focus nodes, if some were chosen.

    Blank nodes can be chosen, and asked for, where the graph `knows_blank_nodes` by their labels.
    """

    knows_blank_nodes: bool

    def rows(self, plan: Plan, subclasses: Subclasses) -> Sequence[Row]:
        """Return the distinct rows of a plan, in its columns; of some classes, those below them are known."""

    def count(self, plan: Plan, subclasses: Subclasses) -> int:
        """Count the distinct rows of a plan without SPARQL of the shapes' author."""

    def mentions(self, node: ox.NamedNode) -> bool:
        """Whether a node is the subject or the object of a triple."""

    def neighbours(self, nodes: Iterable[Node], predicate: ox.NamedNode, inverse: bool) -> set[Node]:
        """Return the objects of a predicate of some nodes, or with `inverse` the subjects of which they are objects."""

    def nameless(self) -> Iterable[ox.BlankNode]:
        """Give the blank nodes that something is said of."""

    def choose(self, nodes: Iterable[Node] | None) -> None:
        """Make nodes the only ones that may be focus nodes; None: all may."""

    def focus(self, column: str) -> Plan | None:
        """Return the chosen nodes, in a column; None if none were chosen."""

    def locators(self, nodes: Iterable[Node]) -> tuple[Locate, Parent]:
        """Find where triples about some nodes stand, and which triple leads to a blank node."""


_PLAIN = ox.DefaultGraph()
_REWRITTEN, _WRITTEN, _DERIVED = (
    ox.NamedNode(f"urn:foc-graph:{name}") for name in ("rewritten", "as-written", "derived")
)


class EmbeddedGraph:
    """Triples in the embedded engine, with every literal as it is written.

    SHACL judges terms, so a triple with a literal that the engine rewrites is kept twice: as the engine has it, for
    queries of the shapes' authors, and with a stand-in for the literal, for all else.
    """

    knows_blank_nodes = True

    def __init__(self, positions: Positions = NOWHERE) -> None:
        self._positions = positions
        self._store = ox.Store()
        named = [SHAPES_GRAPH, CHOSEN]
        self._written = EmbeddedStore(self._store, [_PLAIN, _WRITTEN], named)
        self._rewritten = EmbeddedStore(self._store, [_PLAIN, _REWRITTEN], named)
        self._chosen = False

    def load(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Add triples, in whatever graph they are."""
        self._store.bulk_extend(_written_twice(triples))

    def derive(
        self,
        prefixes: Mapping[str, str],
        apply: Callable[[EmbeddedStore, ox.NamedNode], None],
        is_left_out: Callable[[ox.Literal], bool],
    ) -> None:
        """Add the triples that rules derive into a named graph of a store, which has literals as the engine has them.

        Those whose literal `is_left_out` are not added.
        """
        apply(EmbeddedStore(self._store, [_PLAIN, _REWRITTEN, _DERIVED], prefixes=prefixes), _DERIVED)
        typed = self._store.query(
            f"SELECT ?subject ?predicate ?value {{ GRAPH {_DERIVED} {{ ?subject ?predicate ?value }}"
            f" FILTER(isLITERAL(?value) && DATATYPE(?value) NOT IN (<{XSD}string>, {LANG_STRING})) }}"
        )
        assert isinstance(typed, ox.QuerySolutions)
        for subject, predicate, value in list(typed):
            if (is_out := is_left_out(value)) or is_rewritten(value):
                self._store.remove(ox.Quad(subject, predicate, value, _DERIVED))
                self.load([] if is_out else [ox.Triple(subject, predicate, value)])
        self._store.update(f"ADD {_DERIVED} TO DEFAULT; DROP SILENT GRAPH {_DERIVED}")

    def load_as_rewritten(self, lines: str) -> None:
        """Add triples, as N-Triples, of which only queries with SPARQL of the shapes' author will be asked."""
        self._store.bulk_extend(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))  # keeps the labels of blank nodes

    def load_shapes(self, triples: Iterable[ox.Triple]) -> None:
        """Make a shapes graph known to queries that ask for it."""
        for triple in triples:
            subject, value = skolemised(triple.subject), skolemised(triple.object)
            self._store.add(ox.Quad(subject, triple.predicate, value, SHAPES_GRAPH))

    def apply(self, added: Iterable[ox.Triple], deleted: Iterable[ox.Triple]) -> None:
        """Take triples out, and add others."""
        for subject, predicate, value in deleted:
            if is_rewritten(value):
                self._store.remove(ox.Quad(subject, predicate, stored(value), _WRITTEN))
                self._store.remove(ox.Quad(subject, predicate, value, _REWRITTEN))
                # What others are rewritten to may have been the same.
                self._store.extend(
                    ox.Quad(subject, predicate, other, _REWRITTEN)
                    for other in self.neighbours([subject], predicate, inverse=False)
                    if is_rewritten(other)
                )
            else:
                self._store.remove(ox.Quad(subject, predicate, value, _PLAIN))
        self._store.extend(_written_twice(added))

    def choose(self, nodes: Iterable[Node] | None) -> None:
        """Mark nodes as the only ones that may be focus nodes; None: all may."""
        self._chosen = nodes is not None
        self._store.remove_graph(CHOSEN)
        self._store.bulk_extend(
            quad
            for node in nodes or ()
            for quad in (
                ox.Quad(CHOSEN, CHOSEN, stored(node), CHOSEN),
                ox.Quad(CHOSEN, CHOSEN_AS_REWRITTEN, node, CHOSEN),
            )
        )

    def neighbours(self, nodes: Iterable[Node], predicate: ox.NamedNode, inverse: bool) -> set[Node]:
        """Return the objects of a predicate of some nodes, or with `inverse` the subjects of which they are objects."""
        found: set[Any]
        if inverse:
            found = {quad.subject for node in nodes for quad in self._quads(None, predicate, stored(node))}
        else:
            subjects = [node for node in nodes if isinstance(node, ox.NamedNode | ox.BlankNode)]
            quads = (quad for node in subjects for quad in self._quads(node, predicate, None))
            found = {as_written(quad.object) for quad in quads}
        return found

    def rows(self, plan: Plan, subclasses: Subclasses) -> list[Row]:
        """Return the rows of a plan; with SPARQL of the shapes' author, literals are as the engine rewrites them.

        Such a query is first asked without the focus nodes, which is quicker where they are many and nothing is wrong.
        """
        authored = asks(plan)
        question = possible(plan, Dialect(subclasses)) if isinstance(plan, Answers) else None
        if question is not None and not self._rewritten.query(question):
            return []
        query = select(plan, Dialect(subclasses, stand_ins=not authored))
        found = (self._rewritten if authored else self._written).query(query)
        assert isinstance(found, Rows)
        return [tuple(map(as_written, row)) for row in found.terms]

    def count(self, plan: Plan, subclasses: Subclasses) -> int:
        """Count the rows of a plan."""
        return _count(self._written, select(plan, Dialect(subclasses, stand_ins=True)))

    def mentions(self, node: ox.NamedNode) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return any(True for ends in ((node, None), (None, node)) for _ in self._quads(ends[0], None, ends[1]))

    def focus(self, column: str) -> Plan | None:
        """Return the chosen nodes, if any were chosen."""
        return Chosen(column) if self._chosen else None

    def triples(self) -> Iterator[ox.Triple]:
        """Give the triples as they were written."""
        for quad in self._quads(None, None, None):
            yield ox.Triple(quad.subject, quad.predicate, as_written(quad.object))

    def nameless(self) -> list[ox.BlankNode]:
        """Return the blank nodes that something is said of."""
        found = self._written.query("SELECT DISTINCT ?node WHERE { ?node ?property ?value FILTER(isBLANK(?node)) }")
        assert isinstance(found, Rows)
        return sorted((node for (node,) in found.terms if isinstance(node, ox.BlankNode)), key=str)

    def locators(self, nodes: Iterable[Node]) -> tuple[Locate, Parent]:
        """Find where triples stand, whatever nodes they are about, and which triple leads to a blank node."""
        return self._positions.position, self._parent

    def _parent(self, node: ox.BlankNode | ox.Triple) -> tuple[Node, ox.NamedNode] | None:
        if (quad := next(self._quads(None, None, stored(node)), None)) is not None:
            return quad.subject, quad.predicate
        reified = () if isinstance(node, ox.Triple) else self._quads(node, REIFIES, None)
        return next(
            ((one.object.subject, one.object.predicate) for one in reified if isinstance(one.object, ox.Triple)), None
        )

    def _quads(
        self, subject: ox.NamedNode | ox.BlankNode | None, predicate: ox.NamedNode | None, value: Node | None
    ) -> Iterator[ox.Quad]:
        for graph in (_PLAIN, _WRITTEN):
            yield from self._store.quads_for_pattern(subject, predicate, value, graph)


def _written_twice(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[ox.Quad]:
    for triple in triples:
        value = triple.object
        if not isinstance(value, ox.NamedNode) and is_rewritten(value):
            yield ox.Quad(triple.subject, triple.predicate, value, _REWRITTEN)
            yield ox.Quad(triple.subject, triple.predicate, stored(value), _WRITTEN)
        elif isinstance(triple, ox.Quad) and triple.graph_name == _PLAIN:
            yield triple
        else:
            yield ox.Quad(triple.subject, triple.predicate, value, _PLAIN)


def _count(store: Store, query: str) -> int:
    found = store.query(f"SELECT (COUNT(*) AS ?number) WHERE {{ {{ {query} }} }}")
    assert isinstance(found, Rows)
    ((number,),) = found.terms
    assert isinstance(number, ox.Literal)
    return int(number.value)


PAGE = 10_000
"""Most rows asked for at once: Virtuoso's own limit, unless its owner sets another."""

SMALLEST_CAP = 1000
"""A page with fewer rows is the last one: no server is known that cuts results off below this."""


class EndpointGraph:
    """The default graph of a SPARQL endpoint; nothing but violations is fetched, page by page."""

    knows_blank_nodes = False

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chosen: tuple[Node, ...] | None = None

    def choose(self, nodes: Iterable[Node] | None) -> None:
        """Make nodes the only ones that may be focus nodes; None: all may."""
        self._chosen = None if nodes is None else tuple(nodes)

    def focus(self, column: str) -> Plan | None:
        """Return the chosen nodes, if any were chosen."""
        return None if self._chosen is None else Nodes(column, self._chosen)

    def nameless(self) -> list[ox.BlankNode]:
        """Return no blank nodes, since a query cannot name them."""
        return []

    def neighbours(self, nodes: Iterable[Node], predicate: ox.NamedNode, inverse: bool) -> set[Node]:
        """Return the objects of a predicate of some nodes, or with `inverse` the subjects of which they are objects."""
        known = Nodes("node", tuple(node for node in nodes if not isinstance(node, ox.BlankNode)))
        step = Inverse(Predicate(predicate)) if inverse else Predicate(predicate)
        return {end for _, end in self.rows(Step(known, "node", step, "end"), {}) if isinstance(end, Node)}

    def check(self, shapes: Iterable[Shape], names: Names) -> None:
        """Refuse what could only look as if it conformed.

        Raises:
            ServiceError: for an endpoint, or a graph of it, that holds no triples.
            ParameterError: for a query that looks into the shapes graph, which is not there.
        """
        for query in queries(shapes):
            if any(token.variable == "shapesGraph" for token in query.template.query.where.tokens()):
                name = names.term(query.node)
                raise ParameterError(f"{name} uses $shapesGraph, which an endpoint does not have: check a file instead")
        if self._store.query("ASK { ?subject ?predicate ?object }") is not True:
            raise ServiceError(
                "the default graph holds no triples: name the graph to check by --graph IRI, if it is an endpoint"
            )

    def locators(self, nodes: Iterable[Node]) -> tuple[Locate, Parent]:
        """Return no positions, and no triples that lead to blank nodes, which cannot be asked for."""
        return NOWHERE.position, lambda node: None

    def count(self, plan: Plan, subclasses: Subclasses) -> int:
        """Count the rows of a plan, there."""
        return _count(self._store, select(plan, Dialect(subclasses, portable=True)))

    def mentions(self, node: ox.NamedNode) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return self._store.query(f"ASK {{ {{ {node} ?any ?other }} UNION {{ ?other ?any {node} }} }}") is True

    def rows(self, plan: Plan, subclasses: Subclasses) -> list[Row]:
        """Return the rows of a plan, page by page where there are many.

        The query as it stands comes first: inside another one, Virtuoso 7 loses literals of a column that has IRIs too.

        Raises:
            ServiceError: if the endpoint does not give all of them.
        """
        query = select(plan, Dialect(subclasses, portable=True))
        few = self._store.query(f"{query} LIMIT {PAGE}")
        assert isinstance(few, Rows)
        if len(few) < SMALLEST_CAP:
            return list(few.terms)
        order = " ".join(f"?{column} STR(?{column})" for column in plan.columns)
        names = " ".join(f"?{column}" for column in plan.columns)
        found: list[Row] = []
        while True:
            page = self._store.query(
                f"SELECT {names} WHERE {{ {{ {query} ORDER BY {order} }} }} LIMIT {PAGE} OFFSET {len(found)}"
            )
            assert isinstance(page, Rows)
            found += page.terms
            if len(page) < SMALLEST_CAP:
                return found
