"""Pictures of pages.

`python -m tests.support.screenshots` renews those of the docs; with a folder it takes one of every page.

It needs Chromium and what `make ui` builds. Those of the docs are WebP, those of pages PNG, to be looked at by people:
nothing compares them.
"""

from __future__ import annotations

import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, NamedTuple

from tests.support import ROOT
from tests.support.foc_server import FocServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "docs" / "pictures"
PHONE, DESK = 390, 1280
SCHEMES = ("light", "dark")

PAGES = {
    "home": "",
    "coalition": "doc/foc",
    "body": "doc/foc/wg1",
    "government": "doc/government/ee",
    "organisation": "doc/organisation/microsoft",
    "person": "doc/person/matthew-shears",
    "document": "doc/foc/document/tallinn-agenda",
    "source": "doc/source/foc-working-group-1",
    "concept": "concept/role/member",
    "graph": "graph/foc",
    "queries": "query/",
    "query": "query/members?coalition=foc&as_of=2015-05",
    "sparql": "sparql",
    "vocabulary": "ns",
    "shape": "shapes/Membership",
    "compare": "compare?coalition=foc&coalition=mfc&coalition=ogp&as_of=2024",
    "search": "search?q=freedom",
    "names": "search",
    "changes": "changes/2024.html",
    "downloads": "downloads.html",
    "list": "concept/index.html",
    "missing": "doc/foc/wg99",
}
"""One page of every kind of the packaged workspace: its address below the root of a server."""


class Shot(NamedTuple):
    """A picture of the docs: an element of a page, of a width in pixels, in a scheme; at most so high."""

    path: str
    width: int
    scheme: str
    element: str
    height: int


THEN = "doc/foc?as_of=2015-05"
SHOTS = {
    "coalition": Shot(THEN, DESK, "light", "#members", 830),
    "uncertainty": Shot("doc/foc", DESK, "light", "#figure-mandates", 520),
    "uncertainty-dark": Shot("doc/foc", DESK, "dark", "#figure-mandates", 520),
    "compare": Shot(PAGES["compare"], DESK, "light", "#figure-upset", 488),
    "phone": Shot(THEN, PHONE, "light", "body", 844),
    "phone-dark": Shot(THEN, PHONE, "dark", "#members", 844),
}
"""The pictures of the docs, by name."""


def main(folder: Path | None) -> None:
    """Take the pictures: of every page into a folder, else those of the docs."""
    with tempfile.TemporaryDirectory() as scratch, FocServer(Path(scratch)) as server, started() as browser:
        if folder is None:
            for name, shot in SHOTS.items():
                (FOLDER / f"{name}.webp").write_bytes(picture(browser, server.url, shot))
            return
        folder.mkdir(parents=True, exist_ok=True)
        for width, scheme in product((PHONE, DESK), SCHEMES):
            page = opened(browser, width, scheme)
            for name, path in PAGES.items():
                show(page, f"{server.url}/{path}")
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            page.context.close()


@contextmanager
def started() -> Iterator[Browser]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, width: int, scheme: str) -> Page:
    """A page of a width in pixels in a scheme."""
    return browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme, reduced_motion="reduce")


def show(page: Page, address: str) -> None:
    """Open an address, and wait until its script has done what it does at first."""
    page.goto(address)
    page.wait_for_load_state("networkidle")


def picture(browser: Browser, url: str, shot: Shot) -> bytes:
    """A picture of the docs as WebP."""
    page = opened(browser, shot.width, shot.scheme)
    show(page, f"{url}/{shot.path}")
    place = page.locator(shot.element).bounding_box()
    assert place is not None
    clip = {"x": 0, "y": place["y"], "width": shot.width, "height": min(shot.height, place["height"]), "scale": 1}
    taken = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": 80, "clip": clip, "captureBeyondViewport": True}
    )
    page.context.close()
    return b64decode(taken["data"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
