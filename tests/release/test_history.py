"""Releases that go on from earlier ones: those stay as they are, can be asked, and come back; no IRI is lost."""

import csv
import json
import shutil
from pathlib import Path

import pytest

import foc_graph
from foc_graph.errors import ParameterError, ServiceError
from foc_graph.release.build import publish
from foc_graph.release.diff.comparison import compare
from foc_graph.release.verify import verify
from foc_graph.site.addresses import ENDINGS
from foc_graph.workspace.releases import Releases
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc
from tests.support.releases import Out, copied_when_built, copy_releases, files, made_once, releases_of_a_vocabulary
from tests.support.shared import write_anew
from tests.support.workspaces import edit, rename_foundation


def test_a_version_of_the_vocabulary_is_what_its_first_release_says(shared: Path, cache: Path) -> None:
    out = made_once(shared, releases_of_a_vocabulary)
    assert out.release.manifest["vocabularies"] == {"0.2.0": "2026.11", "1.0.0": "2027.01"}
    with (out.release.path / "redirects.csv").open(encoding="utf-8", newline="") as file:
        table = [row for row in csv.DictReader(file) if row["path"].startswith("ns/")]
    led: dict[str, set[str]] = {row["path"]: set() for row in table}
    for row in table:
        led[row["path"]].add(row["location"].removeprefix(out.release.manifest["site"]).partition("/ns.")[0])
    assert led == {"ns/0.2.0": {"2026.11"}, "ns/1.0.0": {"2027.01"}, "ns/99.0.0": {""}}
    rules = [(out.folder / release / ".htaccess").read_text("utf-8") for release in ("2026.11", "2026.12", "2027.01")]
    assert rules[0] == rules[1] and set(rules[0].splitlines()) < set(rules[2].splitlines())
    for release, definition in (("2026.11", "One"), ("2027.01", "Three")):
        for ending in ENDINGS:
            assert definition in (out.folder / release / f"ns.{ending}").read_text("utf-8")


def test_a_published_version_stays_as_it_is_and_one_that_never_came_into_force_is_gone_on_from(
    workspace: Workspace, both: Out, out: Path
) -> None:
    before = files(out / "2026.11")
    with pytest.MonkeyPatch.context() as patch:
        copied_when_built(patch, both.folder / "2026.12")
        with pytest.raises(ParameterError, match=r"this is another graph: give --version 2026\.11\.1, or a later"):
            publish(out, rename_foundation(workspace))
    with pytest.raises(ParameterError, match="which is published: give"):
        publish(out, workspace, version="2026.10")
    assert Releases(out).versions() == ["2026.11"]
    (out / "current").unlink()  # as if the process had died before it
    assert publish(out, workspace, version="2026.11.1").release.previous is None
    assert verify(out) == []
    with pytest.MonkeyPatch.context() as patch:
        copied_when_built(patch, both.folder / "2026.11")
        again = publish(out, workspace, version="2026.11")
    assert (again.is_new, again.current) == (False, "2026.11.1")
    assert Releases(out).versions() == ["2026.11", "2026.11.1"] and files(out / "2026.11") == before


def test_versions_follow_each_other_by_number(tmp_path: Path) -> None:
    versions = ["2026.09", "2026.11.2", "2026.11.10", "2027.01"]
    for version in versions:
        (tmp_path / version).mkdir()
        (tmp_path / version / "manifest.json").write_text("")
    assert Releases(tmp_path).versions() == versions


