"""Releases that a crash, a failing disk or another process interrupts: whole or not there at all."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from foc_graph.errors import ServiceError
from foc_graph.graph.cache import cache_folder
from foc_graph.release.build import publish
from foc_graph.release.verify import verify
from foc_graph.workspace.releases import Releases
from foc_graph.workspace.settings import Workspace
from tests.support.campaign import SEED
from tests.support.commands import FOC, foc
from tests.support.failures import fail, failing_at, moves, stopped_everywhere
from tests.support.http import until
from tests.support.programs import find_program, give_up
from tests.support.releases import Out, copied_when_built, copy_releases, files

OLD, NEW = "2026.11", "2026.12"


def publish_new(both: Out, out: Path) -> None:
    publish(out, Workspace(both.workspace), version=NEW)


def roll_back(both: Out, out: Path) -> None:
    Releases(out).roll_back(OLD)


@pytest.mark.campaign
@pytest.mark.parametrize(("operation", "before", "after"), [(publish_new, (OLD,), NEW), (roll_back, (NEW, OLD), OLD)])
def test_a_command_that_is_stopped_anywhere_leaves_whole_releases(
    both: Out,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    operation: Callable[[Out, Path], None],
    before: tuple[str, ...],
    after: str,
) -> None:
    """What is published was built before, and is copied into its place."""
    monkeypatch.setattr(os, "sync", lambda: None)  # nobody takes the power away
    copied_when_built(monkeypatch, both.folder / NEW)
    monkeypatch.setattr("foc_graph.release.build.validate_workspace", lambda *_, **__: SimpleNamespace(violations=[]))
    out = tmp_path / "out"
    whole = {version: files(both.folder / version) for version in (OLD, NEW)}

    def renew() -> None:
        shutil.rmtree(out, ignore_errors=True)
        copy_releases(both.folder, out, *before)

    for place in stopped_everywhere(renew, lambda: operation(both, out), cache_folder(), moves):
        assert Releases(out).release("current").version in (before[0], after), place
        versions = Releases(out).versions()
        assert {*before} <= {*versions} and all(files(out / one) == whole[one] for one in versions), place
        operation(both, out)
        assert Releases(out).release("current").version == after
        assert {path.name for path in out.iterdir()} == {OLD, NEW, "current", "ledger.csv", ".lock"}
        assert {version: files(out / version) for version in (OLD, NEW)} == whole
    assert verify(out) == []


def test_a_failing_disk_leaves_the_releases_as_they_were(both: Out, tmp_path: Path) -> None:
    out = copy_releases(both.folder, tmp_path / "out", OLD)
    before, cache = files(out), cache_folder()  # nothing is lost with what cannot be kept there
    for number, code in zip(Random(SEED).sample(range(1, len(before)), 2), (errno.EROFS, errno.EIO), strict=True):
        refused = pytest.raises(ServiceError, match=f"written .*{os.strerror(code)}.*are unchanged")
        with failing_at(("open", number), partial(fail, code), cache), refused:
            publish_new(both, out)
        assert {name: content for name, content in files(out).items() if name != ".lock"} == before


def test_a_second_publisher_is_refused_until_the_first_is_done(both: Out, tmp_path: Path) -> None:
    out = copy_releases(both.folder, tmp_path / "out", OLD)
    with Releases(out).building():
        done = foc("--workspace", str(both.workspace), "publish", str(out), "--version", NEW)
        assert done.returncode == 3 and done.stdout == ""
        assert done.stderr == f"foc: {out}: another process is publishing there: wait until it has finished\n"
        assert verify(out / "current") == []
    assert Releases(out).roll_back(OLD) == OLD and verify(out) == []


@pytest.mark.extended
@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_publisher_that_is_killed_leaves_the_old_or_the_new_release(both: Out, tmp_path: Path, part: int) -> None:
    """Native code, whose writes are no steps of the test above, is stopped as well."""
    out = copy_releases(both.folder, tmp_path / "out", OLD)
    whole = {version: files(both.folder / version) for version in (OLD, NEW)}
    written = len(whole[NEW]) * part // 3
    command = [*FOC, "publish", str(out), "--version", NEW]
    with subprocess.Popen(command, cwd=both.workspace, stdout=subprocess.DEVNULL) as process:
        building = out / ".building"
        until(lambda: sum(len(names) for *_, names in os.walk(building)) > written or process.poll() is not None)
        process.kill()
    assert verify(out / "current") == []
    assert all(files(out / version) == whole[version] for version in Releases(out).versions())
    publish_new(both, out)
    assert verify(out) == [] and files(out / NEW) == whole[NEW] and files(out / OLD) == whole[OLD]


ON_A_SMALL_DISK = """
disk=$1 size=$2 found=$3
mount -t tmpfs -o size="$size" tmpfs "$disk" && cp -a "$4" "$disk/out" || exit 99
cd "$5" && shift 5 && "$@" publish "$disk/out" --version 2026.12
code=$?
cp -a "$disk/out" "$found"
exit $code
"""


@pytest.mark.extended
@pytest.mark.parametrize(("part", "has_cache"), [(0.5, False), (0, True), (0.3, True), (0.9, True)])
def test_a_disk_that_fills_leaves_the_releases_as_they_were(
    both: Out, tmp_path: Path, part: float, has_cache: bool
) -> None:
    """The disk has room for a part of the new release, and perhaps the cache and temporary files are on it."""
    out, disk, found = (tmp_path / name for name in ("out", "disk", "found"))
    copy_releases(both.folder, out, OLD)
    disk.mkdir()
    needed = sum(path.stat().st_size for path in (both.folder / NEW).rglob("*"))
    size = sum(path.lstat().st_blocks * 512 for path in out.rglob("*")) + int(needed * part)
    program = find_program("unshare", "apt-get install util-linux")
    arguments = [disk, str(size), found, out, both.workspace, *FOC]
    done = subprocess.run(
        [program, "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, "sh", *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, **({"TMPDIR": str(disk), "FOC_CACHE": f"{disk}/cache"} if has_cache else {})},
    )
    if done.returncode == 99 or done.stderr.startswith("unshare:"):
        give_up(f"no file system can be mounted here: {done.stderr}")
    problem = done.stderr.splitlines()[-1]
    assert done.returncode == 3 and problem.startswith(f"foc: {disk}/out")
    assert os.strerror(errno.ENOSPC) in problem and (has_cache or problem.endswith("; the releases are unchanged"))
    assert {name: content for name, content in files(found).items() if name != ".lock"} == files(out)
    assert verify(found) == []
    assert {path.name for path in found.iterdir()} == {OLD, "current", "ledger.csv", ".lock"}
