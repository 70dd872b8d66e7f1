"""Search in a browser: suggestions for what is typed, from the server or from the list of a static site."""

import re
from urllib.parse import urljoin

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
expect, Page = sync_api.expect, sync_api.Page


@pytest.mark.parametrize("name", ["tables.html", "live.html"])
def test_search_is_a_combobox(tab: Page, name: str) -> None:
    tab.goto(name)
    field = tab.get_by_role("combobox", name="Search")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("memb")
    options = tab.get_by_role("option")
    expect(options.first).to_be_visible()
    count = options.count()
    assert 2 <= count <= 8
    expect(field).to_have_attribute("aria-expanded", "true")
    assert (
        tab.evaluate("document.getElementById(document.querySelector('[name=q]').getAttribute('aria-controls')).role")
        == "listbox"
    )
    field.press("ArrowDown")
    active = options.nth(0).get_attribute("id")
    assert active is not None
    expect(field).to_have_attribute("aria-activedescendant", active)
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    field.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("ArrowUp")
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_value("memb")
    field.press("ArrowDown")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    with tab.expect_navigation(url=re.compile("/doc/0.html$|/id/x/memb%201$")):
        field.press("Enter")


def test_without_a_choice_the_form_searches(tab: Page) -> None:
    tab.goto("tables.html")
    field = tab.get_by_role("combobox", name="Search")
    field.fill("memb")
    expect(tab.get_by_role("option").first).to_be_visible()
    with tab.expect_navigation(url=re.compile(r"search\.html\?q=memb$")):
        field.press("Enter")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("seance 49", ["Member 49 of a séance person"]),
        ("<img", ["<img src=x onerror=alert(1)> coalition"]),
        ("ائتلاف", ["ائتلاف الحرية coalition"]),
        ("arabisch", ["ائتلاف الحرية coalition"]),
        ("fir coal", ["First Coalition coalition"]),
        ("coaltion", ["First Coalition coalition"]),
        ("ist", []),
        ("x" * 500, []),
    ],
)
def test_the_static_site_suggests_by_the_beginnings_of_words(tab: Page, text: str, found: list[str]) -> None:
    tab.goto("tables.html")
    tab.get_by_role("combobox", name="Search").fill(text)
    expect(tab.get_by_role("status").filter(has_text=f"{len(found) or 'No'} suggestion")).to_have_count(1)
    assert tab.get_by_role("option").all_text_contents() == found
    expect(tab.locator("[role=listbox] img")).to_have_count(0)


def test_a_suggestion_that_is_no_page_leads_to_no_other_site_and_runs_nothing(tab: Page) -> None:
    tab.goto("tables.html")
    tab.get_by_role("combobox", name="Search").fill("leads away")
    with tab.expect_request(urljoin(tab.url, "./javascript:alert(1).html")):
        tab.get_by_role("option").click()


def test_a_stale_answer_is_not_shown_and_a_failure_is_silent(tab: Page, troubles: list[str]) -> None:
    tab.goto("live.html")
    field = tab.get_by_role("combobox", name="Search")
    with tab.expect_request(re.compile("prefix=slow")):
        field.fill("slow")
    with tab.expect_event("requestfailed", lambda request: "prefix=slow" in request.url):
        field.fill("quick")  # without which the server does not answer what is slow
    expect(tab.get_by_role("option").first).to_have_text("quick 1 Kind")
    with tab.expect_response(re.compile("prefix=fails")):
        field.fill("fails")
    expect(tab.get_by_role("option").first).to_be_hidden()
    assert all("500" in one for one in troubles)
    troubles.clear()
