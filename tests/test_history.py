"""How many results each shape gave at each release: counted, compared, recorded, and what a bad file is told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner
from conftest import ROOT
from test_cli import foc

import foc_graph
from foc_graph.cli import foc as commands
from foc_graph.errors import FocGraphError, ServiceError
from foc_graph.validation.history import Change, Counts, History, compare, count
from foc_graph.workspace.locate import Workspace, find_workspace

HEAD = "release,shape,severity,results\n"
PREFIXES = "PREFIX ex: <http://example.org/>\nPREFIX sh: <http://www.w3.org/ns/shacl#>\n"
SHAPES = """
ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:Shape-name , ex:Shape-note .
ex:Shape-name a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 .
ex:Shape-note a sh:PropertyShape ; sh:path ex:note ; sh:minCount 1 ; sh:severity sh:Warning .
"""
NOTED = "ex:{} a ex:Thing ; ex:name 1 ; ex:note 1 .\n"
NOTELESS = "ex:{} a ex:Thing ; ex:name 1 .\n"
NAMELESS = "ex:{} a ex:Thing ; ex:note 1 .\n"


def rows(release: str, names: int, notes: int) -> str:
    """The rows of a release at which so many things had no name and so many no note."""
    counts = (("-name", "Violation", names), ("-note", "Warning", notes))
    return "".join(f"{release},http://example.org/Shape{name},{level},{number}\n" for name, level, number in counts)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace of its own at release 2026.11, in which one thing has no note."""
    (tmp_path / "ontology" / "shapes").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    set_version(tmp_path, '"2026.11"')
    (tmp_path / "ontology" / "shapes" / "thing.ttl").write_text(PREFIXES + SHAPES)
    write(tmp_path, NOTED, NOTELESS)
    return tmp_path


def set_version(root: Path, version: str | None) -> None:
    """Set the version of the workspace, as TOML; None for no version."""
    line = "" if version is None else f"version = {version}\n"
    (root / "workspace.toml").write_text(f'base = "http://example.org/"\n{line}')


def write(root: Path, *things: str) -> None:
    texts = (thing.format(f"thing{number}") for number, thing in enumerate(things))
    (root / "data" / "things.ttl").write_text(PREFIXES + "".join(texts))


def counted(shapes: str, data: str) -> Counts:
    """The counts, with what follows the namespace for an IRI."""
    graphs = [rdflib.Graph().parse(data=PREFIXES + text, format="turtle") for text in (data, shapes)]
    counts = count(foc_graph.validate(*graphs))
    start = "http://example.org/"
    return {(name.removeprefix(start), level.removeprefix(start)): number for (name, level), number in counts.items()}


