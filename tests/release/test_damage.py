"""Damage of releases, by accident or on purpose: `foc verify` tells it; nothing outside of their folders is read."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from starlette.testclient import TestClient

from foc_graph.assets import ENGINE, is_built
from foc_graph.errors import ParameterError, ParseError, ServiceError
from foc_graph.graph.cache import open_release
from foc_graph.release.build import publish
from foc_graph.release.verify import verify
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.releases import Releases
from foc_graph.workspace.settings import Workspace
from tests.support.campaign import examples
from tests.support.commands import foc
from tests.support.workspaces import new_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of one small coalition, to be read only."""
    return Workspace(new_workspace(tmp_path_factory.mktemp("damage") / "workspace", '["queries"]'))


@pytest.fixture(scope="module")
def whole(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of releases that holds one of it, to be read only."""
    out = tmp_path_factory.mktemp("published") / "out"
    publish(out, workspace)
    return out


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(whole, tmp_path / "out", symlinks=True)


def _replace_by_link(path: Path) -> None:
    """Put a link to the same content in the place of a file or folder."""
    moved = path.parent.parent.parent / f"moved-{path.name}"
    if path.exists():
        path.rename(moved)
    path.symlink_to(moved)


def _flip(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2] + b"#\n")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda release: _flip(release / "dumps" / "example.ttl.gz"), "dumps/example.ttl.gz: not as it was published"),
        (lambda release: (release / "dumps" / "all.ttl.gz").unlink(), "dumps/all.ttl.gz: missing"),
        (lambda release: (release / "more.txt").write_text("x"), "more.txt: not in SHA256SUMS"),
        (lambda release: (release / "dumps" / "all.nq.gz").unlink(), "dumps/all.nq.gz: missing"),
        (
            lambda release: (release / "dumps" / "all.nq.gz").write_text("<a"),
            "dumps/all.nq.gz: not as gzip packs a file",
        ),
        (lambda release: _cut(release / "dumps" / "all.nq.gz"), "dumps/all.nq.gz: not as gzip packs a file"),
        (lambda release: _replace_by_link(release / "index.html"), "index.html: a link"),
        (lambda release: _replace_by_link(release / "dumps"), "2026.11/dumps: a link"),
        (lambda release: (release / "etc").symlink_to("/etc"), "2026.11/etc: a link"),
        (lambda release: (release / "doc" / "more").mkdir(), "doc/more: an empty folder"),
        (lambda release: os.mkfifo(release / "doc" / "pipe"), "doc/pipe: neither a file nor a folder"),
        (lambda release: (release / "index.html").chmod(0o666), "index.html: everyone may write to it"),
        (lambda release: (release / "dumps").chmod(0o777), "2026.11/dumps: everyone may write to it"),
        (lambda release: (release / "index.html").chmod(0o4644), "index.html: can be executed"),
    ],
)
def test_damage_is_found(out: Path, damage: Callable[[Path], object], fault: str) -> None:
    assert verify(out / "2026.11") == verify(out) == []
    damage(out / "2026.11")
    assert any(fault in line for line in verify(out))
    done = foc("verify", "out/2026.11", cwd=out.parent)
    assert done.returncode == 1 and fault in done.stdout


def _change_bit(path: Path, chance: Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _listed(release: Path) -> list[Path]:
    """The files whose digests are in `SHA256SUMS`, but for the manifest."""
    found = sorted(path for path in release.rglob("*") if path.is_file())
    return [path for path in found if path.relative_to(release).as_posix() not in ("SHA256SUMS", "manifest.json")]


def _faults(release: Path) -> list[str]:
    try:
        return verify(release)
    except ServiceError as error:
        return [str(error)]


def test_a_changed_bit_is_found_in_every_file(out: Path) -> None:
    release, chance = out / "2026.11", Random(1)
    listed = _listed(release)
    if is_built(ENGINE):
        assert {release / "engine.json", release / "assets" / ENGINE} <= {*listed}
    for path in listed:
        _change_bit(path, chance)
    assert {f"{path}: not as it was published" for path in listed} <= {*verify(release)} & {*verify(out)}


@pytest.mark.campaign
def test_a_changed_bit_is_found_in_a_file_alone(out: Path) -> None:
    release, chance = out / "2026.11", Random(2)
    for path in chance.sample(_listed(release), examples(30)):
        content = path.read_bytes()
        _change_bit(path, chance)
        changed = [line for line in verify(release) if line.endswith(": not as it was published")]
        assert changed == [f"{path}: not as it was published"]
        path.write_bytes(content)
    assert verify(release) == []


@pytest.mark.parametrize("name", ["SHA256SUMS", "manifest.json"])
def test_any_change_of_what_lists_the_files_is_found(out: Path, name: str) -> None:
    path, chance = out / "2026.11" / name, Random(3)
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)
    changed = [content[:-1], content + b"\n", b"".join([*lines[1:], lines[0]]), b"".join([*lines, lines[0]])]
    for other in changed:
        path.write_bytes(other)
        assert _faults(path.parent), other[-100:]
    for _ in range(examples(25)):
        path.write_bytes(content)
        _change_bit(path, chance)
        assert _faults(path.parent), path.read_bytes()


def test_missing_and_additional_files_are_found_in_every_folder(out: Path) -> None:
    release = out / "2026.11"
    folders = [release, *(path for path in release.rglob("*") if path.is_dir())]
    listed = _listed(release)
    for folder in folders:
        (folder / "additional.html").write_bytes(b"")
    for path in listed:
        path.unlink()
    expected = {f"{folder / 'additional.html'}: not in SHA256SUMS" for folder in folders}
    assert expected | {f"{path}: missing" for path in listed} <= {*verify(release)}


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda out: (out / "robots.txt").symlink_to("/etc/hostname"), "robots.txt: a link, and not to current/robots"),
        (
            lambda out: (out / ".htaccess").write_text("Redirect / https://evil.example/"),
            ".htaccess: differs from current/.htaccess",
        ),
        (lambda out: (out / ".building").mkdir(), ".building: left by a command that was stopped"),
        (
            lambda out: shutil.copytree(out / "2026.11", out / ".replacing" / "2026.11"),
            ".replacing: left by a redaction",
        ),
        (lambda out: (out / "ledger.csv").unlink(), "ledger.csv: not a link to current/ledger.csv"),
    ],
)
def test_links_beside_releases_lead_into_the_current_one(
    out: Path, damage: Callable[[Path], object], fault: str
) -> None:
    (out / "robots.txt").symlink_to("current/robots.txt")
    assert verify(out) == []
    (out / "robots.txt").unlink()
    damage(out)
    (line,) = verify(out)
    assert fault in line


def test_an_older_release_does_not_pass_for_a_newer_one(out: Path) -> None:
    (out / "2026.11").rename(out / "2026.12")
    (line,) = verify(out / "2026.12")
    assert line == f"{out / '2026.12'}: release 2026.11 under the name of another"


@pytest.mark.parametrize("name", ["dumps/all.nq.gz", "dumps/all.rdf12.nq.gz"])
def test_a_dump_and_its_sums_changed_together_are_found_by_the_hash(out: Path, name: str) -> None:
    """Whoever changes a dump and its checksums does not know the hash of the dataset."""
    release = Releases(out).release("2026.11")
    dump = release.file(name)
    old = sha256(dump.read_bytes()).hexdigest()
    changed = gzip.decompress(dump.read_bytes()).replace(b"Example Foundation", b"Another Foundation")
    dump.write_bytes(gzip.compress(changed))
    new = sha256(dump.read_bytes()).hexdigest()
    for name in ("manifest.json", "SHA256SUMS"):
        path = release.path / name
        path.write_text(path.read_text().replace(old, new))
    assert f"{dump}: not the dataset that manifest.json names by its hash" in verify(release.path)


def test_a_dump_nested_so_deep_that_reading_it_would_crash_is_refused(out: Path) -> None:
    release = Releases(out).release("current")
    nested = "<x:a> <x:p> " + "<<( <x:a> <x:p> " * 200_000 + "<x:b>" + " )>>" * 200_000 + " <x:g> .\n"
    release.dump.write_bytes(gzip.compress(nested.encode()))
    assert any(fault.endswith(": nested deeper than 64 levels: simplify it") for fault in verify(out))
    manifest = json.loads((release.path / "manifest.json").read_bytes())
    manifest["files"]["dumps/all.nq.gz"]["sha256"] = sha256(release.dump.read_bytes()).hexdigest()
    (release.path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ParseError, match=r"all\.nq\.gz:1:\d+: nested deeper than 64 levels"):
        open_release(Releases(out).release("current"))


def test_sums_are_as_the_tool_for_them_reads_them(out: Path) -> None:
    sums = out / "2026.11" / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(ServiceError, match="not a list of SHA-256 digests"):
        verify(out)


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../2026.10/x", "a/../../x", "a//b", "", "./a", "a/", "a\\b", "c:x", "a\nb", "a\0", ".."]
)
def test_a_manifest_names_only_files_in_its_folder(out: Path, name: str) -> None:
    path = out / "2026.11" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["files"][name] = {"bytes": 1, "sha256": "0" * 64}
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ServiceError, match=r"manifest\.json: not the manifest of a release"):
        verify(out)


@pytest.mark.parametrize("name", ["manifest.json", "current", "2026.11"])
def test_a_release_is_no_link(out: Path, tmp_path: Path, name: str) -> None:
    path = out / name
    if name == "manifest.json":
        path = out / "2026.11" / name
    if name == "current":
        path.unlink()
        path.symlink_to("../../out/2026.11")
    else:
        _replace_by_link(path)
    with pytest.raises((ServiceError, ParameterError)):
        Releases(out).release("current")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "{", '{"format": 2}', "\0", "[" * 100_000, '{"format": 1, "version": 1}']
)
def test_a_manifest_that_is_none_is_told(workspace: Workspace, out: Path, text: str) -> None:
    (out / "2026.11" / "manifest.json").write_text(text)
    for call in (lambda: verify(out), lambda: publish(out, workspace, version="2026.12")):
        with pytest.raises(ServiceError, match=r"manifest\.json"):
            call()


@pytest.mark.parametrize(
    "path", ["robots.txt", "manifest.json", "dumps/example.ttl.gz", "queries/membership/members.rq"]
)
@pytest.mark.parametrize("earlier", [False, True])
def test_a_server_gives_out_no_file_from_elsewhere(out: Path, workspace: Workspace, path: str, earlier: bool) -> None:
    if earlier:
        publish(out, workspace, version="2026.12")
    private = out.parent / "private"
    private.write_text("PRIVATE")
    with TestClient(application(Settings(str(workspace.root), release_dir=str(out), processes=1))) as client:
        assert client.get(f"/release/2026.11/{path}").status_code == 200
        (out / "2026.11" / path).unlink()
        (out / "2026.11" / path).symlink_to(private)
        answer = client.get(f"/release/2026.11/{path}")
        assert answer.status_code == 503 and "PRIVATE" not in answer.text
        assert "PRIVATE" not in client.get("/robots.txt").text
