"""New workspaces: the template under a title, base and slug of one's own, and its README, whose commands work."""

import json
import os
import pty
import re
import shlex
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import foc_graph
from foc_graph.errors import FocGraphError
from foc_graph.rdf.parser import parse_turtle
from foc_graph.workspace.init import TO_FILL_IN, init_workspace, title_of
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.commands import FOC, foc

TEMPLATE = ROOT / "foc_graph" / "template"
COMMANDS = re.findall(r"^foc .*", (TEMPLATE / "README.md").read_text("utf-8"), re.MULTILINE)
BASE = "https://example.org/league/"
INCLUDED = '["ontology", "queries", "data/agents/governments.ttl", "data/places/countries.ttl"]'
HOSTILE = "The \"Grand\" \\ League {0} <b>$(id)</b> 'x' #[]"
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=200)


def include_less(root: Path) -> None:
    """Let a new workspace include no more of the packaged data than its own need."""
    settings = root / "workspace.toml"
    settings.write_text(re.sub("(?m)^include = .*", f"include = {INCLUDED}", settings.read_text("utf-8")), "utf-8")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("init") / "example alliance"
    done = foc("init", str(folder))
    assert done.returncode == 0
    assert "addresses begin with https://example.org/example-alliance/" in done.stderr
    assert f"next: read {folder / 'README.md'}" in done.stdout
    include_less(folder)
    return folder


def test_the_commands_of_its_readme_work_and_shared_things_go_by_their_slugs(workspace: Path) -> None:
    printed = {}
    for command in COMMANDS:
        done = foc(*shlex.split(command)[1:], cwd=workspace)
        assert done.returncode == 0, command
        printed[command] = done.stdout
    assert "Example University" in printed["foc query joined_since --coalition example-alliance --since 2024-04"]
    assert "Prepare the meetings" in printed["foc query functions --body example-alliance/secretariat"]
    assert "0 new, 0 changed" in printed["foc import alliance.xlsx --coalition example-alliance --dry-run"]
    assert printed["foc validate"].endswith(": conforms\n")
    assert printed["foc query --lint"] == "0 findings\n"
    assert "Estonia" in foc("show", "government/ee", cwd=workspace).stdout


class Installed:
    """A package with the record of where it came from."""

    version = "0.2.0"

    def __init__(self, origin: dict[str, Any] | None) -> None:
        self.origin = origin

    def read_text(self, name: str) -> str | None:
        return None if self.origin is None else json.dumps(self.origin)


WHEEL = "https://example.org/foc_graph-0.2.0-py3-none-any.whl"
REPOSITORY = {"url": "https://example.org/foc-graph.git", "vcs_info": {"vcs": "git", "commit_id": "0a1b2c"}}


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, "foc-graph==0.2.0"),
        ({"url": WHEEL, "archive_info": {}}, f"foc-graph @ {WHEEL}"),
        (REPOSITORY, "foc-graph @ git+https://example.org/foc-graph.git@0a1b2c"),
        ({"url": "file:///home/ada/foc-graph", "dir_info": {"editable": True}}, TO_FILL_IN),
        ({"url": 'https://example.org/"; touch x #', "archive_info": {}}, TO_FILL_IN),
    ],
)
def test_the_workflow_installs_from_where_this_copy_came(
    origin: dict[str, Any] | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Installed(origin))
    done = foc("init", str(tmp_path / "new"))
    workflow = (tmp_path / "new" / ".github" / "workflows" / "check.yml").read_text("utf-8")
    steps = yaml.safe_load(workflow)["jobs"]["check"]["steps"]
    assert f'pip install "{expected}"' in [step.get("run") for step in steps]
    assert ("to fill in: where others" in done.stdout) == (expected == TO_FILL_IN)


@pytest.mark.parametrize("path", [TEMPLATE / ".github/workflows/check.yml", ROOT / ".github/workflows/ci.yml"])
def test_a_workflow_is_pinned_and_may_only_read(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert steps and all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]) for step in steps)
    checkouts = [step for step in steps if step["uses"].startswith("actions/checkout@")]
    assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_worked_example_is_canonical() -> None:
    done = foc("--workspace", str(TEMPLATE), "fmt", "--check")
    assert done.returncode == 0, done.stdout