QUERY = 'sh:select "SELECT $this WHERE { $this <http://example.org/q> ?value }"'
COMPONENT = f"""
ex:Component a sh:ConstraintComponent ; sh:parameter [ sh:path ex:no ] ; sh:nodeValidator ex:validator .
ex:validator a sh:SPARQLSelectValidator ; {QUERY} .
ex:S sh:targetNode ex:a ; ex:no 1 . ex:T sh:targetNode ex:b ; ex:no 1 .
"""


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        pytest.param(
            "ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:property ex:S-p , ex:S-r ."
            "ex:S-p sh:path ex:p ; sh:minCount 1 ; sh:datatype ex:d . ex:S-r sh:path ex:r ; sh:minCount 1 .",
            {("S", "Violation"): 0, ("S-p", "Violation"): 1, ("S-r", "Violation"): 2},
            id="each-shape-for-itself",
        ),
        pytest.param(
            "ex:S sh:targetClass ex:C ; sh:property ex:S-r ; sh:nodeKind sh:Literal . ex:S-r sh:path ex:r .",
            {("S", "Violation"): 2},
            id="a-shape-that-constrains-nothing-has-no-row",
        ),
        pytest.param(
            "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:r ; sh:minCount 1 ; sh:severity sh:Info ] .",
            {("S", "Info"): 2},
            id="a-blank-node-counts-for-its-holder",
        ),
        pytest.param(
            "ex:S sh:targetClass ex:C ; sh:property ex:S-t ."
            "ex:S-t sh:path ex:t ; sh:property [ sh:path ex:u ; sh:property [ sh:path ex:r ; sh:minCount 1 ] ] .",
            {("S-t", "Violation"): 1},
            id="a-blank-node-counts-for-the-nearest-holder",
        ),
        pytest.param(
            "[] sh:targetClass ex:C ; sh:property [ sh:path ex:r ; sh:minCount 1 ] .",
            {("", "Violation"): 2},
            id="nothing-holds-it",
        ),
        pytest.param(
            f"ex:S sh:targetClass ex:C ; sh:sparql ex:S-q , [ {QUERY} ] ; sh:severity ex:Odd . ex:S-q {QUERY} .",
            {("S", "Odd"): 2, ("S-q", "Odd"): 2},
            id="sparql-constraints-with-and-without-an-IRI",
        ),
        pytest.param(
            "ex:S sh:targetClass ex:C ; sh:node ex:T . ex:T a sh:NodeShape ; sh:property ex:T-r ."
            "ex:T-r sh:path ex:r ; sh:minCount 1 .",
            {("S", "Violation"): 2},
            id="a-nested-shape-reports-nothing-itself",
        ),
        pytest.param(
            "ex:S sh:targetNode ex:a ; sh:property ex:r . ex:T sh:targetNode ex:b ; sh:property ex:r ."
            "ex:r sh:path ex:r ; sh:minCount 1 .",
            {("r", "Violation"): 2},
            id="what-two-shapes-share-has-one-row",
        ),
        pytest.param(
            "ex:S sh:targetClass ex:C ; sh:nodeKind sh:Literal ; sh:deactivated true .", {}, id="a-deactivated-one"
        ),
        pytest.param(COMPONENT, {("S", "Violation"): 1, ("T", "Violation"): 1}, id="validators-are-no-shapes"),
    ],
)
def test_results_are_counted_by_what_they_name(shapes: str, expected: Counts) -> None:
    data = "ex:a a ex:C ; ex:p '1'^^ex:d ; ex:q 1 ; ex:t [ ex:u [ ] ] . ex:b a ex:C ; ex:q 2 ."
    assert counted(shapes, data) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({("a", "Info"): 2}, {("a", "Info"): 2}, []),
        ({("a", "Info"): 3}, {("a", "Info"): 2}, [Change("a", "Info", 3, 2)]),
        ({("a", "Info"): 1}, {("a", "Info"): 2}, [Change("a", "Info", 1, 2)]),
        ({("new", "Info"): 9}, {("a", "Info"): 2}, []),
        ({}, {("gone", "Info"): 2}, []),
        (
            {("a", "Warning"): 4, ("b", "Info"): 1},
            {("b", "Info"): 0, ("a", "Violation"): 3},
            [Change("a", "Violation", 0, 3), Change("a", "Warning", 4, 0), Change("b", "Info", 1, 0)],
        ),
    ],
)
def test_only_what_both_know_is_compared(now: Counts, before: Counts, expected: list[Change]) -> None:
    assert compare(now, before) == expected
    assert [change.is_worse for change in expected] == [change.now > change.before for change in expected]


def test_a_run_is_recorded_and_what_is_no_worse_passes(root: Path) -> None:
    done = foc("validate", "--record", cwd=root)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.endswith("Warning: 1\n")
    assert (root / "validation.csv").read_bytes().decode() == HEAD + rows("2026.11", 0, 1)
    done = foc("validate", "--not-worse", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []


def test_violations_are_recorded_and_still_fail(root: Path) -> None:
    write(root, NAMELESS)
    assert foc("validate", "--record", cwd=root).returncode == 1
    assert (root / "validation.csv").read_text() == HEAD + rows("2026.11", 1, 0)
    done = foc("validate", "--not-worse", cwd=root)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_shape_that_gets_worse_fails(root: Path) -> None:
    (root / "validation.csv").write_text(HEAD + rows("2026.10", 9, 9) + rows("2026.11", 0, 1))
    write(root, NOTELESS, NOTELESS, NAMELESS)
    done = foc("validate", "--not-worse", "--format", "json", cwd=root)
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["results"]) == 3
    assert done.stderr.splitlines() == [
        "foc: got worse: http://example.org/Shape-name: 1 Violation result, 0 in 2026.11",
        "foc: got worse: http://example.org/Shape-note: 2 Warning results, 1 in 2026.11",
        "foc: repair what got worse, or accept it with the next release: foc validate --record",
    ]
    write(root, NOTELESS, NOTELESS)
    assert foc("validate", cwd=root).returncode == 0
    assert foc("validate", "--not-worse", cwd=root).returncode == 1


def test_a_shape_that_gets_better_is_told(root: Path) -> None:
    (root / "validation.csv").write_text(HEAD + rows("2026.11", 0, 2))
    write(root, NOTED)
    done = foc("--workspace", str(root), "validate", "--not-worse")
    assert (done.returncode, done.stdout) == (0, "conforms\n")
    assert done.stderr.splitlines() == [
        "foc: got better: http://example.org/Shape-note: 0 Warning results, 2 in 2026.11",
        "foc: so that this stays better, record it with the next release: foc validate --record",
    ]


