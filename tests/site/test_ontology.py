"""Pages of shapes: how many values a shape asks for, in words."""

import pytest

from foc_graph.site.ontology import counted


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, None, "any number"),
        (1, None, "at least one"),
        (2, None, "at least 2"),
        (0, 0, "none"),
        (0, 1, "at most one"),
        (1, 1, "exactly one"),
        (3, 3, "exactly 3"),
        (1, 4, "one to 4"),
    ],
)
def test_a_number_of_values_is_told_in_words(least: int, most: int | None, words: str) -> None:
    assert counted(least, most) == words
