"""Tables of a user's own beside a panel: matched by code and year, whoever wrote the file, and refused where unsure."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.panel import join
from foc_graph.panel.statistics import STATISTICS, explain_variables, name_variables, write_statistics
from foc_graph.panel.table import FILE_FORMATS, Panel
from tests.support.campaign import campaign
from tests.support.commands import foc
from tests.support.panels import JOINED, LEFT, club, code, membership, panel

COUNTRIES = [
    {"country": "country/na", "name": "Namland", "iso2": "NA", "iso3": "NAM", "m49": "008", "member": "government/al"},
    {"country": "country/be", "name": "Beland", "iso2": "BE", "iso3": "BEL", "m49": "056", "member": None},
]


@pytest.fixture(scope="module")
def table() -> Panel:
    return panel([membership(JOINED, LEFT)], years=(2012, 2013), with_non_members=True, country=COUNTRIES)


def write_table(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A file of rows, the first of headings, in the format of its ending."""
    head, *rest = rows
    frame = pandas.DataFrame(rest, columns=list(head))
    if path.suffix == ".parquet":
        import polars

        polars.DataFrame(rest, schema=list(head), orient="row").write_parquet(path)
    elif path.suffix == ".dta":
        pyreadstat.write_dta(frame, str(path), column_labels={"gdp": "income of the year"})
    elif path.suffix == ".sav":
        pyreadstat.write_sav(frame, str(path), column_labels={"gdp": "income of the year"})
    else:
        frame.to_csv(path, sep="\t" if path.suffix == ".tsv" else ",", index=False)
    return path


@pytest.mark.parametrize("ending", join.READ)
def test_values_stand_beside_the_rows_of_their_key(table: Panel, ending: str, tmp_path: Path) -> None:
    path = write_table(
        tmp_path / f"gdp.{ending}",
        [("iso3", "year", "gdp"), ("NAM", 2012, 1.5), ("BEL", 2013, 2.0), ("XXX", 2012, 3.0)],
    )
    found = table.join(path, ["iso3,year"], licence="CC0-1.0")
    assert list(found.columns) == [*table.columns, "gdp"] and len(found) == len(table)
    assert [(row["iso3"], row["year"], row["gdp"]) for row in found if row["gdp"] is not None] == [
        ("BEL", 2013, 2.0),
        ("NAM", 2012, 1.5),
    ]
    assert [{name: row[name] for name in table.columns} for row in found] == list(table)
    assert found.columns["gdp"] == ("income of the year" if ending in STATISTICS else f"gdp, from gdp.{ending}")
    unmatched, missing = found.joined[0].remarks
    assert unmatched == f"1 row of gdp.{ending} matches nothing in the panel: XXX 2012"
    assert missing == f"2 rows of the panel match nothing in gdp.{ending}: BEL 2012, NAM 2013"


