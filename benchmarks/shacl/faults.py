"""The faults that are made in the generated data, and the results that each must give with either set of shapes.

An edit is `- predicate` (drop), `+ predicate object` (add) or `= predicate object` (replace); a line that begins with a
blank node or with `id:` names its own subject. A result is component, path and value, with `@ focus` where the focus
node is not the thing itself; the path of a node shape is `.`; `{self}` is the thing. Blank nodes are all alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What is changed about a thing of a kind, and the results that follow, with either set of shapes."""

    kind: str
    edits: tuple[str, ...]
    tuned: tuple[str, ...]
    judged: tuple[str, ...]


def fault(kind: str, edits: str, tuned: str = "", judged: str = "") -> Fault:
    """A fault, from lists that are separated by semicolons."""
    parts = [tuple(part.strip() for part in text.split(";") if part.strip()) for text in (edits, tuned, judged)]
    return Fault(kind, *parts)


def new(name: str, cls: str, *triples: str) -> str:
    """Edits that add a thing of its own."""
    return "; ".join(f"+ id:{name}/{{i}} {triple}" for triple in (f"rdf:type al:{cls}", *triples))


INTEGER, DECIMAL, DATE = "^^xsd:integer", "^^xsd:decimal", "^^xsd:date"
LONG = "x" * 81
