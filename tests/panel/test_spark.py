"""Panels in Spark: the rows that DuckDB gives, of the same statement of the rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from foc_graph.errors import ParameterError
from foc_graph.panel.memberships import TABLES
from foc_graph.panel.spark import select_in_spark
from foc_graph.panel.table import Choice
from tests.support.panels import BOUNDS, COUNTRIES, Row, club, code, panel
from tests.support.spark import installed_spark, quick_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.extended
TYPES = {"VARCHAR": "string", "DATE": "date", "BOOLEAN": "boolean", "BIGINT": "bigint"}


def made_up(seed: int, number: int) -> dict[str, list[Row]]:
    """Tables of memberships of three coalitions, with every kind of bound, status and list."""
    random = Random(seed)

    def period() -> Row:
        begin = date(2008, 1, 1) + timedelta(random.randrange(3000))
        days = [begin, begin + timedelta(random.choice([0, 30, 400]))]
        days += [days[1] + timedelta(random.randrange(1500)), days[1] + timedelta(random.randrange(1500, 3000))]
        found: Row = {name: None if random.random() < 0.2 else day for name, day in zip(BOUNDS, days, strict=True)}
        is_open = random.random() < 0.5
        found |= {"is_open": is_open, "checked": days[2] if is_open else None, "state": "open" if is_open else "ended"}
        if is_open:
            found["ends_latest"] = None
        return found | {"planned_end": days[3] if random.random() < 0.1 else None}

    memberships, phases, sources = [], [], []
    for at in range(number):
        name = f"membership/{at}"
        kind, role = random.choice([("member", "member"), ("member", "non-voting-member"), ("observer", "observer")])
        one = {"row": at, "coalition": random.choice(["club", "lodge", "guild"]), "membership": name, "role": role}
        one |= {"member": random.choice(["government/al", "country/be", "organisation/x"]), "kind": kind}
        memberships.append(one | {"status": random.choice([None, "active", "invited"])} | period())
        if random.random() < 0.4:
            phases.append({"membership": name, "standing": random.choice(["suspended", "inactive"])} | period())
        sources += [{"membership": name, "address": f"https://{random.randrange(9)}.example/"} for _ in range(2)]
    lists = [
        club("complete", "2013-06-01"),
        club("partial", begins="2010-05-05") | {"coalition": "lodge", "name": "Lodge"},
        club("complete", "2011-01-01", ends_latest=date(2014, 3, 1)) | {"coalition": "guild", "name": None},
    ]
    agents = [{"member": one["member"], "name": one["member"], "category": "x"} for one in memberships[:3]]
    codes = [code(scheme, "7", begins) for scheme, begins in (("cown", "2012-03-01"), ("gwn", "2012-03-01"))]
    codes.append(code("vdem", "3", "2010-01-01", "2011-12-31"))
    given = {"membership": memberships, "phase": phases, "source": sources, "list": lists, "code": codes}
    return {**given, "country": COUNTRIES, "agent": list({one["member"]: one for one in agents}.values())}


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    with installed_spark(), quick_spark() as found:
        yield found


@pytest.fixture(scope="module")
def tables(session: SparkSession) -> dict[str, list[Row]]:
    """Tables, which Spark has as views."""
    made = made_up(7, 60)
    for name, columns in TABLES.items():
        schema = ", ".join(f"`{column}` {TYPES[kind]}" for column, kind in columns.items())
        rows = [tuple(row.get(column) for column in columns) for row in made.get(name, [])]
        session.createDataFrame(rows, schema).createOrReplaceTempView(name)
    return made


@pytest.mark.parametrize(
    ("unit", "rule", "with_non_members"),
    [
        ("state-year", "any-day", True),
        ("organisation-year", "any-day", True),
        ("state-year", "first-day", False),
        ("organisation-year", "last-day", False),
    ],
)
def test_spark_gives_the_rows_of_duckdb(
    session: SparkSession, tables: dict[str, list[Row]], unit: str, rule: str, with_non_members: bool
) -> None:
    choice = Choice(unit, (2009, 2018), rule, with_non_members)
    given: dict[str, Any] = {name: rows for name, rows in tables.items() if name not in ("membership", "list")}
    chosen = {"years": choice.years, "rule": rule, "with_non_members": with_non_members}
    expected = panel(tables["membership"], tables["list"], unit, **chosen, **given)
    found = [row.asDict() for row in select_in_spark(session, choice).collect()]
    assert len(found) >= 40 and found == list(expected)


@pytest.mark.parametrize("choice", [Choice("spell", (2009, 2018)), Choice("state-year", (2009, 2018), draws=2)])
def test_what_spark_does_not_select_is_told(session: SparkSession, choice: Choice) -> None:
    with pytest.raises(ParameterError, match="Spark selects state-year and organisation-year, without draws"):
        select_in_spark(session, choice)
