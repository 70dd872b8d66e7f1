"""Requests: their parameters and bodies, within limits, and what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from foc_graph.dates import read_period
from foc_graph.errors import ParameterError

MAX_BODY = 2**20
"""Longest body of a request, in bytes."""

MAX_PARAMETERS = 1000
"""Most parameters of a request."""

LONG = 5000
"""Characters of a query, or bytes of a form, the reading of which would keep others waiting."""

FORM = "application/x-www-form-urlencoded"

Parameters = list[tuple[str, str]]


class ProblemError(Exception):
    """A request that cannot be answered as asked: the status, and what is wrong and what to do.

    `meant` are the paths of pages that may be meant, below the root and without ending.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        headers: Mapping[str, str] | None = None,
        meant: Sequence[str] = (),
    ) -> None:
        self.status, self.detail, self.headers, self.meant = status, detail, dict(headers or {}), meant
        super().__init__(detail)

    def to_json(self) -> str:
        """Return the problem details as JSON (RFC 9457)."""
        status = self.status
        about = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": self.detail}
        return json.dumps(about, ensure_ascii=False)


def stay(address: str) -> str:
    """Write an address, relative to that of the request, for a header: it begins with no host or scheme (RFC 3986)."""
    reference = quote(address, safe="%:/?#[]@!$&'()*+,;=~")
    return f"./{reference}" if re.match("/|[^/?#]*:", reference) else reference


def elsewhere(location: str) -> ProblemError:
    """Return the redirection to where the same is asked in its exact form: relative to the address of the request."""
    return ProblemError(
        HTTPStatus.TEMPORARY_REDIRECT, "the exact form of this request is at that address", {"Location": stay(location)}
    )


def read_date(request: Request) -> str:
    """Return the date that a request is as of, the last one if there are several; empty if there is none.

    Raises:
        ProblemError: the redirection to the address with the exact form of the date, if that is another.
    """
    given = values_of(request, "as_of")
    as_of = given[-1] if given else ""
    with suppress(ParameterError):
        exact = read_period(as_of).text if as_of else ""
        if exact != as_of:
            path = quote(request.url.path.rpartition("/")[2])
            others = [(name, value) for name, value in parameters(request.scope["query_string"]) if name != "as_of"]
            raise elsewhere(f"{path}?{urlencode([*others, ('as_of', exact)])}")
    return as_of


def parameters(text: bytes) -> Parameters:
    """Return the parameters of a query string or form.

    Raises:
        ProblemError: if they are too many or not UTF-8.
    """
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the request is not UTF-8: send it in that encoding") from error
    except ValueError as error:
        detail = f"the request has more than {MAX_PARAMETERS:,} parameters: send fewer"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail) from error


def values_of(request: Request, name: str) -> list[str]:
    """Return the values of a parameter of the address; a form sends empty ones too, which count as none."""
    given = parameters(request.scope["query_string"])
    return [value.strip() for key, value in given if key == name and value.strip()]


async def form_parameters(request: Request) -> Parameters:
    """Return the parameters of a request: of its address and, if it is a POST, of the form that it sends.

    Raises:
        ProblemError: if it sends something else, compressed or too long, or as `parameters`.
    """
    given = parameters(request.scope["query_string"])
    if request.method != "POST":
        return given
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send it as {FORM}, in UTF-8")
    return given + await read_form(await read_body(request))


async def read_form(content: bytes) -> Parameters:
    """Return the parameters of a form, as `parameters` does; a long one is read in a thread."""
    return await run_in_threadpool(parameters, content) if len(content) > LONG else parameters(content)


async def read_body(request: Request) -> bytes:
    """Return the body of a request; one that is too long is read to its end first, so that its client hears of it.

    Raises:
        ProblemError: if it is compressed or too long.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "compressed requests are not supported: send it uncompressed"
        )
    content, size = bytearray(), 0
    async for piece in request.stream():
        size += len(piece)
        if size <= MAX_BODY:
            content += piece
    if size > MAX_BODY:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the request is too long: send at most {MAX_BODY:,} bytes"
        )
    return bytes(content)


def decode(content: bytes) -> str:
    """Return a text in UTF-8.

    Raises:
        ProblemError: if it is not.
    """
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the request is not UTF-8: send it in that encoding") from error