def test_after_a_rollback_the_log_goes_on_and_the_patch_leads_from_what_is_current(
    workspace: Workspace, both: Out, tmp_path: Path
) -> None:
    out = copy_releases(both.folder, tmp_path / "out")
    Releases(out).roll_back()
    third = edit(workspace, "data/agents/organisations.ttl", '"Example Foundation"@en', '"Example Fund"@en')
    release = publish(out, third, version="2027.01").release
    assert release.previous == "2026.11" and verify(out) == []
    logs = [(out / v / "feeds" / "events.jsonl").read_text() for v in ("2026.11", "2026.12", "2027.01")]
    assert logs[2].startswith(logs[1]) and logs[1].startswith(logs[0])
    numbers = [json.loads(line)["sequence"] for line in logs[2].splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", ["dumps/all.nq.gz", "ledger.csv", "feeds/events.jsonl"])
def test_a_release_is_not_built_on_a_damaged_one(workspace: Workspace, out: Path, name: str) -> None:
    path = out / "2026.11" / name
    write_anew(path, path.read_bytes()[:-20])
    with pytest.raises(ServiceError, match=f"{name}: not as it was published: restore it"):
        publish(out, rename_foundation(workspace), version="2026.12")
    assert Releases(out).versions() == ["2026.11"]


def test_a_damaged_release_is_compared_with_nothing(workspace: Workspace, out: Path) -> None:
    for content in (b"\x89PNG\r\n\x1a\n", b"<https://example.org/a> <https://example.org", b""):
        write_anew(out / "2026.11" / "dumps" / "all.nq.gz", content)
        for pair in ((out / "current", workspace.root), (workspace.root, out / "2026.11")):
            with pytest.raises(ServiceError, match=r"dumps/all\.nq\.gz: not as it was published: restore it"):
                compare(*map(str, pair))


def test_a_current_that_leads_nowhere_is_told_and_mended(workspace: Workspace, out: Path) -> None:
    (out / "current").unlink()
    (out / "current").symlink_to("2026.10")
    for call in (lambda: verify(out), lambda: publish(out, rename_foundation(workspace), version="2026.12")):
        with pytest.raises(ServiceError, match=r"points to '2026\.10'.*foc rollback OUT --to VERSION"):
            call()
    assert Releases(out).roll_back("2026.11") == "2026.11" and verify(out) == []
    (out / "current").unlink()
    shutil.copytree(out / "2026.11", out / "current")
    with pytest.raises(ServiceError, match="not a link to a release: move it away"):
        publish(out, workspace, version="2026.12")
    assert Releases(out).versions() == ["2026.11"]


def test_a_published_iri_does_not_vanish(workspace: Workspace, out: Path) -> None:
    less = edit(workspace, "data/coalitions/example/coalition.ttl", "id/example/secretariat", "id/example/office")
    with pytest.raises(ParameterError, match="published before and now gone: example/secretariat: let it name"):
        publish(out, less, version="2026.12")
    assert Releases(out).versions() == ["2026.11"]


def test_an_earlier_release_is_asked_and_comes_back(both: Out, tmp_path: Path) -> None:
    root, out = both.workspace, copy_releases(both.folder, tmp_path / "out")
    ask = ("query", "members", "--coalition", "example", "--format", "csv")
    for options, name in (
        ((), "Example Trust"),
        (("--at-release", "2026.12"), "Example Trust"),
        (("--at-release", "2026.11"), "Example Foundation"),
        (("--at-release", str(out / "2026.11")), "Example Foundation"),
    ):
        done = foc("--workspace", str(root), *options, *ask, "--as-of", "2025", cwd=tmp_path)
        assert done.returncode == 0 and name in done.stdout, done.stderr
    opened = foc_graph.open(root, at_release=out / "2026.11")
    assert [row["name"] for row in opened.rows("members", coalition="example")] == ["Example Foundation"]

    done = foc("rollback", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "out/current points to 2026.11\n")
    assert (out / "current").resolve().name == "2026.11" and verify(out) == []
    assert foc("rollback", "out", cwd=tmp_path).returncode == 2
    assert foc("rollback", "out", "--to", "2026.12", cwd=tmp_path).returncode == 0
    assert (out / "current").resolve().name == "2026.12"


def test_a_release_is_read_once_and_only_whole(
    workspace: Workspace, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Releases(out).release("2026.11")
    monkeypatch.setenv("FOC_CACHE", str(tmp_path / "cache"))
    told: list[str] = []

    def members() -> list[object]:
        opened = foc_graph.open(workspace.root, told.append, at_release=release.path)
        return [row["name"] for row in opened.rows("members", coalition="example")]

    assert members() == members() == ["Example Foundation"]
    assert told == ["reading release 2026.11 (once) ..."]
    for path in (tmp_path / "cache").rglob("*.sst"):
        path.write_bytes(b"damaged")
    assert members() == ["Example Foundation"] and len(told) == 2
    monkeypatch.setenv("FOC_CACHE", str(tmp_path / "workspace" / "workspace.toml"))  # a file: nothing can be kept there
    assert members() == ["Example Foundation"]
    assert "the release is not kept for the next start" in told[-1]
    write_anew(release.dump, release.dump.read_bytes()[:-2] + b"#\n")
    with pytest.raises(ServiceError, match=r"all\.nq\.gz: not as it was published"):
        members()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--at-release", "2026.11", "show", "example"], "out: no release '2026.11': there is none yet"),
        (["--at-release", "../x", "show", "example"], "out: no release '../x'"),
        (["--at-release", "2026.11", "validate"], "validate cannot be used with --at-release"),
        (["--at-release", "2026.11", "--store", "x", "show", "example"], "a release cannot be combined"),
        (["verify", "nowhere"], "nowhere: there are no releases in this folder"),
        (["verify", "."], "not empty and not a folder of releases"),
        (["rollback", "nowhere"], "nowhere: there are no releases in this folder"),
        (["rollback", "nowhere", "--to", "current"], "nowhere: no release 'current': there are none"),
    ],
)
def test_what_is_no_release_is_told(tmp_path: Path, arguments: list[str], problem: str) -> None:
    (tmp_path / "notes.txt").write_text("")
    done = foc(*arguments, cwd=tmp_path)
    assert done.returncode == 2 and problem in done.stderr and done.stderr.count("\n") == 1
