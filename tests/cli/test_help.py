"""Help: commands in groups and queries by area, in whole sentences, within 80 columns."""

import csv
import io
import re

import pytest

from foc_graph.cli import foc as group
from foc_graph.graph import Graph
from tests.support.commands import foc


def test_commands_stand_in_four_groups_each_on_a_line() -> None:
    printed = foc("--help", width=80).stdout
    headings = re.findall(r"^(\w+):$", printed, re.MULTILINE)
    assert headings[headings.index("Ask") :] == ["Ask", "Keep", "Publish", "Run"]
    summaries = re.findall(r"^  ([a-z]+) {2,}[A-Z].*[.]$", printed, re.MULTILINE)
    assert summaries == group.list_commands(None)


@pytest.mark.parametrize("command", [(), ("query",), ("link",), ("plot",)])
def test_no_summary_is_cut_or_too_wide(command: tuple[str, ...]) -> None:
    lines = foc(*command, "--help", width=80).stdout.splitlines()
    assert max(map(len, lines)) <= 80 and not [line for line in lines if line.endswith("...") and "[" not in line]


def test_queries_are_listed_by_area_with_their_questions(graph: Graph) -> None:
    printed = foc("query", width=80).stdout
    assert max(map(len, printed.splitlines())) <= 80
    area, found = "", {}
    for line in printed.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            area = line[:-1]
        elif match := re.match(r"  (\w+)", line):
            found[match[1]] = area
    assert found == {query.name: query.area for query in graph.queries.values()}
    words = "".join(printed.split())
    assert [one.name for one in graph.queries.values() if "".join(one.question.split()) not in words] == []


def test_programs_get_the_queries_as_csv() -> None:
    records = list(csv.DictReader(io.StringIO(foc("query").stdout)))
    members = next(record for record in records if record["query"] == "members")
    assert members["parameters"].startswith("COALITION [--") and members["area"] == "Members and people"
