"""The matcher of names: candidates with a probability, and a match where one of them is clearly meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from foc_graph.errors import ParameterError, quoted
from foc_graph.matching.index import Index, Thing, host
from foc_graph.matching.names import Name, Reading, brands, front, is_acronym, normalised, readings, ungoverned
from foc_graph.matching.similarity import FEATURES, Likeness, alike, fit, probability, shared_words, similarity
from foc_graph.matching.words import NATIONALITIES, SHORT_COUNTRIES

ACCEPT = 0.8
"""Least probability of a match; what is as probable as another thing has half of it at most."""

_MOST_KNOWN = 100
"""Most things that are compared because a homepage, an identifier or the country is theirs."""

_CLOSEST = 5
"""Things that are compared by all that is known, at the least."""

_COUNTRY_WORDS = 4
"""Most words of the name of a country that is part of another name."""

_CODE = 3
"""Most letters of a country's code, which is no part of a name."""

_BRAND = 0.9
"""What the beginning of a name counts for, where only words of trades follow it."""

_GOVERNMENT = ("government",)

_MARGIN = 0.3
"""Most by which a thing can fit better or worse than the others."""


class Asked(NamedTuple):
    """A name, the kinds of things it may mean (none: all), and what else is known, by the keys of a thing's facts."""

    name: str
    kinds: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Candidate(NamedTuple):
    """A thing that a name may mean, with the probability (0 to 1) and the evidence.

    `known_as` is the name of the thing that is most like the one asked for, or empty where only facts agree.
    """

    thing: Thing
    probability: float
    features: Mapping[str, float]
    is_match: bool
    known_as: str = ""

    @property
    def explanation(self) -> str:
        """Return on one line, in words, the evidence for the thing and against it."""
        found, name = self.features, self.known_as or "no name alike"
        if language := self.thing.cldr.get(name):
            name = f"{name} ({language} in CLDR)"
        if 0 < found["similarity"] < 1:
            name = f"{found['similarity']:.0%} like {name}"
        elif found["acronym"] and not found["similarity"]:
            name = f"acronym of {name}"
        told = [name]
        for feature in ("country", "code", "homepage", "identifier"):
            if found[feature]:
                told.append(f"{feature} {'agrees' if found[feature] > 0 else 'differs'}")
        if found["margin"] <= 0:
            told.append("another fits as well" if found["margin"] == 0 else "another fits better")
        return "; ".join(told)


class _Question(NamedTuple):
    """A name that is asked for, with the ways to read it and what else is known, as it is compared.

    A thing may be known without the country with which the name ends or begins: `rest` is what remains, `within`
    are the codes and name of the country, and `is_apart` tells whether a dash parts it from the rest. Or it is
    known together with the country that is given beside it: `whole` are such names.
    """

    asked: Asked
    readings: list[Reading]
    facts: Mapping[str, frozenset[str]]
    whole: list[Name]
    rest: Name
    within: frozenset[str]
    is_apart: bool = False


