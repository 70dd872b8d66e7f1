"""Validation: whole workspaces, single files in their context, and plain SHACL runs."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import get_args

import pyoxigraph as ox
import pytest
import rdflib

import foc_graph
from foc_graph.errors import FocGraphError, ParseError
from foc_graph.rdf.terms import RDF_TYPE, SH
from foc_graph.shacl.engine import Engine
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.validation import validate_store, validate_workspace
from foc_graph.workspace.settings import find_workspace
from tests.support import PREFIXES, WorkspaceMaker
from tests.support.commands import foc
from tests.support.web_server import Web, head, raw
from tests.support.workspaces import new_workspace

SHAPES = """PREFIX ex: <http://example.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:Shape-name .
ex:Shape-name a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:message "Give it a name." .
"""
DATA = "PREFIX ex: <http://example.org/>\n\nex:a a ex:Thing .\n\nex:b a ex:Thing ; ex:name 1 .\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA)
    shapes.write_text(SHAPES)
    return data, shapes


def test_the_small_workspace_of_these_tests_conforms(small_root: Path) -> None:
    report = validate_workspace(find_workspace(small_root))
    assert [result for result in report.results if result.severity in ("Violation", "Warning")] == []


SLIPS = {
    "no such month": ('"2014"^^xsd:gYear', '"2014-13"^^xsd:gYearMonth', "Period-begin"),
    "no such day": ('"2014"^^xsd:gYear', '"2014-02-30"^^xsd:date', "Period-begin"),
    "a year as a day": ('"2014"^^xsd:gYear', '"2014"^^xsd:date', "Period-begin"),
    "a date in words": ('"2014"^^xsd:gYear', '"March 2014"', "Period-begin"),
    "two dates": ('"2014"^^xsd:gYear', '"2014"^^xsd:gYear , "2015"^^xsd:gYear', "Period-begin"),
    "no such month of an end": ('verified "2026-11-24"^^xsd:date', 'end "2015-13"^^xsd:gYearMonth', "Period-end"),
    "a later day than any page was read": ("2026-11-24", "2062-11-24", "Period-unseen"),
    "a month that never was": ('"2026-11-24"^^xsd:date', '"2026-13"^^xsd:gYearMonth', "Period-verified"),
    "a misspelt class": ("coal:Membership", "coal:Membershp", "Term-known"),
    "a misspelt property": ("coal:begin", "coal:begins", "Term-known"),
    "no class": ("a coal:Membership ;", "", "Described-type"),
    "a role that does not exist": ("role\\/member", "role\\/membre", "Membership-role"),
    "a source that does not exist": ("source/charter", "source/chart", "Membership-source"),
    "a country for its government": ("government/mk", "country/mk", "Membership-member"),
}
"""One slip each in a membership: a text, what stands in its place, and the shape or constraint that is broken."""

MEMBERSHIP = """
<id/first/membership/mk>
    a coal:Membership ;
    coal:begin "2014"^^xsd:gYear ;
    coal:verified "2026-11-24"^^xsd:date ;
    dcterms:source <id/source/charter> ;
    org:member <id/government/mk> ;
    org:organization <id/first> ;
    org:role concept:role\\/member ;
