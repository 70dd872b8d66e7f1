"""JSON-LD that people can read: names shortened by prefixes and a base, single values without brackets.

It is the compacted form of JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/#compacted-document-form), without terms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from foc_graph.rdf.terms import RDF_TYPE

_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_RELATIVE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
"""References that resolve to the base followed by themselves: they have neither a scheme nor segments of dots."""


def write_jsonld(triples: Iterable[ox.Triple], prefixes: Mapping[str, str], base: str) -> bytes:
    """Write triples as JSON-LD, with those of the prefixes that occur, and IRIs under a base relative to it."""
    expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD)
    assert expanded is not None
    writer = _Writer(prefixes, base, expanded.decode())
    things = [writer.node(one) for one in json.loads(expanded)]
    context = {name: prefixes[name] for name in sorted(writer.used)}
    document = {"@context": {"@base": base, **context}, "@graph": things}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class _Writer:
    """Shortens names, and remembers with which prefixes."""

    def __init__(self, prefixes: Mapping[str, str], base: str, text: str) -> None:
        # what is written `geo:48.2,16.4` is an address, unless there is a prefix of that name
        free = {name: start for name, start in prefixes.items() if f'"{name}:' not in text}
        self._names = {start: name for name, start in free.items()}
        self._base = base
        self.used: set[str] = set()

    def node(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """Shorten all that is said of a thing."""
        found: dict[str, Any] = {}
        for key, values in node.items():
            if key == "@id":
                found[key] = self._reference(values)
            elif key == RDF_TYPE and all("@id" in one for one in values):
                found["@type"] = _single([self._name(one["@id"]) for one in values])
            else:
                found[self._name(key)] = _single([self._value(one) for one in values])
        return found

    def _value(self, value: Mapping[str, Any]) -> Any:
        if "@list" in value:
            return {"@list": [self._value(one) for one in value["@list"]]}
        if "@id" in value:
            return self.node(value)
        if set(value) == {"@value"}:
            return value["@value"]
        return {key: self._name(one) if key == "@type" else one for key, one in value.items()}

    def _name(self, iri: str) -> str:
        """Shorten a class, property or datatype."""
        start = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
        name, local = self._names.get(start), iri[len(start) :]
        if name is None or not _LOCAL.fullmatch(local):
            return iri
        self.used.add(name)
        return f"{name}:{local}"

    def _reference(self, iri: str) -> str:
        rest = iri.removeprefix(self._base)
        return rest if rest != iri and _RELATIVE.fullmatch(rest) else self._name(iri)


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
