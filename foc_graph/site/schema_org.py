"""What search engines read of a thing: schema.org, where it fits."""

from __future__ import annotations

import pyoxigraph as ox

from foc_graph.namespaces import iri_of
from foc_graph.site.descriptions import Described, each, english
from foc_graph.site.things import web_address
from foc_graph.site.view import View

_TYPES = {
    "coal:Government": "GovernmentOrganization",
    "coal:Event": "Event",
    "coal:Document": "CreativeWork",
    "schema:Country": "Country",
    "schema:City": "City",
    "org:Organization": "Organization",
}
_TEXTS = {
    "description": ("dcterms:description", "coal:aim"),
    "alternateName": ("coal:abbreviation",),
    "startDate": ("schema:startDate",),
    "endDate": ("schema:endDate",),
    "datePublished": ("dcterms:issued",),
}
_ORGANISATION = {"foundingDate": ("coal:begin",), "dissolutionDate": ("coal:end",)}


def schema_org(view: View, thing: Described) -> dict[str, object] | None:
    """A JSON-LD object about a thing, or None where schema.org has no class for it; never for a person."""
    classes = {term.value for term in each(thing.values, "rdf:type") if isinstance(term, ox.NamedNode)}
    kind = next((ours for name, ours in _TYPES.items() if iri_of(name) in classes), None)
    if kind is None:
        return None
    found: dict[str, object] = {
        "@context": {"@vocab": "https://schema.org/"},
        "@id": thing.iri,
        "@type": kind,
        "name": view.summary(thing.iri).label,
    }
    for key, names in (_TEXTS | (_ORGANISATION if kind.endswith("Organization") else {})).items():
        texts = [term for term in each(thing.values, *names) if isinstance(term, ox.Literal)]
        if texts:
            found[key] = min(texts, key=lambda term: (not english(term), term.value)).value
    if address := web_address(thing):
        found["url"] = {"@id": address}
    return found
