"""Rows about countries, their names, regions and cities."""

from __future__ import annotations

import datetime

from .report import Check, Row
from .view import Values, View, concept


def identified(view: View, subject: str, scheme: str, part: str = "skos:notation") -> Values:
    """The identifiers of a thing in a scheme."""
    return view.follow(
        identifiers(view, subject) & view.follow(concept("identifier-scheme", scheme), "^coal:scheme"), part
    )


def identifiers(view: View, subject: str) -> Values:
    """The identifiers of a thing."""
    return view.follow(subject, "^coal:identifies")


def country_candidates(view: View, row: Row) -> Values:
    """The country of the row's code."""
    country = view.country(row["iso2"])
    return {country} if country else set()


def judge_country(check: Check) -> None:
    """Codes, name, links and region."""
    view, subject = check.view, check.subject
    assert subject is not None
    check.bearers.extend(identifiers(view, subject))
    for column, scheme in (
        ("iso3", "iso3166-1-alpha-3"),
        ("m49", "un-m49"),
        ("wikidata_qid", "wikidata"),
        ("geonames_id", "geonames"),
    ):
        found = identified(view, subject, scheme)
        check.expect(column, found)
        check.hold(f"{column} alone", len(found) <= 1, "one at most", found)
    check.expect("eu_authority_uri", identified(view, subject, "eu-authority-country", "schema:url"))
    names = view.follow(subject, "^coal:nameOf", "skosxl:literalForm") | view.names(subject)
    check.expect("name_en", names)
    regions = view.follow(view.follow(subject, "schema:containedInPlace"), "schema:containedInPlace+")
    check.expect("un_region", set().union(*(view.names(region) for region in regions), ()))


def name_candidates(view: View, row: Row) -> Values:
    """The labels of the row's country of that form."""
    country = view.country(row["iso2"])
    return view.follow(country or "", "^coal:nameOf") & view.follow(row["name"], "^skosxl:literalForm")


def judge_name(check: Check) -> None:
    """Language and period; the day on which a name gives way is the first of the next one."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    check.expect("lang", {tag for tag in view.languages(subject, "skosxl:literalForm", row["name"])})
    check.expect_date("valid_from", view.follow(subject, "coal:begin"), view.follow(subject, "coal:begin"))
    until = row["valid_to"]
    last = str(datetime.date.fromisoformat(until) - datetime.timedelta(days=1)) if until else ""
    ends = view.follow(subject, "coal:end")
    check.hold("valid_to", ends == ({last} if last else set()), last or "no date", ends)


def region_candidates(view: View, row: Row) -> Values:
    """The region of the row's code."""
    region = view.by_code(row["m49"], "un-m49")
    return {region} if region else set()


def judge_region(check: Check) -> None:
    """Name, parent and Wikidata item."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    check.bearers.extend(identifiers(view, subject))
    check.expect("name", view.names(subject))
    parents = view.follow(subject, "schema:containedInPlace")
    parent = view.by_code(row["parent_m49"], "un-m49") if row["parent_m49"] else None
    check.hold("parent_m49", parents == ({parent} if parent else set()), row["parent_m49"] or "no parent", parents)
    check.expect("wikidata_qid", identified(view, subject, "wikidata"))


def city_candidates(view: View, row: Row) -> Values:
    """The places of the row's name in its country."""
    inside = view.follow(view.country(row["country_iso2"]) or "", "^schema:containedInPlace")
    return view.named(row["name"], "place/") & inside


def judge_city(check: Check) -> None:
    """Identifiers and coordinates."""
    view, row, subject = check.view, check.row, check.subject
    assert subject is not None
    check.bearers.extend(identifiers(view, subject))
    check.expect("geonames_id", identified(view, subject, "geonames"))
    check.expect("wikidata_qid", identified(view, subject, "wikidata"))
    for column, property in (("lat", "geo:lat"), ("long", "geo:long")):
        values = view.follow(subject, property)
        check.hold(column, float(row[column]) in {float(value) for value in values}, row[column], values)
