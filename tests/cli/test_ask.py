"""`foc ask`: what it prints for people and for programs, and how it declines."""

from __future__ import annotations

import json

import pytest

from foc_graph.graph import Graph
from tests.support.commands import foc

MEMBERS = "who were members of the Freedom Online Coalition in May 2015?"


def test_an_answer_restates_the_question_and_its_call_before_the_rows(graph: Graph) -> None:
    done = foc("ask", MEMBERS)
    lines = done.stdout.splitlines()
    rows = graph.rows("members", coalition="foc", as_of="2015-05")
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == "Members of the Freedom Online Coalition as of May 2015"
    assert lines[1] == "foc query members foc --as-of 2015-05"
    assert f"{len(rows)} members, " in lines[3] and "uncertain: " in lines[3]
    assert all(str(row["name"]).split()[0] in done.stdout for row in rows)


def test_words_need_no_quotes() -> None:
    assert foc("ask", *MEMBERS.split()).stdout == foc("ask", MEMBERS).stdout


def test_json_has_what_was_understood_and_the_rows(graph: Graph) -> None:
    found = json.loads(foc("ask", MEMBERS, "--format", "json").stdout)
    rows = graph.rows("members", coalition="foc", as_of="2015-05")
    assert found["understood"] == "Members of the Freedom Online Coalition as of May 2015"
    assert (found["query"], found["parameters"]) == ("members", {"coalition": "foc", "as_of": "2015-05"})
    assert 0.5 < found["confidence"] <= 1 and "members" in found["reason"]
    assert found["columns"] == list(rows.columns) and len(found["rows"]) == len(rows)
    assert all({"query", "parameters"} == one.keys() for one in found["alternatives"])


def test_json_may_leave_the_rows_out() -> None:
    found = json.loads(foc("ask", MEMBERS, "--format", "json", "--no-run").stdout)
    assert [*found] == ["understood", "query", "parameters", "confidence", "alternatives", "reason"]


def test_other_formats_have_the_rows_alone() -> None:
    asked = foc("ask", "when did the FOC meet?", "--format", "csv")
    assert asked.stdout == foc("query", "events", "foc", "--format", "csv").stdout


@pytest.mark.parametrize("question", ["how many tanks has Estonia?", "\x1b[31mred", "{{7*7}}", "   "])
def test_what_is_declined_says_why_in_a_line(question: str) -> None:
    done = foc("ask", question)
    assert done.returncode == 0
    assert done.stdout.startswith("Not answered: ") and "\x1b" not in done.stdout
    found = json.loads(foc("ask", question, "--format", "json").stdout)
    assert (found["query"], found["parameters"], found["rows"]) == (None, {}, [])
    assert found["reason"]


def test_two_readings_are_both_offered() -> None:
    done = foc("ask", "What does the Executive Committee do?")
    assert done.stdout.count("foc query functions ") >= 2
    found = json.loads(foc("ask", "What does the Executive Committee do?", "--format", "json").stdout)
    assert found["query"] is None and len(found["alternatives"]) >= 2


def test_a_question_about_two_things_speaks_of_both() -> None:
    done = foc("ask", "is Estonia a member of the OGP?")
    assert "with Open Government Partnership" in done.stdout


def test_a_question_is_needed() -> None:
    done = foc("ask")
    assert done.returncode == 2 and "QUESTION" in done.stderr
