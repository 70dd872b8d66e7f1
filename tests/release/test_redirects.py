"""Redirect rules: the table of a release, asked of a real Apache."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from foc_graph import namespaces
from foc_graph.errors import ParameterError
from foc_graph.graph.cache import open_built
from foc_graph.release.ledger import read_ledger, write_ledger
from foc_graph.release.redirects import write_redirects
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.site.addresses import Addresses, fragment
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.settings import Workspace, find_workspace
from tests.support import ROOT
from tests.support.apache import Apache, running
from tests.support.foc_server import FocServer
from tests.support.workspaces import new_workspace

SITE = "https://data.example.org/releases"
VOCABULARIES = {"0.1.0": "2026.11", "1.2.0": "2027.01"}
CONFIGURATION = """<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""


def ask(apache: Apache, path: str, accept: str) -> tuple[int, str]:
    """The status of an answer, and where it leads."""
    answer = apache.ask(path, {"Accept": accept} if accept else {})
    return answer.status, answer.getheader("Location", "")


def write_packaged(folder: Path) -> None:
    """The redirects of the repository's own workspace."""
    workspace = find_workspace(ROOT)
    with take_snapshot(workspace, open_built(workspace).store) as packaged:
        write_redirects(packaged, folder, f"{SITE}/", VOCABULARIES)


def write_own(folder: Path) -> None:
    """The redirects of a new workspace under a base of its own."""
    new_workspace(folder / "workspace")
    workspace = Workspace(folder / "workspace")
    with take_snapshot(workspace, open_built(workspace).store, base="https://example.org/a-b/c/") as own:
        write_redirects(own, folder, "http://example.org/a-b/c/releases", {})


@pytest.fixture(scope="module", params=[write_packaged, write_own], ids=["packaged", "own"])
def served(request: pytest.FixtureRequest, cache: Path) -> Iterator[tuple[Apache, str, list[dict[str, str]]]]:
    """Apache with the rules in the folder of the base, the path of that folder, and the table."""
    with tempfile.TemporaryDirectory(prefix="foc-apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # for the user that Apache becomes
        written = folder / "written"
        written.mkdir()
        request.param(written)
        with (written / "redirects.csv").open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        path = next(urlsplit(row["location"]).path for row in table if row["path"].startswith("id/"))
        path = path.partition("doc/")[0]
        for place in (path, "/2026.11/", f"{path}releases/2026.11/"):
            (folder / "root" / place.strip("/")).mkdir(parents=True)
            shutil.copy(written / ".htaccess", folder / "root" / place.strip("/"))
        for place in ("/2026.11/", f"{path}releases/2026.11/"):
            page = folder / "root" / place.strip("/") / "doc" / "foc.html"
            page.parent.mkdir()
            page.write_text("a page", encoding="utf-8")
        with running(folder, ("authz_core", "headers", "rewrite"), CONFIGURATION.format(folder=folder)) as apache:
            yield apache, path, table


@pytest.mark.extended
def test_apache_answers_as_the_table_says(served: tuple[Apache, str, list[dict[str, str]]]) -> None:
    apache, path, table = served
    answers = [ask(apache, path + row["path"], row["accept"]) for row in table]
    expected = [(int(row["status"]), row["location"]) for row in table]
    assert len(table) > 100
    assert [(row, got) for row, got, want in zip(table, answers, expected, strict=True) if got != want] == []


@pytest.mark.extended
def test_the_copy_in_a_release_does_nothing(served: tuple[Apache, str, list[dict[str, str]]]) -> None:
    apache, path, _ = served
    for place in ("/2026.11/doc/foc.html", f"{path}releases/2026.11/doc/foc.html"):
        assert ask(apache, place, "text/turtle") == (200, "")


@pytest.mark.parametrize(
    ("base", "site"),
    [
        ("https://example.org/a/", "ftp://example.org"),
        ("https://example.org/a/", "https://example.org/$1"),
        ("https://example.org/a/", "https://example.org/%{ENV:HOME}"),
        ("https://example.org/a/", "https://example.org/ x"),
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


def places_of(iris: Iterable[str], base: str) -> dict[str, str]:
    """The path below the base of each IRI, and the page to which it leads, with the place on it."""
    addresses = Addresses(base)
    pages = {iri.removeprefix(base): f"{addresses.page(iri)}.html#{fragment(iri)}".rstrip("#") for iri in iris}
    return {path: page for path, page in pages.items() if not page.startswith("None") and "#" not in path}


@pytest.fixture(scope="module")
def published_places(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> dict[str, str]:
    """Those of all IRIs that the packaged graph publishes."""
    folder, workspace = tmp_path_factory.mktemp("ledger"), find_workspace(ROOT)
    with take_snapshot(workspace, open_built(workspace).store) as packaged:
        write_ledger(packaged, folder, [])
    return places_of(read_ledger(folder), workspace.base)


@pytest.mark.extended
@pytest.mark.parametrize("served", [write_packaged], indirect=True)
def test_every_published_iri_leads_to_its_place_by_the_rules(
    served: tuple[Apache, str, list[dict[str, str]]], published_places: dict[str, str]
) -> None:
    apache, start, _ = served
    connection, astray = HTTPConnection("127.0.0.1", apache.port), []

    def follow(path: str) -> str:
        connection.request("GET", path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("Location", "")

    for path, page in published_places.items():
        location = follow(f"{start}{path}")
        place = location.partition("#")[2]
        if not location.startswith(SITE):
            location = follow(urlsplit(location).path)
        led = location if "#" in location or not place else f"{location}#{place}"
        if led != f"{SITE}/current/{page}":
            astray.append((path, led))
    connection.close()
    assert astray == [] and len(published_places) > 10_000


@pytest.mark.extended
def test_every_published_thing_leads_to_its_place_under_foc_serve(
    foc_server: FocServer, published_places: dict[str, str]
) -> None:
    things = {path: page for path, page in published_places.items() if path.startswith("id/")}
    astray = []
    for path, page in things.items():
        answer = foc_server.client.get(f"/{path}", follow_redirects=False)
        if answer.status_code == 301:  # merged with another
            continue
        led = urljoin(f"/{path}", answer.headers.get("location", ""))
        if led != f"/{page.replace('.html', '', 1)}":
            astray.append((path, led))
    assert astray == [] and len(things) > 10_000
