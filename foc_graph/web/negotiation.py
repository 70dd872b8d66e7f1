"""Choosing the media type of an answer (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that a header `Accept` likes best, the first of equals; None if it likes none.

    What cannot be read in the header counts for nothing; a header that is empty or missing likes all.
    """
    ranges = [] if accept is None else [found for part in accept.split(",")[:100] if (found := _range(part))]
    if not ranges:
        return offers[0] if accept is None or not accept.strip() else None
    scored = [(_quality(offer, ranges), offer) for offer in offers]
    best = max(quality for quality, _ in scored)
    return next(offer for quality, offer in scored if quality == best) if best > 0 else None


def _range(part: str) -> tuple[str, float] | None:
    name, *parameters = (one.strip() for one in part.split(";"))
    if name.count("/") != 1:
        return None
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                return None
    return name.lower(), quality


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """That of the most specific range that fits."""
    for wanted in (offer.partition(";")[0], f"{offer.partition('/')[0]}/*", "*/*"):
        if found := [quality for name, quality in ranges if name == wanted]:
            return max(found)
    return 0.0
