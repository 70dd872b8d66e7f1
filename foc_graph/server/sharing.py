"""Answers for pages of other origins (CORS: https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response

from foc_graph.server.problems import ProblemError, problem_response


class Sharing(CORSMiddleware):
    """That of Starlette, which by itself refuses in plain text."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Whether a page may send what it announces."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            return answer
        detail = f"pages elsewhere may use {', '.join(self.allow_methods)} only, and no private network"
        kept = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
        request = Request({"type": "http", "headers": request_headers.raw})
        return problem_response(request, ProblemError(HTTPStatus.BAD_REQUEST, detail, kept))
