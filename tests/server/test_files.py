"""Files of releases over HTTP: as they were published, whole or in parts, with tags and dates; earlier releases."""

import asyncio
import gzip
import os
import re
import shutil
from collections.abc import Sequence
from email.utils import formatdate, parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.releases import Releases
from tests.support.foc_server import ServerHere
from tests.support.http import SECONDS, problem
from tests.support.releases import BASE, Out, copy_releases
from tests.support.shared import write_anew

DUMP = "/dumps/all.nq.gz"
PAGES = re.compile(r"(doc|concept|shapes|graph)/.*|ns\..*|style\.css")


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
    top = [name for name in names if not name.startswith(("query/", "doc/", ".htaccess", "questions.json"))]
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


UNPACKED, PACKED = {"Accept-Encoding": "br, gzip;q=0"}, {"Accept-Encoding": "deflate, gzip;q=0.5"}


@pytest.mark.parametrize("path", ["/dumps/all.ttl", "/release/2026.12/dumps/all.ttl", "/release/current/dumps/all.nq"])
def test_the_tag_and_parts_of_a_dump_are_those_of_how_it_is_coded(released: TestClient, out: Out, path: str) -> None:
    name = path.rpartition("/")[2]
    packed = (out.release.path / "dumps" / f"{name}.gz").read_bytes()
    tags = [released.head(path, headers=asked).headers["etag"] for asked in (UNPACKED, PACKED)]
    assert len({*tags, released.head(f"{path}.gz").headers["etag"]}) == 3
    for asked, content, tag in zip((UNPACKED, PACKED), (gzip.decompress(packed), packed), tags, strict=True):
        has_parts = asked is UNPACKED and path.endswith("ttl")  # which lies there
        for known in tags:
            answer = released.get(path, headers={**asked, "If-None-Match": known})
            assert answer.status_code == (304 if known == tag else 200)
        headers = {**asked, "Range": "bytes=9-99", "If-Range": tag}
        with released.stream("GET", path, headers=headers) as answer:
            assert b"".join(answer.iter_raw()) == (content[9:100] if has_parts else content)
            assert (answer.status_code, answer.headers["accept-ranges"]) == (
                (206, "bytes") if has_parts else (200, "none")
            )


def test_nothing_is_unpacked_for_a_head(released: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gzip, "open", None)
    head = released.head("/dumps/all.nq", headers=UNPACKED)
    assert (head.status_code, head.headers["content-type"]) == (200, "application/n-quads")


def test_a_damaged_dump_is_a_problem_or_has_no_end(out: Out, tmp_path: Path) -> None:
    dumps = copy_releases(out.folder, tmp_path / "out", "2026.12") / "2026.12" / "dumps"
    write_anew(dumps / "all.nq.gz", (dumps / "all.nq.gz").read_bytes()[:-9])
    write_anew(dumps / "all.trig.gz", b"<https://example.org/a>")
    settings = Settings(str(out.workspace), release_dir=str(tmp_path / "out"), processes=1)
    with ServerHere(tmp_path, settings) as server:
        with pytest.raises(httpx2.RemoteProtocolError):
            server.client.get("/dumps/all.nq", headers=UNPACKED)
        assert "not as it was published" in problem(server.client.get("/dumps/all.trig", headers=UNPACKED), 503)
        assert "Traceback" not in server.log.read_text("utf-8")


def http_date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


def test_a_file_that_has_not_changed_since_a_date_is_not_sent_again(released: TestClient) -> None:
    """RFC 9110, section 13.1.3; the date may have any of the forms of section 5.6.7."""
    for path, method in ((DUMP, "GET"), ("/SHA256SUMS", "HEAD"), ("/release/2026.11/tables/members.csv", "GET")):
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
        before = {"If-Modified-Since": http_date(date.timestamp() - 1)}
        assert released.request(method, path, headers=before).status_code == 200


KEPT = ("etag", "vary", "cache-control")
"""Headers of an answer that 304 repeats (RFC 9110, section 15.4.5)."""

LATER = ("If-Modified-Since", "Tue, 26 Nov 2126 00:00:00 GMT")


@pytest.mark.parametrize(
    "given",
    [
        [("If-Modified-Since", "Tue, 31 Feb 2126 00:00:00 GMT")],
        [("If-Modified-Since", "2126-11-26")],
        [LATER, LATER],
        [LATER, ("If-None-Match", '"other"')],
    ],
    ids=["no such day", "another form", "two dates", "a tag"],
)
def test_dates_that_cannot_be_read_and_those_beside_a_tag_are_ignored(
    released: TestClient, given: list[tuple[str, str]]
) -> None:
    answer = released.get(DUMP, headers=given)
    assert answer.status_code == 200 and "last-modified" in answer.headers


