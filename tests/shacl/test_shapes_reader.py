"""Reading shapes: what is wrong, in which shape, at which place; and nothing is left out in silence."""

import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from foc_graph.errors import ParseError
from foc_graph.shacl.compiler import checks
from foc_graph.shacl.data_graph import EmbeddedGraph
from foc_graph.shacl.engine import run
from foc_graph.shacl.shapes import OTHER_TERMS, PARAMETERS, RDF_FIRST, RDF_NIL, RDF_REST, TYPE, ShapesGraph, sh
from foc_graph.shacl.shapes_reader import LoadedShapes, read_shapes
from tests.support.campaign import campaign

EX = "http://example.org/"
PREFIXES = f"""PREFIX ex: <{EX}>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
NODE_SHAPE = "ex:S a sh:NodeShape ; sh:targetClass ex:C ;\n  {} ."
PROPERTY_SHAPE = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ;\n  {} ."
PATH_SHAPE = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ;\n  sh:path {} ."
QUERY = 'ex:S a sh:NodeShape ; sh:targetClass ex:C ;\n  sh:sparql [ sh:select "{}" ] .'

FAULTS: dict[str, dict[str, tuple[str, str, str]]] = tomllib.loads(
    Path(__file__).with_name("faults.toml").read_text("utf-8")
)


def load(tmp_path: Path, text: str) -> LoadedShapes:
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return LoadedShapes([("shapes.ttl", path)])


def faults(kind: str, shape: str) -> list[object]:
    """Test parameters: the shapes graphs that faults of a kind make, each with the place and what is said of it."""
    found = FAULTS[kind].items()
    return [pytest.param(shape.replace("{}", text), where, said, id=name) for name, (text, where, said) in found]


IN_SHAPES = [
    *faults("node shape", NODE_SHAPE),
    *faults("property shape", PROPERTY_SHAPE),
    *faults("path", PATH_SHAPE),
    *faults("recursive", NODE_SHAPE),
]


@pytest.mark.parametrize(("text", "where", "said"), IN_SHAPES)
def test_a_shape_that_is_not_well_formed_is_refused_with_its_position(
    tmp_path: Path, text: str, where: str, said: str
) -> None:
    with pytest.raises(ParseError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith(f"shapes.ttl:{where}: not well-formed SHACL: {EX}S ")
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(("text", "where", "said"), faults("query", QUERY))
def test_a_query_that_cannot_run_is_refused_with_its_position(tmp_path: Path, text: str, where: str, said: str) -> None:
    with pytest.raises(ParseError) as error:
        load(tmp_path, text)
    expected = f"shapes.ttl:{where}: not well-formed SHACL: a blank node in sh:sparql in {EX}S {said}"
    assert str(error.value).startswith(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "ex:S a sh:PropertyShape ; sh:minCount 1 .",
            f"5:1: not well-formed SHACL: {EX}S is a property shape without sh:path",
        ),
        ("ex:G sh:entailment ex:Some .", f"5:6: not well-formed SHACL: {EX}G asks for {EX}Some, which is not done"),
        (
            NODE_SHAPE.replace("{}", "sh:sparql ex:q") + '\nex:q sh:select "SELECT $this WHERE { MINUS { } }" .',
            f"7:6: not well-formed SHACL: {EX}q uses MINUS",
        ),
        (NODE_SHAPE.replace("{}", "sh:sparql [ ]"), "6:3: not well-formed SHACL: a blank node in sh:sparql in "),
        (
            NODE_SHAPE.replace("{}", 'sh:sparql [ sh:prefixes ex:o ; sh:select "SELECT $this WHERE { }" ]')
            + '\nex:o sh:declare [ sh:prefix "x" ] .',
            f"7:6: not well-formed SHACL: {EX}o declares a prefix without sh:prefix or sh:namespace",
        ),
        (
            "ex:c a sh:ConstraintComponent .",
            f"5:1: not well-formed SHACL: {EX}c is a constraint component without a parameter",
        ),
        (
            "ex:c a sh:ConstraintComponent ; sh:parameter [ sh:path ( ex:a ex:b ) ] .",
            f"5:33: not well-formed SHACL: {EX}c has a parameter whose sh:path is not an IRI",
        ),
    ],
    ids=["no_path", "entailment", "named_constraint", "no_query", "prefix", "component", "parameter"],
)
def test_other_parts_of_shapes_graphs_are_refused_with_their_position(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ParseError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith(f"shapes.ttl:{message}")


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("sh:minCont 1", f"6:3: {EX}S: sh:minCont is not known and was not checked"),
        ("sh:js [ ]", f"6:3: {EX}S: sh:js is not known and was not checked"),
        (
            "sh:property [ sh:path ex:p ; sh:maxcount 1 ]",
            f"6:3: a blank node in sh:property in {EX}S: sh:maxcount is not known and was not checked",
        ),
        ("sh:node ex:T", f"6:3: {EX}S: {EX}T, of which nothing is said, allows everything"),
        ('sh:flags "i"', f"6:3: {EX}S: sh:flags means nothing without sh:pattern and was not checked"),
        (
            "sh:qualifiedValueShape []",
            f"6:3: {EX}S: sh:qualifiedValueShape means nothing without sh:qualifiedMinCount or sh:qualifiedMaxCount",
        ),
        ("sh:qualifiedMinCount 1", f"6:3: {EX}S: sh:qualifiedMinCount means nothing without sh:qualifiedValueShape"),
        (
            "ex:parameter 1 . ex:c a sh:ConstraintComponent ; sh:parameter [ sh:path ex:parameter ]",
            f"6:20: {EX}c has no validator in SPARQL and was not checked",
        ),
    ],
)
def test_what_is_not_checked_is_warned_of(tmp_path: Path, text: str, warning: str) -> None:
    shape = PROPERTY_SHAPE if "qualified" in text else NODE_SHAPE
    (said,) = load(tmp_path, shape.replace("{}", text)).warnings
    assert said.startswith(f"shapes.ttl:{warning}")


def test_shapes_that_are_well_formed_are_read_without_warnings(tmp_path: Path) -> None:
    text = """sh:and () ; sh:in () ; sh:deactivated false ; sh:message "Text"@en, "plain" ; sh:order 1 ;
        sh:sparql [ sh:select "SELECT $this (COUNT(?o) AS ?value) WHERE { $this ?p ?o } HAVING (COUNT(?o) > 1)" ] ;
        sh:property [ sh:path ( ex:p [ sh:zeroOrMorePath [ sh:inversePath ex:q ] ] ) ; sh:minCount 1 ]"""
    loaded = load(tmp_path, NODE_SHAPE.replace("{}", text))
    assert loaded.warnings == [] and [shape.node for shape in loaded.shapes] == [ox.NamedNode(f"{EX}S")]


NODES = [*(ox.NamedNode(EX + name) for name in "abcS"), *(ox.BlankNode(f"b{number}") for number in range(4))]
PREDICATES = [
    *(sh(name) for name in sorted({*PARAMETERS, *OTHER_TERMS})),
    *[sh("path"), TYPE, RDF_FIRST, RDF_REST] * 10,
]
VALUES = [
    *NODES * 3,
    *[RDF_NIL] * 6,
    *(sh(name) for name in ("NodeShape", "PropertyShape", "ConstraintComponent", "IRI", "Warning")),
    *map(ox.Literal, ("", "a", "(", "SELECT $this WHERE { $this ?p ?value }", "ASK { FILTER($value = $this) }")),
    *map(ox.Literal, (0, 1, True, False)),
    ox.Literal("a", language="en"),
]


@campaign(200, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.builds(ox.Triple, st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(VALUES)),
        min_size=2,
        max_size=16,
    )
)
def test_any_triples_are_shapes_that_run_or_an_error(triples: list[ox.Triple]) -> None:
    try:
        shapes, _ = read_shapes(ShapesGraph(triples))
    except ParseError as error:
        assert "\n" not in str(error)
        return
    data = EmbeddedGraph()
    data.load(triples)
    data.load_shapes(triples)
    for finding in run(data, [check for shape in shapes for check in checks(shape)]):
        assert finding.messages
