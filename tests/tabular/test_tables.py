"""Files of tables into a workspace and out of it: what `foc import` and `foc export` do."""

import csv
import io
import shutil
from pathlib import Path

import pytest

import foc_graph
from foc_graph.errors import FocGraphError
from foc_graph.tabular import export, export_workbook, prepare_import
from foc_graph.tabular.kinds import KINDS
from foc_graph.tabular.table import read_table, write_csv, write_workbook
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.commands import foc
from tests.support.releases import files
from tests.support.tables import SOURCE, written
from tests.support.workspaces import BASE, edit


@pytest.fixture
def workspace(small_root: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_root, tmp_path / "workspace")


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "has no headings"),
        (b"member\n\xe9\n", "table.csv:2: not UTF-8"),
        ("member\nEstonia\n".encode("utf-16"), "not UTF-8"),
        (b'member\n"Estonia\n', "not CSV"),
        (b"," * 600 + b"member\n", "more than 500 columns"),
        (b"member\n" + b"x" * 200_000, "not CSV: field larger than field limit"),
        (b"member\n" + b"," * (2**20 + 1), "table.csv:2: a row of more than 1,048,576 characters"),
        (b"member\n" + b'"\n",' * 2**19, "a row of more than 1,048,576 characters"),
    ],
    ids=["empty", "Latin-1", "UTF-16", "open quote", "columns", "cell", "row", "row of many lines"],
)
def test_a_file_that_is_no_table_is_one_error(content: bytes, advice: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(FocGraphError, match=advice):
        read_table(path)


@pytest.mark.parametrize(
    "metadata",
    [
        "[",
        "[" * 100_000,
        '{"dialect": {"encoding": "no-such"}}',
        '{"dialect": {"encoding": "zlib"}}',
        '{"dialect": {"delimiter": ",,"}}',
        '{"dialect": {"skipRows": -1}}',
        '{"dialect": {"skipRows": 1e999}}',
        '{"dialect": {"header": false}}',
    ],
    ids=lambda metadata: metadata[:40],
)
def test_metadata_that_is_none_is_one_error(metadata: str, tmp_path: Path) -> None:
    path = written(tmp_path, "member\nEstonia\n")
    written(tmp_path, metadata, "table.csv-metadata.json")
    with pytest.raises(FocGraphError, match=r"metadata\.json: not "):
        read_table(path)


def test_what_breaks_a_rule_is_not_written(workspace: Path, tmp_path: Path) -> None:
    path, before = written(tmp_path, "member,joined\nKenya,2024\nEstonia,2001\n"), files(workspace)
    words = ("import", str(path), "--as", "members", "--coalition", "example", "--source", SOURCE)
    done = foc("--workspace", str(workspace), *words, "--verified", "2026-11-24")
    assert done.returncode == 2
    first, last = done.stderr.splitlines()
    assert first.startswith(f"{path}: row 3: This begins before, or lasts beyond, the life of ")
    assert last == f"foc: {path}: it would break rules of the graph (see above); nothing was written"
    assert files(workspace) == before


def test_a_change_is_listed_with_the_old_and_the_new_value(small_root: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member,joined,left\nExample Foundation,2024-03-05,2025\n")
    plan = prepare_import(path, "members", "example", SOURCE, small_root).plan
    assert plan.changed == [
        f"Example Foundation in example: joined 2024-03 → 2024-03-05, left nothing → 2025, source added: {SOURCE}"
    ]


def test_changed_claims_are_listed_with_the_old_and_the_new_value(workspace: Path, tmp_path: Path) -> None:
    first = (
        "thing,property,value,source,support,where\n"
        "example,coal:begin,2024-03,charter,states,article 5\n"
        "example,coal:aim,Try things out.,charter,contradicts,\n"
    )
    prepare_import(written(tmp_path, first), "claims", "example", workspace=workspace).write()
    second = (
        "thing,property,value,source,support,where,note\n"
        "example,coal:begin,2024-03,charter,states,article 6,the year alone\n"
        "example,coal:begin,2024-03,https://example.org/report,implies,,\n"
    )
    prepared = prepare_import(written(tmp_path, second), "claims", "example", workspace=workspace)
    assert prepared.plan.problems == []
    assert prepared.plan.changed == [
        "example coal:begin 2024-03 by charter: locator article 5 → article 6, note nothing → the year alone"
    ]
    assert prepared.plan.new == [
        "new source https://example.org/report",
        f"example coal:begin 2024-03 by <{BASE}id/source/example-org-report>",
    ]
    assert prepared.plan.absent == 1
    prepared.write()
    said = foc_graph.open(workspace).rows("why", thing="example", property="coal:begin")
    assert {(row["value"], row["source"].rpartition("/")[2], row["basis"], row["locator"] or "") for row in said} == {
        ("2024-03", "charter", "states", "article 6"),
        ("2024-03", "example-org-report", "implies", ""),
    }


def test_a_mistake_in_a_claim_is_reported_at_its_cell(small_root: Path, tmp_path: Path) -> None:
    mistakes = [
        ("example/none,coal:begin,2024,charter,states", "thing", "no file describes 'example/none'"),
        ("elsewhere,coal:begin,2024,charter,states", "thing", "belongs to another coalition"),
        ("example,coal:beginn,2024,charter,states", "property", "check its spelling"),
        ("example,coal:begin,soon,charter,states", "value", "'soon' is not a date"),
        ("example,coal:begin,2024-03,nowhere,states", "source", "no file describes 'nowhere'"),
        ("example,coal:begin,2024-04,,states", "source", "give the address of the source"),
        ("example,coal:begin,2024-05,http://[::1,states", "source", "is not a web address"),
        ("example,coal:begin,2024-07,charter,", "support", "is empty"),
    ]
    rows = "".join(f"{row}\n" for row, _, _ in mistakes)
    path = written(tmp_path, f"thing,property,value,source,support\n{rows}")
    problems = prepare_import(path, "claims", "example", workspace=small_root).plan.problems
    assert [(one.row, one.heading) for one in problems] == [(at, one[1]) for at, one in enumerate(mistakes, 2)]
    for problem, (_, _, advice) in zip(problems, mistakes, strict=True):
        assert advice in problem.text


def test_claims_that_contradict_each_other_are_reported(small_root: Path, tmp_path: Path) -> None:
    rows = (
        "example,coal:begin,2024-03,charter,states,preferred,\n"
        "example,coal:begin,2024-03,charter,implies,,\n"
        "example,coal:begin,2024-03,https://example.org/r,states,deprecated,\n"
        "example,coal:end,2023,charter,states,,end-1\n"
        "example,coal:end,2024,charter,states,,end-1\n"
    )
    path = written(tmp_path, f"thing,property,value,source,support,rank,claim\n{rows}")
    assert list(map(str, prepare_import(path, "claims", "example", workspace=small_root).plan.problems)) == [
        "row 3: has the same value and source as row 2: keep one of them",
        "row 4, column rank: is not that of row 2, which has the same value: keep one of them",
        "row 6, column claim: another value has a claim of this name: give it another",
    ]


def test_the_rank_of_a_claim_is_that_of_all_its_rows(workspace: Path, tmp_path: Path) -> None:
    rows = (
        "thing,property,value,source,support,rank,note\n"
        "example,coal:begin,March 2024,charter,states,preferred,n/a\n"
        "example,coal:begin,2024-03,https://example.org/r,states,preferred,\n"
    )
    path = written(tmp_path, rows)
    first = prepare_import(path, "claims", "example", workspace=workspace)
    assert first.plan.problems == []
    first.write()
    again = prepare_import(path, "claims", "example", workspace=workspace).plan
    assert (again.new, again.changed, again.unchanged, again.absent) == ([], [], 2, 0)
    exported = written(tmp_path, export("claims", "example", workspace))
    assert "n/a" not in exported.read_text("utf-8")
    back = prepare_import(exported, "claims", "example", workspace=workspace).plan
    assert (back.problems, back.new, back.changed, back.unchanged) == ([], [], [], 2)
    one = "thing,property,value,source,support,rank\nexample,coal:begin,2024-03,charter,states,normal\n"
    plan = prepare_import(written(tmp_path, one), "claims", "example", workspace=workspace).plan
    assert plan.changed == ["example coal:begin 2024-03 by charter: rank preferred → normal"]


def test_a_cell_that_a_spreadsheet_would_run_is_guarded(tmp_path: Path) -> None:
    cells = ["=1+1", "'=1+1", "-2", "@x", "''plain", "'quoted'"]
    text = write_csv(["note"], [[cell] for cell in cells])
    assert not any(line.startswith(("=", "+", "-", "@")) for line in text.splitlines())
    table = read_table(written(tmp_path, text))
    assert not table.problems
    assert [row for _, [row] in table.rows] == cells


def test_a_file_changed_meanwhile_is_left_alone(workspace: Path, tmp_path: Path) -> None:
    prepared = prepare_import(written(tmp_path, "member\nEstonia\n"), "members", "example", SOURCE, workspace)
    file = workspace / "data" / "coalitions" / "example" / "members.ttl"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(FocGraphError, match="was changed in the meantime"):
        prepared.write()
    assert not list(workspace.rglob(".*.ttl.*"))


BOOK = {
    "Notes": [["whatever"]],
    "mandates": [
        ["body", "start", "functions", "granted by", "source"],
        ["Working Group 1", "May 2025", "Training; Reports", "Founding statement", SOURCE],
    ],
    "functions": [
        ["body", "name", "text", "source"],
        ["WG1", "Training", "Train officials.", SOURCE],
        ["WG1", "Reports", "=1+1 is not run.", SOURCE],
    ],
    "People": [
        ["group", "name", "role", "since", "organisation", "source"],
        ["WG1", "Ada Example", "member", "2025", "Example Foundation", SOURCE],
    ],
    "bodies": [
        ["name", "type", "abbreviation", "parent", "start", "source"],
        ["Working Group 1", "working group", "WG1", "", "2025", SOURCE],
        ["Task force", "task force", "", "Working Group 1", "2025-06", SOURCE],
    ],
    "offices": [
        ["body", "holder", "role", "start", "source"],
        ["", "Open Tea Club", "chair", "2025", SOURCE],
        ["WG1", "Ada Example", "co-chair", "2025", SOURCE],
        ["secretariat", "Bea Example", "head", "2025", SOURCE],
    ],
    "members": [["member", "category", "joined", "source"], ["Open Tea Club", "civil society", "2024-06", SOURCE]],
    "documents": [
        ["title", "type", "date", "source", "url"],
        ["Founding statement", "joint statement", "2024-05-04", SOURCE, "https://example.org/f.pdf"],
    ],
    "signatories": [
        ["document", "name", "source", "date", "category"],
        ["Founding statement", "Tea Academy", SOURCE, "2024-05", "academia"],
    ],
    "meetings": [
        ["title", "type", "date", "place", "source"],
        ["Spring meeting", "meeting", "2025-03-01", "Tallinn", SOURCE],
    ],
    "claims": [
        ["thing", "property", "value", "source", "support", "where"],
        ["example", "coal:begin", "2024-03", SOURCE, "states", "p. 2"],
    ],
    "empty": [],
}


def book(folder: Path, **changes: list[list[str]]) -> Path:
    """A workbook with a sheet for each kind, in an order of its own."""
    sheets = {name: (rows[0], rows[1:]) if rows else ([], []) for name, rows in {**BOOK, **changes}.items()}
    path = folder / "alliance.xlsx"
    path.write_bytes(write_workbook(sheets))
    return path


@pytest.fixture(scope="module")
def alliance(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace into which the workbook was imported."""
    root = shutil.copytree(small_root, tmp_path_factory.mktemp("alliance") / "workspace")
    edit(Workspace(root), "workspace.toml", '"queries"]', '"queries", "data/places/cities.ttl"]')
    prepared = prepare_import(book(root.parent), "", "example", workspace=root, verified="2026-11-24")
    assert (prepared.plan.problems, prepared.plan.changed, prepared.plan.unchanged) == ([], [], 0)
    assert prepared.unknown == ["Notes", "empty"]
    assert prepared.validate().counts.get("Violation", 0) == 0
    prepared.write()
    return root


def test_the_sheets_of_a_workbook_name_what_earlier_ones_bring(alliance: Path, tmp_path: Path) -> None:
    opened = foc_graph.open(alliance)
    assert [row["name"] for row in opened.rows("chairs", coalition="example")] == ["Open Tea Club"]
    (mandate,) = opened.rows("mandates", coalition="example", as_of="2026-01-01")
    assert mandate["body"].endswith("/id/example/wg1") and mandate["certainty"] == "certain"
    assert {row["text"] for row in opened.rows("functions", body="example/wg1")} == {
        "Train officials.", "=1+1 is not run."
    }  # fmt: skip
    (endorser,) = opened.rows("endorsers", document="example/document/founding-statement")
    assert endorser["name"] == "Tea Academy"

    again = prepare_import(book(tmp_path), "", "example", workspace=alliance).plan
    assert (again.problems, again.new, again.changed) == ([], [], [])
    exported = tmp_path / "exported.xlsx"
    exported.write_bytes(export_workbook(KINDS, "example", alliance))
    back = prepare_import(exported, "", "example", workspace=alliance)
    assert (back.plan.problems, back.plan.new, back.plan.changed, back.plan.absent) == ([], [], [], 0)
    assert back.unknown == []


EXPORTED = {
    "bodies": {"name": "Working Group 1", "kind": "working group", "abbreviation": "WG1", "start": "2025"},
    "members": {"member": "Open Tea Club", "role": "member", "joined": "2024-06"},
    "people": {"person": "Ada Example", "role": "member", "start": "2025", "organisation": "Example Foundation"},
    "offices": {"body": "Working Group 1", "holder": "Ada Example", "role": "co-chair", "start": "2025"},
    "documents": {"title": "Founding statement", "date": "2024-05-04", "url": "https://example.org/f.pdf"},
    "signatories": {"document": "Founding statement", "signatory": "Tea Academy", "date": "2024-05"},
    "functions": {"body": "Working Group 1", "name": "Reports", "text": "'=1+1 is not run."},
    "mandates": {"start": "2025-05", "functions": "Reports; Training", "granted_by": "Founding statement"},
    "meetings": {"title": "Spring meeting", "type": "meeting", "start": "2025-03-01", "place": "Tallinn"},
    "claims": {"property": "coal:begin", "value": "2024-03", "support": "states", "locator": "p. 2"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_exported_and_imported_as_csv(kind: str, alliance: Path, tmp_path: Path) -> None:
    exported = export(kind, "example", alliance)
    assert sum(EXPORTED[kind].items() <= record.items() for record in records(exported)) == 1
    headings, *rows = BOOK["People" if kind == "people" else kind]
    for text, unchanged in ((write_csv(headings, rows), len(rows)), (exported, len(records(exported)))):
        plan = prepare_import(written(tmp_path, text), kind, "example", workspace=alliance).plan
        assert (plan.new, plan.changed, plan.unchanged, plan.problems) == ([], [], unchanged, [])
    assert plan.absent == 0


def test_all_mistakes_of_all_sheets_are_reported_at_once(small_root: Path, tmp_path: Path) -> None:
    path = book(
        tmp_path,
        members=[["member", "joined", "source"], ["Estonnia", "03/12/2024", SOURCE]],
        functions=[["body", "name", "text"], ["WG2", "Training", "Train."]],
        meetings=[["title", "date"], ["Spring meeting", "2025"]],
    )
    plan = prepare_import(path, "", "example", workspace=small_root).plan
    told = [(problem.sheet, problem.row, problem.heading) for problem in plan.problems]
    assert ("members", 2, "member") in told and ("members", 2, "joined") in told
    assert ("functions", 2, "body") in told and ("meetings", 1, "") in told
    assert str(plan.problems[0]).startswith("sheet members, row 2, column ")


def test_with_a_kind_the_sheet_of_that_name_is_read_else_the_first(tmp_path: Path) -> None:
    assert read_table(book(tmp_path), "offices").headings == BOOK["offices"][0]
    assert read_table(book(tmp_path), "chairs").headings == BOOK["Notes"][0]


def test_dates_outside_of_history_are_refused(small_root: Path, tmp_path: Path) -> None:
    dates = ["0000-05-04", "0999", "10000-01-01", "99999", "1.1.12024", "-2024"]
    path = written(tmp_path, write_csv(["member", "joined"], [["Estonia", date] for date in dates]))
    plan = prepare_import(path, "members", "example", SOURCE, small_root).plan
    assert {(one.row, one.heading) for one in plan.problems if one.heading} == {(at, "joined") for at in range(2, 8)}
    for date in dates:
        with pytest.raises(FocGraphError, match="--verified: "):
            prepare_import(path, "members", "example", SOURCE, small_root, verified=date)


ROSTER = """member,joined,left,state,verified
Estonia,2024-04,,,
Latvia,2024-04,2025,,
Kenya,2024-04,,,2026-01
Chile,2027,,,
"""


def test_a_date_of_the_roster_is_that_of_all_who_still_belong(workspace: Path, tmp_path: Path) -> None:
    path = written(tmp_path, ROSTER)
    before = prepare_import(path, "members", "example", SOURCE, workspace)
    assert before.plan.unverified == 2
    prepared = prepare_import(path, "members", "example", SOURCE, workspace, verified="May 2026")
    assert prepared.plan.unverified == 0
    prepared.write()
    told = {record["member"]: record["verified"] for record in records(export("members", "example", workspace))}
    assert told == {
        "Estonia": "2026-05", "Latvia": "", "Kenya": "2026-01", "Chile": "", "Example Foundation": "2026-11-24"
    }  # fmt: skip
    certain = {
        row["name"]: row["certainty"]
        for row in foc_graph.open(workspace).rows("members", coalition="example", as_of="2026-04")
    }
    assert certain["Estonia"] == "certain"
    older = prepare_import(path, "members", "example", SOURCE, workspace, verified="2025")
    assert older.plan.changed == []


def test_without_a_date_the_command_says_what_that_means(small_root: Path, tmp_path: Path) -> None:
    path = written(tmp_path, ROSTER)
    words = ("--workspace", str(small_root), "import", str(path), "--as", "members", "--coalition", "example")
    done = foc(*words, "--source", SOURCE, "--dry-run")
    assert done.returncode == 0
    assert "2 rows do not say when last known to hold" in done.stderr and "--verified DATE" in done.stderr


def test_a_table_without_a_kind_is_one_error(small_root: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member\nEstonia\n")
    done = foc("--workspace", str(small_root), "import", str(path), "--coalition", "example")
    assert done.returncode == 2 and "say what each row describes, with --as" in done.stderr
    done = foc("--workspace", str(small_root), "export", "--coalition", "example")
    assert done.returncode == 2 and "--out example.xlsx" in done.stderr


@pytest.mark.parametrize("coalition", ["first", "third"])
def test_a_coalition_exports_and_imports_unchanged(coalition: str, small_root: Path, tmp_path: Path) -> None:
    assert_unchanged(coalition, tmp_path / "coalition.xlsx", small_root)


@pytest.mark.sweep
@pytest.mark.parametrize("coalition", ["foc", "a4ai", "gni", "ogp", "un-lgbti-core-group"])
def test_a_packaged_coalition_exports_and_imports_unchanged(coalition: str, tmp_path: Path) -> None:
    assert_unchanged(coalition, tmp_path / "coalition.xlsx", ROOT)


def assert_unchanged(coalition: str, path: Path, workspace: Path) -> None:
    path.write_bytes(export_workbook(KINDS, coalition, workspace))
    plan = prepare_import(path, "", coalition, workspace=workspace).plan
    assert (plan.problems, plan.new, plan.changed, plan.absent) == ([], [], [], 0) and plan.unchanged > 0
