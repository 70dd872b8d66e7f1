"""Releases that a crash, a failing disk or another process interrupts: whole or not there at all."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
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
from tests.support.campaign import examples
from tests.support.commands import FOC, foc
from tests.support.failures import STOPS, DeadError, Step, fail, failing_at, steps
from tests.support.http import until
from tests.support.programs import MissingProgramError, find_program, give_up
from tests.support.releases import files, state
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
    steps = [step for step in _steps(calls) if step[0] == "open"][::2]
    # and what is done until the release has its name
    steps += [("sync", 1), ("rename", calls["rename"])]
    for step, code in zip(steps, cycle([errno.EROFS, errno.EIO]), strict=False):
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
    currents, seen = set(), []
    for step in steps(calls):
        shutil.rmtree(place)
        shutil.copytree(out, place, symlinks=True)
        with failing_at(step, fail, then=then), suppress(FocGraphError, KeyboardInterrupt, DeadError):
            Releases(place).roll_back("2026.11")
        if (left := state(place)) not in seen:
            assert [fault for fault in verify(place) if "left by a command that was stopped" not in fault] == [], step
            seen.append(left)
        currents.add(Releases(place).release("current").version)
        Releases(place).roll_back("2026.11")
        assert Releases(place).release("current").version == "2026.11"
        assert {path.name for path in place.iterdir()} == {"2026.11", "2026.12", "current", "ledger.csv", ".lock"}
    assert currents == {"2026.11", "2026.12"}


def _start(out: Path, workspace: Workspace, version: str) -> subprocess.Popen[str]:
    """Start `foc publish` in a process of its own."""
    command = [*FOC, "publish", str(out), "--version", version]
    return subprocess.Popen(command, cwd=workspace.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_a_second_publisher_is_refused_until_the_first_is_done_or_dead(bare: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    whole = files(publish(out, bare).release.path)
    first = _start(out, bare, "2026.12")
    try:
        until((out / ".building").exists)
        first.send_signal(signal.SIGSTOP)
        done = foc("publish", str(out), "--version", "2026.12", cwd=bare.root)
        assert done.returncode == 3 and done.stdout == ""
        assert done.stderr == f"foc: {out}: another process is publishing there: wait until it has finished\n"
        assert verify(out / "current") == [] and files(out / "2026.11") == whole
    finally:
        first.kill()
        first.communicate()
    assert verify(out / "current") == [] and files(out / "2026.11") == whole
    publish(out, bare, version="2026.12")
    assert verify(out) == [] and (out / "current").readlink() == Path("2026.12")


def test_of_two_publishers_at_once_one_publishes_and_the_other_is_told_in_a_line(
    bare: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with _start(out, bare, "2026.11") as one, _start(out, bare, "2026.11") as other:
        told = [process.communicate(timeout=100)[1] for process in (one, other)]
    assert 0 in (one.returncode, other.returncode)
    for process, text in zip((one, other), told, strict=True):
        assert process.returncode in (0, 3)
        if process.returncode:
            assert text == f"foc: {out}: another process is publishing there: wait until it has finished\n"
    assert verify(out) == []
    assert {path.name for path in out.iterdir()} == {"2026.11", "current", "ledger.csv", ".lock"}


@pytest.mark.extended
def test_a_publisher_killed_at_any_moment_leaves_the_old_or_the_new_release(bare: Workspace, tmp_path: Path) -> None:
    """Native code, whose writes are no steps of the test above, is stopped as well."""
    out = tmp_path / "out"
    publish(out, bare)
    changed = rename_foundation(bare)
    other = shutil.copytree(out, tmp_path / "other", symlinks=True)
    whole = files(publish(other, changed, version="2026.12").release.path)
    begun = time.monotonic()
    with _start(shutil.copytree(out, tmp_path / "timed", symlinks=True), changed, "2026.12") as timed:
        assert timed.wait(timeout=100) == 0
    lasts = time.monotonic() - begun
    moments = examples(10)
    for number in range(moments):
        place = shutil.copytree(out, tmp_path / "killed", symlinks=True)
        with _start(place, changed, "2026.12") as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(lasts * (number + 1) / moments)
            process.kill()
        assert verify(place / "current") == [] and files(place / "2026.11") == files(out / "2026.11")
        if (place / "2026.12").exists():
            assert files(place / "2026.12") == whole
        publish(place, changed, version="2026.12")
        assert verify(place) == [] and files(place / "2026.12") == whole
        shutil.rmtree(place)


_ON_A_SMALL_DISK = """
disk=$1 size=$2 found=$3
mount -t tmpfs -o size="$size" tmpfs "$disk" && cp -a "$4" "$disk/out" || exit 99
cd "$5" && shift 5 && "$@" publish "$disk/out" --version 2026.12
code=$?
cp -a "$disk/out" "$found"
exit $code
"""


def _publish_on_a_disk_that_fills(out: Path, workspace: Workspace, folder: Path, room: int, **known: str) -> Path:
    """Publish into a copy of releases on a disk with room for so many bytes more, and return what was there then."""
    disk, found = folder / "disk", folder / f"found-{room}"
    disk.mkdir(exist_ok=True)
    size = sum(path.lstat().st_blocks * 512 for path in out.rglob("*")) + room
    arguments = [disk, str(size), found, out, workspace.root, *FOC]
    try:
        program = find_program("unshare", "apt-get install util-linux")
    except MissingProgramError as missing:
        give_up(missing)
    done = subprocess.run(
        [program, "--map-root-user", "--mount", "sh", "-c", _ON_A_SMALL_DISK, "sh", *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, **known},
    )
    if done.returncode == 99 or done.stderr.startswith("unshare:"):
        give_up(MissingProgramError(f"no file system can be mounted here: {done.stderr}"))
    problem = f"[Errno {errno.ENOSPC}] {os.strerror(errno.ENOSPC)}"
    told = f"foc: {disk}/out: cannot be written ({problem}); the releases are unchanged"
    assert (done.returncode, *done.stderr.splitlines()[-1:]) == (3, told)
    return found


def test_a_disk_that_fills_leaves_the_releases_as_they_were(bare: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(out, bare)
    found = _publish_on_a_disk_that_fills(out, bare, tmp_path, 2_000_000)
    assert files(found) == files(out) and verify(found) == []
    assert {path.name for path in found.iterdir()} == {path.name for path in out.iterdir()}


@pytest.mark.extended
@pytest.mark.parametrize("is_shared", [False, True])
def test_a_disk_may_fill_at_any_byte(bare: Workspace, tmp_path: Path, is_shared: bool) -> None:
    """Where the disk `is_shared`, the cache and temporary files are on it too."""
    out = tmp_path / "out"
    path = publish(out, bare).release.path
    needed = sum(one.stat().st_size for one in path.rglob("*"))
    disk = str(tmp_path / "disk")
    known = {"TMPDIR": disk, "XDG_CACHE_HOME": disk} if is_shared else {}
    for part in range(8):
        found = _publish_on_a_disk_that_fills(out, bare, tmp_path, needed * part // 8, **known)
        assert files(found) == files(out) and verify(found) == []
