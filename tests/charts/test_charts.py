"""`foc plot` and the charts of pages: what they show, files that stand by themselves, hostile labels, colours."""

from __future__ import annotations

import datetime
import math
import re
import struct
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foc_graph import namespaces
from foc_graph.charts import KINDS, chart, draw_chart
from foc_graph.charts.chart import FORMATS, Chart, render, render_svg, write
from foc_graph.charts.periods import Period
from foc_graph.charts.svg import palette, resolved
from foc_graph.errors import FocGraphError, ParameterError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import BASE, iri_of
from foc_graph.queries.header import read_queries
from foc_graph.rdf.terms import RDF_TYPE
from foc_graph.rdf.xml_text import clean
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.charts import given_for
from tests.support.colours import contrast, linear
from tests.support.commands import foc
from tests.support.sparql_servers import MissingProgramError, give_up

SVG = "{http://www.w3.org/2000/svg}"
WORKSPACE = find_workspace(ROOT)
QUERIES = read_queries(WORKSPACE)
TODAY = WORKSPACE.settings.verified

AGENTS = ("government/ee", "government/cl", "organisation/watch", "person/ada-reader")
SUBJECTS = [
    *((name, one) for name in KINDS if name != "memberships" for one in ("first", "third", "example", "idle")),
    *(("memberships", one) for one in AGENTS),
]


def chart_of(graph: Graph, name: str, **parameters: object) -> Chart:
    """The chart of what has one."""
    found = draw_chart(graph, name, **parameters)
    assert found is not None
    return found


def elements(svg: str, tag: str, mark: str = "") -> list[ET.Element]:
    """Elements of a chart of a tag and, if given, a class."""
    found = ET.fromstring(svg).iter(f"{SVG}{tag}")
    return [one for one in found if not mark or mark in one.get("class", "").split()]


def texts(svg: str) -> list[str]:
    """The texts that a chart shows, each on one line."""
    return ["".join(one.itertext()) for one in elements(svg, "text")]


def marked_years(svg: str) -> list[tuple[int, float]]:
    """The first days of the years that are marked on the axis of a chart, by number, with where they lie."""
    years = [one for one in elements(svg, "text", "small") if re.fullmatch(r"\d{4}", one.text or "")]
    return [(datetime.date(int(one.text or ""), 1, 1).toordinal(), float(one.get("x", ""))) for one in years]


def titles(svg: str) -> list[str]:
    """What the marks of a chart say."""
    return [one.text or "" for one in elements(svg, "title")]


def check_whole(svg: str) -> None:
    """That a chart is XML of the kinds of elements that a page may hold, with all marks within its viewBox."""
    root = ET.fromstring(svg)
    left, top, width, height = map(float, root.get("viewBox", "").split())
    assert root.get("aria-label") and root.get("role") == "group"
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in {"svg", "g", "a", "path", "rect", "circle", "text", "tspan", "title"}
        assert not {"style", "id"} & one.attrib.keys() and not any(name.startswith("on") for name in one.attrib)
        assert all(name != "href" or value.startswith(("http://", "https://")) for name, value in one.attrib.items())
        x, y = float(one.get("x") or one.get("cx") or left), float(one.get("y") or one.get("cy") or top)
        radius = float(one.get("r") or 0)
        assert (left <= x - radius and x + radius + float(one.get("width") or 0) <= left + width) or one is root
        assert (top <= y - radius and y + radius + float(one.get("height") or 0) <= top + height) or one is root


# How charts are declared


def test_each_chart_is_a_module_of_its_name_with_a_line_in_the_docs() -> None:
    modules = {path.stem for path in (ROOT / "foc_graph" / "charts").glob("*.py")}
    assert KINDS and KINDS.keys() <= modules
    told = re.findall(r"(?m)^\| `(\w+)` \|", (ROOT / "docs" / "plot.md").read_text("utf-8"))
    assert told == list(KINDS)


def test_a_stored_query_has_one_chart_at_most() -> None:
    shown = [query for kind in KINDS.values() for query in kind.queries]
    assert len(shown) == len({*shown}) and {*shown} <= QUERIES.keys()


