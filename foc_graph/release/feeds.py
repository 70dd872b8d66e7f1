"""Feeds of a release: the log of all changes, an Atom feed for each coalition, and an event stream.

The log has one event a line, each written once and carried on from release to release; Atom (RFC 4287) gives the newest
of them. The Linked Data Event Stream (https://w3id.org/ldes/specification, https://w3id.org/tree/specification) has a
root page, and pages that never change for each release. A member is a version of a thing: it stands for the thing at
a release, with all that is stated of it then, its own properties moved to the member's IRI. The stream begins with all
things of its first release. In a page the hypermedia come first and then member after member, as
https://w3id.org/tree/specification/profile has it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.namespaces import PREFIXES, iri_of
from foc_graph.rdf.atom import Entry, format_feed
from foc_graph.rdf.terms import RDF_TYPE, XSD
from foc_graph.release.diff.changes import Change, Withdrawn
from foc_graph.release.diff.sentences import Names
from foc_graph.release.diff.snapshot_pair import Facts
from foc_graph.release.dumps import WHOLE, coalition_graphs
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.addresses import LATEST

FOLDER = "feeds"
LOG = "events.jsonl"
"""The log within the folder of feeds: JSON Lines, the oldest event first."""

_MOST = 200
"""How many entries an Atom feed has: the newest ones."""

_MOST_MEMBERS = 2_000
"""Most members of a page of the event stream."""

_ROOT = "ldes.ttl"
_HOLDS = (
    "Versions of things, each with all that is stated of it at a release, in any named graph; not what rules derive."
)
_TREE, _LDES, ACTIVITY = "https://w3id.org/tree#", "https://w3id.org/ldes#", "https://www.w3.org/ns/activitystreams#"
_VERSION_OF, _SEQUENCE = (ox.NamedNode(iri_of(name)) for name in ("dcterms:isVersionOf", "schema:position"))
_PUBLISHED = ox.NamedNode(f"{ACTIVITY}published")

_TYPE = ox.NamedNode(RDF_TYPE)
_PREFIXES = PREFIXES | {"as": ACTIVITY, "ldes": _LDES, "tree": _TREE}
ACTIONS = {"create": "Create", "update": "Update", "delete": "Delete"}


class Event(NamedTuple):
    """A published change: `id` is an IRI, `sequence` counts through all releases, `day` is of the release."""

    id: str
    sequence: int
    release: str
    day: str
    action: str
    kind: str
    thing: str | None
    coalition: str | None
    text: str
    date: str | None
    sources: tuple[str, ...]


def write_feeds(
    snapshot: Snapshot, folder: Path, earlier: Path | None, changes: Sequence[Change], withdrawn: Withdrawn, now: Names
) -> None:
    """Write the folder of feeds, continuing that of an earlier release, without people who are withdrawn.

    Raises:
        ParameterError: if the snapshot's day lies before that of the last event.
        ServiceError: if the earlier folder is damaged.
        OSError: if a file cannot be written.
    """
    folder.mkdir()
    events = list(_redact_events(read_log(earlier / LOG), withdrawn)) if earlier else []
    latest = list(_list_events(snapshot, changes, events))
    events += latest
    _write_log(folder / LOG, events)
    pages: dict[str, str] = {}
    if earlier:
        try:
            pages = _read_root(earlier / _ROOT)
            for name in pages:
                _carry_page(earlier / name, folder, snapshot.latest, withdrawn)
        except (SyntaxError, FileNotFoundError) as error:
            raise ServiceError(f"{earlier}: the event stream is damaged: restore the release: {error}") from error
    versions = _list_versions(latest, () if pages else _stated_things(snapshot))
    day = snapshot.day.isoformat()
    for name in _write_pages(folder, snapshot.latest, snapshot.version, day, versions, now.side.facts):
        pages[name] = day
    title = f"{snapshot.workspace.settings.title}: changes"
    _write_root(folder, snapshot.latest, title, pages)
    _write_atom_feeds(snapshot, folder, title, events, now)


def _write_atom_feeds(snapshot: Snapshot, folder: Path, title: str, events: Sequence[Event], names: Names) -> None:
    author, day = snapshot.workspace.settings.publisher, snapshot.day.isoformat()
    feeds = {WHOLE: (title, list(events))}
    for name, graph in coalition_graphs(snapshot).items():
        iris = snapshot.instances("coal:Coalition", graph)
        own = [event for event in events if event.coalition in iris]
        feeds[name] = (f"{', '.join(names.value(ox.NamedNode(iri)) for iri in iris)}: changes", own)
    for name, (heading, own) in feeds.items():
        address = f"{snapshot.latest}{FOLDER}/{name}.atom"
        write_atom(folder / f"{name}.atom", address, heading, author, own[-1].day if own else day, own)


def read_log(path: Path) -> list[Event]:
    """Read the events of a log.

    Raises:
        ServiceError: if the file is no log, or cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            return [_event(path, number, line) for number, line in enumerate(file, 1)]
    except (OSError, UnicodeDecodeError) as error:
        raise ServiceError(f"{path}: cannot be read: {error}") from error


