"""Reconciliation query batches and data extension queries: JSON that is checked and bounded.

Source: Reconciliation Service API 0.2, sections 4.1 and 7.3 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from math import isinf
from typing import Any, NamedTuple

from foc_graph.errors import quoted
from foc_graph.matching.matcher import Asked
from foc_graph.server.requests import ProblemError

MAX_QUERIES = 100
"""Most names of a batch."""

MAX_NAME = 500
"""Longest name or value of a property, in characters."""

MAX_VALUES = 20
"""Most properties of a name, values of a property, or kinds of thing."""

MAX_CANDIDATES = 25
"""Most candidates for a name."""

MAX_THINGS = 500
"""Most things of which properties are asked at a time."""

_USUAL_CANDIDATES = 5
_OF_COUNTRIES = ("country-code", "iso3166-1-alpha-2", "iso3166-1-alpha-3")
"""Properties that tell the country of a thing."""


class Query(NamedTuple):
    """A name with what else is known, and how many candidates are wanted."""

    asked: Asked
    limit: int


class Extension(NamedTuple):
    """The identifiers of things, and the properties that are asked of each, with as of when."""

    things: tuple[str, ...]
    properties: tuple[tuple[str, str], ...]


def read_queries(text: str) -> dict[str, Query]:
    """Return the names that a batch asks for, by key.

    A name that is blank or too long is an empty one, and values that are too long are left out: one odd cell of a table
    is no reason to refuse the others.

    Raises:
        ProblemError: if it is no batch, or too large.
    """
    batch = _object(_read(text), "queries")
    if len(batch) > MAX_QUERIES:
        detail = f"more than {MAX_QUERIES} queries in a batch: send fewer at a time"
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    return {key: _query(_object(value, quoted(key)), quoted(key)) for key, value in batch.items()}


def read_extension(text: str) -> Extension:
    """Return the things and the properties that are asked of them.

    Raises:
        ProblemError: if it is no such request, or too large.
    """
    found = _object(_read(text), "extend")
    things = [_text(one, "ids") for one in _list(found.get("ids"), "ids", MAX_THINGS)]
    properties = []
    for one in _list(found.get("properties"), "properties", MAX_VALUES):
        about = _object(one, "properties")
        settings = _object(about.get("settings") or {}, "settings")
        as_of = settings.get("as_of")
        as_of = str(as_of) if isinstance(as_of, int) else as_of or ""
        properties.append((_text(about.get("id"), "properties"), _text(as_of, "as_of").strip()))
    if len({name for name, _ in properties}) < len(properties):
        raise _wrong("a property is asked for twice: ask as of one date at a time")
    return Extension(tuple(dict.fromkeys(things)), tuple(properties))


def _query(given: Mapping[str, Any], key: str) -> Query:
    name = given.get("query", "")
    if not isinstance(name, str):
        raise _wrong(f"{key}: query: not a text")
    kinds = given.get("type") or []
    properties = _list(given.get("properties") or [], f"{key}: properties", MAX_VALUES)
    facts = _facts([_object(one, f"{key}: properties") for one in properties], key)
    if "query" not in given and not facts:
        raise _wrong(f"{key}: neither a name nor properties are given: send `query`")
    types = [_text(one, f"{key}: type") for one in _list([kinds] if isinstance(kinds, str) else kinds, key, MAX_VALUES)]
    is_name = name.strip() and len(name) <= MAX_NAME
    return Query(Asked(name if is_name else "", tuple(types), facts), _limit(given.get("limit"), key))


def _facts(given: Iterable[Mapping[str, Any]], key: str) -> dict[str, tuple[str, ...]]:
    """Return the values that are known, by property."""
    facts: dict[str, tuple[str, ...]] = {}
    for about in given:
        name = _text(about.get("pid"), f"{key}: pid")
        fact = "country" if name in _OF_COUNTRIES else name
        facts[fact] = facts.get(fact, ()) + tuple(_values(about.get("v"), f"{key}: {quoted(name)}"))
    return facts


def _limit(given: object, key: str) -> int:
    if given is None:
        return _USUAL_CANDIDATES
    if isinstance(given, bool) or not isinstance(given, int | float) or not given >= 1:
        raise _wrong(f"{key}: limit is to be a number from 1 on")
    return int(min(given, MAX_CANDIDATES))


def _values(given: object, where: str) -> Iterable[str]:
    """Give the values of a property: each a text, a number, a truth value or a thing."""
    for one in _list(given if isinstance(given, list) else [given], where, MAX_VALUES):
        value = one.get("id") if isinstance(one, dict) else one
        if isinstance(value, bool | int | float):
            value = json.dumps(value)
        if value is not None and not isinstance(value, str):
            raise _wrong(f"{where}: not a text")
        if value and len(value) <= MAX_NAME:
            yield value


def _read(text: str) -> object:
    try:
        found = json.loads(text, parse_constant=_refuse, parse_float=_float)
        json.dumps(found, ensure_ascii=False).encode()  # which half a pair of surrogates prevents
    except (ValueError, RecursionError) as error:
        raise _wrong(f"not JSON in UTF-8: {error}") from error
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _float(written: str) -> float:
    if isinf(number := float(written)):
        raise ValueError(f"{quoted(written)} is too large a number")
    return number


def _object(given: object, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(f"{where}: not an object of JSON")
    return given


def _list(given: object, where: str, most: int) -> list[Any]:
    if not isinstance(given, list):
        raise _wrong(f"{where}: not a list")
    if len(given) > most:
        raise _wrong(f"{where}: more than {most}: send fewer at a time")
    return given


def _text(given: object, where: str) -> str:
    if not isinstance(given, str):
        raise _wrong(f"{where}: not a text")
    if len(given) > MAX_NAME:
        raise _wrong(f"{where}: longer than {MAX_NAME} characters: shorten it")
    return given


def _wrong(problem: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, problem)
