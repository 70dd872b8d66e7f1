"""Publishing: a release is built aside, whole, and takes its place at once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph import __version__
from foc_graph.built import open_built
from foc_graph.errors import FocGraphError, ParameterError
from foc_graph.load.parts import Track
from foc_graph.publishing.canonical import canonical
from foc_graph.publishing.carrying import find_earlier, keep_traces
from foc_graph.publishing.catalogue import write_catalogue
from foc_graph.publishing.changes.release import PATCH, write_changes
from foc_graph.publishing.checksums import file_below, files_below, write_sums
from foc_graph.publishing.dumps import write_dumps
from foc_graph.publishing.edition import Edition, checked_base, checked_version, edition
from foc_graph.publishing.feeds.log import FOLDER as FEEDS
from foc_graph.publishing.ledger import write_ledger
from foc_graph.publishing.links import write_links
from foc_graph.publishing.redirects import checked_address, write_redirects
from foc_graph.publishing.site import write_site
from foc_graph.publishing.tables import write_tables
from foc_graph.releases import CURRENT, DUMP, FORMAT, LEDGER, MANIFEST, SUMS, Release, Releases, order, read_release
from foc_graph.store.interface import Store
from foc_graph.terms import COAL, iri_of
from foc_graph.validation import Report, validate_store, validate_workspace
from foc_graph.workspace.locate import FOLDERS, INCLUDED, Workspace

_NEEDED = {"jinja2": "Jinja2", "polars": "polars", "backports.zstd": "backports.zstd"}
"""What the extra `publish` brings: the module, and the package."""


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
    """A release, whether it is a new one, and the version that is current now."""

    release: Release
    is_new: bool
    current: str


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

    The same input gives the same bytes; to publish again what is published already changes nothing. The release becomes
    the current one unless that is of a higher version, to which only `Releases.roll_back` leads back.

    Raises:
        NonconformingError: if the graph has violations.
        ParameterError: for a base or version that is none or does not go on from the releases before, or a published
            IRI that would vanish.
        ServiceError: where the file system fails; the releases are then as they were.
    """
    _check_installed()
    if any(out.resolve().is_relative_to((workspace.root / folder).resolve()) for folder in FOLDERS):
        raise ParameterError(f"{out}: the workspace would read it as its own data: name another folder")
    target = checked_base(workspace.base if base is None else base)
    number = checked_version(workspace.settings.version if version is None else version)
    site = checked_address("site", workspace.settings.site or target)
    releases = Releases(out)
    with releases.building() as aside:
        earlier, previous = _before(releases, target, number)
        source = open_built(workspace).store if store is None else store
        with edition(workspace, source, target, number) as published:
            report = validate_workspace(workspace) if store is None else validate_store(published.store, workspace)
            if report.counts.get("Violation"):
                raise NonconformingError(report)
            with TemporaryDirectory(prefix="foc-publish-") as scratch:
                _build(published, aside, Path(scratch), earlier, previous, site, track)
        is_new = number not in releases.versions()
        if is_new:
            releases.add(aside, number)
        else:
            _check_same(aside, releases.release(number), _next(releases))
        current = releases.current()
        if current is None or order(current.version) < order(number):
            releases.switch(number)
        return Published(releases.release(number), is_new, releases.release(CURRENT).version)


def _check_installed() -> None:
    for module, name in _NEEDED.items():
        try:
            import_module(module)
        except ImportError as error:
            raise ParameterError(f"{name} is not installed: pip install 'foc-graph[publish]'") from error


def _check_same(aside: Path, published: Release, advice: str) -> None:
    """Compare what was built with what is published as the same version.

    Raises:
        ParameterError: if they differ.
    """
    if (aside / SUMS).read_bytes() != (published.path / SUMS).read_bytes():
        same = read_release(aside).dataset_hash == published.dataset_hash
        what = "the same graph with other settings or by another version of foc-graph" if same else "another graph"
        raise ParameterError(f"{published.path} is published and stays as it is; this is {what}: {advice}")


def _before(releases: Releases, base: str, version: str) -> tuple[Sequence[Release], Release | None]:
    """The releases of lower versions, the newest first, and the one from which the patch leads on."""
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
        previous.check(DUMP, PATCH)
        earlier[0].check(FEEDS)
    return earlier, previous


def _next(releases: Releases) -> str:
    """Advice to give the next free version."""
    newest = releases.versions()[-1]
    year, month, *count = order(newest)
    return f"give --version {year}.{month:02}.{(count[0] if count else 0) + 1}, or a later month"


def _build(
    published: Edition,
    folder: Path,
    scratch: Path,
    earlier: Sequence[Release],
    previous: Release | None,
    site: str,
    track: Track,
) -> None:
    """Write all files of a release into an empty folder; `scratch` is another one, for what is needed on the way."""
    versions = [release.version for release in earlier]
    vocabularies = _vocabularies(published, earlier)
    known = find_earlier(previous)
    write_ledger(published, folder, [release.path for release in earlier])
    write_dumps(published, folder, track, known)
    write_tables(published, folder)
    write_links(published, folder)
    dataset = canonical(folder / DUMP, scratch / "lines")
    delta = write_changes(published, folder, dataset, previous, earlier[0] if earlier else None)
    _copy_sources(published.workspace, folder)
    write_catalogue(published, files_below(folder), versions, previous and previous.version, folder)
    traces = scratch / "traces"
    write_site(published, folder, track, traces, versions, known and (known, delta))
    write_redirects(published, folder, site, vocabularies)
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
        "vocabularies": vocabularies,
        "software": f"foc-graph {__version__}",
        "dataset": {"quads": dataset.quads, "sha256": dataset.sha256, "canonicalization": "RDFC-1.0"},
        "files": {file.path: {"bytes": file.size, "sha256": file.sha256} for file in files},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    write_sums(folder, [*files, file_below(folder, folder / MANIFEST)])
    keep_traces(traces, folder)


def _vocabularies(published: Edition, earlier: Sequence[Release]) -> dict[str, str]:
    """The newest release of each version of the vocabulary, by its number."""
    known = dict(earlier[0].manifest["vocabularies"]) if earlier else {}
    ontology, info = ox.NamedNode(COAL.removesuffix("#")), ox.NamedNode(iri_of("owl:versionInfo"))
    stated = (quad.object for quad in published.store.matching(ontology, info))
    numbers = [number.value for number in stated if isinstance(number, ox.Literal)]
    return known | dict.fromkeys(sorted(numbers), published.version)


def _copy_sources(workspace: Workspace, folder: Path) -> None:
    """Vocabulary, concepts, shapes, rules and stored queries, those that the workspace includes too."""
    for part in FOLDERS:
        if part != "data":
            for path in workspace.files(part):
                target = folder / workspace.name(path).removeprefix(INCLUDED)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
