"""HTTP with a server that may be slow, broken or hostile: credentials, redirects in the host, waits, one deadline."""

from __future__ import annotations

import io
import os
import re
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from email.utils import mktime_tz, parsedate_tz
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead, responses
from ipaddress import ip_address
from netrc import NetrcParseError, netrc
from pathlib import Path
from socket import SHUT_RDWR, gaierror, socket
from ssl import SSLCertVerificationError
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import parse_qsl, urljoin, urlsplit
from urllib.request import (
    AbstractDigestAuthHandler,
    AbstractHTTPHandler,
    HTTPPasswordMgr,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
    parse_http_list,
    parse_keqv_list,
)

from foc_graph.errors import ParameterError, ServiceError

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

HOW = "set FOC_USER and FOC_PASSWORD, or FOC_TOKEN, or give the host an entry in ~/.netrc"
"""The advice about a server that asks for credentials."""

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

_Build = Callable[[str], Request]
"""Builds the request to send to a URL."""

_CONTROLS = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?"
)
"""Control sequences and strings of terminals (ECMA-48, 5.4 and 5.6), also where they do not end."""


class Answer(NamedTuple):
    """An answer of a server."""

    body: bytes
    media_type: str
    framed: bool
    """Whether the server said where the body ends, so that a cut would have been noticed."""
    max_rows: int | None
    """The most rows that the server gives, where it says that it stopped there."""


class Service:
    """A URL of a server, to which any number of threads may send requests at once."""

    def __init__(self, url: str, timeout: float) -> None:
        """Take the URL, which may hold parameters that the server asks for.

        `timeout` is in seconds, for a request with all its attempts and waits.

        Raises:
            ParameterError: for a URL or time that is not one, or a user name and password in the URL.
        """
        self.url, self.parameters = _parsed(url)
        if not 0 < timeout <= MAX_TIMEOUT:
            raise ParameterError(f"a time-out of {timeout} s: choose more than 0 and at most {MAX_TIMEOUT:,.0f}")
        self._timeout = timeout
        self._credentials = credentials_for(urlsplit(self.url).hostname or "")

    def exchange(self, build: _Build, accepted: tuple[int, ...] = (200,)) -> Answer:
        """Send a request and return the answer, whose status is one of those `accepted`.

        Raises:
            ServiceError: if there is none in time, or of another status.
        """
        deadline = _Deadline(self._timeout)
        try:
            with deadline:
                return self._ask(build, accepted, deadline)
        except (OSError, HTTPException, ValueError) as error:
            if deadline.passed or isinstance(getattr(error, "reason", error), TimeoutError):
                problem = f"no whole answer within {self._timeout:g} s"
                raise self.error(problem, "ask for less, or allow more time") from error
            raise self.error(*_failure(error)) from error

    def error(self, problem: str, advice: str) -> ServiceError:
        """Return an error that says in one line what is wrong with this service."""
        return ServiceError(f"{self.url}: {self._credentials.masked(problem)}: {advice}")

    def _ask(self, build: _Build, accepted: tuple[int, ...], deadline: _Deadline) -> Answer:
        """Ask until there is an answer, following redirects within the host and waiting for a busy server."""
        url, redirects, attempts, authorisation = self.url, 0, 0, self._credentials.authorisation()
        while True:
            request = build(url)
            if authorisation:
                request.add_unredirected_header("Authorization", authorisation)
            with _opener(url, deadline).open(request, timeout=deadline.left()) as response:
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
        old, new = (urlsplit(one) for one in (url, urljoin(url, location)))
        netloc = new.netloc.rpartition("@")[2]
        if (new.scheme, new.hostname, new.port) != (old.scheme, old.hostname, old.port):
            where = words(f"{new.scheme}://{netloc}")
            raise self.error(f"the server sends us to another, {where}", "if you trust that one, give its URL")
        if redirects > MAX_REDIRECTS:
            raise self.error("the server sends us in a circle", "check the URL")
        return new._replace(netloc=netloc, query="", fragment="").geturl()

    def _read(self, response: HTTPResponse, deadline: _Deadline) -> Answer:
        body = io.BytesIO()
        while part := response.read1(_PART):
            body.write(part)
            if body.tell() + (response.length or 0) > MAX_RESPONSE:
                problem = f"the answer is larger than {MAX_RESPONSE:,} bytes"
                raise self.error(
                    problem, "ask for less, for example in pages, by LIMIT and OFFSET around an ordered query"
                )
        if deadline.passed or response.length:
            raise IncompleteRead(b"")
        if "X-SQL-State" in response.headers:  # Virtuoso before it answered 206
            raise self._refusal(response)
        max_rows = response.headers.get("X-SPARQL-MaxRows", "")
        return Answer(
            body.getvalue(),
            response.headers.get_content_type() if "Content-Type" in response.headers else "",
            framed=response.chunked or "Content-Length" in response.headers,
            max_rows=int(max_rows) if re.fullmatch("[0-9]{1,9}", max_rows) else None,
        )

    def _refusal(self, response: HTTPResponse) -> ServiceError:
        """Return the error for a refused request, with the first line of what the server says."""
        status = response.status
        said = response.headers.get("X-SQL-Message", "")
        if not said:
            with suppress(OSError, HTTPException):  # the status alone will do
                said = response.read(2000).decode(errors="replace")
            if response.headers.get_content_type() == "text/html":
                said = re.sub("<[^<>]*>", " ", re.sub(r"(?s)<(style|script).*?</\1>", " ", said))
        meaning = "an incomplete answer" if status in (200, 206) else responses.get(status, "no known status")
        first = next(filter(None, map(words, said.splitlines())), "")
        problem = f"the server answers {status}, {meaning}" + (f" ({first})" if first else "")
        advice = "ask for less, or try again later" if status >= 500 or status < 300 else "is this a SPARQL endpoint?"
        if "Hash dictionary is full" in problem:
            advice = "in virtuoso.ini, raise MaxConstructTriples of the section SPARQL"
        return self.error(problem, _ADVICE.get(status, advice))


