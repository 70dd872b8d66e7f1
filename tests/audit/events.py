"""Rows about conferences and meetings."""

from __future__ import annotations

from .documents import outcome_titles
from .memberships import FOC, judge_period
from .report import Check, Row
from .view import Values, View, folded, thing
from .words import told


def conference_candidates(view: View, row: Row) -> Values:
    """The events of the coalition that bear the row's title."""
    return view.named(row["title"], "foc/event/")


def judge_conference(check: Check) -> None:
    """Edition, dates, city, theme, host, outcome and address."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    check.expect("edition", view.follow(subject, "coal:edition"))
    judge_period(check, "start", "end")
    place = view.follow(subject, "schema:location")
    check.expect("city", view.names(next(iter(place), "")))
    country = view.country(row["country_iso2"])
    check.hold("country_iso2", country in view.follow(place, "schema:containedInPlace"), row["country_iso2"], place)
    check.expect("theme", view.follow(subject, "coal:theme"))
    judge_host(check)
    judge_outcome(check)
    check.expect(
        "url",
        view.sources(subject)
        | view.follow(
            subject,
            "schema:url",
        )
        | view.follow(subject, "foaf:homepage"),
    )


def judge_host(check: Check) -> None:
    """Each country or ministry that the host column names hosted the event."""
    view, subject = check.view, check.subject
    assert subject is not None
    host = check.row["host"]
    if not host:
        check.hold("host", not view.follow(subject, "coal:hostedBy"), "no host")
        return
    hosts = view.follow(subject, "coal:hostedBy")
    names = set().union(*(view.names(item) for item in hosts | view.follow(hosts, "coal:governs")), ())
    told_there = names | view.follow(subject, "coal:note")
    check.hold("host", bool(hosts) and told(host, told_there, 0.99), host, told_there)


def judge_outcome(check: Check) -> None:
    """The event brought forth the documents that the outcome column names."""
    view, subject = check.view, check.subject
    assert subject is not None
    made = view.follow(subject, "prov:generated")
    titles = set().union(*(view.names(item) for item in made), ())
    for title in outcome_titles(check.row["outcome_document"]):
        check.hold("outcome_document", any(folded(title) in folded(name) for name in titles), title, titles)


def meeting_candidates(view: View, row: Row) -> Values:
    """The events of the row's body, or about it, that begin on the row's date."""
    body = FOC if row["body_id"] == "foc" else thing(f"foc/{row['body_id']}")
    events = view.follow(body, "^coal:heldBy") | view.follow(body, "^schema:about")
    return events & view.follow(row["date"], "^coal:begin")


def judge_meeting(check: Check) -> None:
    """Dates, place and occasion."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    check.expect("date", view.follow(subject, "coal:begin"))
    end = row["date_end"] or row["date"]
    check.hold("date_end", end in view.follow(subject, "coal:end"), end, view.follow(subject, "coal:end"))
    places = view.follow(subject, "schema:location")
    wanted = check.row["place"]
    names = set().union(*(view.names(place) for place in places), ())
    check.hold("place", wanted in names if wanted else not places, wanted or "no place", places)
    texts = (
        view.names(subject) | view.follow(subject, "coal:note") | view.follow(subject, "dcterms:type", "skos:prefLabel")
    )
    check.hold("occasion", told(row["occasion"], texts, share=0.3), row["occasion"], texts)
