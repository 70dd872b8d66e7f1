"""Tokens cover a text without gaps, and groups of the syntax tree lie within each other and hold what was written."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.errors import ParseError
from foc_graph.sparql import tokens as sparql_tokens
from foc_graph.sparql.syntax import Query, Triple, nest, parse, parts
from foc_graph.sparql.tokens import tokens


@pytest.mark.parametrize(
    ("pattern", "triples"),
    [
        ("?a <x:p> 1, ?b ; <x:q> 'c'@en .", ["?a <x:p> 1", "?a <x:p> ?b", "?a <x:q> 'c'"]),
        ("?a (^<x:p>|!a)+/<x:q> 'c'^^<x:d>", ["?a (^<x:p>|!a)+/<x:q> 'c'"]),
        ("[ <x:p> ?b ] . ?c <x:q> [ <x:r> [] ]", ["[ <x:p> ?b", "[ <x:r> [", "?c <x:q> ["]),
        ("?a ?p ()", ["?a ?p <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"]),
        ("true ^<x:p> ?b { ?c a ?d }", ["true ^<x:p> ?b", "?c a ?d"]),
    ],
)
def test_triples_in_any_notation_are_found(pattern: str, triples: list[str]) -> None:
    query = parse(f"PREFIX x: <x:> ASK {{ {pattern} }}")
    found = [part for part in parts(query) if isinstance(part, Triple)]
    assert [f"{one.subject.text} {''.join(t.text for t in one.path)} {one.object.text}" for one in found] == triples


def test_a_list_stands_for_two_triples_an_item() -> None:
    found = [part for part in parts(parse("ASK { ?a <x:p> (1 (2)) }")) if isinstance(part, Triple)]
    assert [one.path[0].text.rpartition("#")[2] for one in found] == ["first>", "rest>"] * 3 + ["<x:p>"]


def test_a_sub_select_gives_what_it_lists() -> None:
    text = "SELECT ?a (COUNT(?b) AS ?n) { { SELECT ?c { ?c ?d ?e } } } GROUP BY ?a HAVING(?n > 1) ORDER BY DESC(?n) ?a"
    query, inner = (part for part in parts(parse(text)) if isinstance(part, Query))
    assert (query.projected, inner.projected) == (("a", "n"), ("c",))
    assert {part: len(found) for part, found in query.conditions.items()} == {"GROUP": 1, "HAVING": 1, "ORDER": 2}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ASK {\n}}", "query:2:2: has one closing brace too many"),
        ("ASK {\n{}", "query:1:5: has one opening brace too many"),
    ],
)
def test_a_brace_without_its_other_is_told_with_its_position(text: str, problem: str) -> None:
    with pytest.raises(ParseError, match=f"^{problem}$"):
        nest(text)


LONG = {
    "openings": "{", "closings": ")", "comparisons": "?a<", "names": "ex:a", "dots": "a.", "words": "a",
    "numbers": "1.",
    "strings that do not end": '"""\n\\', "strings of both kinds": "'''\n\"\"\"\\", "tags": "@a-", "full stops": ".",
    "names and full stops": "ex:..a", "backslashes": "\\", "IRIs that do not end": "<a", "comments": "#\n",
}  # fmt: skip


@given(st.text() | st.text("<>'\"\\#?a:.@(){} \n"))
def test_tokens_are_all_of_a_text_but_its_space(text: str) -> None:
    assert_covered(text)


def assert_covered(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert text[token.offset : token.end] == token.text and not text[end : token.offset].strip()
        end = token.end
    assert not text[end:].strip()


class Counting:
    """A pattern that counts the characters of all that it matches."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern, self.characters = pattern, 0

    def finditer(self, text: str, start: int) -> Iterator[re.Match[str]]:
        for match in self._pattern.finditer(text, start):
            self.characters += match.end() - match.start()
            yield match


@pytest.mark.parametrize("unit", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("start", ["", "ASK { FILTER(?a"], ids=["outside", "in an expression"])
def test_no_character_is_matched_more_than_twice(start: str, unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An opening of which there are many, each searched for its end in vain, would take the text ever again."""
    pattern = Counting(sparql_tokens._TOKEN)
    monkeypatch.setattr(sparql_tokens, "_TOKEN", pattern)
    text = start + unit * (10_000 // len(unit))
    assert_covered(text)
    assert len(text) <= pattern.characters <= 2 * len(text)
