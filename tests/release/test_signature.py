"""Signatures of releases: made and checked as minisign makes and checks them, and broken by any change."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from foc_graph.release.files import files_below, write_sums
from foc_graph.release.signature import read_public_key, read_secret_key, sign
from foc_graph.release.verify import verify
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from tests.support.commands import FOC, foc
from tests.support.programs import find_program
from tests.support.releases import Keys, Out, copy_releases, files, make_keys
from tests.support.shared import write_anew

SIGNATURE = "SHA256SUMS.minisig"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def published(both: Out, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of these releases, signed with the key that has a password, to be read only."""
    out = copy_releases(both.folder, tmp_path_factory.mktemp("signed") / "out")
    for version in ("2026.11", "2026.12"):
        sign(out / version, read_secret_key(keys.encrypted, lambda: "password"))
    return out


@pytest.fixture
def out(published: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return copy_releases(published, tmp_path / "out")


def test_a_signed_release_is_verified_by_the_key_alone(published: Path, keys: Keys) -> None:
    for key in (str(keys.public), keys.public.read_text("utf-8").splitlines()[1]):
        done = foc("verify", str(published), "--key", key)
        assert done.returncode == 0, done.stdout
        assert done.stdout.startswith(
            f"{published}: as it was published, and signed with this key\ncurrent release: 2026.12 of 2026-"
        )
    assert verify(published) == [] == verify(published / "2026.11")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda release: (release / SIGNATURE).unlink(), "missing: the release is not signed"),
        (lambda release: write_anew(release / SIGNATURE, b"untrusted"), "not a signature of SHA256SUMS by this key"),
        (lambda release: write_anew(release / SIGNATURE, b"\xff\n" * 4), "not a signature of SHA256SUMS by this key"),
        (
            lambda release: write_anew(release / SIGNATURE, (release.parent / "2026.12" / SIGNATURE).read_bytes()),
            "not a signature of SHA256SUMS by this key",
        ),
        (
            lambda release: edit_text(release / SIGNATURE, "release 2026.11", "release 2026.12"),
            "not a signature of SHA256SUMS by this key",
        ),
        (
            lambda release: edit_text(release / "SHA256SUMS", "  index.html", "  other.html"),
            "not a signature of SHA256SUMS by this key",
        ),
    ],
)
def test_what_the_key_did_not_sign_is_a_fault(
    out: Path, keys: Keys, damage: Callable[[Path], object], fault: str
) -> None:
    damage(out / "2026.11")
    done = foc("verify", str(out / "2026.11"), "--key", str(keys.public))
    assert done.returncode == 1
    assert done.stdout.startswith(f"{out}/2026.11/{SIGNATURE}: ") and fault in done.stdout


def edit_text(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    write_anew(path, text.replace(old, new).encode())


def test_another_key_and_what_is_no_key_are_told(published: Path, keys: Keys, tmp_path: Path) -> None:
    other = make_keys(tmp_path)
    done = foc("verify", str(published), "--key", str(other.public))
    assert done.returncode == 1 and done.stdout.count("not a signature of SHA256SUMS by this key") == 2
    for key in (str(keys.secret), "nowhere", "RWQ", "\0", str(tmp_path)):
        done = foc("verify", str(published), "--key", key)
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert "neither the file of a public key of minisign nor such a key" in done.stderr


def test_nothing_is_read_of_what_another_key_signed(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = ("canonical", "unreify", "read_ledger", "check_patch")
    for name in readers:
        monkeypatch.setattr(f"foc_graph.release.verify.{name}", None)
    for path, count in ((published, 2), (published / "2026.11", 1)):
        assert len(verify(path, key=read_public_key(str(make_keys(tmp_path).public)))) == count


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("public", "not a secret key of minisign"),
        ("encrypted", "encrypted, and no terminal to ask for the password"),
        ("nowhere", "cannot be read: No such file"),
    ],
)
def test_a_release_is_not_published_unsigned(both: Out, keys: Keys, tmp_path: Path, key: str, problem: str) -> None:
    path = keys.public.parent / key
    done = foc("--workspace", str(both.workspace), "publish", str(tmp_path / "out"), "--sign", str(path))
    assert done.returncode == 2 and problem in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("password", "code"), [("password", 0), ("guessed", 2)])
