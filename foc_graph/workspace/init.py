"""A new workspace: one worked example, to be replaced by a coalition of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from foc_graph.errors import ServiceError, WorkspaceError

_TEMPLATE = Path(__file__).parent.parent / "template"


def init_workspace(directory: Path) -> list[Path]:
    """Fill a new or empty folder; returns the files, relative to it.

    Raises:
        WorkspaceError: if the folder holds anything.
        ServiceError: if it cannot be written.
    """
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise WorkspaceError(f"{directory}: is not an empty folder; name a new one")
        shutil.copytree(_TEMPLATE, directory, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise ServiceError(f"{directory}: cannot be written: {error}") from error
    return sorted(path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
