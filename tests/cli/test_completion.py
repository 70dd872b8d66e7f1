"""Completion by a shell: of commands, queries, options, and the names of things."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support import ROOT, WorkspaceMaker
from tests.support.commands import FOC, foc


def completed(line: str, shell: str = "zsh", workspace: Path = ROOT) -> dict[str, str]:
    """The words that may go on from a line, each with its help."""
    words = f"foc --workspace {workspace} {line}"
    count = len(words.split()) - (not words.endswith(" "))
    environment = {**os.environ, "_FOC_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    done = subprocess.run(FOC, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    if shell == "bash":
        return {line.partition(",")[2]: "" for line in lines if line}
    return dict(zip(lines[1::3], lines[2::3], strict=True))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(shell: str) -> None:
    assert "_FOC_COMPLETE" in foc("completion", shell).stdout


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("qu", {"query"}),
        ("query memb", {"members", "memberships_of", "members_by_region"}),
        ("query members --coal", {"--coalition"}),
        ("query bodies --kind task", {"task-force"}),
        ("query members --coalition ", {"first", "idle", "second"}),
        ("query functions --body first/", {"first/group"}),
        ("query memberships_of --agent organisation/w", {"organisation/watch"}),
        ("query memberships_of --agent eston", {"government/ee"}),
        ("show eston", {"country/ee", "government/ee"}),
        ("plot map sec", {"second"}),
        ("query overlap first ", {"first", "second"}),
        ("query members --coalition nothing", set()),
    ],
)
def test_a_line_goes_on_with_what_the_graph_knows(line: str, expected: set[str], small_root: Path) -> None:
    assert completed(line, workspace=small_root).keys() >= expected
    assert expected or not completed(line, workspace=small_root)


def test_a_name_is_the_help_of_a_slug(small_root: Path) -> None:
    assert completed("query members --coalition fir", workspace=small_root) == {"first": "First Coalition"}


def test_bash_gets_the_slug_of_a_name_only_where_one_is_meant(small_root: Path) -> None:
    assert completed("show eston", "bash", small_root) == {}
    assert completed("query memberships_of --agent eston", "bash", small_root).keys() == {"government/ee"}


def test_hostile_names_stay_on_their_line(make_workspace: WorkspaceMaker) -> None:
    root = make_workspace(
        data=f"""
        PREFIX org: <http://www.w3.org/ns/org#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        <https://w3id.org/coalition/id/organisation/odd> a foaf:Agent ;
            skos:prefLabel "Odd\\nplain\\norganisation/evil\\u001b]0;x\\u202e {"x" * 10_000}" .
        <https://w3id.org/coalition/id/organisation/$(touch_x)> a foaf:Agent ; skos:prefLabel "Oddest" .
        """
    )
    (found,) = completed("show organisation/", workspace=root).items()
    assert found[0] == "organisation/odd" and found[1].isprintable() and len(found[1]) == 80


@pytest.mark.parametrize("line", ["query ", "show ", "query members --coalition f"])
def test_what_goes_wrong_is_passed_over_in_silence(line: str, tmp_path: Path) -> None:
    assert completed(line, workspace=tmp_path / "nowhere") == {}
