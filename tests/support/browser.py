"""Pages in a real browser: Chromium (Debian `chromium`), driven by Playwright, without a way to any other host.

A test that asks for a `page` fails at its end where the page had an error: one in the console, which those of the
content security policy are too, an exception that nothing caught, or a request to another host than this machine. What
it expects of these, it takes out of `troubles` itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from foc_graph.assets import script
from foc_graph.graph import Graph
from tests.support import ROOT
from tests.support.programs import find_program, give_up

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, Request

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
HOST = "127.0.0.1"
SECONDS = 60
MOST_IDLE = 4

NewPage = Callable[..., "Page"]
"""Opens a page; takes what a context of Playwright takes, such as `viewport` and `color_scheme`."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser; skips where there is none, or pages have no script, unless FOC_REQUIRE_SERVERS is set.

    It ends with the folder of its tests: while it lives, no other test can run a loop of asyncio.
    """
    if find_spec("playwright") is None:
        give_up("playwright is not installed: make test")
    if not script():
        give_up("what pages load has not been built: make ui")
    program = find_program("chromium", "apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * SECONDS)
    with sync_playwright() as playwright:
        nowhere = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", nowhere])
        try:
            yield found
        finally:
            found.close()


class Pages:
    """Pages of a browser that stay open between tests: to open one costs more than most tests of it.

    A test has pages that nobody else has, without anything in storages and caches.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: list[tuple[dict[str, Any], Page, CDPSession]] = []
        self._used: list[tuple[dict[str, Any], Page, CDPSession]] = []
        self.troubles: list[str] = []
        """Troubles of pages so far."""

    def open(self, **options: Any) -> Page:
        """Return a page of a context with these options of Playwright."""
        found = next((one for one in self._idle if one[0] == options), None)
        if found:
            self._idle.remove(found)
        else:
            found = self._new(options)
        self._used.append(found)
        return found[1]

    def leave(self) -> None:
        """Leave the pages that were opened, and keep those opened last for the next test."""
        while self._used:
            options, page, devtools = self._used.pop()
            for other in page.context.pages:
                if other != page:
                    other.close()
            page.unroute_all(behavior="ignoreErrors")
            origin = page.evaluate("() => { if (origin !== 'null') sessionStorage.clear(); return origin }")
            page.goto("about:blank")
            page.mouse.move(-1, -1)
            page.set_viewport_size(options.get("viewport", {"width": 1280, "height": 720}))
            page.emulate_media(color_scheme=options.get("color_scheme", "light"))
            devtools.send("Network.clearBrowserCache")
            devtools.send("Network.clearBrowserCookies")
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            self._idle.append((options, page, devtools))
        for _, page, _ in self._idle[:-MOST_IDLE]:
            page.context.close()
        del self._idle[:-MOST_IDLE]

    def _new(self, options: dict[str, Any]) -> tuple[dict[str, Any], Page, CDPSession]:
        context = self._browser.new_context(service_workers="block", **options)
        context.set_default_timeout(1000 * SECONDS)
        context.on("page", self._watch)
        page = context.new_page()
        return options, page, context.new_cdp_session(page)

    def _watch(self, page: Page) -> None:
        def said(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.troubles.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

        def asked(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob", "about", "file") and parts.hostname != HOST:
                self.troubles.append(f"request: {request.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.troubles.append(f"exception: {error}"))
        page.on("request", asked)


@pytest.fixture(scope="package")
def pages(browser: Browser) -> Pages:
    """The pages of the browser."""
    return Pages(browser)


@pytest.fixture
def troubles(pages: Pages) -> list[str]:
    """The errors in the pages of a test so far."""
    pages.troubles.clear()
    return pages.troubles


@pytest.fixture
def new_page(pages: Pages, troubles: list[str]) -> Iterator[NewPage]:
    """Opens pages, each with a storage of its own, that are watched until the test ends."""
    yield pages.open
    pages.leave()
    assert troubles == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of 1280 by 720 pixels."""
    return new_page()


def accessibility(page: Page) -> list[str]:
    """Return the faults that axe-core finds by the WCAG 2.2 at level AA: the rule, and first elements that break it."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })",
        list(WCAG),
    )
    return [
        f"{one['id']}: {one['help']}: {'; '.join(node['html'][:200] for node in one['nodes'][:5])}"
        for one in found["violations"]
    ]


def told(page: Page) -> str:
    """Wait until something is said of a question, and return it."""
    line = page.locator("form [role=status].problem")
    line.wait_for()
    return line.inner_text()


def rows_of(small: Graph, name: str, **values: object) -> Any:
    """The rows of the library, as a download as JSON holds them."""
    return json.loads(small.rows(name, **values).serialise("json"))["results"]["bindings"]


def answered(page: Page) -> Any:
    """Wait for an answer, and return what its download as JSON holds."""
    page.locator("#formats button").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    return json.loads(Path(download.value.path()).read_bytes())["results"]["bindings"]
