"""The W3C SHACL test suite: every case gives exactly its results in each engine, but for those with an excuse.

The source distribution of pySHACL on the package index contains the suite.
"""

import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from duckdb import DuckDBPyConnection
from filelock import FileLock

from foc_graph.errors import FocGraphError, ParseError
from foc_graph.rdf.terms import SH, STANDARD_NAMES
from foc_graph.shacl import columnar_graph
from foc_graph.shacl.columnar_graph import ColumnarGraph
from foc_graph.shacl.compiler import checks
from foc_graph.shacl.data_graph import DataGraph, EmbeddedGraph, EndpointGraph
from foc_graph.shacl.engine import run
from foc_graph.shacl.path import Path as PropertyPath
from foc_graph.shacl.path import sparql
from foc_graph.shacl.results import Finding
from foc_graph.shacl.shapes import Shape, ShapesGraph
from foc_graph.shacl.shapes_reader import read_path, read_shapes
from foc_graph.shacl.triples_table import add_functions, connect
from foc_graph.store.remote import RemoteStore
from tests.support.programs import give_up
from tests.support.sparql_servers import Server

GRAPH = "http://example.org/data"
HERE = Path(__file__).parent
EXCUSES: dict[str, dict[str, str]] = tomllib.loads((HERE / "excuses.toml").read_text(encoding="utf-8"))
NAMES = (HERE / "w3c_cases.txt").read_text("utf-8").split()
"""The names of the cases, so that they can be listed before the suite is there."""

SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
ENTRIES = ox.NamedNode(MF + "entries")
ARCHIVE = "pyshacl==0.40.1 --hash=sha256:011e3cf1a68b31747cb762ba3d755ae1bdcc464c8fad0dc212a9adc550719552"
WITHIN = "pyshacl-0.40.1/test/resources/sht_tests"

Outcome = tuple[str, str, str, str, str]
"""Focus node, path, severity, constraint component and value; blank nodes are all alike."""


