"""The kinds of table that can be imported and exported, and what their columns mean in the vocabulary."""

from __future__ import annotations

from typing import NamedTuple

from foc_graph.namespaces import iri_of


class Column(NamedTuple):
    """One column: its heading in an exported file, its predicate, what a cell holds and other headings it goes by.

    `holds` is `agent`, `holder` (an agent, where a new one is a person), `person`, `organisation`, `body`, `document`,
    `act` (a document or event), `function`, `mandate`, `place`, `date` (at any precision), `day`, `text`, `url`,
    `source` or the name of a concept scheme; with `many`, a cell may hold several. A column without a predicate only
    helps to identify.
    """

    heading: str
    predicate: str
    holds: str
    titles: tuple[str, ...] = ()
    required: bool = False
    many: bool = False

    @property
    def iri(self) -> str:
        """Return the IRI of the predicate, empty for a column without one."""
        return iri_of(self.predicate) if self.predicate else ""


class Kind(NamedTuple):
    """One kind of table: a row is a thing of `type`, kept in `file` of the coalition's folder."""

    name: str
    type: str
    file: str
    columns: tuple[Column, ...]

    @property
    def source(self) -> str:
        """Return the IRI of the property by which such a thing names its sources."""
        return next(column.iri for column in self.columns if column.holds == "source")


