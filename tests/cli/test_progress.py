"""Progress of long work: bars on a terminal, a line now and then in a log, nothing about short work."""

import itertools
import time
from pathlib import Path

import pytest

from foc_graph.cli.output import progress
from foc_graph.progress import tracked
from tests.support.commands import foc
from tests.support.releases import QUERIES
from tests.support.workspaces import new_workspace

SHAPES = "PREFIX sh: <http://www.w3.org/ns/shacl#> BASE <https://example.org/> " + "".join(
    f"<shape/{number}> a sh:NodeShape ; sh:targetClass <Tea> ; sh:nodeKind sh:IRI ." for number in range(5)
)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock takes four seconds."""
    clock = itertools.count(0.0, 4.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))


def test_a_log_has_a_line_every_ten_seconds(slow: None, capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as track:
        for _ in tracked(range(7_000), "checking", 7_000, track, 1_000):
            pass
    assert capsys.readouterr() == ("", "foc: checking: 3,000 of 7,000\nfoc: checking: 6,000 of 7,000\n")


def test_a_log_has_nothing_about_short_work(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as track:
        for _ in tracked(range(7), "checking", 7, track):
            pass
    assert capsys.readouterr() == ("", "")


def written(folder: Path) -> tuple[str, ...]:
    """The command that validates data, written into a folder, with shapes of five checks."""
    data, shapes = folder / "data.ttl", folder / "shapes.ttl"
    data.write_text("<https://example.org/a> a <https://example.org/Tea> .", "utf-8")
    shapes.write_text(SHAPES, "utf-8")
    return ("validate", str(data), "--shapes", str(shapes))


def test_a_terminal_has_a_bar(tmp_path: Path) -> None:
    done = foc(*written(tmp_path), width=80)
    assert done.returncode == 0 and "validating" in done.stderr and "100%" in done.stderr


def test_commands_tell_a_log_how_far_they_are(slow: None, tmp_path: Path) -> None:
    root, out = new_workspace(tmp_path / "workspace", f'["ontology/rules", {QUERIES}]'), tmp_path / "out"
    table = tmp_path / "table.csv"
    table.write_text("name\n" + "Estonia\n" * 500, "utf-8")
    for work, command in {
        "validating": written(tmp_path),
        "writing dumps": ("publish", str(out)),
        "checking what 2026.11 says": ("verify", str(out)),
        "matching": ("link", "match", str(table), "--column", "name"),
        "deriving": ("load", "--store", str(tmp_path / "store")),
    }.items():
        done = foc("--workspace", str(root), *command, seconds=10)
        assert done.returncode == 0 and f"foc: {work}: " in done.stderr
