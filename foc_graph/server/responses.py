"""Answers that are made once and kept: for whoever has one already, nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from foc_graph.errors import FocGraphError, ServiceError
from foc_graph.sandbox.fair_queue import OverloadError
from foc_graph.sandbox.pool import QueryError
from foc_graph.server.answers import data_headers, not_modified, refused
from foc_graph.server.clients import client_of
from foc_graph.server.conditional import entity_tag
from foc_graph.server.negotiation import HTML
from foc_graph.server.problems import ProblemError
from foc_graph.server.query_service import StoredQueries


async def answered(
    request: Request,
    stored: StoredQueries,
    key: tuple[Hashable, ...],
    make: Callable[[], bytes],
    kind: str,
    headers: Mapping[str, str],
    is_asking: bool = False,
) -> Response:
    """What a key stands for, which is made if need be, perhaps by asking a query; nothing if the client has it.

    The answer to a POST is not kept.

    Raises:
        ProblemError: 400 for what cannot be answered, 429 if too many queries wait, 503 if the store cannot be read.
    """
    tag = None if request.method == "POST" else entity_tag(*key)
    headers = {**data_headers(tag), **headers}
    if tag is not None and (known := not_modified(request, headers)) is not None:
        return known
    with as_problems():
        content = await stored.answers.answer(tag, make, client_of(request.scope) if is_asking else None)
    return Response(content, headers=headers, media_type=kind)


async def told(request: Request, stored: StoredQueries, problem: ProblemError, make: Callable[[], bytes]) -> Response:
    """The page that tells above its form what is wrong with what was asked; made in the client's turn, and not kept.

    Raises:
        ProblemError: the problem itself, if it is none of what was asked; else as `answered`.
    """
    if problem.status != HTTPStatus.BAD_REQUEST:
        raise problem
    with as_problems():
        content = await stored.answers.answer(None, make, client_of(request.scope))
    return Response(content, problem.status, {**data_headers(), "Cache-Control": "no-store"}, HTML)


@contextmanager
def as_problems() -> Iterator[None]:
    """Where an answer is made: what prevents it is told to the client.

    Raises:
        ProblemError: as `answered`.
    """
    try:
        yield
    except (OverloadError, QueryError) as error:
        raise refused(error) from error
    except ServiceError as error:
        raise unavailable() from error
    except FocGraphError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, str(error)) from error


def unavailable() -> ProblemError:
    """What is said where a store or a release cannot be read."""
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "what is stored cannot be read now: try again later")
