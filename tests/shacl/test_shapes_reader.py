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
from foc_graph.shacl.shapes import RDF_FIRST, RDF_NIL, RDF_REST, TYPE, ShapesGraph, sh
from foc_graph.shacl.shapes_reader import LoadedShapes, read_shapes
from foc_graph.shacl.terms import TERMS
from tests.support.campaign import campaign

EX = "http://example.org/"
PREFIXES = f"""PREFIX ex: <{EX}>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
HERE = Path(__file__).parent
W3C = "http://www.w3.org/ns/"
NODE_SHAPE = "ex:S a sh:NodeShape ; sh:targetClass ex:C ;\n  {} ."
PROPERTY_SHAPE = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ;\n  {} ."
PATH_SHAPE = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ;\n  sh:path {} ."
QUERY = 'ex:S a sh:NodeShape ; sh:targetClass ex:C ;\n  sh:sparql [ sh:select "{}" ] .'

FAULTS: dict[str, dict[str, tuple[str, str, str]]] = tomllib.loads(HERE.joinpath("faults.toml").read_text("utf-8"))
VOCABULARY: dict[str, dict[str, str]] = tomllib.loads(HERE.joinpath("vocabulary.toml").read_text("utf-8"))
POSITIONS = {
    "predicate": "sh:minCount 1 ; {} ex:x",
    "annotation": "sh:minCount 1 {| {} true |}",
    "class": "sh:minCount 1 ; a {}",
    "severity": "sh:minCount 1 ; sh:severity {}",
    "kind": "sh:minCount 1 ; sh:nodeKind {}",
}
REMEDY = ": take it out, or use --allow-unknown"


def load(tmp_path: Path, text: str, allow_unknown: bool = False) -> LoadedShapes:
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return LoadedShapes([("shapes.ttl", path)], allow_unknown=allow_unknown)


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


@pytest.mark.parametrize(("text", "where", "said"), faults("shapes graph", "{}"))
def test_other_parts_are_refused_with_their_position(tmp_path: Path, text: str, where: str, said: str) -> None:
    with pytest.raises(ParseError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith(f"shapes.ttl:{where}: {said}")


@pytest.mark.parametrize(("text", "where", "said"), faults("not read", PROPERTY_SHAPE))
def test_what_would_not_be_read_is_refused_or_allowed_with_a_warning(
    tmp_path: Path, text: str, where: str, said: str
) -> None:
    with pytest.raises(ParseError) as error:
        load(tmp_path, text)
    warnings = load(tmp_path, text, allow_unknown=True).graph.warnings
    assert [str(error.value).removesuffix(REMEDY)] == [*warnings] == [f"shapes.ttl:{where}: {said}"]


@pytest.mark.parametrize(("text", "where", "said"), faults("without effect", PROPERTY_SHAPE))
def test_what_means_nothing_by_the_standard_is_warned_of(tmp_path: Path, text: str, where: str, said: str) -> None:
    assert [*load(tmp_path, text).graph.warnings] == [f"shapes.ttl:{where}: {said}"]


def test_one_misspelt_term_in_a_large_file_is_found(tmp_path: Path) -> None:
    shapes = [f"ex:S{number} a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:IRI ." for number in range(5000)]
    shapes[2500] = shapes[2500].replace("nodeKind", "nodeKnd")
    with pytest.raises(ParseError) as error:
        load(tmp_path, "\n".join(shapes))
    assert (tmp_path / "shapes.ttl").stat().st_size > 300_000
    assert str(error.value) == f"shapes.ttl:2505:49: {EX}S2500: sh:nodeKnd is not known: did you mean sh:nodeKind?"


def misspelt(term: str) -> str:
    """A term with one letter of its name changed."""
    return term[:-2] + ("x" if term[-2] != "x" else "y") + term[-1]


def reading(text: str) -> object:
    """What is read of a shape: all that validation depends on, or why it is refused."""
    prefixes = f"{PREFIXES} PREFIX shnex: <{W3C}shacl-node-expr#> PREFIX sparql: <{W3C}sparql#> "
    triples = ox.parse(prefixes + PROPERTY_SHAPE.replace("{}", text), format=ox.RdfFormat.TURTLE)
    graph = ShapesGraph([quad.triple for quad in triples])
    try:
        shapes = read_shapes(graph)
    except ParseError as error:
        return str(error)
    return [(one.targets, one.severity, one.messages, [*map(str, one.constraints)]) for one in shapes], graph.warnings


def test_no_term_of_the_vocabularies_passes_unread_and_none_with_a_wrong_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each as predicate, annotation, class and value of a shape: refused, or the shape is read in another way."""
    monkeypatch.setattr("foc_graph.shacl.terms.near_names", lambda name, known: [])  # takes most of the time
    without = reading("sh:minCount 1")
    every = dict.fromkeys(term for terms in VOCABULARY["terms"].values() for term in terms.split())
    for position, text in POSITIONS.items():
        passed = {term for term in every if reading(text.replace("{}", term)) == without}
        assert passed == set(VOCABULARY["without effect"].get(position, "").split()), position
        wrong = [one.replace("{}", misspelt(term)) for term in every for one in (text, "ex:p {}")]
        assert [text for text in wrong if " is not " not in str(reading(text))] == []


def test_shapes_that_are_well_formed_are_read_without_warnings(tmp_path: Path) -> None:
    text = """sh:and () ; sh:in () ; sh:deactivated false ; sh:message "Text"@en, "plain" ; sh:order 1 ;
        sh:sparql [ sh:select "SELECT $this (COUNT(?o) AS ?value) WHERE { $this ?p ?o } HAVING (COUNT(?o) > 1)" ] ;
        sh:property [ sh:path ( ex:p [ sh:zeroOrMorePath [ sh:inversePath ex:q ] ] ) ; sh:minCount 1 ]"""
    loaded = load(tmp_path, NODE_SHAPE.replace("{}", text))
    assert not loaded.graph.warnings and [shape.node for shape in loaded.shapes] == [ox.NamedNode(f"{EX}S")]


NODES = [*(ox.NamedNode(EX + name) for name in "abcS"), *(ox.BlankNode(f"b{number}") for number in range(4))]
PREDICATES = [
    *map(ox.NamedNode, sorted(TERMS["other"] | TERMS["constraint"] | TERMS["component"])),
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
        shapes = read_shapes(ShapesGraph(triples, allow_unknown=True))
    except ParseError as error:
        assert "\n" not in str(error)
        return
    data = EmbeddedGraph()
    data.load(triples)
    data.load_shapes(triples)
    for finding in run(data, [check for shape in shapes for check in checks(shape)]):
        assert finding.messages
