"""The cells of a panel in SQL: how sure it is that someone was a member in a year, and what a list of members proves.

The rule is that of docs/explanation/time.md; it is stated once, in `sureness`.
"""

from __future__ import annotations

from collections.abc import Mapping

SPANS: Mapping[str, tuple[str, str]] = {
    "any-day": ("make_date(year, 1, 1)", "make_date(year, 12, 31)"),
    "first-day": ("make_date(year, 1, 1)", "make_date(year, 1, 1)"),
    "last-day": ("make_date(year, 12, 31)", "make_date(year, 12, 31)"),
}
"""The first and the last day of the span in a year of which a membership covers a day, by the names of rules."""


def sql_name(name: str) -> str:
    """Return the name of a column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def sureness(period: str, span: str) -> str:
    """Return SQL for how sure it is that a period covers a day of a span: 3 certain, 2 presumed, 1 possible, 0 not."""
    return f"""CASE
    WHEN {period}.begins_latest <= {span}.last AND {period}.ends_earliest >= {span}.first THEN 3
    WHEN {period}.begins_latest <= {span}.last AND {period}.is_open AND {period}.checked <= {span}.first
      AND coalesce({period}.ends_latest >= {span}.first, TRUE)
      AND coalesce({period}.planned_end >= {span}.first, TRUE) THEN 2
    WHEN coalesce({period}.begins_earliest <= {span}.last, TRUE)
      AND coalesce({period}.ends_latest >= {span}.first, TRUE) THEN 1
    ELSE 0 END"""


_EVER, _NEVER = "DATE '9999-12-31'", "DATE '0001-01-01'"
_FIRST, _LAST = "make_date(s.year, 1, 1)", "make_date(s.year, 12, 31)"


def _share(first: str, last: str) -> str:
    """Return SQL for the share of the days of a year from one day to another."""
    days = f"greatest(0, date_diff('day', greatest({first}, {_FIRST}), least({last}, {_LAST})) + 1)"
    return f"{days} / (date_diff('day', {_FIRST}, {_LAST}) + 1)"


_SURE_END = f"""CASE WHEN m.is_open THEN least(coalesce(m.planned_end, {_EVER}), coalesce(m.ends_latest, {_EVER}))
    ELSE coalesce(m.ends_earliest, {_NEVER}) END"""

_IS_MEMBER, _IS_OBSERVER = (
    f"m.kind = '{kind}' AND m.status IS DISTINCT FROM 'invited'" for kind in ("member", "observer")
)

CODES = {"cown": "INTEGER", "cowc": "VARCHAR", "gwn": "INTEGER", "vdem": "INTEGER"}
"""The schemes of countries' codes that hold for a time, with the types of their columns."""

_STATES = "('cown', 'gwn')"
"""Those that are lists of states."""

_CODES = ", ".join(
    f"""CASE WHEN count(DISTINCT h.code) FILTER (h.scheme = '{scheme}') = 1
    THEN min(h.code) FILTER (h.scheme = '{scheme}') END::{kind} AS {scheme}"""
    for scheme, kind in CODES.items()
)

ROWS = 2**32
"""More than there are memberships: a number holds how sure one is, and its row."""

