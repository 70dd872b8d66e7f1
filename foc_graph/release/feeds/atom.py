"""The log of changes as Atom feeds (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from foc_graph.rdf.xml_text import clean
from foc_graph.release.feeds.log import Event

NAMESPACE = "http://www.w3.org/2005/Atom"
MOST = 200
"""Entries of a feed, the newest."""


def write_atom(path: Path, address: str, title: str, author: str, day: str, events: Sequence[Event]) -> None:
    """Write a feed of events, which come in the order of the log; `address` is where the feed is found.

    That a thing was verified again is no news. `day` is when the feed was last changed, `author` who publishes it.

    Raises:
        OSError: if the file cannot be written.
    """
    feed = ElementTree.Element("feed", xmlns=NAMESPACE)
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", _moment(day))
    _add(ElementTree.SubElement(feed, "author"), "name", author or title)
    ElementTree.SubElement(feed, "link", rel="self", type="application/atom+xml", href=clean(address))
    news = [event for event in events if event.kind != "verified"]
    for event in reversed(news[-MOST:]):
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", event.id)
        _add(entry, "title", event.text, type="text")
        _add(entry, "updated", _moment(event.day))
        if event.thing and event.thing.startswith(("http://", "https://")):
            ElementTree.SubElement(entry, "link", rel="alternate", href=clean(event.thing))
        ElementTree.SubElement(entry, "category", term=clean(event.kind))
        _add(entry, "content", _content(event), type="text")
    ElementTree.indent(feed)
    document = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    path.write_bytes(document + b"\n")


def _content(event: Event) -> str:
    lines = [f"{event.text}.", f"Release {event.release}."]
    if event.sources:
        lines.append(f"Sources: {', '.join(event.sources)}")
    return "\n".join(lines)


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = clean(text)
