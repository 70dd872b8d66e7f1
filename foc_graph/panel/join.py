"""Tables of a user's own, read from files and joined to a panel by codes and years."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from foc_graph.errors import ParameterError, near_names, quoted, require
from foc_graph.panel.cells import CODES, sql_name
from foc_graph.panel.statistics import STATISTICS

if TYPE_CHECKING:
    import duckdb

READ = ("csv", "tsv", "parquet", *STATISTICS)
"""The endings of files that can be joined."""

_MOST_BYTES = 2**30
_MOST_COLUMNS = 1000
_MOST_ROWS = 10_000_000
_MOST_UNPACKED = 2**32
"""How much memory a file may take, and beyond that how much of the disk: some kB of Parquet may unpack to any size."""
_LISTED = 10
_LONGEST_LINE = 2**20
_NULLS = ("", "NA", "NaN", "nan", ".")
"""How CSV files of R, pandas and Stata write what is not known; in a key, `NA` is Namibia."""

_FORMS = {
    "BIGINT": r"\s*[-+]?(0|[1-9][0-9]{0,17})\s*",
    "DOUBLE": r"\s*[-+]?(0|[1-9][0-9]*)?([.][0-9]*)?([eE][-+]?[0-9]{1,3})?\s*",
    "DATE": r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
}
"""The forms of texts by the types that they are of, the first that all have."""

_TYPES = {"DOUBLE": r"FLOAT|DOUBLE|DECIMAL.*|HUGEINT|UBIGINT|UHUGEINT", "BIGINT": r"U?(TINY|SMALL|BIG)?INT(EGER)?"}


class Joined(NamedTuple):
    """A table that is joined: the name of its file, the options that join it, the columns it adds, and its licence."""

    name: str
    options: Sequence[str]
    columns: Mapping[str, str]
    licence: str
    remarks: Sequence[str]
    sql: str


def join_file(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    known: Sequence[str],
    file: str | Path,
    on: str | Sequence[str],
    columns: Sequence[str] = (),
    licence: str = "",
) -> Joined:
    """Join a file to the rows of a query with the columns `known`, in their order.

    Args:
        connection: the database of the panel.
        sql: the query.
        known: its columns.
        file: a file in one of the formats `READ`.
        on: the columns that both have, such as `iso3,year`; `gwn=code` where the file calls `gwn` `code`.
        columns: those to take from the file; by default all others.
        licence: the licence of the file.

    Raises:
        ParameterError: for a file that cannot be read, lacks a column, or has two rows for one key; and where two
            countries of the panel have one key.
    """
    path = Path(file)
    on = [on] if isinstance(on, str) else on
    keys = dict(_key(one, known) for text in on for one in text.split(",") if one.strip())
    if not keys:
        raise ParameterError("a join needs a column that both have: name it, such as --on iso3,year")
    table = f"joined_{len(connection.execute('SHOW TABLES').fetchall())}"
    meanings, found = _read(connection, path, keys, columns, table)
    names = _new_names(meanings, known)
    places = ", ".join(f"{_folded(sql_name(theirs))} AS key_{at}" for at, theirs in enumerate(keys.values()))
    taken = ", ".join(f"{_cast(name, found[name])} AS {sql_name(new)}" for name, new in names.items())
    connection.execute(f"CREATE TABLE {table}_keyed AS SELECT {places}{', ' if taken else ''}{taken} FROM {table}")
    connection.execute(f"DROP TABLE {table}")
    table = f"{table}_keyed"
    _check_keys(connection, table, path, keys, sql, known)
    same = " AND ".join(f"{_folded(f'p.{sql_name(ours)}')} = j.key_{at}" for at, ours in enumerate(keys))
    new = "".join(f", j.{sql_name(name)}" for name in names.values())
    joined = f"""SELECT {", ".join(f"p.{sql_name(name)}" for name in known)}{new}
FROM (SELECT *, row_number() OVER () AS joined_row FROM ({sql})) p
LEFT JOIN {table} j ON {same}
ORDER BY p.joined_row"""
    remarks = [
        f"{new}: {name} of {path.name}, as there is a column {name}" for name, new in names.items() if name != new
    ]
    remarks += _unmatched(connection, table, path, keys, sql, same)
    options = ["--join", path.name, "--on", ",".join(on)]
    options += ["--columns", ",".join(columns)] if columns else []
    options += ["--licence", licence] if licence else []
    added = {names[name]: meaning for name, meaning in meanings.items()}
    return Joined(path.name, options, added, licence, remarks, joined)


def _new_names(columns: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return the names of joined columns, each its own in any case, as DuckDB wants it."""
    taken = {name.casefold() for name in known}
    names = {}
    for column in columns:
        name, number = column, 1
        while name.casefold() in taken:
            name = f"{column}_joined" if number == 1 else f"{column}_joined_{number}"
            number += 1
        taken.add(name.casefold())
        names[column] = name
    return names


