"""Parameter values into RDF terms, and terms into a query.

Terms are bound by a `VALUES` clause put at the start of every `WHERE { ... }`, so that the bound text is plain
SPARQL 1.1 that any engine evaluates alike; a parameter that is not given is `UNDEF`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pyoxigraph as ox

from foc_graph.catalogue.naming import resolve
from foc_graph.catalogue.query import Parameter, StoredQuery
from foc_graph.errors import FocGraphError, ParameterError, UnknownNameError
from foc_graph.lexical import tokens
from foc_graph.store.interface import Store
from foc_graph.terms import XSD
from foc_graph.time import PartialDate

Terms = tuple[ox.NamedNode | ox.Literal | None, ...]
_DATE = ox.NamedNode(XSD + "date")


def bind(query: StoredQuery, values: Mapping[str, object], store: Store, base: str) -> str:
    """The SPARQL text of `query` with its parameters bound.

    `values` maps parameter names to what a person would type; a repeatable parameter takes a list.

    Raises:
        UnknownNameError: for a parameter that the query does not have, or a thing that is not in the store.
        ParameterError: for a missing parameter or a value that is not of its type.
    """
    names = [parameter.name for parameter in query.parameters]
    for name in values:
        if name not in names:
            raise UnknownNameError(f"parameter of {query.name}", name, names)
    choices = [_choices(query, parameter, values.get(parameter.name), store, base) for parameter in query.parameters]
    rows = [tuple(itertools.chain.from_iterable(row)) for row in itertools.product(*choices)]
    return insert_values(query.text, [v for p in query.parameters for v in p.variables], rows)


def insert_values(text: str, variables: list[str], rows: list[Terms]) -> str:
    """`text` with a `VALUES` clause for `variables` at the start of every `WHERE { ... }`."""
    if not variables:
        return text
    header = " ".join(f"?{variable}" for variable in variables)
    table = " ".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows)
    clause = f"\n  VALUES ({header}) {{ {table} }}"
    parts, start, after_where = [], 0, False
    for kind, token, offset in tokens(text):
        if after_where and token == "{":
            parts += [text[start : offset + 1], clause]
            start = offset + 1
        if kind != "comment":
            after_where = kind == "word" and token.upper() == "WHERE"
    return "".join(parts) + text[start:]


def _choices(query: StoredQuery, parameter: Parameter, value: object, store: Store, base: str) -> list[Terms]:
    given = list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
    if not given and parameter.default is not None:
        given = [parameter.default]
    if not given:
        if parameter.required:
            example = f", for example {parameter.example}" if parameter.example else ""
            raise ParameterError(f"{query.name} needs {parameter.name}: {parameter.description}{example}")
        return [(None,) * len(parameter.variables)]
    if len(given) > 1 and not parameter.repeatable:
        raise ParameterError(f"{query.name}: {parameter.name} takes one value, not {len(given)}")
    try:
        return [_terms(parameter, str(one), store, base) for one in given]
    except FocGraphError as error:
        error.args = (f"{query.name}: {parameter.name}: {error}",)
        raise


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
        case "integer":
            try:
                return (ox.Literal(int(text)),)
            except ValueError:
                raise ParameterError(f"{text!r} is not a whole number") from None
        case kind:
            return (resolve(store, base, kind, text),)
