"""A panel as a table: it goes in as memberships and comes out without a changed cell; what differs is a claim."""

import csv
import io
import re
import shutil
from pathlib import Path
from random import Random

import pytest

import foc_graph
from foc_graph.tabular import Plan, prepare_import
from tests.support.campaign import SEED, examples
from tests.support.commands import Done, foc
from tests.support.workspaces import PREFIXES, small_workspace


@pytest.fixture(scope="module")
def template(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a coalition that began long ago, has no members, and whose list of members is complete."""
    made = small_workspace(tmp_path_factory.mktemp("panel") / "workspace")
    folder = made / "data" / "coalitions"
    for path, pattern, new in (
        (folder / "idle" / "coalition.ttl", r"coal:begin .* ;", 'coal:begin "1990"^^xsd:gYear ;'),
        (folder / "lists.ttl", r"completeness-state\\/unknown", r"completeness-state\\/complete"),
    ):
        text, changed = re.subn(pattern, new, path.read_text("utf-8"))
        assert changed == 1
        path.write_text(text, "utf-8")
    return made


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return shutil.copytree(template, tmp_path / "workspace")


def written(root: Path, text: str) -> Path:
    path = root.parent / "panel.csv"
    path.write_text(text, "utf-8")
    return path


def run(root: Path, text: str) -> Done:
    """Import a panel of `idle` by the command, which validates it."""
    options = ("--as", "panel", "--coalition", "idle", "--source", "https://example.org/table")
    return foc("--workspace", str(root), "import", str(written(root, text)), *options)


def load(root: Path, text: str, source: str = "https://example.org/table", kind: str = "panel") -> Plan:
    """Import a table of `idle`."""
    prepared = prepare_import(written(root, text), kind, "idle", source, root)
    assert prepared.plan.problems == []
    prepared.write()
    return prepared.plan


def statuses(root: Path, years: str) -> dict[tuple[str, int], str]:
    """The status of each country and year, as the panel has it."""
    asked = ("panel", "idle", "--years", years, "--with-non-members", "--format", "csv")
    rows = csv.DictReader(io.StringIO(foc("--workspace", str(root), *asked).stdout))
    return {(row["iso3"], int(row["year"])): row["status"] for row in rows}


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(examples(10)))
def test_a_panel_comes_out_as_it_went_in(root: Path, seed: int) -> None:
    """What is not known stands beside a membership: between years without one, the record has no place for it."""
    random = Random(SEED + seed)
    known = {}
    for code in sorted(row["alpha3"] for row in foc_graph.open(root).rows("countries") if row["alpha3"]):
        choices = random.choice([["0"], ["0", "1", "2", "3"], ["0", "1"], ["1", "2", "3", "-9"], ["1", "-9"]])
        status = choices[0]
        for year in range(2005, 2017):
            status = random.choice(choices) if random.random() < 0.3 else status
            known[code, year] = status
        if all(known[code, year] == "-9" for year in range(2005, 2017)):
            known[code, 2016] = "1"  # of whom nothing is known there is no record
    text = "iso3,year,status\n" + "".join(f"{code},{year},{status}\n" for (code, year), status in known.items())
    done = run(root, text)
    assert done.returncode == 0, done.stderr
    found = {key: status for key, status in statuses(root, "2005-2016").items() if key in known}
    assert found == {key: status.replace("-9", "") for key, status in known.items()}
    again = load(root, text)
    assert (again.new, again.changed) == ([], [])


def test_years_are_no_more_precise_than_they_are(root: Path) -> None:
    text = "EST,2010,0\nEST,2011,1\nEST,2012,1\nEST,2013,0\nDEU,2010,1\nDEU,2011,1\n"
    load(root, f"iso3,year,member\n{text}")
    rows = {row["name"]: row for row in foc_graph.open(root).rows("members", coalition="idle")}
    assert (rows["Estonia"]["begin"], rows["Estonia"]["end"]) == ("2011", "2012")
    germany = rows["Germany"]
    assert (germany["begin"], germany["begin_latest"], germany["state"]) == (None, "2010-12-31", "open")
    assert (root / "data/coalitions/idle/members.ttl").read_text("utf-8").count("example-org-table>") == 2


def test_a_date_that_differs_is_a_claim(root: Path) -> None:
    load(root, "iso3,year,status\nEST,2010,0\nEST,2011,1\nEST,2012,1\nEST,2013,0\n")
    other = "iso3,year,status\nEST,2010,0\nEST,2011,0\nEST,2012,1\nEST,2013,1\n"
    load(root, other, "https://example.org/other")
    conflicts = [
        (row["property"].rpartition("#")[2], row["value"], row["rank"])
        for row in foc_graph.open(root).rows("conflicts", coalition="idle")
    ]
    assert conflicts == [("begin", "2011", "preferred"), ("begin", "2012", "normal")]
    claims = (root / "data/coalitions/idle/claims.tsv").read_text("utf-8")
    assert "coal:end\t2012\t" in claims and "contradicts" in claims
    found = statuses(root, "2010-2013")
    assert [found["EST", year] for year in range(2010, 2014)] == ["0", "", "1", "0"]
    again = load(root, other, "https://example.org/other")
    assert (again.new, again.changed) == ([], [])


def test_years_that_agree_with_better_dates_change_nothing_but_sources(root: Path) -> None:
    members = "member,joined,left\nEstonia,2011-12-08,2012-05-04\n"
    load(root, members, "https://example.org/a", kind="members")
    plan = load(root, "iso3,year,status\nEST,2010,0\nEST,2011,1\nEST,2012,1\nEST,2013,0\n")
    assert any("source added: https://example.org/table" in change for change in plan.changed)
    (row,) = foc_graph.open(root).rows("members", coalition="idle")
    assert (row["begin"], row["end"]) == ("2011-12-08", "2012-05-04")
    assert not (root / "data/coalitions/idle/claims.tsv").exists()


def test_a_missing_column_or_an_unknown_code_is_one_problem(template: Path) -> None:
    for text, message in (
        ("iso3,status\nEST,1\n", "no column for year"),
        ("iso3,year\nEST,2011\n", "no column for status, member or idle"),
        ("year,status\n2011,1\n", "no column for countries (iso3, iso2, cown,"),
        ("ccode,year,status\n9999,2011,1\n", "row 2, column ccode: no single country has the code 9999 in 2011"),
    ):
        done = run(template, text)
        assert done.returncode == 2 and message in done.stderr and "1 problem; nothing was written" in done.stderr


def test_every_mistake_is_reported_at_its_row(template: Path) -> None:
    mistakes = [
        ("EST,2011,4", "column status: '4': write 0, 1, 2, 3, -1 or -9"),
        ("EST,2012,yes", "column status: 'yes': write 0"),
        ("EST,MMXI,1", "column year: 'MMXI': write a year"),
        ("DEU,2011,1", ""),
        ("DEU,2011,0", "says the same thing as row 5 or contradicts it"),
        (",2011,1", "column iso3: is empty"),
        ("QQQ,2011,1", "column member: "),
    ]
    done = run(template, "iso3,year,status\n" + "".join(f"{row}\n" for row, _ in mistakes))
    assert done.returncode == 2 and "6 problems; nothing was written" in done.stderr
    for number, (_, message) in enumerate(mistakes, 2):
        assert (f": row {number}" in done.stderr) == bool(message)
        assert any(
            line.partition(f": row {number}")[2].lstrip(",: ").startswith(message) for line in done.stderr.split("\n")
        )


CODES = [
    ("de", "cown", "255", 'coal:begin "1990-10-03"^^xsd:date ;'),
    ("de", "cown", "260", 'coal:end "1990-10-02"^^xsd:date ;'),
    ("de", "gwn", "260", ""),
    ("ee", "cowc", "EST", ""),
]


def test_codes_are_those_of_the_year(root: Path) -> None:
    """260 was West Germany, and is Germany for Gleditsch and Ward."""
    codes = "".join(
        f"""
<id/country/{country}/identifier/{scheme}-{code}>
    a adms:Identifier ; {period}
    coal:identifies <id/country/{country}> ;
    coal:scheme concept:identifier-scheme\\/{scheme} ;
    skos:notation "{code}" .
"""
        for country, scheme, code, period in CODES
    )
    (root / "data" / "places").mkdir(exist_ok=True)
    (root / "data" / "places" / "codes.ttl").write_text(PREFIXES + codes, "utf-8")

    def plan(heading: str, code: str) -> Plan:
        path = written(root, f"{heading},year,status\n{code},2031,0\n{code},2032,1\n")
        return prepare_import(path, "panel", "idle", "https://example.org/x", root).plan

    for heading, code, country in (
        ("ccode", "255", "Germany"),
        ("gwno", "260", "Germany"),
        ("stateabb", "EST", "Estonia"),
    ):
        found = plan(heading, code)
        assert found.problems == [] and found.new[-1].startswith(f"{country} joins idle")
    assert [problem.text for problem in plan("ccode", "260").problems] == [
        f"no single country has the code 260 in {year}" for year in (2031, 2032)
    ]
