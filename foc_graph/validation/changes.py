"""What changed in a workspace since a revision of it in git, or by an RDF Patch."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, quoted
from foc_graph.workspace.locate import FOLDERS, SETTINGS, Workspace, find_workspace
from foc_graph.workspace.reading import read_text

_HEADERS = frozenset({"H", "TX", "TC"})


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
    """An RDF Patch: lines that begin with `A` or `D` and go on as N-Quads (https://afs.github.io/rdf-patch/).

    Raises:
        ParseError: for a line that is neither such a line nor one of the header or of a transaction.
        ParameterError: for what is no file.
    """
    if not path.is_file():
        raise ParameterError(f"{quoted(str(path))} is no RDF Patch; a revision in git is known of a workspace alone")
    added: dict[ox.Triple, None] = {}
    deleted: dict[ox.Triple, None] = {}
    for number, line in enumerate(read_text(path, str(path)).split("\n"), 1):
        code, *rest = line.split(None, 1) or [""]
        if not code or code.startswith("#") or code in _HEADERS:
            continue
        if code not in ("A", "D"):
            raise ParseError(
                str(path), number, 1, f"{quoted(code)} is not a line of an RDF Patch: begin it with A or D"
            )
        text = "".join(rest)
        if "<<(" in text:
            raise ParseError(str(path), number, None, "holds triples as terms, which are RDF 1.2: write RDF 1.1")
        try:
            (quad,) = ox.parse(text, format=ox.RdfFormat.N_QUADS)
        except (SyntaxError, ValueError) as error:
            problem = error.msg if isinstance(error, SyntaxError) else "there must be one on a line"
            raise ParseError(str(path), number, None, f"not a triple or quad of N-Quads: {problem}") from error
        to, away = (added, deleted) if code == "A" else (deleted, added)
        away.pop(quad.triple, None)
        to[quad.triple] = None
    return Patch(frozenset(added), frozenset(deleted))


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
