"""Commands that write files, stopped at any step: what is there is whole, before or after, and can be gone on with."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from foc_graph.graph.cache import cache_folder
from foc_graph.workspace.settings import find_root
from tests.support.commands import FOC, foc
from tests.support.failures import stopped_everywhere
from tests.support.releases import BASE, files
from tests.support.workspaces import new_workspace

PEOPLE = """body,person,role,start,source
secretariat,Ada Lovelace,head,2024-05,https://example.org/people
secretariat,Mary Somerville,staff,2024-06,https://example.org/people
"""
MEMBERS = """member,category,start,source
Example University,academia,2024-05,https://example.org/members
Example Telecom,private sector,2024-06,https://example.org/more
"""
SET = f"""#curie_map:
#  id: {BASE}id/
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: {BASE}graph/%s
#license: https://creativecommons.org/publicdomain/zero/1.0/
subject_id	predicate_id	object_id	mapping_justification	%s
"""
PROPOSALS = SET % ("proposals", "confidence") + "".join(
    f"id:{thing}	owl:sameAs	wikidata:Q99910000{number}	semapv:LexicalMatching	0.{number}\n"
    for number, thing in enumerate(("example", "organisation/example-foundation"))
)
MESSY = ("data/coalitions/example/coalition.ttl", "data/coalitions/example/members.ttl")


def unformatted(root: Path) -> None:
    for name in MESSY:
        path = root / name
        path.write_text(path.read_text("utf-8").replace("\n    ", "\n  "), "utf-8")


def of_an_earlier_version(root: Path) -> None:
    for path in root.rglob("data/**/*.ttl"):
        path.write_text(path.read_text("utf-8").replace("dcterms:isReferencedBy", "dcterms:source"), "utf-8")


PARTS = '["ontology/coalition.ttl", "ontology/concepts", "ontology/migrations", "ontology/rules", "queries"]'
"""Parts of the packaged workspace that these commands need."""


class Case(NamedTuple):
    """A command in a workspace, or for one in a `place` there; `parts` do a part of it, which is whole by itself."""

    command: list[str]
    prepare: Callable[[Path], object] = lambda root: None
    stdin: str = ""
    parts: tuple[tuple[list[str], str], ...] = ()
    place: str = ""


REVIEW = ["link", "review", "proposals.sssom.tsv", "--source", "charter"]
CASES = {
    "import": Case(["import", "members.csv", "--as", "members", "--coalition", "example", "--verified", "2026-11"]),
    "remove": Case(["remove", "Ada Lovelace"]),
    "fmt": Case(["fmt"], unformatted, parts=((["fmt", MESSY[0]], ""),)),
    "fmt --migrate": Case(["fmt", "--migrate"], of_an_earlier_version),
    "link review": Case(REVIEW, stdin="a\na\n", parts=((REVIEW, "a\n"),)),
    "link suggest": Case(["link", "suggest", "--target", "others.csv", "--out", "suggested.sssom.tsv"]),
    "export": Case(["export", "--as", "members", "--coalition", "example", "--out", "exported.csv"]),
    "query": Case(["query", "members", "example", "--out", "answer.csv"]),
    "init": Case(["init", "new/alliance"], place="new/alliance"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with people and links, and beside its data the tables and proposals that commands read."""
    root = new_workspace(tmp_path_factory.mktemp("whole") / "w", PARTS)
    (root / "people.csv").write_text(PEOPLE, "utf-8")
    done = foc("import", "people.csv", "--as", "people", "--coalition", "example", "--verified", "2026-11", cwd=root)
    assert done.returncode == 0, done.stderr
    (root / "people.csv").unlink()
    (root / "data" / "links").mkdir()
    people = sorted(set(re.findall(r"person/p-[a-z]{8}(?=>\n)", (root / "data/agents/persons.ttl").read_text("utf-8"))))
    rows = (
        f"id:{one}\towl:sameAs\twikidata:Q99900000{number}\tsemapv:ManualMappingCuration\tid:source/charter\n"
        for number, one in enumerate(people, 1)
    )
    mappings = SET % ("wikidata", "mapping_source") + "".join(rows)
    (root / "data" / "links" / "wikidata.sssom.tsv").write_text(mappings, "utf-8")
    (root / "members.csv").write_text(MEMBERS, "utf-8")
    (root / "others.csv").write_text("id,name\nhttps://example.net/1,Example Foundation\n", "utf-8")
    (root / "proposals.sssom.tsv").write_text(PROPOSALS, "utf-8")
    return root


class World:
    """A workspace in which a command is run again and again, each time as it was at first."""

    def __init__(self, kept: Path, root: Path, case: Case) -> None:
        self.root, self._kept, self._case = root, kept, case
        self.renew()

    def renew(self) -> None:
        """Make it as it was."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self._kept, self.root)
        self._case.prepare(self.root)

    def run(self, command: list[str] | None = None, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run its command, or another."""
        case = self._case
        return foc(*(command or case.command), stdin=case.stdin if stdin is None else stdin, cwd=self.root)

    def read(self) -> dict[str, bytes]:
        """Return what is in its files once it was looked for, as each command does that reads them.

        What `init` left is no workspace without its settings. A file that a program kept beside the one it was to
        write is nobody's answer.
        """
        find_root([self.root / self._case.place])
        found = files(self.root)
        if "new/alliance/workspace.toml" not in found:
            found = {name: content for name, content in found.items() if not name.startswith("new/")}
        return {name: content for name, content in found.items() if not re.fullmatch(r"\.\w[\w.]+\.\w{8}", name)}


@pytest.mark.campaign
@pytest.mark.parametrize("name", CASES)
def test_a_command_that_is_stopped_anywhere_is_whole_or_not_done(
    whole: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # nobody takes the power away
    case = CASES[name]
    world = World(whole, tmp_path / "w", case)
    states = [world.read()]
    for command, stdin in case.parts:
        assert world.run(command, stdin).returncode == 0
        states.append(world.read())
        world.renew()
    done = world.run()  # now the graph is built, and kept in the cache
    assert done.returncode == 0, done.stderr
    states.append(world.read())
    assert len({str(state) for state in states}) == 2 + len(case.parts)

    def run() -> None:
        done = world.run()
        assert done.returncode in (0, 3, 130) and done.stderr.count("foc: ") <= 1, done.stderr
        assert "internal error" not in done.stderr

    # To stop before a file is brought onto the disk changes as much as to stop before the call that follows.
    for place in stopped_everywhere(world.renew, run, cache_folder(), lambda step: step[0] != "fsync" or step[1] == 1):
        left = world.read()
        assert left in states, place
        done = world.run()
        assert (done.returncode == 0 or left == states[-1]) and world.read() == states[-1], (place, done.stderr)


@pytest.mark.extended
def test_two_commands_at_once_do_what_they_do_one_after_the_other(whole: Path, tmp_path: Path) -> None:
    commands = [CASES[name].command for name in ("import", "remove")]
    one, both = (shutil.copytree(whole, tmp_path / name) for name in ("one", "both"))
    for command in commands:
        assert foc(*command, cwd=one).returncode == 0
    for _ in range(2):  # who finds that the other was first is told to run the command again
        running = [subprocess.Popen([*FOC, *command], cwd=both, stderr=subprocess.PIPE) for command in commands]
        errors = [process.communicate(timeout=300)[1].decode() for process in running]
        codes = [process.returncode for process in running]
        again = [command for command, code in zip(commands, codes, strict=True) if code]
        assert all(
            "was changed in the meantime: run" in error for error, code in zip(errors, codes, strict=True) if code
        )
        if not (commands := again):
            break
    assert not commands and files(both) == files(one)
