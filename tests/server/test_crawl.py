"""A crawl of what is served with a release: every link leads somewhere."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

from foc_graph.namespaces import BASE
from foc_graph.release.build import publish
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT, workspaces
from tests.support.campaign import SEED
from tests.support.html import Reader

START = "http://testserver/"
FIRST = (START, f"{START}downloads.html")
MOST = 10
"""How many addresses of a kind are asked for, besides those on the first pages, of which all are."""


def kind(address: str) -> tuple[str, str, bool]:
    """The kind of an address: the folders it begins with, its ending, and whether it has parameters."""
    url = urlsplit(address)
    *folders, name = url.path.split("/")
    return "/".join(folders[:3]), name.partition(".")[2], bool(url.query)


def crawl(client: TestClient, base: str, most: float) -> Iterator[tuple[str, str]]:
    """Follow links in an order that the seed decides; give those that lead nowhere, with the pages that have them."""
    chance, waiting, seen = random.Random(SEED), [(one, "") for one in FIRST], set(FIRST)
    asked = Counter[tuple[str, str, bool]]()
    while waiting:
        address, source = waiting.pop(chance.randrange(len(waiting)))
        if asked[kind(address)] >= most and source not in FIRST:
            continue
        asked[kind(address)] += 1
        answer = client.get(address, headers={"Accept": "text/html, */*;q=0.1"})
        if answer.status_code != 200:
            yield address, source
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = Reader(answer.text)
        assert len({*page.ids}) == len(page.ids), address
        for link in (*page.links, *page.loaded):
            found = urldefrag(urljoin(str(answer.url), link.replace(base, START))).url
            if found.startswith(START) and found not in seen:
                seen.add(found)
                waiting.append((found, address))
    assert len(asked) > 100


def test_every_link_leads_somewhere(small_root: Path, small_release: Path) -> None:
    with TestClient(application(Settings(str(small_root), release_dir=str(small_release), processes=1))) as client:
        assert list(crawl(client, workspaces.BASE, MOST)) == []


@pytest.mark.sweep
def test_every_link_of_the_packaged_release_leads_somewhere(tmp_path: Path) -> None:
    publish(tmp_path, Workspace(ROOT))
    with TestClient(application(Settings(str(ROOT), release_dir=str(tmp_path), processes=1))) as client:
        assert list(crawl(client, BASE, float("inf"))) == []
