"""Partial dates."""

import calendar
import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foc_graph.dates import PartialDate, Period, between, in_words, read_period
from foc_graph.errors import ParameterError
from tests.support.campaign import campaign

DATES = st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31))


@campaign(250)
@given(DATES, st.sampled_from([4, 7, 10]))
def test_first_and_last_day_enclose_exactly_the_period(day: datetime.date, precision: int) -> None:
    partial = PartialDate.parse(day.isoformat()[:precision])
    first, last = map(datetime.date.fromisoformat, (partial.first_day, partial.last_day))
    assert first <= day <= last
    lengths = {4: 365 + calendar.isleap(day.year), 7: calendar.monthrange(day.year, day.month)[1], 10: 1}
    assert (last - first).days + 1 == lengths[precision]
    assert partial.datatype.endswith({4: "gYear", 7: "gYearMonth", 10: "date"}[precision])


@pytest.mark.parametrize(
    "text",
    ["", "0000", "15", "2015-13", "2015-02-29", "2015-1-1", "２０１５", "2015\n"],
)
def test_what_is_no_date_is_refused_with_the_forms_to_write(text: str) -> None:
    with pytest.raises(ParameterError, match="write 2015, 2015-05 or 2015-05-04"):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        ("2015-05-04", "2015-05-04", "4 May 2015"),
        ("2015-05-01", "2015-05-31", "May 2015"),
        ("2016-02-01", "2016-02-28", "between 1 February 2016 and 28 February 2016"),
        ("2016-02-01", "2016-02-29", "February 2016"),
        ("2013-01-01", "2014-12-31", "between 2013 and 2014"),
        ("2013-07-01", "2014-12-31", "between July 2013 and December 2014"),
        (None, "2014-12-31", "by 31 December 2014"),
        ("2013-06-17", None, ""),
        ("", "", ""),
        ("2013-06-17", "soon", "between 17 June 2013 and soon"),
    ],
)
def test_the_days_between_which_a_date_lies_are_told_as_coarsely_as_they_can_be(
    earliest: str | None, latest: str | None, words: str
) -> None:
    assert between(earliest, latest) == words


@pytest.mark.parametrize(
    ("typed", "text", "words"),
    [
        ("2015", "2015", "2015"),
        (" 2015-05 ", "2015-05", "May 2015"),
        ("may  2015", "2015-05", "May 2015"),
        ("4 May 2015", "2015-05-04", "4 May 2015"),
        ("4th of May 2015", "2015-05-04", "4 May 2015"),
        ("May 4, 2015", "2015-05-04", "4 May 2015"),
        ("4. Mai 2015", "2015-05-04", "4 May 2015"),
        ("4.5.2015", "2015-05-04", "4 May 2015"),
        ("13/5/2015", "2015-05-13", "13 May 2015"),
        ("2015-5-4", "2015-05-04", "4 May 2015"),
        ("spring 2014", "2014-03/2014-05", "2014-03-01 to 2014-05-31"),
        ("Fall of 2014", "2014-09/2014-11", "2014-09-01 to 2014-11-30"),
        ("2014-22", "2014-06/2014-08", "2014-06-01 to 2014-08-31"),
        ("2014/2016", "2014/2016", "2014-01-01 to 2016-12-31"),
        ("May 2014 to 4 June 2015", "2014-05-01/2015-06-04", "2014-05-01 to 2015-06-04"),
    ],
)
def test_a_period_is_read_as_people_write_it(typed: str, text: str, words: str) -> None:
    found = read_period(typed)
    assert (found.text, found.words) == (text, words)


@pytest.mark.parametrize(("typed", "days_ago"), [("today", 0), ("Now", 0), ("yesterday", 1)])
def test_a_day_is_named_from_today(typed: str, days_ago: int) -> None:
    days = [datetime.date.today()]
    found = read_period(typed)
    days.append(datetime.date.today())
    assert found.text in [(day - datetime.timedelta(days_ago)).isoformat() for day in days]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("4/5/2015", "may be 4 May 2015 or 5 April 2015: write 2015-05-04 or 2015-04-05"),
        ("winter 2014", "lies in two years: write 2013-12/2014-02 or 2014-12/2015-02"),
        ("2016/2014", "ends before it begins"),
        ("2014/..", "is not a date"),
        ("today/2030", "is not a date"),
        ("0000", "is not a date"),
        ("soon", "is not a date"),
        ("5 Ma 2015", "is not a date"),
        ("x" * 10_000, "is not a date"),
    ],
)
def test_what_means_no_period_or_two_is_refused_with_what_to_write(typed: str, problem: str) -> None:
    with pytest.raises(ParameterError, match=problem) as refused:
        read_period(typed)
    assert len(str(refused.value)) < 200


@campaign(250)
@given(DATES, DATES, st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_the_text_and_words_of_a_period_mean_the_same_period(
    one: datetime.date, other: datetime.date, first: int, last: int
) -> None:
    begin, end = sorted([one, other])
    period = Period(
        PartialDate.parse(begin.isoformat()[:first]).first_day, PartialDate.parse(end.isoformat()[:last]).last_day
    )
    assert read_period(period.text) == read_period(period.words) == period


@campaign(250)
@given(st.text(st.characters(exclude_categories=()), max_size=70))
@example("c. 2015")
@example("2015-22")
@example("\u0130 2015")
@example("\u0662\u0660\u0661\u0665")
def test_a_text_is_read_as_a_period_or_refused(text: str) -> None:
    assert in_words(text)[:1] in (text[:1], *"123456789")
    try:
        found = read_period(text)
    except ParameterError:
        return
    assert found.first_day <= found.last_day
    assert all(datetime.date.fromisoformat(day) for day in found)
