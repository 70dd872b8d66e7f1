"""Queries in the reader's browser: what it loads for them, and what it says of files and browsers that do not serve."""

from __future__ import annotations

import gzip
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from foc_graph.graph import Graph
from foc_graph.release.build import publish
from foc_graph.workspace.settings import Workspace
from tests.support.browser import NewPage, answered, rows_of, told
from tests.support.file_host import BELOW, sending
from tests.support.foc_server import FocServer
from tests.support.http_servers import running
from tests.support.shared import copy_by_links

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

sync_api = pytest.importorskip("playwright.sync_api")

MEMBERS = "query/members.html?coalition=first"


@pytest.fixture
def damaged(released: Path, tmp_path: Path) -> Path:
    """A copy of the release, whose files a test may change."""
    shutil.copytree(released, tmp_path / "host")
    return tmp_path / "host"


def altered(new_page: NewPage, script: str) -> Page:
    """Open a page in a browser that a script has altered."""
    page = new_page(user_agent=f"Altered {script}")
    page.context.add_init_script(script)
    return page


def missing(troubles: list[str]) -> None:
    """Take what was said of files that were missing out of what went wrong."""
    troubles[:] = [one for one in troubles if "status of 404" not in one]


def test_a_host_that_unpacks_what_is_packed_is_understood(page: Page, host: str, small: Graph) -> None:
    def unpack(route: Route) -> None:
        route.fulfill(body=gzip.decompress(route.fetch().body()))

    page.route("**/*.gz*", unpack)
    page.goto(f"{host}{MEMBERS}")
    assert answered(page) == rows_of(small, "members", coalition="first")


def test_a_server_that_sends_something_else_is_told(page: Page, host: str) -> None:
    page.route("**/engine.json", lambda route: route.fulfill(body="<html>Log in</html>"))
    page.goto(f"{host}{MEMBERS}")
    assert "engine.json is not what was published" in told(page)


def test_a_page_that_was_loaded_answers_without_the_server(released: Path, page: Page, small: Graph) -> None:
    with sending(released, BELOW) as address:
        page.goto(f"{address}{MEMBERS}")
        assert answered(page) == rows_of(small, "members", coalition="first")
    page.locator("#as_of").fill("2013")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url(re.compile("as_of=2013"))
    assert answered(page) == rows_of(small, "members", coalition="first", as_of="2013")


def test_the_browser_keeps_what_was_loaded(page: Page, host: str) -> None:
    page.goto(f"{host}{MEMBERS}")
    answered(page)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{host}query/chairs.html?coalition=first")
    answered(page)
    assert [url for url in fetched if ".gz" in url] == []


@pytest.mark.parametrize(
    "script",
    [
        "globalThis.caches && (caches.open = () => Promise.reject(new Error('none')))",
        "delete window.caches",
        "globalThis.Cache && (Cache.prototype.put = () => Promise.reject(new DOMException('', 'QuotaExceededError')))",
    ],
    ids=["a cache that does not open", "no cache", "a full disk"],
)
def test_without_a_cache_it_answers_too(new_page: NewPage, host: str, small: Graph, script: str) -> None:
    page = altered(new_page, script)
    page.goto(f"{host}{MEMBERS}")
    assert answered(page) == rows_of(small, "members", coalition="first")


@pytest.mark.parametrize("lacking", ["WebAssembly", "DecompressionStream", "Worker"])
def test_an_old_browser_is_told(new_page: NewPage, host: str, lacking: str) -> None:
    page = altered(new_page, f"delete globalThis.{lacking}")
    page.goto(f"{host}{MEMBERS}")
    assert "too old" in told(page)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def change(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "fault"),
    [("dumps/all.trig.gz", cut), ("assets/engine.wasm.gz", change), ("dumps/all.trig.gz", Path.unlink)],
)
def test_a_damaged_file_is_named(page: Page, damaged: Path, troubles: list[str], name: str, fault: Any) -> None:
    fault(damaged / BELOW / name)
    with sending(damaged, BELOW) as address:
        page.goto(f"{address}{MEMBERS}")
        said = told(page)
    assert name in said
    assert ("missing" if fault == Path.unlink else "not what was published") in said
    missing(troubles)


@pytest.mark.parametrize("name", ["engine.json", "assets/engine.js"])
def test_a_missing_file_is_named(page: Page, damaged: Path, troubles: list[str], name: str) -> None:
    (damaged / BELOW / name).unlink()
    with sending(damaged, BELOW) as address:
        page.goto(f"{address}{MEMBERS}")
        assert name in told(page)
    missing(troubles)


def test_two_releases_answer_side_by_side(
    small_root: Path, small_release: Path, tmp_path: Path, new_page: NewPage
) -> None:
    releases = copy_by_links(small_release, tmp_path / "releases")
    version = Workspace(small_root).settings.version
    other = tmp_path / "workspace"
    shutil.copytree(small_root, other)
    path = other / "data/coalitions/first/coalition.ttl"
    path.write_text(path.read_text("utf-8").replace("First Coalition", "Premier Coalition"), encoding="utf-8")
    publish(releases, Workspace(other), version="2099.12")
    with sending(releases, "current") as address:
        pages = [new_page() for _ in range(2)]
        for name, page in zip((version, "2099.12"), pages, strict=True):
            page.goto(address.replace("current", name) + "query/coalitions.html")
        for page in [*pages, *pages]:
            page.get_by_role("button", name="Ask").click()
        names = [page.locator("#formats").wait_for() or page.locator("#answer").inner_text() for page in pages]
    assert ["Premier Coalition" in one for one in names] == [False, True]


@pytest.mark.parametrize("kind", ["apache", "foc"])
def test_other_servers_send_what_it_needs(
    page: Page, released: Path, small_release: Path, small_root: Path, small: Graph, tmp_path: Path, kind: str
) -> None:
    with ExitStack() as stack:
        if kind == "apache":
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="foc-apache-")))
            shutil.copytree(released, folder / "root")
            for one in (folder, folder / "root"):
                one.chmod(0o755)  # for the user that Apache becomes
            allowed = f"<Directory {folder}/root>\nAllowOverride All\nRequire all granted\n</Directory>\n"
            configuration = f"{allowed}TypesConfig /etc/mime.types"
            server = stack.enter_context(
                running("apache2", folder, configuration, ("authz_core", "headers", "mime", "rewrite"))
            )
            address = f"http://127.0.0.1:{server.port}/{BELOW}/"
        else:
            options = ("--release-dir", str(small_release))
            foc = stack.enter_context(FocServer(tmp_path, *options, workspace=small_root))
            address = f"{foc.url}/release/current/"
        page.goto(f"{address}query/coalitions.html")
        page.get_by_role("button", name="Ask").click()
        assert answered(page) == rows_of(small, "coalitions")
