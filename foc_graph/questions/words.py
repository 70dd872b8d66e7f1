"""The words of a question: as they are compared, which known ones they are, and those that mention a date or thing."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that only say how others are laid out."""

_START, _REST = 4, 3
"""Least letters that two forms of a word begin with alike, and most that then differ."""

_SHORT_ENDINGS = frozenset(("s", "es", "e", "d", "ed", "ing", "n", "en", "t"))
"""Endings that a word of three letters may have besides."""

_MISSPELT = 5
"""Least letters of a word in which one wrong letter, or two in the wrong order, count as a misspelling."""


class Word(NamedTuple):
    """A word of a question: its letters to compare, and as they were typed, which are those from `start` to `end`."""

    form: str
    typed: str
    start: int
    end: int


class Mention(NamedTuple):
    """Words of a question, from `start` up to `end`, that mention a date or a thing.

    A date has the exact forms of its `first` and its `last` part, which are the same but for an interval, and says in
    `relation` how it bounds what is asked: `at`, `on`, `since`, `after`, `until` or `before`. A thing has the numbers
    of those that may be meant. What is `weak` may also be ordinary words.
    """

    start: int
    end: int
    first: str = ""
    last: str = ""
    relation: str = ""
    things: tuple[int, ...] = ()
    weak: bool = False

    @property
    def span(self) -> frozenset[int]:
        """The numbers of its words."""
        return frozenset(range(self.start, self.end))

    @property
    def period(self) -> str:
        """Return the whole of the date in EDTF level 0."""
        return self.first if self.first == self.last else f"{self.first}/{self.last}"


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
    """Tell whether two words are forms of one: "members" of "member", "présidait" of "présidé"."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    same = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) == same == _START - 1:
        return long[same:] in _SHORT_ENDINGS
    is_stem = same > _START or len(short) <= _START + 1
    return same >= _START and is_stem and len(long) - same <= _REST and not short.isdigit()


class Vocabulary:
    """Words that are known."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = {*words}
        self._starts: defaultdict[str, set[str]] = defaultdict(set)
        self._letters: defaultdict[str, set[str]] = defaultdict(set)
        for word in self._words:
            self._starts[word[: _START - 1]].add(word)
            self._letters[word[0]].add(word)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def find(self, word: str) -> Collection[str]:
        """Return the known words of which this is a form."""
        near = (other for other in self._starts.get(word[: _START - 1], ()) if is_same(word, other))
        return {word} if word in self._words and len(word) < _START else set(near)

    def correct(self, word: str) -> Collection[str]:
        """Return the known words of which this may be a misspelling: few misspell the first letter."""
        if len(word) < _MISSPELT or not word.isalpha():
            return ()
        alike = self._letters.get(word[0], ())
        return [other for other, *_ in process.extract(word, alike, scorer=OSA.distance, score_cutoff=1, limit=None)]
