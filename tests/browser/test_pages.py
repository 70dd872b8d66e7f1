"""Pages of every kind in a browser: for everyone, on any screen, within budgets, whatever labels and dates say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from foc_graph.server.snapshot import Settings
from tests.support.browser import NewPage, accessibility
from tests.support.foc_server import FocServer, ServerHere
from tests.support.screenshots import DESK, PAGES, PHONE
from tests.support.workspaces import PREFIXES, small_workspace

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

KINDS = {
    "home": "",
    "coalition": "doc/first",
    "body": "doc/first/group",
    "government": "doc/government/ee",
    "person": "doc/person/ada-reader",
    "document": "doc/first/document/statement",
    "source": "doc/source/charter",
    "concept": "concept/role/member",
    "list": "concept/index.html",
    "queries": "query/",
    "query": "query/members?coalition=first&as_of=2015-05",
    "sparql": "sparql",
    "vocabulary": "ns",
    "shape": "shapes/Membership",
    "compare": "compare?as_of=2024",
    "names": "search",
    "asked": "ask?q=who+were+members+of+the+First+Coalition+in+May+2015",
    "declined": "ask?q=what+does+the+committee+do",
    "searched": "search?q=members+of+the+First+Coalition",
    "changes": "changes/",
    "missing": "doc/first/wg99",
}
"""One page of every kind of the small workspace."""

SMALLEST = 320
PHONE_SCREEN = {"width": PHONE, "height": 844}
REFUSED = re.compile(r"error: Failed to load resource: the server responded with a status of 4\d\d")
TOMBSTONE = "doc/tombstone/0a4d55a8d778e502"

SHIFTS = """() => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: "layout-shift", buffered: true });
    return observer.takeRecords().filter(one => one.value).map(one => `${one.value}: ${one.sources.map(
        ({ node }) => node?.nodeType === 1 ? node.outerHTML.slice(0, 80) : node?.textContent)}`);
}"""
"""The elements that moved without being asked to."""

BLOCKING = """() => performance.getEntriesByType("resource")
    .filter(one => one.initiatorType === "script" && one.renderBlockingStatus !== "non-blocking")
    .map(one => one.name)"""

FOCUSED = """() => {
    const one = document.activeElement, { width, height, x, y } = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    const isMarked = style.outlineStyle !== "none" || one.matches(".CodeMirror *")
        || getComputedStyle(one.querySelector(".country") ?? one).strokeWidth === "3px";
    const isSeen = width > 0 && height > 0 && x < innerWidth && x + width > 0 && y < innerHeight && y + height > 0;
    const fault = isSeen ? isMarked ? "" : "not marked: " : "not seen: ";
    return one === document.body ? "" : `${fault}${one.outerHTML.slice(0, 120)}`;
}"""

TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input:not([type=checkbox]), select")]
    .filter((one) => one.checkVisibility() && !one.closest("svg, .skip, .sparql, .yasr, .zoom"))
    .map((one) => [one.getBoundingClientRect().height, one.matches("form *") ? 44 : 24, one.outerHTML.slice(0, 120)])
    .filter(([height, least]) => height && height < least - 0.5).map((one) => one.join(" "))"""
"""Links, buttons and fields that a finger may miss; not the editor of SPARQL, nor the buttons of maps (32 pixels)."""

