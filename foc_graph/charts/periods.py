"""Periods of which not all is known, over days that are the same wherever the reader is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import altair as alt

from foc_graph.charts.style import NOT_KNOWN, ROW, WIDTH, certainty, data, finished, listed, tooltip
from foc_graph.plotting.periods import Period, day, known_days
from foc_graph.time import PartialDate, in_words

Marks = Sequence[Mapping[str, str]]

_THIN, _THICK = 4, 10

CERTAIN, POSSIBLE = "certain", "possible"

_WORDS = {"certain": CERTAIN, "presumed": "open when last checked", "possible": POSSIBLE, "unknown": NOT_KNOWN}

LOOKS = {word: look for look, word in _WORDS.items()}
"""How sure a part is, in words, each with its look (see `certainty`)."""


def span(periods: Iterable[Period], verified: str) -> tuple[int, int]:
    """The first and last of the days that bound periods and the one of the data; a year at least."""
    known = [*known_days(periods), day(PartialDate.parse(verified).last_day) or 1]
    return max(1, min(*known, max(known) - 365)), max(known)


def iso(number: int) -> str:
    """A day as `YYYY-MM-DD`, by its number."""
    return date.fromordinal(number).isoformat()


def parts(period: Period, within: tuple[int, int], **told: str) -> Iterator[dict[str, str]]:
    """The records of the marks of a period: from a day to a day, how sure that part is, and what is told of all."""
    for part in period.parts(*within):
        yield {"from": iso(part.first), "to": iso(part.last), "certainty": _WORDS[part.certainty], **told}


def gantt(
    title: alt.TitleParams, order: Sequence[str], within: tuple[int, int], coloured: Marks, grey: Marks, **titles: str
) -> alt.ChartType:
    """Records of marks as bars in the rows of their names, the grey ones thin and below the coloured ones.

    `titles` are those of the fields that a tooltip shows besides the dates.
    """
    layers = []
    for records, size, offset, is_grey in ((coloured, _THICK, -_THIN, False), (grey, _THIN, _THICK // 2, True)):
        words = {one["certainty"] for one in records}
        layer = (
            alt.Chart(data(records))
            .mark_bar(size=size, strokeWidth=1, yOffset=offset)
            .encode(
                x=days("from", within),
                x2=alt.X2("to"),
                y=listed(order=order),
                tooltip=tooltip(**titles, begin="began", end="ended", certainty="this part"),
                **certainty({word: look for word, look in LOOKS.items() if word in words}, grey=is_grey),
            )
        )
        layers += [layer] if records else []
    chart = (
        alt.layer(*layers)
        .resolve_scale(fill="independent", stroke="independent", strokeDash="independent")
        .properties(width=WIDTH, height=alt.Step(ROW + 6), title=title)
    )
    return finished(chart)


def days(field: str, within: tuple[int, int]) -> alt.X:
    """The axis of days, in the order and length of the calendar wherever the reader is."""
    domain = [iso(one) for one in within]
    return alt.X(field, type="temporal", title=None, scale=alt.Scale(type="utc", domain=domain))


def dated(text: str | None) -> str:
    """A date in words."""
    return in_words(text) if text else NOT_KNOWN
