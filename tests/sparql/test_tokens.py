"""Tokens cover a text without gaps, in linear time."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.sparql import tokens as sparql_tokens
from foc_graph.sparql.tokens import tokens
from tests.support.campaign import examples
from tests.support.random_queries import Queries

LONG = {
    "openings": "{", "closings": ")", "comparisons": "?a<", "names": "ex:a", "dots": "a.", "words": "a",
    "numbers": "1.",
    "strings that do not end": '"""\n\\', "strings of both kinds": "'''\n\"\"\"\\", "tags": "@a-", "full stops": ".",
    "names and full stops": "ex:..a", "backslashes": "\\", "IRIs that do not end": "<a", "comments": "#\n",
}  # fmt: skip


@given(st.text() | st.text("<>'\"\\#?a:.@(){} \n"))
def test_tokens_are_all_of_a_text_but_its_space(text: str) -> None:
    assert_covered(text)


@pytest.mark.campaign
def test_tokens_are_all_of_a_query_but_its_space() -> None:
    supply = Queries(5)
    for _ in range(examples(1000)):
        assert_covered(supply.one())


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
