"""Record linkage of whole tables, which may outgrow memory, with Splink on Apache Spark."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from foc_graph.errors import ParameterError, ServiceError, quoted
from foc_graph.links.model import LEVELS, STATED, WEIGHTS, NameRow, Variant, codes_of, rows_of, settings, variants
from foc_graph.links.suggest import LEAST, Suggestion, Years, kinds_asked
from foc_graph.links.targets import Record, kinds_of, name_of
from foc_graph.matching.index import KINDS, Thing
from foc_graph.rdf.terms import is_iri, is_site

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from splink import Linker, SettingsCreator

NameTable = Iterable[NameRow] | Path
"""Rows, or a Parquet file or folder with them, of which columns but `id` and `name` may be missing."""

_MOST_USES = 200
"""Most names that may share a key: one of more names says too little."""

_MOST_KEYS = 6
"""Keys by which a name is found, the rarest ones."""

_BATCH = 10_000
"""Rows that are put into a batch of Arrow."""

_MEMORY = "4g"
"""Memory that Java may take; what is more goes to the disk."""

_LOCAL = "127.0.0.1"

_CALLED = {"rarest": "rarest word", "is_part": "reading", "host": "homepage"}
"""Names of comparisons, where they differ from that of the column."""

_SIDES = """
with names as (select 'left' as side, * from {left} union all select 'right' as side, * from {right}),
keys as (select side, unique_id, kind, explode(keys) as key from names),
shared as (select kind, key, count(*) as uses from keys group by kind, key
    having count(*) <= {most_uses} and min(side) <> max(side)),
found_by as (select side, unique_id, slice(array_sort(collect_list(struct(uses, key))), 1, {most_keys}).key as keys
    from keys join shared using (kind, key) group by side, unique_id),
words as (select side, unique_id, kind, explode(words) as word from names),
used as (select kind, word, count(*) as uses from words group by kind, word),
rarest as (select side, unique_id, min(struct(uses, word)).word as rarest
    from words join used using (kind, word) group by side, unique_id)
select names.* except (keys), found_by.keys, rarest.rarest
from names join found_by using (side, unique_id) join rarest using (side, unique_id)
"""
"""The names of both sides with the rarest keys that are on both, and the rarest word."""


class Pair(NamedTuple):
    """Two records that may be of one thing, how probably, and the match weight in bits that each comparison adds.

    `left_name` and `right_row` are of the two names that fit best.
    """

    left: str
    right: str
    probability: float
    left_name: str
    right_row: NameRow
    weights: Mapping[str, float]

    @property
    def explanation(self) -> str:
        """Return on one line the evidence for it and against it, the strongest first."""
        weights = sorted(self.weights.items(), key=lambda item: -abs(item[1]))
        told = [f"{column} {weight:+.1f}" for column, weight in weights if round(weight, 1)]
        return f"like {self.left_name}: {', '.join(told)} bits"


@contextmanager
def spark() -> Iterator[SparkSession]:
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
        yield session


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
        raise ServiceError(f"Spark, which needs Java 17 or newer, does not start: {last}") from error
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


def linker(
    session: SparkSession, left: NameTable, right: NameTable, countries: Mapping[str, str], model: SettingsCreator
) -> Linker:
    """Return the linker that makes predictions for all pairs of names that share a key.

    `countries` are codes by what countries are called. The session keeps tables in its checkpoint directory, which on a
    cluster is one that all machines see.

    Raises:
        ParameterError: if a file cannot be read or lacks a column, or a kind is not known.
    """
    from splink import Linker, SparkAPI

    # Splink's own functions, which come in Java, are not needed: the model has only such as Spark has.
    api = SparkAPI(spark_session=session, register_udfs_automatically=False)
    names = {side: _names(session, table, countries) for side, table in (("left", left), ("right", right))}
    sides = _saved(session.sql(_SIDES, most_uses=_MOST_USES, most_keys=_MOST_KEYS, **names))
    tables = []
    for side in names:
        sides.where(f"side = '{side}'").createOrReplaceTempView(f"{side}_side")
        tables.append(api.register(f"{side}_side"))
    return Linker(tables, model, log_level=None)


def _names(session: SparkSession, source: NameTable, countries: Mapping[str, str]) -> DataFrame:
    """Make a table of the variants of all names."""
    import pyarrow as pa
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    if not isinstance(source, Path):
        texts = pa.schema([(field, pa.string()) for field in NameRow._fields])
        read = session.createDataFrame(pa.Table.from_batches(_batches(source, texts), texts))
        return _variants(read, countries, "")
    try:
        read = session.read.parquet(str(source))
        return _variants(read.selectExpr(*_columns(source, read.columns)), countries, f"{source}: ")
    except (PySparkException, Py4JJavaError) as error:  # the latter for what PySpark has no class for
        told = error.java_exception.getMessage() if isinstance(error, Py4JJavaError) else str(error)
        raise ParameterError(f"{source}: cannot be read: {told.splitlines()[0]}") from error


def _batches(rows: Iterable[NameRow], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        columns = ([text.encode(errors="replace").decode() for text in column] for column in zip(*some, strict=True))
        yield pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], schema=schema)


def _columns(path: Path, found: list[str]) -> list[str]:
    """Return SQL that takes the fields of a row from a table with such columns."""
    for name in ("id", "name"):
        if name not in found:
            raise ParameterError(f"{path}: has no column {name}: it has {', '.join(found)}")
    return [f"cast({name} as string) as {name}" if name in found else f"'' as {name}" for name in NameRow._fields]


def _variants(rows: DataFrame, countries: Mapping[str, str], where: str) -> DataFrame:
    import pyarrow as pa

    session = rows.sparkSession
    types = {"words": pa.list_(pa.string()), "is_part": pa.bool_(), "keys": pa.list_(pa.string())}
    schema = pa.schema([(field, types.get(field, pa.string())) for field in Variant._fields])
    made = rows.repartition(session.sparkContext.defaultParallelism).mapInArrow(
        partial(_prepared, dict(countries), schema), session.createDataFrame(schema.empty_table()).schema
    )
    names = _saved(made.distinct())
    for kind, record in names.where(~names.kind.isin(*KINDS)).orderBy("kind", "record")["kind", "record"].take(1):
        told = f"the kind {quoted(kind)} of {quoted(record)} is not known"
        raise ParameterError(f"{where}{told}: the kinds are {', '.join(KINDS)}")
    return names


def _prepared(
    countries: Mapping[str, str], schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Make the variants of rows."""
    import pyarrow as pa

    for batch in batches:
        rows = (NameRow(*(value or "" for value in told.values())) for told in batch.to_pylist())
        found = [variant._asdict() for row in rows for variant in variants(row, countries)]
        yield pa.RecordBatch.from_pylist(found, schema)


