"""RDF 1.2 in files from outside: what its syntaxes mean, what they refuse, and how deep it may be nested."""

import io
import json
import tomllib
from collections.abc import Iterable, Sequence
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.errors import ParseError, ServiceError
from foc_graph.load.chunks import read_parts
from foc_graph.load.sources import Source
from foc_graph.progress import untracked
from foc_graph.rdf import nesting
from foc_graph.rdf.canonical import canonical
from foc_graph.rdf.parser import FORMATS, GuardedFile, parsing
from foc_graph.rdf.patch import difference, patch_text, read_patch
from foc_graph.sparql.tokens import position
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.remote import RemoteStore
from foc_graph.store.results import Rows
from tests.support.campaign import campaign
from tests.support.commands import foc
from tests.support.web_server import Web, head, raw
from tests.support.workspaces import bare_workspace

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "rdf12.toml").read_text("utf-8"))
REIFIES = "http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies"
EXCUSES: dict[str, str] = CASES["excuses"]


def each(kind: str) -> pytest.MarkDecorator:
    """Parameters: every case of a kind, in each of its formats."""
    found = [(case, format) for case in CASES[kind] for format in case["formats"]]
    return pytest.mark.parametrize(
        ("case", "format"), found, ids=[f"{case['name']}.{format}" for case, format in found]
    )


def read(text: str, format: str) -> ox.Dataset:
    """Read a document as the commands do, with canonical labels of blank nodes."""
    with parsing("x", FORMATS[format]):
        file: Any = GuardedFile(io.BytesIO(text.encode()), "x", FORMATS[format])
        dataset = ox.Dataset(ox.parse(file, format=FORMATS[format]))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@each("good")
def test_what_the_syntax_allows_is_read(case: dict[str, Any], format: str) -> None:
    excuse = EXCUSES.get(f"{case['name']}.{format}")
    try:
        found = read(case["text"], format)
    except ParseError:
        assert excuse is not None
    else:
        assert found == read(case["means"], "nq")
        assert excuse is None, "the case passes: take out the excuse"


@each("bad")
def test_what_the_syntax_forbids_is_refused_at_its_line(case: dict[str, Any], format: str) -> None:
    excuse = EXCUSES.get(f"{case['name']}.{format}")
    if excuse is not None:
        read(case["text"], format)
        return
    with pytest.raises(ParseError) as error:
        read(case["text"], format)
    assert error.value.line == case.get("line", 1) and error.value.column is not None
    assert str(error.value).startswith(f"x:{error.value.line}:{error.value.column}: not ")


# Nesting

S, P = "<x:s>", "<x:p>"
HIDDEN = "# )>> |} \" ''' <\n"
NESTED = {
    "triple terms": (f"{S} {P} ", f"<<( {S} {P} ", S, " )>>", " ."),
    "triple terms without spaces": (f"{S}{P}", f"<<({S}{P}", S, ")>>", "."),
    "triple terms between comments": (f"{S} {P} ", f"<<( {HIDDEN} {S} {HIDDEN} {P} {HIDDEN}", S, " )>>", " ."),
    "triple terms of names with escapes": ("PREFIX : <x:> :a :b ", r"<<( :\# :\' ", S, " )>>", " ."),
    "reified triples as subjects": ("", "<< ", S, f" {P} {S} >>", " ."),
    "reified triples as objects": ("", f"<< {S} {P} ", S, " >>", " ."),
    "annotations": (f"{S} {P} {S} ", f"{{| {P} {S} ", "", "|} ", "."),
    "blank nodes": (f"{S} {P} ", f"[ {P} ", S, " ]", " ."),
    "lists": (f"{S} {P} ", "( ", S, " )", " ."),
}
"""By what is nested: what comes before, the start of a level, the innermost, the end of a level, what comes last."""


def nested(kind: str, depth: int) -> str:
    before, start, innermost, end, after = NESTED[kind]
    return f"{before}{start * depth}{innermost}{end * depth}{after}"


@pytest.mark.parametrize("kind", NESTED)
@pytest.mark.parametrize("format", ["ttl", "trig"])
def test_levels_are_read_up_to_64_and_one_more_is_refused_at_its_place(kind: str, format: str) -> None:
    before, start, *_ = NESTED[kind]
    assert len(read(nested(kind, 64), format))
    for depth in (65, 10_000):
        text = nested(kind, depth)
        line, column = position(text, len(before + start * 64))
        with pytest.raises(ParseError) as error:
            read(text, format)
        assert str(error.value) == f"x:{line}:{column}: nested deeper than 64 levels: simplify it"


