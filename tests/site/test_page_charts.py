"""Pages of things: figures with their queries and sources, members as of a date, memberships, further pages."""

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from foc_graph.charts import KINDS
from foc_graph.graph import Graph
from foc_graph.graph.remarks import CERTAINTIES
from foc_graph.namespaces import BASE, iri_of
from foc_graph.site import backlinks, page_charts
from foc_graph.site.about import Site
from foc_graph.site.ontology import write_vocabulary
from foc_graph.site.pages import Pages, Task
from foc_graph.site.queries import write_queries
from foc_graph.store.embedded import EmbeddedStore, save
from foc_graph.store.results import Rows
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.html import Reader
from tests.support.workspaces import BASE as OWN
from tests.support.workspaces import DAY, replace_text

LIMIT = 100_000
"""Most bytes of a page without its charts."""

PICTURES = re.compile(r'<svg xmlns.*?</svg>|<script type="application/json".*?</script>', re.DOTALL)
COALITION, BODY = (iri_of(f"coal:{name}") for name in ("Coalition", "Body"))
LONG = "Langer Name " * 42
ATTACK = "</script><script>alert(1)</script>'\"&<b>"
NAMES = {"long": LONG[:500], "rtl": "תחרות של שמות", "cjk": "自由在线联盟", "attack": ATTACK, "word": "x" * 500}


def read(pages: Pages, name: str) -> str:
    return (pages.renderer.folder / name).read_text("utf-8")


def figures(text: str) -> dict[str, str]:
    """The figures of a page by the name of their chart."""
    found = re.findall(r'(<figure class="figure" id="figure-(\w+)".*?</figure>)', text, re.DOTALL)
    return {name: whole for whole, name in found}


def test_a_coalition_has_its_figures_each_with_its_query_its_file_and_its_sources(made: Pages, small: Graph) -> None:
    found = figures(read(made, "doc/first.html"))
    assert found.keys() == {"map", "joins", "mandates", "composition", "completeness"}
    for name, figure in found.items():
        links = [urlsplit(link) for link in Reader(figure).links]
        query = next(link for link in links if link.path.startswith("../query/") and link.path.endswith(".html"))
        given = {key: value[0] for key, value in parse_qs(query.query).items()}
        asked = query.path.removeprefix("../query/").removesuffix(".html")
        assert "first" in given.values() and len(small.rows(asked, **given)) > 0
        assert f"../plot/first/{name}.svg" in [link.path for link in links]
        ElementTree.fromstring(read(made, f"plot/first/{name}.svg"))
        named = [link for link in links if link.path.startswith("../doc/source/")]
        assert 0 < len(named) == len(set(named)) or any(link.fragment == "sources" for link in links)
        assert [int(total) for total in re.findall(r">(\d+) sources?<", figure)] == [len(named)] * bool(named)


def test_a_figure_names_the_sources_of_what_it_draws(made: Pages, small: Graph) -> None:
    figure = figures(read(made, "doc/first/group.html"))["mandates"]
    rows = small.sparql(
        f"SELECT DISTINCT ?source WHERE {{ ?mandate <{iri_of('coal:empowers')}> <{small.base}id/first/group> ; "
        f"<{iri_of('dcterms:isReferencedBy')}> ?source }}"
    )
    assert isinstance(rows, Rows)
    stated = {row["source"].removeprefix(f"{small.base}id/") for row in rows}
    linked = {link.removeprefix("../../doc/").removesuffix(".html") for link in Reader(figure).links}
    assert stated and stated <= linked


