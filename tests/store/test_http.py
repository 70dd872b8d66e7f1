"""The exchange with a server: what is sent, and one clear error for whatever a server gets wrong."""

import subprocess
import time
import traceback
from base64 import b64encode
from email.utils import formatdate
from pathlib import Path
from shutil import which
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from foc_graph.errors import FocGraphError, ParameterError, ParseError, ServiceError
from foc_graph.store import http, remote
from foc_graph.store.remote import RemoteStore
from foc_graph.store.results import as_rows
from tests.support.sparql_servers import CONSTRUCT, SELECT, free_ports
from tests.support.web_server import Answer, Web, head, raw

# What is sent

JSON = "application/sparql-results+json"
ROWS = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "a"}}]}}'
GRAPH = b"<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n"
GOOD = raw(head(200, Content_Type=f"{JSON}; charset=utf-8", Content_Length=str(len(ROWS))) + ROWS)
GOOD_GRAPH = raw(head(200, Content_Type="application/n-triples", Content_Length=str(len(GRAPH))) + GRAPH)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, web: Web) -> Web:
    """A web server on this machine, in an environment whose proxy nothing answers."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return web


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client waited each time before it asked again: no test waits."""
    found: list[float] = []
    clock = SimpleNamespace(sleep=found.append, monotonic=time.monotonic, time=time.time)
    monkeypatch.setattr(http, "time", clock)
    return found


def test_a_short_query_goes_by_get_and_a_long_one_by_post(web: Web) -> None:
    web.answers = [GOOD]
    store = RemoteStore(f"{web.url}?key=a+b", "http://example.org/g")
    long = SELECT + " " * remote.MAX_URL
    for text in (SELECT, long):
        assert [row["x"] for row in as_rows(store.query(text))] == ["a"]
    given = {"default-graph-uri": ["http://example.org/g"], "key": ["a b"]}
    assert [
        (method, parse_qs(urlsplit(path).query)) for (method, _, _), path in zip(web.requests, web.paths, strict=True)
    ] == [
        ("GET", given | {"query": [SELECT]}),
        ("POST", given),
    ]
    assert web.bodies[1] == long and web.requests[1][2]["Content-Type"] == "application/sparql-query"


@pytest.mark.parametrize(
    ("text", "answer", "accept"), [(SELECT, GOOD, JSON), (CONSTRUCT, GOOD_GRAPH, "application/n-triples")]
)
def test_the_format_is_asked_for_by_accept_alone(web: Web, text: str, answer: Answer, accept: str) -> None:
    web.answers = [answer]
    RemoteStore(web.url).query(text)
    ((_, parameters, headers),) = web.requests
    assert headers["Accept"].startswith(accept) and parameters == {"query": [text]}


def test_prefixes_are_declared_where_used_and_lines_stay(web: Web) -> None:
    web.answers = [GOOD]
    text = 'SELECT ?x\nWHERE { ?x a org:Role ; skos:note "foaf:no" FILTER(?x<void:a&&?x>1) # time:no\n?x a my:own }'
    RemoteStore(web.url).query(f"PREFIX my: <http://example.org/>\n{text}")
    added, own = web.requests[0][1]["query"][0].split("PREFIX my:")
    assert {part.split(":")[0].strip() for part in added.split("PREFIX")[1:]} == {"org", "skos", "void"}
    assert "\n" not in added and own.endswith(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SELECT ?x WHERE { SERVICE <http://example.org/> { ?x ?p ?o } }", "SERVICE would ask another server"),
        ("SELECT ?x WHERE { SERVIC\\u0045 <http://example.org/> { ?x ?p ?o } }", "query:1:25: an escape outside"),
        ("INSERT DATA { <http://example.org/> a <http://example.org/> }", "never changed"),
        ("", "not a SPARQL 1.1 query"),
        ("ASK { ?s ?p '\udc80' }", "not valid Unicode"),
        ("ASK " + "{" * 100 + "}" * 100, "nested deeper"),
    ],
    ids=range(6),
)
def test_what_is_not_a_query_is_not_sent(web: Web, text: str, problem: str) -> None:
    with pytest.raises(ParseError, match=problem):
        RemoteStore(web.url).query(text)
    assert not web.requests


# Servers that are broken or hostile