@pytest.mark.parametrize("format", ["nt", "nq"])
@pytest.mark.parametrize("before", ["", f"{S} {P} {S} .\n" * 1000, f'{S} {P} "<<( é \\"" . # "\n'])
def test_lines_are_read_up_to_64_levels_and_one_more_is_refused_at_its_place(format: str, before: str) -> None:
    assert len(read(before + nested("triple terms", 64), format))
    with pytest.raises(ParseError) as error:
        read(before + nested("triple terms", 10_000), format)
    assert str(error.value) == f"x:{before.count(chr(10)) + 1}:1037: nested deeper than 64 levels: simplify it"


SHALLOW = {
    "in strings": f"{S} {P} '{'<<(' * 100}' , '''{'<<( ' * 100}''' , \"{'[' * 100}\\\"{'[' * 100}\" .",
    "in an IRI": f"{S} {P} <x:{'(' * 100}> , <x:{'[' * 100}> .".replace("[", "("),
    "empty strings": f"{S} {P} '' , \"\" , '''''' , \"\"\"\"\"\" {', <<( <x:s> <x:p> 1 )>>' * 100} .",
}


@pytest.mark.parametrize("text", SHALLOW.values(), ids=SHALLOW.keys())
def test_brackets_that_nest_nothing_do_not_count(text: str) -> None:
    document = text if text.rstrip().endswith(".") else f"{text}\n."
    assert len(read(document, "ttl"))


TOKENS = [*["<<(", ")>>", "<<", ">>", "{|", "|}", "[", "]", "(", ")", "_:b", "~", ",", ";"], S, "<x:é#'>"]
FILL = [
    *(" ", "\n", "# ( [ <<( {| ' \"\n", "''", '""', "'[ \\' ('", '"<<( \\""'),
    *("'''( ' '' \\''' ('''", '"""[ " "" \\"""["""'),
]


@campaign(300)
@given(
    st.lists(st.sampled_from(TOKENS) | st.sampled_from(FILL), max_size=40),
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
    st.integers(1, 4),
)
def test_the_depth_is_followed_through_pieces_of_any_size(tokens: list[str], sizes: list[int], most: int) -> None:
    text, depth, place = "", 0, None
    for token in tokens:
        text += " "
        if token in ("<<(", "<<", "{|", "[", "("):
            depth += 1
            place = place or (len(text) if depth > most else None)
        elif token in (")>>", ">>", "|}", "]", ")"):
            depth = max(0, depth - 1)
        text += token
    content, found = f"{text}   ".encode(), None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nesting, "MAX_DEPTH", most)
        followed, offset = nesting.Nesting("x"), 0
        try:
            for size in cycle(sizes):
                if offset >= len(content):
                    break
                followed.follow(content[offset : offset + size])
                offset += size
        except ParseError as error:
            found = (error.line, error.column)
    assert found == (None if place is None else position(text, place))


# Commands


