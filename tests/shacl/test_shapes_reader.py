"""Reading shapes: what is wrong, in which shape, at which place; and nothing is left out in silence."""

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

Row = tuple[str, str, str]
"""What fills the gap in a shape, and of the error, the line and column, and some of the text."""


def load(tmp_path: Path, text: str) -> LoadedShapes:
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return LoadedShapes([("shapes.ttl", path)])


def rows(shape: str, **parts: Row) -> list[object]:
    """Test parameters: the shapes graph that a part makes, with the place and what is said of it there."""
    return [pytest.param(shape.replace("{}", text), *said, id=name) for name, (text, *said) in parts.items()]


IN_NODE_SHAPES = rows(
    NODE_SHAPE,
    severity_text=('sh:severity "bad"', "6:15", 'sh:severity is an IRI, not "bad"'),
    message_number=("sh:message 1", "6:14", "sh:message is a text, not"),
    deactivated_text=('sh:deactivated "yes"', "6:18", 'sh:deactivated takes a boolean, not "yes"'),
    deactivated_twice=("sh:deactivated true, false", "6:3", "has 2 values of sh:deactivated: give one"),
    target_class_text=('sh:targetClass "C"', "6:18", 'sh:targetClass is an IRI, not "C"'),
    target_node_blank=("sh:targetNode []", "6:3", "sh:targetNode is an IRI or a literal, not a blank node"),
    target_subjects_number=("sh:targetSubjectsOf 1", "6:23", "sh:targetSubjectsOf is an IRI, not"),
    target_objects_number=("sh:targetObjectsOf 1", "6:22", "sh:targetObjectsOf is an IRI, not"),
    min_count=("sh:minCount 1", "6:3", "is a node shape, where sh:minCount has no meaning: give it a sh:path"),
    max_count=("sh:maxCount 1", "6:3", "where sh:maxCount has no meaning"),
    unique_lang=("sh:uniqueLang true", "6:3", "where sh:uniqueLang has no meaning"),
    less_than=("sh:lessThan ex:p", "6:3", "where sh:lessThan has no meaning"),
    less_than_or_equals=("sh:lessThanOrEquals ex:p", "6:3", "where sh:lessThanOrEquals has no meaning"),
    qualified=(
        "sh:qualifiedValueShape [] ; sh:qualifiedMinCount 1",
        "6:3",
        "where sh:qualifiedValueShape has no meaning",
    ),
    class_text=('sh:class "C"', "6:12", 'sh:class takes an IRI, not "C"'),
    datatype_text=('sh:datatype "s"', "6:15", 'sh:datatype takes an IRI, not "s"'),
    datatype_twice=("sh:datatype xsd:string, xsd:date", "6:3", "has 2 values of sh:datatype: give one"),
    node_kind_unknown=("sh:nodeKind sh:Blank", "6:15", "sh:nodeKind is one of sh:BlankNode, sh:IRI, "),
    node_kind_text=('sh:nodeKind "IRI"', "6:15", 'sh:nodeKind takes an IRI, not "IRI"'),
    bound_iri=("sh:minInclusive ex:x", "6:19", "sh:minInclusive takes a literal, not http://example.org/x"),
    bound_twice=("sh:maxExclusive 1, 2", "6:3", "has 2 values of sh:maxExclusive: give one"),
    length_text=('sh:minLength "1"', "6:16", 'sh:minLength takes a whole number from 0, not "1"'),
    pattern_number=("sh:pattern 1", "6:14", "sh:pattern takes a string, not"),
    pattern_language=('sh:pattern "a"@en', "6:14", 'sh:pattern takes a string, not "a"@en'),
    pattern_twice=('sh:pattern "a", "b"', "6:3", "has 2 values of sh:pattern: give one"),
    pattern_look_ahead=(
        'sh:pattern "a(?=b)"',
        "6:14",
        'has "a(?=b)", no regular expression that we know: write one without look-a',
    ),
    pattern_look_behind=('sh:pattern "(?<!a)b"', "6:14", 'has "(?<!a)b", no regular expression that we know'),
    pattern_back_reference=('sh:pattern "(a)\\\\1"', "6:14", "no regular expression that we know"),
    pattern_broken=('sh:pattern "("', "6:14", 'has "(", no regular expression that we know'),
    flags_number=('sh:pattern "a" ; sh:flags 1', "6:29", "sh:flags takes a string, not"),
    flags_unknown=('sh:pattern "a" ; sh:flags "z"', "6:14", 'has "a", no regular expression that we know'),
    languages_text=('sh:languageIn "en"', "6:3", "sh:languageIn is not a well-formed list: write it as ( ... )"),
    languages_numbers=("sh:languageIn ( 1 )", "6:3", "sh:languageIn takes a string, not"),
    list_without_rest=('sh:languageIn [ rdf:first "en" ]', "6:3", "sh:languageIn is not a well-formed list"),
    list_without_end=("sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l", "6:3", "sh:in is not a well-formed list"),
    list_with_two_ends=("sh:in _:l . _:l rdf:first 1 ; rdf:rest (), ( 1 )", "6:3", "sh:in is not a well-formed list"),
    in_twice=("sh:in ( 1 ), ( 2 )", "6:3", "has 2 values of sh:in: give one"),
    equals_text=('sh:equals "p"', "6:13", 'sh:equals takes an IRI, not "p"'),
    disjoint_number=("sh:disjoint 1", "6:15", "sh:disjoint takes an IRI, not"),
    not_text=('sh:not "S"', "6:10", 'sh:not is a shape, not "S"'),
    and_shape=("sh:and ex:T", "6:3", "sh:and is not a well-formed list"),
    or_text=('sh:or ( "x" )', "6:3", 'sh:or is a shape, not "x"'),
    xone_broken=("sh:xone [ rdf:rest () ]", "6:3", "sh:xone is not a well-formed list"),
    node_number=("sh:node 1", "6:11", "sh:node is a shape, not"),
    node_with_path=("sh:node [ sh:path ex:p ]", "6:3", "refers by sh:node to a blank node in sh:node in "),
    property_text=('sh:property "p"', "6:15", 'sh:property is a shape, not "p"'),
    property_without_path=(
        "sh:property [ sh:minCount 1 ]",
        "6:3",
        "refers by sh:property to a blank node in sh:property in ",
    ),
    property_of_nothing=(
        "sh:property ex:T",
        "6:15",
        "refers by sh:property to http://example.org/T, which has no sh:path",
    ),
    closed_text=('sh:closed "x"', "6:13", 'sh:closed takes a boolean, not "x"'),
    closed_twice=("sh:closed true, false", "6:3", "has 2 values of sh:closed: give one"),
    ignored_iri=(
        "sh:closed true ; sh:ignoredProperties ex:p",
        "6:20",
        "sh:ignoredProperties is not a well-formed list",
    ),
    ignored_text=(
        'sh:closed true ; sh:ignoredProperties ( "p" )',
        "6:20",
        'sh:ignoredProperties takes an IRI, not "p"',
    ),
    sparql_text=('sh:sparql "SELECT"', "6:13", 'sh:sparql is a constraint, not "SELECT"'),
)

