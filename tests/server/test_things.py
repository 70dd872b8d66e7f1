"""Things, documents and files over HTTP: from a release, and made as they are asked for."""

import csv
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import httpx2
import pytest
import rdflib
from rdflib.compare import to_isomorphic
from starlette.testclient import TestClient

from foc_graph.server.app import application
from foc_graph.server.negotiation import DOCUMENTS, choose
from foc_graph.server.snapshot import Settings
from foc_graph.site.addresses import SERVED
from tests.support.releases import BASE, DIGEST, Out, made_once, releases_of_a_vocabulary
from tests.support.workspaces import new_workspace

APART = (None, "application/rdf+xml", "application/n-triples", "application/xml")
"""Formats that a server answers otherwise than files can: none that fits, and those that it has of everything."""

OWL_API = "application/rdf+xml, application/xml; q=0.5, text/xml; q=0.3, */*; q=0.2"
"""The header `Accept` of Protégé."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JSON_LD = "application/ld+json"
DATA = {"ttl": "text/turtle", "jsonld": JSON_LD, "rdf": "application/rdf+xml"}
SECONDS = 30
FOOT = b"<footer>"
TITLE = re.compile(rb"<h1.*?</h1>", re.DOTALL)
MAIN = re.compile(rb"<main.*</main>", re.DOTALL)
OF_SERVER = re.compile(
    rb'<form class="as-of".*?</form>\n'
    rb'|<li><a href="[^"]*">Data as CSV</a></li>\n',
    re.DOTALL,
)
"""Parts that pages with charts have from a server alone, or in a release for a script alone."""

ENTRY = re.compile(rb'<a href="[^"]*\.(?:bib|ris|csl\.json)">([^<]*)</a>')
CITED = re.compile(rb'<details[^>]* id="cite">.*?</details>', re.DOTALL)
"""The part of the page of a thing that names the release."""

PAGES = re.compile(r"(doc|concept|shapes|graph)/.*|ns\..*|style\.css")


@pytest.fixture(scope="module")
def versions(cache: Path, shared: Path) -> Iterator[TestClient]:
    """A client of an application that serves releases with different vocabularies."""
    found = made_once(shared, releases_of_a_vocabulary)
    with _client(Settings(str(found.workspace), release_dir=str(found.folder), processes=1)) as client:
        yield client


@pytest.fixture(params=["released", "made"])
def each(request: pytest.FixtureRequest) -> TestClient:
    """Each of the two."""
    return request.getfixturevalue(request.param)


def _client(settings: Settings) -> TestClient:
    return TestClient(application(settings), follow_redirects=False)


def told(page: bytes) -> bytes:
    """The content of a page, without the parts that a server adds."""
    (main,) = MAIN.findall(OF_SERVER.sub(b"", ENTRY.sub(rb"\1", page)))
    return bytes(main)


def is_made_of(body: bytes, content: bytes) -> bool:
    """Whether a page is made by the server, and tells what the page of the release tells; of the front page, whose."""
    main, published = told(body), told(content)
    is_front = b'data-root="" data-live' in body and TITLE.findall(main) == TITLE.findall(published) != []
    return b"data-live" in body and (main == published or is_front)


def test_pages_are_those_of_the_release(request: pytest.FixtureRequest, each: TestClient, out: Out) -> None:
    """Those with charts are made by the server in both cases, all others where no release is served."""
    paths = [path for path in out.release.manifest["files"] if PAGES.fullmatch(path)]
    paths = [path for path in paths if path.startswith("doc/example")] + paths[::7]
    assert len(paths) > 15
    is_made = request.node.callspec.params["each"] == "made"
    # where no release is served there are pages of all that is shared with others, and links to them
    paths = [path for path in paths if not (is_made and path.startswith(("concept/", "graph/")))]
    drawn = {path.split("/", 1)[1].rsplit("/", 1)[0] for path in out.release.manifest["files"] if path[:5] == "plot/"}
    assert "example" in drawn
    for path in paths:
        answer = each.get(f"/{path}")
        content, body = (out.release.path / path).read_bytes(), answer.content
        if path.endswith(".html") and (is_made or path.removeprefix("doc/").removesuffix(".html") in drawn):
            assert (b"not a published release" in body.partition(FOOT)[2]) is is_made, path
            assert b"data-live" in body and b"data-live" not in content
            content, body = (CITED.sub(b"", told(page)) if is_made else told(page) for page in (content, body))
        assert (answer.status_code, body) == (200, content), path


@pytest.mark.parametrize(("accept", "ending"), [("text/html", "html"), ("text/turtle", "ttl"), (JSON_LD, "jsonld")])
def test_a_version_of_the_vocabulary_answers_as_it_was(versions: TestClient, accept: str, ending: str) -> None:
    for number, definition in (("0.2.0", "One"), ("1.0.0", "Three")):
        answer = versions.get(f"/ns/{number}", headers={"Accept": accept}, follow_redirects=True)
        assert answer.status_code == 200 and answer.url.path.startswith("/release/")
        assert answer.headers["content-location"] == f"ns.{ending}" and definition in answer.text
    assert "Three" in versions.get("/ns", headers={"Accept": accept}).text


@pytest.mark.parametrize(("which", "there_are"), [("versions", "0.2.0, 1.0.0"), ("made", "none")])
def test_a_version_of_the_vocabulary_that_no_release_holds_is_not_found(
    request: pytest.FixtureRequest, which: str, there_are: str
) -> None:
    answer = request.getfixturevalue(which).get("/ns/0.1.0", headers={"Accept": "text/turtle"})
    assert answer.status_code == 404 and there_are in answer.json()["detail"]


def test_requests_are_answered_as_the_table_of_redirects_says(released: TestClient, out: Out) -> None:
    with (out.release.path / "redirects.csv").open(encoding="utf-8", newline="") as file:
        table = [row for row in csv.DictReader(file) if not row["path"].startswith(("query", "sparql"))]
        table = [row for row in table if choose(row["accept"], list(DOCUMENTS)) not in APART]
        table = [row for row in table if not row["path"].endswith((".nt", ".rdf"))]
    assert len(table) > 100
    for row in table:
        answer = released.get(f"/{row['path']}", headers={"Accept": row["accept"]})
        if row["path"].startswith("id/") and row["status"] == "303":
            assert answer.status_code == 303
            lead = answer.next_request.url
            assert (
                f"{lead.path}{'#' if lead.fragment else ''}{lead.fragment}" == f"/{row['location'].removeprefix(BASE)}"
            )
        elif row["status"] == "404":
            assert answer.status_code == 404, row
        else:
            while answer.is_redirect:
                answer = released.get(answer.next_request.url.path, headers={"Accept": row["accept"]})
            assert answer.status_code == 200, row
            content = (out.folder / row["location"].removeprefix(BASE).partition("#")[0]).read_bytes()
            assert answer.content == content or is_made_of(answer.content, content), row


@pytest.mark.parametrize(
    ("accept", "ending", "kind"),
    [
        ("", "html", "text/html; charset=utf-8"),
        ("text/turtle", "ttl", "text/turtle; charset=utf-8"),
        ("application/ld+json", "jsonld", "application/ld+json"),
        ("application/n-triples, text/html;q=0.5", "nt", "application/n-triples"),
        ("application/rdf+xml", "rdf", "application/rdf+xml"),
        (OWL_API, "rdf", "application/rdf+xml"),
        ("text/xml", "rdf", "application/rdf+xml"),
        (BROWSER, "html", "text/html; charset=utf-8"),
        ("text/n3", "ttl", "text/turtle; charset=utf-8"),
    ],
)
def test_a_document_names_its_other_formats(each: TestClient, accept: str, ending: str, kind: str) -> None:
    answer = each.get("/doc/example", headers={"Accept": accept})
    assert answer.headers["content-type"] == kind and "Accept" in answer.headers["vary"].split(", ")
    assert answer.headers["content-location"] == f"example.{ending}"
    links = answer.headers["link"].split(", ")
    assert f'<{BASE}doc/example>; rel="canonical"' in links
    assert {link.partition(">")[0] for link in links if 'rel="alternate"' in link} == {
        f"<example.{other}" for other in SERVED if other != ending
    }
    direct = each.get(f"/doc/example.{ending}", headers={"Accept": "text/html"})
    assert (direct.content, direct.headers["content-type"]) == (answer.content, kind)


@pytest.mark.parametrize(("which", "other"), [("released", "versions"), ("made", "client")])
def test_everything_is_rdf_xml_for_editors_of_ontologies(
    request: pytest.FixtureRequest, which: str, other: str
) -> None:
    served, vocabulary = request.getfixturevalue(which), request.getfixturevalue(other)
    for asked, path, accept in (
        (vocabulary, "/ns", OWL_API),
        (served, "/concept/role/member", "application/xml"),
        (served, "/doc/example", OWL_API),
    ):
        answer = asked.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/rdf+xml")
        assert asked.get(f"{path}.rdf", follow_redirects=True).content == answer.content
        turtle = asked.get(path, headers={"Accept": "text/turtle"}).text
        again, expected = (
            to_isomorphic(rdflib.Graph().parse(data=text, format=format))
            for text, format in ((answer.text, "xml"), (re.sub('"@und', '"', turtle), "turtle"))
        )
        assert again == expected and len(again) > 0


def test_shapes_and_graphs_are_described_together(client: httpx2.Client) -> None:
    for path, index, ending in (("shapes/Body", "shapes/index", "ttl"), ("graph/ontology", "graph/index", "jsonld")):
        answer = client.get(f"/{path}", headers={"Accept": DATA[ending]})
        assert answer.status_code == 200 and answer.headers["content-location"] == f"index.{ending}"
        assert answer.content == client.get(f"/{index}.{ending}").content


def test_a_format_that_no_document_has_is_not_acceptable(each: TestClient) -> None:
    for path, accept in (("/ns", "application/n-quads"), ("/doc/example", "image/png"), ("/", "text/html;q=0")):
        answer = each.get(path, headers={"Accept": accept})
        assert answer.status_code == 406, path
        assert "text/html" in answer.json()["detail"]


def test_a_shared_concept_has_its_canonical_address_below_the_shared_base(each: TestClient) -> None:
    links = each.get("/concept/role/member").headers["link"]
    assert '<https://w3id.org/coalition/concept/role/member>; rel="canonical"' in links


def test_an_answer_that_a_client_has_is_not_sent_again(each: TestClient) -> None:
    for path in ("/doc/example", "/ns", "/shapes/index.ttl", "/style.css", "/", "/concept/"):
        first = each.get(path)
        tag = first.headers["etag"]
        again = each.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert "Accept" in again.headers["vary"].split(", ")
        head = each.head(path)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)


def test_each_format_has_a_tag_of_its_own(each: TestClient) -> None:
    accepted = ("text/html", "text/turtle", "application/ld+json")
    tags = {each.get("/doc/example", headers={"Accept": accept}).headers["etag"] for accept in accepted}
    assert len(tags) == len(accepted)


@pytest.mark.parametrize(
    ("origin", "may_read"),
    [
        ("http://localhost:8888", True),
        ("http://127.0.0.1", True),
        ("https://[::1]:3333", True),
        ("https://other.example", False),
        ("http://localhost.other.example", False),
        ("http://127.0.0.1.other.example:80", False),
        ("null", False),
    ],
)
def test_pages_of_programs_on_the_same_machine_may_read_it_and_those_of_other_sites_may_not(
    made: TestClient, origin: str, may_read: bool
) -> None:
    for path in ("/id/example", "/doc/example.jsonld", "/doc/none", "/health"):
        answer = made.get(path, headers={"Origin": origin})
        assert answer.headers.get("access-control-allow-origin") == (origin if may_read else None)
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/id/example/office", 303, "/doc/example/office"),
        ("/id/organisation/old-name", 301, "/id/organisation/example-foundation"),
        ("/id/organisation/moved", 303, "/doc/organisation/moved"),
        ("/id/organisation/divided", 303, "/doc/organisation/divided"),
        ("/id/example/period/beginning", 303, "/doc/example#facts"),
        ("/doc/example/period", 307, "/doc/example#facts"),
        ("/concept/role/member.ttl", 303, "/concept/role.ttl"),
        ("/concept", 303, "/concept/"),
    ],
)
def test_a_thing_leads_to_its_document_or_successor(each: TestClient, path: str, status: int, location: str) -> None:
    answer = each.get(path)
    assert (answer.status_code, str(answer.next_request.url).removeprefix("http://testserver")) == (status, location)


def test_the_page_of_what_moved_to_another_publisher_links_there(each: TestClient) -> None:
    page = each.get("/doc/organisation/moved", headers={"Accept": "text/html"}).text
    assert 'href="https://elsewhere.example/organisation/é"' in page


def test_what_was_said_of_a_merged_thing_is_still_told(each: TestClient) -> None:
    assert "isReplacedBy" in each.get("/doc/organisation/old-name.ttl").text


@pytest.mark.parametrize(
    "path", ["/id/example/secretariat", "/doc/example/secretariat", "/doc/example/secretariat.ttl"]
)
def test_what_was_withdrawn_is_gone(each: TestClient, path: str) -> None:
    answer = each.get(path)
    assert answer.status_code == 410 and "withdrawn" in answer.json()["detail"]
    assert "secretariat" not in answer.text
    (target,) = re.findall('<([^>]*)>; rel="describedby"', answer.headers["link"])
    assert DIGEST in each.get(str(answer.url.join(target))).text


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/id/organisation/exampel-foundation", "/doc/organisation/example-foundation"),
        ("/doc/organization/example-foundation", "/doc/organisation/example-foundation"),
        ("/doc/example/office1.ttl", "/doc/example/office"),
        ("/concept/role/membr", "/concept/role/member"),
    ],
)
def test_a_name_that_nothing_bears_is_told_with_those_near_it(each: TestClient, path: str, near: str) -> None:
    answer = each.get(path)
    assert answer.status_code == 404 and f"{near} " in answer.json()["detail"].replace("?", " ")


HOSTILE = (
    *("/doc/..%2F..%2Fworkspace.toml", "/dumps/..%2F..%2F..%2Fetc%2Fpasswd", "/release/2026.11/..%2F2026.12/ns.ttl"),
    *("/release/..%2Fworkspace/workspace.toml", "/dumps/%2Fetc%2Fpasswd", "/doc/a%00b", "/doc/a%0D%0AX-A:b", "/id/"),
    *("/release/https:evil.example", "/release/%2F%2Fevil.example%2F", "/doc/<script>alert(1)</script>", "/doc/%FF"),
    *("/ns/../../x", "/ns.exe", "/ns/1/2", f"/doc/{'a' * 5000}", f"/doc/{'a/' * 3000}", "/sitemap-99.xml", "/doc/con"),
)


def test_names_of_nothing_lead_nowhere(each: TestClient) -> None:
    for path in HOSTILE:
        answer = each.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 404 and "<script>" not in answer.text and "/tmp" not in answer.text, path


STRANGE = "strange.example"
ASKED = "joined_since{}?coalition=example&since=2024-01"


ADDRESSES = [
    *("/", "/query/", f"/query/{ASKED.format('')}", f"/query/{ASKED.format('.csv')}", "/query/none"),
    *("/openapi.json", "/sparql?accept=text/html", "/sparql?query=ASK%7B%7D", "/sparql?query=x", "/none"),
    *("/graph-store?default", "/doc/example", "/id/example", "/id/organisation/old-name", "/concept"),
    *("/ns", "/ns/", "/ns/0.2.0", "/catalog", "/health", "/query", "/style.css"),
    *("/release/2026.12", "/release/current/doc/example", "/dumps", "/dumps/all.nq.gz"),
]


def test_no_answer_names_the_host_of_a_request(each: TestClient) -> None:
    for path, accept in zip(ADDRESSES, cycle(["text/html", "text/turtle", "text/csv, */*"])):
        answer = each.get(path, headers={"Host": STRANGE, "Accept": accept})
        assert STRANGE not in answer.text, path
        assert [name for name, value in answer.headers.items() if STRANGE in value] == [], path


def test_nothing_can_be_written(made: TestClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = made.request(method, "/doc/example")
        assert answer.status_code == 405 and "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/doc/FIRST", "first"),
        ("/doc/First.ttl", "first.ttl"),
        ("/doc/Estonia.html", "government/ee.html"),
        ("/doc/First/Group", "../first/group"),
        ("/id/Estonia", "government/ee"),
    ],
)
def test_another_name_of_a_thing_leads_to_its_slug(client: httpx2.Client, path: str, location: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, location)
    assert client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("asked", "exact"), [("May+2015", "2015-05"), ("2015-5-4", "2015-05-04"), ("spring+2014", "2014-03%2F2014-05")]
)
def test_dates_lead_to_the_address_with_their_exact_form(client: httpx2.Client, asked: str, exact: str) -> None:
    for path in ("first.html", "first"):
        answer = client.get(f"/doc/{path}?as_of={asked}", headers={"Accept": "text/html"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (307, f"{path}?as_of={exact}")
    assert client.get(f"/doc/first.html?as_of={asked}", follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/changes/", 200, "text/html"),
        ("/changes/index.html", 200, "text/html"),
        ("/changes/feed.atom", 200, "application/atom+xml"),
        ("/changes", 303, ""),
        ("/changes/1066.html", 404, "application/problem+json"),
        ("/picture/example.png", 200, "image/png"),
        ("/picture/_release.png", 200, "image/png"),
        ("/picture/nobody.png", 404, "application/problem+json"),
        ("/picture/example.svg", 404, "application/problem+json"),
    ],
)
def test_changes_and_pictures_lie_beside_the_pages(each: TestClient, path: str, status: int, kind: str) -> None:
    answer = each.get(path)
    assert answer.status_code == status
    assert answer.headers.get("Content-Type", "").partition(";")[0] == kind


def test_without_the_day_of_the_data_queries_and_problems_have_pages(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    settings = root / "workspace.toml"
    settings.write_text(re.sub("(?m)^verified.*$", "", settings.read_text("utf-8")), "utf-8")
    with _client(Settings(str(root), processes=1)) as client:
        for path, status in (("/query/coalitions", 200), ("/nowhere", 404)):
            answer = client.get(path, headers={"Accept": "text/html"})
            assert (answer.status_code, "<h1" in answer.text) == (status, True), path
