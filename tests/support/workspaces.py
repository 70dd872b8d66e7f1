"""A small workspace of made-up coalitions, whose governments lie on the map of the world.

It has one of each kind of what the code tells apart: dates of every precision, periods in each of their states, roles,
bodies with mandates and people, texts that were signed, sources that differ, lists of which more or less is known.
"""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from foc_graph.workspace.settings import SETTINGS, Workspace

BASE = "https://example.org/coalition/"
PREFIXES = f"""BASE <{BASE}>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX concept: <https://w3id.org/coalition/concept/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

DAY = "2026-11-24"
"""When it was last verified."""


class Seat(NamedTuple):
    """A membership: what it is of and whose, when it began and ended (`?`: it is not known when), when it was seen."""

    body: str
    agent: str
    joined: str = ""
    left: str = ""
    seen: str = DAY
    role: str = "member"
    status: str = ""


SEATS = [
    Seat("first", "government/ee", "2012"),
    Seat("first", "government/ke", "2013-05"),
    Seat("first", "government/mn", "2011-12-08", "2014-06-30"),
    Seat("first", "government/au", "2015"),
    Seat("first", "government/lv"),
    Seat("first", "government/ge", "2012-06", "?"),
    Seat("first", "government/de", "2016", seen="2019-05"),
    Seat("first", "government/mt", "2014-11"),
    Seat("first", "government/cl", "2014-02-03", role="observer"),
    Seat("first", "government/ee", "2014", "2015", role="chair"),
    Seat("first", "government/ke", "2026-01", role="chair"),
    Seat("second", "government/ee", "2014"),
    *(Seat("second", f"government/{code}", "2014-02-03") for code in ("au", "de", "ge", "mk", "mn")),
    Seat("second", "government/ee", "2014-01", "2015-06", role="co-chair"),
    Seat("second", "government/mt", seen="", status="invited"),
    Seat("third", "government/ee", "2015-05"),
    Seat("third", "government/ke", "2016"),
    Seat("third", "government/lv", "2016", role="endorser"),
    Seat("third", "organisation/watch", "2015-05"),
    Seat("third", "organisation/lab", "2016-02-29"),
    Seat("third", "government/cl", seen=""),
    Seat("first/group", "government/ee", "2013", "2016-05"),
    Seat("first/group", "organisation/watch", "2013", "2016-05"),
    Seat("first/group", "organisation/lab", "2013-05", "2016-05"),
    Seat("first/group", "person/ada-reader", "2013", "2016-05", role="chair"),
    Seat("third", "person/ada-reader", "2017", role="interim-chair"),
]
"""Who belongs to what."""

COALITIONS = ("first", "second", "third", "idle", "league")
"""Of the last two, no member is known."""

COUNTRIES = {
    "au": ("Australia", "AUS", "036"),
    "cl": ("Chile", "CHL", "152"),
    "de": ("Germany", "DEU", "276"),
    "ee": ("Estonia", "EST", "233"),
    "ge": ("Georgia", "GEO", "268"),
    "ke": ("Kenya", "KEN", "404"),
    "lv": ("Latvia", "LVA", "428"),
    "mk": ("North Macedonia", "MKD", "807"),
    "mn": ("Mongolia", "MNG", "496"),
    "mt": ("Malta", "MLT", "470"),
}
"""Their names, and their codes in ISO 3166-1 and UN M49."""

EXAMPLE = Path(__file__).with_name("example")
"""A coalition with a body, one member, a source and a query."""

SMALL = Path(__file__).with_name("small")
"""The folder of the files that are not made of the tables here."""

LISTS = [
    ("first", "members", "complete", "", ""),
    ("first", "chairs", "partial", "", ""),
    ("second", "members", "partial", "9", "9"),
    ("third", "members", "partial", "20", "30"),
    ("idle", "members", "unknown", "", ""),
    ("league", "members", "partial", "80", ""),
    ("example", "members", "partial", "", ""),
]
"""How much is known of a list: the least and the most that it should have."""

SIGNERS = ("au", "ee", "ge", "ke", "mn")


def new_workspace(root: Path, include: str = "") -> Path:
    """Copy the example; it includes these parts of the packaged workspace (a value of TOML), else what is shared."""
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    settings = root / SETTINGS
    text = settings.read_text("utf-8")
    settings.write_text(re.sub("(?m)^include = .*", f"include = {include}", text) if include else text, "utf-8")
    return root


def bare_workspace(root: Path, shapes: str = "", data: str = "<https://example.org/one> a <x:One> .\n") -> Path:
    """Make a workspace of two files, shapes and data, that includes nothing."""
    for name, text in (
        ("workspace.toml", 'title = "t"\nbase = "https://example.org/"\n'),
        ("data/one.ttl", data),
        ("ontology/shapes/shapes.ttl", shapes),
        ("queries/.keep", ""),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def small_workspace(root: Path) -> Path:
    """Make the workspace of made-up coalitions in a new folder."""
    new_workspace(root, '["ontology", "queries"]')
    agents = "".join(_country(code, *known) for code, known in COUNTRIES.items())
    (root / "data" / "agents" / "governments.ttl").write_text(PREFIXES + agents, "utf-8")
    for coalition in COALITIONS:
        folder = root / "data" / "coalitions" / coalition
        folder.mkdir()
        seats = "".join(_membership(seat) for seat in SEATS if seat.body.partition("/")[0] == coalition)
        (folder / "coalition.ttl").write_text(PREFIXES + _coalition(coalition) + seats, "utf-8")
    lists = "".join(_completeness(*one) for one in LISTS)
    (root / "data" / "coalitions" / "lists.ttl").write_text(PREFIXES + lists, "utf-8")
    (root / "data" / "coalitions" / "first" / "documents.ttl").write_text(PREFIXES + _signed(), "utf-8")
    shutil.copytree(SMALL, root / "data", dirs_exist_ok=True)
    return root


def _dated(prop: str, date: str) -> str:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    return f'    coal:{prop} "{date}"^^xsd:{kinds[len(date)]} ;\n' if date else ""


def _country(code: str, name: str, letters: str, number: str) -> str:
    schemes = {"iso3166-1-alpha-2": code.upper(), "iso3166-1-alpha-3": letters, "un-m49": number}
    identifiers = "".join(
        f"""
