"""The words of a question: as they are compared, and which of those that are known they are."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that only say how others are laid out."""

_START, _REST = 4, 3
"""Least letters that two forms of a word begin with alike, and most that then differ."""

_SHORT_ENDINGS = frozenset(("s", "es", "e", "d", "ed", "ing", "n", "en", "t"))
"""What a word of three letters may end in besides."""

_MISSPELT = 5
"""Least letters of a word in which one wrong letter, or two in the wrong order, count as a misspelling."""


class Word(NamedTuple):
    """A word of a question: its letters to compare, and as they were typed, which are those from `start` to `end`."""

    form: str
    typed: str
    start: int
    end: int


def seen(text: str) -> str:
    """Return a text as it is read: in composed characters, without those that are not seen."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def split(text: str) -> list[Word]:
    """Return the words of a text."""
    return [Word(fold(found[0]), found[0], *found.span()) for found in _WORD.finditer(text)]


def fold(word: str) -> str:
    """Return a word without case and accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(one))


def forms(text: str) -> str:
    """Return the words of a text as they are compared, with spaces between them."""
    return " ".join(word.form for word in split(seen(text)))


def is_same(one: str, other: str) -> bool:
    """Whether two words are forms of one: "members" of "member", "présidait" of "présidé"."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    same = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) == same == _START - 1:
        return long[same:] in _SHORT_ENDINGS
    return same >= _START and len(long) - same <= _REST and not short.isdigit()


def misspellings(word: str) -> Iterator[str]:
    """Give a word, and what remains without one of its letters: two words that differ by one have one in common."""
    yield word
    if len(word) >= _MISSPELT and word.isalpha():
        for at in range(len(word)):
            yield word[:at] + word[at + 1 :]


class Vocabulary:
    """Words that are known, with what each stands for."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words: set[str] = set()
        self._starts: defaultdict[str, set[str]] = defaultdict(set)
        self._spelt: defaultdict[str, set[str]] = defaultdict(set)
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        """Add a word."""
        if word not in self._words:
            self._words.add(word)
            self._starts[word[: _START - 1]].add(word)
            for spelling in misspellings(word):
                self._spelt[spelling].add(word)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def find(self, word: str) -> Collection[str]:
        """Return the known words of which this is a form."""
        near = (other for other in self._starts.get(word[: _START - 1], ()) if is_same(word, other))
        return {word} if word in self._words and len(word) < _START else set(near)

    def correct(self, word: str) -> Collection[str]:
        """Return the known words of which this may be a misspelling."""
        if len(word) < _MISSPELT:
            return ()
        return {other for spelling in misspellings(word) for other in self._spelt.get(spelling, ())}
