"""HTTP for one exchange with a server that may be slow, broken or hostile: everything ends at a deadline."""

from __future__ import annotations

import re
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from ipaddress import ip_address
from socket import SHUT_RDWR, gaierror, socket
from ssl import SSLCertVerificationError
from typing import Any
from urllib.error import URLError

_CONTROLS = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?"
)
"""Control sequences and strings of terminals (ECMA-48, 5.4 and 5.6), also where they do not end."""


class Deadline:
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
        """Seconds until it passes, more than 0."""
        return max(self._end - time.monotonic(), 0.001)

    def watch(self, connected: socket) -> None:
        """Let it close a connection."""
        self._sockets.append(connected)
        if self.passed:
            raise TimeoutError

    def _pass(self) -> None:
        self.passed = True
        for connected in self._sockets:
            with suppress(OSError):
                socket.shutdown(connected, SHUT_RDWR)


class _Handler(urllib.request.AbstractHTTPHandler):
    """HTTP and HTTPS for urllib, under a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(self._connection, HTTPConnection), request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(self._connection, HTTPSConnection), request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def _connection(self, kind: Callable[..., HTTPConnection], host: str, **options: Any) -> HTTPConnection:
        connection = kind(host, **options)
        connect = connection.connect

        def watched() -> None:
            connect()
            self._deadline.watch(connection.sock)

        connection.connect = watched  # type: ignore[method-assign]
        return connection


def opener(url: str, deadline: Deadline) -> urllib.request.OpenerDirector:
    """What opens requests for `url`: answers of every status as they come, and redirects are not followed.

    The proxies of the environment are used, but not for this machine.
    """
    director = urllib.request.OpenerDirector()
    director.add_handler(_Handler(deadline))
    director.add_handler(urllib.request.UnknownHandler())
    if not _is_loopback(urllib.parse.urlsplit(url).hostname or ""):
        director.add_handler(urllib.request.ProxyHandler())
    return director


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def failure(error: Exception) -> tuple[str, str]:
    """What went wrong on the way to a server and back, and what to do; `error` is of urllib, http.client or ssl."""
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
    """What a server says, in one short line without control characters, and without what controls a terminal."""
    plain = _CONTROLS.sub("", said[:2000])
    line = " ".join("".join(character if character.isprintable() else " " for character in plain).split())
    return line if len(line) <= 200 else f"{line[:197]}..."
