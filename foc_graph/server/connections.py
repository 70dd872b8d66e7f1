"""Connections within limits: uvicorn's own protocol, for clients that send too much, too slowly or nothing at all."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from foc_graph.server.requests import ProblemError

MAX_HEAD = 2**15
"""Longest request line and headers together, in bytes."""

MAX_HEADERS = 100
"""Most headers of a request, trailers included."""

MAX_REQUEST = 2**21
"""Longest request, in bytes as they are sent; the application reads less of a body."""

MAX_CONNECTIONS = 500
"""Most connections of a process; before one more is opened, that which has waited longest for a request is closed."""

HEAD_SECONDS = 10.0
"""Time in which a request line and headers come, from the connection or the first byte on."""

BODY_SECONDS = 30.0
"""Time in which the rest of a request comes."""

READING_SECONDS = 30.0
"""Time in which a client takes what has been sent, so far that more may follow."""

UNREAD_SECONDS = 2.0
"""Time in which a refused client may send on, unread: closing its connection at once would lose the answer."""

MAX_UNREAD = 2**23
"""Longest request, in bytes, that is received so."""

_TOO_LARGE = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class Connection(HttpToolsProtocol):
    """One connection of HTTP/1.1; its timers end what takes too long."""

    _timer: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _refusal: tuple[HTTPStatus, str] | None = None
    _size, _most = 0, MAX_HEAD
    """Bytes of the request that is being received, as reads of the socket tell, and how many there may be now."""
    _since = 0.0
    """When it began to wait for a request; infinite while there is one."""
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, in place of an idle one where there are too many."""
        others = [one for one in self.connections if isinstance(one, Connection)]
        super().connection_made(transport)
        if len(others) >= MAX_CONNECTIONS:
            idlest = min(others, key=lambda one: one._since)
            (idlest if idlest._since < float("inf") else self).transport.abort()
        self._since = self.loop.time()
        self._expect(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._expect(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless a request grows too long."""
        self._size += len(data)
        if self._refused:
            if self._size > MAX_UNREAD:
                self.transport.abort()
            return
        super().data_received(data)
        if self._size > self._most:
            self._refuse(*_too_large(self._most))

    def on_message_begin(self) -> None:
        """Begin with a request."""
        super().on_message_begin()
        self._expect(HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header.

        Raises:
            ValueError: if there are too many; the parser then calls for `send_400_response`.
        """
        super().on_header(name, value)
        if len(self.headers) > MAX_HEADERS:
            self._refusal = _TOO_LARGE, f"at most {MAX_HEADERS} headers are read: send fewer"
            raise ValueError

    def on_headers_complete(self) -> None:
        """Answer, unless the head is too long.

        Raises:
            ValueError: if it is; the parser then calls for `send_400_response`.
        """
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            self._refusal = _too_large(MAX_HEAD)
            raise ValueError
        self._most, self._since = MAX_REQUEST, float("inf")
        self._expect(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for the next request, if there is one."""
        self._size, self._most = 0, MAX_HEAD
        self._expect(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._since = float("inf") if self.pipeline else self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for a client that reads slowly."""
        super().pause_writing()
        self._reading = self._reading or self.loop.call_later(READING_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Write on."""
        super().resume_writing()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a request that is not answered."""
        self._refuse(*(self._refusal or (HTTPStatus.BAD_REQUEST, "this is not HTTP/1.1: correct the request")))

    def _expect(self, seconds: float | None) -> None:
        """Give what comes next so much time; None: any."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, "the request did not come in time: send it faster")

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Refuse a request and close the connection, soon; at once if an answer is under way."""
        if self._refused or self.transport.is_closing():
            return
        self._expect(None)
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self._refused, self._since = True, self.loop.time()
            if self.cycle is not None:
                self.cycle.disconnected = True
                self.cycle.message_event.set()
            body = ProblemError(status, detail).to_json()
            head = f"HTTP/1.1 {int(status)} {status.phrase}\r\nContent-Type: application/problem+json\r\n"
            head += f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            head += "Connection: close\r\n\r\n"
            self.transport.write(head.encode() + body.encode())
            self.transport.write_eof()
            self.flow.resume_reading()
            self._timer = self.loop.call_later(UNREAD_SECONDS, self.transport.close)
        else:
            self.transport.close()


def _too_large(most: int) -> tuple[HTTPStatus, str]:
    if most == MAX_HEAD:
        return _TOO_LARGE, f"at most {most:,} bytes of address and headers are read: send long queries by POST"
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {most:,} bytes are read: shorten it"
