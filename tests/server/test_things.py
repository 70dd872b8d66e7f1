"""Things, documents and files over HTTP: from a release, and made as they are asked for."""

from __future__ import annotations

import asyncio
import csv
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate, parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx2
import pytest
import rdflib
from rdflib.compare import to_isomorphic
from starlette.testclient import TestClient

from foc_graph.server.app import application
from foc_graph.server.negotiation import DOCUMENTS, choose
from foc_graph.server.snapshot import Settings
from foc_graph.site.addresses import ENDINGS, SERVED
from foc_graph.workspace.releases import Releases
from tests.support import ROOT
from tests.support.foc_server import FocServer
from tests.support.releases import BASE, DIGEST, Out, releases_of_a_vocabulary, two_releases
from tests.support.workspaces import new_workspace

APART = (None, "application/rdf+xml", "application/n-triples", "application/xml")
"""What a server answers otherwise than files can: nothing that fits, and formats that it has of everything."""

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
def out(tmp_path_factory: pytest.TempPathFactory) -> Out:
    return two_releases(tmp_path_factory.mktemp("things"))


@pytest.fixture(scope="module")
def released(out: Out) -> Iterator[TestClient]:
    """A client of an application that serves the releases."""
    with _client(Settings(str(out.workspace), release_dir=str(out.folder), processes=1)) as client:
        yield client


