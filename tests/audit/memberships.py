"""Rows about who is a member or chair of the Freedom Online Coalition."""

from __future__ import annotations

from .report import Check, Row
from .view import Values, View, concept, thing

FOC = thing("foc")


def held(view: View, agent: str | None, organization: str, *roles: str) -> Values:
    """The memberships of an agent in a coalition or body, in one of some roles (or any)."""
    if agent is None:
        return set()
    found = view.follow(agent, "^org:member") & view.follow(organization, "^org:organization")
    wanted = {concept("role", role) for role in roles}
    return {item for item in found if not roles or view.follow(item, "org:role") & wanted}


def judge_period(check: Check, begin: str, end: str) -> None:
    """The columns of the first and last day agree with the subject's period, or with a claim about it."""
    subject = check.subject
    assert subject is not None
    for column, property in ((begin, "coal:begin"), (end, "coal:end")):
        check.expect_date(column, check.view.said(subject, property), check.view.follow(subject, property))


def member_candidates(view: View, row: Row) -> Values:
    """The memberships of the row's government, found by the code of its country."""
    return held(view, view.government(row["iso2"]), FOC, "member", "observer")


def judge_member(check: Check) -> None:
    """Country, role, status, day of joining with its bounds, and day of leaving."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    country = view.follow(subject, "org:member", "coal:governs")
    check.expect("country", view.follow(country, "skos:prefLabel"))
    check.expect("iso3", {row["iso3"]} if view.by_code(row["iso3"], "iso3166-1-alpha-3") in country else ())
    check.expect("status", {row["status"]} & statuses(view, subject))
    role = "observer" if row["status"] == "observer" else "member"
    check.hold("role", concept("role", role) in view.follow(subject, "org:role"), role)
    judge_period(check, "joined", "left_or_suspended")
    check.expect("joined_earliest", view.follow(subject, "coal:beginsEarliest"))
    check.expect("joined_latest", view.follow(subject, "coal:beginsLatest"))
    told = view.follow(subject, "coal:capacity") | view.follow(subject, "coal:note")
    founding = any("ounding member" in text for text in told)
    check.hold("founding", founding == (row["founding"] == "true"), row["founding"], told)


def statuses(view: View, membership: str) -> Values:
    """The words for the status of a membership."""
    return view.follow(membership, "coal:membershipStatus", "skos:prefLabel")


def chair_candidates(view: View, row: Row) -> Values:
    """The terms of the row's government as chair; without a country, those of a body that chaired in the interim."""
    if row["iso2"]:
        return held(view, view.government(row["iso2"]), FOC, "chair")
    interim = view.follow(concept("role", "interim-chair"), "^org:role")
    return interim & view.follow(FOC, "^org:organization")


def judge_chair(check: Check) -> None:
    """Country, begin and end, and that the term covers the year."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    check.expect("country", view.follow(subject, "org:member", "coal:governs", "skos:prefLabel"))
    judge_period(check, "start", "end")
    earliest = min(view.follow(subject, "coal:beginsEarliest"), default="")
    latest = max(view.follow(subject, "coal:endsLatest"), default="9")
    check.hold("year", earliest[:4] <= row["year"] <= latest, row["year"], {earliest, latest})
