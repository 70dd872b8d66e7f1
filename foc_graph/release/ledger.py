"""The ledger of a release: every IRI ever published, and since when; none may vanish."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.namespaces import iri_digest, short
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.addresses import whole
from foc_graph.workspace.releases import LEDGER

_COLUMNS = ("iri", "since", "withdrawn")
_DIGEST = "sha256:"
_SHOWN = 5
_DIGESTS = "SELECT ?digest WHERE { ?tombstone a coal:Tombstone ; coal:digest ?digest }"


class Entry(NamedTuple):
    """The version that first published an IRI, and the one that withdrew it, or an empty text."""

    since: str
    withdrawn: str


def read_ledger(release: Path) -> dict[str, Entry]:
    """Read the ledger of a release: entries by IRI, or by `sha256:` and its digest for what was withdrawn.

    Raises:
        ServiceError: if it cannot be read.
    """
    path = release / LEDGER
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
            if tuple(header) != _COLUMNS:
                raise ValueError
            return {iri: Entry(since, withdrawn) for iri, since, withdrawn in rows}
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, csv.Error) as error:
        raise ServiceError(f"{path}: not a ledger: restore it from a copy of the release") from error


def write_ledger(snapshot: Snapshot, folder: Path, earlier: Iterable[Path]) -> None:
    """Write the ledger of a release, continuing those of the earlier ones.

    Skolem IRIs, which stand for blank nodes, have no lasting names and are left out, and citations are parts of their
    claims. What is described no more must have a tombstone, and stays as the digest of its IRI; of a claim the page of
    its thing goes on telling.

    Raises:
        ParameterError: for a published IRI that would vanish.
        ServiceError: if an earlier ledger cannot be read.
    """
    entries: dict[str, Entry] = {}
    for release in earlier:
        entries = read_ledger(release) | entries
    base, derived = ox.Literal(snapshot.base), snapshot.derived_graph
    own = f"GRAPH ?graph {{ ?thing ?p ?o }} FILTER(?graph != {derived} && STRSTARTS(STR(?thing), {base}))"
    things = {row["thing"] for row in snapshot.rows(f"SELECT DISTINCT ?thing WHERE {{ {own} }}")}
    unnamed = f"{snapshot.base}.well-known/"
    things = {thing for thing in things if not (thing.startswith(unnamed) or (whole(thing) and "#" in thing))}
    things |= set(_files(snapshot))
    digests = {row["digest"] for row in snapshot.rows(_DIGESTS)}
    now = {thing: entries.get(thing, Entry(snapshot.version, "")) for thing in things}
    gone: list[str] = []
    for iri, entry in entries.items():
        if entry.withdrawn:
            now[iri] = entry
        elif iri not in things:
            names = (f"{snapshot.workspace.base}{one.removeprefix(snapshot.base)}" for one in (iri, whole(iri)) if one)
            if whole(iri) in things or any(iri_digest(one) in digests for one in names):  # as tombstones know them
                now[name_withdrawn(iri)] = Entry(entry.since, snapshot.version)
            else:
                gone.append(iri)
    if gone:
        named = ", ".join(short(iri, snapshot.base) for iri in sorted(gone)[:_SHOWN])
        more = f" and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else ""
        advice = "let it name its successor by dcterms:isReplacedBy, or give it a tombstone (docs/reference/release.md)"
        raise ParameterError(f"published before and now gone: {named}{more}: {advice}")
    _write(folder, now)


def redact_ledger(release: Path, folder: Path, newest: Mapping[str, Entry], hides: Callable[[str], bool]) -> None:
    """Write the ledger of a release anew, with digests in place of the IRIs that are to be hidden.

    `newest` is the ledger of the newest release, which says in which version each was withdrawn.

    Raises:
        ServiceError: if it cannot be read.
    """
    entries = read_ledger(release)
    for iri in [iri for iri, entry in entries.items() if not entry.withdrawn and hides(iri)]:
        name = name_withdrawn(iri)
        if name in newest:
            entries[name] = Entry(entries.pop(iri).since, newest[name].withdrawn)
    _write(folder, entries)


def _write(folder: Path, entries: Mapping[str, Entry]) -> None:
    with (folder / LEDGER).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows((iri, *entries[iri]) for iri in sorted(entries))


def _files(snapshot: Snapshot) -> Iterator[str]:
    """Give the IRIs of shapes and stored queries, which are files and not in the graph."""
    workspace = snapshot.workspace
    for path in workspace.shape_files:
        triples, _ = parse_turtle(read_text(path, workspace.name(path)), workspace.name(path))
        subjects = {one.subject.value for one in triples if isinstance(one.subject, ox.NamedNode)}
        yield from (iri for iri in subjects if iri.startswith(snapshot.base))
    if snapshot.base == workspace.base:
        yield from (f"{snapshot.base}query/{path.stem}" for path in workspace.own_files("queries", ".rq"))


def name_withdrawn(iri: str) -> str:
    """Return the entry that stands in a ledger for an IRI that was withdrawn."""
    return _DIGEST + iri_digest(iri)