def test_a_password_is_asked_for_on_a_terminal(both: Out, keys: Keys, tmp_path: Path, password: str, code: int) -> None:
    """By a command that has nothing to sign there."""
    ours, theirs = os.openpty()
    out = copy_releases(both.folder, tmp_path / "out")
    command = [*FOC, "redact", str(out), "--sign", str(keys.encrypted)]
    with subprocess.Popen(command, stdin=theirs, stderr=subprocess.PIPE, start_new_session=True) as process:
        assert process.stderr is not None
        assert process.stderr.read(21) == b"Password of the key: "
        os.write(ours, f"{password}\n".encode())
        said = process.stderr.read().decode()
    os.close(ours)
    os.close(theirs)
    assert (process.returncode, "wrong password" in said, password in said) == (code, code == 2, False)


def test_a_published_release_is_signed_later_and_stays_as_it_was(
    both: Out, published: Path, keys: Keys, tmp_path: Path
) -> None:
    out = copy_releases(both.folder, tmp_path / "out")
    publish = ("--workspace", str(both.workspace), "publish", str(out), "--version", "2026.12")
    assert foc(*publish, "--sign", str(keys.secret)).returncode == 0
    signed = files(out / "2026.12")
    assert signed == files(published / "2026.12")  # the same key gives the same bytes
    signature = signed.pop(SIGNATURE)
    assert signed == files(both.folder / "2026.12")
    assert b"release 2026.12 of https://example.org/coalition/" in signature


def test_without_the_package_the_command_that_installs_it_is_given(
    published: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "minisign", None)
    done = foc("verify", str(published), "--key", str(keys.public))
    assert done.returncode == 2 and "py-minisign is not installed: " in done.stderr


def test_a_server_gives_the_signature_of_a_release_that_has_one(both: Out, out: Path) -> None:
    with TestClient(application(Settings(str(both.workspace), release_dir=str(out), processes=1))) as client:
        expected = (out / "2026.12" / SIGNATURE).read_bytes()
        for path in (f"/{SIGNATURE}", f"/release/2026.12/{SIGNATURE}"):
            answer = client.get(path)
            assert (answer.content, answer.headers["content-type"]) == (expected, "text/plain; charset=utf-8")
        (out / "2026.11" / SIGNATURE).unlink()
        assert client.get(f"/release/2026.11/{SIGNATURE}").status_code == 404


@pytest.mark.extended
def test_minisign_makes_keys_for_releases_and_verifies_them(both: Out, tmp_path: Path) -> None:
    minisign = find_program("minisign", "apt-get install minisign")
    subprocess.run([minisign, "-G", "-W", "-p", "public", "-s", "secret"], cwd=tmp_path, check=True)
    done = foc("--workspace", str(both.workspace), "publish", "out", "--sign", "secret", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    release = tmp_path / "out" / "2026.11"
    command = [minisign, "-V", "-m", "SHA256SUMS", "-p", str(tmp_path / "public")]
    said = subprocess.run(command, cwd=release, check=True, capture_output=True, text=True).stdout
    assert "release 2026.11 of https://example.org/coalition/" in said
    subprocess.run([minisign, "-S", "-m", "SHA256SUMS", "-s", str(tmp_path / "secret")], cwd=release, check=True)
    assert foc("verify", "out", "--key", "public", cwd=tmp_path).returncode == 0


def test_a_release_that_somebody_changed_is_not_built_on(both: Out, out: Path, keys: Keys) -> None:
    command = ("--workspace", str(both.workspace), "publish", str(out), "--sign", str(keys.secret))
    release, name = out / "2026.12", "feeds/events.jsonl"
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    content = (release / name).read_bytes().replace(b" was added", b" was added by EVIL", 1)
    write_anew(release / name, content)
    manifest["files"][name] = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    write_anew(release / "manifest.json", json.dumps(manifest).encode())
    done = foc(*command, "--version", "2027.01")
    assert (done.returncode, not (out / "2027.01").exists()) == (3, True)
    assert f"{release}/manifest.json: not as it was published" in done.stderr
    (release / "SHA256SUMS").unlink()
    write_sums(release, files_below(release))  # a list of digests that says the same
    done = foc(*command, "--version", "2027.01")
    assert (done.returncode, not (out / "2027.01").exists()) == (3, True)
    assert "not a signature of SHA256SUMS by this key" in done.stderr
