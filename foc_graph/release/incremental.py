"""Incremental releases: files are carried over from the previous one where writing them anew would give the same bytes.

The traces of the pages of the previous release say what they were made of. They lie in the user's cache folder, by the
digest of the release and of the program; without them every page is written anew.
"""

from __future__ import annotations

import json
import platform
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

import foc_graph
from foc_graph.errors import ServiceError
from foc_graph.graph.cache import private_folder
from foc_graph.progress import Track
from foc_graph.release.diff.snapshot_pair import Delta, Side
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.addresses import Addresses, own_files
from foc_graph.workspace.releases import SUMS, Release

if TYPE_CHECKING:
    from foc_graph.site.about import Site
    from foc_graph.site.pages import EarlierSite, Task, Trace

_FOLDER = "pages"
_KEPT = 4
_LIBRARIES = ("pyoxigraph", "jinja2", "markupsafe", "backports.zstd")


class Earlier(NamedTuple):
    """A release that this very program made, and the traces of its pages."""

    release: Release
    traces: Path

    def digest(self, path: str) -> str:
        """Return the SHA-256 digest of one of its files as it was published, or an empty text."""
        return str(self.release.manifest["files"].get(path, {}).get("sha256", ""))


def find_earlier(release: Release | None) -> Earlier | None:
    """Find the traces of a release from which files may be carried over; None if there are none."""
    with suppress(OSError, RuntimeError, ServiceError, ValueError):
        if release is not None:
            traces = _trace_file(release.path)
            with traces.open("rb") as file:
                stated = file.readline().strip().decode()
                if file_digest(file, "sha256").hexdigest() == stated:
                    return Earlier(release, traces)
    return None


