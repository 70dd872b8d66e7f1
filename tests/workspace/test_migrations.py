"""Migrations: data of an earlier version are refused with advice, and brought forward without loss."""

import json
import re
from pathlib import Path

import pytest

import foc_graph
from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.rdf.parser import parse_turtle
from foc_graph.workspace.migrations import migrate_workspace, read_migrations
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.commands import foc
from tests.support.workspaces import new_workspace

MEMBERSHIP = """
<https://example.org/coalition/id/example/membership/ee>
    a coal:Membership ;
    coal:beginsEarliest "2024-04-01"^^xsd:date ;
    coal:beginsLatest "2024-06-01"^^xsd:date ;
    coal:endsEarliest "2024-07-01"^^xsd:date ;
    coal:endsLatest "2024-09-01"^^xsd:date ;
    coal:note "Before the third member joined."@en ;
    dcterms:source <https://example.org/coalition/id/source/charter> ;
    org:member <https://w3id.org/coalition/id/government/ee> ;
    org:organization <https://example.org/coalition/id/example> ;
    org:role <https://w3id.org/coalition/concept/role/member> ;
.
"""
INCLUDED = '["ontology", "queries", "data/agents/governments.ttl", "data/places/countries.ttl"]'
MEMBERS = "data/coalitions/example/members.ttl"
STATED = {
    "beginsEarliest": "beginNotBefore",
    "beginsLatest": "beginNotAfter",
    "endsEarliest": "endNotBefore",
    "endsLatest": "endNotAfter",
}


@pytest.fixture
def old(tmp_path: Path) -> Workspace:
    """A workspace with a membership as version 0.1 of the vocabulary had it."""
    new_workspace(tmp_path / "old", INCLUDED)
    path = tmp_path / "old" / MEMBERS
    path.write_text(path.read_text("utf-8") + MEMBERSHIP, "utf-8")
    return find_workspace(tmp_path / "old")


@pytest.mark.parametrize("command", [["query", "members", "--coalition", "example"], ["validate"]])
def test_data_of_an_earlier_version_are_refused_with_advice(old: Workspace, command: list[str]) -> None:
    done = foc("--workspace", str(old.root), *command)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(rf"foc: {MEMBERS}:\d+: .*coal:beginsEarliest .*`foc fmt --migrate`\n", done.stderr)


def test_the_line_is_that_of_the_term_and_not_of_its_word(tmp_path: Path) -> None:
    new_workspace(tmp_path / "old", INCLUDED)
    path = tmp_path / "old" / "data" / "coalitions" / "example" / "mandate.ttl"
    mandate = "https://example.org/coalition/id/example/secretariat/mandates/all-mandates"
    path.write_text(
        "PREFIX coal: <https://w3id.org/coalition/ns#>\n# mandates\n"
        f"<{mandate}> a coal:Mandate ;\n  coal:note 'mandates'@en ;\n  coal:mandates <https://example.org/b> .\n",
        "utf-8",
    )
    done = foc("--workspace", str(tmp_path / "old"), "validate")
    assert (done.returncode, f"foc: data/coalitions/example/{path.name}:5: " in done.stderr) == (2, True)


def test_data_are_brought_forward_without_loss(old: Workspace) -> None:
    def triples() -> set[str]:
        found = parse_turtle((old.root / MEMBERS).read_text("utf-8"), MEMBERS)[0]
        return {re.sub(r"ns#(\w+)", lambda name: f"ns#{STATED.get(name[1], name[1])}", str(one)) for one in found}

    before, told = triples(), foc("--workspace", str(old.root), "fmt", "--migrate", "--check")
    assert (told.returncode, f"would migrate {MEMBERS}" in told.stdout) == (1, True)
    done = foc("--workspace", str(old.root), "fmt", "--migrate")
    assert (done.returncode, f"migrated {MEMBERS}" in done.stdout) == (0, True)
    assert triples() == before
    assert migrate_workspace(old) == []
    rows = {row["name"]: row for row in foc_graph.open(old.root).rows("members", coalition="example")}
    assert (rows["Estonia"]["begin_earliest"], rows["Estonia"]["end_latest"]) == ("2024-04-01", "2024-09-01")


def test_sources_of_things_are_found_at_their_lines_and_brought_forward(tmp_path: Path) -> None:
    new_workspace(tmp_path / "old", INCLUDED)
    workspace = find_workspace(tmp_path / "old")
    new = {path: path.read_text("utf-8") for path in workspace.own_files("data", ".ttl")}
    for path, text in new.items():
        path.write_text(text.replace("dcterms:isReferencedBy", "dcterms:source"), "utf-8")
    told = foc("--workspace", str(workspace.root), "validate", "--format", "json")
    assert [(one["where"], "`foc fmt --migrate`" in one["message"]) for one in json.loads(told.stdout)["results"]] == [
        (f"{workspace.name(path)}:{number}:5", True)
        for path, text in new.items()
        for number, line in enumerate(text.splitlines(), 1)
        if "dcterms:isReferencedBy" in line
    ]
    assert foc("--workspace", str(workspace.root), "fmt", "--migrate").returncode == 0
    assert {path: path.read_text("utf-8") for path in new} == new
    assert foc("--workspace", str(workspace.root), "validate").returncode == 0


def test_the_packaged_data_are_of_this_version() -> None:
    workspace = find_workspace(ROOT)
    assert len(read_migrations(workspace)) > 0
    assert migrate_workspace(workspace, check=True) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#+ summary: s\nDELETE WHERE { ?s ?p ?o }", "header: give a summary, and the terms that it replaces"),
        ("#+ summary: s\n#+ replaces: []\nLOAD <file:///etc/passwd>", "a migration does not LOAD"),
        ("#+ summary: s\n#+ replaces: []\nSELECT * {}", "not a SPARQL 1.1 update"),
    ],
)
def test_a_migration_that_is_none_is_told(old: Workspace, text: str, problem: str) -> None:
    folder = old.root / "ontology" / "migrations"
    folder.mkdir(parents=True)
    (folder / "9.9.9-own.rq").write_text(text, "utf-8")
    with pytest.raises((ParseError, WorkspaceError), match=re.escape(problem)):
        migrate_workspace(old)
