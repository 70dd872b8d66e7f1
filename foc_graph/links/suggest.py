"""Links that may be missing: for each thing the most similar ones of another dataset, as a mapping set for review."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from itertools import islice
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from typing import Any, NamedTuple

from foc_graph import __version__
from foc_graph.errors import ServiceError
from foc_graph.links.targets import Record
from foc_graph.matching.index import Thing
from foc_graph.matching.matcher import Asked, Candidate, Matcher
from foc_graph.matching.names import normalised
from foc_graph.progress import Track, tracked, untracked
from foc_graph.sssom.identifiers import NO_LICENCE, declare_prefixes
from foc_graph.sssom.tsv import AUTHOR_TYPE, MappingSet, Row, converter, format_mappings
from foc_graph.store import Store
from foc_graph.store.http import words
from foc_graph.store.results import as_rows
from foc_graph.workspace.settings import Workspace

LEAST = 0.4
"""Least probability of what is suggested, unless another one is asked for."""

MOST = 5
"""Most suggestions for one thing."""

_NAMES = 8
"""Most names of a record that are asked for."""

_DATED_NAMES = 2
"""Most names that are asked for with the year of an event or document too."""

_BATCH = 200
_FEW = 20
"""Batches that one process has matched before several have begun."""

_AHEAD = 4
"""Batches for each process that wait to be matched."""

_DATED = ("event", "document")
"""Kinds of things that differ where their years do."""

_DATES = """SELECT DISTINCT ?thing ?date WHERE {
  { ?thing a coal:Event ; coal:begin|coal:end ?date } UNION { ?thing a coal:Document ; dcterms:issued|coal:date ?date }
}"""

Years = Mapping[str, set[str]]
"""The years of events and documents, by IRI."""


class Suggestion(NamedTuple):
    """A possible link from a thing to a record; `is_same` is whether both are known to be of a kind.

    `features` are the names of those that speak for it or against it.
    """

    thing: Thing
    record: Record
    probability: float
    explanation: str
    features: tuple[str, ...]
    is_same: bool


class _Found(NamedTuple):
    """A candidate that a process returns: the thing by its IRI."""

    iri: str
    probability: float
    explanation: str
    features: tuple[str, ...]


def read_years(store: Store) -> Years:
    """Return the years of a graph's events and documents.

    Raises:
        FocGraphError: if the store does not answer.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in as_rows(store.query(_DATES)):
        found[row["thing"]].add(str(row["date"])[:4])
    return found


def suggest(
    things: Sequence[Thing],
    records: Iterable[Record],
    total: int,
    kinds: tuple[str, ...] = (),
    years: Years | None = None,
    least: float = LEAST,
    track: Track = untracked,
    workers: int | None = None,
) -> Generator[Suggestion, None, None]:
    """Give possible links of things to records, with at least a probability, in the order of the records.

    Only records are looked at that may be of one of `kinds`, if any, and are no things themselves; `total` is how many
    records there are, which `track` is told. Many are shared out among processes, one for each core or `workers`. Those
    are spawned: a script that calls this must begin with `if __name__ == "__main__":`.

    Raises:
        ServiceError: if a process was killed.
        FocGraphError: what reading the records raises.
    """
    known = {thing.iri: thing for thing in things}
    wanted = tracked(records, "matching", total, track, _BATCH)
    others = (record for record in wanted if record.iri not in known)
    asked = ((record, asking) for record in others if (asking := kinds_asked(record, kinds)) is not None)
    for record, asking, found in _matched(things, years or {}, asked, least, workers or os.cpu_count() or 1):
        for one in found:
            yield Suggestion(known[one.iri], record, one.probability, one.explanation, one.features, bool(asking))


def best(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Return the best suggestions for each thing, the most probable first, then by thing and record."""
    kept: defaultdict[str, list[Suggestion]] = defaultdict(list)
    for one in suggestions:
        kept[one.thing.iri] = sorted([*kept[one.thing.iri], one], key=_order)[:MOST]
    return sorted((one for of_thing in kept.values() for one in of_thing), key=_order)


def _order(one: Suggestion) -> tuple[float, str, str]:
    return -one.probability, one.thing.iri, one.record.iri


def kinds_asked(record: Record, kinds: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the kinds of things that a record may mean where some are asked for, or None if it means none of them."""
    if not kinds or not record.kinds:
        return kinds or record.kinds
    return tuple(kind for kind in record.kinds if kind in kinds) or None


_Question = tuple[Record, tuple[str, ...]]


def _matched(
    things: Sequence[Thing], years: Years, asked: Iterator[_Question], least: float, workers: int
) -> Iterator[tuple[Record, tuple[str, ...], list[_Found]]]:
    """Give the records in order, with the kinds asked for and what was found."""
    batches = iter(lambda: list(islice(asked, _BATCH)), [])
    first = list(islice(batches, _FEW))
    if workers == 1 or len(first) < _FEW:
        finder = _Finder(things, years, least)
        for batch in (*first, *batches):
            yield from _joined(batch, finder.find(batch))
        return
    start = (things, years, least)
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, start) as pool:
        waiting = deque((batch, pool.submit(_find, batch)) for batch in first)
        try:
            while waiting:
                for batch in islice(batches, max(0, workers * _AHEAD - len(waiting))):
                    waiting.append((batch, pool.submit(_find, batch)))
                batch, found = waiting.popleft()
                yield from _joined(batch, found.result())
        except BrokenProcessPool as error:
            raise ServiceError("a process that compares names was killed: it may have run out of memory") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _joined(
    batch: Sequence[_Question], found: Iterable[list[_Found]]
) -> Iterator[tuple[Record, tuple[str, ...], list[_Found]]]:
    for (record, kinds), one in zip(batch, found, strict=True):
        yield record, kinds, one


