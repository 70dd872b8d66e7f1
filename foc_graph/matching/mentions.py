"""Mentions of people in texts: a full name, which is surely theirs, and what may be meant for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from itertools import pairwise, permutations

from foc_graph.matching.names import plain, romanised
from foc_graph.matching.words import LITTLE
from foc_graph.namespaces import iri_of

NAMES = frozenset(
    map(
        iri_of,
        (
            "foaf:name",
            "rdfs:label",
            "schema:name",
            "skos:altLabel",
            "skos:hiddenLabel",
            "skos:prefLabel",
            "skosxl:literalForm",
        ),
    )
)
"""The properties whose values are names."""

_SYLLABLES = "\u3005\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_UNSPACED = re.compile(f"[\u0e00-\u109f\u1780-\u17ff\u3041-\u30ff{_SYLLABLES}]")
"""A letter of a script that puts no spaces between words: Thai to Burmese, Khmer, and those of East Asia."""

_SHORT = re.compile(f"[\u3041-\u30ff{_SYLLABLES}]")
"""One of East Asia, where three letters are a full name."""

_FULL, _LONG_FULL = 3, 6
"""Least letters of a full name in a script without spaces, in East Asia and elsewhere."""

_RUN = re.compile(f"[{_SYLLABLES}]+")
_PARTS = re.compile(r"[^\w\u0300-\u036f\u0900-\u1aff]+|_")
_WHERE_IRI_ENDS = r"(?![\w%-]|\.\w)"
"""The IRI of another thing may begin with it."""

_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_REFERENCE = re.compile("&#0*([0-9]{1,8})[0-9]*")
"""A character by its number in HTML, of which more than eight digits stand for none, and Python reads 4,300 at most."""

_DIGRAPHS = re.compile("([aou])e")
"""The other spelling of letters such as ä and ø."""

_LONG_WORD, _WHOLE, _HANDLE = 5, 5, 4
"""Least letters of a word that is found within another one, of a name without spaces, and of a handle."""

_NESTED = 3
"""How often an escape may be escaped again, as in an address that is a parameter of another."""

_plain = lru_cache(4)(plain)  # a text is searched three times
_REMEMBERED = 2**15
"""Lines; many stand in several files of a release."""

_WIDTH = 70
"""Characters of an excerpt."""


class Mentions:
    """Finds the names and IRIs of people in texts, whatever is case, accents, escapes and order.

    A text surely names them if it holds an IRI, a full name of several words, also with the last word first or without
    middle initials, or, in scripts without spaces, the name of three letters or more, whatever stands between them.
    It may name them if it holds a word or handle of a name, in whichever script. What stands in one of the texts of
    `others` does not count for that. `also` are further texts that surely name them.
    """

    def __init__(
        self, names: Iterable[str], iris: Iterable[str] = (), others: Iterable[str] = (), also: Iterable[str] = ()
    ) -> None:
        known = dict.fromkeys(names)
        self._iris = _any(map(re.escape, iris), f"(?:{{}}){_WHERE_IRI_ENDS}")
        phrases = {form for name in known for form in _full_names(name)} | {plain(text) for text in also}
        self._phrases = frozenset(f" {phrase} " for phrase in phrases if phrase)
        strings = {_joined("".join(some)) for one in (*known, *also) if _is_full(one) for some in _orders(one.split())}
        self._strings = _any(map(re.escape, strings))
        words: set[str] = set()
        inner: set[str] = set()
        whole: set[str] = set()
        for name in known:
            parts = [part for part in map(romanised, _PARTS.split(name)) if part]
            own = {part for part in parts if len(part) > 1 and part not in LITTLE}
            handles = {
                handle
                for one, two in permutations(parts, 2)
                for handle in (one + two, one[0] + two, one + two[0])
                if len(handle) >= _HANDLE
            }
            joined = set(map("".join, _orders(parts)))
            words |= {*map(_loose, own), *(f"{_loose(handle)}[0-9]*" for handle in handles)}
            inner |= {_loose(part) for part in own if len(part) >= _LONG_WORD}
            whole |= {_loose(one) for one in joined if len(one) >= _WHOLE}
        inside = "|".join(sorted(inner))
        self._words = _any(words, f"(?<= )(?:{{}})(?= ){'|' * bool(inside)}{inside}")
        self._whole = _any(whole)
        self._pairs = _any(a + b for name in known for run in _RUN.findall(_joined(name)) for a, b in pairwise(run))
        strangers = {_loose(name) for name in others if not self.is_named(name)}
        shared = (name for name in strangers if " " in name and self._words and self._words.search(f" {name} "))
        self._others = _any(map(re.escape, shared), "(?<= )(?:{})(?= )")
        unspaced = {_joined(name) for name in others if _is_full(name) and not self.is_named(name)}
        self._unspaced_others = _any(map(re.escape, unspaced))
        self.read = lru_cache(_REMEMBERED)(self._read)
        """Return whether a line surely names them, and an excerpt; None for one that does not name them."""

    def is_named(self, text: str) -> bool:
        """Whether a text surely names them."""
        text = _readable(text)
        if self._iris and self._iris.search(text):
            return True
        words = f" {_plain(text)} "
        if any(phrase in words for phrase in self._phrases):
            return True
        return self._strings is not None and self._strings.search(_joined(text)) is not None

    def may_be_named(self, text: str, is_line: bool = True) -> bool:
        """Whether a line names them or may do so, or one of several lines: these may also name others alone."""
        if self.is_named(text):
            return True
        text = _readable(text)
        words = f" {_loose(text)} "
        words = self._others.sub(" ", words) if self._others and is_line else words
        if self._words and self._words.search(words):
            return True
        if self._whole and self._whole.search(words.replace(" ", "")):
            return True
        if self._pairs is None:
            return False
        letters = _joined(text)
        letters = self._unspaced_others.sub(" ", letters) if self._unspaced_others and is_line else letters
        return self._pairs.search(letters) is not None

    def _read(self, line: str) -> tuple[bool, str] | None:
        return (self.is_named(line), self._excerpt(line)) if self.may_be_named(line) else None

    def _excerpt(self, line: str) -> str:
        """Return the part of a line about the first place that may name them, on one line that can be printed."""
        line = " ".join("".join(one if one.isprintable() else " " for one in line).split())
        if len(line) <= _WIDTH:
            return line
        low, high = 0, len(line)
        while low < high:
            middle = (low + high) // 2
            if self.may_be_named(line[:middle]):
                high = middle
            else:
                low = middle + 1
        start = max(0, min(low - _WIDTH // 2, len(line) - _WIDTH))
        return f"{'...' * (start > 0)}{line[start : start + _WIDTH]}{'...' * (start + _WIDTH < len(line))}"


def _any(patterns: Iterable[str], form: str = "{}") -> re.Pattern[str] | None:
    """Compile a pattern that matches any of some, the longest first, in a form; None where there are none."""
    chosen = sorted(set(filter(None, patterns)), key=lambda one: (-len(one), one))
    return re.compile(form.format("|".join(chosen))) if chosen else None


def _full_names(name: str) -> Iterator[str]:
    """Give the words of a name of several: in order, with the last one first, and both without initials."""
    words = plain(name).split()
    if not _UNSPACED.search(name):
        for some in (words, [word for word in words if len(word) > 1]):
            if len(some) > 1:
                yield from map(" ".join, _orders(some))
    elif len(_joined(name)) > 1 and not _is_full(name):
        yield " ".join(words)


def _orders(words: list[str]) -> tuple[list[str], list[str]]:
    """Return words in order, and with the last one first."""
    return words, words[-1:] + words[:-1]


def _is_full(name: str) -> bool:
    """Whether it is the full name of a person in a script without spaces."""
    least = _FULL if _SHORT.search(name) else _LONG_FULL
    return _UNSPACED.search(name) is not None and len(_joined(name)) >= least


def _joined(text: str) -> str:
    """Return the letters and digits of a text, without case and accents."""
    return unicodedata.normalize("NFC", _plain(text).replace(" ", ""))


def _loose(text: str) -> str:
    """Return the words of a text in Latin letters, the same for different ways to write these."""
    return _DIGRAPHS.sub(r"\1", romanised(text).replace("iya", "ia"))


def _readable(text: str) -> str:
    """Return a text without the escapes of HTML, and of Turtle and JSON."""
    if "\\" in text:
        text = _ESCAPED.sub(_unescaped, text)
    for _ in range(_NESTED):
        if "%25" in text or "&amp;" in text:
            text = _resolved(text.replace("%25", "%"))
    return _resolved(text)


def _resolved(text: str) -> str:
    """Return a text with the characters for which references of HTML stand."""
    return unescape(_REFERENCE.sub(r"&#\1", text))


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]