# What is drawn of the packaged graph


@pytest.mark.parametrize("name", KINDS)
def test_every_thing_is_drawn_or_has_nothing_to_draw(name: str, graph: Graph) -> None:
    drawn = []
    subjects = [row["coalition"] for row in graph.rows("coalitions")]
    if name == "memberships":
        subjects = [row["government"] for row in list(graph.rows("countries"))[::3]]
    for one in subjects if name not in ("matrix", "upset") else subjects[:3]:
        found = draw_chart(graph, name, **given_for(name, one, subjects[-1]))
        if found is not None:
            check_whole(found.svg)
            assert found.things and found.text and found.query in QUERIES
            graph.rows(found.query, **found.parameters)
            drawn.append(found)
    assert drawn


# What is drawn of the small workspace


NOTHING = {
    *(("map", one) for one in ("example", "idle")),
    *((name, "idle") for name in ("joins", "mandates", "composition")),
    ("mandates", "third"),
}
"""Of the members of `example` none is a government; `third` has no bodies, and `idle` neither bodies nor members."""


@pytest.mark.parametrize(("name", "subject"), SUBJECTS)
def test_nothing_lies_outside_of_a_chart_when_it_is_painted(name: str, subject: str, small: Graph) -> None:
    found = draw_chart(small, name, **given_for(name, subject))
    assert (found is None) == ((name, subject) in NOTHING)
    if found is not None:
        check_within(found)


def check_within(found: Chart) -> None:
    import resvg_py

    size = f'width="{found.width}" height="{found.height}"'
    inner = str(found.svg).replace("<svg ", f'<svg x="200" y="200" {size} overflow="visible" ', 1)
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="{found.width + 400}" height="{found.height + 400}">'
    cover = f'<style>{resolved()}</style><rect x="200" y="200" {size} fill="white"/></svg>'
    painted = [bytes(resvg_py.svg_to_bytes(svg_string=f"{frame}{one}{cover}")) for one in (inner, "")]
    assert painted[0] == painted[1]


def test_the_map_shows_who_belonged_at_the_date(small: Graph) -> None:
    found = chart_of(small, "map", coalition="first", as_of="2015-05-04")
    assert found.title == "Members: First Coalition, 4 May 2015"
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

    belong = {
        certainty: {
            row["member"]
            for row in small.rows("members", coalition=coalition, as_of=TODAY)
            if row["status"] != "invited" and row["role"] != "observer" and row["certainty"] in certainty
        }
        for certainty in ("certain", "certain presumed", "certain presumed possible")
    }
    shown = [last(mark) if elements(found.svg, "path", mark) else None for mark in ("presumed", "possible")]
    expected = [len(belong["certain presumed"]), len(belong["certain presumed possible"])]
    assert last("certain") == len(belong["certain"])
    assert all(one is None or one == other for one, other in zip(shown, expected, strict=True))


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
    assert len(elements(found.svg, "rect", "possible")) == 4, "the begins and ends, known to the month or year"
    assert any("mandate, began July 2013, ended May 2016" in one for one in titles(found.svg))
    whole = chart_of(small, "mandates", coalition="first")
    assert whole.text == "2 bodies, 2 mandates."
    assert "?" in texts(whole.svg) and elements(whole.svg, "rect", "unknown")
    assert {"Panel on the Classification of", "Coalitions"} <= {*texts(whole.svg)}, "a long name has two lines"


