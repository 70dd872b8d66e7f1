"""Partial dates."""

import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.dates import PartialDate, between
from foc_graph.errors import ParameterError

DATES = st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31))


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
    [
        "",
        "0000",
        "15",
        "2015-13",
        "2015-00",
        "2015-02-29",
        "2015-1-1",
        "2015-05-04T00:00",
        " 2015",
        "２０１５",
        "2015\n",
    ],
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
        ("2013-06-17", "2014-12-31", "between 17 June 2013 and 31 December 2014"),
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