JSON_HEAD = head(200, Content_Type=JSON)
SIZED = head(200, Content_Type=JSON, Content_Length=str(len(ROWS)))
TURTLE = head(200, Content_Type="text/turtle", Content_Length="130000")
CHUNKED = head(200, Content_Type=JSON, Transfer_Encoding="chunked")
A_TERM = b'{"type": "uri", "value": "x:a"}'
NESTED = b'{"type": "triple", "value": {"subject": %b, "predicate": %b, "object": ' % (A_TERM, A_TERM) * 10_000
WRONG_ANSWERS = {
    "nothing": (b"", "cut before the end"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.9\r\n", "not HTTP"),
    "no body": (SIZED, "cut before the end"),
    "a cut between chunks": (CHUNKED + b"5\r\n" + ROWS[:5] + b"\r\n", "cut before the end"),
    "JSON without end": (JSON_HEAD + ROWS[:-5], r"not well-formed application/sparql-results\+json \(.+\)"),
    "other JSON": (head(200, Content_Type="application/json") + b'{"ok": 1}', "not well-formed"),
    "two answers in one": (JSON_HEAD + ROWS + ROWS, "not well-formed"),
    "an IRI that is none": (JSON_HEAD + ROWS.replace(b"literal", b"uri"), "not well-formed"),
    "brackets without end": (JSON_HEAD + b'{"a":' + b"[" * 1_000_000, "not well-formed"),
    "triples nested without end": (JSON_HEAD + ROWS.partition(b'{"type"')[0] + NESTED, "nested deeper than 64 levels"),
    "true for rows": (JSON_HEAD + b'{"head": {}, "boolean": true}', "true or false, not rows"),
    "HTML": (head(200, Content_Type="text/html; charset=utf-8") + b"<h1>Hello", "is text/html, not"),
    "no stated type": (head(200) + ROWS, r"of no stated type, not application/sparql-results\+json"),
    "some rows": (head(206, Content_Type=JSON) + ROWS, "answers 206, an incomplete answer"),
    "some rows, said aside": (
        head(200, Content_Type=JSON, X_SQL_State="S1TAT", X_SQL_Message="interrupted") + ROWS,
        r"an incomplete answer \(interrupted\)",
    ),
    "no content": (head(204), "answers 204, No Content"),
    "a wrong query": (
        head(400) + b"\n\n line 2: \x1b[31mno\x07 \xe2\x80\xaebracket\nmore",
        r"400, Bad Request \(line 2: no bracket\): correct",
    ),
    "no access": (head(401), "answers 401, Unauthorized: set FOC_USER and FOC_PASSWORD"),
    "no endpoint": (head(404), "answers 404, Not Found: check the path"),
    "a failure": (head(500) + b"x" * 5000, r"answers 500, Internal Server Error \(x{197}\.\.\.\): ask for less"),
    "a failure in HTML": (
        head(502, Content_Type="text/html") + b"<style>p {}</style>\n<p><b>No</b> gate</p>\n<p>x",
        r"answers 502, Bad Gateway \(No gate\): try again later",
    ),
    "a status that is none": (head(799), "answers 799, no known status"),
    "another host": (head(302, Location="http://u:pw@example.org:8/x"), "to another, http://example.org:8: if"),
    "another port": (head(307, Location="http://127.0.0.1:9/sparql"), "to another, http://127.0.0.1:9: if"),
    "another protocol": (head(301, Location="file:///etc/passwd"), "to another, file://: if"),
    "a redirect to no URL": (head(301, Location="http://["), "address of the server or proxy is not valid"),
    "a redirect to no place": (head(301), "answers 301"),
    "a circle": (head(301, Location="/sparql"), "in a circle"),
}


@pytest.mark.parametrize(("answer", "problem"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS.keys())
def test_a_wrong_answer_is_one_clear_error(web: Web, answer: bytes, problem: str) -> None:
    web.answers = [raw(answer)]
    assert refusal(RemoteStore(web.url), problem).startswith(f"{web.url}: ")


@pytest.mark.parametrize(
    ("text", "answer", "problem"),
    [
        ("ASK { ?s ?p ?o }", JSON_HEAD + ROWS, "rows, not true or false"),
        (CONSTRUCT, SIZED + ROWS, r"sparql-results\+json, not application/n-triples"),
        (CONSTRUCT, head(200, Content_Type="application/n-triples") + GRAPH, "does not say where it ends"),
        (CONSTRUCT, TURTLE + b"<a> <b> .".ljust(130_000), "not well-formed text/tu"),
        (CONSTRUCT, TURTLE + b"<x:a><x:p><<(" * 10_000, "nested deeper than 64 levels"),
    ],
)
def test_a_wrong_answer_to_other_forms(web: Web, text: str, answer: bytes, problem: str) -> None:
    web.answers = [raw(answer)]
    refusal(RemoteStore(web.url), problem, text)


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (head(200, Content_Type=JSON, Content_Length="1000000"), b" "),
        (CHUNKED + b"0\r\n", b"X: y\r\n"),
        (head(500), b" "),
    ],
    ids=["nothing", "a slow header", "continue", "a slow body", "trailers", "a slow failure"],
)
def test_a_server_that_never_ends_is_left(web: Web, start: bytes, part: bytes) -> None:
    web.answers = [web.endless(start, part, 0.05)]
    refusal(RemoteStore(web.url, timeout=0.2), r"no whole answer within 0\.2 s: ask for less|answers 500")


