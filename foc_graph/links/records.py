"""The things of another dataset, as the links to it are suggested from them, and those that a table names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from foc_graph.errors import ParameterError, quoted
from foc_graph.links.schemes import SCHEMES
from foc_graph.matching.candidates import KINDS
from foc_graph.matching.matcher import column_place
from foc_graph.matching.names import MAX_NAME
from foc_graph.namespaces import LINKED, expand
from foc_graph.rdf.terms import is_iri, is_site
from foc_graph.sparql.limits import MAX_IRI_LENGTH

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
"""What the columns of a table are usually called, by what they hold."""

_ADDRESSES = ("http://", "https://", "urn:")
"""What an IRI in a table begins with; what begins otherwise is taken for a CURIE."""


class Record(NamedTuple):
    """A thing of another dataset: its IRI, its names, and what is known of it, as far as that is stated.

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
    """The identifier that an IRI is the address of, by its scheme."""
    return {
        scheme: notation
        for scheme, namespace in LINKED.items()
        if (notation := iri.removeprefix(namespace).rstrip("/")) and iri.startswith(namespace)
    }


def kinds_of(iri: str) -> tuple[str, ...]:
    """The kinds of things that the scheme identifies which an IRI is of."""
    return tuple(kind for scheme in identifiers(iri) for kind in SCHEMES[scheme].kinds if kind in KINDS)


def name_of(text: str) -> str:
    """A name on one line, or nothing where it is too long to be one."""
    return " ".join(text.split()) if len(text) <= MAX_NAME else ""


def table_records(
    headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], columns: Columns, where: str
) -> list[Record]:
    """The things in the numbered rows of a table, in order; rows with the same identifier tell of one thing.

    Raises:
        ParameterError: for a column that is named and not there, without a column of identifiers or names, and for what
            is no identifier, or only that of a site.
    """
    places = {key: _place(headings, key, heading) for key, heading in columns._asdict().items()}
    for key, what in (("id", "identifiers"), ("name", "names")):
        if places[key] is None:
            usual = ", ".join(HEADINGS[key])
            raise ParameterError(f"{where}: has no column of {what} ({usual}): name it with --{key}-column")
    schemes = {key: place for place, heading in enumerate(headings) if (key := heading.casefold()) in SCHEMES}
    names: dict[str, dict[str, None]] = {}
    facts: dict[str, dict[str, dict[str, None]]] = {}
    for number, cells in rows:
        told = {key: "" if place is None else cells[place] for key, place in (places | schemes).items()}
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


def _place(headings: Sequence[str], key: str, heading: str | None) -> int | None:
    """Where the column stands that holds something."""
    if heading is not None:
        return column_place(headings, heading)
    folded = [heading.casefold() for heading in headings]
    return next((folded.index(usual) for usual in HEADINGS[key] if usual in folded), None)


def _iri(text: str) -> str | None:
    """The IRI that a cell holds in full or as a CURIE."""
    prefix, _, local = text.partition(":")
    iri = LINKED[prefix] + local if prefix in LINKED else expand(text)
    is_good = iri and iri.isprintable() and iri.startswith(_ADDRESSES) and len(iri) <= MAX_IRI_LENGTH and is_iri(iri)
    return iri if is_good else None
