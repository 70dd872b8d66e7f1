"""Publishing: a release is built aside, whole, and takes its place at once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from foc_graph import __version__
from foc_graph.built import open_built
from foc_graph.errors import FocGraphError, ParameterError
from foc_graph.load.parts import Track
from foc_graph.publishing.canonical import canonical
from foc_graph.publishing.catalogue import write_catalogue
from foc_graph.publishing.changes.release import write_changes
from foc_graph.publishing.checksums import file_below, files_below, write_sums
from foc_graph.publishing.dumps import write_dumps
from foc_graph.publishing.edition import Edition, edition
from foc_graph.publishing.ledger import write_ledger
from foc_graph.publishing.redirects import write_redirects
from foc_graph.publishing.site import write_site
from foc_graph.publishing.tables import write_tables
from foc_graph.releases import DUMP, FORMAT, MANIFEST, SUMS, Release, Releases, order
from foc_graph.store.interface import Store
from foc_graph.validation import Report, validate_store, validate_workspace
from foc_graph.workspace.locate import FOLDERS, INCLUDED, Workspace


class NonconformingError(FocGraphError):
    """The graph breaks a shape of severity Violation; `report` says where."""

    exit_code = 1

    def __init__(self, report: Report) -> None:
        self.report = report
        count = report.counts["Violation"]
        super().__init__(
            f"not published: {count} violation{'s' * (count > 1)} of the shapes: mend what the report names"
        )


class Published(NamedTuple):
    """The release that is now current, and whether it is a new one."""

    release: Release
    is_new: bool


def publish(
    out: Path,
    workspace: Workspace,
    store: Store | None = None,
    *,
    base: str | None = None,
    version: str | None = None,
    track: Track = lambda what, done, total: None,
) -> Published:
    """Publish the graph of a workspace, or of a store that was filled before, as a release in a folder of releases.

    The same input gives the same bytes. To publish again what is published already makes it the current release.

    Raises:
        NonconformingError: if the graph has violations.
        ParameterError: for a base or version that is none or does not go on from the releases before, or a published
            IRI that would vanish.
        ServiceError: where the file system fails; the releases are then as they were.
    """
    releases = Releases(out)
    with releases.building() as aside:
        source = open_built(workspace).store if store is None else store
        with edition(workspace, source, base, version) as published:
            earlier, previous = _before(releases, published)
            report = validate_workspace(workspace) if store is None else validate_store(store, workspace)
            if report.counts.get("Violation"):
                raise NonconformingError(report)
            _build(published, aside, earlier, previous, track)
        place = out / published.version
        is_new = not place.exists()
        if is_new:
            releases.add(aside, published.version)
        elif (aside / SUMS).read_bytes() != (place / SUMS).read_bytes():
            raise ParameterError(
                f"{place} is published and stays as it is, and this is another graph: {_next(releases)}"
            )
        releases.switch(published.version)
        return Published(releases.release(published.version), is_new)


def _before(releases: Releases, published: Edition) -> tuple[Sequence[Release], Release | None]:
    """The releases of lower versions, the newest first, and the one from which the patch leads on."""
    versions = releases.versions()
    later = [version for version in versions if order(version) > order(published.version)]
    again = published.version in versions
    if later and not again:
        raise ParameterError(
            f"version {published.version} comes before {later[-1]}, which is published: {_next(releases)}"
        )
    earlier = [releases.release(v) for v in reversed(versions) if order(v) < order(published.version)]
    for release in earlier[:1]:
        if release.manifest["base"] != published.base:
            problem = f"published with the base {release.manifest['base']}"
            raise ParameterError(f"{releases.path}: {problem}: give it by --base, or name another folder")
    if again:
        previous = releases.release(published.version).previous
        return earlier, None if previous is None else releases.release(previous)
    return earlier, releases.current()


def _next(releases: Releases) -> str:
    """Advice to give the next free version."""
    newest = releases.versions()[-1]
    year, month, *count = order(newest)
    return f"give --version {year}.{month:02}.{(count[0] if count else 0) + 1}, or a later month"


def _build(
    published: Edition, folder: Path, earlier: Sequence[Release], previous: Release | None, track: Track
) -> None:
    """Write all files of a release into an empty folder."""
    versions = [release.version for release in earlier]
    write_ledger(published, folder, [release.path for release in earlier])
    write_dumps(published, folder, track)
    write_tables(published, folder)
    write_changes(published, folder, previous and previous.path)
    _copy_sources(published.workspace, folder)
    write_catalogue(published, files_below(folder), versions, folder)
    write_site(published, folder, track, versions)
    write_redirects(published, folder, published.workspace.settings.site or published.base)
    lines = folder / ".lines"
    dataset = canonical(folder / DUMP, lines)
    lines.unlink()
    files = files_below(folder)
    manifest = {
        "format": FORMAT,
        "title": published.workspace.settings.title,
        "publisher": published.workspace.settings.publisher,
        "licence": published.workspace.settings.licence,
        "base": published.base,
        "version": published.version,
        "day": published.day.isoformat(),
        "previous": previous and previous.version,
        "software": f"foc-graph {__version__}",
        "dataset": {"quads": dataset.quads, "sha256": dataset.sha256, "canonicalization": "RDFC-1.0"},
        "files": {file.path: {"bytes": file.size, "sha256": file.sha256} for file in files},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    write_sums(folder, [*files, file_below(folder, folder / MANIFEST)])


def _copy_sources(workspace: Workspace, folder: Path) -> None:
    """Vocabulary, concepts, shapes, rules and stored queries, those that the workspace includes too."""
    for part in FOLDERS:
        if part != "data":
            for path in workspace.files(part):
                target = folder / workspace.name(path).removeprefix(INCLUDED)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