@pytest.fixture(scope="module")
def made(out: Out) -> Iterator[TestClient]:
    """A client of an application that serves the workspace."""
    with _client(Settings(str(out.workspace), processes=1)) as client:
        yield client


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of an application that serves releases with different vocabularies."""
    found = releases_of_a_vocabulary(tmp_path_factory.mktemp("versions"))
    with _client(Settings(str(found.workspace), release_dir=str(found.folder), processes=1)) as client:
        yield client


@pytest.fixture(params=["released", "made"])
def client(request: pytest.FixtureRequest) -> TestClient:
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


def test_pages_are_those_of_the_release(request: pytest.FixtureRequest, client: TestClient, out: Out) -> None:
    """Those with charts are made by the server in both cases, all others where no release is served."""
    paths = [path for path in out.release.manifest["files"] if PAGES.fullmatch(path)]
    paths = [path for path in paths if path.startswith("doc/example")] + paths[::7]
    assert len(paths) > 15
    is_made = request.node.callspec.params["client"] == "made"
    # where no release is served there are pages of all that is shared with others, and links to them
    paths = [path for path in paths if not (is_made and path.startswith(("concept/", "graph/")))]
    drawn = {path.split("/", 1)[1].rsplit("/", 1)[0] for path in out.release.manifest["files"] if path[:5] == "plot/"}
    assert "example" in drawn
    for path in paths:
        answer = client.get(f"/{path}")
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
def test_a_document_names_its_other_formats(client: TestClient, accept: str, ending: str, kind: str) -> None:
    answer = client.get("/doc/example", headers={"Accept": accept})
    assert answer.headers["content-type"] == kind and "Accept" in answer.headers["vary"].split(", ")
    assert answer.headers["content-location"] == f"example.{ending}"
    links = answer.headers["link"].split(", ")
    assert f'<{BASE}doc/example>; rel="canonical"' in links
    assert {link.partition(">")[0] for link in links if 'rel="alternate"' in link} == {
        f"<example.{other}" for other in SERVED if other != ending
    }
    direct = client.get(f"/doc/example.{ending}", headers={"Accept": "text/html"})
    assert (direct.content, direct.headers["content-type"]) == (answer.content, kind)


@pytest.mark.parametrize("accept", ["application/rdf+xml", OWL_API, "application/xml"])
@pytest.mark.parametrize(
    "path",
    [
        "/ns",
        "/concept/role",
        "/concept/role/member",
        "/doc/example",
        "/doc/organisation/example-foundation",
    ],
)
def test_everything_is_rdf_xml_for_editors_of_ontologies(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/rdf+xml")
    assert client.get(f"{path}.rdf", follow_redirects=True).content == answer.content
    turtle = client.get(path, headers={"Accept": "text/turtle"}).text
    again, expected = (
        to_isomorphic(rdflib.Graph().parse(data=text, format=format))
        for text, format in ((answer.text, "xml"), (re.sub('"@und', '"', turtle), "turtle"))
    )
    assert again == expected and len(again) > 0


@pytest.mark.parametrize("ending", ["ttl", "jsonld", "rdf"])
@pytest.mark.parametrize(("path", "told"), [("shapes/Body", "shapes/index"), ("graph/ontology", "graph/index")])
def test_shapes_and_graphs_are_described_together(made: TestClient, path: str, told: str, ending: str) -> None:
    answer = made.get(f"/{path}", headers={"Accept": DATA[ending]})
    assert answer.status_code == 200 and answer.headers["content-location"] == f"index.{ending}"
    assert answer.content == made.get(f"/{told}.{ending}").content


@pytest.mark.parametrize("accept", ["application/n-quads", "image/png", "text/html;q=0"])
@pytest.mark.parametrize("path", ["/ns", "/doc/example", "/concept/role", "/doc/organisation/example-foundation", "/"])
def test_what_no_document_is_in_is_not_acceptable(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 406
    assert "text/html" in answer.json()["detail"]


def test_a_shared_concept_has_its_canonical_address_below_the_shared_base(client: TestClient) -> None:
    links = client.get("/concept/role/member").headers["link"]
    assert '<https://w3id.org/coalition/concept/role/member>; rel="canonical"' in links


def test_many_can_ask_at_once(foc_server: FocServer) -> None:
    paths = [f"/doc/government/{code}.{ending}" for code in ("ee", "fi", "lv", "lt") for ending in ENDINGS]

    def ask(path: str) -> bytes:
        return foc_server.client.get(path).raise_for_status().content

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(ask, paths))
    assert together == list(map(ask, paths)) and len(set(together)) == len(paths)


def test_claims_that_were_published_as_things_of_their_own_still_answer(foc_server: FocServer) -> None:
    """Claims had pages until they became lines of tables: their addresses lead to the page of their thing."""
    client = foc_server.client
    paths = (ROOT / "tests" / "server" / "published_claims.txt").read_text("utf-8").split()
    answers = {path: client.get(f"/{path}") for path in paths}
    assert {answer.status_code for answer in answers.values()} == {303}
    leads = {path: answer.headers["location"] for path, answer in answers.items()}
    assert leads["id/foc/wg1/claim/begin-1"].endswith("/doc/foc/wg1#sources")
    pages = {urljoin(f"/{path}", lead).partition("#")[0] for path, lead in leads.items()}
    assert {client.head(page).status_code for page in pages} == {200}


@pytest.mark.parametrize("path", ["/doc/example", "/ns", "/shapes/index.ttl", "/style.css", "/", "/concept/"])
def test_what_a_client_has_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "Accept" in again.headers["vary"].split(", ")
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)


def test_each_format_has_a_tag_of_its_own(client: TestClient) -> None:
    accepted = ("text/html", "text/turtle", "application/ld+json")
    tags = {client.get("/doc/example", headers={"Accept": accept}).headers["etag"] for accept in accepted}
    assert len(tags) == len(accepted)


def test_pages_run_no_scripts_but_those_of_the_server(client: TestClient) -> None:
    headers = client.get("/doc/example.html").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/id/example", "/doc/example.jsonld", "/doc/none", "/health", "/downloads"])
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
    client: TestClient, path: str, origin: str, may_read: bool
) -> None:
    answer = client.get(path, headers={"Origin": origin})
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
def test_a_thing_leads_to_its_document_or_successor(client: TestClient, path: str, status: int, location: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, str(answer.next_request.url).removeprefix("http://testserver")) == (status, location)


def test_the_page_of_what_moved_to_another_publisher_links_there(client: TestClient) -> None:
    page = client.get("/doc/organisation/moved", headers={"Accept": "text/html"}).text
    assert 'href="https://elsewhere.example/organisation/é"' in page


def test_what_was_said_of_a_merged_thing_is_still_told(client: TestClient) -> None:
    assert "isReplacedBy" in client.get("/doc/organisation/old-name.ttl").text


@pytest.mark.parametrize(
    "path", ["/id/example/secretariat", "/doc/example/secretariat", "/doc/example/secretariat.ttl"]
)
def test_what_was_withdrawn_is_gone(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 410 and "withdrawn" in answer.json()["detail"]
    assert "secretariat" not in answer.text
    (target,) = re.findall('<([^>]*)>; rel="describedby"', answer.headers["link"])
    assert DIGEST in client.get(str(answer.url.join(target))).text


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/id/organisation/exampel-foundation", "/doc/organisation/example-foundation"),
        ("/doc/organization/example-foundation", "/doc/organisation/example-foundation"),
        ("/doc/example/office1.ttl", "/doc/example/office"),
        ("/concept/role/membr", "/concept/role/member"),
    ],
)
def test_a_name_that_nothing_bears_is_told_with_those_near_it(client: TestClient, path: str, near: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and f"{near} " in answer.json()["detail"].replace("?", " ")


HOSTILE = (
    *("/doc/..%2F..%2Fworkspace.toml", "/dumps/..%2F..%2F..%2Fetc%2Fpasswd", "/release/2026.11/..%2F2026.12/ns.ttl"),
    *("/release/..%2Fworkspace/workspace.toml", "/dumps/%2Fetc%2Fpasswd", "/doc/a%00b", "/doc/a%0D%0AX-A:b", "/id/"),
    *("/release/https:evil.example", "/release/%2F%2Fevil.example%2F", "/doc/<script>alert(1)</script>", "/doc/%FF"),
    *("/ns/../../x", "/ns.exe", "/ns/1/2", f"/doc/{'a' * 5000}", f"/doc/{'a/' * 3000}", "/sitemap-99.xml", "/doc/con"),
)


@pytest.mark.parametrize("path", HOSTILE)
def test_names_of_nothing_lead_nowhere(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404 and "<script>" not in answer.text and "/tmp" not in answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/dumps/example.ttl.gz", "application/gzip"),
        ("/tables/members.csv", "text/csv; charset=utf-8"),
        ("/catalog.ttl", "text/turtle; charset=utf-8"),
        ("/.well-known/void", "text/turtle; charset=utf-8"),
        ("/CHANGES.md", "text/markdown; charset=utf-8"),
        ("/SHA256SUMS", "text/plain; charset=utf-8"),
        ("/manifest.json", "application/json"),
        ("/sitemap-1.xml", "application/xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
def test_files_of_the_release_are_served(released: TestClient, out: Out, path: str, kind: str) -> None:
    for start in ("", "/release/current", "/release/2026.12"):
        answer = released.get(f"{start}{path}")
        assert answer.status_code == 200 and answer.headers["content-type"] == kind
        assert answer.content == (out.release.path / path[1:]).read_bytes()
        assert answer.headers["cache-control"] == "no-cache"
        again = released.get(f"{start}{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


def test_every_file_of_the_release_has_its_address(released: TestClient, out: Out) -> None:
    names = [name for name in out.release.manifest["files"] if not PAGES.fullmatch(name)]
    assert {name for name in names if released.head(f"/release/2026.12/{name}").status_code != 200} == set()
    top = [name for name in names if not name.startswith(("query/", "doc/", ".htaccess"))]
    assert {name for name in top if released.head(f"/{name}").status_code != 200} == set()


def test_a_part_of_a_dump_can_be_fetched(released: TestClient, out: Out) -> None:
    whole = (out.release.path / "dumps" / "all.nq.gz").read_bytes()
    tag = released.head("/dumps/all.nq.gz").headers["etag"]
    assert tag.startswith('"') and tag.strip('"') in out.release.manifest["files"]["dumps/all.nq.gz"]["sha256"]
    part = released.get("/dumps/all.nq.gz", headers={"Range": "bytes=100-199", "If-Range": tag})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    other = released.get("/dumps/all.nq.gz", headers={"Range": "bytes=100-199", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole)
    two = released.get("/dumps/all.nq.gz", headers={"Range": "bytes=0-9,20-29"})
    assert two.status_code == 206 and two.headers["content-type"].startswith("multipart/byteranges")


def http_date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


@pytest.mark.parametrize("path", ["/dumps/all.nq.gz", "/SHA256SUMS", "/release/2026.11/tables/members.csv"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_that_has_not_changed_since_a_date_is_not_sent_again(
    released: TestClient, path: str, method: str
) -> None:
    """RFC 9110, section 13.1.3; the date may have any of the forms of section 5.6.7."""
    first = released.head(path).headers
    date = parsedate_to_datetime(first["last-modified"])
    for text in (
        first["last-modified"],
        f"{date:%A, %d-%b-%y %H:%M:%S} GMT",
        f"{date:%a %b} {date.day:2} {date:%H:%M:%S %Y}",
        http_date(date.timestamp() + 86400),
    ):
        again = released.request(method, path, headers={"If-Modified-Since": text, "Range": "bytes=0-9"})
        assert (again.status_code, again.content) == (304, b"")
        assert {name: again.headers[name] for name in KEPT} == {name: first[name] for name in KEPT}
        assert not {"content-type", "content-length", "content-range"} & again.headers.keys()
    assert released.request(method, path, headers={"If-Modified-Since": http_date(date.timestamp() - 1)}).is_success


KEPT = ("etag", "vary", "cache-control")
"""Headers of an answer that 304 repeats (RFC 9110, section 15.4.5)."""


@pytest.mark.parametrize(
    "given",
    [
        *[[("If-Modified-Since", text)] for text in ("", "yesterday", "2126-11-26", "4200000000", "Fri, 31 Feb 2126")],
        [("If-Modified-Since", "Tue, 26 Nov 2126 00:00:00 +0000")],
        [("If-Modified-Since", "Tue, 31 Feb 2126 00:00:00 GMT")],
        [("If-Modified-Since", "Tue, 26 Nov 99999 00:00:00 GMT")],
        [("If-Modified-Since", "Tue, 26 Nov 2126 00:00:00 GMT")] * 2,
        [("If-Modified-Since", "Tue, 26 Nov 2126 00:00:00 GMT, Tue, 26 Nov 2126 00:00:00 GMT")],
        [("If-Modified-Since", "Tue, 26 Nov 2126 00:00:00 GMT"), ("If-None-Match", '"other"')],
        [("If-Modified-Since", "Tue, 26 Nov 2126 00:00:00 GMT"), ("If-None-Match", "")],
    ],
)
def test_dates_that_cannot_be_read_and_those_beside_a_tag_are_ignored(
    released: TestClient, given: list[tuple[str, str]]
) -> None:
    answer = released.get("/dumps/all.nq.gz", headers=given)
    assert answer.status_code == 200 and "last-modified" in answer.headers


def test_a_tag_counts_before_a_date(released: TestClient) -> None:
    headers = {"If-None-Match": released.head("/dumps/all.nq.gz").headers["etag"], "If-Modified-Since": http_date(0)}
    assert released.get("/dumps/all.nq.gz", headers=headers).status_code == 304


def test_what_has_no_date_is_sent_whatever_the_date(released: TestClient) -> None:
    answer = released.get("/style.css", headers={"If-Modified-Since": "Tue, 26 Nov 2126 00:00:00 GMT"})
    assert answer.status_code == 200 and "last-modified" not in answer.headers


def test_after_a_rollback_a_file_counts_as_modified(out: Out, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(out.folder, folder, symlinks=True)
    Releases(folder).roll_back()
    before, after = (folder / "2026.12" / "dumps" / "all.nq.gz").stat().st_mtime, 4_000_000_000
    os.utime(folder / "current", (after, after), follow_symlinks=False)
    known = {"If-Modified-Since": http_date(before)}
    with _client(Settings(str(out.workspace), release_dir=str(folder), processes=1)) as client:
        answer = client.get("/dumps/all.nq.gz", headers=known)
        assert (answer.status_code, answer.headers["last-modified"]) == (200, http_date(after))
        assert answer.content == (folder / "2026.11" / "dumps" / "all.nq.gz").read_bytes()
        assert client.get("/release/2026.12/dumps/all.nq.gz", headers=known).status_code == 304


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize(
    ("part", "status", "words"),
    [
        ("bytes=999999999-", 416, "the range is outside the file, which has {size} bytes"),
        ("bytes=-0", 416, "the range is outside the file"),
        ("bytes=9-1", 400, "write it like `bytes=0-499`"),
        ("bytes=x-y", 400, "the Range header is malformed"),
        ("bytes=", 400, "the Range header is malformed"),
    ],
)
def test_a_part_that_there_is_not_is_a_problem(
    released: TestClient, accept: str, part: str, status: int, words: str
) -> None:
    size = released.head("/dumps/all.nq.gz").headers["content-length"]
    answer = released.get("/dumps/all.nq.gz", headers={"Range": part, "Accept": accept})
    assert answer.status_code == status and answer.headers["cache-control"] == "no-store"
    assert answer.headers.get("content-range") == (f"bytes */{size}" if status == 416 else None)
    if accept == "text/html":
        assert answer.headers["content-type"].startswith("text/html") and words.format(size=size) in answer.text
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status and words.format(size=size) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "part"), [("GET", "lines=1-2"), ("GET", "bytes"), ("HEAD", "bytes=0-9"), ("HEAD", "x")]
)
def test_what_asks_for_no_part_gets_the_whole(released: TestClient, method: str, part: str) -> None:
    whole = released.request(method, "/dumps/all.nq.gz")
    answer = released.request(method, "/dumps/all.nq.gz", headers={"Range": part})
    assert (answer.status_code, answer.content) == (200, whole.content)
    assert answer.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    "path", ["/dumps/all.nq.gz", "/dumps/example.ttl.gz", "/SHA256SUMS", "/release/2026.11/dumps/all.nq.gz"]
)
def test_what_is_sent_in_parts_is_not_compressed(released: TestClient, path: str) -> None:
    tag = released.head(path).headers["etag"]
    assert tag.startswith('"')
    for status, headers in ((200, {}), (206, {"Range": "bytes=0-9"}), (304, {"If-None-Match": tag})):
        answer = released.get(path, headers={"Accept-Encoding": "gzip", **headers})
        assert (answer.status_code, answer.headers["etag"]) == (status, tag)
        assert "content-encoding" not in answer.headers
        assert "Accept-Encoding" not in answer.headers["vary"]


STRANGE = "strange.example"
ASKED = "joined_since{}?coalition=example&since=2024-01"


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "text/csv, */*"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/query/", f"/query/{ASKED.format('')}", f"/query/{ASKED.format('.csv')}", "/query/none"),
        *("/openapi.json", "/sparql?accept=text/html", "/sparql?query=ASK%7B%7D", "/sparql?query=x", "/none"),
        *("/graph-store?default", "/doc/example", "/id/example", "/id/organisation/old-name", "/concept"),
        *("/ns", "/ns/", "/ns/0.2.0", "/catalog", "/health", "/query", "/style.css"),
        *("/release/2026.12", "/release/current/doc/example", "/dumps", "/dumps/all.nq.gz"),
    ],
)
def test_no_answer_names_the_host_of_a_request(client: TestClient, path: str, accept: str) -> None:
    for method in ("GET", "HEAD"):
        answer = client.request(method, path, headers={"Host": STRANGE, "Accept": accept})
        assert STRANGE not in answer.text
        assert [name for name, value in answer.headers.items() if STRANGE in value] == []


def test_what_a_paper_cites_leads_to_the_answer(released: TestClient) -> None:
    """Below the base, that is, by way of the redirects of the release."""
    page = released.get(f"/query/{ASKED.format('')}", headers={"Accept": "text/html"})
    (cited,) = re.findall(f">({re.escape(BASE)}query/[^<]*)</a>", page.text)
    path, _, parameters = unescape(cited).removeprefix(BASE).partition("?")
    target = released.get(f"/release/current/{path}.html?{parameters}")
    assert (target.status_code, target.next_request.url.path) == (303, f"/{path}")
    answer = released.get(str(target.next_request.url), headers={"Accept": "text/html"})
    assert f'name="release" value="{parameters.rpartition("=")[2]}"' in answer.text
    table = re.compile("<table[^>]*>.*?</table>", re.DOTALL)
    assert table.findall(answer.text.replace("/release/2026.12/", "/"))[0] == table.findall(page.text)[0]


def test_earlier_releases_are_served_as_they_were(released: TestClient, out: Out) -> None:
    earlier = out.folder / "2026.11"
    for accept, ending in (("", "html"), ("text/turtle", "ttl")):
        answer = released.get("/release/2026.11/doc/example/secretariat", headers={"Accept": accept})
        assert answer.content == (earlier / f"doc/example/secretariat.{ending}").read_bytes()
    page = released.get("/release/2026.11", follow_redirects=True)
    assert page.url.path == "/release/2026.11/" and page.content == (earlier / "index.html").read_bytes()
    missing = released.get("/release/2025.01/dumps/all.nq.gz")
    assert missing.status_code == 404 and "there are 2026.11, 2026.12" in missing.json()["detail"]


def test_the_catalogue_is_what_machines_get_at_the_root(released: TestClient, out: Out) -> None:
    for path in ("/", "/catalog", "/catalogue", "/dataset"):
        for accept, name in (("text/html", "index.html"), ("text/turtle", "catalog.ttl"), ("*/*", "index.html")):
            answer = released.get(path, headers={"Accept": accept})
            assert answer.headers["content-location"] == name
            if name == "index.html":
                assert "data-live" in answer.text and "release 2026.12" in answer.text
            else:
                assert answer.content == (out.release.path / name).read_bytes()


@pytest.mark.parametrize("path", ["/dumps", "/dumps/"])
def test_a_folder_leads_to_the_list_of_downloads(released: TestClient, path: str) -> None:
    answer = released.get(path, follow_redirects=True)
    assert answer.status_code == 200 and 'id="dumps"' in answer.text and answer.url.path == "/downloads.html"


def test_without_a_release_there_is_a_front_page_and_no_file(made: TestClient) -> None:
    page = made.get("/", headers={"Accept": "text/turtle, */*;q=0.1"})
    assert made.get("/", headers={"Accept": "text/turtle"}).status_code == 406
    assert page.headers["content-type"].startswith("text/html")
    assert "manifest.json" not in page.text and "dumps/" not in page.text
    for path in ("/dumps/all.nq.gz", "/manifest.json", "/release/2026.12/ns.ttl", "/release/current/", "/catalog.ttl"):
        answer = made.get(path)
        assert answer.status_code == 404 and re.search("none is served here|where a release is", answer.text), path
    robots = made.get("/robots.txt").text
    assert "Disallow: /*doc/person/" in robots and "Disallow: /*plot/person/*.svg$" in robots


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: TestClient, method: str) -> None:
    answer = client.request(method, "/doc/example")
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
def test_another_name_of_a_thing_leads_to_its_slug(small_client: httpx2.Client, path: str, location: str) -> None:
    answer = small_client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, location)
    assert small_client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("asked", "exact"), [("May+2015", "2015-05"), ("2015-5-4", "2015-05-04"), ("spring+2014", "2014-03%2F2014-05")]
)
def test_dates_lead_to_the_address_with_their_exact_form(small_client: httpx2.Client, asked: str, exact: str) -> None:
    for path in ("first.html", "first"):
        answer = small_client.get(f"/doc/{path}?as_of={asked}", headers={"Accept": "text/html"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (307, f"{path}?as_of={exact}")
    assert small_client.get(f"/doc/first.html?as_of={asked}", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("path", ["/dumps/all.nq.gz", "/doc/example.ttl", "/query/members.csv?coalition=example"])
def test_a_reader_of_an_answer_keeps_no_replaced_state_open(out: Out, path: str) -> None:
    """The sandbox of the state is closed while the client has taken nothing of the answer yet."""

    async def check() -> list[int]:
        app = application(Settings(str(out.workspace), release_dir=str(out.folder), processes=1))
        is_sent, is_taken = asyncio.Event(), asyncio.Event()
        statuses = []

        async def receive() -> dict[str, object]:
            await is_taken.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            else:
                is_sent.set()
                await is_taken.wait()

        name, _, query = path.partition("?")
        scope = {"type": "http", "method": "GET", "path": name, "raw_path": name.encode(), "http_version": "1.1"}
        scope |= {"query_string": query.encode(), "headers": [(b"host", b"localhost")], "client": None, "state": {}}
        async with app.router.lifespan_context(app):
            closing = asyncio.Event()
            state = app.state.served
            close = state.sandbox.close

            async def closed() -> None:
                await close()
                closing.set()

            state.sandbox.close = closed
            answering = asyncio.create_task(app(scope, receive, send))
            await is_sent.wait()
            await state.end()
            await asyncio.wait_for(closing.wait(), SECONDS)
            is_taken.set()
            await answering
        return statuses

    assert asyncio.run(check()) == [200]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/doc/example.bib", ("title = {{Example Coalition}}", f"url = {{{BASE}id/example}}", "release 2026.12")),
        ("/doc/example.ris", ("TI  - Example Coalition", f"UR  - {BASE}id/example", "ET  - 2026.12")),
        ("/concept/role/chair.csl.json", ('"title": "chair"', "/concept/role/chair")),
        ("/index.bib", (f"url = {{{BASE}release/2026.12/}}", "release 2026.12")),
        ("/index.csl.json", ('"type": "dataset"',)),
    ],
)
def test_pages_and_the_release_are_cited_in_files(released: TestClient, path: str, words: Sequence[str]) -> None:
    answer = released.get(path)
    assert answer.status_code == 200
    for one in words:
        assert one in answer.text


def test_a_citation_is_not_indexed_and_no_page(released: TestClient) -> None:
    for ending in ("bib", "ris", "csl.json"):
        assert released.get(f"/doc/example.{ending}").headers["X-Robots-Tag"] == "noindex"
        assert f".{ending}$" in released.get("/robots.txt").text
        page = released.get(f"/doc/example?as_of={ending}", headers={"Accept": "text/html"})
        assert (page.status_code, "<h1>Example Coalition</h1>" in page.text) == (400, True)
    renamed = released.get("/doc/EXAMPLE.bib")
    assert (renamed.status_code, renamed.headers["Location"]) == (307, "example.bib")


def test_a_page_of_another_date_is_cited_with_it(released: TestClient) -> None:
    page = released.get("/doc/example?as_of=2024-06-01", headers={"Accept": "text/html"}).text
    assert f"{BASE}doc/example?as_of=2024-06-01" in page and "example.bib" not in page


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
def test_changes_and_pictures_lie_beside_the_pages(client: TestClient, path: str, status: int, kind: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers.get("Content-Type", "").partition(";")[0] == kind


@pytest.mark.parametrize("path", ["/doc/nobody.bib", "/doc/nobody.csl.json", "/concept/index.ris"])
def test_what_is_no_page_is_not_cited(released: TestClient, path: str) -> None:
    assert released.get(path).status_code == 404


def test_without_the_day_of_the_data_queries_and_problems_have_pages(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    settings = root / "workspace.toml"
    settings.write_text(re.sub("(?m)^verified.*$", "", settings.read_text("utf-8")), "utf-8")
    with _client(Settings(str(root), processes=1)) as client:
        for path, status in (("/query/coalitions", 200), ("/nowhere", 404)):
            answer = client.get(path, headers={"Accept": "text/html"})
            assert (answer.status_code, "<h1" in answer.text) == (status, True), path


def test_without_a_release_there_is_none_to_cite(made: TestClient) -> None:
    answer = made.get("/index.bib")
    assert (answer.status_code, "cite a release, or a page" in answer.text) == (404, True)
