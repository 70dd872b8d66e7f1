"""Verification of releases: every file and dataset as it was published, and IRIs that still answer."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from foc_graph.errors import FocGraphError, ParseError, ServiceError
from foc_graph.progress import Track, tracked, untracked
from foc_graph.rdf.canonical import canonical
from foc_graph.rdf.patch import check_patch
from foc_graph.release.diff.changelog import PATCH
from foc_graph.release.diff.changes import tidy
from foc_graph.release.dumps import FOLDER, WHOLE_12
from foc_graph.release.files import (
    LINK,
    SPECIAL,
    File,
    files_below,
    format_sums,
    oddities_below,
    read_sums,
)
from foc_graph.release.ledger import name_withdrawn, read_ledger
from foc_graph.release.reification import unreify
from foc_graph.release.signature import find_fault
from foc_graph.site.addresses import Addresses
from foc_graph.workspace.releases import (
    CURRENT,
    LEDGER,
    LEFT,
    LOCK,
    MANIFEST,
    REPLACING,
    SERVED,
    SUMS,
    Release,
    Releases,
    is_version,
    order,
    read_release,
)

if TYPE_CHECKING:
    from minisign import PublicKey


def verify(path: Path, track: Track = untracked, key: PublicKey | None = None) -> list[str]:
    """List the faults of a release, or of each in a folder of releases, a line for each.

    With a public `key`, each must be signed by it. Where links or special files are among the faults, nothing is read.
    What a release with another signature or manifest says is not read, nor what a file with another digest holds.

    Raises:
        ParameterError: if there is no release.
        ServiceError: if a file cannot be read.
    """
    return list(map(tidy, _find_faults(path, track, key)))


def _find_faults(path: Path, track: Track, key: PublicKey | None) -> list[str]:
    if (path / MANIFEST).is_file():
        release = read_release(path)
        if is_version(path.name) and path.name != release.version:
            return [f"{path}: release {release.version} under the name of another"]
        faults, is_regular = _check_kinds(release)
        return faults + (list(_check_release(release, track, key, set())) if is_regular else [])
    if os.path.lexists(path / REPLACING):
        return [f"{path / REPLACING}: left by a redaction that was stopped: `foc redact OUT` completes it"]
    folder = Releases(path)
    current = folder.release(CURRENT)
    releases = [folder.release(version) for version in folder.versions()]
    kinds = [_check_kinds(release) for release in releases]
    found = [*_check_root(path), *(fault for faults, _ in kinds for fault in faults)]
    if not all(is_regular for _, is_regular in kinds):
        return found
    sound = set[Path]()
    for release in releases:
        found += _check_release(release, track, key, sound)
    by_version = {release.version: release for release in releases}
    for release in tracked(releases, "checking patches", len(releases), track):
        if release.previous is not None:
            found += _check_patch(release, by_version.get(release.previous), sound)
    known = [release for release in releases if release.path / LEDGER in sound]
    earlier = [release for release in known if order(release.version) < order(current.version)]
    with suppress(ServiceError):  # for a damaged ledger, which is reported already
        found += _check_iris(current, earlier) if current.path / LEDGER in sound else ()
    return found


def _check_root(path: Path) -> Iterator[str]:
    """Report what a folder of releases has at its root that no command puts there, or left over."""
    for left in (path / one for one in LEFT):
        if os.path.lexists(left):
            yield f"{left}: left by a command that was stopped: the next one that writes here removes it"
    if not _holds(path / LOCK, b""):
        yield f"{path / LOCK}: not the empty file by which commands wait for each other: remove it"
    for link in (path / one for one in (LEDGER, *SERVED)):
        wanted = f"{CURRENT}/{link.name}"
        if link.is_symlink() and str(link.readlink()) != wanted:
            yield f"{link}: a link, and not to {wanted}"
        elif link.name == LEDGER and not link.is_symlink():
            yield f"{link}: not a link to {wanted}: move away what is there, then `foc rollback OUT --to VERSION`"
        elif not link.is_symlink() and not _holds(
            link, (path / wanted).read_bytes() if (path / wanted).is_file() else None
        ):
            yield f"{link}: differs from {wanted}"


def _holds(path: Path, content: bytes | None) -> bool:
    """Whether at a path is a plain file with this content, or nothing."""
    return not os.path.lexists(path) or (stat.S_ISREG(path.lstat().st_mode) and path.read_bytes() == content)


def _check_kinds(release: Release) -> tuple[list[str], bool]:
    """Return what in a release is of an odd kind or mode, and whether all of it are plain files and folders."""
    try:
        odd = oddities_below(release.path)
    except OSError as error:
        raise ServiceError(f"{error.filename}: cannot be read: {error.strerror}") from error
    faults = [f"{release.path / relative}: {problem}" for relative, problem in sorted(odd.items())]
    return faults, {LINK, SPECIAL}.isdisjoint(odd.values())


def _check_release(release: Release, track: Track, key: PublicKey | None, sound: set[Path]) -> Iterator[str]:
    """Give the faults of one release, and add its files that are as they were published to `sound`."""
    path = release.path
    fault = None if key is None else find_fault(release, key)
    if fault is not None:
        yield fault
    try:
        files = {file.path: file for file in files_below(path, f"checking the files of {release.version}", track)}
        listed = read_sums(path)
        if (path / SUMS).read_bytes() != format_sums(listed).encode():
            yield f"{path / SUMS}: not as it was published"
        for relative in sorted(listed.keys() | files.keys()):
            name = str(path / relative)
            if relative not in files:
                yield f"{name}: missing"
            elif relative not in listed:
                yield f"{name}: not in {SUMS}"
            elif files[relative].sha256 != listed[relative]:
                yield f"{name}: not as it was published"
        stated = {relative: about["sha256"] for relative, about in release.manifest["files"].items()}
        if stated != {relative: digest for relative, digest in listed.items() if relative != MANIFEST}:
            yield f"{path / MANIFEST}: names other files, or other digests, than {SUMS}"
        if fault is not None or MANIFEST not in files or files[MANIFEST].sha256 != listed.get(MANIFEST):
            return
        sound |= {path / name for name in files if files[name].sha256 == listed.get(name) == stated.get(name)}
        parts = (
            _check_dataset(release, sound),
            _check_pages(release, files, sound),
        )
        for faults in tracked(parts, f"checking what {release.version} says", len(parts), track):
            yield from faults
    except OSError as error:
        raise ServiceError(f"{error.filename or path}: cannot be read: {error.strerror}") from error


def _check_dataset(release: Release, sound: Collection[Path]) -> Iterator[str]:
    """Report a dump of the whole graph, in RDF 1.1 or 1.2, that is not the dataset that the manifest names."""
    dataset = release.manifest["dataset"]
    named = f"{FOLDER}/{WHOLE_12}.nq"
    reified = release.file(named if named in release.manifest["files"] else f"{named}.gz")
    for path in (release.file(release.dump_name), reified):
        if path not in sound:  # reported already, or of a release that was made before there was one
            continue
        with TemporaryDirectory(prefix="foc-verify-") as scratch:
            plain = path
            try:
                if path == reified:
                    plain = Path(scratch) / "plain.nq"
                    with plain.open("wb") as file:
                        file.writelines(unreify(path, release.base))
                found = canonical(plain, Path(scratch) / "lines")
            except SyntaxError as error:
                yield f"{path}: not N-Quads: {error.msg}"
                continue
            except ParseError as error:
                yield str(error).replace(str(plain), str(path))
                continue
        if (found.sha256, found.quads) != (dataset["sha256"], dataset["quads"]):
            yield f"{path}: not the dataset that {MANIFEST} names by its hash"


def _check_pages(release: Release, files: Mapping[str, File], sound: Collection[Path]) -> Iterator[str]:
    """Report the IRIs that a release publishes and that have no page in it."""
    if release.path / LEDGER not in sound:
        return
    addresses = Addresses(release.base)
    try:
        ledger = read_ledger(release.path)
    except ServiceError as error:
        yield str(error)
        return
    for iri, entry in ledger.items():
        page = addresses.page(iri)
        if not entry.withdrawn and page is not None and f"{page}.html" not in files:
            yield f"{release.path}: {iri} has no page"


def _check_patch(release: Release, previous: Release | None, sound: set[Path]) -> Iterator[str]:
    patch = release.path / PATCH
    if previous is None:
        yield f"{patch}: applies to {release.previous}, which is missing"
        return
    if not sound.issuperset((patch, dump := previous.file(previous.dump_name))):
        return
    with TemporaryDirectory(prefix="foc-verify-") as scratch:
        try:
            before = canonical(dump, Path(scratch) / "lines")
            with before.path.open("rb") as lines:
                check_patch(lines, patch, release.dataset_hash)
        except (FocGraphError, SyntaxError, OSError):
            yield f"{patch}: does not lead from {release.previous} to {release.version}"


def _check_iris(current: Release, earlier: list[Release]) -> Iterator[str]:
    """Report the IRIs of earlier releases that no longer answer."""
    known = read_ledger(current.path)
    for release in earlier:
        for iri, entry in read_ledger(release.path).items():
            if iri not in known and (entry.withdrawn or name_withdrawn(iri) not in known):
                yield f"{current.path}: {iri}, published in {entry.since}, is neither described nor marked as withdrawn"
