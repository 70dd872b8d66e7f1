"""A question in one language: its words, what of these is known, and the dates and things that it mentions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from foc_graph.questions.names import Names
from foc_graph.questions.phrasebook import Phrasebook
from foc_graph.questions.words import Mention, Word

_LEAST = 4
"""Least letters of a word in a compound."""


class Turn(NamedTuple):
    """A member that joined or left, by which words: the date that is meant is `before`, `after` or `at` that."""

    relation: str
    is_leaving: bool
    words: Collection[int]


class Question:
    """A question in one language.

    `spelt` are its words as names have them, and `known` the words of phrasings that each may be. `nearest` keeps the
    things that were found by words of their names.
    """

    def __init__(self, text: str, words: Sequence[Word], book: Phrasebook, names: Names, today: date) -> None:
        words = _read(words, book, names)
        self.text, self.words, self.book, self.today = text, words, book, today
        self._names = names
        self.spelt = names.spell(words, book)
        self.nearest: dict[Any, tuple[list[int], set[int]]] = {}
        dates = book.dates.find(words, text, today)
        spans = [one.span for one in dates if not one.weak]
        self.names = [
            one for one in names.find(text, words, self.spelt, book) if not any(span >= one.span for span in spans)
        ]
        named = frozenset[int]().union(*(one.span for one in self.names if not one.weak))
        self.dates = [one for one in dates if named.isdisjoint(one.span)]
        self.known = [self._find(number, names) for number in range(len(words))]

    def _find(self, number: int, names: Names) -> Collection[str]:
        form, book = self.words[number].form, self.book
        if form not in book.vocabulary and form in book.beyond:
            return ()
        if found := book.vocabulary.find(form):
            return found
        if form in book.common or form in book.beyond or names.has(form):
            return ()
        spelt = self.spelt[number]
        return book.vocabulary.correct(form) if spelt == form else book.vocabulary.find(spelt)

    @cached_property
    def familiar(self) -> int:
        """Return how many of its words the language has."""
        return sum(word.form in self.book.common for word in self.words)

    @cached_property
    def having(self) -> list[Collection[int]]:
        """The things by each of its words in their names."""
        return self._names.having(self.spelt, self.book)

    @cached_property
    def named(self) -> frozenset[int]:
        """The words that are names."""
        return frozenset[int]().union(*(one.span for one in self.names))

    @cached_property
    def dated(self) -> frozenset[int]:
        """The words that are dates."""
        return frozenset[int]().union(*(one.span for one in self.dates))

    @cached_property
    def _spoken(self) -> str:
        return f" {' '.join(word.form for word in self.words)} "

    @cached_property
    def beyond(self) -> str:
        """Return what it asks for by an idiom that nothing answers; empty if by none."""
        return next((reason for idiom, reason in self.book.idioms.items() if f" {idiom} " in self._spoken), "")

    @cached_property
    def is_during(self) -> bool:
        """Tell whether it says while what it asks: "during the conference", "when the conference took place"."""
        text = self._spoken
        language, faint = self.book.language, self.book.faint
        happens = any(f" {phrase} " in text for phrase in language.happened)
        return any(f" {phrase} " in text and (happens or phrase not in faint) for phrase in language.meanwhile)

    @cached_property
    def is_present(self) -> bool:
        """Tell whether it is about today: it has a verb in the present tense, no word of another time, and no date."""
        sure = frozenset[int]().union(*(one.span for one in self.names if not one.weak))
        text = f" {' '.join('' if at in sure else word.form for at, word in enumerate(self.words))} "
        tenses = self.book.language.present, self.book.language.past
        present, past = (any(f" {phrase} " in text for phrase in phrases) for phrases in tenses)
        return present and not past and not self.dates

    @cached_property
    def happening(self) -> frozenset[int]:
        """The words around an event that make a date of it: "when ... took place"."""
        return frozenset(number for number, word in enumerate(self.words) if word.form in self.book.around)

    def turn(self, member: Mention) -> Turn | None:
        """Return the turn of a member by which it gives a date: "before Estonia left", "als Estland beitrat"."""
        language, forms = self.book.language, [word.form for word in self.words]
        verbs = {*language.joining, *language.leaving}
        start = member.start
        while start and (forms[start - 1] in verbs or forms[start - 1] in self.book.little):
            start -= 1
        openers = {"before": language.preceding, "after": language.following, "at": language.meanwhile}
        found = [
            (len(words), at, relation)
            for relation, phrases in openers.items()
            for words in map(str.split, phrases)
            for at in range(max(0, start - len(words)), member.start)
            if forms[at : at + len(words)] == words
        ]
        turning = [at for at in (*range(member.end, len(forms)), *range(start, member.start)) if forms[at] in verbs]
        if not found or not turning:
            return None
        _, first, relation = max(found)
        return Turn(relation, forms[turning[0]] in language.leaving, {*range(first, member.start), turning[0]})

    @cached_property
    def is_future(self) -> bool:
        """Tell whether it is about days to come."""
        return any(one.first > self.today.isoformat()[: len(one.first)] for one in self.dates)

    def telling(self, query: str, covered: Collection[int] = ()) -> set[int]:
        """Return the words that say something and that no phrasing of a query has."""
        own, book = self.book.own[query], self.book
        return {
            at
            for at, word in enumerate(self.words)
            if at not in covered
            and word.form not in book.little
            and word.form not in book.faint
            and own.isdisjoint(self.known[at])
        }

    def is_listed(self, mention: Mention, kind: str) -> bool:
        """Tell whether a word for a kind is beside a mention in a list: "groups and offices" has one for bodies."""
        book = self.book
        for side in (range(mention.start - 1, -1, -1), range(mention.end, len(self.words))):
            told = next((at for at in side if self.form(at) not in book.little), -1)
            if told < 0 or book.kinds.get(self.form(told)) != kind:
                continue
            first, last = (told, mention.start) if told < mention.start else (mention.end - 1, told)
            between = self.text[self.words[first].end : self.words[last].start]
            joints = {self.form(at) for at in range(first + 1, last)}
            if "," in between or not joints.isdisjoint(book.language.conjunctions):
                return True
        return False

    def form(self, at: int) -> str:
        """Return a word as it is compared."""
        return self.words[at].form

    def typed(self, mention: Mention) -> str:
        """Return the words of a mention as they were typed."""
        return self.text[self.words[mention.start].start : self.words[mention.end - 1].end]

    def is_name(self, at: int) -> bool:
        """Tell whether a word is written as a name is: with a digit, or with a capital where other words have none."""
        typed = self.words[at].typed
        if any(map(str.isdecimal, typed)):
            return True
        if self.book.code == "de":
            return sum(map(str.isupper, typed)) > 1
        return typed != typed.lower() and (at > 0 or typed[1:] != typed[1:].lower())


def _read(words: Sequence[Word], book: Phrasebook, names: Names) -> list[Word]:
    """Return the words that are read: without polite phrases, and for a compound of two known words these two."""
    forms, language, telling = [word.form for word in words], book.language, book.telling
    polite = {
        at
        for phrase in map(str.split, language.polite)
        for start in range(len(words))
        if forms[start : start + len(phrase)] == phrase
        for at in range(start, start + len(phrase))
    }
    found: list[Word] = []
    for word in (word for at, word in enumerate(words) if at not in polite):
        form, start = word.form, word.start
        is_known = form in book.whole or names.has(form) or book.vocabulary.find(form)
        cuts = () if is_known or len(form) != len(word.typed) else range(_LEAST, len(form) - _LEAST + 1)
        cut = next((at for at in cuts if form[at:] in telling and _is_first(form[:at], telling, language.joints)), 0)
        if cut:
            found.append(Word(form[:cut], word.typed[:cut], start, start + cut))
            word = Word(form[cut:], word.typed[cut:], start + cut, word.end)
        found.append(word)
    return found


def _is_first(part: str, words: Collection[str], joints: Collection[str]) -> bool:
    """Tell whether the first part of a compound is one of some words, with what joins it to the second."""
    return any(part.removesuffix(joint) in words for joint in joints)
