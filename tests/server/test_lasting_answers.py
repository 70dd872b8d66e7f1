"""Answers of releases: under their lasting addresses they stay, whatever is published later, and can be cited."""

import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from foc_graph.release.build import publish
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.settings import Workspace
from tests.support.releases import Out
from tests.support.workspaces import edit, rename_foundation

HTML = {"Accept": "text/html"}
JOINED = "/query/joined_since"
LASTING = "coalition=example&since=2024-01&release=2026.12"


class Published(NamedTuple):
    """A server of the newest of three releases, where these lie, and what that before it answered."""

    client: TestClient
    out: Path
    workspace: Path
    before: dict[str, bytes]


def served(workspace: Path, out: Path) -> TestClient:
    return TestClient(application(Settings(str(workspace), release_dir=str(out), processes=1)))


@pytest.fixture(scope="module")
def published(out: Out, released: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The third release has another name of a thing and other columns of a query than the second."""
    paths = [f"{JOINED}{ending}?{LASTING}" for ending in ("", ".csv", ".safe.csv", ".json", ".xml")]
    before = {path: released.get(path, headers=HTML).content for path in [*paths, f"{JOINED}.rq?release=2026.12"]}
    folder = shutil.copytree(out.folder.parent, tmp_path_factory.mktemp("published") / "copy", symlinks=True)
    now = Out(folder / out.workspace.name, folder / out.folder.name)
    rename_foundation(Workspace(now.workspace))
    edit(Workspace(now.workspace), "queries/example/joined_since.rq", "?member ?name ?begin", "?name ?member ?begin")
    publish(now.folder, Workspace(now.workspace), version="2027.01")
    with served(now.workspace, now.folder) as client:
        yield Published(client, now.folder, now.workspace, before)


def test_what_a_release_answered_stays_under_its_address(published: Published) -> None:
    for path, content in published.before.items():
        assert published.client.get(path, headers=HTML).content == content
    now = published.client.get(f"{JOINED}.csv?coalition=example&since=2024-01").text.splitlines()
    assert now[0] == "name,member,begin"
    assert now[1].startswith("Example Trust,")
    assert published.before[f"{JOINED}.csv?{LASTING}"].splitlines()[0] == b"member,name,begin"


def test_every_answer_names_the_address_under_which_it_stays(published: Published) -> None:
    answer = published.client.get(f"{JOINED}?since=2024-01&coalition=example", headers={"Accept": "text/csv"})
    lasting = "joined_since.csv?coalition=example&since=2024-01&release=2027.01"
    assert answer.headers["Link"] == f'<{lasting}>; rel="bookmark"'
    assert published.client.get(f"/query/{lasting}").content == answer.content


def test_a_page_tells_how_to_cite_it(published: Published) -> None:
    page = unescape(published.client.get(f"{JOINED}?coalition=example&since=2024-01", headers=HTML).text)
    cited = "joined_since?coalition=example&since=2024-01&release=2027.01"
    assert f'href="{cited}">https://example.org/coalition/query/{cited}</a>' in page
    assert "The Example Coalition (2026). <q>Who joined this coalition lately?</q>" in page
    assert f'content="https://example.org/coalition/query/{cited}"' in page
    for ending, kind in (
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ):
        address = f"/query/joined_since.{ending}?coalition=example&since=2024-01&release=2027.01"
        assert f'href="{address.removeprefix("/query/")}"' in page
        answer = published.client.get(address)
        assert answer.headers["Content-Type"].partition(";")[0] == kind
        assert answer.text in page
        assert published.client.get(JOINED, params="coalition=example&since=2024-01", headers={"Accept": kind}).text
    assert published.client.get("/query/joined_since.bib?coalition=nobody&since=2024-01").status_code == 400


def test_the_page_of_an_earlier_release_stays_with_it(published: Published) -> None:
    page = published.client.get(f"{JOINED}?{LASTING}", headers=HTML).text
    assert 'name="release" value="2026.12"' in page
    assert f'href="joined_since.csv?{LASTING.replace("&", "&amp;")}"' in page
    assert 'href="../release/2026.12/doc/organisation/example-foundation.html"' in page
    assert "Release 2026.12 of" in page


def test_the_queries_of_a_release_are_its_own(published: Published, tmp_path: Path) -> None:
    workspace = shutil.copytree(published.workspace, tmp_path / "workspace")
    (workspace / "queries" / "example" / "joined_since.rq").unlink()
    with served(workspace, published.out) as client:
        assert client.get(f"{JOINED}.csv?coalition=example&since=2024-01").status_code == 200


def test_a_release_that_there_is_not_is_told_with_those_that_there_are(published: Published) -> None:
    answer = published.client.get(f"{JOINED}.csv?{LASTING}.7")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "unknown release '2026.12.7': there are 2026.11, 2026.12, 2027.01",
    )


def test_a_damaged_release_fails_alone_and_tells_no_path(published: Published, tmp_path: Path) -> None:
    out = shutil.copytree(published.out, tmp_path / "out", symlinks=True)
    (out / "2026.12" / "queries" / "example" / "joined_since.rq").write_text("SELECT")
    with served(published.workspace, out) as client:
        answer = client.get(f"{JOINED}.csv?{LASTING}")
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
        assert client.get(f"{JOINED}.csv?{LASTING.replace('2026.12', '2027.01')}").status_code == 200
        (out / "2026.12" / "manifest.json").write_text("{}")
        answer = client.get("/release/2026.12/")
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
