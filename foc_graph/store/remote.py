"""A SPARQL endpoint over HTTP, read only (SPARQL 1.1 Protocol, section 2.1)."""

from __future__ import annotations

import http.client
import io
import re
import time
import traceback
import urllib.parse
import urllib.request
from contextlib import suppress
from email.utils import mktime_tz, parsedate_tz
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, ServiceError, quoted
from foc_graph.lexical import check_query, position, tokens
from foc_graph.store.result import Result, Rows, Triples
from foc_graph.store.transport import Deadline, failure, opener, words
from foc_graph.terms import PREFIXES, is_iri

MAX_RESPONSE = 256 * 2**20
"""Largest answer that is read, in bytes."""

MAX_URL = 2000
"""Longest URL, in characters, that carries a query by GET; a longer query goes by POST."""

MAX_REDIRECTS = 5
"""Most redirects within one host that are followed for one query."""

MAX_TIMEOUT = 86_400.0
"""Longest time for one query, in seconds."""

BACK_OFF = (0.5, 1.0)
"""Seconds before each further attempt at a busy server (429, 503) that does not say how long to wait."""

MAX_WAIT = 10.0
"""Longest wait, in seconds, that a busy server may ask for."""

_ROWS_TYPES = ("application/sparql-results+json", "application/json")
_GRAPH_TYPES = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
_ACCEPT_ROWS = "application/sparql-results+json, application/json;q=0.5"
_ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.5"
_ACCEPT = {"SELECT": _ACCEPT_ROWS, "ASK": _ACCEPT_ROWS, "CONSTRUCT": _ACCEPT_GRAPH, "DESCRIBE": _ACCEPT_GRAPH}
_ADVICE = {
    400: "correct the query",
    401: "write user name and password into the URL, as http://USER:PASSWORD@HOST/",
    403: "this server does not let you ask",
    404: "check the path of the URL",
    413: "shorten the query",
    429: "try again later, or ask less often",
    503: "try again later",
}
_PART = 2**16


