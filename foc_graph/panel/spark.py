"""Panels in Spark, where memberships outgrow a machine: the same SQL, translated (needs the extra `scale`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foc_graph.errors import ParameterError, require
from foc_graph.panel.cells import write_views
from foc_graph.panel.table import Choice
from foc_graph.panel.units import UNITS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def select_in_spark(session: SparkSession, choice: Choice) -> DataFrame:
    """Select a panel in a session that has the `TABLES` of memberships as temporary views; its views are made there.

    Raises:
        ParameterError: for a unit that is not of cells, for draws, or where sqlglot is not installed.
    """
    require("sqlglot")
    import sqlglot

    units = [name for name, one in UNITS.items() if one.everyone]
    if choice.unit not in units or choice.draws:
        raise ParameterError(f"Spark selects {' and '.join(units)}, without draws: choose one of them")
    unit = UNITS[choice.unit]
    views = write_views(choice.rule, choice.years, unit.everyone if choice.with_non_members else "")
    for statement in sqlglot.parse(views, read="duckdb"):
        if isinstance(statement, sqlglot.exp.Create):
            made = session.sql(statement.expression.sql("spark"))
            made.createOrReplaceTempView(statement.this.name)
    (select,) = sqlglot.transpile(unit.sql.format(draw="", cells="told"), read="duckdb", write="spark")
    return session.sql(select)
