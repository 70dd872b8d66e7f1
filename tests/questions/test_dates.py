"""Dates in questions: the ways to write them in each language, and how they bound what is asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.dates import MONTHS
from foc_graph.queries.phrasing import LANGUAGES
from foc_graph.questions.dates import Dates
from foc_graph.questions.languages import read_language
from foc_graph.questions.words import seen, split
from tests.support.campaign import campaign

TODAY = date(2026, 12, 1)

FOUND = {
    "en": {
        "who was in it in May 2015?": ("at", "2015-05"),
        "between 2014 and 2017": ("at", "2014/2017"),
        "from January to June 2021": ("at", "2021-01/2021-06"),
        "since 4 May 2015": ("since", "2015-05-04"),
        "May 4, 2015": ("at", "2015-05-04"),
        "in spring 2014": ("at", "2014-03/2014-05"),
        "on 2015-05-04": ("at", "2015-05-04"),
        "2011-2015": ("at", "2011/2015"),
        "current members": ("at", "2026-12-01"),
        "last year": ("at", "2025"),
        "last month": ("at", "2026-11"),
        "by the end of 2014": ("until", "2014"),
        "2013 or earlier": ("until", "2013"),
        "as of 2016": ("on", "2016"),
        "before 2024": ("before", "2024"),
        "after 2015": ("after", "2015"),
    },
    "fr": {
        "en mai 2015": ("at", "2015-05"),
        "au 1er janvier 2016": ("at", "2016-01-01"),
        "l'année dernière": ("at", "2025"),
        "depuis 2012": ("since", "2012"),
        "jusqu'en 2014": ("until", "2014"),
        "entre 2014 et 2017": ("at", "2014/2017"),
        "aujourd'hui": ("at", "2026-12-01"),
    },
    "de": {
        "seit Mai 2015": ("since", "2015-05"),
        "am 4. Mai 2015": ("at", "2015-05-04"),
        "zwischen 2014 und 2016": ("at", "2014/2016"),
        "im Frühjahr 2014": ("at", "2014-03/2014-05"),
        "letztes Jahr": ("at", "2025"),
        "vor 2024": ("before", "2024"),
    },
    "es": {
        "en mayo de 2015": ("at", "2015-05"),
        "desde 2012 hasta 2014": ("at", "2012/2014"),
        "el año pasado": ("at", "2025"),
        "después de 2015": ("after", "2015"),
    },
}


def find(language: str, text: str) -> list[tuple[str, str]]:
    text = seen(text)
    return [(one.relation, one.period) for one in Dates(read_language(language)).find(split(text), text, TODAY)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, text, expected) for language, found in FOUND.items() for text, expected in found.items()],
)
def test_a_date_is_found_as_people_write_it(language: str, text: str, expected: tuple[str, str]) -> None:
    assert find(language, text) == [expected]


@pytest.mark.parametrize(
    "text", ["in May", "Working Group 1", "12345", "30 February", "the 4th", "article 2015a", "on 03/04/2015", ""]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert find("en", text) == []


@campaign(100)
@given(st.dates(date(1900, 1, 1), date(2026, 11, 30)), st.sampled_from(["{0.day}/{0.month}/{0.year}", "{0:%m-%d-%Y}"]))
def test_a_day_in_numbers_is_that_day_unless_its_order_is_in_doubt(day: date, written: str) -> None:
    is_plain = day.day > 12 or day.day == day.month
    assert [one[1] for one in find("en", f"on {written.format(day)}")] == ([day.isoformat()] if is_plain else [])


@campaign(100)
@given(st.dates(date(1900, 1, 1), date(2026, 11, 30)), st.sampled_from([0, 1, 2, 3]))
def test_a_day_in_the_words_of_a_language_is_that_day(day: date, language: int) -> None:
    code = ("en", "de", "fr", "es")[language]
    link = {"en": " of", "es": " de"}.get(code, "")
    month = MONTHS[language][day.month - 1]
    assert find(code, f"{day.day}{link} {month}{' de' * (code == 'es')} {day.year}")[0][1] == day.isoformat()


@campaign(100)
@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_is_read(text: str, language: str) -> None:
    words = split(seen(text))
    for one in Dates(read_language(language)).find(words, seen(text), TODAY):
        assert 0 <= one.start < one.end <= len(words)
