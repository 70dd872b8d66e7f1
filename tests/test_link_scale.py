"""Linking whole tables with Splink: the same from DuckDB and from Spark, and `foc link suggest --engine spark`."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from servers import MissingProgramError, give_up

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.linking.things import read_things
from foc_graph.linking.variants import Row, codes_of, rows_of
from foc_graph.workspace.sssom import read_mappings

if TYPE_CHECKING:
    from foc_graph.linking.backends import Source
    from foc_graph.linking.linkage import Pair

CODES = {"estonia": "EE", "ee": "EE", "latvia": "LV", "lv": "LV"}
KNOWN = [
    Row("country/ee", "Estonia", "country", "EE"),
    Row("government/ee", "Government of Estonia", "government organisation", "EE"),
    Row("government/ee", "Estonia", "government organisation", "EE"),
    Row("ministry/ee", "Ministry of Foreign Affairs", "organisation", "EE"),
    Row("ministry/lv", "Ministry of Foreign Affairs", "organisation", "LV"),
    Row("cdt", "Center for Democracy & Technology", "organisation", "", "https://cdt.org/about"),
    Row("epic", "Electronic Privacy Information Center", "organisation"),
    Row("epic", "EPIC", "organisation"),
    Row("riga", "Riga Observatory of Broadcasting", "organisation", "LV"),
]
SECONDS = 300
LOOPBACK = ("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000")


@pytest.fixture(autouse=True)
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip without the extra; Java starts quicker where it does not prepare for long work."""
    for module in ("splink", "pyspark"):
        try:
            __import__(module)
        except ImportError:
            give_up(MissingProgramError(f"{module} is not installed: pip install 'foc-graph[scale]'"))
    if which("java") is None:
        give_up(MissingProgramError("Java is not installed: apt-get install default-jre-headless"))
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def in_duckdb(left: Source, right: Source, codes: dict[str, str] = CODES) -> list[Pair]:
    from foc_graph.linking.backends import duck
    from foc_graph.linking.linkage import linked

    with duck() as backend:
        return list(linked(backend, left, right, codes))


def written(rows: list[Row], path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    columns = dict(zip(Row._fields, map(list, zip(*rows, strict=True)), strict=True))
    if path.suffix == ".parquet":
        parquet.write_table(pa.table(columns), path)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([Row._fields, *rows])
    return path


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("x", "Estonia", "country"), "country/ee"),
        (Row("x", "Estonia", "government"), "government/ee"),
        (Row("x", "Estonian Government", "organisation", "ee"), "government/ee"),
        (Row("x", "MINISTRY FOR FOREIGN AFFAIRS", "organisation", "Latvia"), "ministry/lv"),
        (Row("x", "Centre for Demcracy and Technology, Inc."), "cdt"),
        (Row("x", "Technology and Democracy Center", "organisation", "", "http://www.cdt.org"), "cdt"),
        (Row("x", "Electronic Privacy Information Center (EPIC)", "organisation"), "epic"),
        (Row("x", "Riga Obsrvatory of Brodcasting", "organisation", "LV"), "riga"),
    ],
)
def test_a_name_means_the_thing_that_fits(row: Row, expected: str) -> None:
    best = in_duckdb(KNOWN, [row])[0]
    assert (best.left, best.right) == (expected, "x") and best.probability > 0.8
    assert best.right_name == row.name and best.left_name in best.explanation


@pytest.mark.parametrize(
    "row", [Row("x", "Ministry of Foreign Affairs", "organisation"), Row("x", "Estonia")], ids=["homonyms", "kinds"]
)
def test_what_fits_two_things_is_neither(row: Row) -> None:
    first, second = in_duckdb(KNOWN, [row])[:2]
    assert first.probability == pytest.approx(second.probability) and first.probability <= 0.5


@pytest.mark.parametrize(
    "name", ["", "!?", "a" * 100_000, "\ud800", "'; drop table names; --", "Atlantis", "x\x00y", "\x1f", "中" * 400]
)
def test_odd_names_mean_nothing_and_harm_nobody(name: str) -> None:
    rows = [Row("x", name, "nonsense kind", "nowhere", "http://[::bad"), Row("y", "Estonia", "country")]
    found = in_duckdb(KNOWN, rows)
    assert [pair.left for pair in found if pair.right == "y"] == ["country/ee"]
    assert [pair for pair in found if pair.right == "x" and pair.probability > 0.5] == []


