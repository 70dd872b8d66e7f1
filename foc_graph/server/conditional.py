"""Answers that a client has already: entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13.1.2)."""

from __future__ import annotations

from hashlib import blake2b

from starlette.requests import Request


def entity_tag(*parts: object) -> str:
    """A tag that is the same for the same parts: the state that is served, and what was asked of it.

    It is weak: what it stands for has the same meaning each time, but may be compressed, or in another order.
    """
    return f'W/"{blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


def is_current(request: Request, tag: str) -> bool:
    """Whether the client has what a tag stands for, so that 304 is the answer."""
    if request.method not in ("GET", "HEAD"):
        return False
    known = request.headers.get("if-none-match", "").split(",")
    return tag.removeprefix("W/") in (one.strip().removeprefix("W/") for one in known)
