"""Files from outside a workspace: relative IRIs, and whatever else is given as a file of RDF, by every command."""

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

import foc_graph
from foc_graph.cli import foc as commands
from foc_graph.errors import FocGraphError, ParseError
from foc_graph.rdf.parser import file_iri, stream_triples
from foc_graph.rdf.positions import Positions
from foc_graph.shacl import Validator
from foc_graph.shacl.engine import Engine
from foc_graph.store.disk import StoreFolder
from foc_graph.store.results import Triples
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.workspaces import bare_workspace

SHAPES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
<> a <http://www.w3.org/2002/07/owl#Ontology> .
<#Shape> a sh:NodeShape ; sh:targetClass <#Thing> ; sh:property <#name> .
<#name> sh:path <#name> ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "Give one name."@en .
"""
THING = "<http://example.org/a> a <http://example.org/Thing> .\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of one thing, without rules and shapes."""
    return bare_workspace(tmp_path / "workspace")


def run(*arguments: object) -> tuple[int, str]:
    """The exit code of a command, and what it prints or the error that it ends with."""
    done = CliRunner().invoke(commands, list(map(str, arguments)))
    if isinstance(done.exception, FocGraphError):
        return done.exception.exit_code, str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.exit_code, done.output


# Relative IRIs


@pytest.mark.parametrize("engine", ["sparql", "duckdb", "pyshacl"])
def test_one_file_is_both_data_and_shapes(tmp_path: Path, engine: Engine) -> None:
    """As most published files of shapes are, it names itself and its terms by relative IRIs."""
    path = tmp_path / "shapes.ttl"
    path.write_text(
        SHAPES + "\n<#one> a <#Thing> ; <#name> 1 .\n  <#two> a <#Thing> ;\n    <#name> 1 , 2 .\n<x> a <#Thing> .\n"
    )
    report = foc_graph.validate(path, path, engine=engine)
    assert {(one.focus, one.where) for one in report.results} == {
        (f"{path.as_uri()}#two", f"{path}:8:5"),
        (f"{path.parent.as_uri()}/x", f"{path}:9:1"),
    }
    assert {one.shape for one in report.results} == {f"{path.as_uri()}#name"}


NAMES = ["plain.ttl", "with space.ttl", "é😀.ttl", "a#b.ttl", "100%25.ttl", "a?b.ttl", "[x]{y}.ttl"]


@pytest.mark.parametrize("name", NAMES)
def test_the_base_is_the_iri_of_the_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "é #%20"
    folder.mkdir()
    path = folder / name
    path.write_text(f"<> <#p> <other>, <../up> .\n{SHAPES}")
    found = {str(quad.triple) for quad in stream_triples(path, name)}
    assert found == {
        str(quad.triple) for quad in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    }
    assert f"<{path.as_uri()}> <{path.as_uri()}#p> <{tmp_path.as_uri()}/up>" in found
    path.write_text(f"{SHAPES}<#x> a <#Thing> .\n")
    (result,) = foc_graph.validate(str(path), str(path)).results
    assert (result.focus, result.where) == (f"{path.as_uri()}#x", f"{path}:5:1")


def test_the_base_does_not_depend_on_how_a_path_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert {file_iri(Path(path)) for path in ("x.ttl", "./x.ttl", "../a/x.ttl", str(tmp_path / "a" / "x.ttl"))} == {
        (tmp_path / "a" / "x.ttl").as_uri()
    }


@pytest.mark.parametrize(
    "text", ["@base <http://example.org/> .\n", "BASE <http://example.org/>\n", "BASE <//example.org/>\n"]
)
def test_a_base_that_the_file_declares_goes_before_its_own(tmp_path: Path, text: str) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    shapes.write_text("BASE <http://example.org/x>\n" + SHAPES.replace("<#Thing>", "<Thing>"))
    data.write_text(f"{text}<a>\n  a <Thing> .\n")
    scheme = "file:" if "<//" in text else "http:"
    report = foc_graph.validate(data, shapes)
    assert [(one.focus, one.where) for one in report.results] == (
        [("http://example.org/a", f"{data}:2:1")] if scheme == "http:" else []
    )
    assert {quad.subject.value for quad in stream_triples(data, "")} == {f"{scheme}//example.org/a"}


