"""The units of a panel: what a row is, its columns with their meanings, and the SQL that makes it of cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from foc_graph.panel.cells import ROWS

if TYPE_CHECKING:
    import duckdb


class Unit(NamedTuple):
    """A unit of a panel: what a row is, its columns with their meanings, and the SQL of its rows.

    `main` are the columns that a terminal shows. `everyone` is SQL for all who may be compared with members, where
    rows are cells; these can be drawn, so that their SQL has places for the number of a `draw` and the view of `cells`.
    That of dyads has one for the number of the last of the `coalitions`.
    """

    row: str
    columns: Mapping[str, str]
    main: Sequence[str]
    sql: str
    everyone: str = ""


_MOST_NAMED = 100
"""Most coalitions that are named for two governments."""

_COALITION = {"coalition": "the coalition, by its slug", "coalition_name": "its name"}
_STATE = {
    "iso3": "three-letter code of the country in ISO 3166-1",
    "iso2": "two-letter code in ISO 3166-1",
    "m49": "number in UN M49, the same as in ISO 3166-1",
    "cown": "number in Correlates of War, as of the year",
    "cowc": "abbreviation in Correlates of War, as of the year",
    "gwn": "number in the list of Gleditsch and Ward, as of the year",
    "vdem": "number in Varieties of Democracy (V-Dem), as of the year",
    "country": "name of the country",
}
_AGENT = {
    "agent": "the government, organisation or person, by its slug",
    "agent_name": "its name",
    "category": "its stakeholder category, such as civil-society",
}
_CELL = {
    "year": "the year",
    "member": "1 a member, certain or presumed; 0 none; empty if not known: see reason",
    "member_min": "least value that member can have",
    "member_max": "greatest value that member can have",
    "certainty": "of a membership: certain, presumed (open when last checked) or possible",
    "presumed": "1 if presumed, else 0",
    "status": "-1 no state then, 0 none, 1 full, 2 associate, 3 observer; empty if not known",
    "standing": "of members: active, inactive or suspended",
    "reason": "why member is empty: possible (by the dates), list-incomplete or no-state",
    "list_state": "list of members in the year: complete, partial, unknown or not-checked-since",
    "share_min": "least share of the days of the year, from 0 to 1",
    "share_max": "greatest share of the days of the year",
    "role": "role of the membership: member, non-voting-member, endorser or observer",
    "membership": "the membership, by its slug",
    "sources": "addresses of its sources",
}
_BOUNDS = {
    "begins_earliest": "first day on which it can have begun; empty if there is no bound",
    "begins_latest": "last day on which it can have begun; empty if there is no bound",
    "ends_earliest": "first day on which it can have ended; if open, the last a source shows",
    "ends_latest": "last day on which it can have ended; empty if there is no bound",
}
_SPELL = {
    **_COALITION,
    **_AGENT,
    "membership": _CELL["membership"],
    "role": _CELL["role"],
    **_BOUNDS,
    "state": "open, ended, ended-date-unknown or unknown",
    "censored": "1 if no end is known, else 0",
    "planned_end": "last day of the planned end",
    "status_now": "latest status, such as active, suspended, invited, former or withdrawn",
    "sources": _CELL["sources"],
}
_EVENT = {
    **_COALITION,
    **_AGENT,
    "event": "joined, left, took-the-chair or left-the-chair",
    "year": "the year, where the two days are in one",
    "earliest": "first day on which it can have been; empty if there is no bound",
    "latest": "last day on which it can have been; empty if there is no bound",
    "role": "the role that began or ended",
    "membership": "the membership or term, by its slug",
    "sources": _CELL["sources"],
}
_DYAD = {
    "iso3_a": "three-letter code of the one country, the first of the two by this code",
    "iso3_b": "three-letter code of the other country",
    "country_a": "name of the one country",
    "country_b": "name of the other country",
    "year": "the year",
    "shared_min": "coalitions of which both are members: a lower bound, as lists may lack some",
    "shared_max": "these and those of which both may be members, of what is on record",
    "coalitions": f"those of shared_min, by their slugs; empty for more than {_MOST_NAMED}",
}


_IS_MEMBER = "p.kind = 'member' AND p.status IS DISTINCT FROM 'invited'"
_IS_OVER = "p.state IN ('ended', 'ended-date-unknown')"


def _event(name: str, table: str, side: str, condition: str) -> str:
    earliest, latest = f"p.{side}_earliest", f"p.{side}_latest"
    return f"""SELECT p.coalition, p.member AS agent, '{name}' AS event,
  CASE WHEN year({earliest}) = year({latest}) THEN year({earliest}) END AS year,
  {earliest} AS earliest, {latest} AS latest, p.role, p.membership
