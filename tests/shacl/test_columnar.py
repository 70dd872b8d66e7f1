"""Validation in DuckDB: files are read as the parser reads them, and judged as the embedded store judges them."""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from functools import cache as cached
from pathlib import Path
from typing import Literal

import pyoxigraph as ox
import pytest
import rdflib
from duckdb import DuckDBPyConnection
from hypothesis import assume, example, given
from hypothesis import strategies as st

import foc_graph
from foc_graph.errors import ParameterError, ParseError, ServiceError
from foc_graph.rdf.memory import free_memory
from foc_graph.rdf.parser import stream_triples
from foc_graph.rdf.terms import Term
from foc_graph.shacl.columnar_graph import ColumnarGraph
from foc_graph.shacl.compiler import checks
from foc_graph.shacl.data_graph import EmbeddedGraph
from foc_graph.shacl.engine import Engine, run
from foc_graph.shacl.plan import Compares, Condition, HasLength, Instances, Keep, Matches, Nodes, Not
from foc_graph.shacl.report import Report
from foc_graph.shacl.shapes import ShapesGraph
from foc_graph.shacl.shapes_reader import read_shapes
from foc_graph.shacl.sparql_constraints import is_pattern
from foc_graph.shacl.triples_table import MAX_LINE, connect
from foc_graph.shacl.triples_table import read as read_files
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import Workspace
from tests.support.campaign import campaign
from tests.support.shacl_strategies import (
    ILL_TYPED,
    NUMBERS,
    OTHERS,
    QUERIES,
    TAGGED,
    TEXTS,
    TIMES,
    Terms,
    data,
    triples,
)
from tests.support.workspaces import bare_workspace

ENGINES: list[Engine] = ["sparql", "duckdb"]
SHAPE = """PREFIX e: <http://e/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
e:Shape a sh:NodeShape ; sh:targetClass e:Thing ;
    sh:property e:Name , [ sh:path ( e:part e:name ) ; sh:minCount 1 ] , [ sh:path e:part ; sh:class e:Thing ] .
e:Name sh:path e:name ; sh:minCount 1 ; sh:maxLength 5 ; sh:sparql [
    sh:select "SELECT $this ?value WHERE { $this <http://e/name> ?value FILTER(?value = 'x') }" ] .
"""
DATA = """<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Thing> .
<http://e/a> <http://e/name> "longer" .
<http://e/a> <http://e/part> _:b .
_:b <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Thing> .
_:b <http://e/part> _:c .
_:c <http://e/name> "x" .
<http://e/d> <http://e/name> "x" .
<http://e/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Thing> .
<http://e/d> <http://e/part> _:c .
"""

