"""A release on a host that only sends files, below a path: the page for what is missing finds what has moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import NewPage, accessibility
from tests.support.file_host import sending

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


@pytest.fixture(scope="module")
def host(small_release: Path) -> Iterator[str]:
    """The address of the current release."""
    with sending(small_release.parent, f"{small_release.name}/current") as address:
        yield address


@pytest.fixture
def page(new_page: NewPage, troubles: list[str]) -> Iterator[Page]:
    """A page of a tab in which files may be missing."""
    yield new_page()
    troubles[:] = [one for one in troubles if "status of 404" not in one]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("doc/first", "doc/first.html"),
        ("id/first", "doc/first.html"),
        ("id/first/completeness/members", "doc/first.html#completeness/members"),
        ("doc/first/period/beginning", "doc/first.html#facts"),
        ("id/country/ee/identifier/un-m49", "doc/country/ee.html#identifier/un-m49"),
        ("query/members", "query/members.html"),
        ("doc/first.nt", "doc/first.ttl"),
    ],
)
def test_what_has_moved_is_found(page: Page, host: str, asked: str, found: str) -> None:
    with page.expect_request(f"{host}{found.partition('#')[0]}"):
        page.goto(f"{host}{asked}")
    if found.partition("#")[0].endswith(".html"):
        page.wait_for_url(f"{host}{found}")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    "asked", ["doc/nothing", "doc/first/name/nothing/more", "nothing/at/all", "doc/<script>", "dumps/first.nt.gz"]
)
def test_what_there_is_not_gets_a_list(page: Page, host: str, asked: str) -> None:
    page.goto(f"{host}{asked}")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not here")
    assert page.url.startswith(host)


def test_without_javascript_the_list_leads_on(new_page: NewPage, troubles: list[str], host: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{host}doc/first/name/nothing")
    troubles.clear()  # the page was missing
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not here")
    links = page.locator("main a").evaluate_all("found => found.map(one => one.getAttribute('href'))")
    assert {"index.html#coalitions", "search.html#index", "query/index.html", "downloads.html"} <= set(links)


def test_the_list_is_for_everyone(page: Page, host: str) -> None:
    page.goto(f"{host}doc/nothing")
    page.wait_for_load_state("networkidle")
    assert accessibility(page) == []
