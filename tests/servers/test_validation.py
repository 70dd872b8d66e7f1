"""Validating what SPARQL servers hold: the results that the embedded store gives, in full or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import foc_graph
from foc_graph.errors import ParameterError, ServiceError
from foc_graph.graph import open_store
from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.shacl import Report
from foc_graph.shacl.data_graph import PAGE
from foc_graph.store import Store
from foc_graph.validation import validate_store
from foc_graph.workspace.dataset import read_dataset
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc
from tests.support.sparql_servers import Server

GRAPH = "https://example.org/graph/tested"
SHAPES = """PREFIX ex: <http://example.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property ex:Shape-name , ex:Shape-part , ex:Shape-begin .
ex:Shape-name a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:minLength 2 ; sh:pattern "^[A-Z]" .
ex:Shape-part a sh:PropertyShape ; sh:path ex:part ; sh:nodeKind sh:IRI ; sh:node ex:Part ;
    sh:or ( [ sh:class ex:Part ] [ sh:class ex:Thing ] ) .
ex:Shape-begin a sh:PropertyShape ; sh:path ex:begin ; sh:datatype xsd:date ; sh:lessThan ex:end .
ex:Part a sh:NodeShape ; sh:property [ sh:path [ sh:inversePath ex:part ] ; sh:maxCount 1 ] .
"""
DATA = """PREFIX ex: <http://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
ex:a a ex:Thing ; ex:name "Aa" ; ex:part ex:p ;
    ex:begin "2020-01-01"^^xsd:date ; ex:end "2020-02-01"^^xsd:date ; ex:odd 1 .
ex:b a ex:Thing ; ex:name "b" , "C" ; ex:part ex:p , "text" ;
    ex:begin "2020-01-01"^^xsd:date ; ex:end "2019-02-01"^^xsd:date .
ex:c a ex:Thing ; ex:begin "2020" .
ex:p a ex:Part .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA)
    shapes.write_text(SHAPES)
    return data, shapes


@pytest.fixture
def held(server: Server, files: tuple[Path, Path]) -> Iterator[Server]:
    triples = (quad.triple for quad in ox.parse(path=files[0], format=ox.RdfFormat.TURTLE))
    server.load(GRAPH, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    yield server
    server.clear(GRAPH)


def tested(server: Server) -> Store:
    return open_store(endpoint=server.query_url, graph=GRAPH)


def found(report: Report) -> list[tuple[str, ...]]:
    return sorted((one.focus, one.path, one.value, one.severity, one.component, one.shape) for one in report.results)


def test_an_endpoint_gives_the_results_of_the_embedded_store(held: Server, files: tuple[Path, Path]) -> None:
    data, shapes = files
    embedded = foc_graph.validate(data, shapes)
    assert len(embedded.results) > 12
    assert found(validate_store(tested(held), shapes)) == found(embedded)
    some = validate_store(tested(held), shapes, only=["Shape-name"], focus=["http://example.org/b"])
    assert {one.focus for one in some.results} == {"http://example.org/b"}
    assert found(some) == found(foc_graph.validate(data, shapes, only=["Shape-name"], focus=["http://example.org/b"]))


def test_what_a_patch_may_have_touched_is_checked(held: Server, files: tuple[Path, Path]) -> None:
    data, shapes = files
    patch = data.with_name("change.rdfp")
    patch.write_text('A <http://example.org/b> <http://example.org/name> "C" .\n')
    embedded = foc_graph.validate(data, shapes, since=str(patch))
    assert {one.focus for one in embedded.results} == {"http://example.org/b"}
    assert found(validate_store(tested(held), shapes, since=str(patch))) == found(embedded)


def test_the_command_validates_an_endpoint(held: Server, files: tuple[Path, Path]) -> None:
    endpoint = ("--endpoint", held.query_url, "--graph", GRAPH)
    run = foc("validate", *endpoint, "--shapes", str(files[1]), "--format", "json")
    assert run.returncode == 1 and len(json.loads(run.stdout)["results"]) > 12, run.stderr


def test_results_come_in_pages(server: Server, files: tuple[Path, Path]) -> None:
    many = "".join(
        f"<http://example.org/{number}> <{RDF_TYPE}> <http://example.org/Thing> .\n" for number in range(PAGE + 5)
    )
    server.load(GRAPH, many.encode())
    try:
        report = validate_store(tested(server), files[1], only=["Shape-name"])
    finally:
        server.clear(GRAPH)
    assert len({one.focus for one in report.results}) == len(report.results) == PAGE + 5


def test_our_own_shapes_run_on_a_server(server: Server, small_root: Path) -> None:
    """Without their members, all memberships are wrong, and much that looks across things is."""
    workspace = Workspace(small_root)
    member = ox.NamedNode(f"{PREFIXES['org']}member")
    triples = {quad.triple for quad in read_dataset(workspace) if quad.predicate != member}
    server.load(GRAPH, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))
    try:
        report = validate_store(tested(server), workspace, only=["Membership", "Coalition"])
    finally:
        server.clear(GRAPH)
    data = rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    embedded = foc_graph.validate(data, workspace.shape_files, only=["Membership", "Coalition"])
    assert found(report) == found(embedded) and report.results


def test_an_empty_graph_does_not_conform(server: Server, files: tuple[Path, Path]) -> None:
    with pytest.raises(ServiceError, match="holds no triples: name the graph"):
        validate_store(open_store(endpoint=server.query_url, graph="https://example.org/graph/none"), files[1])


def test_the_shapes_graph_is_not_to_be_had_there(files: tuple[Path, Path]) -> None:
    files[1].write_text(
        """PREFIX ex: <http://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#>
        ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql ex:S-c .
        ex:S-c sh:select "SELECT $this WHERE { GRAPH $shapesGraph { ?a ?b ?c } }" ."""
    )
    with pytest.raises(ParameterError, match="shapesGraph"):
        validate_store(open_store(endpoint="http://127.0.0.1:9/sparql"), files[1])