_VIEWS = f"""
CREATE TABLE span AS
SELECT year::INTEGER AS year, {{first}} AS first, {{last}} AS last
FROM (SELECT unnest(range({{begin}}, {{end}} + 1)) AS year);

CREATE VIEW pair AS {{pairs}};

CREATE VIEW pair_membership AS
SELECT p.coalition, p.member, m.* EXCLUDE (coalition, member),
  count(*) OVER (PARTITION BY p.coalition, p.member) > 1 AS has_others,
  coalesce(bool_or({_IS_MEMBER}) OVER (PARTITION BY p.coalition, p.member), FALSE) AS is_recorded
FROM pair p
LEFT JOIN membership m ON m.coalition = p.coalition AND m.member = p.member;

CREATE VIEW seat AS
SELECT coalition, member, year, has_others, is_recorded,
  CASE WHEN is_member AND sureness > 0 THEN sureness * {ROWS} + row END AS seat,
  CASE WHEN is_observer AND sureness > 0 THEN sureness * {ROWS} + row END AS beside,
  CASE WHEN is_member AND sureness > 0 THEN share_min END AS share_min,
  CASE WHEN is_member AND sureness > 0 THEN share_max END AS share_max
FROM (
  SELECT m.coalition, m.member, m.row, m.has_others, m.is_recorded, s.year, {sureness("m", "s")} AS sureness,
    {_IS_MEMBER} AS is_member, {_IS_OBSERVER} AS is_observer,
    {_share(f"coalesce(m.begins_latest, {_EVER})", _SURE_END)} AS share_min,
    {_share(f"coalesce(m.begins_earliest, {_NEVER})", f"coalesce(m.ends_latest, {_EVER})")} AS share_max
  FROM pair_membership m, span s
) m;

CREATE VIEW best AS
SELECT coalition, member, year, is_recorded, seat, beside, share_min, share_max
FROM seat
WHERE NOT has_others
UNION ALL
SELECT coalition, member, year, is_recorded, max(seat), max(beside), sum(share_min), sum(share_max)
FROM seat
WHERE has_others
GROUP BY coalition, member, year, is_recorded;

CREATE VIEW standing AS
SELECT m.row, s.year, max(p.standing) AS standing
FROM phase p JOIN membership m ON p.membership = m.membership, span s
WHERE {sureness("p", "s")} >= 2
GROUP BY m.row, s.year;

CREATE VIEW list_year AS
SELECT l.coalition, l.name AS coalition_name, s.year,
  CASE
    WHEN l.list_state IS DISTINCT FROM 'complete' THEN coalesce(l.list_state, 'unknown')
    WHEN l.ends_latest IS NOT NULL OR l.checked_last >= s.last THEN 'complete'
    ELSE 'not-checked-since' END AS list_state
FROM list l, span s
WHERE coalesce(l.begins_earliest <= s.last, TRUE);

CREATE VIEW cited AS
SELECT membership, string_agg(address, ' ' ORDER BY address) AS sources FROM source GROUP BY membership;

CREATE VIEW cell AS
SELECT b.coalition, l.coalition_name, b.member AS agent, l.year, l.list_state,
  coalesce(b.seat // {ROWS}, 0)::INTEGER AS sureness,
  CASE WHEN b.seat // {ROWS} >= 2 THEN 1 ELSE 0 END AS member_min,
  CASE WHEN b.seat IS NOT NULL OR l.list_state <> 'complete' AND NOT b.is_recorded THEN 1 ELSE 0 END AS member_max,
  CASE WHEN b.seat // {ROWS} >= 2 OR coalesce(b.beside // {ROWS}, 0) < 2 THEN b.seat ELSE b.beside END % {ROWS} AS row,
  coalesce(b.beside // {ROWS}, 0) >= 2 AND coalesce(b.seat // {ROWS}, 0) < 2 AS is_beside,
  coalesce(b.beside // {ROWS}, 0) = 1 AS may_be_beside,
  round(least(1, greatest(coalesce(b.share_min, 0), CASE WHEN b.seat // {ROWS} = 3 THEN 1 / 366 ELSE 0 END)), 3)
    AS share_min,
  CASE WHEN l.list_state = 'complete' OR b.is_recorded THEN round(least(1, coalesce(b.share_max, 0)), 3) ELSE 1 END
    AS share_max
FROM best b
JOIN list_year l ON b.coalition = l.coalition AND b.year = l.year;

CREATE VIEW held_code AS
SELECT c.country, c.scheme, c.code, s.year, least(coalesce(c.ends_latest, s.last), s.last) AS until
FROM code c
JOIN span s ON coalesce(c.begins_earliest <= s.last, TRUE) AND coalesce(c.ends_latest >= s.first, TRUE);

CREATE VIEW country_code AS
SELECT h.country, h.year, {_CODES}
FROM (SELECT *, max(until) OVER (PARTITION BY country, scheme, year) AS last FROM held_code) h
WHERE h.until = h.last
GROUP BY h.country, h.year;

CREATE VIEW country_year AS
SELECT coalesce(c.member, c.country) AS agent, s.year, c.iso3, c.iso2, c.m49, c.name AS country,
  {", ".join(f"k.{one}" for one in CODES)}
FROM country c CROSS JOIN span s
LEFT JOIN country_code k ON k.country = c.country AND k.year = s.year;

CREATE VIEW no_state AS
SELECT coalesce(c.member, c.country) AS agent, s.year
FROM country c, span s
WHERE c.country IN (SELECT country FROM code WHERE scheme IN {_STATES})
  AND NOT EXISTS (
    SELECT 1 FROM held_code h WHERE h.country = c.country AND h.year = s.year AND h.scheme IN {_STATES}
  );

CREATE VIEW told AS
SELECT c.coalition, c.coalition_name, c.agent, c.year, c.list_state, c.sureness, c.share_min,
  CASE WHEN n.agent IS NULL THEN member_min END AS member_min,
  CASE WHEN n.agent IS NULL THEN member_max END AS member_max,
  CASE WHEN n.agent IS NULL THEN share_max ELSE 0 END AS share_max,
  CASE WHEN n.agent IS NULL AND member_min = member_max THEN member_min END AS member,
  CASE sureness WHEN 3 THEN 'certain' WHEN 2 THEN 'presumed' WHEN 1 THEN 'possible' END AS certainty,
  CASE WHEN sureness = 2 THEN 1 ELSE 0 END AS presumed,
  CASE
    WHEN n.agent IS NOT NULL THEN -1
    WHEN sureness >= 2 THEN CASE m.role WHEN 'non-voting-member' THEN 2 ELSE 1 END
    WHEN member_max = 0 THEN CASE WHEN is_beside THEN 3 WHEN NOT may_be_beside THEN 0 END END AS status,
  CASE WHEN sureness >= 2 THEN coalesce(s.standing, 'active') END AS standing,
  CASE WHEN n.agent IS NOT NULL THEN 'no-state' WHEN sureness = 1 THEN 'possible'
    WHEN member_max > member_min THEN 'list-incomplete' END AS reason,
  m.role, m.membership, m.sources
FROM cell c
LEFT JOIN no_state n ON c.row IS NULL AND n.agent = c.agent AND n.year = c.year
LEFT JOIN (
  SELECT m.row, m.role, m.membership, t.sources FROM membership m LEFT JOIN cited t USING (membership)
) m ON m.row = c.row
LEFT JOIN standing s ON s.row = c.row AND s.year = c.year;
"""
"""The views that units select from; in braces stands what a call chooses.

Most pairs have one membership, whose years need no grouping. The years are a table, as DuckDB plans by its size.
"""

