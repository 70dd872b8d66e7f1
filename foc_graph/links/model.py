"""The model of record linkage as Splink takes it: what is compared, and what it tells.

Splink's documentation explains match weights: https://moj-analytical-services.github.io/splink/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from foc_graph.links.blocking import STATED

if TYPE_CHECKING:
    from splink import SettingsCreator


def _edits(one: str, other: str, share: float) -> str:
    """Two texts differ in so many of their letters at most."""
    return f"levenshtein({one}, {other}) <= {share} * greatest(length({one}), length({other}))"


def _alike(share: float) -> str:
    return f"{_edits('name_l', 'name_r', share)} or {_edits('sorted_l', 'sorted_r', share)}"


def _shared(share: float) -> str:
    most = "greatest(array_length(words_l), array_length(words_r))"
    return f"array_length(array_intersect(words_l, words_r)) >= {share} * {most}"


_PLACE = "kind_l in ('country', 'government')"

LEVELS: Mapping[str, Mapping[str, str]] = {
    "name": {
        "same acronym": "acronym_l = acronym_r",
        "same words": "sorted_l = sorted_r",
        "nearly the same letters": _alike(0.07),
        "hardly other letters": _alike(0.13),
        "some other letters": _alike(0.22),
        "many other letters": _alike(0.4),
        "acronym": "acronym_l = initials_r or acronym_r = initials_l",
        "other letters": "ELSE",
    },
    "words": {
        "all": _shared(1),
        "most": _shared(0.65),
        "half": _shared(0.5),
        "some": _shared(0.01),
        "none": "ELSE",
    },
    "rarest": {
        "as all words": "sorted_l = sorted_r",
        "same": "rarest_l = rarest_r",
        "nearly the same": _edits("rarest_l", "rarest_r", 0.25),
        "in the other": "list_contains(words_l, rarest_r) or list_contains(words_r, rarest_l)",
        "other": "ELSE",
    },
    "is_part": {
        "part": "is_part_l or is_part_r",
        "whole": "ELSE",
    },
    "country": {
        "same place": f"country_l = country_r and {_PLACE}",
        "other place": _PLACE,
        "same": "country_l = country_r",
        "other": "ELSE",
    },
    "host": {
        "same": "host_l = host_r",
        "other": "ELSE",
    },
}
"""The columns that are compared, and how alike two values are: conditions in DuckDB's SQL, of which the first counts.

A column that is not known on one side adds nothing.
"""

LEAST_FREQUENCY = 0.001
"""How frequent a word is at the least: among more names than the weights were fitted to, rarer ones tell no more."""

WEIGHTS: Mapping[str, float] = {
    "constant": 0.33,
    "name: same acronym": -0.21,
    "name: same words": 2.22,
    "name: nearly the same letters": 4.09,
    "name: hardly other letters": 3.94,
    "name: some other letters": 1.55,
    "name: many other letters": -2.67,
    "name: acronym": -2.68,
    "name: other letters": -5.92,
    "words: all": 2.01,
    "words: most": -1.48,
    "words: half": -0.48,
    "words: some": -1.4,
    "words: none": 1.66,
    "rarest: as all words": 2.01,
    "rarest: same": -1.17,
    "rarest: nearly the same": 0.58,
    "rarest: in the other": 2.09,
    "rarest: other": -3.19,
    "is_part: part": -0.62,
    "is_part: whole": 0.94,
    "country: same place": 6.52,
    "country: other place": -7.58,
    "country: same": 1.82,
    "country: other": -9.03,
    "host: same": 6.0,
    "host: other": -1.0,
    "rarest: rarity": 0.37,
}
"""What adds up to the match weight of two names that share a key, in bits; a rarity counts for each bit that it has.

`python -m benchmarks.scale --fit` fits them by a logistic regression, since the comparisons of names depend on each
other, but for homepages, which do not come with the names that it knows.
"""


def settings(weights: Mapping[str, float]) -> SettingsCreator:
    """The model as Splink takes it."""
    from splink import SettingsCreator
    from splink.blocking_rule_library import CustomRule

    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=1 / (1 + 2 ** -weights["constant"]),
        blocking_rules_to_generate_predictions=[
            CustomRule("l.kind = r.kind and l.keys = r.keys", arrays_to_explode=["keys"])
        ],
        comparisons=[
            {"output_column_name": column, "comparison_levels": list(_levels(column, weights))} for column in LEVELS
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        additional_columns_to_retain=list(STATED),
    )


def _levels(column: str, weights: Mapping[str, float]) -> Iterator[dict[str, object]]:
    """The levels of a comparison; of the two probabilities of each only the ratio counts, which is the Bayes factor."""
    unknown = f"{column}_l is null or {column}_r is null"
    yield {"sql_condition": unknown, "label_for_charts": "not known", "is_null_level": True}
    for label, condition in LEVELS[column].items():
        level: dict[str, object] = {
            "sql_condition": condition,
            "label_for_charts": label,
            "m_probability": 2 ** weights[f"{column}: {label}"],
            "u_probability": 1.0,
        }
        if condition != "ELSE":
            level["base_dialect_str"] = "duckdb"
        if (column, label) == ("rarest", "same"):
            level |= {
                "tf_adjustment_column": column,
                "tf_adjustment_weight": weights["rarest: rarity"],
                "tf_minimum_u_value": LEAST_FREQUENCY,
            }
        yield level