def test_the_page_of_a_query_draws_its_example(made: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(ROOT / "queries", tmp_path / "queries") / "membership"
    replace_text(folder / "members.rq", "example: foc,", "example: first,")
    replace_text(folder / "people.rq", "example: foc/wg1,", "example: first/group,")
    monkeypatch.setattr(Workspace, "query_files", [folder / "members.rq", folder / "people.rq"])
    write_queries(made.graph, made.view, made.renderer, made.workspace)
    assert 'content="noindex"' in read(made, "query/people.html"), "it names people"
    members = read(made, "query/members.html")
    assert "<figure" in members and 'content="noindex"' not in members
    answer = made.graph.rows("members", coalition="first")
    assert f'<h2>Answer <span class="count">{len(answer)}</span></h2>' in members
    assert members.count('aria-label="details: ') == len(answer) and "Download all below" not in members


@pytest.mark.sweep
def test_the_page_of_each_query_that_has_a_chart_draws_it(packaged: Pages) -> None:
    write_queries(packaged.graph, packaged.view, packaged.renderer, packaged.workspace)
    charted = {name for kind in KINDS.values() for name in kind.queries}
    assert {name for name in charted if "<figure" in read(packaged, f"query/{name}.html")} == charted


@pytest.mark.sweep
def test_pages_are_small_without_their_charts(packaged: Pages) -> None:
    packaged.write([Task(iri) for iri in packaged.view.of_class("coal:Coalition")])
    write_vocabulary(packaged.view, packaged.renderer, sorted(packaged.view.subjects()), packaged.graph.queries)
    sizes = {
        path.name: len(PICTURES.sub("", path.read_text("utf-8")).encode())
        for path in packaged.renderer.folder.rglob("*.html")
    }
    assert len(sizes) > len(packaged.view.of_class("coal:Coalition"))
    assert {name: size for name, size in sizes.items() if size > LIMIT} == {}


def test_the_largest_lists_are_cut_and_go_on_elsewhere(made: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlinks, "PER_PAGE", 20)
    names = ("graph/derived", "graph/first", "concept/role/member")
    made.write([Task(f"{BASE if name.startswith('concept') else OWN}{name}") for name in names])
    for name in names:
        text = read(made, f"{name}.html")
        assert len(text.encode()) < LIMIT
        started = [link for link in Reader(text).links if "list/" in link]
        assert started
        for link in started:
            seen, number = set(), 1
            path = (made.renderer.folder / name).parent / link
            total = int(re.search(rf'<a href="{link}">Show all ([\d,]+)<', text)[1].replace(",", ""))  # type: ignore[index]
            while path.exists():
                page = Reader(path.read_text("utf-8"))
                assert page.is_hidden
                main = path.read_text("utf-8").partition("<section>")[2].partition("</section>")[0]
                seen |= set(re.findall(r'<(?:li|tr)><?(?:td>)?<a href="([^"]+)"', main)) or set(Reader(main).links)
                number += 1
                path = path.with_name(f"{number}.html")
            assert number - 1 == -(-total // 20)
            if "graph/derived" in name:
                assert len(seen) == total


def test_members_are_those_of_the_query_and_the_rest_is_told_apart(made: Pages, small: Graph) -> None:
    text = read(made, "doc/first.html")
    (table,) = re.findall(r"<table [^>]*data-members=.*?</table>", text, re.DOTALL)
    assert all(f"{name}: {CERTAINTIES[name]}" in text for name in ("presumed", "possible"))
    rows = re.findall(r"<tr data-bounds='([^']*)'( hidden)?>.*?data-certainty=\"(\w*)\"", table)
    then = {row["membership"]: row for row in small.rows("members", coalition="first", as_of=DAY)}
    ever = list(small.rows("members", coalition="first"))
    assert sorted(certainty for _, hidden, certainty in rows if not hidden) == sorted(
        row["certainty"] for row in then.values()
    )
    assert all(hidden and not certainty for _, hidden, certainty in rows[len(then) :])
    names = (
        "begin_earliest",
        "begin_latest",
        "end_earliest",
        "end_latest",
        "verified",
        "state",
        "planned_end_latest",
        "role",
    )
    assert sorted(json.loads(bounds) for bounds, _, _ in rows) == sorted(
        [row[name] or "" for name in names] for row in ever
    )
    others = re.search(r'<details class="others">.*?</details>', text, re.DOTALL)
    assert others and "Government" not in others[0] and "Mongolia" in others[0] and "left 30 June 2014" in others[0]


def test_facts_on_which_sources_differ_lead_to_the_claims(made: Pages) -> None:
    page = Reader(read(made, "doc/first.html"))
    marked = [link for link in page.links if link.startswith("#claims-")]
    assert "#claims-coal-foundingMemberCount" in marked
    assert {link[1:] for link in marked} <= set(page.ids)
    text = read(made, "doc/first.html")
    row = re.search(r'<tr id="claims-coal-foundingMemberCount">.*?</tr>', text)
    assert row and "founding members" in row[0]


def test_numbers_behind_values_lead_to_the_sources_that_say_so(made: Pages) -> None:
    text = read(made, "doc/first.html")
    (numbers,) = re.findall(r'<dd>5<sup class="numbers">(.*?)</sup>', text)
    (number,) = re.findall(r'href="#source-(\d+)"', numbers)
    rows = dict(re.findall(r'<tr id="source-(\d+)">(.*?)</tr>', text))
    assert "source/charter.html" in rows[number] and "founding members: preamble" in rows[number]
    (other,) = (row for row in rows.values() if "source/gazette.html" in row)
    assert "founding members 4" in other
    assert set(re.findall(r'href="#(source-\d+)"', text)) <= set(Reader(text).ids)


def test_sources_tell_when_they_were_read_and_where_a_copy_is_kept(made: Pages) -> None:
    (row,) = re.findall(
        r'<tr id="source-\d+">(?:(?!</tr>).)*source/gazette\.html.*?</tr>', read(made, "doc/first.html")
    )
    assert "24 November 2026" in row and 'href="https://archive.example.org/2026/gazette"' in row


def test_dates_in_tables_lead_to_the_sources_that_say_so(made: Pages) -> None:
    text = read(made, "doc/first/group.html")
    table = text.partition('id="coal-empowers"')[2].partition("</table>")[0]
    (begun,) = re.findall(r'July 2013<sup class="numbers"><a href="#source-(\d+)"', table)
    (ended,) = re.findall(r'May 2016<sup class="numbers"><a href="#source-(\d+)"', table)
    assert begun == ended
    assert re.search(f'<tr id="source-{begun}">(?:(?!</tr>).)*source/charter', text)


def test_claims_lead_to_the_page_of_their_thing(made: Pages) -> None:
    view = made.view
    claim = f"{view.base}id/first/claim/foundingMemberCount-1"
    assert view.page(claim) == view.page(f"{claim}#charter") == "doc/first"
    assert not any("/claim/" in iri for iri in view.subjects())
    described = {one.subject for one in view.description(view.described(f"{view.base}id/first"))}
    assert {ox.NamedNode(claim), ox.NamedNode(f"{claim}#charter")} <= described


def test_a_number_of_members_is_counted_and_what_sources_count_is_a_claim(made: Pages) -> None:
    text = read(made, "doc/first.html")
    facts, claims = text[: text.index("<section")], text[text.index('id="claims-coal-memberCount"') :]
    assert "member count" not in facts and "member count" in claims
    assert '<p class="told">7 members (1 uncertain) and 1 observer</p>' in text


def test_a_body_tells_its_mandate_before_its_people(made: Pages) -> None:
    text = read(made, "doc/first/group.html")
    headings = re.findall(r"<h2>([^<]*?) ?<", text)
    assert headings.index("Mandate") < headings.index("People and offices") < headings.index("Outputs")
    assert figures(text).keys() == {"mandates", "composition"} & KINDS.keys()


def test_pages_with_charts_or_further_pages_are_never_carried_over(made: Pages) -> None:
    again = [f"{OWN}{name}" for name in ("id/first", "id/first/group", "id/government/ee", "graph/derived")]
    lasting = [f"{OWN}id/organisation/example-foundation", f"{BASE}concept/role/observer"]
    traces = made.write([Task(iri) for iri in (*again, *lasting)])
    assert {trace.iri: trace.is_lasting for trace in traces} == {
        **dict.fromkeys(again, False),
        **dict.fromkeys(lasting, True),
    }


@pytest.mark.parametrize("name", ["government/ee", "organisation/watch", "person/ada-reader"])
def test_an_agent_has_a_chart_of_its_memberships_above_their_table(made: Pages, small: Graph, name: str) -> None:
    made.write([Task(f"{OWN}id/{name}")])
    text = read(made, f"doc/{name}.html")
    figure = figures(text)["memberships"]
    section = text.partition('<section id="org-member">')[2].partition("</section>")[0]
    assert figure in section and section.index(figure) < section.index("<table")
    page = Reader(figure)
    links = [urlsplit(link) for link in page.links]
    given = next(parse_qs(link.query) for link in links if link.path == "../../query/memberships_of.html")
    rows = small.rows("memberships_of", agent=given["agent"][0])
    pages = {f"../../{made.view.page(row['body'])}.html" for row in rows}
    assert len(rows) > 1 and pages <= {link.path for link in links}
    assert f"../../plot/{name}/memberships.svg" in page.links and "as_of" not in section
    file = read(made, f"plot/{name}/memberships.svg")
    absolute = {made.view.page(row["body"]) for row in rows}
    assert {f"{made.view.base}{one}" for one in absolute} == set(re.findall(r'<a href="([^"]+)"', file))
    assert ("noindex" in text) is name.startswith("person/")
    assert len(PICTURES.sub("", text).encode()) < LIMIT


PERIODS = {
    "two": (["2015", "2016"], True),
    "one-of-two": (["2015", ""], False),
    "one": (["2015"], False),
    "none": (["", "", ""], False),
    "two-of-three": (["2015", "", "2016"], True),
}
"""Agents by when their memberships began, and whether these are drawn."""


def test_memberships_are_drawn_where_the_time_of_two_is_known(tmp_path: Path, small: Graph) -> None:
    pages = world(small, chain(*(agent(slug, "A", begins) for slug, (begins, _) in PERIODS.items())), tmp_path)
    pages.write([Task(f"{BASE}id/organisation/{slug}") for slug in PERIODS])
    for slug, (_, is_drawn) in PERIODS.items():
        text = read(pages, f"doc/organisation/{slug}.html")
        assert ("memberships" in figures(text)) is is_drawn
        assert (pages.renderer.folder / f"plot/organisation/{slug}/memberships.svg").exists() is is_drawn
        assert "Memberships and offices" in text


def test_memberships_too_many_to_draw_are_told(tmp_path: Path, small: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_charts, "MOST_DRAWN", 10)
    pages = world(small, agent("busy", "Busy", ["2015"] * 11), tmp_path)
    pages.write([Task(f"{BASE}id/organisation/busy")])
    text = read(pages, "doc/organisation/busy.html")
    assert figures(text) == {} and "too many memberships" in text and "foc plot" in text


def world(small: Graph, quads: Iterable[tuple[str, str, ox.NamedNode | ox.Literal]], folder: Path) -> Pages:
    """The concepts, the vocabulary and a few things, in a store of their own."""
    assert isinstance(small.store, EmbeddedStore)
    starts = (f"<{BASE}concept/", f"<{BASE}ns")
    shared = (quad for quad in small.store.quads() if str(quad.subject).startswith(starts))
    graph = ox.NamedNode(f"{BASE}graph/x")
    made = [ox.Quad(ox.NamedNode(one), ox.NamedNode(iri_of(name)), value, graph) for one, name, value in quads]
    save([*shared, *made], folder / "store")
    workspace = find_workspace(ROOT)
    about = Site.of(workspace.settings, BASE, "2026.11", "2026-11-24")
    return Pages(workspace, folder / "store", about, folder / "site")


def coalition(
    name: str, label: str, members: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, ox.NamedNode | ox.Literal]]:
    """A coalition with members by slug and name."""
    whole = f"{BASE}id/{name}"
    yield whole, "rdf:type", ox.NamedNode(COALITION)
    for prop in ("coal:displayLabel", "rdfs:label", "skos:prefLabel"):
        yield whole, prop, ox.Literal(label, language="en")
    for slug, called in members:
        member, seat = f"{BASE}id/organisation/{slug}", f"{whole}/membership/{slug}"
        yield member, "rdf:type", ox.NamedNode(iri_of("org:Organization"))
        for prop in ("coal:displayLabel", "rdfs:label", "skos:prefLabel"):
            yield member, prop, ox.Literal(called, language="en")
        yield seat, "rdf:type", ox.NamedNode(iri_of("coal:Membership"))
        yield seat, "org:organization", ox.NamedNode(whole)
        yield seat, "org:member", ox.NamedNode(member)
        yield seat, "org:role", ox.NamedNode(f"{BASE}concept/role/member")
        yield seat, "coal:begin", ox.Literal("2015", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear"))


def agent(slug: str, label: str, begins: Iterable[str]) -> Iterator[tuple[str, str, ox.NamedNode | ox.Literal]]:
    """An organisation that is a member of as many coalitions of that name, since a year or date unknown."""
    member = f"{BASE}id/organisation/{slug}"
    for name in ("org:Organization", "foaf:Agent"):
        yield member, "rdf:type", ox.NamedNode(iri_of(name))
    for number, begin in enumerate(begins):
        for one, name, value in coalition(f"c{number}", label, [(slug, label)]):
            if name != "coal:begin":
                yield one, name, value
            elif begin:
                for bound, day in (("beginsEarliest", "01-01"), ("beginsLatest", "12-31")):
                    yield (
                        one,
                        f"coal:{bound}",
                        ox.Literal(f"{begin}-{day}", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")),
                    )


def test_a_coalition_of_nobody_has_a_page(tmp_path: Path, small: Graph) -> None:
    pages = world(small, coalition("empty", "Nobody", ()), tmp_path)
    pages.write([Task(f"{BASE}id/empty")])
    text = read(pages, "doc/empty.html")
    assert "data-members" not in text and 'class="as-of"' not in text and "Nobody" in Reader(text).text


def test_a_workspace_without_stored_queries_has_pages_without_figures(tmp_path: Path, small: Graph) -> None:
    pages = world(small, coalition("plain", "Plain", [("a", "A")]), tmp_path)
    pages.graph = Graph(pages.workspace, pages.graph.store, {})
    pages.write([Task(f"{BASE}id/plain")])
    text = read(pages, "doc/plain.html")
    assert figures(text) == {} and "../doc/organisation/a.html" in Reader(text).links


def test_hostile_names_leave_pages_and_charts_whole(tmp_path: Path, small: Graph) -> None:
    made = [quad for slug, label in NAMES.items() for quad in agent(slug, label, ["2014", "2015"])]
    made += [quad for slug, label in NAMES.items() for quad in coalition(f"of-{slug}", label, [(slug, label)])]
    pages = world(small, made, tmp_path)
    pages.write([Task(f"{BASE}id/{name}") for slug in NAMES for name in (f"organisation/{slug}", f"of-{slug}")])
    for slug, label in NAMES.items():
        for page in (f"doc/organisation/{slug}.html", f"doc/of-{slug}.html"):
            text = read(pages, page)
            assert " ".join(label.split()) in Reader(text).text
            assert text.count("<script") - text.count("<script src") == len(
                re.findall('<script type="application/(?:ld[+])?json"', text)
            )
            assert ('dir="auto"' in text.partition("<h1")[2].partition("</h1>")[0]) is not label.isascii()
        assert "memberships" in figures(read(pages, f"doc/organisation/{slug}.html"))
    charts = list((pages.renderer.folder / "plot").rglob("*.svg"))
    assert len(charts) >= len(NAMES)
    for path in charts:
        ElementTree.fromstring(path.read_text("utf-8"))
