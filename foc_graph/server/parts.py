"""Files of which a client may ask for parts (range requests: RFC 9110, section 14)."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from foc_graph.server.problems import ProblemError


class FileInParts(FileResponse):
    """That of Starlette, which by itself tells in plain text what is wrong with a header `Range`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or parts of it; all of it for another unit than bytes and another method than GET.

        Raises:
            ProblemError: if the header `Range` cannot be read, or if there is no such part.
        """
        asked = MutableHeaders(scope=scope)
        if scope["method"] != "GET" or not asked.get("Range", "").lower().startswith("bytes="):
            del asked["Range"]

        async def sent(message: Message) -> None:
            status, size = message.get("status"), self.headers["Content-Length"]
            if status == HTTPStatus.BAD_REQUEST:
                detail = "the header Range cannot be read: write it as in `bytes=0-499`, or leave it out"
                raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
            if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                detail = f"there is no such part: the file has {size} bytes"
                headers = {"Content-Range": f"bytes */{size}"}
                raise ProblemError(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, detail, headers)
            await send(message)

        await super().__call__(scope, receive, sent)
