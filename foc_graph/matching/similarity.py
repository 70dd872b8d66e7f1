"""The similarity of two names, and the probability that one means a thing, from all that is known of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import exp, log
from types import MappingProxyType
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
"""Most letters of a name that only the same name is like."""

_ABBREVIATED = 5
"""Most letters of an acronym that only the same acronym is like."""

_OTHER_ALPHABET = 0.95
"""The weight of a name that is the same only in Latin letters, in which one of the two was not written."""

ACRONYM = 0.7
"""How well an acronym fits a name that begins with its letters."""


COEFFICIENTS: Mapping[str, float] = MappingProxyType(
    {
        "constant": -2.84,
        "name": 3.77,
        "acronym": 1.37,
        "abbreviated": -0.51,
        "strange": -4.07,
        "unplaced": -4.06,
        "country": 1.91,
        "code": 4.57,
        "differs": -6.05,
        "homepage": 1.50,
        "identifier": 6.00,
        "margin": 10.73,
    }
)
"""Of a logistic regression, by input; `python -m benchmarks.calibration` fits them, but for homepage and identifier,
which do not come with the names that it knows."""

FEATURES = (
    *("similarity", "words", "strange", "acronym", "country", "unplaced", "code", "homepage", "identifier", "margin"),
)
"""The features: letters, and words by how much they tell (0 to 1); the share of words asked for that the name of
what is no place does not have, as they mostly tell of something else; whether the name is an acronym, of the other or
the same (0 or 1); the country, its code where the thing is a country itself, homepage and identifier (-1 where they
differ, 1 where they agree); whether the country is given, and that of the thing unknown (0 or 1); and how much better
the thing fits than the others."""

_STEEP = 0.05
"""Distance from equality, in the likeness of names, from which on a difference counts."""

_SAME = 0.1
"""How much better a thing fits that has the very name."""

_FACTS = {"country": 0.1, "code": 0.2, "homepage": 0.3, "identifier": 0.3}
"""How much better a thing fits whose facts agree, and worse where they differ."""


class Likeness(NamedTuple):
    """How one name of a thing, a number in an index, is like the one asked for, in one reading of that."""

    similarity: float
    is_acronym: bool
    among: Index
    number: int
    asked: Name


def alike(index: Index, reading: Reading) -> Iterator[Likeness]:
    """Give the names of an index that are like the one read, those of which it is the acronym, and its acronyms."""
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


def probability(features: Mapping[str, float]) -> float:
    """Return the probability that a thing with these features is meant, by the logistic regression."""
    weighed = sum(COEFFICIENTS[name] * value for name, value in inputs(features).items())
    return 1 / (1 + exp(-COEFFICIENTS["constant"] - weighed))


def inputs(features: Mapping[str, float]) -> dict[str, float]:
    """Return the features as the regression takes them: a country that agrees counts more for a similar name."""
    name = (features["similarity"] + features["words"]) / 2
    return {
        "name": _steep(name),
        "acronym": 0.0 if name else features["acronym"],
        "abbreviated": features["acronym"] if name else 0.0,
        "strange": features["strange"],
        "unplaced": features["unplaced"] * features["acronym"],
        "country": max(0.0, features["country"]) * (name or features["acronym"]),
        "code": max(0.0, features["code"]) * name,
        "differs": max(0.0, -features["country"] - features["code"]),
        "homepage": features["homepage"],
        "identifier": features["identifier"],
        "margin": features["margin"],
    }


def _steep(likeness: float) -> float:
    """Return 0 to 1; the last tenth of a likeness counts more than all before."""
    return log(1 + _STEEP - likeness) / log(_STEEP)


def fit(features: Mapping[str, float]) -> float:
    """Return how well a thing fits, to be compared with how well others do."""
    name = (features["similarity"] + features["words"]) / 2
    if not name and features["acronym"]:
        name = ACRONYM
    name += _SAME * (features["similarity"] == 1)
    return name + sum(weight * features[key] for key, weight in _FACTS.items())