IN_PROPERTY_SHAPES = rows(
    PROPERTY_SHAPE,
    count_negative=("sh:minCount -1", "6:15", "sh:minCount takes a whole number from 0, not"),
    count_text=('sh:minCount "1"', "6:15", 'sh:minCount takes a whole number from 0, not "1"'),
    count_of_another_type=('sh:maxCount "1"^^xsd:int', "6:15", "sh:maxCount takes a whole number from 0, not"),
    count_decimal=("sh:maxCount 1.5", "6:15", "sh:maxCount takes a whole number from 0, not"),
    count_twice=("sh:minCount 1, 2", "6:3", "has 2 values of sh:minCount: give one"),
    unique_lang_text=('sh:uniqueLang "true"', "6:17", 'sh:uniqueLang takes a boolean, not "true"'),
    less_than_text=('sh:lessThan "p"', "6:15", 'sh:lessThan takes an IRI, not "p"'),
    qualified_text=(
        'sh:qualifiedValueShape "S" ; sh:qualifiedMinCount 1',
        "6:26",
        'sh:qualifiedValueShape is a shape, not "S"',
    ),
    qualified_twice=(
        "sh:qualifiedValueShape [], [] ; sh:qualifiedMinCount 1",
        "6:3",
        "has 2 values of sh:qualifiedValueShape",
    ),
    qualified_count=(
        'sh:qualifiedValueShape [] ; sh:qualifiedMaxCount "1"',
        "6:52",
        "sh:qualifiedMaxCount takes a whole number",
    ),
    qualified_disjoint=(
        "sh:qualifiedValueShape [] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint 1",
        "6:88",
        "sh:qualifiedValueShapesDisjoint takes a boolean, not",
    ),
)

