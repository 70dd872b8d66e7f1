"""Publishing: a release is built aside, whole, and takes its place at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.cache import open_built
from foc_graph.errors import FocGraphError, ParameterError
from foc_graph.load.chunks import Track
from foc_graph.namespaces import COAL, iri_of
from foc_graph.release.assembly import History, check_installed, make_release
from foc_graph.release.diff.release import PATCH, write_changes
from foc_graph.release.feeds.log import FOLDER as FEEDS
from foc_graph.release.incremental import find_earlier
from foc_graph.release.ledger import write_ledger
from foc_graph.release.redirects import checked_address
from foc_graph.release.snapshot import Snapshot, checked_base, checked_version, take_snapshot
from foc_graph.store.base import Store
from foc_graph.validation import Report, validate_store, validate_workspace
from foc_graph.workspace.releases import CURRENT, DUMP, LEDGER, SUMS, Release, Releases, order, read_release
from foc_graph.workspace.settings import FOLDERS, Workspace


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
    check_installed()
    if any(out.resolve().is_relative_to((workspace.root / folder).resolve()) for folder in FOLDERS):
        raise ParameterError(f"{out}: the workspace would read it as its own data: name another folder")
    target = checked_base(workspace.base if base is None else base)
    number = checked_version(workspace.settings.version if version is None else version)
    site = checked_address("site", workspace.settings.site or target)
    releases = Releases(out)
    with releases.building() as aside:
        earlier, previous = _before(releases, target, number)
        source = open_built(workspace).store if store is None else store
        with take_snapshot(workspace, source, target, number, aside) as published:
            report = validate_workspace(workspace) if store is None else validate_store(published.store, workspace)
            if report.counts.get("Violation"):
                raise NonconformingError(report)
            folder = aside / number
            folder.mkdir()
            make_release(published, folder, aside, site, _history(published, earlier, previous), track)
        is_new = number not in releases.versions()
        if is_new:
            releases.add(folder, number)
        else:
            _check_same(folder, releases.release(number), earlier, _next(releases))
        current = releases.current()
        if current is None or order(current.version) < order(number):
            releases.switch(number)
        return Published(releases.release(number), is_new, releases.release(CURRENT).version)


def _check_same(folder: Path, published: Release, earlier: Sequence[Release], advice: str) -> None:
    """Compare what was built with what is published as the same version.

    Where an earlier release has been redacted since, the patch from it is another one, and only the graph has to be the
    same.

    Raises:
        ParameterError: if they differ.
    """
    if (folder / SUMS).read_bytes() != (published.path / SUMS).read_bytes():
        same = read_release(folder).dataset_hash == published.dataset_hash
        if same and any(release.redactions for release in earlier):
            return
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
        earlier[0].check(FEEDS, DUMP)
    return earlier, previous


def _next(releases: Releases) -> str:
    """Advice to give the next free version."""
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
    """The newest release of each version of the vocabulary, by its number."""
    known = dict(earlier[0].manifest["vocabularies"]) if earlier else {}
    ontology, info = ox.NamedNode(COAL.removesuffix("#")), ox.NamedNode(iri_of("owl:versionInfo"))
    stated = (quad.object for quad in published.store.matching(ontology, info))
    numbers = [number.value for number in stated if isinstance(number, ox.Literal)]
    return known | dict.fromkeys(sorted(numbers), published.version)
