"""The browser of the tests sees what goes wrong in a page, and reaches no other host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foc_graph.server.middleware import POLICIES
from tests.support.web_server import Web, head, raw

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("<p>Nothing.", ""),
        ("<script>document.title = 'run'</script>", "error: Executing inline script violates"),
        ("<p onclick='alert(1)' style='color: red'>", "error: Applying inline style violates"),
        ("<img src='http://other.invalid/x.png' alt=''>", "request: http://other.invalid/x.png"),
        ("<script src='broken.js'></script>", "exception: nothing is not defined"),
        ("<script src='talks.js'></script>", "warning: beware"),
    ],
)
def test_what_goes_wrong_in_a_page_is_seen(web: Web, page: Page, troubles: list[str], body: str, trouble: str) -> None:
    policy = POLICIES["text/html"]
    scripts = {"broken.js": b"nothing.is", "talks.js": b"console.warn('beware')"}
    web.answers = [
        lambda handler: raw(
            head(200, Content_Type="text/javascript") + scripts[handler.path.rpartition("/")[2]]
            if handler.path.endswith(".js")
            else head(200, Content_Type="text/html", Content_Security_Policy=policy)
            + f"<!doctype html><title>A page</title><link rel=icon href=data:,>{body}".encode()
        )(handler)
    ]
    page.goto(web.url)
    page.wait_for_load_state("networkidle")
    assert page.title() == "A page"
    assert any(one.startswith(trouble) for one in troubles) if trouble else troubles == []
    troubles.clear()
