"""Pages in a real browser: Chromium (Debian `chromium`), driven by Playwright, without a way to any other host.

A test that asks for a `page` fails at its end where the page had an error: one in the console, which those of the
content security policy are too, an exception that nothing caught, or a request to another host than this machine. What
it expects of these, it takes out of `troubles` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from foc_graph.assets import script
from tests.support import ROOT
from tests.support.sparql_servers import MissingProgramError, find_program, give_up

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
HOST = "127.0.0.1"
SECONDS = 20

NewPage = Callable[..., "Page"]
"""Opens a page; takes what a context of Playwright takes, such as `viewport` and `color_scheme`."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser; skips where there is none, or pages have no script, unless FOC_REQUIRE_SERVERS is set.

    It ends with the folder of its tests: while it lives, no other test can run a loop of asyncio.
    """
    try:
        if find_spec("playwright") is None:
            raise MissingProgramError("playwright is not installed: pip install 'foc-graph[dev]'")
        if not script():
            raise MissingProgramError("what pages load has not been built: make ui")
        program = find_program("chromium", "apt-get install chromium")
    except MissingProgramError as missing:
        give_up(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        nowhere = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", nowhere])
        try:
            yield found
        finally:
            found.close()


@pytest.fixture
def troubles() -> list[str]:
    """What went wrong in the pages of a test so far."""
    return []


@pytest.fixture
def new_page(browser: Browser, troubles: list[str]) -> Iterator[NewPage]:
    """Opens pages, each with a storage of its own, that are watched until the test ends."""
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(service_workers="block", **options)
        contexts.append(context)
        context.set_default_timeout(1000 * SECONDS)
        page = context.new_page()
        _watch(page, troubles)
        context.on("page", lambda other: _watch(other, troubles))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of 1280 by 720 pixels."""
    return new_page()


def accessibility(page: Page) -> list[str]:
    """What axe-core finds against the WCAG 2.2 at level AA: its rule, and the first elements that break it."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })",
        list(WCAG),
    )
    return [
        f"{one['id']}: {one['help']}: {'; '.join(node['html'][:200] for node in one['nodes'][:5])}"
        for one in found["violations"]
    ]


def _watch(page: Page, troubles: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            troubles.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about", "file") and parts.hostname != HOST:
            troubles.append(f"request: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: troubles.append(f"exception: {error}"))
    page.on("request", asked)
