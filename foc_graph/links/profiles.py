"""Profiles of datasets: classes and properties of common vocabularies that tell their things apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from foc_graph.matching.index import KINDS
from foc_graph.namespaces import PREFIXES

_NAMESPACES = {
    **{prefix: (namespace,) for prefix, namespace in PREFIXES.items()},
    "schema": (PREFIXES["schema"], "http://schema.org/"),
    "dbo": ("http://dbpedia.org/ontology/",),
    "dcat": ("http://www.w3.org/ns/dcat#",),
    "gn": ("http://www.geonames.org/ontology#",),
    "locn": ("http://www.w3.org/ns/locn#",),
    "rov": ("http://www.w3.org/ns/regorg#",),
    "vcard": ("http://www.w3.org/2006/vcard/ns#",),
    "wdt": ("http://www.wikidata.org/prop/direct/",),
}


def _iris(names: str) -> Iterator[str]:
    for name in names.split():
        prefix, _, local = name.partition(":")
        yield from (namespace + local for namespace in _NAMESPACES[prefix])


def _roles(**names: str) -> Mapping[str, str]:
    return MappingProxyType({iri: role for role, listed in names.items() for iri in _iris(listed)})


CLASSES = MappingProxyType(
    {
        **{iri: kind for kind, iri in KINDS.items()},
        **_roles(
            organisation="org:FormalOrganization org:OrganizationalCollaboration org:OrganizationalUnit "
            "foaf:Organization schema:Organization schema:Corporation schema:EducationalOrganization "
            "schema:GovernmentOrganization schema:NGO schema:NewsMediaOrganization cv:PublicOrganisation "
            "dbo:Organisation prov:Organization rov:RegisteredOrganization vcard:Organization",
            person="schema:Person dbo:Person prov:Person vcard:Individual",
            country="schema:Country dbo:Country",
            document="foaf:Document schema:Article schema:CreativeWork schema:DigitalDocument schema:Report",
            event="schema:Event dbo:Event",
        ),
    }
)
"""The kind of a thing by its class."""

ABOUT = frozenset(
    _iris(
        "owl:AnnotationProperty owl:Class owl:DatatypeProperty owl:ObjectProperty owl:Ontology rdf:Property rdfs:Class "
        "rdfs:Datatype skos:Collection skos:ConceptScheme skosxl:Label dcat:Catalog dcat:Dataset void:Dataset "
        "sh:NodeShape sh:PropertyShape"
    )
)
"""Classes of what a dataset says about itself and its terms, and not about things."""

NAMES = _roles(
    name="skos:prefLabel schema:name foaf:name gn:name dcterms:title dc:title rdfs:label skosxl:prefLabel",
    alias="skos:altLabel skos:hiddenLabel schema:alternateName schema:legalName gn:officialName gn:alternateName "
    "rov:legalName vcard:fn vcard:organization-name skosxl:altLabel skosxl:hiddenLabel",
)
"""Properties by which a thing has a name: the preferred ones come first."""

PROPERTIES = MappingProxyType(
    {
        **NAMES,
        **_roles(
            type="rdf:type",
            country="schema:addressCountry schema:containedInPlace schema:location schema:nationality dcterms:spatial "
            "dbo:country gn:countryCode gn:parentCountry vcard:country-name wdt:P17",
            homepage="foaf:homepage schema:url vcard:hasURL wdt:P856",
            same="owl:sameAs skos:exactMatch schema:sameAs",
            year="coal:begin coal:date dcterms:date dcterms:issued dc:date schema:datePublished schema:startDate",
        ),
    }
)
"""The fact that a property of a thing states."""

NODES = _roles(
    name="skosxl:prefLabel",
    alias="skosxl:altLabel skosxl:hiddenLabel",
    country="schema:addressCountry schema:containedInPlace schema:location schema:nationality dcterms:spatial "
    "dbo:country gn:parentCountry wdt:P17 schema:address vcard:hasAddress org:siteAddress locn:address",
)
"""Properties that lead to a label, a place or an address, of which others (`OF_NODES`) tell."""

OF_NODES = _roles(
    name="skosxl:literalForm",
    country="rdfs:label skos:prefLabel skos:notation schema:name schema:addressCountry gn:countryCode gn:name "
    "vcard:country-name locn:adminUnitL1",
)
"""The fact that a property of such a node states."""
