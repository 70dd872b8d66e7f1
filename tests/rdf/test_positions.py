"""Positions: where in the files a triple stands, whatever the layout of the Turtle."""

import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.rdf import parser
from foc_graph.rdf.positions import Positions
from foc_graph.rdf.terms import XSD
from tests.support.campaign import campaign

E = "http://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IRIS = [
    ox.NamedNode(iri)
    for iri in (
        *(
            f"{E}{local}"
            for local in ("a", "a/b", "a/b.c", "a/-b.", "a/b#c:d", "a/x%20y", "dir/é", "dir/o'n,(e)", "😀")
        ),
        *("urn:x:y", f"{RDF}type", f"{RDF}nil"),
    )
]
TEXTS = [
    "",
    "x",
    "2015",
    ". <http://example.org/a> a 1 .",
    '"',
    "'",
    '""" # ',
    "x\"y''z",
    "\\n\\",
    "a\nb\r\n",
    "é😀",
    "# [ ( ;",
]
BARE = {"integer": ["1", "-02", "+3"], "decimal": ["1.50", ".5", "-0.1"], "double": ["1e5", "5.e-3", ".5E+1"]}
LITERALS = [
    *map(ox.Literal, TEXTS),
    *(ox.Literal(text, language=tag) for text in TEXTS[:4] for tag in ("en", "pt-br")),
    *(ox.Literal(text, datatype=ox.NamedNode(f"{E}a/b.c")) for text in TEXTS[:4]),
    *(ox.Literal(text, datatype=ox.NamedNode(XSD + name)) for name, texts in BARE.items() for text in texts),
    *(ox.Literal(text, datatype=ox.NamedNode(f"{XSD}boolean")) for text in ("true", "false")),
]
Triple = tuple[str, str, ox.NamedNode | ox.Literal | ox.Triple]


def named_triples(text: str) -> set[Triple]:
    return {
        (triple.subject.value, triple.predicate.value, triple.object)
        for triple in (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))
        if isinstance(triple.subject, ox.NamedNode)
        and not isinstance(triple.object, ox.BlankNode)
        and triple.predicate.value != f"{RDF}reifies"
    }


def positions_in(text: str, name: str = "x.ttl") -> Positions:
    return Positions([(name, Path(name))], {Path(name): text})


def place_in(text: str, offset: int) -> str:
    before = text[:offset].split("\n")
    return f"x.ttl:{len(before)}:{len(before[-1]) + 1}"


@campaign(250)
@given(st.lists(st.builds(ox.Triple, st.sampled_from(IRIS), st.sampled_from(IRIS), st.sampled_from(IRIS + LITERALS))))
def test_n_triples_have_positions_too(triples: list[ox.Triple]) -> None:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode()
    positions = positions_in(text, "x.nt")
    lines = text.split("\n")
    for triple in triples:
        name, line, column = positions.position(triple.subject.value, triple.predicate.value, triple.object).split(":")
        assert name == "x.nt"
        assert lines[int(line) - 1] == f"{triple} ." and lines[int(line) - 1][int(column) - 1 :] == f"{triple.object} ."


