"""Properties of things, by names that fit a column of a table: clients need no IRIs or paths of the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.graph import Graph
from foc_graph.links.schemes import SCHEMES, Scheme
from foc_graph.matching.index import KINDS
from foc_graph.store import Store
from foc_graph.store.labels import find_labels
from foc_graph.store.results import as_rows

_MOST_VALUES = 10_000
"""Most values of a property that are given at a time."""


class Value(NamedTuple):
    """The text of a value; that of a thing is its name, and comes with its IRI."""

    text: str
    iri: str = ""


class Asking(NamedTuple):
    """A graph, the store in which it is asked, and as of when: a day, month or year, or empty for any time."""

    graph: Graph
    store: Store
    as_of: str = ""


Values = Mapping[str, Sequence[Value]]
"""Values by the IRI of the thing that has them."""


class Property(NamedTuple):
    """A property: its name, the kinds of things that have it, and the query for its values.

    `find` takes the IRIs of things; it raises ParameterError for a date that is none, UnknownNameError for an agent
    that is none.
    """

    name: str
    kinds: tuple[str, ...]
    find: Callable[[Asking, Sequence[str]], Values]


def _by_pattern(pattern: str, asking: Asking, iris: Sequence[str]) -> Values:
    """Find the values to which a pattern leads from `?thing`, sorted by their text."""
    things = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    rows = as_rows(
        asking.store.query(
            f"SELECT DISTINCT ?thing ?value {{ VALUES ?thing {{ {things} }} {pattern} }} LIMIT {_MOST_VALUES}"
        )
    )
    labels = find_labels(asking.store, (value.value for _, value in rows.terms if isinstance(value, ox.NamedNode)))
    found: dict[str, list[Value]] = {}
    for row in rows:
        text = str(row["value"])
        found.setdefault(row["thing"], []).append(Value(labels[text], text) if text in labels else Value(text))
    return {thing: sorted(values) for thing, values in sorted(found.items())}


def _memberships(certainties: tuple[str, ...], asking: Asking, iris: Sequence[str]) -> Values:
    """Find the coalitions and bodies in which agents sit with such certainty; without a date, those of any time."""
    as_of = {"as_of": asking.as_of} if asking.as_of else {}
    found: dict[str, list[Value]] = {}
    for iri in iris:
        rows = as_rows(asking.store.query(asking.graph.bound("memberships_of", agent=iri, **as_of)))
        groups = (Value(row["name"], row["body"]) for row in rows if row["certainty"] in certainties)
        found[iri] = list(dict.fromkeys(groups))
    return found


def _told(name: str, kinds: str, pattern: str) -> Property:
    return Property(name, tuple(kinds.split()), partial(_by_pattern, pattern))


def _held(name: str, *certainties: str) -> Property:
    return Property(name, ("government", "organisation", "person"), partial(_memberships, certainties))


def _identified(key: str, scheme: Scheme) -> Property:
    pattern = f'''?thing adms:identifier ?record . ?record coal:scheme/skos:notation "{key}" ; skos:notation ?value
  FILTER NOT EXISTS {{ ?record coal:end ?end }}'''
    return Property(scheme.name, scheme.kinds or tuple(KINDS), partial(_by_pattern, pattern))


_COUNTRY = "?thing (coal:governs|schema:location) ?country . ?country a schema:Country"

PROPERTIES: Mapping[str, Property] = {
    "abbreviation": _told("Abbreviation", "coalition body organisation", "?thing coal:abbreviation ?value"),
    "adopted-by": _told("Adopted by", "document", "?thing coal:adoptedBy ?value"),
    "begin": _told("Begin", "coalition body event", "?thing coal:begin ?value"),
    "category": _told("Stakeholder category", "government organisation", "?thing coal:stakeholderCategory ?value"),
    "country": _told("Country", "government organisation", f"{_COUNTRY} BIND(?country AS ?value)"),
    "country-code": _told(
        "ISO 3166-1 alpha-2 code of the country",
        "government organisation",
        f'{_COUNTRY} ; adms:identifier ?record . ?record coal:scheme/skos:notation "iso3166-1-alpha-2" ; '
        "skos:notation ?value",
    ),
    "date": _told("Date", "document", "?thing dcterms:issued ?value"),
    "end": _told("End", "coalition body event", "?thing coal:end ?value"),
    "homepage": _told("Homepage", "coalition body organisation", "?thing foaf:homepage ?value"),
    "location": _told("Place", "event", "?thing schema:location ?value"),
    "member-of": _held("Member of (certain or presumed as of the date)", "", "certain", "presumed"),
    "part-of": _told("Part of", "body organisation", "?thing org:subOrganizationOf ?value"),
    "possible-member-of": _held("Possibly member of (as of a date only)", "possible"),
    "region": _told("Region", "country", "?thing schema:containedInPlace ?value"),
    "type": _told("Type", "body document event", "?thing (org:classification|dcterms:type) ?value"),
    "url": _told("Address", "document", "?thing schema:url ?value"),
    **{key: _identified(key, scheme) for key, scheme in SCHEMES.items() if scheme.kinds != ("concept",)},
}
"""All of them by identifier; those of identifiers are the notations of the schemes."""
