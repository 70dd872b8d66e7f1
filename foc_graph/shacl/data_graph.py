"""What is validated, whatever holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import pyoxigraph as ox

from foc_graph.shacl.location import Parent
from foc_graph.shacl.plan import Plan
from foc_graph.shacl.result import Term
from foc_graph.shacl.shapes_graph import Place
from foc_graph.shacl.sparql import Subclasses
from foc_graph.store.results import Row


class DataGraph(Protocol):
    """Triples that plans are asked of, and the only nodes among them that may be focus nodes, if some were chosen.

    Blank nodes can be chosen, and asked for, where the graph `knows_blank_nodes` by their labels.
    """

    knows_blank_nodes: bool

    def rows(self, plan: Plan, subclasses: Subclasses) -> Sequence[Row]:
        """The distinct rows of a plan, in its columns; of some classes, those below them are known."""

    def mentions(self, node: ox.NamedNode) -> bool:
        """Whether a node is the subject or the object of a triple."""

    def neighbours(self, nodes: Iterable[Term], predicate: ox.NamedNode, inverse: bool) -> set[Term]:
        """The objects of a predicate of some nodes; with `inverse`, the subjects that have one of them as object."""

    def nameless(self) -> Iterable[ox.BlankNode]:
        """The blank nodes that something is said of."""

    def choose(self, nodes: Iterable[Term] | None) -> None:
        """Make nodes the only ones that may be focus nodes; None: all may."""

    def focus(self, column: str) -> Plan | None:
        """The chosen nodes, in a column; None if none were chosen."""

    def places(self, nodes: Iterable[Term]) -> tuple[Place, Parent]:
        """Where triples about some nodes stand, and which triple leads to a blank node."""
