"""The generated data: the kinds of things, how many there are, and what is said of each."""

from __future__ import annotations

from benchmarks.shacl import fields
from benchmarks.shacl.things import Kind, expand

CLASSES = """
al:Organisation al:Agent
al:Person al:Agent
al:Coalition al:Agent
al:Government al:Organisation
al:Company al:Organisation
al:CivilSociety al:Organisation
al:WorkingGroup al:Body
al:TaskForce al:Body
al:Publication al:Document
al:Declaration al:Publication
al:Report al:Publication
al:Minutes al:Document
al:Conference al:Event
al:Meeting al:Event
"""
SINGLE = expand(
    "".join("{} rdfs:subClassOf {} .\n".format(*line.split()) for line in CLASSES.split("\n") if line)
    + 'id:region/world rdf:type al:Region .\nid:region/world skos:prefLabel "World"@en .\n'
    + "".join(f"id:region/{i} rdf:type al:Region .\nid:region/{i} al:within id:region/world .\n" for i in range(6))
    + "".join(f'id:role/{i} rdf:type al:Role .\nid:role/{i} skos:prefLabel "Role {i}"@en .\n' for i in range(6))
    + "".join(f'id:task/{i} rdf:type al:Task .\nid:task/{i} skos:prefLabel "Task {i}"@en .\n' for i in range(12))
)


def _kind_of_organisation(subject: str, cls: str, category: str, cycle: tuple[str, ...]) -> Kind:
    triples = f"""
rdf:type al:{cls}
skos:prefLabel "{cls} {{i}}"@en
skos:prefLabel "{cls} no {{i}}"@fr
al:legalName "{cls} {{i}} of Country {{country}}"
al:category "{category}"
al:basedIn id:country/{{country}}
al:employees "{{staff}}"^^xsd:integer
al:budget "{{budget}}"^^xsd:decimal
al:homepage <https://{subject}{{i}}.example.org/>
al:address _:{subject}{{i}}
_:{subject}{{i}} rdf:type al:Address
_:{subject}{{i}} al:street "{{i}} High Street"
_:{subject}{{i}} al:postcode "{{staff:05}}"
_:{subject}{{i}} al:city "City {{staff}}"
_:{subject}{{i}} al:addressCountry id:country/{{country}}
"""
    return Kind(f"id:{subject}/{{i}}", 2 / 3, 30, fields.agent, triples, cycle)


