"""What is made once in a test run, and what each test gets of it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Return a folder of the test run that the first process which asks for it makes; no test may change it."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            aside = folder.with_name(f"{folder.name}.aside")
            shutil.rmtree(aside, ignore_errors=True)
            make(aside)
            aside.rename(folder)
    return folder


def copy_by_links(folder: Path, to: Path) -> Path:
    """Copy a folder; its files are links, so that a test must put another file in the place of one it changes."""
    locks = shutil.ignore_patterns(".lock")
    return shutil.copytree(folder, to, symlinks=True, ignore=locks, copy_function=os.link)


def write_anew(path: Path, content: bytes) -> None:
    """Put another file in the place of one that `copy_by_links` may have made, which stays as it was elsewhere."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)
