"""A panel as a table: its rows, and files of it."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from foc_graph.errors import require
from foc_graph.panel.statistics import STATISTICS, name_variables, write_statistics
from foc_graph.panel.units import UNDATED, Unit
from foc_graph.rdf.terms import XSD
from foc_graph.store.results import Presentation, Record, Rows

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars

    from foc_graph.panel.join import Joined

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

_CODES = {os.strerror(code): code for code in errno.errorcode}
"""The codes of what the system says to DuckDB, which repeats its words."""

_DATATYPES = {bool: "boolean", int: "integer", float: "double", date: "date"}


class Choice(NamedTuple):
    """What a panel is made of: its unit, the first and the last year, and the rest as for `make_panel`."""

    unit: str
    years: tuple[int, int]
    rule: str = "any-day"
    with_non_members: bool = False
    draws: int = 0
    seed: int = 0

    @property
    def span(self) -> str:
        """Return the years as `--years` takes them."""
        return "-".join(dict.fromkeys(map(str, self.years)))

    @property
    def caption(self) -> str:
        """Say what the panel is, in a line."""
        if self.unit in UNDATED:
            return self.unit
        drawn = f", {self.draws} draws with seed {self.seed}" if self.draws else ""
        return f"{self.unit}, {self.span.replace('-', ' to ')}, {self.rule}{drawn}"

    @property
    def options(self) -> Sequence[str]:
        """Return the options of `foc panel` that choose the same."""
        if self.unit in UNDATED:
            return ["--unit", self.unit]
        said = ["--unit", self.unit, "--years", self.span, "--rule", self.rule]
        if self.with_non_members:
            said.append("--with-non-members")
        if self.draws:
            said += ["--draws", str(self.draws), "--seed", str(self.seed)]
        return said


class Panel:
    """A panel: rows of a unit, in order; iterating gives one dict a row, in which what is not known is None."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, unit: Unit, choice: Choice, joined: Sequence[Joined] = ()
    ) -> None:
        """Take a database that has the views of units."""
        self._connection, self._unit = connection, unit
        self.columns, self.main, self.row = unit.columns, unit.main, unit.row
        self.choice, self.joined = choice, joined

    @property
    def caption(self) -> str:
        """Say what the panel is, in a line."""
        return ", with ".join((self.choice.caption, *(one.name for one in self.joined)))

    @property
    def coalitions(self) -> Mapping[str, str]:
        """Return the names of its coalitions by their slugs."""
        found = self._connection.execute('SELECT coalition, coalesce(name, coalition) FROM "list" ORDER BY 1')
        return dict(found.fetchall())

    @property
    def command(self) -> str:
        """Return the command that makes it."""
        joins = chain(*(one.options for one in self.joined))
        return shlex.join(["foc", "panel", ",".join(self.coalitions), *self.choice.options, *joins])

    @property
    def types(self) -> Mapping[str, str]:
        """Return the types of its columns in SQL."""
        return {name: kind for name, kind, *_ in self._connection.execute(f"DESCRIBE {self._unit.sql}").fetchall()}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query in SQL of the panel, which is the table `panel` there."""
        return self._connection.execute(f"WITH panel AS ({self._unit.sql}) {sql}").fetchall()

    def __repr__(self) -> str:
        return f"<panel of {len(self):,} rows: {self.caption}>"

    def _repr_html_(self) -> str:
        return self.rows._repr_html_()

    def __len__(self) -> int:
        return self._length

    @cached_property
    def _length(self) -> int:
        ((length,),) = self.ask("SELECT count(*) FROM panel")
        return int(length)

    def __iter__(self) -> Iterator[Record]:
        cursor = self._connection.cursor().execute(self._unit.sql)
        while some := cursor.fetchmany(1000):
            yield from (dict(zip(self.columns, row, strict=True)) for row in some)

    @cached_property
    def rows(self) -> Rows:
        """Return the panel as rows, held in memory; their variables have names that SPARQL knows."""
        names = name_variables(self.columns, "sav")
        bindings = [{names[name]: _term(value) for name, value in row.items() if value is not None} for row in self]
        answer = {"head": {"vars": list(names.values())}, "results": {"bindings": bindings}}
        made = Rows(json.dumps(answer, ensure_ascii=False).encode())
        headings = {variable: name for name, variable in names.items()}
        made.presentation = Presentation("panel", self.caption, headings, self.main)
        return made

    def join(self, file: str | Path, on: str | Sequence[str], columns: Sequence[str] = (), licence: str = "") -> Panel:
        """Return the panel with columns of a file beside its own: see `foc_graph.panel.join.join_file`.

        Raises:
            ParameterError: for a file that cannot be read or lacks a column, and for a key that two of its rows, or two
                countries, have.
        """
        from foc_graph.panel.join import join_file

        made = join_file(self._connection, self._unit.sql, tuple(self.columns), file, on, columns, licence)
        unit = self._unit._replace(sql=made.sql, columns={**self.columns, **made.columns})
        return Panel(self._connection, unit, self.choice, (*self.joined, made))

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
            OSError: if a temporary file cannot be written.
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
        return self._connection.execute(self._unit.sql).df()

    def to_polars(self) -> polars.DataFrame:
        """Return the panel as a Polars data frame (needs the extra `frames`)."""
        require("polars")
        import polars

        return polars.read_parquet(self.serialise("parquet"))

    def _copy(self, path: Path, format: str) -> None:
        import duckdb

        target = str(path).replace("'", "''")
        try:
            self._connection.execute(f"COPY ({self._unit.sql}) TO '{target}' ({_COPIED[format]}, USE_TMP_FILE false)")
        except duckdb.IOException as error:
            code = next((_CODES[part] for part in re.split(': |"', str(error)) if part in _CODES), None)
            raise (OSError(code, os.strerror(code)) if code else OSError(str(error))) from error


def _term(value: Any) -> dict[str, str]:
    term = {"type": "literal", "value": str(value)}
    kind = _DATATYPES.get(type(value))
    return term | {"datatype": f"{XSD}{kind}"} if kind else term
