"""The W3C SHACL test suite, through the compiler in the embedded store."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from servers import Server

from conformance.suite import FOLDER, Case, cases, outcomes, triples
from foc_graph.errors import ParameterError, ParseError
from foc_graph.store.remote import RemoteStore
from foc_graph.validation.compiler import checks
from foc_graph.validation.data import Data
from foc_graph.validation.endpoint import Endpoint
from foc_graph.validation.run import run
from foc_graph.validation.shapes_graph import ShapesGraph
from foc_graph.validation.shapes_reader import read_shapes

CASES = list(cases()) if FOLDER.is_dir() else []

BY_VALUE = "the server keeps numbers by value: it gives 4.0 back as 4"
OXIGRAPH_EXCUSES = {
    "core/node/maxExclusive-001": BY_VALUE,
    "core/node/minExclusive-001": BY_VALUE,
    "core/property/datatype-ill-formed": "the server keeps an xsd:byte as an xsd:integer",
    "sparql/pre-binding/shapesGraph-001": "the server has no shapes graph, so the constraint is refused",
}
"""What an Oxigraph server cannot give, by case, and why."""


@pytest.mark.skipif(not CASES, reason="the W3C SHACL suite is not there: name its folder in FOC_W3C_SHACL")
def test_the_suite_is_whole() -> None:
    assert len(CASES) == 121


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_of_the_suite(case: Case) -> None:
    data = Data()
    data.load(triples(case.data))
    shapes_graph = triples(case.shapes)
    data.load_shapes(shapes_graph)
    if case.expected is None:
        with pytest.raises(ParseError):
            read_shapes(ShapesGraph(shapes_graph))
        return
    shapes, _ = read_shapes(ShapesGraph(shapes_graph))
    assert outcomes(run(data, [check for shape in shapes for check in checks(shape)])) == case.expected


GRAPH = "https://example.org/graph/case"


@pytest.mark.parametrize("case", [case for case in CASES if case.expected is not None], ids=lambda case: case.name)
def test_a_case_of_the_suite_on_an_oxigraph_server(case: Case, oxigraph_server: Server) -> None:
    shapes, _ = read_shapes(ShapesGraph(triples(case.shapes)))
    oxigraph_server.load(GRAPH, ox.serialize(triples(case.data), format=ox.RdfFormat.N_TRIPLES))
    try:
        endpoint = Endpoint(RemoteStore(oxigraph_server.query_url, GRAPH))
        endpoint.check(shapes)
        found = outcomes(run(endpoint, [check for shape in shapes for check in checks(shape)]))
        right = found == case.expected
    except ParameterError:
        right = False
    finally:
        oxigraph_server.clear(GRAPH)
    assert right == (case.name not in OXIGRAPH_EXCUSES), OXIGRAPH_EXCUSES.get(case.name, "")
