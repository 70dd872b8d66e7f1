"""Pages, charts and lists that a server makes when they are asked for, as of the date in their address."""

from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from tests.support.foc_server import FocServer
from tests.support.html import Reader
from tests.support.workspaces import new_workspace

LIMIT = 100_000
"""Most bytes of a page without its charts."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of an application that serves a small workspace."""
    root = new_workspace(tmp_path_factory.mktemp("live") / "workspace", '["ontology", "queries"]')
    with TestClient(application(Settings(str(root), processes=1)), follow_redirects=False) as found:
        yield found


def test_a_date_in_the_address_is_that_of_the_whole_page(client: TestClient) -> None:
    plain, then = client.get("/doc/example"), client.get("/doc/example?as_of=2024-03")
    assert plain.status_code == then.status_code == 200
    assert plain.headers["etag"] != then.headers["etag"]
    assert then.headers["x-robots-tag"] == "noindex" and "x-robots-tag" not in plain.headers
    assert 'name="as_of" value="2024-03"' in then.text
    dated = [link for link in Reader(then.text).links if "as_of=" in link]
    assert dated and all(parse_qs(urlsplit(link).query)["as_of"] == ["2024-03"] for link in dated)
    again = client.get("/doc/example?as_of=2024-03", headers={"If-None-Match": then.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/doc/example", "/doc/example.html"])
@pytest.mark.parametrize("wrong", ["x", "0000", "2015-13", "2015-02-30", "<script>", "20150504", "2015" * 200])
def test_what_is_no_date_is_told_above_the_form(client: TestClient, path: str, wrong: str) -> None:
    answer = client.get(path, params={"as_of": wrong})
    assert answer.status_code == 400 and answer.headers["cache-control"] == "no-store"
    page = Reader(answer.text)
    assert "is not a date" in page.text and "form" in page.tags and len(answer.content) < LIMIT


def test_other_parameters_are_ignored_and_an_empty_date_is_none(client: TestClient) -> None:
    plain = client.get("/doc/example").content
    assert client.get("/doc/example?as_of=&utm_source=x").content == plain
    assert client.get("/doc/organisation/example-foundation?as_of=x").status_code == 200


def test_charts_are_files_too(client: TestClient) -> None:
    page = Reader(client.get("/doc/example?as_of=2024").text)
    files = [link for link in page.links if urlsplit(link).path.endswith(".svg")]
    assert files
    for link in files:
        answer = client.get(unquote(link).removeprefix(".."))
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml"
        assert ElementTree.fromstring(answer.text).tag.endswith("svg")
        assert client.get(link.removeprefix(".."), headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/plot/example/none.svg", 404),
        ("/plot/example/mandates.png", 404),
        ("/plot/nothing/mandates.svg", 404),
        ("/plot/organisation/example-foundation/mandates.svg", 404),
        ("/plot/organisation/example-foundation/memberships.svg", 404),
        ("/plot/", 404),
        ("/plot/example/composition.svg?as_of=x", 400),
        ("/list/doc/example/org-organization/1.html", 404),
        ("/list/doc/example/x/0.html", 404),
        ("/list/", 404),
        ("/list/doc/nothing/org-member/1.html", 404),
    ],
)
def test_there_is_no_other_chart_or_list(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"


def test_the_memberships_of_an_agent_are_live_too_whatever_the_date(small_server: FocServer) -> None:
    get = small_server.client.get
    page = get("/doc/government/ee", headers={"Accept": "text/html"})
    figure = page.text.partition('id="figure-memberships"')[2].partition("</figure>")[0]
    assert "CSV" in figure
    chart = get("/plot/government/ee/memberships.svg")
    assert chart.status_code == 200 and chart.headers["content-type"] == "image/svg+xml"
    assert "Government of Estonia: memberships over time." in chart.text
    again = get("/plot/government/ee/memberships.svg?as_of=x", headers={"If-None-Match": chart.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