def test_nothing_is_left_to_rename(tmp_path: Path) -> None:
    done = foc("init", str(tmp_path / "w"), "--title", "Grand League", "--base", BASE.rstrip("/"), "--slug", "league")
    assert (done.returncode, done.stderr) == (0, "")
    for path in (tmp_path / "w").rglob("*"):
        assert "example-alliance" not in str(path.relative_to(tmp_path))
        if path.is_file():
            text = path.read_text("utf-8")
            assert not re.search("Example Alliance|example-alliance|example.org/alliance", text), path
    include_less(tmp_path / "w")
    graph = foc_graph.open(tmp_path / "w")
    assert [row["name"] for row in graph.query("coalitions")] == ["Grand League"]
    (query,) = [one for one in graph.queries.values() if one.name == "joined_since"]
    for case in query.expect:
        rows = list(graph.query("joined_since", **case["with"]))
        assert all(any(wanted.items() <= row.items() for row in rows) for wanted in case["includes"])


def test_it_waits_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock that it holds itself is in nobody's way."""

    def sleep(seconds: float) -> None:
        raise AssertionError(f"it waits {seconds} seconds")

    monkeypatch.setattr(time, "sleep", sleep)
    init_workspace(tmp_path / "w", "League", BASE, "league")


@campaign(60)
@given(title=TITLES)
def test_any_title_of_one_line_reads_back_as_it_was_given(title: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("titles") / "w"
    if not title.strip():
        with pytest.raises(FocGraphError, match="write one line"):
            init_workspace(folder, title, BASE, "league")
        return
    init_workspace(folder, title, BASE, "league")
    settings = tomllib.loads((folder / "workspace.toml").read_text("utf-8"))
    assert (settings["title"], settings["base"]) == (title.strip(), BASE)
    text = (folder / "data/coalitions/league/coalition.ttl").read_text("utf-8")
    triples, _ = parse_turtle(text, "coalition.ttl")
    assert {
        triple.object.value
        for triple in triples
        if triple.predicate.value.endswith("prefLabel") and triple.subject.value == f"{BASE}id/league"
    } == {title.strip()}


def test_a_hostile_title_conforms_and_is_shown(tmp_path: Path) -> None:
    init_workspace(tmp_path / "w", HOSTILE, BASE, "league")
    include_less(tmp_path / "w")
    for command in (["validate"], ["fmt", "--check"]):
        done = foc("--workspace", str(tmp_path / "w"), *command)
        assert done.returncode == 0, done.stdout
    assert [row["name"] for row in foc_graph.open(tmp_path / "w").query("coalitions")] == [HOSTILE]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--title", title) for title in ("", " ", "a\nb", "a\x1b[31m", "a\u202eb", "a\u2028b", "a" * 10_000)),
        *(
            ("--slug", slug)
            for slug in ("", "../x", "a/b", "A", "a b", "a'b", "-a", "a" * 10_000, "government", "agents")
        ),
        *(("--base", base) for base in ("x", "file:///etc/", "javascript:1", "https://a b/", "https://e.org/x#")),
        *(("--contact", contact) for contact in ("me", "a b@c.org", "javascript:alert(1)", 'a"\n@b.org', "https://")),
        *(("--base", base) for base in ("https://u:p@e.org/", "https://w3id.org/coalition/", "https://e.org/" + '"')),
    ],
)
def test_what_no_coalition_can_have_is_refused_in_one_line(option: str, value: str, tmp_path: Path) -> None:
    done = foc("init", str(tmp_path / "w"), option, value)
    assert done.returncode == 2
    assert done.stderr.startswith(f"foc: {option[2:]} ") and done.stderr.count("\n") == 1 and len(done.stderr) < 400
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("name", "title"),
    [("example-alliance", "Example Alliance"), ("my_League", "my League"), ("---", "Example Alliance")],
)
def test_the_name_of_the_folder_suggests_the_title(name: str, title: str, tmp_path: Path) -> None:
    assert title_of(tmp_path / name) == title


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FocGraphError, match="is not an empty folder"):
        init_workspace(tmp_path, "Grand League", BASE, "league")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_on_a_terminal_it_asks_for_what_is_missing_until_it_is_right(tmp_path: Path) -> None:
    near, far = pty.openpty()
    os.write(near, b"Grand League\n../x\n\nme\ndata@league.example\n")
    done = subprocess.run(
        [*FOC, "init", str(tmp_path / "w")], stdin=far, capture_output=True, text=True, timeout=60, check=True
    )
    os.close(near)
    os.close(far)
    assert "base '../x" in done.stderr
    assert "[https://example.org/grand-league/]" in done.stderr
    assert "contact 'me' is neither" in done.stderr
    assert Workspace(tmp_path / "w").settings.contact == "mailto:data@league.example"
    assert (tmp_path / "w/data/coalitions/grand-league/coalition.ttl").is_file()
