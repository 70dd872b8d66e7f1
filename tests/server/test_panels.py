"""Panels over HTTP: the same bytes as the library writes, and a clear problem for what is asked wrongly."""

import errno
import io
import sys

import httpx2
import pandas
import polars
import pytest

from foc_graph.graph import Graph
from foc_graph.panel.units import UNIT_NAMES
from foc_graph.sandbox import pool
from foc_graph.server import panel_files, panels, responses
from foc_graph.server.panels import TYPES
from tests.support.failures import fail


@pytest.mark.parametrize(
    ("unit", "ending"), [*((UNIT_NAMES[0], ending) for ending in TYPES), *((unit, "csv") for unit in UNIT_NAMES[1:])]
)
def test_a_panel_is_as_the_library_writes_it(client: httpx2.Client, small: Graph, unit: str, ending: str) -> None:
    address = f"/panel.{ending}?coalition=first,second&unit={unit}&years=2010-2016&rule=last-day"
    answer = client.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"].partition(";")[0] == TYPES[ending]
    expected = small.panel("first,second", unit=unit, years="2010-2016", rule="last-day")
    if ending in ("csv", "tsv", "json"):
        assert answer.content == expected.serialise(ending)
    elif ending in ("dta", "parquet", "xlsx"):
        read = {"dta": pandas.read_stata, "parquet": polars.read_parquet, "xlsx": pandas.read_excel}[ending]
        assert len(read(io.BytesIO(answer.content))) == len(expected)
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_names_lead_to_the_address_with_slugs(client: httpx2.Client) -> None:
    answer = client.get("/panel.csv?coalition=First+Coalition&years=2015", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "panel.csv?coalition=first&unit=state-year&years=2015&rule=any-day"
    assert client.get("/panel.csv?coalition=all&years=2015&with-non-members=true").status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "a panel needs a coalition"),
        ("coalition=nowhere", "unknown coalition 'nowhere'"),
        ("coalition=first&unit=month", "unknown unit 'month'"),
        ("coalition=first&rule=noon", "unknown rule 'noon'"),
        ("coalition=first&years=2026-2011", "end before they begin"),
        ("coalition=first&years=%27;DROP", "write a year"),
        ("coalition=first&with-non-members=maybe", "with-non-members is true or false"),
        ("coalition=first&foo=1", "unknown parameter 'foo': choose coalition, unit"),
        ("coalition=first&years=2015&years=2016", "years takes one value"),
        ("coalition=all,first", "all stands for all coalitions"),
        ("coalition=first&unit=spell&with-non-members=true", "spell has no rows for non-members"),
    ],
)
def test_what_is_asked_wrongly_is_a_problem(client: httpx2.Client, asked: str, said: str) -> None:
    answer = client.get(f"/panel.json?{asked}")
    assert answer.status_code == 400 and said in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_format_is_not_found(client: httpx2.Client) -> None:
    assert client.get("/panel.doc?coalition=first").status_code == 404


def test_without_duckdb_a_server_says_so(client: httpx2.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    answer = client.get("/panel.csv?coalition=first")
    assert answer.status_code == 501 and "panels need DuckDB" in answer.json()["detail"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "dta", "sav"])
def test_a_panel_of_too_many_rows_is_not_sent(
    client: httpx2.Client, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ending == "csv":
        monkeypatch.setattr(panels, "MOST_ROWS", 10)
    else:
        monkeypatch.setitem(panels._FEWER, ending, 10)
    answer = client.get(f"/panel.{ending}?coalition=first")
    assert answer.status_code == 413 and "and at most 10 are made: ask for fewer years" in answer.json()["detail"]


def test_a_panel_is_made_with_little_memory_and_no_other_files() -> None:
    connection = panel_files.prepare("csv").args[1]
    query = "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
    memory, threads, folder = connection.execute(query).fetchone()
    assert memory.endswith(" MiB") and float(memory.split()[0]) < 512
    assert (int(threads), folder) == (1, "")


def test_without_room_a_panel_is_507_said_once_a_minute_and_not_kept(
    client: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    responses._tell.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(pool, "mkdtemp", lambda **_: fail(errno.ENOSPC))
        patch.setattr(responses.time, "monotonic", lambda: 60.0)
        patch.setattr(responses._logger, "error", lambda *message, **_: logged.append(str(message)))
        answers = [client.get("/panel.csv?coalition=first&years=2013") for _ in range(5)]
    assert {one.status_code for one in answers} == {507} and len(logged) == 1
    assert client.get("/panel.csv?coalition=first&years=2013").status_code == 200
