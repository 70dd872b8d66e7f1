"""A panel as a table, a row a country and year, as memberships with years for dates, and claims where they differ.

The codes of a status are those of Correlates of War: 1 full, 2 associate, 3 observer, 0 none, -1 no state, -9 unknown.
A year means any day of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.dates import PartialDate
from foc_graph.errors import quoted
from foc_graph.matching.lookup import Lookup
from foc_graph.namespaces import BASE, iri_of
from foc_graph.tabular.table import Problem, Table
from foc_graph.workspace.files import Term, Things, Values

PANEL = "panel"
"""What `foc import --as` calls such a table."""

_KEYS = {
    **{name: name for name in ("iso3", "iso2", "cown", "cowc", "gwn", "vdem", "country")},
    **{"ccode": "cown", "stateabb": "cowc", "gwcode": "gwn", "gwno": "gwn", "country_id": "vdem", "state": "country"},
}
"""The headings of countries, first those that are used first, with what they hold."""

_DATED = ("cown", "cowc", "gwn", "vdem")
_ROLES = {1: "member", 2: "non-voting-member", 3: "observer"}
_NONE, _UNKNOWN = (0, -1), (-9,)
_MEMBERS = (
    *("member", "role", "joined", "begin_not_before", "begin_not_after", "left", "end_not_before", "end_not_after"),
    *("attested", "verified", "state", "note", "id", "source"),
)
_CLAIMS = ("thing", "property", "value", "support", "source", "rank", "ruling")
_RULING = "It was on record before; the two have not been weighed."
_CLAIMED = """SELECT ?value ?source ?rank
WHERE {
  ?claim rdf:subject %s ; rdf:predicate coal:%s ; rdf:object ?value ; dcterms:source ?source .
  ?claim coal:rank/skos:notation ?rank
}
ORDER BY STR(?source)"""
_CODES = f"""SELECT ?scheme ?code ?country ?label ?begins ?ends
WHERE {{
  VALUES ?scheme {{ {" ".join(f'"{name}"' for name in _DATED)} }}
  ?identifier coal:scheme/skos:notation ?scheme ; skos:notation ?code ; coal:identifies ?country .
  ?country coal:displayLabel ?label .
  OPTIONAL {{ ?identifier coal:beginsEarliest ?begins }}
  OPTIONAL {{ ?identifier coal:endsLatest ?ends }}
}}"""


class _Spell(NamedTuple):
    """A membership that the years show: its country, role, and cells of a table of members; `row` is its first."""

    row: int
    country: str
    role: str
    first: int
    last: int
    cells: Mapping[str, str]


def read_panel(table: Table, coalition: str, source: str, names: Lookup, things: Things) -> dict[str, Table]:
    """Return tables of members and of claims for a panel of one coalition (an IRI), both from one source.

    What is known of a membership stays as it is: where a year of the panel contradicts one of its dates, the panel's is
    a claim. Mistakes are problems of the table of members.
    """
    problems = list(table.problems)
    years = _read_years(table, names.slug(coalition), names, problems)
    members: list[tuple[int, list[str]]] = []
    claims: list[tuple[int, list[str]]] = []
    seats = sorted(things.items(f"{coalition}/membership/"))
    taken: set[str] = set()
    for country, known in years.items():
        for spell in _find_spells(country, known):
            cells = dict(spell.cells)
            iri = _find_known(spell, seats, names, taken)
            if iri is not None:
                taken.add(iri)
                claims += [
                    (spell.row, [*one, *[""] * (len(_CLAIMS) - len(one))])
                    for one in _differing(spell, iri, names, things)
                ]
                cells = {"member": country, "role": spell.role, "id": names.slug(iri)}
            elif agents := names.named(("government",), country):
                iri = _name(spell, f"{coalition}/membership/{agents[0].rpartition('/')[2]}", things, taken)
                taken.add(iri)
                cells["id"] = names.slug(iri)
            cells["source"] = source
            members.append((spell.row, [cells.get(name, "") for name in _MEMBERS]))
    found = {"members": Table([*_MEMBERS], sorted(members), table.metadata, problems)}
    return {**found, "claims": Table([*_CLAIMS], sorted(claims), table.metadata, [])} if claims else found


def _read_years(
    table: Table, slug: str, names: Lookup, problems: list[Problem]
) -> dict[str, dict[int, tuple[int, int | None]]]:
    """Return the row and the status of each country and year; None is not known."""
    headings = {heading.strip().casefold(): at for at, heading in reversed([*enumerate(table.headings)])}
    key = next((one for one in _KEYS if one in headings), None)
    status = next((one for one in ("status", "member", slug) if one in headings), None)
    for found, what in ((key, f"countries ({', '.join(_KEYS)})"), (status, f"status, member or {slug}")):
        if found is None:
            problems.append(Problem(1, "", f"no column for {what}"))
    if "year" not in headings:
        problems.append(Problem(1, "", "no column for year"))
    if key is None or status is None or "year" not in headings:
        return {}
    codes = _read_codes(names) if _KEYS[key] in _DATED else {}
    years: defaultdict[str, dict[int, tuple[int, int | None]]] = defaultdict(dict)
    rows: dict[tuple[str, int], int] = {}
    for number, cells in table.rows:
        year, value = _number(cells[headings["year"]]), cells[headings[status]].strip()
        known = _number(value) if value else _UNKNOWN[0]
        country = cells[headings[key]].strip()
        if year is None or not 1 <= year <= 9999:
            problems.append(Problem(number, "year", f"{quoted(cells[headings['year']])}: write a year, such as 2015"))
        elif known is None or known not in (*_ROLES, *_NONE, *_UNKNOWN):
            problems.append(Problem(number, status, f"{quoted(value)}: write 0, 1, 2, 3, -1 or -9, or nothing"))
        elif not country:
            problems.append(Problem(number, key, "is empty"))
        else:
            if _KEYS[key] in _DATED:
                bearers = codes.get((_KEYS[key], country.removesuffix(".0")), [])
                held = {name for name, first, last in bearers if first <= f"{year}-12-31" and last >= f"{year}-01-01"}
                if len(held) != 1:
                    problems.append(Problem(number, key, f"no single country has the code {country} in {year}"))
                    continue
                (country,) = held
            other = rows.setdefault((country, year), number)
            if other != number:
                problems.append(Problem(number, "", f"says the same thing as row {other} or contradicts it: keep one"))
            years[country][year] = number, None if known in _UNKNOWN else max(known, 0)
    return years


def _read_codes(names: Lookup) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """Return the countries that bear a code, each with the first and the last day."""
    codes: defaultdict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for row in names.select(_CODES):
        period = (row["begins"] or "0001-01-01", row["ends"] or "9999-12-31")
        codes[row["scheme"], row["code"]].append((row["label"], *period))
    return codes


def _number(text: str) -> int | None:
    try:
        number = float(text)
        return int(number) if number.is_integer() else None
    except (ValueError, OverflowError):
        return None


def _find_spells(country: str, years: Mapping[int, tuple[int, int | None]]) -> Iterator[_Spell]:
    """Find the memberships that years show; a year that is not known ends one, for nothing says that it went on."""
    known = [(year, status) for year, (_, status) in sorted(years.items()) if status is not None]
    begun = 0
    for at, (year, status) in enumerate(known):
        if at and known[at - 1] != (year - 1, status):
            begun = at
        goes_on = at + 1 < len(known) and known[at + 1] == (year + 1, status)
        if status and not goes_on:
            first = known[begun][0]
            before, after = known[begun - 1] if begun else None, known[at + 1] if at + 1 < len(known) else None
            role = _ROLES[status]
            cells = {"member": country, "role": role, **_begin(first, before), **_end(year, after)}
            if after is None and max(years) > year:
                cells = {**cells, "verified": "", "state": "unknown", "attested": f"{first}; {year}"}
            if any(one is not None and one[1] == status for one in (before, after)):
                cells["note"] = "The panel does not say whether the membership went on between two of its years."
            yield _Spell(years[first][0], country, role, first, year, cells)


def _begin(first: int, before: tuple[int, int] | None) -> dict[str, str]:
    """Say when a membership began that a year is the first to show, by the last one before that is known."""
    if before is not None and before[0] == first - 1:
        return {"joined": f"{first}"}
    bound = {"begin_not_before": f"{before[0] + 1}-01-01"} if before is not None else {}
    return {**bound, "begin_not_after": f"{first}-12-31", "attested": f"{first}"}


def _end(last: int, after: tuple[int, int] | None) -> dict[str, str]:
    """Say when it ended, or that it was open, by the first year after that is known."""
    if after is None:
        return {"verified": f"{last}"}
    if after[0] == last + 1:
        return {"left": f"{last}"}
    return {"end_not_before": f"{last}-01-01", "end_not_after": f"{after[0] - 1}-12-31"}


def _find_known(spell: _Spell, seats: Sequence[tuple[str, Values]], names: Lookup, taken: Container[str]) -> str | None:
    """Return the membership on record that a spell is of: the same country and role, and years in common."""
    agents = set(names.named(("government",), spell.country))
    role = ox.NamedNode(f"{BASE}concept/role/{spell.role}")
    for iri, values in seats:
        holders = {one.value for one in values.get(iri_of("org:member"), [])}
        if iri in taken or holders.isdisjoint(agents) or values.get(iri_of("org:role")) != [role]:
            continue
        begin, end = (_year(values.get(iri_of(name), [])) for name in ("coal:begin", "coal:end"))
        if (begin is None or begin <= spell.last) and (end is None or end >= spell.first):
            return iri
    return None


def _name(spell: _Spell, start: str, things: Things, taken: Container[str]) -> str:
    """Return the IRI of a new membership: a government may have several, of which none had surely ended before."""
    start += "" if spell.role == _ROLES[1] else f"-{spell.role}"
    iri, number = start, 1
    while iri in things or iri in taken:
        number += 1
        iri = f"{start}-{number}"
    return iri


def _year(values: Sequence[Term]) -> int | None:
    return int(PartialDate(values[0].value).first_day[:4]) if values else None


def _differing(spell: _Spell, iri: str, names: Lookup, things: Things) -> Iterator[list[str]]:
    """Give the rows of claims where the years of a spell contradict a date on record, and one for that date.

    The date on record is a claim where one source alone can have given it.
    """
    values, slug = things[iri], names.slug(iri)
    sources = values.get(iri_of("dcterms:source"), [])
    verified = _year(values.get(iri_of("coal:verified"), []))
    for cell, name in (("joined", "coal:begin"), ("left", "coal:end")):
        on_record, said = values.get(iri_of(name), []), spell.cells.get(cell)
        year = _year(on_record)
        if said is not None:
            goes_on = name == "coal:end" and year is None and verified is not None and verified > spell.last
            if not goes_on and year in (None, int(said)):
                continue
            yield [slug, name, said, "states"]
        elif year is not None and (year > spell.first if name == "coal:begin" else year < spell.last):
            yield [slug, name, on_record[0].value, "contradicts"]
        else:
            continue
        if year is not None and (source := _source(iri, name, on_record[0], sources, names)):
            source = names.slug(source).removeprefix("source/")
            yield [slug, name, on_record[0].value, "states", source, "preferred", _RULING]


def _source(iri: str, name: str, value: Term, sources: Sequence[Term], names: Lookup) -> str:
    """Return the source whose claim of a value on record is to be preferred; none if a claim is preferred already."""
    claims = names.select(_CLAIMED % (ox.NamedNode(iri), name.removeprefix("coal:")))
    if any(row["rank"] == "preferred" for row in claims):
        return ""
    of_value = [str(row["source"]) for row in claims if row["value"] == value.value]
    return of_value[0] if of_value else sources[0].value if len(sources) == 1 else ""
