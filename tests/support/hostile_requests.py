"""Requests that mean harm or are broken, with what the server answers to each."""

import gzip
from typing import NamedTuple
from urllib.parse import quote

QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
PAGE = "Accept: text/html"


class Case(NamedTuple):
    """A request as bytes, the status of its answer, and words that this says."""

    request: bytes
    status: int
    says: str = ""


def get(target: str, *headers: str, host: str | None = "localhost") -> bytes:
    """A request for a path and query string as they stand, on a connection that ends with it."""
    lines = [f"GET {target} HTTP/1.1", *([] if host is None else [f"Host: {host}"]), "Connection: close", *headers]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def post(body: bytes, kind: str = QUERY, *headers: str, path: str = "/sparql") -> bytes:
    """A request with a body, to the endpoint or another path."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in [*lines, f"Content-Type: {kind}", ""]).encode() + body


def batch(queries: str) -> bytes:
    """A batch of names, as it stands, for the reconciliation service."""
    return post(f"queries={quote(queries)}".encode(), FORM, path="/reconcile")


def ask(query: str) -> bytes:
    """A query, sent as it is."""
    return post(query.encode())


DOUBLED = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(30))
"""Makes a text 2**30 times as long."""

COLUMNS = " ".join(f"(1 AS ?c{number})" for number in range(5000))

CASES = {
    # SPARQL
    "two queries in one request": Case(get("/sparql?query=ASK{}&query=ASK{}"), 400, "2 queries were sent"),
    "a query that is not UTF-8": Case(get("/sparql?query=%FF"), 400, "UTF-8"),
    "a body that is not UTF-8": Case(post(b"ASK { ?s ?p '\xff' }"), 400, "UTF-8"),
    "half a pair of surrogates": Case(get(f"/sparql?query={quote('ASK')}%ED%A0%80"), 400, "UTF-8"),
    "a query as JSON": Case(post(b'{"query": "ASK {}"}', "application/json"), 415, "application/sparql-query"),
    "a query of 1 MB": Case(post(b"ASK {} #" + b"x" * 1_000_000), 400, "longer than 100,000 characters"),
    "a body of more than 1 MiB": Case(post(b"#" * (2**20 + 1)), 413, "at most 1,048,576 bytes"),
    "1,000 UNIONs": Case(ask("ASK { " + "{} UNION " * 1000 + "{} }"), 400, "query:1:"),
    "brackets 65 deep": Case(ask("ASK " + "{" * 65 + "}" * 65), 400, "nested deeper than 64 levels"),
    "5,000 groups, which crash the parser": Case(ask("ASK {" + "{?s ?p ?o}" * 5000 + "}"), 400, "2,000 patterns"),
    "5,000 columns, which crash it": Case(ask(f"SELECT {COLUMNS} {{}}"), 400, "2,000 patterns, operators or columns"),
    "alternatives in brackets in alternatives, which crash it": Case(
        ask(f"ASK {{ FILTER({'(' * 60}?s{(' || ?s' * 200 + ')') * 61} }}"), 400, "2,000 patterns, operators"
    ),
    "REPLACE in REPLACE, 40 deep, each of which doubles the time to parse": Case(
        ask(f"ASK {{ FILTER({'REPLACE(' * 40}?s{', ?s, ?s)' * 40}) }}"), 400, "parsing takes too long"
    ),
    "negations of brackets without their ends, as bad": Case(
        ask(f"ASK {{ FILTER({'!(' * 60}?s }}"), 400, "parsing takes too long"
    ),
    "a path of 60 steps beside another, each of which doubles the time to plan": Case(
        ask(f"ASK {{ ?s <x:p>{'/<x:p>' * 60}|<x:p> ?o . ?o ?p ?s }}"), 400, "16 steps of a path"
    ),
    "closures around closures in a path": Case(ask(f"ASK {{ ?s {'(' * 30}<x:p>{'*)' * 30} ?o }}"), 400, "around each"),
    "a path of 900 steps": Case(ask(f"ASK {{ ?s <x:p>{'/<x:p>' * 900} ?o }}"), 400, "more than 200 steps"),
    "SERVICE": Case(ask("ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"), 400, "SERVICE would ask another server"),
    "SERVICE behind what looks like an IRI": Case(
        ask("ASK { FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1/>{} }"), 400, "SERVICE would ask another server"
    ),
    "an update as a query": Case(ask("DROP ALL"), 400, "the graph is read-only here"),
    "an update behind prefixes and comments": Case(
        ask("PREFIX a: <x:> # ASK\nBASE <x:> insert data { }"), 400, "the graph is read-only here"
    ),
    "an update": Case(post(b"DROP ALL", "application/sparql-update"), 403, "read-only"),
    "an update in a form": Case(post(b"update=DROP+ALL", FORM), 403, "read-only"),
    "LOAD of a file": Case(ask("LOAD <file:///etc/passwd>"), 400, "the graph is read-only here"),
    "FROM a file": Case(ask("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"), 400, "only graphs with http(s) IRIs"),
    "a graph that is no IRI": Case(get("/sparql?query=ASK{}&default-graph-uri=/etc"), 400, "not an absolute IRI"),
    "memory without end": Case(
        ask(f"SELECT ?x {{ BIND('{'x' * 1000}' AS ?x0) {DOUBLED} BIND(STRLEN(?x30) AS ?x) }}"), 503, "memory"
    ),
    "1,001 parameters": Case(get("/sparql?query=ASK{}" + "&a=b" * 1000), 400, "more than 1,000 parameters"),
    # Reconciliation
    "a batch that is not JSON": Case(batch("{"), 400, "not JSON"),
    "a batch nested 100,000 deep": Case(batch("[" * 100_000), 400, "not JSON"),
    "half a pair of surrogates in a batch": Case(batch(r'{"\ud800": {"query": "x"}}'), 400, "not JSON in UTF-8"),
    "no name": Case(batch('{"q0": {}}'), 400, "'q0': neither a name nor"),
    "a name of 10,000 characters": Case(batch(f'{{"q0": {{"query": "{"x" * 10_000}"}}}}'), 200, '{"q0":{"result":[]}}'),
    "101 names": Case(
        batch("{" + ", ".join(f'"{n}": {{"query": "x"}}' for n in range(101)) + "}"), 413, "more than 100 queries"
    ),
    "a batch in UTF-16": Case(
        post(f"queries={quote('{}'.encode('utf-16'))}".encode(), FORM, path="/reconcile"), 400, "not UTF-8"
    ),
    "an infinite limit": Case(batch('{"q0": {"query": "x", "limit": Infinity}}'), 400, "no number"),
    "a limit beyond all numbers": Case(batch('{"q0": {"query": "x", "limit": 1e999}}'), 400, "too large a number"),
    "a batch of 1.5 MB": Case(batch(" " * 1_500_000), 413, "at most"),
    "a batch as JSON": Case(post(b"{}", "application/json", path="/reconcile"), 415, FORM),
    "a name with 1,000 properties": Case(
        batch(f'{{"q0": {{"query": "x", "properties": [{", ".join(["{}"] * 1000)}]}}}}'),
        400,
        "'q0': properties: more than 20",
    ),
    "a property with 1,000 values": Case(
        batch(f'{{"q0": {{"query": "x", "properties": [{{"pid": "isni", "v": [{", ".join(["1"] * 1000)}]}}]}}}}'),
        400,
        "'q0': 'isni': more than 20",
    ),
    "10,000 things to extend": Case(
        post(f'extend={{"ids": [{", ".join(["0"] * 10_000)}], "properties": []}}'.encode(), FORM, path="/reconcile"),
        400,
        "ids: more than 500",
    ),
    "script as a thing": Case(get("/reconcile/preview?id=%3Cscript%3E", "Accept: text/html"), 404),
    # HTTP
    "a compressed body, perhaps a bomb": Case(
        post(gzip.compress(b"ASK {}" + b" " * 10**6), QUERY, "Content-Encoding: gzip"), 415, "compressed"
    ),
    "1,000 headers": Case(get("/health", *(f"X-{number}: y" for number in range(1000))), 431, "at most 100 headers"),
    "a header of 100 kB": Case(get("/health", f"X: {'y' * 100_000}"), 431, "send long queries by POST"),
    "an address of 100 kB": Case(get(f"/sparql?query={'x' * 100_000}"), 431, "send long queries by POST"),
    "no header Host": Case(get("/health", host=None), 400),
    "two headers Host": Case(get("/health", "Host: example.org"), 400),
    "a header Host with script": Case(get("/query/", host='"><script>alert(1)</script>'), 400, "with a name"),
    "something other than HTTP": Case(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "not HTTP"),
    "two lengths": Case(get("/health", "Content-Length: 1", "Content-Length: 2"), 400, "not HTTP"),
    "a length and chunks": Case(
        get("/health", "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n", 400, "not HTTP"
    ),
    "a method that writes": Case(get("/health").replace(b"GET", b"DELETE"), 405, "read-only"),
    "TRACE": Case(get("/health").replace(b"GET", b"TRACE"), 405, "read-only"),
    # Paths
    "a path upwards": Case(get("/dumps/../../../etc/passwd"), 404),
    "a path upwards, encoded": Case(get("/dumps/%2e%2e/%2e%2e/etc/passwd"), 404),
    "a path upwards, with backslashes": Case(get("/dumps/..%5c..%5cetc%5cpasswd"), 404),
    "a path with a NUL": Case(get("/doc/first%00.html"), 404),
    "a release upwards": Case(get("/release/..%2f..%2fetc/passwd"), 404),
    "an absolute path": Case(get("//etc/passwd"), 404),
    "script in a path": Case(get("/doc/%3Cscript%3Ealert(1)%3C/script%3E", "Accept: text/html"), 404),
    "`javascript:` as a thing": Case(get("/id/javascript:alert(1)", "Accept: text/html"), 404),
    "script in a parameter": Case(get("/query/members?coalition=%3Cscript%3E", "Accept: text/html"), 400),
    # Pages that are made as they are asked for
    "script as a date": Case(get("/doc/first?as_of=%3Cscript%3E", PAGE), 400, "&lt;script&gt;&#39; is not a date"),
    "a date of 10,000 characters": Case(get(f"/compare?as_of={'9' * 10_000}", PAGE), 400, "...&#39; is not a date"),
    "a date in the digits of another script": Case(
        get(f"/plot/first/joins.svg?as_of={quote('٢٠١٥')}"), 400, "is not a date"
    ),
    "a date that is not UTF-8": Case(get("/plot/compare/upset.svg?as_of=%FF"), 400, "UTF-8"),
    "a date that is text from right to left": Case(get("/compare?as_of=%E2%80%AE2015", PAGE), 400, "\\u202e2015"),
    "1,500 dates": Case(get(f"/doc/first?{'as_of=2015&' * 1500}", PAGE), 400, "1,000 parameters"),
    "900 coalitions to compare": Case(
        get(f"/compare?{'&'.join(f'coalition={number}' for number in range(900))}", PAGE), 400, "select at most 20"
    ),
    "script as a coalition to compare": Case(
        get("/compare?coalition=%3Cscript%3E&coalition=first", PAGE), 400, "unknown coalition &#39;&lt;script&gt;"
    ),
    "script that is looked for": Case(get("/search?q=%3Cscript%3E", PAGE), 200, "&lt;script&gt;"),
    "10,000 characters that are looked for": Case(get(f"/search?q={'x' * 10_000}", PAGE), 400, "longer than 500"),
    "script that is asked": Case(get("/ask?q=%3Cscript%3E", PAGE), 200, "&lt;script&gt;"),
    "a question of 10,000 characters": Case(get(f"/ask?q={'x' * 10_000}"), 400, "longer than 500 characters"),
    "a question with half a pair of surrogates": Case(get("/ask?q=%ED%A0%80"), 400, "UTF-8"),
    "a page of what is found before the first": Case(get("/search?q=x&page=-1", PAGE), 400, "not a page number"),
    "one beyond all": Case(get("/search?q=x&page=1e9", PAGE), 400, "not a page number"),
    "a chart upwards, encoded": Case(get("/plot/first/..%2f..%2fetc%2fpasswd.svg"), 404, "empty or relative parts"),
    "a chart that there is not": Case(get("/plot/first/passwd.svg"), 404, "no such chart"),
    "a script upwards": Case(get("/assets/..%2fapp.js"), 404, "empty or relative parts"),
}  # fmt: skip

LEAKS = (b"/root", b"/work", b"/tmp", b"Traceback", b"root:", b"site-packages", b".py", b"<script>")
"""Words about the machine that no answer may hold."""
