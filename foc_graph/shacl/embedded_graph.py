"""Triples to validate, in the embedded engine, with every literal as it is written.

SHACL judges terms, so a triple with a literal that the engine rewrites is kept twice: as the engine has it, for queries
of the shapes' authors, and with a stand-in for the literal, for all else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from foc_graph.rdf.positions import NOWHERE, Places
from foc_graph.shacl.lexical_forms import (
    CHOSEN,
    CHOSEN_AS_REWRITTEN,
    as_written,
    is_rewritten,
    skolemised,
    stand_in,
    stored,
)
from foc_graph.shacl.location import Parent
from foc_graph.shacl.plan import Chosen, Plan, asks
from foc_graph.shacl.result import Term
from foc_graph.shacl.shapes_graph import SHAPES_GRAPH, Place
from foc_graph.shacl.sparql import Dialect, Subclasses, select
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import Row, Rows

_PLAIN = ox.DefaultGraph()
_REWRITTEN, _WRITTEN = (ox.NamedNode(f"urn:foc-graph:{name}") for name in ("rewritten", "as-written"))


class EmbeddedGraph:
    """A graph to validate; the engine's store with two views of it, which differ in literals that it rewrites."""

    knows_blank_nodes = True

    def __init__(self, places: Places = NOWHERE) -> None:
        self._places = places
        self._store = ox.Store()
        named = [SHAPES_GRAPH, CHOSEN]
        self._written = EmbeddedStore(self._store, [_PLAIN, _WRITTEN], named)
        self._rewritten = EmbeddedStore(self._store, [_PLAIN, _REWRITTEN], named)
        self._chosen = False

    def load(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Add triples, in whatever graph they are."""
        self._store.bulk_extend(_written_twice(triples))

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
            if isinstance(value, ox.Literal) and is_rewritten(value):
                self._store.remove(ox.Quad(subject, predicate, stand_in(value), _WRITTEN))
                self._store.remove(ox.Quad(subject, predicate, value, _REWRITTEN))
                # What others are rewritten to may have been the same.
                self._store.extend(
                    ox.Quad(subject, predicate, other, _REWRITTEN)
                    for other in self.neighbours([subject], predicate, inverse=False)
                    if isinstance(other, ox.Literal) and is_rewritten(other)
                )
            else:
                self._store.remove(ox.Quad(subject, predicate, value, _PLAIN))
        self._store.extend(_written_twice(added))

    def choose(self, nodes: Iterable[Term] | None) -> None:
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

    def neighbours(self, nodes: Iterable[Term], predicate: ox.NamedNode, inverse: bool) -> set[Term]:
        """The objects of a predicate of some nodes; with `inverse`, the subjects that have one of them as object."""
        found: set[Any]
        if inverse:
            found = {quad.subject for node in nodes for quad in self._quads(None, predicate, stored(node))}
        else:
            subjects = [node for node in nodes if not isinstance(node, ox.Literal)]
            quads = (quad for node in subjects for quad in self._quads(node, predicate, None))
            found = {as_written(quad.object) for quad in quads}  # type: ignore[arg-type]
        return found

    def rows(self, plan: Plan, subclasses: Subclasses) -> list[Row]:
        """The rows of a plan; with SPARQL of the shapes' author, literals are as the engine rewrites them."""
        authored = asks(plan)
        query = select(plan, Dialect(subclasses, stand_ins=not authored))
        found = (self._rewritten if authored else self._written).query(query)
        assert isinstance(found, Rows)
        return [tuple(as_written(cell) if isinstance(cell, Term) else cell for cell in row) for row in found.terms]

    def mentions(self, node: ox.NamedNode) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return any(True for ends in ((node, None), (None, node)) for _ in self._quads(ends[0], None, ends[1]))

    def focus(self, column: str) -> Plan | None:
        """The chosen nodes, if any were chosen."""
        return Chosen(column) if self._chosen else None

    def triples(self) -> Iterator[ox.Triple]:
        """The triples as they were written."""
        for quad in self._quads(None, None, None):
            yield ox.Triple(quad.subject, quad.predicate, as_written(quad.object))  # type: ignore[arg-type]

    def nameless(self) -> list[ox.BlankNode]:
        """The blank nodes that something is said of."""
        found = {quad.subject for quad in self._quads(None, None, None) if isinstance(quad.subject, ox.BlankNode)}
        return sorted(found, key=str)

    def places(self, nodes: Iterable[Term]) -> tuple[Place, Parent]:
        """Where triples stand, whatever nodes they are about, and which triple leads to a blank node."""
        return self._places.place, self._parent

    def _parent(self, node: ox.BlankNode) -> tuple[Term, ox.NamedNode] | None:
        quad = next(self._quads(None, None, node), None)
        return None if quad is None else (quad.subject, quad.predicate)  # type: ignore[return-value]

    def _quads(
        self, subject: ox.NamedNode | ox.BlankNode | None, predicate: ox.NamedNode | None, value: Term | None
    ) -> Iterator[ox.Quad]:
        for graph in (_PLAIN, _WRITTEN):
            yield from self._store.quads_for_pattern(subject, predicate, value, graph)


def _written_twice(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[ox.Quad]:
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.Literal) and is_rewritten(value):
            yield ox.Quad(triple.subject, triple.predicate, value, _REWRITTEN)
            yield ox.Quad(triple.subject, triple.predicate, stand_in(value), _WRITTEN)
        else:
            yield ox.Quad(triple.subject, triple.predicate, value, _PLAIN)
