"""Names as they are compared: in Latin letters, without case, accents, punctuation, legal forms and little words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from anyascii import anyascii

from foc_graph.linking.words import (
    ABBREVIATIONS,
    DOTTED,
    GOVERNMENTS,
    LEADING_FORMS,
    LEGAL_FORMS,
    LITTLE,
    OF_GOVERNMENTS,
    TRANSLATIONS,
)

MAX_NAME = 400
"""Most characters of a name; what is longer is none."""

_ACRONYM = 8
"""Most letters of an acronym."""

_PART = 0.9
"""What a part of a name counts for, where the whole counts for 1."""

_ACRONYM_BESIDE = 0.95
"""What an acronym counts for that stands in parentheses beside a name."""

_SIDE = 0.8
"""What a side of a dash counts for: seldom is it a name by itself."""

_MOST_SIDES = 3
"""Most names that slashes or dashes part."""


def _any(phrases: Iterable[str]) -> str:
    return "|".join(sorted(phrases, key=len, reverse=True))


_ELISION = re.compile(r"\b(all|d|dall|dell|l|nell|qu)'(?=[a-z])")
_APOSTROPHES = re.compile("['`\"]")
_INITIALS = re.compile(r"\b([a-z])\.(?=[a-z]\b)")
_WORD = re.compile(r"([a-z0-9]+)(\.?)")
_ENDING_FORMS = re.compile(f"(?<=[a-z0-9])(?: (?:{_any(LEGAL_FORMS)}))+$")
_BEGINNING_FORMS = re.compile(f"^(?:(?:{_any(LEADING_FORMS)}) )+")
_THE_GOVERNMENT = f"(?:(?:{_any(OF_GOVERNMENTS)}) )?(?:{_any(GOVERNMENTS)})"
_GOVERNMENT = re.compile(f"^{_THE_GOVERNMENT} |(?<=.) {_THE_GOVERNMENT}$")
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SLASHES = re.compile(r"\s[/|]\s|\n")
_DASHES = re.compile("\\s[\u2013\u2014-]\\s")


class Name(NamedTuple):
    """The words of a name: as they follow each other, and sorted, which is the same for "Korea, Republic of"."""

    text: str
    sorted: str

    @classmethod
    def of(cls, text: str) -> Name:
        """A name as it is written; of one without letters and digits, and one that is too long, no words are left."""
        words = normalised(text)
        return cls(words, " ".join(sorted(words.split())))

    @property
    def initials(self) -> str:
        """The first letters of the words."""
        return "".join(word[0] for word in self.text.split())


class Reading(NamedTuple):
    """One way to read a name: the whole of it, or a part that may be it, which counts for less.

    `is_government` says that what was left out says so. What stands beside another name, such as a code, or the country
    of a ministry, may not be the name of a place.
    """

    name: Name
    weight: float
    is_acronym: bool = False
    is_government: bool = False

    @property
    def may_be_place(self) -> bool:
        """Whether it may be what a place is called."""
        return not self.is_acronym and self.weight > _SIDE


def normalised(text: str) -> str:
    """The words of a name as they are compared, in order, with single spaces between them."""
    if len(text) > MAX_NAME:
        return ""
    if not text.isascii():
        text = anyascii(unicodedata.normalize("NFKC", text)).replace("iya", "ia")
    plain = _ELISION.sub(r"\1 ", text.lower().replace("&", " and "))
    plain = _INITIALS.sub(r"\1", _APOSTROPHES.sub("", plain))
    words = " ".join(_spelt(word, bool(dot)) for word, dot in _WORD.findall(plain)).split()
    joined = " ".join([word for word in words if word not in LITTLE] or words)
    return _BEGINNING_FORMS.sub("", _ENDING_FORMS.sub("", joined))


def _spelt(word: str, is_dotted: bool) -> str:
    """A word in full, in English where it is one of many names, and in one of the spellings that English has for it."""
    long = (DOTTED.get(word) if is_dotted else None) or ABBREVIATIONS.get(word) or TRANSLATIONS.get(word)
    return long or word.replace("isation", "ization")


def is_acronym(text: str) -> bool:
    """Whether a name is written as an acronym is: one word of capitals, also with full stops."""
    letters = text.strip().replace(".", "")
    return 2 <= len(letters) <= _ACRONYM and letters.isalnum() and letters.isupper()


def readings(text: str) -> Iterator[Reading]:
    """The ways to read a name, none twice; the whole is the first.

    What stands in parentheses may be an acronym of the rest, and either side of a slash or dash the name. What is
    called the government of something may be known by the name of that.
    """
    seen = {""}
    for part, weight in _parts(text):
        name = Name.of(part)
        if name.text in seen:
            continue
        seen.add(name.text)
        yield Reading(name, weight, is_acronym(part))
        governed = ungoverned(name.text)
        if governed != name.text:
            yield Reading(Name.of(governed), weight, is_government=True)


def ungoverned(words: str) -> str:
    """The words of a name without those that say that it is a government."""
    return _GOVERNMENT.sub("", words)


def _parts(text: str) -> Iterator[tuple[str, float]]:
    if len(text) > MAX_NAME:
        return
    text = unicodedata.normalize("NFKC", text)
    yield text, 1.0
    if match := _PARENTHESES.search(text):
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        yield rest, 1.0 if is_acronym(match[1]) else _PART
        if is_acronym(match[1]):
            yield match[1], _ACRONYM_BESIDE
    for separators, weight in ((_SLASHES, _PART), (_DASHES, _SIDE)):
        if separators.search(text):
            yield from ((side, weight) for side in separators.split(text)[:_MOST_SIDES])
