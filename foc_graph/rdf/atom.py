"""Feeds in Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from foc_graph.rdf.xml_text import clean

_ATOM = "http://www.w3.org/2005/Atom"


class Entry(NamedTuple):
    """An entry of a feed: its IRI, a text, the day of ISO 8601, and where it leads, if anywhere."""

    id: str
    title: str
    day: str
    href: str = ""
    categories: Sequence[str] = ()
    content: str = ""


def format_feed(address: str, title: str, author: str, day: str, entries: Iterable[Entry]) -> bytes:
    """Write a feed that is found at an address, of entries, which come newest first.

    `day` is when it was last changed, `author` who publishes it.
    """
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", _moment(day))
    _add(ElementTree.SubElement(feed, "author"), "name", author or title)
    ElementTree.SubElement(feed, "link", rel="self", type="application/atom+xml", href=clean(address))
    for one in entries:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", one.id)
        _add(entry, "title", one.title, type="text")
        _add(entry, "updated", _moment(one.day))
        if one.href.startswith(("http://", "https://")):
            ElementTree.SubElement(entry, "link", rel="alternate", href=clean(one.href))
        for category in one.categories:
            ElementTree.SubElement(entry, "category", term=clean(category))
        if one.content:
            _add(entry, "content", one.content, type="text")
    ElementTree.indent(feed)
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = clean(text)
