"""RDF/XML, which cannot express all of RDF (RDF 1.1 XML Syntax, section 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import RawIOBase
from typing import Any, BinaryIO, cast

import pyoxigraph as ox

from foc_graph.errors import ParameterError, quoted
from foc_graph.rdf.xml_text import FORBIDDEN

_XML_NAME = re.compile(r"(?<![\w.-])(?>[\w.-]*?[^\W\d][\w.-]*+)$")


class _Returns(RawIOBase):
    """A file of XML in which a carriage return is a reference: a reader would take it for a line feed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, content: Any) -> int:
        self._file.write(content.replace(b"\r", b"&#xD;"))
        return len(content)


def write_xml(statements: Iterable[ox.Quad | ox.Triple], file: BinaryIO, prefixes: Mapping[str, str]) -> None:
    """Write statements as RDF/XML; a text in an unknown language has none there, since some readers refuse `und`.

    Raises:
        ParameterError: for a property or text that it has no way to write.
    """
    target = cast(BinaryIO, _Returns(file))
    ox.serialize(map(_for_xml, statements), target, ox.RdfFormat.RDF_XML, prefixes=dict(prefixes))


def _for_xml(statement: ox.Quad | ox.Triple) -> ox.Triple:
    predicate, value = statement.predicate.value, statement.object
    if not _XML_NAME.search(predicate):
        raise ParameterError(
            f"{statement.subject}: RDF/XML has no name for {quoted(predicate)}: let it end with letters"
        )
    if isinstance(value, ox.Literal) and FORBIDDEN.search(value.value):
        raise ParameterError(
            f"{statement.subject}: {quoted(value.value)} holds a character that XML forbids: take it out"
        )
    if isinstance(value, ox.Literal) and value.language == "und":
        value = ox.Literal(value.value)
    return ox.Triple(statement.subject, statement.predicate, value)
