"""Releases that a crash, a failing disk or another process interrupts: whole or not there at all."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from foc_graph.errors import FocGraphError, ServiceError
from foc_graph.graph.cache import cache_folder
from foc_graph.release.build import publish
from foc_graph.release.verify import verify
from foc_graph.workspace.releases import Releases
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.failures import STOPS, DeadError, Step, fail, failing_at, steps
from tests.support.releases import files
from tests.support.workspaces import new_workspace, rename_foundation


@pytest.fixture
def bare(tmp_path: Path) -> Workspace:
    """A workspace of one small coalition, without vocabulary and rules."""
    return Workspace(new_workspace(tmp_path / "workspace", '["queries"]'))


def _steps(calls: Counter[str]) -> list[Step]:
    """Some of the calls that write a file, and each that moves or links something or brings it onto the disk."""
    opens = [("open", calls["open"] * part // 4 + 1) for part in range(4)]
    others = ("rename", "replace", "symlink", "sync")
    return opens + [(name, number) for name in others for number in range(1, calls[name] + 1)]


_DYING = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from foc_graph.release.build import publish
from foc_graph.workspace.settings import Workspace
from tests.support.failures import failing_at
with failing_at((sys.argv[2], int(sys.argv[3])), lambda: os._exit(9)):
    publish(Path(sys.argv[5]), Workspace(Path(sys.argv[4])), version="2026.12")
"""


@pytest.mark.extended
def test_a_crash_at_any_step_leaves_the_old_or_the_new_release(bare: Workspace, tmp_path: Path) -> None:
    """The process dies before a call that changes what is on the disk."""
    out = tmp_path / "out"
    publish(out, bare)
    changed = rename_foundation(bare)
    for name in ("first", "second"):  # for the first one the graph is built, and kept in the cache
        copy = shutil.copytree(out, tmp_path / name, symlinks=True)
        with failing_at(("", 0), lambda: None) as calls:
            whole = files(publish(copy, changed, version="2026.12").release.path)
    assert all(calls[name] for name in ("open", "rename", "replace", "symlink", "sync"))
    survivors = set()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name, number in _steps(calls):
        place = shutil.copytree(out, tmp_path / "crash", symlinks=True)
        script = [sys.executable, "-c", _DYING, str(ROOT)]
        arguments = [name, str(number), str(changed.root), str(place)]
        done = subprocess.run([*script, *arguments], timeout=100, env={**os.environ, "TMPDIR": str(temporary)})
        assert done.returncode == 9, (name, number)
        assert not list(temporary.iterdir())
        survivors.add((place / "current").resolve().name)
        assert verify(place / "current") == []
        assert files(place / "2026.11") == files(out / "2026.11")
        if (place / "2026.12").exists():
            assert files(place / "2026.12") == whole
        publish(place, changed, version="2026.12")
        assert verify(place) == [] and files(place / "2026.12") == whole
        assert {path.name for path in place.iterdir()} == {"2026.11", "2026.12", "current", "ledger.csv", ".lock"}
        shutil.rmtree(place)
    assert survivors == {"2026.11", "2026.12"}


def test_a_failing_disk_leaves_the_releases_as_they_were(bare: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(out, bare)
    before = files(out)
    cache = cache_folder()  # nothing is lost with what cannot be kept there
    other = shutil.copytree(out, tmp_path / "other", symlinks=True)
    with failing_at(("", 0), lambda: None, cache) as calls:
        publish(other, bare, version="2026.12")
    steps = [step for step in _steps(calls) if step[0] == "open"]  # and what is done until the release has its name
    steps += [("sync", 1), ("rename", calls["rename"])]
    for step, code in zip(steps, cycle([errno.ENOSPC, errno.EROFS, errno.EIO]), strict=False):
        told = pytest.raises(ServiceError, match=f"written .*{os.strerror(code)}.*are unchanged")
        with failing_at(step, partial(fail, code), cache), told:
            publish(out, bare, version="2026.12")
        assert files(out) == before


@pytest.mark.extended
@pytest.mark.parametrize("stop", STOPS)
def test_a_rollback_that_is_stopped_leaves_one_release_or_the_other_current(
    bare: Workspace, tmp_path: Path, stop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sync", lambda: None)  # nobody takes the power away
    out, place = tmp_path / "out", tmp_path / "place"
    for version in ("2026.11", "2026.12"):
        publish(out, bare, version=version)
    shutil.copytree(out, place, symlinks=True)
    with failing_at(("", 0), lambda: None) as calls:
        Releases(place).roll_back("2026.11")
    fail, then = STOPS[stop]
    currents = set()
    for step in steps(calls):
        shutil.rmtree(place)
        shutil.copytree(out, place, symlinks=True)
        with failing_at(step, fail, then=then), suppress(FocGraphError, KeyboardInterrupt, DeadError):
            Releases(place).roll_back("2026.11")
        assert [fault for fault in verify(place) if "left by a command that was stopped" not in fault] == [], step
        currents.add(Releases(place).release("current").version)
        Releases(place).roll_back("2026.11")
        assert Releases(place).release("current").version == "2026.11"
        assert {path.name for path in place.iterdir()} == {"2026.11", "2026.12", "current", "ledger.csv", ".lock"}
    assert currents == {"2026.11", "2026.12"}


def test_one_at_a_time_publishes(bare: Workspace, tmp_path: Path) -> None:
    with Releases(tmp_path / "out").building(), pytest.raises(ServiceError, match="another process is publishing"):
        publish(tmp_path / "out", bare)
