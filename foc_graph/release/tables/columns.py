"""The tables of a release: the name of each, the subject of its rows, and its columns."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["iri", "iris", "text", "partial", "day", "number"]
"""An IRI, a list of IRIs, text, a day, month or year (`2015`, `2015-05`, `2015-05-04`), a day, or a number."""

Cell = str | date | float | tuple[str, ...] | None
Cells = tuple[Cell, ...]


class Column(NamedTuple):
    """One column of a table.

    Its `meaning` is left out where the header of the table's stored query tells it. What that query does not give is
    found by a `pattern` of SPARQL, from `?key`, the key of the row, to `?value`. In the graph, the value is that of
    `property` (a CURIE) of what stands in the column `of`, by default the key.
    """

    name: str
    holds: Kind
    meaning: str = ""
    pattern: str = ""
    property: str = ""
    of: str = ""
    required: bool = False


class Table(NamedTuple):
    """One table: `query` is the stored query behind it, `key` the column of what a row is about.

    `identity` are the columns that no two rows have alike.
    """

    name: str
    title: str
    query: str
    key: str
    identity: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """List the names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def _property(name: str, holds: Kind, meaning: str, property: str) -> Column:
    return Column(name, holds, meaning, f"?key {property} ?value", property)


_BEGIN = (
    Column("begin_earliest", "day", property="coal:beginsEarliest"),
    Column("begin_latest", "day", property="coal:beginsLatest"),
)
_CLAIM = Column("claim", "iri")
_END = (
    Column("end_earliest", "day", property="coal:endsEarliest"),
    Column("end_latest", "day", property="coal:endsLatest"),
)
_STATE = Column(
    "state", "text", "open, ended, ended-date-unknown or unknown", "?key coal:periodState/skos:notation ?value"
)
_DOUBT = (Column("because", "text"), Column("planned_end", "partial", property="coal:plannedEnd"))
_SOURCES = Column("sources", "iris", "the sources that say so", "?key dcterms:source|dcterms:isReferencedBy ?value")
_WHOSE = Column("coalition", "iri", "the coalition that the body is, or is part of")

MEMBERS = Table(
    "members",
    "members",
    "members",
    "membership",
    ("membership",),
    (
        Column("coalition", "iri", "the coalition", property="org:organization", required=True),
        Column("member", "iri", property="org:member", required=True),
        Column("name", "text"),
        Column("status", "text"),
        Column("joined", "partial"),
        Column("left", "partial"),
        Column("verified", "partial"),
        Column("joined_earliest", "day"),
        Column("joined_latest", "day"),
        Column("membership", "iri", required=True),
        Column("role", "text", required=True),
        Column("left_earliest", "day"),
        Column("left_latest", "day"),
        _STATE,
        Column(
            "country",
            "iri",
            "for a government, its country, the thing under which the identifiers table has its codes",
            "?key org:member/coal:governs ?value",
            "coal:governs",
            "member",
        ),
        *_DOUBT,
        Column("planned_end_latest", "day", property="coal:plannedEndLatest"),
        Column("role_kind", "text", required=True),
        _SOURCES,
        Column("begin", "partial"),
        Column("end", "partial"),
        *_BEGIN,
        *_END,
        _CLAIM,
    ),
)

PEOPLE = Table(
    "people",
    "seats in coalitions and their bodies",
    "people",
    "membership",
    ("coalition", "membership"),
    (
        _WHOSE,
        Column("agent", "iri", property="org:member", required=True),
        Column("name", "text"),
        Column("role", "text", required=True),
        Column("organisation", "text"),
        Column("category", "text"),
        Column("start", "partial"),
        Column("end", "partial"),
        Column("body", "iri", property="org:organization", required=True),
        Column("membership", "iri", required=True),
        _property("start_earliest", "day", "old name of begin_earliest", "coal:beginsEarliest"),
        _property("start_latest", "day", "old name of begin_latest", "coal:beginsLatest"),
        _property("end_earliest", "day", "earliest possible end", "coal:endsEarliest"),
        _property("end_latest", "day", "latest possible end", "coal:endsLatest"),
        _STATE,
        Column(
            "verified",
            "partial",
            "last date on which a source showed it as current",
            "?key coal:verified ?value",
        ),
        *_DOUBT,
        _SOURCES,
        Column("begin", "partial"),
        _property("begin_earliest", "day", "earliest possible start", "coal:beginsEarliest"),
        _property("begin_latest", "day", "latest possible start", "coal:beginsLatest"),
        _CLAIM,
    ),
)

MANDATES = Table(
    "mandates",
    "mandates",
    "mandates",
    "mandate",
    ("coalition", "mandate", "granted_by"),
    (
        _WHOSE._replace(required=True),
        Column("mandate", "iri", required=True),
        Column("body", "iri", property="coal:empowers", required=True),
        Column("name", "text"),
        Column("start", "partial"),
        Column("end", "partial"),
        Column("state", "text"),
        Column("granted_by", "iri", property="coal:grantedBy"),
        Column("verified", "partial"),
        Column("start_earliest", "day"),
        Column("start_latest", "day"),
        *_END,
        *_DOUBT,
        _SOURCES,
        Column("begin", "partial"),
        *_BEGIN,
        Column("granted_by_name", "text"),
        _CLAIM,
    ),
)

DOCUMENTS = Table(
    "documents",
    "documents",
    "documents",
    "document",
    ("coalition", "document"),
    (
        Column("coalition", "iri", "the coalition whose document it is, or of whose bodies; one row for each"),
        Column("document", "iri", required=True),
        Column("title", "text"),
        Column("type", "text"),
        Column("date", "partial"),
        Column("url", "iri", property="schema:url"),
        _SOURCES,
        _CLAIM,
    ),
)

IDENTIFIERS = Table(
    "identifiers",
    "identifiers in other datasets",
    "same_as",
    "record",
    ("thing", "scheme", "identifier", "uri", "begin"),
    (
        Column("thing", "iri", "what is identified: a country, region, city, organisation, ...", required=True),
        Column("name", "text", "its name"),
        Column("scheme", "text"),
        Column("identifier", "text", property="skos:notation"),
        Column("uri", "iri", property="schema:url"),
        Column("begin", "partial", property="coal:begin"),
        Column("end", "partial", property="coal:end"),
        Column("record", "iri", "the identifier itself; empty for a link without one"),
        Column(
            "link",
            "iri",
            "how the address is linked: owl:sameAs for the very same thing, else rdfs:seeAlso; empty for a mere code",
            "?key coal:linkProperty ?value",
            "coal:linkProperty",
        ),
        Column(
            "graph",
            "iri",
            "the named graph that it stands in, which has the licence and rights of the dataset it was taken from",
            "GRAPH ?value { ?key coal:scheme ?any_scheme }",
        ),
        Column(
            "licence",
            "iri",
            "the licence of that graph",
            "GRAPH ?graph { ?key coal:scheme ?any_scheme } ?graph dcterms:license ?value",
        ),
        _SOURCES,
        _property("confidence", "number", "how sure it is that the link is right, from 0 to 1", "sssom:confidence"),
        Column(
            "justification",
            "iris",
            "how that is known, a term of the Semantic Mapping Vocabulary",
            "?key sssom:mapping_justification ?value",
        ),
    ),
)