def _event(path: Path, number: int, line: str) -> Event:
    try:
        event = Event(**json.loads(line))
        return event._replace(sources=tuple(event.sources))
    except (ValueError, TypeError, RecursionError) as error:
        problem = "not an event of a log: restore the release from which it is carried on"
        raise ServiceError(f"{path}:{number}: {problem}") from error


def _write_log(path: Path, events: Iterable[Event]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for event in events:
            file.write(json.dumps(event._asdict(), ensure_ascii=False, separators=(",", ":")) + "\n")


def _list_events(snapshot: Snapshot, changes: Sequence[Change], earlier: Sequence[Event]) -> Iterator[Event]:
    """Give the changes of a snapshot as events that continue earlier ones, the first change last.

    So a feed, which gives the newest first, has them in the order of the changes.
    """
    first, day = 1, snapshot.day.isoformat()
    if earlier:
        last = earlier[-1]
        first = last.sequence + 1
        if day < last.day:
            problem = f"its day {day} lies before that of release {last.release}, {last.day}"
            raise ParameterError(
                f"release {snapshot.version}: {problem}: set verified, or SOURCE_DATE_EPOCH, to a later one"
            )
    for sequence, change in enumerate(reversed(changes), first):
        address = f"{snapshot.address}{FOLDER}/{LOG}#{sequence}"
        yield Event(address, sequence, snapshot.version, day, **change._asdict())


def _redact_events(events: Iterable[Event], withdrawn: Withdrawn) -> Iterator[Event]:
    """Give earlier events, without what must no longer be named."""
    for event in events:
        if withdrawn.mentioned(" ".join((event.text, event.thing or "", *event.sources))):
            text = "An entry that was withdrawn later"
            yield event._replace(kind="withdrawal", thing=None, text=text, date=None, sources=())
        else:
            yield event


def write_atom(path: Path, address: str, title: str, author: str, day: str, events: Sequence[Event]) -> None:
    """Write a feed of events, which come in the order of the log; `address` is where the feed is found.

    That a thing was verified again is no news. `day` is when the feed was last changed, `author` who publishes it.

    Raises:
        OSError: if the file cannot be written.
    """
    news = [event for event in events if event.kind != "verified"]
    entries = (
        Entry(event.id, event.text, event.day, event.thing or "", [event.kind], _content(event))
        for event in reversed(news[-_MOST:])
    )
    path.write_bytes(format_feed(address, title, author, day, entries))


def _content(event: Event) -> str:
    lines = [f"{event.text}.", f"Release {event.release}."]
    if event.sources:
        lines.append(f"Sources: {', '.join(event.sources)}")
    return "\n".join(lines)


class _Version(NamedTuple):
    """A version of a thing: its place in the stream, and the activity that made it."""

    position: int
    action: str
    thing: str


def _stated_things(snapshot: Snapshot) -> list[str]:
    """List the IRIs of which anything is stated, sorted."""
    stated = (quad.subject for quad in snapshot.store.quads() if quad.graph_name != snapshot.derived_graph)
    return sorted({thing.value for thing in stated if isinstance(thing, ox.NamedNode)})


def _list_versions(events: Iterable[Event], first: Iterable[str]) -> Iterator[_Version]:
    """Give a version for each thing that events are about; those of the `first` things come before the log."""
    about: dict[str, Event] = {}
    for event in events:
        if event.thing:
            about.setdefault(event.thing, event)
    others = [thing for thing in first if thing not in about]
    for position, thing in enumerate(others, 1 - len(others)):
        yield _Version(position, "create", thing)
    for event in about.values():
        assert event.thing
        yield _Version(event.sequence, event.action, event.thing)


def _write_pages(
    folder: Path,
    latest: str,
    version: str,
    day: str,
    versions: Iterator[_Version],
    facts: Callable[[ox.NamedNode], Facts],
) -> Iterator[str]:
    """Write the pages of a release, and give their names; no page is written where there are no members.

    `folder` is that of the feeds, `latest` the address of the current release; `facts` gives what is stated of a thing.
    """
    number = 0
    while some := list(islice(versions, _MOST_MEMBERS)):
        number += 1
        name = f"ldes-{version}.ttl" if number == 1 else f"ldes-{version}-{number}.ttl"
        page = f"{latest}{FOLDER}/{name}"
        _write(folder / name, latest, page, [list(_member(page, one, day, facts)) for one in some])
        yield name


def _read_root(path: Path) -> dict[str, str]:
    """Read the names of the pages of an earlier stream, each with its day; none if it began without all things."""
    if not path.exists():
        return {}
    root = {(triple.subject, triple.predicate.value): triple.object for triple in ox.parse(path=path)}
    if _PUBLISHED not in root.values():
        return {}
    return {
        page.value.rpartition("/")[2]: root[relation, f"{_TREE}value"].value.partition("T")[0]
        for (relation, name), page in root.items()
        if name == f"{_TREE}node"
    }


def _carry_page(source: Path, folder: Path, latest: str, withdrawn: Withdrawn) -> None:
    """Carry the page of an earlier release over, as it is, or without members that must no longer be named."""
    content = source.read_bytes()
    target = folder / source.name
    if not withdrawn:
        target.write_bytes(content)
        return
    triples = [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE)]
    page, listed = f"{latest}{FOLDER}/{source.name}", ox.NamedNode(f"{_TREE}member")
    members = (
        list(group)
        for subject, group in groupby(triples, key=lambda triple: triple.subject)
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(f"{page}#")
    )
    shown = {triple.object for triple in triples if triple.predicate == listed}
    kept = [one for one in members if one[0].subject in shown and not any(withdrawn.mentioned(str(t)) for t in one)]
    _write(target, latest, page, kept)