def test_memberships_tell_offices_and_other_roles_apart(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="ee")
    assert found.title == "Memberships over time: Government of Estonia"
    rows = list(small.rows("memberships_of", agent="ee"))
    assert found.text.startswith("6 memberships and offices in 4 ")
    assert {*found.things} == {row["membership"] for row in rows}
    told = titles(found.svg)
    assert len(told) == len(rows)
    assert "First Coalition: chair, began 2014, ended 2015" in told
    assert "Third Coalition: member, began May 2015, open when last checked" in told
    beside = [text for text in texts(found.svg) if text in {row["role"] for row in rows}]
    assert {*beside} == {"chair", "co-chair"}
    heights: dict[str, set[str | None]] = {"chair": set(), "member": set()}
    for group in elements(found.svg, "g"):
        for role, seen in heights.items():
            if f": {role}, " in (group.findtext(f"{SVG}title") or ""):
                seen |= {bar.get("height") for bar in group.iter(f"{SVG}rect")}
    assert len(heights["chair"]) == len(heights["member"]) == 1 and heights["chair"] != heights["member"]
    links = [one.get("href") for one in elements(found.svg, "a")]
    assert {*links} == {row["body"] for row in rows} and len(links) == len({*links})


@given(st.builds(Period, *[st.none() | st.integers(1, 3)] * 4, st.booleans()))
def test_every_period_has_a_part_to_draw(period: Period) -> None:
    parts = [*period.parts(1, 3)]
    assert parts and all(period.begins_latest and period.ends_earliest for one in parts if one.certainty == "certain")
    assert ({"unknown"} == {one.certainty for one in parts}) is not period.is_known


def test_the_query_of_an_earlier_release_is_told_from_that_of_the_chart() -> None:
    query = QUERIES["memberships_of"]
    store = made("Made", [("A", "2015-01-01", "")]).store
    queries = {query.name: query._replace(text=query.text.replace(" ?state ?status_now\nWHERE", "\nWHERE"))}
    with pytest.raises(UnknownNameError, match="unknown column of memberships_of 'state': draw a newer release"):
        draw_chart(Graph(WORKSPACE, store, queries), "memberships", agent=agent_slug("A"))


DAYS_TRIED = ("2014-06-01", "2015-06-15", "2016-05-05", "2018-03-01", "2026-11-23")
"""In no month or year in which one of the memberships tried was last verified: there a chart is not as exact."""


@pytest.mark.parametrize("day", DAYS_TRIED)
@pytest.mark.parametrize("agent", ["government/ee", "government/de", "government/cl"])
def test_memberships_are_as_sure_on_a_day_as_the_query_says(small: Graph, agent: str, day: str) -> None:
    found = chart_of(small, "memberships", agent=agent)
    (first, left), *_, (last, right) = marked_years(found.svg)
    x = left + (datetime.date.fromisoformat(day).toordinal() - first) / (last - first) * (right - left)
    drawn = []
    for group in elements(found.svg, "g"):
        name, _, told = (group.findtext(f"{SVG}title") or "").partition(": ")
        bars = [
            bar for bar in group.iter(f"{SVG}rect") if 0 <= x - float(bar.get("x", "")) <= float(bar.get("width", ""))
        ]
        if bars:
            sure = bars[-1].get("class", "").split()[-1]
            drawn.append((name, told.partition(",")[0], "possible" if sure == "unknown" else sure))
    rows = small.rows("memberships_of", agent=agent, as_of=day)
    assert drawn and sorted(drawn) == sorted((row["name"], row["role"], row["certainty"]) for row in rows)


def test_an_observer_has_the_edge_of_one(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="cl")
    assert ("observer", "observer") in found.legend
    (group,) = [one for one in elements(found.svg, "g") if ": observer, " in (one.findtext(f"{SVG}title") or "")]
    assert all("observer" in (bar.get("class") or "").split() for bar in group.iter(f"{SVG}rect"))


def test_who_is_only_invited_does_not_belong(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="mt")
    (group,) = [one for one in elements(found.svg, "g") if ": invited, " in (one.findtext(f"{SVG}title") or "")]
    marks = {bar.get("class") for bar in group.iter(f"{SVG}rect")}
    assert marks and all(one == "unknown" or (one or "").startswith("body ") for one in marks)


def test_memberships_of_whose_time_nothing_is_known_come_last(small: Graph) -> None:
    found = chart_of(small, "memberships", agent="cl")
    assert "when is not known of 1." in found.text
    links = [one.get("href") for one in elements(found.svg, "a")]
    assert links == [f"{small.base}id/first", f"{small.base}id/third"]
    assert len(elements(found.svg, "rect", "unknown")) == 1


