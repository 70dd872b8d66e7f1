"""Workspaces: which one is used, and what is said of a wrong one."""

import re
import shutil
from pathlib import Path

import pytest

import foc_graph
from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.store.results import as_rows
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import SETTINGS, find_obstacle, find_workspace
from tests.support import ROOT, WorkspaceMaker
from tests.support.commands import foc
from tests.support.workspaces import new_workspace, replace_text

DATA, MEMBERS, RULE = "data/coalitions/foc/a.ttl", "queries/membership/members.rq", "ontology/rules/labels.rq"
COALITION = '<https://w3id.org/coalition/id/{slug}> a coal:Coalition ; skos:prefLabel "{name}"@en .'


def test_the_nearest_ancestor_is_used_else_the_packaged_one(
    make_workspace: WorkspaceMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_workspace(a=COALITION.format(slug="a", name="A"))
    monkeypatch.chdir(root / "data" / "coalitions")
    assert find_workspace().root == root
    assert find_workspace(ROOT).root == ROOT
    monkeypatch.chdir(tmp_path)
    assert find_workspace().settings == find_workspace(ROOT).settings


def test_a_file_belongs_to_the_named_graph_of_its_coalition(make_workspace: WorkspaceMaker) -> None:
    graph = foc_graph.open(make_workspace(a=COALITION.format(slug="a", name="A")))
    rows = graph.sparql("SELECT ?g WHERE { GRAPH ?g { ?s a <https://w3id.org/coalition/ns#Coalition> } }")
    assert list(rows) == [{"g": "https://w3id.org/coalition/graph/foc"}]


@pytest.mark.parametrize(
    ("file", "graph"),
    [
        ("ontology/coalition.ttl", "ontology"),
        ("ontology/concepts/role.ttl", "ontology"),
        ("data/coalitions/foc/members.ttl", "foc"),
        ("data/agents/persons.ttl", "agents"),
        ("data/graphs.ttl", "graphs"),
        ("data/tables/wikidata.ttl", "wikidata"),
        ("data/tables/iso-3166-1.ttl", "iso-3166-1"),
        ("data/links/wikidata.sssom.tsv", "wikidata"),
    ],
)
def test_a_file_belongs_to_the_named_graph_of_its_group_and_a_dataset_has_its_own(file: str, graph: str) -> None:
    workspace = find_workspace(ROOT)
    assert str(workspace.graph_name(ROOT / file)) == f"<{workspace.base}graph/{graph}>"


def test_two_files_that_describe_one_thing_are_reported(make_workspace: WorkspaceMaker) -> None:
    root = make_workspace(a=COALITION.format(slug="a", name="A"), b=COALITION.format(slug="a", name="Another"))
    with pytest.raises(WorkspaceError) as error:
        foc_graph.open(root)
    assert "data/coalitions/foc/a.ttl:6:1 and data/coalitions/foc/b.ttl:6:1 both describe" in str(error.value)
    assert "id/a>" in str(error.value)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (DATA, "<http://a> <http://b> .", r"^data/coalitions/foc/a.ttl:1:23: "),
        (DATA, "\xff", r"^data/coalitions/foc/a.ttl:1:1: not UTF-8"),
        (
            DATA,
            'PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n<http://a> <http://b> "2015-02-30"^^xsd:date .',
            r"^data/coalitions/foc/a.ttl:2:23: '2015-02-30' is not a date",
        ),
        (MEMBERS, "#+ summary: &a [*a]\n", r"members.rq:1: header: not YAML: an alias"),
        (MEMBERS, "#+ <<: [&a {}, *a]\n", r"members.rq:1: header: not YAML: a merge key is not allowed"),
        (MEMBERS, "#+ tags: 5\n", r"members.rq:1: header: "),
        (MEMBERS, "SELECT", r"^queries/membership/members.rq:1: header: "),
        (MEMBERS, "#+ summary: [", r"^queries/membership/members.rq:\d+: header: not YAML"),
        (MEMBERS, "#+ summary: x\n", r"members.rq:1: header: add columns, add expect, add question"),
        ("queries/other/members.rq", None, r"members.rq: another area has a query 'members' too"),
        (RULE, "#+ summary: x\n", r"^ontology/rules/labels.rq:1: header: give a summary and a stage"),
        (RULE, "#+ {summary: x, stage: 1}\nSELECT", r"^ontology/rules/labels.rq:2:7: "),
        (RULE, "#+ {summary: x, stage: 1}\nASK {}", r"labels.rq: not a CONSTRUCT query"),
        (SETTINGS, "title = ", r"workspace.toml: not valid TOML"),
        (SETTINGS, "base = 'x'", r"workspace.toml: base 'x' is not an IRI that ends with / or #"),
        (SETTINGS, "corrections = 'me'", r"corrections 'me' is neither an e-mail address nor an address such"),
        (SETTINGS, "corrections = 'javascript:alert(1)'", r"corrections 'javascript:alert\(1\)' is neither"),
        (SETTINGS, "corrections = 'https://a.example/new'", r"workspace.toml: corrections 'https"),
        (SETTINGS, "corrections = 'https://a.example/ {body}'", r"workspace.toml: corrections 'https"),
        (SETTINGS, "contact = 'me'", r"workspace.toml: contact 'me' is neither an e-mail address nor a page such"),
        (SETTINGS, "contact = 'mailto:'", r"contact 'mailto:' is neither .*: correct it or leave it out$"),
        (SETTINGS, "contact = 'javascript:alert(1)@b'", r"contact 'javascript:alert\(1\)@b' is neither"),
        (SETTINGS, "contact = 'a@b.example\n'", r"not valid TOML"),
        (SETTINGS, "homepage = 'example.org'", r"workspace.toml: homepage 'example.org' is not an http or https"),
    ],
)
def test_a_wrong_file_is_named_with_the_place(
    make_workspace: WorkspaceMaker, file: str, content: str | None, message: str
) -> None:
    root = make_workspace()
    path = root / file
    path.parent.mkdir(exist_ok=True)
    if content is None:
        path.write_bytes((root / MEMBERS).read_bytes())
    else:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises((ParseError, WorkspaceError), match=message) as error:
        foc_graph.open(root)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("https://w3id.org/coalition/", "w3id.org only redirects: set site in workspace.toml"),
        ("http://purl.org/alliance/", "purl.org only redirects"),
        ("https://example.org/alliance/", "example.org stands for an address in examples: publish with your own"),
        ("https://data.example.com/", "data.example.com stands for"),
        ("https://alliance.example:8000/", "alliance.example stands for"),
        ("https://alliance.org/data/", ""),
        ("https://w3id.org.alliance.org/", ""),
        ("https://notexample.org/", ""),
        ("http://127.0.0.1:8000/", ""),
        ("http://localhost:8000/", ""),
    ],
)
def test_a_base_at_which_nobody_can_serve_files_is_told(base: str, said: str) -> None:
    assert find_obstacle(base).startswith(said) and bool(find_obstacle(base)) == bool(said)


