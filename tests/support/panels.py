"""Panels of made-up tables: memberships of one coalition by the days between which they began and ended."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb

from foc_graph.panel.build import select
from foc_graph.panel.memberships import TABLES, make_table
from foc_graph.panel.table import Choice, Panel

Row = dict[str, Any]
YEARS = (2010, 2016)
BOUNDS = ("begins_earliest", "begins_latest", "ends_earliest", "ends_latest")


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def membership(begins: tuple[str, str] = ("", ""), ends: tuple[str, str] = ("", ""), **rest: Any) -> Row:
    """A membership of Aland in `club`, with the days between which it began and ended."""
    found = {name: day(text) for name, text in zip(BOUNDS, (*begins, *ends), strict=True)}
    base = {"coalition": "club", "member": "government/al", "membership": "club/al", "role": "member", "kind": "member"}
    return base | {"state": "ended", "is_open": False} | found | rest


def beside_each_other(seats: Iterable[Row]) -> list[Row]:
    """Memberships of as many members, in their order."""
    return [seat | {"member": f"m{at:03}", "membership": f"club/m{at:03}"} for at, seat in enumerate(seats)]


def club(state: str = "complete", checked: str = "2026-11-24", begins: str = "2011-01-01", **rest: Any) -> Row:
    """A row about the list of its members."""
    return {
        "coalition": "club",
        "name": "The Club",
        "list_state": state,
        "begins_earliest": day(begins),
        "checked_last": day(checked),
        **rest,
    }


COUNTRIES = [
    {"country": "country/al", "name": "Aland", "iso2": "AL", "iso3": "ALA", "m49": "1", "member": "government/al"},
    {"country": "country/be", "name": "Beland", "iso2": "BE", "iso3": "BEL", "m49": "2", "member": None},
]


def panel(
    memberships: Sequence[Row], lists: Sequence[Row] = (club(),), unit: str = "state-year", **chosen: Any
) -> Panel:
    """A panel of made-up tables."""
    connection = duckdb.connect(config={"threads": 1})
    agents = [{"member": "government/al", "name": "Government of Aland", "category": "government"}]
    given = {"membership": memberships, "list": lists, "country": COUNTRIES, "agent": agents}
    given |= {name: chosen.pop(name) for name in TABLES if name in chosen}
    for table, columns in TABLES.items():
        rows = given.get(table, ())
        values = {name: [row.get(name) for row in rows] for name in columns}
        make_table(connection, table, values | {"row": list(range(len(rows)))})
    return select(connection, Choice(unit, chosen.pop("years", YEARS), **chosen))


def code(scheme: str, number: str, begins: str, ends: str = "", country: str = "country/be") -> Row:
    row = {"country": country, "scheme": scheme, "code": number}
    return row | {"begins_earliest": day(begins), "ends_latest": day(ends)}


JOINED = ("2012-03-01", "2012-03-01")
IN_2012 = ("2012-01-01", "2012-12-31")
LEFT = ("2014-05-01", "2014-05-01")
OPEN: Row = {"state": "open", "is_open": True, "checked": day("2014-06-01")}
