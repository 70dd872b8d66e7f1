"""Rows about the other coalitions, their groups and who belongs to them."""

from __future__ import annotations

import re

from .agents import countries_of, expect_address, homepages
from .report import Check, Row
from .view import Values, View, concept, thing
from .words import told

STANDING = {
    "member": ("member", "member"),
    "member_via_oecd": ("member", "member"),
    "listed": ("member", ""),
    "inactive": ("member", "inactive"),
    "invited": ("member", "invited"),
    "former_member": ("member", "former"),
    "withdrawn": ("member", "withdrawn"),
    "removed": ("member", "removed"),
    "observer": ("observer", "observer"),
    "former_observer": ("observer", "former"),
    "non_voting_member": ("non-voting-member", "member"),
    "participant": ("participant", "member"),
    "partner": ("partner", "member"),
    "consultative_network": ("member", "member"),
    "endorser": ("endorser", "member"),
    "supporter": ("endorser", "member"),
    "signatory": ("endorser", "member"),
    "subscribing_state": ("endorser", "member"),
    "code_supporter": ("endorser", "member"),
    "adopter": ("endorser", "member"),
}
"""Role and status of a membership by the word of the tables; a word that is not here names a tie that is weaker."""

OFFICES = {"co-chair": "co-chair", "chair": "chair", "presidency": "chair", "co-lead": "co-lead", "co-host": "host"}
"""Offices by the words for them, the narrower first."""

DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"


def tree(view: View, coalition: str) -> Values:
    """A coalition with all bodies in it."""
    return view.follow(coalition, "^org:subOrganizationOf+")


def member_agents(view: View, row: Row) -> Values:
    """The agents that a member's name, or the code of its country, stands for."""
    if row["member_kind"] == "government":
        government = view.government(row["iso2"])
        return {government} if government else set()
    return view.named(row["member_name"], "organisation/", "person/", "government/", "gni")


def member_candidates(view: View, row: Row) -> Values:
    """The ties of the agent to the coalition or a body in it: memberships, or appearances where a tie is weaker."""
    agents = member_agents(view, row)
    whole = tree(view, thing(row["coalition_id"]))
    if row["status"] in STANDING:
        return view.follow(agents, "^org:member") & view.follow(whole, "^org:organization")
    return view.follow(agents, "^coal:appearanceOf") & view.follow(whole, "^coal:appearedIn")


def judge_member(check: Check) -> None:
    """Name, kind, country, role, status, begin and end of a tie, and the offices that the row tells of."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    agents = view.follow(subject, "org:member") | view.follow(subject, "coal:appearanceOf")
    agent = next(iter(agents))
    if row["member_kind"] == "government":
        country = view.follow(agent, "coal:governs")
        names = view.follow(country, "^coal:nameOf", "skosxl:literalForm")
        check.expect("member_name", names.union(view.names(agent), *(view.names(item) for item in country)))
    elif row["iso2"]:
        check.hold(
            "iso2", view.country(row["iso2"]) in countries_of(view, agent), row["iso2"], countries_of(view, agent)
        )
    judge_kind(check, agent)
    if row["status"] in STANDING:
        role, status = STANDING[check.row["status"]]
        roles, statuses = view.follow(subject, "org:role"), view.follow(subject, "coal:membershipStatus")
        check.hold("role", roles == {concept("role", role)}, role, roles)
        wanted = {concept("membership-status", status)} if status else set()
        check.hold("status", statuses == wanted, status or "no status", statuses)
        inferred = concept("basis", "inferred") in view.follow(subject, "coal:basis")
        check.hold("basis", inferred or row["status"] != "member_via_oecd", "inferred")
        check.expect_date("joined", view.said(subject, "coal:begin"), view.follow(subject, "coal:begin"))
        check.expect_date("left", view.said(subject, "coal:end"), view.follow(subject, "coal:end"))
    else:
        check.expect("joined", view.follow(subject, "coal:attested"))
        check.expect("left", view.follow(subject, "coal:attested"))
    for part in filter(None, re.split(r"; ", check.row["role"])):
        judge_office(check, agent, part)


KINDS = {
    "government": "government",
    "government_agency": "government",
    "local_government": "local government",
    "intergovernmental_organisation": "international organisation",
    "company": "private sector",
    "civil_society": "civil society",
    "academic": "academia",
    "investor": "investor",
    "foundation": "civil society",
}
"""Stakeholder categories by the kinds of members."""


def judge_kind(check: Check, agent: str) -> None:
    """The kind of the member is its stakeholder category."""
    kind = KINDS.get(check.row["member_kind"], check.row["member_kind"])
    if kind:
        categories = check.view.follow(agent, "coal:stakeholderCategory", "skos:prefLabel")
        check.hold("member_kind", kind in categories, kind, categories)


def judge_office(check: Check, agent: str, part: str) -> None:
    """An office is held in a membership with its dates; a body has the agent as member; other words are told."""
    view = check.view
    whole = tree(view, thing(check.row["coalition_id"]))
    ties = view.follow(agent, "^org:member") & view.follow(whole, "^org:organization")
    ties |= view.follow(agent, "^coal:appearanceOf") & view.follow(whole, "^coal:appearedIn")
    dates = office_dates(part)
    office = next((role for word, role in OFFICES.items() if word in part), None)
    if office:
        holding = {tie for tie in ties if concept("role", office) in view.follow(tie, "org:role")}
        check.hold("role", any(dates <= period(view, tie) for tie in holding), part, holding)
        check.bearers.extend(holding)
        return
    wording = re.sub(rf"\b(from |to )?{DATE}\b|[()]", "", part).strip()
    texts = set().union(*(view.follow(tie, "coal:capacity") | view.follow(tie, "coal:note") for tie in ties), ())
    for tie in ties:
        body = view.follow(tie, "org:organization")
        texts |= set().union(*(view.names(item) for item in body), ())
        if view.follow(tie, "org:organization") - {thing(check.row["coalition_id"])}:
            check.bearers.append(tie)
    check.hold("role", told(wording, texts, share=0.6), part, texts)


def office_dates(part: str) -> Values:
    """The dates of an office; a second year may be written with two digits."""
    short_range = re.search(r"\b(\d{4})-(\d{2})\b(?!-)", part)
    if short_range and int(short_range[2]) > 12:
        return {short_range[1], short_range[1][:2] + short_range[2]}
    years = re.search(r"\b(\d{4})-(\d{4})\b", part)
    return {years[1], years[2]} if years else set(re.findall(DATE, part))


def period(view: View, tie: str) -> Values:
    """The dates that are known of a tie."""
    return set().union(*(view.follow(tie, f"coal:{name}") for name in ("begin", "end", "attested", "verified")))


def group_candidates(view: View, row: Row) -> Values:
    """The bodies of the coalition, or the coalitions and organisations linked to it, that bear the group's name."""
    whole = tree(view, thing(row["coalition_id"]))
    bodies = {body for body in whole for name in spellings(row["group_name"]) if body in view.named(name)}
    linked = view.named(row["group_name"]) & (
        view.of_class("coal:Coalition") | view.follow(thing(row["coalition_id"]), "^org:linkedTo")
    )
    return bodies | linked


