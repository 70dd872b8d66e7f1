"""The size of a panel, known by arithmetic before it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foc_graph.errors import ParameterError
from foc_graph.panel.cells import write_pairs
from foc_graph.panel.table import Choice
from foc_graph.panel.units import UNITS

if TYPE_CHECKING:
    import duckdb

_CELLS = """SELECT sum(p.members * greatest(0, {last} - greatest({first}, coalesce(l.begun, {first})) + 1))
FROM (SELECT p.coalition, count(*) AS members FROM ({pairs}) p {joined} GROUP BY p.coalition) p
JOIN (SELECT coalition, year(begins_earliest) AS begun FROM "list") l ON l.coalition = p.coalition"""

_SIZES = {
    "state-year": _CELLS.replace("{joined}", "JOIN country c ON coalesce(c.member, c.country) = p.member"),
    "organisation-year": _CELLS.replace("{joined}", ""),
    "dyad-year": """WITH held AS (
  SELECT m.coalition, c.country, min(coalesce(year(m.begins_earliest), {first})) AS first,
    max(coalesce(year(m.ends_latest), {last})) AS last
  FROM membership m JOIN country c ON c.member = m.member
  GROUP BY m.coalition, c.country
), dyad AS (
  SELECT greatest({first}, min(greatest(a.first, b.first))) AS first,
    least({last}, max(least(a.last, b.last))) AS last
  FROM held a JOIN held b ON a.coalition = b.coalition AND a.country < b.country
  GROUP BY a.country, b.country
)
SELECT sum(greatest(0, last - first + 1)) FROM dyad""",
    "spell": "SELECT count(*) FROM membership",
    "event": "SELECT 2 * ((SELECT count(*) FROM membership) + (SELECT count(*) FROM chair))",
    "coalition-year": 'SELECT count(*) * ({last} - {first} + 1) FROM "list"',
}
"""SQL for the most rows of each unit: of two countries, some of their years may lie between two coalitions."""


class LargePanelError(ParameterError):
    """A panel that may have more rows than are made."""

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(f"up to {rows:,} rows, and at most {most:,} are made: ask for fewer years or coalitions")


def count_rows(connection: duckdb.DuckDBPyConnection, choice: Choice) -> int:
    """Count how many rows a panel of the `TABLES` in a database has at most."""
    first, last = choice.years
    everyone = UNITS[choice.unit].everyone if choice.with_non_members and choice.unit in UNITS else ""
    sql = _SIZES[choice.unit].format(first=first, last=last, pairs=write_pairs(everyone))
    ((rows,),) = connection.execute(sql).fetchall()
    return int(rows or 0) * max(choice.draws, 1)