class _Deadline:
    """A time limit, in seconds, for a `with` block.

    Connections made under it are shut when the time is up, however little or much a server goes on sending.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._end = time.monotonic() + seconds
        self._sockets: list[socket] = []
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *raised: object) -> None:
        self._timer.cancel()

    def left(self) -> float:
        """Return the seconds until it passes, more than 0."""
        return max(self._end - time.monotonic(), 0.001)

    def watch(self, connected: socket) -> None:
        """Close a connection when the time is up."""
        self._sockets.append(connected)
        if self.passed:
            raise TimeoutError

    def _pass(self) -> None:
        self.passed = True
        for connected in self._sockets:
            with suppress(OSError):
                socket.shutdown(connected, SHUT_RDWR)


class _Handler(AbstractHTTPHandler):
    """HTTP and HTTPS for urllib, under a deadline."""

    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(self._connection, HTTPConnection), request)

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(self._connection, HTTPSConnection), request)

    http_request = https_request = AbstractHTTPHandler.do_request_

    def _connection(self, kind: Callable[..., HTTPConnection], host: str, **options: Any) -> HTTPConnection:
        connection = kind(host, **options)
        connect = connection.connect

        def watched() -> None:
            connect()
            self._deadline.watch(connection.sock)

        connection.connect = watched  # type: ignore[method-assign]
        return connection


def _parsed(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Split the URL of a service into the bare URL and its parameters."""
    try:
        parts = urlsplit(url)
        valid = bool(re.fullmatch(r"(?i)https?://[!-~]+", url) and parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:  # not quoted: it may hold a password
        raise ParameterError("the endpoint is not an http or https URL: write it as https://HOST/PATH, percent-encoded")
    if "@" in parts.netloc:
        raise ParameterError(f"the URL holds a user name or password, which others could see: {HOW} instead")
    return parts._replace(query="", fragment="").geturl(), parse_qsl(parts.query, keep_blank_values=True)


def _wait(retry_after: str | None, attempts: int) -> float | None:
    """Return the seconds to wait before the next attempt (RFC 9110, section 10.2.3), or None for no further attempt."""
    if attempts >= len(BACK_OFF):
        return None
    if retry_after and re.fullmatch("[0-9]+", retry_after):
        return float(retry_after)
    with suppress(ValueError, OverflowError):
        if date := parsedate_tz(retry_after):
            return max(mktime_tz(date) - time.time(), 0.0)
    return BACK_OFF[attempts]


def _opener(url: str, deadline: _Deadline) -> OpenerDirector:
    """Return an opener for `url` that hands over answers of every status and follows no redirect.

    The proxies of the environment are used, but not for this machine.
    """
    director = OpenerDirector()
    director.add_handler(_Handler(deadline))
    director.add_handler(UnknownHandler())
    if not _is_loopback(urlsplit(url).hostname or ""):
        director.add_handler(ProxyHandler())
    return director


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _failure(error: Exception) -> tuple[str, str]:
    """Say how an exchange with a server failed, and what to do; `error` is of urllib, http.client or ssl."""
    reason = error.reason if isinstance(error, URLError) else error
    match reason:
        case gaierror():
            return "the host's name is not known", "check the URL and the network"
        case ConnectionRefusedError():
            return "connection refused", "is the server running, and at this port?"
        case SSLCertVerificationError():
            return f"the certificate is not valid ({words(reason.verify_message)})", "check the URL"
        case ValueError():  # of a host or proxy; its text may hold a password
            return "the address of the server or proxy is not valid", "check the URL and the proxy settings"
        case IncompleteRead() | ConnectionError():
            return "the connection was cut before the end of the answer", "try again later, or ask for less"
        case HTTPException():
            return "the answer is not HTTP", "check the URL and its port"
        case _:
            return f"the connection failed ({words(str(reason))})", "check the URL and the network"


def words(said: str) -> str:
    """Return what a server says as one short line without control characters and terminal sequences."""
    plain = _CONTROLS.sub("", said[:2000])
    line = " ".join("".join(character if character.isprintable() else " " for character in plain).split())
    return line if len(line) <= 200 else f"{line[:197]}..."


class Credentials(NamedTuple):
    """A bearer token (RFC 6750), or a user name and password for basic (RFC 7617) and digest (RFC 7616) access."""

    token: str = ""
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "Credentials(...)"

    def authorisation(self) -> str | None:
        """Return the value of `Authorization` for a first request, if there is anything to say."""
        if self.token:
            return f"Bearer {self.token}"
        if self.user:
            return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"
        return None

    def masked(self, said: str) -> str:
        """Mask secrets that a server may repeat in its words."""
        secrets = (self.token, self.password, (self.authorisation() or "").partition(" ")[2])
        for secret in filter(None, secrets):
            said = said.replace(secret, "***")
        return said

    def answer(self, challenge: str, request: Request) -> str | None:
        """Return the value of the header for a server that challenges by digest, or None for another challenge."""
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() != "digest" or not self.user:
            return None
        passwords = HTTPPasswordMgr()
        handler = AbstractDigestAuthHandler(passwords)
        try:
            said = parse_keqv_list(parse_http_list(rest))
            passwords.add_password(said.get("realm", ""), request.full_url, self.user, self.password)
            given = handler.get_authorization(request, said)
        except (ValueError, KeyError):
            return None
        return f"Digest {given}" if given else None


def credentials_for(host: str) -> Credentials:
    """Find the credentials for a host: of FOC_TOKEN, of FOC_USER and FOC_PASSWORD, else of netrc, else none.

    Raises:
        ParameterError: for a netrc file that cannot be read or is malformed, or a value that no header can hold.
    """
    token, user, password = (os.environ.get(f"FOC_{name}", "") for name in ("TOKEN", "USER", "PASSWORD"))
    found = Credentials(token, user, password) if token or user else _of_netrc(host)
    if not (all(part.isprintable() for part in found) and found.token.isascii()):
        raise ParameterError(
            "the credentials contain characters that are not allowed in a header: correct FOC_TOKEN, FOC_USER or netrc"
        )
    return found


def _of_netrc(host: str) -> Credentials:
    path = Path(os.environ.get("NETRC") or Path("~/.netrc").expanduser())
    if not path.is_file():
        return Credentials()
    try:
        user, _, password = netrc(str(path)).authenticators(host) or ("", None, "")
    except (OSError, NetrcParseError, ValueError):  # its text may hold a password
        raise ParameterError(f"{path}: not a readable netrc file: correct it, or set NETRC to another") from None
    return Credentials(user=user, password=password or "")
