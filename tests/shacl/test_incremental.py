"""Checking only what a change may have touched gives the results that a full run gives for it."""

import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import foc_graph
from foc_graph.errors import FocGraphError, ParameterError
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.shacl import Report, Validator
from foc_graph.shacl.compiler import checks
from foc_graph.shacl.data_graph import EmbeddedGraph
from foc_graph.shacl.dependencies import looks_anywhere
from foc_graph.shacl.engine import Choice, choose, run
from foc_graph.shacl.plan import Chosen
from foc_graph.shacl.shapes_reader import LoadedShapes
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import Workspace
from tests.support import shacl_strategies
from tests.support.campaign import campaign, examples
from tests.support.workspaces import bare_workspace

EX = "http://example.org/"
SHAPES = '''PREFIX ex: <http://example.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
ex:A-shape a sh:NodeShape ; sh:targetClass ex:A ; sh:property
    [ sh:path ( ex:p [ sh:zeroOrMorePath ex:q ] ) ; sh:class ex:B ; sh:maxCount 2 ] ,
    [ sh:path [ sh:inversePath ( ex:q ex:p ) ] ; sh:node [ sh:closed true ; sh:property [ sh:path ex:q ] ] ] ,
    [ sh:path [ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ] ;
      sh:qualifiedValueShape [ sh:hasValue ex:n1 ] ; sh:qualifiedMinCount 1 ] .
ex:Q-shape a sh:NodeShape ; sh:targetSubjectsOf ex:q ; sh:property [ sh:path ex:p ; sh:disjoint ex:q ; sh:minCount 1 ] .
ex:P-shape a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:not [ sh:property [ sh:path ex:q ; sh:minCount 2 ] ] ;
    sh:sparql [ sh:select """SELECT $this ?value
        WHERE { $this <http://example.org/q> ?value . ?value <http://example.org/p> $this }""" ] .
'''

