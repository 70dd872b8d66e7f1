"""Harm hidden in a query, a request or a parameter: it leads nowhere else, and is not run on a page."""

import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.support.foc_server import FocServer
from tests.support.hostile_requests import LEAKS, ask
from tests.support.html import Reader
from tests.support.http import exchange, until


@pytest.fixture(scope="module")
def port(small_server: FocServer) -> int:
    return urlsplit(small_server.url).port or 0


SERVICE = "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"
SPELLINGS = [
    f"SELECT * {{ \\u0053{SERVICE[1:]} }}",
    f"select * {{ {SERVICE.lower()} }}",
    *(f"SELECT * {{ #{end}{SERVICE} }}" for end in ("\r", "\n", "\u2028\n", "\u0085\n")),
    f"SELECT * {{\x0b{SERVICE}\x0c}}",
    "SELECT * { ?s ?p ?e SERVICE ?e { ?a ?b ?c } }",
    f"SELECT * {{ {SERVICE.replace('SERVICE', 'SERVICE SILENT')} }}",
    *(f"SELECT * {{ {letter}{SERVICE[1:]} }}" for letter in ("\u017f", "\uff33")),
    f"SELECT * {{ BIND('''\\'''' AS ?x) {SERVICE} }}",
    f"SELECT * {{ ?s <http://x/'> ?o . {SERVICE} }}",
    f"SELECT * {{ FILTER(1=1{SERVICE}) }}",
    *(f"SELECT * {{ ?s ?p 'x'@en{space}{SERVICE} }}" for space in ("", " ")),
    f"SELECT * {{ ?s a{SERVICE} }}",
    "SELECT * FrOm <FiLe:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM <\\u0066ile:///etc/passwd> { ?s ?p ?o }",
    "PREFIX f: <file:///etc/> SELECT * FROM NAMED f:passwd { GRAPH ?g { ?s ?p ?o } }",
    "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
    f"SELECT * {{ ?s ?p 'x'@en--ltr{SERVICE} }}",
    f"SELECT * {{ << ?s ?p ?o >> ?q ?v . {SERVICE} }}",
    f"SELECT * {{ ?s ?p ?o {{| ?q ?v |}} {SERVICE} }}",
    f"SELECT * {{ ?s ?p <<( ?a ?b ?c )>> {SERVICE} }}",
    f'VERSION "1.2" SELECT * {{ {SERVICE} }}',
    "LOAD <file:///etc/passwd>",
    "SELECT * { } ; INSERT DATA { <a:b> <a:b> <a:b> }",
]


def test_no_spelling_of_a_query_leads_elsewhere(port: int) -> None:
    for query in SPELLINGS:
        status, answer = exchange(port, ask(query))
        assert status == 400, (query, answer[-500:])
        assert [leak for leak in LEAKS if leak in answer] == [], query


def sparql(*lines: str, body: bytes = b"") -> bytes:
    return "".join(f"{line}\r\n" for line in ("POST /sparql HTTP/1.1", "Host: localhost", *lines, "")).encode() + body


