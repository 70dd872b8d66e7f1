"""Names to be found again by what they share with another: the few that are worth a closer look, in bounded time."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from operator import itemgetter

from foc_graph.matching.names import Name, is_acronym

_MOST_NEAR = 32
"""Most names that are given for one."""

_FIRST_SEEN = 500
"""Entries of the rarest grams among which the names are that are given."""

_MOST_SEEN = 4_000
"""Most entries of grams that are looked at for one name."""

_MANY = 20_000
"""Names among which three letters tell too little, so that grams have four."""

_SHORT = 10
"""Letters of a name that has grams of three letters too, a mistake in which would leave none of four."""

_LONG = 4
"""Letters of a word that is indexed as a whole too."""

_INITIALS = 3
"""Letters of an acronym that a name of several words may stand for."""


class Index:
    """An inverted index of names: by their words in any order, initials, and grams: runs of letters.

    A name is a number; `names`, `written` (as it was given first) and `owners` (whose it is) go by that.
    """

    def __init__(self, owned: Iterable[tuple[str, int]]) -> None:
        owners: defaultdict[Name, dict[int, None]] = defaultdict(dict)
        written: dict[Name, str] = {}
        for text, owner in owned:
            name = Name.of(text)
            if name.text:
                owners[name][owner] = None
                written.setdefault(name, text)
        self.names = tuple(owners)
        self.written = tuple(written.values())
        self.owners = tuple(map(tuple, owners.values()))
        self._same: defaultdict[str, list[int]] = defaultdict(list)
        self._initials: defaultdict[str, list[int]] = defaultdict(list)
        self._entries: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        words: Counter[str] = Counter()
        for number, name in enumerate(self.names):
            self._same[name.sorted].append(number)
            self._initials[name.initials].append(number)
            for gram in self._grams(name.text):
                self._entries[gram].append(number)
            words.update(set(name.text.split()))
        self._rarity = {word: math.log(1 + len(self.names) / count) for word, count in words.items()}
        self._unknown = math.log(1 + len(self.names))

    def rarity(self, word: str) -> float:
        """Return how much a word tells: the logarithm of how few names have it."""
        return self._rarity.get(word, self._unknown)

    def knows(self, word: str) -> bool:
        """Whether a name has this word."""
        return word in self._rarity

    def same(self, name: Name) -> list[int]:
        """Return the names with the same words."""
        return self._same.get(name.sorted, [])

    def spelt_out(self, acronym: str) -> list[int]:
        """Return the names whose words begin with the letters of an acronym."""
        return self._initials.get(acronym, []) if len(acronym) >= _INITIALS else []

    def acronyms(self, name: Name) -> list[int]:
        """Return the acronyms that the words of a name begin with."""
        initials = name.initials
        found = self._same.get(initials, []) if len(initials) >= _INITIALS else []
        return [number for number in found if is_acronym(self.written[number])]

    def near(self, name: Name) -> list[int]:
        """Return the names that share most with one, among those that share its rarest grams."""
        shared: Counter[int] = Counter()
        first: set[int] = set()
        seen = 0
        grams = sorted(self._grams(name.text))  # a set has another order in each process
        for entries in sorted(filter(None, map(self._entries.get, grams)), key=len):
            if seen <= _FIRST_SEEN:
                shared.update(entries[:_MOST_SEEN])
            elif seen <= _MOST_SEEN:
                first = first or set(shared)
                shared.update(first.intersection(entries))
            seen += len(entries)
        several = [item for item in shared.items() if item[1] > 1]
        most = several if len(several) >= _MOST_NEAR else shared.items()
        return [number for number, _ in sorted(most, key=itemgetter(1), reverse=True)[:_MOST_NEAR]]

    def _grams(self, text: str) -> set[str]:
        """Return the runs of letters of a name, and its long words."""
        padded = f" {text} "
        grams = {f"{word}." for word in text.split() if len(word) >= _LONG}
        if len(self.names) > _MANY:
            grams.update(padded[at : at + 4] for at in range(len(padded) - 3))
        if len(self.names) <= _MANY or len(text) <= _SHORT:
            grams.update(padded[at : at + 3] for at in range(len(padded) - 2))
        return grams