PATHS = rows(
    PATH_SHAPE,
    two=("ex:p, ex:q", "6:3", "has 2 values of sh:path: give one"),
    text=('"p"', "6:11", "has a path that is a literal or contains itself: write an IRI or a path"),
    text_inside=('[ sh:inversePath "p" ]', "6:3", "has a path that is a literal or contains itself"),
    contains_itself=("_:p . _:p sh:inversePath _:p", "6:3", "has a path that is a literal or contains itself"),
    list_contains_itself=("_:l . _:l rdf:first ex:p ; rdf:rest _:l", "6:3", "sh:path is not a well-formed list"),
    empty_sequence=("()", "6:3", "has a blank node as sh:path that is not exactly one of SHACL's kinds of paths"),
    short_sequence=("( ex:p )", "6:3", "has a sequence path of fewer than two parts: name the part itself"),
    short_alternative=("[ sh:alternativePath ( ex:p ) ]", "6:3", "has an alternative path of fewer than two parts"),
    alternative_without_list=("[ sh:alternativePath ex:p ]", "6:3", "sh:path is not a well-formed list"),
    unknown_kind=("[ sh:somePath ex:p ]", "6:3", "not exactly one of SHACL's kinds of paths"),
    two_inverse=("[ sh:inversePath ex:p, ex:q ]", "6:3", "not exactly one of SHACL's kinds of paths"),
    two_kinds=("[ sh:inversePath ex:p ; sh:zeroOrOnePath ex:p ]", "6:3", "not exactly one of SHACL's kinds of paths"),
)

RECURSIVE = rows(
    NODE_SHAPE,
    node=("sh:node ex:S", "5:1", f"is recursive: {EX}S -> {EX}S: take one reference out"),
    not_=("sh:not [ sh:node ex:S ]", "5:1", f"is recursive: {EX}S -> a blank node in sh:not in {EX}S -> {EX}S"),
    property=("sh:property [ sh:path ex:p ; sh:node ex:S ]", "5:1", "-> a blank node in sh:property in "),
    list=(
        "sh:and ( ex:T ) . ex:T sh:or ( [ sh:xone ( ex:S ) ] )",
        "5:1",
        f"is recursive: {EX}S -> {EX}T -> a blank node in ",
    ),
    qualified=(
        "sh:property [ sh:path ex:p ; sh:qualifiedValueShape ex:S ; sh:qualifiedMinCount 1 ]",
        "5:1",
        "is recursive",
    ),
)

QUERIES = rows(
    QUERY,
    minus=(
        "SELECT $this WHERE { $this ?p ?o MINUS { $this a ?o } }",
        "6:3",
        "uses MINUS, which SHACL does not allow there",
    ),
    values=("SELECT $this WHERE { VALUES ?x { 1 } }", "6:3", "uses VALUES, which SHACL does not allow there"),
    service=(
        "SELECT $this WHERE { SERVICE <http://example.org/> { } }",
        "6:3",
        "uses SERVICE, which SHACL does not allow",
    ),
    assigned=("SELECT (1 AS $this) WHERE { }", "6:3", "assigns $this, which is bound before it runs"),
    sub_select=(
        "SELECT $this WHERE { { SELECT ?x WHERE { ?x ?p ?o } } }",
        "6:3",
        "has a sub-select that does not give $this",
    ),
    prefix=(
        "SELECT $this WHERE { $this ex:p ?o }",
        "6:3",
        "uses prefix 'ex', which no sh:declare of its sh:prefixes gives",
    ),
    no_select=("CONSTRUCT WHERE { ?s ?p ?o }", "6:3", "is not one SELECT or ASK query without FROM"),
    update=("DELETE WHERE { ?s ?p ?o }", "6:3", "is not one SELECT or ASK query without FROM"),
    open_brace=("SELECT $this WHERE { ", "6:3", "has one opening brace too many"),
    closing_brace=("SELECT $this WHERE { } }", "6:3", "has one closing brace too many"),
    syntax=(
        "SELECT $this WHERE { $this ?p }",
        "6:3",
        "is not a SPARQL 1.1 query at or before the end of 'SELECT $this WHERE { $this ?p",
    ),
    function=("SELECT $this WHERE { FILTER(WRONG($this)) }", "6:3", "is not a SPARQL 1.1 query"),
    relative_iri=("SELECT $this WHERE { $this <p> ?o }", "6:3", "is '<p>' is a relative IRI"),
    base=("BASE <http://example.org/> SELECT $this WHERE { $this <p> ?o }", "6:3", "uses BASE: write out the IRIs"),
    pattern=(
        "SELECT $this WHERE { $this ?p ?o FILTER(REGEX(?o, '(?=a)')) }",
        "6:3",
        "has '(?=a)', which is no regular expression",
    ),
    replacement=(
        "SELECT $this WHERE { BIND(REPLACE('a', '(', '') AS ?o) }",
        "6:3",
        "has '(', which is no regular expression",
    ),
    offset=("SELECT $this WHERE { $this ?p ?o } OFFSET 1", "6:3", "picks solutions by OFFSET"),
)


@pytest.mark.parametrize(("text", "where", "said"), [*IN_NODE_SHAPES, *IN_PROPERTY_SHAPES, *PATHS, *RECURSIVE])
def test_a_shape_that_is_not_well_formed_is_refused_with_its_position(
    tmp_path: Path, text: str, where: str, said: str
) -> None:
    with pytest.raises(ParseError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith(f"shapes.ttl:{where}: not well-formed SHACL: {EX}S ")
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(("text", "where", "said"), QUERIES)
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
