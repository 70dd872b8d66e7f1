"""Replication packages: complete, the same each time, read by their own scripts, and only what may be handed on."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import bibtexparser
import pytest

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.graph import Graph
from foc_graph.panel.table import Panel
from foc_graph.release.replication import TABLE, write_replication
from tests.support.commands import foc
from tests.support.programs import find_program
from tests.support.workspaces import small_workspace

SCRIPTS = {"read.py": "python", "read.R": "Rscript"}


@pytest.fixture(scope="module")
def panel(small: Graph) -> Panel:
    return small.panel("all", years="2008-2020")


@pytest.fixture(scope="module")
def package(small: Graph, panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replication") / "package"
    write_replication(panel, small, folder)
    return folder


def test_a_package_says_what_is_in_it(package: Path, panel: Panel) -> None:
    names = {path.name for path in package.iterdir()}
    readme = (package / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in readme for name in names - {"README.md"})
    assert panel.command in readme
    sums = dict(reversed(line.split("  ")) for line in (package / "SHA256SUMS").read_text("utf-8").splitlines())
    assert sums == {name: sha256((package / name).read_bytes()).hexdigest() for name in names - {"SHA256SUMS"}}
    with (package / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{name: "" if value is None else str(value) for name, value in row.items()} for row in panel]


def test_a_package_is_cited(package: Path, small: Graph) -> None:
    (entry,) = bibtexparser.parse_file(str(package / "citation.bib")).entries
    (item,) = json.loads((package / "citation.csl.json").read_bytes())
    assert item["title"].startswith(small.workspace.settings.title) and "state-year, 2008 to 2020" in item["title"]
    assert entry.fields_dict["title"].value.strip("{}") == item["title"]


@pytest.mark.parametrize("script", list(SCRIPTS))
@pytest.mark.parametrize("unit", ["state-year", "spell"])
def test_its_scripts_read_it_elsewhere(small: Graph, panel: Panel, script: str, unit: str, tmp_path: Path) -> None:
    """Rows of years, joined with a table of one's own, are counted by year and membership; spells have days."""
    program = find_program(SCRIPTS[script], "apt-get install r-base-core")
    (table := tmp_path / "own.csv").write_text('iso3,"my ""x"" $y",big\nEST,Ünïcode,3000000000\n', "utf-8")
    joined = panel.join(table, ["iso3"], licence="CC-BY-4.0")
    written = joined if unit == "state-year" else small.panel("all", unit=unit)
    write_replication(written, small, tmp_path / "package.zip")
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        archive.extractall(tmp_path / "elsewhere")
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [program, script], cwd=tmp_path / "elsewhere", capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first == f"{len(written)} rows, {len(written.columns)} columns"
    counts = [["2015", *map(str, in_2015(written).values())]] if unit == "state-year" else []
    assert [line.split() for line in lines if line.split()[:1] == ["2015"]] == counts and bool(lines) == bool(counts)


def in_2015(panel: Panel) -> dict[int | None, int]:
    """How many rows of 2015 say 0, 1 or nothing of membership, of those that any row says."""
    values = sorted({row["member"] for row in panel}, key=str)
    return {value: sum(row["member"] == value for row in panel if row["year"] == 2015) for value in values}


def test_a_changed_file_is_noticed(package: Path, tmp_path: Path) -> None:
    for path in package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / TABLE).read_text("utf-8")
    (tmp_path / TABLE).write_text(text.replace(",1,1,1,certain", ",0,0,0,certain", 1), "utf-8")
    done = subprocess.run([sys.executable, "read.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.strip() == f"{TABLE} has changed since it was written"


def test_stata_reads_each_column_once(package: Path, panel: Panel) -> None:
    lines = (package / "read.do").read_text("utf-8").splitlines()
    renamed = [line.split() for line in lines if line.startswith("rename ")]
    assert [words[1:] for words in renamed] == [[f"v{at}", name] for at, name in enumerate(panel.columns, 1)]
    labelled = [line.split()[2] for line in lines if line.startswith("label variable ")]
    assert labelled == list(panel.columns)


def test_the_same_panel_gives_the_same_bytes(small: Graph, panel: Panel, tmp_path: Path) -> None:
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in paths:
        write_replication(panel, small, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        ("", "no licence is named, so it cannot be shared: name it with --licence"),
        ("CC-BY-ND-4.0", "CC-BY-ND-4.0 does not allow adaptations to be shared"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/", "does not allow adaptations"),
        ("all rights reserved", "licence 'all rights reserved' is not known to allow sharing"),
        ("cc-by-4.0", ""),
        ("https://creativecommons.org/licenses/by-sa/4.0/", ""),
    ],
)
def test_only_what_may_be_handed_on_is(small: Graph, panel: Panel, licence: str, said: str, tmp_path: Path) -> None:
    (path := tmp_path / "own.csv").write_text("iso3,x\nEST,1\n", "utf-8")
    joined = panel.join(path, ["iso3"], licence=licence)
    if said:
        with pytest.raises(ParameterError, match=r"own\.csv: ") as refused:
            write_replication(joined, small, tmp_path / "package")
        assert said in str(refused.value) and not (tmp_path / "package").exists()
    else:
        write_replication(joined, small, tmp_path / "package")
        assert f"own.csv: {licence}" in (tmp_path / "package" / "LICENCE.md").read_text("utf-8")


def test_a_package_replaces_no_files(small: Graph, panel: Panel, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(ParameterError, match="has files in it: name a new folder"):
        write_replication(panel, small, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    for name in ("missing/package", "missing/package.zip"):
        with pytest.raises(ServiceError, match=r"its folder does not exist|No such file or directory"):
            write_replication(panel, small, tmp_path / name)
    for name in ("mine.txt", "package.tar.gz"):
        with pytest.raises(ParameterError, match=r"name a new folder, or a file ending in \.zip"):
            write_replication(panel, small, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_licence_of_a_table_is_that_of_the_workspace(cache: Path, tmp_path: Path) -> None:
    (path := tmp_path / "own.csv").write_text("iso3,x\nEST,1\n", "utf-8")
    root = small_workspace(tmp_path / "workspace")
    settings = root / "workspace.toml"
    before = settings.read_text("utf-8")
    asked = ["--workspace", str(root), "panel", "first", "--join", str(path), "--on", "iso3"]
    assert "no licence is named" in foc(*asked, "--replicate", str(tmp_path / "package")).stderr
    settings.write_text(f'{before}\n[licences]\n"own.csv" = "CC-BY-4.0"\n', "utf-8")
    done = foc(*asked, "--replicate", str(tmp_path / "package"))
    assert done.returncode == 0 and done.stderr.endswith("/package: 13 files\n")
    settings.write_text(f'{before}\nlicences = "CC-BY-4.0"\n', "utf-8")
    assert "licences must name a licence for each file" in foc(*asked).stderr
