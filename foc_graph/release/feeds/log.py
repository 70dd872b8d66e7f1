"""The log of changes, from which all feeds are made: one event a line, each written once and carried on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.release.diff.change import Change
from foc_graph.release.diff.withdrawn import Withdrawn
from foc_graph.release.snapshot import Snapshot

FOLDER = "feeds"
LOG = "events.jsonl"
"""The log within the folder of feeds: JSON Lines, the oldest event first."""


class Event(NamedTuple):
    """A change as a release told it: `id` is an IRI, `sequence` counts through all releases, `day` is the release's."""

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


def read_log(path: Path) -> list[Event]:
    """The events of a log.

    Raises:
        ServiceError: for a file that is none, or cannot be read.
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


def write_log(path: Path, events: Iterable[Event]) -> None:
    """Write a log."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for event in events:
            file.write(json.dumps(event._asdict(), ensure_ascii=False, separators=(",", ":")) + "\n")


def told(snapshot: Snapshot, changes: Sequence[Change], earlier: Sequence[Event]) -> Iterator[Event]:
    """The changes of a snapshot as events that go on from earlier ones, the first change last.

    So a feed, which gives the newest first, has them in the order of the changes.

    Raises:
        ParameterError: if the snapshot's day lies before the last event's: streams are in the order of time.
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
        place = f"{snapshot.address}{FOLDER}/{LOG}#{sequence}"
        yield Event(place, sequence, snapshot.version, day, **change._asdict())


def redacted(events: Iterable[Event], withdrawn: Withdrawn) -> Iterator[Event]:
    """Earlier events, without what must no longer be named."""
    for event in events:
        if withdrawn.mentioned(" ".join((event.text, event.thing or "", *event.sources))):
            text = "An entry that was withdrawn later"
            yield event._replace(kind="withdrawal", thing=None, text=text, date=None, sources=())
        else:
            yield event
