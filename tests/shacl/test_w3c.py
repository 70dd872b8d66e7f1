"""The W3C SHACL test suite: every case gives exactly its results in each engine, but for those with an excuse."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from foc_graph.errors import FocGraphError, ParseError
from foc_graph.rdf.terms import STANDARD_NAMES
from foc_graph.shacl.columnar_graph import ColumnarGraph
from foc_graph.shacl.compiler import checks
from foc_graph.shacl.data_graph import DataGraph, EmbeddedGraph, EndpointGraph
from foc_graph.shacl.engine import run
from foc_graph.shacl.results import Finding
from foc_graph.shacl.shapes import Shape, ShapesGraph
from foc_graph.shacl.shapes_reader import read_shapes
from foc_graph.store.remote import RemoteStore
from tests.support.programs import MissingProgramError, give_up
from tests.support.sparql_servers import Server
from tests.support.w3c_suite import NAMES, Case, Outcome, cases, fetch, outcomes, triples

GRAPH = "http://example.org/data"
EXCUSES: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "excuses.toml").read_text(encoding="utf-8"))

each_case = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def suite(request: pytest.FixtureRequest) -> dict[str, Case]:
    """The cases by their names; without them tests are skipped, or fail where nothing may be missing."""
    try:
        folder = fetch(request.config.cache.mkdir("w3c-shacl"))
    except MissingProgramError as missing:
        give_up(missing)
    return {case.name: case for case in cases(folder)}


@pytest.fixture
def case(suite: dict[str, Case], name: str) -> Case:
    return suite[name]


def check(engine: str, case: Case, judge: Callable[[Case], Iterable[Finding]]) -> None:
    """Compare the results of a case with those it must have; with an excuse, they must differ."""
    got: Counter[Outcome] | FocGraphError
    try:
        got = outcomes(judge(case))
    except FocGraphError as error:
        got = error
    right = isinstance(got, ParseError) if case.expected is None else got == case.expected
    excuse = EXCUSES.get(engine, {}).get(case.name)
    assert right or excuse is not None, got
    assert excuse is None or not right, f"the case passes: take out the excuse that {excuse}"


def find(graph: DataGraph, shapes: Iterable[Shape]) -> list[Finding]:
    return run(graph, [one for shape in shapes for one in checks(shape, graph.focus)])


@each_case
def test_embedded(case: Case) -> None:
    def judge(case: Case) -> list[Finding]:
        shapes, _ = read_shapes(ShapesGraph(triples(case.shapes)))
        data = EmbeddedGraph()
        data.load(triples(case.data))
        data.load_shapes(triples(case.shapes))
        return find(data, shapes)

    check("embedded", case, judge)


@each_case
def test_columnar(case: Case, tmp_path: Path) -> None:
    def judge(case: Case) -> list[Finding]:
        shapes, _ = read_shapes(ShapesGraph(triples(case.shapes)))
        data = tmp_path / "data.nt"
        ox.serialize(triples(case.data), data, format=ox.RdfFormat.N_TRIPLES)
        return find(ColumnarGraph([data], shapes=triples(case.shapes)), shapes)

    check("columnar", case, judge)


def check_at(server: Server, engine: str, case: Case) -> None:
    def judge(case: Case) -> list[Finding]:
        shapes, _ = read_shapes(ShapesGraph(triples(case.shapes)))
        server.clear(GRAPH)
        server.load(GRAPH, ox.serialize(triples(case.data), format=ox.RdfFormat.N_TRIPLES) or b"")
        endpoint = EndpointGraph(RemoteStore(server.query_url, GRAPH))
        endpoint.check(shapes, STANDARD_NAMES)
        return find(endpoint, shapes)

    check(engine, case, judge)


@each_case
def test_oxigraph_server(oxigraph_server: Server, case: Case) -> None:
    check_at(oxigraph_server, "oxigraph", case)


@each_case
def test_virtuoso_server(virtuoso_server: Server, case: Case) -> None:
    check_at(virtuoso_server, "virtuoso", case)


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@each_case
def test_pyshacl(case: Case) -> None:
    from foc_graph.shacl.pyshacl_engine import pyshacl_findings

    check("pyshacl", case, lambda case: pyshacl_findings(triples(case.data), triples(case.shapes)))


def test_the_suite_is_whole_and_needs_no_excuse_embedded(suite: dict[str, Case]) -> None:
    assert sorted(suite) == sorted(NAMES)
    assert Counter(name.partition("/")[0] for name in NAMES) == {"core": 98, "sparql": 23}
    assert EXCUSES.keys() == {"oxigraph", "virtuoso", "pyshacl"}
    assert {name for listed in EXCUSES.values() for name in listed} <= set(NAMES)
