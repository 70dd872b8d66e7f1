"""Tables of names as a database compares them: each way to read a name, and the keys by which it is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import combinations
from typing import NamedTuple

from foc_graph.matching.candidates import KINDS, Thing, host
from foc_graph.matching.names import Name, Reading, is_acronym, normalised, readings, ungoverned

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

    What has several names has several rows. `kind` is one or more of `KINDS` with spaces between, or empty where it is
    not known; `country` is a name or code.
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
    """The names of things of a graph; codes are names of countries and their governments.

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
    """The code of each country by its names, normalised, and by its codes in small letters."""
    countries = [thing for thing in things if "country" in thing.kinds and "country" in thing.facts]
    named = {normalised(name): one.facts["country"][0] for one in countries for name in one.names}
    return named | {code.casefold(): one.facts["country"][0] for one in countries for code in one.facts["country"]}


def variants(row: NameRow, countries: Mapping[str, str]) -> Iterator[Variant]:
    """The ways to read a name; a country's code is no word.

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
    """What a name is found by: words, their beginnings and ends, two beginnings, acronyms, country and homepage."""
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
