"""Columns of answers: programs read begin and end in all of them, and old names beside these for a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from foc_graph.errors import ParseError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_query
from foc_graph.queries.model import StoredQuery
from tests.support.stored_calls import CALLS, QUERIES

HEADER = """#+ {summary: s, question: q, expect: [],
#+ columns: COLUMNS}
"""
QUERY = """PREFIX coal: <https://w3id.org/coalition/ns#>
SELECT ?body (?begin AS ?since) ?begin
WHERE {
  ?body coal:begin ?begin .
}
ORDER BY STR(?body)
"""
COLUMNS = "{body: a body, since: {renamed: begin}, begin: its begin}"


def read(folder: Path, columns: str = COLUMNS) -> StoredQuery:
    path = folder / "begins.rq"
    path.write_text(HEADER.replace("COLUMNS", columns) + QUERY, "utf-8")
    return read_query(path, path.name)


@pytest.mark.parametrize(("name", "given"), CALLS.values(), ids=CALLS)
def test_a_column_holds_the_same_under_its_old_name(name: str, given: dict[str, object], small: Graph) -> None:
    query, rows = QUERIES[name], small.rows(name, **given)
    assert list(rows.columns) == list(query.columns)
    assert all(row[old] == row[new] for row in rows for old, new in query.renamed.items())


def test_an_old_name_says_what_the_column_is_now(tmp_path: Path) -> None:
    query = read(tmp_path)
    assert query.columns == {"body": "a body", "since": "old name of begin", "begin": "its begin"}
    assert query.renamed == {"since": "begin"}
    assert StoredQuery.from_json(query.to_json()) == query


@pytest.mark.parametrize(
    "columns",
    [
        "{body: a body, since: {renamed: begins}, begin: its begin}",
        "{body: a body, since: {renamed: since}, begin: its begin}",
        "{body: a body, since: {renamed: begin}, begin: {renamed: body}}",
        "{body: a body, since: {renamed: begin, meaning: its begin}, begin: its begin}",
        "{body: a body, since: {}, begin: its begin}",
    ],
)
def test_an_old_name_of_no_column_is_refused(tmp_path: Path, columns: str) -> None:
    with pytest.raises(ParseError, match=r"header: column since: write what it means, or \{renamed: COLUMN\}"):
        read(tmp_path, columns)