def test_a_chosen_file_beside_a_workspace_may_be_relative_and_its_own_files_may_not(
    workspace: Path, tmp_path: Path
) -> None:
    (workspace / "ontology" / "shapes" / "s.ttl").write_text("BASE <http://example.org/x>\n" + SHAPES)
    draft = tmp_path / "draft.ttl"
    draft.write_text("<> a <http://example.org/x#Thing> .\n")
    code, text = run("--workspace", workspace, "validate", draft)
    assert code == 1 and f"{draft}:1:1" in text and draft.as_uri() in text
    for name in ("data/two.ttl", "ontology/words.ttl", "ontology/shapes/t.ttl"):
        own = workspace / name
        own.write_text(f"{THING}\n  <a>\n    a <b> .\n")
        for arguments in ((), (own,)):
            code, text = run("--workspace", workspace, "validate", *arguments)
            assert (code, text) == (2, f"{name}:3:3: a relative IRI: write it in full, or declare a base above it")
        own.unlink()
    (workspace / "data" / "two.ttl").write_text(f"BASE <https://example.org/>\n<two> a <Two> .\n{THING}")
    assert run("--workspace", workspace, "validate")[0] == 0


@pytest.mark.parametrize("form", ["{}.ttl", "{}.ttl.gz", "{}.ttl.bz2", "folder/{}.ttl", "{}.trig"])
def test_a_load_resolves_against_each_file(workspace: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / form.format("x")
    path.parent.mkdir(exist_ok=True)
    text = "<> <#p> <y> , [] .\n"
    content = (f"<g> {{ {text} }}" if form.endswith(".trig") else text).encode()
    path.write_bytes(
        gzip.compress(content) if form.endswith(".gz") else bz2.compress(content) if form.endswith(".bz2") else content
    )
    given = path.parent if "/" in form else path
    assert run("--workspace", workspace, "load", given, "--store", tmp_path / "store")[0] == 0
    found = (
        StoreFolder(tmp_path / "store")
        .open()
        .query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{path.parent.as_uri()}')) }}")
    )
    assert isinstance(found, Triples)
    values = {str(triple.object) for triple in found if str(triple.predicate) == f"<{path.as_uri()}#p>"}
    assert len(values) == 2 and f"<{path.parent.as_uri()}/y>" in values


def test_a_load_of_a_workspace_tells_a_relative_iri_at_its_position(workspace: Path, tmp_path: Path) -> None:
    (workspace / "data" / "two.ttl").write_text(f"{THING}<a> a <b> .\n")
    code, text = run("--workspace", workspace, "load", "--store", tmp_path / "store")
    assert (code, text) == (2, "data/two.ttl:2:1: a relative IRI: write it in full, or declare a base above it")


def test_two_versions_of_a_relative_file_are_compared_as_one_document(workspace: Path, tmp_path: Path) -> None:
    for version, text in (("old", SHAPES), ("new", SHAPES + "<#more> a <other> .\n")):
        (tmp_path / version / "below").mkdir(parents=True)
        (tmp_path / version / "below" / "x.ttl").write_text(text)
    old, new = tmp_path / "old", tmp_path / "new"
    for pair in ((old, new), (old / "below" / "x.ttl", new / "below" / "x.ttl")):
        code, text = run("--workspace", workspace, "diff", *pair)
        assert code == 1 and "statements added: 1; removed: 0" in text
    assert run("--workspace", workspace, "diff", old, old)[0] == 0


def test_a_target_of_links_may_be_relative(workspace: Path, tmp_path: Path) -> None:
    """What it withdraws at an absolute address counts; a file on this machine is nothing to link to."""
    target = tmp_path / "target.ttl"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    same = "<http://www.w3.org/2002/07/owl#sameAs>"
    (workspace / "data" / "one.ttl").write_text(f"<https://example.org/id/one> {same} <http://example.com/1> .\n")
    target.write_text(
        f'<> a <#X> ; {label} "One" .\n<http://example.com/1> <http://www.w3.org/2002/07/owl#deprecated> true .\n'
    )
    code, text = run("--workspace", workspace, "link", "check", "--target", target)
    assert code == 1 and "data/one.ttl:1:" in text and "was withdrawn" in text
    code, text = run("--workspace", workspace, "link", "suggest", "--target", target)
    assert code == 2 and "holds nothing with an IRI and a name" in text


def test_a_relative_iri_of_a_query_needs_a_base(workspace: Path, tmp_path: Path) -> None:
    query = tmp_path / "x.rq"
    query.write_text("ASK {\n  <one> a ?class }")
    asked = ("--workspace", workspace, "sparql", query)
    assert run(*asked) == (2, f"{query}:2:3: '<one>' is a relative IRI: write it in full, or declare a BASE")
    query.write_text("BASE <https://example.org/>\nASK {\n  <one> a ?class }")
    assert run(*asked) == (0, "true\n")


def test_formatting_refuses_what_it_would_pin_to_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(SHAPES)
    assert run("fmt", path) == (2, f"{path}:2:1: a relative IRI: write it in full, or declare a base above it")
    assert path.read_text() == SHAPES


PARTS = ["a", "b/c", "../d", "#e", "b/c#f", "", "é", "g%20h", "./i", "/j", "//host/k", "http://example.org/l"]
RELATIVE = st.sampled_from(PARTS)
LITERALS = st.builds(
    ox.Literal, st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=4)
).map(str)


