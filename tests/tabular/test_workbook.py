"""Workbooks as tables; what would cost far more than its bytes is refused in one line, before it costs that."""

import os
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from foc_graph.errors import FocGraphError, ParseError
from foc_graph.tabular import workbook
from foc_graph.tabular.kinds import KINDS
from foc_graph.tabular.table import read_sheets, read_table, write_workbook
from tests.support.tables import workbook_with

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>member</t></is></c></row>'
_LAST = '<row r="{}"><c r="{}" t="inlineStr"><is><t>Chile</t></is></c></row>'


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return (
        f'{before}<worksheet {_MAIN}><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def _noise(length: int) -> dict[str, bytes]:
    """Noise that lets a part pass that grows more than a hundredfold."""
    return {"noise": os.urandom(length)}


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"sheet": sheet(_HEAD + _LAST.format(1_048_576, "A1048576"))}, "more than 1,000,000 rows"),
        ({"sheet": sheet(_HEAD + _LAST.format(10**12, f"A{10**12}"))}, "more than 1,000,000 rows"),
        ({"sheet": sheet(_HEAD + "<row/>" * 400_000)}, "more than 100 times as large"),
        ({"xl/sharedStrings.xml": f"<sst {_MAIN}>{'<si><t/></si>' * 200_000}</sst>"}, "more than 100 times as large"),
        ({"sheet": sheet("<row>" + "<c/>" * 20_000 + "</row>")}, "more than 16,384 cells"),
        ({"sheet": sheet("<is>" * 300)}, "deeper than 200 levels"),
        ({"sheet": sheet(_HEAD + f'<row x="{"x" * 200_000}"/>')}, "a tag of more than 131,072 characters"),
        ({"sheet": sheet(_HEAD + f"<row><c><v>{'9' * 5_000_000}</v></c></row>"), **_noise(60_000)}, "more than 4 MiB"),
        ({"sheet": sheet(_HEAD, before="<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>")}, "a document type"),
        ({"sheet": sheet(_HEAD, after='<mergeCell ref="A1:B2"/>' * 70_000), **_noise(30_000)}, "65,536 elements merge"),
        ({"workbook": f"<workbook {_MAIN}><sheets>{'<sheet/>' * 1_001}</sheets></workbook>"}, "1,000 elements sheet"),
        ({"styles": f"<styleSheet {_MAIN}>{'<xf/>' * 500_000}</styleSheet>", **_noise(60_000)}, "styles are larger"),
        ({f"xl/media/{number}": b"" for number in range(10_001)}, "more than 10,000 parts"),
    ],
    ids=[
        "a gap of a million rows", "a gap beyond all rows", "empty rows",
        "empty strings", "cells in a row", "depth", "an attribute", "a number", "an entity",
        "merged cells", "sheets", "styles", "parts",
    ],
)  # fmt: skip
def test_a_workbook_that_costs_more_than_its_bytes_is_refused(
    parts: dict[str, str | bytes], problem: str, tmp_path: Path
) -> None:
    path = workbook_with(tmp_path / "bomb.xlsx", **parts)
    with pytest.raises(ParseError, match=problem) as refused:
        read_table(path)
    assert str(refused.value).startswith(f"{path}: ")


@pytest.mark.parametrize("length", [32_767, 32_768])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_cell_has_as_many_characters_as_in_excel(ending: str, length: int, tmp_path: Path) -> None:
    path, text = tmp_path / f"table.{ending}", "x" * length
    if ending == "csv":
        path.write_text(f"member\nChile\n{text}\n")
    else:
        cell = f'<row r="3"><c r="A3" t="inlineStr"><is><t>{text}</t></is></c></row>'
        workbook_with(path, sheet=sheet(_HEAD + _LAST.format(2, "A2") + cell), **_noise(3_000))
    too_long = ["row 3, column member: is longer than 32,767 characters"]
    assert list(map(str, read_table(path).problems)) == too_long * (length > 32_767)


def test_a_part_that_is_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = workbook_with(tmp_path / "bomb.xlsx", sheet=sheet(_HEAD + " " * 500_000))
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\1\2", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(ParseError, match="not a workbook that can be read"):
        read_table(path)


def test_a_message_does_not_quote_a_whole_cell(tmp_path: Path) -> None:
    cell = f'<row><c t="d"><v>{"9" * 500_000}</v></c></row>'
    with pytest.raises(ParseError, match="not a workbook that can be read") as refused:
        read_table(workbook_with(tmp_path / "table.xlsx", sheet=sheet(_HEAD + cell)))
    assert len(str(refused.value)) < len(str(tmp_path)) + 300


def test_cells_far_apart_cost_nothing(tmp_path: Path) -> None:
    table = read_table(workbook_with(tmp_path / "table.xlsx", sheet=sheet(_HEAD + _LAST.format(1_000_000, "A1000000"))))
    assert table.rows == [(1_000_000, ["Chile"])]


def test_a_workbook_is_read_as_a_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    dated = datetime(2024, 5, 4)
    for row in (["Country", "Joined"], ["Estonia", dated], ["Chile", dated], ["Latvia", 2024.0], ["Kenya", "=TODAY()"]):
        book.active.append(row)
    book.active["B3"].number_format = "mmm\\ yy"
    book.save(tmp_path / "table.xlsx")
    table = read_table(tmp_path / "table.xlsx")
    assert [cells[1] for _, cells in table.rows[:3]] == ["2024-05-04", "2024-05", "2024"]
    assert [(problem.row, problem.heading) for problem in table.problems] == [(5, "Joined")]


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


def test_two_sheets_of_one_name_are_one_error(tmp_path: Path) -> None:
    sheets = "".join(f'<sheet name="members" sheetId="{number}" r:id="rId1"/>' for number in (1, 2))
    relations = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    text = f"<workbook {_MAIN} {relations}><sheets>{sheets}</sheets></workbook>"
    with pytest.raises(FocGraphError, match="two sheets are called members"):
        read_sheets(workbook_with(tmp_path / "book.xlsx", workbook=text), KINDS)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workbook.MAX_UNPACKED == 128 * 2**20
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 2**22)
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook({"members": (["member"], [["Estonia"]])}))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/media/x", bytes(2**22))
    with pytest.raises(FocGraphError, match="larger than 4 MiB"):
        read_sheets(path, KINDS)


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
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