IRIS = (
    *("<http://e/a>", "<http://e/%C3%A9?q=1#f>", "<http://é/ü>", "<urn:x:y>", "<http://e/\\u00e9>", "<http://e:80/>"),
    *("<mailto:a@e>", "<http://[::1]/>", "<file:///a//b>", "<x:/a>", "<http://e/🙂>", "<HTTP://E>", "<http://e#>"),
)
NODES = ("_:b", "_:b1", "_:a.b", "_:é")
LITERALS = (
    *('"a"', '""', '"a\\"b"', '"a\\\\"', '"\\t\\n\\r"', '"\t"', '"\\u0001"', '"\x01"', '"é🙂"', '"\\u00E9\\U0001F642"'),
    *('"a"@en', '"a"@EN', '"a"@en-GB', '"a"@zh-Hant-TW', '"a"@de-1996', '"a"@i-klingon', '"a > b"', '"\'"', '"\x7f"'),
    *('"a"^^<http://www.w3.org/2001/XMLSchema#string>', '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    *('"^^<x:y>"', '"\\"^^<x:y>"^^<x:z>', '"\\"@en"@fr', '"a"^^<http://é/>', '"\\b\\f"'),
)
COMPARED = (*NUMBERS, *TEXTS, *TAGGED, *OTHERS, *TIMES, *ILL_TYPED, '"b\\"c"', '"2020-01-31"^^xsd:date')
BROKEN = (
    *("<http://e/a b>", "<http://e/{>", "<a>", "<http://e/%zz>", "_:", '"a', '"a"@', '"a"@en-', '"a"^^', "a", ""),
    *('"a"@abcdefghij', '"a"@a-b', '"a"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>', '"\\x"', "<:a>"),
)

subjects = st.sampled_from((*IRIS, *NODES))
objects = st.sampled_from((*IRIS, *NODES, *LITERALS))
predicates = st.sampled_from(IRIS)
usual = st.builds("{} {} {} .".format, subjects, predicates, objects)
spaces = st.sampled_from((" ", "\t", "  ", ""))
unusual = st.one_of(
    st.builds("{}{}{}{}{}{}.{}".format, subjects, spaces, predicates, spaces, objects, spaces, spaces),
    st.sampled_from(("", "# a comment .", "   ", "<http://e/a> <http://e/b> <http://e/c> . # and more .")),
)
ends = st.sampled_from(("\n", "\r\n", "\n\n"))
quick = campaign(60)


Read = Counter[tuple[str, ...]] | tuple[int | None, int | None]
"""Triples, or the place of a fault."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> DuckDBPyConnection:
    return connect(str(tmp_path_factory.mktemp("duckdb")))


def read(connection: DuckDBPyConnection, path: Path) -> Read:
    """N-Triples as DuckDB has them."""
    for table in ("read", "triples", "predicates", "types"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    try:
        read_files(connection, [path])
    except ParseError as error:
        return error.line, error.column
    return nameless(connection.execute("SELECT s, iri, o FROM triples JOIN predicates ON p = number").fetchall())


def parsed(path: Path) -> Read:
    """N-Triples as the parser has them."""
    try:
        return nameless(tuple(map(str, quad.triple)) for quad in stream_triples(path, path.name))
    except ParseError as error:
        return error.line, error.column


def nameless(triples: Iterable[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Triples without the labels of their blank nodes, which are nobody's business."""
    return Counter(tuple("_:" if term.startswith("_:") else term for term in one) for one in triples)


def both(connection: DuckDBPyConnection, content: bytes) -> tuple[Read, Read]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.nt"
        path.write_bytes(content)
        return read(connection, path), parsed(path)


@quick
@given(st.lists(usual, max_size=8))
def test_usual_lines_are_read_as_the_parser_reads_them(connection: DuckDBPyConnection, lines: list[str]) -> None:
    one, other = both(connection, "".join(f"{line}\n" for line in lines).encode())
    assert one == other


@quick
@given(st.lists(st.one_of(usual, unusual), min_size=1, max_size=4), ends)
def test_unusual_lines_are_read_as_the_parser_reads_them(
    connection: DuckDBPyConnection, lines: list[str], end: str
) -> None:
    one, other = both(connection, end.join(lines).encode())
    assert one == other


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_fault_is_told_at_its_position(connection: DuckDBPyConnection, at: int) -> None:
    for broken in BROKEN:
        terms = ["<http://e/a>", "<http://e/p>", "<http://e/b>"]
        terms[at] = broken
        content = f"<http://e/a> <http://e/p> <http://e/b> .\n{' '.join(terms)} .\n".encode()
        found, place = both(connection, content)
        assert isinstance(place, tuple) and place[0] == 2 and found == place, broken


def test_what_is_no_text_is_told(connection: DuckDBPyConnection) -> None:
    for content in (b"\xff\n", b'<http://e/a> <http://e/p> "\x00\xff" .\n', b"\x00"):
        found, place = both(connection, content)
        assert isinstance(place, tuple) and found == place


@pytest.mark.parametrize("name", ["a*.nt", "a[1].nt", "a'?.nt"])
def test_a_name_with_wildcards_is_one_file(connection: DuckDBPyConnection, name: str, tmp_path: Path) -> None:
    for other in ("a1.nt", "ab.nt", "a'b.nt"):
        (tmp_path / other).write_text('<http://e/a> <http://e/p> "other" .\n')
    (tmp_path / name).write_text('<http://e/a> <http://e/p> "own" .\n')
    assert read(connection, tmp_path / name) == Counter([("<http://e/a>", "<http://e/p>", '"own"')])


def test_a_line_that_is_too_long_is_told(tmp_path: Path) -> None:
    (tmp_path / "data.nt").write_text(f'<x:a> <x:p> "{"a" * MAX_LINE}" .\n')
    (tmp_path / "shapes.ttl").write_text(SHAPE)
    with pytest.raises(ServiceError, match="use --engine sparql") as told:
        foc_graph.validate(tmp_path / "data.nt", tmp_path / "shapes.ttl", engine="duckdb")
    assert len(str(told.value)) < 300


def test_many_files_with_like_blank_nodes_are_kept_apart(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.{'ttl' if number == 12 else 'nt'}" for number in range(1, 13)]
    for number, path in enumerate(files, 1):
        label = {1: "1a", 11: "a"}.get(number, "b")
        path.write_text(f'_:{label} <x:p> "{number}" .\n')
    graph = ColumnarGraph(files)
    assert len(graph.nameless()) == len(files)


def test_a_place_is_found_in_whatever_file_it_is(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "PREFIX sh: <http://www.w3.org/ns/shacl#>\n"
        "<x:S> sh:targetSubjectsOf <x:p> ; sh:property [ sh:path <x:p> ; sh:maxLength 3 ] ."
    )
    files = [tmp_path / name for name in ("1.nt", "2.nt", "3.ttl")]
    lines = ('<x:a> <x:q> "x" .', '<x:a> <x:p> "long" .', '<x:a>  <x:p>  "longer" .')
    for path, line in zip(files, lines, strict=True):
        path.write_text(f"{line}\n")
    expected = [f"{files[1]}:1:13", f"{files[2]}:1:15"]
    for engine in ENGINES:
        assert [one.where for one in foc_graph.validate(files, shapes, engine=engine).results] == expected


@pytest.mark.parametrize(
    "shape",
    [
        "sh:xone ( " + "[ sh:hasValue 1 ] " * 300 + ")",
        "sh:property [ sh:path ( " + "<x:p> " * 60 + ") ; sh:maxCount 0 ]",
        "sh:property [ sh:path ( <x:p> <x:p> ) ; " * 10 + "sh:minCount 2" + " ]" * 10,
    ],
    ids=["wide", "long", "deep"],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_large_shapes_are_answered(engine: Engine, shape: str, tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.nt", tmp_path / "shapes.ttl"
    data.write_text("<x:a> <x:p> <x:a> .\n")
    shapes.write_text(f"PREFIX sh: <http://www.w3.org/ns/shacl#>\n<x:S> sh:targetNode <x:a> ; {shape} .")
    assert len(foc_graph.validate(data, shapes, engine=engine).results) == 1


@pytest.mark.parametrize(
    ("suffix", "choice"),
    [
        (".nt", {}),
        (".ttl", {}),
        (".nt", {"only": ["Name"]}),
        (".ttl", {"focus": ["http://e/d"]}),
        (".nt", {"only": ["Shape"], "focus": ["http://e/a"]}),
    ],
)
def test_results_and_their_places_are_those_of_the_embedded_store(
    suffix: str, choice: dict[str, list[str]], tmp_path: Path
) -> None:
    data, shapes = tmp_path / f"data{suffix}", tmp_path / "shapes.ttl"
    data.write_text(DATA)
    shapes.write_text(SHAPE)
    one, other = (foc_graph.validate(data, shapes, engine=engine, **choice) for engine in ("sparql", "duckdb"))

    def results(report: Report) -> list[tuple[str, ...]]:
        cells = [(r.where, r.focus, r.path, r.value, r.component, r.message, r.label) for r in report.results]
        return sorted(tuple("_:" if cell.startswith("_:") else cell for cell in row) for row in cells)

    assert results(one) == results(other) != []


@cached
def empty() -> dict[str, EmbeddedGraph | ColumnarGraph]:
    """Graphs without triples, by engine."""
    return {"sparql": EmbeddedGraph(), "duckdb": ColumnarGraph([])}


def judged(terms: Iterable[Term], condition: Condition) -> dict[str, set[str]]:
    """The terms that meet a condition, by engine."""
    plan = Keep(Nodes("term", tuple(terms)), condition)
    return {name: {str(row[0]) for row in graph.rows(plan, {})} for name, graph in empty().items()}


texts = st.text(st.sampled_from("abcXYZ019 -_.+\\\n\t\"'é🙂İKk\u0301[]^$*"), max_size=6)
patterns = st.text(st.sampled_from("abkZ09-^$.*+?|()[]{}\\dDwWsS,&~:é"), max_size=8)


@quick
@given(st.lists(texts, min_size=3, max_size=8, unique=True), patterns, st.sampled_from(("", "i", "s", "x", "q")))
@example(["a\n", "a"], "^a$", "")
@example(["٣", "3"], r"^\d$", "")
@example(["K", "k"], "k", "i")
def test_patterns_find_what_they_find_in_sparql(listed: list[str], pattern: str, flags: str) -> None:
    assume(is_pattern(pattern, flags))
    found = judged([*map(ox.Literal, listed), ox.NamedNode("http://e/a-1")], Matches("term", pattern, flags))
    assert found["duckdb"] == found["sparql"]


@quick
@given(st.lists(texts, max_size=8, unique=True), st.integers(0, 7), st.sampled_from(("<=", ">=")))
def test_lengths_are_counted_in_characters(listed: list[str], length: int, operator: Literal["<=", ">="]) -> None:
    found = judged([*map(ox.Literal, listed), ox.NamedNode("x:é🙂")], HasLength("term", operator, length))
    assert found["duckdb"] == found["sparql"]


@quick
@given(
    st.sampled_from((*COMPARED, "ex:a")),
    st.sampled_from(("<", "<=", ">", ">=")),
)
def test_terms_compare_as_in_sparql(bound: str, operator: Literal["<", "<=", ">", ">="]) -> None:
    listed = ", ".join((*COMPARED, "ex:a", "ex:b", "_:b"))
    terms, (other,) = ([one.object for one in triples(f"ex:s ex:p {values} .")] for values in (listed, bound))
    condition = Compares("term", operator, other)
    found, missed = judged(terms, condition), judged(terms, Not(condition))
    assert found["duckdb"] == found["sparql"] and missed["duckdb"] == missed["sparql"]


def test_instances_of_a_class_are_those_of_all_below_it() -> None:
    known = triples("ex:a a ex:A . ex:b a ex:B . ex:c a ex:D . ex:B rdfs:subClassOf ex:C . ex:C rdfs:subClassOf ex:A .")
    plan = Instances("node", ox.NamedNode("http://example.org/A"))
    with ColumnarGraph([], known) as graph:
        assert {str(node) for (node,) in graph.rows(plan, {})} == {f"<http://example.org/{name}>" for name in "ab"}


def test_what_is_not_installed_is_told_and_not_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data.nt").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPE)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ParameterError, match=r"duckdb is not installed: .* -m pip install 'duckdb"):
        foc_graph.validate(tmp_path / "data.nt", tmp_path / "shapes.ttl", engine="duckdb")
    monkeypatch.setattr("foc_graph.shacl.engine.LARGE", 0)
    assert len(foc_graph.validate(tmp_path / "data.nt", tmp_path / "shapes.ttl").results) == 6
    monkeypatch.setattr("foc_graph.rdf.memory.free_memory", lambda: iter([2**40, 1]))
    with pytest.raises(ParameterError, match=r"data\.nt: would take some 0\.0 GiB .*pip install 'duckdb.*sparql$"):
        foc_graph.validate(tmp_path / "data.nt", tmp_path / "shapes.ttl")
    assert foc_graph.validate(tmp_path / "data.nt", tmp_path / "shapes.ttl", engine="sparql").scope.shapes == 1


@pytest.mark.parametrize(
    ("kinds", "folder", "most", "used"),
    [("0:", "", "max", "current"), ("4:memory", "memory/", "limit_in_bytes", "usage_in_bytes")],
)
def test_what_a_control_group_leaves_is_free(kinds: str, folder: str, most: str, used: str, tmp_path: Path) -> None:
    outer, inner = (f"sys/fs/cgroup/{folder}{name}/memory." for name in ("a", "a/b"))
    texts = {"proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 5 kB\n", "proc/self/cgroup": f"1:cpu:/\n{kinds}:/a/b\n"}
    texts |= {inner + most: "max", inner + used: "7", outer + most: "4000\n", outer + used: "1000\n"}
    texts |= {outer + "stat": "inactive_file 9\ntotal_inactive_file 9\n"}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert list(free_memory(tmp_path)) == [5 * 1024, 3009]


AUTHORED = (
    *QUERIES,
    "$this !{p} ?value",
    "$this !({q}|^{p}) ?value",
    "$this {p} ?any . ?value {q}* ?value",
    "$this {p} ?any . ?value ({q})? ?value FILTER(isLiteral(?value))",
    "$this ?any ?value FILTER(?any = {p})",
    "BIND($this AS ?value) FILTER(isLiteral($this))",
    "$this ?value []",
    "$this {p} [ ?any ?value ]",
    "$this {p} ( ?one ?value )",
    "GRAPH ?value {{ ?any ?other $this }}",
    "{{ SELECT $this (COUNT(?one) AS ?value) WHERE {{ $this {q} ?one }} GROUP BY $this HAVING (COUNT(*) > 1) }}",
    "$this a/(<http://www.w3.org/2000/01/rdf-schema#subClassOf>*) ?value",
)
BODIES = [query.format(p="<http://example.org/p>", q="<http://example.org/q>") for query in AUTHORED]


@campaign(60)
@given(data(Terms(("1", "01", '"a"', '"a"@en'))))
def test_queries_of_authors_are_asked_of_all_that_they_may_look_at(judged: str) -> None:
    """Each of a store that holds what it alone may look at, or all."""
    shapes = triples(
        "".join(
            f"ex:S{number} sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:p ; "
            f'sh:sparql [ sh:select "SELECT $this ?value WHERE {{ {body} }}" ] .\n'
            for number, body in enumerate(BODIES)
        )
    )
    wanted = [one for shape in read_shapes(ShapesGraph(shapes)) for one in checks(shape)]
    embedded = EmbeddedGraph()
    embedded.load(triples(judged))
    with ColumnarGraph([], triples(judged), shapes) as columnar:
        one, other = (
            {(str(found.shape), str(found.focus), str(found.value)) for found in run(graph, wanted)}
            for graph in (embedded, columnar)
        )
    assert one == other


def test_graphs_and_files_are_validated_together(tmp_path: Path) -> None:
    shapes, part = tmp_path / "shapes.ttl", tmp_path / "part.nt"
    shapes.write_text(SHAPE)
    lines = DATA.splitlines(keepends=True)
    part.write_text("".join(lines[6:7]))
    graph = rdflib.Graph().parse(data="".join(lines[:6] + lines[7:]), format="nt")
    found = foc_graph.validate([part, graph], shapes, engine="duckdb")
    assert {one.where for one in found.results} == {"", f"{part}:1:1", f"{part}:1:30"}
    assert len(found.results) == len(foc_graph.validate([part, graph], shapes, engine="sparql").results) == 6


def test_a_workspace_is_validated_the_same(tmp_path: Path) -> None:
    wrong = "PREFIX e: <http://e/>\ne:a a e:Thing ; e:name 'longer' .\ne:b a e:Thing .\n"
    workspace = Workspace(bare_workspace(tmp_path, SHAPE, wrong))
    one, other = (validate_workspace(workspace, engine=engine) for engine in ENGINES)

    def results(report: Report) -> list[tuple[str, ...]]:
        return [(r.where, r.focus, r.path, r.component, r.message, r.label) for r in report.results]

    assert results(one) == results(other) and len(one.results) == 4
