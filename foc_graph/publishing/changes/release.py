"""What a release tells of its changes: `CHANGES.md`, `changes.rdfp` and the folder `feeds/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from foc_graph.errors import ServiceError
from foc_graph.publishing.canonical import canonical
from foc_graph.publishing.changes.change import Change, find_changes
from foc_graph.publishing.changes.names import KINDS, OTHER, Names
from foc_graph.publishing.changes.patch import check_patch, difference, patch_text
from foc_graph.publishing.changes.report import as_markdown
from foc_graph.publishing.changes.sides import Delta, Side, is_derived
from foc_graph.publishing.changes.withdrawn import Withdrawn
from foc_graph.publishing.dumps import WHOLE, coalition_graphs
from foc_graph.publishing.edition import Edition
from foc_graph.publishing.feeds.atom import write_atom
from foc_graph.publishing.feeds.ldes import carry_page, page_name, write_page, write_root
from foc_graph.publishing.feeds.log import FOLDER, LOG, Event, read_log, redacted, told, write_log
from foc_graph.releases import DUMP, read_release
from foc_graph.terms import COAL, RDF_TYPE, short
from foc_graph.workspace.patch import read_patch

REPORT, PATCH = "CHANGES.md", "changes.rdfp"


def write_changes(edition: Edition, folder: Path, previous: Path | None) -> None:
    """Tell how an edition, whose dumps are in `folder` already, differs from the previous release, in another folder.

    The patch is applied to the previous graph and the result compared by its hash. Without a previous release there is
    no patch, and the log begins with one event for each coalition.

    Raises:
        ParameterError: if the edition's day lies before that of the previous release.
        ServiceError: if the previous release is damaged.
        OSError: if a file cannot be written.
    """
    now = Names(Side(edition.store, edition.base))
    delta = Delta(()) if previous is None else _write_patch(edition, folder, previous)
    withdrawn = _withdrawn(edition, delta)
    if previous is None:
        changes = list(_first(edition, now))
        report = _first_report(edition, now)
    else:
        changes = find_changes(edition.store, edition.base, delta, withdrawn, edition.day.isoformat())
        report = _report(edition, now, previous, delta, changes)
    (folder / REPORT).write_text("".join(f"{line}\n" for line in report), encoding="utf-8", newline="\n")
    _write_feeds(edition, folder / FOLDER, previous and previous / FOLDER, changes, withdrawn, now)


def _withdrawn(edition: Edition, delta: Delta) -> Withdrawn:
    return Withdrawn(delta.quads("A"), delta.quads("D"), edition.base, edition.workspace.base)


def _write_patch(edition: Edition, folder: Path, previous: Path) -> Delta:
    """Write the patch from the previous release, and check where it leads."""
    with TemporaryDirectory(prefix=".changes-", dir=folder) as scratch:
        try:
            before = canonical(previous / DUMP, Path(scratch) / "old")
        except (OSError, SyntaxError) as error:
            raise ServiceError(f"{previous / DUMP}: cannot be read: {error}: restore the release") from error
        after = canonical(folder / DUMP, Path(scratch) / "new")
        with before.path.open("rb") as old, after.path.open("rb") as new:
            steps = list(difference(old, new))
        delta = Delta(steps)
        withdrawn = _withdrawn(edition, delta)
        path, last = folder / PATCH, previous / PATCH
        prev = next(iter(read_patch(last).headers.get("id", ())), None) if last.exists() else None
        with path.open("wb") as file:
            hashes = before.sha256, after.sha256
            file.writelines(patch_text(steps, hashes, prev, withdrawn.hides if withdrawn else None))
        with before.path.open("rb") as old:
            check_patch(old, path, after.sha256)
    return delta


def _first(edition: Edition, now: Names) -> Iterator[Change]:
    kind, coalition = ox.NamedNode(RDF_TYPE), ox.NamedNode(f"{COAL}Coalition")
    for thing in sorted({quad.subject for quad in edition.store.matching(None, kind, coalition)}, key=str):
        if isinstance(thing, ox.NamedNode):
            name = now.thing(thing)
            text = f"{name[0].upper()}{name[1:]} is in the record"
            sources = tuple(
                one.value
                for one in now.side.facts(thing).get("http://purl.org/dc/terms/source", ())
                if isinstance(one, ox.NamedNode)
            )
            yield Change("create", "coalition", thing.value, thing.value, text, None, sources)


def _first_report(edition: Edition, now: Names) -> Iterator[str]:
    derived = sum(1 for _ in edition.store.matching(None, None, None, edition.derived_graph))
    yield f"# Changes in {edition.version} ({edition.day})\n"
    yield f"The first release: there is no earlier one to compare it with. It holds {len(edition.store):,} statements,"
    yield f"of which rules derive {derived:,}, about:\n"
    kinds = Counter(
        now.kind(thing)
        for thing in {quad.subject for quad in edition.store.quads() if not is_derived(quad.graph_name)}
        if isinstance(thing, ox.NamedNode)
    )
    yield "| what | how many |"
    yield "| --- | ---: |"
    for kind in dict.fromkeys((*KINDS.values(), OTHER)):
        if kinds[kind]:
            yield f"| {kind} | {kinds[kind]:,} |"


def _report(edition: Edition, now: Names, previous: Path, delta: Delta, changes: Sequence[Change]) -> Iterator[str]:
    added, deleted, more, less = (delta.count(code, derived) for derived in (False, True) for code in "AD")
    yield f"# Changes in {edition.version} ({edition.day})\n"
    since = read_release(previous).version
    yield f"Since {since}, {added:,} statements were added and {deleted:,} removed,"
    yield f"besides {more:,} and {less:,} that rules derive."
    yield from as_markdown(changes, lambda iri: now.side.label(ox.NamedNode(iri)) or short(iri, edition.base))


def _write_feeds(
    edition: Edition, folder: Path, earlier: Path | None, changes: Sequence[Change], withdrawn: Withdrawn, now: Names
) -> None:
    folder.mkdir()
    events = list(redacted(read_log(earlier / LOG), withdrawn)) if earlier else []
    latest = list(told(edition, changes, events))
    write_page(folder, edition.latest, edition.version, latest, now.side.facts)
    events += latest
    write_log(folder / LOG, events)
    days = dict.fromkeys((event.release, event.day) for event in events)
    for version, _ in days:
        if earlier and (page := earlier / page_name(version)).exists():
            try:
                carry_page(page, folder, edition.latest, withdrawn)
            except SyntaxError as error:
                raise ServiceError(f"{page}: not Turtle: restore the release") from error
    title = f"{edition.workspace.settings.title}: changes"
    write_root(folder, edition.latest, title, [day for day in days if (folder / page_name(day[0])).exists()])
    _write_atom(edition, folder, title, events)


def _write_atom(edition: Edition, folder: Path, title: str, events: Sequence[Event]) -> None:
    author, day = edition.workspace.settings.publisher, edition.day.isoformat()
    kind, coalition = ox.NamedNode(RDF_TYPE), ox.NamedNode(f"{COAL}Coalition")
    names = Names(Side(edition.store, edition.base))
    feeds = {WHOLE: (title, list(events))}
    for name, graph in coalition_graphs(edition).items():
        described = [quad.subject for quad in edition.store.matching(None, kind, coalition, graph)]
        iris = {one.value: names.value(one) for one in described if isinstance(one, ox.NamedNode)}
        own = [event for event in events if event.coalition in iris]
        feeds[name] = (f"{', '.join(iris[iri] for iri in sorted(iris))}: changes", own)
    for name, (heading, own) in feeds.items():
        address = f"{edition.latest}{FOLDER}/{name}.atom"
        write_atom(folder / f"{name}.atom", address, heading, author, own[-1].day if own else day, own)
