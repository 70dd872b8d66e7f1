"""The reading of questions: the stored query and the parameters that each asks for, how sure that is, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from foc_graph.matching.names import front
from foc_graph.queries.phrasing import LANGUAGES
from foc_graph.questions.filling import Filled, fill
from foc_graph.questions.languages import read_language
from foc_graph.questions.names import Names
from foc_graph.questions.question import Question
from foc_graph.questions.rules import Rules
from foc_graph.questions.scoring import CHOOSING, Call, Reading, score
from foc_graph.questions.speech import Speech
from foc_graph.questions.words import seen, split

LONGEST = 500
"""Most characters of a question."""

FLOOR = 0.5
"""Least score of a reading that is an answer."""

MARGIN, CLOSE, NEXT = 0.005, 0.02, 0.2
"""How much less another query may score to be meant too, to be taken where a value is missing, and to be offered."""

_MOST = 3
"""Most calls that are offered."""

_MOST_UNUSED = 5
"""Most words that a reason lists."""


class Understood(NamedTuple):
    """What a question asks: a call; or why there is none, with the calls that may be meant.

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


class Reader:
    """Reads questions by the rules for a graph."""

    def __init__(self, rules: Rules) -> None:
        self._rules, self._names = rules, Names(rules)
        self._things = {thing.slug: thing for thing in rules.things}
        self._speeches = [Speech(rules.queries, code, read_language(code)) for code in LANGUAGES]
        self._choosing = {speech.code: self._by_scheme(speech) for speech in self._speeches}

    @property
    def queries(self) -> Collection[str]:
        """The names of the queries that can be asked in words."""
        return self._rules.queries.keys()

    def name(self, slug: str) -> str:
        """Return what a thing is called in a sentence: a government by its country, and a body without its title."""
        thing = self._things.get(slug)
        if thing is None:
            return slug
        name = (
            thing.label.removeprefix("Government of ").removeprefix("the ")
            if "government" in thing.kinds
            else thing.label
        )
        return front(name)[0] or name if "body" in thing.kinds else name

    def _by_scheme(self, speech: Speech) -> dict[str, set[int]]:
        """Return the phrases with a slot for what chooses a kind, by its scheme."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for number, phrase in enumerate(speech.phrases):
            for parameter in self._rules.queries[phrase.query].parameters:
                if parameter.name in CHOOSING and parameter.name in phrase.slots:
                    found[parameter.scheme].add(number)
        return dict(found)

    def read(self, text: str, today: date | None = None) -> Understood:
        """Return what a question asks; `today` is what its dates are counted from."""
        text = seen(text)
        if len(text) > LONGEST:
            return Understood(None, 0, f"a question has at most {LONGEST} characters: ask a shorter one")
        words = split(text)
        if not words:
            return Understood(None, 0, "nothing is asked: write a question")
        asked = [Question(text, words, speech, self._names, today or date.today()) for speech in self._speeches]
        most = max(question.familiar for question in asked)
        best: dict[str, Reading] = {}
        for question in asked:
            for reading in self._readings(question):
                points = reading.score * (1 + question.familiar) / (1 + most)
                key = repr((reading.call.query, sorted(reading.call.parameters.items()), reading.missing))
                if key not in best or points > best[key].score:
                    best[key] = reading._replace(score=points)
        return _choose(sorted(best.values(), key=lambda one: (-one.score, one.call.query)))

    def _readings(self, question: Question) -> Iterator[Reading]:
        """Give the best reading as each query, and the best that lacks a value."""
        speech = question.speech
        tried = {number for known in question.known for word in known for number in speech.by_word[word]}
        for scheme, numbers in self._choosing[speech.code].items():
            if any(self._rules.things[one].is_in(scheme) for mention in question.names for one in mention.things):
                tried |= numbers
        filled: dict[tuple[str, tuple[str, ...], bool], Filled] = {}
        best: dict[tuple[str, bool], Reading] = {}
        for phrase in (speech.phrases[number] for number in sorted(tried)):
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
        return Understood(None, max(0, ranked[0].score) if ranked else 0, _not_understood(ranked), near)
    first = ranked[0]
    told = first.used, first.unused, first.language
    if first.beyond:
        return Understood(None, first.score, f"it asks for {first.beyond}, which is not on record", (), *told)
    if first.strange:
        named = " ".join(first.strange)
        return Understood(None, first.score, f"nothing on record is called {named}: check the name", (), *told)
    if first.ambiguous:
        name, *slugs = first.ambiguous
        calls = [Call(first.call.query, {**first.call.parameters, name: slug}) for slug in slugs]
        return Understood(None, first.score, "its name may mean several things: choose one", calls, *told)
    if first.missing:
        close = [one for one in complete if one.score > max(FLOOR, first.score - CLOSE)]
        if not close:
            which = " and which ".join(name.replace("_", " ") for name in first.missing)
            return Understood(None, first.score, f"it does not say which {which}: name it", (), *told)
        first = close[0]
    others = [one for one in complete if one.call.query != first.call.query]
    if rivals := [one.call for one in others if one.score > first.score - MARGIN]:
        calls = [first.call, *rivals[: _MOST - 1]]
        return Understood(None, first.score, "it may be asked in two ways: choose one", calls, *told)
    following = [one.call for one in complete if one is not first and one.score > first.score - NEXT][:_MOST]
    return Understood(
        first.call, min(1, first.score), "", following, first.used, first.unused, first.language, first.about
    )


def _not_understood(ranked: Sequence[Reading]) -> str:
    reason = "none of the questions that are answered here is like it"
    unused = ranked[0].unused[:_MOST_UNUSED] if ranked else ()
    return f"{reason}; not understood: {', '.join(unused)}" if unused else reason