def _saved(table: DataFrame) -> DataFrame:
    """Write a table into the checkpoint directory, so that it is computed once."""
    session = table.sparkSession
    path = f"{session.sparkContext.getCheckpointDir()}/{uuid4()}"
    table.write.parquet(path)
    return session.read.parquet(path)


def best_names(predictions: DataFrame) -> DataFrame:
    """Return, of all predictions for a pair of records, the one for the two names that fit best."""
    return predictions.sparkSession.sql(
        """select * from (select *, row_number() over (
            partition by record_l, record_r
            order by match_weight desc, written_l <> written_r, unique_id_l, unique_id_r) as rank
            from {predictions}) where rank = 1""",
        predictions=predictions,
    )


def linked(
    session: SparkSession, left: NameTable, right: NameTable, countries: Mapping[str, str], least: float = 0.01
) -> Iterator[Pair]:
    """Give the pairs of records with at least a probability, by the right one, the most probable first.

    Each record on the right means at most one on the left, so that the probabilities of all of them add up to at
    most 1. Weights are of the two names that fit best. `linker` tells of countries and the session.

    Raises:
        ParameterError: if a file cannot be read or lacks a column, or a kind is not known.
    """
    predictions = linker(session, left, right, countries, settings(WEIGHTS)).inference.predict(warning_mode="never")
    weights = ", ".join(f"mw_{column}" for column in LEVELS).replace("mw_rarest", "mw_rarest + mw_tf_adj_rarest")
    stated = ", ".join(f"{column}_r" for column in STATED)
    rows = session.sql(
        f"""with weighed as (select *, round(odds / (1 + sum(odds) over (partition by record_r)), 9) as probability
            from (select *, power(2, match_weight) as odds from {{best}}))
        select record_l, probability, written_l, {stated}, {weights} from weighed
        where probability >= {{least}} order by record_r, probability desc, record_l""",
        best=best_names(predictions.as_spark_dataframe()),
        least=least,
    )
    called = [_CALLED.get(column, column) for column in LEVELS]
    for left_id, probability, left_name, *found in rows.toLocalIterator():
        row = NameRow(*found[: len(STATED)])
        weights_of = dict(zip(called, found[len(STATED) :], strict=True))
        yield Pair(left_id, row.id, probability, left_name, row, weights_of)


def suggest_in(
    session: SparkSession,
    things: Sequence[Thing],
    records: Iterable[Record] | Path,
    kinds: tuple[str, ...] = (),
    years: Years | None = None,
    least: float = LEAST,
) -> Iterator[Suggestion]:
    """Give possible links of things to records, with at least a probability, in the order of the records' IRIs.

    Compared are names, countries, homepages and kinds. Records in a file (see `NameTable`) never come into this
    process, but for those that are suggested, each with what the row of its closest name states.

    Raises:
        ParameterError: if a file cannot be read, lacks a column, or has an unknown `kind` or an `id` of no thing.
        FocGraphError: what reading the records raises.
    """
    known = {thing.iri: thing for thing in things}
    fit = () if isinstance(records, Path) else (one for one in records if kinds_asked(one, kinds) is not None)
    read = {record.iri: record for record in fit}
    rows = records if isinstance(records, Path) else _rows(read.values())
    left = rows_of(thing for thing in things if not kinds or not set(kinds).isdisjoint(thing.kinds))
    for pair in linked(session, left, rows, codes_of(things), least):
        if not is_iri(pair.right) or is_site(pair.right):
            raise ParameterError(f"{records}: the id {quoted(pair.right)} is no IRI of a thing")
        thing = known[pair.left]
        record = read.get(pair.right) or _record(pair.right_row)
        asked = kinds_asked(record, kinds)
        if asked is None:
            continue
        of_year = (years or {}).get(thing.iri, set())
        if pair.right not in known and not (of_year and record.years and of_year.isdisjoint(record.years)):
            told = tuple(name for name, weight in pair.weights.items() if weight > 0)
            yield Suggestion(thing, record, pair.probability, pair.explanation, told, bool(asked))


def _record(row: NameRow) -> Record:
    told = {"country": name_of(row.country), "homepage": name_of(row.homepage)}
    kinds = tuple(kind for kind in KINDS if kind in row.kind.split())
    return Record(row.id, (row.name,), kinds or kinds_of(row.id), {key: (text,) for key, text in told.items() if text})


def _rows(records: Iterable[Record]) -> Iterator[NameRow]:
    for record in records:
        country, homepage = (next(iter(record.facts.get(key, ())), "") for key in ("country", "homepage"))
        for name in record.names:
            yield NameRow(record.iri, name, " ".join(record.kinds), country, homepage)
