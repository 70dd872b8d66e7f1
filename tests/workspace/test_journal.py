"""Changes to several files: whole or not at all, wherever the process is stopped, and one at a time."""

import errno
import json
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest

from foc_graph.errors import FocGraphError, ServiceError, WorkspaceError
from foc_graph.workspace.files import replace_files
from foc_graph.workspace.journal import JOURNAL, LOCK, changing
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.campaign import SEED, SHARE
from tests.support.commands import foc
from tests.support.failures import CHANGES, FILLS, STOPS, DeadError, die, fail, failing_at, interrupted_at, steps
from tests.support.releases import files

NEW = {"data/a.ttl": "# new a", "data/link.ttl": "# new c", "data/b.ttl": "# new b", "data/new/deep/d.ttl": "# new d"}
STOPPED = (FocGraphError, KeyboardInterrupt, DeadError)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of three files, one for the owner alone, one known by a link; nobody takes the power away."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    root = tmp_path / "workspace"
    (root / "data" / "own").mkdir(parents=True)
    (root / "workspace.toml").touch()
    for name in ("a", "b", "own/c"):
        (root / "data" / f"{name}.ttl").write_text(f"# old {name}")
    (root / "data" / "b.ttl").chmod(0o600)
    (root / "data" / "link.ttl").symlink_to("own/c.ttl")
    return root


def change(root: Path) -> None:
    """Replace each file by what it has in `NEW`."""
    texts = {root / name: text for name, text in NEW.items()}
    replace_files({path: (path.read_text() if path.exists() else None, text) for path, text in texts.items()})


def state(root: Path) -> dict[str, tuple[str, int, bool]]:
    """Return the text of each file of a folder, its mode, and whether it is a link; a folder within has no text."""
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*")}
    return {
        name: (path.read_text() if path.is_file() else "", path.stat().st_mode, path.is_symlink())
        for name, path in found.items()
    }


def copies(root: Path) -> Callable[[], Path]:
    """Return a function that makes the workspace anew, in a new folder."""
    kept = shutil.copytree(root, root.with_name("kept"), symlinks=True)
    numbers = iter(range(10_000))
    return lambda: shutil.copytree(kept, root.with_name(f"copy{next(numbers)}"), symlinks=True)


def test_a_change_keeps_modes_and_links_and_leaves_nothing_else(root: Path) -> None:
    before = state(root)
    change(root)
    after = state(root)
    assert {name: text for name, (text, *_) in after.items() if text or name == "workspace.toml"} == {
        "workspace.toml": "",
        **NEW,
        "data/own/c.ttl": "# new c",
    }
    assert {name: rest for name, (_, *rest) in after.items() if name in before} == {
        name: rest for name, (_, *rest) in before.items()
    }


