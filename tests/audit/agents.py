"""Rows about bodies of the Freedom Online Coalition, organisations, and who holds which role where."""

from __future__ import annotations

from .memberships import FOC, held
from .report import Check, Row
from .view import Values, View, concept, thing
from .words import told

ROLES = (
    "interim co-chair", "co-chair", "co-lead", "lead", "chairperson", "chair", "host", "head", "staff", "observer",
    "member",
)  # fmt: skip
"""The roles, the narrower before those whose names they contain."""


KNOWN = {"nyu-stern-cbhr": "nyu-stern-center-for-business-and-human-rights", "ria": "research-ict-africa"}
"""The names in the graph of organisations that other coalitions brought into it."""


def body_iri(view: View, body: str) -> str:
    """The body, or the related initiative, that an id of the tables names."""
    paths = ["foc"] if body == "foc" else [f"foc/{body}", f"organisation/{body}"]
    return next((thing(path) for path in paths if view.has(thing(path))), thing(paths[0]))


def body_candidates(view: View, row: Row) -> Values:
    """The body of the row's id, if the graph has it."""
    iri = body_iri(view, row["id"])
    return {iri} if view.has(iri) else set()


def judge_body(check: Check) -> None:
    """Names, kind, parent, day of founding, period of the mandate, and homepage."""
    view, subject = check.view, check.subject
    assert subject is not None
    check.expect("name", view.follow(subject, "skos:prefLabel"))
    check.expect("abbrev", view.follow(subject, "coal:abbreviation"))
    kinds = view.follow(subject, "org:classification", "skos:prefLabel")
    if view.follow(subject, "org:linkedTo", "org:subOrganizationOf+") & {FOC}:
        kinds.add("linked initiative")
    check.expect("kind", kinds)
    parent = check.row["parent"]
    if parent:
        parents = view.follow(subject, "org:subOrganizationOf")
        check.hold("parent", body_iri(view, parent) in parents, parent, parents)
    check.expect_date("founded", view.said(subject, "coal:begin"), view.follow(subject, "coal:begin"))
    mandates = view.follow(subject, "^coal:mandates")
    periods = mandates or {subject}
    check.bearers.extend(mandates)
    for column, property in (("mandate_start", "coal:begin"), ("mandate_end", "coal:end")):
        check.expect(column, set().union(*(view.said(item, property) for item in periods | {subject})))
    expect_address(check, "homepage", homepages(view, subject))


def expect_address(check: Check, column: str, found: Values) -> None:
    """An address is among those found; one without a path is the same with a slash at its end."""
    told = check.row[column]
    if told:
        check.hold(column, told.rstrip("/") in {address.rstrip("/") for address in found}, told, found)


def homepages(view: View, subject: str) -> Values:
    """The site of a thing, or the pages about it where the site is that of another thing."""
    return view.follow(subject, "foaf:homepage") | view.follow(subject, "rdfs:seeAlso")


def organisation_iri(view: View, id: str) -> str:
    """The agent that an id of `organisations.csv` names."""
    if id.startswith("gov-"):
        return view.government(id.removeprefix("gov-").upper()) or thing(f"government/{id}")
    paths = (f"organisation/{KNOWN.get(id, id)}", id)
    return next((thing(path) for path in paths if view.has(thing(path))), thing(paths[0]))


def organisation_candidates(view: View, row: Row) -> Values:
    """The agent of the row's id, if the graph has it."""
    iri = organisation_iri(view, row["id"])
    return {iri} if view.has(iri) else set()


def judge_organisation(check: Check) -> None:
    """Name, category and its basis, country, homepage."""
    view, subject = check.view, check.subject
    assert subject is not None
    names = view.names(subject)
    if check.row["name"] not in names and subject in view.named(check.row["name"]):
        names = {check.row["name"]}
    check.expect("name", names)
    judge_category(check, subject)
    judge_country(check, subject, "country_iso2")
    expect_address(check, "homepage", homepages(view, subject))


def judge_category(check: Check, agent: str) -> None:
    """The stakeholder category and its basis; for an empty cell the graph may know more from another table."""
    view = check.view
    categories = {name.replace("-", " ") for name in view.follow(agent, "coal:stakeholderCategory", "skos:prefLabel")}
    check.expect("stakeholder_category", categories)
    check.expect("category_basis", view.follow(agent, "coal:categoryBasis", "skos:prefLabel"))


