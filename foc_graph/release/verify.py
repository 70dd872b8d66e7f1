"""Verification of releases: every file and dataset as published, catalogues that are true, IRIs that still answer."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyoxigraph as ox

from foc_graph.errors import FocGraphError, ParseError, ServiceError
from foc_graph.progress import Track, tracked, untracked
from foc_graph.rdf.canonical import canonical
from foc_graph.rdf.patch import check_patch
from foc_graph.release.catalogue.description import VOID, Value, name
from foc_graph.release.diff.changelog import PATCH
from foc_graph.release.diff.changes import tidy
from foc_graph.release.dumps import FOLDER, WHOLE_12
from foc_graph.release.files import (
    LINK,
    SPECIAL,
    File,
    files_below,
    format_sums,
    media_type_iri,
    oddities_below,
    read_sums,
)
from foc_graph.release.ledger import name_withdrawn, read_ledger
from foc_graph.release.reification import unreify
from foc_graph.release.signature import find_fault
from foc_graph.site.addresses import Addresses
from foc_graph.site.media import media
from foc_graph.sparql.limits import check_depth
from foc_graph.validation import validate
from foc_graph.workspace.releases import (
    CURRENT,
    HTACCESS,
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

_SHAPES = Path(__file__).parent / "catalogue" / "shapes.ttl"
_TURTLE, _JSON_LD = "catalog.ttl", "catalog.jsonld"
_FORMATS = {
    _TURTLE: ox.RdfFormat.TURTLE,
    _JSON_LD: ox.RdfFormat.JSON_LD,
    "dataset.jsonld": ox.RdfFormat.JSON_LD,
    VOID: ox.RdfFormat.TURTLE,
}
_DATASETS = tuple(map(name, ("dcat:Dataset", "schema:Dataset", "void:Dataset")))
"""Classes of what has an address in a release and need not be a file."""

_Facts = Mapping[str, set[str]]
"""The values stated of a file, by property or by a path of two."""


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
            _check_catalogue(release, files, sound),
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


def _check_catalogue(release: Release, files: Mapping[str, File], sound: Collection[Path]) -> Iterator[str]:
    """Give the faults of the catalogue of a release, a line for each; `verify` reports files of it that are missing.

    DCAT, the same in Turtle and JSON-LD, conforms to the shapes in `catalogue/shapes.ttl`. It, schema.org and VoID
    describe the release, list every dump, lead to files that are there, and say of them what is so.

    Args:
        release: the release.
        files: the files that it has, by path.
        sound: the paths of files that are as they were published, of any release.
    """
    graphs: dict[str, set[ox.Triple]] = {}
    for path, format in _FORMATS.items():
        if release.path / path in sound:
            try:
                graphs[path] = _read(release.path / path, format)
            except ParseError as error:
                yield str(error)
    if _TURTLE in graphs:
        yield from _check_shapes(release.path / _TURTLE)
    again = graphs.pop(_JSON_LD, None)
    if again is not None and again != graphs.get(_TURTLE, again):
        yield f"{release.path}: {_TURTLE} and {_JSON_LD} say different things"
    for path, graph in graphs.items():
        for fault in dict.fromkeys(_Description(graph, release, files).faults()):
            yield f"{release.path / path}: {fault}"


def _read(path: Path, format: ox.RdfFormat) -> set[ox.Triple]:
    """Read the triples of a file."""
    where = str(path)
    try:
        text = path.read_text(encoding="utf-8")
        check_depth(text, where)
        return {quad.triple for quad in ox.parse(text, format=format)}
    except UnicodeDecodeError as error:
        raise ParseError(where, None, None, "not UTF-8") from error
    except SyntaxError as error:
        raise ParseError(where, None, None, f"not well-formed: {error.msg}") from error


def _check_shapes(path: Path) -> Iterator[str]:
    """Report what breaks the shapes, each fault once."""
    try:
        report = validate(path, _SHAPES)
    except ParseError as error:
        yield str(error)
        return
    yield from dict.fromkeys(f"{one.where or path}: {one.focus}: {one.message}" for one in report.results)


def _dcat(file: File) -> _Facts:
    kind = media(file.path)
    return {
        "dcat:byteSize": {str(file.size)},
        "spdx:checksum/spdx:checksumValue": {file.sha256},
        "dcat:mediaType": {media_type_iri(kind.type)} if kind and kind.type else set(),
        "dcat:compressFormat": {media_type_iri(kind.compression)} if kind and kind.compression else set(),
    }


def _schema(file: File) -> _Facts:
    kind = media(file.path)
    return {
        "schema:contentSize": {f"{file.size} B"},
        "schema:sha256": {file.sha256},
        "schema:encodingFormat": {type for type in (kind and kind.type, kind and kind.compression) if type},
    }


_FACTS: Mapping[ox.NamedNode, Callable[[File], _Facts]] = {
    name("dcat:downloadURL"): _dcat,
    name("schema:contentUrl"): _schema,
    name("void:dataDump"): lambda file: {},
}
"""The facts stated of the file to which a property leads."""


class _Description:
    """A release, as one of the files describes it."""

    def __init__(self, triples: Iterable[ox.Triple], release: Release, files: Mapping[str, File]) -> None:
        self._files = files
        self._address = f"{release.base}release/{release.version}/"
        self._starts = (self._address, f"{release.base}release/{CURRENT}/")
        self._said: defaultdict[tuple[Value, ox.NamedNode], set[Value]] = defaultdict(set)
        for subject, predicate, value in triples:
            if isinstance(subject, Value) and isinstance(value, Value):
                self._said[subject, predicate].add(value)

    def faults(self) -> Iterator[str]:
        """Give its faults, in words that follow its name."""
        subjects = {subject for subject, _ in self._said}
        if ox.NamedNode(self._address) not in subjects:
            yield f"does not describe {self._address}"
        datasets = {one for one in subjects if not self._said[one, name("rdf:type")].isdisjoint(_DATASETS)}
        nodes = subjects.union(*self._said.values()) - datasets
        for address in sorted(node.value for node in nodes if isinstance(node, ox.NamedNode)):
            if address.startswith(self._starts) and self._file(address) is None:
                yield f"{address} is no file of the release"
        listed = set()
        for subject, predicate, value in sorted(self._links(), key=str):
            file = self._file(value.value)
            if file is None:
                yield f"{value.value} is no file of the release"
            else:
                listed.add(file.path)
                yield from self._untrue(subject, file.path, _FACTS[predicate](file))
        for path in sorted(self._files.keys() - listed - {f"{FOLDER}/{HTACCESS}"}):
            if path.startswith(f"{FOLDER}/"):
                yield f"does not list {path}"

    def _links(self) -> Iterator[tuple[Value, ox.NamedNode, Value]]:
        """Give the statements that lead to a file."""
        for (subject, predicate), values in self._said.items():
            if predicate in _FACTS:
                yield from ((subject, predicate, value) for value in values)

    def _file(self, address: str) -> File | None:
        """Return the file with an address in this release or the current one."""
        path = next((address[len(start) :] for start in self._starts if address.startswith(start)), "")
        return self._files.get(unquote(path.partition("#")[0]))

    def _untrue(self, subject: Value, path: str, facts: _Facts) -> Iterator[str]:
        for fact, expected in facts.items():
            nodes = {subject}
            for step in fact.split("/"):
                nodes = {value for node in nodes for value in self._said.get((node, name(step)), ())}
            said = {node.value for node in nodes}
            if said != expected:
                yield f"{path}: {fact} is {_join(said)}, not {_join(expected)}"


def _join(values: Iterable[str]) -> str:
    return " and ".join(sorted(values)) or "nothing"