FROM "{table}" p
WHERE {condition}"""


_EVENTS = "\nUNION ALL\n".join(
    (
        _event("joined", "membership", "begins", _IS_MEMBER),
        _event("left", "membership", "ends", f"{_IS_MEMBER} AND {_IS_OVER}"),
        _event("took-the-chair", "chair", "begins", "TRUE"),
        _event("left-the-chair", "chair", "ends", f"{_IS_OVER} OR p.ends_latest IS NOT NULL"),
    )
)
_NAMED = 'LEFT JOIN "list" l ON l.coalition = p.coalition LEFT JOIN agent a ON a.member = p.agent'
_PICKED = "p.coalition, l.name AS coalition_name, p.agent, a.name AS agent_name, a.category"
_CELLS = ", ".join(f"p.{name}" for name in _CELL)

UNITS: Mapping[str, Unit] = {
    "state-year": Unit(
        "a government, coalition and year",
        {**_COALITION, **_STATE, **_CELL},
        ("coalition", "country", "year", "member", "certainty", "reason"),
        f"""SELECT {{draw}}p.coalition, p.coalition_name, c.iso3, c.iso2, c.m49, c.cown, c.cowc, c.gwn, c.vdem,
  c.country, {_CELLS}
FROM {{cells}} p
JOIN country_year c ON p.agent = c.agent AND p.year = c.year
ORDER BY {{draw}}p.coalition, c.iso3, c.country, p.year""",
        "SELECT coalesce(member, country) AS member FROM country WHERE iso2 IS NOT NULL",
    ),
    "organisation-year": Unit(
        "a member of any kind, coalition and year",
        {**_COALITION, **_AGENT, **_CELL},
        ("coalition", "agent_name", "year", "member", "certainty", "reason"),
        f"""SELECT {{draw}}{_PICKED}, {_CELLS}
