"""The recipes of CONTRIBUTING, followed in a copy, and the glossary, held to the modules that there are."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import foc_graph
from foc_graph.graph import Graph
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT, WorkspaceMaker

PACKAGE = ROOT / "foc_graph"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "reference" / "words-of-the-code.md").read_text("utf-8")
RECIPES = {
    heading: re.findall(r"^\d\. `([^`]+)`", text, re.MULTILINE)
    for heading, text in re.findall(r"^### (Add a [^\n]+)\n(.*?)(?=^##)", CONTRIBUTING, re.MULTILINE | re.DOTALL)
}
COLUMN, COALITION, CHART = RECIPES
THINGS = {
    "coalition.ttl": """
<https://w3id.org/coalition/id/example>
    a coal:Coalition ;
    coal:aim "Shows how a coalition is added."@en ;
    coal:begin "2020"^^xsd:gYear ;
    coal:verified "2026-11-24"^^xsd:date ;
    dcterms:isReferencedBy <https://w3id.org/coalition/id/source/example-about> ;
    org:classification <https://w3id.org/coalition/concept/body-kind/coalition> ;
    skos:prefLabel "Example Coalition"@en ;
.
""",
    "members.ttl": """
<https://w3id.org/coalition/id/example/membership/example-foundation>
    a coal:Membership ;
    coal:begin "2021"^^xsd:gYear ;
    coal:verified "2026-11-24"^^xsd:date ;
    dcterms:source <https://w3id.org/coalition/id/source/example-about> ;
    org:member <https://w3id.org/coalition/id/organisation/example-foundation> ;
    org:organization <https://w3id.org/coalition/id/example> ;
    org:role <https://w3id.org/coalition/concept/role/member> ;
.
""",
}
GRAPH = """
<https://w3id.org/coalition/graph/example>
    a void:Dataset ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:rights "Facts told in the words of the foc-graph contributors, who dedicate them to the public domain."@en ;
    dcterms:title "Example Coalition"@en ;
.
"""
ORGANISATION = """
<https://w3id.org/coalition/id/organisation/example-foundation>
    a org:Organization ;
    coal:categoryBasis <https://w3id.org/coalition/concept/basis/stated> ;
    coal:stakeholderCategory <https://w3id.org/coalition/concept/stakeholder-category/civil-society> ;
    dcterms:isReferencedBy <https://w3id.org/coalition/id/source/example-about> ;
    skos:prefLabel "Example Foundation"@en ;
.
"""
SOURCE = """
<https://w3id.org/coalition/id/source/example-about>
    a coal:Source ;
    coal:retrieved "2026-11-24"^^xsd:date ;
    dc:publisher "Example Coalition" ;
    dcterms:title "Page on the Example Coalition"@en ;
    schema:url <https://coalition.example/about> ;
.
"""


MODULE = """
from foc_graph.charts.chart import COALITION, Chart, Kind
from foc_graph.charts.svg import draw_svg

def draw(graph, address, coalition):
    names = [row["name"] for row in graph.rows("members", coalition=coalition)]
    svg = draw_svg("example", names=names)
    about = ("Names", "Names of members", "Each is a member.", "The names.")
    return Chart("example", *about, svg, 100, 100, "members", {"coalition": coalition})

KIND = Kind("example", "The names of members.", (COALITION,), draw, order=70)
"""
TEMPLATE = """<svg xmlns="http://www.w3.org/2000/svg">
{% for name in names %}<text>{{ name }}</text>{% endfor %}
</svg>
"""


@pytest.fixture
def workspace(make_workspace: WorkspaceMaker) -> Path:
    """A workspace to which a coalition has been added by the recipe."""
    folder, graphs, sources, _ = RECIPES[COALITION]
    root = make_workspace()
    texts = {folder + name: text for name, text in THINGS.items()}
    texts |= {graphs: GRAPH, sources: SOURCE, "data/agents/organisations.ttl": ORGANISATION}
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        prefixes, _, _ = (ROOT / name.replace("/example/", "/foc/")).read_text("utf-8").partition("\n\n")
        (root / name).write_text(prefixes + text, "utf-8")
    return root


@pytest.mark.parametrize(("recipe", "most"), [(COLUMN, 2), (COALITION, 4), (CHART, 5)])
def test_a_change_touches_few_files(recipe: str, most: int) -> None:
    assert 0 < len(RECIPES[recipe]) <= most


def test_a_column_is_added_with_the_files_of_its_recipe(workspace: Path, graph: Graph) -> None:
    query, _ = RECIPES[COLUMN]
    path = workspace / query
    text = path.read_text("utf-8")
    text = text.replace("#+ headings:", "#+   day: the first day of the date asked for\n#+ headings:", 1)
    text = re.sub(r"^(SELECT .*)$", r"\1 (STR(?as_of_first) AS ?day)", text, count=1, flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    changed = foc_graph.open(workspace)
    assert list(changed.queries[path.stem].columns) == [*graph.queries[path.stem].columns, "day"]
    assert [row["day"] for row in changed.query(path.stem, coalition="example", as_of="2022")] == ["2022-01-01"]


def test_a_coalition_is_added_with_the_files_of_its_recipe(workspace: Path) -> None:
    report = validate_workspace(find_workspace(workspace))
    assert report.conforms, report
    graph = foc_graph.open(workspace)
    assert [row["name"] for row in graph.query("members", coalition="example", as_of="2022")] == ["Example Foundation"]
    assert [row["name"] for row in graph.query("coalitions")] == ["Example Coalition"]


def test_a_chart_is_added_with_the_files_of_its_recipe(tmp_path: Path, small_root: Path) -> None:
    _, module, template, *others = RECIPES[CHART]
    shutil.copytree(PACKAGE, tmp_path / "foc_graph", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("ontology", "data", "queries", "workspace.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / module).write_text(MODULE, "utf-8")
    (tmp_path / template).write_text(TEMPLATE, "utf-8")
    foc = [sys.executable, "-m", "foc_graph", "--workspace", str(small_root), "plot"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    listed = subprocess.run([*foc, "--help"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    drawn = [*foc, "example", "--coalition", "first", "--out", "example.svg"]
    subprocess.run(drawn, cwd=tmp_path, env=environment, check=True)
    assert "The names of members." in listed.stdout
    assert "<text>Estonia</text>" in (tmp_path / "example.svg").read_text("utf-8")
    assert all((ROOT / path).is_file() for path in others)


def test_the_glossary_names_each_package_and_module_of_the_top() -> None:
    where = " ".join(line.split("|")[-2] for line in GLOSSARY.splitlines() if line.startswith("|"))
    named = set(re.findall(r"`([a-z_]+(?:/|\.py))`", where))
    there = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    there |= {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    assert there <= named
    assert all((PACKAGE / name).exists() for name in named - {"data/"})
