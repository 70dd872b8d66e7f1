"""`foc link match`: the names in a table, and what it prints for them."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.support.commands import foc

TABLE = """Who,Land,Note
Estonia,,
Coalition Watch Inc.,,
=SUM(1),,-1
,,nobody
Ministry of Foreign Affairs,Estonia,"a, b"
Atlantis,,
"""
ADDED = ["match", "match_name", "probability", "explanation", "candidates"]


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_each_row_comes_back_with_what_its_name_means(table: str, small_root: Path) -> None:
    done = foc("link", "match", table, "--column", "who", "--country-column", "LAND", cwd=small_root)
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["Who", "Land", "Note", *ADDED]
    given = [{key: value.removeprefix("'") for key, value in row.items() if key not in ADDED} for row in rows]
    assert given == list(csv.DictReader(io.StringIO(TABLE)))
    estonia, watch, formula, nobody, ministry, atlantis = rows
    assert [watch[key] for key in ("match", "match_name", "candidates")] == [
        "organisation/watch",
        "Coalition Watch",
        "",
    ]
    assert ministry["match"] == "organisation/ee-ministry-of-foreign-affairs"
    assert ministry["explanation"].endswith("; country agrees") and float(ministry["probability"]) > 0.9
    assert estonia["match"] == "" and estonia["explanation"].endswith("another fits as well")
    assert estonia["candidates"].startswith("country/ee (Estonia, ") and "; government/ee (" in estonia["candidates"]
    assert atlantis["match"] == formula["match"] == "" and [nobody[key] for key in ADDED] == [""] * 5
    assert "\n'=SUM(1),,'-1," in done.stdout


def test_kinds_and_limits_narrow_it(table: str, small_root: Path) -> None:
    options = ("--column", "Who", "--kind", "government", "--limit", "1", "--format", "json")
    done = foc("link", "match", table, *options, cwd=small_root)
    rows = json.loads(done.stdout)
    assert (rows[0]["match"], rows[0]["match_name"]) == ("government/ee", "Government of Estonia")
    assert rows[0]["Who"] == "Estonia" and rows[0]["candidates"] == []
    assert all(len(row["candidates"]) <= 1 for row in rows)
    assert rows[3]["match"] is None and rows[3]["probability"] is None


def test_a_workbook_is_matched_and_shown_as_a_table(tmp_path: Path, small_root: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Member State"], ["Macedonia, North"], ["estonia"]):
        book.active.append(row)
    book.save(tmp_path / "states.xlsx")
    options = ("--column", "Member State", "--kind", "country", "--format", "table")
    done = foc("link", "match", str(tmp_path / "states.xlsx"), *options, cwd=small_root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "country/mk" in done.stdout and "country/ee" in done.stdout and "2 rows" in done.stdout


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("a,b\n1,2\n", (), "there is no column 'name': choose a, b"),
        ("name\nx\n", ("--country-column", "land"), "there is no column 'land': choose name"),
        ("name,match\nx,y\n", (), "already has a column match: rename it"),
        ("name\nx,y\n", (), "row 2: has more cells than there are headings"),
        ("", (), "has no headings"),
        ("name\nx\n", ("--kind", "planet"), "Invalid value for '--kind'"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    text: str, options: tuple[str, ...], message: str, tmp_path: Path, small_root: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    done = foc("link", "match", str(path), "--column", "name", *options, cwd=small_root)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr and done.stderr.count("\n") == 1


def test_a_store_that_is_named_is_asked(table: str, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(
        """PREFIX org: <http://www.w3.org/ns/org#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        <https://example.org/atlantis> a org:Organization ; skos:prefLabel "Atlantis"@en .""",
        encoding="utf-8",
    )
    store = str(tmp_path / "store")
    assert foc("load", str(data), "--store", store).returncode == 0
    done = foc("link", "match", table, "--column", "Who", "--format", "json", "--store", store)
    assert [row["match"] for row in json.loads(done.stdout)][-1] == "https://example.org/atlantis"
