"""pySHACL, over rdflib graphs: a second opinion, read as findings."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from functools import lru_cache
from typing import Any, TypeVar

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import Result
from rdflib.term import Node

from foc_graph.errors import ParseError
from foc_graph.rdf.terms import Term, is_beyond_1_1
from foc_graph.shacl.results import Finding
from foc_graph.shacl.shapes import ShapesGraph, sh
from foc_graph.shacl.shapes_reader import read_path
from foc_graph.sparql.limits import check_query

_G = TypeVar("_G", bound=Graph)
_LOGGER = logging.getLogger("rdflib.term")
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
_prepare = lru_cache(maxsize=1024)(prepareQuery)


class _PreparedGraph(Graph):
    """A graph that parses a query text once: pySHACL asks each constraint again for every focus node."""

    def query(
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,
        initBindings: Any = None,
        *args: Any,
        **options: Any,
    ) -> Result:
        """Query as rdflib does, with a text or a prepared query."""
        if isinstance(query_object, str):
            check_query(query_object)
            query_object = _prepare(query_object)
        return super().query(query_object, processor, result, initNs, initBindings, *args, **options)


@contextmanager
def _literals_as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals and from logging those that are ill-typed: both are for shapes to judge."""
    normalise, level = rdflib.NORMALIZE_LITERALS, _LOGGER.level
    rdflib.NORMALIZE_LITERALS = False
    _LOGGER.setLevel(logging.ERROR)
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalise
        _LOGGER.setLevel(level)


def pyshacl_findings(
    data: Iterable[ox.Triple],
    shapes: Iterable[ox.Triple],
    focus: Iterable[ox.NamedNode] | None = None,
    nameless: bool = False,
) -> list[Finding]:
    """Return the findings of pySHACL; with `focus`, of these things only, and of blank nodes if `nameless`.

    Raises:
        ParseError: if the shapes are not well-formed SHACL.
    """
    with _literals_as_written():
        graph, judged = _to_rdflib(shapes, Graph()), _to_rdflib(data, _PreparedGraph())
        if focus is not None:
            blank = (node for node in judged.subjects() if nameless and isinstance(node, BNode))
            graph = _narrowed(graph, judged, {*(URIRef(node.value) for node in focus), *blank})
        return read_findings(_run(judged, graph))


def _to_rdflib(triples: Iterable[ox.Triple], graph: _G) -> _G:
    listed = list(triples)
    if any(is_beyond_1_1(triple.object) for triple in listed):
        problem = "triple terms and text with a direction are RDF 1.2, which pySHACL does not read: use --engine sparql"
        raise ParseError("data or shapes", None, None, problem)
    try:
        graph.parse(data=ox.serialize(listed, format=ox.RdfFormat.N_TRIPLES), format="nt")
    except Exception as error:  # rdflib raises no kind of its own
        problem = f"rdflib refuses a triple: {' '.join(str(error).split())[:300]}: correct it"
        raise ParseError("data or shapes", None, None, problem) from error
    return graph


def _run(data: _PreparedGraph, shapes: Graph) -> Graph:
    try:
        with warnings.catch_warnings(action="ignore"), redirect_stderr(io.StringIO()):
            _, results, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    except Exception as error:  # pySHACL, rdflib and re each raise their own for a shape they cannot use
        raise ParseError("shapes", None, None, " ".join(f"not well-formed SHACL: {error}".split())[:300]) from error
    if not isinstance(results, Graph):
        raise ParseError("shapes", None, None, " ".join(str(text).split()))
    return results


def _narrowed(shapes: Graph, data: Graph, focus: set[Node]) -> Graph:
    """Return the shapes with those of their focus nodes that are in `focus` as only targets (SHACL section 2.1.3).

    pySHACL's own choice of focus nodes also drops the nodes that nested shapes look at, and so misses results.
    """
    result = Graph()
    result += shapes
    for predicate in _TARGETS:
        result.remove((None, predicate, None))
    result.remove((None, RDF.type, RDFS.Class))
    for shape in _targeting(shapes):
        for node in _focus_nodes(shapes, shape, data) & focus:
            result.add((shape, SH.targetNode, node))
    return result


def _targeting(shapes: Graph) -> set[Node]:
    implicit = {node for node in shapes.subjects(RDF.type, RDFS.Class) if (node, RDF.type, SH.NodeShape) in shapes}
    return implicit.union(*(shapes.subjects(predicate) for predicate in _TARGETS))


def _focus_nodes(shapes: Graph, shape: Node, data: Graph) -> set[Node]:
    classes = set(shapes.objects(shape, SH.targetClass))
    if (shape, RDF.type, RDFS.Class) in shapes:
        classes.add(shape)
    narrower = {one for wanted in classes for one in data.transitive_subjects(RDFS.subClassOf, wanted)}
    return set(shapes.objects(shape, SH.targetNode)).union(
        *(data.subjects(RDF.type, one) for one in narrower),
        *(data.subjects(predicate) for predicate in shapes.objects(shape, SH.targetSubjectsOf)),
        *(data.objects(None, predicate) for predicate in shapes.objects(shape, SH.targetObjectsOf)),
    )


def read_findings(graph: Graph) -> list[Finding]:
    """Read the results of a SHACL results graph, which does not hold the parameters of their constraints."""
    report = ShapesGraph(ox.Triple(*map(_to_oxigraph, triple)) for triple in graph)  # type: ignore[arg-type]
    results = (result for node in report.nodes() for result in report.objects(node, sh("result")))
    return [_finding(report, result) for result in results]


def _finding(report: ShapesGraph, result: Term) -> Finding:
    def named(name: str) -> ox.NamedNode:
        value = report.value(result, sh(name))
        assert isinstance(value, ox.NamedNode)
        return value

    focus, shape, path = (report.value(result, sh(name)) for name in ("focusNode", "sourceShape", "resultPath"))
    assert focus is not None and isinstance(shape, (ox.NamedNode, ox.BlankNode))
    messages = report.objects(result, sh("resultMessage"))
    return Finding(
        focus=focus,
        path=None if path is None else read_path(report, result, path),
        value=report.value(result, sh("value")),
        severity=named("resultSeverity"),
        component=named("sourceConstraintComponent"),
        shape=shape,
        constraint=report.value(result, sh("sourceConstraint")),
        messages=tuple(message for message in messages if isinstance(message, ox.Literal)),
    )


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