def test_a_folder_that_is_no_workspace_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"is not a workspace \(it has no workspace\.toml\)"):
        foc_graph.open(tmp_path)


@pytest.mark.parametrize(
    "include", ['["/etc"]', '["data/../../.."]', '["data/nothing"]', '["tests"]', '"workspace.toml"']
)
def test_only_what_is_packaged_can_be_included(include: str, tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "workspace", include)
    done = foc("--workspace", str(workspace), "query")
    assert done.returncode == 2
    assert "is not a folder or file of the packaged workspace" in done.stderr


@pytest.mark.parametrize(
    ("link", "target", "command"),
    [
        ("data/notes.ttl", "../../private.ttl", ("query",)),
        ("data/agents/table.sssom.tsv", "{root}/../private.ttl", ("validate",)),
        ("data/settings.ttl", "../workspace.toml", ("publish", "{out}")),
        ("data", "../folder", ("fmt", "--check")),
    ],
)
def test_a_link_out_of_the_folders_is_refused_by_its_name(
    tmp_path: Path, link: str, target: str, command: tuple[str, ...]
) -> None:
    root = new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    (tmp_path / "private.ttl").write_text("PRIVATE")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "key.ttl").write_text("PRIVATE")
    place = root / link
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(target.format(root=root))
    out = tmp_path / "out"
    done = foc("--workspace", str(root), *(word.format(out=out) for word in command))
    assert "PRIVATE" not in done.stdout + done.stderr
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert re.search(rf"foc: {link}(/key\.ttl)?: a link that leads out of the workspace's folders", done.stderr)
    assert not list(out.glob("[0-9]*"))


