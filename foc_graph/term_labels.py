"""Words for terms of other vocabularies, which the graph does not describe, and for what points at a thing."""

from __future__ import annotations

import re

from foc_graph.namespaces import BASE, iri_of

_CLASSES = {
    "adms:Identifier": "identifier",
    "bibo:status/draft": "draft",
    "cv:PublicOrganisation": "public organisation",
    "foaf:Person": "person",
    "org:FormalOrganization": "organisation",
    "org:Organization": "organisation",
    "org:OrganizationalCollaboration": "collaboration of organisations",
    "org:Post": "post",
    "org:Role": "role",
    "owl:Class": "class",
    "owl:DatatypeProperty": "property with values",
    "owl:ObjectProperty": "property",
    "owl:Ontology": "vocabulary",
    "prov:Organization": "organisation",
    "prov:Person": "person",
    "prov:SoftwareAgent": "program",
    "schema:City": "city",
    "schema:Country": "country",
    "schema:GovernmentOrganization": "government organisation",
    "semapv:CompositeMatching": "several kinds of matching together",
    "semapv:LexicalMatching": "matching of names",
    "semapv:LexicalSimilarityThresholdMatching": "similarity of names",
    "semapv:ManualMappingCuration": "manual curation",
    "semapv:MappingChaining": "chain of mappings",
    "semapv:MappingReview": "review",
    "semapv:UnspecifiedMatching": "not specified",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "concept scheme",
    "skosxl:Label": "name",
    "time:Instant": "date",
    "time:Interval": "period",
    "void:Dataset": "named graph",
}

_PROPERTIES = {
    "bibo:status": "status",
    "dc:creator": "creator",
    "dc:publisher": "publisher",
    "dcterms:bibliographicCitation": "cite as",
    "dcterms:created": "created",
    "dcterms:creator": "made by",
    "dcterms:date": "date",
    "dcterms:description": "description",
    "dcterms:issued": "issued",
    "dcterms:isReferencedBy": "source",
    "dcterms:isReplacedBy": "replaced by",
    "dcterms:license": "licence",
    "dcterms:modified": "modified",
    "dcterms:publisher": "publisher",
    "dcterms:references": "refers to",
    "dcterms:replaces": "replaces",
    "dcterms:rights": "rights",
    "dcterms:source": "source",
    "dcterms:subject": "about",
    "dcterms:title": "title",
    "dcterms:type": "kind",
    "foaf:focus": "stands for",
    "foaf:homepage": "website",
    "geo:lat": "latitude",
    "geo:long": "longitude",
    "org:classification": "kind",
    "org:linkedTo": "linked to",
    "org:member": "who",
    "org:organization": "in",
    "org:role": "role",
    "org:subOrganizationOf": "part of",
    "owl:deprecated": "deprecated",
    "owl:disjointWith": "nothing is both this and",
    "owl:priorVersion": "earlier version",
    "owl:sameAs": "the same thing",
    "owl:versionInfo": "version",
    "prov:generated": "brought about",
    "prov:wasInfluencedBy": "influenced by",
    "rdf:object": "value",
    "rdf:predicate": "property",
    "rdf:subject": "about",
    "rdf:type": "type",
    "rdfs:domain": "used on",
    "rdfs:isDefinedBy": "defined by",
    "rdfs:label": "label",
    "rdfs:range": "value",
    "rdfs:seeAlso": "see also",
    "rdfs:subClassOf": "kind of",
    "rdfs:subPropertyOf": "kind of",
    "schema:about": "about",
    "schema:archivedAt": "archived copy",
    "schema:containedInPlace": "lies in",
    "schema:domainIncludes": "often used on",
    "schema:funder": "funded by",
    "schema:location": "place",
    "schema:rangeIncludes": "value, among others",
    "schema:superEvent": "part of",
    "schema:url": "address",
    "skos:broadMatch": "broader concept",
    "skos:broader": "broader",
    "skos:closeMatch": "nearly the same concept",
    "skos:definition": "definition",
    "skos:exactMatch": "the same concept",
    "skos:example": "example",
    "skos:hasTopConcept": "at the top",
    "skos:inScheme": "scheme",
    "skos:narrowMatch": "narrower concept",
    "skos:notation": "notation",
    "skos:prefLabel": "name",
    "skos:altLabel": "other name",
    "skos:relatedMatch": "related concept",
    "skos:scopeNote": "scope",
    "skos:topConceptOf": "at the top of",
    "skosxl:literalForm": "name",
    "sssom:confidence": "confidence, from 0 to 1",
    "sssom:mapping_justification": "justification",
    "time:after": "after",
    "time:before": "before",
    "time:hasBeginning": "begins",
    "time:hasEnd": "ends",
    "time:hasTime": "period",
    "time:inXSDDate": "day",
    "time:inXSDgYear": "year",
    "time:inXSDgYearMonth": "month",
}