def keep_traces(traces: Path, folder: Path) -> None:
    """Keep the traces of the pages of a release in a folder for the next one, whole, if possible."""
    with suppress(OSError, RuntimeError, ServiceError):
        trace = _trace_file(folder)
        aside = trace.with_suffix(".new")
        with traces.open("rb") as source, aside.open("wb") as target:
            target.write(f"{file_digest(source, 'sha256').hexdigest()}\n".encode())
            source.seek(0)
            copyfileobj(source, target)
        aside.replace(trace)
        known = sorted(trace.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in known[_KEPT:]:
            path.unlink(missing_ok=True)


def write_pages(
    snapshot: Snapshot,
    folder: Path,
    track: Track,
    traces: Path,
    versions: Sequence[str] = (),
    known: tuple[Earlier, Delta] | None = None,
    meanwhile: Callable[[], None] = lambda: None,
    workers: int | None = None,
    *,
    pictured: Sequence[str] | None = None,
) -> None:
    """Write the site below the folder of a release, with pages of an earlier one where they would come out the same.

    `traces` is a file to write, by which a later release can carry pages over. `versions` are those of earlier
    releases, newest first. `known` is the earlier release, with what leads on from it. `meanwhile` is
    as in `write_site`, `pictured` as in `Site`.

    Raises:
        WorkspaceError: for a thing whose name no file can have.
        ParseError: for a shape or stored query that cannot be read.
        OSError: if a file cannot be written.
    """
    from foc_graph.site.about import Site
    from foc_graph.site.pages import write_site

    assert snapshot.store.folder is not None
    site = Site.of(snapshot.workspace.settings, snapshot.base, snapshot.version, snapshot.day.isoformat())
    site = site._replace(pictured=pictured)
    before = earlier_site(site, known[0].release) if known else None
    write_site(
        snapshot.workspace,
        snapshot.store.folder,
        site,
        folder,
        track,
        versions,
        before=before,
        plan=lambda iris: tasks(snapshot, iris, known if before else None),
        record=lambda written: write_traces(traces, _pages_besides(snapshot), written),
        workers=workers,
        meanwhile=meanwhile,
    )


def earlier_site(site: Site, release: Release) -> EarlierSite | None:
    """Return the site of an earlier release under the same base; None where pages differ in more than its name."""
    from foc_graph.site.pages import EarlierSite

    about = release.manifest
    said = [about.get(name) for name in ("title", "publisher", "licence", "corrections")]
    is_alike = said == [site.title, site.publisher, site.licence, site.corrections]
    if not is_alike or about.get("pictured") != site.pictured:
        return None
    return EarlierSite(site.of_version(release.version, about["day"]), release.path)


def tasks(snapshot: Snapshot, iris: Sequence[str], known: tuple[Earlier, Delta] | None) -> Iterator[Task]:
    """Give a task for each IRI, in order: a page is carried over where it would come out as it did before."""
    from foc_graph.site.pages import Task

    if known is None:
        yield from map(Task, iris)
        return
    addresses = Addresses(snapshot.base)
    for iri, trace in zip(iris, _unchanged(snapshot, iris, *known), strict=True):
        files = own_files(addresses.page(iri) or "") if trace else []
        yield Task(iri, trace, tuple(map(known[0].digest, files)))


def _pages_besides(snapshot: Snapshot) -> set[str]:
    """Return the IRIs that have pages for another reason than what is said of them."""
    from foc_graph.site.view import find_shared

    return {graph.value for graph in snapshot.store.graphs()} | (find_shared(snapshot.store, snapshot.base) or set())


def write_traces(path: Path, besides: Iterable[str], traces: Iterable[Trace]) -> Iterator[Trace]:
    """Write traces as they come, which are given on, after the IRIs that have pages for other reasons."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(sorted(besides)) + "\n")
        for trace in traces:
            file.write(json.dumps(trace) + "\n")
            yield trace


class _Changed:
    """The things that differ from what they were when earlier pages were written."""

    def __init__(self, snapshot: Snapshot, delta: Delta, besides: Iterable[str]) -> None:
        """Take the delta that led to the snapshot, and what had pages before for another reason than what was said."""
        from foc_graph.descriptions import describe, outline
        from foc_graph.site.pages import digest

        quads = [*delta.quads("A"), *delta.quads("D")]
        after, before = (Side(snapshot.store, snapshot.base, one) for one in (None, delta))
        subjects = {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        outlines = {
            subject.value
            for subject in subjects
            if outline(describe(subject.value, after.quads(subject), snapshot.derived_graph))
            != outline(describe(subject.value, before.quads(subject), snapshot.derived_graph))
        }
        outlines |= set(besides) ^ _pages_besides(snapshot)
        named = (term for quad in quads for term in (quad.object, quad.graph_name))
        self._named = frozenset(digest(term.value) for term in named if isinstance(term, ox.NamedNode))
        self._whole = frozenset(digest(subject.value) for subject in subjects)
        self._outlines = frozenset(map(digest, outlines))

    def touches(self, trace: Trace) -> bool:
        """Whether a page may come out otherwise than it did."""
        return (
            not trace.is_lasting
            or not self._named.isdisjoint(trace.pointed.split())
            or not self._whole.isdisjoint(trace.whole.split())
            or not self._outlines.isdisjoint(trace.outlines.split())
        )


def _unchanged(snapshot: Snapshot, iris: Iterable[str], earlier: Earlier, delta: Delta) -> Iterator[Trace | None]:
    """Give for each IRI, in order, the trace of the page that it had, where it would come out the same; or None.

    `delta` led to the snapshot from the earlier release.
    """
    from foc_graph.site.pages import Trace

    with earlier.traces.open(encoding="utf-8", newline="\n") as file:
        file.readline()
        changed = _Changed(snapshot, delta, json.loads(file.readline()))
        traces = (Trace(*json.loads(line)) for line in file)
        trace = next(traces, None)
        for iri in iris:
            while trace and trace.iri < iri:
                trace = next(traces, None)
            yield trace if trace and trace.iri == iri and not changed.touches(trace) else None


def _trace_file(folder: Path) -> Path:
    digest = sha256((folder / SUMS).read_bytes() + _program()).hexdigest()
    return private_folder(_FOLDER) / digest


def _program() -> bytes:
    """Return a digest of all by which the bytes of a release may differ besides its input."""
    digest = sha256(f"{platform.python_version()} {zlib.ZLIB_RUNTIME_VERSION}".encode())
    for library in _LIBRARIES:
        digest.update(f" {version(library)}".encode())
    root = Path(foc_graph.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return digest.digest()