KINDS = {
    "country": Kind(
        "id:country/{i}",
        0,
        60,
        fields.country,
        """
rdf:type al:Country
skos:prefLabel "Country {i}"@en
skos:prefLabel "Pays {i}"@fr
al:iso2 "{iso}"
al:iso3 "{iso}X"
al:numeric "{i}"^^xsd:integer
al:inRegion id:region/{region}
""",
    ),
    "topic": Kind(
        "id:topic/{i}",
        1 / 15,
        60,
        fields.topic,
        """
rdf:type al:Topic
skos:prefLabel "Topic {i}"@en
skos:inScheme id:scheme/topics
skos:{relation} id:topic/{broader}
al:notation "T-{i}"
""",
    ),
    "coalition": Kind(
        "id:coalition/{i}",
        2 / 15,
        36,
        fields.coalition,
        """
rdf:type al:Coalition
skos:prefLabel "Coalition {i}"@en
skos:prefLabel "Coalition no {i}"@fr
al:slug "coalition-{i}"
al:founded "{founded}"^^xsd:date
al:renewed "{renewed}"^^xsd:date
al:homepage <https://coalition{i}.example.org/>
al:memberCount "{i}"^^xsd:integer
al:secretariat id:{seat}
""",
    ),
    "body": Kind(
        "id:body/{i}",
        4 / 15,
        72,
        fields.body,
        """
rdf:type al:{class}
skos:prefLabel "Body {i}"@en
al:partOf id:coalition/{coalition}
al:chair id:person/{i}
al:deputy id:person/{deputy}
al:quorum "{quorum}"^^xsd:integer
al:seats "20"^^xsd:integer
""",
        faulty=(1 / 2, 3 / 4),
    ),
    "mandate": Kind(
        "id:mandate/{i}",
        7 / 15,
        60,
        fields.mandate,
        """
rdf:type al:Mandate
al:of id:body/{body}
al:grantedBy id:{granted}
al:task id:task/{task}
al:task "Whatever else is asked"@en
al:number "{number}"^^xsd:integer
""",
        ("", *["al:renews id:mandate/{previous}"] * 4),
    ),
    "source": Kind(
        "id:source/{i}",
        1,
        30,
        fields.source,
        """
rdf:type al:Source
dcterms:title "Page {i}"@en
al:url <https://example.org/page/{i}>
al:page <https://example.org/page/{i}>
al:retrieved "{day}T10:00:00"^^xsd:dateTime
al:checked "2026-01-01T10:00:00"^^xsd:dateTime
""",
    ),
    "government": _kind_of_organisation("government", "Government", "government", ("al:governs id:country/{country}",)),
    "company": _kind_of_organisation(
        "company", "Company", "private sector", ('al:ticker "{ticker}"', "al:owner id:person/{i}")
    ),
    "civil": _kind_of_organisation(
        "civil", "CivilSociety", "civil society", ('al:registration "R{i}"', "al:fiscalHost id:government/{i}")
    ),
    "identifier": Kind(
        "id:identifier/{i}",
        2,
        90,
        fields.identifier,
        """
rdf:type al:Identifier
al:notation "ID-{i}"
al:identifies id:{org}
""",
    ),
    "person": Kind(
        "id:person/{i}",
        3,
        180,
        fields.person,
        """
rdf:type al:Person
al:name "Given{i} Family{year}"
al:alias "Nickname {i}"
al:email <mailto:p{i}@example.org>
al:speaks "{speaks}"
al:worksFor id:{org}
al:knows id:person/{knows}
al:since "{year}"^^xsd:gYear
""",
    ),
    "membership": Kind(
        "id:membership/{i}",
        4,
        120,
        fields.membership,
        """
rdf:type al:Membership
al:member id:{member}
al:memberOf id:coalition/{coalition}
al:role id:role/{role}
al:begin "{begin}"^^xsd:date
rdfs:comment "Membership {i}"@en
dcterms:source id:source/{source}
""",
        ('al:status "member"', 'al:status "observer"', 'al:status "former"\nal:end "{end}"^^xsd:date'),
    ),
    "claim": Kind(
        "id:claim/{i}",
        2,
        60,
        fields.claim,
        """
rdf:type al:Claim
rdf:subject id:membership/{subject}
rdf:predicate al:begin
rdf:object "{begin}"^^xsd:date
al:confidence "{confidence}"^^xsd:decimal
dcterms:source id:source/{source}
""",
        ('al:rank "preferred"', 'al:rank "normal"', 'al:rank "preferred"', 'al:rank "deprecated"'),
    ),
    "document": Kind(
        "id:document/{i}",
        1,
        60,
        fields.document,
        """
rdf:type al:{class}
dcterms:title "Document {i}"@en
dcterms:title "Document no {i}"@fr
dcterms:issued "{issued}"^^xsd:date
dcterms:modified "{modified}"^^xsd:date
al:released "{issued}T12:00:00"^^xsd:dateTime
al:issuedBy id:coalition/{coalition}
al:topic id:topic/{topic}
al:topic id:topic/{topic2}
dcterms:language "{lang}"
al:pages "{pages}"^^xsd:integer
dcterms:source id:source/{source}
""",
        ("", *["al:supersedes id:document/{previous}"] * 7),
    ),
    "event": Kind(
        "id:event/{i}",
        1,
        60,
        fields.event,
        """
rdf:type al:{class}
skos:prefLabel "Event {i}"@en
al:starts "{day}T09:00:00"^^xsd:dateTime
al:ends "{day}T18:00:00"^^xsd:dateTime
al:hostedBy id:{host}
al:attendee id:person/{state}
al:attendee id:person/{firm}
al:attendee id:person/{civil}
al:capacity "{capacity}"^^xsd:integer
""",
    ),
    "endorsement": Kind(
        "id:endorsement/{i}",
        2,
        60,
        fields.endorsement,
        """
rdf:type al:Endorsement
al:agent id:{agent}
al:document id:document/{document}
al:date "{day}T12:00:00"^^xsd:dateTime
dcterms:source id:source/{source}
""",
    ),
}