def judge_country(check: Check, agent: str, column: str) -> None:
    """The country that an agent governs, lies in or belongs to."""
    code = check.row[column]
    if code:
        countries = countries_of(check.view, agent)
        check.hold(column, check.view.country(code) in countries, code, countries)


def countries_of(view: View, agent: str) -> Values:
    """The countries that an agent governs, lies in or belongs to."""
    wholes = view.follow(agent, "org:subOrganizationOf+")
    placed = view.follow(wholes, "schema:location")
    return view.follow(wholes, "coal:governs") | placed | view.follow(placed, "schema:containedInPlace")


def government_body_candidates(view: View, row: Row) -> Values:
    """The parts of the row's government that bear the row's name."""
    parts = view.follow(view.government(row["country_iso2"]) or "", "^org:subOrganizationOf+")
    return view.named(row["name"], "organisation/") & parts


def judge_government_body(check: Check) -> None:
    """Country and homepage; the name led to the subject."""
    assert check.subject is not None
    expect_address(check, "homepage", homepages(check.view, check.subject))
    judge_country(check, check.subject, "country_iso2")


def holder(view: View, row: Row) -> Values:
    """The person of the row, or else the organisation."""
    if row["person"]:
        return view.named(row["person"], "person/")
    return {organisation_iri(view, row["organisation_id"])}


def role_candidates(view: View, row: Row) -> Values:
    """The seats of the row's person or organisation in the row's body; or appearances there, or endorsements."""
    body = body_iri(view, row["body_id"])
    if row["kind"] == "seat":
        return set().union(*(held(view, agent, body) for agent in holder(view, row)))
    if row["kind"] != "appearance":
        return set()
    occasions = {body} | view.follow(body, "^coal:heldBy") | view.follow(body, "^dcterms:creator")
    occasions |= view.follow(body, "^coal:adoptedBy")
    agents = holder(view, row)
    appearances = view.follow(agents, "^coal:appearanceOf") & view.follow(occasions, "^coal:appearedIn")
    return appearances | (view.follow(agents, "^coal:endorsedBy") & view.follow(occasions, "^coal:endorses"))


def judge_role(check: Check) -> None:
    """Role, affiliation, category of the organisation, country, begin and end."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    judge_role_name(check)
    if row["organisation_id"]:
        organisation = organisation_iri(view, check.row["organisation_id"])
        tied = view.follow(subject, "coal:affiliation") | view.follow(subject, "org:member")
        tied |= view.follow(subject, "coal:appearanceOf") | view.follow(subject, "coal:endorsedBy")
        check.hold("organisation_id", organisation in tied, row["organisation_id"], tied)
        if row["organisation"]:
            bearing = view.follow(view.named(check.row["organisation"]), "org:subOrganizationOf+")
            check.hold("organisation", organisation in bearing, row["organisation"], bearing)
        judge_category(check, organisation)
        judge_country(check, organisation, "country")
    if row["kind"] == "seat":
        for column, property in (("start", "coal:begin"), ("end", "coal:end")):
            seen = view.said(subject, property) | view.follow(subject, "coal:attested")
            # Two rows may tell of one seat: what one leaves empty the other may fill, unless a difference empties it.
            stated = () if not row.collected[column] else view.follow(subject, property)
            check.expect_date(column, seen, stated)
    else:
        for column in ("start", "end"):
            check.expect_date(column, view.follow(subject, "coal:attested") | view.follow(subject, "coal:date"))


def judge_role_name(check: Check) -> None:
    """A seat has the role that the row names; an appearance tells it in words; an endorsement is support."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    wording = check.row["role"]
    if row["kind"] == "seat":
        role = "member" if wording.startswith("member") else next((role for role in ROLES if role in wording), wording)
        roles = view.follow(subject, "org:role")
        check.hold("role", concept("role", role.replace(" ", "-")) in roles, role, roles)
    elif view.follow(subject, "coal:endorses"):
        check.hold("role", "support" in wording, wording, {"support"})
    else:
        texts = view.follow(subject, "coal:capacity") | view.follow(subject, "coal:note")
        check.hold("role", told(wording, texts, share=0.3), wording, texts)
