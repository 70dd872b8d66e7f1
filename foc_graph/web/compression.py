"""Compression of answers with gzip, for clients that like it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

from foc_graph.web.negotiation import takes_gzip

UNCOMPRESSED = {"Content-Encoding": "identity"}
"""The header of an answer that is never compressed, as its strong entity tag stands for these bytes; it is not sent."""


class Compression(GZipMiddleware):
    """That of Starlette, which by itself looks for no more than the word `gzip`."""

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