def spellings(name: str) -> set[str]:
    """A group's name, and without the part in brackets."""
    return {name, re.sub(r" *\([^()]*\)", "", name)}


def judge_group(check: Check) -> None:
    """Kind, and the period of the group or of its mandate."""
    view, subject = check.view, check.subject
    assert subject is not None
    kinds = view.follow(subject, "org:classification", "skos:prefLabel")
    check.expect("kind", kinds)
    mandates = view.follow(subject, "^coal:mandates")
    check.bearers.extend(mandates)
    for column, property in (("mandate_start", "coal:begin"), ("mandate_end", "coal:end")):
        check.expect(column, set().union(*(view.said(item, property) for item in mandates | {subject})))


def coalition_candidates(view: View, row: Row) -> Values:
    """The coalition of the row's id, if the graph has it."""
    return {thing(row["id"])} & view.of_class("coal:Coalition")


def judge_coalition(check: Check) -> None:
    """Names, day of founding, founding event and document, who keeps its office, and homepage; its kind in words."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    check.expect("name", view.names(subject))
    check.expect("abbrev", view.names(subject))
    check.hold("kind", told(row["kind"], view.follow(subject, "dcterms:description"), 0.6), row["kind"])
    check.expect_date("founded", view.said(subject, "coal:begin"), view.follow(subject, "coal:begin"))
    expect_address(check, "homepage", homepages(view, subject))
    events = view.follow(subject, "^coal:heldBy")
    places = view.follow(events, "schema:location")
    judge_wording(check, "founding_event", events | places)
    made = {item for item in view.of_class("coal:Document") if item.startswith(f"{subject}/")}
    for title in filter(None, check.row["founding_document"].split("; ")):
        names = set().union(*(view.names(item) for item in made), ())
        there = any(told(bare(title), {name, *view.names(subject)}, 0.7) for name in names)
        check.hold("founding_document", there, title, names)
    bodies = tree(view, subject)
    ties = view.follow(bodies, "^org:organization")
    agents = view.follow(ties, "org:member")
    offices = bodies | ties | agents | events | view.follow(agents, "coal:governs") | {subject}
    judge_wording(check, "secretariat_or_host", offices)


def bare(title: str) -> str:
    """A title without remarks in brackets and other names that go before."""
    return re.sub(r" *\([^()]*\)", "", title)


def judge_wording(check: Check, column: str, things: Values) -> None:
    """Names, notes and capacities of things hold most words of a column."""
    wording = bare(check.row[column])
    if wording:
        view = check.view
        texts = set().union(*(view.names(item) for item in things), ())
        texts |= view.follow(things, "coal:note") | view.follow(things, "coal:capacity")
        check.hold(column, told(wording, texts, 0.5), wording)
