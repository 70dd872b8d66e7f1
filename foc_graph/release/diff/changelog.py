"""Reports of changes in words, and the changes that a release publishes: `CHANGES.md`, `changes.rdfp`, `feeds/`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.namespaces import SOURCE_PROPERTIES, iri_of
from foc_graph.rdf.canonical import Canonical, canonical
from foc_graph.rdf.patch import Step, check_patch, difference, patch_text, read_patch, withhold
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.release.diff.changes import DONE, Change, Withdrawn, digests, find_changes, tidy
from foc_graph.release.diff.sentences import Names
from foc_graph.release.diff.snapshot_pair import KINDS, Delta, Side
from foc_graph.release.feeds import FOLDER, write_feeds
from foc_graph.release.snapshot import Snapshot
from foc_graph.workspace.releases import Release, read_release

REPORT, PATCH = "CHANGES.md", "changes.rdfp"

_SHARED = "Shared by all coalitions"
"""The heading of what belongs to no coalition in particular."""

_FEW, _SOME = 3, 12
_MANY = {
    "verified": (_FEW, "{n} entries were verified again"),
    "sources": (_SOME, "The sources of {n} entries changed"),
    "withdrawal": (_FEW, "{n} entries were withdrawn"),
    "nameless thing": (0, "{n} things without a name were {done}"),
    "concept": (_FEW, "{n} concepts were {done}"),
    "term": (_FEW, "{n} terms of the vocabulary were {done}"),
    "shape": (_FEW, "{n} shapes were {done}"),
    "identifier": (_SOME, "{n} identifiers were {done}"),
    "name": (_SOME, "{n} names were {done}"),
    "source": (_SOME, "{n} sources were {done}"),
    "city": (_SOME, "{n} cities were {done}"),
    "country": (_SOME, "{n} countries were {done}"),
    "region": (_SOME, "{n} regions were {done}"),
    "thing": (_SOME, "{n} other things were {done}"),
}
"""The kinds of which more than so many changes, of one group, are reported in one line."""

_TYPE, _COALITION = ox.NamedNode(RDF_TYPE), ox.NamedNode(iri_of("coal:Coalition"))


def write_changes(
    snapshot: Snapshot, folder: Path, lines: Canonical, previous: Release | None, newest: Release | None
) -> Delta:
    """Write below the folder of a release how a snapshot, with its canonical form, differs from the previous release.

    The log goes on from that of the `newest` release, which is another one after a rollback. The patch is applied to
    the previous graph and the result compared by its hash, and the delta that it holds is returned. Without a previous
    release there is no patch, and the log begins with one event for each coalition.

    Raises:
        ParameterError: if the snapshot's day lies before that of the newest release, or if a person who was taken out
            is still named.
        ServiceError: if the previous release is damaged.
        OSError: if a file cannot be written.
    """
    delta = Delta(())
    if previous is not None:
        with _compare(previous.dump, lines) as (before, steps):
            delta = Delta(steps)
            withdrawn = _withdrawn(snapshot, delta, None)
            told, withheld = withhold(steps, withdrawn.hides) if withdrawn else (steps, set[str]())
            last = previous.path / PATCH
            prev = read_patch(last).header("id") if last.exists() else None
            _write_patch(folder / PATCH, before, lines, told, prev, withheld)
    withdrawn = _withdrawn(snapshot, delta, newest if newest != previous else None)
    _check_unnamed(lines.path, withdrawn)
    now = Names(Side(snapshot.store, snapshot.base))
    changes = _write_report(snapshot, folder, now, previous and previous.version, delta, withdrawn)
    write_feeds(snapshot, folder / FOLDER, newest and newest.path / FOLDER, changes, withdrawn, now)
    return delta


def redact_changes(
    snapshot: Snapshot,
    folder: Path,
    lines: Canonical,
    release: Release,
    previous: Path | None,
    withdrawn: Withdrawn,
    hidden: Callable[[bytes], bool],
) -> None:
    """Write `CHANGES.md`, `changes.rdfp` and the feeds of a release below a folder, without people who are withdrawn.

    `snapshot` is what remains of the release, `lines` its canonical form; `previous` is the folder of the one before,
    as it will be. The patch keeps its `id`, by which the next one names it. Lines that it deleted, and that are
    `hidden` now, are withheld; those that it added are left out. Events keep their places in the log.

    Raises:
        ServiceError: if the release is damaged.
        OSError: if a file cannot be written.
    """
    delta = Delta(())
    if previous is not None:
        published = read_patch(release.path / PATCH)
        withheld = {sha256(line).hexdigest() for line in published.lines("D") if hidden(line)}
        withheld.update(published.headers.get("withheld", ()))
        prev, identity = published.header("prev"), published.header("id")
        with _compare(read_release(previous).dump, lines) as (before, steps):
            delta = Delta(steps)
            _write_patch(folder / PATCH, before, lines, steps, prev, withheld, identity)
    now = Names(Side(snapshot.store, snapshot.base))
    _write_report(snapshot, folder, now, release.previous, delta, withdrawn)
    write_feeds(snapshot, folder / FOLDER, release.path / FOLDER, (), withdrawn, now)


@contextmanager
def _compare(dump: Path, after: Canonical) -> Iterator[tuple[Canonical, list[Step]]]:
    """Give the graph in the dump of the previous release, in canonical form, and what leads on from it."""
    with TemporaryDirectory(dir=after.path.parent) as scratch:
        try:
            before = canonical(dump, Path(scratch) / "old")
        except (OSError, SyntaxError) as error:
            raise ServiceError(f"{dump}: cannot be read: {error}: restore the release") from error
        with before.path.open("rb") as old, after.path.open("rb") as new:
            steps = list(difference(old, new))
        yield before, steps


def _write_patch(
    path: Path,
    before: Canonical,
    after: Canonical,
    steps: Iterable[Step],
    prev: str | None,
    withheld: set[str],
    identity: str | None = None,
) -> None:
    """Write a patch, and check where it leads."""
    with path.open("wb") as file:
        file.writelines(patch_text(steps, (before.sha256, after.sha256), prev, withheld, identity))
    with before.path.open("rb") as old:
        check_patch(old, path, after.sha256)


def _withdrawn(snapshot: Snapshot, delta: Delta, newest: Release | None) -> Withdrawn:
    """Find who was taken out since the previous release, and since the `newest`, if that is another one."""
    gone = chain(delta.quads("D"), newest.quads() if newest else ())
    return Withdrawn(digests(delta.quads("A")), gone, snapshot.base, snapshot.workspace.base)


def _check_unnamed(lines: Path, withdrawn: Withdrawn) -> None:
    """Refuse a graph that still names a person whom it has taken out."""
    if not withdrawn:
        return
    with lines.open("rb") as file:
        found = {line.partition(b" ")[0].decode() for line in file if withdrawn.hides(line)}
    if found:
        things = ", ".join(sorted(found)[:5])
        raise ParameterError(f"a removed person is still named in {things}: reword these entries")


def _write_report(
    snapshot: Snapshot, folder: Path, now: Names, previous: str | None, delta: Delta, withdrawn: Withdrawn
) -> list[Change]:
    """Write `CHANGES.md` below the folder of a release, and return the changes since the previous version, if any."""
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
            text = f"{name[0].upper()}{name[1:]} was added"
            yield Change(
                "create",
                "coalition",
                thing.value,
                thing.value,
                text,
                None,
                tuple(now.side.facts(thing).iris(*SOURCE_PROPERTIES)),
            )


def _first_report(snapshot: Snapshot, now: Names) -> Iterator[str]:
    derived = sum(1 for _ in snapshot.store.matching(None, None, None, snapshot.derived_graph))
    yield f"# Changes in {snapshot.version} ({snapshot.day})\n"
    yield f"The first release: there is no earlier one to compare it with. It holds {len(snapshot.store):,} statements,"
    yield f"{derived:,} of them derived by rules, about:\n"
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


def _group_changes(changes: Iterable[Change], label: Callable[[str], str]) -> Iterator[tuple[str, list[Change | str]]]:
    """Group changes by coalition, each group with its heading; those of no coalition come last.

    Many changes of one kind are one line. `label` names a coalition by its IRI.
    """
    for coalition, group in groupby(changes, key=lambda change: change.coalition):
        yield tidy(label(coalition)) if coalition else _SHARED, list(_shorten(list(group)))


def _shorten(changes: Sequence[Change]) -> Iterator[Change | str]:
    of_kind: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        of_kind.setdefault((change.kind, change.action), []).append(change)
    for (kind, action), some in of_kind.items():
        limit, sentence = _MANY.get(kind, (len(some), ""))
        things = len({change.thing or change.text for change in some})
        if len(some) > limit and things > 1:
            yield sentence.format(n=f"{things:,}", done=DONE[action])
        else:
            yield from some


def as_text(changes: Iterable[Change], label: Callable[[str], str]) -> Iterator[str]:
    """Give the lines of a report for a terminal."""
    for heading, group in _group_changes(changes, label):
        yield heading
        yield from (f"  {line if isinstance(line, str) else line.text}" for line in group)


def as_markdown(changes: Iterable[Change], label: Callable[[str], str]) -> Iterator[str]:
    """Give the lines of a report in Markdown (CommonMark), with links to the sources."""
    for heading, group in _group_changes(changes, label):
        yield f"\n## {_escape(heading)}\n"
        for line in group:
            yield (
                f"- {_escape(line)}."
                if isinstance(line, str)
                else f"- {_escape(line.text)}.{_link_sources(line, label)}"
            )


def _link_sources(change: Change, label: Callable[[str], str]) -> str:
    links = [
        f"[{_escape(label(source))}](<{source}>)"
        for source in change.sources
        if source.startswith(("http://", "https://"))
    ]
    more = f" and {len(links) - 3} more" if len(links) > 3 else ""
    return f" Source{'s' * (len(links) > 1)}: {', '.join(links[:3])}{more}." if links else ""


def _escape(text: str) -> str:
    """Return a text that stands for itself in Markdown, on one line (CommonMark 0.31, section 2.4)."""
    line = " ".join(text.split())
    return re.sub(r"([\\`*_{}\[\]<>&#|~!])|^([-+=]|[0-9]+(?=[.)]))", _escape_match, line)


def _escape_match(match: re.Match[str]) -> str:
    special = match[0]
    return f"{special}\\" if special[0].isdigit() else f"\\{special}"
