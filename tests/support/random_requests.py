"""Requests at random, as bytes: well-formed ones for what there is or nearly so, and such as are no HTTP or lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st


class Sent(NamedTuple):
    """A request, and whether the server can tell where it ends."""

    method: bytes
    content: bytes
    is_whole: bool


class Manners(NamedTuple):
    """How a client writes: what it puts anywhere, the line before its headers, and what tells where a body ends.

    A framing makes of a body the header that tells its length, what is sent, and whether this is all of it.
    """

    odd: st.SearchStrategy[bytes]
    methods: Sequence[bytes]
    versions: Sequence[bytes]
    hosts: Sequence[bytes]
    framings: Sequence[Callable[[bytes], tuple[bytes, bytes, bool]]]


def _chunks(body: bytes) -> bytes:
    return (b"%x;x=y\r\n%s\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"


HTTP = Manners(
    st.binary(max_size=6).map(lambda raw: quote(raw).encode())
    | st.sampled_from(
        [
            *(b"..", b"%2e%2e", b"%2f", b"/", b"//", b"%5c", b"%00", b"%0d%0a", b"%", b"%zz", b"%ff", b"%ED%A0%80"),
            *(b"%3Cscript%3E", b"javascript:", b"'", b'"', b"{}", b"{0}", b";", b"?", b"*", b",", b".", b"-1"),
            *(b".html", b".ttl", b".csv", b".exe", b"9" * 30, b"a" * 100, b""),
        ]
    ),
    [b"GET"] * 6 + [b"POST"] * 3 + [b"OPTIONS"] * 2 + [b"HEAD", b"PUT", b"DELETE", b"TRACE", b"PROPFIND", b"QUERY"],
    [b"HTTP/1.1"] * 7 + [b"HTTP/1.0"],
    [b"Host: localhost"],
    [
        lambda body: (b"Content-Length: %d" % len(body), body, True),
        lambda body: (b"Transfer-Encoding: chunked", _chunks(body), True),
        lambda body: (b"X: y", b"", True),
    ],
)
NOT_HTTP = Manners(
    st.binary(max_size=6)
    | st.sampled_from([b"\xff", "é".encode(), b"<script>", b"\\", b"#", b"\t", b" ", b"\r\n", b"\0"]),
    [b"GET", b"POST", b"CONNECT", b"get", b"FOO", b"PRI", b""],
    [b"HTTP/1.1"] * 3 + [b"HTTP/0.9", b"HTTP/2", b"x"],
    [b"Host: localhost"] * 3 + [b"Host: [::1]:80", b"Host: a:b", b"Host:", b"X: y", b"Host: x\r\nHost: y"],
    [
        *HTTP.framings,
        lambda body: (b"Content-Length: 0", body, not body),  # what follows is another request, and may be none
        lambda body: (b"Content-Length: %d" % (len(body) + 1), body, False),
        lambda body: (b"Content-Length: 99999999999999999999", body, False),
        lambda body: (b"Content-Length: -1", body, False),
        lambda body: (b"Content-Length: 5\r\nContent-Length: 1", body, False),
        lambda body: (b"Content-Length: 1\r\nTransfer-Encoding: chunked", _chunks(body), False),
        lambda body: (b"Transfer-Encoding: chunked", body, False),
        lambda body: (b"Transfer-Encoding: chunked", b"FFFFFFFFFFFFFFFF\r\n" + body, False),
        lambda body: (b"Transfer-Encoding: gzip, chunked", _chunks(body), False),
        lambda body: (b"Transfer-Encoding: x", body, False),
    ],
)

_VALUES = [b"foc", b"2015-05-04", b"2026.11", b"ASK%20%7B%7D", b"http://x.example/"]
_HEADERS = (
    {b"Accept": [b"text/html", b"text/turtle", b"application/json;q=0.5, */*;q=0", b"text/html;q=x", b"*", b"a/b/c"]},
    {b"Accept-Encoding": [b"gzip", b"gzip;q=0", b"br, gzip", b"identity;q=0", b"*"]},
    {b"Connection": [b"keep-alive", b"upgrade", b"close, x"], b"Upgrade": [b"h2c", b"websocket"]},
    {b"Content-Encoding": [b"gzip", b"identity"]},
    {b"Content-Type": [b"application/x-www-form-urlencoded", b"application/sparql-query; charset=utf-8", b"a/b"]},
    {b"Cookie": [b"a=b"]},
    {b"Expect": [b"100-continue", b"200-ok"]},
    {b"If-Match": [b"*", b'"x"'], b"If-Modified-Since": [b"Thu, 26 Nov 2026 00:00:00 GMT", b"yesterday"]},
    {b"If-None-Match": [b"*", b'W/"x", "y"', b'"']},
    {
        b"Origin": [b"https://example.org", b"null"],
        b"Access-Control-Request-Method": [b"GET", b"DELETE", b"x"],
        b"Access-Control-Request-Headers": [b"x", b"content-type, x"],
    },
    {b"Range": [b"bytes=0-1", b"bytes=-5,0-,3-4", b"bytes=9-1", b"bytes=99999999999-", b"lines=1-2", b"bytes"]},
    {b"Range": [b"bytes=0-1"], b"If-Range": [b'"x"', b"Thu, 26 Nov 2026 00:00:00 GMT"]},
    {b"X-Forwarded-For": [b"192.0.2.1", b"x"], b"X-Forwarded-Proto": [b"https", b"x"], b"Forwarded": [b"for=x"]},
    {b"X-HTTP-Method-Override": [b"DELETE"]},
)
"""Headers with values that they may have; those of one dictionary go together."""

_BODIES = [b"", b"query=ASK%20%7B%7D", b"ASK {}", b"SELECT * { ?s ?p ?o } LIMIT 3", b"update=CLEAR+ALL", b"ASK {"]


@st.composite
def requests(draw: st.DrawFn, manners: Manners, paths: Sequence[Sequence[Any]], parameters: Sequence[bytes]) -> Sent:
    """A request with a path, parameters, headers as browsers, caches and proxies send them, and a body.

    A path has parts that stand fast, and lists of what can stand in a place; in any place odd bytes may stand.
    """

    def one(of: Sequence[Any]) -> Any:
        return of[draw(st.integers(0, len(of) - 1))]

    def value(of: Sequence[bytes]) -> Any:
        return one(of) if draw(st.booleans()) else draw(manners.odd)

    path = b"".join(value(part) if isinstance(part, list) else part for part in one(paths))
    path += b"" if draw(st.booleans()) else draw(manners.odd)
    pairs = [(value(parameters), value(_VALUES)) for _ in range(draw(st.integers(0, 3)))] * one([1, 1, 1, 50])
    target = path + (b"?" + b"&".join(map(b"=".join, pairs)) if pairs else b"")
    groups = [one(_HEADERS) for _ in range(draw(st.integers(0, 4)))]
    headers = [b"%s: %s" % (name, value(values)) for group in groups for name, values in group.items()]
    method = one(manners.methods)
    framing, body, is_whole = one(manners.framings)(value(_BODIES))
    lines = [b" ".join((method, target, one(manners.versions))), one(manners.hosts), *headers, framing]
    head = b"".join(line + b"\r\n" for line in lines)
    ends_early = b"\r\n\r\n" in head  # an odd value ends it; what follows is another request, and may be none
    return Sent(method, head + b"\r\n" + body, is_whole and not ends_early)
