"""Record linkage of whole tables with Splink: by one model, on DuckDB, or on Spark for what outgrows a machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from foc_graph.errors import ParameterError, quoted
from foc_graph.links.engines import Backend
from foc_graph.links.model import LEVELS, STATED, WEIGHTS, NameRow, Variant, codes_of, rows_of, settings
from foc_graph.links.suggest import LEAST, Suggestion, Years, kinds_asked
from foc_graph.links.targets import Record, kinds_of, name_of
from foc_graph.matching.index import KINDS, Thing
from foc_graph.rdf.terms import is_iri, is_site

if TYPE_CHECKING:
    from splink import Linker, SettingsCreator

    from foc_graph.links.engines import NameTable

_MOST_USES = 200
"""Most names that may share a key: one of more names says too little."""

_MOST_KEYS = 6
"""Keys by which a name is found, the rarest ones."""


_CALLED = {"rarest": "rarest word", "is_part": "reading", "host": "homepage"}
"""Names of comparisons, where they differ from that of the column."""


class Pair(NamedTuple):
    """Two records that may be of one thing, how probably, and the match weight in bits that each comparison adds.

    `left_name` and `right_row` are of the two names that fit best.
    """

    left: str
    right: str
    probability: float
    left_name: str
    right_row: NameRow
    weights: Mapping[str, float]

    @property
    def explanation(self) -> str:
        """Return on one line the evidence for it and against it, the strongest first."""
        weights = sorted(self.weights.items(), key=lambda item: -abs(item[1]))
        told = [f"{column} {weight:+.1f}" for column, weight in weights if round(weight, 1)]
        return f"like {self.left_name}: {', '.join(told)} bits"


_SIDES = f"""
with names as (select 'left' as side, * from left_names union all select 'right' as side, * from right_names),
keys as (select side, unique_id, kind, unnest(keys) as key from names),
shared as (select kind, key, count(*) as uses from keys group by kind, key
    having count(*) <= {_MOST_USES} and min(side) <> max(side)),
ranked_keys as (select side, unique_id, keys.key,
    row_number() over (partition by side, unique_id order by uses, keys.key) as place
    from keys join shared on keys.kind = shared.kind and keys.key = shared.key),
found_by as (select side, unique_id, array_agg(key) as keys from ranked_keys
    where place <= {_MOST_KEYS} group by side, unique_id),
words as (select side, unique_id, kind, unnest(words) as word from names),
used as (select kind, word, count(*) as uses from words group by kind, word),
ranked_words as (select side, unique_id, words.word,
    row_number() over (partition by side, unique_id order by uses, words.word) as place
    from words join used on words.kind = used.kind and words.word = used.word)
select {", ".join(f"names.{column}" for column in ("side", *Variant._fields) if column != "keys")},
    found_by.keys, ranked_words.word as rarest
from names
join found_by on names.side = found_by.side and names.unique_id = found_by.unique_id
join ranked_words on names.side = ranked_words.side and names.unique_id = ranked_words.unique_id and place = 1
"""
"""The names of both sides with the rarest keys that are on both, and the rarest word."""


def linker(
    backend: Backend, left: NameTable, right: NameTable, countries: Mapping[str, str], model: SettingsCreator
) -> Linker:
    """Return the linker that makes predictions for all pairs of names that share a key.

    `countries` are codes by what countries are called.

    Raises:
        ParameterError: if a file cannot be read or lacks a column, or a kind is not known.
    """
    from splink import Linker

    for side, names in (("left", left), ("right", right)):
        backend.load(f"{side}_names", names, countries)
        _check_kinds(backend, f"{side}_names", f"{names}: " if isinstance(names, Path) else "")
    backend.make("sides", _SIDES)
    tables = []
    for side in ("left", "right"):
        backend.view(f"{side}_side", f"select * from sides where side = '{side}'")
        tables.append(backend.api.register(f"{side}_side"))
    return Linker(tables, model, log_level=None)


def _check_kinds(backend: Backend, table: str, where: str) -> None:
    known = ", ".join(f"'{kind}'" for kind in KINDS)
    query = f"select kind, record from {table} where kind not in ({known}) order by kind, record limit 1"
    for kind, record in backend.rows(query):
        told = f"the kind {quoted(kind)} of {quoted(record)} is not known"
        raise ParameterError(f"{where}{told}: the kinds are {', '.join(KINDS)}")


def likest(table: str) -> str:
    """Return a query for the pair of names that fits best, of each pair of records."""
    return f"""select * from (select *, row_number() over (
        partition by record_l, record_r
        order by match_weight desc, written_l <> written_r, unique_id_l, unique_id_r) as place
        from {table}) ranked where place = 1"""


def linked(
    backend: Backend, left: NameTable, right: NameTable, countries: Mapping[str, str], least: float = 0.01
) -> Iterator[Pair]:
    """Give the pairs of records with at least a probability, by the right one, the most probable first.

    Each record on the right means at most one on the left, so that the probabilities of all of them add up to at
    most 1. Weights are of the two names that fit best.

    Raises:
        ParameterError: if a file cannot be read or lacks a column, or a kind is not known.
    """
    predictions = linker(backend, left, right, countries, settings(WEIGHTS)).inference.predict(warning_mode="never")
    weights = ", ".join(f"mw_{column}" for column in LEVELS).replace("mw_rarest", "mw_rarest + mw_tf_adj_rarest")
    stated = ", ".join(f"{column}_r" for column in STATED)
    rows = backend.rows(
        f"""with weighed as (select *, round(odds / (1 + sum(odds) over (partition by record_r)), 9) as probability
            from (select *, power(2.0, match_weight) as odds from ({likest(predictions.physical_name)}) best) told)
        select record_l, probability, written_l, {stated}, {weights} from weighed
        where probability >= {least} order by record_r, probability desc, record_l"""
    )
    called = [_CALLED.get(column, column) for column in LEVELS]
    for left_id, probability, left_name, *found in rows:
        row = NameRow(*found[: len(STATED)])
        weights_of = dict(zip(called, found[len(STATED) :], strict=True))
        yield Pair(left_id, row.id, probability, left_name, row, weights_of)


def suggest_in(
    backend: Backend,
    things: Sequence[Thing],
    records: Iterable[Record] | Path,
    kinds: tuple[str, ...] = (),
    years: Years | None = None,
    least: float = LEAST,
) -> Iterator[Suggestion]:
    """Give possible links of things to records, with at least a probability, in the order of the records' IRIs.

    Compared are names, countries, homepages and kinds. Records in a file (see `NameTable`) never come into this
    process, but for those that are suggested, each with what the row of its closest name states.

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