DATA = """PREFIX : <http://example.org/>
:a a :C ; :p 1 ~ :r {| :by :b |} , "x"@ar--rtl , <<( :a :p <<( _:n :p 01 )>> )>> {| :by _:n |} .
<< :a :q 2 ~ :s >> a :C ;
  :p 3 .
"""
SHAPES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX : <http://example.org/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:S a sh:NodeShape ; sh:targetClass :C ; sh:property :P .
:P sh:path :p ; sh:nodeKind sh:Literal ; sh:datatype xsd:integer ; sh:maxInclusive 2 .
:T a sh:NodeShape ; sh:targetObjectsOf rdf:reifies ; sh:nodeKind sh:IRI .
"""
REFUSAL = "RDF 1.2 (a triple term, annotation or text direction), and files of a workspace are RDF 1.1: write a claim"
EX = "http://example.org/"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a small workspace, data of RDF 1.2 outside of it, and shapes."""
    bare_workspace(tmp_path / "workspace")
    (tmp_path / "data.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    return tmp_path


def run(root: Path, *arguments: str) -> tuple[int | None, str, str]:
    done = foc("--workspace", "workspace", *arguments, cwd=root)
    return done.returncode, done.stdout, done.stderr


def test_a_load_keeps_all_of_it(root: Path) -> None:
    assert run(root, "load", "data.ttl", "--store", "store")[0] == 0
    ask = f"""PREFIX : <{EX}> ASK {{ :a :p 1 , "x"@ar--rtl , <<( :a :p <<( ?n :p 1 )>> )>> .
      :r rdf:reifies <<( :a :p 1 )>> ; :by :b . :s rdf:reifies <<( :a :q 2 )>> .
      ?t rdf:reifies <<( :a :p <<( :a :p <<( ?n :p 1 )>> )>> )>> ; :by ?n FILTER(isIRI(?n) && isIRI(?t)) }}"""
    assert run(root, "--store", "store", "sparql", ask)[1] == "true\n"


def test_a_difference_tells_of_triple_terms_in_words_and_as_a_patch(root: Path) -> None:
    (root / "new.ttl").write_text(DATA.replace(":q 2", ":q 4"))
    _, text, _ = run(root, "diff", "data.ttl", "new.ttl")
    assert f"The reifies of {EX}s is now <<( {EX}a {EX}q 4 )>> (was <<( {EX}a {EX}q 2 )>>)" in text
    _, patch, _ = run(root, "diff", "data.ttl", "new.ttl", "--format", "patch")
    (root / "p.rdfp").write_text(patch)
    read = read_patch(root / "p.rdfp")
    number = ox.Literal("4", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    a, q, s, reifies = map(ox.NamedNode, (f"{EX}a", f"{EX}q", f"{EX}s", REIFIES))
    assert read.added == {ox.Triple(s, reifies, ox.Triple(a, q, number))}
    (root / "p.rdfp").write_text(patch.replace("<<(", "<<( <x:a> <x:b> " * 64 + "<<("))
    with pytest.raises(ParseError, match=r"p\.rdfp:[0-9]+: nested deeper than 64"):
        read_patch(root / "p.rdfp")


def digest(labels: Sequence[int], order: Sequence[int]) -> str:
    """The digest of a graph, with some labels for its blank nodes, in some order of its triples."""
    nodes = [ox.BlankNode(f"b{label}") for label in labels]
    p, q = ox.NamedNode("x:p"), ox.NamedNode("x:q")
    triples = [
        ox.Triple(nodes[0], ox.NamedNode(REIFIES), ox.Triple(nodes[1], p, ox.Literal("x"))),
        ox.Triple(nodes[1], p, nodes[2]),
        ox.Triple(nodes[2], ox.NamedNode(REIFIES), ox.Triple(nodes[1], p, ox.Triple(nodes[3], q, nodes[0]))),
        ox.Triple(p, p, ox.Triple(nodes[3], p, p)),
        ox.Triple(p, q, ox.Triple(nodes[2], p, p)),
        ox.Triple(p, q, ox.Triple(p, p, ox.Literal("x"))),
    ]
    with TemporaryDirectory() as folder:
        dump = Path(folder) / "x.nq"
        ox.serialize([triples[number] for number in order], str(dump), ox.RdfFormat.N_QUADS)
        return canonical(dump, Path(folder) / "canonical").sha256


@campaign(250)
@given(st.permutations(range(4)), st.permutations(range(6)))
def test_labels_and_order_make_no_difference(labels: list[int], order: list[int]) -> None:
    assert digest(labels, order) == digest(range(4), range(6))


NODES = st.sampled_from([ox.NamedNode("x:a"), ox.NamedNode("x:é"), ox.BlankNode("b"), ox.BlankNode("c")])
LITERALS = st.one_of(
    st.builds(ox.Literal, st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=4)),
    st.builds(
        lambda text, direction: ox.Literal(text, language="ar", direction=direction),
        st.sampled_from(["", "<<( )>>", '"@en--ltr']),
        st.sampled_from([ox.BaseDirection.LTR, ox.BaseDirection.RTL, None]),
    ),
    st.sampled_from(["01", "1", "x"]).map(
        lambda text: ox.Literal(text, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    ),
)
PREDICATES = st.sampled_from([ox.NamedNode("x:p"), ox.NamedNode(REIFIES)])
OBJECTS = st.recursive(NODES | LITERALS, lambda inner: st.builds(ox.Triple, NODES, PREDICATES, inner), max_leaves=3)
GRAPHS = st.lists(st.builds(ox.Triple, NODES, PREDICATES, OBJECTS), max_size=8)


@campaign(250)
@given(GRAPHS, st.sampled_from(["ttl", "nt", "nq", "trig"]), st.integers(1, 2000))
def test_a_load_says_what_the_file_says_whatever_its_parts(triples: list[ox.Triple], format: str, size: int) -> None:
    graph = ox.NamedNode("x:g")
    quads = [ox.Quad(*triple, *([graph] if format in ("nq", "trig") else [])) for triple in triples]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{format}"
        ox.serialize(quads, str(path), FORMATS[format])
        source = Source("x", path, FORMATS[format], "", None if format in ("nq", "trig") else graph, "x:")
        parts = list(read_parts([source], size, "https://example.org/", untracked))
    loaded = [rename_back(triple) for part in parts for found, triple in part.statements() if found == graph]
    assert canonical_set(loaded) == canonical_set(triples)


def rename_back(term: Any) -> Any:
    """A term with blank nodes in place of the IRIs that a load gives them."""
    if isinstance(term, ox.Triple):
        return ox.Triple(*map(rename_back, term))
    if isinstance(term, ox.NamedNode) and "/.well-known/genid/" in term.value:
        return ox.BlankNode(term.value.rpartition("/")[2])
    return term


def canonical_set(triples: Iterable[ox.Triple]) -> ox.Dataset:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@campaign(250)
@given(GRAPHS, GRAPHS)
def test_a_patch_leads_from_one_graph_to_another(old: list[ox.Triple], new: list[ox.Triple]) -> None:
    before, after = (sorted({f"{triple} .\n".encode() for triple in triples}) for triples in (old, new))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.rdfp"
        path.write_bytes(b"".join(patch_text(difference(before, after), ("", ""))))
        patch = read_patch(path)
    assert list(patch.apply(before)) == after
    assert patch.added == set(new) - set(old) and patch.deleted == set(old) - set(new)


@pytest.mark.parametrize("engine", ["auto", "sparql"])
def test_validation_judges_it_and_tells_where(root: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foc_graph.shacl.engine.LARGE", 1)
    code, text, _ = run(root, "validate", "data.ttl", "--shapes", "shapes.ttl", "--engine", engine, "--format", "json")
    found = {
        (one["where"], one["focus"].removeprefix(EX), one["value"].replace(EX, ""), one["component"][:8])
        for one in json.loads(text)["results"]
        if "_:" not in one["value"]
    }
    one, two = (f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>' for number in (1, 2))
    assert code == 1 and found == {
        ("data.ttl:2:36", "a", "x", "Datatype"),
        ("data.ttl:2:36", "a", "x", "MaxInclu"),
        ("data.ttl:4:6", "s", "3", "MaxInclu"),
        ("data.ttl:2:16", f"<<( <{EX}a> <{EX}p> {one} )>>", f"<<( <a> <p> {one} )>>", "NodeKind"),
        ("data.ttl:3:12", f"<<( <{EX}a> <{EX}q> {two} )>>", f"<<( <a> <q> {two} )>>", "NodeKind"),
    }
    places = {one["where"] for one in json.loads(text)["results"] if "_:" in one["value"]}
    assert places == {"data.ttl:2:11"}, "a value with a blank node, and the triple that an annotation is of"


@pytest.mark.parametrize(
    ("engine", "message"), [("duckdb", "which DuckDB does not judge"), ("pyshacl", "which pySHACL does not read")]
)
@pytest.mark.parametrize("text", ["<x:a> <x:b> <<( <x:a> <x:b> <x:c> )>> .", '<x:a> <x:b> "x"@en--ltr .'])
def test_an_engine_of_rdf_1_1_says_which_one_to_use(root: Path, engine: str, message: str, text: str) -> None:
    for name in ("x.ttl", "x.nt"):
        (root / name).write_text(text)
        code, output, error = run(root, "validate", name, "--shapes", "shapes.ttl", "--engine", engine)
        assert (code, output) == (2, "") and message in error and error.endswith("use --engine sparql\n")
        assert error.count("\n") == 1


def test_annotations_of_shapes_say_nothing_of_data_and_parameters_are_rdf_1_1(root: Path) -> None:
    (root / "shapes.ttl").write_text(SHAPES.replace("sh:maxInclusive 2", "sh:maxInclusive 2 ~ :why {| :by :b |}"))
    assert run(root, "validate", "data.ttl", "--shapes", "shapes.ttl")[0] == 1
    (root / "shapes.ttl").write_text(SHAPES.replace("sh:maxInclusive 2", "sh:hasValue <<( :a :b :c )>>"))
    code, _, error = run(root, "validate", "data.ttl", "--shapes", "shapes.ttl")
    assert code == 2 and "shapes.ttl:4:" in error and "gives sh:hasValue a triple term: write RDF 1.1" in error


@pytest.mark.parametrize(
    "command",
    [
        ["validate"],
        ["validate", "workspace/data/two.ttl"],
        ["load", "--store", "store"],
        ["sparql", "ASK {}"],
        ["diff", "workspace", "workspace"],
        ["fmt", "workspace/data/two.ttl"],
    ],
)
def test_a_file_of_a_workspace_stays_rdf_1_1(root: Path, command: list[str]) -> None:
    path = root / "workspace" / "data" / "two.ttl"
    for text, place in ((DATA, "2:16"), ('<https://example.org/a> <x:p> "x"@en--ltr .', "1:35")):
        path.write_text(text)
        code, output, error = run(root, *command)
        assert (code, output) == (2, "") and f"data/two.ttl:{place}: {REFUSAL} instead\n" in error
        assert error.count("\n") == 1 and path.read_text() == text


ANSWERS = {
    "json": '"type":"triple"',
    "xml": "<triple><subject>",
    "tsv": '<<( <http://example.org/a> <http://example.org/p> "x"@ar--rtl )>>',
    "csv": "http://example.org/a http://example.org/p x",
    "md": '\\<\\<( \\<http://example.org/a\\> \\<http://example.org/p\\> "x"@ar--rtl )\\>\\>',
    "html": '&lt;&lt;( &lt;http://example.org/a&gt; &lt;http://example.org/p&gt; "x"@ar--rtl )&gt;&gt;',
    "safe.csv": '"<<( <http://example.org/a> <http://example.org/p> ""x""@ar--rtl )>>"',
}


def test_an_answer_holds_triple_terms_in_each_format(root: Path) -> None:
    ask = f'SELECT ?t {{ BIND(<<( <{EX}a> <{EX}p> "x"@ar--rtl )>> AS ?t) }}'
    found = EmbeddedStore.in_memory().query(ask)
    assert isinstance(found, Rows)
    for format, expected in ANSWERS.items():
        assert expected in found.serialise(format).decode(), format
    for format in ("json", "md"):
        code, output, _ = run(root, "sparql", "--format", format, ask)
        assert code == 0 and ANSWERS[format] in output


def test_a_graph_is_written_with_triple_terms_where_its_format_has_them(root: Path) -> None:
    ask = f'CONSTRUCT {{ <{EX}a> <{EX}p> ?t }} {{ BIND(<<( <{EX}a> <{EX}p> "x"@ar--rtl )>> AS ?t) }}'
    for format in ("ttl", "nt"):
        code, output, _ = run(root, "sparql", "--format", format, ask)
        assert (code, read(output, format)) == (0, read(f'<{EX}a> <{EX}p> <<( <{EX}a> <{EX}p> "x"@ar--rtl )>> .', "nt"))
    code, output, error = run(root, "sparql", "--format", "jsonld", ask)
    assert (code, output) == (2, "") and error.endswith("JSON-LD does not support RDF 1.2 yet: choose ttl or nt\n")


def test_a_server_of_rdf_1_1_that_refuses_is_one_error(web: Web) -> None:
    web.answers = [raw(head(400, Content_Type="text/plain") + b"syntax error at '<<('")]
    store = RemoteStore(web.url)
    a = ox.NamedNode("x:a")
    with pytest.raises(ServiceError, match=r": correct the query$"):
        store.add(a, [ox.Triple(a, a, a)])
    with pytest.raises(ServiceError) as error:
        store.add(a, [ox.Triple(a, a, ox.Triple(a, a, a))])
    assert "syntax error at '<<('" in str(error.value)
    assert str(error.value).endswith(
        "; the triples are RDF 1.2: name a server that takes it, or load them into a store on disk"
    )