INNER = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
QUERY = "Content-Type: application/sparql-query"
SMUGGLED = {
    "a length and chunks": sparql("Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + INNER),
    "no coding": sparql("Transfer-Encoding: xchunked", "Content-Length: 6", QUERY, body=b"0\r\n\r\nX" + INNER),
    "a space before a colon": sparql("Transfer-Encoding : chunked", body=b"0\r\n\r\n" + INNER),
    "a folded header": sparql("Transfer-Encoding:", " chunked", body=b"0\r\n\r\n" + INNER),
    "a vertical tab": sparql("Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n" + INNER),
    "two codings": sparql("Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + INNER),
    "a length with a sign": sparql(QUERY, "Content-Length: +5", body=b"ASK{}" + INNER),
    "two lengths in one": sparql(QUERY, "Content-Length: 5,5", body=b"ASK{}" + INNER),
    "a negative length": sparql("Content-Length: -1", body=INNER),
    "a length beyond all numbers": sparql("Content-Length: 99999999999999999999", body=INNER),
    "a chunk beyond all numbers": sparql(
        QUERY, "Transfer-Encoding: chunked", body=b"F" * 17 + b"\r\nASK{}\r\n0\r\n\r\n"
    ),
    "an endless extension": sparql(QUERY, "Transfer-Encoding: chunked", body=b"5;" + b"a" * 2_200_000),
    "carriage returns alone": b"GET /metrics HTTP/1.1\rHost: localhost\r\r" + INNER,
    "a NUL": b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: \x00\r\n\r\n",
    "a tunnel": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n" + INNER,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + INNER,
    "HTTP/0.9": b"GET /metrics\r\n" + INNER,
}


def test_no_request_is_smuggled_in_another(port: int) -> None:
    for what, request in SMUGGLED.items():
        status, answer = exchange(port, request)
        assert 400 <= status < 500, (what, answer[-500:])
        assert b"foc_requests_total" not in answer and answer.count(b"HTTP/1.1 ") == 1, what


PAGE, POSTED = "GET /query/members?coalition=first HTTP/1.1", "POST /sparql?query=ASK%7B%7D HTTP/1.1"
READ = [
    (PAGE, "Accept: text/csv"),
    (PAGE, "Accept-Encoding: gzip"),
    (PAGE, "Host: evil.example"),
    (PAGE, "If-None-Match: {tag}"),
    (PAGE, "Origin: https://evil.example"),
    (f"{POSTED}\r\n{QUERY}", "Content-Encoding: br"),
    (POSTED, QUERY),
]
"""Begins of requests, each with a header that changes the answer."""


@pytest.mark.parametrize("options", [(), ("--proxy", "127.0.0.1")], ids=["alone", "behind a proxy"])
def test_a_field_that_follows_the_body_is_no_header(options: tuple[str, ...], tmp_path: Path, small_root: Path) -> None:
    def answer(request: str, *headers: str, trailer: str = "") -> list[bytes]:
        begin = (request, "Host: localhost", "Transfer-Encoding: chunked", "Connection: close", *headers)
        ended = "\r\n".join([*begin, "", "0", *filter(None, [trailer]), "", ""])
        _, got = exchange(urlsplit(server.url).port or 0, ended.encode())
        return [line for line in got.split(b"\r\n") if not re.match(rb"(?i)date:|x-request-id:", line)]

    with FocServer(tmp_path, *options, workspace=small_root) as server:
        tag = server.client.get(PAGE.split()[1]).headers["ETag"]
        for request, field in READ:
            field, plain = field.format(tag=tag), answer(request)
            assert answer(request, field) != plain, f"{field} does not change the answer"
            assert answer(request, trailer=field) == plain, field
        answer(PAGE, trailer="X-Forwarded-For: 9.9.9.9")
        answer("GET /last HTTP/1.1", "X-Forwarded-For: 8.8.8.8")
        until(lambda: '"/last"' in server.log.read_text("utf-8"))
        clients = set(re.findall(r'"client": "([0-9.]+)/24"', server.log.read_text("utf-8")))
        assert clients == {"127.0.0.0", *(["8.8.8.0"] if options else [])}


MARKUP = quote("</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>")
ODD = (
    "SELECT * { BIND('</script><script>' AS ?x) BIND(<javascript:alert(1)> AS ?y) BIND(IRI('data:text/html,x') AS ?z) }"
)

PATHS = [
    f"/search?q={MARKUP}",
    f"/query/members?coalition={MARKUP}",
    f"/query/members?{MARKUP}=1",
    f"/query/{MARKUP}",
    f"/sparql?query={quote(ODD)}",
    f"/sparql?query={MARKUP}",
    f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 1 # </textarea><script>alert(1)</script>')}",
    f"/sparql?query=ASK%7B%7D&default-graph-uri={MARKUP}",
    "/doc/first",
    f"/doc/first?as_of={MARKUP}",
    f"/compare?coalition=first&coalition={MARKUP}",
    f"/reconcile/preview?id={MARKUP}",
    f"/release/{MARKUP}",
    f"/nope/{MARKUP}",
]


def test_a_parameter_is_not_run_on_a_page(small_server: FocServer) -> None:
    for path in PATHS:
        answer = small_server.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code < 500, path
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        page = Reader(answer.text)
        assert {"img", "iframe", "object", "embed", "base"}.isdisjoint(page.tags), path
        assert [one for one in page.links if re.match(r"\s*(javascript|vbscript|data:text)", one, re.IGNORECASE)] == []
