"""The comparison of two graphs: their difference in words, as JSON, in RDF, and as a patch.

A graph is that of a release, a file or folder of RDF, a workspace, or a revision of one in git.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, quoted
from foc_graph.graph.cache import build, open_built
from foc_graph.load.chunks import Unpacked
from foc_graph.load.sources import ENDINGS, LOADED, UNKNOWN_FORMAT, Source, source_of
from foc_graph.namespaces import PREFIXES, short
from foc_graph.rdf.canonical import Canonical, canonical
from foc_graph.rdf.parser import GuardedFile, file_iri, files_below, parsing
from foc_graph.rdf.patch import difference, patch_text
from foc_graph.release.diff.changelog import as_text
from foc_graph.release.diff.changes import Change, Withdrawn, digests, find_changes
from foc_graph.release.diff.snapshot_pair import Delta, Side
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.releases import CURRENT, MANIFEST, OUT, find_release, is_version
from foc_graph.workspace.settings import SETTINGS, Workspace, find_workspace, revision


class Comparison(NamedTuple):
    """The difference of two graphs: changes in words, statements added and removed, and of these the derived ones.

    `labels` are the names of coalitions by IRI.
    """

    changes: list[Change]
    added: int
    removed: int
    derived_added: int
    derived_removed: int
    labels: dict[str, str]

    @property
    def differs(self) -> bool:
        """Whether there is any difference, even if only in what rules derive."""
        return bool(self.added or self.removed or self.derived_added or self.derived_removed)

    def text(self) -> Iterator[str]:
        """Give the lines of a report."""
        yield from as_text(self.changes, self.labels.__getitem__)
        if self.added or self.removed:
            yield f"statements added: {self.added:,}; removed: {self.removed:,}"
        elif self.differs:
            derived = f"{self.derived_added:,} more and {self.derived_removed:,} fewer"
            yield f"no stated facts differ; derived statements: {derived}"

    def json(self) -> str:
        """Return counts and changes as a JSON object."""
        counts = self._asdict() | {"changes": [change._asdict() for change in self.changes]}
        del counts["labels"]
        return json.dumps(counts, ensure_ascii=False, indent=1)


def compare(old: str, new: str, workspace: Path | None = None) -> Comparison:
    """Compare two graphs by their names: releases, files, folders, workspaces, or revisions of one in git.

    Raises:
        ParameterError: for a name that stands for nothing.
        FocGraphError: for what cannot be read.
    """
    with TemporaryDirectory(prefix="foc-diff-") as scratch:
        before = _read(old, workspace, Path(scratch) / "old", Path(new))
        after = _read(new, workspace, Path(scratch) / "new", Path(new))
        with before.lines.path.open("rb") as olds, after.lines.path.open("rb") as news:
            delta = Delta(difference(olds, news))
        store = EmbeddedStore.in_folder(Path(scratch) / "store", PREFIXES)
        with after.lines.path.open("rb") as file:
            store.bulk_load(file, ox.RdfFormat.N_QUADS)
        withdrawn = Withdrawn(digests(delta.quads("A")), delta.quads("D"))
        changes = find_changes(store, after.base, delta, withdrawn, after.day)
        sides = Side(store, after.base), Side(store, after.base, delta)
        coalitions = {change.coalition for change in changes if change.coalition}
        labels = {iri: _label(iri, sides, after.base) for iri in coalitions}
        store.close()
    added, removed, more, fewer = (delta.count(code, derived) for derived in (False, True) for code in "AD")
    return Comparison(changes, added, removed, more, fewer, labels)


def write_patch(old: str, new: str, file: BinaryIO, workspace: Path | None = None) -> bool:
    """Write the RDF Patch that leads from one graph to another, and return whether they differ.

    Raises:
        FocGraphError: as `compare`.
    """
    with TemporaryDirectory(prefix="foc-diff-") as scratch:
        before = _read(old, workspace, Path(scratch) / "old", Path(new))
        after = _read(new, workspace, Path(scratch) / "new", Path(new))
        hashes = before.lines.sha256, after.lines.sha256
        with before.lines.path.open("rb") as olds, after.lines.path.open("rb") as news:
            file.writelines(patch_text(difference(olds, news), hashes))
        return hashes[0] != hashes[1]


class _Graph(NamedTuple):
    """A graph in canonical form, the base of its names, and the day to which it stands, or an empty text."""

    lines: Canonical
    base: str
    day: str


def _read(name: str, workspace: Path | None, scratch: Path, location: Path) -> _Graph:
    """Read the graph that a name stands for, with what rules derive where it is one of a workspace.

    A path goes before the version of a release in `out`, and that before a revision in git of the workspace. `scratch`
    is a folder, made for files on the way. Relative IRIs of files are resolved as if the files lay at `location`, so
    that two versions of a file say the same.
    """
    scratch.mkdir()
    path, lines = Path(name), scratch / "lines"
    try:
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    known = is_version(name) or name == CURRENT
    if (path / MANIFEST if exists else OUT / name / MANIFEST if known else Path()).is_file():
        release = find_release(name)
        return _Graph(canonical(release.dump, lines), release.base, str(release.manifest.get("day", "")))
    if (path / CURRENT / MANIFEST).is_file():
        raise ParameterError(f"{name}: a folder of releases: name one of them, such as {path / CURRENT}")
    if not exists:
        then = revision(find_workspace(workspace), name, scratch)
        return _workspace(then, build(then).store, lines)
    if (path / SETTINGS).is_file():
        there = find_workspace(path)
        return _workspace(there, open_built(there).store, lines)
    files = files_below(path, ENDINGS) if path.is_dir() else [path]
    if not files:
        kinds = f"a release (it has no {MANIFEST}) nor a workspace ({SETTINGS})"
        raise ParameterError(f"{name}: neither {kinds}, and holds no {', '.join(LOADED)} file: name one of these")
    here = find_workspace(workspace)
    sources = [_source(file, here, file_iri(location / file.relative_to(path))) for file in files]
    return _Graph(_canonical(_load(sources, scratch / "store"), lines), here.base, here.settings.verified)


def _workspace(workspace: Workspace, store: EmbeddedStore, lines: Path) -> _Graph:
    return _Graph(_canonical(store, lines), workspace.base, workspace.settings.verified)


def _canonical(store: EmbeddedStore, lines: Path) -> Canonical:
    dump = lines.with_name("dump.nq")
    with dump.open("wb") as file:
        store.dump(file, ox.RdfFormat.N_QUADS)
    return canonical(dump, lines)


def _load(sources: list[Source], folder: Path) -> EmbeddedStore:
    store = EmbeddedStore.in_folder(folder, PREFIXES)
    for source in sources:
        with parsing(source.name, source.format), source.path.open("rb") as file:
            content = GuardedFile(Unpacked(source, file, lambda read: None), source.name, source.format)
            store.bulk_load(content, source.format, base=source.base)
    return store


def _source(path: Path, workspace: Workspace, base: str) -> Source:
    if (source := source_of(path, workspace, base)) is None:
        raise ParameterError(f"{quoted(str(path))}: {UNKNOWN_FORMAT}")
    return source


def _label(iri: str, sides: tuple[Side, Side], base: str) -> str:
    labels = (side.label(ox.NamedNode(iri)) for side in sides)
    return next((label for label in labels if label), short(iri, base))
