"""The option --out of the commands that ask: what is written, what is said, what is refused."""

from pathlib import Path

import pytest

from tests.support.answers import read_texts
from tests.support.commands import foc
from tests.support.html import Reader

MEMBERS = ("query", "members", "--coalition", "first")
CONSTRUCT = "CONSTRUCT { ?x a coal:Coalition } WHERE { ?x a coal:Coalition }"


def test_a_query_says_how_many_rows_it_wrote(small_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("before")
    done = foc("--workspace", str(small_root), *MEMBERS, "--out", str(path))
    printed = foc("--workspace", str(small_root), *MEMBERS, "--format", "csv").stdout
    assert (done.returncode, done.stdout) == (0, "") and path.read_text("utf-8") == printed
    assert done.stderr == f"{path}: {len(printed.splitlines()) - 1} rows\n"


def test_people_get_headings_and_all_columns(small_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "members.html"
    assert foc("--workspace", str(small_root), *MEMBERS, "--as-of", "2015", "--out", str(path)).returncode == 0
    head, *rows = read_texts(path)
    assert head[:4] == ["Member", "Role", "Status", "Joined"] and {"Member ID", "Begin latest"} <= set(head)
    assert "Estonia" in [row[0] for row in rows]
    assert any(words.endswith("? (coalition: first; as of: 2015)") for words in Reader(path.read_text("utf-8")).words)


def test_a_graph_and_a_thing_are_written(small_root: Path, tmp_path: Path) -> None:
    started = ("--workspace", str(small_root))
    done = foc(*started, "sparql", CONSTRUCT, "--out", str(tmp_path / "a.ttl"))
    assert done.stderr == f"{tmp_path / 'a.ttl'}: 6 triples\n"
    for ending in ("ttl", "nt", "jsonld", "md", "html"):
        assert foc(*started, "show", "first/group", "--out", str(tmp_path / f"group.{ending}")).returncode == 0
        assert "first/group" in (tmp_path / f"group.{ending}").read_text("utf-8")
    assert "Ada Reader" in Reader((tmp_path / "group.html").read_text("utf-8")).words
    assert "| Ada Reader |" in (tmp_path / "group.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*MEMBERS, "--out", "a.txt"), "a.txt: the ending decides the format of an answer: use .csv, .tsv"),
        ((*MEMBERS, "--out", "."), "the ending decides the format of an answer"),
        ((*MEMBERS, "--out", "a.ttl"), "a.ttl: the ending decides the format of a table"),
        ((*MEMBERS, "--format", "csv", "--out", "a.xlsx"), "--format csv contradicts the ending of --out a.xlsx"),
        (
            ("sparql", CONSTRUCT, "--out", "a.xlsx"),
            "a.xlsx: the ending decides the format of a graph: use .ttl",
        ),
        (("sparql", "ASK { }", "--out", "a.json"), "the answer is only true or false: leave out --out"),
        (("show", "first", "--out", "a.xlsx"), "the ending decides the format of an answer: use .md, .html, .ttl"),
        (("query", "statistics", "--out", "a.graphml"), "do not link two things"),
        (("query", "members", "--coalition", "frist", "--out", "a.csv"), "did you mean first?"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_no_file(
    arguments: tuple[str, ...], message: str, small_root: Path, tmp_path: Path
) -> None:
    done = foc("--workspace", str(small_root), *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and message in done.stderr
    assert done.stderr.startswith("foc: ") and done.stderr.count("\n") == 1 and not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["/proc/answer.csv", "/nowhere/answer.csv"])
def test_a_folder_that_cannot_be_written_is_a_failed_service(path: str, small_root: Path) -> None:
    done = foc("--workspace", str(small_root), *MEMBERS, "--out", path)
    assert done.returncode == 3 and done.stderr.startswith(f"foc: {path}: cannot be written: ")
    assert done.stderr.count("\n") == 1