FROM {{cells}} p {_NAMED}
ORDER BY {{draw}}p.coalition, p.agent, p.year""",
        "SELECT member FROM agent",
    ),
    "dyad-year": Unit(
        "two governments and a year",
        _DYAD,
        ("country_a", "country_b", "year", "shared_min", "shared_max", "coalitions"),
        f"""WITH held AS (
  SELECT b.coalition, n.number, b.year, b.seat // {ROWS} >= 2 AS is_sure, c.iso3, c.name,
    coalesce(c.iso3, c.name) AS country
  FROM best b
  JOIN list_year l ON l.coalition = b.coalition AND l.year = b.year
  JOIN country c ON c.member = b.member
  JOIN (SELECT coalition, (row_number() OVER (ORDER BY coalition) - 1)::INTEGER AS number FROM "list") n
    ON n.coalition = b.coalition
  WHERE b.seat IS NOT NULL
), held_bits AS (
  SELECT country, year, min(iso3) AS iso3, min(name) AS name, bitstring_agg(number, 0, {{coalitions}}) AS possible,
    bitstring_agg(number, 0, {{coalitions}}) FILTER (is_sure) AS sure
  FROM held
  GROUP BY country, year
), dyad AS (
  SELECT a.country AS one, b.country AS other, a.iso3 AS iso3_a, b.iso3 AS iso3_b, a.name AS country_a,
    b.name AS country_b, a.year,
    coalesce(bit_count(a.sure & b.sure), 0)::INTEGER AS shared_min,
    bit_count(a.possible & b.possible)::INTEGER AS shared_max
  FROM held_bits a
  JOIN held_bits b ON a.year = b.year AND a.country < b.country
  WHERE bit_count(a.possible & b.possible) > 0
), dyad_names AS (
  SELECT d.one, d.other, d.year, string_agg(a.coalition, ' ' ORDER BY a.coalition) AS coalitions
  FROM dyad d
  JOIN held a ON a.country = d.one AND a.year = d.year AND a.is_sure
  JOIN held b ON b.country = d.other AND b.year = d.year AND b.is_sure AND b.coalition = a.coalition
  WHERE d.shared_min BETWEEN 1 AND {_MOST_NAMED}
  GROUP BY d.one, d.other, d.year
)
SELECT d.iso3_a, d.iso3_b, d.country_a, d.country_b, d.year, d.shared_min, d.shared_max, n.coalitions
FROM dyad d
LEFT JOIN dyad_names n ON n.one = d.one AND n.other = d.other AND n.year = d.year
ORDER BY d.one, d.other, d.year""",
    ),
    "spell": Unit(
        "a membership with the days between which it began and ended",
        _SPELL,
        ("coalition", "agent_name", *_BOUNDS, "state"),
        f"""SELECT {_PICKED}, p.membership, p.role, {", ".join(f"p.{name}" for name in _BOUNDS)}, p.state,
  CASE WHEN p.ends_latest IS NULL THEN 1 ELSE 0 END AS censored, p.planned_end, p.status AS status_now, t.sources
FROM (SELECT *, member AS agent FROM membership) p {_NAMED}
LEFT JOIN cited t ON t.membership = p.membership
ORDER BY p.coalition, p.agent, p.membership""",
    ),
    "event": Unit(
        "a member that joined or left, or a chair that came or went",
        _EVENT,
        ("coalition", "agent_name", "event", "earliest", "latest"),
        f"""SELECT {_PICKED}, p.event, p.year, p.earliest, p.latest, p.role, p.membership, t.sources
