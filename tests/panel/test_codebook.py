"""Codebooks: what they say of a panel is what is in it, in Markdown, CSVW and DDI."""

import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from foc_graph.graph import Graph
from foc_graph.panel.codebook import FORMATS, make_codebook
from foc_graph.panel.units import UNIT_NAMES
from foc_graph.rdf.csvw import read_metadata
from tests.support.commands import foc

DDI = {"ddi": "ddi:codebook:2_5"}
HOSTILE = "</var>\u0001 ]]> & \"'"


@pytest.mark.parametrize("unit", UNIT_NAMES)
def test_a_codebook_counts_what_is_in_the_panel_and_ddi_has_a_variable_for_each_column(small: Graph, unit: str) -> None:
    panel = small.panel("all", unit=unit, years="2008-2020")
    rows, book = list(panel), make_codebook(panel, small)
    assert book.rows == len(rows)
    assert [(one.name, one.meaning) for one in book.variables] == list(panel.columns.items())
    for one in book.variables:
        known = [row[one.name] for row in rows if row[one.name] is not None]
        assert one.empty == len(rows) - len(known)
        if one.counts:
            assert one.counts == Counter(map(str, known))
        if one.least:
            assert (one.least, one.most) == (str(min(known)), str(max(known)))
    root = ElementTree.fromstring(book.serialise("xml"))
    variables = root.findall("ddi:dataDscr/ddi:var", DDI)
    assert [(one.get("name"), one.findtext("ddi:labl", None, DDI)) for one in variables] == list(panel.columns.items())
    assert root.findtext("ddi:fileDscr/ddi:fileTxt/ddi:dimensns/ddi:caseQnty", None, DDI) == str(len(rows))
    for status in (one for one in variables if one.get("name") == "status"):
        named = {found.findtext("ddi:catValu", "", DDI): found.findtext("ddi:labl", "", DDI) for found in status}
        assert {"0": "none", "1": "full"}.items() <= named.items()


def test_a_codebook_says_how_many_cells_are_not_sure(graph: Graph) -> None:
    panel = graph.panel("foc,ogp", years="2008-2026")
    book = make_codebook(panel, graph)
    rows = list(panel)
    told = dict(book.sureness)
    for member, what in ((0, "member is 0, known"), (1, "member is 1, certain"), (1, "member is 1, presumed")):
        sure = what.rpartition(" ")[2]
        counted = [row for row in rows if row["member"] == member and (row["certainty"] or "known") == sure]
        assert told[what] == f"{len(counted):,}"
    assert told["member is empty, possible"] == f"{sum(row['reason'] == 'possible' for row in rows):,}"
    assert {name for name, _ in book.terms} == {
        "Country codes of Gleditsch and Ward",
        "Country codes of Varieties of Democracy",
        "Country codes of the Correlates of War Project",
    }


def test_csvw_describes_the_file_beside_it(small: Graph, tmp_path: Path) -> None:
    panel = small.panel("all", years="2010-2020")
    panel.save(tmp_path / "panel.csv")
    make_codebook(panel, small).save(tmp_path / "panel.csv-metadata.json")
    said = json.loads((tmp_path / "panel.csv-metadata.json").read_bytes())
    columns = said["tableSchema"]["columns"]
    assert [one["name"] for one in columns] == list(panel.columns)
    assert {one["name"]: one["datatype"] for one in columns}["share_min"] == "double"
    assert set(read_metadata(tmp_path / "panel.csv").columns) == set(panel.columns)


def test_what_users_name_is_no_markup(small: Graph, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('iso3,"' + HOSTILE.replace('"', '""') + '"\nEST,<script>|\n', "utf-8")
    panel = small.panel("first", years="2015").join(path, ["iso3"])
    book = make_codebook(panel, small)
    assert book.terms[-1] == ("table.csv", "no licence is named")
    for ending in FORMATS:
        written = book.serialise(ending).decode()
        assert "<script>" not in written or ending.endswith("json")
    variables = ElementTree.fromstring(book.serialise("xml")).findall("ddi:dataDscr/ddi:var", DDI)
    assert variables[-1].get("name") == HOSTILE.replace("\u0001", "\ufffd")


def test_the_command_writes_a_codebook(small_root: Path, tmp_path: Path) -> None:
    asked = ("--workspace", str(small_root), "panel", "first", "--years", "2015")
    done = foc(*asked, "--codebook", str(tmp_path / "codebook.md"))
    assert (done.returncode, done.stdout) == (0, "")
    text = (tmp_path / "codebook.md").read_text("utf-8")
    assert "foc panel first --unit state-year --years 2015 --rule any-day" in text
    assert max(map(len, text.splitlines())) < 400
    wrong = foc(*asked, "--codebook", str(tmp_path / "codebook.pdf"))
    assert wrong.returncode == 2 and "use .md, .csv-metadata.json, .xml" in wrong.stderr
