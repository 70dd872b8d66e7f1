"""Tables in a browser: sorted by their headings, and filtered."""

import re
from datetime import datetime

import pytest

from tests.support.explorer import FIRST

sync_api = pytest.importorskip("playwright.sync_api")
expect, Page = sync_api.expect, sync_api.Page


def test_a_heading_sorts_its_table(tab: Page) -> None:
    tab.goto("tables.html")
    tab.get_by_role("button", name="Count").click()
    expect(tab.get_by_role("columnheader", name="Count")).to_have_attribute("aria-sort", "ascending")
    numbers = [int(text.replace(",", "")) for text in tab.evaluate(FIRST.format(2))]
    assert numbers == sorted(numbers) and len(numbers) == 600
    tab.get_by_role("button", name="Count").press("Enter")
    expect(tab.get_by_role("columnheader", name="Count")).to_have_attribute("aria-sort", "descending")
    assert [int(text.replace(",", "")) for text in tab.evaluate(FIRST.format(2))] == numbers[::-1]
    tab.get_by_role("button", name="Seen").click()
    expect(tab.get_by_role("columnheader", name="Count")).not_to_have_attribute("aria-sort", "descending")
    dates = [datetime.strptime(text, "%B %Y") for text in tab.evaluate(FIRST.format(1))]
    assert dates == sorted(dates)
    tab.get_by_role("button", name="Name").click()
    assert tab.evaluate(FIRST.format(0))[:3] == ["Group 0", "Group 1", "Group 2"]


def test_a_long_table_is_filtered(tab: Page) -> None:
    tab.goto("tables.html")
    field = tab.get_by_role("searchbox", name="Filter")
    field.fill("GROUP 588 january")
    assert tab.evaluate(FIRST.format(0)) == ["Group 252", "Group 588"]  # the count of the first is 95,588
    expect(tab.get_by_role("status").filter(has_text=re.compile(r"\d rows?$"))).to_be_visible()
    field.press("Escape")
    assert len(tab.evaluate(FIRST.format(0))) == 600
    field.fill("nothing like it")
    expect(tab.get_by_text("0 rows")).to_be_visible()
    tab.goto("hostile.html")
    expect(tab.get_by_role("searchbox", name="Filter")).to_have_count(0)


def test_hostile_cells_stay_text(tab: Page) -> None:
    tab.goto("hostile.html")
    for name in ("<b>Name</b>", "Other"):
        for _ in range(2):
            tab.get_by_role("button", name=name).click()
    expect(tab.locator("tbody tr")).to_have_count(3)
    expect(tab.locator("main script, main b")).to_have_count(0)