_INCOMING = {
    "coal:adoptedBy": "Statements and documents",
    "coal:affiliation": "People from it",
    "coal:assigns": "Assigned by",
    "coal:categoryBasis": "Agents with this basis of category",
    "coal:completenessOf": "How complete its lists are",
    "coal:completenessState": "Lists in this state",
    "coal:convenedBy": "Events",
    "coal:currentStatus": "Memberships of this status",
    "coal:empowers": "Mandates",
    "coal:governs": "Governed by",
    "coal:grantedBy": "Mandates that it grants",
    "coal:hostedBy": "Hosted by it",
    "coal:list": "Statements about such lists",
    "coal:membershipStatus": "Memberships and phases with this status",
    "coal:periodState": "Periods of this state",
    "coal:rank": "Claims and names of this rank",
    "coal:scheme": "Identifiers",
    "coal:stakeholderCategory": "Agents of this category",
    "coal:succeededBy": "Preceded by",
    "coal:supersedes": "Superseded by",
    "coal:renews": "Renewed by",
    "dcterms:isReferencedBy": "What it mentions",
    "dcterms:isReplacedBy": "Replaces",
    "dcterms:replaces": "Replaced by",
    "dcterms:source": "Based on it",
    "dcterms:subject": "Documents about it",
    "dcterms:type": "Of this kind",
    "foaf:focus": "Topics that stand for it",
    "org:classification": "Of this kind",
    "org:linkedTo": "Linked from",
    "org:role": "Held by",
    "org:subOrganizationOf": "Parts",
    "prov:generated": "Came out of",
    "rdf:object": "Claims with this value",
    "schema:about": "Described in",
    "schema:containedInPlace": "Places within",
    "schema:funder": "Coalitions that it funds",
    "schema:location": "Located here",
    "schema:superEvent": "Parts",
    "skos:broader": "Narrower",
    "skos:hasTopConcept": "At the top of",
    "skos:inScheme": "Concepts",
    "time:after": "Before",
    "time:before": "After",
    "time:hasBeginning": "Begin of",
    "time:hasEnd": "End of",
    "time:hasTime": "Period of",
}


_FACTS = {
    "dcterms:type": "kind",
    "org:classification": "kind",
    "coal:aim": "aim",
    "coal:theme": "theme",
    "coal:edition": "edition",
    "org:member": "who",
    "org:organization": "in",
    "org:role": "role",
    "coal:appearanceOf": "who",
    "coal:appearedIn": "at or in",
    "coal:capacity": "as",
    "coal:affiliation": "from",
    "coal:onBehalfOf": "on behalf of",
    "coal:currentStatus": "status",
    "coal:membershipStatus": "status",
    "coal:endorsedBy": "who",
    "coal:endorses": "signed",
    "coal:date": "on",
    "coal:governs": "governs",
    "coal:stakeholderCategory": "category",
    "coal:empowers": "for",
    "coal:assigns": "tasks",
    "coal:grantedBy": "set up by",
    "coal:begin": "began",
    "coal:end": "ended",
    "dcterms:issued": "issued",
    "org:subOrganizationOf": "part of",
    "schema:location": "place",
    "coal:convenedBy": "organised by",
    "coal:hostedBy": "hosted by",
    "prov:generated": "led to",
    "dcterms:creator": "made by",
    "coal:adoptedBy": "adopted by",
    "coal:foundingMemberCount": "founding members",
    "schema:funder": "funded by",
    "dcterms:subject": "about",
    "dc:publisher": "publisher",
    "coal:retrieved": "read on",
    "foaf:homepage": "website",
    "schema:url": "address",
}
"""The words of readers for facts whose property has another name or none, in the order in which they are read."""


def plural(words: str) -> str:
    """Return the regular plural of an English noun, which may be followed by `of` or `with`; completeness has none."""
    noun, *rest = re.split("(?= of | with )", words, maxsplit=1)
    if re.search("[^aeiou]y$", noun):
        noun = f"{noun[:-1]}ies"
    elif noun and not noun.endswith("ness"):
        noun += "es" if re.search("(s|x|z|ch|sh)$", noun) else "s"
    return "".join((noun, *rest))


def _by_iri(words: dict[str, str]) -> dict[str, str]:
    return {iri_of(name): word for name, word in words.items()}


_PUBLISHER = {f"{BASE}catalogue#publisher": "The foc-graph contributors"}
"""Who made the shared vocabulary and concepts: a catalogue describes them, the graph does not."""

TERMS = _by_iri(_CLASSES | _PROPERTIES) | _PUBLISHER
"""Classes and properties of other vocabularies, and who made ours, by IRI."""

INCOMING = _by_iri(_INCOMING)
"""Headings for the things that point at a thing, by the property that points."""

FACTS = _by_iri(_FACTS)
"""The words of readers for facts, by the IRIs of the properties."""

ORDER = {iri: number for number, iri in enumerate(dict.fromkeys((*FACTS, *TERMS)))}
"""Where a property stands among the facts."""