_RECORDED = "SELECT DISTINCT coalition, member FROM membership"
"""The pairs of a coalition and those who are, were or may have been in it."""


def write_views(rule: str, years: tuple[int, int], everyone: str) -> str:
    """Return SQL that makes the views for some years; `everyone` selects those who have rows in any coalition, too."""
    (first, last), (begin, end) = SPANS[rule], years
    return _VIEWS.format(first=first, last=last, begin=begin, end=end, pairs=write_pairs(everyone))


def write_pairs(everyone: str) -> str:
    """Return SQL for the pairs of a coalition and a member that have cells; `everyone` as for `write_views`."""
    others = f' UNION SELECT l.coalition, e.member FROM "list" l, ({everyone}) e' if everyone else ""
    return _RECORDED + others


_HORIZON = "coalesce(l.ends_latest, greatest(l.checked_last, make_date($last, 12, 31)), make_date($last, 12, 31))"
_SOONEST = "coalesce(m.begins_earliest, l.begins_earliest, m.begins_latest, make_date($first, 1, 1))"
_LATEST = f"""least(
    coalesce(m.begins_latest, l.ends_latest, l.checked_last, {_HORIZON}), coalesce(m.ends_latest, {_EVER}))"""


def _draw(side: str, first: str, last: str) -> str:
    """Return SQL for a day drawn from a first to a last one: by a digest, so that it is the same on any machine."""
    number = f"('0x' || substr(md5(concat_ws(' ', $seed, draw, m.membership, '{side}')), 1, 8))::BIGINT"
    return f"{first} + ({number} * greatest(1, {last} - {first} + 1) // 4294967296)::INTEGER"


DRAWN = f"""
CREATE TABLE drawn AS
WITH began AS (
  SELECT m.*, draw, {_HORIZON} AS horizon, {_draw("begin", _SOONEST, _LATEST)} AS began
  FROM membership m JOIN "list" l ON m.coalition = l.coalition, (SELECT unnest(range(1, $draws + 1)) AS draw)
  WHERE {_IS_MEMBER}
    AND coalesce(greatest(m.begins_earliest, l.begins_earliest) <= least(m.ends_latest, l.ends_latest), TRUE)
)
SELECT draw::INTEGER AS draw, coalition, member, membership, began,
  CASE WHEN is_open THEN {_SURE_END}
    ELSE {_draw("end", "greatest(began, coalesce(ends_earliest, began))", "coalesce(ends_latest, horizon)")}
  END AS ended
FROM began m
"""
"""Memberships with a beginning and an end that are drawn, evenly, between the days on which they can have been.

An end does not come before the beginning; an open membership goes on, as is presumed. A side that no source bounds is
drawn up to the beginning or end of the coalition: a beginning up to the day on which that was last checked, and an end
up to the last day of the panel, for nothing says that who is not on record later has left. A membership lies within its
coalition: one that has no day there, such as one that ended before the coalition began, is not drawn.
"""

DRAWN_CELLS = """
CREATE VIEW drawn_cell AS
SELECT t.* REPLACE (
  coalesce(t.member, CASE WHEN t.reason = 'possible' THEN (h.member IS NOT NULL)::INTEGER END) AS member
), d.draw
FROM told t
CROSS JOIN (SELECT unnest(range(1, {draws} + 1))::INTEGER AS draw) d
LEFT JOIN (
  SELECT DISTINCT n.draw, n.coalition, n.member, s.year
  FROM drawn n JOIN span s ON n.began <= s.last AND n.ended >= s.first
) h ON h.draw = d.draw AND h.coalition = t.coalition AND h.member = t.agent AND h.year = t.year
"""
"""Cells by these memberships: `member` stays where it is known, and is drawn where the dates leave it open."""
