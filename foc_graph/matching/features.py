"""Features of a thing that a name may mean, and the probability that they make."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from types import MappingProxyType

from foc_graph.matching.similarity import ACRONYM

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
"""What is compared: letters, and words by how much they tell (0 to 1); the share of words asked for that the name of
what is no place does not have, as they mostly tell of something else; whether the name is an acronym, of the other or
the same (0 or 1); the country, its code where the thing is a country itself, homepage and identifier (-1 where they
differ, 1 where they agree); whether the country is told, and that of the thing not known (0 or 1); and how much better
the thing fits than the others."""

_STEEP = 0.05
"""How far from the same, in the likeness of names, a difference begins to tell."""

_SAME = 0.1
"""How much better a thing fits that has the very name."""

_FACTS = {"country": 0.1, "code": 0.2, "homepage": 0.3, "identifier": 0.3}
"""How much better a thing fits whose facts agree, and worse where they differ."""


def probability(features: Mapping[str, float]) -> float:
    """Return the probability that a thing with these features is meant, by the logistic regression."""
    weighed = sum(COEFFICIENTS[name] * value for name, value in inputs(features).items())
    return 1 / (1 + exp(-COEFFICIENTS["constant"] - weighed))


def inputs(features: Mapping[str, float]) -> dict[str, float]:
    """Return the features as the regression takes them: a country that agrees tells more of a name that is alike."""
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
    """Return 0 to 1; the last tenth of a likeness tells more than all before."""
    return log(1 + _STEEP - likeness) / log(_STEEP)


def fit(features: Mapping[str, float]) -> float:
    """Return how well a thing fits, to be compared with how well others do."""
    name = (features["similarity"] + features["words"]) / 2
    if not name and features["acronym"]:
        name = ACRONYM
    name += _SAME * (features["similarity"] == 1)
    return name + sum(weight * features[key] for key, weight in _FACTS.items())
