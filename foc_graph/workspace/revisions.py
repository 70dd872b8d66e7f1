"""A workspace as it was at a revision in git."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from foc_graph.errors import ParameterError, quoted
from foc_graph.workspace.settings import FOLDERS, SETTINGS, Workspace, find_workspace


def revision(workspace: Workspace, name: str, folder: Path) -> Workspace:
    """Open a workspace as it was at a revision in git, in a folder.

    Raises:
        ParameterError: for what is no revision, or where there is no git.
    """
    try:
        commit = _git(workspace.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except subprocess.CalledProcessError as error:
        raise ParameterError(f"{quoted(name)} is neither a file nor a revision of this workspace in git") from error
    except FileNotFoundError as error:
        raise ParameterError("git is not installed: give an RDF Patch instead of a revision") from error
    wanted = [part for part in (SETTINGS, *FOLDERS) if _git(workspace.root, "ls-tree", commit.strip().decode(), part)]
    archive = _git(workspace.root, "archive", "--format=tar", commit.strip().decode(), "--", *wanted)
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return find_workspace(folder)


def _git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True).stdout
