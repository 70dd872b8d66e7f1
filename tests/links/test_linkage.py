"""Linking whole tables with Splink: the same from DuckDB and from Spark, and `foc link suggest --engine spark`."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.links.model import NameRow, codes_of, rows_of, variants
from foc_graph.matching.index import read_things
from foc_graph.sssom.tsv import read_mappings
from tests.support import ROOT
from tests.support.sparql_servers import MissingProgramError, give_up

if TYPE_CHECKING:
    from foc_graph.links.engines import NameTable
    from foc_graph.links.linkage import Pair

CODES = {"estonia": "EE", "ee": "EE", "latvia": "LV", "lv": "LV"}
KNOWN = [
    NameRow("country/ee", "Estonia", "country", "EE"),
    NameRow("government/ee", "Government of Estonia", "government organisation", "EE"),
    NameRow("government/ee", "Estonia", "government", "EE"),
    NameRow("ministry/ee", "Ministry of Foreign Affairs", "organisation", "EE"),
    NameRow("ministry/lv", "Ministry of Foreign Affairs", "organisation", "LV"),
    NameRow("cdt", "Center for Democracy & Technology", "organisation", "", "https://cdt.org/about"),
    NameRow("epic", "Electronic Privacy Information Center", "organisation"),
    NameRow("epic", "EPIC", "organisation"),
    NameRow("riga", "Riga Observatory of Broadcasting", "organisation", "LV"),
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


def in_duckdb(left: NameTable, right: NameTable, codes: dict[str, str] = CODES) -> list[Pair]:
    import duckdb

    from foc_graph.links.engines import Duck
    from foc_graph.links.linkage import linked

    with duckdb.connect() as connection:
        return list(linked(Duck(connection), left, right, codes))


def written(rows: list[NameRow], path: Path) -> Path:
    return write_parquet([row._asdict() for row in rows], path)


def write_parquet(rows: list[dict[str, str]], path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (NameRow("x", "Estonia", "country"), "country/ee"),
        (NameRow("x", "Estonia", "government"), "government/ee"),
        (NameRow("x", "Estonian Government", "organisation", "ee"), "government/ee"),
        (NameRow("x", "MINISTRY FOR FOREIGN AFFAIRS", "organisation", "Latvia"), "ministry/lv"),
        (NameRow("x", "Centre for Demcracy and Technology, Inc."), "cdt"),
        (NameRow("x", "Technology and Democracy Center", "organisation", "", "http://www.cdt.org"), "cdt"),
        (NameRow("x", "Center for Democracy and Technology", "organisation government"), "cdt"),
        (NameRow("x", "Electronic Privacy Information Center (EPIC)", "organisation"), "epic"),
        (NameRow("x", "Riga Obsrvatory of Brodcasting", "organisation", "LV"), "riga"),
    ],
)
def test_a_name_means_the_thing_that_fits(row: NameRow, expected: str) -> None:
    best = in_duckdb(KNOWN, [row])[0]
    assert (best.left, best.right) == (expected, "x") and best.probability > 0.8
    assert best.right_row == row and best.left_name in best.explanation


@pytest.mark.parametrize(
    "row",
    [NameRow("x", "Ministry of Foreign Affairs", "organisation"), NameRow("x", "Estonia")],
    ids=["homonyms", "kinds"],
)
def test_what_fits_two_things_is_neither(row: NameRow) -> None:
    first, second = in_duckdb(KNOWN, [row])[:2]
    assert first.probability == pytest.approx(second.probability) and first.probability <= 0.5


@pytest.mark.parametrize("code", ["ST", "la", "PR", "IR"])
def test_a_code_of_a_country_is_no_word(graph: Graph, code: str) -> None:
    """They would be Saint, an article, People's Republic and Islamic Republic."""
    codes = codes_of(read_things(graph.store))
    assert {one.name for one in variants(NameRow("x", code, "country government"), codes)} == {code.lower()}
    (found,) = variants(NameRow("x", "Estonia", "country", code), codes)
    assert found.country == code.upper()


