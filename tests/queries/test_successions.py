"""A chair passes on: of a sole chair whose end is not on record, the planned end and the next chair bound the term."""

import tomllib
from pathlib import Path

import pytest

import foc_graph
from foc_graph.dates import PartialDate
from foc_graph.graph import Graph
from foc_graph.site.members import list_chairs
from foc_graph.site.view import View
from tests.support.workspaces import BASE, PREFIXES, new_workspace

CASES = tomllib.loads(Path(__file__).with_name("successions.toml").read_text("utf-8"))["coalition"]
NAMES = {"ee": "Estonia", "fi": "Finland", "gh": "Ghana"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    root = new_workspace(tmp_path_factory.mktemp("chairs") / "w", '["ontology", "queries"]')
    text = PREFIXES + "".join(
        f'<id/country/{code}> a schema:Country ; skos:prefLabel "{name}"@en .\n'
        f'<id/government/{code}> a coal:Government ; coal:governs <id/country/{code}> ; skos:prefLabel "{name}"@en .\n'
        for code, name in NAMES.items()
    )
    for number, case in enumerate(CASES):
        end = f'coal:end "{case["end"]}"^^xsd:gYear ; ' if "end" in case else ""
        text += f'<id/c{number}> a coal:Coalition ; {end}skos:prefLabel "Club {number}"@en .\n'
        for at, term in enumerate(case["terms"]):
            dates = "".join(
                f'coal:{name} "{value}"^^<{PartialDate.parse(value).datatype}> ; '
                for name, value in term.items()
                if name not in ("who", "role")
            )
            text += (
                f"<id/c{number}/membership/{at}> a coal:Membership ; {dates}org:organization <id/c{number}> ; "
                f"org:member <id/government/{term['who']}> ; org:role concept:role\\/{term.get('role', 'chair')} .\n"
            )
    (root / "data" / "chairs.ttl").write_text(text, "utf-8")
    return foc_graph.open(root)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_chair_ends_when_the_next_one_has_begun(graph: Graph, number: int) -> None:
    case = CASES[number]
    for as_of, expected in case["answers"].items():
        rows = list(graph.query("chairs", coalition=f"c{number}", as_of=as_of))
        assert {row["chair"].removeprefix(f"{BASE}id/government/"): row["certainty"] for row in rows} == expected, as_of
        plan = f"planned end {case['terms'][0].get('plannedEnd')}; succeeded by Finland"
        doubted = [row for row in rows if row["membership"].endswith("/0") and row["certainty"] == "possible"]
        assert not case["last"] or all(row["because"] == plan for row in doubted), as_of
        shown = [row["name"] for row in rows if row["certainty"] != "possible"] or [row["name"] for row in rows]
        page = list_chairs(graph, View(graph.store, graph.base), f"c{number}", as_of, "")
        assert [link.text for link in page] == shown, as_of


def test_other_faces_end_the_term_alike(graph: Graph) -> None:
    """The panel and the chart have its last day, also where it was open when last seen, and `ask` does not name it."""
    pytest.importorskip("duckdb")
    for number, case in enumerate(CASES):
        left = [row for row in graph.panel(f"c{number}", unit="event") if row["event"] == "left-the-chair"]
        ends = {row["membership"].rpartition("/")[2]: row["latest"] for row in left}
        assert str(ends.get("0", "")) == case["last"], case
    drawn = graph.plot("memberships", agent="government/ee").svg
    assert "Club 3: chair, began 2019, ended between November 2019 and December 2023" in drawn
    assert graph.ask("who chairs club 0 now?").sentence == "Nothing on record."