class Matcher:
    """Finds what names mean among things; any number of threads may ask it at once."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._things = tuple(things)
        self._countries: dict[str, Thing] = {}
        self._codes: dict[str, Thing] = {}
        self._nations: dict[str, Thing] = {}
        self._identified: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        named: defaultdict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
        coded: defaultdict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
        for number, thing in enumerate(self._things):
            names = [(name, number) for name in thing.names]
            if "government" in thing.kinds:
                # What a country is called does not mean its government where other organisations are asked for.
                words = {name: normalised(name) for name in thing.names}
                own = [name for name in thing.names if ungoverned(words[name]) != words[name]]
                named[_GOVERNMENT] += [(name, number) for name in thing.names if name not in own]
                named[_GOVERNMENT] += [(ungoverned(words[name]), number) for name in own]
                named[_GOVERNMENT] += [(word, number) for word in _nationalities(thing)]
                names = [(name, number) for name in own]
            named[thing.kinds] += names
            if place := _place(thing):
                coded[place] += [(code, number) for code in thing.facts.get("country", ())]
            if "country" in thing.kinds:
                self._countries |= dict.fromkeys(map(normalised, thing.names), thing)
                self._codes |= dict.fromkeys(map(str.casefold, thing.facts.get("country", ())), thing)
                self._nations |= dict.fromkeys(map(normalised, _nationalities(thing)), thing)
            for key in thing.facts:
                if key != "country" or place:
                    for value in _values(key, thing.facts):
                        self._identified[key, value].append(number)
        self._named = {kinds: Index(names) for kinds, names in named.items()}
        self._coded = {kinds: Index(names) for kinds, names in coded.items()}

    def named(self, iri: str, name: str) -> list[Candidate]:
        """Return the thing with an IRI as the match of a text that names it exactly; nothing where it is not known."""
        features = dict.fromkeys(FEATURES, 0.0) | {"similarity": 1.0, "words": 1.0, "margin": _MARGIN}
        return [Candidate(thing, 1.0, features, True, name) for thing in self._things if thing.iri == iri]

    def candidates(self, asked: Asked, limit: int = 5) -> list[Candidate]:
        """Return the things that a name may mean, the most probable first, equally probable ones by IRI.

        A name without letters and digits, or one of more than `MAX_NAME` characters, means nothing by itself.
        """
        question = self._question(asked)
        likest = self._likest(question) if question.readings else {}
        numbers = nlargest(max(limit, _CLOSEST), likest, key=lambda number: likest[number].similarity)
        numbers = list(dict.fromkeys((*numbers, *self._by_facts(question))))
        compared = [(number, _features(self._things[number], likest.get(number), question)) for number in numbers]
        fits = [fit(features) for _, features in compared]
        first, second = (*nlargest(2, fits), 0.0, 0.0)[:2]
        found = []
        for at, (number, features) in enumerate(compared):
            others = second if fits[at] == first else first
            features["margin"] = max(-_MARGIN, min(_MARGIN, fits[at] - others))
            known_as = like.among.written[like.number] if (like := likest.get(number)) else ""
            found.append(Candidate(self._things[number], probability(features), features, False, known_as))
        found.sort(key=lambda candidate: (-candidate.probability, candidate.thing.iri))
        # A name means one thing at most.
        total = max(1.0, sum(candidate.probability for candidate in found))
        found = [candidate._replace(probability=candidate.probability / total) for candidate in found[:limit]]
        if found:
            found[0] = found[0]._replace(is_match=found[0].probability >= ACCEPT)
        return found

    def _question(self, asked: Asked) -> _Question:
        facts = {key: _values(key, asked.facts) for key in asked.facts}
        told = list(filter(None, map(self._country, sorted(asked.facts.get("country", ())))))
        facts["country"] = frozenset(code for country in told for code in _values("country", country.facts))
        ways = list(readings(asked.name))
        name = ways[0].name.text if ways else ""
        before, after = front(asked.name)
        country = self._country(before) if before else None
        is_apart = country is not None and not any(index.same(ways[0].name) for index in self._named.values())
        if is_apart:
            ways = [reading._replace(may_be_place=False) for reading in readings(after)]
            rest = normalised(after)
        else:
            country, rest = self._within(name)
        within = _values("country", country.facts) if country else frozenset()
        whole = [Name.of(f"{asked.name} {known.name}") for known in told]
        return _Question(asked, [*ways, *self._of_nations(ways)], facts, whole, Name.of(rest), within, is_apart)

    def _of_nations(self, ways: list[Reading]) -> Iterator[Reading]:
        """Give readings with the name of a country in place of the adjective with which they begin."""
        for way in ways:
            first, _, rest = way.name.text.partition(" ")
            if rest and (country := self._nations.get(first)) and not way.is_state:
                yield way._replace(name=Name.of(f"{rest} {country.name}"), may_be_place=False)

    def _country(self, called: str) -> Thing | None:
        """Return the country of a code or name."""
        return self._codes.get(called.strip().casefold()) or self._countries.get(normalised(called))

    def _within(self, name: str) -> tuple[Thing | None, str]:
        """Return the country that a name of something else ends or begins with, also as an adjective, and the rest."""
        words = name.split()
        if name not in self._countries:
            for at in range(max(1, len(words) - _COUNTRY_WORDS), len(words)):
                end = " ".join(words[at:])
                if end in self._countries and (len(end) > _CODE or end in SHORT_COUNTRIES):
                    return self._countries[end], " ".join(words[:at])
            for at in range(min(_COUNTRY_WORDS, len(words) - 1), 0, -1):
                start = " ".join(words[:at])
                if len(start) > _CODE and (country := self._countries.get(start) or self._nations.get(start)):
                    return country, " ".join(words[at:])
        return None, ""

    def _likest(self, question: _Question) -> dict[int, Likeness]:
        """Return, for each thing with names like the one asked for, the closest name."""
        likest: dict[int, Likeness] = {}
        for like in self._alike(question):
            for owner in like.among.owners[like.number]:
                if like.asked is question.rest:
                    country = _values("country", self._things[owner].facts)
                    if question.within.isdisjoint(country):
                        continue
                if owner not in likest or likest[owner].similarity < like.similarity:
                    likest[owner] = like
        return likest

    def _alike(self, question: _Question) -> Iterator[Likeness]:
        asked, whole = question.asked.kinds, question.readings[0]
        for kinds, index in self._named.items():
            is_place = not {"country", "government"}.isdisjoint(kinds)
            for reading in question.readings:
                if _may_name(reading, kinds, asked) and (reading.may_be_place if is_place else not reading.is_state):
                    yield from alike(index, reading)
            if not is_place and _is_asked(asked, kinds):
                for name in (*question.whole, question.rest):
                    yield from (Likeness(1.0, False, index, number, name) for number in index.same(name))
                for name in map(whole.name.part, brands(whole.name.text)):
                    yield from (Likeness(_BRAND, False, index, number, name) for number in index.same(name))
        for kinds, index in self._coded.items():
            if _is_asked(asked, kinds):
                code = question.asked.name.strip().casefold()
                same = (number for number in index.same(whole.name) if index.written[number].casefold() == code)
                yield from (Likeness(1.0, False, index, number, whole.name) for number in same)

    def _by_facts(self, question: _Question) -> Iterator[int]:
        """Give the things with a known homepage or identifier; a country's code does not mean an organisation."""
        for key, values in question.facts.items():
            if key == "country" and not question.asked.kinds:
                continue
            known = (number for value in sorted(values) for number in self._identified.get((key, value), []))
            for number in islice(known, _MOST_KNOWN):
                thing = self._things[number]
                if _is_asked(question.asked.kinds, thing.kinds if key != "country" else _place(thing)):
                    yield number


