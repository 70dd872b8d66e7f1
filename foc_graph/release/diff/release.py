"""What a release tells of its changes: `CHANGES.md`, `changes.rdfp` and the folder `feeds/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.namespaces import iri_of
from foc_graph.rdf.canonical import Canonical, canonical
from foc_graph.rdf.patch import read_patch
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.release.diff.change import Change, find_changes
from foc_graph.release.diff.names import KINDS, Names
from foc_graph.release.diff.patch import check_patch, difference, patch_text, withhold
from foc_graph.release.diff.report import as_markdown
from foc_graph.release.diff.snapshot_pair import Delta, Side
from foc_graph.release.diff.withdrawn import Withdrawn, digests
from foc_graph.release.dumps import WHOLE, coalition_graphs
from foc_graph.release.feeds.atom import write_atom
from foc_graph.release.feeds.ldes import carry_page, page_name, write_page, write_root
from foc_graph.release.feeds.log import FOLDER, LOG, Event, read_log, redacted, told, write_log
from foc_graph.release.snapshot import Snapshot
from foc_graph.workspace.releases import Release

REPORT, PATCH = "CHANGES.md", "changes.rdfp"
_TYPE, _COALITION = ox.NamedNode(RDF_TYPE), ox.NamedNode(iri_of("coal:Coalition"))


def write_changes(
    snapshot: Snapshot, folder: Path, lines: Canonical, previous: Release | None, newest: Release | None
) -> Delta:
    """Tell below the folder of a release how a snapshot, with its canonical form, differs from the previous release.

    The log goes on from that of the `newest` release, which is another one after a rollback. The patch is applied to
    the previous graph and the result compared by its hash, and what it says is given back. Without a previous release
    there is no patch, and the log begins with one event for each coalition.

    Raises:
        ParameterError: if the snapshot's day lies before that of the newest release, or if a person who was taken out
            is still named.
        ServiceError: if the previous release is damaged.
        OSError: if a file cannot be written.
    """
    now = Names(Side(snapshot.store, snapshot.base))
    delta = Delta(()) if previous is None else _write_patch(snapshot, folder, lines, previous)
    withdrawn = _withdrawn(snapshot, delta, newest if newest != previous else None)
    _check_unnamed(lines.path, withdrawn)
    changes = write_report(snapshot, folder, now, previous and previous.version, delta, withdrawn)
    write_feeds(snapshot, folder / FOLDER, newest and newest.path / FOLDER, changes, withdrawn, now)
    return delta


def _withdrawn(snapshot: Snapshot, delta: Delta, newest: Release | None) -> Withdrawn:
    """Who was taken out since the previous release, and since the `newest`, if that is another one."""
    gone = chain(delta.quads("D"), ox.parse(path=newest.dump) if newest else ())
    return Withdrawn(digests(delta.quads("A")), gone, snapshot.base, snapshot.workspace.base)


def _check_unnamed(lines: Path, withdrawn: Withdrawn) -> None:
    """Refuse a graph that still names a person whom it has taken out."""
    if not withdrawn:
        return
    with lines.open("rb") as file:
        found = {line.partition(b" ")[0].decode() for line in file if withdrawn.hides(line)}
    if found:
        things = ", ".join(sorted(found)[:5])
        raise ParameterError(f"a person who was taken out is still named by {things}: reword what these say")


def _write_patch(snapshot: Snapshot, folder: Path, after: Canonical, previous: Release) -> Delta:
    """Write the patch from the previous release, and check where it leads."""
    with TemporaryDirectory(dir=after.path.parent) as scratch:
        try:
            before = canonical(previous.dump, Path(scratch) / "old")
        except (OSError, SyntaxError) as error:
            raise ServiceError(f"{previous.dump}: cannot be read: {error}: restore the release") from error
        with before.path.open("rb") as old, after.path.open("rb") as new:
            steps = list(difference(old, new))
        delta = Delta(steps)
        withdrawn = _withdrawn(snapshot, delta, None)
        told, withheld = withhold(steps, withdrawn.hides) if withdrawn else (steps, set[str]())
        path, last = folder / PATCH, previous.path / PATCH
        prev = next(iter(read_patch(last).headers.get("id", ())), None) if last.exists() else None
        with path.open("wb") as file:
            file.writelines(patch_text(told, (before.sha256, after.sha256), prev, withheld))
        with before.path.open("rb") as old:
            check_patch(old, path, after.sha256)
    return delta


def write_report(
    snapshot: Snapshot, folder: Path, now: Names, previous: str | None, delta: Delta, withdrawn: Withdrawn
) -> list[Change]:
    """Write `CHANGES.md` below the folder of a release, and give the changes since the previous version, if any.

    Raises:
        OSError: if it cannot be written.
    """
    if previous is None:
        changes = list(_first(snapshot, now))
        report = _first_report(snapshot, now)
    else:
        changes = find_changes(snapshot.store, snapshot.base, delta, withdrawn, snapshot.day.isoformat())
        report = _report(snapshot, now, previous, delta, changes)
    (folder / REPORT).write_text("".join(f"{line}\n" for line in report), encoding="utf-8", newline="\n")
    return changes


def _first(snapshot: Snapshot, now: Names) -> Iterator[Change]:
    for thing in sorted({quad.subject for quad in snapshot.store.matching(None, _TYPE, _COALITION)}, key=str):
        if isinstance(thing, ox.NamedNode):
            name = now.thing(thing)
            text = f"{name[0].upper()}{name[1:]} is in the record"
            sources = tuple(
                one.value
                for one in now.side.facts(thing).get("http://purl.org/dc/terms/source", ())
                if isinstance(one, ox.NamedNode)
            )
            yield Change("create", "coalition", thing.value, thing.value, text, None, sources)


def _first_report(snapshot: Snapshot, now: Names) -> Iterator[str]:
    derived = sum(1 for _ in snapshot.store.matching(None, None, None, snapshot.derived_graph))
    yield f"# Changes in {snapshot.version} ({snapshot.day})\n"
    yield f"The first release: there is no earlier one to compare it with. It holds {len(snapshot.store):,} statements,"
    yield f"of which rules derive {derived:,}, about:\n"
    kinds: Counter[str] = Counter()
    counted: set[ox.NamedNode | ox.BlankNode | ox.Triple] = set()
    for name, kind in KINDS.items():
        things = {one.subject for one in snapshot.store.matching(None, _TYPE, ox.NamedNode(iri_of(name)))} - counted
        kinds[kind] += len(things)
        counted |= things
    yield "| what | how many |"
    yield "| --- | ---: |"
    for kind in dict.fromkeys(KINDS.values()):
        if kinds[kind]:
            yield f"| {kind} | {kinds[kind]:,} |"


def _report(snapshot: Snapshot, now: Names, previous: str, delta: Delta, changes: Sequence[Change]) -> Iterator[str]:
    added, deleted, more, less = (delta.count(code, derived) for derived in (False, True) for code in "AD")
    yield f"# Changes in {snapshot.version} ({snapshot.day})\n"
    yield f"Statements added since {previous}: {added:,}; removed: {deleted:,}."
    yield f"Besides, of those that rules derive: {more:,} and {less:,}."
    yield from as_markdown(changes, lambda iri: now.side.name(ox.NamedNode(iri)))


def write_feeds(
    snapshot: Snapshot, folder: Path, earlier: Path | None, changes: Sequence[Change], withdrawn: Withdrawn, now: Names
) -> None:
    """Write the folder of feeds, which goes on from that of an earlier release, without who is withdrawn.

    Raises:
        ParameterError: if the snapshot's day lies before that of the last event.
        ServiceError: if the earlier folder is damaged.
        OSError: if a file cannot be written.
    """
    folder.mkdir()
    events = list(redacted(read_log(earlier / LOG), withdrawn)) if earlier else []
    latest = list(told(snapshot, changes, events))
    write_page(folder, snapshot.latest, snapshot.version, latest, now.side.facts)
    events += latest
    write_log(folder / LOG, events)
    days = dict.fromkeys((event.release, event.day) for event in events)
    for version, _ in days:
        if earlier and (page := earlier / page_name(version)).exists():
            try:
                carry_page(page, folder, snapshot.latest, withdrawn)
            except SyntaxError as error:
                raise ServiceError(f"{page}: not Turtle: restore the release") from error
    title = f"{snapshot.workspace.settings.title}: changes"
    write_root(folder, snapshot.latest, title, [day for day in days if (folder / page_name(day[0])).exists()])
    _write_atom(snapshot, folder, title, events, now)


def _write_atom(snapshot: Snapshot, folder: Path, title: str, events: Sequence[Event], names: Names) -> None:
    author, day = snapshot.workspace.settings.publisher, snapshot.day.isoformat()
    feeds = {WHOLE: (title, list(events))}
    for name, graph in coalition_graphs(snapshot).items():
        described = [quad.subject for quad in snapshot.store.matching(None, _TYPE, _COALITION, graph)]
        iris = {one.value: names.value(one) for one in described if isinstance(one, ox.NamedNode)}
        own = [event for event in events if event.coalition in iris]
        feeds[name] = (f"{', '.join(iris[iri] for iri in sorted(iris))}: changes", own)
    for name, (heading, own) in feeds.items():
        address = f"{snapshot.latest}{FOLDER}/{name}.atom"
        write_atom(folder / f"{name}.atom", address, heading, author, own[-1].day if own else day, own)
