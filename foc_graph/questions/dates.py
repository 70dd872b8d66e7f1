"""The dates in a question, as people write them in its language: by patterns, which a browser has too."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from foc_graph.dates import MONTHS, PartialDate
from foc_graph.errors import ParameterError
from foc_graph.questions.languages import Language
from foc_graph.questions.words import Mention, Word, fold

_BEFORE = ("since", "after", "until", "before", "on")
"""The relations that a phrase before a date gives, where none is `at`."""

_MARKS = {"-": "-", "/": "/", ".": ".", "..": "~", "...": "~", "\u2013": "~", "\u2014": "~"}
"""The marks between words that matter for dates, and what they are in patterns; all others are a space there."""

_AND = ("and", "et", "und", "y")
"""Words that join the ends of an interval only after one that opens it."""

_GAP = "[- /.~]"
_LINK = f"{_GAP}(?:(?:of|de|del|du|d|des|in|en|im|l|the){_GAP})*"
"""The marks and words between the parts of a date."""

_YEAR, _MONTH, _DAY = "[12][0-9]{3}", "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_LATE = "(?:1[3-9]|2[0-9]|3[01])"
"""A day that can be no month."""

_ALONE = r"(?<!\b[0-9][-/])(?<!\b[0-9]{2}[-/])"
"""No number before: with one, a date may have its day and month in either order."""

_ORDINAL, _NAME = "(?:st|nd|rd|th|er|e|o|a)?", "[a-z]{3,}"
_FORMS = (
    f"(?P<year>{_YEAR})[-/.](?P<month>{_MONTH})[-/.](?P<day>{_DAY})",
    rf"(?P<day>{_DAY})\.(?P<month>{_MONTH})\.(?P<year>{_YEAR})",
    f"(?P<day>{_LATE})[-/](?P<month>{_MONTH})[-/](?P<year>{_YEAR})",
    f"(?P<month>{_MONTH})[-/](?P<day>{_LATE})[-/](?P<year>{_YEAR})",
    f"(?P<year>{_YEAR})[-/.](?P<month>{_MONTH})",
    f"(?P<either>{_MONTH})[-/](?P<month>{_MONTH})[-/](?P<year>{_YEAR})",
    f"{_ALONE}(?P<month>{_MONTH})[-/.](?P<year>{_YEAR})",
    f"(?P<day>{_DAY}){_ORDINAL}{_LINK}(?P<name>{_NAME}){_LINK}(?P<year>{_YEAR})",
    f"(?P<name>{_NAME}){_LINK}(?P<day>{_DAY}){_ORDINAL}{_LINK}(?P<year>{_YEAR})",
    f"(?P<name>{_NAME}){_LINK}(?P<year>{_YEAR})",
    f"{_ALONE}(?P<year>{_YEAR})",
)
"""The forms of a date, the longest first; `name` is that of a month, and `either` is a day if it is the month too."""

_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}
"""The first and the last month of seasons; a winter lies in two years."""

_RELATIVE = {
    "today": (10, 0, 0),
    "yesterday": (10, 0, 1),
    "this-month": (7, 0, 0),
    "last-month": (7, 1, 0),
    "this-year": (4, 0, 0),
    "last-year": (4, 12, 0),
}
"""For each relative date, how many characters of it count, and how many months and days ago it was."""


class DatePatterns(NamedTuple):
    """The forms of dates in a language, as text and numbers that a browser has too.

    Each of `mentions` is a pattern of a date with the phrases around it, with the relation that these give, and whether
    it may be ordinary words. `forms` are patterns of the date alone. Seasons have their first and last month,
    `relative` phrases the numbers of `_RELATIVE`.
    """

    mentions: Sequence[tuple[str, str, bool]]
    forms: Sequence[str]
    months: Mapping[str, int]
    seasons: Mapping[str, tuple[int, int]]
    relative: Mapping[str, tuple[int, int, int]]


def make_patterns(language: Language) -> DatePatterns:
    """Make the patterns of the dates of a language."""
    seasons = {word: span for season, span in _SEASONS.items() for word in language.seasons[season]}
    forms = [*_FORMS, f"(?P<season>{_any(seasons)}){_LINK}(?P<year>{_YEAR})"]
    relative = {phrase: _RELATIVE[code] for code, phrases in language.relative.items() for phrase in phrases}
    today = language.relative["today"]
    exact = "|".join((*(re.sub(r"\?P<\w+>", "?:", form) for form in forms), _any(relative.keys() - {*today})))
    first, last = f"(?P<first>{exact})", f"(?P<last>{exact})"
    either = f"(?P<first>{exact}|(?:{_DAY}{_ORDINAL}{_LINK})?{_NAME})"
    at = f"(?:{_any(language.at)}{_GAP})*"
    told = {role: f"{_any(getattr(language, role))}{_GAP}{at}" for role in (*_BEFORE, "between")}
    before = f"(?:{'|'.join(told.values())}|{at})"
    closed = [phrase for phrase in language.joined if phrase.split()[0] not in _AND]
    mentions = [
        (f"{told['between']}{either}(?:[-/~]|{_GAP}{_any(language.joined)}{_GAP}){last}", "at", False),
        (f"{before}{either}(?:[-/~]|{_GAP}{_any(closed)}{_GAP}){last}", "at", False),
        (f"{before}{first}{_GAP}{_any(language.later)}", "since", False),
        (f"{before}{first}{_GAP}{_any(language.earlier)}", "until", False),
        *((told[role] + first, role, False) for role in _BEFORE),
        (f"(?:{told['between']}|{at}){first}", "at", False),
        (f"(?:{_any(language.on)}{_GAP})?(?P<first>{_any(today)})", "at", True),
    ]
    whole = [(f"{one}(?![^-/.~ ])", relation, is_weak) for one, relation, is_weak in mentions]
    return DatePatterns(whole, forms, _months(), seasons, relative)


def _any(phrases: Iterable[str]) -> str:
    """Return a pattern of any of some phrases, the longest first; between their words may be any mark."""
    return f"(?:{'|'.join(phrase.replace(' ', _GAP) for phrase in sorted(phrases, key=lambda one: (-len(one), one)))})"


def _months() -> dict[str, int]:
    """Return the months by their names in all languages, also shortened, where these name one alone."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for names in MONTHS:
        for number, name in enumerate(map(fold, names), 1):
            for length in range(3, len(name) + 1):
                found[name[:length]].add(number)
    return {name: min(numbers) for name, numbers in sorted(found.items()) if len(numbers) == 1}


