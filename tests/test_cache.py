"""The cache of the built graph: keyed by content, shared, rebuilt when damaged."""

import os
import subprocess
import sys
from pathlib import Path
from zlib import crc32

import pytest

import foc_graph
from foc_graph.graph import cache
from foc_graph.workspace.settings import Workspace
from tests.support import PREFIXES
from tests.support.workspaces import new_workspace

COALITION = '<https://example.org/a> a coal:Coalition ; skos:prefLabel "{}"@en .'
DATA = Path("data/coalitions/example/coalition.ttl")


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace of a coalition without the vocabulary, which is built at once."""
    root = new_workspace(tmp_path / "workspace", '["ontology/rules", "queries/fragments", "queries/overview"]')
    (root / DATA).write_text(PREFIXES + COALITION.format("First"), "utf-8")
    return root


def names(root: Path, told: list[str]) -> list[str]:
    return [row["name"] for row in foc_graph.open(root, told.append).query("coalitions")]


def test_a_second_start_opens_what_the_first_built(root: Path, own_cache: Path) -> None:
    told: list[str] = []
    assert names(root, told) == ["First"] and len(told) == 1
    assert names(root, told) == ["First"] and len(told) == 1
    (root / DATA).touch()
    assert names(root, told) == ["First"] and len(told) == 1


def test_a_change_of_content_is_seen(root: Path, own_cache: Path) -> None:
    path = root / DATA
    assert names(root, []) == ["First"]
    path.write_text(path.read_text().replace("First", "Other"))
    assert names(root, []) == ["Other"]
    path.rename(path.with_name("b.ttl"))
    told: list[str] = []
    assert names(root, told) == ["Other"] and told


def test_files_that_are_changed_while_they_are_read_are_read_again(
    root: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / DATA
    texts = [COALITION.format(name) for name in ("Second", "Third")]
    build = cache.build

    def changing(workspace: Workspace) -> cache.Built:
        built = build(workspace)
        if texts:
            path.write_text(PREFIXES + texts.pop(0), "utf-8")
        return built

    monkeypatch.setattr(cache, "build", changing)
    assert names(root, []) == ["Third"]
    path.write_text(PREFIXES + COALITION.format("First"), "utf-8")
    assert names(root, []) == ["First"]


@pytest.mark.parametrize("damage", ["manifest changed", "manifest gone", "a byte flipped", "store cut"])
def test_a_damaged_cache_is_built_anew(root: Path, own_cache: Path, damage: str) -> None:
    names(root, [])
    (build,) = own_cache.iterdir()
    tables = sorted((build / "store").glob("*.sst"))
    match damage:
        case "manifest changed":
            path = build / "manifest.json"
            path.write_bytes(path.read_bytes().replace(b"SELECT", b"SELEKT"))
        case "a byte flipped":
            content = bytearray(tables[-1].read_bytes())
            content[len(content) // 2] ^= 1
            tables[-1].write_bytes(content)
        case "manifest gone":
            (build / "manifest.json").unlink()
        case "store cut":
            tables[0].write_bytes(tables[0].read_bytes()[:-10])
    told: list[str] = []
    assert names(root, told) == ["First"] and told
    told.clear()
    assert names(root, told) == ["First"] and not told


def test_where_no_cache_can_be_kept_the_graph_still_answers(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FOC_CACHE", str(tmp_path / "file" / "cache"))
    told: list[str] = []
    assert names(root, told) == ["First"]
    assert any("not kept" in message for message in told)


def _poison(build: Path) -> None:
    """Change the text of a stored query, with the checksum that goes with it."""
    body = (build / "manifest.json").read_bytes().partition(b"\n")[2].replace(b"?name", b"?nema")
    (build / "manifest.json").write_bytes(b"%d\n%b" % (crc32(body), body))


@pytest.mark.parametrize(("access", "inner"), [("group", True), ("everyone", False), ("owner", False)])
def test_a_cache_that_others_may_write_to_does_not_answer(
    root: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch, access: str, inner: bool
) -> None:
    names(root, [])
    (build,) = own_cache.iterdir()
    _poison(build)
    folder = build if inner else own_cache
    if access != "owner":
        folder.chmod(0o770 if access == "group" else 0o707)
    elif os.getuid() == 0:
        os.chown(folder, 12345, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: 12345)
    told: list[str] = []
    assert names(root, told) == ["First"] and told
    if folder == own_cache:
        assert [str(own_cache) in line and "may write to it" in line for line in told] == [False, True]


def test_a_cache_is_made_for_the_user_alone(root: Path, own_cache: Path) -> None:
    mask = os.umask(0)
    try:
        names(root, [])
    finally:
        os.umask(mask)
    assert {path.stat().st_mode & 0o777 for path in (own_cache, *own_cache.iterdir())} == {0o700}


def test_only_the_newest_builds_are_kept_and_those_that_are_read(root: Path, own_cache: Path) -> None:
    path = root / DATA
    path.write_text(path.read_text().replace("First", "0"))
    foc_graph.open(root)
    (first,) = own_cache.iterdir()
    read = foc_graph.open(root)
    for number in range(1, 12):
        path.write_text(path.read_text().replace(f'"{number - 1}"', f'"{number}"'))
        assert names(root, []) == [str(number)]
    kept = list(own_cache.iterdir())
    assert len(kept) == 9 and first in kept
    assert [row["name"] for row in read.query("coalitions")] == ["0"]
    del read
    path.write_text(path.read_text().replace('"11"', '"12"'))
    names(root, [])
    assert len(list(own_cache.iterdir())) == 8 and not first.exists()


def test_what_is_not_a_build_is_never_removed(root: Path, own_cache: Path) -> None:
    others = [own_cache / f"folder {number}" for number in range(12)]
    for folder in others:
        folder.mkdir(parents=True)
    names(root, [])
    assert all(folder.is_dir() for folder in others)


def test_many_first_starts_at_once_all_answer(root: Path, own_cache: Path) -> None:
    command = [sys.executable, "-m", "foc_graph", "--workspace", str(root), "query", "coalitions"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in started]
    assert all("First" in output and errors == "" for output, errors in answers)
