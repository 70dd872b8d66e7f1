"""Random shapes and data: the results of both engines, and of pySHACL where it is right."""

import io
import logging
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given
from rdflib import RDF, SH, BNode, URIRef

from foc_graph.shacl.columnar_graph import ColumnarGraph
from foc_graph.shacl.compiler import checks
from foc_graph.shacl.data_graph import DataGraph, EmbeddedGraph
from foc_graph.shacl.engine import run
from foc_graph.shacl.path import sparql
from foc_graph.shacl.results import Finding
from foc_graph.shacl.shapes import ShapesGraph
from foc_graph.shacl.shapes_reader import read_path, read_shapes
from tests.support.campaign import campaign
from tests.support.shacl_strategies import NUMBERS, TEXTS, TIMES, Terms, data, shapes, together, triples

Outcome = tuple[str, str, str, str, str, str]
"""Focus node, path, value, severity, constraint component and source shape."""

ANY = Terms()

UNLIKE_RDFLIB = ('" 1"^^xsd:integer', '"2019-12-31T24:00:00Z"^^xsd:dateTime')
"""rdflib trims a space, which the lexical space of xsd:integer does not have (RDF 1.1 Concepts, section 5), and takes
midnight as 24:00:00 for ill-typed, which XSD allows (XSD 1.1 part 2, section 3.3.7)."""

EXCEPTIONS = {"measured": True, "inverted": False, "shortest": 1, "fewest": 1}
"""What else pySHACL is wrong about.

It compares IRIs by `sh:lessThan`, and fails for blank nodes (SHACL section 4.5.3: neither can be compared). It takes
`^(p/q)` for `^p/^q` (section 2.3.1.3: it is `^q/^p`). By `sh:minLength 0` it allows blank nodes (section 4.4.1: never).
It refuses empty lists of shapes (section 4.6: any SHACL list will do).
"""

UNCOMPARED = Terms(tuple(one for one in ANY.literals if one not in UNLIKE_RDFLIB), (), **EXCEPTIONS)
"""All but comparisons."""

COMPARED = Terms((*NUMBERS, *TEXTS, *TIMES[5:8], *TIMES[9:11]), (*NUMBERS, *TEXTS), **EXCEPTIONS)
"""Values that numbers and text can be compared with, or that pySHACL knows that they cannot be.

Of others it leaves out results (SHACL section 4.3: a value that cannot be compared is one).
"""

ASKED = Terms(("1", "2", '"a"', '"b"', '"a"@en'), (), ("xsd:integer", "xsd:string"), sparql=True, **EXCEPTIONS)
"""Literals that the embedded engine does not rewrite: what a SPARQL constraint finds has them rewritten."""

quick = campaign(
    40,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
"""Enough to notice a fault that is not rare."""


def embedded(graph: Iterable[ox.Triple]) -> DataGraph:
    data = EmbeddedGraph()
    data.load(graph)
    return data


def columnar(graph: Iterable[ox.Triple]) -> DataGraph:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.nt"
        ox.serialize(graph, path, format=ox.RdfFormat.N_TRIPLES)
        return ColumnarGraph([path])


def findings(
    graph: Iterable[ox.Triple],
    shapes_graph: Iterable[ox.Triple],
    load: Callable[[Iterable[ox.Triple]], DataGraph] = embedded,
) -> list[Finding]:
    return run(load(graph), [one for shape in read_shapes(ShapesGraph(shapes_graph)) for one in checks(shape)])


def outcomes(found: Iterable[Finding]) -> Counter[Outcome]:
    return Counter(
        (
            str(one.focus),
            "" if one.path is None else sparql(one.path),
            "" if one.value is None else str(one.value),
            *(str(term) for term in (one.severity, one.component, one.shape)),
        )
        for one in found
    )


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> rdflib.term.Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
    plain = term.language or term.datatype.value == f"{rdflib.XSD}string"
    datatype = None if plain else URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def from_rdflib(node: rdflib.term.Node | None) -> str:
    match node:
        case None:
            return ""
        case rdflib.Literal():
            datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
            return str(ox.Literal(str(node), language=node.language and node.language.lower(), datatype=datatype))
        case BNode():
            return str(ox.BlankNode(str(node)))
    return str(ox.NamedNode(str(node)))


def to_graph(found: Iterable[ox.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for one in found:
        graph.add((to_rdflib(one.subject), to_rdflib(one.predicate), to_rdflib(one.object)))
    return graph


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Keep rdflib from logging literals that are ill-typed."""
    caplog.set_level(logging.CRITICAL, logger="rdflib.term")


def pyshacl_outcomes(graph: Iterable[ox.Triple], shapes_graph: list[ox.Triple]) -> Counter[Outcome]:
    with warnings.catch_warnings(action="ignore"), redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
        _, report, text = pyshacl.validate(to_graph(graph), shacl_graph=to_graph(shapes_graph), inplace=True)
    assert isinstance(report, rdflib.Graph), text
    paths = ShapesGraph(shapes_graph)

    def path_text(path: rdflib.term.Node) -> str:
        node = ox.BlankNode(str(path)) if isinstance(path, BNode) else ox.NamedNode(str(path))
        return sparql(read_path(paths, node, node))

    def outcome(result: rdflib.term.Node) -> Outcome:
        path = report.value(result, SH.resultPath)
        properties = (SH.value, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape)
        return (
            from_rdflib(report.value(result, SH.focusNode)),
            "" if path is None else path_text(path),
            *(from_rdflib(report.value(result, one)) for one in properties),
        )

    whole = report.value(predicate=RDF.type, object=SH.ValidationReport)
    return Counter(map(outcome, report.objects(whole, SH.result)))


@quick
@given(together(ANY, data, shapes))
def test_both_engines_have_the_same_results(graphs: tuple[str, str]) -> None:
    judged, shaped = map(triples, graphs)
    assert outcomes(findings(judged, shaped, columnar)) == outcomes(findings(judged, shaped))


@pytest.mark.parametrize("terms", [UNCOMPARED, COMPARED, ASKED], ids=["uncompared", "compared", "asked"])
def test_the_results_are_those_of_pyshacl(terms: Terms) -> None:
    @quick
    @given(together(terms, data, shapes))
    def compare(graphs: tuple[str, str]) -> None:
        judged, shaped = map(triples, graphs)
        assert outcomes(findings(judged, shaped)) == pyshacl_outcomes(judged, shaped)

    compare()
