"""The label of a thing where one name of it is shown."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from foc_graph.namespaces import iri_of

_NAMES = tuple(map(iri_of, ("skos:prefLabel", "dcterms:title", "rdfs:label", "foaf:name")))


def label(quads: Iterable[ox.Quad]) -> str | None:
    """The name of a thing, by what is said of it: English, else without a language, else the first by language tag."""
    names = {
        (language.partition("-")[0] != "en", language, _NAMES.index(quad.predicate.value), quad.object.value)
        for quad in quads
        if quad.predicate.value in _NAMES and isinstance(quad.object, ox.Literal)
        for language in [quad.object.language or ""]
    }
    return min(names)[-1] if names else None
