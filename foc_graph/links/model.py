"""The model of record linkage as Splink takes it: how names are prepared, and how comparisons are weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from foc_graph.matching.index import KINDS, Thing, host
from foc_graph.matching.names import Name, Reading, is_acronym, normalised, readings, ungoverned

if TYPE_CHECKING:
    from splink import SettingsCreator

_EDGE = 4
"""Letters at either end of a word that are a key by themselves, as a mistake is seldom in both."""

_INITIALS = 3
"""Letters of an acronym that a name of several words may stand for."""

_PAIRED = 6
"""Words of a name that are keys in pairs."""

_CODE = 3
"""Most letters of a country's code, of which none is a word, or short for one."""

_PLACES = ("country", "government")


class NameRow(NamedTuple):
    """A row of a table of names: what something is called, and what else is known of it.

    A thing with several names has several rows. `kind` is one or more of `KINDS` with spaces between, or empty where
    it is not known; `country` is a name or code.
    """

    id: str
    name: str
    kind: str = ""
    country: str = ""
    homepage: str = ""


class Variant(NamedTuple):
    """One way to read the name in a row, for one of the kinds that it may be of.

    `record` is the identifier, `written` the name as it was, `sorted` the words in alphabetical order, `acronym` the
    name if it is one, and `initials` letters that may be one. What is not known is None, which a database takes for
    neither agreeing nor differing. What the row states is in `STATED`, as it was.
    """

    unique_id: str
    record: str
    written: str
    stated_kind: str
    stated_country: str
    stated_homepage: str
    kind: str
    name: str
    sorted: str
    words: list[str]
    acronym: str | None
    initials: str | None
    is_part: bool
    country: str | None
    host: str | None
    keys: list[str]


STATED = ("record", "written", "stated_kind", "stated_country", "stated_homepage")
"""The fields of a variant with those of its row, in their order."""


def rows_of(things: Iterable[Thing]) -> Iterator[NameRow]:
    """Give the names of things of a graph; codes are names of countries and their governments.

    What a country is called means its government only as a government, and not as an organisation.
    """
    for thing in things:
        codes = thing.facts.get("country", ())
        called = (*thing.names, *codes) if not set(_PLACES).isdisjoint(thing.kinds) else thing.names
        country, homepage = (next(iter(thing.facts.get(key, ())), "") for key in ("country", "homepage"))
        for name in dict.fromkeys(called):
            words = normalised(name)
            is_of_country = "government" in thing.kinds and ungoverned(words) == words
            kind = "government" if is_of_country else " ".join(thing.kinds)
            yield NameRow(thing.iri, name, kind, country, homepage)


def codes_of(things: Iterable[Thing]) -> dict[str, str]:
    """Return the code of each country by its names, normalised, and by its codes in small letters."""
    countries = [thing for thing in things if "country" in thing.kinds and "country" in thing.facts]
    named = {normalised(name): one.facts["country"][0] for one in countries for name in one.names}
    return named | {code.casefold(): one.facts["country"][0] for one in countries for code in one.facts["country"]}


def variants(row: NameRow, countries: Mapping[str, str]) -> Iterator[Variant]:
    """Give the ways to read a name; a country's code is no word.

    There are none of a name without letters and digits, and of one that is too long.
    """
    country = countries.get(row.country.strip().casefold()) or countries.get(normalised(row.country))
    homepage = host(row.homepage) or None
    code = row.name.strip().casefold()
    is_code = len(code) <= _CODE and code in countries
    kinds = row.kind.split() or KINDS
    if is_code:
        for kind in filter(_PLACES.__contains__, kinds):
            yield _variant(row, Reading(Name(code, code), 1.0, is_acronym(row.name)), kind, country, homepage)
    for reading in readings(row.name):
        for kind in ("government",) if reading.is_government else kinds:
            if is_code and kind in _PLACES:
                continue
            if reading.may_be_place if kind in _PLACES else not reading.is_state:
                yield _variant(row, reading, kind, country, homepage)


def _variant(row: NameRow, reading: Reading, kind: str, country: str | None, homepage: str | None) -> Variant:
    name = reading.name
    told = "\x1f".join((*row, kind, name.text, str(reading.weight)))
    words = sorted(set(name.text.split()))
    acronym = name.text if reading.is_acronym else None
    initials = name.initials if len(name.initials) >= _INITIALS else None
    return Variant(
        unique_id=blake2b(told.encode(errors="replace"), digest_size=12).hexdigest(),
        record=row.id,
        written=row.name,
        stated_kind=row.kind,
        stated_country=row.country,
        stated_homepage=row.homepage,
        kind=kind,
        name=name.text,
        sorted=name.sorted,
        words=words,
        acronym=acronym,
        initials=initials,
        is_part=reading.weight < 1,
        country=country,
        host=homepage,
        keys=sorted(set(_keys(name, words, [acronym, initials], kind, country, homepage))),
    )


def _keys(
    name: Name, words: list[str], letters: list[str | None], kind: str, country: str | None, homepage: str | None
) -> Iterator[str]:
    """Give the keys of a name: words, their beginnings and ends, two beginnings, acronyms, country and homepage."""
    begins = sorted({word[:_EDGE] for word in words})
    yield f"={name.sorted}"
    yield from words
    yield from (f"{begin}~" for begin in begins)
    yield from (f"~{word[-_EDGE:]}" for word in words)
    yield from (f"{one} {other}" for one, other in combinations(begins[:_PAIRED], 2))
    yield from (f"@{acronym}" for acronym in letters if acronym)
    if country:
        yield f"{country}:{name.initials}"
        if kind in _PLACES:
            yield f"{country}:"
    if homepage:
        yield f"//{homepage}"


def _edits(one: str, other: str, share: float) -> str:
    """Return the condition that two texts differ in at most this share of their letters."""
    return f"levenshtein({one}, {other}) <= {share} * greatest(length({one}), length({other}))"


def _alike(share: float) -> str:
    return f"{_edits('name_l', 'name_r', share)} or {_edits('sorted_l', 'sorted_r', share)}"


def _shared(share: float) -> str:
    most = "greatest(size(words_l), size(words_r))"
    return f"size(array_intersect(words_l, words_r)) >= {share} * {most}"


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
        "in the other": "array_contains(words_l, rarest_r) or array_contains(words_r, rarest_l)",
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
"""The columns that are compared, and how alike two values are: conditions in Spark SQL, of which the first counts.

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
"""The summands of the match weight of two names that share a key, in bits; a rarity counts for each bit that it has.

`python -m benchmarks.scale --fit` fits them by a logistic regression, since the comparisons of names depend on each
other, but for homepages, which do not come with the names that it knows.
"""


def settings(weights: Mapping[str, float]) -> SettingsCreator:
    """Return the model as Splink takes it."""
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
    """Give the levels of a comparison; of the two probabilities of each only their ratio counts, the Bayes factor."""
    unknown = f"{column}_l is null or {column}_r is null"
    yield {"sql_condition": unknown, "label_for_charts": "not known", "is_null_level": True}
    for label, condition in LEVELS[column].items():
        level: dict[str, object] = {
            "sql_condition": condition,
            "label_for_charts": label,
            "m_probability": 2 ** weights[f"{column}: {label}"],
            "u_probability": 1.0,
        }
        if (column, label) == ("rarest", "same"):
            level |= {
                "tf_adjustment_column": column,
                "tf_adjustment_weight": weights["rarest: rarity"],
                "tf_minimum_u_value": LEAST_FREQUENCY,
            }
        yield level
