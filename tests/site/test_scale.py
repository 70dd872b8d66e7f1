"""Pages where a coalition has very many members, many clients come at once, or names hold what XML has not.

Very many are here more than are drawn, and than any page lists.
"""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from foc_graph import namespaces
from foc_graph.rdf.xml_text import FORBIDDEN, Cleaned, clean
from foc_graph.release.feeds import Event, write_atom
from foc_graph.server import live_pages, state
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.site import changes
from foc_graph.site.addresses import DESCRIPTIONS
from foc_graph.site.page_charts import MOST_DRAWN, Drawing
from foc_graph.site.pages import Pages
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import as_rows, html_table
from tests.support.html import Reader
from tests.support.workspaces import PREFIXES, small_workspace

MEMBERS = 1010
LIMIT = 100_000
SECONDS = 60
AT_ONCE = 8
READY = ("/doc/organisation/o0001", f"/plot/organisation/o{MEMBERS - 1}/memberships.svg")
HTML = {"Accept": "text/html"}
ODD = "a\x00b\x01c\x0bd\x1fe\ufffef\uffffg"
CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Code points that are no characters in XML 1.0: all but its production 2, Char."""
XML = "application/sparql-results+xml"
PICTURES = re.compile(r"<svg xmlns.*?</svg>", re.DOTALL)


def escaped(text: str) -> str:
    """As a text of Turtle."""
    return "".join(f"\\U{ord(character):08x}" for character in text)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a coalition of many members, the last of which have odd names, beside small ones."""
    root = small_workspace(tmp_path_factory.mktemp("scale") / "workspace")
    names = [f"Member {number}" for number in range(MEMBERS - 2)] + [ODD, f"Zoë {ODD}"]
    things = [
        f"""
<id/organisation/o{number:04}>
    a org:Organization ;
    {f'coal:note "{escaped(name)}"@en ; dcterms:description "{escaped(name)}"@en ;' if ODD in name else ""}
    skos:prefLabel "{escaped(name)}"@en ;
    dcterms:isReferencedBy <id/source/charter> ;
.

<id/big/membership/o{number:04}>
    a coal:Membership ;
    coal:begin "2026-05-04"^^xsd:date ;
    coal:verified "2026-11-24"^^xsd:date ;
    dcterms:source <id/source/charter> ;
    org:member <id/organisation/o{number:04}> ;
    org:organization <id/big> ;
    org:role concept:role\\/member ;
.
"""
        for number, name in enumerate(names)
    ]
    odd = "".join(
        f"""
<id/odd/membership/o{number:04}>
    a coal:Membership ;
    coal:begin "2025"^^xsd:gYear ;
    dcterms:source <id/source/charter> ;
    org:member <id/organisation/o{number:04}> ;
    org:organization <id/odd> ;
    org:role concept:role\\/member ;
.
"""
        for number in (MEMBERS - 2, MEMBERS - 1)
    )
    for name, label, seats in (("big", "Big Coalition", "".join(things)), ("odd", ODD, odd)):
        folder = root / "data" / "coalitions" / name
        folder.mkdir()
        about = f'dcterms:isReferencedBy <id/source/charter> ; skos:prefLabel "{escaped(label)}"@en'
        (folder / "coalition.ttl").write_text(f"{PREFIXES}<id/{name}> a coal:Coalition ; {about} .\n{seats}", "utf-8")
    return root


