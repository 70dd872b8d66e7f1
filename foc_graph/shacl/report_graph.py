"""A validation report in SHACL's vocabulary (SHACL section 3)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.terms import XSD
from foc_graph.shacl.path import Alternative, Inverse, Path, Predicate, Repeat, Sequence
from foc_graph.shacl.result import Finding, Term
from foc_graph.shacl.shapes_graph import RDF_FIRST, RDF_NIL, RDF_REST, TYPE, sh

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_Triple = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term]


def report_turtle(findings: Iterable[Finding]) -> bytes:
    """The report as Turtle, every literal as it is."""
    triples = (ox.Triple(*triple) for triple in _triples(findings))
    used = {name: iri for name, iri in PREFIXES.items() if name in ("rdf", "sh", "xsd")}
    content = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used)
    assert content is not None  # it is where no file is given
    return content


def report_graph(findings: Iterable[Finding]) -> Graph:
    """The report as an rdflib graph; blank nodes of the data keep their labels."""
    from rdflib import Graph

    graph = Graph()
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it would tell of each ill-typed literal, which is what the report is about
    try:
        for subject, predicate, value in _triples(findings):
            graph.add((_to_rdflib(subject), _to_rdflib(predicate), _to_rdflib(value)))
    finally:
        logger.setLevel(level)
    return graph


def _triples(findings: Iterable[Finding]) -> Iterator[_Triple]:
    report, paths = ox.BlankNode("validation-report"), dict[Path, ox.NamedNode | ox.BlankNode]()
    results = [(ox.BlankNode(f"validation-result-{number}"), one) for number, one in enumerate(findings, 1)]
    yield report, TYPE, sh("ValidationReport")
    yield report, sh("conforms"), ox.Literal(not results)
    yield from ((report, sh("result"), result) for result, _ in results)
    for result, finding in results:
        yield result, TYPE, sh("ValidationResult")
        yield result, sh("focusNode"), finding.focus
        if finding.path is not None:
            if finding.path not in paths:
                steps = _Steps(f"validation-path-{len(paths) + 1}")
                paths[finding.path] = steps.node(finding.path)
                yield from steps.triples
            yield result, sh("resultPath"), paths[finding.path]
        if finding.value is not None:
            yield result, sh("value"), finding.value
        yield result, sh("resultSeverity"), finding.severity
        yield result, sh("sourceConstraintComponent"), finding.component
        yield result, sh("sourceShape"), finding.shape
        if finding.constraint is not None:
            yield result, sh("sourceConstraint"), finding.constraint
        for message in finding.messages:
            yield result, sh("resultMessage"), message


class _Steps:
    """The triples of a SHACL path (SHACL section 2.3.1), its blank nodes named after `label`."""

    def __init__(self, label: str) -> None:
        self.triples: list[_Triple] = []
        self._label = label
        self._count = 0

    def node(self, path: Path) -> ox.NamedNode | ox.BlankNode:
        """The node that stands for a path."""
        match path:
            case Predicate(iri):
                return iri
            case Sequence(parts):
                return self._list(parts)
            case Alternative(parts):
                predicate, end = "alternativePath", self._list(parts)
            case Inverse(inner):
                predicate, end = "inversePath", self.node(inner)
            case Repeat(inner, times):
                predicate, end = _REPEATS[times], self.node(inner)
        node = self._new()
        self.triples.append((node, sh(predicate), end))
        return node

    def _list(self, parts: tuple[Path, ...]) -> ox.NamedNode | ox.BlankNode:
        rest: ox.NamedNode | ox.BlankNode = RDF_NIL
        for part in reversed(parts):
            cell = self._new()
            self.triples += [(cell, RDF_FIRST, self.node(part)), (cell, RDF_REST, rest)]
            rest = cell
        return rest

    def _new(self) -> ox.BlankNode:
        self._count += 1
        return ox.BlankNode(f"{self._label}-{self._count}")


def _to_rdflib(term: Term) -> Node:
    from rdflib import BNode, Literal, URIRef

    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
    datatype = None if term.language or term.datatype.value == f"{XSD}string" else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