def _key(text: str, known: Sequence[str]) -> tuple[str, str]:
    """Return the names of a key in the panel and in the file."""
    ours, _, theirs = (part.strip() for part in text.partition("="))
    if ours not in known:
        raise ParameterError(f"the panel has no column {quoted(ours)} to join on: name one of {', '.join(known[:12])}")
    return ours, theirs or ours


def _read(
    connection: duckdb.DuckDBPyConnection, path: Path, keys: Mapping[str, str], columns: Sequence[str], table: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Make a table of a file; return the columns that are taken with their meanings, and the types of all."""
    import duckdb

    ending = _check_file(path)
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / f"table.{ending}"  # DuckDB would take a name with * or [ for many files
        link.symlink_to(path.resolve())
        try:
            source, labels = _open(connection, link)
            held = source.columns
            if wrong := [name for name in (*keys.values(), *columns) if name not in held]:
                near = near_names(wrong[0], held) or held[:_LISTED]
                if ending in ("csv", "tsv") and wrong[0].encode() in _first_line(path):
                    raise ParameterError(f"{path}: not all rows have as many cells as there are headings: correct them")
                raise ParameterError(f"{path}: no column {quoted(wrong[0])}: name one of {', '.join(near)}")
            taken = [name for name in columns or held if name not in keys.values()]
            if len(taken) > _MOST_COLUMNS:
                problem = f"{len(taken):,} columns, and at most {_MOST_COLUMNS:,} are joined"
                raise ParameterError(f"{path}: {problem}: name those you need with --columns")
            chosen = source.select(*map(duckdb.ColumnExpression, (*keys.values(), *taken))).limit(_MOST_ROWS + 1)
            for setting in ("memory_limit", "max_temp_directory_size"):
                connection.execute(f"SET {setting} = '{_MOST_UNPACKED}B'")
            chosen.create(table)
            for setting in ("memory_limit", "max_temp_directory_size"):
                connection.execute(f"RESET {setting}")
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            raise ParameterError(f"{path}: unpacks to more than 4 GiB: keep only the columns you need") from error
        except (duckdb.Error, OSError, ValueError, RuntimeError) as error:
            said = str(error).replace(str(link), path.name).splitlines()
            shown = " ".join(line for line in said[:3] if not line.startswith("Original Line"))
            if "sniffing" in shown:
                shown = "not all rows have as many cells as there are headings, or lines end in several ways"
            raise ParameterError(f"{path}: cannot be read as .{ending}: {shown}") from error
    if len(connection.table(table)) > _MOST_ROWS:
        raise ParameterError(f"{path}: more than {_MOST_ROWS:,} rows, and no more are joined: keep those you need")
    types = {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()}
    if ending in ("csv", "tsv"):
        types |= _find_types(connection, table, taken)
    return {name: labels.get(name) or f"{name}, from {path.name}" for name in taken}, types


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline(_LONGEST_LINE)


def _find_types(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> dict[str, str]:
    """Return the types of columns of text that are all numbers, or all days as ISO 8601 writes them.

    Digits after a leading zero are a code, and stay text; so do dates of other forms, which may be of several meanings.
    """
    found: dict[str, str] = {}
    for name in columns:
        column = sql_name(name)
        forms = ", ".join(
            f"count(*) FILTER (NOT regexp_full_match({column}, '{form}') OR TRY_CAST({column} AS {kind}) IS NULL)"
            for kind, form in _FORMS.items()
        )
        ((number, *misses),) = connection.execute(
            f"SELECT count(*), {forms} FROM {table} WHERE {column} NOT IN {_NULLS}"
        ).fetchall()
        if number:
            kind = next((kind for kind, missed in zip(_FORMS, misses, strict=True) if not missed), None)
            found |= {name: kind} if kind else {}
    return found


def _check_file(path: Path) -> str:
    """Return the format of a file that is small enough to be joined."""
    ending = path.name.lower().rpartition(".")[2]
    if ending not in READ:
        raise ParameterError(f"{path}: cannot be joined: use a file ending in .{', .'.join(READ)}")
    try:
        size, is_file = path.stat().st_size, path.is_file()
    except (OSError, ValueError) as error:
        raise ParameterError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from error
    if not is_file or not size:
        raise ParameterError(f"{path}: {'is empty' if is_file else 'not a file'}")
    if size > _MOST_BYTES:
        problem = f"{size / 2**30:.1f} GiB, and at most 1 GiB is joined"
        raise ParameterError(f"{path}: {problem}: keep only the columns you need")
    return ending


def _open(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> tuple[duckdb.DuckDBPyRelation, Mapping[str, str | None]]:
    """Return the rows of a file, and the labels of its columns."""
    ending = path.suffix[1:]
    if ending == "parquet":
        return connection.read_parquet(str(path)), {}
    if ending in STATISTICS:
        require("pandas", "pyreadstat")
        import pyreadstat

        read = pyreadstat.read_dta if ending == "dta" else pyreadstat.read_sav
        try:
            width = sum(read(str(path), metadataonly=True)[1].variable_storage_width.values())
            most = min(_MOST_ROWS, _MOST_UNPACKED // max(width, 1)) + 1
            frame, about = read(str(path), row_limit=most)
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise ValueError(str(error)) from error
        if len(frame) == most <= _MOST_ROWS:
            raise MemoryError
        return connection.from_df(frame), about.column_names_to_labels
    delimiter = ", delim = '\t'" if ending == "tsv" else ""
    said = f"header = true, all_varchar = true, sample_size = -1{delimiter}"
    return connection.sql(f"FROM read_csv({_text(str(path))}, {said})"), {}


def _check_keys(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    keys: Mapping[str, str],
    sql: str,
    known: Sequence[str],
) -> None:
    """Check that no key stands twice in the file, nor for two countries of the panel."""
    places = ", ".join(f"key_{at}" for at in range(len(keys)))
    is_known = " AND ".join(f"key_{at} IS NOT NULL" for at in range(len(keys)))
    twice = connection.execute(
        f"SELECT {places} FROM {table} WHERE {is_known} GROUP BY {places} HAVING count(*) > 1 ORDER BY {places}"
    ).fetchall()
    if twice:
        first = ", ".join(f"{name} {value}" for name, value in zip(keys.values(), twice[0], strict=True))
        others = len(twice) - 1
        more = f", and for {others:,} more key{'' if others == 1 else 's'}" if others else ""
        raise ParameterError(f"{path}: two rows for {first}{more}: keep one row per key, or join on more columns")
    if "country" not in known or keys.keys().isdisjoint((*CODES, "iso2", "iso3", "m49")):
        return
    places = ", ".join(map(sql_name, keys))
    shared = connection.execute(
        f"""SELECT {places}, string_agg(DISTINCT country, ' and ' ORDER BY country) FROM ({sql})
WHERE {" AND ".join(f"{sql_name(name)} IS NOT NULL" for name in keys)}
GROUP BY {places} HAVING count(DISTINCT country) > 1 ORDER BY {places}"""
    ).fetchall()
    if shared:
        *values, countries = shared[0]
        first = ", ".join(f"{name} {value}" for name, value in zip(keys, values, strict=True))
        raise ParameterError(f"in the panel, {first} stands for {countries}: join on another code")


def _unmatched(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, keys: Mapping[str, str], sql: str, same: str
) -> list[str]:
    """Say which rows of the file, and of the panel, have no row in the other."""
    remarks = []
    theirs = " ".join(f"key_{at}" for at in range(len(keys)))
    sides = (
        (f"{table} j", f"({sql}) p", theirs.split(), path.name, "the panel"),
        (f"({sql}) p", f"{table} j", [f"p.{sql_name(name)}" for name in keys], "the panel", path.name),
    )
    for rows, others, names, what, other in sides:
        missing = f"SELECT {', '.join(names)} FROM {rows} WHERE NOT EXISTS (SELECT 1 FROM {others} WHERE {same})"
        found = connection.execute(f"SELECT DISTINCT * FROM ({missing}) ORDER BY ALL").fetchall()
        if not found:
            continue
        count = connection.execute(f"SELECT count(*) FROM ({missing})").fetchall()[0][0]
        listed = ", ".join(" ".join(str("none" if one is None else one) for one in row) for row in found[:_LISTED])
        more = f", and {len(found) - _LISTED:,} more" if len(found) > _LISTED else ""
        rows_of = f"1 row of {what} matches" if count == 1 else f"{count:,} rows of {what} match"
        remarks.append(f"{rows_of} nothing in {other}: {listed}{more}")
    return remarks


def _folded(expression: str) -> str:
    """Return SQL for a key as it is compared: in capitals, and a number without leading zeros and decimals."""
    text = f"upper(trim(CAST({expression} AS VARCHAR)))"
    return f"nullif(regexp_replace({text}, '^0*([0-9]+)([.]0*)?$', '\\1'), '')"


def _cast(name: str, kind: str) -> str:
    """Return SQL for a column in its type; how statistics write what is not known is nothing where numbers stand."""
    column, type = sql_name(name), _type(kind)
    if type == "VARCHAR":
        return f"nullif(CAST({column} AS VARCHAR), '')"
    return f"TRY_CAST(CASE WHEN CAST({column} AS VARCHAR) NOT IN {_NULLS} THEN {column} END AS {type})"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _type(kind: str) -> str:
    """Return the type of a column of a panel for one of a file: text, a day, or a number."""
    known = {"BOOLEAN": "INTEGER", "DATE": "DATE"}
    return known.get(kind) or next((ours for ours, form in _TYPES.items() if re.fullmatch(form, kind)), "VARCHAR")
