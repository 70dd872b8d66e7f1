"""The beginning of a site: the front page, the names from A to Z, and the look that all pages share."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from foc_graph import namespaces
from foc_graph.charts.svg import style
from foc_graph.dates import in_words
from foc_graph.graph import Graph
from foc_graph.site import changes
from foc_graph.site.about import Site
from foc_graph.site.changes import FEED, recent, span, write_changes
from foc_graph.site.downloads import write_downloads
from foc_graph.site.featured import find_featured
from foc_graph.site.home import draw_growths, write_front
from foc_graph.site.render import Renderer, style_sheet
from foc_graph.site.search import MOST_LISTED, Entry, index, write_search
from foc_graph.site.view import View
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.colours import contrast, tokens
from tests.support.html import Reader
from tests.support.workspaces import DAY

RELEASED = {"dumps/all.nq.gz": 4200, "dumps/foc.ttl.gz": 1500, "feeds/changes.atom": 10, "CHANGES.md": 3}


class Made(NamedTuple):
    """A site's first pages, and what they were made from."""

    folder: Path
    graph: Graph
    view: View

    def read(self, name: str) -> Reader:
        return Reader((self.folder / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def home(small: Graph, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The first pages of the small workspace."""
    return write(tmp_path_factory.mktemp("home"), small)


@pytest.fixture(scope="module", params=["small", pytest.param("packaged", marks=pytest.mark.sweep)])
def made(request: pytest.FixtureRequest, home: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Those of the small workspace, and those of the packaged one."""
    if request.param == "small":
        return home
    return write(tmp_path_factory.mktemp("packaged"), request.getfixturevalue("graph"))


def write(folder: Path, graph: Graph) -> Made:
    for name, size in RELEASED.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x" * size)
    assert isinstance(graph.store, EmbeddedStore)
    about = graph.workspace.settings
    site = Site.of(about, graph.base, "2026.11", DAY)
    renderer, view = Renderer(site, folder), View(graph.store, graph.base)
    write_front(graph, view, renderer, ["2026.10"])
    write_downloads(view, renderer, ["2026.10"])
    write_search(graph, view, renderer)
    return Made(folder, graph, view)


def rows(text: str, place: str) -> list[list[str]]:
    """The texts of the cells of the first table after a place in a page."""
    table = re.search(r"<tbody>(.*?)</tbody>", text[text.index(place) :], re.DOTALL)
    assert table
    cells = [re.findall(r"<t[dh][ >].*?</t[dh]>", row, re.DOTALL) for row in table[1].split("</tr>") if row.strip()]
    return [[" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in row] for row in cells]


def test_the_front_page_lists_all_coalitions_as_the_query_does(made: Made) -> None:
    shown = rows((made.folder / "index.html").read_text("utf-8"), 'id="coalitions"')
    first = find_featured(made.graph)
    asked = sorted(made.graph.rows("coalitions"), key=lambda row: row["coalition"] != first)
    assert len(shown) == len(asked) == len(made.view.of_class("coal:Coalition"))
    for cells, row in zip(shown, asked, strict=True):
        assert cells[0].startswith(row["name"].partition("&")[0].strip()[:40])
        assert cells[2] == (row["begin"] or "")[:4]
        assert (cells[1], cells[5]) == (str(row["members"] or ""), str(row["bodies"] or ""))


def test_the_front_page_answers_questions_about_the_first_coalition(made: Made) -> None:
    text = (made.folder / "index.html").read_text("utf-8")
    iri = find_featured(made.graph)
    if iri is None:
        assert 'id="start"' not in text
        return
    (start,) = re.findall(r'<section id="start">.*?</section>', text, re.DOTALL)
    page = made.view.page(iri)
    assert {f"{page}.html", f"{page}.html#members"} <= set(Reader(start).links)
    day = DAY
    members = [row for row in made.graph.rows("members", coalition=iri, as_of=day) if row["role"] != "observer"]
    assert re.search(rf">{len({row['member'] for row in members})} members[ <]", start)


@pytest.mark.parametrize(
    ("coalition", "told"),
    [
        ("First Coalition", "complete"),
        ("League Coalition", "0 (at least 80 expected)"),
        ("Third Coalition", "6 of 20 to 30"),
        ("Second Coalition", "6 of 9"),
        ("Idle Coalition", "total unknown"),
        ("Example Coalition", "1, incomplete"),
    ],
)
def test_the_front_page_says_how_much_of_each_list_of_members_is_there(home: Made, coalition: str, told: str) -> None:
    shown = rows((home.folder / "index.html").read_text("utf-8"), 'id="coalitions"')
    assert [cells[4] for cells in shown if cells[0].startswith(coalition)] == [told]


def test_the_front_page_counts_lists_by_their_state(made: Made) -> None:
    shown = {cells[0]: cells[2] for cells in rows((made.folder / "index.html").read_text("utf-8"), 'id="completeness"')}
    stated = list(made.graph.rows("completeness"))
    for name, told in shown.items():
        states = [row["state"] for row in stated if row["list"] == name]
        unknown = f", {states.count('unknown')} unknown" if "unknown" in states else ""
        assert told == f"{states.count('complete')} of {len(states)}{unknown}"
    assert shown.keys() == {row["list"] for row in stated}


def test_the_members_of_a_year_are_those_of_its_last_day(made: Made) -> None:
    founded = {row["coalition"]: row["begin"] for row in made.graph.rows("coalitions") if row["begin"]}
    grown = draw_growths(made.graph, founded, 2026)
    assert grown
    for iri, growth in grown.items():
        found = re.findall(r"(\d+)(?: to (\d+))? in (\d{4})", growth.text)
        assert found[-1][2] == "2026" and (iri not in founded or found[0][2] == founded[iri][:4])
        for least, most, year in found:
            members = [
                row
                for row in made.graph.rows("members", coalition=iri, as_of=f"{year}-12-31")
                if row["role"] != "observer" and row["status"] != "invited"
            ]
            if any(row["verified"] in (year, f"{year}-12") for row in members):
                continue  # The query presumes nothing before the end of such a time; the chart does.
            sure = {row["member"] for row in members if row["certainty"] != "possible"}
            assert (int(least), int(most or least)) == (len(sure), len({row["member"] for row in members})), iri


def test_growth_is_drawn_within_its_chart(made: Made) -> None:
    drawn = draw_growths(made.graph, {}, 2026)
    assert drawn
    for one in drawn.values():
        for path in filter(None, (one.sure, one.possible)):
            numbers = [float(number) for number in re.findall(r"V([\d.]+)", path)]
            assert all(0 <= number <= 27 for number in numbers)
            start = float(re.match(r"M([\d.]+)", path)[1])  # type: ignore[index]
            width = sum(float(number) for number in re.findall(r"h([\d.]+)", path))
            assert start + width == pytest.approx(136, abs=0.5)


def sentences(made: Made, day: str) -> list[tuple[str, str]]:
    return [
        (one.date, " ".join(part.text for part in one.parts).replace(" ,", ","))
        for one in recent(made.graph, made.view, day)
    ]


@pytest.mark.parametrize(
    ("day", "date", "sentence"),
    [
        ("2014-06-30", "30 June 2014", "Mongolia left First Coalition"),
        (DAY, "January 2026", "Kenya became chair of First Coalition"),
        ("2015-10-10", "9 October 2015", "Statement on Statements was issued"),
        ("2014-02-28", "3 February 2014", "Australia, Georgia, Germany and 2 more joined Second Coalition"),
        ("2015-10-10", "9 October 2015", "Australia, Estonia, Georgia and 2 more endorsed Statement on Statements"),
        ("2014-02-28", "January 2014", "Estonia became co-chair of Second Coalition"),
        ("2015-06-30", "June 2015", "Estonia ended as co-chair of Second Coalition"),
    ],
)
def test_what_changed_is_told_in_sentences(home: Made, day: str, date: str, sentence: str) -> None:
    assert [one for when, one in sentences(home, day) if when == date and one == sentence]


@pytest.mark.parametrize("day", [DAY, "2025-10-30", "2019-05-20", "2012-12-31", "1990-01-01"])
def test_changes_are_the_newest_of_the_query_and_name_no_person(made: Made, day: str) -> None:
    asked = [row for row in made.graph.rows("changes", **span(day)) if not made.view.is_about_person(row["subject"])]
    told = recent(made.graph, made.view, day)
    newest = [in_words(date) for date in sorted({row["date"] for row in asked}, reverse=True)]
    dates = list(dict.fromkeys(one.date for one in told))
    assert len(told) == 12 or dates == newest
    assert len(told) <= 12 and dates == newest[: len(dates)]
    links = [part.href for one in told for part in one.parts if part.href]
    assert all(re.fullmatch(r"doc/(?!person/)[^:]+\.html", href) for href in links)


@pytest.mark.parametrize(("day", "since"), [(DAY, "2024-11-24"), ("2024-02-29", "2022-02-28")])
def test_late_is_two_years(day: str, since: str) -> None:
    assert span(day) == {"since": since, "until": day}


def test_every_change_is_on_the_page_of_its_year_under_its_month(made: Made) -> None:
    site = Site.of(made.graph.workspace.settings, made.graph.base, "2026.11", DAY)
    write_changes(made.graph, made.view, Renderer(site, made.folder))
    rows = [
        row
        for row in made.graph.rows("changes", since="1000", until=DAY)
        if not made.view.is_about_person(row["subject"])
    ]
    years = sorted({row["date"][:4] for row in rows}, reverse=True)
    assert sorted((path.stem for path in (made.folder / "changes").glob("*.html")), reverse=True)[1:] == years
    for year in years:
        page = made.read(f"changes/{year}.html")
        text = (made.folder / "changes" / f"{year}.html").read_text("utf-8")
        months = {row["date"][:7] for row in rows if row["date"].startswith(year)}
        assert set(re.findall(r'<section id="([^"]*)">', text)) == months
        shown = {date for date in re.findall("<dt>([^<]*)</dt>", text)}
        assert shown == {in_words(row["date"]) for row in rows if row["date"].startswith(year)}
        links = [link for link in page.links if link.startswith("../doc/")]
        assert links and all((made.view.iri(link[3:].removesuffix(".html")) is not None) for link in links)
        assert not any("doc/person/" in link for link in links)
        assert len(text.encode()) <= 100_000
    assert made.read("changes/index.html").text.count(f"What changed in {years[0]}") == 2


def test_without_changes_there_is_a_page_that_says_so(tmp_path: Path, small: Graph) -> None:
    store = EmbeddedStore(ox.Store(), prefixes=namespaces.PREFIXES)
    site = Site.of(small.workspace.settings, small.base, "", DAY)
    write_changes(small.asked_in(store), View(store, small.base), Renderer(site, tmp_path))
    assert "No changes on record." in Reader((tmp_path / "changes" / "index.html").read_text("utf-8")).text
    assert b"<entry>" not in (tmp_path / FEED).read_bytes()


def test_a_page_shows_no_more_changes_than_it_may(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_MOST_SHOWN", 3)
    site = Site.of(made.graph.workspace.settings, made.graph.base, "2026.11", DAY)
    write_changes(made.graph, made.view, Renderer(site, tmp_path))
    texts = [path.read_text("utf-8") for path in (tmp_path / "changes").glob("*.html")]
    assert max(text.count("<dt>") for text in texts) == 3
    assert any("Showing 3 of " in text for text in texts)


def test_the_feed_of_changes_has_the_newest_first(made: Made) -> None:
    site = Site.of(made.graph.workspace.settings, made.graph.base, "2026.11", DAY)
    write_changes(made.graph, made.view, Renderer(site, made.folder))
    feed = ElementTree.fromstring((made.folder / FEED).read_bytes())
    atom = "{http://www.w3.org/2005/Atom}"
    days = [entry.findtext(f"{atom}updated") or "" for entry in feed.iter(f"{atom}entry")]
    ids = [entry.findtext(f"{atom}id") for entry in feed.iter(f"{atom}entry")]
    titles = [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")]
    assert 0 < len(days) <= 100 and days == sorted(days, reverse=True) and len(set(ids)) == len(ids)
    newest = recent(made.graph, made.view, DAY)
    assert titles[: len(newest)] == [f"{one.date}: {one.text}" for one in newest]
    assert feed.findtext(f"{atom}id") == f"{made.graph.base}release/current/{FEED}"


def test_the_front_page_has_the_dumps_of_the_whole_graph(home: Made) -> None:
    text = home.read("index.html").text
    assert "all.nq.gz 4.2 kB" in text and "foc.ttl" not in text


def test_the_index_has_every_name_once_and_no_person(made: Made) -> None:
    text = made.read("search.html")
    listed = [link for link in text.links if link.startswith("doc/")]
    kinds = {"coal:Coalition", "coal:Body", "coal:Government", "org:Organization"}
    iris = {iri for kind in kinds for iri in made.view.of_class(kind)}
    assert sorted(listed) == sorted(f"{made.view.page(iri)}.html" for iri in iris)
    assert not [link for link in listed if link.startswith("doc/person/")]


def test_the_list_for_scripts_has_names_kinds_and_paths(home: Made) -> None:
    found = json.loads((home.folder / "search.json").read_text("utf-8"))
    named = {path: (name, kind, words.split()) for name, kind, path, words in found}
    assert len(named) == len(found)
    assert named["doc/first"] == ("First Coalition", "coalition", ["fc"])
    assert named["doc/country/ee"][:2] == ("Estonia", "country")
    assert {"06", "17"} <= {*named["doc/first/event/conference-2013"][2]}
    kinds = list(dict.fromkeys(kind for _, kind, _, _ in found))
    assert kinds == ["coalition", "body", "government", "organisation", "event", "document", "country"]
    assert all(home.view.page(f"{home.graph.base}id/{path.removeprefix('doc/')}") == path for path in named)


@pytest.mark.parametrize(
    ("label", "letter"),
    [("Österreich", "O"), (" apple", "A"), ("3D Hubs", "0-9"), ("منظمة", "other scripts"), ("中国", "other scripts")],
)
def test_names_stand_under_their_letter(label: str, letter: str) -> None:
    assert Entry(label, "", "body", "doc/x").letter == letter


def test_a_long_index_is_cut() -> None:
    cut = index(Entry(f"Name {number}", "", "body", f"doc/{number}") for number in range(MOST_LISTED + 7))
    assert (cut.shown, cut.total) == (MOST_LISTED, MOST_LISTED + 7)


SmallSite = Callable[..., Made]
NAMES = [
    "<script>alert(1)</script>",
    "\u0627\u0644\u0627\u0626\u062a\u0644\u0627\u0641",
    "\u81ea\u7531\u5728\u7ebf\u8054\u76df",
    "x" * 500,
    "&amp; \"quoted\" 'name'",
]


@pytest.fixture
def site_of(tmp_path: Path) -> SmallSite:
    """Write the first pages of a graph of some quads, with the queries of the packaged workspace or without any."""

    def make(quads: list[ox.Quad], has_queries: bool = True) -> Made:
        save(quads, tmp_path / "store")
        workspace = find_workspace(ROOT)
        store = EmbeddedStore.read_only(tmp_path / "store", namespaces.PREFIXES)
        return write(tmp_path, Graph(workspace, store, None if has_queries else {}))

    return make


def quads(turtle: str) -> list[ox.Quad]:
    graph = ox.NamedNode("https://w3id.org/coalition/graph/x")
    prefixes = "PREFIX id: <https://w3id.org/coalition/id/> PREFIX coal: <https://w3id.org/coalition/ns#> "
    prefixes += "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    parsed = ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


def test_whatever_coalitions_are_called_the_pages_stay_whole(site_of: SmallSite) -> None:
    called = " ".join(
        f"id:x{at} a coal:Coalition ; rdfs:label {ox.Literal(name, language='en')} ." for at, name in enumerate(NAMES)
    )
    site = site_of(quads(called))
    for page in ("index.html", "search.html"):
        read = site.read(page)
        for at, name in enumerate(NAMES):
            assert " ".join(name.split()) in read.text and f"doc/x{at}.html" in read.links
        assert not any("alert" in text for text in read.scripts.values())


@pytest.mark.parametrize("has_queries", [True, False])
def test_an_empty_graph_has_whole_pages(site_of: SmallSite, has_queries: bool) -> None:
    site = site_of([], has_queries)
    text = site.read("index.html").text
    assert "There are no coalitions in this graph yet." in text and "No changes on record" in text
    assert site.read("search.html").text and json.loads((site.folder / "search.json").read_text("utf-8")) == []


def sheet(name: str) -> str:
    return (ROOT / "foc_graph" / name).read_text("utf-8")


@pytest.mark.parametrize("ground", ["paper", "tint"])
@pytest.mark.parametrize(
    ("token", "least"),
    [("ink", 4.5), ("soft", 4.5), ("link", 4.5), ("seen", 4.5), ("alert", 4.5), ("edge", 3.0)],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_controls_stand_out(scheme: str, token: str, least: float, ground: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[token], colours[ground]) >= least


def test_all_style_is_small_and_loads_nothing() -> None:
    text = style_sheet().decode()
    assert len(text.encode()) <= 20_000
    assert not re.search(r"url\(|@import", text)


def test_the_style_sheet_says_what_its_parts_say() -> None:
    parts = [sheet(f"site/{name}") for name in ("style.css", "explore.css")] + [style()]
    plain = re.sub(r"/\*.*?\*/", "", "".join(parts), flags=re.DOTALL)
    plain = re.sub(r"(?<![\w.])0(?=\.\d)", "", plain)
    said = ["".join(text.split()).replace(";}", "}") for text in (style_sheet().decode(), plain)]
    assert said[0] == said[1]