@campaign(100)
@given(
    st.lists(
        st.tuples(RELATIVE.map("<{}>".format), RELATIVE.map("<{}>".format), RELATIVE.map("<{}>".format) | LITERALS)
    ),
    st.sampled_from(["", "@base <b/> .\n", "BASE <http://example.org/n/m>\n"]),
    st.sampled_from(NAMES),
)
def test_a_file_is_read_as_rdflib_reads_it(
    tmp_path_factory: pytest.TempPathFactory, triples: list[tuple[str, str, str]], base: str, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "as rdflib" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(base + "".join(f"{' '.join(triple)} .\n" for triple in triples), encoding="utf-8")
    read = [quad.triple for quad in stream_triples(path, name)]
    ours = rdflib.Graph().parse(data="".join(f"{triple} .\n" for triple in read), format="nt")
    assert isomorphic(ours, rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri()))
    positions = Positions([(name, path)])
    for subject, predicate, value in read:
        first = read.index(ox.Triple(subject, predicate, value))
        column = len(" ".join(triples[first][:2])) + 2
        place = f"{name}:{first + 1 + base.count(chr(10))}:{column}"
        assert positions.position(subject.value, predicate.value, value) == place  # type: ignore[union-attr, arg-type]


# What is no RDF


GOOD = {
    "empty": b"",
    "byte order mark": b"\xef\xbb\xbf" + THING.encode(),
    "CRLF": f"{THING}{THING}".replace("\n", "\r\n").encode(),
    "a NUL in a text": b'<http://example.org/a> <http://example.org/p> "\0" .\n',
}
BAD = {
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ":1:1: not text but a picture"),
    "web page": (b"\n<!DOCTYPE html>\n<html><body></body></html>\n", ":1:1: a web page (HTML), not data"),
    "old web page": (b'<html lang="en">\n', ":1:1: a web page (HTML), not data"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", ":1:1: not text but a PDF"),
    "workbook": (b"PK\x03\x04\x14\0\x06\0", ":1:1: an archive (ZIP) or a workbook"),
    "gzip": (gzip.compress(THING.encode()), ":1:1: compressed by gzip: unpack it"),
    "bzip2": (bz2.compress(THING.encode()), ":1:1: compressed by bzip2: unpack it"),
    "XML": (b'<?xml version="1.0"?>\n<rdf/>\n', ":1:1: XML: convert it to Turtle"),
    "UTF-16": (THING.encode("utf-16"), ":1:1: not UTF-8"),
    "UTF-16 without a mark": (THING.encode("utf-16-le"), ":1:1: not UTF-8"),
    "Latin-1": (THING.encode() + '<x:é> <x:p> "é" .'.encode() + b'\n  <x:a> <x:p> "\xe9" .\n', ":3:16: not UTF-8"),
    "CSV": (b"name,country\nA,ee\n", ":1:1: not Turtle: "),
    "NUL": (THING.encode() + b"\0\0", ":2:1: not Turtle: '\\x00' is not allowed"),
    "a prefix that is not declared": (b"\n  a:b a a:c .\n", ":2:3: not Turtle: The prefix a: has not been declared"),
    "an end in the middle": (b"<x:a> <x:p> ", ":1:13: not Turtle: "),
    "a statement without an end": (f"{THING[:-2]}\n{THING}".encode(), ":2:1: not Turtle: "),
}
COMMANDS = {
    "validate": ("validate", "{file}"),
    "validate with shapes": ("validate", "{file}", "--shapes", "{shapes}"),
    "validate as shapes": ("validate", "{shapes}", "--shapes", "{file}"),
    "validate by DuckDB": ("validate", "{file}", "--shapes", "{shapes}", "--engine", "duckdb"),
    "validate by pySHACL": ("validate", "{file}", "--shapes", "{shapes}", "--engine", "pyshacl", "--format", "json"),
    "explain": ("validate", "--shapes", "{file}", "--explain", "Shape"),
    "load": ("load", "{file}", "--store", "{store}"),
    "diff": ("diff", "{file}", "{shapes}"),
    "fmt": ("fmt", "--check", "{file}"),
    "link check": ("link", "check", "--target", "{file}"),
    "link suggest": ("link", "suggest", "--target", "{file}"),
}