<id/country/{code}/identifier/{scheme}>
    a adms:Identifier ;
    coal:identifies <id/country/{code}> ;
    coal:scheme concept:identifier-scheme\\/{scheme} ;
    dcterms:source <id/source/charter> ;
    skos:notation "{notation}" ;
.
"""
        for scheme, notation in schemes.items()
    )
    return f"""
<id/country/{code}>
    a schema:Country ;
    dcterms:isReferencedBy <id/source/charter> ;
    skos:prefLabel "{name}"@en ;
.
{identifiers}
<id/government/{code}>
    a coal:Government ;
    coal:categoryBasis concept:basis\\/stated ;
    coal:governs <id/country/{code}> ;
    coal:stakeholderCategory concept:stakeholder-category\\/government ;
    dcterms:isReferencedBy <id/source/charter> ;
    skos:prefLabel "Government of {name}"@en ;
.
"""


def _coalition(name: str) -> str:
    return f"""
<id/{name}>
    a coal:Coalition , org:OrganizationalCollaboration ;
    coal:abbreviation "{name[0].upper()}C"@en ;
    coal:aim "Be the {name} of five."@en ;
    coal:begin "2011-12-08"^^xsd:date ;
    {"coal:foundingMemberCount 5 ;" if name == "first" else ""}
    coal:verified "{DAY}"^^xsd:date ;
    dcterms:isReferencedBy <id/source/charter> ;
    org:classification concept:body-kind\\/coalition ;
    skos:prefLabel "{name.capitalize()} Coalition"@en ;
.
"""


def _completeness(name: str, what: str, state: str, least: str, most: str) -> str:
    expected = f"    coal:expectedMin {least} ;\n" if least else ""
    expected += f"    coal:expectedMax {most} ;\n" if most else ""
    return f"""
<id/{name}/completeness/{what}>
    a coal:Completeness ;
    coal:completenessOf <id/{name}> ;
    coal:completenessState concept:completeness-state\\/{state} ;
{expected}    coal:list concept:list\\/{what} ;
    dcterms:source <id/source/charter> ;
.
"""


def _membership(seat: Seat) -> str:
    slug = seat.agent.rpartition("/")[2] + ("" if seat.role == "member" else f"-{seat.role}")
    period = _dated("begin", seat.joined)
    if seat.left == "?":
        period += "    coal:periodState concept:period-state\\/ended-date-unknown ;\n"
    else:
        period += _dated("end", seat.left) or _dated("verified", seat.seen)
    period = period or '    coal:note "The source has no date."@en ;\n'
    status = f"    coal:membershipStatus concept:membership-status\\/{seat.status} ;\n" if seat.status else ""
    return f"""
<id/{seat.body}/membership/{slug}>
    a coal:Membership ;
{status}{period}    dcterms:source <id/source/charter> ;
    org:member <id/{seat.agent}> ;
    org:organization <id/{seat.body}> ;
    org:role concept:role\\/{seat.role} ;
.
"""


def _signed() -> str:
    """A statement of the first coalition, and who signed it on one day."""
    return """
<id/first/document/statement>
    a coal:Document ;
    coal:adoptedBy <id/first> ;
    dcterms:creator <id/first/group> ;
    dcterms:issued "2015-10-09"^^xsd:date ;
    dcterms:isReferencedBy <id/source/gazette> ;
    dcterms:title "Statement on Statements"@en ;
    dcterms:type concept:document-type\\/joint-statement ;
.
""" + "".join(
        f"""
<id/first/document/statement/endorsement/{code}>
    a coal:Endorsement ;
    coal:date "2015-10-09"^^xsd:date ;
    coal:endorsedBy <id/government/{code}> ;
    coal:endorses <id/first/document/statement> ;
    dcterms:source <id/source/gazette> ;
.
"""
        for code in SIGNERS
    )


def edit(workspace: Workspace, file: str, old: str, new: str) -> Workspace:
    """The workspace with a text in one of its files put in place of another, which must be there."""
    replace_text(workspace.root / file, old, new)
    return Workspace(workspace.root)


def rename_foundation(workspace: Workspace) -> Workspace:
    """The workspace with another name for one of its things."""
    return edit(workspace, "data/agents/organisations.ttl", '"Example Foundation"@en', '"Example Trust"@en')


def replace_text(path: Path, old: str, new: str) -> None:
    """Put a text in a file in place of another, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
