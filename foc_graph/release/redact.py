"""Removal of people from releases that are published already, once a later one has withdrawn them.

Each release that still holds them is built anew, aside, from the rest of its own graph, with its own vocabulary, shapes
and queries, and replaces the one before. All that does not name them stays as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from foc_graph.assets import FOLDER as ASSETS
from foc_graph.errors import ParameterError, quoted
from foc_graph.matching.mentions import NAMES, Mentions
from foc_graph.matching.names import plain
from foc_graph.matching.occurrences import Occurrence, find_occurrences
from foc_graph.namespaces import PREFIXES, iri_digest, iri_of
from foc_graph.progress import Track, tracked, untracked
from foc_graph.rdf.canonical import Canonical
from foc_graph.rdf.parser import open_unpacked, read_lines
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.release.build import History, build_release
from foc_graph.release.diff.changelog import PATCH, REPORT, redact_changes
from foc_graph.release.diff.changes import Withdrawn
from foc_graph.release.diff.snapshot_pair import Delta
from foc_graph.release.dumps import FOLDER as DUMPS
from foc_graph.release.feeds import FOLDER as FEEDS
from foc_graph.release.feeds import LOG
from foc_graph.release.incremental import find_earlier
from foc_graph.release.ledger import Entry, name_withdrawn, read_ledger, redact_ledger
from foc_graph.release.redirects import check_address
from foc_graph.release.signature import check_own, sign
from foc_graph.release.snapshot import Snapshot
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.workspace.releases import CURRENT, LEDGER, SIGNATURE, Release, Releases, order
from foc_graph.workspace.settings import FOLDERS, TEXTS, Settings, Workspace

if TYPE_CHECKING:
    from minisign import SecretKey

_TEXTS = (PATCH, REPORT, f"{FEEDS}/{LOG}")
"""The files in which a release describes changes, besides its graph."""


_PERSON = ox.NamedNode(iri_of("foaf:Person"))
_LEAST = 2
"""Least letters of a text that is looked for."""


class Redacted(NamedTuple):
    """A release that held a withdrawn person: how many statements go from it, and the things they were about."""

    version: str
    statements: int
    things: list[str]


class Redaction(NamedTuple):
    """The releases that were redacted, and the lines of all releases that still name someone, or may do so."""

    releases: list[Redacted]
    occurrences: list[Occurrence]


class _Holding(NamedTuple):
    """A release that holds a withdrawn person, and the lines of its dump that go."""

    release: Release
    lines: frozenset[bytes]


class _Found(NamedTuple):
    """People who were withdrawn, the releases that hold them, oldest first, and lines about namesakes, which stay."""

    withdrawn: Withdrawn
    holding: list[_Holding]
    kept: frozenset[bytes]

    def hides(self, line: bytes) -> bool:
        """Whether a line of N-Quads goes; one in the newest release is about someone else."""
        return line not in self.kept and self.withdrawn.hides(line)


class _PastWorkspace(Workspace):
    """The workspace of a release: its vocabulary, shapes and queries; its settings are in its manifest."""

    def __init__(self, root: Path, release: Release) -> None:
        super().__init__(root)
        self._release = release

    @cached_property
    def settings(self) -> Settings:
        """Return the settings with which the release was published."""
        about = {**self._release.manifest, "verified": self._release.day}
        texts = {key: str(about.get(key, "")) for key in TEXTS}
        return Settings(**texts, include=(), languages=tuple(about.get("languages", ["en"])), licences={})


def redact(
    out: Path,
    *,
    also: Collection[str] = (),
    key: SecretKey | None = None,
    dry_run: bool = False,
    track: Track = untracked,
) -> Redaction:
    """Take the people whom the newest release has withdrawn out of every release in a folder.

    People, and what was theirs alone, are known by the digests in the ledger of the newest release. All that names them
    goes from the graph of each release that holds them, and its files are built anew; its manifest gives the day and
    the hash that its dataset had before. All are built before the first is replaced. To redact again changes nothing.
    What names them by one of the texts in `also` goes as well, unless the newest release still has it. What is built
    anew is signed with the secret `key`, which is needed where one of these releases was signed.

    Raises:
        ParameterError: for a folder that holds no releases, for Parquet tables where Polars is not installed, without a
            key for a release that was signed, or for a text without two letters or digits.
        ServiceError: if one of them is damaged, or the file system fails; the releases are then as they were.
    """
    for text in also:
        if len(plain(text)) < _LEAST:
            raise ParameterError(f"--also {quoted(text)}: give at least {_LEAST} letters or digits")
    releases = Releases(out)
    if not dry_run:
        releases.complete()
    releases.release(CURRENT)
    if dry_run:
        found = _find(releases, also)
        return Redaction(
            [_summarise(one, found) for one in found.holding], list(_occurrences(releases, found, {}, track))
        )
    with releases.building() as aside:
        found = _find(releases, also)
        made: dict[str, Path] = {}
        for holding in found.holding:
            if key is None and (signature := holding.release.file(SIGNATURE)).exists():
                raise ParameterError(f"{signature}: this release is signed: give the key with --sign")
            check_own(holding.release, key)
        for holding in found.holding:
            release = holding.release
            folder = aside / release.version
            folder.mkdir()
            _rebuild(releases, holding, found, folder, made, track)
            if key is not None:
                sign(folder, key)
            made[release.version] = folder
        redacted = [_summarise(one, found) for one in found.holding]
        occurrences = list(_occurrences(releases, found, made, track))
        releases.replace(made)
    return Redaction(redacted, occurrences)


def _summarise(holding: _Holding, found: _Found) -> Redacted:
    things = found.withdrawn.iris & read_ledger(holding.release.path).keys()
    return Redacted(holding.release.version, len(holding.lines), sorted(things))


def _find(releases: Releases, also: Collection[str]) -> _Found:
    """Find who was withdrawn, and which releases still hold them; where none does, no graph is read."""
    every = [releases.release(version) for version in releases.versions()]
    newest = every[-1]
    known = read_ledger(newest.path)
    gone = {release.version: _withdrawn_iris(release, known) for release in every}
    digests = {iri_digest(iri) for iris in gone.values() for iri in iris}
    said = (quad for release in every for quad in _statements(release, gone[release.version]))
    withdrawn = Withdrawn(digests, said, also=also)
    if not withdrawn:
        return _Found(withdrawn, [], frozenset())
    kept = _hidden_lines(newest, withdrawn)
    holding = [_Holding(release, _hidden_lines(release, withdrawn) - kept) for release in every]
    return _Found(
        withdrawn, [one for one in holding if one.lines or (not kept and _has_mentions(one, withdrawn))], kept
    )


def _withdrawn_iris(release: Release, known: Mapping[str, Entry]) -> set[str]:
    """List the IRIs that a release published and that a ledger has as withdrawn, by their digests alone."""
    release.check(LEDGER)
    return {iri for iri in read_ledger(release.path) if iri not in known and name_withdrawn(iri) in known}


def _statements(release: Release, iris: set[str]) -> Iterator[ox.Quad]:
    """Give the statements of a release about things."""
    if iris:
        for quad in release.quads():
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in iris:
                yield quad


def _hidden_lines(release: Release, withdrawn: Withdrawn) -> frozenset[bytes]:
    with open_unpacked(release.dump) as dump:
        return frozenset(line for line in read_lines(dump) if withdrawn.hides(line))


def _has_mentions(holding: _Holding, withdrawn: Withdrawn) -> bool:
    paths = map(holding.release.file, _TEXTS)
    return any(_mentions(path, withdrawn) for path in paths if path.is_file())


def _rebuild(
    releases: Releases, holding: _Holding, found: _Found, folder: Path, made: Mapping[str, Path], track: Track
) -> None:
    """Build a release anew without the lines that go."""
    release = holding.release
    release.check(DUMPS, LEDGER, *_TEXTS, FEEDS, *FOLDERS)
    before = None if release.previous is None else releases.release(release.previous)
    previous = before and made.get(before.version, before.path)
    deleted = [("D", line) for line in sorted(holding.lines)]
    newest = releases.release(releases.versions()[-1])
    workspace = _copy_workspace(release, newest, found.withdrawn, folder.parent / f"{release.version}.workspace")
    snapshot = _snapshot(holding, workspace, folder.parent / f"{release.version}.store")

    def write_changes(target: Path, lines: Canonical) -> Delta:
        redact_changes(snapshot, target, lines, release, previous, found.withdrawn, found.hides)
        return Delta(deleted)

    ledger = read_ledger(newest.path)
    earlier = [version for version in reversed(releases.versions()) if order(version) < order(release.version)]
    dataset = release.manifest["dataset"]
    history = History(
        earlier,
        release.previous,
        release.manifest["vocabularies"],
        lambda target: redact_ledger(release.path, target, ledger, found.withdrawn.mentioned),
        write_changes,
        find_earlier(release),
        [*release.redactions, {"day": datetime.now(UTC).date().isoformat(), "before": dataset}],
    )
    site = check_address("site", snapshot.workspace.settings.site or release.base)
    try:
        build_release(snapshot, folder, folder.parent, site, history, track, omitted=release.omitted)
    finally:
        snapshot.store.close()


def _copy_workspace(release: Release, newest: Release, withdrawn: Withdrawn, root: Path) -> Workspace:
    """Copy the workspace of a release into a new folder.

    A file that names a withdrawn person is taken from the newest release, where that has it without the name.
    """
    for part in FOLDERS:
        for name in release.names(part):
            path, later = release.file(name), newest.file(name)
            if _mentions(path, withdrawn) and later.is_file() and not _mentions(later, withdrawn):
                path = later
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, root / name)
    return _PastWorkspace(root, release)


def _snapshot(holding: _Holding, workspace: Workspace, aside: Path) -> Snapshot:
    """Load what remains of a release into a store in a new folder."""
    release = holding.release
    rest = aside.with_suffix(".nq")
    with open_unpacked(release.dump) as dump, rest.open("wb") as file:
        file.writelines(line for line in read_lines(dump) if line not in holding.lines)
    save(ox.parse(path=rest), aside)
    store = EmbeddedStore.read_only(aside, PREFIXES)
    day = date.fromisoformat(release.day)
    return Snapshot(workspace, store, release.base, release.version, day)


def _occurrences(releases: Releases, found: _Found, made: Mapping[str, Path], track: Track) -> Iterator[Occurrence]:
    """Find who is still or perhaps named in all releases, as they become; `made` are the folders of new ones.

    A release that is yet to be made anew is searched only for what will not go: its graph, for what may name people.
    What pages load comes with the program, and is left out.
    """
    withdrawn = found.withdrawn
    if not withdrawn:
        return
    every = [releases.release(version) for version in releases.versions()]
    others = {name for release in every for name in _people(release)} | {release.base for release in every}
    mentions = Mentions(withdrawn.names, withdrawn.iris, others, withdrawn.also)
    planned = {one.release.version for one in found.holding} - made.keys()
    for release in tracked(every, "searching", len(every), track, 1):
        folder = made.get(release.version, release.path)
        is_planned = release.version in planned
        files = [folder / release.dump_name] if is_planned else sorted(folder.rglob("*"))
        for path in (path for path in files if path.is_file() and not path.is_symlink()):
            name = path.relative_to(folder)
            if name.parts[0] == ASSETS:
                continue
            for one in find_occurrences(path, name.as_posix(), mentions):
                if not (is_planned and one.is_certain):
                    yield one._replace(path=release.path / name)


def _people(release: Release) -> Iterator[str]:
    """Give the names of all people in a release."""
    people: set[object] = set()
    names: list[ox.Quad] = []
    for quad in release.quads():
        if quad.predicate.value == RDF_TYPE and quad.object == _PERSON:
            people.add(quad.subject)
        elif quad.predicate.value in NAMES:
            names.append(quad)
    return (quad.object.value for quad in names if quad.subject in people and isinstance(quad.object, ox.Literal))


def _mentions(path: Path, withdrawn: Withdrawn) -> bool:
    return withdrawn.mentioned(path.read_text("utf-8", "replace"))
