"""A table of triples in DuckDB, each term as canonical N-Triples writes it, and what SQL asks of terms.

What SQL cannot decide as SPARQL does is asked of the embedded engine, one term or pair at a time.
Lines of N-Triples in their usual form are taken apart by DuckDB itself; every other file is read by the parser, which
also says what is wrong with one that is not well-formed.
"""

from __future__ import annotations

import re
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.rdf.parser import stream_triples
from foc_graph.rdf.terms import XSD, Term, is_beyond_1_1
from foc_graph.shacl.lexical_forms import holds
from foc_graph.shacl.shapes import TYPE

MAX_LINE = 2**22
"""Longest line that DuckDB reads, in bytes."""

_BEYOND = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
_FIRST = rf"[A-Za-z0-9._~{_BEYOND}-]"
_PART = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?{_BEYOND}-]|%[0-9A-Fa-f][0-9A-Fa-f])*"
_AFTER_SCHEME = rf"(?:{_FIRST}{_PART}|/(?:{_FIRST}{_PART}|/[A-Za-z0-9._~-]*(?:[/?]{_PART})?))"
_IRI = rf"<[A-Za-z][A-Za-z0-9+.-]*:{_AFTER_SCHEME}(?:#{_PART})?>"
_NODE = "_:[A-Za-z0-9]+"
_TWO = "[A-Za-z][A-Za-z]"
_LANGUAGE = f"@{_TWO}[A-Za-z]?(?:-{_TWO}(?:{_TWO}(?:-{_TWO})?)?)?"
_LITERAL = rf'"(?:[^"\\\x00-\x1f\x7f\x{{FFFE}}\x{{FFFF}}]|\\[tnr"\\])*"(?:{_LANGUAGE}|\^\^{_IRI})?'
USUAL = rf"({_IRI}|{_NODE}) ({_IRI}) ({_IRI}|{_NODE}|{_LITERAL}) \."
"""Lines of N-Triples that are surely well-formed, each term in its canonical form but for what `_OBJECT` corrects.

One character always decides what comes next: DuckDB's engine for regular expressions is several times faster then.
"""

_CANONICAL = r"([^ ]+) ([^ ]+) (.+) \."
_STRING = f"^^<{XSD}string>"
_TAG = "language(t.o)"
_OBJECT = (
    f"CASE WHEN ends_with(t.o, '{_STRING}') THEN t.o[:-{len(_STRING) + 1}] "
    f"WHEN {_TAG} <> '' THEN left(t.o, length(t.o) - length({_TAG})) || lower({_TAG}) ELSE t.o END"
)


class BeyondColumns(ParameterError):
    """Data that columns do not hold: triples as terms, and text with a direction."""


class Lines(NamedTuple):
    """A file of N-Triples whose lines are rows of the table: the numbers of those rows."""

    name: str
    rows: range


def read(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], triples: Iterable[ox.Triple | ox.Quad] = ()
) -> list[Lines]:
    """Make the tables `triples(s, p, o, line)`, `predicates(iri, number)` and `types(s, o)` of files and other triples.

    Returns the files whose lines are rows. Blank nodes of several files are kept apart.

    Raises:
        ParseError: for a file that cannot be read, at the line and column of a fault.
        BeyondColumns: for what RDF 1.1 does not have.
    """
    connection.execute("CREATE TABLE read (s VARCHAR, p VARCHAR, o VARCHAR)")
    found = []
    for number, path in enumerate(paths, 1):
        before = _count(connection)
        if (
            path.suffix == ".nt"
            and path.is_file()
            and _add_usual(connection, path, f"f{number}x" if len(paths) > 1 else "")
        ):
            found.append(Lines(str(path), range(before, _count(connection))))
        else:
            _add_triples(connection, stream_triples(path, str(path)), str(path))
    _add_triples(connection, triples, "the data")
    connection.execute(
        "CREATE TABLE predicates AS SELECT p AS iri, (row_number() OVER (ORDER BY p))::INTEGER AS number "
        "FROM (SELECT DISTINCT p FROM read)"
    )
    connection.execute(
        "CREATE TABLE triples AS SELECT r.s, n.number AS p, r.o, r.rowid AS line "
        "FROM read r JOIN predicates n ON n.iri = r.p ORDER BY n.number"
    )
    connection.execute("DROP TABLE read")
    types = f"(SELECT number FROM predicates WHERE iri = '{TYPE}')"
    connection.execute(f"CREATE TABLE types AS SELECT s, o FROM triples WHERE p = {types} ORDER BY o")
    return found


def _add_usual(connection: duckdb.DuckDBPyConnection, path: Path, prefix: str) -> bool:
    """Add the triples of a file if all its lines are in their usual form; the labels of blank nodes get a prefix."""
    with path.open("rb") as file:
        if file.read(3) == BOM_UTF8:
            return False
    kept_apart = "CASE WHEN starts_with({0}, '_:') THEN '_:{1}' || {0}[3:] ELSE {0} END"
    subject, value = (kept_apart.format(term, prefix) for term in ("t.s", _OBJECT))
    unusual = "t.s = '' OR ends_with(t.o, 'angString>')"
    try:
        _add(connection, path, USUAL, f"CASE WHEN {unusual} THEN error('unusual') ELSE {subject} END", value)
    except (duckdb.InvalidInputException, duckdb.IOException):
        return False
    return True


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    ((count,),) = connection.execute("SELECT count(*) FROM read").fetchall()
    return int(count)


def _add_triples(connection: duckdb.DuckDBPyConnection, triples: Iterable[ox.Triple | ox.Quad], name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "canonical.nt"
        with path.open("wb") as file:
            ox.serialize(_simple(triples, name), file, ox.RdfFormat.N_TRIPLES)
        _add(connection, path, _CANONICAL, "t.s", "t.o")


def _simple(triples: Iterable[ox.Triple | ox.Quad], name: str) -> Iterator[ox.Triple]:
    for one in triples:
        if is_beyond_1_1(one.object):
            problem = "holds triple terms or text with a direction (RDF 1.2), which DuckDB does not judge"
            raise BeyondColumns(f"{name}: {problem}: use --engine sparql")
        yield one.triple if isinstance(one, ox.Quad) else one


def _add(connection: duckdb.DuckDBPyConnection, path: Path, pattern: str, subject: str, value: str) -> None:
    options = (
        f"columns = {{'line': 'VARCHAR'}}, header = false, auto_detect = false, delim = '\x01', quote = '', "
        f"escape = '', new_line = '\\n', compression = 'none', max_line_size = {MAX_LINE}, buffer_size = {MAX_LINE}"
    )
    lines = f"SELECT regexp_extract(line, $pattern, ['s', 'p', 'o']) t FROM read_csv($path, {options})"
    connection.execute(
        f"INSERT INTO read SELECT {subject}, t.p, {value} FROM ({lines})",
        {"pattern": f"^(?:{pattern})$", "path": re.sub(r"([*?\[])", r"[\1]", str(path.absolute()))},
    )


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
    """Open an empty database in memory, with the macros; what is too much for memory goes to a folder."""
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
    """Read a term from its canonical form in N-Triples."""
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