def test_a_new_shape_is_not_worse_and_one_of_less_gravity_is(root: Path) -> None:
    (root / "validation.csv").write_text(HEAD + "2026.11,http://example.org/Shape-name,Violation,0\n")
    assert foc("validate", "--not-worse", cwd=root).returncode == 0
    (root / "validation.csv").write_text(HEAD + "2026.11,http://example.org/Shape-note,Violation,0\n")
    done = foc("validate", "--not-worse", cwd=root)
    assert done.returncode == 1 and "Shape-note: 1 Warning result, 0 in 2026.11" in done.stderr


def test_shapes_without_an_iri_are_told_as_such(root: Path) -> None:
    (root / "validation.csv").write_text(HEAD + "2026.11,,Warning,0\n")
    shapes = "[] sh:targetClass ex:Thing ; sh:property [ sh:path ex:note ; sh:minCount 1 ; sh:severity sh:Warning ] ."
    (root / "ontology" / "shapes" / "thing.ttl").write_text(PREFIXES + shapes)
    done = foc("validate", "--not-worse", cwd=root)
    assert done.returncode == 1 and "got worse: shapes without an IRI: 1 Warning result, 0 in" in done.stderr


def test_releases_stay_sorted_and_one_that_is_recorded_again_is_replaced(root: Path) -> None:
    newest = {"2026.11.10": "2026.11.10", "2026.11": "2026.11.10", "2026.11.2": "2026.11.10", "2027.01": "2027.01"}
    history = History(Workspace(root))
    for release, expected_newest in newest.items():
        history.record(release, {("http://example.org/Shape-note", "Warning"): 7})
        assert history.newest() == expected_newest
    set_version(root, '"2026.11.2"')
    assert foc("validate", "--record", cwd=root).returncode == 0
    old = "{},http://example.org/Shape-note,Warning,7\n".format
    expected = [old("2026.11"), rows("2026.11.2", 0, 1), old("2026.11.10"), old("2027.01")]
    assert (root / "validation.csv").read_text() == HEAD + "".join(expected)


def test_what_is_written_is_what_is_read(root: Path) -> None:
    counts = {("http://example.org/a,b", "http://example.org/Odd"): 3, ("", "Info"): 0, ("x:y", "Info"): 10**8}
    History(Workspace(root)).record("2026.11", counts)
    assert History(Workspace(root)).releases == {"2026.11": counts}
    path = root / "validation.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    history = History(Workspace(root))
    assert history.releases == {"2026.11": counts}
    history.record("2026.11", counts)
    assert b"\r" not in path.read_bytes()


