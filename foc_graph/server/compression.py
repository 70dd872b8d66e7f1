"""Compression of answers with gzip, for clients that like it."""

from __future__ import annotations

import gzip

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foc_graph.server.cache import Once
from foc_graph.server.negotiation import HTML, takes_gzip

UNCOMPRESSED = {"Content-Encoding": "identity"}
"""The header of an answer that is never compressed, as its strong entity tag stands for these bytes; it is not sent."""

_LEAST = 500
"""Fewest bytes that are compressed."""

_MOST_BYTES = 16 * 2**20
"""Most bytes that pages take that are kept with what they are compressed to."""


class Compression(GZipMiddleware):
    """That of Starlette, which by itself looks for no more than the word `gzip`, and compresses pages each time."""

    def __init__(self, app: ASGIApp, compresslevel: int) -> None:
        super().__init__(_Pages(app, compresslevel), _LEAST, compresslevel)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI); whatever might be compressed says so, also where it is too short or not sent."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        asked = MutableHeaders(scope=scope)
        asked["Accept-Encoding"] = "gzip" if takes_gzip(",".join(asked.getlist("Accept-Encoding"))) else "identity"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("Content-Encoding") == UNCOMPRESSED["Content-Encoding"]:
                    del headers["Content-Encoding"]
                elif "Accept-Encoding" not in headers.get("Vary", ""):
                    headers.add_vary_header("Accept-Encoding")
            await send(message)

        await super().__call__(scope, receive, sent)


class _Pages:
    """Compresses a page once: it takes longer than to send it, and the same are asked for again and again."""

    def __init__(self, app: ASGIApp, level: int) -> None:
        self._app = app
        self._compressed: Once[bytes, tuple[bytes, bytes]] = Once(
            lambda body: (body, gzip.compress(body, level, mtime=0)),
            lambda pair: len(pair[0]) + len(pair[1]),
            _MOST_BYTES,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI) whose header says whether it takes gzip, and nothing else."""
        if scope["type"] != "http" or MutableHeaders(scope=scope).get("Accept-Encoding") != "gzip":
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def sent(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                headers = MutableHeaders(scope=start)
                is_page = headers.get("Content-Type", "").startswith(HTML) and "Content-Encoding" not in headers
                if is_page and not message.get("more_body") and len(message.get("body", b"")) >= _LEAST:
                    body = self._compressed(message["body"])[1]
                    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(body))
                    message = {**message, "body": body}
                await send(start)
                start = None
            await send(message)

        await self._app(scope, receive, sent)