def test_a_tag_counts_before_a_date_and_a_file_without_a_date_is_always_sent(released: TestClient) -> None:
    headers = {"If-None-Match": released.head(DUMP).headers["etag"], "If-Modified-Since": http_date(0)}
    assert released.get(DUMP, headers=headers).status_code == 304
    answer = released.get("/style.css", headers=dict([LATER]))
    assert answer.status_code == 200 and "last-modified" not in answer.headers


def test_after_a_rollback_a_file_counts_as_modified(out: Out, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(out.folder, folder, symlinks=True)
    Releases(folder).roll_back()
    before, after = (folder / "2026.12" / "dumps" / "all.nq.gz").stat().st_mtime, 4_000_000_000
    os.utime(folder / "current", (after, after), follow_symlinks=False)
    known = {"If-Modified-Since": http_date(before)}
    with TestClient(application(Settings(str(out.workspace), release_dir=str(folder), processes=1))) as client:
        answer = client.get("/dumps/all.nq.gz", headers=known)
        assert (answer.status_code, answer.headers["last-modified"]) == (200, http_date(after))
        assert answer.content == (folder / "2026.11" / "dumps" / "all.nq.gz").read_bytes()
        assert client.get("/release/2026.12/dumps/all.nq.gz", headers=known).status_code == 304


@pytest.mark.parametrize(
    ("part", "status", "words"),
    [
        ("bytes=999999999-", 416, "the range is outside the file, which has {size} bytes"),
        ("bytes=9-1", 400, "write it like `bytes=0-499`"),
        ("bytes=x-y", 400, "the Range header is malformed"),
    ],
)
def test_a_part_that_is_not_there_is_a_problem(released: TestClient, part: str, status: int, words: str) -> None:
    size = released.head(DUMP).headers["content-length"]
    for accept in ("*/*", "text/html"):
        answer = released.get(DUMP, headers={"Range": part, "Accept": accept})
        assert answer.status_code == status and answer.headers["cache-control"] == "no-store"
        assert answer.headers.get("content-range") == (f"bytes */{size}" if status == 416 else None)
        kind = "text/html" if accept == "text/html" else "application/problem+json"
        assert answer.headers["content-type"].startswith(kind) and words.format(size=size) in answer.text


def test_a_request_for_no_part_gets_the_whole(released: TestClient) -> None:
    for method, part in (("GET", "lines=1-2"), ("HEAD", "bytes=0-9")):
        whole = released.request(method, DUMP)
        answer = released.request(method, DUMP, headers={"Range": part})
        assert (answer.status_code, answer.content) == (200, whole.content)
        assert answer.headers["content-length"] == whole.headers["content-length"]


def test_a_file_that_is_sent_in_parts_is_not_compressed(released: TestClient) -> None:
    for path in (DUMP, "/SHA256SUMS", f"/release/2026.11{DUMP}"):
        tag = released.head(path).headers["etag"]
        assert tag.startswith('"')
        for status, headers in ((200, {}), (206, {"Range": "bytes=0-9"}), (304, {"If-None-Match": tag})):
            answer = released.get(path, headers={"Accept-Encoding": "gzip", **headers})
            assert (answer.status_code, answer.headers["etag"]) == (status, tag)
            assert "content-encoding" not in answer.headers
            assert "Accept-Encoding" not in answer.headers["vary"]


ASKED = "joined_since{}?coalition=example&since=2024-01"


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


@pytest.mark.parametrize(
    "path", ["/dumps/all.nq.gz", "/dumps/all.nq", "/doc/example.ttl", "/query/members.csv?coalition=example"]
)
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
                assert len(message["body"]) <= 2**16
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
        ("/concept/role/member.csl.json", ('"title": "member"', "/concept/role/member")),
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


@pytest.mark.parametrize("path", ["/doc/nobody.bib", "/doc/nobody.csl.json", "/concept/index.ris"])
def test_what_is_no_page_is_not_cited(released: TestClient, path: str) -> None:
    assert released.get(path).status_code == 404


def test_without_a_release_there_is_none_to_cite(made: TestClient) -> None:
    answer = made.get("/index.bib")
    assert (answer.status_code, "cite a release, or a page" in answer.text) == (404, True)
