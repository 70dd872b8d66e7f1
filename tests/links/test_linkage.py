"""Linking whole tables with Splink on Spark, and `foc link suggest --engine spark`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.links.linkage import Pair, linked, suggest_in
from foc_graph.links.model import NameRow, codes_of, variants
from foc_graph.links.targets import Record
from foc_graph.matching.index import Thing, read_things
from foc_graph.sssom.tsv import read_mappings
from tests.support.http import until
from tests.support.processes import family, files
from tests.support.spark import installed_spark, quick_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

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
MEANT = [
    (NameRow("1", "Estonia", "country"), "country/ee"),
    (NameRow("2", "Estonia", "government"), "government/ee"),
    (NameRow("3", "Estonian Government", "organisation", "ee"), "government/ee"),
    (NameRow("4", "MINISTRY FOR FOREIGN AFFAIRS", "organisation", "Latvia"), "ministry/lv"),
    (NameRow("5", "Centre for Demcracy and Technology, Inc."), "cdt"),
    (NameRow("6", "Technology and Democracy Center", "organisation", "", "http://www.cdt.org"), "cdt"),
    (NameRow("7", "Center for Democracy and Technology", "organisation government"), "cdt"),
    (NameRow("8", "Electronic Privacy Information Center (EPIC)", "organisation"), "epic"),
    (NameRow("9", "Riga Obsrvatory of Brodcasting", "organisation", "LV"), "riga"),
]
AMBIGUOUS = [NameRow("homonyms", "Ministry of Foreign Affairs", "organisation"), NameRow("kinds", "Estonia")]
ODD = ["", "!?", "a" * 100_000, "\ud800", "'; drop table names; --", "Atlantis", "x\x00y", "\x1f", "中" * 400]
ASKED = [
    *(row for row, _ in MEANT),
    *AMBIGUOUS,
    *(NameRow(f"odd {at}", name, "organisation person", "nowhere", "http://[::bad") for at, name in enumerate(ODD)),
]
SECONDS = 300
LOOPBACK = ("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000")


@pytest.fixture(scope="module")
def installed() -> Iterator[None]:
    with installed_spark():
        yield


@pytest.fixture(scope="module")
def session(installed: None) -> Iterator[SparkSession]:
    """Spark on this machine, which leaves nothing behind."""
    before = set(family(os.getpid()))
    with quick_spark() as session:
        folder = Path(session.sparkContext.getConf().get("spark.local.dir", ""))
        assert folder.is_dir()
        yield session
    assert not folder.exists() and set(family(os.getpid())) == before


@pytest.fixture(scope="module")
def pairs(session: SparkSession) -> Mapping[str, list[Pair]]:
    """The pairs found for each row that is asked for, by its identifier."""
    found = defaultdict(list)
    for pair in linked(session, KNOWN, ASKED, CODES):
        found[pair.right].append(pair)
    return found


def written(rows: list[NameRow], path: Path) -> Path:
    return write_parquet([row._asdict() for row in rows], path)


def write_parquet(rows: list[dict[str, str]], path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.extended
@pytest.mark.parametrize(("row", "expected"), MEANT)
def test_a_name_means_the_thing_that_fits(row: NameRow, expected: str, pairs: Mapping[str, list[Pair]]) -> None:
    best = pairs[row.id][0]
    assert best.left == expected and best.probability > 0.8
    assert best.right_row == row and best.left_name in best.explanation


@pytest.mark.extended
@pytest.mark.parametrize("row", AMBIGUOUS, ids=lambda row: row.id)
def test_what_fits_two_things_is_neither(row: NameRow, pairs: Mapping[str, list[Pair]]) -> None:
    first, second = pairs[row.id][:2]
    assert first.probability == pytest.approx(second.probability) and first.probability <= 0.5


@pytest.mark.extended
def test_odd_names_mean_nothing_and_harm_nobody(pairs: Mapping[str, list[Pair]]) -> None:
    assert {row.id for row, _ in MEANT} <= pairs.keys()
    for at in range(len(ODD)):
        assert all(pair.probability <= 0.5 for pair in pairs.get(f"odd {at}", ()))


@pytest.mark.parametrize("code", ["ST", "la", "PR", "IR"])
def test_a_code_of_a_country_is_no_word(code: str) -> None:
    """They would be Saint, an article, People's Republic and Islamic Republic."""
    country = Thing(
        "https://example.org/id/x", "Atlantis", ("country",), ("Atlantis",), "", {"country": (code.upper(),)}
    )
    codes = codes_of([country])
    assert {one.name for one in variants(NameRow("x", code, "country government"), codes)} == {code.lower()}
    (found,) = variants(NameRow("x", "Estonia", "country", code), codes)
    assert found.country == code.upper()


