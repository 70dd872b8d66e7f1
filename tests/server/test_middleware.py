"""The middlewares: compression of answers, as far as clients like it (RFC 9110, section 12.5.3)."""

import gzip

import httpx2
import pytest

PATHS = ["/doc/first", "/query/members.csv?coalition=first", "/sparql?query=SELECT*%7B?s?p?o%7DLIMIT+100"]


def raw(client: httpx2.Client, path: str, *lines: str) -> tuple[httpx2.Headers, bytes]:
    """The head of an answer, and the body as it is sent, to a request with these headers `Accept-Encoding`."""
    request = client.build_request("GET", path)
    del request.headers["Accept-Encoding"]
    request.headers = httpx2.Headers([*request.headers.items(), *(("Accept-Encoding", line) for line in lines)])
    response = client.send(request, stream=True)
    try:
        return response.headers, b"".join(response.iter_raw())
    finally:
        response.close()


CODINGS = [
    (["gzip"], True),
    (["br;q=1, GZIP;Q=0.5"], True),
    (["x-gzip"], True),
    (["*"], True),
    (["br, *;q=0.1"], True),
    (["gzip;q=0.5, identity;q=0.5"], True),
    (["gzip;q=0.5, *;q=0"], True),
    (["br", "gzip"], True),
    ([], False),
    ([""], False),
    (["identity"], False),
    (["br"], False),
    (["notgzip"], False),
    (["gzip;q=0"], False),
    (["gzip;q=0.000, *"], False),
    (["gzip;q=x"], False),
    (["*;q=0"], False),
    (["*;q=0.3, identity"], False),
    (["gzip;q=0.5, identity;q=0.8"], False),
    (["identity;q=0, gzip;q=0"], False),
]
"""The headers `Accept-Encoding` of a request, and whether its answer is compressed (RFC 9110, section 12.5.3)."""


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_compressed_where_the_client_likes_it(client: httpx2.Client, path: str) -> None:
    plain_headers, plain = raw(client, path)
    assert plain_headers["ETag"].startswith("W/"), "it stands for both"
    for lines, is_packed in CODINGS if path == PATHS[0] else (CODINGS[0], CODINGS[-1]):
        headers, body = raw(client, path, *lines)
        assert headers.get("Content-Encoding") == ("gzip" if is_packed else None), lines
        assert (gzip.decompress(body) if is_packed else body) == plain != b""
        assert headers["ETag"] == plain_headers["ETag"]
        assert headers["Vary"] == plain_headers["Vary"]


@pytest.mark.parametrize("path", [*PATHS, "/sparql?query=ASK%7B%7D", "/health", "/doc/none", "/id/first"])
def test_what_might_be_compressed_says_once_on_what_that_depends(client: httpx2.Client, path: str) -> None:
    for coding in ("gzip", "identity"):
        answer = client.get(path, headers={"Accept-Encoding": coding}, follow_redirects=False)
        known = {"If-None-Match": answer.headers.get("ETag", ""), "Accept-Encoding": coding}
        for one in (answer, client.head(path, headers=known, follow_redirects=False)):
            assert one.headers["Vary"].split(", ").count("Accept-Encoding") == 1
