"""Headers that keep a browser from doing more with an answer than it is for."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALONE = "base-uri 'none'; frame-ancestors 'none'"

POLICIES = {
    "text/html": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self'; {_ALONE}"
    ),
    "image/svg+xml": f"default-src 'none'; style-src 'unsafe-inline'; {_ALONE}",
}
"""What may be loaded and run, by media type: pages have what lies on the same server and nothing that stands within
them, pictures the style sheet that they carry."""


class Hardening:
    """Adds them to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                policy = POLICIES.get(headers.get("Content-Type", "").partition(";")[0])
                if policy:
                    headers.setdefault("Content-Security-Policy", policy)
                    headers.setdefault("Referrer-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, sent)
