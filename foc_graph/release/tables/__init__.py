"""Tables of a release: members, people, mandates, documents and identifiers as CSV with CSVW metadata, and Parquet.

CSV follows RFC 4180 in UTF-8, the metadata the W3C recommendation Metadata Vocabulary for Tabular Data (2015).
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from foc_graph.cache import Built
from foc_graph.graph import Graph
from foc_graph.queries.header import read_queries
from foc_graph.release.snapshot import Snapshot
from foc_graph.release.tables.columns import Kind, Table
from foc_graph.release.tables.metadata import described
from foc_graph.release.tables.rows import Cell, Cells, rows
from foc_graph.store.results import FORMULA

if TYPE_CHECKING:
    import polars


def write_tables(snapshot: Snapshot, folder: Path) -> None:
    """Write `tables/<name>.csv`, `<name>.csv-metadata.json` and `<name>.parquet` below a folder.

    The rows are those that `rows.rows` describes. In CSV an empty cell says nothing, several IRIs in one cell
    are separated by spaces, and text that a spreadsheet would run as a formula has a `'` before it. In Parquet a day is
    a date, and several IRIs are a list. A day, month or year as a source gives it is text in both.

    Raises:
        ParameterError: if Polars is not installed.
        WorkspaceError: if the workspace lacks one of the stored queries, or a column of one.
        OSError: if a file cannot be written.
    """
    graph = Graph(snapshot.workspace, Built(snapshot.base, snapshot.store, read_queries(snapshot.workspace)))
    place = folder / "tables"
    place.mkdir(parents=True, exist_ok=True)
    for table, found in rows(graph):
        frame = _frame(table, found)
        metadata = described(table, found, graph)
        (place / f"{table.name}.csv").write_bytes(_csv(table, found))
        (place / f"{table.name}.csv-metadata.json").write_bytes(
            json.dumps(metadata, ensure_ascii=False, indent=2).encode() + b"\n"
        )
        frame.write_parquet(place / f"{table.name}.parquet", compression="zstd", compression_level=3)


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


def _frame(table: Table, found: list[Cells]) -> polars.DataFrame:
    import polars as pl

    types = {"day": pl.Date(), "iris": pl.List(pl.String()), "number": pl.Float64()}
    schema = {column.name: types.get(column.holds, pl.String()) for column in table.columns}
    return pl.DataFrame(found, schema=schema, orient="row")
