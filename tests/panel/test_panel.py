"""Panels of graphs: the same memberships as the stored queries, in every unit and format, from Python and the shell."""

import csv
import io
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import openpyxl
import pandas
import polars
import pyreadstat
import pytest

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.namespaces import short
from foc_graph.panel.build import connect, find_coalitions, tabulate
from foc_graph.panel.size import LargePanelError
from foc_graph.panel.statistics import write_statistics
from foc_graph.panel.table import Choice, Panel
from foc_graph.panel.units import UNIT_NAMES
from tests.support.campaign import examples
from tests.support.commands import foc

CERTAINTIES = (None, "possible", "presumed", "certain")
KEYS = {"coalition", "agent", "iso3", "iso3_a", "iso3_b", "year", "membership", "event"}
STATUSES = {-1: "no state then", 0: "none", 1: "full", 2: "associate", 3: "observer"}
AS_OF = {"any-day": "{}", "first-day": "{}-01-01", "last-day": "{}-12-31"}


@pytest.fixture(scope="module", params=["small", pytest.param("graph", marks=pytest.mark.sweep)])
def known(request: pytest.FixtureRequest) -> Graph:
    found: Graph = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def table(small: Graph) -> Panel:
    return small.panel("first", years="2010-2020")


def members(graph: Graph, coalition: str, as_of: str) -> dict[str, str]:
    """How certainly each was a member, by the stored query."""
    found: dict[str, str] = {}
    for row in graph.query("members", coalition=coalition, as_of=as_of):
        if row["role_kind"] == "member" and row["status"] != "invited":
            name = short(row["member"], graph.base)
            found[name] = max(found.get(name), row["certainty"], key=CERTAINTIES.index)
    return found


@pytest.mark.campaign
def test_cells_agree_with_the_members_on_the_day(known: Graph) -> None:
    cells = defaultdict(dict)  # type: defaultdict[tuple[str, str, int], dict[str, str]]
    for rule in AS_OF:
        for row in known.panel("all", unit="organisation-year", years="1990-2030", rule=rule):
            cell = cells[rule, row["coalition"], row["year"]]
            if row["certainty"]:
                cell[row["agent"]] = row["certainty"]
    years = sorted({(coalition, year) for _, coalition, year in cells})
    for coalition, year in Random(len(years)).sample(years, min(len(years), examples(100))):
        for rule, as_of in AS_OF.items():
            assert cells[rule, coalition, year] == members(known, coalition, as_of.format(year))


@pytest.mark.parametrize("unit", UNIT_NAMES)
def test_a_unit_has_the_columns_that_it_says_with_labels_in_files(small: Graph, unit: str, tmp_path: Path) -> None:
    found = small.panel("all", unit=unit, years="2000-2026")
    rows = list(found)
    assert len(rows) == len(found) > 0
    assert all(list(row) == list(found.columns) for row in rows)
    assert set(found.main) <= found.columns.keys()
    keys = set(found.columns) & KEYS
    assert len({tuple(row[key] for key in keys) for row in rows}) == len(rows)
    assert all(len(label) <= 80 for label in found.columns.values() if not label.startswith("share of members_min"))
    for ending in ("dta", "sav") if unit in ("state-year", "spell") else ("dta",):
        path = tmp_path / f"panel.{ending}"
        found.save(path)
        frame, about = (pyreadstat.read_dta if ending == "dta" else pyreadstat.read_sav)(path)
        assert about.column_names_to_labels == found.columns
        if "status" in found.columns:
            assert about.variable_value_labels["status"] == STATUSES
        for name in found.columns:
            read = [None if value == "" or pandas.isna(value) else value for value in frame[name].tolist()]
            assert read == [row[name] for row in rows], name


def test_dyads_count_the_coalitions_in_which_both_are(small: Graph) -> None:
    cells = defaultdict(dict)  # type: defaultdict[tuple[str, int], dict[str, dict[str, Any]]]
    for row in small.panel("all", years="2010-2026"):
        if row["certainty"]:
            cells[row["coalition"], row["year"]][row["iso3"]] = row
    least, most = defaultdict(int), defaultdict(int)  # type: defaultdict[Any, int], defaultdict[Any, int]
    for (_, year), there in cells.items():
        for one, other in combinations(sorted(there), 2):
            least[one, other, year] += min(there[one]["member_min"], there[other]["member_min"])
            most[one, other, year] += 1
    found = list(small.panel("all", unit="dyad-year", years="2010-2026"))
    assert {(row["iso3_a"], row["iso3_b"], row["year"]): row["shared_max"] for row in found} == most
    assert {(row["iso3_a"], row["iso3_b"], row["year"]): row["shared_min"] for row in found} == least
    assert all(len((row["coalitions"] or "").split()) == row["shared_min"] for row in found)


