"""Questions in words: the call that each asks for, which are declined, and the rules that pages have."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import foc_graph
from foc_graph.graph import Graph
from foc_graph.queries.phrasing import LANGUAGES, read_phrasings
from foc_graph.questions import reading
from foc_graph.questions.export import export_rules
from foc_graph.questions.languages import read_language
from foc_graph.questions.reading import LONGEST, Reader
from foc_graph.questions.rules import make_rules
from foc_graph.questions.words import forms
from foc_graph.store.results import as_rows
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.questions import ASKED, DECLINED, TODAY
from tests.support.workspaces import new_workspace

WORDS = (
    "members foc not but in of the OGP 2015 who and joined WG1 Estonia since documents statements privacy search chair "
    "changed sources says {} | ; ? 'x'"
)
"""Words of which questions are put together."""

PEOPLE = "SELECT (STR(?name) AS ?text) WHERE { ?person a foaf:Person ; foaf:name|rdfs:label ?name }"
EXPORT = """
import json, sys, foc_graph
from foc_graph.questions.export import export_rules
from foc_graph.questions.rules import make_rules
sys.stdout.write(json.dumps(export_rules(make_rules(foc_graph.open(sys.argv[1])))))
"""


@pytest.fixture(scope="module")
def reader(graph: Graph) -> Reader:
    """The reader of questions about the packaged graph."""
    return graph.question_reader


@pytest.mark.parametrize(("question", "expected"), ASKED.items())
def test_a_question_is_a_call(reader: Reader, question: str, expected: tuple[str, dict[str, Any]]) -> None:
    found = reader.read(question, TODAY)
    assert found.call == expected, found


@pytest.mark.parametrize("question", DECLINED)
def test_what_cannot_be_answered_is_declined_with_a_reason(reader: Reader, question: str) -> None:
    found = reader.read(question, TODAY)
    assert found.call is None, found
    assert found.reason and "\n" not in found.reason


def test_a_question_with_two_readings_offers_both(reader: Reader) -> None:
    found = reader.read("What does the Executive Committee do?", TODAY)
    assert found.call is None
    assert {call.parameters["body"] for call in found.alternatives} >= {
        "cod/executive-committee",
        "erc/executive-committee",
    }


def test_a_sort_of_bodies_offers_each_that_is_meant(reader: Reader) -> None:
    found = reader.read("who says the working groups ended in May 2017?", TODAY)
    assert found.call is None
    assert {call.parameters["thing"] for call in found.alternatives} == {f"foc/wg{number}" for number in (1, 2, 3)}
    assert all(call.parameters["property"] == "coal:end" for call in found.alternatives)


@pytest.mark.parametrize("written", [str.upper, str.lower, "  {}  ".format, "{}???".format, "Please, {}".format])
def test_case_and_politeness_do_not_matter(reader: Reader, written: Any) -> None:
    found = reader.read(written("who were members of the freedom online coalition in 2015"), TODAY)
    assert found.call == ("members", {"coalition": "foc", "as_of": "2015"})


@campaign(100)
@given(st.text(max_size=600))
def test_any_text_is_answered_or_declined(reader: Reader, text: str) -> None:
    found = reader.read(text, TODAY)
    assert 0 <= found.confidence <= 1
    assert (found.call is None) == bool(found.reason)


def test_a_text_that_is_far_too_long_is_not_composed(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "seen", None)
    found = reader.read("a" + "\u0316\u0301" * 50_000, TODAY)
    assert found.call is None and f"at most {LONGEST} characters" in found.reason


@pytest.mark.parametrize("asked", ['search for "', "search for \u201e " + "\u201e " * 50, "search for \u00abx"])
def test_quotes_without_an_end_are_read_as_if_no_spaces_followed(reader: Reader, asked: str) -> None:
    found = reader.read(asked.ljust(LONGEST), TODAY)
    assert (found.call, found.reason) == ((again := reader.read(asked, TODAY)).call, again.reason)


@campaign(100)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=60))
def test_what_is_understood_can_be_asked(graph: Graph, reader: Reader, words: list[str]) -> None:
    found = reader.read(" ".join(words), TODAY)
    for call in (*([found.call] if found.call else []), *found.alternatives):
        assert graph.bind(call.query, **call.parameters).text


def test_a_query_of_a_workspace_is_asked_in_its_words(tmp_path: Path, cache: Path) -> None:
    root = new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    (root / "queries" / "own").mkdir(parents=True)
    (root / "queries" / "own" / "mottos.rq").write_text(
        """#+ summary: Mottos of a coalition
#+ question: Which motto has this coalition?
#+ asked:
#+   as: "Motto of {coalition}"
#+   en: "motto|slogan of {coalition}"
#+ parameters:
#+   - {name: coalition, type: coalition, required: true, description: the coalition}
#+ columns: {motto: its motto}
#+ expect: [{with: {coalition: alliance}, rows: 0}]
SELECT ?motto WHERE {
  ?coalition coal:motto ?motto
}
ORDER BY ?motto
""",
        encoding="utf-8",
    )
    own = foc_graph.open(root)
    name = next(one for one in make_rules(own).things if "coalition" in one.kinds)
    found = own.ask(f"what is the slogan of the {name.label}?")
    assert (found.call, found.understood) == (("mottos", {"coalition": name.slug}), f"Motto of the {name.label}")


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_example_asks_a_stored_query_with_its_parameters(graph: Graph, code: str) -> None:
    examples = read_language(code).examples
    known = {name: {one.name for one in query.parameters} for name, query in graph.queries.items()}
    assert examples and examples.keys() <= known.keys()
    for query, phrasings in examples.items():
        for words, slots in read_phrasings(phrasings):
            assert words and known[query].issuperset(slots)


def test_rules_of_pages_name_no_person_and_do_not_depend_on_the_order_of_sets(small: Graph) -> None:
    """In another process sets have another order, since strings have other hashes."""
    command = [sys.executable, "-c", EXPORT, str(small.workspace.root)]
    made = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": "1"}, cwd=ROOT, capture_output=True, check=True)
    exported = export_rules(make_rules(small))
    is_same = made.stdout.decode() == json.dumps(exported)  # a difference takes long to be shown
    people = {forms(row["text"]) for row in as_rows(small.sparql(PEOPLE))}
    assert is_same and people and exported["names"] and people.isdisjoint(exported["names"])
    assert people.isdisjoint(forms(one["label"]) for one in exported["things"])