class Case(NamedTuple):
    """A case: its name, the files of data and of shapes, and the results; None where validation must fail."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[Outcome] | None


def fetch(cache: Path) -> Path:
    """The folder of the suite below `cache`: fetched with pip, which checks the hash, where it is not there yet."""
    target = cache / WITHIN
    with FileLock(cache / "lock"), tempfile.TemporaryDirectory(dir=cache) as name:
        if target.is_dir():
            return target
        folder = Path(name)
        (folder / "archive.txt").write_text(ARCHIVE, "utf-8")
        options = ["--quiet", "--retries", "1", "--timeout", "10", "--no-deps", "--no-binary", ":all:"]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", *options]
        done = subprocess.run([*pip, "--requirement", "archive.txt"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2]
            give_up(f"the W3C SHACL test suite cannot be fetched: {reason}")
        (path,) = folder.glob("*.tar.gz")
        with tarfile.open(path) as archive:
            members = [one for one in archive.getmembers() if one.name.startswith(f"{WITHIN}/")]
            archive.extractall(folder, members, filter="data")
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / WITHIN).rename(target)
    return target


def cases(folder: Path) -> Iterator[Case]:
    """The cases of the suite in a folder: those of every file, since its manifests do not list all."""
    for path in sorted(folder.rglob("*.ttl")):
        graph, here = ShapesGraph(triples(path)), ox.NamedNode(path.as_uri())
        for head in graph.objects(here, ENTRIES):
            for case in graph.list(here, ENTRIES, head):
                yield read_case(graph, path.relative_to(folder).parent.as_posix(), case)


def triples(path: Path) -> list[ox.Triple]:
    """The triples of a file of the suite."""
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())]


def outcomes(findings: Iterable[Finding]) -> Counter[Outcome]:
    """Findings as the suite compares them."""
    return Counter(
        (_name(one.focus), _path(one.path), one.severity.value, one.component.value, _name(one.value))
        for one in findings
    )


def read_case(graph: ShapesGraph, chapter: str, case: ox.NamedNode) -> Case:
    action = graph.value(case, ox.NamedNode(MF + "action"))
    data, shapes = (_file(graph.value(action, ox.NamedNode(SHT + name))) for name in ("dataGraph", "shapesGraph"))
    result = graph.value(case, ox.NamedNode(MF + "result"))
    expected = None
    if result != ox.NamedNode(SHT + "Failure"):
        expected = Counter(read_outcome(graph, one) for one in graph.objects(result, _sh("result")))
    return Case(f"{chapter}/{case.value.rpartition('/')[2]}", data, shapes, expected)


def read_outcome(graph: ShapesGraph, node: ox.BlankNode) -> Outcome:
    path = graph.value(node, _sh("resultPath"))
    found = None if path is None else read_path(graph, node, path)
    names = ("focusNode", "value", "resultSeverity", "sourceConstraintComponent")
    focus, value, severity, component = (graph.value(node, _sh(name)) for name in names)
    return (_name(focus), _path(found), severity.value, component.value, _name(value))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _file(iri: ox.NamedNode) -> Path:
    return Path(iri.value.removeprefix("file://"))


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> str:
    return "" if term is None else "_:" if isinstance(term, ox.BlankNode) else str(term)


def _path(path: PropertyPath | None) -> str:
    return "" if path is None else sparql(path)


def each_case(aside: str = "none") -> pytest.MarkDecorator:
    """Parameters: the names of all cases; those that begin with `aside` are judged in `make test-all` alone."""
    marks = [pytest.mark.sweep]
    return pytest.mark.parametrize("name", [pytest.param(name, marks=marks * name.startswith(aside)) for name in NAMES])


@pytest.fixture(scope="module")
def suite(request: pytest.FixtureRequest) -> dict[str, Case]:
    """The cases by their names; without them tests are skipped, or fail where nothing may be missing."""
    folder = fetch(request.config.cache.mkdir("w3c-shacl"))
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


def find(case: Case, load: Callable[[list[Shape]], DataGraph]) -> list[Finding]:
    shapes = read_shapes(ShapesGraph(triples(case.shapes)))
    graph = load(shapes)
    return run(graph, [one for shape in shapes for one in checks(shape, graph.focus)])


@each_case()
def test_embedded(case: Case) -> None:
    def load(shapes: list[Shape]) -> EmbeddedGraph:
        data = EmbeddedGraph()
        data.load(triples(case.data))
        data.load_shapes(triples(case.shapes))
        return data

    check("embedded", case, lambda case: find(case, load))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> DuckDBPyConnection:
    """A database for all cases, since it takes longer to open one than to judge a case."""
    connection = connect(str(tmp_path_factory.mktemp("duckdb")))
    add_functions(connection.cursor())
    return connection


@each_case(aside="sparql/")
def test_columnar(case: Case, database: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SPARQL of the shapes' author is asked of an embedded store."""
    for table in ("triples", "predicates", "types", "chosen"):
        database.execute(f"DROP TABLE IF EXISTS {table}")
    monkeypatch.setattr(columnar_graph, "connect", lambda folder: database)
    monkeypatch.setattr(columnar_graph, "add_functions", lambda connection: None)
    data = tmp_path / "data.nt"
    ox.serialize(triples(case.data), data, format=ox.RdfFormat.N_TRIPLES)
    check("columnar", case, lambda case: find(case, lambda _: ColumnarGraph([data], shapes=triples(case.shapes))))


def check_at(server: Server, engine: str, case: Case) -> None:
    def load(shapes: list[Shape]) -> EndpointGraph:
        server.clear(GRAPH)
        server.load(GRAPH, ox.serialize(triples(case.data), format=ox.RdfFormat.N_TRIPLES) or b"")
        endpoint = EndpointGraph(RemoteStore(server.query_url, GRAPH))
        endpoint.check(shapes, STANDARD_NAMES)
        return endpoint

    check(engine, case, lambda case: find(case, load))


@each_case()
def test_oxigraph_server(oxigraph_server: Server, case: Case) -> None:
    check_at(oxigraph_server, "oxigraph", case)


@each_case()
def test_virtuoso_server(virtuoso_server: Server, case: Case) -> None:
    check_at(virtuoso_server, "virtuoso", case)


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@each_case(aside="core/complex/shacl-shacl")
def test_pyshacl(case: Case) -> None:
    from foc_graph.shacl.pyshacl_engine import pyshacl_findings

    check("pyshacl", case, lambda case: pyshacl_findings(triples(case.data), triples(case.shapes)))


def test_the_suite_is_whole_and_needs_no_excuse_embedded(suite: dict[str, Case]) -> None:
    assert sorted(suite) == sorted(NAMES)
    assert Counter(name.partition("/")[0] for name in NAMES) == {"core": 98, "sparql": 23}
    assert EXCUSES.keys() == {"oxigraph", "virtuoso", "pyshacl"}
    assert {name for listed in EXCUSES.values() for name in listed} <= set(NAMES)