class RemoteStore:
    """A SPARQL endpoint, which any number of threads may ask at once.

    The default graph is the one named by `graph`, else what the server takes for it: the union of all, or nothing.
    """

    def __init__(self, url: str, graph: str | None = None, timeout: float = 60.0) -> None:
        """An endpoint by its URL, which may hold `user:password@` and parameters that the server asks for.

        `graph` is the IRI of the default graph; `timeout` is in seconds, for a query with all its attempts and waits.

        Raises:
            ParameterError: for a URL, IRI or time that is not one.
        """
        self._url, self._user, self._password, self._parameters = _endpoint(url)
        if graph is not None and not is_iri(graph):
            raise ParameterError(f"{quoted(graph)} is not the IRI of a graph")
        if not 0 < timeout <= MAX_TIMEOUT:
            raise ParameterError(f"a time-out of {timeout} s: choose more than 0 and at most {MAX_TIMEOUT:,.0f}")
        self._graph, self._timeout = graph, timeout

    def query(self, text: str) -> Result:
        """Ask the server a SPARQL 1.1 query; the usual prefixes (`terms.PREFIXES`) need not be declared.

        Raises:
            ParseError: if the text is no query, is no Unicode text, or is too long or too deeply nested.
            ServiceError: if the server does not answer in time, whole and in a format of SPARQL 1.1.
        """
        check_query(text)
        form, text = _prepared(text)
        answer = self._answer(form, text)
        try:
            if form == "SELECT":
                return self._rows(answer, text)
            return self._truth(answer) if form == "ASK" else self._triples(answer)
        except (SyntaxError, ValueError) as error:
            traceback.clear_frames(error.__traceback__)  # a half-read result must go in the thread that made it
            problem = f"the answer is not well-formed {answer.media_type} ({words(str(error))})"
            raise self._error(problem, "the server, or something before it, is at fault") from error

    def _rows(self, answer: _Answer, text: str) -> Rows:
        body = _without_virtuoso_node_ids(self._expect(answer, _ROWS_TYPES))
        if _boolean(body) is not None:
            raise self._error("the answer is true or false, not rows", "is this a SPARQL endpoint?")
        rows = Rows(body)
        if answer.max_rows is not None and answer.max_rows <= len(rows) and answer.max_rows < _limit(text):
            problem = f"the server gives at most {answer.max_rows:,} rows, so these may not be all"
            raise self._error(problem, f"ask for pages, by LIMIT {answer.max_rows} and OFFSET around an ordered query")
        return rows

    def _truth(self, answer: _Answer) -> bool:
        body = self._expect(answer, _ROWS_TYPES)
        if (truth := _boolean(body)) is not None:
            return truth
        rows = Rows(body)
        if rows.columns == ("__ASK_RETVAL",) and len(rows) == 1:  # Virtuoso 7.2.12
            return next(iter(rows)) != {"__ASK_RETVAL": 0}
        raise self._error("the answer is rows, not true or false", "is this a SPARQL endpoint?")

    def _triples(self, answer: _Answer) -> Triples:
        body = self._expect(answer, tuple(_GRAPH_TYPES))
        if not answer.framed:
            raise self._error("the answer does not say where it ends, so it may not be all", "ask for rows (SELECT)")
        return Triples(quad.triple for quad in ox.parse(body, format=_GRAPH_TYPES[answer.media_type]))

    def _expect(self, answer: _Answer, media_types: tuple[str, ...]) -> bytes:
        if answer.media_type in media_types:
            return answer.body
        problem = f"the answer is {words(answer.media_type) or 'of no stated type'}, not {media_types[0]}"
        raise self._error(problem, "is this the URL of a SPARQL endpoint?")

    def _answer(self, form: str, text: str) -> _Answer:
        deadline = Deadline(self._timeout)
        try:
            with deadline:
                return self._ask(form, text, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if deadline.passed or isinstance(getattr(error, "reason", error), TimeoutError):
                problem = f"no whole answer within {self._timeout:g} s"
                raise self._error(problem, "ask for less, or allow more time") from error
            raise self._error(*failure(error)) from error

    def _ask(self, form: str, text: str, deadline: Deadline) -> _Answer:
        """Ask until there is an answer, following redirects within the host and waiting for a busy server."""
        url, redirects, attempts = self._url, 0, 0
        while True:
            request = self._request(url, form, text)
            with opener(url, deadline).open(request, timeout=deadline.left()) as response:
                status = response.status
                if status == 200:
                    return self._read(response, deadline)
                location = response.headers.get("Location")
                if status in (301, 302, 307, 308) and location:
                    redirects += 1
                    url = self._redirected(url, location, redirects)
                    continue
                wait = _wait(response.headers.get("Retry-After"), attempts) if status in (429, 503) else None
                if wait is None or wait > min(MAX_WAIT, deadline.left()):
                    raise self._refusal(response)
            attempts += 1
            time.sleep(wait)

    def _request(self, url: str, form: str, text: str) -> urllib.request.Request:
        from SPARQLWrapper import POST, SPARQLWrapper

        wrapper = SPARQLWrapper(url, defaultGraph=self._graph, agent="foc-graph")
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", _ACCEPT[form])
        for name, value in self._parameters:
            wrapper.addParameter(name, value)
        if self._user and self._password:
            wrapper.setCredentials(self._user, self._password)
        # `setQuery` would guess the form anew, and take `prefix x: <http://add.example/> SELECT ...` for an update.
        wrapper.queryString, wrapper.queryType = text, form
        request = wrapper._createRequest()
        if len(request.full_url) > MAX_URL:
            wrapper.setMethod(POST)
            request = wrapper._createRequest()
        return request

    def _redirected(self, url: str, location: str, redirects: int) -> str:
        old, new = (urllib.parse.urlsplit(one) for one in (url, urllib.parse.urljoin(url, location)))
        if (new.scheme, new.hostname, new.port) != (old.scheme, old.hostname, old.port):
            where = words(f"{new.scheme}://{_without_user(new.netloc)}")
            raise self._error(f"the server sends us to another, {where}", "if you trust that one, give its URL")
        if redirects > MAX_REDIRECTS:
            raise self._error("the server sends us in a circle", "check the URL")
        return new._replace(netloc=_without_user(new.netloc), query="", fragment="").geturl()

    def _read(self, response: http.client.HTTPResponse, deadline: Deadline) -> _Answer:
        body = io.BytesIO()
        while part := response.read1(_PART):
            body.write(part)
            if body.tell() + (response.length or 0) > MAX_RESPONSE:
                problem = f"the answer is larger than {MAX_RESPONSE:,} bytes"
                raise self._error(
                    problem, "ask for less, for example in pages, by LIMIT and OFFSET around an ordered query"
                )
        if deadline.passed or response.length:
            raise http.client.IncompleteRead(b"")
        if "X-SQL-State" in response.headers:  # Virtuoso before it answered 206
            raise self._refusal(response)
        max_rows = response.headers.get("X-SPARQL-MaxRows", "")
        return _Answer(
            body.getvalue(),
            response.headers.get_content_type() if "Content-Type" in response.headers else "",
            framed=response.chunked or "Content-Length" in response.headers,
            max_rows=int(max_rows) if re.fullmatch("[0-9]{1,9}", max_rows) else None,
        )

    def _refusal(self, response: http.client.HTTPResponse) -> ServiceError:
        """The error for an answer that is none, with the first line of what the server says."""
        status = response.status
        said = response.headers.get("X-SQL-Message", "")
        if not said:
            with suppress(OSError, http.client.HTTPException):  # the status alone will do
                said = response.read(2000).decode(errors="replace")
            if response.headers.get_content_type() == "text/html":
                said = re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(style|script).*?</\1>", " ", said))
        meaning = (
            "an incomplete answer" if status in (200, 206) else http.client.responses.get(status, "no known status")
        )
        first = next(filter(None, map(words, said.splitlines())), "")
        problem = f"the server answers {status}, {meaning}" + (f" ({first})" if first else "")
        advice = "ask for less, or try again later" if status >= 500 or status < 300 else "is this a SPARQL endpoint?"
        return self._error(problem, _ADVICE.get(status, advice))

    def _error(self, problem: str, advice: str) -> ServiceError:
        return ServiceError(f"{self._url}: {problem}: {advice}")


class _Answer(NamedTuple):
    body: bytes
    media_type: str
    framed: bool
    """Whether the server said where the body ends, so that a cut would have been seen."""
    max_rows: int | None
    """The most rows that the server gives, where it says that it stopped there."""


def _endpoint(url: str) -> tuple[str, str, str, list[tuple[str, str]]]:
    """The bare URL of an endpoint, the user name and password in it, and its parameters."""
    try:
        parts = urllib.parse.urlsplit(url)
        valid = bool(re.fullmatch(r"(?i)https?://[!-~]+", url) and parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:  # not quoted: it may hold a password
        raise ParameterError("the endpoint is not an http or https URL: write it as https://HOST/PATH, percent-encoded")
    bare = parts._replace(netloc=_without_user(parts.netloc), query="", fragment="").geturl()
    user, password = (urllib.parse.unquote(part or "") for part in (parts.username, parts.password))
    return bare, user, password, urllib.parse.parse_qsl(parts.query, keep_blank_values=True)


def _without_user(netloc: str) -> str:
    return netloc.rpartition("@")[2]


def _prepared(text: str) -> tuple[str, str]:
    """The form of a query, and its text with those usual prefixes declared that it uses and does not declare.

    The declarations go before the first line, so that lines in a server's words are lines of `text`.

    Raises:
        ParseError: for a text that asks nothing, such as an update.
    """
    form, previous = "", ""
    used: set[str] = set()
    declared: set[str] = set()
    for kind, token, offset in tokens(text):
        if kind in ("name", "other") and re.search(r"\\(?:$|[uU])", token):
            problem = "an escape outside strings and IRIs, which servers read differently: write the character"
            raise ParseError("query", *position(text, offset), problem)
        if kind == "name":
            (declared if previous == "PREFIX" else used).add(token.partition(":")[0])
        elif kind == "iri":  # `?a<foaf:age&&?b>3` looks as if it held one
            used.update(re.findall(r"([\w.-]+):", token))
        elif kind == "word" and token.upper() not in ("PREFIX", "BASE"):
            form = form or token.upper()
        if kind != "comment":
            previous = token.upper()
    if form not in _ACCEPT:
        problem = "not a SPARQL 1.1 query: write SELECT, ASK, CONSTRUCT or DESCRIBE; a server's data are never changed"
        raise ParseError("query", None, None, problem)
    missing = sorted((used - declared) & PREFIXES.keys())
    return form, "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in missing) + text


def _boolean(body: bytes) -> bool | None:
    """The truth that results in JSON state, or None if they are rows."""
    result = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    return bool(result) if isinstance(result, ox.QueryBoolean) else None


def _limit(text: str) -> float:
    """The most rows that a query asks for."""
    found = re.search(r"(?i)\bLIMIT\s+([0-9]{1,18})\b", text[text.rfind("}") :])
    return int(found[1]) if found else float("inf")


def _without_virtuoso_node_ids(body: bytes) -> bytes:
    """Results in JSON with labels for blank nodes; Virtuoso 7 writes `nodeID://b1` for `b1`."""
    return re.sub(rb'("bnode"\s*,\s*"value"\s*:\s*")nodeID://', rb"\1", body) if b"nodeID://" in body else body


def _wait(retry_after: str | None, attempts: int) -> float | None:
    """Seconds to wait before the next attempt (RFC 9110, section 10.2.3), or None if there shall be none."""
    if attempts >= len(BACK_OFF):
        return None
    if retry_after and re.fullmatch("[0-9]+", retry_after):
        return float(retry_after)
    with suppress(ValueError, OverflowError):
        if date := parsedate_tz(retry_after):
            return max(mktime_tz(date) - time.time(), 0.0)
    return BACK_OFF[attempts]
