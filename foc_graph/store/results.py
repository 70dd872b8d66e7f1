"""Results of a query: rows, a truth value or triples, their standard serialisations, and a table for notebooks."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError
from foc_graph.rdf.parser import FORMATS
from foc_graph.rdf.terms import STANDARD_PREFIXES, XSD, is_iri, term_text
from foc_graph.rdf.xml_text import clean

if TYPE_CHECKING:
    from xml.etree import ElementTree

    import pandas
    import polars

    from foc_graph.store.network import Network

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
Row = tuple[Value, ...]
Record = dict[str, Any]

ROW_FORMATS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
"""Standard formats of rows, by the ending of a file."""

GRAPH_FORMATS = {ending: FORMATS[ending] for ending in ("ttl", "nt", "jsonld")}

TEXT_FORMATS = (*ROW_FORMATS, "jsonl", "safe.csv", "md", "html")
"""Formats of rows that are text."""

FILE_FORMATS = (*TEXT_FORMATS, "xlsx", "parquet", "graphml")
"""Formats of rows in files, by their endings."""

MAX_ROWS = 50
"""Most rows of a result that a notebook shows."""

MAX_CHARACTERS = 500
"""Most characters of a text that a notebook shows."""

FORMULA = re.compile(r"'*[=+@\t\r-]")
"""Beginnings of texts that a spreadsheet would run as formulas if no `'` stood before them."""

_NUMBERS: dict[str, type] = {XSD + "integer": int, XSD + "decimal": float, XSD + "double": float}


class Presentation(NamedTuple):
    """The presentation of rows to people: a name, a caption, and the columns in order, each with its heading.

    `main` are the columns that matter most, if some do, or None where all are asked for; `shorten` writes an IRI as a
    person would; `network` gives the things that the rows join, where they join any.
    """

    name: str = "answer"
    caption: str = ""
    headings: Mapping[str, str] = MappingProxyType({})
    main: Collection[str] | None = None
    shorten: Callable[[str], str] = str
    network: Callable[[Rows], Network] | None = None


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
        self.presentation = Presentation()

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
        head = self.choose_columns()
        count = f"{len(self):,} {'row' if len(self) == 1 else 'rows'}"
        return html_table(count, head.values(), self.ordered(head), shorten=self.presentation.shorten)

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
        found = Rows(json.dumps(selected, ensure_ascii=False).encode())
        headings = {column: self.presentation.headings.get(column, column) for column in columns}
        found.presentation = self.presentation._replace(headings=headings, main=None)
        return found

    def about(self, iris: Collection[str]) -> Rows:
        """Return the rows that have one of some IRIs."""
        answer = json.loads(self._json)
        rows = answer["results"]["bindings"]
        answer["results"]["bindings"] = [row for row in rows if any(one["value"] in iris for one in row.values())]
        found = Rows(json.dumps(answer, ensure_ascii=False).encode())
        found.presentation = self.presentation
        return found

    def numbered(self) -> Rows:
        """Return the rows with a first column `number`, which counts them from 1."""
        answer = json.loads(self._json)
        answer["head"]["vars"] = ["number", *self.columns]
        for number, row in enumerate(answer["results"]["bindings"], 1):
            row["number"] = {"type": "literal", "value": str(number), "datatype": f"{XSD}integer"}
        found = Rows(json.dumps(answer, ensure_ascii=False).encode())
        main = self.presentation.main and ["number", *self.presentation.main]
        found.presentation = self.presentation._replace(headings={"number": "No.", **self.headings}, main=main)
        return found

    @property
    def headings(self) -> dict[str, str]:
        """Return the columns as people see them, each with its heading."""
        headings = self.presentation.headings or {column: column for column in self.columns}
        return {column: heading for column, heading in headings.items() if column in self.columns}

    def choose_columns(self, wide: bool = False) -> dict[str, str]:
        """Return the columns that people see in a table, in their order, each with its heading.

        Of the answer of a stored query, these are the columns that hold anything, without `wide` only those that matter
        most; IDs that do not come last. Of other rows, all.
        """
        head, main = self.headings, self.presentation.main
        if main is None:
            return head
        places = {column: self.columns.index(column) for column in head if wide or not main or column in main}
        held = {column: {plain_text(row[place]) for row in self.terms} - {""} for column, place in places.items()}
        shown = [column for column, texts in held.items() if texts or not len(self)]
        shown.sort(key=lambda column: column not in main and all(map(is_iri, held[column])))
        return {column: head[column] for column in shown}

    def ordered(self, columns: Iterable[str]) -> list[Row]:
        """Return the terms of each row in the order of some columns."""
        places = [self.columns.index(column) for column in columns]
        return [tuple(row[place] for place in places) for row in self.terms]

    def serialise(self, format: str) -> bytes:
        """Write the rows in one of `FILE_FORMATS`.

        Of these, `csv`, `tsv`, `json` and `xml` are the SPARQL results of the W3C (recommendations of 2013).

        Raises:
            ParameterError: for another format, rows that it cannot hold, or where a library that it needs is missing.
        """
        if format not in FILE_FORMATS:
            raise ParameterError(f"rows have no format {format!r}: choose {', '.join(FILE_FORMATS)}")
        if format == "json":
            return self._json
        if format in ROW_FORMATS:
            content = _serialised(self._solutions(), format)
            return clean(content.decode()).encode() if format == "xml" else content
        from foc_graph.store.files import WRITERS

        return WRITERS[format](self)

    def save(self, path: str | Path) -> None:
        """Write the rows into a file: in one of `FILE_FORMATS`, by the ending of its name.

        Raises:
            ParameterError: for another ending, a folder, and as `serialise`.
            ServiceError: if the file cannot be written.
        """
        from foc_graph.store.files import find_format, write_file

        path = Path(path)
        write_file(self.serialise(find_format(path, FILE_FORMATS, "a table")), path)

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
        """Return the records as a pandas data frame with typed columns (needs the extra `frames`)."""
        from foc_graph.store.frames import to_pandas

        return to_pandas(self)

    def to_polars(self) -> polars.DataFrame:
        """Return the records as a Polars data frame with typed columns (needs the extra `frames`)."""
        from foc_graph.store.frames import to_polars

        return to_polars(self)


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
            raise ParameterError(f"the graph cannot be written as {format}: {error}: choose ttl or nt") from error
        return output.getvalue()

    def save(self, path: str | Path) -> None:
        """Write the graph into a file: in one of `GRAPH_FORMATS`, by the ending of its name.

        Raises:
            ParameterError: for another ending, or a folder.
            ServiceError: if the file cannot be written.
        """
        from foc_graph.store.files import find_format, write_file

        path = Path(path)
        write_file(self.serialise(find_format(path, GRAPH_FORMATS, "a graph")), path)


Result = Rows | Triples | bool


def html_table(
    caption: str,
    columns: Iterable[str],
    rows: Sequence[Sequence[Value | str]],
    is_whole: bool = False,
    shorten: Callable[[str], str] = str,
) -> str:
    """Return an HTML table of a result under a caption: whole, or so much of it as a notebook shows.

    Cells are terms, or texts; None stays empty. IRIs of the web are links. No text in a cell is read as HTML.
    """
    from xml.etree import ElementTree

    root = ElementTree.Element("table")
    shown = rows if is_whole else rows[:MAX_ROWS]
    text = caption if len(shown) == len(rows) else f"{caption}, showing the first {MAX_ROWS}"
    ElementTree.SubElement(root, "caption").text = text
    head = ElementTree.SubElement(ElementTree.SubElement(root, "thead"), "tr")
    for column in columns:
        ElementTree.SubElement(head, "th", scope="col").text = column
    body = ElementTree.SubElement(root, "tbody")
    for row in shown:
        line = ElementTree.SubElement(body, "tr")
        for value in row:
            _fill(ElementTree.SubElement(line, "td"), value, is_whole, shorten)
    return clean(ElementTree.tostring(root, encoding="unicode", method="html"))


def _fill(cell: ElementTree.Element, value: Value | str, is_whole: bool, shorten: Callable[[str], str]) -> None:
    from xml.etree import ElementTree

    text = value if isinstance(value, str) else plain_text(value)
    if isinstance(value, ox.NamedNode):
        text = shorten(value.value)
        if value.value.lower().startswith(("http://", "https://")):
            cell = ElementTree.SubElement(cell, "a", href=value.value, target="_blank", rel="noopener noreferrer")
    elif isinstance(value, ox.Literal):
        cell.set("dir", "auto")
        if value.language:
            cell.set("lang", value.language)
    cell.text = text if is_whole or len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def _serialised(solutions: ox.QuerySolutions, format: str) -> bytes:
    content = solutions.serialize(format=ROW_FORMATS[format])
    assert content is not None
    return content


def as_rows(result: Result) -> Rows:
    """Return the result of a SELECT query, which is rows."""
    assert isinstance(result, Rows)
    return result


def plain_text(term: Value) -> str:
    """Return IRIs and text as they are, other terms as in N-Triples, and nothing for what is unbound."""
    if term is None:
        return ""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else term_text(term)


def python_value(term: Value) -> Any:
    """Return the Python value of a term, as `Rows` describes it."""
    if term is None or isinstance(term, ox.Triple):
        return None if term is None else term_text(term)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        if datatype == XSD + "boolean":
            return {"true": True, "1": True, "false": False, "0": False}.get(term.value, term.value)
        try:
            return term.value if "_" in term.value else _NUMBERS.get(datatype, str)(term.value)
        except ValueError:
            return term.value
    return term.value