_ID = Column("id", "", "id", ("identifier",))
_SOURCE = Column(
    "source", "dcterms:source", "source", ("sources", "source url", "source urls", "reference", "link"), many=True
)
_PAGE = _SOURCE._replace(predicate="dcterms:isReferencedBy")
_NOTE = Column("note", "coal:note", "text", ("notes", "remark", "remarks", "comment", "comments"), many=True)
_PERIOD = (
    Column("begin_not_before", "coal:beginNotBefore", "day", ("begins earliest", "joined earliest", "start earliest")),
    Column("begin_not_after", "coal:beginNotAfter", "day", ("begins latest", "joined latest", "start latest")),
    Column("end_not_before", "coal:endNotBefore", "day", ("ends earliest", "left earliest", "end earliest")),
    Column("end_not_after", "coal:endNotAfter", "day", ("ends latest", "left latest", "end latest")),
    Column("planned_end", "coal:plannedEnd", "date", ("term ends", "planned until")),
    Column("attested", "coal:attested", "date", ("seen", "named in"), many=True),
    Column("verified", "coal:verified", "date", ("last verified", "checked")),
    Column("state", "coal:periodState", "period-state", ("period state",)),
)
_SEAT = (
    Column("role", "org:role", "role", ("function", "position")),
    Column("status", "coal:membershipStatus", "membership-status", ("membership status",)),
    Column("capacity", "coal:capacity", "text", ()),
    *_PERIOD,
    Column("basis", "coal:basis", "basis", ()),
    _NOTE,
    _SOURCE,
)
_START = Column("start", "coal:begin", "date", ("since", "from", "joined", "start date"))
_END = Column("end", "coal:end", "date", ("until", "to", "left", "end date"))
_BODY = Column("body", "org:organization", "body", ("body id", "group", "working group", "committee"))
_CODE = Column("code", "", "code", ("iso2", "iso3", "iso", "iso code", "country code"))
_CATEGORY = Column("category", "", "stakeholder-category", ("stakeholder category", "stakeholder group", "sector"))
_AFFILIATION = Column("organisation", "coal:affiliation", "organisation", ("organization", "affiliation", "employer"))

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "bodies",
            "coal:Body",
            "bodies.ttl",
            (
                _ID,
                Column("name", "skos:prefLabel", "text", ("title", "body", "group"), required=True),
                Column("kind", "org:classification", "body-kind", ("type", "body kind", "body type"), required=True),
                Column("abbreviation", "coal:abbreviation", "text", ("acronym", "short name")),
                Column("part_of", "org:subOrganizationOf", "body", ("parent", "parent body")),
                Column("aim", "coal:aim", "text", ("purpose",)),
                _START,
                _END,
                *_PERIOD,
                Column("homepage", "foaf:homepage", "url", ("website", "url")),
                _NOTE,
                _PAGE,
            ),
        ),
        Kind(
            "members",
            "coal:Membership",
            "members.ttl",
            (
                _ID,
                Column(
                    "member",
                    "org:member",
                    "agent",
                    ("member name", "member state", "name", "country", "government", "state name", "organisation"),
                    required=True,
                ),
                _CODE,
                _CATEGORY,
                Column("joined", "coal:begin", "date", ("join date", "date joined", "accession", "since", "start")),
                Column("left", "coal:end", "date", ("left or suspended", "date left", "until", "exit", "end")),
                *_SEAT,
            ),
        ),
        Kind(
            "people",
            "coal:Membership",
            "people.ttl",
            (
                _ID,
                _BODY._replace(required=True),
                Column("person", "org:member", "person", ("name", "full name", "member", "representative")),
                _AFFILIATION,
                _CATEGORY,
                _START,
                _END,
                *_SEAT,
            ),
        ),
        Kind(
            "offices",
            "coal:Membership",
            "offices.ttl",
            (
                _ID,
                _BODY,
                Column(
                    "holder", "org:member", "holder", ("name", "chair", "person", "country", "member"), required=True
                ),
                _CODE,
                _AFFILIATION,
                _CATEGORY,
                _START,
                _END,
                *(column._replace(required=column.heading == "role") for column in _SEAT),
            ),
        ),
        Kind(
            "documents",
            "coal:Document",
            "documents.ttl",
            (
                _ID,
                Column("title", "dcterms:title", "text", ("name", "document"), required=True),
                Column("type", "dcterms:type", "document-type", ("document type", "kind"), required=True),
                Column("date", "dcterms:issued", "date", ("issued", "date issued", "adopted on", "published")),
                Column("adopted_by", "coal:adoptedBy", "agent", ("adopted by",), many=True),
                Column("creator", "dcterms:creator", "agent", ("author", "body", "made by"), many=True),
                Column("replaces", "dcterms:replaces", "document", ("supersedes",), many=True),
                Column("url", "schema:url", "url", ("address", "web address")),
                _NOTE,
                _PAGE,
            ),
        ),
        Kind(
            "signatories",
            "coal:Endorsement",
            "endorsements.ttl",
            (
                _ID,
                Column("document", "coal:endorses", "document", ("statement", "title", "text"), required=True),
                Column(
                    "signatory",
                    "coal:endorsedBy",
                    "agent",
                    ("name", "signed by", "endorser", "country", "member", "government", "organisation"),
                    required=True,
                ),
                _CODE,
                _CATEGORY,
                Column("date", "coal:date", "date", ("signed", "date signed", "signed on")),
                _NOTE,
                _SOURCE,
            ),
        ),
        Kind(
            "functions",
            "coal:Function",
            "mandates.ttl",
            (
                _ID,
                _BODY._replace(predicate=""),
                Column("name", "skos:prefLabel", "text", ("title", "function"), required=True),
                Column("text", "skos:definition", "text", ("definition", "description", "task"), required=True),
                _PAGE,
            ),
        ),
        Kind(
            "mandates",
            "coal:Mandate",
            "mandates.ttl",
            (
                _ID,
                _BODY._replace(predicate="coal:empowers"),
                Column("name", "skos:prefLabel", "text", ("title", "mandate")),
                _START,
                _END,
                *_PERIOD,
                Column("functions", "coal:assigns", "function", ("function", "tasks"), many=True),
                Column("granted_by", "coal:grantedBy", "act", ("set up by", "document"), many=True),
                Column("influenced_by", "prov:wasInfluencedBy", "document", ("draft",), many=True),
                Column("renews", "coal:renews", "mandate", (), many=True),
                Column("supersedes", "coal:supersedes", "mandate", ("replaces",), many=True),
                _NOTE,
                _PAGE,
            ),
        ),
        Kind(
            "meetings",
            "coal:Event",
            "meetings.ttl",
            (
                _ID,
                Column("title", "dcterms:title", "text", ("occasion", "name", "event", "meeting"), required=True),
                Column("type", "dcterms:type", "event-kind", ("event type", "kind"), required=True),
                Column("convened_by", "coal:convenedBy", "body", ("held by", "body", "body id", "group"), many=True),
                Column("start", "coal:begin", "date", ("date", "from", "start date"), required=True),
                Column("end", "coal:end", "date", ("date end", "to", "until", "end date")),
                Column("place", "schema:location", "place", ("city", "location", "venue")),
                _NOTE,
                _PAGE,
            ),
        ),
        Kind(
            "claims",
            "coal:Claim",
            "claims.tsv",
            (
                Column("thing", "rdf:subject", "thing", required=True),
                Column("property", "rdf:predicate", "property", required=True),
                Column("value", "rdf:object", "value", required=True),
                Column("source", "prov:entity", "source", ("source url", "reference", "link")),
                Column("support", "coal:support", "support", required=True),
                Column("locator", "coal:locator", "text", ("where", "page", "paragraph")),
                Column("rank", "coal:rank", "claim-rank"),
                Column("ruling", "coal:ruling", "text", ("reason",)),
                Column("attested", "coal:attested", "date", ("as of", "seen"), many=True),
                Column("note", "skos:note", "text", _NOTE.titles),
                Column("claim", "", "id"),
            ),
        ),
    )
}
"""The kinds by name, in the order in which the sheets of a workbook are read: each may name what earlier ones bring."""
