"""A small workspace of three coalitions, whose governments lie on the map of the world."""

from __future__ import annotations

from pathlib import Path

from conftest import new_workspace

BASE = "https://example.org/coalition/"
PREFIXES = f"""BASE <{BASE}>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX concept: <https://w3id.org/coalition/concept/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

MEMBERS = {
    "first": {"ee": ("2012", ""), "ke": ("2013-05", ""), "mn": ("2011-12-08", "2014-06-30")},
    "second": {"ee": ("2014", ""), "mn": ("2014-02-03", "")},
    "third": {"ee": ("2015-05", ""), "ke": ("2016", "")},
}
"""When the members of each coalition joined and left, by their codes."""

COUNTRIES = {"ee": ("Estonia", "233"), "ke": ("Kenya", "404"), "mn": ("Mongolia", "496")}
"""Their names, and their numbers in UN M49."""

GROUP = """
<id/first/group>
    a coal:WorkingGroup ;
    coal:aim "Read what the coalition has written."@en ;
    coal:begin "2013"^^xsd:gYear ;
    coal:end "2016-05"^^xsd:gYearMonth ;
    dcterms:source <id/source/charter> ;
    org:classification concept:body-kind\\/working-group ;
    org:subOrganizationOf <id/first> ;
    skos:prefLabel "Reading Group"@en ;
.

<id/first/group/function/read>
    a coal:Function ;
    skos:definition "Read each statement before it is issued."@en ;
    dcterms:source <id/source/charter> ;
    skos:prefLabel "Reading of statements"@en ;
.

<id/first/group/mandate/1>
    a coal:Mandate ;
    coal:assigns <id/first/group/function/read> ;
    coal:begin "2013-07"^^xsd:gYearMonth ;
    coal:end "2016-05"^^xsd:gYearMonth ;
    coal:grantedBy <id/first/document/terms> ;
    coal:mandates <id/first/group> ;
    dcterms:source <id/source/charter> ;
    skos:prefLabel "Mandate of the Reading Group"@en ;
.

<id/first/document/terms>
    a coal:Document ;
    coal:adoptedBy <id/first> ;
    dcterms:issued "2013-07"^^xsd:gYearMonth ;
    dcterms:source <id/source/charter> ;
    dcterms:title "Terms of the Reading Group"@en ;
    dcterms:type concept:document-type\\/terms-of-reference ;
.
"""


def three_coalitions(root: Path) -> Path:
    """Make the workspace in a new folder."""
    new_workspace(root, '["ontology", "queries"]')
    agents = "".join(_country(code, *known) for code, known in COUNTRIES.items())
    (root / "data" / "agents" / "governments.ttl").write_text(PREFIXES + agents, "utf-8")
    for coalition, members in MEMBERS.items():
        folder = root / "data" / "coalitions" / coalition
        folder.mkdir()
        seats = "".join(_membership(coalition, code, *dates) for code, dates in members.items())
        (folder / "coalition.ttl").write_text(PREFIXES + _coalition(coalition) + seats, "utf-8")
    (root / "data" / "coalitions" / "first" / "group.ttl").write_text(PREFIXES + GROUP, "utf-8")
    return root


def _country(code: str, name: str, number: str) -> str:
    return f"""
<id/country/{code}>
    a schema:Country ;
    dcterms:source <id/source/charter> ;
    skos:prefLabel "{name}"@en ;
.

<id/country/{code}/identifier/un-m49>
    a adms:Identifier ;
    coal:identifies <id/country/{code}> ;
    coal:scheme concept:identifier-scheme\\/un-m49 ;
    dcterms:source <id/source/charter> ;
    skos:notation "{number}" ;
.

<id/government/{code}>
    a coal:Government ;
    coal:categoryBasis concept:basis\\/stated ;
    coal:governs <id/country/{code}> ;
    coal:stakeholderCategory concept:stakeholder-category\\/government ;
    dcterms:source <id/source/charter> ;
    skos:prefLabel "Government of {name}"@en ;
.
"""


def _coalition(name: str) -> str:
    return f"""
<id/{name}>
    a coal:Coalition , org:OrganizationalCollaboration ;
    coal:aim "Be the {name} of three."@en ;
    coal:begin "2011-12-08"^^xsd:date ;
    coal:verified "2026-11-24"^^xsd:date ;
    dcterms:source <id/source/charter> ;
    org:classification concept:body-kind\\/coalition ;
    skos:prefLabel "{name.capitalize()} Coalition"@en ;
.
"""


def _membership(coalition: str, code: str, joined: str, left: str) -> str:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    ended = f'coal:end "{left}"^^xsd:{kinds[len(left)]}' if left else 'coal:verified "2026-11-24"^^xsd:date'
    return f"""
<id/{coalition}/membership/{code}>
    a coal:Membership ;
    coal:begin "{joined}"^^xsd:{kinds[len(joined)]} ;
    coal:membershipStatus concept:membership-status\\/{"former" if left else "member"} ;
    {ended} ;
    dcterms:source <id/source/charter> ;
    org:member <id/government/{code}> ;
    org:organization <id/{coalition}> ;
    org:role concept:role\\/member ;
.
"""
