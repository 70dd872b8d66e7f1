"""The making of a panel: what is asked is read, and a database gets its tables and views (needs the extra `duckdb`)."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from foc_graph.errors import ParameterError, UnknownNameError, quoted, require
from foc_graph.graph import Graph
from foc_graph.panel.cells import DRAWN, DRAWN_CELLS, SPANS, write_views
from foc_graph.panel.size import LargePanelError, count_rows
from foc_graph.panel.table import Choice, Panel
from foc_graph.panel.units import ALL, UNIT_NAMES, UNITS, coalition_year
from foc_graph.store import Store
from foc_graph.store.results import as_rows

if TYPE_CHECKING:
    import duckdb

_MOST_YEARS, _MOST_DRAWS, _GREATEST_SEED = 1000, 10_000, 10**18 - 1


def make_panel(
    graph: Graph,
    coalition: str | Sequence[str] = ALL,
    unit: str = "state-year",
    years: str = "",
    rule: str = "any-day",
    with_non_members: bool = False,
    draws: int = 0,
    seed: int = 0,
) -> Panel:
    """Make the panel of some coalitions of a graph.

    Args:
        graph: the graph.
        coalition: one or several, as people name them, or `all`.
        unit: what a row is, one of `UNIT_NAMES`.
        years: the first and the last, such as `2011-2026`; by default from the beginning of the first coalition on to
            the year in which the record was verified.
        rule: what it means to be a member in a year, one of `SPANS`.
        with_non_members: whether there are rows for all who might be members, too.
        draws: how many versions there are, in each of which uncertain days are drawn; none with 0.
        seed: what chooses these days: the same are drawn with the same seed.

    Raises:
        UnknownNameError, AmbiguousNameError: for a coalition, unit or rule that there is not.
        ParameterError: for years that are none, a unit that has no non-members or draws, or where DuckDB is not
            installed.
    """
    choice = Choice(unit, read_years(years), rule, with_non_members, draws, seed)
    coalitions = find_coalitions(graph, coalition)
    return tabulate(
        graph.store, graph.base, coalitions, choice, last_year(graph), connect(temp_directory=tempfile.gettempdir())
    )


def connect(**config: Any) -> duckdb.DuckDBPyConnection:
    """Make an empty database in memory, with these settings, which installs nothing.

    Raises:
        ParameterError: where DuckDB is not installed.
    """
    require("duckdb")
    import duckdb

    offline = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    return duckdb.connect(config=offline | config)


def tabulate(
    store: Store,
    base: str,
    coalitions: Collection[ox.NamedNode],
    choice: Choice,
    last: int,
    connection: duckdb.DuckDBPyConnection,
    most: int = 0,
) -> Panel:
    """Make the panel of some coalitions in a store, whose things have IRIs below a base, in an empty database.

    Where no years are chosen, they are those from the beginning of the first coalition on to the `last`.

    Raises:
        UnknownNameError, ParameterError: as `make_panel`; `LargePanelError` for what may have more than `most` rows,
            where there is such a number.
    """
    from foc_graph.panel.memberships import read_memberships

    for what, name, known in (("unit", choice.unit, UNIT_NAMES), ("rule", choice.rule, tuple(SPANS))):
        if name not in known:
            raise UnknownNameError(what, name, known, otherwise=f"choose {', '.join(known)}")
    connection.execute("SET enable_progress_bar = false")  # it would be printed between the rows
    read_memberships(store, base, coalitions, connection)
    if not any(choice.years):
        choice = choice._replace(years=_default_years(connection, last))
    if most and (rows := count_rows(connection, choice)) > most:
        raise LargePanelError(rows, most)
    return select(connection, choice)


def select(connection: duckdb.DuckDBPyConnection, choice: Choice) -> Panel:
    """Select a panel in a database that has the `TABLES` of memberships.

    Raises:
        ParameterError: for a unit that has no non-members or draws, or too many of these.
    """
    unit, (begin, end), draws = choice.unit, choice.years, choice.draws
    made = UNITS[unit] if unit in UNITS else coalition_year(connection)
    have = " or ".join(name for name, one in UNITS.items() if one.everyone)
    if choice.with_non_members and not made.everyone:
        raise ParameterError(f"{unit} has no rows for non-members: leave them out, or choose {have}")
    if draws and not made.everyone:
        raise ParameterError(f"{unit} cannot be drawn: count it from draws of {have}")
    if not 0 <= draws <= _MOST_DRAWS:
        raise ParameterError(f"{draws} draws: choose from 1 to {_MOST_DRAWS:,}")
    if abs(choice.seed) > _GREATEST_SEED:
        raise ParameterError(f"the seed is a number of at most {len(str(_GREATEST_SEED))} digits")
    everyone = made.everyone if choice.with_non_members else ""
    connection.execute(write_views(choice.rule, choice.years, everyone))
    ((coalitions,),) = connection.execute('SELECT count(*) FROM "list"').fetchall()
    if not draws:
        sql = made.sql.format(draw="", cells="told", coalitions=max(coalitions - 1, 0))
        return Panel(connection, made._replace(sql=sql), choice)
    connection.execute(DRAWN, {"draws": draws, "seed": choice.seed, "first": begin, "last": end})
    connection.execute(DRAWN_CELLS.format(draws=draws))
    sql = made.sql.format(draw="p.draw, ", cells="drawn_cell")
    columns = {"draw": "number of the draw, from 1", **made.columns}
    return Panel(connection, made._replace(sql=sql, columns=columns), choice)


def find_coalitions(graph: Graph, named: str | Sequence[str]) -> list[ox.NamedNode]:
    """Return the IRIs of coalitions by what people call them, or all.

    Raises:
        UnknownNameError, AmbiguousNameError: for a name that no coalition has, or several.
        ParameterError: if none is named, or others beside all.
    """
    names = [name.strip() for one in ([named] if isinstance(named, str) else named) for name in one.split(",")]
    if ALL in map(str.casefold, names):
        if len(names) > 1:
            raise ParameterError(f"{ALL} stands for all coalitions: leave the others out")
        found = graph.sparql("SELECT ?coalition WHERE { ?coalition a coal:Coalition } ORDER BY STR(?coalition)")
        return [ox.NamedNode(row["coalition"]) for row in as_rows(found)]
    if not any(names):
        raise ParameterError(f"a panel needs a coalition: name one or several, or {ALL}")
    return list(dict.fromkeys(graph.resolve(name, "coalition") for name in names if name))


def read_years(text: str) -> tuple[int, int]:
    """Read the first and the last year, such as `2011-2026`; 0 and 0 for an empty text.

    Raises:
        ParameterError: if they are none, or too many.
    """
    if not text:
        return 0, 0
    match = re.fullmatch(r"([0-9]{4})(?:\s*(?:-|to|/)\s*([0-9]{4}))?", text.strip())
    if match is None or "0000" in match.groups():
        raise ParameterError(f"years {quoted(text)}: write a year, or the first and the last, such as 2011-2026")
    begin, end = int(match[1]), int(match[2] or match[1])
    if end < begin:
        raise ParameterError(f"years {quoted(text)} end before they begin: write {end}-{begin}")
    if end - begin >= _MOST_YEARS:
        raise ParameterError(f"years {quoted(text)}: at most {_MOST_YEARS:,} years at once: name fewer")
    return begin, end


def last_year(graph: Graph) -> int:
    """Return the year in which the record was verified."""
    return int((graph.workspace.settings.verified or date.today().isoformat())[:4])


def _default_years(connection: duckdb.DuckDBPyConnection, last: int) -> tuple[int, int]:
    found = connection.execute('SELECT year(min(begins_earliest)) FROM "list"').fetchone()
    return min(found[0] if found and found[0] else last, last), last
