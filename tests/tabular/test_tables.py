"""Files of tables into a workspace and out of it: what `foc import` and `foc export` do."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

import foc_graph
from foc_graph.errors import FocGraphError
from foc_graph.tabular import export, export_workbook, prepare_import
from foc_graph.tabular.kinds import KINDS
from foc_graph.tabular.table import read_sheets, read_table, write_csv, write_workbook
from foc_graph.tabular.workbook import MAX_UNPACKED
from tests.support.commands import foc
from tests.support.tables import SOURCE, written
from tests.support.workspaces import BASE, new_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return new_workspace(tmp_path / "workspace", '["ontology", "queries", "data/agents", "data/places"]')


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
        '{"dialect": {"skipRows": "x"}}',
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


def test_a_workbook_is_read_as_a_table(tmp_path: Path) -> None:
    from datetime import datetime

    import openpyxl

    book = openpyxl.Workbook()
    dated = datetime(2024, 5, 4)
    for row in (["Country", "Joined"], ["Estonia", dated], ["Chile", dated], ["Latvia", 2024.0], ["Kenya", "=TODAY()"]):
        book.active.append(row)
    book.active["B3"].number_format = "mmm\\ yy"
    book.save(tmp_path / "table.xlsx")
    table = read_table(tmp_path / "table.xlsx")
    assert [cells[1] for _, cells in table.rows[:3]] == ["2024-05-04", "2024-05", "2024"]
    assert [(problem.row, problem.heading) for problem in table.problems] == [(5, "Joined")]


def test_a_damaged_workbook_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "table.xlsx").write_bytes(b"PK\3\4 and no more")
    with pytest.raises(FocGraphError, match="not a workbook that can be read"):
        read_table(tmp_path / "table.xlsx")


KIND_ROWS = {
    "members": "member,category,joined,source\nOpen Tea Club,civil society,2024,https://example.org/tea\n",
    "people": "name,group,role,from,organisation,source\nAda Example,secretariat,head,2024-05,Example Foundation,https://example.org/p\n",
    "bodies": "name,type,acronym,since,source\nWorking Group 1,working group,WG1,2024-05,https://example.org/wg\n",
    "offices": "holder,role,start,source\nExample Foundation,chair,2024-05,https://example.org/chair\n",
    "signatories": "document,name,source,date,category\nCharter,Tea Club,https://example.org/s,2024-05,academia\n",
    "functions": "body,name,text,source\nsecretariat,Minutes,Write down what meetings decide.,https://example.org/f\n",
    "mandates": "body,start,name,source\nsecretariat,2024-05,First mandate,https://example.org/m\n",
    "documents": "title,type,date,source,url\nCharter,terms of reference,2024-03-01,https://example.org/c,https://example.org/c.pdf\n",
    "meetings": "title,type,date,place,source\nFirst meeting,meeting,2024-03-01,Tallinn,https://example.org/m\n",
    "claims": "thing,property,value,source,support,where\nexample,coal:begin,2024-03,https://a.example/b,states,p. 2\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_import_is_validated_written_and_idempotent(kind: str, workspace: Path, tmp_path: Path) -> None:
    if kind == "signatories":
        charter = prepare_import(written(tmp_path, KIND_ROWS["documents"]), "documents", "example", workspace=workspace)
        charter.write()
    path = written(tmp_path, KIND_ROWS[kind])
    first = prepare_import(path, kind, "example", workspace=workspace)
    assert not first.plan.problems
    assert first.validate().counts.get("Violation", 0) == 0
    before = {file: file.read_bytes() for file in workspace.rglob("*.ttl")}
    first.write()
    assert any(file.read_bytes() != before.get(file) for file in workspace.rglob("*.ttl"))

    second = prepare_import(path, kind, "example", workspace=workspace)
    assert (second.plan.new, second.plan.changed, second.plan.problems) == ([], [], [])
    assert second.plan.unchanged == 1
    assert {name for record in records(export(kind, "example", workspace)) for name in record.values()} & {
        "Open Tea Club", "Ada Example", "Charter", "First meeting",
        "Working Group 1", "Minutes", "First mandate", "chair", "Tea Club", "p. 2"
    }  # fmt: skip


def test_what_breaks_a_rule_is_not_written(workspace: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member,joined\nEstonia,2001\n")
    prepared = prepare_import(path, "members", "example", SOURCE, workspace)
    assert prepared.validate().counts["Violation"] >= 1


def test_a_change_is_told_as_it_was_and_is(workspace: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member,joined,left\nExample Foundation,2024-03-05,2025\n")
    plan = prepare_import(path, "members", "example", SOURCE, workspace).plan
    assert plan.changed == [
        f"Example Foundation in example: joined 2024-03 → 2024-03-05, left nothing → 2025, source added: {SOURCE}"
    ]


def test_claims_are_told_as_they_were_and_are(workspace: Path, tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    ("row", "heading", "advice"),
    [
        ("example/none,coal:begin,2024,charter,states", "thing", "no file describes 'example/none'"),
        ("elsewhere,coal:begin,2024,charter,states", "thing", "belongs to another coalition"),
        ("example,coal:beginn,2024,charter,states", "property", "check its spelling"),
        ("example,coal:begin,soon,charter,states", "value", "'soon' is not a date"),
        ("example,coal:begin,1015,charter,states", "value", "is the year right?"),
        ("example,coal:begin,2024-03,nowhere,states", "source", "no file describes 'nowhere'"),
        ("example,coal:begin,2024-03,,states", "source", "give the address of the source"),
        ("example,coal:begin,2024-03,http://[::1,states", "source", "is not a web address"),
        ("example,coal:begin,2024-03,charter,says", "support", "write states, implies"),
        ("example,coal:begin,2024-03,charter,", "support", "is empty"),
    ],
)
def test_what_is_wrong_with_a_claim_is_told_at_its_cell(
    row: str, heading: str, advice: str, workspace: Path, tmp_path: Path
) -> None:
    path = written(tmp_path, f"thing,property,value,source,support\n{row}\n")
    problems = prepare_import(path, "claims", "example", workspace=workspace).plan.problems
    assert any(problem.row == 2 and problem.heading == heading and advice in problem.text for problem in problems)


@pytest.mark.parametrize(
    ("second", "advice"),
    [
        ("charter,implies,", "row 3: has the same value and source as row 2: keep one of them"),
        (
            "https://example.org/r,states,deprecated",
            "row 3, column rank: is not that of row 2, which has the same value: keep one of them",
        ),
    ],
)
def test_rows_of_claims_that_contradict_each_other_are_told(
    second: str, advice: str, workspace: Path, tmp_path: Path
) -> None:
    rows = "".join(f"example,coal:begin,2024-03,{row}\n" for row in ("charter,states,preferred", second))
    path = written(tmp_path, f"thing,property,value,source,support,rank\n{rows}")
    assert list(map(str, prepare_import(path, "claims", "example", workspace=workspace).plan.problems)) == [advice]


def test_what_is_of_a_claim_is_of_all_its_rows(workspace: Path, tmp_path: Path) -> None:
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


def test_claims_of_two_values_with_one_name_are_told(workspace: Path, tmp_path: Path) -> None:
    rows = "".join(f"example,coal:begin,{year},charter,states,begin-1\n" for year in (2023, 2024))
    path = written(tmp_path, f"thing,property,value,source,support,claim\n{rows}")
    (problem,) = prepare_import(path, "claims", "example", workspace=workspace).plan.problems
    assert str(problem) == "row 3, column claim: another value has a claim of this name: give it another"


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


@pytest.mark.parametrize("kind", KINDS)
def test_the_packaged_graph_exports_and_imports_unchanged(kind: str, tmp_path: Path) -> None:
    path = written(tmp_path, export(kind, "foc"))
    plan = prepare_import(path, kind, "foc").plan
    assert (plan.problems, plan.new, plan.changed, plan.absent) == ([], [], [], 0)


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
    "People": [["body", "name", "role", "since", "source"], ["WG1", "Ada Example", "member", "2025", SOURCE]],
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
        ["title", "type", "date", "source"],
        ["Founding statement", "joint statement", "2024-05-04", SOURCE],
    ],
    "signatories": [["document", "name", "source"], ["Founding statement", "Estonia", SOURCE]],
    "meetings": [["title", "type", "date", "source"], ["Spring meeting", "meeting", "2025-03-01", SOURCE]],
    "empty": [],
}


def book(folder: Path, **changes: list[list[str]]) -> Path:
    """A workbook with a sheet for each kind, in an order of its own."""
    sheets = {name: (rows[0], rows[1:]) if rows else ([], []) for name, rows in {**BOOK, **changes}.items()}
    path = folder / "alliance.xlsx"
    path.write_bytes(write_workbook(sheets))
    return path


def test_the_sheets_of_a_workbook_name_what_earlier_ones_bring(workspace: Path, tmp_path: Path) -> None:
    prepared = prepare_import(book(tmp_path), "", "example", workspace=workspace, verified="2026-11-24")
    assert prepared.plan.problems == []
    assert prepared.unknown == ["Notes", "empty"]
    assert prepared.validate().counts.get("Violation", 0) == 0
    prepared.write()
    opened = foc_graph.open(workspace)
    assert [row["name"] for row in opened.rows("chairs", coalition="example")] == ["Open Tea Club"]
    (mandate,) = opened.rows("mandates", coalition="example", as_of="2026-01-01")
    assert mandate["body"].endswith("/id/example/wg1") and mandate["certainty"] == "certain"
    assert {row["text"] for row in opened.rows("functions", body="example/wg1")} == {
        "Train officials.", "=1+1 is not run."
    }  # fmt: skip
    assert [row["name"] for row in opened.rows("endorsers", document="example/document/founding-statement")] == [
        "Estonia"
    ]

    again = prepare_import(book(tmp_path), "", "example", workspace=workspace).plan
    assert (again.problems, again.new, again.changed) == ([], [], [])
    exported = tmp_path / "exported.xlsx"
    exported.write_bytes(export_workbook(KINDS, "example", workspace))
    back = prepare_import(exported, "", "example", workspace=workspace)
    assert (back.plan.problems, back.plan.new, back.plan.changed, back.plan.absent) == ([], [], [], 0)
    assert back.unknown == []


def test_all_mistakes_of_all_sheets_are_reported_at_once(workspace: Path, tmp_path: Path) -> None:
    path = book(
        tmp_path,
        members=[["member", "joined", "source"], ["Estonnia", "03/12/2024", SOURCE]],
        functions=[["body", "name", "text"], ["WG2", "Training", "Train."]],
        meetings=[["title", "date"], ["Spring meeting", "2025"]],
    )
    plan = prepare_import(path, "", "example", workspace=workspace).plan
    told = [(problem.sheet, problem.row, problem.heading) for problem in plan.problems]
    assert ("members", 2, "member") in told and ("members", 2, "joined") in told
    assert ("functions", 2, "body") in told and ("meetings", 1, "") in told
    assert str(plan.problems[0]).startswith("sheet members, row 2, column ")


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (["members", "Members "], "two sheets are called Members: rename one"),
        (["one", "two"], "no sheet is called bodies"),
    ],
)
def test_sheets_that_mean_none_or_one_twice_are_one_error(names: list[str], advice: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook({name: (["member"], [["Estonia"]]) for name in names}))
    with pytest.raises(FocGraphError, match=advice):
        read_sheets(path, KINDS)


def test_with_a_kind_the_sheet_of_that_name_is_read_else_the_first(tmp_path: Path) -> None:
    assert read_table(book(tmp_path), "offices").headings == BOOK["offices"][0]
    assert read_table(book(tmp_path), "chairs").headings == BOOK["Notes"][0]


def rezipped(path: Path, member: str, old: bytes, new: bytes) -> Path:
    """The workbook with a text in one of its parts put in place of another."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    assert old in parts[member]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in parts.items():
            after.writestr(name, content.replace(old, new) if name == member else content)
    return path