UNREACHABLE = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [onclick], [role=button], [role=slider]")]
    .filter(one => one.checkVisibility({ checkVisibilityCSS: true }) && one.type !== "hidden" && !one.disabled)
    .filter(one => one.tabIndex < 0 && !one.closest("svg")?.querySelector("[tabindex='0']"))
    .filter(one => !one.closest(".CodeMirror"))
    .map(one => one.outerHTML.slice(0, 120))"""
"""Elements that can be used but not reached by the keyboard; one mark of a chart can be, and leads to the rest."""


def is_wider(page: Page, width: int) -> list[str]:
    """Return the elements that make a page scroll sideways on a screen of a width."""
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate(
        """width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > width && !one.closest(".scroll, .drawing, pre"))
        .map(one => one.outerHTML.slice(0, 100)).slice(0, 5)""",
        width,
    )


@pytest.fixture
def seen(request: pytest.FixtureRequest, new_page: NewPage, small_server: FocServer) -> Page:
    """A page of a server of the small workspace, or of the packaged one if a test says so; it scrolls at once."""
    server = request.getfixturevalue("foc_server") if getattr(request, "param", "") == "packaged" else small_server
    size = {"width": DESK, "height": 800}
    return new_page(base_url=f"{server.url}/", viewport=size, reduced_motion="reduce")


def show(page: Page, path: str) -> str:
    """Open a page, and wait until its script has done what it does at first; its source."""
    answer = page.goto(path)
    assert answer is not None
    page.wait_for_load_state("networkidle")
    return answer.text()


def forgive(troubles: list[str]) -> None:
    """Take out of what went wrong that pages were refused, which the browser tells as an error."""
    troubles[:] = [one for one in troubles if not REFUSED.match(one)]


@pytest.mark.parametrize(
    ("seen", "path"),
    [
        *(("small", path) for path in KINDS.values()),
        *(pytest.param("packaged", path, marks=pytest.mark.sweep) for path in PAGES.values()),
    ],
    indirect=["seen"],
    ids=[*KINDS, *(f"packaged {kind}" for kind in PAGES)],
)
def test_anyone_can_use_a_page_on_any_screen_and_nothing_moves(path: str, seen: Page, troubles: list[str]) -> None:
    """On a desk in light colours, on a phone in dark ones."""
    show(seen, path)
    assert seen.evaluate(SHIFTS) == []
    assert seen.evaluate(BLOCKING) == []
    assert accessibility(seen) == []
    assert seen.evaluate(UNREACHABLE) == []
    for _ in range(25):
        seen.keyboard.press("Tab")
        assert not (focused := seen.evaluate(FOCUSED)).startswith("not "), focused
    seen.emulate_media(color_scheme="dark")
    seen.set_viewport_size({"width": PHONE, "height": 800})
    show(seen, path)
    assert seen.evaluate(SHIFTS) == []
    assert accessibility(seen) == []
    assert seen.evaluate(TOO_SMALL) == []
    assert is_wider(seen, SMALLEST) == []
    if "wg99" in path:
        forgive(troubles)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("seen", "path", "screens"), [("packaged", "doc/foc", 6), ("packaged", "doc/foc/wg1", 8)], indirect=["seen"]
)
def test_a_phone_comes_to_the_end_of_a_page_in_a_few_screens(path: str, screens: int, seen: Page) -> None:
    seen.set_viewport_size(PHONE_SCREEN)
    show(seen, path)
    assert seen.evaluate("document.documentElement.scrollHeight") <= screens * PHONE_SCREEN["height"]


def test_the_contents_of_a_page_and_the_numbers_of_sources_lead_down_it(seen: Page) -> None:
    seen.set_viewport_size(PHONE_SCREEN)
    show(seen, KINDS["body"])
    for link in seen.get_by_role("navigation", name="On this page").get_by_role("link").all():
        link.click()
        place = seen.locator(str(link.get_attribute("href"))).get_by_role("heading").first
        expect(place).to_be_in_viewport()
        expect(link).to_be_in_viewport()
    seen.locator("sup.numbers a").first.click()
    expect(seen.locator("#sources tr:target")).to_be_in_viewport()


def test_the_keyboard_comes_to_all_of_a_page_in_its_order(seen: Page) -> None:
    show(seen, KINDS["compare"])
    mark = "all => all.forEach((one, place) => one.dataset.place = place)"
    seen.locator("body *").evaluate_all(mark)
    places = []
    while True:
        seen.keyboard.press("Tab")
        if seen.evaluate("document.activeElement === document.body"):
            break
        places.append(int(seen.evaluate("document.activeElement.dataset.place")))
    assert places == sorted(set(places)) != []


def test_the_first_stop_of_the_keyboard_leads_past_what_all_pages_begin_with(seen: Page) -> None:
    show(seen, KINDS["body"])
    seen.keyboard.press("Tab")
    skip = seen.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    seen.keyboard.press("Enter")
    seen.keyboard.press("Tab")
    assert seen.evaluate("document.activeElement.closest('main') !== null")


# What breaks pages

SCRIPT = """<script>window.ran = true</script><img src=x onerror="window.ran = true">'"&amp;{{ 7 * 7 }}\\u0022"""
NAMES = {
    "script": SCRIPT,
    "long": "Assembly" + "y" * 492,
    "arabic": "ائتلاف الحرية على الإنترنت (2012)",
    "empty": "Empty Coalition",
}
"""The names of coalitions, and of the body and the member of each; that of the last has none."""

PLACES = ["doc/{}", "doc/{}/body", "doc/organisation/{}", "query/members?coalition={}"]