nodes = st.integers(0, 4).map(lambda number: ox.NamedNode(f"{EX}n{number}"))
triple_terms = st.builds(lambda s, o: ox.Triple(s, ox.NamedNode(f"{EX}q"), o), nodes, nodes | st.just(ox.Literal(1)))
triples = st.one_of(
    st.builds(
        lambda s, p, o: ox.Triple(s, ox.NamedNode(EX + p), o), nodes, st.sampled_from("pq"), nodes | triple_terms
    ),
    st.builds(
        lambda s, o: ox.Triple(s, ox.NamedNode(RDF_TYPE), ox.NamedNode(EX + o)),
        nodes,
        st.sampled_from("AB"),
    ),
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedShapes:
    return load_shapes(tmp_path_factory, SHAPES)


QUERY_SHAPE = """PREFIX ex: <http://example.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:p ; sh:sparql [ sh:select "%s" ] .
"""
QUERIES = (
    *shacl_strategies.QUERIES,
    "$this {p} ?one OPTIONAL {{ ?one {q} ?value . ?value {p} ?x }}",
    "{{ $this {p} ?one }} UNION {{ $this {q} ?one }} ?one {q} ?value",
    "?value {q}/^{p} $this FILTER(EXISTS {{ ?value {p}? ?any }})",
    "$this {p} ?a . ?b {q} ?value FILTER(?a = ?b)",
    "BIND($this AS ?here) ?here {q} ?value",
    "$this ?any ?value . ?value {q} ?other",
    "$this !{p} ?value",
    "$this {p} ?any . ?value {q}* ?value",
    "$this {q}* ?value . ?value {p} ?any",
    "$this {q}* ?value",
    "$this {p} [ {q} ?value ]",
    "$this ({p}|^{q})/a ?kind . ?value a ?kind",
    "$this {p} ?any . ?any ?value []",
    "{{ SELECT $this ?one {{ $this {p} ?x . ?x {q} ?one }} }} ?x {q} ?value",
    "$this a ?kind . ?value a ?kind FILTER NOT EXISTS {{ ?value {p} ?x . ?x {q} ?y }}",
)


def load_shapes(tmp_path_factory: pytest.TempPathFactory, text: str) -> LoadedShapes:
    path = tmp_path_factory.mktemp("shapes") / "shapes.ttl"
    path.write_text(text)
    return LoadedShapes([("shapes.ttl", path)])


@campaign(150)
@given(before=st.sets(triples, max_size=14), after=st.sets(triples, max_size=4), kept=st.integers(0, 14))
def test_what_changes_in_the_results_is_found(
    loaded: LoadedShapes, before: set[ox.Triple], after: set[ox.Triple], kept: int
) -> None:
    found_in_part(loaded, before, set(sorted(before, key=str)[:kept]) | after)
    assert len(list(checks(loaded.shapes[0]))) > 2


@pytest.mark.campaign
@pytest.mark.parametrize("query", QUERIES)
def test_what_changes_in_the_results_of_a_query_is_found(tmp_path_factory: pytest.TempPathFactory, query: str) -> None:
    pattern = query.format(p=f"<{EX}p>", q=f"<{EX}q>")
    loaded = load_shapes(tmp_path_factory, QUERY_SHAPE % f"SELECT $this ?value WHERE {{ {pattern} }}")

    @settings(max_examples=examples(60))
    @given(before=st.sets(triples, max_size=14), after=st.sets(triples, max_size=4), kept=st.integers(0, 14))
    def compare(before: set[ox.Triple], after: set[ox.Triple], kept: int) -> None:
        found_in_part(loaded, before, set(sorted(before, key=str)[:kept]) | after)

    compare()


def found_in_part(loaded: LoadedShapes, before: set[ox.Triple], now: set[ox.Triple]) -> None:
    """Results that a full run has before only, or after only, are of nodes that the incremental run checks."""

    def results(state: set[ox.Triple], changed: frozenset[ox.Triple] | None) -> set[tuple[object, ...]]:
        data = EmbeddedGraph()
        data.load(state)
        wanted = choose(data, loaded, Choice(changed=changed))
        chosen.update(row[0] for row in data.rows(Chosen("node"), {}))
        return {(one.focus, one.shape, one.component, one.value) for one in run(data, wanted)}

    chosen: set[object] = set()
    changed = frozenset(before ^ now)
    whole, earlier, part = results(now, None), results(before, None), results(now, changed)
    assert part <= whole
    assert whole - earlier <= part
    anywhere = {one.node for one in loaded.shapes if looks_anywhere(one, {triple.predicate for triple in changed})}
    assert {focus for focus, shape, *_ in earlier - whole if shape not in anywhere} <= chosen


def write_patch(path: Path, *lines: str) -> Path:
    path.write_text("H id <urn:uuid:1> .\nTX .\n" + "".join(f"{line}\n" for line in lines) + "TC .\n")
    return path


def test_a_patch_says_what_changed(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES)
    data.write_text(f"<{EX}n1> <{EX}q> <{EX}n2> . <{EX}n3> <{EX}q> <{EX}n4> .")
    assert {one.focus for one in foc_graph.validate(data, shapes).results} == {f"{EX}n1", f"{EX}n3"}
    patch = write_patch(tmp_path / "change.rdfp", f"A <{EX}n1> <{EX}q> <{EX}n2> .", f"D <{EX}n1> <{EX}r> <{EX}n3> .")
    assert {one.focus for one in foc_graph.validate(data, shapes, since=str(patch)).results} == {f"{EX}n1"}


EX_TRIPLE = f"<{EX}n1> <{EX}{{}}> {{}} ."


def test_data_kept_open_are_validated_as_data_read_anew(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES + "ex:S sh:targetSubjectsOf ex:r ; sh:property [ sh:path ex:r ; sh:maxCount 1 ] .")
    data.write_text(f"<{EX}n1> <{EX}q> <{EX}n2> . <{EX}n3> <{EX}q> <{EX}n4> . <{EX}n1> <{EX}r> 01 , 1.0 .")
    validator = Validator(data, shapes)
    assert results(validator.validate()) == results(foc_graph.validate(data, shapes)) != []
    patch = write_patch(
        tmp_path / "change.rdfp",
        *(f"D {EX_TRIPLE.format('r', value)}" for value in ('"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"9"')),
        *(f"A {EX_TRIPLE.format(name, f'<{EX}n4>')}" for name in ("p", "q")),
    )
    part = validator.apply(patch)
    data.write_text(
        f"<{EX}n1> <{EX}q> <{EX}n2> , <{EX}n4> ; <{EX}p> <{EX}n4> ; <{EX}r> 1.0 . <{EX}n3> <{EX}q> <{EX}n4> ."
    )
    anew = foc_graph.validate(data, shapes)
    assert results(validator.validate()) == results(anew)
    assert results(part) == [row for row in results(anew) if row[0] != f"{EX}n3"] != []
    (tmp_path / "bad.rdfp").write_text("A <x:a> <x:b> <x:c> .\nno\n")
    with pytest.raises(FocGraphError, match=r"bad\.rdfp:2"):
        validator.apply(tmp_path / "bad.rdfp")
    assert results(validator.validate()) == results(anew)


def test_a_literal_that_the_store_rewrites_is_taken_out_alone() -> None:
    thing, predicate = ox.NamedNode(f"{EX}n1"), ox.NamedNode(f"{EX}r")
    kept, gone = (ox.Literal(text, datatype=ox.NamedNode(f"{XSD}integer")) for text in ("01", "001"))
    data = EmbeddedGraph()
    data.load([ox.Triple(thing, predicate, kept), ox.Triple(thing, predicate, gone)])
    data.apply([], [ox.Triple(thing, predicate, gone)])
    assert list(data.triples()) == [ox.Triple(thing, predicate, kept)]
    assert len(data._store) == 2


def results(report: Report) -> list[tuple[str, ...]]:
    return sorted((one.focus, one.path, one.value, one.component) for one in report.results)


def test_a_patch_with_blank_nodes_is_followed_by_a_whole_run(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES)
    data.write_text(f"_:x <{EX}q> <{EX}n2> . <{EX}n3> <{EX}q> <{EX}n4> .")
    patch = write_patch(tmp_path / "change.rdfp", f"A _:x <{EX}q> <{EX}n2> .", f'A\t<{EX}n1> <{EX}r> "a\u2028b\x0b" .')
    assert len(foc_graph.validate(data, shapes, since=str(patch)).results) == 2
    assert len(Validator(data, shapes).apply(patch).results) == 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A <http://a> <http://b>", "change.rdfp:3: not a triple"),
        ("INSERT x", "change.rdfp:3:1: 'INSERT' is not a line"),
        ("A ", "change.rdfp:3: not a triple"),
        ("A <x:a> <x:b> " + "<<( <x:a> <x:b> " * 1000, "change.rdfp:3: nested deeper than 64 levels"),
    ],
)
def test_a_line_that_is_none_is_refused_with_its_position(tmp_path: Path, line: str, message: str) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES)
    data.write_text("")
    with pytest.raises(FocGraphError, match=message):
        foc_graph.validate(data, shapes, since=str(write_patch(tmp_path / "change.rdfp", line)))


def test_a_revision_says_what_changed(tmp_path: Path) -> None:
    good = f"<{EX}n1> <{EX}q> <{EX}n2> ; <{EX}p> <{EX}n4> . <{EX}n3> <{EX}q> <{EX}n4> ."
    bare_workspace(tmp_path, SHAPES, good)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        options = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *options, *command], cwd=tmp_path, check=True)
    workspace = Workspace(tmp_path)
    assert validate_workspace(workspace, since="HEAD").results == ()
    (tmp_path / "data" / "one.ttl").write_text(good.replace(f" ; <{EX}p> <{EX}n4>", ""))
    part, whole = (validate_workspace(workspace, since=since) for since in ("HEAD", None))
    assert [one.focus for one in part.results] == [f"{EX}n1"]
    assert [one.focus for one in whole.results] == [f"{EX}n1", f"{EX}n3"]
    with pytest.raises(FocGraphError, match="not a file, folder, release or git revision"):
        validate_workspace(workspace, since="no-such-thing")


def test_a_revision_of_what_is_no_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    with pytest.raises(ParameterError, match="'HEAD' is not an RDF Patch"):
        foc_graph.validate(tmp_path / "shapes.ttl", tmp_path / "shapes.ttl", since="HEAD")
