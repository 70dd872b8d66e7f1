"""Changes to the files of a folder: whole or not at all, wherever the process that makes them is stopped.

A journal in the folder notes what each file held before the first is replaced, and the change is made once the journal
is gone. One that a process left when it died is undone by the next that reads or changes the folder: a rollback
journal (https://www.sqlite.org/atomiccommit.html).
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from foc_graph.errors import ServiceError, WorkspaceError, quoted
from foc_graph.store.disk import sync

JOURNAL, LOCK = ".foc.journal", ".foc.lock"
_WAIT = 10.0
"""Seconds to wait for another process to finish; a change takes as long as its files take to be written."""


class _Noted(NamedTuple):
    """The text of a file before a change, None for a new one, and the SHA-256 digest of its content after it."""

    before: str | None
    after: str


@contextmanager
def changing(root: Path) -> Iterator[None]:
    """Let this process alone change the files of a folder; what another one left half done is undone first, and logged.

    Raises:
        ServiceError: where another process does not finish, or the file system fails.
    """
    from filelock import FileLock, Timeout

    lock = root / LOCK
    try:
        with FileLock(lock, timeout=_WAIT):
            try:
                if _undo(root):
                    from logging import getLogger

                    problem = "a stopped command had changed some files; they have been restored: run it again"
                    getLogger(__name__).warning("%s: %s", root, problem)
                yield
            finally:
                with suppress(OSError):  # on Windows it goes when it is released
                    lock.unlink()
    except Timeout as error:
        raise ServiceError(f"{root}: another process is changing its files: wait until it has finished") from error
    except (OSError, NotImplementedError) as error:
        problem = getattr(error, "strerror", None) or " ".join(str(error).split())
        undone = "; run any command there again to undo what was done" if os.path.lexists(root / JOURNAL) else ""
        where = getattr(error, "filename", None) or root
        raise ServiceError(f"{where}: cannot be written: {problem}{undone}") from error


def settle(root: Path) -> None:
    """Undo what a process that died left half done in a folder, and wait for one that is changing it.

    Raises:
        ServiceError: where that fails.
    """
    if os.path.lexists(root / JOURNAL):
        with changing(root):
            pass
    elif os.path.lexists(root / LOCK):  # what it left before it changed anything is in nobody's way
        with suppress(ServiceError), changing(root):
            pass


def replace(root: Path, contents: Mapping[Path, bytes]) -> None:
    """Give files of a folder that this process is `changing` their content: all or none, and each at once.

    A missing file is made, with the folders around it. A link stays, and the file to which it leads is replaced; the
    mode of a file stays too.

    Raises:
        WorkspaceError: for a link that leads out of the folder.
        OSError: where the file system fails; all files are then as they were.
    """
    from hashlib import sha256

    top = root.resolve()
    targets = {path.resolve(): content for path, content in contents.items()}
    for path in contents:
        if not path.resolve().is_relative_to(top):
            raise WorkspaceError(f"{path}: a link that leads out of {root}: put the file itself in its place")
    noted = {
        target.relative_to(top).as_posix(): _Noted(
            target.read_bytes().decode() if target.exists() else None, sha256(content).hexdigest()
        )
        for target, content in targets.items()
    }
    try:
        _put(top / JOURNAL, json.dumps(noted).encode(), 0o600)
        sync(top)
        for target, content in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(_aside(target), content, _mode(target))
        for target in targets:
            _aside(target).replace(target)
        for folder in {folder for target in targets for folder in target.parents if folder.is_relative_to(top)}:
            sync(folder)
        (top / JOURNAL).unlink()
    except BaseException:
        _undo(top)
        raise
    sync(top)


def _undo(root: Path) -> bool:
    """Put the files of a folder back as its journal says they were, and remove it; return whether there was one."""
    from hashlib import sha256

    root = root.resolve()
    _aside(root / JOURNAL).unlink(missing_ok=True)
    noted = _read(root)
    for name in noted:
        _aside(root / name).unlink(missing_ok=True)
    for name, (before, after) in reversed(noted.items()):
        target = root / name
        content = target.read_bytes() if target.exists() else None
        if content is not None and sha256(content).hexdigest() != after:
            if before is None or content != before.encode():
                problem = "was changed since a command that wrote to it was stopped"
                raise ServiceError(f"{target}: {problem}: move it away, and run the command again")
        elif before is not None:
            _put(target, before.encode(), _mode(target))
            sync(target.parent)
        else:
            target.unlink(missing_ok=True)
            _remove_empty(target.parent, root)
    (root / JOURNAL).unlink(missing_ok=True)
    return bool(noted)


def _read(root: Path) -> dict[str, _Noted]:
    """Read the journal of a folder, which anyone may have put there; nothing where there is none."""
    journal = root / JOURNAL
    try:
        status = journal.lstat()
    except FileNotFoundError:
        return {}
    if not stat.S_ISREG(status.st_mode) or (hasattr(os, "geteuid") and status.st_uid != os.geteuid()):
        raise ServiceError(f"{journal}: of a command of another user that was stopped: let them run it again")
    try:
        noted = {str(name): _Noted(*values) for name, values in json.loads(journal.read_bytes()).items()}
        if not all(isinstance(one.before, str | None) and isinstance(one.after, str) for one in noted.values()):
            raise ValueError
        foreign = [name for name, one in noted.items() if not _is_replaced(root, name, one)]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ServiceError(f"{journal}: not the journal of a change: move it away") from error
    for name in foreign:
        raise ServiceError(f"{journal}: names {quoted(name)}, which no change replaces: move it away")
    return noted


def _is_replaced(root: Path, name: str, noted: _Noted) -> bool:
    """Whether a change can have replaced a file: one below the folder by its own name; of hidden ones, a new one only.

    What git runs is hidden.
    """
    parts = name.split("/")
    is_hidden = any(part.startswith(".") for part in parts)
    target = root.joinpath(*parts)
    return target.resolve() == root / name and not target.is_dir() and not (is_hidden and noted.before is not None)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _mode(path: Path) -> int | None:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None


def _put(path: Path, content: bytes, mode: int | None) -> None:
    _write(_aside(path), content, mode)
    _aside(path).replace(path)


def _write(path: Path, content: bytes, mode: int | None) -> None:
    """Write a new file that outlasts a loss of power; by default the process's mask gives its mode."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        if mode is not None:
            path.chmod(mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder, which may never have been made, and those around it below `root`, as far as they are empty."""
    with suppress(OSError):
        while folder != root:
            with suppress(FileNotFoundError):
                folder.rmdir()
            folder = folder.parent
