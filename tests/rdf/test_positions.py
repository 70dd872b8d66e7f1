"""Positions: where in the files a triple stands, whatever the layout of the Turtle."""

from __future__ import annotations

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
NAMESPACES = [E, f"{E}a/", f"{E}a/b", f"{E}dir/", "urn:", XSD, RDF, f"{E}a"]
PREFIXES = ["", "e", "é.x-1", "a", "prefix", "base"]
MARKS = (*tuple(",;.[]()~"), "<<", ">>", "<<(", ")>>", "{|", "|}")
GAPS = [" ", "\n", "\t\r\n", " # <http://example.org/a> a \"'( .\n", "#\n\n"]

Triple = tuple[str, str, ox.NamedNode | ox.Literal | ox.Triple]


class Writer:
    """Writes Turtle in a layout that is drawn, and notes where each thing, predicate and value is written first."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.closed = True
        self.prefixes: dict[str, str] = {}
        self.base = ""
        self.positions: dict[tuple[object, ...], int] = {}

    def pick(self, options: list[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def write(self, token: str) -> int:
        """Write a token, after a gap where one is needed, and give its offset."""
        quotes = self.text[-1:] in ("'", '"') and token[0] == self.text[-1]
        if quotes or not (self.closed or token in MARKS) or self.chance():
            self.text += self.pick(GAPS)
        self.text += token
        self.closed = token in MARKS or (token[0] in "<\"'" and token[-1] in ">\"'")
        return len(self.text) - len(token)

    def document(self) -> None:
        for number in range(self.draw(st.integers(1, 5))):
            for _ in range(self.draw(st.integers(0, 1 if number else 4))):
                self.directive()
            self.statement()

    def directive(self) -> None:
        namespace, at = self.pick(NAMESPACES), self.chance()
        if self.chance():
            prefix = self.pick(PREFIXES)
            self.write("@prefix" if at else self.pick(["PREFIX", "prefix", "Prefix"]))
            self.text += self.pick(GAPS)
            self.write(f"{prefix}:")
            self.write(self.iri(namespace, spelled=False))
            self.prefixes[prefix] = namespace
        elif namespace.startswith("http"):
            self.write("@base" if at else self.pick(["BASE", "base"]))
            self.write(self.iri(namespace, spelled=False))
            self.base = namespace
        else:
            return
        if at:
            self.end()

    def statement(self) -> None:
        subject = self.pick(IRIS) if self.draw(st.integers(0, 3)) else None
        if subject is not None:
            self.note(self.write(self.iri(subject.value)), subject.value)
            self.predicates(subject.value)
        elif self.chance():
            self.write(self.pick(["_:a", "_:0.x", "[]"]))
            self.predicates(None)
        elif self.chance():
            self.predicates(self.reified())
        else:
            self.nested(0, empty=False)
            self.predicates(None)
        self.end()

    def end(self) -> None:
        self.write(".")
        self.text += self.pick(GAPS)

    def predicates(self, subject: str | None, depth: int = 0) -> None:
        for number in range(self.draw(st.integers(1, 3))):
            if number:
                self.write(";")
                if self.chance():
                    self.write(";")
            predicate = self.pick(IRIS).value
            verb = "a" if predicate == f"{RDF}type" and self.chance() else self.iri(predicate)
            self.note(self.write(verb), subject, predicate)
            for more in range(self.draw(st.integers(1, 3))):
                if more:
                    self.write(",")
                self.object(subject, predicate, depth)
        if self.chance():
            self.write(";")

    def object(self, subject: str | None, predicate: str, depth: int) -> None:
        kind = self.draw(st.integers(0, 11))
        if kind == 0 and depth < 3:
            self.nested(depth)
        elif kind == 1:
            self.write(self.pick(["_:a", "_:b.c"]))
        elif kind == 2:
            offset = self.write("(")
            self.write(")")
            self.note(offset, subject, predicate, ox.NamedNode(f"{RDF}nil"))
        elif kind == 3:
            offset, value = self.triple()
            self.note(offset, subject, predicate, value)
        elif kind == 4:
            offset = len(self.text)
            reifier = self.reified()
            if reifier is not None:
                self.note(self.text.index("<<", offset), subject, predicate, ox.NamedNode(reifier))
        else:
            value = self.pick(IRIS + LITERALS)
            self.note(self.term(value), subject, predicate, value)
        if predicate and depth < 3 and kind % 4 == 1:
            self.annotations(depth)

    def term(self, value: ox.NamedNode | ox.Literal, is_part: bool = False) -> int:
        if isinstance(value, ox.Literal):
            return self.literal(value, may_be_long=not is_part)  # pyoxigraph 0.5 takes no long string in a triple
        return self.write(self.iri(value.value))

    def triple(self, depth: int = 0) -> tuple[int, ox.Triple]:
        """Write a triple term."""
        offset = self.write("<<(")
        subject, predicate = self.pick(IRIS), self.pick(IRIS)
        for node in (subject, predicate):
            self.write(self.iri(node.value))
        if depth < 2 and self.chance():
            _, value = self.triple(depth + 1)
        else:
            value = self.pick(IRIS + LITERALS)
            self.term(value, is_part=True)
        self.write(")>>")
        return offset, ox.Triple(subject, predicate, value)

    def reified(self, depth: int = 0) -> str | None:
        """Write a reified triple, and return the IRI of its reifier, if it has one."""
        self.write("<<")
        if depth < 2 and self.chance():
            self.reified(depth + 1)
        else:
            self.write(self.pick(["_:a", self.iri(self.pick(IRIS).value)]))
        self.write(self.pick(["a", self.iri(self.pick(IRIS).value)]))
        if depth < 2 and self.chance():
            self.reified(depth + 1)
        else:
            self.term(self.pick(IRIS + LITERALS), is_part=True)
        reifier = self.reifier() if self.chance() else None
        self.write(">>")
        return reifier

    def reifier(self) -> str | None:
        offset = self.write("~")
        if self.chance():
            reifier = self.pick(IRIS).value
            self.write(self.iri(reifier))
            self.note(offset, reifier)
            return reifier
        if self.chance():
            self.write("_:a")
        return None

    def annotations(self, depth: int) -> None:
        for _ in range(self.draw(st.integers(1, 2))):
            reifier = self.reifier()
            if self.chance():
                self.write("{|")
                self.predicates(reifier, depth + 1)
                self.write("|}")

    def nested(self, depth: int, empty: bool = True) -> None:
        if self.chance():
            self.write("[")
            if not empty or self.chance():
                self.predicates(None, depth + 1)
            self.write("]")
        else:
            self.write("(")
            for _ in range(self.draw(st.integers(1, 3))):
                self.object(None, "", depth + 1)
            self.write(")")

    def note(self, offset: int, *what: object) -> None:
        if what[0] is not None:
            self.positions.setdefault(what, offset)

    def iri(self, iri: str, spelled: bool = True) -> str:
        """A spelling of an IRI: as it is, relative, with an escape, or with a prefix."""
        forms = [f"<{iri}>"]
        if self.base and iri.startswith(self.base) and iri != self.base and not iri.startswith(f"{self.base}-"):
            relative = iri[len(self.base) :]
            if self.base.endswith("/") and ":" not in relative.partition("/")[0]:
                forms.append(f"<{relative}>")
        at = self.draw(st.integers(0, len(iri) - 1))
        forms.append(f"<{iri[:at]}{unicode_escape(iri[at], self.chance())}{iri[at + 1 :]}>")
        if spelled:
            forms += [
                f"{prefix}:{self.local(iri[len(namespace) :])}"
                for prefix, namespace in self.prefixes.items()
                if iri.startswith(namespace)
            ]
        return self.pick(forms)

    def local(self, name: str) -> str:
        """A local name with the escapes that it needs, and some that it does not need."""
        written = ""
        for at, character in enumerate(name):
            needed = character in "'(),/#~!$&*+;=?@" or (character in ".-" and at in (0, len(name) - 1))
            possible = character in "-._" and self.chance()
            written += f"\\{character}" if needed or possible else character
        return written

    def literal(self, literal: ox.Literal, may_be_long: bool) -> int:
        datatype = literal.datatype.value
        if datatype.startswith(XSD) and datatype != f"{XSD}string" and self.chance():
            return self.write(literal.value)
        quote = self.pick(['"', "'"])
        long = may_be_long and self.chance()
        written = "".join(self.character(character, quote, long) for character in literal.value)
        if long and self.chance():
            written = re.sub(rf"(?<!\\)\\{quote}(?=[a-z])", quote, written)
        offset = self.write(f"{quote * 3}{written}{quote * 3}" if long else f"{quote}{written}{quote}")
        if literal.language:
            self.write(f"@{literal.language.upper() if self.chance() else literal.language}")
        elif datatype != f"{XSD}string" or self.chance():
            self.write("^^")
            if self.chance():
                self.text += self.pick(GAPS)
            self.text += self.iri(datatype)
            self.closed = False
        return offset

    def character(self, character: str, quote: str, long: bool) -> str:
        if character in f"{quote}\\":
            return f"\\{character}"
        if character in "\r\n" and not (long and self.chance()):
            return {"\r": "\\r", "\n": "\\n"}[character]
        return unicode_escape(character, self.chance()) if self.draw(st.integers(0, 9)) == 0 else character


def unicode_escape(character: str, long: bool) -> str:
    return f"\\U{ord(character):08X}" if long or ord(character) > 0xFFFF else f"\\u{ord(character):04x}"


@st.composite
def documents(draw: st.DrawFn) -> Writer:
    writer = Writer(draw)
    writer.document()
    return writer


def named_triples(text: str) -> set[Triple]:
    return {
        (triple.subject.value, triple.predicate.value, triple.object)
        for triple in (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))
        if isinstance(triple.subject, ox.NamedNode)
        and not isinstance(triple.object, ox.BlankNode)
        and triple.predicate.value != f"{RDF}reifies"
    }


def place_in(text: str, offset: int) -> str:
    before = text[:offset].split("\n")
    return f"x.ttl:{len(before)}:{len(before[-1]) + 1}"


@campaign(200)
@given(documents())
def test_each_thing_predicate_and_value_is_found_where_it_is_written(writer: Writer) -> None:
    path = Path("x.ttl")
    positions = Positions([("x.ttl", path)], {path: writer.text})
    assert named_triples(writer.text) == {key for key in writer.positions if len(key) == 3}
    for key, offset in writer.positions.items():
        assert positions.position(*key) == place_in(writer.text, offset), (key, writer.text)  # type: ignore[arg-type]


@given(st.lists(st.builds(ox.Triple, st.sampled_from(IRIS), st.sampled_from(IRIS), st.sampled_from(IRIS + LITERALS))))
def test_n_triples_have_positions_too(triples: list[ox.Triple]) -> None:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode()
    path = Path("x.nt")
    positions = Positions([("x.nt", path)], {path: text})
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
def test_a_literal_is_found_in_the_form_that_the_store_gives_it(
    tmp_path: Path, written: str, value: str, datatype: str
) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(f"PREFIX xsd: <{XSD}>\n<x:s> <x:p> 8, {written} .\n")
    literal = ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
    assert Positions([("x.ttl", path)]).position("x:s", "x:p", literal) == "x.ttl:2:16"


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
        "<x:s> <x:p> ¦<< <x:a> <x:b> <x:c> ~ <x:v.w> >> .",
    ],
)
def test_a_value_is_found_in_any_spelling(text: str) -> None:
    before, after = text.split("¦")
    path = Path("x.ttl")
    positions = Positions([("x.ttl", path)], {path: before + after})
    assert ("x:s", "x:p", ox.NamedNode("x:v.w")) in named_triples(before + after)
    assert positions.position("x:s", "x:p", ox.NamedNode("x:v.w")) == place_in(before, len(before))


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
    path = Path("x.ttl")
    assert Positions([("x.ttl", path)], {path: DATA}).position(subject, predicate, value) == place


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
    path = Path("x.ttl")
    positions = Positions([("x.ttl", path)], {path: f"<x:b> <x:p> 1 .\n{fault}"})
    assert positions.position("x:b", "x:p", ox.Literal(1)) == "x.ttl:1:13"
    assert re.fullmatch(r"(x\.ttl:2:1)?", positions.position("x:a"))