class _Finder:
    """A finder of the things that records may mean."""

    def __init__(self, things: Sequence[Thing], years: Years, least: float) -> None:
        self._matcher = Matcher(things)
        self._years = years
        self._least = least

    def find(self, batch: Sequence[_Question]) -> list[list[_Found]]:
        """Return the candidates of each record."""
        return [self._of(record, kinds) for record, kinds in batch]

    def _of(self, record: Record, kinds: tuple[str, ...]) -> list[_Found]:
        """Return the candidates for the most telling name of a record; one of another year is another."""
        answer: list[Candidate] = []
        for name in _names(record):
            found = self._matcher.candidates(Asked(name, kinds, record.facts), MOST)
            answer = max(answer, found, key=lambda one: one[0].probability if one else 0.0)
            if answer and answer[0].is_match:
                break
        return [
            _Found(
                one.thing.iri,
                one.probability,
                f"{one.explanation}; year agrees" if self._knows_year(one.thing, record) else one.explanation,
                tuple(key for key, value in one.features.items() if value and key != "margin"),
            )
            for one in answer
            if one.probability >= self._least
            and _is_told(one, record)
            and not self._is_of_another_year(one.thing, record)
        ]

    def _knows_year(self, thing: Thing, record: Record) -> bool:
        return bool(record.years and self._years.get(thing.iri))

    def _is_of_another_year(self, thing: Thing, record: Record) -> bool:
        return self._knows_year(thing, record) and self._years[thing.iri].isdisjoint(record.years)


def _is_told(one: Candidate, record: Record) -> bool:
    """Whether there is more evidence for a candidate than a common country and a record that may be of anything."""
    told = [feature for feature in ("similarity", "acronym", "homepage", "identifier") if one.features[feature] > 0]
    return bool(told or record.kinds)


def _names(record: Record) -> list[str]:
    """Return the names to ask for, none twice; those of an event or document are also asked for with its year."""
    years = record.years[:1] if not record.kinds or not set(_DATED).isdisjoint(record.kinds) else ()
    dated = [f"{name} {year}" for name in record.names[:_DATED_NAMES] for year in years]
    found: dict[str, str] = {}
    for name in (*record.names[: _NAMES - len(dated)], *dated):
        found.setdefault(normalised(name), name)
    return list(found.values())


_finder: _Finder | None = None
"""The finder of a worker process, which makes it once."""


def _start(things: Sequence[Thing], years: Years, least: float) -> None:
    """Begin the work of a process, which leaves interrupts to its parent."""
    global _finder
    signal(SIGINT, SIG_IGN)
    _finder = _Finder(things, years, least)


def _find(batch: Sequence[_Question]) -> list[list[_Found]]:
    assert _finder is not None
    return _finder.find(batch)


_CONTEXT = ("country", "homepage", "identifier", "code")
"""Features other than the similarity of names."""


def format_proposals(
    suggestions: Sequence[Suggestion], workspace: Workspace, known: Mapping[str, str], day: date
) -> str:
    """Return the set as text, the most probable first; `known` are prefixes of datasets. No record is a mere site."""
    records = (one.record.iri for one in suggestions)
    declared = declare_prefixes(workspace.base, known, target=records, thing=(one.thing.iri for one in suggestions))
    compress = converter(declared).compress
    rows = [Row(0, {slot: value for slot, value in _slots(one, compress, day).items() if value}) for one in suggestions]
    metadata: dict[str, Any] = {
        "mapping_set_id": f"{workspace.base}graph/suggestions",
        "mapping_set_title": "Suggested links, to be reviewed",
        "license": workspace.settings.licence or NO_LICENCE,
        "extension_definitions": [AUTHOR_TYPE],
    }
    lines = format_mappings(MappingSet(metadata, declared, rows)).removesuffix("\n").split("\n")
    end = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    index = lines[end].split("\t").index("confidence") if rows else 0
    best = sorted(lines[end + 1 :], key=lambda line: (-float(line.split("\t")[index]), line))
    return "".join(f"{line}\n" for line in (*lines[: end + 1], *best))


def _slots(one: Suggestion, compress: Callable[[str], str | None], day: date) -> dict[str, str]:
    stated = [*one.record.facts.get("country", ()), *one.record.facts.get("homepage", ()), *one.record.years]
    return {
        "subject_id": compress(one.thing.iri) or "",
        "subject_label": words(one.thing.name),
        "subject_category": "".join(one.thing.kinds[:1]),
        "predicate_id": "owl:sameAs" if one.is_same else "rdfs:seeAlso",
        "object_id": compress(one.record.iri) or "",
        "object_label": words(one.record.names[0]),
        "object_category": "".join(one.record.kinds[:1]),
        "mapping_justification": _justification(one),
        "mapping_tool": "foc-graph",
        "mapping_tool_version": __version__,
        "mapping_date": day.isoformat(),
        "confidence": f"{one.probability:.3f}",
        "comment": words("; there: ".join(filter(None, (one.explanation, ", ".join(stated))))),
        "author_type": "prov:SoftwareAgent",
    }


def _justification(one: Suggestion) -> str:
    if any(feature in one.features for feature in _CONTEXT):
        return "semapv:CompositeMatching"
    return "semapv:LexicalSimilarityThresholdMatching"
