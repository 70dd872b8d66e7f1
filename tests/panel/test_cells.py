"""Cells of a panel: 1, 0 or nothing, and why."""

from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.panel.table import Panel
from tests.support.campaign import campaign
from tests.support.panels import (
    BOUNDS,
    COUNTRIES,
    IN_2012,
    JOINED,
    LEFT,
    OPEN,
    Row,
    beside_each_other,
    club,
    code,
    day,
    membership,
    panel,
)


def cells(found: Panel, column: str = "member") -> dict[int, Any]:
    return {row["year"]: row[column] for row in found}


def by_member(found: Panel) -> list[list[Row]]:
    """The rows of memberships that stand beside each other, by whose they are."""
    return [list(rows) for _, rows in groupby(found, key=itemgetter("agent"))]


DAYS = st.dates(date(2009, 1, 1), date(2017, 12, 31))


SURE_OF = [
    (membership(JOINED, LEFT), [0, 1, 1, 1, 0, 0]),
    (membership(IN_2012, LEFT), [0, 1, 1, 1, 0, 0]),
    (membership(("2012-06-01", "2013-06-01"), LEFT), [0, None, 1, 1, 0, 0]),
    (membership(("", "2013-06-01"), LEFT), [None, None, 1, 1, 0, 0]),
    (membership(JOINED, ("2014-06-01", ""), **OPEN), [0, 1, 1, 1, 1, 1]),
    (membership(JOINED, ("2014-06-01", ""), **OPEN, planned_end=day("2015-06-30")), [0, 1, 1, 1, 1, None]),
    (membership(JOINED, ("2014-06-01", ""), state="unknown"), [0, 1, 1, 1, None, None]),
    (membership(JOINED, LEFT, status="invited"), [0] * 6),
    (membership(JOINED, LEFT, kind="observer", role="observer"), [0] * 6),
]
"""Memberships, with whose they are from 2011 to 2016."""


def test_a_membership_is_certain_presumed_or_possible() -> None:
    found = by_member(panel(beside_each_other(one for one, _ in SURE_OF), unit="organisation-year"))
    for (one, expected), rows in zip(SURE_OF, found, strict=True):
        assert [row["member"] for row in rows] == expected
        for row in rows:
            named = {3: "certain", 2: "presumed", 1: "possible"}
            assert row["certainty"] == named.get(sure(one, row["year"]))
            assert row["presumed"] == (row["certainty"] == "presumed")
            assert row["member"] == (row["member_min"] if row["member_min"] == row["member_max"] else None)
            assert (row["reason"] is None) == (row["member"] is not None)


def sure(one: Row, year: int) -> int:
    """The rule of docs/explanation/time.md, in another way: by the days of the year."""
    if one["kind"] != "member" or one.get("status") == "invited":
        return 0
    first, last = date(year, 1, 1), date(year, 12, 31)
    has_begun = one["begins_latest"] is not None and one["begins_latest"] <= last
    if has_begun and one["ends_earliest"] and one["ends_earliest"] >= first:
        return 3
    can_last = not one["ends_latest"] or one["ends_latest"] >= first
    is_planned = not one.get("planned_end") or one["planned_end"] >= first
    if one["is_open"] and has_begun and one["checked"] <= first and can_last and is_planned:
        return 2
    return int((not one["begins_earliest"] or one["begins_earliest"] <= last) and can_last)


LISTS = [
    (club(), [0, 0, 0, 0, 0, 0], {"complete"}),
    (club("partial"), [None] * 6, {"partial"}),
    (club(checked="2014-12-31"), [0, 0, 0, 0, None, None], {"complete", "not-checked-since"}),
    (club(checked="2014-12-30"), [0, 0, 0, None, None, None], {"complete", "not-checked-since"}),
    (club(checked="2012-01-01", ends_latest=day("2013-06-01")), [0, 0, 0, 0, 0, 0], {"complete", "not-checked-since"}),
    (club(begins="2014-07-01"), [0, 0, 0], {"complete"}),
]
"""Lists of members, with who of those that are on none is no member, and the states of the lists."""


