"""Files that are held while what lies beside them is read, so that nobody removes it meanwhile."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Literal

try:
    import fcntl
except ImportError:  # on Windows, where files that are open cannot be removed
    fcntl = None  # type: ignore[assignment]


def hold(path: Path, mode: Literal["rb", "r+b"]) -> BinaryIO:
    """A file that many hold at once as long as they have it open for reading, or one alone for writing.

    Raises:
        BlockingIOError: if others hold it otherwise.
        OSError: if it cannot be opened.
    """
    with ExitStack() as opened:
        file = opened.enter_context(path.open(mode))
        if fcntl is not None:
            fcntl.flock(file, (fcntl.LOCK_SH if mode == "rb" else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        opened.pop_all()
    return file


def remove(held: Path) -> None:
    """Remove the folder of a file that those who read there hold, be it there or not.

    Raises:
        OSError: if somebody does.
    """
    import shutil

    with ExitStack() as opened:
        if held.exists():
            opened.enter_context(hold(held, "r+b"))
        shutil.rmtree(held.parent, ignore_errors=True)
