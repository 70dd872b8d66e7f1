"""Partial dates."""

import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.errors import ParameterError
from foc_graph.time import PartialDate

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