.
"""


def test_one_slip_gives_one_result(small_root: Path) -> None:
    """Each slip is made in a coalition of its own, and all are validated at once."""
    texts = {
        "no slip": MEMBERSHIP,
        **{name: MEMBERSHIP.replace(right, wrong) for name, (right, wrong, _) in SLIPS.items()},
    }
    assert [name for name, text in texts.items() if text == MEMBERSHIP] == ["no slip"]
    folder = small_root / "data" / "coalitions"
    edited = {}
    for number, text in enumerate(texts.values()):
        own = (folder / "third" / "coalition.ttl").read_text("utf-8").partition("\n<id/third/")[0] + text
        edited[folder / f"slip-{number}.ttl"] = re.sub("id/(third|first)(?=[>/])", f"id/slip-{number}", own)
    found = validate_workspace(find_workspace(small_root), edited=edited).results
    shapes = {
        name: [one.shape.rpartition("/")[2] for one in found if f"/slip-{number}/" in one.focus]
        for number, name in enumerate(texts)
    }
    assert shapes == {"no slip": [], **{name: [shape] for name, (*_, shape) in SLIPS.items()}}
    assert len(found) == len(SLIPS)


def test_a_plain_run_takes_files_or_graphs(files: tuple[Path, Path]) -> None:
    data, shapes = files
    report = foc_graph.validate(data, shapes)
    assert not report.conforms and report.counts == {"Violation": 1}
    (result,) = report.results
    assert (result.where, result.focus) == (f"{data}:3:1", "http://example.org/a")
    assert (result.path, result.message) == ("http://example.org/name", "Give it a name.")
    assert (result.component, result.shape) == ("MinCountConstraintComponent", "http://example.org/Shape-name")
    graphs = foc_graph.validate(rdflib.Graph().parse(data), rdflib.Graph().parse(shapes))
    assert [r.focus for r in graphs.results] == ["http://example.org/a"]
    conforms = rdflib.URIRef("http://www.w3.org/ns/shacl#conforms")
    assert [str(value) for value in graphs.graph.objects(None, conforms)] == ["false"]


def test_a_folder_is_its_files_of_turtle_and_n_triples(files: tuple[Path, Path], tmp_path: Path) -> None:
    _, shapes = files
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    with pytest.raises(FocGraphError, match=r"folder: holds no \.ttl or \.nt file"):
        foc_graph.validate(folder, shapes)
    (folder / "below" / "a.nt").write_text(f"<http://example.org/c> <{RDF_TYPE}> <http://example.org/Thing> .\n")
    assert [result.where for result in foc_graph.validate(folder, shapes).results] == [f"{folder}/below/a.nt:1:1"]


def test_the_command_prints_text_json_and_turtle(files: tuple[Path, Path]) -> None:
    data, shapes = map(str, files)
    text = foc("validate", data, "--shapes", shapes)
    assert text.returncode == 1 and f"{data}:3:1  http://example.org/a\n" in text.stdout
    assert "Give it a name." in text.stdout
    report = json.loads(foc("validate", data, "--shapes", shapes, "--format", "json").stdout)
    assert report["conforms"] is False and len(report["results"]) == 1
    assert report["checked"] == {"shapes": 1, "focus_nodes": 2, "unmatched": []}
    assert "sh:ValidationReport" in foc("validate", data, "--shapes", shapes, "--format", "ttl").stdout
    Path(data).write_text(DATA.replace("ex:a a ex:Thing", "ex:a a ex:Thing ; ex:name 2"))
    good = foc("validate", data, "--shapes", shapes)
    assert good.returncode == 0 and good.stdout == "checked 1 shape on 2 focus nodes: conforms\n"


def with_an_import(text: str) -> str:
    imported = "<http://www.w3.org/2002/07/owl#imports> <http://x/shapes> ."
    return f"{text.partition('ex:Shape')[0]} ex:shapes {imported}"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda text: "", "there are no triples"),
        (lambda text: text.replace("/ns/shacl#", "/ns/schacl#"), "schacl# is not SHACL's namespace: write http://www"),
        (lambda text: text.replace("/shacl#", "/shacl/"), "/shacl/ is not SHACL's namespace: write http://www"),
        (with_an_import, "<http://x/shapes> is imported, which is not followed: give that file too"),
        (lambda text: text.replace("sh:targetClass ex:Thing ;", ""), "give one sh:targetClass, sh:targetNode, "),
    ],
)
def test_shapes_without_a_target_check_nothing_and_that_is_told(
    files: tuple[Path, Path], changed: Callable[[str], str], said: str
) -> None:
    data, shapes = files
    shapes.write_text(changed(SHAPES))
    done = foc("validate", str(data), "--shapes", str(shapes))
    assert done.returncode == 2 and f"{shapes}: no shape has a target: " in done.stderr and said in done.stderr


def test_where_nothing_is_left_to_check_it_says_so(files: tuple[Path, Path]) -> None:
    data, shapes = files
    data.write_text(DATA.replace("example.org", "example.com"))
    for options, code in (((), 0), (("--strict",), 2)):
        done = foc("validate", str(data), "--shapes", str(shapes), *options)
        assert done.returncode == code and done.stdout.splitlines()[1:] == ["conforms: nothing was checked"]


@pytest.mark.parametrize("engine", get_args(Engine))
def test_a_target_that_nothing_matches_is_told(files: tuple[Path, Path], engine: Engine) -> None:
    data, shapes = files
    more = " , ".join(f"ex:C{number}" for number in range(10))
    shapes.write_text(f"{SHAPES}ex:Shape sh:targetClass ex:Other , {more} ; sh:targetSubjectsOf ex:name , ex:none .\n")
    data.write_text(f"{DATA}ex:c a <http://example.org/v1/Other> .\n")
    report = foc_graph.validate(data, shapes, engine=engine)
    assert (report.scope.shapes, report.scope.focus_nodes, len(report.scope.unmatched)) == (1, 2, 12)
    said = {text.partition(": ")[2]: text.partition(": ")[0] for text in report.scope.unmatched}
    other = "nothing in the data is a http://example.org/Other, but there is http://example.org/v1/Other: "
    version = "perhaps the data are of another version of the vocabulary"
    assert said[other + version] == f"{shapes}:5:25" and "nothing in the data has http://example.org/none" in said
    *notes, _ = report.to_text().splitlines()[-12:]
    assert notes[-1] == "2 more targets that nothing in the data matches" and len(notes) == 11
    (run,) = report.to_sarif()["runs"]
    told = [one["message"]["text"] for one in run["invocations"][0]["toolConfigurationNotifications"]]
    assert told == [report.scope.to_text(), *notes]
    assert foc_graph.validate(data, shapes, engine="sparql", focus=["http://example.org/a"]).scope == (1, 1, ())


@pytest.mark.parametrize("engine", get_args(Engine))
def test_a_severity_that_is_not_shacls_is_that_of_a_violation(files: tuple[Path, Path], engine: Engine) -> None:
    data, shapes = files
    shapes.write_text(f"{SHAPES}ex:Shape-name sh:severity ex:Grave .\n")
    report = foc_graph.validate(data, shapes, engine=engine)
    assert report.violations == list(report.results) and report.to_sarif()["runs"][0]["results"][0]["level"] == "error"
    assert foc("validate", str(data), "--shapes", str(shapes), "--engine", engine).returncode == 1


@pytest.mark.parametrize(
    ("shape", "statement", "said"),
    [
        ("ex:Shape sh:rule ex:r .", "", "shapes.ttl:5:10: http://example.org/Shape: sh:rule"),
        ("", "ex:b <http://www.w3.org/ns/shacl#shape> ex:Shape .", "data.ttl:6:41: http://example.org/b: sh:shape"),
        ("ex:Shape-name sh:uniqueLang true .", 'ex:b ex:name "B"@en--ltr .', "the direction of text in http://ex"),
    ],
)
def test_no_engine_passes_over_what_it_does_not_read(
    files: tuple[Path, Path], shape: str, statement: str, said: str
) -> None:
    data, shapes = files
    data.write_text(DATA + statement)
    shapes.write_text(SHAPES + shape)
    store = EmbeddedStore.in_memory()
    store.load(ox.parse(path=data))
    engines: tuple[Engine, ...] = ("sparql", "pyshacl", "duckdb")
    asked = [partial(foc_graph.validate, data, shapes, engine=engine) for engine in engines]
    for ask in (partial(validate_store, store, shapes), *(asked[:2] if "ltr" in statement else asked)):
        with pytest.raises(ParseError, match=said.rpartition(": ")[2]):
            ask()
    report = foc_graph.validate(data, shapes, allow_unknown=True)
    assert [line for line in report.to_text().splitlines() if "not checked: " in line and said in line]
    shown = foc("validate", str(data), "--shapes", str(shapes), "--format", "json", "--allow-unknown")
    assert shown.returncode == 1 and said in json.loads(shown.stdout)["not_checked"][0] and said in shown.stderr


def test_a_file_is_judged_in_the_context_of_its_workspace(make_workspace: WorkspaceMaker, tmp_path: Path) -> None:
    """A chair is a member at the time: the membership stands in one file, the chair's term in another."""
    root = make_workspace(
        a="""<https://w3id.org/coalition/id/a> a coal:Coalition ; skos:prefLabel "A"@en ; coal:begin "2011"^^xsd:gYear .
        <https://w3id.org/coalition/id/a/membership/b> a coal:Membership ;
            org:organization <https://w3id.org/coalition/id/a> ;
            org:member <https://w3id.org/coalition/id/organisation/b> ;
            org:role <https://w3id.org/coalition/concept/role/member> ;
            coal:begin "2015"^^xsd:gYear .
        <https://w3id.org/coalition/id/organisation/b> a org:Organization ; skos:prefLabel "B"@en ."""
    )
    chair = tmp_path / "chair.ttl"
    term = """<https://w3id.org/coalition/id/a/membership/b-chair> a coal:Membership ;
        org:organization <https://w3id.org/coalition/id/a> ;
        org:member <https://w3id.org/coalition/id/organisation/b> ;
        org:role <https://w3id.org/coalition/concept/role/chair> ;
        coal:begin "{}"^^xsd:gYear ; coal:end "{}"^^xsd:gYear ."""
    workspace = find_workspace(root)
    chair.write_text(PREFIXES + term.format(2012, 2013))
    before = validate_workspace(workspace, [chair])
    chair.write_text(PREFIXES + term.format(2016, 2016))
    during = validate_workspace(workspace, [chair])
    assert {result.focus for report in (before, during) for result in report.results} == {
        "https://w3id.org/coalition/id/a/membership/b-chair"
    }
    lines = [int(result.where.removeprefix(f"{chair}:").partition(":")[0]) for result in before.results]
    assert lines and all(6 <= line <= 10 for line in lines)
    gone = {result.shape for result in before.results} - {result.shape for result in during.results}
    assert len(gone) == 1 and "chair" in gone.pop()


