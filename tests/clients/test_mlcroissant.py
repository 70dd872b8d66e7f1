"""mlcroissant reads the tables of a release by their description in Croissant, row by row."""

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.clients import find_client

pytestmark = pytest.mark.extended

LOADED = """
import json, sys
from pathlib import Path

import mlcroissant

folder = Path(sys.argv[1])
files = {path.relative_to(folder).as_posix(): path for path in folder.glob("tables/*.csv")}
dataset = mlcroissant.Dataset(folder / "croissant.json", mapping=files)
assert not dataset.metadata.issues.errors and not dataset.metadata.issues.warnings, dataset.metadata.issues.report()


def text(value):
    if isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray":
        return [text(one) for one in value]
    if value is None or value != value:
        return ""
    return value.decode() if isinstance(value, bytes) else str(value)


print(json.dumps({
    records.name: [{name: text(value) for name, value in row.items()} for row in dataset.records(records.uuid)]
    for records in dataset.metadata.record_sets
}))
"""


@pytest.fixture(scope="module")
def loaded(release: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, with cells as text."""
    python = find_client("mlcroissant") / "bin" / "python"
    done = subprocess.run([python, "-c", LOADED, release], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr[-2000:]
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def is_same(read: str, written: str) -> bool:
    """Whether a cell was read as it was written; pandas, which reads it, takes digits for a number, 036 for 36.0."""
    return read == written or (written.isdigit() and read.replace(".", "", 1).isdigit() and float(read) == int(written))


def test_every_row_is_read(loaded: dict[str, list[dict[str, Any]]], release: Path) -> None:
    names = {path.stem for path in release.glob("tables/*.csv")}
    assert loaded.keys() == names
    for name, rows in loaded.items():
        with (release / f"tables/{name}.csv").open(encoding="utf-8", newline="") as file:
            expected = list(csv.DictReader(file))
        assert len(rows) == len(expected)
        for row, cells in zip(rows, expected, strict=True):
            found = {key.removeprefix(f"{name}/"): value for key, value in row.items()}
            assert found.keys() == cells.keys()
            for key, value in found.items():
                as_written = " ".join(value) if isinstance(value, list) else value.removesuffix(" 00:00:00")
                assert is_same(as_written, cells[key]), (key, as_written, cells[key])
