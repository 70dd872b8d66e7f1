"""The rules of questions as JSON, by which a browser reads them as `foc_graph.questions.reading` does."""

from __future__ import annotations

from typing import Any

from foc_graph.queries.model import Parameter
from foc_graph.queries.phrasing import LANGUAGES
from foc_graph.questions import filling, names, parameters, phrasebook, reading, scoring
from foc_graph.questions.dates import DatePatterns
from foc_graph.questions.languages import TURNS, read_language
from foc_graph.questions.phrasebook import Phrasebook
from foc_graph.questions.rules import Named, Rules
from foc_graph.questions.words import forms

_NUMBERS = {
    names: ("COVERED", "BESIDE"),
    phrasebook: ("FAINT", "LEAST"),
    filling: ("UNLIKELY", "GENERAL", "NEAR", "IGNORED"),
    scoring: (
        *("UNKNOWN", "UNUSED", "PASSING", "ELSEWHERE", "CHOSEN", "SHARE", "TYPICAL", "GIVEN", "LACKING", "DROPPED"),
        *("EMPTY", "TEXT", "WORDY", "LONG"),
    ),
    reading: ("LONGEST", "FLOOR", "MARGIN", "NEXT"),
}
"""The numbers of modules that both readers have in common."""

_OF_PARAMETERS = ("name", "type", "scheme", "required", "repeatable", "default", "values", "min")


def export_rules(rules: Rules) -> dict[str, Any]:
    """Return rules as JSON has them, with the phrasebook of each language, and without the names of people."""
    queries = {
        name: {
            "as": query.asked["as"],
            "parameters": [_export_parameter(one) for one in query.parameters],
        }
        for name, query in rules.queries.items()
    }
    rules = without_people(rules)
    things = [_export_thing(one) for one in rules.things]
    books = [_export_book(Phrasebook(rules.queries, code, read_language(code))) for code in LANGUAGES]
    return {
        "numbers": {name: getattr(module, name) for module, chosen in _NUMBERS.items() for name in chosen},
        "members": parameters.LIKELY["agent"],
        "whole": filling.WHOLE,
        "parts": filling.PARTS,
        "queries": queries,
        "things": things,
        "names": dict(sorted(rules.names.items())),
        "capitals": sorted(rules.capitals),
        "stays": {" ".join(key): stay for key, stay in sorted(rules.stays.items()) if any(stay)},
        "books": books,
    }


def _export_parameter(parameter: Parameter) -> dict[str, Any]:
    """Return a parameter with the kinds of things that it takes (any, if none is there) and those it mostly names."""
    told = {key: getattr(parameter, key) for key in _OF_PARAMETERS}
    return told | {"kinds": parameters.KINDS.get(parameter.type, ()), "likely": parameters.list_likely(parameter)}


def without_people(rules: Rules) -> Rules:
    """Return rules that know no name of a person."""
    people = {number for number, one in enumerate(rules.things) if one.kinds[0] == "person"}
    things = [Named("", ("person",), "") if number in people else one for number, one in enumerate(rules.things)]
    names = {name: kept for name, found in rules.names.items() if (kept := [one for one in found if one not in people])}
    known = {word for name in names for word in name.split()}
    capitals = frozenset(word for word in rules.capitals if known.issuperset(forms(word).split()))
    return Rules(rules.queries, things, names, capitals, rules.stays)


def _export_thing(thing: Named) -> dict[str, Any]:
    return {
        "slug": thing.slug,
        "kinds": thing.kinds,
        "label": thing.name_with_article,
        "period": thing.period if thing.first else "",
        "words": sorted(thing.words),
        **({"sort": thing.sort, "dates": thing.dates} if thing.sort else {}),
    }


def _export_dates(patterns: DatePatterns) -> dict[str, Any]:
    """Return patterns with their groups as JavaScript has them."""
    return {
        **patterns._asdict(),
        "mentions": [(one.replace("(?P<", "(?<"), *told) for one, *told in patterns.mentions],
        "forms": [form.replace("(?P<", "(?<") for form in patterns.forms],
    }


def _export_book(book: Phrasebook) -> dict[str, Any]:
    """Return a phrasebook; its phrases tell the numbers of sets of words."""
    language = book.language
    numbers: dict[frozenset[str], int] = {}
    phrases = [
        (
            one.query,
            [numbers.setdefault(words, len(numbers)) for words in one.words],
            one.needed,
            one.slots,
            one.is_faint,
        )
        for one in book.phrases
    ]
    return {
        "code": book.code,
        "little": sorted(book.little),
        "faint": sorted(book.faint),
        "beyond": book.beyond,
        "idioms": book.idioms,
        "kinds": book.kinds,
        "properties": book.properties,
        "english": language.names,
        "meanwhile": language.meanwhile,
        "happened": language.happened,
        "present": language.present,
        "past": language.past,
        "polite": language.polite,
        "joints": language.joints,
        "conjunctions": language.conjunctions,
        "turns": {role: getattr(language, role) for role in TURNS},
        "dates": _export_dates(book.dates.patterns),
        "sets": [sorted(words) for words in numbers],
        "phrases": phrases,
    }