def test_only_a_complete_list_says_who_is_none() -> None:
    known = [one | {"coalition": f"club{at}"} for at, (one, *_) in enumerate(LISTS)]
    found = [row for row in panel([], known, with_non_members=True) if row["iso3"] == "BEL"]
    for at, (_, expected, states) in enumerate(LISTS):
        rows = [row for row in found if row["coalition"] == f"club{at}"]
        assert [row["member"] for row in rows] == expected
        assert {row["list_state"] for row in rows} <= states
        assert {row["reason"] for row in rows if row["member"] is None} <= {"list-incomplete"}
        assert {row["status"] for row in rows if row["member"] == 0} == ({0} if 0 in expected else set())


def test_rows_for_others_are_added_to_those_on_record() -> None:
    """A country without a code of ISO, such as Kosovo, has its rows as before."""
    countries = [COUNTRIES[0] | {"iso2": None, "iso3": None}, COUNTRIES[1]]
    alone = list(panel([membership(JOINED, LEFT)], country=countries))
    beside = list(panel([membership(JOINED, LEFT)], country=countries, with_non_members=True))
    assert len(alone) == 6 and len(beside) == 12
    assert [row for row in beside if row["country"] == "Aland"] == alone


def test_two_governments_without_codes_are_a_dyad_too() -> None:
    other = membership(JOINED, LEFT, member="government/be", membership="club/be")
    countries = [COUNTRIES[0] | {"iso3": None}, COUNTRIES[1] | {"member": "government/be"}]
    rows = list(panel([membership(JOINED, LEFT), other], unit="dyad-year", country=countries))
    assert [(row["country_a"], row["country_b"], row["year"], row["shared_min"]) for row in rows] == [
        ("Aland", "Beland", year, 1) for year in (2012, 2013, 2014)
    ]


def test_who_is_invited_is_neither_member_nor_observer() -> None:
    invited = [membership(JOINED, LEFT, kind=kind, role=kind, status="invited") for kind in ("member", "observer")]
    found = by_member(panel(beside_each_other(invited), unit="organisation-year"))
    assert [[row["status"] for row in rows] for rows in found] == [[0] * 6] * 2
    assert {row["observers"] for row in panel(invited, unit="coalition-year")} == {0}


def test_who_may_have_been_an_observer_has_no_status() -> None:
    seat = membership(("2012-01-01", "2013-12-31"), LEFT, kind="observer", role="observer")
    assert list(cells(panel([seat]), "status").values()) == [0, None, 3, 3, 0, 0]


def test_a_certain_member_has_a_share_of_at_least_a_day() -> None:
    found = panel([membership(("2012-01-01", "2012-12-31"), ("2012-12-01", "2013-06-01"))], years=(2012, 2012))
    assert [(row["certainty"], row["share_min"]) for row in found] == [("certain", 0.003)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("any-day", [0, 1, 1, 1, 0, 0]), ("first-day", [0, 0, 1, 1, 0, 0]), ("last-day", [0, 1, 1, 0, 0, 0])],
)
def test_a_rule_says_on_which_day_a_member_has_to_be_one(rule: str, expected: list[int]) -> None:
    assert list(cells(panel([membership(JOINED, LEFT)], rule=rule)).values()) == expected


def test_shares_of_a_year_have_the_days_between_which_it_began_and_ended() -> None:
    (row,) = panel([membership(("2012-03-01", "2012-04-01"), ("2012-07-01", "2012-08-01"))], years=(2012, 2012))
    assert (row["share_min"], row["share_max"]) == (round(92 / 366, 3), round(154 / 366, 3))
    (later,) = panel([membership(JOINED, ("2014-06-01", ""), **OPEN)], years=(2016, 2016))
    assert (later["share_min"], later["share_max"]) == (1, 1)


STATUS = {"member": 1, "endorser": 1, "non-voting-member": 2, "observer": 3}


def test_a_status_has_the_code_of_the_field() -> None:
    kinds = [{"role": role, "kind": "observer" if role == "observer" else "member"} for role in STATUS]
    seats = beside_each_other(membership(JOINED, LEFT, **one) for one in kinds)
    found = by_member(panel(seats, unit="organisation-year"))
    for (role, number), rows in zip(STATUS.items(), found, strict=True):
        assert [row["status"] for row in rows] == [0, number, number, number, 0, 0]
        assert rows[2]["role"] == role


