"""One service of a server by its URL: exchanges with credentials, waits for a busy server and redirects in the host."""

from __future__ import annotations

import http.client
import io
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from email.utils import mktime_tz, parsedate_tz
from typing import NamedTuple

from foc_graph.errors import ParameterError, ServiceError
from foc_graph.store.credentials import HOW, credentials_for
from foc_graph.store.http import Deadline, failure, opener, words

MAX_RESPONSE = 256 * 2**20
"""Largest answer that is read, in bytes."""

MAX_REDIRECTS = 5
"""Most redirects within one host that are followed for one request."""

MAX_TIMEOUT = 86_400.0
"""Longest time for one request, in seconds."""

BACK_OFF = (0.5, 1.0)
"""Seconds before each further attempt at a busy server (`BUSY`) that does not say how long to wait."""

BUSY = (429, 502, 503)
"""Statuses after which a request is sent again."""

MAX_WAIT = 10.0
"""Longest wait, in seconds, that a busy server may ask for."""

_ADVICE = {
    400: "correct the query",
    401: HOW,
    403: "this server does not let you do that",
    404: "check the path of the URL",
    413: "shorten the query",
    429: "try again later, or ask less often",
    502: "try again later",
    503: "try again later",
}
_PART = 2**16

Build = Callable[[str], urllib.request.Request]
"""From a URL to the request that is sent there."""


class Answer(NamedTuple):
    """What a server sent."""

    body: bytes
    media_type: str
    framed: bool
    """Whether the server said where the body ends, so that a cut would have been seen."""
    max_rows: int | None
    """The most rows that the server gives, where it says that it stopped there."""


class Service:
    """A URL, which any number of threads may send requests to at once."""

    def __init__(self, url: str, timeout: float) -> None:
        """A service by its URL, which may hold parameters that the server asks for.

        `timeout` is in seconds, for a request with all its attempts and waits.

        Raises:
            ParameterError: for a URL or time that is not one, or a user name and password in the URL.
        """
        self.url, self.parameters = _parsed(url)
        if not 0 < timeout <= MAX_TIMEOUT:
            raise ParameterError(f"a time-out of {timeout} s: choose more than 0 and at most {MAX_TIMEOUT:,.0f}")
        self._timeout = timeout
        self._credentials = credentials_for(urllib.parse.urlsplit(self.url).hostname or "")

    def exchange(self, build: Build, accepted: tuple[int, ...] = (200,)) -> Answer:
        """The answer to a request, whose status is one of those `accepted`.

        Raises:
            ServiceError: if there is none in time, or of another status.
        """
        deadline = Deadline(self._timeout)
        try:
            with deadline:
                return self._ask(build, accepted, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if deadline.passed or isinstance(getattr(error, "reason", error), TimeoutError):
                problem = f"no whole answer within {self._timeout:g} s"
                raise self.error(problem, "ask for less, or allow more time") from error
            raise self.error(*failure(error)) from error

    def error(self, problem: str, advice: str) -> ServiceError:
        """What is wrong with this service, in one line."""
        return ServiceError(f"{self.url}: {self._credentials.masked(problem)}: {advice}")

    def _ask(self, build: Build, accepted: tuple[int, ...], deadline: Deadline) -> Answer:
        """Ask until there is an answer, following redirects within the host and waiting for a busy server."""
        url, redirects, attempts, authorisation = self.url, 0, 0, self._credentials.authorisation()
        while True:
            request = build(url)
            if authorisation:
                request.add_unredirected_header("Authorization", authorisation)
            with opener(url, deadline).open(request, timeout=deadline.left()) as response:
                status = response.status
                if status in accepted:
                    return self._read(response, deadline)
                location = response.headers.get("Location")
                if status in (301, 302, 307, 308) and location:
                    redirects += 1
                    url = self._redirected(url, location, redirects)
                    continue
                if status == 401 and not (authorisation or "").startswith("Digest"):
                    authorisation = self._credentials.answer(response.headers.get("WWW-Authenticate", ""), request)
                    if authorisation:
                        continue
                wait = _wait(response.headers.get("Retry-After"), attempts) if status in BUSY else None
                if wait is None or wait > min(MAX_WAIT, deadline.left()):
                    raise self._refusal(response)
            attempts += 1
            time.sleep(wait)

    def _redirected(self, url: str, location: str, redirects: int) -> str:
        old, new = (urllib.parse.urlsplit(one) for one in (url, urllib.parse.urljoin(url, location)))
        if (new.scheme, new.hostname, new.port) != (old.scheme, old.hostname, old.port):
            where = words(f"{new.scheme}://{_without_user(new.netloc)}")
            raise self.error(f"the server sends us to another, {where}", "if you trust that one, give its URL")
        if redirects > MAX_REDIRECTS:
            raise self.error("the server sends us in a circle", "check the URL")
        return new._replace(netloc=_without_user(new.netloc), query="", fragment="").geturl()

    def _read(self, response: http.client.HTTPResponse, deadline: Deadline) -> Answer:
        body = io.BytesIO()
        while part := response.read1(_PART):
            body.write(part)
            if body.tell() + (response.length or 0) > MAX_RESPONSE:
                problem = f"the answer is larger than {MAX_RESPONSE:,} bytes"
                raise self.error(
                    problem, "ask for less, for example in pages, by LIMIT and OFFSET around an ordered query"
                )
        if deadline.passed or response.length:
            raise http.client.IncompleteRead(b"")
        if "X-SQL-State" in response.headers:  # Virtuoso before it answered 206
            raise self._refusal(response)
        max_rows = response.headers.get("X-SPARQL-MaxRows", "")
        return Answer(
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
        if "Hash dictionary is full" in problem:
            advice = "in virtuoso.ini, raise MaxConstructTriples of the section SPARQL"
        return self.error(problem, _ADVICE.get(status, advice))


def _parsed(url: str) -> tuple[str, list[tuple[str, str]]]:
    """The bare URL of a service, and its parameters."""
    try:
        parts = urllib.parse.urlsplit(url)
        valid = bool(re.fullmatch(r"(?i)https?://[!-~]+", url) and parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:  # not quoted: it may hold a password
        raise ParameterError("the endpoint is not an http or https URL: write it as https://HOST/PATH, percent-encoded")
    if "@" in parts.netloc:
        raise ParameterError(f"the URL holds a user name or password, which others could see: {HOW} instead")
    return parts._replace(query="", fragment="").geturl(), urllib.parse.parse_qsl(parts.query, keep_blank_values=True)


def _without_user(netloc: str) -> str:
    return netloc.rpartition("@")[2]


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
