"""Answers as files: read again by other libraries, and what cannot be written."""

import resource
import tempfile
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.store.files import write_file
from foc_graph.store.results import FILE_FORMATS, FORMULA, Presentation, Rows, Triples
from tests.support.answers import answer, literal, read_texts, texts
from tests.support.campaign import campaign
from tests.support.html import Reader

THING = ox.NamedNode("https://example.org/thing/1")
ROWS = answer(
    ("thing", "name", "count", "share", "is_open", "day", "begin", "mixed", "nothing"),
    (
        THING,
        ox.Literal('Ünïon, "A" | <b>*B*</b> \\ c', language="en"),
        literal("7", "integer"),
        literal("0.25", "decimal"),
        literal("true", "boolean"),
        literal("2015-05-04", "date"),
        literal("2015", "gYear"),
        literal("1", "integer"),
        None,
    ),
    (
        ox.NamedNode("urn:x:2"),
        literal("second"),
        None,
        literal("1.5", "decimal"),
        literal("false", "boolean"),
        None,
        literal("2016-02", "gYearMonth"),
        literal("one"),
        None,
    ),
)
TYPED = {
    "thing": ["https://example.org/thing/1", "urn:x:2"],
    "name": ['Ünïon, "A" | <b>*B*</b> \\ c', "second"],
    "count": [7, None],
    "share": [0.25, 1.5],
    "is_open": [True, False],
    "day": [date(2015, 5, 4), None],
    "begin": ["2015", "2016-02"],
    "begin_earliest": [date(2015, 1, 1), date(2016, 2, 1)],
    "begin_latest": [date(2015, 12, 31), date(2016, 2, 29)],
    "mixed": ["1", "one"],
    "nothing": [None, None],
}
HOSTILE = [
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "'=1",
        "#REF!",
        "a\x00b\x07",
        "_x0041_",
        " x ",
        "\uffff",
        "a\r\nb",
    )
]


def saved(rows: Rows | Triples, path: Path) -> Path:
    rows.save(path)
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    return path


def read_workbook(path: Path) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("ending", ["csv", "safe.csv", "tsv", "json", "xml", "jsonl", "md", "html"])
def test_text_is_read_again_by_others(ending: str, tmp_path: Path) -> None:
    assert read_texts(saved(ROWS, tmp_path / f"answer.{ending}")) == texts(ROWS)


