"""Choosing the media type of an answer, and whether it is compressed (RFC 9110, sections 12.5.1 and 12.5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

HTML = "text/html"
"""The media type of pages, which people read."""

_MOST = 100
"""Most parts of a header that are read."""


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that a header `Accept` likes best, the first of equals; None if it likes none.

    What cannot be read in the header counts for nothing; a header that is empty or missing likes all.
    """
    ranges = [] if accept is None else [one for one in _weighed(accept) if one[0].count("/") == 1]
    if not ranges:
        return offers[0] if accept is None or not accept.strip() else None
    scored = [(_quality(offer, ranges), offer) for offer in offers]
    best = max(quality for quality, _ in scored)
    return next(offer for quality, offer in scored if quality == best) if best > 0 else None


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a header `Accept-Encoding` likes gzip, and no worse than what is not compressed."""
    qualities = dict(_weighed(accept_encoding))
    gzip = qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0)))
    return gzip > 0 and gzip >= qualities.get("identity", 0.0)


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    """What a header lists, in lower case, each with its quality; without what cannot be read."""
    for part in header.split(",")[:_MOST]:
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        weights = [value for key, _, value in (one.partition("=") for one in parameters) if key.strip() == "q"]
        with suppress(ValueError):
            yield name, min([1.0, *(max(0.0, float(weight)) for weight in weights)])


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """That of the most specific range that fits."""
    for wanted in (offer.partition(";")[0], f"{offer.partition('/')[0]}/*", "*/*"):
        if found := [quality for name, quality in ranges if name == wanted]:
            return max(found)
    return 0.0
