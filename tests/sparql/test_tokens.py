"""Tokens cover a text without gaps, in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.sparql.tokens import tokens
from tests.support.random_queries import Queries

SOME = 1000

LONG = {
    "openings": "{", "closings": ")", "comparisons": "?a<", "names": "ex:a", "dots": "a.", "words": "a",
    "numbers": "1.",
    "strings that do not end": '"""\n\\', "strings of both kinds": "'''\n\"\"\"\\", "tags": "@a-", "full stops": ".",
    "names and full stops": "ex:..a", "backslashes": "\\", "IRIs that do not end": "<a", "comments": "#\n",
}  # fmt: skip


@given(st.text() | st.text("<>'\"\\#?a:.@(){} \n"))
def test_tokens_are_all_of_a_text_but_its_space(text: str) -> None:
    assert_covered(text)


def test_tokens_are_all_of_a_query_but_its_space() -> None:
    supply = Queries(5)
    for _ in range(SOME):
        assert_covered(supply.one())


def assert_covered(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert text[token.offset : token.end] == token.text and not text[end : token.offset].strip()
        end = token.end
    assert not text[end:].strip()


@pytest.mark.parametrize("unit", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("start", ["", "ASK { FILTER(?a"], ids=["outside", "in an expression"])
def test_tokens_are_found_in_linear_time(start: str, unit: str) -> None:
    def seconds(length: int) -> float:
        text = start + unit * (length // len(unit))
        begin = time.process_time()
        for _ in tokens(text):
            pass
        return time.process_time() - begin

    short, long = (min(seconds(length) for _ in range(3)) for length in (10_000, 100_000))  # once without garbage
    assert long < 40 * max(short, 0.002)