@pytest.fixture
def command(workspace: Path, tmp_path: Path) -> Callable[[str, Path], tuple[int, str]]:
    """Runs one of the commands with a file."""
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text("BASE <http://example.org/x>\n" + SHAPES)

    def runs(name: str, file: Path) -> tuple[int, str]:
        names = {"file": file, "shapes": shapes, "store": tmp_path / "store"}
        return run("--workspace", workspace, *(one.format(**names) for one in COMMANDS[name]))

    return runs


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_refuses_what_is_no_turtle_or_no_file_in_one_line(
    command: Callable[[str, Path], tuple[int, str]], tmp_path: Path, name: str
) -> None:
    path = tmp_path / "x.ttl"
    for content, message in (BAD["web page"], BAD["Latin-1"], BAD["an end in the middle"]):
        path.write_bytes(content)
        code, text = command(name, path)
        assert code == 2 and text.startswith(f"{path}{message}")
        assert text.isprintable() and text.count(": ") > 1 and len(text) < len(str(path)) + 150
        assert path.read_bytes() == content
    path.unlink()
    assert command(name, path)[0] == 2
    path.mkdir()
    code, text = command(name, path)
    assert code == 2 and "\n" not in text


@pytest.mark.parametrize("engine", ["sparql", "duckdb", "pyshacl"])
@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD.keys())
def test_odd_files_that_are_turtle_are_read(tmp_path: Path, engine: Engine, content: bytes) -> None:
    path, shapes = tmp_path / "x.ttl", tmp_path / "shapes.ttl"
    path.write_bytes(content)
    shapes.write_text("BASE <http://example.org/>\n" + SHAPES.replace("<#Thing>", "<Thing>"))
    report = foc_graph.validate(path, shapes, engine=engine)
    assert [one.where for one in report.results] == ([f"{path}:1:1"] if b"Thing" in content else [])
    foc_graph.validate(path, [path, shapes])
    twin = tmp_path / "twin.ttl"
    twin.write_bytes(content.removeprefix(b"\xef\xbb\xbf"))
    assert run("--workspace", ROOT, "diff", path, twin)[0] == 0


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_the_library_raises_its_own_error(tmp_path: Path, content: bytes, message: str) -> None:
    path, good = tmp_path / "x.ttl", tmp_path / "good.ttl"
    path.write_bytes(content)
    good.write_text("BASE <http://example.org/>\n" + SHAPES)
    for call in (
        lambda: foc_graph.validate(path, good),
        lambda: foc_graph.validate(good, str(path)),
        lambda: foc_graph.validate([good, path], good),
        lambda: Validator(path, good),
    ):
        with pytest.raises(ParseError) as error:
            call()
        assert str(error.value).startswith(f"{path}{message}")