def test_a_phase_is_the_standing_of_its_years() -> None:
    phase = membership(("2013-02-01", "2013-02-01"), ("2013-03-01", "2013-03-01"), standing="suspended")
    found = panel([membership(JOINED, LEFT)], phase=[phase])
    assert list(cells(found, "standing").values()) == [None, "active", "suspended", "active", None, None]


def test_who_came_back_is_one_row_a_year_with_the_surest_membership() -> None:
    again = membership(("2015-01-01", "2015-12-31"), ("2016-01-01", ""), membership="club/al-2", state="unknown")
    found = panel([membership(JOINED, LEFT), again])
    assert cells(found) == {2011: 0, 2012: 1, 2013: 1, 2014: 1, 2015: 1, 2016: 1}
    assert [row["membership"] for row in found][1:] == ["club/al"] * 3 + ["club/al-2"] * 2


CODES = [
    code("gwn", "345", "1900-01-01", "2012-06-04"),
    code("gwn", "340", "2012-06-05"),
    code("vdem", "128", "1950-01-01", "2013-12-31"),
    code("vdem", "138", "1950-01-01", "2013-12-31"),
    code("vdem", "138", "2014-01-01"),
    code("cowc", "YUG", "2013-01-01", "2013-01-01"),
]


@pytest.mark.parametrize(
    ("rule", "gwn", "cowc"),
    [
        ("any-day", [345, 340, 340, 340], [None, None, "YUG", None]),
        ("first-day", [345, 345, 340, 340], [None, None, "YUG", None]),
        ("last-day", [345, 340, 340, 340], [None, None, None, None]),
    ],
)
def test_codes_are_those_of_the_time(rule: str, gwn: list[int], cowc: list[str | None]) -> None:
    found = panel([], with_non_members=True, years=(2011, 2014), rule=rule, code=CODES)
    rows = [row for row in found if row["iso3"] == "BEL"]
    assert [row["gwn"] for row in rows] == gwn and [row["cowc"] for row in rows] == cowc
    assert [row["vdem"] for row in rows] == [None, None, None, 138]
    assert {row[name] for row in found if row["iso3"] == "ALA" for name in ("gwn", "cowc", "vdem", "cown")} == {None}


SOUTH = [code("cown", "626", "2013-07-09"), code("gwn", "626", "2012-07-09", "2012-07-09")]


@pytest.mark.parametrize(
    ("rule", "states"), [("any-day", {2012, 2013, 2014}), ("first-day", {2014}), ("last-day", {2013, 2014})]
)
def test_a_country_that_was_no_state_has_a_code_of_its_own(rule: str, states: set[int]) -> None:
    known = [club(state, coalition=state) for state in ("complete", "partial")]
    seats = [membership(JOINED, LEFT, coalition=one["coalition"], membership=one["coalition"]) for one in known]
    chosen: Row = {"with_non_members": True, "years": (2011, 2014), "rule": rule, "code": SOUTH}
    for found in (panel([], known, **chosen), panel(seats, known, draws=3, **chosen)):
        rows = [row for row in found if row["iso3"] == "BEL"]
        for one in known:
            there = {row["year"] for row in rows if row["coalition"] == one["coalition"] and row["status"] != -1}
            assert there == states
        for row in rows:
            if row["status"] == -1:
                assert row["reason"] == "no-state" and row["share_max"] == 0
                assert row["member"] is row["member_min"] is row["member_max"] is None


def test_what_a_source_says_of_a_member_counts_more_than_a_list_of_states() -> None:
    late = [code("cown", "2", "2014-01-01", country="country/al")]
    found = panel([membership(JOINED, LEFT)], code=late)
    assert cells(found) == {2011: None, 2012: 1, 2013: 1, 2014: 1, 2015: 0, 2016: 0}
    assert cells(found, "status")[2011] == -1 and cells(found, "status")[2012] == 1