def _write_root(folder: Path, latest: str, title: str, pages: Mapping[str, str]) -> None:
    """Write the root page, where a client begins; `pages` are the names of the others, each with its day."""
    root, stream = ox.NamedNode(f"{latest}{FOLDER}/{_ROOT}"), _stream(latest)
    paths = (
        ("timestampPath", _PUBLISHED),
        ("sequencePath", _SEQUENCE),
        ("versionOfPath", _VERSION_OF),
        *((f"version{name}Object", ox.NamedNode(ACTIVITY + name)) for name in ACTIONS.values()),
    )
    triples = [
        ox.Triple(stream, _TYPE, ox.NamedNode(f"{_LDES}EventStream")),
        ox.Triple(stream, ox.NamedNode(iri_of("dcterms:title")), ox.Literal(title)),
        ox.Triple(stream, ox.NamedNode(iri_of("dcterms:description")), ox.Literal(_HOLDS, language="en")),
        *(ox.Triple(stream, ox.NamedNode(_LDES + name), path) for name, path in paths),
        ox.Triple(stream, ox.NamedNode(f"{_TREE}view"), root),
        ox.Triple(root, _TYPE, ox.NamedNode(f"{_TREE}Node")),
        ox.Triple(root, _TYPE, ox.NamedNode(f"{_LDES}EventSource")),
    ]
    for name, day in pages.items():
        node = ox.NamedNode(f"{latest}{FOLDER}/{name}")
        for bound, kind in (("from", "GreaterThanOrEqualToRelation"), ("to", "LessThanOrEqualToRelation")):
            relation = ox.NamedNode(f"{root.value}#{bound}-{name.removeprefix('ldes-').removesuffix('.ttl')}")
            triples += [
                ox.Triple(root, ox.NamedNode(f"{_TREE}relation"), relation),
                ox.Triple(relation, _TYPE, ox.NamedNode(_TREE + kind)),
                ox.Triple(relation, ox.NamedNode(f"{_TREE}node"), node),
                ox.Triple(relation, ox.NamedNode(f"{_TREE}path"), _PUBLISHED),
                ox.Triple(relation, ox.NamedNode(f"{_TREE}value"), _literal(day)),
            ]
    _serialise(folder / _ROOT, latest, triples)


def _stream(latest: str) -> ox.NamedNode:
    return ox.NamedNode(f"{latest}{FOLDER}/{_ROOT}#stream")


def _member(page: str, version: _Version, day: str, facts: Callable[[ox.NamedNode], Facts]) -> Iterator[ox.Triple]:
    member, thing = ox.NamedNode(f"{page}#{version.position}"), ox.NamedNode(version.thing)
    yield ox.Triple(member, _TYPE, ox.NamedNode(ACTIVITY + ACTIONS[version.action]))
    yield ox.Triple(member, _VERSION_OF, thing)
    yield ox.Triple(member, _PUBLISHED, _literal(day))
    yield ox.Triple(member, _SEQUENCE, ox.Literal(version.position))
    ours = {_PUBLISHED.value, _VERSION_OF.value, _SEQUENCE.value}
    for predicate, values in sorted(facts(thing).items()) if version.action != "delete" else ():
        if predicate not in ours:
            yield from (ox.Triple(member, ox.NamedNode(predicate), value) for value in values)


def _write(path: Path, latest: str, page: str, members: Iterable[Sequence[ox.Triple]]) -> None:
    node, stream, listed = ox.NamedNode(page), _stream(latest), ox.NamedNode(f"{_TREE}member")
    triples = [
        ox.Triple(node, _TYPE, ox.NamedNode(f"{_TREE}Node")),
        ox.Triple(node, ox.NamedNode(f"{_LDES}immutable"), ox.Literal(True)),
    ]
    for member in members:
        triples += [ox.Triple(stream, listed, member[0].subject), *member]
    _serialise(path, latest, triples)


def _serialise(path: Path, latest: str, triples: Sequence[ox.Triple]) -> None:
    text = "".join(map(str, triples))
    prefixes = {prefix: namespace for prefix, namespace in _PREFIXES.items() if f"<{namespace}" in text}
    with path.open("wb") as file:
        ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=prefixes, base_iri=latest.removesuffix(LATEST))


def _literal(day: str) -> ox.Literal:
    return ox.Literal(f"{day}T00:00:00Z", datatype=ox.NamedNode(f"{XSD}dateTime"))
