"""Backends of Splink: DuckDB within this process, or Spark on this machine, each open for as long as it is needed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.links.model import NameRow, Variant, variants

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from splink.internals.database_api import DatabaseAPI

NameTable = Iterable[NameRow] | Path
"""Rows, or a Parquet file or folder with them, of which columns but `id` and `name` may be missing."""

_BATCH = 10_000
"""Rows that are read at a time."""

_TYPES = {"words": "array<string>", "is_part": "boolean", "keys": "array<string>"}
"""Types of the fields of a variant that are no texts."""

_MEMORY = "4g"
"""Memory that Java may take; what is more goes to the disk."""

_LOCAL = "127.0.0.1"


class Backend(Protocol):
    """A database in which Splink links two tables, once; queries are in DuckDB's SQL."""

    @property
    def api(self) -> DatabaseAPI[Any]:
        """The backend as Splink knows it."""

    def load(self, table: str, source: NameTable, countries: Mapping[str, str]) -> None:
        """Make a table of the variants of all names; `countries` are codes by what countries are called.

        Raises:
            ParameterError: if a file cannot be read or lacks a column.
        """

    def make(self, table: str, query: str) -> None:
        """Make a table of what a query gives."""

    def view(self, table: str, query: str) -> None:
        """Name a query, so that it can be used as a table."""

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Iterate over the rows of a query, in its order."""


class Duck:
    """DuckDB, by a connection to a database that has no tables yet."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        from splink import DuckDBAPI

        self._connection = connection
        self.api = DuckDBAPI(connection)

    def load(self, table: str, source: NameTable, countries: Mapping[str, str]) -> None:
        """Make a table of the variants of all names."""
        import duckdb

        if not isinstance(source, Path):
            self._take(table, _prepared(countries, _batches(source)))
            return
        name = str(source / "*.parquet") if source.is_dir() else str(source)
        try:
            with duckdb.connect() as other:
                found = other.read_parquet(name)
                columns = ", ".join(_columns(source, found.columns))
                self._take(table, _prepared(countries, found.project(columns).to_arrow_reader(_BATCH)))
        except (duckdb.Error, RuntimeError) as error:  # the latter where DuckDB's message is no UTF-8
            raise _unreadable(source, error) from error

    def _take(self, table: str, batches: Iterator[pa.RecordBatch]) -> None:
        import pyarrow as pa

        self._connection.register("read", pa.RecordBatchReader.from_batches(_schema(), batches))
        self.make(table, "select distinct * from read")

    def make(self, table: str, query: str) -> None:
        """Make a table of what a query gives."""
        self._connection.execute(f"create table {table} as {query}")

    def view(self, table: str, query: str) -> None:
        """Give a query a name."""
        self._connection.execute(f"create view {table} as {query}")

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Iterate over the rows of a query."""
        found = self._connection.execute(query)
        while rows := found.fetchmany(_BATCH):
            yield from rows


class Spark:
    """Spark, with its tables in a folder, which on a cluster is one that all machines see."""

    def __init__(self, session: SparkSession, folder: str) -> None:
        from splink import SparkAPI

        self._session, self.folder = session, folder
        # Splink's own functions, which come in Java, are not needed: the model has only such as Spark has.
        self.api = SparkAPI(spark_session=session, register_udfs_automatically=False)

    def load(self, table: str, source: NameTable, countries: Mapping[str, str]) -> None:
        """Make a table of the variants of all names."""
        import pyarrow as pa
        from pyspark.errors import PySparkException

        if isinstance(source, Path):
            read = self._read(source)
        else:
            texts = pa.schema([(field, pa.string()) for field in NameRow._fields])
            read = self._session.createDataFrame(pa.Table.from_batches(_batches(source), texts))
        cores = self._session.sparkContext.defaultParallelism
        types = ", ".join(f"{field} {_TYPES.get(field, 'string')}" for field in Variant._fields)
        made = read.repartition(cores).mapInArrow(partial(_prepared, dict(countries)), types)
        try:
            self._keep(table, made.distinct())
        except PySparkException as error:
            if isinstance(source, Path):
                raise _unreadable(source, error) from error
            raise

    def _read(self, path: Path) -> DataFrame:
        from pyspark.errors import PySparkException

        try:
            found = self._session.read.parquet(str(path))
        except PySparkException as error:
            raise _unreadable(path, error) from error
        return found.selectExpr(*_columns(path, found.columns))

    def _keep(self, table: str, found: DataFrame) -> None:
        path = f"{self.folder}/{table}"
        found.write.parquet(path)
        self._session.read.parquet(path).createOrReplaceTempView(table)

    def make(self, table: str, query: str) -> None:
        """Make a table of what a query gives."""
        self._keep(table, self._session.sql(_in_spark(query)))

    def view(self, table: str, query: str) -> None:
        """Give a query a name."""
        self._session.sql(_in_spark(query)).createOrReplaceTempView(table)

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Iterate over the rows of a query, a partition at a time."""
        yield from self._session.sql(_in_spark(query)).toLocalIterator()