def column_index(headings: Sequence[str], column: str) -> int:
    """Return the index of a column, by its heading in any case.

    Raises:
        ParameterError: if there is none.
    """
    folded = [heading.casefold() for heading in headings]
    try:
        return folded.index(column.strip().casefold())
    except ValueError:
        raise ParameterError(f"there is no column {quoted(column)}: choose {', '.join(headings)}") from None


def _features(thing: Thing, like: Likeness | None, question: _Question) -> dict[str, float]:
    """Return the features of a thing; how far it fits better than the others is not known yet."""
    features = dict.fromkeys(FEATURES, 0.0)
    if like and like.is_acronym:
        features["acronym"] = 1.0
    elif like:
        features["acronym"] = float(is_acronym(like.among.written[like.number]))
        features["similarity"] = similarity(like)
        features["words"], strange = shared_words(like)
        features["strange"] = 0.0 if _place(thing) else strange
    agreements = {key: _agreement(values, _values(key, thing.facts)) for key, values in question.facts.items()}
    country = agreements.pop("country", 0.0)
    if "country" in thing.kinds:
        features["code"] = country
    elif "government" in thing.kinds:
        features["country"] = country
    else:
        read = _agreement(question.within, _values("country", thing.facts))
        # what begins or ends the very name of a thing, as in Georgia Institute of Technology, is no country
        is_name = like is not None and like.similarity == 1.0 and not question.is_apart
        features["country"] = country or (max(0.0, read) if is_name else read)
    is_told = bool(question.facts["country"])
    features["unplaced"] = float(is_told and not thing.facts.get("country"))
    features["homepage"] = max(0.0, agreements.pop("homepage", 0.0))
    if agreements:
        features["identifier"] = max(agreements.values()) or min(agreements.values())
    return features


def _place(thing: Thing) -> tuple[str, ...]:
    """Return the kind of a thing that the codes of a country identify: the country or its government."""
    return next(((kind,) for kind in ("country", "government") if kind in thing.kinds), ())


def _nationalities(thing: Thing) -> list[str]:
    """Return the adjectives of a country, or of that of a government."""
    codes = thing.facts.get("country", ())
    return [adjective for adjective, code in NATIONALITIES.items() if code in codes]


def _is_asked(asked: tuple[str, ...], kinds: tuple[str, ...]) -> bool:
    return not asked or not set(asked).isdisjoint(kinds)


def _may_name(reading: Reading, kinds: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether a reading may be the name of a thing of some kinds, where these or others are asked for.

    What a country is called means its government where governments are asked for, or where the name says so.
    """
    if kinds == _GOVERNMENT:
        return _is_asked(asked, kinds) or (reading.is_government and "organisation" in asked)
    is_governing = ungoverned(reading.name.text) != reading.name.text
    return _is_asked(asked, kinds) and (is_governing if "government" in kinds else not reading.is_government)


def _values(key: str, facts: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return facts as they are compared: countries as names are, hosts, and identifiers without their address."""
    values = facts.get(key, ())
    if key == "country":
        return frozenset(filter(None, map(normalised, values)))
    if key == "homepage":
        return frozenset(filter(None, map(host, values)))
    plain = ("".join(value.rstrip("/").rpartition("/")[2].split()).casefold() for value in values)
    return frozenset(filter(None, plain))


def _agreement(asked: frozenset[str], known: frozenset[str]) -> float:
    """Return 1 where there is a common value, -1 where there are only others, and 0 where one side is not known."""
    if not asked or not known:
        return 0.0
    return -1.0 if asked.isdisjoint(known) else 1.0
