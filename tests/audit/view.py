"""The graph as the audit sees it: an index of all statements, asked by property paths."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from foc_graph.graph import Graph
from foc_graph.store.result import Rows
from foc_graph.terms import PREFIXES

BASE = "https://w3id.org/coalition/"
NAMES = ("skos:prefLabel", "skos:altLabel", "coal:abbreviation", "dcterms:title")

Values = set[str]


def thing(path: str) -> str:
    """The IRI of a thing, from what follows `id/`."""
    return f"{BASE}id/{path}"


def concept(scheme: str, slug: str) -> str:
    """The IRI of a concept."""
    return f"{BASE}concept/{scheme}/{slug}"


def full(name: str) -> str:
    """The IRI of a term, from its prefixed name."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def short(iri: str) -> str:
    """An IRI without what all of them begin with, for messages."""
    return iri.removeprefix(f"{BASE}id/").removeprefix(f"{BASE}concept/")


def folded(name: str) -> str:
    """A name as names are compared: without case, curly quotes and double spaces."""
    return " ".join(name.casefold().replace("’", "'").replace("“", '"').replace("”", '"').split())


class View:
    """All statements of a graph, derived ones included; every value is its IRI or its lexical form."""

    def __init__(self, graph: Graph) -> None:
        self._objects: dict[str, dict[str, Values]] = defaultdict(lambda: defaultdict(set))
        self._subjects: dict[str, dict[str, Values]] = defaultdict(lambda: defaultdict(set))
        rows = graph.sparql("SELECT ?subject ?property ?value WHERE { ?subject ?property ?value }")
        assert isinstance(rows, Rows)
        self._languages: dict[tuple[str, str, str], Values] = defaultdict(set)
        for subject, property, value in rows.terms:
            if getattr(value, "language", None):
                self._languages[subject.value, property.value, value.value].add(value.language)
            self._objects[subject.value][property.value].add(value.value)
            self._subjects[property.value][value.value].add(subject.value)

    def has(self, subject: str) -> bool:
        """Whether anything is stated of a subject."""
        return subject in self._objects

    def follow(self, start: str | Iterable[str], *path: str) -> Values:
        """What a path of properties leads to: `^` goes backwards, `+` repeats a property, any number of times."""
        reached = {start} if isinstance(start, str) else set(start)
        for step in path:
            reached = self._closure(reached, step[:-1]) if step.endswith("+") else self._step(reached, step)
        return reached

    def _step(self, reached: Values, step: str) -> Values:
        iri = full(step.lstrip("^"))
        if step.startswith("^"):
            index = self._subjects.get(iri, {})
            return set().union(*(index.get(value, ()) for value in reached))
        return set().union(*(self._objects[item].get(iri, ()) for item in reached if item in self._objects))

    def _closure(self, reached: Values, step: str) -> Values:
        closure = set(reached)
        while more := self._step(reached, step) - closure:
            closure |= more
            reached = more
        return closure

    def said(self, subject: str, property: str) -> Values:
        """The values of a property of a subject: stated, or claimed by a source."""
        claims = self.follow(subject, "^rdf:subject") & self.follow(full(property), "^rdf:predicate")
        return self.follow(subject, property) | self.follow(claims, "rdf:object")

    def sources(self, *things: str) -> Values:
        """The addresses of the sources that things, and the claims about them, name."""
        return self.follow(self.naming(*things), "dcterms:source", "schema:url")

    def source_texts(self, *things: str) -> list[str]:
        """What is told of each of those sources, for evidence that is no single address."""
        sources = self.follow(self.naming(*things), "dcterms:source")
        parts = ("schema:url", "dcterms:title", "coal:note")
        return [" ".join(text for part in parts for text in self.follow(source, part)) for source in sources]

    def languages(self, subject: str, property: str, value: str) -> Values:
        """The languages of a text."""
        return self._languages.get((subject, full(property), value), set())

    def naming(self, *things: str) -> Values:
        """Things, and the claims about them."""
        return set(things) | self.follow(things, "^rdf:subject")

    def of_class(self, name: str) -> Values:
        """The instances of a class."""
        return self.follow(full(name), "^rdf:type")

    def names(self, subject: str) -> Values:
        """The names of a thing."""
        return set().union(*(self.follow(subject, name) for name in NAMES))

    @cached_property
    def _named(self) -> dict[str, Values]:
        named: dict[str, Values] = defaultdict(set)
        naming = [full(name) for name in NAMES]
        for subject, properties in self._objects.items():
            for property in naming:
                for name in properties.get(property, ()):
                    named[folded(name)].add(subject)
        return named

    def named(self, name: str, *within: str) -> Values:
        """The things of a name whose IRIs lie within some paths after `id/`.

        A name that ends in brackets is also looked up without them, the brackets holding an abbreviation, another
        name or a place: `Norwegian Agency for Development Cooperation (Norad)`.
        """
        spellings = {name, re.sub(r" *\([^()]*\),? *", " ", name).strip(), *re.findall(r"\(([^()]*)\)", name)}
        exact = self._within(self._named.get(folded(name), set()), within)
        if exact:
            return exact
        found: Values = set()
        for spelling in spellings:
            found |= self._within(self._named.get(folded(spelling), set()), within)
        return found

    @staticmethod
    def _within(things: Values, within: tuple[str, ...]) -> Values:
        return {item for item in things if not within or item.startswith(tuple(thing(path) for path in within))}

    def country(self, code: str) -> str | None:
        """The country of an ISO 3166-1 code of two letters."""
        return self.by_code(code, "iso3166-1-alpha-2")

    def by_code(self, code: str, scheme: str) -> str | None:
        """The one thing that has a code of a scheme."""
        holders = self.follow(code, "^skos:notation") & self.follow(
            concept("identifier-scheme", scheme), "^coal:scheme"
        )
        return next(iter(self.follow(holders, "coal:identifies")), None)

    def government(self, code: str) -> str | None:
        """The government of the country of a code.

        XK and EU are no ISO 3166-1 codes: Kosovo's is user-assigned and has no country here, the EU is no country.
        """
        country = self.country(code)
        if country is None:
            return thing(f"government/{code.lower()}") if self.has(thing(f"government/{code.lower()}")) else None
        return next(iter(self.follow(country, "^coal:governs")), None)
