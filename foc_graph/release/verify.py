"""Verification of releases: every file as published, every dataset by its hash, every IRI still answering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from foc_graph.errors import FocGraphError, ServiceError
from foc_graph.progress import Track, untracked
from foc_graph.rdf.canonical import canonical
from foc_graph.rdf.patch import check_patch
from foc_graph.release.catalogue.check import check_catalogue
from foc_graph.release.diff.changelog import PATCH
from foc_graph.release.diff.changes import tidy
from foc_graph.release.files import File, files_below, read_sums
from foc_graph.release.ledger import name_withdrawn, read_ledger
from foc_graph.site.addresses import Addresses
from foc_graph.workspace.releases import CURRENT, MANIFEST, SUMS, Release, Releases, order, read_release


def verify(path: Path, track: Track = untracked) -> list[str]:
    """List the faults of a release, or of each in a folder of releases, a line for each.

    Raises:
        ParameterError: if there is no release.
        ServiceError: if a file cannot be read.
    """
    if (path / MANIFEST).is_file():
        return list(_check_release(read_release(path)))
    folder = Releases(path)
    current = folder.release(CURRENT)
    releases = [folder.release(version) for version in folder.versions()]
    found: list[str] = []
    for done, release in enumerate(releases):
        track("verifying", done, len(releases))
        found += _check_release(release)
    by_version = {release.version: release for release in releases}
    for release in releases:
        if release.previous is not None:
            found += _check_patch(release, by_version.get(release.previous))
    earlier = [release for release in releases if order(release.version) < order(current.version)]
    return [*found, *_check_iris(current, earlier)]


def _check_release(release: Release) -> Iterator[str]:
    """Give the faults of one release."""
    path = release.path
    try:
        files = {file.path: file for file in files_below(path)}
        listed = read_sums(path)
        for relative in sorted(listed.keys() | files.keys()):
            place = tidy(str(path / relative))
            if relative not in files:
                yield f"{place}: missing"
            elif relative not in listed:
                yield f"{place}: not in {SUMS}"
            elif files[relative].sha256 != listed[relative]:
                yield f"{place}: not as it was published"
        stated = {relative: about["sha256"] for relative, about in release.manifest["files"].items()}
        if stated != {relative: digest for relative, digest in listed.items() if relative != MANIFEST}:
            yield f"{path / MANIFEST}: names other files, or other digests, than {SUMS}"
        yield from _check_dataset(release)
        yield from check_catalogue(release, files)
        yield from _check_pages(release, files)
    except OSError as error:
        raise ServiceError(f"{error.filename or path}: cannot be read: {error.strerror}") from error


def _check_dataset(release: Release) -> Iterator[str]:
    with TemporaryDirectory(prefix="foc-verify-") as scratch:
        try:
            found = canonical(release.dump, Path(scratch) / "lines")
        except FileNotFoundError:  # reported already
            return
        except SyntaxError as error:
            yield f"{release.dump}: not N-Quads: {error.msg}"
            return
    dataset = release.manifest["dataset"]
    if (found.sha256, found.quads) != (dataset["sha256"], dataset["quads"]):
        yield f"{release.dump}: not the dataset that {MANIFEST} names by its hash"


def _check_pages(release: Release, files: Mapping[str, File]) -> Iterator[str]:
    """Report the IRIs that a release publishes and that have no page in it."""
    addresses = Addresses(release.base)
    for iri, entry in read_ledger(release.path).items():
        page = addresses.page(iri)
        if not entry.withdrawn and page is not None and f"{page}.html" not in files:
            yield f"{release.path}: {iri} has no page"


def _check_patch(release: Release, previous: Release | None) -> Iterator[str]:
    patch = release.path / PATCH
    if previous is None:
        yield f"{patch}: leads on from {release.previous}, which is not there"
        return
    with TemporaryDirectory(prefix="foc-verify-") as scratch:
        try:
            before = canonical(previous.dump, Path(scratch) / "lines")
            with before.path.open("rb") as lines:
                check_patch(lines, patch, release.dataset_hash)
        except (FocGraphError, SyntaxError, OSError):
            yield f"{patch}: does not lead from {release.previous} to {release.version}"


def _check_iris(current: Release, earlier: list[Release]) -> Iterator[str]:
    """Report the IRIs of earlier releases that answer no more."""
    known = read_ledger(current.path)
    for release in earlier:
        for iri, entry in read_ledger(release.path).items():
            if iri not in known and (entry.withdrawn or name_withdrawn(iri) not in known):
                yield f"{current.path}: {iri}, published in {entry.since}, is neither described nor withdrawn"