def test_composition_draws_what_is_not_known(small: Graph) -> None:
    found = chart_of(small, "composition", body="first/group", as_of="2015-06-15")
    assert "government 1, civil society 1, category not known 2" in texts(found.svg)


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
    assert {"6 members, complete", "4 of 6 to 9 people", "2 chairs, not all"} <= set(texts(found.svg))


def test_comparisons_agree_with_the_queries(small: Graph) -> None:
    chosen = ["first", "second", "third"]
    found = chart_of(small, "upset", coalitions=chosen, as_of="2015")
    assert "; 3 belong to more than one, 1 to all 3." in found.text
    sizes = [int(one.text or "") for one in elements(found.svg, "text", "small")]
    assert sizes == sorted(sizes, reverse=True)
    matrix = chart_of(small, "matrix", as_of="2015")
    assert any(one.startswith("FC and SC: 3 of") for one in titles(matrix.svg))


def test_upset_counts_each_member_once(small: Graph) -> None:
    found = chart_of(small, "upset", coalitions=["first", "second"], as_of="2015")
    counts = {name: int(count) for name, count in re.findall(r"^(.+?): (\d+)", "\n".join(titles(found.svg)), re.M)}
    first, second = "First Coalition", "Second Coalition"
    both = len(small.rows("overlap", coalitions=["first", "second"], as_of="2015"))
    assert counts[f"{first} and {second}"] == both > 0
    assert all(counts[name] == both + counts[f"Only {name}"] for name in (first, second))


def test_a_comparison_of_many_sets_is_capped_with_a_note(graph: Graph) -> None:
    every = [row["coalition"] for row in graph.rows("coalitions")]
    found = chart_of(graph, "upset", coalitions=every)
    assert len(elements(found.svg, "text", "small")) == 24
    assert re.search(r"^\d+ more combinations, of \d+ members, are not shown\.$", found.notes[-1])


# Made graphs: hostile labels, odd dates, many members


def graph_of(triples: Iterable[ox.Quad]) -> Graph:
    """A graph of triples of a test's own, with the stored queries."""
    store = ox.Store()
    store.bulk_extend(triples)
    return Graph(WORKSPACE, EmbeddedStore(store, prefixes=namespaces.PREFIXES), QUERIES)


def agent_slug(name: str) -> str:
    return f"organisation/{name.encode().hex()[:40] or 0}"