def test_two_sheets_of_one_name_are_one_error(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook({name: (["member"], [["Estonia"]]) for name in ("members", "other")}))
    with pytest.raises(FocGraphError, match="two sheets are called members"):
        read_sheets(rezipped(path, "xl/workbook.xml", b'"other"', b'"members"'), KINDS)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook({"members": (["member"], [["Estonia"]])}))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("xl/media/x", "w", force_zip64=True) as part,
    ):
        for _ in range(MAX_UNPACKED // 2**20 + 1):
            part.write(bytes(2**20))
    with pytest.raises(FocGraphError, match="larger than 128 MiB"):
        read_sheets(path, KINDS)


def test_a_sheet_that_claims_to_be_wide_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook({"members": (["member"], [["Estonia"]])}))
    rezipped(path, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="900000"')
    rezipped(path, "xl/worksheets/sheet1.xml", b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    tables, _ = read_sheets(path, KINDS)
    assert tables["members"].rows == [(900_000, ["Estonia"])]


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    cells = ["=1+1", "'=1+1", "-2", "@x", "#N/A", "2024"]
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook({"members": (["note"], [[cell] for cell in cells])}))
    assert {cell.data_type for row in openpyxl.load_workbook(path)["members"].iter_rows() for cell in row} == {"s"}
    table = read_table(path)
    assert [row for _, [row] in table.rows] == cells
    assert table.problems == []


@pytest.mark.parametrize("text", ["a\x00b", "a\x1fb"])
def test_a_text_that_no_cell_can_hold_is_one_error(text: str) -> None:
    with pytest.raises(FocGraphError, match="holds a control character"):
        write_workbook({"members": (["note"], [[text]])})


@pytest.mark.parametrize("date", ["0000-05-04", "0999", "10000-01-01", "99999", "1.1.12024", "-2024"])
def test_dates_outside_of_history_are_refused(date: str, workspace: Path, tmp_path: Path) -> None:
    path = written(tmp_path, write_csv(["member", "joined"], [["Estonia", f"{date}"]]))
    plan = prepare_import(path, "members", "example", SOURCE, workspace).plan
    assert [(problem.row, problem.heading) for problem in plan.problems] == [(2, "joined")]
    with pytest.raises(FocGraphError, match="--verified: "):
        prepare_import(path, "members", "example", SOURCE, workspace, verified=date)


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


def test_without_a_date_the_command_says_what_that_means(workspace: Path, tmp_path: Path) -> None:
    path = written(tmp_path, ROSTER)
    words = ("--workspace", str(workspace), "import", str(path), "--as", "members", "--coalition", "example")
    done = foc(*words, "--source", SOURCE, "--dry-run")
    assert done.returncode == 0
    assert "2 rows do not say when last known to hold" in done.stderr and "--verified DATE" in done.stderr
    assert "--verified" not in foc(*words, "--source", SOURCE, "--dry-run", "--verified", "2026-05-04").stderr


def test_a_table_without_a_kind_is_one_error(workspace: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "member\nEstonia\n")
    done = foc("--workspace", str(workspace), "import", str(path), "--coalition", "example")
    assert done.returncode == 2 and "say what each row describes, with --as" in done.stderr
    done = foc("--workspace", str(workspace), "export", "--coalition", "example")
    assert done.returncode == 2 and "--out example.xlsx" in done.stderr


@pytest.mark.parametrize(
    "coalition",
    ["foc", *(pytest.param(one, marks=pytest.mark.extended) for one in ("a4ai", "gni", "ogp", "un-lgbti-core-group"))],
)
def test_a_coalition_exports_and_imports_unchanged(coalition: str, tmp_path: Path) -> None:
    path = tmp_path / "coalition.xlsx"
    path.write_bytes(export_workbook(KINDS, coalition))
    plan = prepare_import(path, "", coalition).plan
    assert (plan.problems, plan.new, plan.changed, plan.absent) == ([], [], [], 0)
