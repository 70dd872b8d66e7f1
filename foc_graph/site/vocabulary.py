"""The page of the vocabulary: every class and property with what it means and how it is used."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.namespaces import COAL, iri_of
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.site.addresses import VOCABULARY
from foc_graph.site.descriptions import Term, each
from foc_graph.site.render import Renderer
from foc_graph.site.things import Fact
from foc_graph.site.view import Link, View, safe, term_name

_CLASSES = {iri_of("owl:Class"), iri_of("rdfs:Class")}
_TEXTS = ("skos:definition", "skos:scopeNote", "skos:example")
_ELSEWHERE = {iri_of(name) for name in (*_TEXTS, "rdf:type", "rdfs:label", "rdfs:isDefinedBy", "skos:prefLabel")}
_NARROWER = (iri_of("rdfs:subClassOf"), iri_of("rdfs:subPropertyOf"))


class TermEntry(NamedTuple):
    """One class or property; `name` is its anchor."""

    name: str
    iri: str
    label: str
    kind: str
    definition: list[Link]
    scope: list[Link]
    examples: list[Link]
    facts: list[Fact]
    is_deprecated: bool


def write_vocabulary(view: View, renderer: Renderer, iris: list[str]) -> None:
    """Write `ns.html` and its descriptions: the shared vocabulary, with those of its terms that are among the IRIs."""
    terms = [iri for iri in iris if iri.startswith(COAL)]
    about = view.described(COAL[:-1])
    triples = [
        ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), value)
        for iri in (COAL[:-1], *terms)
        for name, values in view.described(iri).values.items()
        for value in values
    ]
    entries = {iri: _entry(view, iri) for iri in terms}
    is_class = {iri: bool(_classes(view, iri) & _CLASSES) for iri in terms}
    renderer.described(
        "vocabulary",
        VOCABULARY,
        triples,
        title=next((link.text for link in _texts(view, about.values, "dcterms:title")), "Vocabulary"),
        iri=COAL,
        about=_texts(view, about.values, "dcterms:description"),
        version=next((link.text for link in _texts(view, about.values, "owl:versionInfo")), ""),
        groups=[
            ("Classes", "classes", [entries[iri] for iri in terms if is_class[iri]]),
            ("Properties", "properties", [entries[iri] for iri in terms if not is_class[iri]]),
        ],
    )


def _classes(view: View, iri: str) -> set[str]:
    return {term.value for term in view.described(iri).values.get(RDF_TYPE, ()) if isinstance(term, ox.NamedNode)}


def _entry(view: View, iri: str) -> TermEntry:
    thing = view.described(iri)
    facts = [
        Fact(view.word(name), [_term(view, term) for term in terms])
        for name, terms in thing.stated.items()
        if name not in _ELSEWHERE and name != iri_of("owl:deprecated")
    ]
    narrower = [one for name in _NARROWER for one in view.incoming(iri, derived=False).get(name, ([], 0))[0]]
    if narrower:
        facts.append(Fact("narrower", [_term(view, ox.NamedNode(one)) for one in narrower]))
    definition, scope, examples = (_texts(view, thing.values, name) for name in _TEXTS)
    deprecated = any(
        isinstance(term, ox.Literal) and term.value == "true" for term in each(thing.values, "owl:deprecated")
    )
    name, label, kind = iri[len(COAL) :], view.summary(iri).label, view.kind(thing.values)
    return TermEntry(name, iri, label, kind, definition, scope, examples, facts, deprecated)


def _texts(view: View, values: dict[str, list[Term]], name: str) -> list[Link]:
    return [view.link(term, "") for term in each(values, name)]


def _term(view: View, term: Term) -> Link:
    """Return a term of the vocabulary by its name, one from elsewhere as a CURIE."""
    if not isinstance(term, ox.NamedNode):
        return view.link(term, "")
    if view.page(term.value):
        link = view.link(term, "")
        return link._replace(text=term_name(term.value)) if term.value.startswith(COAL) else link
    return Link(term_name(term.value), safe(term.value))