def made(coalition: str, members: list[tuple[str, str, str]], role: str = "member", mandates: int = 1) -> Graph:
    """A graph with a coalition, a body with mandates, and members: their names and when they began and ended."""

    def thing(name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{BASE}{name}")

    def bounds(of: ox.NamedNode, begin: str, end: str) -> Iterator[ox.Quad]:
        for name, day in (("begins", begin), ("ends", end)):
            for side in ("Earliest", "Latest") if day else ():
                yield ox.Quad(
                    of,
                    ox.NamedNode(iri_of(f"coal:{name}{side}")),
                    ox.Literal(day, datatype=ox.NamedNode(iri_of("xsd:date"))),
                )

    def says(subject: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, ox.NamedNode(RDF_TYPE if name == "a" else iri_of(name)), value)

    def triples() -> Iterator[ox.Quad]:
        whole, body = thing("id/made"), thing("id/made/group")
        for one in (whole, thing("id/other")):
            yield says(one, "a", ox.NamedNode(iri_of("coal:Coalition")))
        yield says(body, "a", ox.NamedNode(iri_of("coal:Body")))
        for one in (whole, body, thing("id/other")):
            yield says(one, "rdfs:label", ox.Literal(coalition, language="en"))
        yield says(body, "org:transitiveSubOrganizationOf", whole)
        yield says(body, "org:classification", thing("concept/body-kind/working-group"))
        yield says(thing("concept/body-kind/working-group"), "skos:notation", ox.Literal("working-group"))
        for number in range(mandates):
            yield says(thing(f"id/made/group/mandate/{number}"), "coal:mandates", body)
        yield says(thing("concept/role/member"), "skos:notation", ox.Literal(role))
        yield says(thing("concept/period-state/ended"), "skos:notation", ox.Literal("ended"))
        yield says(thing("id/made/completeness"), "coal:completenessOf", whole)
        yield says(thing("id/made/completeness"), "coal:list", thing("concept/list/members"))
        yield says(thing("id/made/completeness"), "coal:completenessState", thing("concept/completeness/partial"))
        yield says(thing("concept/list/members"), "skos:notation", ox.Literal("members"))
        yield says(thing("concept/completeness/partial"), "skos:notation", ox.Literal("partial"))
        for number, (name, begin, end) in enumerate(members):
            agent = thing(f"id/{agent_slug(name)}")
            for place in (whole, body, thing("id/other"))[: 3 if number < 3 else 1]:
                one = ox.NamedNode(f"{place.value}/membership/{number}")
                yield says(one, "org:organization", place)
                yield says(one, "org:member", agent)
                yield says(one, "org:role", thing("concept/role/member"))
                yield from bounds(one, begin, end)
                if end:
                    yield says(one, "coal:periodState", thing("concept/period-state/ended"))
            yield says(agent, "rdfs:label", ox.Literal(name, language="en"))
            yield says(agent, "a", ox.NamedNode(iri_of("foaf:Agent")))
            yield from bounds(thing("id/made/group/mandate/0"), begin, "") if number == 0 else ()
            yield from bounds(body, begin, end) if number == 0 else ()

    return graph_of(triples())


HOSTILE = {
    "markup": "<script>alert(1)</script><style>*{}</style>\"'&]]><!--",
    "500 characters": "Überlang " * 55 + "Ende",
    "one word of 500 characters": "W" * 500,
    "right to left": "المملكة العربية السعودية \u202eתנועה",
    "wide": "自由オンライン連合" * 40,
    "control characters": "a\u0001b\u0008c\ufffed",
    "marks without width": "e" + "\u0301" * 500,
    "nothing": "",
}


@pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", [name for name in KINDS if name != "map"])
def test_a_hostile_label_stays_a_label(name: str, label: str) -> None:
    graph = made(label, [(label, "2015-01-01", ""), (f"{label} 2", "2016-01-01", "2020-01-01")])
    found = chart_of(graph, name, **given_for(name, agent_slug(label) if name == "memberships" else "made", "other"))
    check_whole(found.svg)
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
            check_whole(found.svg)
            ET.fromstring(render_svg(found))


def test_who_belongs_twice_at_once_counts_once() -> None:
    graph = made(
        "Made", [("A", "2010-01-01", "2012-12-31"), ("A", "2012-01-01", "2014-12-31"), ("B", "2013-01-01", "")]
    )
    found = chart_of(graph, "joins", coalition="made")
    assert found.text.startswith("2 have belonged at some time; 1 of them left")
    numbers = {one.text for one in elements(found.svg, "text", "small") if one.get("text-anchor") == "end"}
    assert max(int(one) for one in numbers if one and len(one) < 4) == 2


def test_a_coalition_of_many_members_gives_a_bounded_chart() -> None:
    def day(number: int) -> str:
        return f"20{number % 25:02d}-{number // 25 % 12 + 1:02d}-{number // 300 % 28 + 1:02d}"

    graph = made("Made", [(f"Member {number}", day(number), "") for number in range(10_000)])
    found = chart_of(graph, "joins", coalition="made")
    assert len(found.svg) < 200_000
    assert re.fullmatch(r"[\d,]+ more times of joining or leaving are not listed\.", found.notes[0])
    check_whole(found.svg)


def test_a_body_of_very_many_mandates_gives_a_bounded_chart() -> None:
    found = chart_of(made("Made", [], mandates=1_000), "mandates", body="made/group")
    assert found.text == "1 body, 1,000 mandates."
    assert len(found.things) == 1 + 100 and "900 more mandates are not shown." in found.notes
    check_whole(found.svg)


def test_a_member_of_very_much_gives_a_bounded_chart() -> None:
    graph = made("Made", [("Busy", f"{1900 + number % 100}-01-01", "") for number in range(1_000)])
    found = chart_of(graph, "memberships", agent=agent_slug("Busy"))
    assert len(found.svg) < 200_000
    assert len(titles(found.svg)) == len(found.things) == 300
    assert "Of all 1,006, 706 are not shown." in found.notes
    check_whole(found.svg)


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


@pytest.mark.parametrize("as_of", ["0000", "2015-13", "yesterday", "-0001", "10000"])
def test_a_date_outside_of_the_calendar_is_refused(as_of: str, small: Graph) -> None:
    for name in ("composition", "matrix"):
        with pytest.raises(ParameterError, match="is not a date"):
            draw_chart(small, name, **given_for(name, "first"), as_of=as_of)


def test_the_last_year_of_the_calendar_can_be_asked(small: Graph) -> None:
    found = chart_of(small, "upset", coalitions=["first", "second"], as_of="9999")
    check_whole(found.svg)


def test_a_link_leads_only_to_the_web() -> None:
    from foc_graph.charts.chart import link_to_iri

    assert [link_to_iri(one) for one in ("https://example.org/a", "http://a", "javascript:alert(1)", "urn:x")] == [
        *("https://example.org/a", "http://a"),
        *("", ""),
    ]


# Files


@pytest.fixture(scope="module")
def drawn(small: Graph) -> Chart:
    return chart_of(small, "joins", coalition="first")


def test_a_standalone_svg_has_all_that_it_needs(drawn: Chart) -> None:
    file = render_svg(drawn)
    root = ET.fromstring(file)
    assert [root.findtext(f"{SVG}{one}") for one in ("title", "desc")] == [drawn.title, drawn.text]
    assert root.get("width") and root.get("height") and elements(file, "rect", "ground")
    assert {drawn.title, *(text for _, text in drawn.legend)} <= set(texts(file))
    assert "@media (prefers-color-scheme: dark)" in file and "url(" not in file and "@import" not in file


def need_font() -> None:
    """Skip the test where no font is installed that a PNG can show text in."""
    if not chart._has_font():
        give_up(MissingProgramError("no font is installed: apt-get install fonts-dejavu-core"))


@pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_label_is_painted(label: str) -> None:
    need_font()
    for name in KINDS.keys() - {"map"}:
        graph = made(label, [(label, "2015-01-01", ""), (f"{label} 2", "2016-01-01", "2020-01-01")])
        found = draw_chart(
            graph, name, **given_for(name, agent_slug(label) if name == "memberships" else "made", "other")
        )
        assert found is not None and render(found, "png").startswith(b"\x89PNG")


def test_a_png_has_two_pixels_for_each_of_the_chart_and_shows_text(drawn: Chart) -> None:
    need_font()
    png = render(drawn, "png")
    root = ET.fromstring(render_svg(drawn))
    assert struct.unpack(">II", png[16:24]) == (2 * int(root.get("width", "")), 2 * int(float(root.get("height", ""))))
    textless = drawn._replace(svg=type(drawn.svg)(re.sub(r"<text.*?</text>", "", drawn.svg)))
    assert render(textless, "png") != png


def test_without_a_font_a_png_is_refused(drawn: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    import resvg_py

    paint = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **options: paint(**options, skip_system_fonts=True))
    chart._has_font.cache_clear()
    with pytest.raises(ParameterError, match="no font is installed"):
        render(drawn, "png")
    chart._has_font.cache_clear()


def test_without_resvg_a_png_names_the_extra(drawn: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ParameterError, match=re.escape("foc-graph[plot]")):
        render(drawn, "png")


def test_a_file_is_replaced_when_the_new_one_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.svg"
    target.write_text("old")
    target.chmod(0o600)

    def fail(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(FocGraphError, match="No space left"):
            write(b"new", target)
    assert (target.read_text(), list(tmp_path.iterdir())) == ("old", [target])
    write(b"new", target)
    assert (target.read_text(), target.stat().st_mode & 0o777, list(tmp_path.iterdir())) == ("new", 0o600, [target])


# The command


@pytest.mark.parametrize("ending", FORMATS)
def test_the_ending_says_what_is_written(ending: str, tmp_path: Path, small_root: Path) -> None:
    if ending == "png":
        need_font()
    target = tmp_path / f"chart.{ending}"
    done = foc("plot", "completeness", "--coalition", "first", "--out", str(target), cwd=small_root)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    begins = {"svg": b"<svg ", "png": b"\x89PNG", "html": b"<!doctype html>"}
    assert target.read_bytes().startswith(begins[ending]) and list(tmp_path.iterdir()) == [target]


def test_without_a_file_the_svg_is_printed(small_root: Path) -> None:
    done = foc("plot", "joins", "--coalition", "first", cwd=small_root)
    assert done.returncode == 0
    ET.fromstring(done.stdout)


def test_without_a_name_the_charts_are_listed() -> None:
    done = foc("plot")
    assert done.returncode == 0 and [line.partition(",")[0] for line in done.stdout.splitlines()[1:]] == list(KINDS)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("joins", "--coalition", "first", "--out", "a.pdf"), 2, ".svg, .png, .html"),
        (("joins", "--coalition", "first", "--out", "folder.svg"), 2, "is a folder"),
        (("joins", "--coalition", "first", "--out", "none/a.svg"), 3, "cannot be written"),
        (("jions", "--coalition", "first"), 2, "did you mean joins"),
        (("joins", "--coalition", "idle", "--out", "a.svg"), 0, "there is nothing to draw"),
        (("composition", "--coalition", "first", "--as-of", "0000"), 2, "'0000' is not a date"),
    ],
)
def test_what_cannot_be_drawn_gets_one_line(
    arguments: tuple[str, ...], code: int, says: str, tmp_path: Path, small_root: Path
) -> None:
    (tmp_path / "folder.svg").mkdir()
    done = foc("plot", *(str(tmp_path / one) if "." in one else one for one in arguments), cwd=small_root)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr and done.stderr.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["folder.svg"]


