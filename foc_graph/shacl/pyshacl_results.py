"""What pySHACL reports, as findings."""

from __future__ import annotations

from typing import Literal

import pyoxigraph as ox
import rdflib
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence
from foc_graph.shacl.result import Finding, Term

_REPEATS: tuple[tuple[URIRef, Literal["*", "+", "?"]], ...] = (
    (SH.zeroOrMorePath, "*"),
    (SH.oneOrMorePath, "+"),
    (SH.zeroOrOnePath, "?"),
)


def read_findings(graph: Graph) -> list[Finding]:
    """The results of a SHACL results graph, without the parameters of their constraints, which it does not hold."""
    return [_finding(graph, node) for node in graph.objects(None, SH.result)]


def _finding(graph: Graph, result: Node) -> Finding:
    def term(predicate: URIRef) -> Term | None:
        value = graph.value(result, predicate)
        return None if value is None else _to_oxigraph(value)

    def named(predicate: URIRef) -> ox.NamedNode:
        value = term(predicate)
        assert isinstance(value, ox.NamedNode)
        return value

    focus, shape = term(SH.focusNode), term(SH.sourceShape)
    assert focus is not None and isinstance(shape, (ox.NamedNode, ox.BlankNode))
    path = graph.value(result, SH.resultPath)
    messages = sorted(map(_to_oxigraph, graph.objects(result, SH.resultMessage)), key=str)
    return Finding(
        focus=focus,
        path=None if path is None else _path(graph, path),
        value=term(SH.value),
        severity=named(SH.resultSeverity),
        component=named(SH.sourceConstraintComponent),
        shape=shape,
        constraint=term(SH.sourceConstraint),
        messages=tuple(message for message in messages if isinstance(message, ox.Literal)),
    )


def _path(graph: Graph, node: Node) -> Path:
    """The path that a node of the graph stands for (SHACL section 2.3.1)."""
    if isinstance(node, URIRef):
        return Predicate(ox.NamedNode(node))
    if (node, RDF.first, None) in graph:
        return Sequence(tuple(_path(graph, part) for part in Collection(graph, node)))
    if (parts := graph.value(node, SH.alternativePath)) is not None:
        return Alternative(tuple(_path(graph, part) for part in Collection(graph, parts)))
    if (inner := graph.value(node, SH.inversePath)) is not None:
        return Inverse(_path(graph, inner))
    for predicate, times in _REPEATS:
        if (inner := graph.value(node, predicate)) is not None:
            return Repeat(_path(graph, inner), times)
    raise AssertionError(f"not a path: {node}")


def _to_oxigraph(term: Node) -> Term:
    match term:
        case URIRef():
            return ox.NamedNode(term)
        case BNode():
            return ox.BlankNode(term)
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=None if term.datatype is None else ox.NamedNode(term.datatype))
