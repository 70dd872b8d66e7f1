"""Binding of parameters: values become RDF terms, and the terms part of a query.

Terms are bound at the start of every `WHERE { ... }` that uses them, one by `BIND` and several by `VALUES`, so that the
bound text is plain SPARQL 1.1 that any engine evaluates alike; a parameter that is not given stays unbound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from foc_graph.dates import PartialDate
from foc_graph.errors import FocGraphError, ParameterError, ServiceError, UnknownNameError, quoted
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.queries.resolve import find_concepts, resolve, resolve_concept
from foc_graph.rdf.terms import XSD
from foc_graph.sparql.rewriting import insert
from foc_graph.store import Store

Terms = tuple[ox.NamedNode | ox.Literal, ...]
_DATE = ox.NamedNode(XSD + "date")


def bind(query: StoredQuery, values: Mapping[str, object], store: Store, base: str) -> str:
    """Return the SPARQL text of `query` with its parameters bound.

    `values` maps parameter names to what a person would type; a repeatable parameter takes a list, whose values are
    bound without duplicates and in the order of their terms.

    Raises:
        UnknownNameError: for a parameter that the query does not have, or a thing that is not in the store.
        ParameterError: for a missing parameter or a value that is not of its type.
    """
    names = [parameter.name for parameter in query.parameters]
    for name in values:
        if name not in names:
            raise UnknownNameError(f"parameter of {query.name}", name, names)
    clauses: dict[tuple[str, ...], str] = {}
    for parameter in query.parameters:
        rows = _rows(query, parameter, values.get(parameter.name), store, base)
        clauses |= _clauses(parameter.variables, rows)
    return insert(query.text, clauses)


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


def _rows(query: StoredQuery, parameter: Parameter, value: object, store: Store, base: str) -> list[Terms]:
    given = list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
    if not given and parameter.default is not None:
        given = [parameter.default]
    if not given:
        if parameter.required:
            example = f", for example {parameter.example}" if parameter.example else ""
            raise ParameterError(f"{query.name} needs {parameter.name}: {parameter.description}{example}")
        return []
    if len(given) > 1 and not parameter.repeatable:
        raise ParameterError(f"{query.name}: {parameter.name} takes one value, not {len(given)}")
    if not all(_is_text(str(one)) for one in given):
        raise ParameterError(f"{query.name}: {parameter.name} is not valid Unicode text")
    try:
        rows = sorted({_terms(parameter, str(one), store, base) for one in given}, key=str)
    except ServiceError:
        raise
    except FocGraphError as error:
        error.args = (f"{query.name}: {parameter.name}: {error}",)
        raise
    if len(rows) < parameter.min:
        problem = f"give at least {parameter.min} different values, not {len(rows)}"
        raise ParameterError(f"{query.name}: {parameter.name}: {problem}")
    return rows


def _terms(parameter: Parameter, text: str, store: Store, base: str) -> Terms:
    match parameter.type:
        case "date" | "period":
            date = PartialDate.parse(text)
            return tuple(ox.Literal(day, datatype=_DATE) for day in (date.first_day, date.last_day))
        case "string":
            return (ox.Literal(text),)
        case "enum":
            if text not in parameter.values:
                raise UnknownNameError("value", text, parameter.values)
            return (ox.Literal(text),)
        case "concept":
            return (resolve_concept(store, parameter.scheme, text),)
        case "integer":
            if not re.fullmatch("-?[0-9]{1,18}", text):
                raise ParameterError(f"{quoted(text)} is not a whole number")
            return (ox.Literal(int(text)),)
        case kind:
            return (resolve(store, base, kind, text),)


def _is_text(text: str) -> bool:
    """Whether a string has no lone surrogates, which stand for bytes that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