# Colours

SIMULATED = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "full colour": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
"""What readers see of linear sRGB, at severity 1: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009)."""

CATEGORIES = (
    *("government", "civil-society", "academia", "private-sector", "technical-community"),
    *("international-organisation", "media", "local-government", "investor"),
)
MARKS = ("sure", "presumed", "body", "body-presumed", "faint", "watch", "mark", "link", *CATEGORIES)
ON_SHADES = {"few": "mark", "some": "mark", "half": "mark", "many": "edge", "most": "edge"}


def perceived(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """A colour as a reader sees it, in Oklab (Ottosson 2020)."""
    seen = [max(sum(part * value for part, value in zip(row, linear(colour), strict=True)), 0.0) for row in matrix]
    cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    long, middle, short = (math.cbrt(sum(a * b for a, b in zip(row, seen, strict=True))) for row in cones)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_text_stand_out_from_the_ground(scheme: str) -> None:
    colours = {name.removeprefix("--"): value for name, value in palette(scheme).items()}
    assert [name for name in MARKS if contrast(colours[name], colours["edge"]) < 3] == []
    for text in ("mark", "faint", "link"):
        assert min(contrast(colours[text], colours[ground]) for ground in ("edge", "band")) >= 4.5
    for shade, text in ON_SHADES.items():
        assert contrast(colours[text], colours[shade]) >= 4.5
    assert contrast(colours["sure"], colours["maybe"]) >= 3, "the dashed edge of what is possible"
    assert contrast(colours["sure"], colours["presumed"]) >= 1.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reader", SIMULATED)
def test_categories_differ_for_every_reader(reader: str, scheme: str) -> None:
    colours = palette(scheme)
    seen = {one: perceived(colours[f"--{one}"], SIMULATED[reader]) for one in CATEGORIES}
    assert {(a, b) for a, b in combinations(seen, 2) if math.dist(seen[a], seen[b]) < 0.1} == set()
