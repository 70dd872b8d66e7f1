"""Redirect rules: the table of a release, asked of a real Apache."""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

from foc_graph import namespaces
from foc_graph.errors import ParameterError
from foc_graph.graph.cache import open_built
from foc_graph.release.ledger import read_ledger, write_ledger
from foc_graph.release.redirects import write_redirects
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.site.addresses import Addresses, fragment
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.http_servers import WebServer, running

SITE = "https://data.example.org/releases"
VOCABULARIES = {"0.1.0": "2026.11", "1.2.0": "2027.01"}
CONFIGURATION = """<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""


def ask(apache: WebServer, path: str, accept: str) -> tuple[int, str]:
    """The status of an answer, and where it leads."""
    answer = apache.ask(path, {"Accept": accept} if accept else {})
    return answer.status, answer.getheader("Location", "")


class Redirects(NamedTuple):
    """What is written for a workspace, and where each IRI that it publishes leads, by their paths below the base."""

    folder: Path
    root: Path
    base: str
    site: str
    pages: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.base).path

    def table(self) -> list[dict[str, str]]:
        with (self.folder / "redirects.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=["small", pytest.param("packaged", marks=pytest.mark.sweep)])
def redirects(request: pytest.FixtureRequest, small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Redirects:
    """Those of the made-up workspace, under a base below which it is served too, and those of the packaged one."""
    folder, is_small = tmp_path_factory.mktemp("redirects"), request.param == "small"
    workspace = find_workspace(small_root if is_small else ROOT)
    base, site = ("https://example.org/a-b/c/", "http://example.org/a-b/c/releases") if is_small else (None, SITE)
    with take_snapshot(workspace, open_built(workspace).store, base=base) as published:
        write_redirects(published, folder, f"{site}/", {} if is_small else VOCABULARIES)
        write_ledger(published, folder, [])
        addresses, base = Addresses(published.base), published.base
    iris = read_ledger(folder)
    pages = {iri.removeprefix(base): f"{addresses.page(iri)}.html#{fragment(iri)}".rstrip("#") for iri in iris}
    pages = {path: page for path, page in pages.items() if not page.startswith("None") and "#" not in path}
    return Redirects(folder, workspace.root, base, site, pages)


@pytest.fixture(scope="module")
def apache(redirects: Redirects) -> Iterator[WebServer]:
    """Apache with the rules in the folder of the base."""
    with tempfile.TemporaryDirectory(prefix="foc-apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # for the user that Apache becomes
        releases = ("/2026.11/", f"{redirects.path}releases/2026.11/")
        for place in (redirects.path, *releases):
            (folder / "root" / place.strip("/")).mkdir(parents=True)
            shutil.copy(redirects.folder / ".htaccess", folder / "root" / place.strip("/"))
        for place in releases:
            page = folder / "root" / place.strip("/") / "doc" / "foc.html"
            page.parent.mkdir()
            page.write_text("a page", encoding="utf-8")
        with running(
            "apache2", folder, CONFIGURATION.format(folder=folder), ("authz_core", "headers", "rewrite")
        ) as apache:
            yield apache


@pytest.mark.extended
def test_apache_answers_as_the_table_says(apache: WebServer, redirects: Redirects) -> None:
    table = redirects.table()
    answers = [ask(apache, redirects.path + row["path"], row["accept"]) for row in table]
    expected = [(int(row["status"]), row["location"]) for row in table]
    assert len(table) > 100
    assert [(row, got) for row, got, want in zip(table, answers, expected, strict=True) if got != want] == []


@pytest.mark.extended
def test_the_copy_in_a_release_does_nothing(apache: WebServer, redirects: Redirects) -> None:
    for place in ("/2026.11/doc/foc.html", f"{redirects.path}releases/2026.11/doc/foc.html"):
        assert ask(apache, place, "text/turtle") == (200, "")


@pytest.mark.parametrize(
    ("base", "site"),
    [
        ("https://example.org/a/", "ftp://example.org"),
        ("https://example.org/a/", "https://example.org/$1"),
        ("https://example.org/a/", "https://example.org/\nRewriteRule . /etc/passwd"),
        ("https://example.org/a/", "https:///nowhere"),
        ("https://example.org/ä/", "https://example.org"),
        ("https://example.org/a(b/", "https://example.org"),
    ],
)
def test_addresses_that_rules_cannot_hold_are_refused(tmp_path: Path, base: str, site: str) -> None:
    one = Snapshot(
        find_workspace(ROOT), EmbeddedStore.in_memory(namespaces.PREFIXES), base, "2026.11", date(2026, 11, 24)
    )
    with pytest.raises(ParameterError, match="redirects need an http or https address"):
        write_redirects(one, tmp_path, site, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.extended
def test_every_published_iri_leads_to_its_place_by_the_rules(apache: WebServer, redirects: Redirects) -> None:
    connection, astray = HTTPConnection("127.0.0.1", apache.port), []

    def follow(path: str) -> str:
        connection.request("GET", path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("Location", "")

    for path, page in redirects.pages.items():
        location = follow(f"{redirects.path}{path}")
        place = location.partition("#")[2]
        if not location.startswith(redirects.site):
            location = follow(urlsplit(location).path)
        led = location if "#" in location or not place else f"{location}#{place}"
        if led != f"{redirects.site}/current/{page}":
            astray.append((path, led))
    connection.close()
    assert astray == [] and len(redirects.pages) > 100


def test_every_published_thing_leads_to_its_place_under_foc_serve(redirects: Redirects) -> None:
    things = {path: page for path, page in redirects.pages.items() if path.startswith("id/")}
    astray = []
    with TestClient(application(Settings(str(redirects.root), processes=1)), follow_redirects=False) as client:
        for path, page in things.items():
            answer = client.get(f"/{path}")
            if answer.status_code == 301:  # merged with another
                continue
            led = urljoin(f"/{path}", answer.headers.get("location", ""))
            if led != f"/{page.replace('.html', '', 1)}":
                astray.append((path, led))
    assert astray == [] and len(things) > 100