@pytest.mark.extended
def test_files_give_what_rows_give(session: SparkSession, pairs: Mapping[str, list[Pair]], tmp_path: Path) -> None:
    folder = tmp_path / "left.parquet"
    folder.mkdir()
    for part in (0, 1):
        written(KNOWN[part::2], folder / f"{part}.parquet")
    asked = [row._replace(name=row.name.replace("\ud800", "?")) for row in ASKED]
    found = list(linked(session, folder, written(asked, tmp_path / "right.parquet"), CODES))
    assert found == [pair for row in sorted(pairs) for pair in pairs[row]]


@pytest.mark.extended
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"name": "x", "country": "y"}, "has no column id: it has name, country"),
        ({"id": "x", "label": "y"}, "has no column name: it has id, label"),
        ({"id": "x", "name": "y", "kind": "person company"}, "the kind 'company' of 'x' is not known: the kinds are "),
        (b"id,name\nx,y\n", "cannot be read: [FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER] "),
        (None, "cannot be read: [PATH_NOT_FOUND] "),
    ],
)
def test_a_file_without_rows_is_refused(
    content: dict[str, str] | bytes | None, message: str, session: SparkSession, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        write_parquet([content], path)
    with pytest.raises(ParameterError) as raised:
        list(linked(session, path, KNOWN, CODES))
    assert str(raised.value).startswith(f"{path}: {message}") and "\n" not in str(raised.value)
    with pytest.raises(ParameterError, match=r"^the kind 'company' of 'x' is not known: the kinds are .*organisation"):
        list(linked(session, KNOWN, [NameRow("x", "Atlantis", "company")], CODES))


@pytest.mark.extended
def test_records_of_other_kinds_and_without_an_iri_are_left_out(session: SparkSession, tmp_path: Path) -> None:
    """As they are without Splink; a thing here is a government and an organisation."""
    name = "Government of Estonia"
    thing = Thing("https://example.org/id/ee", name, ("government", "organisation"), (name,), "", {})
    records = [
        Record(f"https://example.org/{kind}", (name,), kinds)
        for kind, kinds in (("government", ("government",)), ("organisation", ("organisation",)), ("any", ()))
    ]
    found = suggest_in(session, [thing], records, ("organisation",))
    assert {one.record.iri for one in found} == {"https://example.org/organisation", "https://example.org/any"}
    assert list(linked(session, KNOWN, [], CODES)) == []
    with pytest.raises(ParameterError, match="the id '1' is no IRI of a thing"):
        list(suggest_in(session, [thing], written([NameRow("1", name)], tmp_path / "other.parquet")))


@pytest.mark.extended
def test_records_in_a_file_are_suggested(session: SparkSession, small: Graph, tmp_path: Path) -> None:
    things = [thing for thing in read_things(small.store) if thing.kinds == ("organisation",)]
    rows = [NameRow("https://example.org/1", "Coalition Watch Inc."), NameRow("https://example.org/2", "Atlantis")]
    (found,) = suggest_in(session, things, written(rows, tmp_path / "some.parquet"), ("organisation",))
    assert found.thing.iri.endswith("/id/organisation/watch") and found.is_same
    assert found.record[:2] == ("https://example.org/1", ("Coalition Watch Inc.",)) and found.probability > 0.8


@pytest.mark.extended
def test_spark_listens_on_this_machine_alone(session: SparkSession) -> None:
    addresses = set(listening())
    assert addresses and addresses <= set(LOOPBACK)


def listening() -> Iterator[str]:
    """The addresses on which this process and those that it started listen, as Linux writes them."""
    sockets = {file for process in family(os.getpid()) for file in files(process)}
    for table in ("tcp", "tcp6"):
        for line in islice(Path(f"/proc/net/{table}").read_text().splitlines(), 1, None):
            cells = line.split()
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in sockets:
                yield cells[1].partition(":")[0]


def suggest(root: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foc_graph", "link", "suggest", "--engine", "spark", "--target", str(target)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=SECONDS)


@pytest.mark.extended
def test_suggest_with_spark(installed: None, small_root: Path, tmp_path: Path) -> None:
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
def test_a_signal_leaves_nothing_of_spark(installed: None, small_root: Path, tmp_path: Path) -> None:
    target = written([NameRow("https://example.org/2", "Atlantis", "country")], tmp_path / "target.parquet")
    command = [sys.executable, "-m", "foc_graph", "link", "suggest", "--engine", "spark", "--target", str(target)]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(command, cwd=small_root, env={**os.environ, "TMPDIR": str(scratch)}) as running:
        until(lambda: running.poll() is not None or any(scratch.glob("foc-spark-*/blockmgr-*")))
        started = set(family(running.pid))
        running.send_signal(signal.SIGTERM)
        assert running.wait(SECONDS) == -signal.SIGTERM
    assert len(started) > 1
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in started))
    assert list(scratch.glob("foc-spark-*")) == []
