"""Rows about statements, documents and outputs."""

from __future__ import annotations

import re

from .memberships import FOC
from .report import Check, Row
from .view import Values, View, short, thing
from .words import told


def outcome_titles(cell: str) -> list[str]:
    """The titles in a cell, without the remarks in brackets."""
    return [re.sub(r" *\([^()]*\)| issued ahead of it", "", title).strip() for title in cell.split(";") if title]


def candidates(view: View, row: Row) -> Values:
    """The documents of the coalition that bear the row's title."""
    return view.named(row["title"], "foc/document/")


def judge_common(check: Check, type: str) -> None:
    """Type, date and address."""
    view, subject = check.view, check.subject
    assert subject is not None
    kinds = view.follow(subject, "dcterms:type", "skos:prefLabel")
    check.hold("type", type in {kind.replace("’", "'") for kind in kinds}, type, kinds)
    check.expect_date("date", view.said(subject, "dcterms:issued"), view.follow(subject, "dcterms:issued"))
    check.expect("url", view.follow(subject, "schema:url"))


def judge_statement(check: Check) -> None:
    """As for all documents; and the topics."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    judge_common(check, check.row["type"])
    topics = view.follow(subject, "dcterms:subject")
    names = set().union(*(view.names(topic) for topic in topics), ())
    for topic in filter(None, row["topic_keywords"].split("; ")):
        check.hold("topic_keywords", topic in names, topic, names)
    judge_adoption(check)


def judge_document(check: Check) -> None:
    """As for all documents; and the place, the bodies that it mandates and the document that it replaces."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    judge_common(check, check.row["type"])
    judge_adoption(check)
    mandated = view.follow(subject, "^coal:grantedBy", "coal:mandates")
    mandated |= view.follow(subject, "^prov:wasInfluencedBy", "coal:mandates")
    for body in filter(None, check.row["mandates_body_id"].split(";")):
        iri = FOC if body == "foc" else thing(f"foc/{body}")
        check.hold("mandates_body_id", iri in mandated, body, mandated)
    replaced = view.follow(subject, "dcterms:replaces")
    names = set().union(*(view.names(item) for item in replaced), ())
    wording = row["supersedes"].replace("-tor", " terms of reference")
    there = told(wording, names, 0.99) if wording else not replaced
    check.hold("supersedes", there, wording or "nothing", names)
    place = check.row["place"]
    if place:
        events = view.follow(subject, "^prov:generated")
        names = set().union(*(view.names(item) for item in view.follow(events, "schema:location")), ())
        check.hold("place", place in names, place, names)


def judge_output(check: Check) -> None:
    """As for all documents; and the body that made it."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    judge_common(check, check.row["type"])
    body = FOC if row["body_id"] == "foc" else thing(f"foc/{row['body_id']}")
    makers = view.follow(subject, "dcterms:creator") | view.follow(subject, "coal:adoptedBy")
    check.hold("body_id", body in makers, row["body_id"], makers)


def judge_adoption(check: Check) -> None:
    """The coalition, the governments and the bodies that the column names adopted, made or endorsed the text."""
    view, subject = check.view, check.subject
    assert subject is not None
    cell = check.row["adopted_by"]
    if not cell:
        return
    agents = view.follow(subject, "coal:adoptedBy") | view.follow(subject, "dcterms:creator")
    agents |= view.follow(subject, "^coal:endorses", "coal:endorsedBy")
    named = {
        government
        for government in view.of_class("coal:Government")
        for country in view.follow(government, "coal:governs", "skos:prefLabel")
        if country in cell
    }
    if any(word in cell for word in ("FOC", "Freedom Online Coalition", "member governments", "founding governments")):
        named.add(FOC)
    body = thing(f"foc/{cell}")
    if view.has(body):
        named = {body}
    check.hold("adopted_by", bool(named), cell)
    for agent in sorted(named):
        check.hold("adopted_by", agent in agents, short(agent), agents)