@pytest.fixture(scope="module")
def client(root: Path) -> Iterator[TestClient]:
    with TestClient(application(Settings(str(root), processes=1)), follow_redirects=False) as found:
        yield found


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/doc/big",
        "/doc/big?as_of=2015-05",
        "/list/doc/big/org-organization/1.html",
        "/list/doc/big/org-organization/6.html",
        "/doc/big/membership/o0007",
        "/doc/organisation/o0007",
        f"/doc/organisation/o{MEMBERS - 1}",
        "/doc/odd",
        "/doc/source/charter",
        "/concept/role/member",
        "/compare",
        "/compare?coalition=big&coalition=odd",
        "/compare?coalition=odd&coalition=first",
        "/search",
        "/search?q=member",
        "/search?q=zo%C3%AB",
        "/search?q=%00%01",
        "/query/members?coalition=odd",
        "/query/overlap?coalition=big&coalition=odd",
        "/sparql?query=SELECT%20%3Fname%20%7B%3Fx%20skos%3AprefLabel%20%3Fname%7D",
        "/ns",
    ],
)
def test_pages_stay_small_and_whole(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200 and Reader(answer.text).text
    assert not CHARACTERS.search(answer.text)
    assert len(PICTURES.sub("", answer.text).encode()) < LIMIT


def test_a_coalition_of_very_many_says_that_it_is_not_drawn_and_lists_all_on_further_pages(client: TestClient) -> None:
    assert MEMBERS > MOST_DRAWN
    text = client.get("/doc/big", headers=HTML).text
    assert "too many members" in Reader(text).text and "foc plot" in text and "<figure" not in text
    found = set()
    for number in range(1, -(-MEMBERS // 200) + 1):
        page = client.get(f"/list/doc/big/org-organization/{number}.html", headers=HTML).text
        found |= set(re.findall(r"organisation/(o\d+)\.html", page))
    assert len(found) == MEMBERS
    assert client.get(f"/list/doc/big/org-organization/{number + 1}.html", headers=HTML).status_code == 404


def test_the_first_rows_of_a_long_answer_are_shown_and_all_are_counted(client: TestClient) -> None:
    text = client.get("/query/members?coalition=big", headers=HTML).text
    assert f"Showing 500 of {MEMBERS:,}" in Reader(text).text
    assert text.count("<tr>") == 501


def test_rows_are_counted_without_being_kept() -> None:
    store = EmbeddedStore.in_memory(namespaces.PREFIXES)
    rows = as_rows(store.query("SELECT ?a ?b { VALUES ?a { 1 2 3 } VALUES ?b { 'x' 'y' } } ORDER BY ?a ?b"))
    assert len(rows) == 6 and "terms" not in vars(rows)
    assert rows.first(2) == list(rows.terms[:2]) and rows.first(9) == list(rows.terms)
    assert len(rows) == len(rows.terms)


def test_the_index_of_names_is_made_once_by_whoever_asks_first(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/search", headers=HTML)
    monkeypatch.setattr(live_pages, "names_index", lambda graph, view: pytest.fail("it was made before"))
    again = client.get("/search", headers={**HTML, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert "doc/first.html" in Reader(client.get("/search?q=qqqqzzzz", headers=HTML).text).links


def test_a_search_before_the_names_are_read_says_that_it_finds_less(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/search?q=member+11", headers=HTML)
    monkeypatch.setattr(state, "_PATIENCE", 0)
    monkeypatch.setattr(state, "_MOST_READ", 0)
    partial = client.get("/search?q=member+11", headers=HTML)
    assert "Search is still starting up" in partial.text and "Search is still starting up" not in whole.text
    assert partial.status_code == 200 and partial.headers["Cache-Control"] == "no-store"
    found = [set(re.findall(r"organisation/(o\d+)\.html", answer.text)) for answer in (partial, whole)]
    assert found[0] and "o0011" in found[0] & found[1]
    nothing = client.get("/search?q=qqqqzzzz", headers=HTML)
    assert nothing.status_code == 200 and "doc/first.html" not in Reader(nothing.text).links


def test_a_page_leads_to_descriptions_that_are_made_when_they_are_asked_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    whole = live_pages.description

    def description(triples: list[object], ending: str, base: str) -> bytes:
        asked.append(ending)
        return whole(triples, ending, base)  # type: ignore[arg-type]

    monkeypatch.setattr(live_pages, "description", description)
    page = client.get("/doc/organisation/o0042", headers=HTML)
    assert page.status_code == 200 and asked == []
    assert {f"o0042.{ending}" for ending in ("ttl", "jsonld", "nt")} <= set(
        re.findall("<([^>]*)>", page.headers["Link"])
    )
    turtle = client.get("/doc/organisation/o0042", headers={"Accept": "text/turtle"})
    assert turtle.content == client.get("/doc/organisation/o0042.ttl").content and asked == ["ttl"]
    for ending in ("ttl", "jsonld", "nt"):
        assert client.get(f"/doc/organisation/o0042.{ending}").status_code == 200
        assert client.get(f"/doc/organisation/nothing.{ending}").status_code == 404
    assert asked == ["ttl", "jsonld", "nt"]


def test_a_name_that_nothing_bears_leads_to_pages_that_there_are(client: TestClient) -> None:
    answer = client.get("/doc/bigg", headers=HTML)
    page = Reader(answer.text)
    assert answer.status_code == 404 and "did you mean /doc/big?" in page.text
    assert {"../doc/big.html", "../search.html?q=bigg", "../index.html"} <= set(page.links)
    assert client.get("/doc/big", headers=HTML).status_code == 200


def test_many_changes_of_one_day_are_told_without_a_count(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(Reader(client.get("/", headers=HTML).text).text.split())
    assert "and others joined Big Coalition" in text.replace(" ,", ",")
    site = client.app.state.served.live  # type: ignore[attr-defined]
    monkeypatch.setattr(changes, "_LOOKED_AT", MEMBERS)
    told = changes.recent(site.graph, site.view, "2026-11-24")
    assert f"and {MEMBERS - 3} more" in " ".join(part.text for one in told for part in one.parts)


@pytest.mark.parametrize(
    ("maker", "method", "path", "status"),
    [
        (Pages, "write_page", "/doc/organisation/o{:04}", 200),
        (Drawing, "file", "/plot/organisation/o{:04}/memberships.svg", 404),
    ],
)
def test_what_is_shown_of_things_is_made_in_turns_and_holds_up_nothing_that_lies_ready(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, maker: type, method: str, path: str, status: int
) -> None:
    ready = [client.get(one, headers=HTML) for one in READY]
    begun, may_go_on, make = threading.Semaphore(0), threading.Event(), getattr(maker, method)
    running: list[int] = [0, 0]

    def waiting(*given: object) -> object:
        running[0] += 1
        running[1] = max(running)
        begun.release()
        assert may_go_on.wait(SECONDS)
        running[0] -= 1
        return make(*given)

    monkeypatch.setattr(maker, method, waiting)
    paths = [path.format(number) for number in range(100, 100 + AT_ONCE)]
    with ThreadPoolExecutor(len(paths)) as pool:
        try:
            late = [pool.submit(client.get, path, headers=HTML) for path in paths]
            assert begun.acquire(timeout=SECONDS)
            assert [client.get(one, headers=HTML).content for one in READY] == [one.content for one in ready]
            assert client.get("/health").status_code == 200
            assert not any(one.done() for one in late)
        finally:
            may_go_on.set()
        assert {one.result(SECONDS).status_code for one in late} == {status}
    assert running == [0, 1], "as many at a time as there are processes for queries"


def test_odd_characters_are_replaced_on_pages_and_kept_in_data(client: TestClient) -> None:
    path = f"/doc/organisation/o{MEMBERS - 2}"
    page = client.get(path, headers=HTML).text
    assert clean(ODD) in Reader(page).text
    for ending in DESCRIPTIONS:
        assert "\\u0001" in client.get(f"{path}.{ending}").text


def test_charts_with_odd_names_are_well_formed(client: TestClient) -> None:
    page = client.get("/doc/odd", headers=HTML).text
    files = {urlsplit(link).path.removeprefix("..") for link in Reader(page).links if ".svg" in link}
    files |= {"/plot/compare/upset.svg?coalition=odd&coalition=first&as_of=2026"}
    assert len(files) > 1
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200
        ElementTree.fromstring(answer.content)


@pytest.mark.parametrize("accept", [XML, "application/rdf+xml"])
def test_answers_in_xml_are_well_formed(client: TestClient, accept: str) -> None:
    text = "CONSTRUCT { ?x skos:prefLabel ?name }" if accept != XML else "SELECT ?name"
    query = f"{text} {{ ?x skos:prefLabel ?name FILTER(CONTAINS(?name, 'Zoë')) }}"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(accept)
    assert clean(f"Zoë {ODD}") in "".join(ElementTree.fromstring(answer.content).itertext())
    whole = client.get("/query/members.xml?coalition=odd")
    assert clean(ODD) in "".join(ElementTree.fromstring(whole.content).itertext())
    exact = client.get("/query/members.json?coalition=odd").json()
    assert ODD in {row["name"]["value"] for row in exact["results"]["bindings"]}


def test_a_feed_with_odd_texts_is_well_formed(tmp_path: Path) -> None:
    event = Event("urn:x:1", 1, "2026.11", "2026-11-24", "added", ODD, "https://example.org/x", None, ODD, None, (ODD,))
    write_atom(tmp_path / "feed", "https://example.org/feed", ODD, ODD, "2026-11-24", [event])
    assert clean(ODD) in "".join(ElementTree.parse(tmp_path / "feed").getroot().itertext())


def test_a_result_in_a_notebook_has_no_odd_characters() -> None:
    assert not CHARACTERS.search(html_table(ODD, [ODD], [(ODD,)]))


@given(st.text())
def test_what_is_cleaned_is_xml_and_nothing_else_is_changed(text: str) -> None:
    cleaned = clean(text)
    ElementTree.fromstring(f"<a>{escape(cleaned)}</a>")
    assert len(cleaned) == len(text)
    assert all(
        after == before or (after == "\ufffd" and CHARACTERS.match(before))
        for before, after in zip(text, cleaned, strict=True)
    )
    assert bool(FORBIDDEN.search(text)) == bool(CHARACTERS.search(text))


@given(st.text(st.sampled_from("a\x00\x1f\t\ufffd\ufffe\uffff\u07ff\uefff\U0001ffff")), st.lists(st.integers(0, 30)))
def test_a_document_is_cleaned_in_whatever_parts_it_is_written(text: str, places: list[int]) -> None:
    whole, file = f"<a>{text}</a>".encode(), BytesIO()
    cleaned, start = Cleaned(file), 0
    for place in [*sorted(places), len(whole)]:
        part = whole[start : max(start, place)]
        assert cleaned.write(part) == len(part)
        start = max(start, place)
    assert file.getvalue().decode() == clean(whole.decode())
