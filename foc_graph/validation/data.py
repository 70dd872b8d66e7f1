"""Triples to validate, in the embedded engine, with every literal as it is written.

pyoxigraph keeps numbers, dates and the like by value: `"01"^^xsd:integer` comes back as `1`, and `"300"^^xsd:byte` as
an `xsd:integer`. SHACL judges terms, so a triple with such a literal is kept twice: as the engine rewrites it, for
queries of the shapes' authors, and with a stand-in that the engine leaves alone, for all else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.result import Row, Rows
from foc_graph.terms import XSD
from foc_graph.validation.finding import Term
from foc_graph.validation.plan import Chosen, Columns, Plan

STAND_IN = "urn:foc-graph:written:"
"""What the datatype of a stand-in begins with; the literal's own datatype follows."""

SHAPES_GRAPH = ox.NamedNode("urn:foc-graph:shapes")
"""The named graph with the shapes, which `$shapesGraph` stands for."""

CHOSEN = ox.NamedNode("urn:foc-graph:chosen")
"""The named graph, and the predicate in it, that marks the chosen focus nodes."""

_PLAIN = ox.DefaultGraph()
_REWRITTEN, _WRITTEN = (ox.NamedNode(f"urn:foc-graph:{name}") for name in ("rewritten", "as-written"))
_TRUE = ox.Literal(True)

_NEVER = re.compile(r"(?!)")
_ZONE = r"(?:Z|[+-](?!00:00)[0-9:]{5})?"
_KEPT = {
    ox.NamedNode(XSD + name): re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false",
        "integer": "0|-?[1-9][0-9]{0,17}",
        "decimal": r"0|-?(?:[1-9][0-9]{0,15}|0(?=\.))(?:\.[0-9]{0,15}[1-9])?",
        "date": f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_ZONE}",
        "dateTime": f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T(?!24)[0-9:]{{8}}(?:\\.[0-9]{{0,8}}[1-9])?{_ZONE}",
        "time": f"(?!24)[0-9:]{{8}}(?:\\.[0-9]{{0,8}}[1-9])?{_ZONE}",
        "gYear": "[0-9]{4}",
        "gYearMonth": "[0-9]{4}-[0-9]{2}",
        **dict.fromkeys(
            (
                *("double", "float", "dateTimeStamp", "gMonth", "gMonthDay", "gDay"),
                *("duration", "dayTimeDuration", "yearMonthDuration"),
                *("long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
                *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
            ),
            _NEVER.pattern,
        ),
    }.items()
}
"""By datatype, texts that the engine surely gives back as they are; of other datatypes it does so with all."""


class Data:
    """A graph to validate; the engine's store with two views of it, which differ in literals that it rewrites."""

    stand_ins = True
    portable = False

    def __init__(self) -> None:
        self._store = ox.Store()
        named = [SHAPES_GRAPH, CHOSEN]
        self._written = EmbeddedStore(self._store, [_PLAIN, _WRITTEN], named)
        self._rewritten = EmbeddedStore(self._store, [_PLAIN, _REWRITTEN], named)
        self._chosen = False

    def load(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Add triples, in whatever graph they are."""
        self._store.bulk_extend(_written_twice(triples))

    def load_shapes(self, triples: Iterable[ox.Triple]) -> None:
        """Make a shapes graph known to queries that ask for it."""
        for triple in triples:
            subject, value = skolemised(triple.subject), skolemised(triple.object)
            self._store.add(ox.Quad(subject, triple.predicate, value, SHAPES_GRAPH))

    def choose(self, nodes: Iterable[Term]) -> None:
        """Mark nodes as the only ones that may be focus nodes."""
        self._chosen = True
        self._store.remove_graph(CHOSEN)
        self._store.bulk_extend(ox.Quad(CHOSEN, CHOSEN, stored(node), CHOSEN) for node in nodes)

    def neighbours(self, node: Term, predicate: ox.NamedNode, inverse: bool) -> Iterator[Term]:
        """The objects of a node's predicate; with `inverse`, the subjects that have the node as its object."""
        if not (inverse or isinstance(node, ox.Literal)):
            for quad in self._quads(node, predicate, None):
                yield as_written(quad.object)  # type: ignore[arg-type]
        elif inverse:
            for quad in self._quads(None, predicate, stored(node)):
                yield quad.subject  # type: ignore[misc]

    def rows(self, query: str, columns: Columns, authored: bool = False) -> Sequence[Row]:
        """The rows of a query; one with SPARQL of the shapes' author sees literals as the engine rewrites them."""
        found = (self._rewritten if authored else self._written).query(query)
        assert isinstance(found, Rows)
        return found.terms

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

    def parent(self, node: ox.BlankNode) -> tuple[Term, ox.NamedNode] | None:
        """A triple that leads to a blank node, as subject and predicate."""
        quad = next(self._quads(None, None, node), None)
        return None if quad is None else (quad.subject, quad.predicate)  # type: ignore[return-value]

    def _quads(
        self, subject: ox.NamedNode | ox.BlankNode | None, predicate: ox.NamedNode | None, value: Term | None
    ) -> Iterator[ox.Quad]:
        for graph in (_PLAIN, _WRITTEN):
            yield from self._store.quads_for_pattern(subject, predicate, value, graph)


def stored(term: Term) -> Term:
    """A term as `Data` stores it: a stand-in for a literal that the engine would rewrite."""
    return stand_in(term) if isinstance(term, ox.Literal) and is_rewritten(term) else term


def _written_twice(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[ox.Quad]:
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.Literal) and is_rewritten(value):
            yield ox.Quad(triple.subject, triple.predicate, value, _REWRITTEN)
            yield ox.Quad(triple.subject, triple.predicate, stand_in(value), _WRITTEN)
        else:
            yield ox.Quad(triple.subject, triple.predicate, value, _PLAIN)


def is_rewritten(literal: ox.Literal) -> bool:
    """Whether the engine may give a literal back in another form."""
    kept = _KEPT.get(literal.datatype)
    return kept is not None and not kept.fullmatch(literal.value)


def may_be_rewritten(datatype: ox.NamedNode) -> bool:
    """Whether the engine gives some literals of a datatype back in another form."""
    return datatype in _KEPT


def stand_in(literal: ox.Literal) -> ox.Literal:
    """The literal that stands for one that the engine would rewrite."""
    return ox.Literal(literal.value, datatype=ox.NamedNode(STAND_IN + literal.datatype.value))


def skolemised(term: Any) -> Any:
    """A blank node of the shapes as an IRI, since a query cannot name it and no data has it; any other term itself."""
    return ox.NamedNode(f"urn:foc-graph:blank:{term.value}") if isinstance(term, ox.BlankNode) else term


def as_written(term: Term) -> Term:
    """The term that a stand-in stands for; any other term itself."""
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(STAND_IN):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value.removeprefix(STAND_IN)))
    return term