@pytest.mark.parametrize(
    ("written", "value", "datatype"),
    [
        ("1.50", "1.5", "decimal"),
        ("007", "7", "integer"),
        ('"1"^^xsd:boolean', "true", "boolean"),
        ("1e0", "1", "double"),
    ],
)
def test_a_literal_is_found_in_the_form_that_the_store_gives_it(written: str, value: str, datatype: str) -> None:
    positions = positions_in(f"PREFIX xsd: <{XSD}>\n<x:s> <x:p> 8, {written} .\n")
    literal = ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
    assert positions.position("x:s", "x:p", literal) == "x.ttl:2:16"


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX e: <x:> e:s e:p e:v,¦e:v.w.\n",
        "PREFIX e: <x:> e:s e:p .5E+1,5.e-3,-1,+1.5,¦e:v.w.\n",
        "@prefix :<x:>._:0.a:p :q. :s :p :v,¦:v.w.\n",
        "PREFIX e.f: <x:v.> PREFIX : <x:> :s :p :.:s :p :, ¦e.f:w .",
        "PREFIX v: <x:v.w> <x:s> <x:p> ¦v: .",
        r"PREFIX e: <x:> e:s e:p e:v\-w, ¦e:v\.w .",
        r"<x:s> <x:p> <x:v>, ¦<x:v\u002E\U00000077> .",
        "BASE <x:/a> <x:s> <x:p> <v.w>, ¦<x:v.w> .",
        '<x:s> <x:p> """a"b""c\\""" . <x:s> <x:p> <x:v.w> .\n""", ¦<x:v.w> .',
        "<x:s> <x:p> '''a'b''c\\''' . <x:s> <x:p> <x:v.w> .\n''', ¦<x:v.w> .",
        '<x:s> <x:p> "\\"<x:v.w>"@en-GB, "" # "\n ^^ # <\n <x:t>, ¦<x:v.w> .',
        "<x:s> <x:q> <x:v.w> ; <x:p> true,false, ¦<x:v.w> .",
        "<x:s> <x:p> [ <x:p> <x:v.w> ; <x:q> ( <x:v.w> [] ) ] , ( <x:v.w> ) , (), ¦<x:v.w> .",
        "[ <x:p> <x:v.w> ] <x:p> <x:v.w> . (<x:s>) <x:p> <x:v.w>.<x:s> a <x:v.w> ;; <x:p> ¦<x:v.w>;.",
        "# <x:s> <x:p> <x:v.w> .\n<x:s> <x:p> <x:v> . <x:s> <x:p> ¦<x:v.w> .",
        'VERSION "1.2" PREFIX e: <x:v> e:s <x:p> 1 . PREFIX e: <x:> e:s <x:p> ¦e:v.w .',
        "prefix prefix: <x:> prefix: <x:p> <x:o> . prefix:s prefix:p ¦prefix:v.w .",
        "<x:s> <x:p> 1 ~ <x:r> {| <x:p> <x:v.w> ; <x:q> 1 , 2 |} ~ , ¦<x:v.w> ~<x:r> {| a <x:c> |} .",
        "<x:s> <x:p> <<( <x:s> <x:p> <x:v.w> )>> , << <x:s> <x:p> <x:v.w> >>, ¦<x:v.w>.",
        "<< <x:s> <x:p> <x:v.w> ~ <x:r> >> <x:p> <x:v.w> . << <x:s> <x:p> 1 ~ <x:s> >> <x:p> ¦<x:v.w> .",
        '<x:s> <x:p> "x"@en--ltr , "y"@ar--rtl~<x:r>, ¦<x:v.w> .',
        "<x:a> <x:b> <x:c> ~ <x:r> {| <x:p> 1 ~ <x:s> {| <x:p> ¦<x:v.w> |} |} .",
        "<x:s> <x:p> ¦<x:v.w> , <x:v.w> . <x:s> <x:p> <x:v.w> .",
        '<x:s> # <x:v.w> .\n <x:p>\t\r\n# ( [ "\n¦<x:v.w>#\n.',
        "@base <x:/b/> . @prefix p: <x:> . <x:s>p:p<../c>,<d>,¦p:v\\.w .",
        "<x:s> <x:p> <<(<x:a><x:b><<( <x:s> <x:p> <x:v.w> )>>)>>, [ <x:q> <<<x:a><x:b>'x'>> ] , ¦<x:v.w> .",
        r"<x:s> <x:p> '\'', '\u0027', '''\r\n'b''' , ¦<x:v.w> .",
        "<x:s> <x:p> ¦<< <x:a> <x:b> <x:c> ~ <x:v.w> >> .",
    ],
)
def test_a_value_is_found_in_any_spelling(text: str) -> None:
    before, after = text.split("¦")
    positions = positions_in(before + after)
    assert ("x:s", "x:p", ox.NamedNode("x:v.w")) in named_triples(before + after)
    assert positions.position("x:s", "x:p", ox.NamedNode("x:v.w")) == place_in(before, len(before))


TERM = ox.Triple(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.Literal(1))


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("[ <x:p> 1 ] . # <x:r>\n¦<x:r> <x:p> 1 . <x:r> <x:q> 1 .", ("x:r",)),
        ("<x:a> <x:b> <x:c> ¦~ <x:r> {| <x:p> 1 |} .", ("x:r",)),
        ("<< <x:a> <x:b> 1 ¦~ <x:r> >> <x:p> 1 .", ("x:r",)),
        ("<x:a> <x:p> <x:r> ; <x:b> << <x:a> <x:b> 1 ¦~ <x:r> >> .", ("x:r",)),
        ("<x:r> <x:q> 1 ;; # <x:p>\n ¦<x:p> 2 , 3 ; <x:p> 4 .", ("x:r", "x:p")),
        ("<x:r> <x:q> [ a <x:c> ] ; ¦a <x:c> .", ("x:r", f"{RDF}type")),
        ("<x:a> <x:b> 1 ~ <x:r> {| <x:q> 1 ; ¦<x:p> 2 |} .", ("x:r", "x:p")),
        ("PREFIX : <x:> :r ¦:p 1 . BASE <x:> <x:r> <x:p> 2 .", ("x:r", "x:p")),
        ("<x:r> <x:p> 1 , ¦() .", ("x:r", "x:p", ox.NamedNode(f"{RDF}nil"))),
        ("<x:r> <x:p> <<( <x:a> <x:b> 2 )>> , ¦<<( <x:a> <x:b> 1 )>> .", ("x:r", "x:p", TERM)),
    ],
)
def test_a_thing_and_a_predicate_are_found_where_they_are_written_first(text: str, thing: tuple[Any, ...]) -> None:
    before, after = text.split("¦")
    assert positions_in(before + after).position(*thing) == place_in(before, len(before))


