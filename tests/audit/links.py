"""Rows about identifiers of things, and about names that stand for one thing."""

from __future__ import annotations

import re

from .agents import body_iri, expect_address, homepages, organisation_iri
from .report import Check, Row
from .view import Values, View, concept, thing

SCHEMES = {"eu-corporate-body": "eu-authority-corporate-body"}
"""The identifier schemes that have another name in the graph."""

ADDRESSES = ("homepage", "igf-page", "repository")
"""The schemes that are addresses of pages, and identify nothing."""


def entity(view: View, row: Row) -> Values:
    """The things that a row's file and id, or name, stand for."""
    file, name = row["entity_file"], row["entity_id_or_name"]
    if file == "bodies.csv":
        return {body_iri(view, name)}
    if file == "organisations.csv":
        return {organisation_iri(view, name)}
    if file == "siblings/coalitions.csv":
        return {thing(name)}
    if file == "conferences.csv":
        return {thing(name.replace("foc-conference", "foc/event/conference"))}
    if file == "siblings/members.csv":
        return view.named(name, "organisation/", "government/", "gni")
    code, _, name = name.partition("|")
    parts = view.follow(view.government(code) or "", "^org:subOrganizationOf+")
    return view.named(name, "organisation/") & parts


def identifier_candidates(view: View, row: Row) -> Values:
    """The identifier of the thing, or of a whole that it is part of; for an address, the thing itself."""
    things = {item for item in entity(view, row) if view.has(item)}
    if row["scheme"] in ADDRESSES:
        return things
    scheme = concept("identifier-scheme", SCHEMES.get(row["scheme"], row["scheme"]))
    wholes = view.follow(things, "org:subOrganizationOf+") | hosts(view, things)
    return view.follow(wholes, "^coal:identifies") & view.follow(scheme, "^coal:scheme") or things


def hosts(view: View, things: Values) -> Values:
    """The hosts of things and of the bodies in them."""
    seats = view.follow(things, "^org:subOrganizationOf+", "^org:organization")
    return view.follow(seats & view.follow(concept("role", "host"), "^org:role"), "org:member")


def judge_identifier(check: Check) -> None:
    """Value and address, stated or claimed; and that the identifier of a host is no same-as link of what it hosts."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    if row["scheme"] in ADDRESSES:
        expect_address(check, "uri", homepages(view, subject))
        return
    claims = view.follow(row["uri"], "^rdf:object") & view.follow(subject, "coal:identifies", "^rdf:subject")
    check.bearers.extend(claims)
    addresses = view.follow(subject, "schema:url") | view.follow(claims, "rdf:object")
    written = view.follow(subject, "skos:notation")
    printed = {" ".join(re.findall("....", one)) for one in written}  # an ISNI, as the table has it
    check.expect("identifier", written | printed | {item.rpartition("/")[2] for item in addresses})
    check.expect("uri", addresses)
    own = view.follow(subject, "coal:identifies") & entity(view, row)
    host = "host" in row["note"]
    same = "http://www.w3.org/2002/07/owl#sameAs" in view.follow(subject, "coal:linkProperty")
    check.hold("note", not (host and own and same), "not the same thing, but its host")


def alias_candidates(view: View, row: Row) -> Values:
    """The things that bear the alias; of a government also by the name of its country."""
    return view.named(row["alias"], "organisation/", "government/", "gni", "aisi-network", "igf-dc/")


def judge_alias(check: Check) -> None:
    """The canonical name is a name of the same thing, or of the country that it governs."""
    view, subject = check.view, check.subject
    assert subject is not None
    bearers = view.named(check.row["canonical_name"])
    own = {subject} | view.follow(subject, "coal:governs")
    check.hold("canonical_name", bool(own & bearers), check.row["canonical_name"], bearers)
