"""The results of an engine as comparable tuples: focus node, path, component, value.

Paths are in SPARQL's syntax, but without spaces and parentheses, which engines set as they like.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox

from benchmarks.shacl.generator import Result

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SUFFIX = "ConstraintComponent"
REPEATED = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Described = dict[Node, dict[str, list[Node]]]


def read_results(file: Path) -> Counter[Result]:
    """The results in a report, in Turtle or as a JSON array of objects with the names of SHACL's properties."""
    text = file.read_text(encoding="utf-8")
    if text.startswith("[{"):
        return Counter(map(_row, json.loads(text)))
    described: Described = defaultdict(lambda: defaultdict(list))
    for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
        described[triple.subject][triple.predicate.value].append(triple.object)
    reported = [node for about in list(described.values()) for node in about.get(f"{SH}result", [])]
    return Counter(_result(described, node) for node in reported)


def _row(about: dict[str, str | None]) -> Result:
    path = re.sub(r"[ ()]", "", about.get("resultPath") or "")
    component = str(about["sourceConstraintComponent"]).strip("<>")
    return _plain(str(about["focusNode"])), path, _local(component), _plain(about.get("value") or "")


def _result(described: Described, node: Node) -> Result:
    about = described[node]

    def one(name: str) -> Node | None:
        return next(iter(about.get(SH + name, [])), None)

    component, path, focus, value = map(one, ("sourceConstraintComponent", "resultPath", "focusNode", "value"))
    return (
        _plain(str(focus)),
        _path(described, path) if path else "",
        _local(component.value) if isinstance(component, ox.NamedNode) else "",
        _plain(str(value)) if value else "",
    )


def _path(described: Described, node: Node) -> str:
    if isinstance(node, ox.NamedNode):
        return str(node)
    about = described[node]
    if f"{RDF}first" in about:
        return "/".join(_path(described, member) for member in _members(described, node))
    if f"{SH}alternativePath" in about:
        return "|".join(_path(described, member) for member in _members(described, about[f"{SH}alternativePath"][0]))
    if f"{SH}inversePath" in about:
        return "^" + _path(described, about[f"{SH}inversePath"][0])
    return next(
        (_path(described, about[SH + name][0]) + sign for name, sign in REPEATED.items() if SH + name in about), ""
    )


def _members(described: Described, head: Node) -> list[Node]:
    members = []
    while f"{RDF}first" in described[head]:
        members += described[head][f"{RDF}first"]
        head = described[head][f"{RDF}rest"][0]
    return members


def _local(component: str) -> str:
    return component.removeprefix(SH).removesuffix(SUFFIX)


def _plain(term: str) -> str:
    return "_:" if term.startswith("_:") else term
