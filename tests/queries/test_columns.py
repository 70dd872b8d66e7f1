"""Columns of answers: names for programs, with old ones beside these for a while, and headings for people."""

from pathlib import Path

import pytest

from foc_graph.errors import ParseError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_query
from foc_graph.queries.model import StoredQuery
from tests.support.commands import foc
from tests.support.stored_calls import CALLS, QUERIES
from tests.support.workspaces import small_workspace

HEADER = """#+ {summary: s, question: q, expect: [],
#+ columns: COLUMNS,
#+ headings: HEADINGS}
"""
QUERY = """PREFIX coal: <https://w3id.org/coalition/ns#>
SELECT ?body (?begin AS ?since) ?begin ?name ?planned_end
WHERE {
  ?body coal:begin ?begin ;
        coal:displayLabel ?name .
  OPTIONAL { ?body coal:plannedEnd ?planned_end }
}
ORDER BY STR(?body)
"""
COLUMNS = "{body: a body, since: {renamed: begin}, begin: its begin, name: its name, planned_end: its plan}"
HEADINGS = "{name: Body, begin: Founded}"


def write(folder: Path, columns: str = COLUMNS, headings: str = HEADINGS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "begins.rq"
    path.write_text(HEADER.replace("COLUMNS", columns).replace("HEADINGS", headings) + QUERY, "utf-8")
    return path


def read(folder: Path, columns: str = COLUMNS, headings: str = HEADINGS) -> StoredQuery:
    return read_query(write(folder, columns, headings), "begins.rq")


@pytest.mark.parametrize(("name", "given"), CALLS.values(), ids=CALLS)
def test_a_column_holds_the_same_under_its_old_name(name: str, given: dict[str, object], small: Graph) -> None:
    query, rows = QUERIES[name], small.rows(name, **given)
    assert list(rows.columns) == list(query.columns)
    assert all(row[old] == row[new] for row in rows for old, new in query.renamed.items())


def test_an_old_name_says_what_the_column_is_now(tmp_path: Path) -> None:
    query = read(tmp_path)
    assert [*query.columns] == ["body", "since", "begin", "name", "planned_end"]
    assert query.columns["since"] == "old name of begin" and query.renamed == {"since": "begin"}
    assert StoredQuery.from_json(query.to_json()) == query


@pytest.mark.parametrize(
    "columns",
    [
        "{body: a body, since: {renamed: begins}, begin: its begin}",
        "{body: a body, since: {renamed: begin}, begin: {renamed: body}}",
        "{body: a body, since: {renamed: begin, meaning: its begin}, begin: its begin}",
    ],
)
def test_an_old_name_of_no_column_is_refused(tmp_path: Path, columns: str) -> None:
    with pytest.raises(ParseError, match=r"header: column since: write what it means, or \{renamed: COLUMN\}"):
        read(tmp_path, columns, "{}")


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_people_see_every_column_once_under_a_heading_of_its_own(query: StoredQuery) -> None:
    head = query.head(query.columns)
    assert [*head][: len(query.headings)] == [*query.headings] and query.headings
    assert {*head} == query.columns.keys() - query.renamed.keys()
    assert len({*head.values()}) == len(head)


def test_a_table_for_people_has_headings_and_their_order_and_one_for_programs_names(tmp_path: Path) -> None:
    root = small_workspace(tmp_path / "small")
    write(root / "queries" / "area")
    asked = ("--workspace", str(root), "query", "begins", "--format")
    few, md, table, csv = (
        foc(*asked, *words.split()).stdout.splitlines() for words in ("md", "md --wide", "table --wide", "csv")
    )
    assert few[0] == "| Body | Founded |" and "| Reading Group | 2013 |" in few
    assert md[0] == "| Body | Founded | Body ID |"  # no body has a planned end
    assert "| Reading Group | 2013 | first/group |" in md
    assert table[0].split() == ["Body", "Founded", "Body", "ID"]
    assert csv[0] == "body,since,begin,name,planned_end"


@pytest.mark.parametrize(
    "headings",
    [
        *("{since: Since}", "{until: Until}", "{name: Body, begin: Body}", "{name: ' '}", '{name: "a\\tb"}', "[name]"),
        *("{name: [Body]}", "{name: 1}", "Body"),
    ],
)
def test_headings_that_fit_no_column_are_refused(tmp_path: Path, headings: str) -> None:
    with pytest.raises(ParseError, match="header: headings is a mapping from columns"):
        read(tmp_path, headings=headings)
