"""How one name is like another: the same words, nearly the same letters, or the first letters of its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from foc_graph.matching.index import Index
from foc_graph.matching.names import Name, Reading

_LEAST = 0.5
"""Least similarity of a name that is compared by more."""

_SAME_WORD = 75.0
"""Least similarity, in percent, of two words one of which may be the other misspelt."""

_KNOWN_WORD = 90.0
"""The same, where the first is a word of other names and so hardly misspelt."""

_SHORT = 3
"""Letters of a name that nothing is like but the same."""

_ABBREVIATED = 5
"""Letters of an acronym that nothing is like but the same."""

_OTHER_ALPHABET = 0.95
"""What a name counts for that is the same only in Latin letters, as the one of the two was not written."""

ACRONYM = 0.7
"""How well an acronym fits a name that begins with its letters."""


class Likeness(NamedTuple):
    """How one name of a thing, a number in an index, is like the one asked for, in one reading of that."""

    similarity: float
    is_acronym: bool
    among: Index
    number: int
    asked: Name


def alike(index: Index, reading: Reading) -> Iterator[Likeness]:
    """Yield the names of an index that are like the one read, those of which it is the acronym, and its acronyms."""
    name, score, weight = reading.name, fuzz.ratio, reading.weight
    short = _ABBREVIATED if reading.is_acronym else _SHORT
    is_short = len(name.text) <= short
    for number in dict.fromkeys((*index.same(name), *index.near(name))):
        other = index.names[number]
        if name.sorted == other.sorted:
            alphabet = 1.0 if name.is_latin == other.is_latin else _OTHER_ALPHABET
            yield Likeness(weight * alphabet, False, index, number, name)
        elif not is_short and len(other.text) > short and name.is_latin == other.is_latin:
            letters = max(score(name.text, other.text), score(name.sorted, other.sorted)) / 100
            if letters >= _LEAST:
                yield Likeness(letters * weight, False, index, number, name)
    for number in index.spelt_out(name.text) if reading.is_acronym else index.acronyms(name):
        yield Likeness(ACRONYM * weight, True, index, number, name)


def similarity(like: Likeness) -> float:
    """Return how alike two names are, letter by letter; two letters that changed places are one mistake."""
    name, known = like.asked, like.among.names[like.number]
    if like.similarity in (0.0, 1.0) or name.sorted == known.sorted:
        return like.similarity
    pairs = ((name.text, known.text), (name.sorted, known.sorted))
    edits = max(OSA.normalized_similarity(one, other) for one, other in pairs)
    letters = max(fuzz.ratio(one, other) for one, other in pairs) / 100
    return like.similarity * (1 + edits / letters) / 2


def shared_words(like: Likeness) -> tuple[float, float]:
    """Return the share of words that two names have in common, by how much each tells; a misspelt one counts in part.

    And the share of the words asked for that the other name has nothing like.
    """
    index, asked = like.among, like.asked.text.split()
    known = index.names[like.number].text.split()
    shared = total = strange = 0.0
    unsure = []
    for word in asked:
        if word in known:
            known.remove(word)
            shared += index.rarity(word)
            total += index.rarity(word)
        else:
            unsure.append(word)
    for word in unsure:
        likeness, other = max(((fuzz.ratio(word, other), other) for other in known), default=(0.0, ""))
        if likeness >= (_KNOWN_WORD if index.knows(word) else _SAME_WORD):
            known.remove(other)
            shared += index.rarity(other) * likeness / 100
            total += index.rarity(other)
        else:
            total += index.rarity(word)
            strange += index.rarity(word)
    return shared / (total + sum(map(index.rarity, known)) / 2), strange / total
