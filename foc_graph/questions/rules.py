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
  ?concept skos:inScheme %s ; skos:notation ?notation ; ?kind ?text
  FILTER(?kind IN (skos:prefLabel, skos:altLabel))
} ORDER BY DESC(?kind = skos:prefLabel && LANG(?text) = "en") ?text"""
_SOURCES = """SELECT ?thing (STR(?text) AS ?name) WHERE {
  ?thing a coal:Source ; dcterms:title|rdfs:label ?text
} ORDER BY ?thing"""
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

_BODIES = """SELECT ?thing (STR(?notation) AS ?sort) (STR(?from) AS ?begin) (STR(?to) AS ?end) WHERE {
  ?thing a coal:Body ; org:classification/skos:notation ?notation
  OPTIONAL { ?thing coal:begin ?from }
  OPTIONAL { ?thing coal:end ?to }
}"""
_STAYS = """SELECT ?agent ?coalition (STR(?from) AS ?begin) (STR(?to) AS ?end) WHERE {
  ?stay org:member ?agent ; org:organization ?coalition ; org:role/dcterms:type/skos:notation "member" .
  ?coalition a coal:Coalition
  OPTIONAL { ?stay coal:begin ?from }
  OPTIONAL { ?stay coal:end ?to }
}"""

_GENERAL = frozenset(("meeting", "coalition", "network"))
"""Concepts whose labels are words for all that a query is about, and so choose nothing."""

_WITH_ARTICLE = (
    *("alliance", "board", "call", "charter", "coalition", "committee", "community", "council", "declaration"),
    *("force", "forum", "group", "initiative", "nations", "network", "panel", "partnership", "process", "programme"),
    *("secretariat", "statement", "unit"),
)
"""The nouns of names before which a sentence has an article."""


class Named(NamedTuple):
    """A thing that questions can name: its slug, kinds and label, and for an event its first and last day.

    `words` are further ones that say which thing it is, such as the place of an event. A body has its `sort`, as the
    scheme of these has it, and the `dates` on which it began and ended, as far as they are known.
    """

    slug: str
    kinds: tuple[str, ...]
    label: str
    first: str = ""
    last: str = ""
    words: tuple[str, ...] = ()
    sort: str = ""
    dates: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in a sentence: of a government that of its country, and of a body without the title."""
        if "government" in self.kinds:
            return self.label.removeprefix("Government of ").removeprefix("the ")
        return (front(self.label)[0] if "body" in self.kinds else "") or self.label

    @property
    def name_with_article(self) -> str:
        """Its name in a sentence, with an article where the name of a group has one."""
        noun = self.name.partition(" of ")[0].partition(" on ")[0].rpartition(" ")[2].casefold()
        return f"the {self.name}" if noun in _WITH_ARTICLE else self.name

    @property
    def path(self) -> str:
        """Its name in a call: its slug, for a concept with the scheme."""
        return f"concept/{self.kinds[0].removeprefix(_CONCEPT)}/{self.slug}" if self.is_concept else self.slug

    @property
    def is_concept(self) -> bool:
        """Tell whether it is a concept."""
        return self.kinds[0].startswith(_CONCEPT)

    def is_in(self, scheme: str) -> bool:
        """Tell whether it is a concept of a scheme."""
        return f"{_CONCEPT}{scheme}" in self.kinds

    @property
    def period(self) -> str:
        """Return the days of an event in EDTF level 0."""
        return "/".join(dict.fromkeys((self.first, self.last or self.first)))


class Rules(NamedTuple):
    """The queries that can be asked in words, and the things that can be named.

    `names` has the numbers of the things by what they are called, `capitals` the words of names as they are written.
    For a member and a coalition, `stays` says when the one joined and left the other, each empty if that is not known.
    """

    queries: Mapping[str, StoredQuery]
    things: Sequence[Named]
    names: Mapping[str, Sequence[int]]
    capitals: frozenset[str]
    stays: Mapping[tuple[str, str], tuple[str, str]]


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
    numbers = {name: tuple(found) for name, found in names.items()}
    return Rules(queries, things, numbers, frozenset(capitals), _read_stays(graph))


def _read_stays(graph: Graph) -> dict[tuple[str, str], tuple[str, str]]:
    """Return when members joined coalitions first, and left them last."""
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in as_rows(graph.sparql(_STAYS)):
        key = slug(row["agent"], graph.base) or "", slug(row["coalition"], graph.base) or ""
        found[key].append((row["begin"] or "", row["end"] or ""))
    return {
        key: (min(filter(None, begins), default=""), max(ends) if all(ends) else "")
        for key, (begins, ends) in ((key, zip(*stays, strict=True)) for key, stays in found.items())
    }


def _read_named(graph: Graph) -> Iterator[tuple[Named, Iterable[str]]]:
    """Give the things that have names, without countries whose government is one, and what each is called."""
    days, words = _read_besides(graph)
    bodies = {row["thing"]: row for row in as_rows(graph.sparql(_BODIES))}
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
        body = bodies.get(thing.iri, {})
        dates = tuple(filter(None, (body.get("begin"), body.get("end"))))
        named = Named(path, thing.kinds, thing.name, first, last, tuple(besides), body.get("sort") or "", dates)
        yield named, _called(thing, owner)


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


def _read_besides(graph: Graph) -> tuple[dict[str, tuple[str, str]], dict[str, dict[str, None]]]:
    """Return the first and last days of events, and the words by which events and documents are known besides.

    These are their places, years and types.
    """
    days: dict[str, tuple[str, str]] = {}
    words: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in as_rows(graph.sparql(_EVENTS)):
        first, last = row["first"] or "", row["last"] or ""
        days[row["thing"]] = first, last
        words[row["thing"]] |= dict.fromkeys(forms(f"{row['place'] or ''} {first[:4]}").split())
    for row in as_rows(graph.sparql(_DOCUMENTS)):
        words[row["thing"]] |= dict.fromkeys(forms(f"{(row['date'] or '')[:4]} {row['type'] or ''}").split())
    return days, words


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
