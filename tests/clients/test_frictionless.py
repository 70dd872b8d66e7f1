"""Frictionless reads the tables of a release by its Data Package, and finds every cell of the type that it states."""

import csv
import json
import subprocess
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from tests.support.clients import find_client

pytestmark = pytest.mark.extended


def report(folder: Path) -> dict[str, Any]:
    """Validate the Data Package in a folder, and return the report."""
    program = find_client("frictionless") / "bin" / "frictionless"
    command = [program, "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["valid"] == (done.returncode == 0)
    return found


def test_every_table_is_valid(release: Path) -> None:
    found = report(release)
    assert (found["valid"], found["errors"], found["warnings"]) == (True, [], [])
    rows = {}
    for path in release.glob("tables/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows[path.stem] = sum(1 for _ in csv.reader(file)) - 1
    assert {task["name"]: task["stats"]["rows"] for task in found["tasks"]} == rows
    assert sum(rows.values()) > 50


def test_it_tells_a_table_that_is_not_as_described(release: Path, tmp_path: Path) -> None:
    copytree(release / "tables", tmp_path / "tables")
    (tmp_path / "datapackage.json").write_bytes((release / "datapackage.json").read_bytes())
    table = tmp_path / "tables/members.csv"
    table.write_bytes(table.read_bytes().replace(b"2012-01-01", b"2012-13-01", 1))
    (task,) = [task for task in report(tmp_path)["tasks"] if task["name"] == "members"]
    assert {error["type"] for error in task["errors"]} == {"hash-count", "type-error"}
