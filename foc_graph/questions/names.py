"""The things in a question: by their names as the graph has them, by slugs, misspelt names and words of names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from foc_graph.questions.phrasebook import Phrasebook
from foc_graph.questions.rules import Named, Rules
from foc_graph.questions.words import Mention, Vocabulary, Word

_LONGEST = 16
"""Most words of a name."""

_LINKING = frozenset(("of", "the", "for", "and", "on", "in", "to", "a"))
"""Words of names that only link others."""

_OFFICE = "chair"
"""The word of names of offices, which asks for who holds them."""

_MOST_SETS = 64
"""Most ways to translate words that are tried."""

_SHORT = 3
"""Least letters of a name that need not be written in capitals."""

COVERED = 0.75
"""Least share of the words of a question, by how rare they are, that a thing has in its names."""

BESIDE = 0.3
"""Weight of a word that also has another meaning in the question, where another word has 1."""

_MOST_NEAR = 2000
"""Most things that are compared by words of their names."""


class Names:
    """Finds the things of some rules."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @cached_property
    def _spelling(self) -> Vocabulary:
        return Vocabulary(self._by_word)

    @cached_property
    def _by_word(self) -> Mapping[str, set[int]]:
        """The things by the words of their names, and by what they are known by besides."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for name, numbers in self._rules.names.items():
            for word in name.split():
                found[word].update(numbers)
        for number, thing in enumerate(self._rules.things):
            for word in thing.words:
                found[word].add(number)
        return found

    @cached_property
    def _called(self) -> Mapping[int, list[frozenset[str]]]:
        """The words of each name of a thing."""
        found: defaultdict[int, list[frozenset[str]]] = defaultdict(list)
        for name, numbers in self._rules.names.items():
            for number in numbers:
                found[number].append(frozenset(name.split()))
        return found

    @cached_property
    def _by_words(self) -> Mapping[frozenset[str], set[int]]:
        """The things by the words of their names, in whatever order."""
        found: defaultdict[frozenset[str], set[int]] = defaultdict(set)
        for name, numbers in self._rules.names.items():
            if len(words := _singular(name.split())) > 1 and _OFFICE not in words:
                found[words].update(numbers)
        return found

    @cached_property
    def _by_path(self) -> Mapping[str, Sequence[int]]:
        """The things by what they are called in calls, where that has a folder."""
        return {thing.path: (at,) for at, thing in enumerate(self._rules.things) if "/" in thing.path}

    @cached_property
    def _coalitions(self) -> Mapping[str, set[int]]:
        """The coalitions by the words of their names."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for number, thing in enumerate(self._rules.things):
            if thing.kinds[0] == "coalition":
                for word in frozenset[str]().union(*self._called[number]):
                    found[word].add(number)
        return found

    @cached_property
    def by_sort(self) -> Mapping[str, Sequence[Named]]:
        """The bodies of each sort."""
        found: defaultdict[str, list[Named]] = defaultdict(list)
        for thing in self._rules.things:
            found[thing.sort].append(thing)
        return {sort: things for sort, things in found.items() if sort}

    def said(self, spelt: Sequence[str], book: Phrasebook) -> frozenset[str]:
        """Return words, and what they are in English."""
        english = book.language.names
        return frozenset((*spelt, *(part for word in spelt for one in english.get(word, ()) for part in one.split())))

    def is_half_said(self, thing: Named, said: frozenset[str]) -> bool:
        """Tell whether half of the words of a name are said, or for a coalition one that no other has in its names."""
        number = self._numbers[thing.slug]
        if thing.kinds[0] == "coalition" and any(self._coalitions.get(word) == {number} for word in said):
            return True
        return any(len((name - _LINKING) & said) * 2 >= len(name - _LINKING) for name in self._called[number])

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {thing.slug: number for number, thing in enumerate(self._rules.things)}

    def has(self, word: str) -> bool:
        """Tell whether a word is one of names."""
        return word in self._by_word

    def spell(self, words: Sequence[Word], book: Phrasebook) -> list[str]:
        """Return words as names have them: each that is unknown is the one of which it may be a misspelling."""
        known = book.common | book.language.names.keys()
        return [self._correct(word.form, known) for word in words]

    def _correct(self, form: str, common: Collection[str]) -> str:
        if form in common or form in self._spelling:
            return form
        near = self._spelling.correct(form)
        return next(iter(near)) if len(near) == 1 else form

    def find(self, text: str, words: Sequence[Word], spelt: Sequence[str], book: Phrasebook) -> list[Mention]:
        """Return the names in the words of a question, the longest from each word on, none within another.

        A short name, and one of `common` words, is one only where it is written in capitals as the graph has it; of
        common words, it may be words all the same.
        """
        found: list[Mention] = []
        at = 0
        while at < len(words):
            mention = self._at(text, words, spelt, at, book)
            other = self._reordered(spelt, at, book)
            if other and self._is_across(other, text, words, spelt, book):
                other = None
            if other and (mention is None or other.end > mention.end):
                mention = other
            elif other and mention and other.end == mention.end:
                mention = mention._replace(things=tuple(dict.fromkeys((*mention.things, *other.things))))
            if mention:
                found.append(mention)
            at = mention.end if mention else at + 1
        return found

    def _is_across(
        self, mention: Mention, text: str, words: Sequence[Word], spelt: Sequence[str], book: Phrasebook
    ) -> bool:
        """Tell whether a name of several words begins within another, and ends after it."""
        within = (self._at(text, words, spelt, at, book) for at in range(mention.start + 1, mention.end))
        return any(one and one.end > mention.end and one.end - one.start > 1 for one in within)

    def _at(self, text: str, words: Sequence[Word], spelt: Sequence[str], at: int, book: Phrasebook) -> Mention | None:
        for end in range(min(len(words), at + _LONGEST), at, -1):
            last = words[end - 1]  # in "die FOC an", "an" is no abbreviation
            typed = text[words[at].start : last.end].casefold()
            numbers = self._rules.names.get(" ".join(spelt[at:end])) or self._by_path.get(typed, ())
            is_word = last.form in book.little and last.typed.islower() and not words[at].typed.islower()
            if not numbers or (is_word and end > at + 1):
                continue
            is_common = all(form in book.common for form in spelt[at:end])
            if end == at + 1 and (is_common or len(spelt[at]) < _SHORT):
                typed = words[at].typed
                if all(self._rules.things[number].is_concept for number in numbers):
                    return Mention(at, end, things=tuple(numbers), weak=True)
                if typed not in self._rules.capitals or not (typed.isupper() or at):
                    continue
            is_kind = all(self._rules.things[number].is_concept for number in numbers)
            return Mention(at, end, things=tuple(numbers), weak=is_common and (is_kind or end == at + 1))
        return None

    def _reordered(self, spelt: Sequence[str], at: int, book: Phrasebook) -> Mention | None:
        """Return the longest name from a word on whose words stand in another order, or are translated."""
        little, english = book.little, book.language.names
        if spelt[at] in little and spelt[at] not in english:
            return None
        sorts = self._rules.names.get(spelt[at], ())
        is_sort = bool(sorts) and spelt[at] not in english and all(self._rules.things[one].is_concept for one in sorts)
        sets: set[frozenset[str]] = {frozenset()}
        best: Mention | None = None
        for end in range(at + 1, min(len(spelt), at + _LONGEST) + 1):
            word = spelt[end - 1]
            if word in little and word not in english:
                continue
            meant = {frozenset(one.split()) for one in english.get(word, ())} | {frozenset((word,))}
            sets = {one | other for one in sets for other in meant}
            if len(sets) > _MOST_SETS:
                break
            numbers = {number for one in sets for number in self._by_words.get(_singular(one), ())}
            if is_sort:
                numbers = {number for number in numbers if any(spelt[at] in name for name in self._called[number])}
            if numbers:
                telling = [form for form in spelt[at:end] if form not in little]
                is_weak = all(form in book.common and form not in english for form in telling)
                best = Mention(at, end, things=tuple(sorted(numbers)), weak=is_weak)
        return best

    def having(self, spelt: Sequence[str], book: Phrasebook) -> list[Collection[int]]:
        """Return for each word the things in whose names it is, or what it is in English."""
        return [self._things(word, book.language.names) for word in spelt]

    def near(
        self,
        spelt: Sequence[str],
        having: Sequence[Collection[int]],
        telling: Collection[int],
        fits: Callable[[Named], bool],
    ) -> tuple[list[int], set[int]]:
        """Return the things in whose names the telling words of a question are, and the numbers of such words.

        There are none where a great many things have the rarest of these words.
        """
        known = sorted((at for at in telling if having[at]), key=lambda at: (len(having[at]), at))
        rarity = {at: math.log((len(self._rules.things) + 1) / len(having[at])) for at in known}
        least = COVERED * sum(rarity.values())
        possible: set[int] = set()
        rest = sum(rarity.values())
        for at in known:
            if rest < least or len(possible) > _MOST_NEAR:
                break
            possible.update(having[at])
            rest -= rarity[at]
        if len(possible) > _MOST_NEAR:
            return [], set()
        scores = {thing: sum(rarity[at] for at in known if thing in having[at]) for thing in possible}
        said = {*spelt}
        ranks: dict[int, tuple[float, int]] = {}
        for thing, score in scores.items():
            if score >= least and fits(self._rules.things[thing]):
                beside = sum(BESIDE for at, things in enumerate(having) if at not in telling and thing in things)
                unsaid = min((len(name - said) for name in self._called[thing]), default=99)
                ranks[thing] = round(score + beside, 3), -unsaid
        best = max(ranks.values(), default=None)
        found = sorted(thing for thing, one in ranks.items() if one == best)
        return found, {at for at, things in enumerate(having) if found and found[0] in things}

    def _things(self, word: str, english: Mapping[str, Sequence[str]]) -> set[int]:
        """Return the things in whose names a word is, or what it is in English."""
        found = self._by_word.get(word, set())
        for other in english.get(word, ()):
            if parts := [self._by_word.get(part, set()) for part in other.split()]:
                found = found | set.intersection(*parts)
        return found


def _singular(words: Collection[str]) -> frozenset[str]:
    """Return words without those that only link others, and without the ends of plurals."""
    return frozenset(word[:-1] if len(word) > 4 and word.endswith("s") else word for word in words) - _LINKING