ROW = "2026.11,http://example.org/Shape,Violation,0\n"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "its first line is not release,shape,severity,results"),
        ("release,shape,severity,results,who\n", 1, "its first line"),
        ("release,severity,shape,results\n", 1, "its first line"),
        ("release;shape;severity;results\n", 1, "its first line"),
        (HEAD + ROW + "2026.11,x:y,Info,few\n", 3, "'few' stands where .* results as a whole number"),
        (HEAD + "2026.11,x:y,Info,-1\n", 2, "'-1'"),
        (HEAD + "2026.11,x:y,Info,1.5\n", 2, "'1.5'"),
        (HEAD + "2026.11,x:y,Info,\n", 2, "''"),
        (HEAD + "2026.11,x:y,Info,\u0663\n", 2, "'\u0663'"),
        (HEAD + f"2026.11,x:y,Info,{'9' * 5000}\n", 2, r"'9+\.\.\.'"),
        (HEAD + "2026,x:y,Info,1\n", 2, "'2026' stands where .* release as YYYY.MM or YYYY.MM.N"),
        (HEAD + "2026.13,x:y,Info,1\n", 2, "'2026.13'"),
        (HEAD + "2026.11,no IRI,Info,1\n", 2, "'no IRI' stands where .* shape as an IRI"),
        (HEAD + "2026.11,x:y,Bad,1\n", 2, "'Bad' stands where .* severity as Violation, Warning, Info or an IRI"),
        (HEAD + "\n" + ROW + "\n" + ROW, 5, "2026.11 http://example.org/Shape Violation stands here a second time"),
        (HEAD + "<<<<<<< HEAD\n" + ROW, 2, "has 1 cells"),
        (HEAD + "2026.11,x:y,Info,1,\n", 2, "has 5 cells"),
        (HEAD + '2026.11,"x:y,Info,1\n' + ROW, 2, "not CSV"),
        (HEAD + f"2026.11,{'x' * 200_000},Info,1\n", 2, "not CSV"),
    ],
)
def test_a_bad_line_is_an_error_with_its_place(root: Path, text: str, line: int, problem: str) -> None:
    (root / "validation.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FocGraphError, match=f"^validation.csv:{line}: {problem}") as error:
        History(Workspace(root))
    assert "\n" not in str(error.value) and len(str(error.value)) < 250


def test_a_file_in_another_encoding_is_an_error(root: Path) -> None:
    (root / "validation.csv").write_bytes(HEAD.encode() + b"\xff")
    with pytest.raises(FocGraphError, match=r"^validation\.csv:2:1: not UTF-8"):
        History(Workspace(root))


@pytest.mark.parametrize("option", ["--not-worse", "--record"])
def test_a_bad_file_ends_the_command_before_it_validates(root: Path, option: str) -> None:
    (root / "validation.csv").write_text(HEAD + "2026.11,x:y,Info,few\n")
    done = foc("validate", option, cwd=root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("foc: validation.csv:2: 'few' ")
    assert (root / "validation.csv").read_text().endswith("few\n")


@pytest.mark.parametrize(("text", "problem"), [(None, "is missing"), (HEAD, "holds no release")])
def test_without_a_release_there_is_nothing_to_compare_with(root: Path, text: str | None, problem: str) -> None:
    if text is not None:
        (root / "validation.csv").write_text(text)
    done = foc("validate", "--not-worse", cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"foc: validation.csv: {problem}: make it with foc validate --record\n"


NO_RELEASE = (
    "release '{}' is not written YYYY.MM or YYYY.MM.N: set version in workspace.toml, as in version = \"2026.11\""
)


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        (None, ""),
        ('""', ""),
        ('"2026"', "2026"),
        ('"2026.00"', "2026.00"),
        ('"2026.11.0"', "2026.11.0"),
        ('"2026.11\\n"', "2026.11\\n"),
        ('"v2026.11"', "v2026.11"),
        ("2026.10", "2026.1"),
        ("2026-11-24", "2026-11-24"),
    ],
)
def test_a_workspace_without_a_release_is_told_so_before_it_is_validated(
    root: Path, version: str | None, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_version(root, version)
    (root / "data" / "things.ttl").write_text("no Turtle")
    monkeypatch.chdir(root)
    with pytest.raises(FocGraphError) as error:
        CliRunner().invoke(commands, ["validate", "--record"], catch_exceptions=False)
    assert str(error.value) == NO_RELEASE.format(shown)
    assert not (root / "validation.csv").exists()


@pytest.mark.parametrize("release", ["", "2026", "2026.1", "2026.11\n", "../x"])
def test_what_is_no_release_is_not_recorded(root: Path, release: str) -> None:
    with pytest.raises(FocGraphError) as error:
        History(Workspace(root)).record(release, {})
    assert str(error.value) == NO_RELEASE.format(repr(release)[1:-1])
    assert not (root / "validation.csv").exists()


@pytest.mark.parametrize("option", ["--not-worse", "--record"])
@pytest.mark.parametrize(
    "part",
    [
        ["data/things.ttl"],
        ["data/things.ttl", "--shapes", "ontology/shapes"],
        ["--shape", "Shape"],
        ["--focus", "ex:thing0"],
        ["--changed-since", "HEAD"],
        ["--endpoint", "http://127.0.0.1:9/"],
        ["--explain", "Shape"],
        ["--engine", "pyshacl"],
    ],
)
def test_a_run_that_is_not_whole_is_neither_recorded_nor_compared(
    root: Path, option: str, part: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    done = CliRunner().invoke(commands, ["validate", option, *part])
    assert done.exit_code == 2 and "count a whole run" in done.output
    assert not (root / "validation.csv").exists()


def test_a_run_is_compared_or_recorded_but_not_both(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    done = CliRunner().invoke(commands, ["validate", "--not-worse", "--record"])
    assert done.exit_code == 2 and "compare first, then record" in done.output


def test_a_file_that_another_changed_meanwhile_is_left_alone(root: Path) -> None:
    path = root / "validation.csv"
    path.write_text(HEAD + rows("2026.11", 0, 1))
    history = History(Workspace(root))
    path.write_text(HEAD + rows("2026.11", 0, 2))
    with pytest.raises(ServiceError, match="changed meanwhile"):
        history.record("2026.12", {})
    assert path.read_text() == HEAD + rows("2026.11", 0, 2)


@pytest.mark.parametrize("before", [None, HEAD + rows("2026.11", 0, 1)])
def test_a_write_that_fails_changes_nothing(root: Path, before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = root / "validation.csv"
    if before is not None:
        path.write_text(before)
    here = sorted(root.iterdir())
    history = History(Workspace(root))
    releases = dict(history.releases)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ServiceError, match="cannot be written: No space left"):
            history.record("2026.12", {("x:y", "Info"): 1})
    assert sorted(root.iterdir()) == here and history.releases == releases
    assert before is None or path.read_text() == before
    history.record("2026.12", {("x:y", "Info"): 1})
    assert History(Workspace(root)).newest() == "2026.12"


def test_our_release_is_recorded_and_all_its_shapes_have_names() -> None:
    history = History(find_workspace(ROOT))
    assert history.own() in history.releases
    assert all(counts and all(shape for shape, _ in counts) for counts in history.releases.values())