@pytest.mark.parametrize(
    ("on", "keys"),
    [
        ("iso3", ["nam", " BEL "]),
        ("iso2", ["NA", "BE"]),
        ("m49", ["8", "56.0"]),
        ("m49=number", ["008", "56"]),
        ("country=name", ["Namland", "BELAND"]),
    ],
)
def test_keys_match_however_they_are_written(table: Panel, on: str, keys: list[str], tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{on.rpartition('=')[2]},x\n{keys[0]},7\n{keys[1]},NA\n", "utf-8")
    found = table.join(path, on)
    assert {row["country"]: row["x"] for row in found} == {"Namland": 7, "Beland": None}
    assert found.joined[0].remarks == []


def test_a_join_may_follow_a_join_and_take_some_columns(table: Panel, tmp_path: Path) -> None:
    path = tmp_path / "a [1]*.csv"
    path.write_text("iso3,x,y,member\nNAM,1,2,3\n", "utf-8")
    once = table.join(path, ["iso3"], ["x", "member"])
    assert list(once.columns)[-2:] == ["x", "member_joined"]
    assert "member_joined: member of a [1]*.csv, as there is a column member" in once.joined[0].remarks
    twice = once.join(path, ["iso3"], ["y"])
    assert [(row["x"], row["member_joined"], row["y"]) for row in twice if row["iso3"] == "NAM"] == [(1, 3, 2)] * 2
    assert [one.name for one in twice.joined] == ["a [1]*.csv"] * 2


def test_columns_of_one_name_are_told_apart(table: Panel, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("iso3,member,member_joined,Status\nNAM,9,8,7\n", "utf-8")
    found = table.join(path, ["iso3"])
    assert list(found.columns)[-3:] == ["member_joined", "member_joined_joined", "Status_joined"]
    assert [tuple(row.values())[-3:] for row in found if row["iso3"] == "NAM"] == [(9, 8, 7)] * 2


CELLS: list[tuple[list[str], list[Any]]] = [
    (["1", "-2", "NA", ""], [1, -2, None, None]),
    (["007", "12", "0", ""], ["007", "12", "0", None]),
    (["NA", "x", "", "."], ["NA", "x", None, "."]),
    (["01/02/2015", "03/04/2015", "", ""], ["01/02/2015", "03/04/2015", None, None]),
    (["2015-01-02", "", "2016-12-31", "NA"], [date(2015, 1, 2), None, date(2016, 12, 31), None]),
    (["9" * 18, "1", "2", "3"], [10**18 - 1, 1, 2, 3]),
    (["9" * 30, "1", "2", "3"], [1e30, 1.0, 2.0, 3.0]),
]
"""Columns of a file, and what is read."""


def test_a_cell_of_csv_is_a_number_or_a_day_only_where_it_is_sure(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = [
        ["iso3", *(f"x{at}" for at in range(len(CELLS)))],
        *zip("ABCD", *(texts for texts, _ in CELLS), strict=True),
    ]
    path.write_text("".join(f"{','.join(line)}\n" for line in lines), "utf-8")
    countries = [COUNTRIES[0] | {"country": f"country/{code}", "iso3": code, "member": None} for code in "ABCD"]
    found = list(panel([], years=(2015, 2015), with_non_members=True, country=countries).join(path, ["iso3"]))
    for at, (_, values) in enumerate(CELLS):
        assert [row[f"x{at}"] for row in found] == values
        assert [type(row[f"x{at}"]) for row in found] == list(map(type, values))


def test_a_column_of_any_name_is_written_in_every_format(table: Panel, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('iso3,"GDP per capita (US$) ""x""?"\nNAM,5\n', "utf-8")
    joined = table.join(path, ["iso3"])
    for ending in FILE_FORMATS:
        joined.save(tmp_path / f"panel.{ending}")
        content = (tmp_path / f"panel.{ending}").read_bytes()
        if ending == "xlsx":
            with ZipFile(io.BytesIO(content)) as book:
                content = b"".join(map(book.read, book.namelist()))
        assert re.search(b"GDP.per.capita", content), ending


def test_a_joined_panel_tells_the_command_that_makes_it(table: Panel, tmp_path: Path) -> None:
    (path := tmp_path / "my table.csv").write_text("iso3,x,y\nNAM,1,2\n", "utf-8")
    found = table.join(path, ["iso3"], ["x"], licence="CC-BY-4.0")
    assert found.command.endswith("--join 'my table.csv' --on iso3 --columns x --licence CC-BY-4.0")


@pytest.mark.parametrize(
    ("text", "on", "said"),
    [
        ("iso3,x\nNAM,1\nNAM,2\nBEL,1\nBEL,2\n", "iso3", "two rows for iso3 BEL, and for 1 more key"),
        ("iso3,year,x\nNAM,2012,1\nnam ,2012.0,2\n", "iso3,year", "two rows for iso3 NAM, year 2012: keep one"),
        ("iso3,x\nNAM,1\n", "iso4", "the panel has no column 'iso4' to join on"),
        ("iso3,x\nNAM,1\n", "iso3=iso_3", "no column 'iso_3': name one of iso3"),
        ("iso3,x\nNAM,1\n", "", "a join needs a column that both have"),
        ("iso3,x\nNAM,1,2,3\nBEL\n", "iso3", "not all rows have as many cells as there are headings"),
        ("", "iso3", "is empty"),
        ("iso3,x\n\udcff\udcfe,1\n", "iso3", "This file is not utf-8 encoded"),
        ("iso3," + ",".join(f"x{number}" for number in range(1001)) + "\n", "iso3", "1,001 columns, and at most 1,000"),
    ],
)
def test_what_cannot_be_joined_is_told_in_a_line(table: Panel, text: str, on: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ParameterError) as refused:
        table.join(path, [on])
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["none.csv", "table.doc", "folder.csv", "bad.parquet", "bad.dta", "bad.sav"])
def test_what_is_no_table_is_told_in_a_line(table: Panel, name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for ending in ("parquet", "dta", "sav"):
        (tmp_path / f"bad.{ending}").write_bytes(bytes(range(256)))
    with pytest.raises(ParameterError) as refused:
        table.join(tmp_path / name, ["iso3"])
    assert str(refused.value).startswith(f"{tmp_path / name}: ")


def test_a_file_that_is_too_large_is_not_read(table: Panel, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    with pytest.raises(ParameterError, match=r"large\.csv: 2\.0 GiB, and at most 1 GiB is joined"):
        table.join(path, ["iso3"])


def test_two_countries_of_one_code_are_not_joined(tmp_path: Path) -> None:
    codes = [
        code("cown", "345", "1990-01-01", "2012-05-01", "country/na"),
        code("cown", "345", "2013-01-01", "", "country/na"),
        code("cown", "345", "2013-01-01", "", "country/be"),
    ]
    chosen: dict[str, Any] = {"with_non_members": True, "country": COUNTRIES, "code": codes}
    (path := tmp_path / "table.csv").write_text("ccode,year,x\n345,2012,1\n345,2013,1\n", "utf-8")
    with pytest.raises(ParameterError, match="in the panel, cown 345, year 2013 stands for Beland and Namland"):
        panel([], [club()], years=(2012, 2013), **chosen).join(path, ["cown=ccode", "year"])
    one = panel([], [club()], years=(2012, 2012), **chosen).join(path, ["cown=ccode", "year"])
    assert {row["country"]: row["x"] for row in one} == {"Namland": 1, "Beland": None}


NAMES = st.lists(st.text(max_size=70), unique=True, max_size=8)


@campaign(50)
@given(NAMES)
def test_any_columns_are_variables_of_stata_and_spss(names: list[str]) -> None:
    for ending, longest in (("dta", 32), ("sav", 64)):
        found = name_variables(names, ending)
        assert list(found) == names and len({name.casefold() for name in found.values()}) == len(names)
        assert all(name.isascii() and name.isidentifier() and len(name) <= longest for name in found.values())
        frame = pandas.DataFrame({name: [1.5] for name in names})
        if names:
            assert write_statistics(frame, dict.fromkeys(names, "x" * 90), "", ending)


@pytest.mark.parametrize(
    ("column", "variable"),
    [
        ("gdp", "gdp"),
        ("if", "if_"),
        ("str12", "str12_"),
        ("2012 gdp", "v_2012_gdp"),
        ("x" * 40, "x" * 32),
    ],
)
def test_stata_gets_names_that_it_takes(column: str, variable: str) -> None:
    assert name_variables([column], "dta") == {column: variable}
    assert bool(explain_variables({column: ""}, "dta")) == (column != variable)


def test_names_that_become_the_same_are_told_apart() -> None:
    assert list(name_variables(["a b", "a_b", "A-B", "a" * 40, "a" * 41], "dta").values()) == [
        "a_b",
        "a_b_2",
        "A_B_3",
        "a" * 32,
        f"{'a' * 30}_2",
    ]


def test_a_label_that_is_cut_is_told(small_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "gdp.csv"
    path.write_text(f"iso3,{'long ' * 20}\nEST,1\n", "utf-8")
    out = tmp_path / "panel.dta"
    asked = ("--workspace", str(small_root), "panel", "first", "--years", "2015")
    done = foc(*asked, "--join", str(path), "--on", "iso3", "--out", str(out))
    assert done.returncode == 0
    assert "becomes variable long_long" in done.stderr and "labels are cut to 80 characters" in done.stderr
    _, about = pyreadstat.read_dta(str(out))
    assert max(map(len, about.column_labels)) == 80 and about.column_labels[-1].endswith("...")


def test_the_command_joins_and_says_what_did_not_match(small_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "gdp.csv"
    path.write_text("code,year,gdp\nXYZ,2015,1\n", "utf-8")
    asked = ("--workspace", str(small_root), "panel", "first", "--years", "2015", "--format", "csv")
    done = foc(*asked, "--join", str(path), "--on", "iso3=code,year", "--columns", "gdp")
    assert done.returncode == 0 and "1 row of gdp.csv matches nothing in the panel: XYZ 2015" in done.stderr
    assert all(row["gdp"] == "" for row in csv.DictReader(io.StringIO(done.stdout)))
    for wrong in (["--on", "iso3"], ["--columns", "x"], ["--licence", "CC0-1.0"]):
        assert "are for a table: name it with --join" in foc(*asked, *wrong).stderr


def test_a_graph_gives_the_codes_of_its_countries(graph: Graph) -> None:
    rows = {row["iso3"]: row for row in graph.panel("ogp", years="2014")}
    assert (rows["SRB"]["cown"], rows["SRB"]["gwn"], rows["SRB"]["vdem"]) == (345, 340, 198)
    assert (rows["DEU"]["cowc"], rows["DEU"]["cown"], rows["DEU"]["gwn"]) == ("GMY", 255, 260)


@pytest.mark.parametrize("ending", join.READ)
def test_a_small_file_may_not_unpack_to_any_size(
    table: Panel, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join, "_MOST_ROWS", 3)
    rows = [("AAA", "x"), ("BBB", "x"), ("CCC", "x")]
    assert table.join(write_table(tmp_path / f"some.{ending}", [("iso3", "v"), *rows]), ["iso3"])
    with pytest.raises(ParameterError, match=r"many\.\w+: more than 3 rows, and no more are joined: keep those"):
        table.join(write_table(tmp_path / f"many.{ending}", [("iso3", "v"), *rows, ("DDD", "x")]), ["iso3"])


@pytest.mark.parametrize("ending", ["parquet", "sav"])
def test_a_small_file_may_not_unpack_to_wide_rows(
    table: Panel, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join, "_MOST_UNPACKED", 2**23)
    path = write_table(tmp_path / f"wide.{ending}", [("iso3", "v"), *((f"{n}", "x" * 20_000) for n in range(4_000))])
    with pytest.raises(ParameterError, match=r"wide\.\w+: unpacks to more than 4 GiB: keep only the columns"):
        table.join(path, ["iso3"])
