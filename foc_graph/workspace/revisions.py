"""What changed in a workspace since a revision of it in git, or by an RDF Patch."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, quoted
from foc_graph.rdf import patch
from foc_graph.workspace.settings import FOLDERS, SETTINGS, Workspace, find_workspace


class Patch(NamedTuple):
    """Triples that were added and deleted, graphs aside."""

    added: frozenset[ox.Triple]
    deleted: frozenset[ox.Triple]

    @property
    def triples(self) -> frozenset[ox.Triple] | None:
        """All of them; None where there are blank nodes among them, whose labels say nothing of the data's."""
        every = self.added | self.deleted
        nameless = any(isinstance(term, ox.BlankNode) for triple in every for term in (triple.subject, triple.object))
        return None if nameless else every


def read_patch(path: Path) -> Patch:
    """What an RDF Patch adds and deletes.

    Raises:
        ParseError: for a file that is not well-formed.
        ParameterError: for what is no file.
    """
    changes = patch.read_patch(path).changes
    codes = {quad.triple: code for quad, code in changes.items()}
    added, deleted = (frozenset(triple for triple, code in codes.items() if code == one) for one in "AD")
    return Patch(added, deleted)


def revision(workspace: Workspace, name: str, folder: Path) -> Workspace:
    """The workspace as it was at a revision in git, in a folder.

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
