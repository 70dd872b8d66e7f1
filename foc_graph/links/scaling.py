"""Links that may be missing, as Splink finds them: for datasets that outgrow what one process can compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from foc_graph.errors import ParameterError, quoted
from foc_graph.links.blocking import NameRow, codes_of, rows_of
from foc_graph.links.engines import Backend
from foc_graph.links.linkage import linked
from foc_graph.links.records import Record, kinds_of, name_of
from foc_graph.links.suggest import LEAST, Suggestion, Years, kinds_asked
from foc_graph.matching.candidates import KINDS, Thing
from foc_graph.rdf.terms import is_iri, is_site


def suggest_in(
    backend: Backend,
    things: Sequence[Thing],
    records: Iterable[Record] | Path,
    kinds: tuple[str, ...] = (),
    years: Years | None = None,
    least: float = LEAST,
) -> Iterator[Suggestion]:
    """What may be links of things to records, with at least a probability, in the order of the records' IRIs.

    Compared are names, countries, homepages and kinds. Records in a file (see `NameTable`) never come into this
    process, but for those that are suggested, each with what the row of its likest name states.

    Raises:
        ParameterError: if a file cannot be read, lacks a column, or has an unknown `kind` or an `id` of no thing.
        FocGraphError: what reading the records raises.
    """
    known = {thing.iri: thing for thing in things}
    fit = () if isinstance(records, Path) else (one for one in records if kinds_asked(one, kinds) is not None)
    read = {record.iri: record for record in fit}
    rows = records if isinstance(records, Path) else _rows(read.values())
    left = rows_of(thing for thing in things if not kinds or not set(kinds).isdisjoint(thing.kinds))
    for pair in linked(backend, left, rows, codes_of(things), least):
        if not is_iri(pair.right) or is_site(pair.right):
            raise ParameterError(f"{records}: the id {quoted(pair.right)} is no IRI of a thing")
        thing = known[pair.left]
        record = read.get(pair.right) or _record(pair.right_row)
        asked = kinds_asked(record, kinds)
        if asked is None:
            continue
        of_year = (years or {}).get(thing.iri, set())
        if pair.right not in known and not (of_year and record.years and of_year.isdisjoint(record.years)):
            told = tuple(name for name, weight in pair.weights.items() if weight > 0)
            yield Suggestion(thing, record, pair.probability, pair.explanation, told, bool(asked))


def _record(row: NameRow) -> Record:
    told = {"country": name_of(row.country), "homepage": name_of(row.homepage)}
    kinds = tuple(kind for kind in KINDS if kind in row.kind.split())
    return Record(row.id, (row.name,), kinds or kinds_of(row.id), {key: (text,) for key, text in told.items() if text})


def _rows(records: Iterable[Record]) -> Iterator[NameRow]:
    for record in records:
        country, homepage = (next(iter(record.facts.get(key, ())), "") for key in ("country", "homepage"))
        for name in record.names:
            yield NameRow(record.iri, name, " ".join(record.kinds), country, homepage)
