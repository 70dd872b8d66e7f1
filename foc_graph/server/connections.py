"""Connections within limits: uvicorn's own protocol, for clients that send too much, too slowly or nothing at all."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter, deque
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from foc_graph.sandbox.fair_queue import client_of
from foc_graph.server.requests import ProblemError

MAX_HEAD = 2**15
"""Longest request line and headers together, in bytes."""

MAX_HEADERS = 100
"""Most headers of a request."""

MAX_REQUEST = 2**21
"""Longest request, in bytes as they are sent; the application reads less of a body."""

MAX_WAITING = 16
"""Most requests of a connection that wait behind another; none of them is longer than a head."""

MAX_CONNECTIONS = min(500, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
"""Most connections of a process, by half of the files that it may open; before one more is opened, that which has
waited longest for its client is closed, of the client that has most."""

MAX_HELD = 9 * 2**23
"""Most bytes that a process holds of requests that are not answered yet, and of answers that clients have not taken."""

MAX_PIECE = 2**16
"""Most bytes of an answer that are handed to the system at once."""

HEAD_SECONDS = 10.0
"""Time in which a request line and headers come, from the connection or the first byte on."""

BODY_SECONDS = 30.0
"""Time in which the rest of a request comes."""

READING_SECONDS = 30.0
"""Time in which a client takes a piece of an answer."""

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
    _running: RequestResponseCycle | None = None
    """The request that is being answered, or was last; uvicorn's own `cycle` is the one that was read last."""
    _size, _most = 0, MAX_HEAD
    """Bytes of the request that is being received, as reads of the socket tell, and how many there may be now."""
    _seen = 0
    """Bytes of requests for it when it was last looked whether too much is held."""
    _unsent = 0
    """Bytes of an answer that are not handed to the system yet."""
    _since = 0.0
    """When it began to wait for its client; infinite while the client waits for an answer."""
    _is_head, _refused, _is_cut = True, False, False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._app: ASGIApp = self.app
        self.app = self._answer
        self._unanswered: deque[int] = deque()
        """Bytes of each request that is not answered yet."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, in place of one that waits for its client where there are too many."""
        others = [one for one in self.connections if isinstance(one, Connection)]
        super().connection_made(transport)
        if len(others) >= MAX_CONNECTIONS:
            number = Counter(one._client() for one in others)
            idle = [one for one in others if one._since < float("inf")]
            min(idle, key=lambda one: (-number[one._client()], one._since), default=self).transport.abort()
        self._since = self.loop.time()
        self._expect(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is being answered, and drop those behind it."""
        self._expect(None)
        self.resume_writing()
        self._leave()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless a request grows too long."""
        self._size += len(data)
        if self._refused:
            if self._size > MAX_UNREAD:
                self.transport.abort()
            return
        super().data_received(data)
        if self._timer is None and not self._unanswered and not self.transport.is_closing():
            self._expect(HEAD_SECONDS)  # an empty line, which ends uvicorn's timer and begins no request
        if self._size > self._most:
            self._refuse(*_too_large(self._most))

    def on_message_begin(self) -> None:
        """Begin with a request."""
        super().on_message_begin()
        self._is_head = True
        self._expect(HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, but none that follows the body (RFC 9110, section 6.5.1).

        Raises:
            ValueError: if there are too many; the parser then calls for `send_400_response`.
        """
        if not self._is_head:
            return
        super().on_header(name, value)
        if len(self.headers) > MAX_HEADERS:
            self._refusal = _TOO_LARGE, f"at most {MAX_HEADERS} headers are read: send fewer"
            raise ValueError

    def on_headers_complete(self) -> None:
        """Answer, unless the head is too long or too many requests wait.

        Raises:
            ValueError: if so; the parser then calls for `send_400_response`.
        """
        self._is_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MAX_HEAD:
            self._refusal = _too_large(MAX_HEAD)
        if size > MAX_HEAD or len(self.pipeline) == MAX_WAITING:
            raise ValueError
        self._expect(BODY_SECONDS)
        super().on_headers_complete()
        self._unanswered.append(size)
        self._relieve_if_large()
        if self.pipeline:
            self.flow.resume_reading()  # or nobody hears that the client leaves

    def on_body(self, body: bytes) -> None:
        """Keep a part of a body."""
        super().on_body(body)
        if self._unanswered:
            self._unanswered[-1] += len(body)
            self._relieve_if_large()
            if self.pipeline and self._unanswered[-1] > MAX_HEAD:
                self.transport.close()

    def on_message_complete(self) -> None:
        """Wait for the next request, if there is one."""
        self._size, self._most = 0, MAX_HEAD
        self._expect(None)
        super().on_message_complete()
        self._note_turn()

    def on_response_complete(self) -> None:
        """Answer the next request, or wait for it."""
        self._unanswered.popleft()
        self._seen = 0
        super().on_response_complete()
        if self.transport.is_closing():
            self._expect_reading()
        self._note_turn()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, once its client has taken all."""
        super().timeout_keep_alive_handler()
        self._expect_reading()

    def pause_writing(self) -> None:
        """Wait for a client that reads slowly."""
        super().pause_writing()
        self._expect_reading()
        self._note_turn()
        self._relieve()

    def resume_writing(self) -> None:
        """Write on."""
        super().resume_writing()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._note_turn()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a request that is not answered."""
        self._refuse(*(self._refusal or (HTTPStatus.BAD_REQUEST, "this is not HTTP/1.1: correct the request")))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:  # type: ignore[override]
        self._running = cycle
        if cycle.more_body:
            self._most = MAX_REQUEST
        super()._start_asgi_task(cycle, app)  # type: ignore[arg-type]

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI), piece by piece; an answer that is left without its end is cut off."""
        cycle = self._running
        assert cycle is not None

        async def sent(message: Message) -> None:
            body, begin = message.get("body", b""), 0
            while begin + MAX_PIECE < len(body):
                self._unsent = len(body) - begin
                await send({**message, "body": body[begin : begin + MAX_PIECE], "more_body": True})
                begin += MAX_PIECE
            self._unsent = len(body) - begin
            await send({**message, "body": body[begin:]} if begin else message)
            self._unsent = 0

        await self._app(scope, receive, sent)
        if cycle.response_started and not cycle.response_complete:
            cycle.disconnected = True
            self.transport.close()

    def _leave(self) -> None:
        """Tell the request that is being answered that its client has left."""
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def _note_turn(self) -> None:
        """Note since when it waits for its client, if it does."""
        running = self._running
        is_waiting = running is None or running.more_body or running.response_complete or self.flow.write_paused
        self._since = self.loop.time() if is_waiting else float("inf")

    def _held(self) -> int:
        """Return the bytes that are held for it."""
        return sum(self._unanswered) + self._unsent + self.transport.get_write_buffer_size()

    def _client(self) -> str:
        """Return the client, as the proxy in front told it with the request that is being answered."""
        client = self.client if self._running is None else self._running.scope["client"]
        return client_of(client[0]) if client else ""

    def _relieve_if_large(self) -> None:
        size = sum(self._unanswered)
        if size > self._seen + MAX_PIECE:
            self._seen = size
            self._relieve()

    def _relieve(self) -> None:
        """Close connections while too much is held: those of clients with more than their share, the slowest first."""
        there = [one for one in self.connections if isinstance(one, Connection) and not one._is_cut]
        held = {one: size for one in there if (size := one._held())}
        total = sum(held.values())
        if total <= MAX_HELD:
            return
        of_client = Counter[str]()
        for one, size in held.items():
            of_client[one._client()] += size
        share = MAX_HELD / len(of_client)
        for one in sorted(held, key=lambda one: one._since):
            if total > MAX_HELD * 7 / 8 and of_client[one._client()] > share:
                total -= held[one]
                one._is_cut = True
                one.transport.abort()

    def _expect(self, seconds: float | None) -> None:
        """Give what comes next so much time; None: any."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._late)

    def _expect_reading(self) -> None:
        """Give the client its time to take what is left of a piece."""
        self._reading = self._reading or self.loop.call_later(READING_SECONDS, self.transport.abort)

    def _late(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, "the request did not come in time: send it faster")

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Refuse a request and close the connection, soon; at once if an answer is under way."""
        if self._refused or self.transport.is_closing():
            return
        self._expect(None)
        running = self._running
        if running is None or running.response_complete or (running.more_body and not running.response_started):
            self._refused, self._since = True, self.loop.time()
            self._leave()
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
