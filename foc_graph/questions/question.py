"""A question in one language: its words, what of these is known, and the dates and things that it mentions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cached_property

from foc_graph.questions.dates import Dates
from foc_graph.questions.mentions import Mention
from foc_graph.questions.names import Names
from foc_graph.questions.speech import Speech
from foc_graph.questions.words import Word


class Question:
    """A question in one language.

    `spelt` are its words as names have them, and `known` the words of phrasings that each may be.
    """

    def __init__(self, text: str, words: Sequence[Word], speech: Speech, names: Names, today: date) -> None:
        self.text, self.words, self.speech, self.today = text, words, speech, today
        self.spelt = names.spell(words, speech)
        dates = Dates(speech.language, today).find(words, text)
        spans = [one.span for one in dates if not one.weak]
        self.names = [
            one for one in names.find(words, self.spelt, speech) if not any(span >= one.span for span in spans)
        ]
        named = frozenset[int]().union(*(one.span for one in self.names if not one.weak))
        self.dates = [one for one in dates if named.isdisjoint(one.span)]
        self.known = [self._find(number, names) for number in range(len(words))]

    def _find(self, number: int, names: Names) -> Collection[str]:
        form, speech = self.words[number].form, self.speech
        if found := speech.vocabulary.find(form):
            return found
        is_other = form in speech.common or self.spelt[number] != form or names.has(form)
        return () if is_other else speech.vocabulary.correct(form)

    @cached_property
    def familiar(self) -> int:
        """Return how many of its words the language has."""
        return sum(word.form in self.speech.common for word in self.words)

    @cached_property
    def named(self) -> frozenset[int]:
        """The words that are names."""
        return frozenset[int]().union(*(one.span for one in self.names))

    @cached_property
    def dated(self) -> frozenset[int]:
        """The words that are dates."""
        return frozenset[int]().union(*(one.span for one in self.dates))

    @cached_property
    def is_during(self) -> bool:
        """Whether it says while what it asks: "during the conference", "when the conference took place"."""
        text = f" {' '.join(word.form for word in self.words)} "
        language, faint = self.speech.language, self.speech.faint
        happens = any(f" {phrase} " in text for phrase in language.happened)
        return any(f" {phrase} " in text and (happens or phrase not in faint) for phrase in language.still)

    @cached_property
    def happening(self) -> frozenset[int]:
        """The words around an event that make a date of it: "when ... took place"."""
        language = self.speech.language
        words = {word for phrase in (*language.still, *language.happened) for word in phrase.split()}
        return frozenset(number for number, word in enumerate(self.words) if word.form in words)

    @cached_property
    def is_future(self) -> bool:
        """Whether it is about days to come."""
        return any(one.first > self.today.isoformat()[: len(one.first)] for one in self.dates)

    def telling(self, query: str, covered: Collection[int] = ()) -> set[int]:
        """Return the words that say something and that no phrasing of a query has."""
        own, speech = self.speech.own[query], self.speech
        return {
            at
            for at, word in enumerate(self.words)
            if at not in covered
            and word.form not in speech.little
            and word.form not in speech.faint
            and own.isdisjoint(self.known[at])
        }

    def form(self, at: int) -> str:
        """Return a word as it is compared."""
        return self.words[at].form

    def typed(self, mention: Mention) -> str:
        """Return the words of a mention as they were typed."""
        return self.text[self.words[mention.start].start : self.words[mention.end - 1].end]

    def is_name(self, at: int) -> bool:
        """Whether a word is written as a name is: a number, or with a capital where other words have none."""
        typed = self.words[at].typed
        if typed.isdigit():
            return True
        if self.speech.code == "de":
            return sum(map(str.isupper, typed)) > 1
        return typed != typed.lower() and (at > 0 or typed[1:] != typed[1:].lower())