HOSTILE = ["x' OR '1'='1", 'x"; DROP TABLE membership; --', "{cells}", "北欧", "ßß", "r" * 100, "r" * 101]


def test_regions_and_categories_of_any_name_have_a_share_each() -> None:
    countries = [COUNTRIES[0] | {"member": f"g{at}", "region": name} for at, name in enumerate(HOSTILE)]
    agents = [{"member": f"g{at}", "name": name, "category": name} for at, name in enumerate(HOSTILE)]
    seats = [membership(JOINED, LEFT, member=f"g{at}", membership=f"club/{at}") for at in range(len(HOSTILE))]
    found = panel(seats, unit="coalition-year", country=countries, agent=agents)
    shares = [name for name in found.columns if name.startswith("share_")]
    assert len(shares) == 2 * len(HOSTILE) and all(len(name) <= 32 for name in shares)
    (row,) = [row for row in found if row["year"] == 2013]
    assert {row[name] for name in shares} == {round(1 / len(HOSTILE), 3)}


def test_sources_stand_beside_a_cell() -> None:
    source = [{"membership": "club/al", "address": f"https://{host}.example/"} for host in "ba"]
    found = panel([membership(JOINED, LEFT)], source=source)
    assert cells(found, "sources")[2012] == "https://a.example/ https://b.example/"
    assert cells(found, "sources")[2015] is None


def test_who_is_on_record_is_none_before_and_after_even_where_a_list_is_partial() -> None:
    seats = [membership(IN_2012, LEFT), membership(IN_2012, LEFT, kind="observer", role="observer")]
    member, observer = by_member(panel(beside_each_other(seats), [club("partial")], "organisation-year"))
    assert [row["member"] for row in member] == [0, 1, 1, 1, 0, 0]
    assert {row["member"] for row in observer} == {None}


@st.composite
def narrowed(draw: st.DrawFn) -> tuple[Row, Row]:
    """A membership, and one of which the bounds lie within those of the first."""
    bounds = []
    for inner in (sorted((draw(DAYS), draw(DAYS))) for _ in range(2)):
        outer = [
            draw(st.none() | st.integers(0, 900).map(lambda days, day=inner[0]: day - timedelta(days))),
            draw(st.none() | st.integers(0, 900).map(lambda days, day=inner[1]: day + timedelta(days))),
        ]
        bounds.append((inner, outer))
    is_open = draw(st.booleans())
    rest = {"is_open": is_open, "state": "open" if is_open else "unknown", "checked": draw(DAYS)}
    narrow, wide = (dict(zip(BOUNDS, [*begin, *end], strict=True)) for begin, end in zip(*bounds, strict=True))
    return membership(**rest) | wide, membership(**rest) | narrow


PAIRS = st.lists(narrowed(), min_size=1, max_size=20)


@campaign(20)
@given(pairs=PAIRS, state=st.sampled_from(["complete", "partial"]), rule=st.sampled_from(["any-day", "first-day"]))
def test_better_dates_never_change_what_was_certain(pairs: list[tuple[Row, Row]], state: str, rule: str) -> None:
    before, after = (
        list(panel(beside_each_other(seats), [club(state)], "organisation-year", rule=rule))
        for seats in zip(*pairs, strict=True)
    )
    for old, new in zip(before, after, strict=True):
        assert (old["agent"], old["year"]) == (new["agent"], new["year"])
        if old["certainty"] == "certain":
            assert new["certainty"] == "certain"
        if old["member"] == 0:
            assert new["member"] == 0
        assert old["member_min"] <= new["member_min"] or old["presumed"]
        assert new["member_max"] <= old["member_max"]
        assert state == "partial" or new["share_max"] <= old["share_max"]


@campaign(20)
@given(pairs=PAIRS)
def test_a_cell_is_as_sure_as_the_rule_says(pairs: list[tuple[Row, Row]]) -> None:
    seats = beside_each_other(seat for pair in pairs for seat in pair)
    for row in panel(seats, unit="organisation-year"):
        expected = sure(seats[int(row["agent"][1:])], row["year"])
        assert {"certain": 3, "presumed": 2, "possible": 1, None: 0}[row["certainty"]] == expected