@contextmanager
def spark() -> Iterator[Spark]:
    """Start Spark on all cores of this machine; it listens on the loopback interface only and leaves nothing behind.

    Raises:
        ServiceError: if it does not start.
    """
    with (
        # It warns that it does not support pandas from 3 on, of which nothing is used here.
        warnings.catch_warnings(action="ignore", category=FutureWarning),
        TemporaryDirectory(prefix="foc-spark-", ignore_cleanup_errors=True) as folder,
        _session(Path(folder)) as session,
    ):
        session.sparkContext.setCheckpointDir(folder)
        yield Spark(session, folder)


@contextmanager
def _session(folder: Path) -> Iterator[SparkSession]:
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    os.environ |= {"SPARK_LOCAL_IP": _LOCAL, "PYSPARK_PYTHON": sys.executable}
    options = {
        "spark.app.name": "foc-graph",
        "spark.master": "local[*]",
        "spark.driver.bindAddress": _LOCAL,
        "spark.driver.host": _LOCAL,
        "spark.driver.memory": _MEMORY,
        "spark.local.dir": str(folder),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(4 * (os.cpu_count() or 1)),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    conf = SparkConf(loadDefaults=False).setAll(list(options.items()))
    log = folder / "log"
    try:
        with log.open("wb") as told:
            gateway = launch_gateway(conf, {"stdout": told, "stderr": told})
    except PySparkException as error:
        last = log.read_text("utf-8", "replace").strip().rpartition("\n")[2]
        raise ServiceError(f"Spark does not start, which needs Java 17 or newer: {last}") from error
    session = None
    interrupted = signal.getsignal(signal.SIGINT)
    try:
        session = SparkSession(SparkContext(gateway=gateway, conf=conf))
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, interrupted)  # Spark takes it over, and would go on taking it.
        yield session
    finally:
        if session is not None:
            session.stop()
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        # Else the next session would ask the Java that has ended.
        SparkContext._gateway = SparkContext._jvm = None


def _in_spark(query: str) -> str:
    import sqlglot

    return str(sqlglot.transpile(query, read="duckdb", write="spark")[0])


def _unreadable(path: Path, error: Exception) -> ParameterError:
    return ParameterError(f"{path}: cannot be read: {str(error).splitlines()[0]}")


def _columns(path: Path, found: list[str]) -> list[str]:
    """Return SQL that takes the fields of a row from a table with such columns."""
    for name in ("id", "name"):
        if name not in found:
            raise ParameterError(f"{path}: has no column {name}: it has {', '.join(found)}")
    return [f"cast({name} as string) as {name}" if name in found else f"'' as {name}" for name in NameRow._fields]


def _batches(rows: Iterable[NameRow]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        columns = ([text.encode(errors="replace").decode() for text in column] for column in zip(*some, strict=True))
        yield pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], NameRow._fields)


def _prepared(countries: Mapping[str, str], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Make the variants of rows."""
    import pyarrow as pa

    schema = _schema()
    for batch in batches:
        rows = (NameRow(*(value or "" for value in told.values())) for told in batch.to_pylist())
        found = [variant for row in rows for variant in variants(row, countries)]
        columns = zip(*found, strict=True) if found else repeat([])
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=False)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _schema() -> pa.Schema:
    import pyarrow as pa

    types = {"array<string>": pa.list_(pa.string()), "boolean": pa.bool_()}
    return pa.schema([(field, types.get(_TYPES.get(field, ""), pa.string())) for field in Variant._fields])
