"""The values of a query's parameters in a question: its dates, and the things that it names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple

from foc_graph.dates import PartialDate
from foc_graph.queries.model import Parameter
from foc_graph.queries.phrasing import WHEN, WITH
from foc_graph.questions.names import Names
from foc_graph.questions.parameters import CHOOSING, KINDS, LIKELY, assign_date, list_likely
from foc_graph.questions.phrasebook import Phrase
from foc_graph.questions.question import Question
from foc_graph.questions.rules import Named, Rules
from foc_graph.questions.words import Mention

UNLIKELY, GENERAL, NEAR = 0.45, 0.03, 0.04
"""Costs of a thing of a kind that a parameter seldom names, of one where it takes any, and of one named in part."""

IGNORED = 0.15
"""Cost of several words that say which kind is asked for, where they are not taken so."""

WHOLE = ("coalition", "body", "government", "organisation", "person")
"""The kinds of things of which half of a name has to be said."""

_SORTS, _SORTED = "body-kind", ("thing", "body")
"""The scheme of the sorts of bodies, and the types of parameters for which a sort stands for its bodies."""

_SUBJECTS = "topic"
"""The scheme of the concepts that a parameter takes which takes any thing."""

PARTS = ("body", "event", "document")
"""The kinds of things that are parts of coalitions."""

_ORDER = {"concept": 0, "body": 1}
"""The types of parameters that are filled in before others: a body is named with its coalition."""

_PLAIN = ("date", "period", "string", "integer", "enum")
"""The types of parameters that are no things."""

_TURNED = {"before": "until", "after": "since", "at": "at"}
"""The relations of dates that are given by who joined or left."""

MOST = 5
"""Most things that are offered where several may be meant."""


class Filled(NamedTuple):
    """The things and dates of a question as parameters of a query, and which words they are.

    `left` are those that it does not take. `spots` are where the things of two parameters of one type begin. Where
    several things may be meant, `ambiguous` has the parameter and these. `about` is a thing that no parameter takes but
    a phrasing does. `assumed` has today as the date of a question in the present tense that gives none.
    """

    parameters: Mapping[str, Any]
    covered: frozenset[int]
    left: Sequence[Mention]
    cost: float = 0.0
    spots: Sequence[int] = ()
    ambiguous: Sequence[str] = ()
    about: Sequence[str] = ()
    assumed: Mapping[str, str] = {}


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
        self._coalitions = dict.fromkeys(
            one.slug for mention in question.names for one in self._things(mention) if "coalition" in one.kinds
        )

    def filled(self) -> Filled:
        for mention in self._dates():
            if values := assign_date(mention, [*self._given.values()], self._parameters):
                self._parameters |= values
                self._dated[mention] = set(values)
                self._covered |= mention.span
            elif WHEN in self._phrase.slots:
                self._covered |= mention.span
            elif not mention.weak:
                self._undated.append(mention)
        slots = [slot for slot in self._phrase.slots if slot in self._given]
        order = list(dict.fromkeys((*slots, *self._given)))
        for slot in sorted(order, key=lambda name: _ORDER.get(self._given[name].type, len(_ORDER))):
            self._fill(self._given[slot])
        is_whole = all(one.name in self._parameters for one in self._given.values() if one.required)
        if WITH in self._phrase.slots and is_whole:
            self._fill_beside()
        period = next((one.name for one in self._given.values() if one.type == "period"), "")
        if period and period not in self._parameters and self._question.is_during:
            self._fill_event(period)
        self._fill_turn()
        is_state = f"as of {{{period}}}" in self._rules.queries[self._phrase.query].asked["as"]
        is_today = is_state and self._question.is_present and period not in self._parameters
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
            {period: self._question.today.isoformat()} if is_today else {},
        )

    def _dates(self) -> Iterator[Mention]:
        """Give the dates; two are the days from one to the other, where a query takes these."""
        found = self._question.dates
        at = [one for one in found if one.relation == "at" and not one.weak]
        is_span = len(at) == 2 == len(found) and at[0].first < at[1].last
        if is_span and sum(one.type == "date" for one in self._given.values()) == 2:
            self._covered |= at[1].span
            found = [at[0]._replace(last=at[1].last)]
        yield from found

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
                if word.form in self._question.book.properties and parameter.name not in self._parameters:
                    self._parameters[parameter.name] = self._question.book.properties[word.form]
                    self._covered.add(at)
        elif parameter.type == "concept":
            self._fill_concept(parameter)
        elif parameter.repeatable:
            self._fill_several(parameter)
        else:
            self._fill_one(parameter)

    def _fill_concept(self, parameter: Parameter) -> None:
        """Fill in a concept, unless it is one of a list, or what may be one is a body of a coalition that is named."""
        fitting = [
            mention
            for mention in self._pending
            if self._fitting(mention, parameter)
            and not any("body" in one.kinds and self._is_owned(one) for one in self._things(mention))
        ]
        slugs = {self._fitting(mention, parameter)[0].slug for mention in fitting}
        kind = parameter.scheme.partition("-")[0] if parameter.name in CHOOSING else ""
        if len(slugs) == 1 and not any(self._question.is_listed(one, kind) for one in fitting):
            self._parameters[parameter.name] = min(slugs)
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
        likely = list_likely(parameter)
        fitting = [mention for mention in self._pending if self._fitting(mention, parameter)]
        if likely:
            fitting.sort(key=lambda mention: not self._is_likely(mention, parameter))
        is_asked = parameter.required or parameter.name in self._phrase.slots
        found: list[Named] = []
        spot = -1
        if self._is_near and is_asked:
            is_further = not parameter.required or self._has_twin(parameter)
            found, at = self._near(parameter, self._covered if is_further else ())
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
        if not found and parameter.required and parameter.type in _SORTED:
            found, spot = self._of_sort()
        if not found:
            return
        found = [one for one in found if self._is_owned(one)] or found
        if not likely:
            self._cost += GENERAL
        elif found[0].kinds[0] not in likely:
            self._cost += UNLIKELY
        if len(found) > 1:
            self._ambiguous = (parameter.name, *(one.path for one in found[:MOST]))
        slug = found[0].slug
        self._parameters[parameter.name] = found[0].path
        if self._has_twin(parameter):
            self._spots.append(spot)
        for mention in list(self._pending):
            if any(one.slug == slug or slug.startswith(f"{one.slug}/") for one in self._things(mention)):
                self._take(mention)

    def _of_sort(self) -> tuple[list[Named], int]:
        """Return the few bodies of a sort that is named, which began or ended on a date if one is given, and where."""
        for mention in self._pending:
            sort = self._things(mention)[0]
            bodies = self._names.by_sort.get(sort.slug, ()) if sort.is_in(_SORTS) else ()
            dates = {one.period for one in self._question.dates}
            bodies = [one for one in bodies if not self._coalitions or self._is_owned(one)]
            bodies = [one for one in bodies if not dates or not dates.isdisjoint(one.dates)]
            if 0 < len(bodies) <= MOST:
                self._take(mention)
                return bodies, mention.start
        return [], -1

    def _has_twin(self, parameter: Parameter) -> bool:
        """Tell whether another parameter that is required takes the same things."""
        return sum(one.required and one.type == parameter.type for one in self._given.values()) > 1

    def _take_dates(self, thing: Named, at: Collection[int]) -> None:
        """Take years for words of the name of a thing, and not for dates."""
        for mention in self._question.dates:
            if mention.first[:4] in thing.words and not mention.span.isdisjoint(at):
                self._covered |= mention.span
                for name in self._dated.pop(mention, ()):
                    self._parameters.pop(name, None)
        self._undated = [mention for mention in self._undated if mention.first[:4] not in thing.words]

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

    def _fill_event(self, period: str) -> None:
        """Take an event for the date on which it was."""
        for mention in list(self._pending):
            event = self._things(mention)[0]
            if event.first and not mention.weak:
                self._parameters[period] = event.period
                self._take(mention)
        if not self._is_near or period in self._parameters:
            return
        question = self._question
        telling = question.telling(self._phrase.query, self._covered)
        numbers, at = self._names.near(question.spelt, question.having, telling, lambda one: bool(one.first))
        if len(numbers) == 1 and telling <= at | question.happening:
            self._parameters[period] = self._rules.things[numbers[0]].period
            self._covered |= at | question.happening
            self._cost += NEAR
            for mention in list(self._pending):
                if mention.span <= self._covered:
                    self._take(mention)

    def _fill_turn(self) -> None:
        """Take what a member did for the date on which it did that, if that is known."""
        coalition = self._parameters.get("coalition", next(iter(self._coalitions), ""))
        for mention in list(self._pending):
            member = self._things(mention)[0]
            turn = self._question.turn(mention) if member.kinds[0] in LIKELY["agent"] and not mention.weak else None
            if turn is None or isinstance(coalition, list):
                continue
            if not (known := self._rules.stays.get((member.slug, coalition), ("", ""))[turn.is_leaving]):
                continue
            when = PartialDate.parse(known)
            if turn.relation == "before":
                known = _shift(when.first_day, -1)
            elif turn.relation == "after":
                known = _shift(when.last_day, 1)
            is_period = any(one.type == "period" for one in self._given.values())
            relation = "at" if is_period else _TURNED[turn.relation]
            dated = mention._replace(first=known, last=known, relation=relation)
            if values := assign_date(dated, [*self._given.values()], self._parameters):
                self._parameters |= values
                self._covered |= {*turn.words}
                self._take(mention)

    def _near(self, parameter: Parameter, covered: Collection[int]) -> tuple[list[Named], set[int]]:
        """Return the things of which words of the question are in the names, and these words."""
        question, likely = self._question, list_likely(parameter)
        telling = question.telling(self._phrase.query, covered)
        if likely:
            is_named = any(self._is_likely(mention, parameter) for mention in question.names)
        else:
            is_named = bool(question.named)
        if not telling - question.named and is_named and (likely or len(telling) < 3):
            return [], set()
        key = frozenset(telling), *(likely or KINDS.get(parameter.type, ()))
        if key not in question.nearest:
            question.nearest[key] = self._names.near(question.spelt, question.having, telling, self._fits(parameter))
        numbers, at = question.nearest[key]
        told = at & telling
        if told <= question.dated:
            return [], set()
        if len(told) < 2 and (not parameter.required or question.book.common.issuperset(map(question.form, told))):
            return [], set()
        if any(mention.span <= at and self._is_other(mention, numbers) for mention in question.names):
            return [], set()
        across = sum(not mention.span.isdisjoint(at) for mention in question.names)
        if question.named and not told - question.named and (across < 2 or (is_named and likely)):
            return [], set()
        return [self._rules.things[number] for number in numbers], at

    def _is_other(self, mention: Mention, numbers: Collection[int]) -> bool:
        """Tell whether a name is that of a part of a coalition, and of none of some things."""
        parts = [number for number in mention.things if self._rules.things[number].kinds[0] in PARTS]
        return not mention.weak and bool(parts) and {*parts}.isdisjoint(numbers)

    def _fits(self, parameter: Parameter) -> Callable[[Named], bool]:
        """Return whether a thing of which words are said may be meant by a parameter."""
        kinds = list_likely(parameter) or KINDS.get(parameter.type, ())
        said = self._names.said(self._question.spelt, self._question.book)

        def fits(thing: Named) -> bool:
            kind = thing.kinds[0]
            if kind in WHOLE and not self._names.is_half_said(thing, said):
                return False
            return kind in kinds if kinds else not thing.is_concept and kind != "source"

        return fits

    def _is_likely(self, mention: Mention, parameter: Parameter) -> bool:
        return any(one.kinds[0] in list_likely(parameter) for one in self._fitting(mention, parameter))

    def _fitting(self, mention: Mention, parameter: Parameter) -> list[Named]:
        """Return the things of a mention that a parameter takes, and only those that it mostly names if there are."""
        things = self._things(mention)
        if parameter.type == "concept":
            return [one for one in things if one.is_in(parameter.scheme)]
        kinds = KINDS.get(parameter.type)
        fitting = [one for one in things if not one.is_concept and (not kinds or not {*kinds}.isdisjoint(one.kinds))]
        if parameter.type == "body" and any(one.type == "coalition" for one in self._given.values()):
            fitting = [one for one in fitting if one.kinds[0] != "coalition"]
        if not fitting and parameter.type == "thing":
            return [one for one in things if one.is_in(_SUBJECTS)]
        return [one for one in fitting if one.kinds[0] in list_likely(parameter)] or fitting


def _shift(day: str, days: int) -> str:
    """Return a day before or after another; that itself where there is none."""
    with suppress(OverflowError):
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    return day