def strange(root: Path) -> Path:
    """A workspace of coalitions with such names, and of what was withdrawn."""
    small_workspace(root)
    for slug, name in NAMES.items():
        text = ox.Literal(name, language="en")
        coalition = f"""
            <id/{slug}> a coal:Coalition , org:OrganizationalCollaboration ;
                coal:aim {text} ; coal:begin "2012"^^xsd:gYear ; coal:note {text} ; skos:prefLabel {text} ;
                coal:verified "2026-11-24"^^xsd:date ; dcterms:isReferencedBy <id/source/{slug}> .
            <id/source/{slug}> a coal:Source ; dcterms:title {text} ; schema:url <https://example.org/{slug}> ."""
        within = f"""
            <id/{slug}/body> a coal:Body , coal:WorkingGroup ; coal:begin "2013-05"^^xsd:gYearMonth ;
                dcterms:isReferencedBy <id/source/{slug}> ; org:subOrganizationOf <id/{slug}> ; skos:prefLabel {text} .
            <id/{slug}/body/mandate/1> a coal:Mandate ; coal:empowers <id/{slug}/body> ; skos:prefLabel {text} ;
                coal:begin "2013-05"^^xsd:gYearMonth .
            <id/organisation/{slug}> a org:Organization ; skos:prefLabel {text} ; skos:altLabel {text} .
            <id/{slug}/membership/1> a coal:Membership ; org:member <id/organisation/{slug}> ;
                org:organization <id/{slug}> ; org:role concept:role\\/member ; coal:begin "2013"^^xsd:gYear .
            <id/{slug}/membership/2> a coal:Membership ; org:member <id/government/ee> ;
                org:organization <id/{slug}> ; org:role concept:role\\/member ; coal:begin "2014"^^xsd:gYear .
            <id/{slug}/body/membership/1> a coal:Membership ; org:member <id/organisation/{slug}> ;
                org:organization <id/{slug}/body> ; org:role concept:role\\/chair ; coal:begin "2013"^^xsd:gYear ."""
        said = coalition + ("" if slug == "empty" else within)
        (root / "data" / "coalitions" / f"{slug}.ttl").write_text(PREFIXES + said, "utf-8")
    withdrawn = f"""<id/{TOMBSTONE.removeprefix("doc/")}> a coal:Tombstone ; dcterms:date "2026-11-25"^^xsd:date ;
        coal:digest "0a4d55a8d778e5022fab701977c5d840bbc486d0d6f5a1c5b2bd54a5e1f6b1a0" ."""
    (root / "data" / "withdrawn.ttl").write_text(PREFIXES + withdrawn, "utf-8")
    return root


@pytest.fixture(scope="module")
def strange_server(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[FocServer]:
    """A server of that workspace."""
    folder = tmp_path_factory.mktemp("strange")
    with ServerHere(folder, Settings(str(strange(folder / "workspace")))) as server:
        yield server


@pytest.fixture
def tab(new_page: NewPage, strange_server: FocServer) -> Page:
    return new_page(base_url=f"{strange_server.url}/", viewport={"width": PHONE, "height": 800})


def check_whole(page: Page) -> None:
    """That a page has all its parts, ran nothing that data say, and fits a narrow screen."""
    for part in ("header", "main h1", "footer"):
        expect(page.locator(part).first).to_be_attached()
    assert page.evaluate("window.ran") is None
    assert page.locator("img, main script:not([type*=json]), main b").count() == 0
    assert is_wider(page, SMALLEST) == []


@pytest.mark.parametrize("slug", NAMES)
def test_whatever_things_are_called_pages_stay_whole(slug: str, tab: Page, troubles: list[str]) -> None:
    whole = " ".join(NAMES[slug].split())
    for place in PLACES[: 1 if slug == "empty" else None]:
        show(tab, place.format(slug))
        assert whole in " ".join(tab.locator("main").inner_text().split())
        check_whole(tab)
    show(tab, f"doc/{slug}")
    assert tab.locator("h1").inner_text().split() == whole.split()
    assert accessibility(tab) == []
    field = tab.get_by_label("Search for a name, or ask a question")
    field.fill(NAMES[slug][:12])
    if slug != "long":  # which the directory of names leaves out
        tab.get_by_role("option").first.wait_for()
        assert whole in " ".join(tab.get_by_role("listbox").inner_text().split())
    field.press("Enter")
    tab.locator(".hits").wait_for()
    assert whole in " ".join(tab.locator(".hits").inner_text().split())
    check_whole(tab)


def test_pages_of_many_names_stay_whole(tab: Page) -> None:
    for path in ("", "search", "compare", "query/coalitions", TOMBSTONE):
        show(tab, path)
        check_whole(tab)
