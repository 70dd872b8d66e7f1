"""`foc cite`: things, answers and releases, in words and for reference managers."""

import json
from pathlib import Path

import bibtexparser
import pytest

from foc_graph.graph import Graph
from tests.support.commands import foc


@pytest.mark.parametrize(
    ("words", "title", "address"),
    [
        ([], "", ""),
        (["first"], "First Coalition", "id/first"),
        (["members", "coalition=First Coalition"], "Who belonged to this coalition", "query/members?coalition=first"),
        (["Members", "coalition=first", "as-of=2015"], "Who", "query/members?coalition=first&as_of=2015"),
    ],
)
def test_what_is_cited_is_named_with_its_address(
    small: Graph, small_root: Path, words: list[str], title: str, address: str
) -> None:
    asked = ("--workspace", str(small_root), "cite", *words)
    done = foc(*asked)
    settings = small.workspace.settings
    assert done.returncode == 0
    assert done.stdout.startswith(f"{settings.publisher} ({settings.verified[:4]}). ")
    assert done.stdout.endswith(f". {small.base}{address}\n") and settings.title in done.stdout
    assert f"“{title}" in done.stdout if title else "[data set]" in done.stdout
    (entry,) = bibtexparser.parse_string(foc(*asked, "--format", "bib").stdout).entries
    assert entry.fields_dict["url"].value.replace("\\", "").replace("{}", "") == f"{small.base}{address}"
    (item,) = json.loads(foc(*asked, "--format", "csl.json").stdout)
    assert item["URL"] == f"{small.base}{address}"
    assert foc(*asked, "--format", "ris").stdout.startswith("TY  - ")


def test_a_release_is_cited_by_its_version(small_root: Path, small_release: Path, small: Graph, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(small_release)
    version = (small_release / "current").readlink().name
    for asked in (["cite", version], ["--at-release", version, "cite"]):
        cited = foc("--workspace", str(small_root), *asked, cwd=tmp_path)
        assert f", release {version} [data set]. {small.base}release/{version}/" in cited.stdout
    answer = foc("--workspace", str(small_root), "--at-release", version, "cite", "coalitions", cwd=tmp_path)
    assert answer.stdout.endswith(f"query/coalitions?release={version}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["members"], "members needs coalition"),
        (["members", "first"], "'first': write the parameter and its value, such as coalition=foc"),
        (["members", "coalition=first", "colour=red"], "colour"),
        (["first", "as_of=2015"], "values are for a stored query"),
        (["nothing-such"], "unknown thing 'nothing-such'"),
        (["2026.11"], "no release '2026.11'"),
        (["first", "--format", "apa"], "'apa' is not one of"),
    ],
)
def test_what_cannot_be_cited_is_told(small_root: Path, words: list[str], said: str, tmp_path: Path) -> None:
    done = foc("--workspace", str(small_root), "cite", *words, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and said in done.stderr
