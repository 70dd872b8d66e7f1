"""Normalised names, and the ways to read a name: the whole, or a part that may be it.

Two names are the same by their plain words, for which nothing is installed; they are like each other in Latin letters,
without legal forms and little words, with words spelt out and in English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from foc_graph.matching.words import (
    ABBREVIATIONS,
    DOTTED,
    GOVERNMENTS,
    JOINED_FORMS,
    LEADING_FORMS,
    LEGAL_FORMS,
    LITTLE,
    OF_GOVERNMENTS,
    STATES,
    TRADES,
    TRANSLATIONS,
)

MAX_NAME = 400
"""Most characters of a name; what is longer is none."""

_ACRONYM = 8
"""Most letters of an acronym."""

_SHORT = 5
"""Most letters of an acronym beside a name in capitals, where other words look like one."""

_PART = 0.9
"""What a part of a name counts for, where the whole counts for 1."""

_BESIDE = 0.95
"""What a short name counts for in parentheses beside a name, and a side of a dash where one of them is one word."""

_SIDE = 0.8
"""What a side of a dash counts for, where none is a short name: seldom is it a name by itself."""

_MOST_SIDES = 3
"""Most names between slashes or dashes."""


def _any(phrases: Iterable[str]) -> str:
    return "|".join(sorted(phrases, key=len, reverse=True))


_ELISION = re.compile(r"\b(all|d|dall|dell|l|nell|qu)'(?=[a-z])")
_APOSTROPHES = re.compile("['`\"]")
_INITIALS = re.compile(r"\b([a-z])\.(?=[a-z]\b)")
_OTHER_SCRIPT = re.compile(r"(?![\u0100-\u024f\u1e00-\u1eff])[^\W\d_\x00-\xff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_PLAIN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"([a-z0-9]+)(\.?)")
_JOINED_FORMS = re.compile(f"(?<=[a-z]{{3}})(?:{_any(JOINED_FORMS)})\\b")
_ENDING_FORMS = re.compile(f"(?<=[a-z0-9])(?: (?:{_any(LEGAL_FORMS)}))+$")
_BEGINNING_FORMS = re.compile(f"^(?:(?:{_any(LEADING_FORMS)}) )+")
_THE_GOVERNMENT = f"(?:(?:{_any(OF_GOVERNMENTS)}) )?(?:{_any(GOVERNMENTS)})"
_GOVERNMENT = re.compile(f"^{_THE_GOVERNMENT} |(?<=.) {_THE_GOVERNMENT}$")
_STATE = re.compile(f"^(?:{_any(STATES)}) ")
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SLASHES = re.compile(r"\s[/|]\s|\n")
_CLOSE_SLASH = re.compile(r"(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})")
_MIXED = re.compile(r"(?=(?:[^A-Z]*+[A-Z]){2})[^\W\d_]++")
_DASHES = re.compile("\\s[\u2013\u2014-]\\s")


class Name(NamedTuple):
    """The words of a name: as they follow each other, and sorted, which is the same for "Korea, Republic of".

    `is_latin` tells whether it was written in Latin letters.
    """

    text: str
    sorted: str
    is_latin: bool = True

    @classmethod
    def of(cls, text: str) -> Name:
        """Return a name as it is written; one without letters and digits, or too long, has no words."""
        words = normalised(text)
        return cls(words, " ".join(sorted(words.split())), text.isascii() or not _OTHER_SCRIPT.search(text))

    def part(self, words: str) -> Name:
        """Return a name of these words of it."""
        return Name.of(words)._replace(is_latin=self.is_latin)

    @property
    def initials(self) -> str:
        """Return the first letters of the words."""
        return "".join(word[0] for word in self.text.split())


class Reading(NamedTuple):
    """One way to read a name: the whole of it, or a part that may be it, which counts for less.

    `is_government` and `is_state` say that what was left out says so. What stands beside another name, such as a code,
    or the country of a ministry, may not be the name of a place: `may_be_place`.
    """

    name: Name
    weight: float
    is_acronym: bool = False
    is_government: bool = False
    is_state: bool = False
    may_be_place: bool = True


def plain(text: str) -> str:
    """Return the words of a text, percent-encoded or not, without case, accents and punctuation."""
    return " ".join(_PLAIN.findall(_folded(text)))


def romanised(text: str) -> str:
    """Return the words of a text as `plain` does, in Latin letters."""
    text = unquote(text)
    return plain(text if text.isascii() else _latin(text))


def _latin(text: str) -> str:
    """Return a text in Latin letters without accents."""
    from anyascii import anyascii

    text = unicodedata.normalize("NFKC", text)
    return _BEYOND_ASCII.sub(lambda letters: anyascii(letters[0]), text).replace("iya", "ia")


def spelt_out(text: str) -> str:
    """Return a text in lower case with abbreviations in full."""
    return _WORD.sub(lambda word: _in_full(word[1], bool(word[2])) or word[0], _folded(text))


def _folded(text: str) -> str:
    return _BEYOND_ASCII.sub(_without_marks, unquote(text).casefold())


def _without_marks(run: re.Match[str]) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", run[0]) if not unicodedata.combining(one))


def normalised(text: str) -> str:
    """Return the words of a name as they are compared, in order, with single spaces between them."""
    if len(text) > MAX_NAME:
        return ""
    text = text if text.isascii() else _latin(text)
    plain = _ELISION.sub(r"\1 ", text.lower().replace("&", " and "))
    plain = _JOINED_FORMS.sub("", _INITIALS.sub(r"\1", _APOSTROPHES.sub("", plain)))
    words = " ".join(_spelt(word, bool(dot)) for word, dot in _WORD.findall(plain)).split()
    joined = " ".join([word for word in words if word not in LITTLE] or words)
    return _BEGINNING_FORMS.sub("", _ENDING_FORMS.sub("", joined))


def _spelt(word: str, is_dotted: bool) -> str:
    """Return a word in full, in English where it is one of many names, in one of the spellings that English has."""
    return _in_full(word, is_dotted) or TRANSLATIONS.get(word) or word.replace("isation", "ization")


def _in_full(word: str, is_dotted: bool) -> str | None:
    return (DOTTED.get(word) if is_dotted else None) or ABBREVIATIONS.get(word)


def brands(words: str) -> Iterator[str]:
    """Give the brands of a company: its name without words of trades that end it, the longest first."""
    known = words.split()
    while len(known) > 1 and known.pop() in TRADES:
        yield " ".join(known)


def front(text: str) -> tuple[str, str]:
    """Return the text before the first dash of a name, and that after it; both are empty where there is none."""
    sides = _DASHES.split(text, maxsplit=1) if len(text) <= MAX_NAME else []
    return (sides[0], sides[1]) if len(sides) > 1 else ("", "")


def is_acronym(text: str) -> bool:
    """Whether a name is written as an acronym is: one word of capitals, also with full stops."""
    letters = text.strip().replace(".", "")
    return 2 <= len(letters) <= _ACRONYM and letters.isalnum() and letters.isupper()


def readings(text: str) -> Iterator[Reading]:
    """Give the ways to read a name, none twice; the whole is the first.

    What stands in parentheses may be a short name of the rest, and either side of a slash or dash the name; what comes
    last after a dash is mostly the narrower. What is called the government of something may be known by the name of
    that, and a republic or kingdom without that word.
    """
    seen = {""}
    for part, weight, may_be_place in _parts(text):
        name = Name.of(part)
        if name.text in seen:
            continue
        seen.add(name.text)
        whole = Reading(name, weight, is_acronym(part), may_be_place=may_be_place)
        yield whole
        governed = ungoverned(name.text)
        if governed != name.text:
            whole = Reading(name.part(governed), weight, is_government=True, may_be_place=may_be_place)
            yield whole
        plain = _STATE.sub("", whole.name.text)
        if may_be_place and plain != whole.name.text:
            yield whole._replace(name=name.part(plain), weight=weight * _PART, is_acronym=False, is_state=True)


def ungoverned(words: str) -> str:
    """Return the words of a name without those that say that it is a government."""
    return _GOVERNMENT.sub("", words)


def _parts(text: str) -> Iterator[tuple[str, float, bool]]:
    """Give the parts that may be the name, what each counts for, and whether it may be that of a place."""
    if len(text) > MAX_NAME:
        return
    text = unicodedata.normalize("NFKC", text)
    yield text, 1.0, True
    if match := _PARENTHESES.search(text):
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        is_short = is_acronym(match[1]) and (len(match[1]) <= _SHORT or not rest.isupper())
        yield rest, 1.0 if is_short else _PART, True
        if is_short or _MIXED.fullmatch(match[1]):
            yield match[1], _BESIDE, False
    if _SLASHES.search(text):
        yield from ((side, _PART, not is_acronym(side)) for side in _SLASHES.split(text)[:_MOST_SIDES])
    elif _CLOSE_SLASH.search(text):
        sides = _CLOSE_SLASH.split(text)[:_MOST_SIDES]
        if all(len(side.split()) > 1 for side in sides):
            yield from ((side, _PART, False) for side in sides)
    if _DASHES.search(text):
        sides = _DASHES.split(text)[:_MOST_SIDES]
        weight = _BESIDE if any(len(side.split()) == 1 for side in sides) else _SIDE
        yield from ((side, weight, False) for side in sides[:-1])
        yield sides[-1], max(weight, _PART), False