class Dates:
    """Finds dates in the words of one language."""

    def __init__(self, language: Language) -> None:
        self.patterns = make_patterns(language)
        self._mentions = [(re.compile(one), relation, is_weak) for one, relation, is_weak in self.patterns.mentions]
        self._forms = [re.compile(form) for form in self.patterns.forms]

    def find(self, words: Sequence[Word], text: str, today: date) -> list[Mention]:
        """Return the dates in the words of a text, in their order; `today` is what relative ones are counted from."""
        marks = [_MARKS.get(text[one.end : other.start].strip(), " ") for one, other in pairwise(words)]
        said = "".join(word.form + mark for word, mark in zip(words, [*marks, ""], strict=False))
        starts = [*accumulate((len(word.form) + 1 for word in words), initial=0)]
        found: list[Mention] = []
        for at in range(len(words)):
            if not found or at >= found[-1].end:
                found.extend(islice(self._read(said, starts, at, today), 1))
        return found

    def _read(self, said: str, starts: Sequence[int], at: int, today: date) -> Iterator[Mention]:
        """Give the dates that may begin at a word, the likeliest first."""
        for pattern, relation, is_weak in self._mentions:
            if match := pattern.match(said, starts[at]):
                told = match.groupdict()
                first, last = (self._exact(told.get(one, told["first"]), today) for one in ("first", "last"))
                if last and not first and len(last[1]) > 4:
                    first = self._exact(f"{told['first']} {last[1][:4]}", today)
                if first and last and first[0][:4] <= last[1][:4]:
                    end = bisect_left(starts, match.end())
                    yield Mention(at, end, first[0], last[1], relation, weak=is_weak)

    def _exact(self, said: str, today: date) -> tuple[str, str] | None:
        """Return the first and the last part of a date in their exact forms; None for what is no date."""
        if code := self.patterns.relative.get(re.sub(_GAP, " ", said)):
            length, months, days = code
            year, number = divmod(today.year * 12 + today.month - 1 - months, 12)
            day = date(year, number + 1, today.day if length == 10 else 1) - timedelta(days)
            return day.isoformat()[:length], day.isoformat()[:length]
        for match in filter(None, (form.fullmatch(said) for form in self._forms)):
            parts = defaultdict(str, match.groupdict())
            if parts["either"] and int(parts["either"]) != int(parts["month"]):
                return None
            month = f"{self.patterns.months.get(parts['name'], 0)}" if parts["name"] else parts["month"]
            span = [*map(str, self.patterns.seasons.get(parts["season"], ()))] or [month, month]
            dates = (filter(None, (parts["year"], one, parts["day"] or parts["either"])) for one in span)
            with suppress(ParameterError):
                first, last = (PartialDate.parse("-".join(part.zfill(2) for part in one)).text for one in dates)
                return first, last
        return None