@pytest.mark.parametrize(
    "start", [JSON_HEAD, head(200, Content_Type=JSON, Content_Length=str(10**15)), CHUNKED + b"ffffffffff\r\n"]
)
def test_an_answer_that_is_too_large_is_not_read_to_its_end(
    web: Web, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(http, "MAX_RESPONSE", 300_000)
    web.answers = [web.endless(start, b" " * 1000)]
    refusal(RemoteStore(web.url), "larger than 300,000 bytes: ask for less")


@pytest.mark.parametrize(
    ("status", "retry_after", "waited"),
    [
        (429, None, [0.5, 1.0]),
        (502, "x", [0.5, 1.0]),
        (503, "7", [7.0, 7.0]),
        (503, formatdate(0, usegmt=True), [0.0, 0.0]),
    ],
)
def test_a_busy_server_is_asked_again_twice_after_the_wait_it_asks_for(
    web: Web, waits: list[float], status: int, retry_after: str | None, waited: list[float]
) -> None:
    busy = raw(head(status, **({"Retry_After": retry_after} if retry_after else {})))
    web.answers = [busy, busy, GOOD]
    assert len(as_rows(RemoteStore(web.url).query(SELECT))) == 1
    assert waits == waited
    web.answers = [busy]
    refusal(RemoteStore(web.url), f"answers {status}.*: try again later")
    assert len(web.requests) == 6 and waits == waited * 2


@pytest.mark.parametrize(
    ("wait", "timeout"), [("11", 60), ("9", 5), ("9" * 400, 60), ("Fri, 01 Jan 2100 00:00:00 GMT", 60)]
)
def test_a_busy_server_that_asks_for_too_long_a_wait_is_left(
    web: Web, waits: list[float], wait: str, timeout: float
) -> None:
    web.answers = [raw(head(503, Retry_After=wait)), GOOD]
    refusal(RemoteStore(web.url, timeout=timeout), "answers 503")
    assert (waits, len(web.requests)) == ([], 1)


@pytest.mark.parametrize(("status", "text"), [(301, SELECT), (307, SELECT + " " * remote.MAX_URL)], ids=["get", "post"])
def test_a_redirect_within_the_host_is_followed_with_the_query(web: Web, status: int, text: str) -> None:
    web.answers = [raw(head(status, Location="/other/?x=y")), GOOD]
    assert len(as_rows(RemoteStore(web.url).query(text))) == 1
    first, second = web.requests
    assert first[:2] == second[:2]


SECRET = "".join(reversed("t3rc3s"))  # not in this file's text, which a traceback may quote
BASIC = f"Basic {b64encode(f'me:{SECRET}'.encode()).decode()}"


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "netrc"
    monkeypatch.setenv("NETRC", str(path))
    return path


@pytest.mark.parametrize(
    ("environment", "written", "sent"),
    [
        ({"FOC_USER": "me", "FOC_PASSWORD": SECRET}, "", BASIC),
        ({"FOC_TOKEN": SECRET}, "", f"Bearer {SECRET}"),
        ({}, f"machine 127.0.0.1 login me password {SECRET}", BASIC),
        ({"FOC_TOKEN": SECRET}, "machine 127.0.0.1 login me password other", f"Bearer {SECRET}"),
        ({}, f"machine example.org login me password {SECRET}", None),
    ],
    ids=["a name and password", "a token", "netrc", "the environment before netrc", "netrc of another host"],
)
def test_credentials_are_sent_and_never_shown(
    web: Web,
    netrc: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    written: str,
    sent: str | None,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    netrc.write_text(written)
    web.answers = [raw(head(500))]
    store = RemoteStore(f"{web.url}?key={SECRET}")
    with pytest.raises(ServiceError) as caught:
        store.query(SELECT)
    assert web.requests[0][2].get("Authorization") == sent
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + repr(store)


def test_a_digest_is_answered_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOC_USER", "me")
    monkeypatch.setenv("FOC_PASSWORD", SECRET)
    challenge = raw(head(401, WWW_Authenticate='Digest realm="r", nonce="1", qop="auth"', Content_Length="0"))
    web.answers = [challenge, GOOD]
    assert len(as_rows(RemoteStore(web.url).query(SELECT))) == 1
    sent = web.requests[1][2]["Authorization"]
    assert sent.startswith('Digest username="me", realm="r"') and SECRET not in sent
    web.answers = [challenge]
    refusal(RemoteStore(web.url), "answers 401")
    assert len(web.requests) == 4


@pytest.mark.parametrize("answer", [head(401), head(401, WWW_Authenticate="Digest realm"), head(403)])
def test_credentials_that_do_not_do(web: Web, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setenv("FOC_USER", "me")
    web.answers = [raw(answer)]
    refusal(RemoteStore(web.url), "answers 40[13]")
    assert len(web.requests) == 1


def test_a_redirect_to_another_host_gets_no_credentials(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOC_TOKEN", SECRET)
    other = Web()
    try:
        web.answers, other.answers = [raw(head(307, Location=other.url))], [GOOD]
        refusal(RemoteStore(web.url), "sends us to another")
        assert not other.requests
    finally:
        other.stop()


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("machine\n", "not a readable netrc file"),
        ("machine 127.0.0.1 login a\x1bb password c", "characters that are not allowed in a header"),
    ],
)
def test_credentials_that_cannot_be_read(web: Web, netrc: Path, written: str, problem: str) -> None:
    netrc.write_text(written)
    with pytest.raises(ParameterError, match=problem):
        RemoteStore(web.url)


def test_a_password_in_the_url_is_refused() -> None:
    with pytest.raises(ParameterError, match="which others could see: set FOC_USER") as caught:
        RemoteStore(f"http://me:{SECRET}@example.org/sparql")
    assert SECRET not in str(caught.value)


# What is written


def test_an_update_goes_to_the_update_endpoint_and_triples_to_the_graph_store(web: Web) -> None:
    web.answers = [raw(head(204))]
    graph = ox.NamedNode("http://example.org/g")
    triples = [quad.triple for quad in ox.parse(GRAPH, format=ox.RdfFormat.N_TRIPLES)]
    store = RemoteStore(web.url.replace("sparql", "query"), graph_store_url=f"{web.url}?key=a")
    store.update("DROP ALL")
    store.add(graph, triples)
    RemoteStore(web.url).add(graph, triples)
    types = ["application/sparql-update", "application/n-triples", "application/sparql-update"]
    assert [(method, headers["Content-Type"]) for method, _, headers in web.requests] == [("POST", t) for t in types]
    insertion = f"INSERT DATA {{ GRAPH {graph} {{ {triples[0]} }} }}"
    assert [body.split() for body in web.bodies] == [["DROP", "ALL"], GRAPH.decode().split(), insertion.split()]
    paths = [path.rstrip("?") for path in web.paths]
    assert paths == ["/update", "/sparql?key=a&graph=http%3A%2F%2Fexample.org%2Fg", "/sparql"]


@pytest.mark.parametrize("status", [200, 204])
def test_a_write_is_done_when_the_server_says_so(web: Web, status: int) -> None:
    web.answers = [raw(head(503)), raw(head(status))]
    RemoteStore(web.url).update("DROP ALL")
    assert len(web.requests) == 2
    web.answers = [raw(head(403))]
    with pytest.raises(ServiceError, match="answers 403, Forbidden: this server does not let you"):
        RemoteStore(web.url).update("DROP ALL")


# Servers that are not reached


def test_a_port_that_nothing_listens_on() -> None:
    refusal(RemoteStore(f"http://127.0.0.1:{free_ports(1)[0]}/sparql"), "connection refused: is the server running")


def test_a_host_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    refusal(RemoteStore("http://no-such-host.invalid/sparql"), "^http://no-such.*name is not known: check")
    refusal(RemoteStore(f"http://{'a' * 64}.invalid/sparql"), "address of the server or proxy is not valid")


@pytest.mark.parametrize(
    ("proxy", "problem"),
    [("http://u:s3cret@127.0.0.1:9", "connection refused"), ("socks9://127.0.0.1:9", "unknown url type: socks9")],
)
def test_a_proxy_is_used_for_other_hosts(monkeypatch: pytest.MonkeyPatch, proxy: str, problem: str) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    refusal(RemoteStore("http://host.invalid/sparql"), problem)


def test_http_where_https_was_asked(web: Web) -> None:
    refusal(RemoteStore(web.url.replace("http:", "https:")), "the connection failed .*SSL")


@pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")
def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    command += ["-keyout", "key", "-out", "certificate"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    web = Web(context)
    try:
        refusal(RemoteStore(web.url), r"certificate is not valid \(self-signed")
    finally:
        web.stop()


def refusal(store: RemoteStore, problem: str, text: str = SELECT) -> str:
    """The one line of the error that a query gives, which must tell the problem."""
    with pytest.raises(FocGraphError, match=problem) as caught:
        store.query(text)
    message = str(caught.value)
    assert isinstance(caught.value, ServiceError) and caught.value.exit_code == 3
    assert message.isprintable() and len(message) < 500 and "s3cret" not in message
    return message
