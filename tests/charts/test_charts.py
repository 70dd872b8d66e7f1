"""Charts of a small graph: everything is drawn, at its date, as surely as it is known."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.charts import KINDS, draw_chart, upset
from foc_graph.charts.periods import Period, belongs
from foc_graph.dates import in_words
from foc_graph.errors import UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE
from foc_graph.queries.model import StoredQuery
from tests.support import PREFIXES, ROOT
from tests.support.charts import (
    QUERIES,
    SVG,
    WORKSPACE,
    chart_of,
    check_whole,
    check_within,
    drawings,
    elements,
    given_for,
    made,
    texts,
    titles,
)

TODAY = WORKSPACE.settings.verified

AGENTS = ("government/ee", "government/cl", "organisation/watch", "person/ada-reader")
SUBJECTS = [
    *((name, one) for name in KINDS if name != "memberships" for one in ("first", "third", "example", "idle")),
    *(("memberships", one) for one in AGENTS),
]


def marked_years(svg: str) -> list[tuple[int, float]]:
    """The first days of the years that are marked on the axis of a chart, by number, with where they lie."""
    years = [one for one in elements(svg, "text", "small") if re.fullmatch(r"\d{4}", one.text or "")]
    return [(datetime.date(int(one.text or ""), 1, 1).toordinal(), float(one.get("x", ""))) for one in years]


def bars(group: ET.Element) -> Iterator[tuple[float, float, str]]:
    """The bars of a spell: where they begin, how long they are, and how sure; where one tapers it is only possible."""
    for one in group.iter():
        if one.tag == f"{SVG}rect":
            yield float(one.get("x", "")), float(one.get("width", "")), one.get("class", "").split()[-1]
        elif taper := re.match(r"M([\d.]+),[\d.]+l([\d.]+),-?[\d.]+(v|l-)", one.get("d", "")):
            yield float(taper[1]), float(taper[2]), "possible"


def test_each_chart_is_a_module_of_its_name_with_a_line_in_the_docs() -> None:
    modules = {path.stem for path in (ROOT / "foc_graph" / "charts").glob("*.py")}
    assert KINDS and KINDS.keys() <= modules
    told = re.findall(r"(?m)^\| `(\w+)` \|", (ROOT / "docs" / "reference" / "plot.md").read_text("utf-8"))
    assert told == list(KINDS)


def test_a_stored_query_has_one_chart_at_most() -> None:
    shown = [query for kind in KINDS.values() for query in kind.queries]
    assert len(shown) == len({*shown}) and {*shown} <= QUERIES.keys()


NOTHING = {
    *(("map", one) for one in ("example", "idle")),
    *((name, "idle") for name in ("joins", "panel", "mandates", "composition")),
    ("mandates", "third"),
}
"""Of the members of `example` none is a government; `third` has no bodies, and `idle` neither bodies nor members."""


@pytest.mark.parametrize(("name", "subject"), SUBJECTS)
def test_nothing_lies_outside_of_a_chart_when_it_is_painted(name: str, subject: str, small: Graph) -> None:
    found = draw_chart(small, name, **given_for(name, subject))
    assert (found is None) == ((name, subject) in NOTHING)
    if found is not None:
        check_whole(found)
        check_within(found)
        assert found.things and found.text
        small.rows(found.query, **found.parameters)


def test_the_map_shows_who_belonged_at_the_date(small: Graph) -> None:
    found = chart_of(small, "map", coalition="first", as_of="2015-05-04")
    assert (found.title, found.as_of) == ("6 member countries, 3 of them uncertain", "4 May 2015")
    assert found.subtitle.startswith("First Coalition: members on a map, 4 May 2015. ")
    marked = [*elements(found.svg, "path", "country"), *elements(found.svg, "circle", "country")]
    marks = {one.get("data-name"): one.get("class", "").removeprefix("country ") for one in marked}
    assert marks == {
        "Chile": "certain observer",
        **dict.fromkeys(("Estonia", "Kenya", "Malta"), "certain"),
        **dict.fromkeys(("Australia", "Georgia", "Latvia"), "possible"),
        **dict.fromkeys(("Germany", "Mongolia"), "absent"),
    }


def test_the_map_has_the_names_that_countries_had_at_the_date(small: Graph) -> None:
    names = {}
    for date in ("2016", TODAY):
        found = chart_of(small, "map", coalition="second", as_of=date)
        names[date] = {one.get("data-name") for one in elements(found.svg, "path", "country")}
    assert names["2016"] - names[TODAY] == {"Macedonia, Republic of"}
    assert names[TODAY] - names["2016"] == {"North Macedonia"}


@pytest.mark.parametrize("coalition", ["first", "second", "third", "example"])
def test_the_line_of_members_ends_at_the_numbers_that_the_query_gives(coalition: str, small: Graph) -> None:
    found = chart_of(small, "joins", coalition=coalition)
    scale = {
        int(one.text): float(one.get("y", "")) - 4
        for one in elements(found.svg, "text", "small")
        if one.get("text-anchor") == "end" and (one.text or "").isdigit() and float(one.get("x", "")) < 40
    }
    top = max(scale)

    def last(mark: str) -> int:
        paths = [one.get("d", "") for one in elements(found.svg, "path", mark)]
        y = float(re.findall(r"V([\d.]+)", paths[0])[-2])
        return round((scale[0] - y) / (scale[0] - scale[top]) * top)

    rows = [row for row in small.rows("members", coalition=coalition, as_of=TODAY) if belongs(row)]
    for at, mark in enumerate(marks := ("certain", "presumed", "possible")):
        if mark == "certain" or elements(found.svg, "path", mark):
            assert last(mark) == len({row["member"] for row in rows if row["certainty"] in marks[: at + 1]})


@pytest.mark.parametrize("coalition", ["first", "second", "third", "example"])
def test_the_bars_of_years_are_as_tall_as_the_panel_says(coalition: str, small: Graph) -> None:
    found = chart_of(small, "panel", coalition=coalition)
    rows = list(small.panel(coalition, unit="organisation-year"))
    years = sorted({row["year"] for row in rows})
    groups = [one for one in elements(found.svg, "g") if one.find("{*}title") is not None]
    assert len(groups) == len(years)
    scale = [int(one.text or "") for one in elements(found.svg, "text", "small") if one.get("text-anchor") == "end"]
    for group, year in zip(groups, years, strict=True):
        there = [row for row in rows if row["year"] == year]
        counted = Counter(row["certainty"] for row in there if row["certainty"])
        drawn = {one.get("class"): float(one.get("height", "")) for one in group.iter() if one.get("height")}
        is_open = drawn.pop("unknown", None) is not None
        assert {mark: round(height / 190 * max(scale)) for mark, height in drawn.items()} == counted
        assert is_open == ({row["list_state"] for row in there} != {"complete"})


@pytest.mark.parametrize(
    ("coalition", "title"),
    [
        ("first", "Members more than tripled from 1–2 at the end of 2011 to 6–7 on {today}"),
        ("second", "As many members on {today} as at the end of 2014: 6"),
        ("third", "Members grew from 0–1 at the end of 2011 to 5–6 on {today}"),
    ],
)
def test_a_title_has_a_range_where_some_are_only_possible(coalition: str, title: str, small: Graph) -> None:
    assert chart_of(small, "joins", coalition=coalition).title == title.format(today=in_words(TODAY))


@pytest.mark.parametrize(
    ("then", "now", "title"),
    [
        (4, 8, "Members doubled from 4 at the end of 2012 to 8 on {today}"),
        (4, 9, "Members more than doubled from 4 at the end of 2012 to 9 on {today}"),
        (2, 6, "Members tripled from 2 at the end of 2012 to 6 on {today}"),
        (2, 11, "Members grew from 2 at the end of 2012 to 11 on {today}"),
        (4, 7, "Members grew from 4 at the end of 2012 to 7 on {today}"),
        (4, 4, "As many members on {today} as at the end of 2012: 4"),
        (4, 1, "Members fell from 4 at the end of 2012 to 1 on {today}"),
    ],
)
def test_a_title_says_how_the_number_of_members_changed(then: int, now: int, title: str) -> None:
    stayed = min(then, now)
    members = [(f"Stayed {number}", "2012-05-04", "2999-01-01") for number in range(stayed)]
    members += [(f"Left {number}", "2012-05-04", "2014-01-01") for number in range(then - stayed)]
    members += [(f"Came {number}", "2015-05-04", "2999-01-01") for number in range(now - stayed)]
    found = chart_of(made("Made", members), "joins", coalition="made")
    assert found.title == title.format(today=in_words(TODAY))


def test_who_joined_and_left_stands_at_its_date(small: Graph) -> None:
    found = chart_of(small, "joins", coalition="second")
    lines = texts(found.svg)
    assert "2014: Estonia" in lines and any(line.startswith("3 February 2014: Australia, Georgia") for line in lines)
    found = chart_of(small, "joins", coalition="first")
    lines = texts(found.svg)
    assert {"8 December 2011: Mongolia", "2012: Estonia", "30 June 2014, left: Mongolia"} <= set(lines)
    assert not any("Chile" in line for line in lines), "an observer does not join"


def test_mandates_show_what_is_known_of_their_ends(small: Graph) -> None:
    found = chart_of(small, "mandates", body="first/group")
    assert found.text == "1 body, 1 mandate."
    assert found.title == "Mandate: began July 2013, ended May 2016"
    assert not elements(found.svg, "rect", "possible") and len(elements(found.svg, "path", "certain")) == 4
    assert "Pointed end: only the year or month is known." in found.notes
    assert any("mandate, began July 2013, ended May 2016" in one for one in titles(found.svg))
    whole = chart_of(small, "mandates", coalition="first")
    assert whole.text == "2 bodies, 2 mandates."
    assert "?" in texts(whole.svg) and not elements(whole.svg, "rect", "unknown")
    assert "1 mandate with no known dates." in whole.notes
    assert {"Panel on the Classification of", "Coalitions"} <= {*texts(whole.svg)}, "a long name has two lines"


def test_bodies_without_known_dates_are_named_and_not_drawn() -> None:
    graph = made("Made", [("A", "2015-01-01", "")])
    circles = {f"{BASE}id/made/circle-{letter}": f"Circle {letter}" for letter in "abcdefghijklm"}
    text = "".join(
        f"""<{circle}> a coal:Body ; coal:displayLabel "{name}"@en ; org:transitiveSubOrganizationOf <{BASE}id/made> ;
            org:classification <{BASE}concept/body-kind/working-group> .\n"""
        for circle, name in circles.items()
    )
    graph.store.load(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))
    found = chart_of(graph, "mandates", coalition="made")
    assert f"13 bodies with no known dates: {', '.join([*circles.values()][:12])} and 1 more." in found.notes
    assert not circles.keys() & {*found.things} and f"{BASE}id/made/group" in found.things


def test_memberships_tell_offices_and_other_roles_apart(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="ee")
    assert found.title == "In 4 coalitions and bodies since 2012; still in 3 when last checked"
    rows = list(small.rows("memberships_of", agent="ee"))
    assert found.text.startswith("6 memberships and offices in 4 ")
    assert {*found.things} == {row["membership"] for row in rows}
    told = titles(found.svg)
    assert len(told) == len(rows)
    assert "First Coalition: chair, began 2014, ended 2015" in told
    assert "Third Coalition: member, began May 2015, still so when last checked" in told
    for svg in drawings(found):
        assert {"chair", "co-chair"} <= {*texts(svg)}
    heights: dict[str, set[str | None]] = {"chair": set(), "member": set()}
    for group in elements(found.svg, "g"):
        for role, seen in heights.items():
            if f": {role}, " in (group.findtext(f"{SVG}title") or ""):
                seen |= {bar.get("height") for bar in group.iter(f"{SVG}rect")}
    assert len(heights["chair"]) == len(heights["member"]) == 1 and heights["chair"] != heights["member"]
    links = [one.get("href") for one in elements(found.svg, "a")]
    assert {*links} == {row["body"] for row in rows} and len(links) == len({*links})


BOUND = st.none() | st.integers(1, 4)
SIDE = st.tuples(BOUND, BOUND, st.just(False)) | st.tuples(st.integers(1, 4), st.integers(1, 4), st.just(True))
"""The first and last day of a begin or end, and whether a date is given."""


@given(SIDE, SIDE, st.booleans(), BOUND)
def test_every_period_has_parts_one_after_the_other(
    begin: tuple[int | None, int | None, bool],
    end: tuple[int | None, int | None, bool],
    is_open: bool,
    planned_end: int | None,
) -> None:
    period = Period(*begin[:2], *end[:2], is_open, planned_end, begin[2], end[2])
    parts = [*period.parts(1, 4)]
    assert parts and all(one.last == other.first for one, other in pairwise(parts))
    assert all(one.certainty == "possible" for one in parts) or period.begins_latest
    assert all(period.has_begin if one.fade == "in" else period.has_end for one in parts if one.fade)


def test_a_year_that_a_source_gives_is_drawn_as_known(small: Graph) -> None:
    first, last = datetime.date(2014, 1, 1).toordinal(), datetime.date(2014, 12, 31).toordinal()
    year = Period(first, last, first, last, is_open=False)
    assert {part.certainty for part in year.parts(first, last)} == {"possible"}, "some time within it"
    given_year = year._replace(has_begin=True, has_end=True)
    parts = [(part.certainty, part.fade) for part in given_year.parts(first, last)]
    assert parts == [("certain", "in"), ("certain", "out")]


@pytest.mark.parametrize(
    ("chart", "asked", "problem"),
    [
        ("joins", {"coalition": "first"}, "members 'begin'"),
        ("mandates", {"coalition": "first"}, "bodies 'begin'"),
        ("memberships", {"agent": "ee"}, "memberships_of 'begin'"),
    ],
)
def test_a_chart_of_the_queries_of_an_earlier_release_says_what_they_lack(
    chart: str, asked: dict[str, str], problem: str, small: Graph
) -> None:
    queries = {name: of_an_earlier_release(query) for name, query in QUERIES.items()}
    with pytest.raises(UnknownNameError, match=f"^unknown column of {problem}: ask a newer release, or let the query "):
        draw_chart(Graph(WORKSPACE, small.store, queries, small.base), chart, **asked)


def of_an_earlier_release(query: StoredQuery) -> StoredQuery:
    """A query as it was before its columns got new names."""
    head = re.search("^SELECT .*$", query.text, re.MULTILINE)
    if head is None or not query.renamed:
        return query
    columns = re.findall(r"\(.*?\)|\?\w+", head[0])
    kept = [one for one in columns if one.rstrip(")").rpartition("?")[2] not in query.renamed.values()]
    return query._replace(text=query.text.replace(head[0], f"SELECT {' '.join(kept)}"))


DAYS_TRIED = ("2014-06-01", "2015-07-15", "2016-07-05", "2018-03-01", "2026-11-23")
"""No membership tried began, ended or was last verified in these months: there a chart is not as exact."""


@pytest.mark.parametrize("day", DAYS_TRIED)
@pytest.mark.parametrize("agent", ["government/ee", "government/de", "government/cl"])
def test_memberships_are_as_sure_on_a_day_as_the_query_says(small: Graph, agent: str, day: str) -> None:
    found = chart_of(small, "memberships", agent=agent)
    (first, left), *_, (last, right) = marked_years(found.svg)
    x = left + (datetime.date.fromisoformat(day).toordinal() - first) / (last - first) * (right - left)
    drawn = []
    for group in elements(found.svg, "g"):
        name, _, told = (group.findtext(f"{SVG}title") or "").partition(": ")
        seen = [certainty for left, width, certainty in bars(group) if 0 <= x - left <= width]
        if seen:
            drawn.append((name, told.partition(",")[0], seen[-1]))
    rows = [row for row in small.rows("memberships_of", agent=agent, as_of=day) if row["membership"] in found.things]
    assert drawn and sorted(drawn) == sorted((row["name"], row["role"], row["certainty"]) for row in rows)


def test_an_observer_has_the_edge_of_one(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="cl")
    assert ("observer", "observer") in found.legend
    (group,) = [one for one in elements(found.svg, "g") if ": observer, " in (one.findtext(f"{SVG}title") or "")]
    assert all("observer" in (bar.get("class") or "").split() for bar in group.iter(f"{SVG}rect"))


def test_who_is_only_invited_does_not_belong(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="mt")
    assert found.title == "In 1 coalition or body since 2014; still in 1 when last checked"
    assert "1 with no known dates: Second Coalition (invited)." in found.notes


def test_memberships_of_whose_time_nothing_is_known_are_named_and_not_drawn(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="cl")
    assert "1 with unknown dates." in found.text
    assert "1 with no known dates: Third Coalition (member)." in found.notes
    assert [one.get("href") for one in elements(found.svg, "a")] == [f"{small.base}id/first"]


def test_composition_draws_what_is_not_known(small: Graph) -> None:
    found = chart_of(small, "composition", body="first/group", as_of="2015-06-15")
    assert "government 1, civil society 1, category unknown 2" in texts(found.svg)
    assert found.title == "4 seats on record; no category has most"


def test_composition_shows_the_seats_that_are_not_in_the_graph(small: Graph) -> None:
    found = chart_of(small, "composition", body="first/group")
    bars = [(one.get("class"), float(one.get("width", ""))) for one in elements(found.svg, "rect")]
    seat = bars[0][1]
    assert [(mark, round(width / seat)) for mark, width in bars] == [
        ("government", 1),
        ("civil-society", 1),
        ("unknown", 2),
        ("unknown", 5),
    ]


def test_completeness_says_how_much_of_how_much(small: Graph) -> None:
    found = chart_of(small, "completeness", coalition="first")
    assert found.title == "1 of 3 lists complete"
    for svg in drawings(found):
        assert {"6 members, complete", "4 of 6 to 9 people", "2 chairs, incomplete"} <= set(texts(svg))


def test_comparisons_agree_with_the_queries(small: Graph) -> None:
    chosen = ["first", "second", "third"]
    found = chart_of(small, "upset", coalition=chosen, as_of="2015")
    assert "; 3 belong to more than one, 1 to all 3." in found.text
    assert found.title == "1 member belongs to all 3 coalitions"
    sizes = [int(one.text or "") for one in elements(found.svg, "text", "small")]
    assert sizes == sorted(sizes, reverse=True)
    matrix = chart_of(small, "matrix", as_of="2015")
    assert any(one.startswith("FC and SC: 3 of") for one in titles(matrix.svg))


def test_upset_counts_each_member_once(small: Graph) -> None:
    found = chart_of(small, "upset", coalition=["first", "second"], as_of="2015")
    counts = {name: int(count) for name, count in re.findall(r"^(.+?): (\d+)", "\n".join(titles(found.svg)), re.M)}
    first, second = "First Coalition", "Second Coalition"
    both = len(small.rows("overlap", coalition=["first", "second"], as_of="2015"))
    assert counts[f"{first} and {second}"] == both > 0
    assert all(counts[name] == both + counts[f"Only {name}"] for name in (first, second))


def test_a_comparison_of_many_sets_is_capped_with_a_note(small: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    assert upset._MOST == 24
    whole = chart_of(small, "upset", coalition=["first", "second", "third"])
    sizes = [int(one.text or "") for one in elements(whole.svg, "text", "small")]
    monkeypatch.setattr(upset, "_MOST", 2)
    found = chart_of(small, "upset", coalition=["first", "second", "third"])
    assert [int(one.text or "") for one in elements(found.svg, "text", "small")] == sizes[:2]
    assert found.notes == [f"{len(sizes) - 2} more combinations, of {sum(sizes[2:])} members, not shown."]
    assert whole.notes == [] and len(sizes) > 3
