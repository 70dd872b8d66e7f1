"""What went wrong, told to a client: problem details (RFC 9457), or a page for people."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from foc_graph.server.negotiation import HTML, choose

PROBLEM_PAGE = "page of a problem"
"""In the scope of a request: what makes the page that tells of a problem, where a plain one is not all."""

_JSON = "application/problem+json"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p></main></body></html>
"""


class ProblemError(Exception):
    """A request that is not answered as it was meant to be: the status, and what is wrong and what to do."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.detail, self.headers = status, detail, dict(headers or {})
        super().__init__(detail)


def problem_response(request: Request, problem: ProblemError) -> Response:
    """The answer that tells it, in the form that the client prefers."""
    status, detail = problem.status, problem.detail
    text: str | bytes
    if choose(request.headers.get("accept"), (_JSON, "application/json", HTML)) == HTML:
        text, kind = request.scope.get(PROBLEM_PAGE, _page)(problem), f"{HTML}; charset=utf-8"
    else:
        about = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
        text, kind = json.dumps(about, ensure_ascii=False), _JSON
    headers = {"Vary": "Accept", "Cache-Control": "no-store", **problem.headers}
    return Response(text, int(status), headers, kind)


def _page(problem: ProblemError) -> str:
    return _PAGE.format(title=html.escape(problem.status.phrase), detail=html.escape(problem.detail))
