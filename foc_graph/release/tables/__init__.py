"""Tables of a release: members, people, mandates, documents and identifiers as CSV with CSVW metadata, and as Parquet.

CSV follows RFC 4180 in UTF-8, the metadata the W3C recommendation Metadata Vocabulary for Tabular Data (2015).
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from foc_graph.errors import WorkspaceError, require
from foc_graph.graph import Graph
from foc_graph.namespaces import iri_of
from foc_graph.rdf.csvw import describe_column, describe_table
from foc_graph.rdf.terms import is_iri
from foc_graph.release.snapshot import Snapshot
from foc_graph.release.tables.columns import (
    DOCUMENTS,
    IDENTIFIERS,
    MANDATES,
    MEMBERS,
    PEOPLE,
    Cell,
    Cells,
    Column,
    Kind,
    Table,
)
from foc_graph.store.results import FORMULA, Rows, as_rows

_PARSED: dict[Kind, Callable[[str], Cell]] = {"day": date.fromisoformat, "number": float}
_DATATYPES: dict[Kind, str | dict[str, str]] = {
    "iri": "anyURI",
    "iris": "anyURI",
    "text": "string",
    "partial": {"base": "string", "format": "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"},
    "day": "date",
    "number": "double",
}

_NOTE = (
    "Text that a spreadsheet would run as a formula has a ' before it. Dates that a source gives as a day, month or "
    "year are text as precise as that: CSVW has no datatype for them."
)

_TERMS_OF_USE = """SELECT DISTINCT ?licence ?rights
WHERE {
  GRAPH ?graph { ?identifier coal:scheme ?scheme }
  OPTIONAL { ?graph dcterms:license ?licence }
  OPTIONAL { ?graph dcterms:rights ?rights }
}"""

Texts = dict[str, str]
"""The text of each column that has one."""
Values = dict[str, tuple[str, ...]]
"""The values of a pattern, in order, by their key."""

_WHOLE = """SELECT DISTINCT ?body ?coalition
WHERE {
  ?body org:transitiveSubOrganizationOf ?coalition .
  ?coalition a coal:Coalition .
}"""

_IDENTIFIERS = """SELECT DISTINCT ?thing ?name ?scheme ?identifier ?uri ?begin ?end ?record
WHERE {
  {
    ?thing adms:identifier ?record .
    ?record coal:scheme/skos:notation ?scheme ;
            skos:notation ?identifier .
    OPTIONAL { ?record schema:url ?uri }
    OPTIONAL { ?record coal:begin ?begin }
    OPTIONAL { ?record coal:end ?end }
  }
  UNION
  {
    ?thing owl:sameAs ?uri .
    OPTIONAL {
      ?thing adms:identifier ?described .
      ?described schema:url ?uri .
    }
    FILTER(!BOUND(?described))
  }
  OPTIONAL { ?thing coal:displayLabel ?name }
}"""


def write_tables(snapshot: Snapshot, folder: Path, parquet: bool) -> None:
    """Write `tables/<name>.csv`, `<name>.csv-metadata.json` and, if asked, `<name>.parquet` below a folder.

    Members, mandates and documents are the rows of the stored query for each coalition; a document of none is there
    too. People are the seats in bodies, and those in a coalition itself that do not make a member. Without a date to
    ask about, the column `certainty` is empty and left out.

    In CSV an empty cell says nothing, several IRIs in one cell are separated by spaces, and text that a spreadsheet
    would run as a formula has a `'` before it. In Parquet a day is a date, and several IRIs are a list. A day, month or
    year as a source gives it is text in both.

    Raises:
        ParameterError: for Parquet, if Polars is not installed.
        WorkspaceError: if the workspace lacks one of the stored queries, or a column of one.
        OSError: if a file cannot be written.
    """
    graph, tables = snapshot.graph, folder / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    for table, found in _rows(graph):
        metadata = _metadata(table, found, graph)
        (tables / f"{table.name}.csv").write_bytes(_csv(table, found))
        (tables / f"{table.name}.csv-metadata.json").write_bytes(
            json.dumps(metadata, ensure_ascii=False, indent=2).encode() + b"\n"
        )
        if parquet:
            (tables / f"{table.name}.parquet").write_bytes(_parquet(table, found))


def write_panel(snapshot: Snapshot, folder: Path) -> None:
    """Write `tables/panel.csv`, the panel of governments, all coalitions and all years, and its codebook in CSVW.

    Raises:
        ParameterError: if DuckDB is not installed.
        OSError: if a file cannot be written.
    """
    from foc_graph.panel.codebook import make_codebook

    path = folder / "tables" / "panel.csv"
    panel = snapshot.graph.panel()
    path.write_bytes(panel.serialise("csv"))
    path.with_name("panel.csv-metadata.json").write_bytes(
        make_codebook(panel, snapshot.graph).serialise("csv-metadata.json")
    )


def _metadata(table: Table, found: list[Cells], graph: Graph) -> dict[str, Any]:
    """Return the metadata of a table; its primary key is stated if no two rows share it.

    A column has a property where the graph says the same: the property of the same thing with the same value.
    """
    settings = graph.workspace.settings
    key, identity = table.names.index(table.key), [table.names.index(name) for name in table.identity]
    says = all(cells[key] is not None for cells in found)
    is_unique = len({tuple(cells[index] for index in identity) for cells in found}) == len(found)
    columns = [
        describe_column(
            column.name,
            column.meaning or graph.queries[table.query].columns.get(column.name, ""),
            _DATATYPES[column.holds],
            required=column.required,
            separator=" " if column.holds == "iris" else "",
            links=column.holds == "iri",
            property=iri_of(column.property) if says and column.property else "",
            about=column.of if says and column.property else "",
            suppressed=says and column.name == table.key,
        )
        for column in table.columns
    ]
    notes = {
        "dc:title": f"{settings.title}: {table.title}",
        "dc:description": _NOTE,
        "dc:publisher": {"schema:name": settings.publisher},
        **_terms_of_use(table, graph),
    }
    about, keys = table.key if says else "", table.identity if is_unique else ()
    return describe_table(f"{table.name}.csv", columns, about, keys, **notes)


def _terms_of_use(table: Table, graph: Graph) -> dict[str, Any]:
    """Return our licence; for identifiers, the licences and rights of the graphs that they stand in."""
    if table is not IDENTIFIERS:
        licence = graph.workspace.settings.licence
        return {"dc:license": {"@id": licence}} if is_iri(licence) else {}
    found = _select(graph, _TERMS_OF_USE)
    licences, rights = (sorted({record[name] for record in found if name in record}) for name in ("licence", "rights"))
    links = [{"@id": licence} for licence in licences if is_iri(licence)]
    return {name: values for name, values in (("dc:license", links), ("dc:rights", rights)) if values}


def _csv(table: Table, found: list[Cells]) -> bytes:
    output = io.StringIO(newline="")
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(table.names)
    for cells in found:
        writer.writerow(_text(column.holds, value) for column, value in zip(table.columns, cells, strict=True))
    return output.getvalue().encode()


def _text(holds: Kind, value: Cell) -> str:
    if value is None or isinstance(value, tuple):
        return " ".join(value or ())
    return f"'{value}" if holds == "text" and FORMULA.match(str(value)) else str(value)


def _parquet(table: Table, found: list[Cells]) -> bytes:
    require("polars")
    import polars as pl

    types = {"day": pl.Date(), "iris": pl.List(pl.String()), "number": pl.Float64()}
    schema = {column.name: types.get(column.holds, pl.String()) for column in table.columns}
    frame = pl.DataFrame(found, schema=schema, orient="row")
    output = io.BytesIO()
    frame.write_parquet(output, compression="zstd", compression_level=3)
    return output.getvalue()


def _rows(graph: Graph) -> Iterator[tuple[Table, list[Cells]]]:
    """Give each table with its rows, sorted.

    A cell is text, a date for a day, a float for a number, a tuple of text for a list, or None.
    """
    coalitions = sorted({record["coalition"] for record in _ask(graph, "coalitions", ("coalition",))})
    members, mandates, documents = (
        [
            {"coalition": coalition, **record}
            for coalition in coalitions
            for record in _ask(graph, table.query, _query_columns(table, "coalition"), coalition=coalition)
        ]
        for table in (MEMBERS, MANDATES, DOCUMENTS)
    )
    known = {record["document"] for record in documents}
    documents += [record for record in _ask(graph, DOCUMENTS.query, ()) if record["document"] not in known]
    records = {
        MEMBERS: members,
        PEOPLE: _people(graph, coalitions, {record["membership"] for record in members}),
        MANDATES: mandates,
        DOCUMENTS: documents,
        IDENTIFIERS: _select(graph, _IDENTIFIERS),
    }
    values = cache(partial(_values, graph))
    for table, found in records.items():
        added = {column: values(column.pattern) for column in table.columns if column.pattern}
        yield table, _cells(table, found, added)


def _people(graph: Graph, coalitions: Iterable[str], members: set[str]) -> Iterator[Texts]:
    wholes: dict[str, list[Texts]] = defaultdict(list)
    for record in _select(graph, _WHOLE):
        wholes[record["body"]].append({"coalition": record["coalition"]})
    columns = _query_columns(PEOPLE, "coalition")
    for record in _ask(graph, PEOPLE.query, columns):
        for whole in wholes.get(record["body"], [{}]):
            yield {**whole, **record}
    for coalition in coalitions:
        for record in _ask(graph, PEOPLE.query, columns, body=coalition):
            if record["membership"] not in members:
                yield {"coalition": coalition, **record}


def _query_columns(table: Table, *others: str) -> tuple[str, ...]:
    """Name the columns of a table that its stored query gives."""
    return tuple(column.name for column in table.columns if not column.pattern and column.name not in others)


def _ask(graph: Graph, query: str, columns: Iterable[str], **parameters: str) -> list[Texts]:
    if query not in graph.queries:
        problem = f"has no stored query {query!r}, of which a table is made"
        raise WorkspaceError(f'{graph.workspace.root}: {problem}: add "queries" to include in workspace.toml')
    return _texts(graph.rows(query, columns, **parameters))


def _select(graph: Graph, text: str) -> list[Texts]:
    return _texts(as_rows(graph.sparql(text)))


def _texts(found: Rows) -> list[Texts]:
    """Return rows with IRIs and literals as they are written."""
    return [
        {name: text for name, term in zip(found.columns, row, strict=True) if (text := getattr(term, "value", ""))}
        for row in found.terms
    ]


def _cells(table: Table, records: Iterable[Texts], added: dict[Column, Values]) -> list[Cells]:
    """Return the rows, each once, in the order of their cells; an empty cell comes first."""

    def cell(record: Texts, column: Column) -> Cell:
        values = added[column].get(record.get(table.key, ""), ()) if column.pattern else ()
        if column.holds == "iris":
            return values
        found = min(values, default=None) if column.pattern else record.get(column.name)
        return _PARSED[column.holds](found) if found and column.holds in _PARSED else found

    found = dict.fromkeys(tuple(cell(record, column) for column in table.columns) for record in records)
    return sorted(found, key=lambda cells: ["" if value is None else str(value) for value in cells])


def _values(graph: Graph, pattern: str) -> Values:
    values: dict[str, list[str]] = defaultdict(list)
    for record in _select(graph, f"SELECT DISTINCT ?key ?value WHERE {{ {pattern} }}"):
        values[record["key"]].append(record["value"])
    return {key: tuple(sorted(found)) for key, found in values.items()}
