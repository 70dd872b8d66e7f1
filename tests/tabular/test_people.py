"""People of a table: addresses that do not tell their names, by which they are found again."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from foc_graph.graph import open as open_graph
from foc_graph.removal import prepare_removal
from foc_graph.tabular import export, prepare_import
from foc_graph.tabular.importing import Plan
from foc_graph.tabular.table import write_csv
from foc_graph.workspace.files import replace_files
from tests.support.tables import SOURCE, written
from tests.support.workspaces import new_workspace

NAMES = ("Ada Example", "प्रिया शर्मा", "王小明", "王大明", "김철수", "สมชาย ใจดี", "Иван Петров", "علي حسن")
ADDRESS = re.compile(r"person/p-[abcdefghjkmnpqrstuvwxyz]{8}")


def import_people(workspace: Path, names: Sequence[str]) -> Plan:
    rows = [["secretariat", name, "staff", SOURCE] for name in names]
    table = written(workspace.parent, write_csv(["body", "person", "role", "source"], rows))
    prepared = prepare_import(table, "people", "example", workspace=workspace)
    prepared.write()
    return prepared.plan


def addresses(workspace: Path) -> dict[str, str]:
    rows = open_graph(workspace).sparql("SELECT ?name ?person { ?person a foaf:Person ; skos:prefLabel ?name }")
    return {row["name"]: row["person"].partition("/id/")[2] for row in rows}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace into which people were imported."""
    root = new_workspace(tmp_path_factory.mktemp("people") / "workspace", '["ontology"]')
    assert import_people(root, NAMES).problems == []
    return root


def test_the_address_of_a_new_person_does_not_tell_the_name(workspace: Path) -> None:
    found = addresses(workspace)
    assert found.keys() == set(NAMES) and len(set(found.values())) == len(NAMES)
    assert all(ADDRESS.fullmatch(address) for address in found.values())
    seats = open_graph(workspace).sparql("SELECT ?person ?seat { ?seat org:member ?person . ?person a foaf:Person }")
    assert [row for row in seats if f"/{row['person'].rpartition('/')[2]}-" not in row["seat"]] == []


def test_a_person_is_found_again_by_name_and_by_an_export(workspace: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in workspace.rglob("*.ttl")}
    again = import_people(workspace, NAMES)
    assert (again.new, again.changed, again.unchanged) == ([], [], len(NAMES))
    exported = written(tmp_path, export("people", "example", workspace))
    again = prepare_import(exported, "people", "example", workspace=workspace).plan
    assert (again.problems, again.new, again.changed, again.unchanged) == ([], [], [], len(NAMES))
    assert {path: path.read_bytes() for path in workspace.rglob("*.ttl")} == before


def test_addresses_are_others_in_each_workspace(workspace: Path, tmp_path: Path) -> None:
    import_people(other := new_workspace(tmp_path / "workspace", '["ontology"]'), NAMES)
    assert len({*addresses(workspace).values(), *addresses(other).values()}) == 2 * len(NAMES)


def test_who_was_removed_under_an_address_of_their_name_is_refused(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace", '["ontology"]')
    people = workspace / "data/agents/persons.ttl"
    people.write_text(
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        '<https://example.org/coalition/id/person/ada-example> a foaf:Person ; skos:prefLabel "Ada Example"@en .\n',
        "utf-8",
    )
    replace_files(prepare_removal(open_graph(workspace), "person/ada-example").texts)
    rows = [["secretariat", "Ada Example", "staff", SOURCE]]
    table = written(workspace.parent, write_csv(["body", "person", "role", "source"], rows))
    (problem,) = prepare_import(table, "people", "example", workspace=workspace).plan.problems
    assert "asked to be removed" in problem.text
