"""The reading of questions: the stored query and the parameters that each asks for, how sure that is, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from foc_graph.queries.phrasing import LANGUAGES
from foc_graph.questions.filling import Filled, fill
from foc_graph.questions.languages import read_language
from foc_graph.questions.names import Names
from foc_graph.questions.parameters import CHOOSING
from foc_graph.questions.phrasebook import Phrasebook
from foc_graph.questions.question import Question
from foc_graph.questions.rules import Rules
from foc_graph.questions.scoring import Call, Reading, score
from foc_graph.questions.words import seen, split

LONGEST = 500
"""Most characters of a question."""

FLOOR = 0.5
"""Least score of a reading that is an answer."""

MARGIN, NEXT = 0.005, 0.2
"""The differences in score up to which another query may be meant too, and up to which it is offered."""

_TYPED = 10
"""Most characters that are typed for each that is read: composing a great many takes long."""

_MOST = 3
"""Most calls that are offered."""

_MOST_UNUSED = 5
"""Most words that a reason lists."""


class Understood(NamedTuple):
    """The meaning of a question: a call; or why there is none, with the calls that may be meant.

    `used` and `unused` are its words, and `about` a thing of which rows may be picked.
    """

    call: Call | None
    confidence: float
    reason: str
    alternatives: Sequence[Call] = ()
    used: Sequence[str] = ()
    unused: Sequence[str] = ()
    language: str = ""
    about: Sequence[str] = ()


def is_long(text: str) -> bool:
    """Tell whether a text is too long for a question, without reading all of one that is far too long."""
    return len(text) > _TYPED * LONGEST or len(seen(text)) > LONGEST


class Reader:
    """Reads questions by the rules for a graph, whose `things` it has by what they are called in calls."""

    def __init__(self, rules: Rules) -> None:
        self._rules, self._names = rules, Names(rules)
        self.things = {name: thing for thing in rules.things for name in (thing.slug, thing.path)}
        self._books = [Phrasebook(rules.queries, code, read_language(code)) for code in LANGUAGES]
        self._choosing = {book.code: self._by_scheme(book) for book in self._books}

    @property
    def queries(self) -> Collection[str]:
        """The names of the queries that can be asked in words."""
        return self._rules.queries.keys()

    def name(self, slug: str) -> str:
        """Return what a thing is called in a sentence."""
        return self.things[slug].name if slug in self.things else slug

    def _by_scheme(self, book: Phrasebook) -> dict[str, set[int]]:
        """Return the phrases with a slot for what chooses a kind, by its scheme."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for number, phrase in enumerate(book.phrases):
            for parameter in self._rules.queries[phrase.query].parameters:
                if parameter.name in CHOOSING and parameter.name in phrase.slots:
                    found[parameter.scheme].add(number)
        return dict(found)

    def read(self, text: str, today: date | None = None) -> Understood:
        """Return what a question asks; `today` is what its dates are counted from."""
        if is_long(text):
            return Understood(None, 0, f"a question has at most {LONGEST} characters: ask a shorter one")
        text = seen(text)
        words = split(text)
        if not words:
            return Understood(None, 0, "nothing is asked: write a question")
        asked = [Question(text, words, book, self._names, today or date.today()) for book in self._books]
        most = max(question.familiar for question in asked)
        best: dict[str, Reading] = {}
        for question in asked:
            for reading in self._readings(question):
                points = reading.score * (1 + question.familiar) / (1 + most)
                key = repr((reading.call.query, sorted(reading.call.parameters.items()), reading.missing))
                if key not in best or points > best[key].score:
                    best[key] = reading._replace(score=points)
        if not best and any(question.names for question in asked):
            return Understood(None, 0, "it names something and asks nothing about it")
        return _choose(sorted(best.values(), key=lambda one: (-one.score, one.call.query)))

    def _readings(self, question: Question) -> Iterator[Reading]:
        """Give the best reading as each query, and the best that lacks a value."""
        book = question.book
        tried = {number for known in question.known for word in known for number in book.by_word[word]}
        for scheme, numbers in self._choosing[book.code].items():
            if any(self._rules.things[one].is_in(scheme) for mention in question.names for one in mention.things):
                tried |= numbers
        filled: dict[tuple[str, tuple[str, ...], bool], Filled] = {}
        best: dict[tuple[str, bool], Reading] = {}
        for phrase in (book.phrases[number] for number in sorted(tried)):
            parameters = self._rules.queries[phrase.query].parameters
            for is_near in (False, True):
                key = phrase.query, phrase.slots, is_near
                if key not in filled:
                    filled[key] = fill(self._rules, self._names, question, phrase, is_near)
                if is_near and filled[key] == filled[phrase.query, phrase.slots, False]:
                    continue
                reading = score(question, phrase, filled[key], parameters)
                if reading is None:
                    continue
                place = phrase.query, bool(reading.missing)
                if place not in best or reading.score > best[place].score:
                    best[place] = reading
        yield from best.values()


def _choose(ranked: Sequence[Reading]) -> Understood:
    """Choose one of the readings, the best first; none where that is not sure enough."""
    complete = [one for one in ranked if not one.missing and not one.ambiguous]
    if not ranked or ranked[0].score < FLOOR:
        near = [one.call for one in complete[:_MOST] if one.score > FLOOR / 2]
        return Understood(None, _sureness(ranked[:1]), _not_understood(ranked), near)
    first, sure = ranked[0], _sureness(ranked[:1])
    told = first.used, first.unused, first.language
    if first.beyond:
        return Understood(None, sure, f"it asks for {first.beyond}, which is not on record", (), *told)
    if first.strange:
        named = " ".join(first.strange)
        return Understood(None, sure, f"nothing on record is called {named}: check the name", (), *told)
    if first.ambiguous:
        name, *slugs = first.ambiguous
        calls = [Call(first.call.query, {**first.call.parameters, name: slug}) for slug in slugs]
        return Understood(None, sure, "its name may mean several things: choose one", calls, *told)
    if first.missing:
        which = " and which ".join(name.replace("_", " ") for name in first.missing)
        return Understood(None, sure, f"it does not say which {which}: name it", (), *told)
    others = [one for one in complete if one.call.query != first.call.query]
    if rivals := [one.call for one in others if one.score > first.score - MARGIN]:
        calls = [first.call, *rivals[: _MOST - 1]]
        return Understood(None, sure, "it may be asked in two ways: choose one", calls, *told)
    following = [one.call for one in complete if one is not first and one.score > first.score - NEXT][:_MOST]
    return Understood(first.call, sure, "", following, *told, first.about)


def _sureness(readings: Sequence[Reading]) -> float:
    """Return a score as a number from 0 to 1."""
    return max((min(1.0, max(0.0, one.score)) for one in readings), default=0.0)


def _not_understood(ranked: Sequence[Reading]) -> str:
    reason = "none of the questions that are answered here is like it"
    unused = ranked[0].unused[:_MOST_UNUSED] if ranked else ()
    return f"{reason}; not understood: {', '.join(unused)}" if unused else reason
