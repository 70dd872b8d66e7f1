"""Suggestions of readers: addresses that lead to where the workspace wants corrections, with what they are about."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup, escape

from foc_graph.site.about import Site

_QUESTIONS = "\r\n\r\nWhat should it say?\r\n\r\n\r\nWhich source says so?\r\n"


def suggest_correction(site: Site, title: str, iri: str, value: str = "") -> Markup:
    """Return the address by which to suggest a correction of a page, or of one value on it, as an attribute holds it.

    It is that of the workspace, with a title and a body in place of `{title}` and `{body}` (RFC 6068, section 5, for
    the lines of the latter). What names the release may be marked: see `about`.
    """
    about = ["Page: " + title, "Address: " + iri, *(["Value: " + value] if value else [])]
    edition, name = ("Release: ", site.version) if site.version else ("As of: ", site.day)
    body = Markup("").join((_quoted("\r\n".join([*about, edition])), name, _quoted(_QUESTIONS)))
    subject = _quoted(f"Correction: {title}{value and f', {value}'}")
    parts = (escape(part).replace("{title}", subject) for part in site.corrections.split("{body}"))
    return body.join(parts)


def _quoted(text: str) -> Markup:
    return Markup(quote(text, safe=""))
