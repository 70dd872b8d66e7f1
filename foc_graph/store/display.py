"""Results as HTML in a notebook: built as elements, so that no text in them is read as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

import pyoxigraph as ox

from foc_graph.rdf.xml_text import clean

MOST_ROWS = 50
"""How many rows of a result are shown."""

MOST_CHARACTERS = 500
"""How many characters of a text are shown."""


def table(caption: str, columns: Iterable[str], rows: Sequence[Sequence[object]]) -> str:
    """A table of the first rows of a result, with a caption that says how many there are.

    Cells are terms, or texts; None stays empty. IRIs of the web are links.
    """
    root = ElementTree.Element("table")
    shown = rows[:MOST_ROWS]
    text = caption if len(shown) == len(rows) else f"{caption}, of which the first {MOST_ROWS} are shown"
    ElementTree.SubElement(root, "caption").text = text
    head = ElementTree.SubElement(ElementTree.SubElement(root, "thead"), "tr")
    for column in columns:
        ElementTree.SubElement(head, "th", scope="col").text = column
    body = ElementTree.SubElement(root, "tbody")
    for row in shown:
        line = ElementTree.SubElement(body, "tr")
        for value in row:
            _fill(ElementTree.SubElement(line, "td"), value)
    return clean(ElementTree.tostring(root, encoding="unicode", method="html"))


def _fill(cell: ElementTree.Element, value: object) -> None:
    if isinstance(value, ox.NamedNode) and value.value.lower().startswith(("http://", "https://")):
        cell = ElementTree.SubElement(cell, "a", href=value.value, target="_blank", rel="noopener noreferrer")
    elif isinstance(value, ox.Literal):
        cell.set("dir", "auto")
        if value.language:
            cell.set("lang", value.language)
    text = value.value if isinstance(value, (ox.NamedNode, ox.Literal)) else "" if value is None else str(value)
    cell.text = text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
