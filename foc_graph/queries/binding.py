"""Binding of parameters: values become RDF terms, and the terms part of a query.

Terms are bound at the start of every `WHERE { ... }` that uses them, one by `BIND` and several by `VALUES`, so that the
bound text is plain SPARQL 1.1 that any engine evaluates alike; a parameter that is not given stays unbound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import read_period
from foc_graph.errors import FocGraphError, ParameterError, ParameterErrors, ServiceError, UnknownNameError, quoted
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.queries.resolve import Reading, Resolver, Terms, find_concepts, is_same
from foc_graph.rdf.terms import XSD
from foc_graph.sparql.rewriting import insert
from foc_graph.store import Store

MAX_LISTED = 100
"""Most values that one text lists with commas."""

Readings = Mapping[str, Sequence[Reading]]
"""The readings of the values of parameters, by name."""

_DATE = ox.NamedNode(XSD + "date")


class Bound(NamedTuple):
    """A stored query with its parameters bound, as SPARQL 1.1 for any engine, and how what was given was read."""

    query: StoredQuery
    text: str
    readings: Readings


def bind(query: StoredQuery, values: Mapping[str, object], resolver: Resolver) -> Bound:
    """Bind the parameters of a query to values, as `read_values` reads them.

    The values of a repeatable parameter are bound without duplicates and in the order of their terms.

    Raises:
        UnknownNameError, AmbiguousNameError, ParameterError: as `read_values`.
    """
    readings = read_values(query.name, query.parameters, values, resolver)
    clauses: dict[tuple[str, ...], str] = {}
    for parameter in query.parameters:
        terms = {reading.terms for reading in readings.get(parameter.name, ())}
        clauses |= _clauses(parameter.variables, sorted(terms, key=str))
    given = {name: found for name, found in readings.items() if values.get(name) not in (None, [], ())}
    return Bound(query, insert(query.text, clauses), given)


def with_choices(query: StoredQuery, store: Store) -> StoredQuery:
    """Return a query whose parameters list the concepts of a store that they take."""
    parameters = (
        one._replace(values=tuple(sorted(find_concepts(store, one.scheme).values()))) if one.scheme else one
        for one in query.parameters
    )
    return query._replace(parameters=tuple(parameters))


def _clauses(variables: tuple[str, ...], rows: list[Terms]) -> dict[tuple[str, ...], str]:
    """Write clauses that bind variables to rows of terms, by the variables that each binds.

    One row is bound by BIND: Virtuoso drops rows of a query that starts with VALUES (`docs/decisions/`).
    """
    if len(rows) > 1:
        table = " ".join(f"({' '.join(map(str, row))})" for row in rows)
        return {variables: f"VALUES ({' '.join(f'?{variable}' for variable in variables)}) {{ {table} }}"}
    return {
        (variable,): f"BIND({term} AS ?{variable})"
        for row in rows
        for variable, term in zip(variables, row, strict=True)
    }


def read_values(
    what: str, parameters: Sequence[Parameter], values: Mapping[str, object], resolver: Resolver
) -> Readings:
    """Read the values that are given for parameters of `what`, and the defaults of others.

    `values` maps names to what a person would type; a repeatable parameter takes a list, or one text with commas.

    Raises:
        UnknownNameError: for a parameter that there is not, or a value that names nothing.
        AmbiguousNameError: for one that names several things.
        ParameterError: for a missing parameter or a value that is not of its type, or where several things are wrong.
    """
    names = [parameter.name for parameter in parameters]
    problems: list[FocGraphError] = [
        UnknownNameError(f"parameter of {what}", name, names, otherwise=f"there are {', '.join(names) or 'none'}")
        for name in values
        if name not in names
    ]
    found: dict[str, list[Reading]] = {}
    for parameter in parameters:
        try:
            readings = _read_parameter(what, parameter, values.get(parameter.name), resolver)
        except ServiceError:
            raise
        except FocGraphError as error:
            problems.append(error)
        else:
            found |= {parameter.name: readings} if readings else {}
    if problems:
        raise problems[0] if len(problems) == 1 else ParameterErrors(problems)
    return found


def _read_parameter(what: str, parameter: Parameter, value: object, resolver: Resolver) -> list[Reading]:
    given = list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
    if not given and parameter.default is not None:
        given = [parameter.default]
    if not given:
        if parameter.required:
            example = f", for example {parameter.example}" if parameter.example else ""
            raise ParameterError(f"{what} needs {parameter.name}: {parameter.description}{example}")
        return []
    if len(given) > 1 and not parameter.repeatable:
        raise ParameterError(f"{what}: {parameter.name} takes one value, not {len(given)}")
    if not all(_is_text(str(one)) for one in given):
        raise ParameterError(f"{what}: {parameter.name} is not valid Unicode text")
    try:
        found = [one for text in given for one in _read_listed(parameter, str(text), resolver)]
    except ServiceError:
        raise
    except FocGraphError as error:
        error.args = (f"{what}: {parameter.name}: {error}",)
        raise
    different = len({one.terms for one in found})
    if different < parameter.min:
        raise ParameterError(
            f"{what}: {parameter.name}: give at least {parameter.min} different values, not {different}"
        )
    return found


def _read_listed(parameter: Parameter, text: str, resolver: Resolver) -> list[Reading]:
    """Read a value; where one that may be repeated means nothing as a whole, the values between its commas."""
    try:
        return [read(parameter, text, resolver)]
    except UnknownNameError:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not parameter.repeatable or len(parts) < 2:
            raise
    if len(parts) > MAX_LISTED:
        raise ParameterError(f"{len(parts)} values are listed: give at most {MAX_LISTED}")
    return [read(parameter, part, resolver) for part in parts]


def read(parameter: Parameter, text: str, resolver: Resolver) -> Reading:
    """Read a text as a value of a parameter.

    Raises:
        UnknownNameError, AmbiguousNameError: for what is no value of an enum, no concept or no thing, or several.
        ParameterError: for what is no date or number.
    """
    match parameter.type:
        case "date" | "period":
            period = read_period(text)
            days = tuple(ox.Literal(day, datatype=_DATE) for day in period)
            return Reading(text, period.text, days, "" if text == period.text else period.words)
        case "string":
            return Reading(text, text, (ox.Literal(text),))
        case "enum":
            value = text if text in parameter.values else next((v for v in parameter.values if is_same(v, text)), None)
            if value is None:
                raise UnknownNameError("value", text, parameter.values)
            return Reading(text, value, (ox.Literal(value),), "" if text == value else value)
        case "integer":
            if not re.fullmatch("-?[0-9]{1,18}", text):
                raise ParameterError(f"{quoted(text)} is not a whole number")
            return Reading(text, text, (ox.Literal(int(text)),))
        case "concept":
            return resolver.resolve_concept(parameter.scheme, text)
        case kind:
            return resolver.resolve(kind, text)


def _is_text(text: str) -> bool:
    """Whether a string has no lone surrogates, which stand for bytes that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