def test_coalitions_count_their_members(known: Graph) -> None:
    counted = list(known.panel("all", unit="coalition-year", years="2005-2026"))
    cells = defaultdict(list)
    for row in known.panel("all", unit="organisation-year", years="2005-2026"):
        cells[row["coalition"], row["year"]].append(row)
    for row in counted:
        there = cells[row["coalition"], row["year"]]
        assert row["members_min"] == sum(cell["member_min"] or 0 for cell in there)
        if row["list_state"] == "complete":
            assert row["members_max"] == sum(cell["member_max"] or 0 for cell in there)
        else:
            assert row["members_max"] is None
        shares = [value for name, value in row.items() if name.startswith("share_")]
        assert all(0 <= share <= 1 for share in shares if share is not None)
        assert (row["joined_min"] or 0) <= (row["joined_max"] or 0) and (row["left_min"] or 0) <= (row["left_max"] or 0)


@pytest.mark.parametrize("others", [False, True])
@pytest.mark.parametrize("unit", UNIT_NAMES)
def test_how_many_rows_there_are_at_most_is_known_before(
    small: Graph, unit: str, others: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = Choice(unit, (2010, 2030), with_non_members=others and unit in ("state-year", "organisation-year"))
    made = small.panel("all", unit=unit, years="2010-2030", with_non_members=choice.with_non_members)
    rows, coalitions = len(made), find_coalitions(small, "all")
    with pytest.raises(LargePanelError), monkeypatch.context() as patch:
        patch.setattr("foc_graph.panel.build.select", None)
        tabulate(small.store, small.base, coalitions, choice, 2026, connect(), rows - 1)
    if unit.startswith(("state", "organisation")):
        assert len(tabulate(small.store, small.base, coalitions, choice, 2026, connect(), rows)) == rows


def test_spells_and_events_have_the_days_of_the_stored_query(known: Graph) -> None:
    coalition = "foc" if "foc" in {short(row["coalition"]) for row in known.query("coalitions")} else "first"
    spells = {row["membership"]: row for row in known.panel(coalition, unit="spell")}
    stated = list(known.query("members", coalition=coalition))
    assert len(spells) == len(stated)
    for row in stated:
        spell = spells[short(row["membership"], known.base)]
        for column in ("begins_earliest", "begins_latest", "ends_earliest", "ends_latest"):
            day = row[column.replace("begins", "begin").replace("ends", "end")]
            assert (spell[column].isoformat() if spell[column] else None) == (day or None)
    chairs = [row for row in known.panel(coalition, unit="event") if row["event"] == "took-the-chair"]
    assert all(row["sources"] for row in chairs)
    assert len(chairs) == len(list(known.query("chairs", coalition=coalition)))


def test_non_members_are_all_other_countries(small: Graph) -> None:
    every = list(small.panel("first", years="2015", with_non_members=True))
    countries = {row["alpha2"] for row in small.query("countries") if row["alpha2"]}
    assert {row["iso2"] for row in every} >= countries
    some = {row["iso2"] for row in small.panel("first", years="2015")}
    assert some < {row["iso2"] for row in every}


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file, with texts for numbers and nothing for what is not known."""
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(path.read_bytes().decode())))
    if path.suffix == ".parquet":
        return polars.read_parquet(path).to_dicts()
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_file_has_the_rows_of_the_panel(table: Panel, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"panel.{ending}"
    table.save(path)

    def plain(value: object) -> str:
        return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

    def told(text: object) -> str:
        value = plain(text)
        return f"{float(value):g}" if value.replace(".", "", 1).isdigit() else value

    expected = [{name: told(value) for name, value in row.items()} for row in table]
    assert [{name: told(value) for name, value in row.items()} for row in read(path)] == expected


def test_the_members_of_a_year_are_those_of_the_stored_query(small: Graph, tmp_path: Path) -> None:
    path = tmp_path / "panel.dta"
    small.panel("first", unit="state-year", years="2011-2026").save(path)
    codes = {short(row["government"], small.base): row["alpha3"] for row in small.query("countries")}
    expected = {codes[name] for name, sure in members(small, "first", "2015").items() if sure != "possible"}
    for frame in (pandas.read_stata(path, convert_categoricals=False), pyreadstat.read_dta(path)[0]):
        assert {*frame[(frame["year"] == 2015) & (frame["member"] == 1)]["iso3"]} == expected != set()


def test_what_a_format_does_not_hold_is_told(tmp_path: Path) -> None:
    frame = pandas.DataFrame({"sources": ["x" * 3000], "day": pandas.Series(["0050-01-01"], dtype="datetime64[us]")})
    with pytest.raises(ParameterError, match=r"row 1, column sources: longer than 2,045 bytes: write \.csv"):
        write_statistics(frame, {}, "", "dta")
    with pytest.raises(ParameterError, match="row 1, column day: before the days that"):
        write_statistics(frame, {}, "", "sav")
    assert write_statistics(frame[:0], {}, "", "dta") and write_statistics(frame[:0], {}, "", "sav")


def test_data_frames_have_types(table: Panel) -> None:
    pandas, polars = table.to_pandas(), table.to_polars()
    assert list(pandas.columns) == polars.columns == list(table.columns)
    assert pandas["year"].tolist() == polars["year"].to_list() == [row["year"] for row in table]
    assert pandas["member"].isna().tolist() == polars["member"].is_null().to_list()
    assert polars["member"].to_list() == [row["member"] for row in table]


def test_a_file_of_dyads_is_asked_by_duckdb(small: Graph, small_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "dyads.parquet"
    done = foc("--workspace", str(small_root), "panel", "all", "--unit", "dyad-year", "--out", str(path))
    assert done.returncode == 0 and done.stderr.endswith(" rows\n")
    with duckdb.connect() as connection:
        ((most,),) = connection.execute("SELECT max(shared_min) FROM read_parquet(?)", [str(path)]).fetchall()
    assert most == max(row["shared_min"] for row in small.panel("all", unit="dyad-year")) > 0


def test_a_panel_without_rows_says_so(small_root: Path) -> None:
    done = foc("--workspace", str(small_root), "panel", "first", "--years", "1900")
    assert done.returncode == 0 and done.stdout.count("\n") == 1
    assert done.stderr.startswith("foc: no rows: nobody is on record for these years (state-year, 1900, any-day)")


def test_a_terminal_shows_what_matters_most(small_root: Path) -> None:
    done = foc("--workspace", str(small_root), "panel", "first", "--years", "2015", width=80)
    head, _, *lines = done.stdout.splitlines()
    assert head.split() == ["coalition", "country", "year", "member", "certainty", "reason"]
    assert max(map(len, lines)) <= 80 and "more columns in a file" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--years", "2026-2011"], "years '2026-2011' end before they begin: write 2011-2026"),
        (["--years", "11-12"], "years '11-12': write a year, or the first and the last, such as 2011-2026"),
        (["--years", "1-3000"], "years '1-3000': write a year"),
        (["--years", "1000-9999"], "at most 1,000 years at once: name fewer"),
        (["--unit", "month"], "'month' is not one of 'state-year'"),
        (["--unit", "spell", "--with-non-members"], "spell has no rows for non-members"),
        (["--unit", "spell", "--draws", "2"], "spell cannot be drawn: count it from draws of state-year"),
        (["--draws", "-1"], "-1 draws: choose from 1 to 10,000"),
        (["--coalition", ","], "a panel needs a coalition"),
        (["all", "first"], "all stands for all coalitions: leave the others out"),
        (["first", "--draws", "1", "--seed", "1" * 30], "the seed is a number of at most 18 digits"),
        (["first", "--seed", "1"], "--seed chooses the days of draws"),
        (["nowhere"], "unknown coalition 'nowhere'"),
        (["--out", "panel.doc"], "use .csv, .tsv"),
        (["--out", "missing/panel.csv"], "its folder does not exist"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(small_root: Path, arguments: list[str], said: str) -> None:
    done = foc("--workspace", str(small_root), "panel", *arguments)
    assert (done.returncode, done.stdout) in ((2, ""), (3, ""))
    assert said in done.stderr and "internal error" not in done.stderr


def test_without_duckdb_a_line_says_what_to_install(small_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    done = foc("--workspace", str(small_root), "panel", "first")
    assert done.returncode == 2 and "duckdb is not installed" in done.stderr
