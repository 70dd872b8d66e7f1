"""Files of tables into a workspace and out of it: what `foc import` and `foc export` do."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from foc_graph.errors import FocGraphError
from foc_graph.tabular import export, prepare_import
from foc_graph.tabular.kinds import KINDS
from foc_graph.tabular.table import read_table, write_csv
from tests.support.tables import SOURCE, written
from tests.support.workspaces import new_workspace


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
    ],
    ids=["empty", "Latin-1", "UTF-16", "open quote", "columns", "cell"],
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
    "documents": "title,type,date,source,url\nCharter,terms of reference,2024-03-01,https://example.org/c,https://example.org/c.pdf\n",
    "meetings": "title,type,date,place,source\nFirst meeting,meeting,2024-03-01,Tallinn,https://example.org/m\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_import_is_validated_written_and_idempotent(kind: str, workspace: Path, tmp_path: Path) -> None:
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
        "Open Tea Club", "Ada Example", "Charter", "First meeting"
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
    with pytest.raises(FocGraphError, match="was changed meanwhile"):
        prepared.write()
    assert not list(workspace.rglob(".*.ttl.*"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_packaged_graph_exports_and_imports_unchanged(kind: str, tmp_path: Path) -> None:
    path = written(tmp_path, export(kind, "foc"))
    plan = prepare_import(path, kind, "foc").plan
    assert (plan.problems, plan.new, plan.changed, plan.absent) == ([], [], [], 0)
