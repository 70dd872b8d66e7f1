"""A SPARQL endpoint as a data graph: nothing but violations is fetched, page by page."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.rdf.positions import NOWHERE
from foc_graph.shacl.location import Parent
from foc_graph.shacl.path import Inverse, Predicate
from foc_graph.shacl.plan import Nodes, Plan, Step
from foc_graph.shacl.result import Term
from foc_graph.shacl.shapes import Shape, queries
from foc_graph.shacl.shapes_graph import Place, named
from foc_graph.shacl.sparql import Dialect, Subclasses, select
from foc_graph.store.base import Store
from foc_graph.store.results import Row, Rows

PAGE = 10_000
"""Most rows asked for at once: Virtuoso's own limit, unless its owner sets another."""

SMALLEST_CAP = 1000
"""A page with fewer rows is the last one: no server is known that cuts results off below this."""


class EndpointGraph:
    """What an endpoint holds."""

    knows_blank_nodes = False

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chosen: tuple[Term, ...] | None = None

    def choose(self, nodes: Iterable[Term] | None) -> None:
        """Make nodes the only ones that may be focus nodes; None: all may."""
        self._chosen = None if nodes is None else tuple(nodes)

    def focus(self, column: str) -> Plan | None:
        """The chosen nodes, if any were chosen."""
        return None if self._chosen is None else Nodes(column, self._chosen)

    def nameless(self) -> list[ox.BlankNode]:
        """No blank nodes, since a query cannot name them."""
        return []

    def neighbours(self, nodes: Iterable[Term], predicate: ox.NamedNode, inverse: bool) -> set[Term]:
        """The objects of a predicate of some nodes; with `inverse`, the subjects that have one of them as object."""
        known = Nodes("node", tuple(node for node in nodes if not isinstance(node, ox.BlankNode)))
        step = Inverse(Predicate(predicate)) if inverse else Predicate(predicate)
        return {end for _, end in self.rows(Step(known, "node", step, "end"), {}) if isinstance(end, Term)}

    def check(self, shapes: Iterable[Shape]) -> None:
        """Refuse what could only look as if it conformed.

        Raises:
            ServiceError: for an endpoint, or a graph of it, that holds no triples.
            ParameterError: for a query that looks into the shapes graph, which is not there.
        """
        for query in queries(shapes):
            if any(token.variable == "shapesGraph" for token in query.template.body.tokens()):
                name = named(query.node)
                raise ParameterError(f"{name} looks into $shapesGraph, which an endpoint does not have: check a file")
        if self._store.query("ASK { ?subject ?predicate ?object }") is not True:
            raise ServiceError(
                "the default graph holds no triples: name the graph to check by --graph IRI, if it is an endpoint"
            )

    def places(self, nodes: Iterable[Term]) -> tuple[Place, Parent]:
        """No places, and no triples that lead to blank nodes, which cannot be asked for."""
        return NOWHERE.place, lambda node: None

    def mentions(self, node: ox.NamedNode) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return self._store.query(f"ASK {{ {{ {node} ?any ?other }} UNION {{ ?other ?any {node} }} }}") is True

    def rows(self, plan: Plan, subclasses: Subclasses) -> list[Row]:
        """The rows of a plan, page by page where there are many.

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
