"""Phrasings of stored queries: how their headers say that people ask them in words.

A phrasing is a text such as `who chaired|chairs {coalition}`: words, of which those between `|` stand for each other,
and slots for parameters. `{with}` is a slot for another thing that the question is about, and `{when}` for a date that
is only repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

LANGUAGES = ("en", "fr", "de", "es")
"""The languages of phrasings."""

WITH, WHEN = "with", "when"
NEEDED = "!"
"""The end of a word without which a question is not asked so."""

SLOT = re.compile(r"\{([^{}]*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def read_phrasings(text: str) -> Iterator[tuple[list[tuple[int, list[str]]], list[str]]]:
    """Give the phrasings in a text, between which stands `;`: the words and the slots.

    A word has the number of slots that stand before it, and its alternatives.
    """
    for phrasing in text.split(";"):
        words: list[tuple[int, list[str]]] = []
        slots: list[str] = []
        for part in SLOT.sub(r" {\1} ", phrasing).split():
            if found := SLOT.fullmatch(part):
                slots.append(found[1])
            else:
                words.append((len(slots), part.split("|")))
        yield words, slots


def write_sentence(template: str, values: Mapping[str, str]) -> str:
    """Fill in a template such as `Members of {coalition}[ as of {as_of}]`; what is in `[]` needs all of its values."""
    kept = _OPTIONAL.sub(lambda part: part[1] if values.keys() >= {*SLOT.findall(part[1])} else "", template)
    return SLOT.sub(lambda slot: values.get(slot[1], ""), kept)
