"""Tables for people: within the terminal, of whole words, and of the columns that they came for or named."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from foc_graph.cli.output import cell, print_markdown, print_result, print_table
from foc_graph.graph import Graph
from foc_graph.queries.header import read_queries
from foc_graph.store.results import Record
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.commands import foc
from tests.support.stored_calls import CALLS

WIDTHS = (40, 120)
QUERIES = {name: query for name, query in read_queries(find_workspace(ROOT)).items() if query.columns}
OF_QUERIES = [call for call, (name, _) in CALLS.items() if name in QUERIES]
MEMBERS = ("query", "members", "--coalition", "first")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("COLUMNS", "100")
    return monkeypatch


def assert_readable(text: str, width: int, shown: list[str]) -> None:
    """No line is wider than the terminal, and each word that a line has room for is there as a whole."""
    assert max(map(cell_len, text.splitlines())) <= width
    is_table = "──" in text
    printed, solid = set(text.split()), re.sub(r"\s", "", text)
    for word in {word for one in shown for word in one.split()}:
        if "://" in word:
            assert all(part in solid for part in re.findall(r"[^/]+/*", word)) or not is_table
        elif is_table or cell_len(word) <= width // 2:
            assert word in printed


@pytest.mark.parametrize("call", OF_QUERIES)
def test_the_answer_of_each_query_is_readable_on_any_terminal(
    call: str, small: Graph, at: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name, given = CALLS[call]
    rows, query = small.rows(name, **given), QUERIES[name]
    for width in WIDTHS:
        at.setenv("COLUMNS", str(width))
        for wide in (False, True):
            print_result(rows, "table", small.base, query, wide=wide)
            shown = [
                cell(record[column], small.base)
                for record in rows
                for column in (query.head(rows.columns) if wide else query.headings)
            ]
            assert_readable(capsys.readouterr().out, width, shown)


WIDE = "字한🇪🇪👩e\u0308\u05d0\ufe0f\u3000"
HOSTILE = "\t\x1b\u00ad\u200d\u202e\u2066\U000e0001"
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(f"ab -/:{WIDE}{HOSTILE}")),
    max_size=30,
)


@campaign(500)
@given(st.data())
def test_any_table_is_readable_on_any_terminal(data: st.DataObject) -> None:
    columns = [f"c{number}" for number in range(data.draw(st.integers(1, 8)))]
    row = st.fixed_dictionaries({column: TEXTS for column in columns})
    records: list[Record] = data.draw(st.lists(row, min_size=1, max_size=6))
    headings = dict(zip(columns, data.draw(st.lists(TEXTS, min_size=len(columns), max_size=len(columns))), strict=True))
    width = data.draw(st.integers(20, 200))
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        patch.setattr("sys.stdout", output)
        print_table(headings, records, "https://example.org/")
    text = output.getvalue()
    assert_readable(
        text, width, [cell(value, "https://example.org/") for record in records for value in record.values()]
    )
    assert all(character.isprintable() for character in text if character != "\n")


def test_a_table_shows_the_columns_of_the_header_that_hold_anything(small_root: Path, at: pytest.MonkeyPatch) -> None:
    lines = foc("--workspace", str(small_root), *MEMBERS, "--format", "table").stdout.splitlines()
    assert re.split(r"\s{2,}", lines[0]) == ["Member", "Role", "Status", "Joined", "Left"]
    assert re.fullmatch(r"\d+ rows · \d+ more columns with --wide", lines[-2])
    assert lines[-1] == "6 members, 2 former members and 1 observer."


def test_all_columns_are_shown_when_asked_for_with_ids_last(small_root: Path, at: pytest.MonkeyPatch) -> None:
    at.setenv("COLUMNS", "400")
    done = foc("--workspace", str(small_root), *MEMBERS, "--format", "table", "--wide").stdout.splitlines()
    head = re.split(r"\s{2,}", done[0])
    assert head[:2] == ["Member", "Role"] and head[-2:] == ["Member ID", "Membership"] and "Begin latest" in head
    assert re.fullmatch(r"\d+ rows", done[-2])
    md = foc("--workspace", str(small_root), *MEMBERS, "--format", "md", "--wide").stdout.splitlines()
    assert md[0] == f"| {' | '.join(head)} |"


@pytest.mark.parametrize(
    ("names", "for_programs", "for_people"),
    [
        ("name,begin", ["name", "begin"], ["Member", "Joined"]),
        ("left,MEMBER,Verified", ["left", "member", "verified"], ["Left", "Member", "Verified"]),
        ("member-id,member", ["member"], ["Member ID", "Member"]),
        (
            "Begin earliest,begin-earliest,why_in_doubt",
            ["begin_earliest", "because"],
            ["Begin earliest", "Why in doubt"],
        ),
        ("planned_end,,joined_latest, ", ["planned_end", "joined_latest"], ["Planned end", "Begin latest"]),
    ],
)
def test_columns_are_chosen_in_every_format_by_what_they_are_called_there_or_elsewhere(
    names: str, for_programs: list[str], for_people: list[str], small_root: Path, at: pytest.MonkeyPatch
) -> None:
    asked = ("--workspace", str(small_root), *MEMBERS, "--columns", names, "--format")
    found, whole = (
        list(csv.DictReader(io.StringIO(foc(*words).stdout)))
        for words in ((*asked, "csv"), ("--workspace", str(small_root), *MEMBERS))
    )
    assert list(found[0]) == for_programs
    assert found == [{column: record[column] for column in for_programs} for record in whole]
    assert foc(*asked, "md").stdout.splitlines()[0] == f"| {' | '.join(for_people)} |"
    table = foc(*asked, "table").stdout.splitlines()
    assert re.split(r"\s{2,}", table[0]) == for_people and table[-2] == f"{len(whole)} rows"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*MEMBERS, "--columns", "membr"), "unknown column 'membr': did you mean member or Member ID or membership?"),
        ((*MEMBERS, "--columns", "name,q" + "x" * 10_000), "unknown column 'qxxx"),
        ((*MEMBERS, "--columns", "zzz"), "unknown column 'zzz': choose from member, name, status"),
        ((*MEMBERS, "--columns", " , "), "--columns names none: choose from member, name, status"),
        (("sparql", "ASK {}", "--columns", "a"), "the answer has no columns: leave out --columns"),
        (("sparql", "SELECT ?s WHERE {}", "--columns", "o"), "unknown column 'o': choose from s"),
    ],
)
def test_columns_that_are_not_there_are_refused(arguments: tuple[str, ...], message: str, small_root: Path) -> None:
    done = foc("--workspace", str(small_root), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr and done.stderr.count("\n") == 1


def test_rows_that_do_not_fit_become_records(small_root: Path, at: pytest.MonkeyPatch) -> None:
    at.setenv("COLUMNS", "30")
    asked = ("--workspace", str(small_root), *MEMBERS, "--columns", "name,status,joined,left", "--format", "table")
    records = foc(*asked).stdout.split("\n\n")
    assert records[0] == "Member  Australia\nStatus  active\nJoined  2015"
    assert re.match(r"\d+ rows\n", records[-1])


def test_ad_hoc_rows_keep_their_columns_and_order(small_root: Path, at: pytest.MonkeyPatch) -> None:
    query = "SELECT ?thing ?missing ?Thing WHERE { VALUES (?thing ?Thing) { (coal:Body 'a') } }"
    asked = ("--workspace", str(small_root), "sparql", query, "--format", "table")
    assert foc(*asked).stdout.splitlines()[0].split() == ["thing", "missing", "Thing"]
    assert foc(*asked, "--columns", "Thing").stdout.splitlines()[0] == "Thing"


def test_without_rows_there_is_no_table(small_root: Path) -> None:
    asked = ("--workspace", str(small_root), *MEMBERS, "--as-of", "1900", "--format")
    assert foc(*asked, "table").stdout == "0 rows\n"
    assert foc(*asked, "md").stdout.startswith("| Member | Role | Status |")


@campaign(200)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_no_text_breaks_a_markdown_table(texts: list[str]) -> None:
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", output)
        print_markdown({"a": texts[0]}, [{"a": text} for text in texts], "https://example.org/")
    lines = output.getvalue().split("\n")
    assert len(lines) == len(texts) + 3 and lines[-1] == ""
    assert all(re.fullmatch(r"\| ([^|\\]|\\.)* \|", line) for line in (lines[0], *lines[2:-1]))