TERM = rdflib.URIRef("http://example.org/a")


@pytest.mark.parametrize("engine", ["sparql", "duckdb", "pyshacl"])
@pytest.mark.parametrize(
    "triple",
    [
        (rdflib.URIRef("a b"), TERM, TERM),
        (rdflib.Literal("a"), TERM, TERM),
        (TERM, rdflib.BNode(), TERM),
        (TERM, TERM, rdflib.Literal("\ud800")),
    ],
)
def test_a_graph_that_is_no_rdf_is_an_error_of_ours(triple: tuple[rdflib.term.Node, ...], engine: Engine) -> None:
    graph, shapes = rdflib.Graph(), rdflib.Graph().parse(data="BASE <http://example.org/>\n" + SHAPES)
    graph.add(triple)  # type: ignore[arg-type]
    for arguments in ((graph, shapes), (rdflib.Graph(), graph)):
        with pytest.raises(FocGraphError, match=r"^the rdflib graph: holds a term that") as error:
            foc_graph.validate(*arguments, engine=engine)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(("folder", "kind"), [("data", "CSV"), ("ontology", "web page"), ("ontology/shapes", "XML")])
def test_a_file_of_a_workspace_that_is_no_turtle_is_refused(workspace: Path, folder: str, kind: str) -> None:
    content, message = BAD[kind]
    (workspace / folder / "x.ttl").write_bytes(content)
    code, text = run("--workspace", workspace, "validate")
    assert code == 2 and text.startswith(f"{folder}/x.ttl{message}")
    if folder == "data":
        with pytest.raises(FocGraphError) as error:
            foc_graph.open(find_workspace(workspace).root)
        assert str(error.value) == text


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("x.csv", ("import", "{file}", "--as", "members", "--coalition", "first")),
        ("x.csv", ("link", "match", "{file}", "--column", "name")),
        ("x.csv", ("link", "suggest", "--target", "{file}")),
        ("x.sssom.tsv", ("link", "review", "{file}", "--source", "charter")),
        ("x.rq", ("sparql", "{file}")),
        ("x.rdfp", ("validate", "--changed-since", "{file}")),
    ],
)
def test_other_files_are_refused_in_one_line_too(
    small_root: Path, tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    path = tmp_path / name
    for kind in ("picture", "UTF-16", "Latin-1"):
        path.write_bytes(BAD[kind][0])
        code, text = run("--workspace", small_root, *(one.format(file=path) for one in arguments))
        assert code == 2 and text.startswith(f"{path}:") and text.isprintable()


def test_a_damaged_compressed_file_is_refused(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl.gz"
    whole = gzip.compress(THING.encode() * 100)
    for content in (THING.encode(), whole[:-9], whole[:20] + b"\0\0\0" + whole[23:], b""):
        path.write_bytes(content)
        for arguments in (("load", path, "--store", tmp_path / "store"), ("diff", path, path)):
            code, text = run("--workspace", workspace, *arguments)
            assert code == 2 and text.startswith(f"{path}: cannot be read: ") and "fetch it again" in text
