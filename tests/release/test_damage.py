"""Damage of releases, by accident or on purpose: `foc verify` tells it; nothing outside of their folders is read."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest.mock import Mock

import pytest
from starlette.testclient import TestClient

from foc_graph.assets import ENGINE, is_built
from foc_graph.errors import FocGraphError, ParameterError, ServiceError
from foc_graph.graph.cache import open_release
from foc_graph.rdf.parser import _Gzip
from foc_graph.release.build import publish
from foc_graph.release.verify import verify
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.releases import Releases
from foc_graph.workspace.settings import Workspace
from tests.support.campaign import SEED
from tests.support.commands import foc
from tests.support.releases import Out, copy_releases, relist
from tests.support.shared import copy_by_links, write_anew


def _replace_by_link(path: Path) -> None:
    """Put a link to the same content in the place of a file or folder."""
    moved = path.parent.parent.parent / f"moved-{path.name}"
    if path.exists():
        path.rename(moved)
    path.symlink_to(moved)


def _allow(path: Path, mode: int) -> None:
    write_anew(path, path.read_bytes())
    path.chmod(mode)


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda release: _replace_by_link(release / "index.html"), "index.html: a link"),
        (lambda release: _replace_by_link(release / "dumps"), "2026.11/dumps: a link"),
        (lambda release: (release / "etc").symlink_to("/etc"), "2026.11/etc: a link"),
        (lambda release: (release / "doc" / "more").mkdir(), "doc/more: an empty folder"),
        (lambda release: os.mkfifo(release / "doc" / "pipe"), "doc/pipe: neither a file nor a folder"),
        (lambda release: _allow(release / "index.html", 0o666), "index.html: everyone may write to it"),
        (lambda release: (release / "dumps").chmod(0o777), "2026.11/dumps: everyone may write to it"),
        (lambda release: _allow(release / "index.html", 0o4644), "index.html: can be executed"),
    ],
)
def test_damage_is_found(out: Path, damage: Callable[[Path], object], fault: str) -> None:
    damage(out / "2026.11")
    done = foc("verify", "out", cwd=out.parent)
    assert done.returncode == 1 and fault in done.stdout


def _with_another_bit(content: bytes, chance: Random) -> bytes:
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _listed(release: Path) -> list[Path]:
    """The files whose digests are in `SHA256SUMS`, but for the manifest."""
    found = sorted(path for path in release.rglob("*") if path.is_file())
    return [path for path in found if path.relative_to(release).as_posix() not in ("SHA256SUMS", "manifest.json")]


def test_a_changed_bit_is_found_in_every_file(out: Path) -> None:
    release, chance = out / "2026.11", Random(SEED)
    listed = _listed(release)
    if is_built(ENGINE):
        assert {release / "engine.json", release / "assets" / ENGINE} <= {*listed}
    for path in listed:
        write_anew(path, _with_another_bit(path.read_bytes(), chance))
    expected = sorted(f"{path}: not as it was published" for path in listed)
    for found in (verify(release), verify(out)):
        assert sorted(line for line in found if line.endswith(": not as it was published")) == expected


@pytest.mark.parametrize("name", ["SHA256SUMS", "manifest.json"])
def test_any_change_of_what_lists_the_files_is_found(out: Path, name: str) -> None:
    path, chance = out / "2026.11" / name, Random(SEED)
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)
    changed = [content[:-1], content + b"\n", b"".join([*lines[1:], lines[0]]), b"".join([*lines, lines[0]])]
    for other in (*changed, _with_another_bit(content, chance)):
        write_anew(path, other)
        try:
            faults = verify(path.parent)
        except ServiceError as error:
            faults = [str(error)]
        assert faults, other[-100:]


def test_missing_and_additional_files_are_found_in_every_folder(out: Path) -> None:
    release = out / "2026.11"
    folders = [release, *(path for path in release.rglob("*") if path.is_dir())]
    listed = _listed(release)
    for folder in folders:
        (folder / "additional.html").write_bytes(b"")
    for path in listed:
        path.unlink()
    expected = [f"{folder / 'additional.html'}: not in SHA256SUMS" for folder in folders]
    expected += [f"{path}: missing" for path in listed]
    found = verify(release)
    assert sorted(line for line in found if line.endswith((": not in SHA256SUMS", ": missing"))) == sorted(expected)


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda out: (out / "robots.txt").symlink_to("/etc/hostname"), "robots.txt: a link, and not to current/robots"),
        (
            lambda out: (out / ".htaccess").write_text("Redirect / https://evil.example/"),
            ".htaccess: differs from current/.htaccess",
        ),
        (lambda out: (out / ".htaccess").mkdir(), ".htaccess: differs from current/.htaccess"),
        (lambda out: (out / "robots.txt").write_text("evil"), "robots.txt: differs from current/robots.txt"),
        (lambda out: (out / ".lock").mkdir(), ".lock: not the empty file"),
        (lambda out: (out / ".lock").symlink_to("/etc/hostname"), ".lock: not the empty file"),
        (lambda out: (out / ".lock").write_text("evil"), ".lock: not the empty file"),
        (lambda out: (out / ".building").mkdir(), ".building: left by a command that was stopped"),
        (
            lambda out: copy_by_links(out / "2026.11", out / ".replacing" / "2026.11"),
            ".replacing: left by a redaction",
        ),
        (lambda out: (out / "ledger.csv").unlink(), "ledger.csv: not a link to current/ledger.csv"),
    ],
)
def test_links_beside_releases_lead_into_the_current_one(
    out: Path, damage: Callable[[Path], object], fault: str
) -> None:
    damage(out)
    (line,) = verify(out)
    assert fault in line


def test_an_older_release_does_not_pass_for_a_newer_one(out: Path) -> None:
    (out / "2026.11").rename(out / "2026.12")
    (line,) = verify(out / "2026.12")
    assert line == f"{out / '2026.12'}: release 2026.11 under the name of another"


DUMPS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another": (
        lambda old: gzip.compress(gzip.decompress(old).replace(b"Example ", b"Other ")),
        "not the dataset that",
    ),
    "cut off": (lambda old: old[:-100], "not as gzip packs a file"),
    "not packed": (lambda old: b"<a", "not as gzip packs a file"),
    "nested so deep that reading it would crash": (
        lambda old: gzip.compress(b"<x:a> <x:p> " + b"<<( <x:a> <x:p> " * 9**6 + b"<x:b>" + b" )>>" * 9**6 + b" .\n"),
        "nested deeper than 64 levels",
    ),
    "a line without end": (lambda old: gzip.compress(b"<x:" + b"a" * 2**25), "a line longer than 16,777,216 bytes"),
    "a bomb": (lambda old: gzip.compress(b"<x:a> <x:a> <x:a> .\n" * 2**21), "unpacks to more than"),
}
"""Contents of a dump, made of the one that was published, and what is told of whoever lists their digests."""


@pytest.mark.parametrize("name", ["dumps/all.nq.gz", "dumps/all.rdf12.nq.gz"])
@pytest.mark.parametrize("kind", DUMPS)
def test_a_dump_is_unpacked_within_bounds_and_only_if_it_is_what_was_listed(
    out: Path, name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Releases(out).release("2026.11")
    dump, (change, told) = release.file(name), DUMPS[kind]
    write_anew(dump, change(dump.read_bytes()))
    opened = Mock(wraps=_Gzip)
    with monkeypatch.context() as patch:
        patch.setattr("foc_graph.rdf.parser._Gzip", opened)
        assert [line for line in verify(out) if line.startswith(str(dump))] == [f"{dump}: not as it was published"]
    assert opened.called and dump not in {call.args[0] for call in opened.call_args_list}
    (line,) = [line for line in verify(relist(release.path)) if line.startswith(str(dump))]
    assert told in line
    if told != "not the dataset that" and name == release.dump_name:
        with pytest.raises(FocGraphError, match=f"all.nq.gz.*(?:{told}|buffer maximal size)"):
            open_release(Releases(out).release("current"))


def test_a_dump_that_no_manifest_lists_is_not_read(out: Path) -> None:
    release = Releases(out).release("2026.11")
    del release.manifest["files"]["dumps/all.nq.gz"]
    with pytest.raises(ServiceError, match=r"all\.nq\.gz: not as it was published"):
        open_release(release)


def test_sums_are_as_the_tool_for_them_reads_them(out: Path) -> None:
    sums = out / "2026.11" / "SHA256SUMS"
    write_anew(sums, sums.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(ServiceError, match="not a list of SHA-256 digests"):
        verify(out)


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../2026.10/x", "a/../../x", "a//b", "", "./a", "a/", "a\\b", "c:x", "a\nb", "a\0", ".."]
)
def test_a_manifest_names_only_files_in_its_folder(out: Path, name: str) -> None:
    path = out / "2026.11" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["files"][name] = {"bytes": 1, "sha256": "0" * 64}
    write_anew(path, json.dumps(manifest).encode())
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


def test_a_manifest_that_is_none_is_told(both: Out, out: Path) -> None:
    for text in ("", "{}", "[]", "{", '{"format": 2}', "\0", "[" * 100_000, '{"format": 1, "version": 1}'):
        write_anew(out / "2026.11" / "manifest.json", text.encode())
        for call in (lambda: verify(out), lambda: publish(out, Workspace(both.workspace), version="2026.12")):
            with pytest.raises(ServiceError, match=r"manifest\.json"):
                call()


def test_a_server_gives_out_no_file_from_elsewhere(both: Out, tmp_path: Path) -> None:
    out, private = copy_releases(both.folder, tmp_path / "out"), tmp_path / "private"
    private.write_text("PRIVATE")
    with TestClient(application(Settings(str(both.workspace), release_dir=str(out), processes=1))) as client:
        for name in ("robots.txt", "dumps/example.ttl.gz", "queries/membership/members.rq", "manifest.json"):
            for version in ("2026.11", "2026.12"):
                assert client.get(f"/release/{version}/{name}").status_code == 200
                (out / version / name).unlink()
                (out / version / name).symlink_to(private)
                answer = client.get(f"/release/{version}/{name}")
                assert answer.status_code == 503 and "PRIVATE" not in answer.text
        assert "PRIVATE" not in client.get("/robots.txt").text


def test_who_only_reads_completes_nothing(both: Out, out: Path) -> None:
    copy_by_links(out / "2026.11", out / ".replacing" / "2025.01")
    before = sorted(out.rglob("*"))
    assert foc("--at-release", "2026.11", "query", "coalitions", cwd=out.parent).returncode == 0
    with TestClient(application(Settings(str(both.workspace), release_dir=str(out), processes=1))) as client:
        assert client.get("/health").status_code == 200
    assert sorted(out.rglob("*")) == before
