"""A panel as a table: its rows, and files of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foc_graph.errors import require
from foc_graph.panel.statistics import STATISTICS, write_statistics
from foc_graph.panel.units import Unit
from foc_graph.rdf.terms import XSD
from foc_graph.store.results import Presentation, Record, Rows

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars

_COPIED = {
    "csv": "FORMAT csv, HEADER",
    "tsv": "FORMAT csv, HEADER, DELIMITER '\t'",
    "json": "FORMAT json, ARRAY true",
    "jsonl": "FORMAT json",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
"""The formats that DuckDB writes row by row, by the endings of files, with its options."""

_SHOWN = ("xlsx", "md", "html", "safe.csv")
"""Formats of rows for people, which are made in memory."""

FILE_FORMATS = (*_COPIED, *_SHOWN, *STATISTICS)
"""Formats of panels in files, by their endings."""

_DATATYPES = {bool: "boolean", int: "integer", float: "double", date: "date"}


class Panel:
    """A panel: rows of a unit, in order; iterating gives one dict a row, in which what is not known is None."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, unit: Unit, caption: str) -> None:
        """Take a database that has the views of units."""
        self._connection, self._sql = connection, unit.sql
        self.columns, self.main = unit.columns, unit.main
        self.caption = caption

    def __repr__(self) -> str:
        return f"<panel of {len(self):,} rows: {self.caption}>"

    def _repr_html_(self) -> str:
        return self.rows._repr_html_()

    def __len__(self) -> int:
        return self._length

    @cached_property
    def _length(self) -> int:
        found = self._connection.execute(f"SELECT count(*) FROM ({self._sql})").fetchone()
        assert found is not None
        return int(found[0])

    def __iter__(self) -> Iterator[Record]:
        cursor = self._connection.cursor().execute(self._sql)
        while some := cursor.fetchmany(1000):
            yield from (dict(zip(self.columns, row, strict=True)) for row in some)

    @cached_property
    def rows(self) -> Rows:
        """Return the panel as rows, held in memory."""
        bindings = [{name: _term(value) for name, value in row.items() if value is not None} for row in self]
        answer = {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}
        made = Rows(json.dumps(answer, ensure_ascii=False).encode())
        made.presentation = Presentation(
            "panel", self.caption, dict(zip(self.columns, self.columns, strict=True)), self.main
        )
        return made

    def save(self, path: str | Path) -> None:
        """Write the panel into a file: in one of `FILE_FORMATS`, by the ending of its name.

        Raises:
            ParameterError: for another ending, a folder, or more than the format holds.
            ServiceError: if the file cannot be written.
        """
        from foc_graph.store.files import find_format, replacing, write_file

        path = Path(path)
        ending = find_format(path, FILE_FORMATS, "a panel")
        if ending in _COPIED:
            with replacing(path) as aside:
                self._copy(aside, ending)
        else:
            write_file(self.serialise(ending), path)

    def serialise(self, format: str) -> bytes:
        """Write the panel in one of `FILE_FORMATS`.

        Raises:
            ParameterError: for what the format does not hold, or where a library that it needs is missing.
        """
        if format in _SHOWN:
            return self.rows.serialise(format)
        if format in STATISTICS:
            require("pandas", "pyreadstat")
            return write_statistics(self.to_pandas(), self.columns, self.caption, format)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "panel"
            self._copy(path, format)
            return path.read_bytes()

    def to_pandas(self) -> pandas.DataFrame:
        """Return the panel as a pandas data frame (needs the extra `frames`)."""
        require("pandas")
        return self._connection.execute(self._sql).df()

    def to_polars(self) -> polars.DataFrame:
        """Return the panel as a Polars data frame (needs the extra `frames`)."""
        require("polars")
        import polars

        return polars.read_parquet(self.serialise("parquet"))

    def _copy(self, path: Path, format: str) -> None:
        import duckdb

        target = str(path).replace("'", "''")
        try:
            self._connection.execute(f"COPY ({self._sql}) TO '{target}' ({_COPIED[format]}, USE_TMP_FILE false)")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def _term(value: Any) -> dict[str, str]:
    term = {"type": "literal", "value": str(value)}
    kind = _DATATYPES.get(type(value))
    return term | {"datatype": f"{XSD}{kind}"} if kind else term
