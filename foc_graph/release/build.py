"""The build of a release: written whole in a folder aside, and published by taking its place at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from foc_graph import __version__
from foc_graph.errors import FocGraphError, ParameterError
from foc_graph.graph.cache import open_built
from foc_graph.namespaces import COAL, iri_of
from foc_graph.progress import Track, untracked
from foc_graph.queries.header import read_source
from foc_graph.rdf.canonical import Canonical, canonical
from foc_graph.rdf.parser import read_bytes
from foc_graph.release.catalogue import write_catalogue
from foc_graph.release.diff.changelog import PATCH, write_changes
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.release.dumps import write_coalition_dumps, write_dumps
from foc_graph.release.engine import write_engine
from foc_graph.release.feeds import FOLDER as FEEDS
from foc_graph.release.files import file_below, files_below, write_sums
from foc_graph.release.incremental import Earlier, find_earlier, keep_traces, write_pages
from foc_graph.release.ledger import write_ledger
from foc_graph.release.mappings import write_links
from foc_graph.release.redirects import check_address, write_addresses, write_redirects
from foc_graph.release.signature import check_own, sign
from foc_graph.release.snapshot import Snapshot, check_version, take_snapshot
from foc_graph.release.tables import write_panel, write_tables
from foc_graph.shacl.report import Report
from foc_graph.store import Store
from foc_graph.validation import validate_store, validate_workspace
from foc_graph.workspace.releases import (
    CURRENT,
    DUMP,
    FORMAT,
    LEDGER,
    MANIFEST,
    SIGNATURE,
    SUMS,
    Release,
    Releases,
    order,
    read_release,
)
from foc_graph.workspace.settings import FOLDERS, INCLUDED, SHAPES, Workspace, check_base

if TYPE_CHECKING:
    from minisign import SecretKey


class NonconformingError(FocGraphError):
    """The graph breaks a shape of severity Violation; `report` says where."""

    exit_code = 1

    def __init__(self, report: Report) -> None:
        self.report = report
        count = len(report.violations)
        super().__init__(
            f"not published: {count} violation{'s' * (count > 1)} of the shapes: fix what the report lists"
        )


class Published(NamedTuple):
    """A published release, whether it is a new one, and the version that is current now."""

    release: Release
    is_new: bool
    current: str


@dataclass(frozen=True)
class History:
    """The earlier releases that a release goes on from, and how it says so.

    `versions` are those of earlier releases, the newest first, `previous` is the one from which its patch leads on, and
    `vocabularies` names the first release of each version of the vocabulary. `write_ledger` writes the ledger into a
    folder, `write_changes` the changes, and returns the delta from the release `known`, from which pages and
    compressed dumps are carried over. `redactions` are those of the manifest.
    """

    versions: Sequence[str]
    previous: str | None
    vocabularies: Mapping[str, str]
    write_ledger: Callable[[Path], None]
    write_changes: Callable[[Path, Canonical], Delta]
    known: Earlier | None = None
    redactions: Sequence[Mapping[str, Any]] = ()


def publish(
    out: Path,
    workspace: Workspace,
    store: Store | None = None,
    *,
    base: str | None = None,
    version: str | None = None,
    key: SecretKey | None = None,
    track: Track = untracked,
) -> Published:
    """Publish the graph of a workspace, or of a store that was filled before, as a release in a folder of releases.

    With a secret `key` it is signed. Without Polars, it has no Parquet tables, and its manifest says so.
    The same input gives the same bytes; to publish again what is published already changes nothing. The release becomes
    the current one unless that is of a higher version, to which only `Releases.roll_back` leads back.

    Raises:
        NonconformingError: if the graph has violations.
        ParameterError: for a base or version that is none or does not go on from the releases before, or a published
            IRI that would vanish.
        ServiceError: where the file system fails; the releases are then as they were.
    """
    if any(out.resolve().is_relative_to((workspace.root / folder).resolve()) for folder in FOLDERS):
        raise ParameterError(f"{out}: this folder is part of the workspace's data: name another")
    target = check_base(workspace.base if base is None else base)
    number = check_version(workspace.settings.version if version is None else version)
    site = check_address("site", workspace.settings.site or target)
    releases = Releases(out)
    with releases.building() as aside:
        earlier, previous = _before(releases, target, number)
        is_signed = any(release.file(SIGNATURE).exists() for release in earlier)
        for release in dict.fromkeys(one.path for one in (*earlier[:1], previous) if one is not None):
            check_own(read_release(release), key, is_signed)
        source = open_built(workspace).store if store is None else store
        with take_snapshot(workspace, source, target, number, aside) as published:
            if store is None:
                report = validate_workspace(workspace, track=track)
            else:
                report = validate_store(published.store, workspace, track=track)
            if report.violations:
                raise NonconformingError(report)
            folder = aside / number
            folder.mkdir()
            history = _history(published, earlier, previous)
            build_release(published, folder, aside, site, history, track, omitted=find_omitted())
            if key is not None:
                sign(folder, key)
        is_new = number not in releases.versions()
        if is_new:
            releases.add(folder, number)
        else:
            same = releases.release(number)
            _check_same(folder, same, earlier, _next(releases))
            if key is not None:
                (folder / SUMS).write_bytes((same.path / SUMS).read_bytes())  # others, if one before was redacted
                sign(folder, key)
                (folder / SIGNATURE).replace(same.path / SIGNATURE)
        current = releases.current()
        if current is None or order(current.version) < order(number):
            releases.switch(number)
        return Published(releases.release(number), is_new, releases.release(CURRENT).version)


def _before(releases: Releases, base: str, version: str) -> tuple[Sequence[Release], Release | None]:
    """List the releases of lower versions, newest first, and give the one from which the patch leads on."""
    versions = releases.versions()
    later = [one for one in versions if order(one) > order(version)]
    again = version in versions
    if later and not again:
        raise ParameterError(f"version {version} comes before {later[-1]}, which is published: {_next(releases)}")
    known = [releases.release(one) for one in reversed(versions) if order(one) <= order(version)]
    for release in known:
        if release.base != base:
            problem = f"published with the base {release.base}"
            raise ParameterError(f"{release.path}: {problem}: give it by --base, or name another folder")
    earlier = known[again:]
    name = known[0].previous if again else (current := releases.current()) and current.version
    previous = None if name is None else releases.release(name)
    for release in earlier:
        release.check(LEDGER)
    if previous is not None:
        previous.check(previous.dump_name, PATCH)
        earlier[0].check(FEEDS, earlier[0].dump_name)
    return earlier, previous


def _check_same(folder: Path, published: Release, earlier: Sequence[Release], advice: str) -> None:
    """Compare the release that was built with the one published under the same version.

    Where an earlier release has been redacted since, the patch from it is another one, and only the graph has to be the
    same.
    """
    if (folder / SUMS).read_bytes() != (published.path / SUMS).read_bytes():
        same = read_release(folder).dataset_hash == published.dataset_hash
        if same and any(release.redactions for release in earlier):
            return
        what = "the same graph with other settings, extras or version of foc-graph" if same else "another graph"
        raise ParameterError(f"{published.path} is already published and cannot change; this is {what}: {advice}")


def _next(releases: Releases) -> str:
    """Advise to give the next free version."""
    newest = releases.versions()[-1]
    year, month, *count = order(newest)
    return f"give --version {year}.{month:02}.{(count[0] if count else 0) + 1}, or a later month"


def _history(published: Snapshot, earlier: Sequence[Release], previous: Release | None) -> History:
    known = find_earlier(previous)
    return History(
        [release.version for release in earlier],
        previous and previous.version,
        _vocabularies(published, earlier),
        lambda folder: write_ledger(published, folder, [release.path for release in earlier]),
        lambda folder, lines: write_changes(published, folder, lines, previous, earlier[0] if earlier else None),
        known,
    )


def _vocabularies(published: Snapshot, earlier: Sequence[Release]) -> dict[str, str]:
    """Name the first release of each version of the vocabulary, by its number: what a version says never changes."""
    known = dict(earlier[0].manifest["vocabularies"]) if earlier else {}
    ontology, info = ox.NamedNode(COAL.removesuffix("#")), ox.NamedNode(iri_of("owl:versionInfo"))
    stated = (quad.object for quad in published.store.matching(ontology, info))
    numbers = [number.value for number in stated if isinstance(number, ox.Literal)]
    return known | {number: published.version for number in sorted(numbers) if number not in known}


OPTIONAL = {"tables/*.parquet": "polars", "tables/panel.csv": "duckdb"}
"""Files that a release has if a package is installed."""


def find_omitted() -> list[str]:
    """Return those of `OPTIONAL` whose package is not installed."""
    return [files for files, package in OPTIONAL.items() if find_spec(package) is None]


def build_release(
    snapshot: Snapshot, folder: Path, aside: Path, site: str, history: History, track: Track, *, omitted: Sequence[str]
) -> None:
    """Write all files of a release into an empty folder; what is needed on the way lies in the folder `aside`.

    `site` is the address at which the folder of releases is served; `omitted` are those of `OPTIONAL` left out.

    Raises:
        ParameterError: for a published IRI that would vanish, or what a format cannot express.
        WorkspaceError: for a thing whose name no file can have.
        ServiceError: if an earlier release is damaged.
        OSError: if a file cannot be written.
    """
    from foc_graph.site.pictures import find_own
    from foc_graph.site.view import View

    with TemporaryDirectory(dir=aside) as scratch:
        history.write_ledger(folder)
        write_dumps(snapshot, folder, track)
        dataset = canonical(folder / DUMP, Path(scratch) / "lines")
        delta = history.write_changes(folder, dataset)
        traces = Path(scratch) / "traces"
        known = history.known and (history.known, delta)
        pictured = find_own(View(snapshot.store, snapshot.base))

        def write_rest() -> None:
            dumped = write_coalition_dumps(snapshot, folder, track)
            write_tables(snapshot, folder, parquet="tables/*.parquet" not in omitted)
            if "tables/panel.csv" not in omitted:
                write_panel(snapshot, folder)
            write_links(snapshot, folder)
            _copy_sources(snapshot.workspace, folder)
            write_catalogue(snapshot, files_below(folder), dumped, history.versions, history.previous, folder)

        write_pages(snapshot, folder, track, traces, history.versions, known, write_rest, pictured=pictured)
        write_redirects(snapshot, folder, site, history.vocabularies)
        write_addresses(folder)
        write_engine(folder, snapshot.base)
        _write_manifest(snapshot, folder, site, history, dataset, omitted, pictured)
        keep_traces(traces, folder)


def _copy_sources(workspace: Workspace, folder: Path) -> None:
    """Copy vocabulary, concepts, shapes of both profiles, rules and stored queries, those that it includes too."""
    queries, shapes = workspace.query_files, workspace.files(SHAPES, ".ttl")
    for path in (*workspace.files("ontology"), *queries):
        where = workspace.name(path)
        target = folder / where.removeprefix(INCLUDED)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in shapes:
            target.write_bytes(workspace.shape_text(path).encode())
        else:
            target.write_bytes(read_source(path, where) if path in queries else read_bytes(path, where))


def _write_manifest(
    snapshot: Snapshot,
    folder: Path,
    site: str,
    history: History,
    dataset: Canonical,
    omitted: Sequence[str],
    pictured: Sequence[str],
) -> None:
    files, settings = files_below(folder), snapshot.workspace.settings
    manifest = {
        "format": FORMAT,
        "title": settings.title,
        "publisher": settings.publisher,
        "licence": settings.licence,
        "base": snapshot.base,
        "site": site,
        "endpoint": settings.endpoint,
        "corrections": settings.corrections,
        "contact": settings.contact,
        "homepage": settings.homepage,
        "pictured": pictured,
        "profile": settings.profile,
        "languages": list(settings.languages),
        "version": snapshot.version,
        "day": snapshot.day.isoformat(),
        "previous": history.previous,
        "vocabularies": history.vocabularies,
        "software": f"foc-graph {__version__}",
        "dataset": {"quads": dataset.quads, "sha256": dataset.sha256, "canonicalization": "RDFC-1.0"},
        "files": {file.path: {"bytes": file.size, "sha256": file.sha256} for file in files},
    }
    if omitted:
        manifest["omitted"] = list(omitted)
    if history.redactions:
        manifest["redactions"] = list(history.redactions)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    write_sums(folder, [*files, file_below(folder, folder / MANIFEST)])
