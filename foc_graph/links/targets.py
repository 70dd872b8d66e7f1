"""Things of another dataset with what is stated of them: in a table, a file of RDF, or behind an endpoint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, ServiceError, quoted
from foc_graph.links.profiles import ABOUT, CLASSES, NAMES, NODES, OF_NODES, PROPERTIES
from foc_graph.links.schemes import SCHEMES
from foc_graph.load.chunks import read_parts
from foc_graph.load.sources import COMPRESSIONS, LOADED, Source
from foc_graph.matching.index import KINDS
from foc_graph.matching.matcher import column_index
from foc_graph.matching.names import MAX_NAME
from foc_graph.namespaces import LINKED, PREFIXES, expand
from foc_graph.progress import Track
from foc_graph.rdf.parser import file_iri
from foc_graph.rdf.terms import is_iri, is_site
from foc_graph.sparql.limits import MAX_IRI_LENGTH
from foc_graph.sssom.model import MAPPINGS
from foc_graph.store import Store
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.remote import RemoteStore
from foc_graph.store.results import Row, Value, as_rows
from foc_graph.workspace.settings import CLAIMS

MOST_NAMES = 20
"""Most names that are kept of a thing."""

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "iri", "uri", "curie", "identifier"),
        "name": ("name", "label", "title", "preflabel", "organisation", "organization"),
        "country": ("country", "country_code", "country code", "countrycode"),
        "homepage": ("homepage", "website", "url"),
    }
)
"""Usual headings of the columns of a table, by what they hold."""

_ADDRESSES = ("http://", "https://", "urn:")
"""The beginning of an IRI in a table; what begins otherwise is taken for a CURIE."""


class Record(NamedTuple):
    """A thing of another dataset: its IRI, its names, and what the dataset states about it.

    `facts` are values by the keys of a thing's facts; `years` are those of an event or a document.
    """

    iri: str
    names: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = {}
    years: tuple[str, ...] = ()


class Columns(NamedTuple):
    """The headings of the columns of a table that were named; the others are found by what they are usually called."""

    id: str | None = None
    name: str | None = None
    country: str | None = None
    homepage: str | None = None


def identifiers(iri: str) -> dict[str, str]:
    """Return the identifier whose address an IRI is, by its scheme."""
    return {
        scheme: notation
        for scheme, namespace in LINKED.items()
        if (notation := iri.removeprefix(namespace).rstrip("/")) and iri.startswith(namespace)
    }


def kinds_of(iri: str) -> tuple[str, ...]:
    """Return the kinds of things that the scheme of an IRI identifies."""
    return tuple(kind for scheme in identifiers(iri) for kind in SCHEMES[scheme].kinds if kind in KINDS)


def name_of(text: str) -> str:
    """Return a name on one line, or nothing where it is too long to be one."""
    return " ".join(text.split()) if len(text) <= MAX_NAME else ""


def table_records(
    headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], columns: Columns, where: str
) -> list[Record]:
    """Return the things in the numbered rows of a table, in order; rows with the same identifier tell of one thing.

    Raises:
        ParameterError: for a column that is named and not there, without a column of identifiers or names, and for what
            is no identifier, or only that of a site.
    """
    indexes = {key: _index(headings, key, heading) for key, heading in columns._asdict().items()}
    for key, what in (("id", "identifiers"), ("name", "names")):
        if indexes[key] is None:
            usual = ", ".join(HEADINGS[key])
            raise ParameterError(f"{where}: has no column of {what} ({usual}): name it with --{key}-column")
    schemes = {key: index for index, heading in enumerate(headings) if (key := heading.casefold()) in SCHEMES}
    names: dict[str, dict[str, None]] = {}
    facts: dict[str, dict[str, dict[str, None]]] = {}
    for number, cells in rows:
        told = {key: "" if index is None else cells[index] for key, index in (indexes | schemes).items()}
        if not told["id"]:
            continue
        iri = _iri(told["id"])
        if iri is None:
            what = f"{quoted(told['id'])} is neither an IRI nor a CURIE of a known prefix ({', '.join(LINKED)}, ...)"
            raise ParameterError(f"{where}: row {number}: {what}")
        if is_site(iri):
            what = f"{quoted(told['id'])} has nothing after its host: give the address that the thing has there"
            raise ParameterError(f"{where}: row {number}: {what}, or name another column with --id-column")
        if name := name_of(told["name"]):
            names.setdefault(iri, {})[name] = None
        known = {**{key: told[key] for key in ("country", "homepage", *schemes)}, **identifiers(iri)}
        for key, value in known.items():
            if value:
                facts.setdefault(iri, {}).setdefault(key, {})[value] = None
    return [
        Record(
            iri,
            tuple(called)[:MOST_NAMES],
            kinds_of(iri),
            {key: tuple(values) for key, values in facts.get(iri, {}).items()},
        )
        for iri, called in names.items()
    ]


def _index(headings: Sequence[str], key: str, heading: str | None) -> int | None:
    """Return the index of the column with a heading; without one, of a column with a usual heading."""
    if heading is not None:
        return column_index(headings, heading)
    folded = [heading.casefold() for heading in headings]
    return next((folded.index(usual) for usual in HEADINGS[key] if usual in folded), None)


def _iri(text: str) -> str | None:
    """Return the IRI that a cell holds in full or as a CURIE."""
    prefix, _, local = text.partition(":")
    iri = LINKED[prefix] + local if prefix in LINKED else expand(text)
    is_good = iri and iri.isprintable() and iri.startswith(_ADDRESSES) and len(iri) <= MAX_IRI_LENGTH and is_iri(iri)
    return iri if is_good else None


MOST_THINGS = 1_000_000
"""Most named things of a dataset."""

MOST_ROWS = 30_000_000
"""Most rows that are taken from a server in all, so that one whose every answer is full comes to an end."""

MOST_BYTES = 2**33
"""Most bytes of statements that are taken from a file."""

_PART = 32 * 2**20
_GRAPH = ox.NamedNode("urn:foc-graph-target")
_SKOLEM = ".well-known/genid/"
_ENGLISH = ("en", "")


class Pace(NamedTuple):
    """How much is asked for at once: IRIs on a page, and things of which all is asked.

    An answer of at least `cut` rows may be one that the server cut off.
    """

    page: int
    things: int
    cut: float


HERE = Pace(MOST_THINGS + 1, 400, float("inf"))
"""For a store of our own: as many things as fit into a query, however long their IRIs are."""

ELSEWHERE = Pace(10_000, 100, 1_000)
"""For a server: no more rows than Virtuoso gives, and no server is known that cuts below 1,000."""


@contextmanager
def opened(path: Path, track: Track) -> Iterator[Store]:
    """Open a file of RDF as a store, in a folder that is removed at the end.

    Raises:
        ParseError: for a file that cannot be read, is in no known format, too large or not well-formed.
    """
    source = _source(path)
    with (
        TemporaryDirectory(prefix="foc-suggest-") as folder,
        closing(EmbeddedStore.in_folder(Path(folder), PREFIXES)) as store,
    ):
        size = 0
        for part in read_parts([source], _PART, _GRAPH.value, track):
            size += len(part.content)
            if size > MOST_BYTES:
                raise ParseError(
                    source.name, None, None, f"more than {MOST_BYTES // 2**30} GiB of statements: split it"
                )
            try:
                store.bulk_load(part.content, part.format, part.graph)
            except SyntaxError as error:
                raise part.fault(error) from error
        yield store


def _source(path: Path) -> Source:
    compression = path.suffix if path.suffix in COMPRESSIONS else ""
    ending = Path(path.name.removesuffix(compression)).suffix
    if ending not in LOADED:
        rdf = ", ".join(known for known in LOADED if known not in (MAPPINGS, CLAIMS))
        known = f"a table (.csv, .xlsx) nor RDF ({rdf}, also with {', '.join(COMPRESSIONS[1:])})"
        raise ParseError(str(path), None, None, f"by its ending neither {known}: convert it")
    try:
        path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ParseError(str(path), None, None, f"cannot be read: {reason}") from error
    format = LOADED[ending]
    return Source(str(path), path, format, compression, None if format.supports_datasets else _GRAPH, file_iri(path))


def named_things(store: Store, pace: Pace, where: str) -> list[str]:
    """Return the IRIs of all that has a name.

    Raises:
        ParameterError: if there are none, or too many.
        ServiceError: if the store does not answer, or something else than what was asked.
    """
    names = f"VALUES ?property {{ {_listed(NAMES)} }} ?thing ?property ?name FILTER(isIRI(?thing))"
    ordered = f"SELECT DISTINCT ?thing WHERE {{ {names} }} ORDER BY ?thing"
    found: dict[str, None] = {}
    start = 0
    while True:
        text = f"SELECT ?thing WHERE {{ {{ {ordered} }} }} LIMIT {pace.page} OFFSET {start}"
        rows = _rows(store, text, ("thing",))
        known = len(found)
        found |= dict.fromkeys(thing.value for (thing,) in rows if isinstance(thing, ox.NamedNode))
        if len(found) > MOST_THINGS:
            raise ParameterError(f"{where}: has more than {MOST_THINGS:,} named things: use a part of it")
        if len(rows) < min(pace.cut, pace.page):
            break
        if 2 * (len(found) - known) < len(rows):
            raise _fault(store, f"it does not page: the rows after OFFSET {start} are mostly ones that it gave before")
        start += len(rows)
    iris = [iri for iri in found if _is_fit(iri)]
    if not iris:
        raise ParameterError(f"{where}: holds nothing with an IRI and a name (rdfs:label, skos:prefLabel, ...)")
    return iris


def _is_fit(iri: str) -> bool:
    """Whether an IRI may name a thing to link to, not a blank node, file or site, and has no invisible characters."""
    is_here = iri.startswith((_GRAPH.value + _SKOLEM, "file:"))
    return not is_here and len(iri) <= MAX_IRI_LENGTH and iri.isprintable() and not is_site(iri)


def stated_records(store: Store, iris: Sequence[str], pace: Pace) -> Iterator[Record]:
    """Give what a store states of things; what describes the dataset or its terms is left out.

    Raises:
        ServiceError: if the store does not answer, or something else than what was asked, or a server too much.
    """
    given = 0
    for start in range(0, len(iris), pace.things):
        chosen = iris[start : start + pace.things]
        told: defaultdict[str, list[_Told]] = defaultdict(list)
        for pattern, roles in ((_DIRECT, PROPERTIES), (_OF_NODES, NODES)):
            for count, page in _stated(store, pattern, roles, chosen, pace):
                given += count
                if given > MOST_ROWS and isinstance(store, RemoteStore):
                    problem = (
                        f"it gave more than {MOST_ROWS:,} rows about {start + len(chosen):,} of {len(iris):,} things"
                    )
                    raise store.error(problem, "take its data as a file, or a part of it")
                for thing, property, value in page:
                    told[thing].append(_Told(roles[property], value))
        for iri in chosen:
            if not any(one.value.value in ABOUT for one in told[iri] if one.role == "type"):
                yield _record(iri, told[iri])


class _Told(NamedTuple):
    """A statement about a thing: its role, and the value."""

    role: str
    value: ox.NamedNode | ox.Literal


def _listed(iris: Iterable[str], separator: str = " ") -> str:
    return separator.join(str(ox.NamedNode(iri)) for iri in iris)


_DIRECT = f"?thing ?property ?value FILTER(?property IN ({_listed(PROPERTIES, ', ')}) && !isBlank(?value))"
_OF_NODES = f"""?thing ?property ?node . ?node ?of ?value
  FILTER(?property IN ({_listed(NODES, ", ")}) && ?of IN ({_listed(OF_NODES, ", ")}) && !isBlank(?value))"""


def _stated(
    store: Store, pattern: str, properties: Container[str], iris: Sequence[str], pace: Pace
) -> Iterator[tuple[int, list[tuple[str, str, ox.NamedNode | ox.Literal]]]]:
    """Give for each answer its number of rows, and the things, properties and values of a pattern taken from it.

    Where the answer may be cut off, nothing is taken, and fewer things are asked for; that takes fewer than two
    requests a thing.
    """
    text = f"SELECT ?thing ?property ?value WHERE {{ VALUES ?thing {{ {_listed(iris)} }} {pattern} }}"
    rows = _rows(store, text, ("thing", "property", "value"))
    asked = set(iris)
    stated = []
    for thing, property, value in rows:
        if (
            not (isinstance(thing, ox.NamedNode) and isinstance(property, ox.NamedNode))
            or thing.value not in asked
            or property.value not in properties
        ):
            raise _fault(store, f"it gave the property {_shown(property)} of {_shown(thing)}, which was not asked for")
        if isinstance(value, (ox.NamedNode, ox.Literal)):
            stated.append((thing.value, property.value, value))
    if len(rows) < pace.cut or len(iris) == 1:
        yield len(rows), stated
        return
    yield len(rows), []
    for half in (iris[: len(iris) // 2], iris[len(iris) // 2 :]):
        yield from _stated(store, pattern, properties, half, pace)


def _rows(store: Store, text: str, columns: tuple[str, ...]) -> Sequence[Row]:
    rows = as_rows(store.query(text))
    if rows.columns != columns:
        given = quoted(", ".join(rows.columns))
        raise _fault(store, f"it gave the columns {given}, not {', '.join(columns)}")
    return rows.terms


def _shown(term: Value) -> str:
    return "nothing" if term is None else quoted(str(term))


def _fault(store: Store, problem: str) -> ServiceError:
    """Return the error for a store that answers something other than what it was asked."""
    if isinstance(store, RemoteStore):
        return store.error(problem, "check the URL, or take its data as a file")
    return ServiceError(problem)


def _record(iri: str, told: Iterable[_Told]) -> Record:
    names: list[tuple[bool, bool, str, str]] = []
    kinds: set[str] = set()
    facts: defaultdict[str, set[str]] = defaultdict(set)
    years: set[str] = set()
    for role, value in told:
        text = value.value
        if role in ("name", "alias") and isinstance(value, ox.Literal):
            language = value.language or ""
            names.append((role == "alias", language not in _ENGLISH, language, name_of(text)))
        elif role == "type" and text in CLASSES:
            kinds.add(CLASSES[text])
        elif role == "country":
            written = text if isinstance(value, ox.Literal) else text.rstrip("/").rpartition("/")[2]
            facts["country"].add(name_of(written))
        elif role == "homepage":
            facts["homepage"].add(text[:MAX_IRI_LENGTH])
        elif role == "year" and text[:4].isdecimal():
            years.add(text[:4])
        if role == "same":
            _add(facts, identifiers(text))
    _add(facts, identifiers(iri))
    return Record(
        iri,
        tuple(dict.fromkeys(name for *_, name in sorted(names) if name))[:MOST_NAMES],
        tuple(kind for kind in KINDS if kind in kinds) or kinds_of(iri),
        {key: tuple(sorted(filter(None, values))) for key, values in facts.items()},
        tuple(sorted(years)),
    )


def _add(facts: Mapping[str, set[str]], found: Mapping[str, str]) -> None:
    for scheme, notation in found.items():
        facts[scheme].add(notation)