def chosen(places: list[Any]) -> list[Any]:
    """One in twenty of the places where a change can be stopped, by the seed; all of them in `make test-all`."""
    return places if SHARE >= 1 else Random(SEED).sample(places, -(-len(places) // 20))


@pytest.mark.campaign
@pytest.mark.parametrize("stop", STOPS)
def test_a_change_that_is_stopped_at_any_step_is_whole_or_not_made(root: Path, stop: str) -> None:
    copy = copies(root)
    before = state(root)
    with failing_at(("", 0), lambda: None) as calls:
        change(root)
    after = state(root)
    assert all(calls[name] for name in ("open", "chmod", "fsync", "mkdir", "replace", "unlink"))
    fail, then = STOPS[stop]
    seen = []
    for step in dict.fromkeys([("open", 1), *chosen(steps(calls)), ("unlink", calls["unlink"])]):
        place = copy()
        with failing_at(step, fail, then=then), suppress(*STOPPED):
            change(place)
        if stop in ("interrupted", "refused"):
            assert not (place / JOURNAL).exists(), step
        assert find_workspace(place).root == place
        left = state(place)
        assert left in (before, after), step
        seen.append(left)
        with suppress(ServiceError):
            change(place)
        assert state(place) == after, step
    assert before in seen and after in seen


@pytest.mark.campaign
def test_a_change_that_is_interrupted_at_any_line_is_whole_or_not_made(root: Path) -> None:
    copy = copies(root)
    before = state(root)
    with interrupted_at(0, ROOT / "foc_graph") as lines:
        change(root)
    after = state(root)
    seen = []
    for line in dict.fromkeys([1, *chosen(list(range(1, lines["line"] + 1))), lines["line"]]):
        place = copy()
        with pytest.raises(KeyboardInterrupt), interrupted_at(line, ROOT / "foc_graph"):
            change(place)
        assert find_workspace(place).root == place
        left = state(place)
        assert left in (before, after), line
        seen.append(left)
        change(place)
        assert state(place) == after, line
    assert before in seen and after in seen


def stop_halfway(root: Path) -> None:
    """Die once the first file has been replaced."""
    with failing_at(("replace", 3), die, then=CHANGES), suppress(DeadError):
        change(root)


def test_what_a_command_left_is_undone_by_the_next_that_reads(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = state(root)
    stop_halfway(root)
    assert (root / "data" / "a.ttl").read_text() == "# new a"
    foc("--workspace", str(root), "validate")
    (said,) = caplog.messages
    assert said == f"{root}: a stopped command had changed some files; they have been restored: run it again"
    assert state(root) == before
    foc("--workspace", str(root), "validate")
    assert len(caplog.messages) == 1


def test_where_it_cannot_be_undone_nothing_is_read(root: Path) -> None:
    stop_halfway(root)
    full = failing_at(("open", 1), partial(fail, errno.ENOSPC), then=FILLS)
    with full, pytest.raises(ServiceError, match=r"cannot be written: No space left on device; run any command there"):
        find_workspace(root)
    assert find_workspace(root).root == root


def test_what_somebody_wrote_since_is_kept(root: Path) -> None:
    before = state(root)
    stop_halfway(root)
    (root / "data" / "a.ttl").write_text("# mine")
    with pytest.raises(ServiceError, match=r"a\.ttl: was changed since .*: move it away"):
        find_workspace(root)
    assert (root / "data" / "a.ttl").read_text() == "# mine"
    (root / "data" / "a.ttl").rename(root / "mine")
    assert find_workspace(root).root == root
    assert {name: text for name, (text, *_) in state(root).items() if name != "mine"} == {
        name: text for name, (text, *_) in before.items()
    }


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("../elsewhere.ttl", "# theirs"),
        ("../elsewhere.ttl", None),
        ("data/../data/a.ttl", "# theirs"),
        ("data/link.ttl", "# theirs"),
        ("/data/a.ttl", "# theirs"),
        (".git/config", "# theirs"),
        ("data/a.ttl", 1),
        ("data/\0", None),
    ],
)
def test_a_journal_that_came_with_a_workspace_changes_nothing(root: Path, name: str, before: object) -> None:
    for path in (root.parent / "elsewhere.ttl", root / ".git" / "config"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("# old")
    digests = {one: sha256((root / one).read_bytes()).hexdigest() for one in files(root)} | {
        "": sha256(b"# old").hexdigest()
    }
    (root / JOURNAL).write_text(json.dumps({name: [before, digests.get(name, digests[""])]}))
    there = files(root.parent)
    with pytest.raises(ServiceError, match=r"\.foc\.journal: "):
        find_workspace(root)
    assert files(root.parent) == there


@pytest.mark.parametrize("text", ["", "[]", "{", '{"data/a.ttl": 1}', '{"data/a.ttl": ["x"]}', "[" * 100_000])
def test_a_journal_that_is_none_is_told(root: Path, text: str) -> None:
    (root / JOURNAL).write_text(text)
    with pytest.raises(ServiceError, match="not the journal of a change: move it away"):
        find_workspace(root)


def test_the_journal_of_another_user_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_halfway(root)
    there = files(root)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(ServiceError, match="of another user"):
        find_workspace(root)
    assert files(root) == {name: content for name, content in there.items() if name != LOCK}


def test_a_link_that_leads_out_of_the_workspace_is_not_followed(root: Path) -> None:
    outside = root.parent / "outside.ttl"
    outside.write_text("# theirs")
    (root / "data" / "a.ttl").unlink()
    (root / "data" / "a.ttl").symlink_to(outside)
    before = state(root)
    with pytest.raises(WorkspaceError, match=r"a\.ttl: a link that leads out of"):
        change(root)
    assert state(root) == before and outside.read_text() == "# theirs"


def test_one_at_a_time_changes_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(root)
    waiting, sleep = Event(), time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: (waiting.set(), sleep(seconds)))
    with ThreadPoolExecutor() as threads, changing(root):
        other = threads.submit(change, root)
        assert waiting.wait(60) and not other.done()
        assert {name: one for name, one in state(root).items() if name != LOCK} == before
    other.result()
    assert state(root) != before


def test_who_waits_too_long_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foc_graph.workspace.journal._WAIT", 0)
    with changing(root), pytest.raises(ServiceError, match="another process is changing its files: wait"):
        change(root)


def test_a_change_that_rests_on_files_that_others_changed_is_not_made(root: Path) -> None:
    digest = Workspace(root).digest()
    (root / "data" / "b.ttl").write_text("# theirs")
    before = state(root)
    with pytest.raises(ServiceError, match="a file was changed in the meantime: run the command again"):
        replace_files({root / "data" / "a.ttl": ("# old own/c", "# new a")}, digest)
    assert state(root) == before


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_in_place_of_the_lock_is_not_followed(root: Path, is_there: bool) -> None:
    outside = root.parent / "outside"
    if is_there:
        outside.write_text("kept")
    (root / LOCK).symlink_to(outside)
    with pytest.raises(ServiceError):
        change(root)
    assert (outside.read_text() if outside.exists() else None) == ("kept" if is_there else None)