@pytest.mark.parametrize(
    "name", ["", "!?", "a" * 100_000, "\ud800", "'; drop table names; --", "Atlantis", "x\x00y", "\x1f", "中" * 400]
)
def test_odd_names_mean_nothing_and_harm_nobody(name: str) -> None:
    rows = [NameRow("x", name, "organisation person", "nowhere", "http://[::bad"), NameRow("y", "Estonia", "country")]
    found = in_duckdb(KNOWN, rows)
    assert [pair.left for pair in found if pair.right == "y"] == ["country/ee"]
    assert [pair for pair in found if pair.right == "x" and pair.probability > 0.5] == []


def test_no_rows_give_no_pairs() -> None:
    assert in_duckdb(KNOWN, []) == in_duckdb([], KNOWN) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"name": "x", "country": "y"}, "has no column id: it has name, country"),
        ({"id": "x", "label": "y"}, "has no column name: it has id, label"),
        (
            {"id": "x", "name": "y", "kind": "Organisation"},
            "the kind 'Organisation' of 'x' is not known: the kinds are ",
        ),
        ({"id": "x", "name": "y", "kind": "person company"}, "the kind 'company' of 'x' is not known: the kinds are "),
        (b"id,name\nx,y\n", "cannot be read: "),
        (None, "cannot be read: "),
    ],
)
def test_a_file_that_holds_no_rows_is_told(
    content: dict[str, str] | bytes | None, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        write_parquet([content], path)
    with pytest.raises(ParameterError) as raised:
        in_duckdb(KNOWN, path)
    assert str(raised.value).startswith(f"{path}: {message}") and "\n" not in str(raised.value)


def test_an_unknown_kind_is_told_without_a_file() -> None:
    with pytest.raises(ParameterError, match=r"^the kind 'company' of 'x' is not known: the kinds are .*organisation"):
        in_duckdb(KNOWN, [NameRow("x", "Atlantis", "company")])


def test_records_of_other_kinds_are_left_out(graph: Graph) -> None:
    """As they are without Splink; a thing here is a government and an organisation."""
    import duckdb

    from foc_graph.links.engines import Duck
    from foc_graph.links.linkage import suggest_in
    from foc_graph.links.targets import Record

    name = "Government of Estonia"
    records = [
        Record(f"https://example.org/{kind}", (name,), kinds)
        for kind, kinds in (("government", ("government",)), ("organisation", ("organisation",)), ("any", ()))
    ]
    with duckdb.connect() as connection:
        found = list(suggest_in(Duck(connection), read_things(graph.store), records, ("organisation",)))
    assert {one.record.iri for one in found} == {"https://example.org/organisation", "https://example.org/any"}


def test_records_in_a_file_are_suggested(small: Graph, tmp_path: Path) -> None:
    import duckdb

    from foc_graph.links.engines import Duck
    from foc_graph.links.linkage import suggest_in

    things = [thing for thing in read_things(small.store) if thing.kinds == ("organisation",)]
    rows = [NameRow("https://example.org/1", "Coalition Watch Inc."), NameRow("https://example.org/2", "Atlantis")]
    with duckdb.connect() as connection:
        (found,) = suggest_in(Duck(connection), things, written(rows, tmp_path / "some.parquet"), ("organisation",))
    assert found.thing.iri.endswith("/id/organisation/watch") and found.is_same
    assert found.record[:2] == ("https://example.org/1", ("Coalition Watch Inc.",)) and found.probability > 0.8
    for id in ("1", "https://example.org/"):
        other = written([NameRow(id, "Coalition Watch")], tmp_path / "other.parquet")
        with duckdb.connect() as connection, pytest.raises(ParameterError, match=f"the id '{id}' is no IRI of a thing"):
            list(suggest_in(Duck(connection), things, other))


def gold(graph: Graph) -> tuple[list[NameRow], list[NameRow], dict[str, str]]:
    """The names of some things of the graph, some names of the gold set, and the codes of countries."""
    things = read_things(graph.store)
    some = [thing for thing in things if thing.kinds == ("organisation",)]
    path = ROOT / "tests" / "gold" / "organisations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))[::4]
    asked = [NameRow(str(number), row["name"], row["kind"], row["country"]) for number, row in enumerate(found)]
    return list(rows_of(some))[::2], asked, codes_of(things)


@pytest.mark.extended
def test_spark_gives_what_duckdb_gives_and_stays_on_this_machine(graph: Graph, tmp_path: Path) -> None:
    from foc_graph.links.engines import spark
    from foc_graph.links.linkage import linked

    left, right, codes = gold(graph)
    expected = in_duckdb(left, right, codes)
    assert len(expected) > 50
    folder = tmp_path / "left.parquet"
    folder.mkdir()
    for part in (0, 1):
        written(left[part::2], folder / f"{part}.parquet")
    files = folder, written(right, tmp_path / "right.parquet")
    assert in_duckdb(*files, codes) == expected
    before = set(family(os.getpid()))
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
    assert not Path(backend.folder).exists() and set(family(os.getpid())) == before


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


def suggest(root: Path, target: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foc_graph", "link", "suggest", "--engine", "spark", "--target", str(target)]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=SECONDS)


@pytest.mark.extended
def test_suggest_with_spark(small_root: Path, tmp_path: Path) -> None:
    rows = [
        NameRow("https://example.org/1", "Second Coalition (SC)", "coalition", "Atlantis", "https://example.org/"),
        NameRow("https://example.org/2", "Atlantis", "country"),
        NameRow("https://example.org/3", "Coalition Watch Inc."),
    ]
    done = suggest(small_root, written(rows, tmp_path / "target.parquet"))
    assert (done.returncode, done.stderr) == (0, "")
    found = {row.slots["object_label"]: row.slots for row in read_mappings(done.stdout, "standard output").rows}
    second, watch = found["Second Coalition (SC)"], found["Coalition Watch Inc."]
    assert len(found) == 2 and all(float(slots["confidence"]) > 0.8 for slots in found.values())
    assert (second["subject_id"], second["predicate_id"], second["object_category"]) == (
        "id:second",
        "owl:sameAs",
        "coalition",
    )
    assert second["comment"].startswith("like Second Coalition: ")
    assert second["comment"].endswith(" bits; there: Atlantis, https://example.org/")
    assert (watch["subject_id"], watch["predicate_id"]) == ("id:organisation/watch", "rdfs:seeAlso")
    assert "there: " not in watch["comment"]


@pytest.mark.extended
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_ends_the_program_leaves_nothing_of_spark(number: signal.Signals, tmp_path: Path) -> None:
    target = written([NameRow("https://example.org/2", "Atlantis", "country")], tmp_path / "target.parquet")
    command = [sys.executable, "-m", "foc_graph", "link", "suggest", "--engine", "spark", "--target", str(target)]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(scratch)}) as running:
        end = time.monotonic() + SECONDS
        while not list(scratch.glob("foc-spark-*/blockmgr-*")) and time.monotonic() < end:
            time.sleep(0.1)
        started = set(family(running.pid))
        running.send_signal(number)
        assert running.wait(SECONDS) == -number
    while (left := [one for one in started if Path(f"/proc/{one}").exists()]) and time.monotonic() < end:
        time.sleep(0.1)
    assert len(started) > 1 and not left
    assert list(scratch.glob("foc-spark-*")) == []


def test_a_missing_extra_is_told(tmp_path: Path) -> None:
    (tmp_path / "splink.py").write_text("raise ImportError")
    done = suggest(ROOT, tmp_path / "any.parquet", environment={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "foc: splink is not installed: pip install 'foc-graph[scale]'\n"
