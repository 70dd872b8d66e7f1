"""What SQL asks of terms that are written as in canonical N-Triples.

What SQL cannot decide as SPARQL does is asked of the embedded engine, one term or pair at a time.
"""

from __future__ import annotations

import re
from functools import lru_cache

import duckdb
import pyoxigraph as ox

from foc_graph.rdf.terms import XSD
from foc_graph.shacl.lexical_forms import holds
from foc_graph.shacl.result import Term

_XSD = re.escape(XSD)
_INTEGER = rf'"[+-]?[0-9]{{1,15}}"\^\^<{_XSD}(?:integer|decimal)>'
_DECIMAL = rf'"[+-]?[0-9]{{1,15}}\.[0-9]{{1,15}}"\^\^<{_XSD}decimal>'
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DAY = rf'"(?:{_DATE}"\^\^<{_XSD}date|{_DATE}T{_TIME}Z"\^\^<{_XSD}dateTime)>'
_YEAR = rf'"[0-9]{{4}}"\^\^<{_XSD}gYear>'

MACROS = (
    # An escaped text in N-Triples is one in JSON.
    """unescaped(x) AS json_extract_string(regexp_extract(x, '^(".*")[^"]*$', 1), '$')""",
    """lexical(x) AS CASE WHEN starts_with(x, '<') THEN x[2:-2] WHEN contains(x, '\\') THEN unescaped(x)
    ELSE x[2:strpos(x[2:], '"')] END""",
    """language(x) AS CASE WHEN starts_with(x, '"') AND NOT (ends_with(x, '"') OR ends_with(x, '>'))
    THEN regexp_extract(x, '@([A-Za-z0-9-]+)$', 1) ELSE '' END""",
    f"""number(x) AS CASE WHEN regexp_full_match(x, '{_INTEGER}|{_DECIMAL}')
    THEN TRY_CAST(lexical(x) AS DECIMAL(38, 15)) END""",
    f"""moment(x) AS CASE WHEN regexp_full_match(x, '{_DAY}') AND TRY_CAST(x[2:11] AS DATE) IS NOT NULL
    OR regexp_full_match(x, '{_YEAR}') THEN x END""",
    """plain(x) AS CASE WHEN starts_with(x, '"') AND ends_with(x, '"') AND NOT contains(x, '\\') THEN x[2:-2] END""",
)
"""Macros over terms: the text of an IRI or literal, and the language tag of a literal or an empty text; then the value,
or NULL, of those that SQL compares as SPARQL does: of plain numbers, of days, moments in UTC and years (by their text,
among those of equal length), and of plain text."""


def connect(folder: str) -> duckdb.DuckDBPyConnection:
    """An empty database in memory, with the macros; what is too much for memory goes to a folder."""
    connection = duckdb.connect(
        config={
            "temp_directory": folder,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "max_expression_depth": 10_000,
        }
    )
    for macro in MACROS:
        connection.execute(f"CREATE MACRO {macro}")
    return connection


def add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `matched` and `compared` known to a database."""
    for function in (matched, compared):
        connection.create_function(function.__name__, function)


def read_term(text: str) -> Term:
    """A term from its canonical form in N-Triples."""
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    if text.startswith("_"):
        return ox.BlankNode(text[2:])
    term = next(ox.parse(f"<x:x> <x:x> {text} .", format=ox.RdfFormat.N_TRIPLES)).object
    assert isinstance(term, ox.Literal)
    return term


@lru_cache(2**12)
def matched(text: str, pattern: str, flags: str) -> bool:
    """Whether SPARQL finds a regular expression in a text."""
    arguments = ", ".join(str(ox.Literal(one)) for one in (text, pattern, flags))
    return holds(f"REGEX({arguments})")


@lru_cache(2**12)
def compared(one: str, operator: str, other: str) -> bool:
    """Whether a comparison of two literals holds in SPARQL."""
    return holds(f"{one} {operator} {other}")
