"""The rules by which questions about a graph are understood: its queries with their phrasings, and the names it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.graph import Graph
from foc_graph.matching.index import Thing, read_things
from foc_graph.matching.names import front, is_acronym
from foc_graph.namespaces import BASE, slug
from foc_graph.queries.model import StoredQuery
from foc_graph.queries.phrasing import LANGUAGES
from foc_graph.questions.languages import read_language
from foc_graph.questions.words import forms
from foc_graph.store.results import as_rows

_CONCEPT = "concept:"

_CONCEPTS = """SELECT ?concept (STR(?notation) AS ?name) (STR(?text) AS ?label) WHERE {
  ?concept skos:inScheme %s ; skos:notation ?notation ; skos:prefLabel|skos:altLabel ?text
}"""
_SOURCES = "SELECT ?thing (STR(?text) AS ?name) WHERE { ?thing a coal:Source ; dcterms:title|rdfs:label ?text }"
_EVENTS = """SELECT ?thing (STR(?text) AS ?place) (STR(?begin) AS ?first) (STR(?end) AS ?last) WHERE {
  ?thing a coal:Event
  OPTIONAL { ?thing schema:location/schema:containedInPlace*/rdfs:label ?text }
  OPTIONAL { ?thing coal:beginsEarliest ?begin }
  OPTIONAL { ?thing coal:endsLatest ?end }
}"""
_DOCUMENTS = """SELECT ?thing (STR(?when) AS ?date) (STR(?text) AS ?type) WHERE {
  ?thing a coal:Document
  OPTIONAL { ?thing dcterms:issued ?when }
  OPTIONAL { ?thing dcterms:type/skos:prefLabel ?text }
}"""

_GENERAL = frozenset(("meeting", "coalition", "network"))
"""Concepts whose labels are words for all that a query is about, and so choose nothing."""


class Named(NamedTuple):
    """A thing that questions can name: its slug, kinds and label, and for an event its first and last day.

    `words` are further ones that say which thing it is, such as the place of an event.
    """

    slug: str
    kinds: tuple[str, ...]
    label: str
    first: str = ""
    last: str = ""
    words: tuple[str, ...] = ()

    @property
    def is_concept(self) -> bool:
        """Whether it is a concept."""
        return self.kinds[0].startswith(_CONCEPT)

    def is_in(self, scheme: str) -> bool:
        """Whether it is a concept of a scheme."""
        return f"{_CONCEPT}{scheme}" in self.kinds

    @property
    def period(self) -> str:
        """Return the days of an event in EDTF level 0."""
        return "/".join(dict.fromkeys((self.first, self.last or self.first)))


class Rules(NamedTuple):
    """The queries that can be asked in words, and the things that can be named.

    `names` has the numbers of the things by what they are called, `capitals` the words of names as they are written.
    """

    queries: Mapping[str, StoredQuery]
    things: Sequence[Named]
    names: Mapping[str, Sequence[int]]
    capitals: frozenset[str]


def make_rules(graph: Graph) -> Rules:
    """Make the rules for a graph.

    Raises:
        FocGraphError: if the graph cannot be asked.
    """
    queries = {name: query for name, query in graph.queries.items() if query.asked}
    schemes = {one.scheme for query in queries.values() for one in query.parameters if one.scheme}
    things: list[Named] = []
    names: defaultdict[str, dict[int, None]] = defaultdict(dict)
    capitals: set[str] = set()
    for thing, called in chain(_read_named(graph), _read_sources(graph), _read_concepts(graph, schemes)):
        things.append(thing)
        for name in called:
            form = forms(name)
            for one in filter(None, (form, form.removeprefix("the "))):
                names[one][len(things) - 1] = None
            if name != name.lower():
                capitals.update(name.split())
    return Rules(queries, things, {name: tuple(numbers) for name, numbers in names.items()}, frozenset(capitals))


def _read_named(graph: Graph) -> Iterator[tuple[Named, Iterable[str]]]:
    """Give the things that have names, without countries whose government is one, and what each is called."""
    days, words = _read_events(graph), _read_words(graph)
    known = read_things(graph.store)
    governed = {one.iri.rpartition("/")[2] for one in known if "government" in one.kinds}
    coalitions = {slug(one.iri, graph.base): one for one in known if "coalition" in one.kinds}
    acronyms = [
        (f" {forms(thing.name)} ", forms(name))
        for thing in known
        if not {"coalition", "organisation", "body"}.isdisjoint(thing.kinds)
        for name in thing.names
        if is_acronym(name)
    ]
    for thing in known:
        path = slug(thing.iri, graph.base)
        if path is None or ("country" in thing.kinds and path.rpartition("/")[2] in governed):
            continue
        owner = coalitions.get(path.partition("/")[0]) if "/" in path else None
        besides = words.get(thing.iri, {})
        if thing.kinds[0] in ("document", "event"):
            said = f" {forms(thing.name)} "
            besides |= dict.fromkeys(short for name, short in acronyms if name in said)
            besides |= dict.fromkeys(forms(" ".join(owner.names)).split() if owner else ())
        first, last = days.get(thing.iri, ("", ""))
        yield Named(path, thing.kinds, thing.name, first, last, tuple(besides)), _called(thing, owner)


def _called(thing: Thing, owner: Thing | None) -> Iterator[str]:
    """Give the names of a thing in our languages, also without and with that of the coalition to which it belongs."""
    for name in thing.names:
        if thing.cldr.get(name, LANGUAGES[0])[:2] not in LANGUAGES:
            continue
        for one in filter(None, (name, *front(name))):
            yield one
            for other in owner.names if owner else ():
                if one.startswith(f"{other} "):
                    yield one.removeprefix(f"{other} ")
                elif "body" in thing.kinds:
                    yield f"{other} {one}"


def _read_events(graph: Graph) -> dict[str, tuple[str, str]]:
    """Return the first and last days of events."""
    return {row["thing"]: (row["first"] or "", row["last"] or "") for row in as_rows(graph.sparql(_EVENTS))}


def _read_words(graph: Graph) -> dict[str, dict[str, None]]:
    """Return the words by which events and documents are known besides: their places, years and types."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in as_rows(graph.sparql(_EVENTS)):
        found[row["thing"]] |= dict.fromkeys(forms(f"{row['place'] or ''} {(row['first'] or '')[:4]}").split())
    for row in as_rows(graph.sparql(_DOCUMENTS)):
        found[row["thing"]] |= dict.fromkeys(forms(f"{(row['date'] or '')[:4]} {row['type'] or ''}").split())
    return found


def _read_sources(graph: Graph) -> Iterator[tuple[Named, Iterable[str]]]:
    """Give sources, with the words of their slugs."""
    for row in as_rows(graph.sparql(_SOURCES)):
        if path := slug(row["thing"], graph.base):
            words = (*path.rpartition("/")[2].split("-"), "page")
            yield Named(path, ("source",), row["name"], words=words), [row["name"]]


def _read_concepts(graph: Graph, schemes: Iterable[str]) -> Iterator[tuple[Named, Iterable[str]]]:
    """Give the concepts of schemes, by their labels and the words of languages."""
    for scheme in sorted(schemes):
        labels: defaultdict[str, list[str]] = defaultdict(list)
        for row in as_rows(graph.sparql(_CONCEPTS % ox.NamedNode(f"{BASE}concept/{scheme}"))):
            labels[row["name"]].append(row["label"])
        for code in LANGUAGES:
            for notation, others in read_language(code).concepts.get(scheme, {}).items():
                if notation in labels:
                    labels[notation].extend(others)
        for notation, called in sorted(labels.items()):
            if notation not in _GENERAL:
                yield Named(notation, (f"{_CONCEPT}{scheme}",), called[0]), [*called, notation.replace("-", " ")]
