"""The phrasings of stored queries in one language: their words, and how much each of these says."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from foc_graph.queries.model import StoredQuery
from foc_graph.queries.phrasing import NEEDED, read_phrasings
from foc_graph.questions.dates import Dates
from foc_graph.questions.languages import Language, Phrases
from foc_graph.questions.words import Vocabulary, forms

FAINT = 0.35
"""Weight of a word that says little, where another has 1."""

LEAST = 0.05
"""Least weight of a word, of one that all queries have."""


class Phrase(NamedTuple):
    """One way to ask a query: its words, each with what may stand for it, all of these, and what they count for.

    `needed` has the words without which it is not asked so, with how many slots stand before each. `is_faint` tells
    that no word says much.
    """

    query: str
    words: tuple[frozenset[str], ...]
    known: frozenset[str]
    weights: tuple[float, ...]
    needed: Mapping[int, int]
    slots: tuple[str, ...]
    is_faint: bool


class Phrasebook:
    """The phrasings of some queries in one language, and its words.

    `little` words say nothing, `faint` ones little, and `common` are these and all of phrasings, of which `telling` say
    something. Words `around` an event make a date of it. All of these and some others are `whole`: no compounds.
    `beyond` has what a word asks for that nothing answers, and `idioms` what several do. By query, `own` has the words
    of its phrasings, and `typical` the share of these that have the word.
    """

    def __init__(self, queries: Mapping[str, StoredQuery], code: str, language: Language) -> None:
        self.code, self.language = code, language
        self.dates = Dates(language)
        self.little = frozenset(_words(language.little))
        self.faint = frozenset(_words(language.faint))
        beyond = {phrase: reason for reason, phrases in language.beyond.items() for phrase in phrases}
        self.beyond = {phrase: reason for phrase, reason in beyond.items() if " " not in phrase}
        self.idioms = {phrase: reason for phrase, reason in beyond.items() if " " in phrase}
        self.kinds = {word: kind for kind, phrases in language.kinds.items() for word in _words(phrases)}
        self.properties = {word: name for name, phrases in language.properties.items() for word in _words(phrases)}
        same: defaultdict[str, set[str]] = defaultdict(set)
        for group in language.synonyms:
            for word in group:
                same[word].update(group)
        written = [(name, *one) for name, query in queries.items() for one in self._read(query, same)]
        having: defaultdict[str, set[str]] = defaultdict(set)
        for name, words, *_ in written:
            for word in frozenset[str]().union(*words):
                having[word].add(name)
        self.weights = {
            word: round(
                (FAINT if word in self.faint else 1) * math.log((len(queries) + 1) / (len(names) + 0.5)) + LEAST, 6
            )
            for word, names in having.items()
        }
        self.vocabulary = Vocabulary(having)
        self.common = self.little | self.faint | having.keys()
        self.telling = self.common - self.little
        self.around = frozenset(_words((*language.meanwhile, *language.happened)))
        self.whole = self.common.union(self.around, self.beyond, language.names)
        self.phrases = [
            Phrase(
                name,
                words,
                frozenset[str]().union(*words),
                tuple(min(self.weights[word] for word in one) for one in words),
                needed,
                slots,
                is_faint=all(one <= self.faint for one in words),
            )
            for name, words, needed, slots in written
        ]
        self.by_word: defaultdict[str, set[int]] = defaultdict(set)
        self.own: defaultdict[str, set[str]] = defaultdict(set)
        counted: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for number, phrase in enumerate(self.phrases):
            for word in phrase.known:
                self.by_word[word].add(number)
                self.own[phrase.query].add(word)
                counted[phrase.query][word] += 1
        asked = Counter(phrase.query for phrase in self.phrases)
        self.typical = {
            query: {word: count / asked[query] for word, count in words.items()} for query, words in counted.items()
        }

    def _read(
        self, query: StoredQuery, same: Mapping[str, set[str]]
    ) -> Iterator[tuple[tuple[frozenset[str], ...], Mapping[int, int], tuple[str, ...]]]:
        """Give the words, the needed words and the slots of the phrasings of a query."""
        asked = f"{query.asked.get(self.code, '')};{self.language.examples.get(query.name, '')}"
        for words, slots in read_phrasings(asked):
            found: list[frozenset[str]] = []
            needed: dict[int, int] = {}
            for before, alternatives in words:
                known = {form for one in alternatives for form in forms(one).split()} - self.little
                known |= {other for form in known for other in same.get(form, ())}
                if known:
                    if alternatives[-1].endswith(NEEDED):
                        needed[len(found)] = before
                    found.append(frozenset(known))
            if found:
                yield tuple(found), needed, tuple(slots)


def _words(phrases: Phrases) -> Iterator[str]:
    for phrase in phrases:
        yield from phrase.split()
