"""Draws of panels: versions in which each uncertain day is one of those between its bounds."""

from collections import defaultdict
from datetime import date, timedelta
from hashlib import md5

from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.campaign import campaign
from tests.support.panels import BOUNDS, JOINED, LEFT, Row, beside_each_other, club, membership, panel

DAYS = st.dates(date(2009, 1, 1), date(2017, 12, 31))


def test_certain_cells_are_the_same_in_every_draw() -> None:
    seats = [
        membership(JOINED, LEFT),
        membership(("2013-01-01", "2015-12-31"), ("2016-01-01", ""), membership="club/al-2"),
    ]
    certain = {row["year"]: row["member"] for row in panel(seats)}
    for row in panel(seats, draws=20):
        assert certain[row["year"]] in (row["member"], None)


def test_a_day_is_drawn_by_a_digest_of_the_seed_and_the_membership() -> None:
    seat = membership(("2012-07-01", "2013-06-30"), ("2014-07-01", "2016-06-30"))
    found: dict[int, dict[int, int]] = {}
    for row in panel([seat], draws=50, seed=3):
        found.setdefault(row["draw"], {})[row["year"]] = row["member"]

    def drawn(draw: int, side: str, first: date, last: date) -> date:
        digest = int(md5(f"3 {draw} club/al {side}".encode()).hexdigest()[:8], 16)
        return first + timedelta(digest * ((last - first).days + 1) >> 32)

    for draw, years in found.items():
        began = drawn(draw, "begin", seat["begins_earliest"], seat["begins_latest"])
        ended = drawn(draw, "end", seat["ends_earliest"], seat["ends_latest"])
        assert years == {year: int(began.year <= year <= ended.year) for year in range(2011, 2017)}


def test_a_side_without_bounds_is_drawn_from_the_first_to_the_last_day_it_can_have() -> None:
    """The coalition began in 2011 and was last checked in 2014; nothing says that who is not on record has left."""
    undated = membership(("2011-01-01", ""), ("2011-01-01", ""), state="unknown")
    rows = list(panel([undated], [club("partial", "2014-12-31")], draws=400, seed=1))
    shares = {
        year: sum(row["member"] for row in rows if row["year"] == year) / 400 for year in (2011, 2013, 2015, 2016)
    }
    assert 0.15 < shares[2011] < 0.35 and shares[2011] < shares[2013] and 0.05 < shares[2016] < shares[2015]


@st.composite
def partly_dated(draw: st.DrawFn) -> Row:
    """A membership of which some days are known, and it is not known whether it has ended."""
    (first, latest), (soonest, last) = (sorted((draw(DAYS), draw(DAYS))) for _ in range(2))
    given = [draw(st.sampled_from([day, None])) for day in (first, latest, soonest, max(last, latest))]
    return membership(state="unknown") | dict(zip(BOUNDS, given, strict=True))


CONTRARY = [
    membership(("", ""), ("", "2009-01-01"), state="unknown"),
    membership(("", "2009-01-01"), ("2009-01-01", "2009-01-01"), state="unknown"),
    membership(("2014-01-01", ""), ("", "2013-12-31"), state="unknown"),
    membership(("2013-01-01", "2011-06-30"), ("2014-01-01", ""), state="unknown"),
]
"""Memberships that ended before their coalition began, or before they began, or whose bounds contradict each other."""


@campaign(20)
@given(seats=st.lists(partly_dated(), min_size=1, max_size=20))
@example(seats=CONTRARY)
def test_a_draw_keeps_to_the_bounds_and_ends_after_it_began(seats: list[Row]) -> None:
    seats = beside_each_other(seats)
    bounds = {
        (row["agent"], row["year"]): (row["member_min"], row["member_max"])
        for row in panel(seats, unit="organisation-year")
    }
    runs = defaultdict(str)  # type: defaultdict[tuple[int, str], str]
    for row in panel(seats, unit="organisation-year", draws=5):
        least, most = bounds[row["agent"], row["year"]]
        assert least <= row["member"] <= most
        runs[row["draw"], row["agent"]] += str(row["member"])
    assert len(runs) == 5 * len(seats) and all(run.strip("0").strip("1") == "" for run in runs.values())


def test_a_membership_that_ended_before_its_coalition_began_fills_no_cell() -> None:
    """Beside it, another may have begun in any year: not in every draw is it the first one."""
    before = membership(("", ""), ("", "2009-01-01"), state="unknown")
    other = membership(("2011-01-01", "2016-12-31"), ("", ""), membership="club/al-2", state="unknown")
    found = [row["member"] for row in panel([before, other], draws=50, years=(2011, 2011))]
    assert found == [row["member"] for row in panel([other], draws=50, years=(2011, 2011))] and 0 < sum(found) < 25


def test_a_list_without_members_has_cells_in_every_draw() -> None:
    drawn = panel([], draws=2, with_non_members=True, years=(2012, 2012))
    assert [(row["draw"], row["iso3"], row["member"]) for row in drawn] == [
        (1, "ALA", 0),
        (1, "BEL", 0),
        (2, "ALA", 0),
        (2, "BEL", 0),
    ]
