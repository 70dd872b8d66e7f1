"""What a release told of its changes, told again without people who were taken out since."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from foc_graph.rdf.canonical import Canonical, canonical
from foc_graph.rdf.patch import read_patch
from foc_graph.release.diff.names import Names
from foc_graph.release.diff.patch import check_patch, difference, patch_text
from foc_graph.release.diff.release import PATCH, write_feeds, write_report
from foc_graph.release.diff.snapshot_pair import Delta, Side
from foc_graph.release.diff.withdrawn import Withdrawn
from foc_graph.release.feeds.log import FOLDER
from foc_graph.release.snapshot import Snapshot
from foc_graph.workspace.releases import DUMP, Release


def redact_changes(
    snapshot: Snapshot,
    folder: Path,
    lines: Canonical,
    release: Release,
    previous: Path | None,
    withdrawn: Withdrawn,
    hidden: Callable[[bytes], bool],
) -> None:
    """Write `CHANGES.md`, `changes.rdfp` and the feeds of a release below a folder, without who is withdrawn.

    `snapshot` is what remains of the release, `lines` its canonical form; `previous` is the folder of the one before,
    as it will be. The patch keeps its `id`, by which the next one names it. Lines that it deleted, and that are
    `hidden` now, are withheld; those that it added are not told. Events keep their places in the log.

    Raises:
        ServiceError: if the release is damaged.
        OSError: if a file cannot be written.
    """
    now = Names(Side(snapshot.store, snapshot.base))
    delta = Delta(())
    if previous is not None:
        with TemporaryDirectory(dir=lines.path.parent) as scratch:
            before = canonical(previous / DUMP, Path(scratch) / "old")
            delta = _redact_patch(folder, release, before, lines, hidden)
    write_report(snapshot, folder, now, release.previous, delta, withdrawn)
    write_feeds(snapshot, folder / FOLDER, release.path / FOLDER, (), withdrawn, now)


def _redact_patch(
    folder: Path, release: Release, before: Canonical, after: Canonical, hidden: Callable[[bytes], bool]
) -> Delta:
    headers, told = read_patch(release.path / PATCH)
    with before.path.open("rb") as old, after.path.open("rb") as new:
        steps = list(difference(old, new))
    deleted = (f"{quad} .\n".encode() for quad, code in told.items() if code == "D")
    withheld = {*headers.get("withheld", ()), *(sha256(line).hexdigest() for line in deleted if hidden(line))}
    path, hashes = folder / PATCH, (before.sha256, after.sha256)
    prev, identity = (next(iter(headers.get(word, ())), None) for word in ("prev", "id"))
    with path.open("wb") as file:
        file.writelines(patch_text(steps, hashes, prev, withheld, identity))
    with before.path.open("rb") as old:
        check_patch(old, path, after.sha256)
    return Delta(steps)