DATA = "<x:a> <x:p> 1 ;\n  <x:q> [ <x:p> 2 ] .\n\n<x:b> <x:p> <x:a> .\n"


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "place"),
    [
        ("x:a", None, None, "x.ttl:1:1"),
        ("x:a", "x:p", None, "x.ttl:1:7"),
        ("x:a", "x:p", ox.Literal(1), "x.ttl:1:13"),
        ("x:a", "x:p", ox.Literal(2), "x.ttl:1:7"),
        ("x:a", "x:q", None, "x.ttl:2:3"),
        ("x:a", "x:q", ox.BlankNode(), "x.ttl:2:3"),
        ("x:a", "x:other", ox.Literal(1), "x.ttl:1:1"),
        ("x:b", "x:p", ox.NamedNode("x:a"), "x.ttl:4:13"),
        ("x:p", None, None, ""),
        ("x:none", "x:p", ox.Literal(1), ""),
    ],
)
def test_what_is_not_there_is_placed_at_the_nearest_that_is(
    subject: str, predicate: str | None, value: ox.Literal | None, place: str
) -> None:
    assert positions_in(DATA).position(subject, predicate, value) == place


def test_a_thing_that_several_files_describe_is_placed_where_the_triple_is(tmp_path: Path) -> None:
    files = [("one.ttl", tmp_path / "one.ttl"), ("two.ttl", tmp_path / "two.ttl")]
    files[0][1].write_text("<x:a> <x:p> 1 .\n")
    files[1][1].write_text("\n<x:a> <x:p> 2 ; <x:q> 3 .\n")
    positions = Positions(files)
    assert positions.position("x:a") == "one.ttl:1:1"
    assert positions.position("x:a", "x:p", ox.Literal(2)) == "two.ttl:2:13"
    assert positions.position("x:a", "x:q", ox.Literal(4)) == "two.ttl:2:17"


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b"# \xc3\xa9\r\n", "😀".join(["# ", "\n"]).encode()])
def test_lines_and_columns_are_counted_in_characters(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(head + '<x:a> <x:p> "😀" , "é", 1 .'.encode())
    line = 1 + head.count(b"\n")
    assert Positions([("x.ttl", path)]).position("x:a", "x:p", ox.Literal(1)) == f"x.ttl:{line}:24"


def test_files_are_read_only_when_a_place_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    positions = Positions([("x.ttl", path)])
    path.write_text("<x:a> <x:p> 1 .")
    assert positions.position("x:a") == "x.ttl:1:1"


@pytest.mark.parametrize("content", [None, b"<x:a> <x:p> \xff .", b"<x:a> <x:p> 1 ." + b" " * 100])
def test_a_file_that_cannot_be_read_holds_no_positions(
    tmp_path: Path, content: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "MAX_FILE_SIZE", 100)
    if content is not None:
        (tmp_path / "x.ttl").write_bytes(content)
    (tmp_path / "y.ttl").write_text("<x:b> <x:p> 1 .")
    positions = Positions([(name, tmp_path / name) for name in ("x.ttl", "y.ttl")])
    assert (positions.position("x:a"), positions.position("x:b")) == ("", "y.ttl:1:1")


@pytest.mark.parametrize(
    "fault", ['"', "e:a", "<\\u0020>", "<x:a> <x:p> { 1 } .", "<x:a> <x:p> << >> .", "<x:a>", "[ ( "]
)
def test_what_stands_before_a_fault_is_found(fault: str) -> None:
    positions = positions_in(f"<x:b> <x:p> 1 .\n{fault}")
    assert positions.position("x:b", "x:p", ox.Literal(1)) == "x.ttl:1:13"
    assert re.fullmatch(r"(x\.ttl:2:1)?", positions.position("x:a"))
