"""Canonical Turtle."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.errors import ParseError, ServiceError
from foc_graph.rdf.turtle import format_triples, format_turtle
from foc_graph.workspace.files import format_file, replace_files
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.campaign import campaign

WORKSPACE = Workspace(ROOT)

MESSY = """# what this file is

@prefix ex: <http://example.org/> .
@prefix coal: <https://w3id.org/coalition/ns#> .
ex:b coal:note "second"@en, "first"@en ; a coal:Body .
<http://example.org/a/x> ex:p ( 1 2.50 [ ex:q true ] ) ; ex:r "01"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""
CANONICAL = """# what this file is

PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX ex: <http://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

<http://example.org/a/x>
    ex:p ( 1 2.50 [
            ex:q true ;
        ] ) ;
    ex:r "01"^^xsd:integer ;
.

ex:b
    a coal:Body ;
    coal:note
        "first"@en ,
        "second"@en ;
.
"""

IRIS = st.sampled_from(
    [ox.NamedNode(f"https://w3id.org/coalition/{name}") for name in ("ns#p", "id/foc", "id/a.b", "id/x%20y")]
)
NODES = IRIS | st.sampled_from([ox.BlankNode(f"b{n}") for n in range(5)])
LITERALS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(list('"\n\r\\')), max_size=8).map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), st.text(max_size=4), st.sampled_from(["en", "pt-br"])),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}")),
        st.sampled_from(["1", "-2", "01", "+3", "1.50", ".5", "true", "no", "2015-05"]),
        st.sampled_from(["integer", "decimal", "boolean", "gYearMonth"]),
    ),
)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREDICATES = IRIS | st.sampled_from([ox.NamedNode(RDF + name) for name in ("type", "first", "rest")])
DIRECTED = st.builds(
    lambda text, direction: ox.Literal(text, language="ar", direction=direction),
    st.text(max_size=4),
    st.sampled_from([ox.BaseDirection.LTR, ox.BaseDirection.RTL]),
)
OBJECTS = NODES | LITERALS | st.just(ox.NamedNode(RDF + "nil"))
GRAPHS = st.lists(st.builds(ox.Triple, NODES, PREDICATES, OBJECTS), max_size=14)


def canonical(turtle: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_style_is_as_documented() -> None:
    assert format_turtle(MESSY) == CANONICAL


@campaign(250)
@given(GRAPHS)
def test_formatting_keeps_the_graph_and_is_idempotent(triples: list[ox.Triple]) -> None:
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE).decode()
    formatted = format_turtle(text)
    assert canonical(formatted) == canonical(text)
    assert format_turtle(formatted) == formatted


BASE = "https://example.org/a/"
BELOW = st.builds(
    lambda parts, fragment: ox.NamedNode(f"{BASE}{''.join(parts)}{fragment}"),
    st.lists(st.sampled_from([*"ab/.:?@-~", "%41"]), max_size=8),
    st.sampled_from(["", "#", "#a", "#/a?"]),
)


@campaign(250)
@given(st.lists(st.builds(ox.Triple, BELOW, BELOW, BELOW), max_size=8))
def test_iris_below_a_base_are_the_same_when_read(triples: list[ox.Triple]) -> None:
    text = format_triples(triples, base=BASE)
    assert {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)} == set(triples)
    found = rdflib.Graph().parse(data=text, format="turtle")
    assert {tuple(map(str, one)) for one in found} == {tuple(term.value for term in one) for one in triples}


def test_things_below_a_base_are_written_by_their_names() -> None:
    thing = ox.NamedNode(f"{BASE}id/foc")
    text = format_triples(
        [ox.Triple(thing, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), thing)], base=BASE
    )
    assert (
        text
        == f"""BASE <{BASE}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

<id/foc>
    rdfs:label <id/foc> ;
.
"""
    )


@campaign(250)
@given(
    st.lists(
        st.builds(
            ox.Triple,
            NODES,
            PREDICATES,
            st.recursive(OBJECTS | DIRECTED, lambda o: st.builds(ox.Triple, NODES, PREDICATES, o)),
        ),
        max_size=8,
    )
)
def test_triple_terms_and_directions_are_written_as_they_are(triples: list[ox.Triple]) -> None:
    text = format_triples(triples)
    assert canonical(text) == canonical(ox.serialize(triples, format=ox.RdfFormat.TURTLE).decode())


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("ontology/**/*.ttl"), *ROOT.glob("data/**/*.ttl")]), ids=lambda path: path.stem
)
def test_every_file_of_the_repository_is_canonical(path: Path) -> None:
    assert not format_file(path, WORKSPACE, check=True)


def test_a_file_is_rewritten_and_then_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(MESSY.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    assert format_file(path, WORKSPACE, check=True) and path.read_bytes() != CANONICAL.encode()
    assert format_file(path, WORKSPACE)
    assert path.read_bytes() == CANONICAL.encode() and path.stat().st_mode & 0o777 == 0o640
    assert not format_file(path, WORKSPACE)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<http://a> <http://b> .", ":1:23: "),
        ("PREFIX ex: <http://e/>\nex:a ex:b\n  'x", ":3:3: "),
        ("<http://a> <http://b> 1 .\n# lost\n", ":2:1: a comment below the head"),
        ("<http://a> <http://b> " + "[ <http://b> " * 5000, ": nested deeper than"),
        ("<http://a> <http://b> ( " + "1 " * 300 + ") .", "more than 200 blank nodes"),
        ('<http://a> <http://b> "x"@en--ltr .', ":1:27: RDF 1.2"),
        ("<http://a> <http://b> '<<(' ;\n  <http://c> <<( <http://a> <http://b> 1 )>> .", ":2:14: RDF 1.2"),
        ("<< <http://a> <http://b> 1 >> <http://c> 2 .", ":1:1: RDF 1.2"),
        ("# {| ~\n<http://a> <http://b> 1 {| <http://c> 2 |} .", ":2:25: RDF 1.2"),
        ("<http://a> <http://b> '~ {|' , 1 ~ <http://c> .", ":1:34: RDF 1.2"),
        ("\udcff", ":1:1: not UTF-8"),
    ],
)
def test_a_bad_file_is_left_as_it_is_and_its_fault_located(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "x.ttl"
    before = text.encode(errors="surrogateescape")
    path.write_bytes(before)
    with pytest.raises(ParseError) as error:
        format_file(path, WORKSPACE)
    assert place in str(error.value) and str(path) in str(error.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        r"<http://e/\u0041#b> <http://p> 1 .",
        '<http://a> <http://p> """x\r\ny\rz""" .',
        r'<http://a> <http://p> "x\n\\\"" .',
        *(rf'<http://a> <http://p> "x\n{quotes}" .' for quotes in (r"\"" * number for number in range(1, 8))),
        "".join(f"_:b{number} <http://p> _:b{number + 1} .\n" for number in range(100)),
    ],
)
def test_odd_but_valid_turtle_is_formatted_without_loss(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(text.encode())
    before = canonical(path.read_bytes().decode())
    assert format_file(path, WORKSPACE)
    assert canonical(path.read_bytes().decode()) == before
    assert not format_file(path, WORKSPACE, check=True)


@pytest.mark.parametrize("before", [None, "old"])
def test_a_write_that_fails_changes_nothing(
    tmp_path: Path, before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "x.ttl"
    if before is not None:
        path.write_text(before)
    here = list(tmp_path.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ServiceError, match="cannot be written: No space left"):
            replace_files({path: (before, "new")})
    assert list(tmp_path.iterdir()) == here
    assert before is None or path.read_text() == before
    replace_files({path: (before, "new")})
    assert path.read_text() == "new"
