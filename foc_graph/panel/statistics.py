"""Panels as files of Stata and SPSS, with labels of variables and values (needs the extra `stats`)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foc_graph.errors import ParameterError

if TYPE_CHECKING:
    from pandas import DataFrame

STATISTICS: Mapping[str, int] = {"dta": 2045, "sav": 32767}
"""The endings of the files, each with the most bytes of a text in one."""

_LABEL = 80
"""Most characters of a label of a file or variable in Stata."""

_FIRST_DAYS = {"dta": date(100, 1, 1), "sav": date(1582, 10, 15)}
"""The first days that Stata and SPSS know."""

_IS_MEMBER: dict[int | float, str] = {0: "not a member", 1: "member"}
_NO_YES: dict[int | float, str] = {0: "no", 1: "yes"}
_VALUES: Mapping[str, dict[int | float, str]] = {
    **dict.fromkeys(("member", "member_min", "member_max"), _IS_MEMBER),
    **dict.fromkeys(("presumed", "censored"), _NO_YES),
    "status": {-1: "no state then", 0: "none", 1: "full", 2: "associate", 3: "observer"},
}
"""The meanings of codes, by their columns."""


def write_statistics(frame: DataFrame, labels: Mapping[str, str], title: str, format: str) -> bytes:
    """Return a data frame as a file of Stata (`dta`) or SPSS (`sav`); the variables have these labels.

    What is not known is a missing value, and an empty text.

    Raises:
        ParameterError: for a text or day that the format does not hold.
    """
    import pandas
    import pyreadstat

    most, first = STATISTICS[format], _FIRST_DAYS[format]
    held = {}
    for name, kind in frame.dtypes.astype(str).items():
        values = frame[name]
        if kind.startswith("datetime"):
            values = [None if pandas.isna(day) else day.date() for day in values]
            _check(name, values, lambda day: day < first, f"before the days that .{format} holds")
        elif kind in ("str", "object"):
            values = values.fillna("").astype(str)
            _check(name, values, lambda text: len(text.encode()) > most, f"longer than {most:,} bytes")
        held[name] = pandas.Series(values, dtype="object" if kind.startswith("datetime") else None)
    shown: dict[str, str | None] = {name: label[:_LABEL] for name, label in labels.items()}
    meanings = {name: values for name, values in _VALUES.items() if name in held}
    write = pyreadstat.write_dta if format == "dta" else pyreadstat.write_sav
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"panel.{format}"
        write(
            pandas.DataFrame(held),
            str(path),
            file_label=title[:_LABEL],
            column_labels=shown,
            variable_value_labels=meanings,
        )
        return path.read_bytes()


def _check(name: str, values: Iterable[Any], is_wrong: Callable[[Any], bool], problem: str) -> None:
    for number, value in enumerate(values, 1):
        if value is not None and is_wrong(value):
            raise ParameterError(f"row {number}, column {name}: {problem}: write .csv or .parquet instead")
