"""The dates in a question, as people write them in its language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from foc_graph.dates import MONTHS, read_period
from foc_graph.errors import ParameterError
from foc_graph.questions.languages import Language
from foc_graph.questions.mentions import Mention
from foc_graph.questions.words import Word, fold

_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|e|o|a)?")
_YEAR = re.compile("[12][0-9]{3}")
_BESIDE = frozenset(("of", "de", "del", "du", "d", "des", "in", "en", "im", "l", "the"))
"""Words that may stand between the parts of a date."""

_MARKS = frozenset(("-", "/", "..", "...", "\u2013", "\u2014"))


class Dates:
    """Finds dates in the words of one language; `today` is what relative ones are counted from."""

    def __init__(self, language: Language, today: date) -> None:
        self._today = today
        self._phrases: defaultdict[str, list[tuple[tuple[str, ...], str, str]]] = defaultdict(list)
        for code, phrases in language.relative.items():
            self._add("relative", phrases, code)
        for role in ("since", "after", "until", "before", "between", "joined", "at", "on"):
            self._add(role, getattr(language, role))
        self._following = {"since": language.later, "until": language.earlier}
        self._seasons = {word: season for season, words in language.seasons.items() for word in words}

    def _add(self, role: str, phrases: Sequence[str], code: str = "") -> None:
        for phrase in phrases:
            words = tuple(phrase.split())
            self._phrases[words[-1]].append((words, role, code))

    def find(self, words: Sequence[Word], text: str) -> list[Mention]:
        """Return the dates in the words of a text, in their order."""
        between = [text[one.end : other.start].strip() for one, other in pairwise(words)]
        found: list[Mention] = []
        at = 0
        while at < len(words):
            mention = self._relative(words, at) or self._date(words, between, at, found[-1].end if found else 0)
            if mention:
                found.append(mention)
            at = max(at + 1, mention.end if mention else 0)
        return found

    def _relative(self, words: Sequence[Word], at: int) -> Mention | None:
        """Return the longest phrase such as "last year" that begins here."""
        best: Mention | None = None
        for end in range(at + 1, min(at + 6, len(words)) + 1):
            for phrase, role, code in self._phrases.get(words[end - 1].form, ()):
                if role == "relative" and tuple(word.form for word in words[at:end]) == phrase:
                    exact = self._exact(code)
                    best = Mention(at, end, exact, exact, "at", weak=code == "today")
        if best and (not best.weak or any(role == "on" for _, role in self._ending(words, at, 0))):
            best = best._replace(start=self._before(words, at, max(0, at - 2))[0])
        return best

    def _exact(self, code: str) -> str:
        """Return the exact form of a relative date."""
        today = self._today
        if code in ("today", "yesterday"):
            return (today - timedelta(days=code == "yesterday")).isoformat()
        if code.endswith("year"):
            return str(today.year - (code == "last-year"))
        month = today.replace(day=1)
        return (month - timedelta(days=1) if code == "last-month" else month).isoformat()[:7]

    def _date(self, words: Sequence[Word], between: Sequence[str], at: int, after: int) -> Mention | None:
        """Return the date or interval that begins here, with the phrase before it."""
        one = self._parse(words, between, at) or self._month_only(words, between, at)
        if one is None:
            return None
        end, first = one
        last = first
        start, role = self._before(words, at, after)
        if end < len(words):
            other = self._joined(words, between, end, is_open=role == "between")
            if other and other[1][:4] >= first[:4]:
                end, last = other
                return Mention(start, end, first, last, "at")
        for length in (3, 2, 1):
            phrase = " ".join(word.form for word in words[end : end + length])
            for said in ("since", "until"):
                if phrase in self._following[said]:
                    return Mention(start, min(end + length, len(words)), first, first, said)
        relation = role if role in ("since", "after", "until", "before", "on") else "at"
        if role == "between":
            start, relation = self._since(words, at, after)
        return Mention(start, end, first, last, relation)

    def _month_only(self, words: Sequence[Word], between: Sequence[str], at: int) -> tuple[int, str] | None:
        """Return a month whose year stands only in the end of the interval: "from January to June 2021"."""
        month = _month(words[at].form)
        if not month or at + 1 >= len(words):
            return None
        other = self._joined(words, between, at + 1, is_open=True)
        return (at + 1, f"{other[1][:4]}-{month:02}") if other and len(other[1]) > 4 else None

    def _joined(self, words: Sequence[Word], between: Sequence[str], at: int, is_open: bool) -> tuple[int, str] | None:
        """Return the end of an interval that goes on here: "to 2015", or after "between", "and 2015"."""
        if between[at - 1] in _MARKS:
            return self._parse(words, between, at)
        for length in (3, 2, 1):
            phrase = tuple(word.form for word in words[at : at + length])
            known = [one for one in self._phrases.get(phrase[-1], ()) if one[:2] == (phrase, "joined")]
            if len(phrase) == length and known and (is_open or phrase[0] not in ("and", "et", "und", "y")):
                return self._parse(words, between, at + length)
        return None

    def _before(self, words: Sequence[Word], at: int, after: int) -> tuple[int, str]:
        """Return where the phrase before a date begins, and its role."""
        start, role = at, ""
        while start > after:
            found = max(self._ending(words, start, after), key=lambda one: (one[0], one[1] != "at"), default=None)
            if found is None:
                break
            length, said = found
            start -= length
            if said != "at":
                return start, said
        return start, role

    def _since(self, words: Sequence[Word], at: int, after: int) -> tuple[int, str]:
        """Return the same where "from" opens no interval, and so may mean since."""
        start, role = at, "at"
        while start > after:
            found = [one for one in self._ending(words, start, after) if one[1] != "between"]
            if not found:
                break
            length, said = max(found, key=lambda one: (one[0], one[1] != "at"))
            start -= length
            if said != "at":
                return start, said
        return start, role

    def _ending(self, words: Sequence[Word], end: int, after: int) -> Iterator[tuple[int, str]]:
        """Give the lengths and roles of phrases that end before a word."""
        for phrase, role, _ in self._phrases.get(words[end - 1].form, ()):
            start = end - len(phrase)
            is_before = role not in ("relative", "joined") and start >= after
            if is_before and tuple(word.form for word in words[start:end]) == phrase:
                yield len(phrase), role

    def _parse(self, words: Sequence[Word], between: Sequence[str], at: int) -> tuple[int, str] | None:
        """Return where a date ends that begins here, and its exact form."""
        for end, written in self._readings(words, between, at):
            try:
                return end, read_period(written).text
            except ParameterError:
                continue
        return None

    def _readings(self, words: Sequence[Word], between: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
        """Give the ways to read a date that begins here, the longest first."""
        if at >= len(words):
            return
        form = words[at].form
        close = at
        while close < len(words) - 1 and close < at + 2 and between[close] in ("-", "/", "."):
            close += 1
        for end in range(close + 1, at + 1, -1):
            marks = between[at : end - 1]
            if all(word.form.isdigit() for word in words[at:end]) and len({*marks}) == 1:
                yield end, marks[0].join(word.typed for word in words[at:end])
        parts = [at]
        while len(parts) < 3 and (following := self._next(words, parts[-1])) is not None:
            parts.append(following)
        typed = [words[part].form for part in parts]
        if len(typed) == 3:
            for day, month, year in ((0, 1, 2), (1, 0, 2)):
                number = _DAY.fullmatch(typed[day])
                if number and (name := _month(typed[month])) and _YEAR.fullmatch(typed[year]):
                    yield parts[2] + 1, f"{typed[year]}-{name:02}-{int(number[1]):02}"
        if len(typed) > 1 and _YEAR.fullmatch(typed[1]):
            if name := _month(form):
                yield parts[1] + 1, f"{typed[1]}-{name:02}"
            if form in self._seasons:
                yield parts[1] + 1, f"{self._seasons[form]} {typed[1]}"
        if _YEAR.fullmatch(form):
            yield at + 1, form

    @staticmethod
    def _next(words: Sequence[Word], at: int) -> int | None:
        """Return the next word that may be a part of a date."""
        at += 1
        while at < len(words) and words[at].form in _BESIDE:
            at += 1
        return at if at < len(words) else None


def _month(word: str) -> int:
    """Return the number of a month by its name in any of the languages, also shortened; 0 for another word."""
    if len(word) < 3:
        return 0
    found = {number for names in MONTHS for number, name in enumerate(names, 1) if fold(name).startswith(word)}
    return found.pop() if len(found) == 1 else 0
