"""A person who asks to be taken out of the data."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from rich.cells import cell_len

from foc_graph.errors import FocGraphError
from foc_graph.graph import Graph
from foc_graph.graph import open as open_graph
from foc_graph.removal import prepare_removal
from foc_graph.tabular import prepare_import
from foc_graph.tabular.table import write_workbook
from foc_graph.validation import validate_workspace
from foc_graph.workspace.files import replace_files
from tests.support.commands import foc
from tests.support.shared import once
from tests.support.workspaces import BASE, PREFIXES, edit, new_workspace

ROSTER = """body,person,role,start,note,source
secretariat,Ada Example,head,2024-05,,https://example.org/people
secretariat,Ben Example,staff,2024-06,Took over from Ada Example.,https://example.org/people
"""
PEOPLE = f"""{PREFIXES}
<{BASE}id/person/ada-example> a foaf:Person ; skos:prefLabel "Ada Example"@en .
<{BASE}id/person/ben-example> a foaf:Person ; skos:prefLabel "Ben Example"@en .
"""
"""People whose addresses tell their names, as they did in earlier releases."""

MAPPINGS = f"""#curie_map:
#  id: {BASE}id/
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: {BASE}graph/wikidata
#license: https://creativecommons.org/publicdomain/zero/1.0/
subject_id	predicate_id	object_id	mapping_justification	mapping_source
id:person/ada-example	owl:sameAs	wikidata:Q999000001	semapv:ManualMappingCuration	id:source/charter
id:person/ada-example	owl:sameAs	wikidata:Q999000001	semapv:ManualMappingCuration	id:source/people
id:person/ben-example	owl:sameAs	wikidata:Q999000002	semapv:ManualMappingCuration	id:source/charter
"""


PARTS = '["ontology/coalition.ttl", "ontology/reused-terms.ttl", "ontology/concepts", "ontology/rules", "queries"]'
"""Parts of the packaged workspace that an import of people needs."""


def with_people(folder: Path) -> None:
    """Make a workspace into which people were imported."""
    workspace = new_workspace(folder / "workspace", PARTS)
    (workspace / "data/agents/persons.ttl").write_text(PEOPLE, "utf-8")
    roster = folder / "people.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    prepare_import(roster, "people", "example", workspace=workspace).write()


@pytest.fixture
def graph(shared: Path, tmp_path: Path) -> Graph:
    folder = once(shared / "with-people", with_people)
    return open_graph(shutil.copytree(folder / "workspace", tmp_path / "workspace"))


def test_a_removed_person_leaves_anonymous_tombstones_and_where_the_name_still_stands_is_listed(graph: Graph) -> None:
    removal = prepare_removal(graph, "person/ada-example")
    gone = [f"{BASE}id/person/ada-example", f"{BASE}id/example/secretariat/membership/ada-example-head"]
    assert removal.removed == gone
    replace_files(removal.texts)

    after = open_graph(graph.workspace.root)
    assert [row["agent"].rpartition("/")[2] for row in after.rows("people", body="secretariat")] == ["ben-example"]
    digests = {
        row["digest"] for row in after.sparql("SELECT ?digest { ?tombstone a coal:Tombstone ; coal:digest ?digest }")
    }
    assert digests == {sha256(iri.encode()).hexdigest() for iri in gone}

    people = graph.workspace.root / "data" / "coalitions" / "example" / "people.ttl"
    assert [one.path for one in removal.occurrences if one.is_certain] == [people]
    people.write_text(people.read_text(encoding="utf-8").replace("Ada Example", "the first head"), encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in graph.workspace.root.rglob("*.ttl")]
    assert not any("ada" in text.casefold().split() or "ada-example" in text for text in texts)


def test_a_phase_of_the_membership_of_a_removed_person_goes_too(graph: Graph) -> None:
    membership = f"{BASE}id/example/secretariat/membership/ada-example-head"
    (people,) = (path for path in graph.workspace.data_files if membership in path.read_text("utf-8"))
    text = people.read_text("utf-8")
    phase = f"<{membership}/phase/1>\n    a coal:MembershipPhase ;\n    coal:phaseOf <{membership}> ;\n.\n"
    people.write_text(f"{text}\n{phase}", "utf-8")
    assert f"{membership}/phase/1" in prepare_removal(open_graph(graph.workspace.root), "person/ada-example").removed


def test_mappings_of_a_removed_person_go_and_leave_a_tombstone(graph: Graph) -> None:
    links = graph.workspace.root / "data" / "links" / "wikidata.sssom.tsv"
    links.parent.mkdir()
    links.write_text(MAPPINGS, "utf-8")
    removal = prepare_removal(open_graph(graph.workspace.root), "person/ada-example")
    gone = f"{BASE}id/person/ada-example/identifier/wikidata"
    assert gone in removal.removed
    replace_files(removal.texts)

    text = links.read_text("utf-8")
    assert "ada-example" not in text and "id:person/ben-example\towl:sameAs\twikidata:Q999000002\t" in text
    after = open_graph(graph.workspace.root)
    digest = sha256(gone.encode()).hexdigest()
    assert after.sparql(f'ASK {{ ?tombstone a coal:Tombstone ; coal:digest "{digest}" }}')
    with_shapes = edit(after.workspace, "workspace.toml", PARTS, '["ontology", "queries"]')
    assert validate_workspace(with_shapes).counts.get("Violation", 0) == 0


def test_comments_that_name_the_person_are_found(graph: Graph) -> None:
    file = graph.workspace.root / "data" / "sources" / "sources.ttl"
    comments = ("# Ada Example asked", "# nobody asked", "# EXAMPLE, Ada", "# Ádá Éxample", "# see person/ada-example")
    file.write_text("\n".join([*comments, "", file.read_text("utf-8")]), "utf-8")
    removal = prepare_removal(open_graph(graph.workspace.root), "person/ada-example")
    assert [one.line for one in removal.occurrences if one.path == file and one.is_certain] == [1, 3, 4, 5]


def test_a_file_with_blank_nodes_stops_a_removal(graph: Graph) -> None:
    file = graph.workspace.root / "data" / "sources" / "more.ttl"
    file.write_text(
        '<https://example.org/x> <https://schema.org/about> [ <https://schema.org/name> "Ada" ] .\n', "utf-8"
    )
    with pytest.raises(FocGraphError, match="contains blank nodes"):
        prepare_removal(open_graph(graph.workspace.root), "person/ada-example")


@pytest.mark.parametrize("name", ["organisation/example-foundation", "nobody"])
def test_only_a_person_of_this_workspace_is_removed(name: str, graph: Graph) -> None:
    with pytest.raises(FocGraphError, match=r"is not a person that this workspace describes|unknown agent"):
        prepare_removal(graph, name)


CLAIMS = """thing	property	value	source	support	locator	rank	ruling	attested	note	claim
example/secretariat	coal:governs	<id/person/ada-example>	charter	states	first line				as read	governs-1
example/secretariat	skos:prefLabel	Secretariat	charter	states	first line				as read	prefLabel-1
person/ada-example	skos:prefLabel	Ada Example	charter	states	first line				as read	prefLabel-1
"""


def test_the_claims_about_a_removed_person_go(graph: Graph) -> None:
    table = graph.workspace.root / "data/coalitions/example/claims.tsv"
    table.write_text(CLAIMS, "utf-8")
    removal = prepare_removal(open_graph(graph.workspace.root), "person/ada-example")
    replace_files(removal.texts)
    header, _, kept, _ = CLAIMS.splitlines(keepends=True)
    assert table.read_text("utf-8") == header + kept
    assert f"{graph.base}id/person/ada-example/claim/prefLabel-1" in removal.removed
    assert table not in [one.path for one in removal.occurrences if one.is_certain]


def test_every_file_of_a_workspace_is_searched_but_releases(graph: Graph) -> None:
    root = graph.workspace.root
    table, release = root / "rosters/people.xlsx", root / "out/2026.11"
    for folder in (table.parent, release):
        folder.mkdir(parents=True)
    table.write_bytes(write_workbook({"people": (["person"], [["Ada Example"]])}))
    for name in ("manifest.json", "SHA256SUMS", "index.html"):
        (release / name).write_text("Ada Example", "utf-8")
    (root / "notes.md").write_text("Ada Example\n", "utf-8")
    (root / "sealed.pdf").write_bytes(b"%PDF-1.7")
    found = prepare_removal(open_graph(root), "person/ada-example").occurrences
    assert {table, root / "notes.md"} <= {one.path for one in found if one.is_certain}
    assert [one.path for one in found if one.problem] == [root / "sealed.pdf"]
    assert not any(one.path.is_relative_to(release) for one in found)


def test_the_command_lists_what_names_and_what_may_and_fits_80_columns(graph: Graph) -> None:
    root = graph.workspace.root
    (root / "notes.md").write_text(f"{'x ' * 90}王小明 Ada Example {'說' * 90}\nadaexample@example.net\n", "utf-8")
    done = foc("remove", "person/ada-example", "--dry-run", cwd=root)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and all(cell_len(line) <= 80 for line in lines)
    assert "still named in notes.md:1" in lines
    assert lines[lines.index("perhaps named in notes.md:2") + 1] == "  adaexample@example.net"
    kinds = [line.partition(" named in ")[0] for line in lines if " named in " in line]
    assert kinds == sorted(kinds, reverse=True)
