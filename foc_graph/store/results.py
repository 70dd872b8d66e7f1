"""Results of a query: rows, a truth value or triples, their standard serialisations, and a table for notebooks."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from foc_graph.errors import ParameterError, require
from foc_graph.rdf.parser import FORMATS
from foc_graph.rdf.terms import STANDARD_PREFIXES, XSD
from foc_graph.rdf.xml_text import clean

if TYPE_CHECKING:
    from xml.etree import ElementTree

    import pandas
    import polars

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
Row = tuple[Value, ...]
Record = dict[str, Any]

ROW_FORMATS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
GRAPH_FORMATS = {ending: FORMATS[ending] for ending in ("ttl", "nt", "jsonld")}

MAX_ROWS = 50
"""Most rows of a result that a notebook shows."""

MAX_CHARACTERS = 500
"""Most characters of a text that a notebook shows."""

FORMULA = re.compile(r"'*[=+@\t\r-]")
"""Beginnings of texts that a spreadsheet would run as formulas if no `'` stood before them."""

_NUMBERS: dict[str, type] = {XSD + "integer": int, XSD + "decimal": float, XSD + "double": float}


class Rows:
    """Solutions of a SELECT query, in order; iterating gives one dict a row.

    Values of a record: IRIs and text as `str`, numbers as `int` or `float`, booleans as `bool`, dates as `str`
    at their own precision, unbound as None.
    """

    def __init__(self, solutions: ox.QuerySolutions | bytes) -> None:
        """Take rows from solutions, all of which are computed here, or from SPARQL 1.1 Query Results JSON."""
        # While they are serialised, other threads go on; each row taken by itself would wait for them.
        self._json = solutions if isinstance(solutions, bytes) else _serialised(solutions, "json")
        head = self._solutions() if isinstance(solutions, bytes) else solutions
        self.columns = tuple(variable.value for variable in head.variables)

    @cached_property
    def terms(self) -> tuple[Row, ...]:
        """The terms of each row, in the order of the columns.

        Raises:
            SyntaxError: if what the rows are made from is not well-formed.
        """
        return tuple(map(tuple, self._solutions()))

    def first(self, most: int) -> list[Row]:
        """Return the terms of the first rows; the others are not read."""
        return list(map(tuple, islice(self._solutions(), most)))

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return html_table(f"{len(self):,} {'row' if len(self) == 1 else 'rows'}", self.columns, self.terms)

    def __iter__(self) -> Iterator[Record]:
        return (dict(zip(self.columns, map(python_value, row), strict=True)) for row in self.terms)

    def __len__(self) -> int:
        return self._length

    @cached_property
    def _length(self) -> int:
        return len(self.terms) if "terms" in vars(self) else sum(1 for _ in self._solutions())

    def select(self, columns: Sequence[str]) -> Rows:
        """Return the rows with some of their columns alone, in the order given."""
        answer = json.loads(self._json)
        rows = [{column: row[column] for column in columns if column in row} for row in answer["results"]["bindings"]]
        selected = {"head": {"vars": list(columns)}, "results": {"bindings": rows}}
        return Rows(json.dumps(selected, ensure_ascii=False).encode())

    def serialise(self, format: str) -> bytes:
        """Write the rows as SPARQL results in `csv`, `tsv`, `json` or `xml` (W3C recommendations of 2013).

        Raises:
            ParameterError: for another format.
        """
        if format not in ROW_FORMATS:
            raise ParameterError(f"rows have no format {format!r}: choose {', '.join(ROW_FORMATS)}")
        if format == "json":
            return self._json
        content = _serialised(self._solutions(), format)
        return clean(content.decode()).encode() if format == "xml" else content

    def to_csv(self) -> str:
        """Return the rows as SPARQL 1.1 Query Results CSV."""
        return self.serialise("csv").decode()

    def to_json(self) -> str:
        """Return the rows as SPARQL 1.1 Query Results JSON."""
        return self.serialise("json").decode()

    def _solutions(self) -> ox.QuerySolutions:
        solutions = ox.parse_query_results(self._json, format=ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        return solutions

    def to_pandas(self) -> pandas.DataFrame:
        """Return the records as a pandas data frame (needs the extra `frames`)."""
        require("pandas")
        import pandas as pd

        return pd.DataFrame.from_records(list(self), columns=list(self.columns))

    def to_polars(self) -> polars.DataFrame:
        """Return the records as a Polars data frame (needs the extra `frames`)."""
        require("polars")
        import polars as pl

        return pl.DataFrame(list(self), schema=list(self.columns), infer_schema_length=None)


class Triples:
    """Triples of a CONSTRUCT or DESCRIBE query, without duplicates."""

    def __init__(self, triples: Iterable[ox.Triple], prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> None:
        """Take the triples, and the prefixes by which Turtle may abbreviate their IRIs."""
        self._prefixes = prefixes
        self.triples = tuple(dict.fromkeys(triples))

    def __repr__(self) -> str:
        return f"<{len(self)} triples>"

    def _repr_html_(self) -> str:
        caption = f"{len(self):,} {'triple' if len(self) == 1 else 'triples'}"
        return html_table(caption, ("subject", "property", "value"), [tuple(triple) for triple in self.triples])

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def serialise(self, format: str) -> bytes:
        """Write the graph as `ttl`, `nt` or `jsonld`.

        Raises:
            ParameterError: for another format.
        """
        if format not in GRAPH_FORMATS:
            raise ParameterError(f"a graph has no format {format!r}: choose {', '.join(GRAPH_FORMATS)}")
        ordered = sorted(self.triples, key=str)
        output = io.BytesIO()
        text = "".join(map(str, ordered))
        prefixes = {prefix: namespace for prefix, namespace in self._prefixes.items() if f"<{namespace}" in text}
        try:
            ox.serialize(ordered, output, GRAPH_FORMATS[format], prefixes=prefixes)
        except OSError as error:
            raise ParameterError(f"the graph cannot be written as {format}: {error}") from error
        return output.getvalue()


Result = Rows | Triples | bool


def html_table(caption: str, columns: Iterable[str], rows: Sequence[Sequence[object]]) -> str:
    """Return an HTML table of the first rows of a result, with a caption that says how many there are.

    Cells are terms, or texts; None stays empty. IRIs of the web are links. No text in a cell is read as HTML.
    """
    from xml.etree import ElementTree

    root = ElementTree.Element("table")
    shown = rows[:MAX_ROWS]
    text = caption if len(shown) == len(rows) else f"{caption}, of which the first {MAX_ROWS} are shown"
    ElementTree.SubElement(root, "caption").text = text
    head = ElementTree.SubElement(ElementTree.SubElement(root, "thead"), "tr")
    for column in columns:
        ElementTree.SubElement(head, "th", scope="col").text = column
    body = ElementTree.SubElement(root, "tbody")
    for row in shown:
        line = ElementTree.SubElement(body, "tr")
        for value in row:
            _fill(ElementTree.SubElement(line, "td"), value)
    return clean(ElementTree.tostring(root, encoding="unicode", method="html"))


def _fill(cell: ElementTree.Element, value: object) -> None:
    from xml.etree import ElementTree

    if isinstance(value, ox.NamedNode) and value.value.lower().startswith(("http://", "https://")):
        cell = ElementTree.SubElement(cell, "a", href=value.value, target="_blank", rel="noopener noreferrer")
    elif isinstance(value, ox.Literal):
        cell.set("dir", "auto")
        if value.language:
            cell.set("lang", value.language)
    text = value.value if isinstance(value, (ox.NamedNode, ox.Literal)) else "" if value is None else str(value)
    cell.text = text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def _serialised(solutions: ox.QuerySolutions, format: str) -> bytes:
    content = solutions.serialize(format=ROW_FORMATS[format])
    assert content is not None
    return content


def as_rows(result: Result) -> Rows:
    """Return the result of a SELECT query, which is rows."""
    assert isinstance(result, Rows)
    return result


def python_value(term: Value) -> Any:
    """Return the Python value of a term, as `Rows` describes it."""
    if term is None or isinstance(term, ox.Triple):
        return None if term is None else str(term)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if datatype == XSD + "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(term.value, term.value)
        try:
            return term.value if "_" in term.value else _NUMBERS.get(datatype, str)(term.value)
        except ValueError:
            return term.value
    return term.value
