"""Charts of made graphs: hostile labels, odd dates, many members."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foc_graph.charts import KINDS, draw_chart
from foc_graph.charts.chart import render, render_svg
from foc_graph.errors import ParameterError
from foc_graph.graph import Graph
from foc_graph.rdf.xml_text import clean
from tests.support.campaign import campaign
from tests.support.charts import (
    HOSTILE,
    agent_slug,
    chart_of,
    check_whole,
    check_within,
    elements,
    given_for,
    made,
    texts,
    titles,
)


@pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_label_stays_a_label(label: str) -> None:
    graph = made(label, [(label, "2015-01-01", ""), (f"{label} 2", "2016-01-01", "2020-01-01")])
    for name in KINDS.keys() - {"map"}:
        thing = agent_slug(label) if name == "memberships" else "made"
        found = chart_of(graph, name, **given_for(name, thing, "other"))
        check_whole(found)
        if label in (HOSTILE["markup"], HOSTILE["control characters"]):
            check_within(found)
        file = render(found, "svg").decode()
        assert not elements(file, "script") and len(elements(file, "style")) == 1
        page = render(found, "html").decode()
        assert "<script" not in page + found._repr_html_() and page.count("<style") == 1
        if name in ("mandates", "memberships", "composition", "completeness") and label:
            assert any(clean(label) in one for one in titles(found.svg)), "the whole name is told"


DAYS = st.dates().map(str) | st.just("")


@campaign(25)
@given(
    label=st.text(max_size=600), members=st.lists(st.tuples(st.text(max_size=60), DAYS, DAYS), min_size=1, max_size=6)
)
@example(label="", members=[("A", "0001-01-01", "0001-01-01")])
def test_any_labels_and_dates_give_a_whole_chart(label: str, members: list[tuple[str, str, str]]) -> None:
    graph = made(label, members)
    for name in ("joins", "mandates", "memberships", "composition", "completeness"):
        found = draw_chart(
            graph, name, **given_for(name, agent_slug(members[0][0]) if name == "memberships" else "made")
        )
        if found is not None:
            check_whole(found)
            ET.fromstring(render_svg(found))


def test_who_belongs_twice_at_once_counts_once() -> None:
    graph = made(
        "Made", [("A", "2010-01-01", "2012-12-31"), ("A", "2012-01-01", "2014-12-31"), ("B", "2013-01-01", "")]
    )
    found = chart_of(graph, "joins", coalition="made")
    assert found.text.startswith("2 members so far; 1 of them left")
    numbers = {one.text for one in elements(found.svg, "text", "small") if one.get("text-anchor") == "end"}
    assert max(int(one) for one in numbers if one and len(one) < 4) == 2


def test_a_coalition_of_many_members_gives_a_bounded_chart() -> None:
    def day(number: int) -> str:
        return f"20{number % 25:02d}-{number // 25 % 12 + 1:02d}-{number // 300 % 28 + 1:02d}"

    graph = made("Made", [(f"Member {number}", day(number), "") for number in range(3_000)])
    found = chart_of(graph, "joins", coalition="made")
    assert len(found.svg) < 200_000
    assert re.fullmatch(r"[\d,]+ more dates of joining or leaving not listed\.", found.notes[0])
    check_whole(found)


def test_a_body_of_very_many_mandates_gives_a_bounded_chart() -> None:
    found = chart_of(made("Made", [], mandates=1_000), "mandates", body="made/group")
    assert found.text == "1 body, 1,000 mandates."
    assert len(found.things) == 1 + 100 and "900 more mandates not shown." in found.notes
    check_whole(found)


def test_a_member_of_very_much_gives_a_bounded_chart() -> None:
    graph = made("Made", [("Busy", f"{1900 + number % 100}-01-01", "") for number in range(1_000)])
    found = chart_of(graph, "memberships", agent=agent_slug("Busy"))
    assert len(found.svg) < 200_000
    assert len(titles(found.svg)) == len(found.things) == 300
    assert "706 of 1,006 not shown." in found.notes
    check_whole(found)


@pytest.mark.parametrize("role", ["R" * 500, "role " * 100, "המלכה" * 40])
def test_a_role_of_any_length_stands_beside_its_bar(role: str) -> None:
    graph = made("Made", [("A", "2015-01-01", "2016-01-01"), ("B", "2010-01-01", "2026-01-01")], role)
    for name in ("A", "B"):
        found = chart_of(graph, "memberships", agent=agent_slug(name))
        assert any(f"Made: {role}, began" in one for one in titles(found.svg))
        assert any(one.startswith(role[:5]) and one.endswith("…") for one in texts(found.svg))
        check_within(found)


def test_an_empty_coalition_has_nothing_to_draw() -> None:
    graph = made("Made", [])
    assert [draw_chart(graph, name, coalition="made") for name in ("joins", "composition")] == [None, None]


@pytest.mark.parametrize("as_of", ["0000", "2015-13", "some day", "-0001", "10000"])
def test_a_date_outside_of_the_calendar_is_refused(as_of: str, small: Graph) -> None:
    for name in ("composition", "matrix"):
        with pytest.raises(ParameterError, match="is not a date"):
            draw_chart(small, name, **given_for(name, "first"), as_of=as_of)


def test_the_last_year_of_the_calendar_can_be_asked(small: Graph) -> None:
    found = chart_of(small, "upset", coalition=["first", "second"], as_of="9999")
    check_whole(found)
    assert found.as_of == "9999" and "compared, 9999." in found.subtitle


def test_a_link_leads_only_to_the_web() -> None:
    from foc_graph.charts.chart import link_to_iri

    assert [link_to_iri(one) for one in ("https://example.org/a", "http://a", "javascript:alert(1)", "urn:x")] == [
        *("https://example.org/a", "http://a"),
        *("", ""),
    ]
