"""Panels as files of Stata and SPSS, with labels of variables and values (needs the extra `stats`)."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foc_graph.errors import ParameterError, quoted
from foc_graph.panel.units import VALUES

if TYPE_CHECKING:
    from pandas import DataFrame

STATISTICS: Mapping[str, int] = {"dta": 2045, "sav": 32767}
"""The endings of the files, each with the most bytes of a text in one."""

_LABEL = 80
"""Most characters of a label of a file or variable in Stata."""

_FIRST_DAYS = {"dta": date(100, 1, 1), "sav": date(1582, 10, 15)}
"""The first days that Stata and SPSS know."""

_LONGEST = {"dta": 32, "sav": 64}
"""Most characters of the name of a variable."""

_RESERVED = {
    "dta": "_(all|b|coef|cons|n|pi|pred|rc|skip)|byte|double|float|if|in|int|long|str[0-9]+|strl|using|with",
    "sav": "all|and|by|eq|ge|gt|le|lt|ne|not|or|to|with",
}
"""Patterns of words that are no names of variables, in any case.

Sources: Stata User's Guide, section 11.3; IBM SPSS Statistics Base, Variable Names.
"""


def name_variables(columns: Iterable[str], format: str) -> dict[str, str]:
    """Return for each column the name of its variable in a format: letters, digits and `_`, short and its own."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        name = re.sub("[^A-Za-z0-9_]", "_", column)[: _LONGEST[format]]
        if not re.match("[A-Za-z_]" if format == "dta" else "[A-Za-z]", name):
            name = f"v_{name}"[: _LONGEST[format]]
        if re.fullmatch(_RESERVED[format], name, re.IGNORECASE):
            name = f"{name}_"
        stem, number = name, 1
        while name.casefold() in taken:
            number += 1
            end = f"_{number}"
            name = f"{stem[: _LONGEST[format] - len(end)]}{end}"
        taken.add(name.casefold())
        names[column] = name
    return names


def explain_variables(labels: Mapping[str, str], format: str) -> list[str]:
    """Say which columns have other names in a format, and which labels are cut."""
    told = [
        f"column {quoted(column)} becomes variable {name}: .{format} does not allow the name"
        for column, name in name_variables(labels, format).items()
        if name != column
    ]
    long = [column for column, label in labels.items() if len(label) > _LABEL]
    if long:
        told.append(f"labels are cut to {_LABEL} characters; the codebook has them whole: {', '.join(long)}")
    return told


def write_statistics(frame: DataFrame, labels: Mapping[str, str], title: str, format: str) -> bytes:
    """Return a data frame as a file of Stata (`dta`) or SPSS (`sav`); the variables have these labels.

    What is not known is a missing value, and an empty text. Names and labels are as `explain_variables` says.

    Raises:
        ParameterError: for a text or day that the format does not hold.
        OSError: if there is no room for a temporary file.
    """
    import pandas
    import pyreadstat

    most, first = STATISTICS[format], _FIRST_DAYS[format]
    held = {}
    variables = name_variables(frame.columns, format)
    for name, kind in frame.dtypes.astype(str).items():
        values = frame[name]
        if kind.startswith("datetime"):
            values = [None if pandas.isna(day) else day.date() for day in values]
            _check(name, values, lambda day: day < first, f"before the days that .{format} holds")
        elif kind in ("str", "object"):
            values = values.fillna("").astype(str)
            _check(name, values, lambda text: len(text.encode()) > most, f"longer than {most:,} bytes")
        held[variables[name]] = pandas.Series(values, dtype="object" if kind.startswith("datetime") else None)
    shown: dict[str, str | None] = {
        variables[name]: label if len(label) <= _LABEL else f"{label[: _LABEL - 3]}..."
        for name, label in labels.items()
    }
    meanings = {name: values for name, values in VALUES.items() if name in held}
    write, read = (getattr(pyreadstat, f"{verb}_{format}") for verb in ("write", "read"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"panel.{format}"
        last = max(len(frame) - 1, 0)
        try:  # a full disk may go unnoticed until the end of the file is read
            write(
                pandas.DataFrame(held),
                str(path),
                file_label=title[:_LABEL],
                column_labels=shown,
                variable_value_labels=meanings,
            )
            is_whole = len(read(str(path), row_offset=last, row_limit=1)[0]) == min(len(frame), 1)
        except pyreadstat.ReadstatError:
            is_whole = False
        if not is_whole:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return path.read_bytes()


def _check(name: str, values: Iterable[Any], is_wrong: Callable[[Any], bool], problem: str) -> None:
    for number, value in enumerate(values, 1):
        if value is not None and is_wrong(value):
            raise ParameterError(f"row {number}, column {name}: {problem}: write .csv or .parquet instead")
