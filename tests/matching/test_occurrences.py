"""Files of many kinds that name people: each line that does, or may, is found."""

import gzip
import os
import sqlite3
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import polars
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.matching.mentions import Mentions
from foc_graph.matching.occurrences import find_occurrences
from foc_graph.tabular.table import write_workbook
from tests.support.campaign import campaign

LINES = ["nothing", "主席王小明说", "小明先生", "nothing"]
TEXT = "\n".join(LINES).encode()
MENTIONS = Mentions(["王小明"])


def found(path: Path) -> list[tuple[int, bool]]:
    return [(one.line, one.is_certain) for one in find_occurrences(path, path.name, MENTIONS)]


def zipped(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", TEXT)


WRITERS = {
    "notes.txt": lambda path: path.write_bytes(TEXT),
    "notes.crlf": lambda path: path.write_bytes(TEXT.replace(b"\n", b"\r\n")),
    "notes.txt.gz": lambda path: path.write_bytes(gzip.compress(TEXT)),
    "notes.txt.zst": lambda path: path.write_bytes(zstd.compress(TEXT)),
    "notes.zip": zipped,
    "notes.parquet": lambda path: polars.DataFrame({"nothing": LINES[1:]}).write_parquet(path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_each_line_is_found_whatever_holds_it(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    assert found(tmp_path / name) == [(2, True), (3, False)]


def test_a_workbook_and_a_database_are_looked_into(tmp_path: Path) -> None:
    book, base = tmp_path / "book.xlsx", tmp_path / "base.sqlite"
    book.write_bytes(write_workbook({"people": (["name"], [[line] for line in LINES])}))
    with sqlite3.connect(base) as connection:
        connection.execute("CREATE TABLE notes (text)")
        connection.executemany("INSERT INTO notes VALUES (?)", [(line,) for line in LINES])
    assert any(is_certain for _, is_certain in found(book)) and any(is_certain for _, is_certain in found(base))


def test_the_name_of_a_file_counts(tmp_path: Path) -> None:
    path = tmp_path / "王小明.txt"
    path.write_bytes(b"nothing")
    assert found(path) == [(0, True)]


@pytest.mark.parametrize("name", ["engine.wasm", "engine.wasm.gz"])
def test_a_program_tells_of_nobody(name: str, tmp_path: Path) -> None:
    program = b"\0asm\1\0\0\0" + TEXT
    (tmp_path / name).write_bytes(gzip.compress(program) if name.endswith(".gz") else program)
    assert found(tmp_path / name) == []


def test_a_packed_copy_of_a_file_beside_it_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(TEXT)
    for name in ("notes.txt.gz", "notes.txt.zst"):
        WRITERS[name](tmp_path / name)
        assert found(tmp_path / name) == []
        (tmp_path / "notes.txt").write_bytes(b"another text")
        assert found(tmp_path / name) == [(2, True), (3, False)]
        (tmp_path / "notes.txt").write_bytes(TEXT)


@pytest.mark.parametrize("name", ["a.gz", "a.zst", "a.zip", "a.xlsx", "a.parquet", "a.pdf", "a.7z"])
def test_what_cannot_be_read_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x1f\x8b not what it seems")
    (one,) = find_occurrences(tmp_path / name, name, MENTIONS)
    assert one.problem and not one.is_certain and "\n" not in one.problem


def test_the_name_of_another_on_two_lines_hides_nobody(tmp_path: Path) -> None:
    path, mentions = tmp_path / "notes.txt", Mentions(["Ada Lovelace"], others=["Ben Lovelace"])
    path.write_text("by Ben\nLovelace\nBen Lovelace\n", "utf-8")
    assert [one.line for one in find_occurrences(path, path.name, mentions)] == [2]


def test_a_text_that_is_not_utf_8_is_searched_or_told(tmp_path: Path) -> None:
    path, mentions = tmp_path / "notes.csv", Mentions(["Jörg Müller"])
    path.write_bytes("nothing\nJörg Müller\n".encode("cp1252"))
    assert [(one.line, one.is_certain) for one in find_occurrences(path, path.name, mentions)] == [(2, True)]
    path.write_bytes("Jörg Müller\n".encode("utf-16"))
    (one,) = find_occurrences(path, path.name, mentions)
    assert "UTF-16" in one.problem


def test_the_names_of_packed_files_count(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("王小明.txt", "nothing")
    assert found(tmp_path / "a.zip") == [(1, True)]


@given(st.lists(st.sampled_from([*LINES, "", "x" * 3000]), max_size=2000), st.booleans())
@campaign(300)
def test_every_line_of_a_long_file_is_found(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], is_packed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / ("packed.gz" if is_packed else "lines")
    content = os.linesep.join(lines).encode()
    path.write_bytes(gzip.compress(content) if is_packed else content)
    expected = [(at, line == LINES[1]) for at, line in enumerate(lines, 1) if line in LINES[1:3]]
    assert found(path) == expected


@pytest.mark.parametrize("name", ["people.xlsm", "letter.docm", "people.xlsx.bak", "people"])
def test_a_packed_file_is_known_by_its_beginning(name: str, tmp_path: Path) -> None:
    with ZipFile(tmp_path / name, "w", ZIP_DEFLATED) as file:
        file.writestr("sharedStrings.xml", "<t>Ada Lovelace</t>" * 50)
    mentions = Mentions(["Ada Lovelace"])
    assert [one.is_certain for one in find_occurrences(tmp_path / name, name, mentions)] == [True]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("王小明", "gb18030"),
        ("王小明", "big5"),
        ("김철수", "euc_kr"),
        ("Анна Ахматова", "cp1251"),
        ("محمد علي", "cp1256"),
    ],
)
def test_a_table_in_an_encoding_of_windows_is_searched(name: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(f"name,role\n{name},chair\n".encode(encoding))
    assert [one.line for one in find_occurrences(path, path.name, Mentions([name]))] == [2]
