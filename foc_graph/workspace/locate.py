"""Where a workspace is and what it says of itself."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from foc_graph.errors import WorkspaceError
from foc_graph.terms import BASE, is_iri

SETTINGS = "workspace.toml"
FOLDERS = ("ontology", "data", "queries")
_PACKAGED = Path(__file__).parent.parent / "_workspace"
_CHECKOUT = Path(__file__).parent.parent.parent


class Settings(NamedTuple):
    """What `workspace.toml` says."""

    title: str
    base: str
    publisher: str
    licence: str
    verified: str
    version: str


class Workspace:
    """A folder with `workspace.toml`, `ontology/`, `data/` and `queries/`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def settings(self) -> Settings:
        """The settings, read when first needed.

        Raises:
            WorkspaceError: if `workspace.toml` is not TOML or its base is no IRI.
        """
        import tomllib

        path = self.root / SETTINGS
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise WorkspaceError(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise WorkspaceError(f"{path}: not valid TOML: {error}") from error
        settings = Settings(*(str(values.get(key, BASE if key == "base" else "")) for key in Settings._fields))
        if not (is_iri(settings.base) and settings.base.endswith(("/", "#"))):
            raise WorkspaceError(f"{path}: base {settings.base!r} is not an IRI that ends with / or #")
        return settings

    @property
    def base(self) -> str:
        """What the IRIs of the workspace's own things begin with."""
        return self.settings.base

    def files(self, folder: str, ending: str) -> list[Path]:
        """Files below `folder` with that ending, sorted by path; hidden ones are left out."""
        return files_below(self.root / folder, ending)

    @property
    def derived_graph(self) -> ox.NamedNode:
        """The named graph of what rules derive."""
        return ox.NamedNode(f"{self.base}graph/derived")

    @property
    def data_files(self) -> list[Path]:
        """Turtle of the graph that queries see: vocabulary, concepts and data."""
        ontology = self.files("ontology", ".ttl")
        shapes = set(self.shape_files)
        return [path for path in ontology if path not in shapes] + self.files("data", ".ttl")

    @property
    def shape_files(self) -> list[Path]:
        """Turtle of the SHACL shapes."""
        return self.files("ontology/shapes", ".ttl")

    @property
    def rule_files(self) -> list[Path]:
        """SPARQL CONSTRUCT rules."""
        return self.files("ontology/rules", ".rq")

    @property
    def query_files(self) -> list[Path]:
        """Stored queries."""
        return self.files("queries", ".rq")

    def name(self, path: Path) -> str:
        """`path` as messages show it: relative to the workspace when inside it, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def graph_name(self, path: Path) -> ox.NamedNode | ox.DefaultGraph:
        """The named graph that a data file's triples belong to; the default graph for a file from elsewhere."""
        parts = path.relative_to(self.root).parts if path.is_relative_to(self.root) else ("",)
        if parts[0] not in ("ontology", "data"):
            return ox.DefaultGraph()
        if parts[0] == "ontology":
            group = "ontology"
        elif parts[1] == "coalitions" and len(parts) > 3:
            group = parts[2]
        else:
            group = parts[1].removesuffix(".ttl")
        return ox.NamedNode(f"{self.base}graph/{quote(group)}")


def files_below(folder: Path, ending: str = "") -> list[Path]:
    """Files below `folder` with that ending, sorted; hidden files and folders are left out.

    Raises:
        WorkspaceError: for a folder that cannot be read.
    """
    found: list[str] = []

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise WorkspaceError(f"{error.filename}: cannot be read: {error.strerror}") from error

    for directory, subdirectories, names in os.walk(folder, onerror=refuse):
        subdirectories[:] = [name for name in subdirectories if not name.startswith(".")]
        found += [f"{directory}/{name}" for name in names if name.endswith(ending) and not name.startswith(".")]
    return [Path(path) for path in sorted(found)]


def find_workspace(directory: Path | None = None) -> Workspace:
    """The workspace in `directory`; without one, the nearest around the current folder, else the packaged one.

    Raises:
        WorkspaceError: if `directory` is no workspace.
    """
    try:
        here = Path.cwd() if directory is None else directory.resolve()
    except OSError as error:
        raise WorkspaceError(f"the current folder cannot be read: {error.strerror}") from error
    for root in [here] if directory is not None else [here, *here.parents, _PACKAGED, _CHECKOUT]:
        if (root / SETTINGS).is_file():
            return Workspace(root)
    raise WorkspaceError(f"{directory} is no workspace: it has no {SETTINGS}; name another with --workspace")
