"""`foc ask`: what it prints for people and for programs, and how it declines."""

import json
import re
from pathlib import Path

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
    assert f"{len(rows)} members (" in lines[3] and " uncertain): " in lines[3]
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


@pytest.mark.parametrize("question", ["how many tanks has Estonia?", "FOC", "\x1b[31mred", "{{7*7}}", "   "])
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
    done = foc("ask", "when did Estonia join the OGP?")
    assert "about the Open Government Partnership." in done.stdout


def test_an_answer_offers_who_says_so(graph: Graph) -> None:
    said = foc("ask", MEMBERS).stdout.splitlines()[-1]
    assert said == "Who says so: foc query why foc"
    assert graph.ask("who says Working Group 1 ended when it did?").sources == []


def test_a_text_that_begins_as_an_option_does_is_no_option_of_the_command(tmp_path: Path) -> None:
    for text in ("--help", "--out=x.csv"):
        command = foc("ask", f'search for "{text}"', "--no-run", cwd=tmp_path).stdout.splitlines()[1].split()
        assert command == ["foc", "query", "search", "--", text]
        assert "Usage" not in foc(*command[1:], cwd=tmp_path).stdout
    assert [*tmp_path.iterdir()] == []


def test_a_question_is_needed() -> None:
    done = foc("ask")
    assert done.returncode == 2 and "QUESTION" in done.stderr


def test_without_an_answer_no_rows_are_written(tmp_path: Path) -> None:
    for options in (("--format", "csv"), ("--out", str(tmp_path / "x.csv"))):
        done = foc("ask", MEMBERS, "--no-run", *options)
        assert done.returncode == 2 and "--no-run" in done.stderr
    assert [*tmp_path.iterdir()] == []


def test_what_is_declined_puts_nothing_among_rows() -> None:
    done = foc("ask", "What does the Executive Committee do?", "--format", "csv")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("Not answered: ") and done.stderr.count("Perhaps: ") >= 2


def test_sentences_are_as_wide_as_the_terminal() -> None:
    done = foc("ask", MEMBERS, width=60)
    assert max(map(len, re.sub("\x1b[^m]*m", "", done.stdout).splitlines())) <= 60