def test_no_rows_give_no_pairs() -> None:
    assert in_duckdb(KNOWN, []) == in_duckdb([], KNOWN) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.csv", "name,country\nx,y\n", "has no column id: it has name, country"),
        ("rows.csv", "id,label\nx,y\n", "has no column name: it has id, label"),
        ("rows.parquet", "no Parquet", "cannot be read: "),
        ("missing.parquet", None, "cannot be read: "),
    ],
)
def test_a_file_that_holds_no_rows_is_told(name: str, content: str | None, message: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ParameterError) as raised:
        in_duckdb(KNOWN, tmp_path / name)
    assert str(raised.value).startswith(f"{tmp_path / name}: {message}") and "\n" not in str(raised.value)


def test_records_in_a_file_are_suggested(graph: Graph, tmp_path: Path) -> None:
    from foc_graph.linking.backends import duck
    from foc_graph.linking.scaling import suggest_in

    things = [thing for thing in read_things(graph.store) if thing.kinds == ("organisation",)]
    rows = [Row("https://example.org/1", "Access Now Inc."), Row("https://example.org/2", "Atlantis")]
    with duck() as backend:
        (found,) = suggest_in(backend, things, written(rows, tmp_path / "some.parquet"), ("organisation",))
    assert found.thing.iri.endswith("/id/organisation/access-now") and found.is_same
    assert found.record[:2] == ("https://example.org/1", ("Access Now Inc.",)) and found.probability > 0.8
    with duck() as backend, pytest.raises(ParameterError, match="the id '1' is no IRI"):
        list(suggest_in(backend, things, written([Row("1", "Access Now")], tmp_path / "other.parquet")))


def gold(graph: Graph) -> tuple[list[Row], list[Row], dict[str, str]]:
    """The names of some things of the graph, some names of the gold set, and the codes of countries."""
    things = read_things(graph.store)
    some = [thing for thing in things if thing.kinds == ("organisation",)]
    path = ROOT / "tests" / "gold" / "organisations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))[::4]
    asked = [Row(str(number), row["name"], row["kind"], row["country"]) for number, row in enumerate(found)]
    return list(rows_of(some))[::2], asked, codes_of(things)


def test_spark_gives_what_duckdb_gives_and_stays_on_this_machine(graph: Graph, tmp_path: Path) -> None:
    from foc_graph.linking.backends import spark
    from foc_graph.linking.linkage import linked

    left, right, codes = gold(graph)
    expected = in_duckdb(left, right, codes)
    assert len(expected) > 50
    files = written(left, tmp_path / "left.csv"), written(right, tmp_path / "right.parquet")
    assert in_duckdb(*files, codes) == expected
    with spark() as backend:
        with pytest.raises(ParameterError, match=r"missing\.parquet: cannot be read: .*PATH_NOT_FOUND"):
            list(linked(backend, tmp_path / "missing.parquet", right, codes))
        found = list(linked(backend, *files, codes))
        addresses = set(listening())
        assert Path(backend.folder).is_dir()
    assert [pair[:2] for pair in found] == [pair[:2] for pair in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-9)
        assert one.weights == pytest.approx(other.weights, abs=1e-9) and one.explanation == other.explanation
    assert addresses and addresses <= set(LOOPBACK)
    assert not Path(backend.folder).exists() and len(list(family(os.getpid()))) == 1


def family(process: int) -> Iterator[int]:
    """A process and those that it started."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def listening() -> Iterator[str]:
    """The addresses on which this process and those that it started listen, as Linux writes them."""
    links = (link for process in family(os.getpid()) for link in Path(f"/proc/{process}/fd").iterdir())
    sockets = {str(link.readlink()) for link in links if link.is_symlink()}
    for table in ("tcp", "tcp6"):
        for line in islice(Path(f"/proc/net/{table}").read_text().splitlines(), 1, None):
            cells = line.split()
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in sockets:
                yield cells[1].partition(":")[0]


def suggest(target: Path, *options: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foc_graph", "link", "suggest", "--engine", "spark", "--target", str(target)]
    return subprocess.run(
        [*command, *options], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS
    )


def test_suggest_with_spark(tmp_path: Path) -> None:
    path = tmp_path / "target.csv"
    path.write_text("id,name\nhttps://example.org/1,Media Freedom Coalition (MFC)\nhttps://example.org/2,Atlantis\n")
    done = suggest(path, "--kind", "coalition")
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = read_mappings(done.stdout, "standard output").rows
    assert (row.slots["subject_id"], row.slots["predicate_id"]) == ("id:mfc", "owl:sameAs")
    assert row.slots["object_label"] == "Media Freedom Coalition (MFC)" and float(row.slots["confidence"]) > 0.8
    assert row.slots["comment"].startswith("like Media Freedom Coalition: ")


def test_a_missing_extra_is_told(tmp_path: Path) -> None:
    (tmp_path / "splink.py").write_text("raise ImportError")
    done = suggest(tmp_path / "any.csv", environment={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "foc: splink is not installed: pip install 'foc-graph[scale]'\n"
