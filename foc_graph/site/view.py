"""A view of the graph thing by thing: what is said of each, what points at it, and what to call it."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import pyoxigraph as ox

from foc_graph.dates import in_words
from foc_graph.descriptions import (
    CLAIM,
    DATED,
    INSTANT,
    NOTATION,
    OF_PERSON,
    SCHEME,
    Described,
    Outline,
    Term,
    Values,
    best_name,
    date,
    describe,
    each,
    english,
    iris,
    is_person,
    main_class,
    outline,
)
from foc_graph.namespaces import BASE, COAL, PREFIXES, SOURCE_PROPERTIES, iri_of, short
from foc_graph.rdf.terms import RDF_TYPE, XSD, curie
from foc_graph.site.addresses import FOLDERS, VOCABULARY, Addresses, find_document, fragment, whole
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.term_labels import TERMS

MOST = 100_000
"""Most things of one kind that are listed, on however many pages."""

_MOST_LINKS = 1_000
"""Most statements with one property in a description that are of other things."""

_CACHED, _CACHED_WHOLE = 50_000, 1_000
_SUBJECT, _SCHEME = map(iri_of, ("rdf:subject", "skos:ConceptScheme"))
_TASK = "skos:definition"
_SOURCES = frozenset(map(iri_of, SOURCE_PROPERTIES))
T = TypeVar("T")


class Summary(NamedTuple):
    """The summary of a thing for links to it; `page` is its path in the release without ending, None if it has none.

    `date` is in words.
    """

    label: str
    language: str
    kind: str
    date: str
    page: str | None
    anchor: str
    is_person: bool
    name: ox.Triple | None
    """The statement that the label was read from."""


class Link(NamedTuple):
    """A value as a page shows it: text in a language, a link if `href` is not empty, a note, numbers of its sources."""

    text: str
    href: str = ""
    language: str = ""
    note: str = ""
    sources: Sequence[int] = ()


class Fact(NamedTuple):
    """A property in words and its values; where sources differ on it, `claims` leads to what each says.

    What `is_dated` holds as of the date of the page.
    """

    name: str
    values: list[Link]
    claims: str = ""
    is_dated: bool = False


class Reads(NamedTuple):
    """The IRIs of which all that is said was read, those of which the outline was, and those that others point at."""

    whole: set[str]
    outlines: set[str]
    pointed: set[str]


class _Reading(threading.local):
    """The reads of a thread, where these are collected."""

    reads: Reads | None = None


class View:
    """The things of a store under a base, as pages show them; threads may share it."""

    def __init__(self, store: EmbeddedStore, base: str, shared: Container[str] | None = None) -> None:
        """Take a store under a base; `shared` are the things under the shared base that have pages, by default all."""
        self.base = base
        self.addresses = Addresses(base, shared)
        self._store = store
        self._derived = ox.NamedNode(f"{base}graph/derived")
        self.summary = self._remembered(self._summary)
        self.word = self._remembered(self._word)
        self.is_about_person = self._remembered(self._is_about_person)
        self._described = lru_cache(_CACHED_WHOLE)(self._describe)
        self._read_outline = lru_cache(_CACHED)(lambda iri: outline(self._described(iri)))
        self._reading = _Reading()
        self.graphs = [graph.value for graph in store.graphs()]
        self._graphs = frozenset(self.graphs)

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """Collect what this thread reads meanwhile of what is said of things, and of what points at them."""
        outer, reads = self._reading.reads, Reads(set(), set(), set())
        self._reading.reads = reads
        try:
            yield reads
        finally:
            self._reading.reads = outer

    def _remembered(self, ask: Callable[[str], T]) -> Callable[[str], T]:
        """Wrap a question about an IRI so that it is answered once, from outlines, which count as read each time."""

        @lru_cache(_CACHED)
        def answer(iri: str) -> tuple[T, set[str]]:
            with self.reading() as reads:
                return ask(iri), reads.outlines

        def told(iri: str) -> T:
            found, outlines = answer(iri)
            if reads := self._reading.reads:
                reads.outlines.update(outlines)
            return found

        return told

    def subjects(self) -> set[str]:
        """Return the IRIs of which anything is said, but for parts of others among them, and of the named graphs."""
        subjects = {quad.subject.value for quad in self._store.quads() if isinstance(quad.subject, ox.NamedNode)}
        return {iri for iri in subjects if whole(iri) not in subjects} | self._graphs

    def typed(self) -> set[str]:
        """Return the IRIs with a page of their own of what is said to be of a class."""
        quads = self._store.matching(None, ox.NamedNode(RDF_TYPE))
        subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        return {iri for iri in subjects if whole(iri) is None}

    def is_described(self, iri: str) -> bool:
        """Whether anything is said of it, or in it where it is a named graph."""
        return iri in self._graphs or self.outline(iri).is_described

    def page(self, iri: str) -> str | None:
        """Return the path of its page, if anything is said of it and no namesake takes its place."""
        page = self.addresses.page(iri)
        if page is None or not self.is_described(iri):
            return None
        own = self.addresses.namesake(iri)
        return None if own and page != VOCABULARY and self.is_described(own) else page

    def iri(self, page: str) -> str | None:
        """Find the IRI that a page is about, by its path."""
        folder, _, name = page.partition("/")
        parts = [part for part, known in FOLDERS.items() if known == f"{folder}/"]
        known = (f"{base}{part}{name}" for base in self.addresses.bases for part in parts)
        return next((iri for iri in known if self.page(iri) == page), None)

    def described(self, iri: str) -> Described:
        """Return all that is said of a thing."""
        if reads := self._reading.reads:
            reads.whole.add(iri)
        return self._described(iri)

    def objects(self, iri: str, name: str) -> list[Term]:
        """Return the values of one property of a thing, sorted."""
        if reads := self._reading.reads:
            reads.whole.add(iri)
        return sorted({quad.object for quad in self._store.matching(ox.NamedNode(iri), ox.NamedNode(name))}, key=str)

    def outline(self, iri: str) -> Outline:
        """Return the outline of a thing."""
        if reads := self._reading.reads:
            reads.outlines.add(iri)
        return self._read_outline(iri)

    def _describe(self, iri: str) -> Described:
        return describe(iri, self._store.matching(ox.NamedNode(iri)), self._derived)

    def incoming(self, iri: str, derived: bool, told: Container[str] = ()) -> dict[str, tuple[list[str], int]]:
        """Return what points at a thing, by property: the first `MOST` by IRI, and how many there are.

        `derived` asks for what is derived; otherwise it is left out, except on what rests on a source, and parts of
        the thing that point at it with one of the properties `told`. Of parts of other things, those count that do so,
        and what rests on a source does so with the whole thing: all else is told on the pages of their things.
        """
        found: dict[str, set[str]] = {}
        for quad in self._pointing(iri):
            name, subject = quad.predicate.value, quad.subject
            if not isinstance(subject, ox.NamedNode):
                continue
            thing, is_alike = whole(subject.value), (quad.graph_name == self._derived) is derived
            if name in _SOURCES:
                found.setdefault(name, set()).add(thing or subject.value)
            elif (thing == iri and (is_alike or name in told)) or (is_alike and (thing is None or name in told)):
                found.setdefault(name, set()).add(subject.value)
        return {name: (heapq.nsmallest(MOST, things), len(things)) for name, things in sorted(found.items())}

    def _pointing(self, iri: str) -> Iterator[ox.Quad]:
        if reads := self._reading.reads:
            reads.pointed.add(iri)
        return self._store.matching(None, None, ox.NamedNode(iri))

    def count(self, iri: str, name: str, most: int) -> int:
        """Count the statements with a property that point at a thing; of more than `most`, one more than that."""
        found = self._store.matching(None, ox.NamedNode(name), ox.NamedNode(iri))
        return sum(1 for _ in islice(found, most + 1))

    def instances(self, graph: str) -> dict[str, tuple[list[str], int]]:
        """Return what a graph describes, by class: the first `MOST` by IRI, and how many there are; but for parts."""
        found: dict[str, set[str]] = {}
        for quad in self._store.matching(None, ox.NamedNode(RDF_TYPE), None, ox.NamedNode(graph)):
            subject, kind = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(kind, ox.NamedNode) and whole(subject.value) is None:
                found.setdefault(kind.value, set()).add(subject.value)
        return {name: (heapq.nsmallest(MOST, things), len(things)) for name, things in sorted(found.items())}

    def of_class(self, name: str) -> list[str]:
        """Return the IRIs of the things of a class, sorted."""
        quads = self._store.matching(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(iri_of(name)))
        return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})

    def triples(self, thing: Described) -> list[ox.Triple]:
        """Return the description of a thing: its statements, and a label of each thing that it names.

        What has no name of its own is left out: blank nodes have no lasting labels.
        """
        subject = ox.NamedNode(thing.iri)
        own = [
            ox.Triple(subject, ox.NamedNode(name), value)
            for name, values in thing.values.items()
            for value in values
            if isinstance(value, ox.NamedNode | ox.Literal)
        ]
        named = {value.value for values in thing.values.values() for value in values if isinstance(value, ox.NamedNode)}
        labels = (self.summary(iri).name for iri in sorted(named - {thing.iri}))
        return own + [label for label in labels if label]

    def claims(self, iri: str) -> list[Described]:
        """Return what is said of the claims about a thing that are told on its page."""
        claims, _ = self.incoming(iri, derived=False).get(_SUBJECT, ([], 0))
        return [self.described(claim) for claim in claims if whole(claim) == iri]

    def parts(self, iri: str) -> list[Described]:
        """Return what is said of the parts of a thing: of those that point at it or at one another, or are named so."""
        found: dict[str, Described] = {}
        waiting = [iri]
        while waiting:
            one = waiting.pop()
            thing = self.described(one)
            found[one] = thing
            near = {term.value for terms in thing.values.values() for term in terms if isinstance(term, ox.NamedNode)}
            near.update(quad.subject.value for quad in self._pointing(one) if isinstance(quad.subject, ox.NamedNode))
            waiting += [other for other in near if other not in found and other not in waiting and whole(other) == iri]
        return [found[one] for one in sorted(found) if one != iri]

    def description(self, *things: Described) -> list[ox.Triple]:
        """Return the description of things with those of their parts, of the concepts of schemes, and what leads on.

        A coalition leads on to its memberships by their statements that name it: of each property, the first by IRI.
        """
        told = [one for thing in things for one in (thing, *self.parts(thing.iri))]
        for scheme in things:
            if _SCHEME in iris(scheme.values, "rdf:type"):
                near = {
                    one.subject.value for one in self._pointing(scheme.iri) if isinstance(one.subject, ox.NamedNode)
                }
                below = f"{self.addresses.path(scheme.iri)}/"
                concepts = sorted(one for one in near if (self.addresses.path(one) or "").startswith(below))
                told += [one for iri in concepts for one in (self.described(iri), *self.parts(iri))]
        said = [triple for one in told for triple in self.triples(one)]
        return list(dict.fromkeys([*said, *(link for thing in things for link in self._links(thing.iri))]))

    def _links(self, iri: str) -> Iterator[ox.Triple]:
        """Give statements that name a thing, but for what rests on it and its instances."""
        for name, (subjects, _) in self.incoming(iri, derived=False).items():
            if name not in _SOURCES and name != RDF_TYPE:
                for subject in subjects[:_MOST_LINKS]:
                    yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(name), ox.NamedNode(iri))

    def link(self, term: Term, root: str) -> Link:
        """Return a value in words; `root` leads from the page to the folder of the release."""
        if isinstance(term, ox.Literal):
            if term.datatype.value == f"{XSD}anyURI":
                return Link(term.value, safe(term.value))
            text = in_words(term.value) if term.datatype.value in DATED else term.value
            return Link(text, language="" if english(term) else term.language or "")
        if not isinstance(term, ox.NamedNode):
            return Link("(unnamed)")
        one = self.summary(term.value)
        if one.page:
            return Link(one.label, f"{root}{one.page}.html{one.anchor}", one.language, one.date)
        own = any(term.value.startswith(base) for base in self.addresses.bases)
        shared = own and not self.addresses.is_own(term.value) and one.label != short(term.value, self.base)
        return Link(one.label, safe(term.value) if shared or not own else "", one.language)

    def task(self, term: Term, root: str) -> Link:
        """Return a link to a function with its whole text, or to anything else by its name."""
        link = self.link(term, root)
        if not isinstance(term, ox.NamedNode):
            return link
        texts = [one for one in each(self.described(term.value).values, _TASK) if isinstance(one, ox.Literal)]
        best = min(texts, key=lambda text: (not english(text), text.value), default=None)
        if best is None:
            return link
        return link._replace(text=best.value, language="" if english(best) else best.language or "")

    def kind(self, values: Values) -> str:
        """Say what a thing is, in a word: its most telling class."""
        name = main_class(values)
        return self.word(name) if name else "thing"

    def above(self, iri: str) -> list[str]:
        """Return the things within whose names its own lies, from the outermost: `id/foc` of `id/foc/wg1`."""
        found = self.addresses.rest(iri)
        if found is None or self.addresses.page(iri) is None:
            return []
        base, parts = found[0], found[1].split("/")
        longer = [f"{base}{'/'.join(parts[:end])}" for end in range(2, len(parts))]
        return [one for one in longer if self.is_described(one)]

    def _is_about_person(self, iri: str) -> bool:
        """Whether it is a person, or what is theirs: a seat, an appearance, a name, the period of one of these."""
        values = self.outline(iri).values
        near = [term.value for name in OF_PERSON for term in values.get(name, ()) if isinstance(term, ox.NamedNode)]
        return (
            is_person(values)
            or any(self.summary(one).is_person for one in near)
            or any(self.is_about_person(one) for one in self.above(iri)[-1:])
        )

    def _summary(self, iri: str) -> Summary:
        thing = self.outline(iri)
        label, language, name = self._label(iri, thing.values)
        page = self.page(iri)
        place = iri[len(COAL) :] if page == VOCABULARY and iri.startswith(COAL) else fragment(iri)
        anchor = f"#{place}" if place else ""
        kind = "named graph" if iri in self._graphs else self.kind(thing.stated)
        return Summary(label, language, kind, date(thing.values)[0], page, anchor, is_person(thing.values), name)

    def _label(self, iri: str, values: Values) -> tuple[str, str, ox.Triple | None]:
        """Return what to call a thing, in which language, and the statement that says so.

        It is read from what is said of the thing and of those above it, and so comes to an end.
        """
        if best := best_name(values):
            text, (name, literal) = best[1].value, best
            language = "" if english(literal) else literal.language or ""
            return text, language, ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), literal)
        if iri in TERMS or not self.outline(iri).is_described:
            return self.word(iri), "", None
        if dates := [term.value for name in INSTANT for term in values.get(name, ()) if isinstance(term, ox.Literal)]:
            return in_words(dates[0]), "", None
        if notations := [term for term in values.get(NOTATION, ()) if isinstance(term, ox.Literal)]:
            scheme = [f" ({self._called(term)})" for term in values.get(SCHEME, ())][:1]
            said = ox.Triple(ox.NamedNode(iri), ox.NamedNode(NOTATION), notations[0])
            return notations[0].value + "".join(scheme), "", said
        claimed = [self._called(term) for name in CLAIM for term in list(each(values, name))[:1]]
        if len(claimed) == len(CLAIM):
            return f"{claimed[1]} of {claimed[0]}: {claimed[2]}", "", None
        return self._composed(iri), "", None

    def _called(self, term: Term) -> str:
        return self.word(term.value) if isinstance(term, ox.NamedNode) else self.link(term, "").text

    def _word(self, iri: str) -> str:
        """Return what a class, property or other thing is called by itself."""
        best = best_name(self.outline(iri).values)
        return TERMS.get(iri) or (best[1].value if best else short(iri, self.base))

    def _composed(self, iri: str) -> str:
        """Compose `mandate 1 of ...`: the end of its name, and what the rest of the name stands for."""
        above = self.above(iri)[-1:]
        if not above:
            return short(iri, self.base)
        words = iri[len(above[0]) + 1 :].replace("/", " ").replace("-", " ")
        return f"{words} of {self.summary(above[0]).label}"


def find_shared(store: EmbeddedStore, base: str) -> set[str] | None:
    """Return the things under the shared base that a workspace of another names itself, and the schemes of concepts."""
    if base == BASE:
        return None
    found: set[str] = set()
    for graph in store.graphs():
        if graph.value.startswith(base) and graph.value != f"{base}graph/derived":
            for quad in store.matching(None, None, None, graph):
                found.update(one.value for one in (quad.subject, quad.object) if isinstance(one, ox.NamedNode))
    shared = {whole(one) or one for one in found if one.startswith(BASE) and not one.startswith(base)}
    schemes = FOLDERS["concept/"]
    return shared | {f"{BASE}{find_document(one[len(BASE) :])}" for one in shared if one.startswith(f"{BASE}{schemes}")}


def safe(address: str) -> str:
    """Return an address that a page may link to, or nothing: http, https and mailto only."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    good = parts.scheme == "mailto" or (parts.scheme in ("http", "https") and parts.netloc)
    return address if good and address.isprintable() and not any(one in address for one in ' <>"\\^`{|}') else ""


def term_name(iri: str) -> str:
    """Return a class or property as a CURIE where one of the usual prefixes fits."""
    return curie(iri, PREFIXES) or iri
