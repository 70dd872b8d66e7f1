"""The values of a query's parameters in a question: its dates, and the things that it names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from foc_graph.queries.model import Parameter
from foc_graph.queries.phrasing import WITH
from foc_graph.questions.mentions import Mention
from foc_graph.questions.names import Names
from foc_graph.questions.question import Question
from foc_graph.questions.rules import Named, Rules
from foc_graph.questions.speech import Phrase

UNLIKELY, GENERAL, NEAR = 0.25, 0.03, 0.04
"""What it costs that a parameter takes a thing of a kind that it seldom names, any thing, or one named in part."""

IGNORED = 0.15
"""What it costs that several words which say what kind is asked for are not taken so."""

_KINDS: Mapping[str, Collection[str]] = {
    "coalition": ("coalition",),
    "body": ("body", "coalition"),
    "agent": ("government", "organisation", "person", "body", "coalition"),
}
"""The kinds of things that a parameter of a type takes; all others take any."""

_LIKELY: Mapping[str, Collection[str]] = {
    "coalition": ("coalition",),
    "body": ("body",),
    "agent": ("government", "organisation", "person"),
    "document": ("document",),
    "source": ("source", "document"),
}
"""Those that it mostly names, by its name or type."""

_WHOLE = ("coalition", "body", "government", "organisation", "person")
"""The kinds of things of which half of a name has to be said."""

_PLAIN = ("date", "period", "string", "integer", "enum")
"""The types of parameters that are no things."""

_MOST = 5
"""Most things that are told where several may be meant."""


class Filled(NamedTuple):
    """What the things and dates of a question are for a query: parameters, and which words they are.

    `left` are those that it does not take. `spots` are where the things of two parameters of one type begin. Where
    several things may be meant, `ambiguous` has the parameter and these. `about` is a thing that no parameter takes but
    a phrasing does.
    """

    parameters: Mapping[str, Any]
    covered: frozenset[int]
    left: Sequence[Mention]
    cost: float = 0.0
    spots: Sequence[int] = ()
    ambiguous: Sequence[str] = ()
    about: Sequence[str] = ()


def is_text(parameter: Parameter) -> bool:
    """Whether a parameter is the text that a query looks for."""
    return parameter.type == "string" and parameter.required


def fill(rules: Rules, names: Names, question: Question, phrase: Phrase, is_near: bool) -> Filled:
    """Find the values of parameters in a question; with `is_near`, also things of which it has words of their names."""
    return _Filling(rules, names, question, phrase, is_near).filled()


class _Filling:
    def __init__(self, rules: Rules, names: Names, question: Question, phrase: Phrase, is_near: bool) -> None:
        self._rules, self._names, self._question, self._phrase = rules, names, question, phrase
        self._is_near = is_near
        self._given = {one.name: one for one in rules.queries[phrase.query].parameters}
        self._parameters: dict[str, Any] = {}
        self._covered: set[int] = set()
        self._dated: dict[Mention, set[str]] = {}
        self._undated: list[Mention] = []
        self._pending = list(question.names)
        self._cost = 0.0
        self._spots: list[int] = []
        self._ambiguous: tuple[str, ...] = ()
        self._about: tuple[str, ...] = ()
        self._coalitions = {
            one.slug for mention in question.names for one in self._things(mention) if "coalition" in one.kinds
        }

    def filled(self) -> Filled:
        for mention in self._question.dates:
            if values := _date_values(mention, self._given, self._parameters):
                self._parameters |= values
                self._dated[mention] = set(values)
                self._covered |= mention.span
            elif not mention.weak:
                self._undated.append(mention)
        slots = [slot for slot in self._phrase.slots if slot in self._given]
        order = list(dict.fromkeys((*slots, *self._given)))
        for slot in sorted(order, key=lambda name: self._given[name].type != "concept"):
            self._fill(self._given[slot])
        is_whole = all(one.name in self._parameters for one in self._given.values() if one.required)
        if WITH in self._phrase.slots and is_whole:
            self._fill_beside()
        if "as_of" in self._given and "as_of" not in self._parameters and self._question.is_during:
            self._fill_event()
        self._cost += IGNORED * sum(one.weak and len(one.span) > 1 for one in self._pending)
        left = (*self._undated, *(one for one in self._pending if not one.weak))
        return Filled(
            self._parameters,
            frozenset(self._covered),
            left,
            self._cost,
            self._spots,
            self._ambiguous,
            self._about,
        )

    def _things(self, mention: Mention) -> list[Named]:
        return [self._rules.things[number] for number in mention.things]

    def _take(self, mention: Mention) -> None:
        self._covered |= mention.span
        if mention in self._pending:
            self._pending.remove(mention)

    def _fill(self, parameter: Parameter) -> None:
        if parameter.name in self._parameters or parameter.type in _PLAIN:
            return
        if parameter.type == "iri":
            for at, word in enumerate(self._question.words):
                if word.form in self._question.speech.properties and parameter.name not in self._parameters:
                    self._parameters[parameter.name] = self._question.speech.properties[word.form]
                    self._covered.add(at)
        elif parameter.type == "concept":
            self._fill_concept(parameter)
        elif parameter.repeatable:
            self._fill_several(parameter)
        else:
            self._fill_one(parameter)

    def _fill_concept(self, parameter: Parameter) -> None:
        """Fill in a concept, unless several are named, or what may be one is a body of a coalition that is."""
        fitting = [
            mention
            for mention in self._pending
            if self._fitting(mention, parameter)
            and not any("body" in one.kinds and self._is_owned(one) for one in self._things(mention))
        ]
        if len(fitting) == 1:
            self._parameters[parameter.name] = self._fitting(fitting[0], parameter)[0].slug
        for mention in fitting:
            self._take(mention)

    def _fill_several(self, parameter: Parameter) -> None:
        fitting = [mention for mention in self._pending if self._fitting(mention, parameter)]
        slugs = list(dict.fromkeys(self._fitting(mention, parameter)[0].slug for mention in fitting))
        if self._is_near and len(slugs) < max(2, parameter.min):
            spans = frozenset[int]().union(*(mention.span for mention in fitting))
            found, at = self._near(parameter, self._covered | spans)
            if len(found) == 1 and found[0].slug not in slugs:
                slugs.append(found[0].slug)
                self._covered |= at
                self._cost += NEAR
        if len(slugs) >= parameter.min:
            self._parameters[parameter.name] = slugs
            for mention in fitting:
                self._take(mention)

    def _fill_one(self, parameter: Parameter) -> None:
        likely = _likely(parameter)
        fitting = [mention for mention in self._pending if self._fitting(mention, parameter)]
        if likely:
            fitting.sort(key=lambda mention: not self._is_likely(mention, parameter))
        is_asked = parameter.required or parameter.name in self._phrase.slots
        found: list[Named] = []
        spot = -1
        if self._is_near and is_asked:
            is_second = parameter.name in ("missing_in", "members_of")
            found, at = self._near(parameter, self._covered if is_second else ())
            if found:
                spot = min(at)
                self._cost += NEAR
                self._covered |= at
                for mention in list(self._pending):
                    if mention.span <= self._covered:
                        self._take(mention)
                self._take_dates(found[0], at)
        if not found and fitting:
            if not is_asked and likely and not self._is_likely(fitting[0], parameter):
                return
            found, spot = self._fitting(fitting[0], parameter), fitting[0].start
            self._take(fitting[0])
        if not found:
            return
        found = self._narrow(found)
        if not likely:
            self._cost += GENERAL
        elif found[0].kinds[0] not in likely:
            self._cost += UNLIKELY
        if len(found) > 1:
            self._ambiguous = (parameter.name, *(one.slug for one in found[:_MOST]))
        self._parameters[parameter.name] = slug = found[0].slug
        if sum(one.type == parameter.type for one in self._given.values()) > 1:
            self._spots.append(spot)
        for mention in list(self._pending):
            if any(one.slug == slug or slug.startswith(f"{one.slug}/") for one in self._things(mention)):
                self._take(mention)

    def _take_dates(self, thing: Named, at: Collection[int]) -> None:
        """Take years for words of the name of a thing, and not for dates."""
        for mention in self._question.dates:
            if mention.first[:4] in thing.words and not mention.span.isdisjoint(at):
                self._covered |= mention.span
                for name in self._dated.pop(mention, ()):
                    self._parameters.pop(name, None)
        self._undated = [mention for mention in self._undated if mention.first[:4] not in thing.words]

    def _narrow(self, found: list[Named]) -> list[Named]:
        """Return the things that belong to a coalition that is named too, and of these the one of a year that is."""
        if len(found) > 1:
            found = [one for one in found if self._is_owned(one)] or found
        if len(found) > 1:
            for mention in (*self._dated, *self._undated):
                same = [one for one in found if mention.first[:4] in one.words]
                if len(same) == 1:
                    self._take_dates(same[0], mention.span)
                    return same
        return found

    def _is_owned(self, thing: Named) -> bool:
        return thing.slug.partition("/")[0] in self._coalitions

    def _fill_beside(self) -> None:
        """Take one thing that the question is about besides."""
        for mention in self._pending:
            thing = self._things(mention)[0]
            if not mention.weak and not thing.is_concept:
                self._about = (thing.slug,)
                self._take(mention)
                return

    def _fill_event(self) -> None:
        """Take an event for the date on which it was."""
        for mention in list(self._pending):
            event = self._things(mention)[0]
            if event.first and not mention.weak:
                self._parameters["as_of"] = event.period
                self._take(mention)
        if not self._is_near or "as_of" in self._parameters:
            return
        question = self._question
        telling = question.telling(self._phrase.query, self._covered)
        numbers, at = self._names.near(question.spelt, telling, question.speech, lambda one: bool(one.first))
        if len(numbers) == 1 and telling <= at | question.happening:
            self._parameters["as_of"] = self._rules.things[numbers[0]].period
            self._covered |= at | question.happening
            self._cost += NEAR
            for mention in list(self._pending):
                if mention.span <= self._covered:
                    self._take(mention)

    def _near(self, parameter: Parameter, covered: Collection[int]) -> tuple[list[Named], set[int]]:
        """Return the things of which words of the question are in the names, and these words."""
        question, likely = self._question, _likely(parameter)
        telling = question.telling(self._phrase.query, covered)
        if likely:
            is_named = any(self._is_likely(mention, parameter) for mention in question.names)
        else:
            is_named = bool(question.named)
        if not telling - question.named and is_named and (likely or len(telling) < 3):
            return [], set()
        numbers, at = self._names.near(question.spelt, telling, question.speech, self._fits(parameter))
        told = at & telling
        if told <= question.dated:
            return [], set()
        if len(told) < 2 and (not parameter.required or question.speech.common.issuperset(map(question.form, told))):
            return [], set()
        across = sum(not mention.span.isdisjoint(at) for mention in question.names)
        if question.named and not told - question.named and (across < 2 or (is_named and likely)):
            return [], set()
        return [self._rules.things[number] for number in numbers], at

    def _fits(self, parameter: Parameter) -> Callable[[Named], bool]:
        """Return whether a thing of which words are said may be meant by a parameter."""
        kinds = _likely(parameter) or _KINDS.get(parameter.type, ())
        said = self._names.said(self._question.spelt, self._question.speech)

        def fits(thing: Named) -> bool:
            kind = thing.kinds[0]
            if kind in _WHOLE and not self._names.is_half_said(thing, said):
                return False
            return kind in kinds if kinds else not thing.is_concept and kind != "source"

        return fits

    def _is_likely(self, mention: Mention, parameter: Parameter) -> bool:
        return any(one.kinds[0] in _likely(parameter) for one in self._fitting(mention, parameter))

    def _fitting(self, mention: Mention, parameter: Parameter) -> list[Named]:
        """Return the things of a mention that a parameter takes, and only those that it mostly names if there are."""
        things = self._things(mention)
        if parameter.type == "concept":
            return [one for one in things if one.is_in(parameter.scheme)]
        kinds = _KINDS.get(parameter.type)
        fitting = [one for one in things if not one.is_concept and (not kinds or not {*kinds}.isdisjoint(one.kinds))]
        return [one for one in fitting if one.kinds[0] in _likely(parameter)] or fitting


def _likely(parameter: Parameter) -> Collection[str]:
    return _LIKELY.get(parameter.name) or _LIKELY.get(parameter.type, ())


def _date_values(mention: Mention, given: Collection[str], parameters: Collection[str]) -> dict[str, str]:
    """Return the parameters of which a date is the value."""
    if (mention.weak or mention.relation == "on") and "as_of" not in given:
        return {}
    if "before" in given:
        return {} if "before" in parameters else {"before": mention.first}
    if "as_of" in given:
        is_at = mention.relation in ("at", "on") and "as_of" not in parameters
        return {"as_of": mention.period} if is_at else {}
    if "since" not in given or "until" not in given:
        return {}
    if mention.relation == "at":
        is_free = "since" not in parameters and "until" not in parameters
        return {"since": mention.first, "until": mention.last} if is_free else {}
    name = "since" if mention.relation in ("since", "after") else "until"
    return {} if name in parameters else {name: mention.first}