def test_a_graph_needs_shapes() -> None:
    with pytest.raises(FocGraphError, match="give shapes as well"):
        foc_graph.validate(rdflib.Graph())


def test_ill_typed_dates_are_judged_as_they_are_written(
    make_workspace: WorkspaceMaker, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A time zone, a day that does not exist and plain text are shown as they stand, and derive nothing."""
    event = tmp_path / "event.ttl"
    event.write_text(
        f"""{PREFIXES}<https://w3id.org/coalition/id/a/event/1> a coal:Event ; coal:begin "2016-10-17Z"^^xsd:date ;
            coal:attested "2014-02-30"^^xsd:date ; coal:end "May 2018" ."""
    )
    report = validate_workspace(find_workspace(make_workspace()), [event])
    dates = {result.path.rpartition("#")[2]: result.value for result in report.results if result.value[:1] in "2M"}
    assert {"begin": "2016-10-17Z", "attested": "2014-02-30", "end": "May 2018"}.items() <= dates.items()
    assert not any(result.value.startswith("May") and "Latest" in result.path for result in report.results)
    assert capfd.readouterr().err == ""


def test_a_limit_in_a_constraint_counts_for_each_thing(files: tuple[Path, Path]) -> None:
    data, shapes = files
    data.write_text(
        "PREFIX ex: <http://example.org/> ex:a a ex:Thing ; ex:name 1 , 2 , 3 . ex:b a ex:Thing ; ex:name 4 , 5 ."
    )
    shapes.write_text(
        """PREFIX ex: <http://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#>
        ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql ex:Shape-none .
        ex:Shape-none sh:select "SELECT $this ?value WHERE { $this <http://example.org/name> ?value } LIMIT 1" ."""
    )
    assert [one.focus[-1] for one in foc_graph.validate(data, shapes).results] == ["a", "b"]


def test_concepts_of_a_workspace_are_held_to_the_shapes(tmp_path: Path) -> None:
    new_workspace(tmp_path / "own", '["ontology", "queries"]')
    path = tmp_path / "own" / "ontology" / "concepts" / "role.ttl"
    path.parent.mkdir(parents=True)
    path.write_text(
        "PREFIX org: <http://www.w3.org/ns/org#>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        "<https://example.org/coalition/concept/role/affiliate> a skos:Concept , org:Role ;\n"
        '  skos:definition "Is close to the coalition."@en ; skos:prefLabel "affiliate"@en ;\n'
        "  skos:inScheme <https://w3id.org/coalition/concept/role> .\n",
        "utf-8",
    )
    done = foc("--workspace", str(tmp_path / "own"), "validate")
    assert (done.returncode, done.stdout.startswith("ontology/concepts/role.ttl:3:1 ")) == (1, True)
    assert "Say once whether the holder is counted as a member" in done.stdout


SELECT = 'ex:Shape sh:sparql [ sh:message "m" ; sh:select """SELECT $this {select}""" ] .'
FETCHING = {
    "an import": "<{url}> a owl:Ontology ; owl:imports <{url}> .",
    "a shapes graph": "ex:a sh:shapesGraph <{url}> .",
    "a service": SELECT.replace("{select}", "{{ SERVICE SILENT <{url}> {{ $this ?p ?o }} }}"),
    "a dataset": SELECT.replace("{select}", "FROM <{url}> {{ $this ?p ?o }}"),
    "a script": 'ex:Shape sh:js [ sh:jsLibrary [ sh:jsLibraryURL "{url}" ] ; sh:jsFunctionName "f" ] .',
    "a rule": 'ex:Shape sh:rule [ a sh:SPARQLRule ; sh:construct "CONSTRUCT {{}} {{ SERVICE <{url}> {{}} }}" ] .',
}


@pytest.mark.parametrize("engine", get_args(Engine))
@pytest.mark.parametrize("text", FETCHING.values(), ids=FETCHING)
def test_shapes_and_data_have_nothing_fetched(web: Web, files: tuple[Path, Path], engine: Engine, text: str) -> None:
    web.answers = [raw(head(200, Content_Type="text/turtle"))]
    for path in files:
        more = text.format(url=f"{web.url}/more.ttl")
        path.write_text(f"PREFIX owl: <http://www.w3.org/2002/07/owl#>\nPREFIX sh: <{SH}>\n{path.read_text()}{more}")
    with suppress(FocGraphError):
        foc_graph.validate(files[0], files[1], engine=engine, allow_unknown=True)
    assert web.paths == []