def test_a_link_within_the_folders_is_read(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    members = root / "data" / "coalitions" / "example" / "members.ttl"
    (root / "data" / "kept").mkdir()
    members.rename(root / "data" / "kept" / "members.txt")
    members.symlink_to("../../kept/members.txt")
    assert as_rows(foc_graph.open(root).sparql("SELECT ?m { ?m a org:Membership }"))


def french_workspace(root: Path, profile: str, languages: str) -> Path:
    """A new workspace whose texts are in French alone."""
    new_workspace(root, '["ontology", "queries"]')
    for path in (root / "data").rglob("*.ttl"):
        path.write_text(path.read_text("utf-8").replace("@en", "@fr"), "utf-8")
    replace_text(root / SETTINGS, 'profile = "house"', f"profile = {profile}")
    replace_text(root / SETTINGS, 'languages = ["en"]', f"languages = {languages}")
    return root


@pytest.mark.parametrize(
    ("profile", "languages"), [('"house"', '["fr"]'), ('"house"', '["en", "fr"]'), ('"core"', '["en"]')]
)
def test_texts_are_in_a_language_of_the_workspace(tmp_path: Path, profile: str, languages: str) -> None:
    assert validate_workspace(find_workspace(french_workspace(tmp_path / "w", profile, languages))).conforms


def test_texts_in_french_alone_are_shown(tmp_path: Path) -> None:
    graph = foc_graph.open(french_workspace(tmp_path / "w", '"house"', '["fr"]'))
    calls: dict[str, dict[str, str]] = {
        "bodies": {"coalition": "example"},
        "coalitions": {},
        "members": {"coalition": "example"},
        "memberships_of": {"agent": "organisation/example-foundation"},
        "people": {"body": "example"},
    }
    for name, given in calls.items():
        rows = [row for row in graph.rows(name, **given) if "/id/" not in str(row.get("name"))]
        assert rows and all(row["name"] for row in rows), name
    (row,) = graph.rows("members", coalition="example")
    labels = graph.sparql(f"SELECT ?label WHERE {{ <{row['membership']}> coal:displayLabel ?label }}")
    assert [one["label"] for one in as_rows(labels)] == ["Example Foundation (membre, Example Coalition)"]


@pytest.mark.parametrize(("languages", "wanted"), [('["en"]', "tagged @en."), ('["de", "es"]', "tagged @de or @es.")])
def test_what_is_in_no_language_of_the_workspace_is_told(tmp_path: Path, languages: str, wanted: str) -> None:
    report = validate_workspace(find_workspace(french_workspace(tmp_path / "w", '"house"', languages)))
    assert {result.shape.rpartition("/")[2] for result in report.results} == {"Organisation-prefLabel", "Source-title"}
    assert all(result.message.endswith(wanted) for result in report.results)


def test_the_core_profile_asks_for_no_addresses(tmp_path: Path) -> None:
    root = french_workspace(tmp_path / "w", '"house"', '["fr"]')
    for path in (root / "data").rglob("*.ttl"):
        path.write_text(path.read_text("utf-8").replace("/id/source/charter", "/pages/Charter"), "utf-8")
    report = validate_workspace(find_workspace(root))
    assert {result.shape.rpartition("/")[2] for result in report.results} == {"SourceStyle"}
    replace_text(root / SETTINGS, 'profile = "house"', 'profile = "core"')
    assert validate_workspace(find_workspace(root)).conforms


@pytest.mark.parametrize(
    ("profile", "languages", "problem"),
    [
        ('"own"', '["fr"]', "profile 'own' must be core or house"),
        ('"core"', "[]", "languages [] is not a list of language tags"),
        ('"core"', '["fr", "en français"]', "languages ['fr', 'en français'] is not a list of language tags"),
    ],
)
def test_a_profile_or_language_that_is_none_is_told(tmp_path: Path, profile: str, languages: str, problem: str) -> None:
    with pytest.raises(WorkspaceError, match=re.escape(problem)):
        _ = find_workspace(french_workspace(tmp_path / "w", profile, languages)).settings
