"""Making a release: every file of it, in an empty folder aside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from foc_graph import __version__
from foc_graph.errors import ParameterError
from foc_graph.load.chunks import Track
from foc_graph.rdf.canonical import Canonical, canonical
from foc_graph.release.catalogue import write_catalogue
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.release.dumps import write_dumps
from foc_graph.release.files import file_below, files_below, write_sums
from foc_graph.release.incremental import Earlier, keep_traces
from foc_graph.release.mappings import write_links
from foc_graph.release.redirects import write_redirects
from foc_graph.release.site import write_site
from foc_graph.release.snapshot import Snapshot
from foc_graph.release.tables import write_tables
from foc_graph.workspace.releases import DUMP, FORMAT, MANIFEST
from foc_graph.workspace.settings import FOLDERS, INCLUDED, Workspace

_NEEDED = {"jinja2": "Jinja2", "polars": "polars", "backports.zstd": "backports.zstd"}
"""What the extra `publish` brings: the module, and the package."""


@dataclass(frozen=True)
class History:
    """What a release goes on from, and how it tells that.

    `versions` are those of earlier releases, the newest first, `previous` is the one from which its patch leads on, and
    `vocabularies` names the release that holds each version of the vocabulary. `write_ledger` writes the ledger into a
    folder, `write_changes` the changes, and gives what leads on from the release `known`, from which pages and
    compressed dumps are carried over. `redactions` are those of the manifest.
    """

    versions: Sequence[str]
    previous: str | None
    vocabularies: Mapping[str, str]
    write_ledger: Callable[[Path], None]
    write_changes: Callable[[Path, Canonical], Delta]
    known: Earlier | None = None
    redactions: Sequence[Mapping[str, Any]] = ()


def check_installed() -> None:
    """Look for what the extra `publish` brings.

    Raises:
        ParameterError: if something of it is not installed.
    """
    for module, name in _NEEDED.items():
        try:
            import_module(module)
        except ImportError as error:
            raise ParameterError(f"{name} is not installed: pip install 'foc-graph[publish]'") from error


def make_release(snapshot: Snapshot, folder: Path, aside: Path, site: str, history: History, track: Track) -> None:
    """Write all files of a release into an empty folder; what is needed on the way lies in the folder `aside`.

    `site` is the address at which the folder of releases is served.

    Raises:
        ParameterError: for a published IRI that would vanish, or what a format cannot express.
        WorkspaceError: for a thing whose name no file can have.
        ServiceError: if an earlier release is damaged.
        OSError: if a file cannot be written.
    """
    with TemporaryDirectory(dir=aside) as scratch:
        history.write_ledger(folder)
        write_dumps(snapshot, folder, track, history.known)
        write_tables(snapshot, folder)
        write_links(snapshot, folder)
        dataset = canonical(folder / DUMP, Path(scratch) / "lines")
        delta = history.write_changes(folder, dataset)
        _copy_sources(snapshot.workspace, folder)
        write_catalogue(snapshot, files_below(folder), history.versions, history.previous, folder)
        traces = Path(scratch) / "traces"
        known = history.known and (history.known, delta)
        write_site(snapshot, folder, track, traces, history.versions, known)
        write_redirects(snapshot, folder, site, history.vocabularies)
        _write_manifest(snapshot, folder, site, history, dataset)
        keep_traces(traces, folder)


def _copy_sources(workspace: Workspace, folder: Path) -> None:
    """Vocabulary, concepts, shapes, rules and stored queries, those that the workspace includes too."""
    for part in FOLDERS:
        if part != "data":
            for path in workspace.files(part):
                target = folder / workspace.name(path).removeprefix(INCLUDED)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def _write_manifest(snapshot: Snapshot, folder: Path, site: str, history: History, dataset: Canonical) -> None:
    files, settings = files_below(folder), snapshot.workspace.settings
    manifest = {
        "format": FORMAT,
        "title": settings.title,
        "publisher": settings.publisher,
        "licence": settings.licence,
        "base": snapshot.base,
        "site": site,
        "endpoint": settings.endpoint,
        "version": snapshot.version,
        "day": snapshot.day.isoformat(),
        "previous": history.previous,
        "vocabularies": history.vocabularies,
        "software": f"foc-graph {__version__}",
        "dataset": {"quads": dataset.quads, "sha256": dataset.sha256, "canonicalization": "RDFC-1.0"},
        "files": {file.path: {"bytes": file.size, "sha256": file.sha256} for file in files},
    }
    if history.redactions:
        manifest["redactions"] = list(history.redactions)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    write_sums(folder, [*files, file_below(folder, folder / MANIFEST)])
