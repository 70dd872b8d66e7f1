"""Reading the tables and checking each of their rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import agents, documents, events, links, memberships, places, siblings
from .differences import SHARED, TABLE, WHOLE_ROW, Difference
from .evidence import evidence, sources_of_country, sources_of_identifier
from .report import Check, Judge, Report, Row, best
from .view import Values, View


@dataclass(frozen=True)
class Table:
    """How one table is checked: the candidates for a row's subject, what is compared, and where its sources are."""

    candidates: Callable[[View, Row], Values]
    judge: Judge
    sources: Callable[[dict[str, str]], list[str]]
    distinct: bool = True
    """Whether no two rows have one subject."""


def in_column(column: str, reading: Callable[[str], list[str]]) -> Callable[[dict[str, str]], list[str]]:
    """The sources that one column names."""
    return lambda cells: reading(cells[column])


def split_addresses(cell: str) -> list[str]:
    """The addresses of a cell, which semicolons separate; an address may hold one itself.

    The port that is that of https anyway is left out, as in the graph (RFC 3986, section 6.2.3).
    """
    found = [address.strip() for address in re.split(r";\s*(?=https?://)", cell) if address.strip()]
    return [re.sub(r"^(https://[^/:]+):443(?=/)", r"\1", address) for address in found]


ADDRESSES = in_column("source_url", split_addresses)

CHECKS = {
    "members": Table(memberships.member_candidates, memberships.judge_member, ADDRESSES),
    "chairs": Table(memberships.chair_candidates, memberships.judge_chair, ADDRESSES, distinct=False),
    "conferences": Table(events.conference_candidates, events.judge_conference, ADDRESSES),
    "statements": Table(documents.candidates, documents.judge_statement, ADDRESSES),
    "documents": Table(documents.candidates, documents.judge_document, ADDRESSES),
    "outputs": Table(documents.candidates, documents.judge_output, ADDRESSES),
    "meetings": Table(events.meeting_candidates, events.judge_meeting, ADDRESSES),
    "bodies": Table(agents.body_candidates, agents.judge_body, in_column("source_urls", split_addresses), False),
    "persons_roles": Table(agents.role_candidates, agents.judge_role, ADDRESSES, distinct=False),
    "organisations": Table(agents.organisation_candidates, agents.judge_organisation, ADDRESSES),
    "government_bodies": Table(agents.government_body_candidates, agents.judge_government_body, ADDRESSES),
    "countries": Table(places.country_candidates, places.judge_country, sources_of_country),
    "country_names": Table(places.name_candidates, places.judge_name, in_column("source", evidence)),
    "regions": Table(places.region_candidates, places.judge_region, lambda cells: []),
    "places": Table(places.city_candidates, places.judge_city, in_column("evidence", evidence)),
    "identifiers": Table(links.identifier_candidates, links.judge_identifier, sources_of_identifier, False),
    "aliases": Table(links.alias_candidates, links.judge_alias, lambda cells: [], distinct=False),
    "siblings/coalitions": Table(
        siblings.coalition_candidates, siblings.judge_coalition, in_column("source_urls", split_addresses)
    ),
    "siblings/members": Table(siblings.member_candidates, siblings.judge_member, ADDRESSES),
    "siblings/groups": Table(siblings.group_candidates, siblings.judge_group, ADDRESSES),
}


def read(folder: Path, name: str) -> list[Row]:
    """The rows of a table as the graph should have them, with what their sources are."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [as_wanted(name, number, cells) for number, cells in enumerate(csv.DictReader(file), start=2)]


def as_wanted(name: str, number: int, collected: dict[str, str]) -> Row:
    """A row with the deliberate differences in it."""
    used = [index for index, difference in enumerate(TABLE) if difference.fits(name, collected)]
    instead = {TABLE[index].column: TABLE[index].instead for index in used}
    return Row(
        name,
        number,
        {column: instead.get(column, value) for column, value in collected.items()},
        collected,
        tuple(CHECKS[name].sources(collected)),
        tuple(used),
        WHOLE_ROW in instead,
        SHARED in instead,
    )


def audit_file(view: View, folder: Path, name: str) -> Report:
    """Check every row of one table."""
    table = CHECKS[name]
    checks: list[Check] = []
    taken: Values = set()
    for row in read(folder, name):
        free = table.candidates(view, row) - (set() if row.shared else taken)
        checks.append(best(view, row, free, table.judge))
        if table.distinct and checks[-1].subject:
            taken.add(checks[-1].subject)
    return Report(name, checks)


def audit(view: View, folder: Path) -> list[Report]:
    """Check every row of every table."""
    return [audit_file(view, folder, name) for name in CHECKS]


def unused(reports: list[Report]) -> list[Difference]:
    """The differences that fit no row of any table."""
    used = {index for report in reports for check in report.checks for index in check.row.used}
    return [difference for index, difference in enumerate(TABLE) if index not in used]
