"""Comparing wordings: texts of the graph are in its own words, so words are compared by their stems."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable

SMALL = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "its", "of", "on", "or", "the", "to", "was", "with")
)
MONTHS = frozenset(calendar.month_name[number].casefold() for number in range(1, 13))
LONG = {
    "ai": "artificial intelligence",
    "un": "united nations",
    "dpg": "digital public goods",
    "igf": "internet governance forum",
}
"""Abbreviations that the graph writes out."""

ALIKE = {
    "1": "first", "2": "second", "3": "third", "4": "fourth", "inaugural": "first", "founded": "founding",
    "took": "take", "sits": "member",
}  # fmt: skip
"""Words that say the same."""


def stems(text: str) -> set[str]:
    """The beginnings of the words of a text, which inflected forms share; numbers and months are compared elsewhere."""
    words = re.findall(r"[^\W_]+", text.casefold())
    spelt = " ".join(LONG.get(word, ALIKE.get(word, word)) for word in words).split()
    return {word[:5] for word in spelt if word not in SMALL | MONTHS and not word.isdigit()}


def share_told(wording: str, texts: Iterable[str]) -> float:
    """The share of the words of a wording that texts hold."""
    wanted = stems(wording)
    there = set().union(*(stems(text) for text in texts), ())
    return len(wanted & there) / len(wanted) if wanted else 0.0


def told(wording: str, texts: Iterable[str], share: float) -> bool:
    """Whether texts hold at least a share of the words of a wording."""
    return share_told(wording, texts) >= share