FROM ({_EVENTS}) p {_NAMED}
LEFT JOIN cited t ON t.membership = p.membership
ORDER BY p.coalition, coalesce(p.latest, p.earliest), p.agent, p.event, p.membership""",
    ),
}
"""The units by name, but for that of coalitions, which `coalition_year` makes."""

_LONGEST = 32
"""Most characters of the name of a variable in Stata."""

_MEMBER: dict[int | float, str] = {0: "not a member", 1: "member"}
_NO_YES: dict[int | float, str] = {0: "no", 1: "yes"}
VALUES: Mapping[str, dict[int | float, str]] = {
    **dict.fromkeys(("member", "member_min", "member_max"), _MEMBER),
    **dict.fromkeys(("presumed", "censored"), _NO_YES),
    "status": {-1: "no state then", 0: "none", 1: "full", 2: "associate", 3: "observer"},
}
"""The meanings of codes, by their columns."""

UNDATED = ("spell", "event")
"""The units whose rows are of no year, so that neither years nor rule choose any."""

UNIT_NAMES = (*UNITS, "coalition-year")
ALL = "all"
"""What stands for all coalitions."""

_COALITION_YEAR = {
    **_COALITION,
    "year": "the year",
    "list_state": _CELL["list_state"],
    "members_min": "members, certain or presumed: a lower bound where the list is not complete",
    "members_max": "these and the possible ones; empty where the list is not complete",
    "observers": "observers, certain or presumed, that are not known to be members",
    "joined_min": "members that certainly joined in the year",
    "joined_max": "members on record that may have joined in it",
    "left_min": "members that certainly left in the year",
    "left_max": "members on record that may have left in it; open memberships are taken to go on",
    "turnover": "joined and left by members_min; empty where one of these numbers is not certain",
}


def coalition_year(connection: duckdb.DuckDBPyConnection) -> Unit:
    """Return the unit of a coalition and year, with the share of members in each region and category there is."""
    shares: dict[str, tuple[str, str]] = {}
    connection.execute("CREATE TABLE share (name VARCHAR, value VARCHAR)")
    for field, what in (("c.region", "from"), ("a.category", "of the category")):
        table = "country" if field.startswith("c") else "agent"
        column = field[2:]
        found = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")
        for (value,) in found.fetchall():
            name = f"share_{re.sub('[^a-z0-9]+', '_', value.casefold()).strip('_')}"[:_LONGEST]
            if name in shares:
                name = f"{name[: _LONGEST - 6]}_{len(shares)}"
            shares[name] = field, f"share of members_min {what} {value}"
            connection.execute("INSERT INTO share VALUES (?, ?)", [name, value])
    counted = "".join(
        f""",
  round(coalesce(sum(p.member_min) FILTER ({field} = (SELECT value FROM share WHERE name = '{name}')), 0)
    / nullif(sum(p.member_min), 0), 3) AS {name}"""
        for name, (field, _) in shares.items()
    )
    sql = f"""WITH moved AS (
  SELECT p.coalition, s.year,
    count(DISTINCT p.member) FILTER ({_surely("begins")}) AS joined_min,
    count(DISTINCT p.member) FILTER ({_perhaps("begins")}) AS joined_max,
    count(DISTINCT p.member) FILTER (NOT p.is_open AND {_surely("ends")}) AS left_min,
    count(DISTINCT p.member) FILTER (NOT p.is_open AND {_perhaps("ends")}) AS left_max
  FROM membership p, span s
  WHERE {_IS_MEMBER}
  GROUP BY p.coalition, s.year
), counted AS (
  SELECT p.coalition, p.coalition_name, p.year, p.list_state, sum(p.member_min)::INTEGER AS members_min,
    CASE WHEN p.list_state = 'complete' THEN (count(*) FILTER (p.sureness > 0))::INTEGER END AS members_max,
    (count(*) FILTER (p.is_beside))::INTEGER AS observers{counted}
  FROM cell p
  LEFT JOIN country c ON c.member = p.agent
  LEFT JOIN agent a ON a.member = p.agent
  GROUP BY p.coalition, p.coalition_name, p.year, p.list_state
)
SELECT p.coalition, p.coalition_name, p.year, p.list_state, p.members_min, p.members_max, p.observers,
  m.joined_min, m.joined_max, m.left_min, m.left_max,
  CASE WHEN p.members_min = p.members_max AND m.joined_min = m.joined_max AND m.left_min = m.left_max
    THEN round((m.joined_min + m.left_min) / nullif(p.members_min, 0), 3) END AS turnover{
        "".join(f", p.{name}" for name in shares)
    }
FROM counted p
LEFT JOIN moved m ON p.coalition = m.coalition AND p.year = m.year
ORDER BY p.coalition, p.year"""
    columns = {**_COALITION_YEAR, **{name: meaning for name, (_, meaning) in shares.items()}}
    main = ("coalition", "year", "list_state", "members_min", "members_max", "joined_min", "left_min")
    return Unit("a coalition and year", columns, main, sql)


def _surely(side: str) -> str:
    """Return SQL for whether a period certainly began or ended in a year."""
    return f"year(p.{side}_earliest) = s.year AND year(p.{side}_latest) = s.year"


def _perhaps(side: str) -> str:
    """Return SQL for whether it may have."""
    return f"coalesce(year(p.{side}_earliest) <= s.year, TRUE) AND coalesce(year(p.{side}_latest) >= s.year, TRUE)"