def test_parquet_is_read_again_with_types(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.read_parquet(str(saved(ROWS, tmp_path / "answer.parquet")))
    assert found.columns == list(TYPED)
    assert found.fetchall() == list(zip(*TYPED.values(), strict=True))
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert types["day"] == types["begin_latest"] == "DATE" and types["nothing"] == "VARCHAR"
    assert (types["count"], types["share"], types["is_open"]) == ("BIGINT", "DOUBLE", "BOOLEAN")


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_have_dates(library: str) -> None:
    pytest.importorskip(library)
    frame: Any = ROWS.to_pandas() if library == "pandas" else ROWS.to_polars()
    assert list(frame.columns) == list(TYPED)
    assert ("date" in str(frame["day"].dtype).lower()) and str(frame["count"].dtype).lower() == "int64"
    assert list(frame["share"]) == [0.25, 1.5] and frame["count"][0] == 7
    assert frame["count"][1] is None or str(frame["count"][1]) == "<NA>"
    assert str(frame["begin_latest"][1])[:10] == "2016-02-29" and frame["begin"][0] == "2015"
    empty = answer(("a", "b"))
    assert (empty.to_pandas() if library == "pandas" else empty.to_polars()).shape == (0, 2)


def test_a_workbook_has_headings_dates_and_numbers(tmp_path: Path) -> None:
    rows = answer(ROWS.columns, *ROWS.terms)
    headings = {"name": "Name", "begin": "Began", "day": "Day", "count": "How many"}
    rows.presentation = Presentation(headings=headings)
    head, first, second = read_workbook(saved(rows, tmp_path / "answer.XLSX"))
    assert head == ["Name", "Began", "Began earliest", "Began latest", "Day", "How many"]
    assert first == [TYPED["name"][0], "2015", date(2015, 1, 1), date(2015, 12, 31), date(2015, 5, 4), 7]
    assert second[4:] == ["", ""]


def test_days_and_numbers_that_spreadsheets_lack_are_text(tmp_path: Path) -> None:
    days = [literal(day, "date") for day in ("0001-01-01", "1900-03-01", "9999-12-31")]
    numbers = [literal("9007199254740993", "integer"), literal("INF", "double"), literal("1", "integer")]
    rows = answer(("day", "number"), *zip(days, numbers, strict=True))
    found = read_workbook(saved(rows, tmp_path / "a.xlsx"))[1:]
    assert [row[0] for row in found] == ["0001-01-01", date(1900, 3, 1), date(9999, 12, 31)]
    beyond = answer(("day", "number"), (literal("10000-01-01", "date"), literal("9" * 30, "integer")))
    assert read_workbook(saved(beyond, tmp_path / "a.xlsx"))[1] == ["10000-01-01", "9" * 30]
    pytest.importorskip("polars")
    assert beyond.to_polars().row(0) == ("10000-01-01", "9" * 30)


@campaign(100)
@given(st.lists(st.text(max_size=8) | st.sampled_from(HOSTILE), min_size=1, max_size=4))
@example(HOSTILE)
def test_no_cell_is_a_formula_and_no_text_is_lost(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp()
    rows = answer(("cell",), *((literal(cell),) for cell in cells))
    rows.save(folder / "cells.safe.csv")
    safe = [row[0] if row else "" for row in read_texts(folder / "cells.safe.csv")[1:]]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in safe)
    assert [cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell for cell in safe] == cells
    rows.save(folder / "cells.xlsx")
    import openpyxl

    book = openpyxl.load_workbook(folder / "cells.xlsx")
    assert {cell.data_type for cell in book.active["A"][1:] if cell.value is not None} <= {"s"}
    Reader(rows.serialise("html").decode())
    line = rows.serialise("md").decode().splitlines()
    assert len(line) == len(cells) + 2


NUMBERS = st.integers().map(str) | st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.just("9" * 5000)
DAYS = st.dates().map(str) | st.sampled_from(["2015", "2015-05", "2015-02-30", "-0044", "10000-01-01", "2015-05-04Z"])
LITERALS = st.builds(
    literal,
    NUMBERS | DAYS | st.sampled_from(["true", "0", "NaN", "-INF", "1e999"]) | st.text(max_size=3),
    st.sampled_from(["integer", "decimal", "double", "boolean", "date", "gYear", "gYearMonth", "string"]),
)


@campaign(300)
@given(st.lists(LITERALS | st.none(), max_size=3))
def test_any_column_is_written_as_it_is(cells: list[ox.Literal | None]) -> None:
    rows = answer(("cell",), *((cell,) for cell in cells))
    assert rows.serialise("xlsx")
    for library in ("pandas", "polars"):
        if find_spec(library):
            frame: Any = rows.to_pandas() if library == "pandas" else rows.to_polars()
            assert len(frame) == len(cells)
            if str(frame["cell"].dtype) in ("str", "object", "String"):
                found = [cell if isinstance(cell, str) else None for cell in frame["cell"]]
                assert found == [cell and cell.value for cell in cells]


def test_a_cell_of_a_workbook_reads_as_it_was(tmp_path: Path) -> None:
    rows = answer(("cell",), *((literal(cell),) for cell in HOSTILE))
    found = [row[0] for row in read_workbook(saved(rows, tmp_path / "a.xlsx"))[1:]]
    expected = {"\r=1": "\n=1", "a\x00b\x07": "a\ufffdb\ufffd", "\uffff": "\ufffd", "a\r\nb": "a\nb"}
    assert found == [expected.get(cell, cell) for cell in HOSTILE]


def test_a_cell_or_sheet_that_is_too_large_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = answer(("cell",), (literal("x"),), (literal("\U0001f600" * 16_384),))
    with pytest.raises(ParameterError, match=r"row 2, column cell: longer than the 32,767 .*: write \.csv"):
        long.save(tmp_path / "a.xlsx")
    monkeypatch.setattr("foc_graph.store.frames._MOST_ROWS", 1)
    with pytest.raises(ParameterError, match="holds at most 1 rows, and the answer has 2"):
        long.save(tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("count", [1, 10_000])
def test_a_workbook_that_no_disk_takes_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = answer(("cell",), *((literal(str(number)),) for number in range(count)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            rows.serialise("xlsx")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())


def test_links_of_a_page_lead_to_the_web_alone(tmp_path: Path) -> None:
    rows = answer(
        ("thing",), *((ox.NamedNode(iri),) for iri in ("https://e.org/", "javascript:alert(1)", "file:///etc"))
    )
    rows.presentation = Presentation(caption="<script>alert(1)</script>?")
    page = Reader(saved(rows, tmp_path / "a.html").read_text("utf-8"))
    assert page.links == ["https://e.org/"] and not page.loaded and "script" not in page.tags
    assert "<script>alert(1)</script>?" in page.words


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("answer.foo", r"answer\.foo: the ending decides the format of a table: use \.csv, \.tsv"),
        ("csv", "the ending decides the format"),
        ("answer.ttl", "the ending decides the format of a table"),
        ("folder.csv", "is a folder: name a file"),
        ("none/answer.csv", "its folder does not exist"),
        (f"{'x' * 10_000}.csv", "cannot be written"),
        ("a\0b.csv", "cannot be written"),
    ],
)
def test_a_name_that_does_not_do_is_one_line(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises((ParameterError, ServiceError), match=message) as error:
        ROWS.save(tmp_path / name)
    assert "\n" not in str(error.value) and len(str(error.value)) < 500
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_file_is_replaced_when_the_new_one_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.svg"
    target.write_text("old")
    target.chmod(0o600)

    def fail(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(ServiceError, match="No space left"):
            write_file(b"new", target)
    assert (target.read_text(), list(tmp_path.iterdir())) == ("old", [target])
    write_file(b"new", target)
    assert (target.read_text(), target.stat().st_mode & 0o777, list(tmp_path.iterdir())) == ("new", 0o600, [target])


def test_a_graph_is_read_again_and_is_no_table(tmp_path: Path) -> None:
    import rdflib

    triples = Triples([ox.Triple(THING, ox.NamedNode("https://example.org/p"), ox.Literal("x", language="de"))])
    thing, name = rdflib.URIRef(THING.value), rdflib.URIRef("https://example.org/p")
    for ending, format in (("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld")):
        triples.save(tmp_path / f"a.{ending}")
        graph = rdflib.Graph().parse(tmp_path / f"a.{ending}", format=format)
        assert set(graph) == {(thing, name, rdflib.Literal("x", lang="de"))}
    with pytest.raises(ParameterError, match=r"the ending decides the format of a graph: use \.ttl, \.nt, \.jsonld"):
        triples.save(tmp_path / "a.xlsx")


def test_rows_that_join_nothing_are_no_network(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="do not link two things"):
        ROWS.save(tmp_path / "a.graphml")
    assert "graphml" in FILE_FORMATS and not list(tmp_path.iterdir())
