"""The canonical form of Turtle: sorted prefixes, one block a subject, `a` first, one object a line.

Comments stand at the head alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.parser import parse_turtle
from foc_graph.rdf.terms import RDF, RDF_TYPE, STANDARD_PREFIXES, XSD, Node, blank_nodes, curie
from foc_graph.sparql.tokens import position, tokens

MAX_BLANK_NODES = 200
"""Most blank nodes of a file; the time to name them canonically grows with a high power of their number."""

_RELATIVE = re.compile(r"[^:/?#][^:?#]*(#[^:]*)?")
"""An IRI relative to a base that names a thing below it, whatever the base is."""

_MAX_NESTING = 16
_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_BARE = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "decimal": re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}


def format_turtle(text: str, where: str = "text", prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> str:
    """Write a Turtle document in its canonical form; formatting it again changes nothing.

    The document may use prefixes that it declares, but for those of `prefixes`, which always stand for the same.

    Raises:
        ParseError: if the text is not Turtle, or holds a comment below its head, which would be lost.
    """
    triples, declared = parse_turtle(text, where)
    nodes = {node for triple in triples for node in (triple.subject, triple.object) if isinstance(node, ox.BlankNode)}
    if len(nodes) > MAX_BLANK_NODES:
        raise ParseError(where, None, None, f"more than {MAX_BLANK_NODES} blank nodes: give the things IRIs")
    return format_triples(triples, head_comments(text, where), {**declared, **prefixes})


def format_triples(
    triples: list[ox.Triple], head: str = "", prefixes: Mapping[str, str] = STANDARD_PREFIXES, base: str = ""
) -> str:
    """Write the canonical document of these triples below the comments `head`, with the prefixes that occur.

    IRIs below a `base`, which ends with a slash, are written relative to it.
    """
    body = _Writer(triples, prefixes, base).document()
    return "\n\n".join(part for part in (head, body) if part) + "\n"


def head_comments(text: str, where: str) -> str:
    """Return the comments above the first statement.

    Raises:
        ParseError: for a comment further down, which would be lost.
    """
    comments, in_head = [], True
    for kind, token, offset in tokens(text):
        if kind != "comment":
            in_head = False
        elif in_head:
            comments.append(token.rstrip())
        else:
            problem = "a comment below the head would be lost: move it to the head, or make it a statement"
            raise ParseError(where, *position(text, offset), problem)
    return "\n".join(comments)


def _quote(text: str) -> str:
    """Write a string as a Turtle literal; one of several lines, such as a query, keeps its line breaks."""
    if "\n" not in text:
        return str(ox.Literal(text))
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r")
    return '"""' + re.sub(r'"(?="|\Z)', r'\\"', escaped) + '"""'


def _with_canonical_labels(triples: list[ox.Triple]) -> Iterable[ox.Triple]:
    """Return the triples without duplicates, their blank nodes labelled by the shape of the graph (RDFC-1.0)."""
    if not any(blank_nodes(*triples)):
        return dict.fromkeys(triples)
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return (quad.triple for quad in dataset)


class _Writer:
    """Prints one graph. Blank nodes used once are nested; lists are written as lists; others keep a canonical label."""

    def __init__(self, triples: list[ox.Triple], prefixes: Mapping[str, str], base: str = "") -> None:
        self._prefixes, self._base = prefixes, base
        self._used: set[str] = set()
        self._uses: defaultdict[Node, int] = defaultdict(int)
        self._about: defaultdict[Node, defaultdict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self._iris: dict[str, str] = {}
        for subject, predicate, value in _with_canonical_labels(triples):
            self._about[subject][predicate.value].append(value)
            for node in blank_nodes(value):
                self._uses[node] += 1 if node == value else 2  # in a triple term it needs its label
        self._nested: set[Node] = {
            node for node in self._about if isinstance(node, ox.BlankNode) and self._uses[node] == 1
        }
        self._nested &= self._reached()

    def document(self) -> str:
        subjects = sorted(
            (node for node in self._about if node not in self._nested),
            key=lambda node: (isinstance(node, ox.BlankNode), str(node).strip("<>")),
        )
        blocks = [self._block(subject) for subject in subjects]
        used = sorted(self._used)
        declared = [f"BASE <{self._base}>"] if self._base else []
        declared += [f"PREFIX {prefix}: <{self._prefixes[prefix]}>" for prefix in used]
        return "\n\n".join(part for part in ("\n".join(declared), *blocks) if part)

    def _reached(self) -> set[Node]:
        """Find the nested nodes to which a printed subject leads, not through too many others nor in a cycle."""
        reached: set[Node] = set()
        frontier = [(node, 0) for node in self._about if node not in self._nested]
        while frontier:
            subject, depth = frontier.pop()
            for predicate, objects in self._about[subject].items():
                below = depth if predicate == _REST.value else depth + 1
                for node in objects:
                    if node in self._nested and node not in reached:
                        if below < _MAX_NESTING:
                            reached.add(node)
                        frontier.append((node, below % _MAX_NESTING))
        return reached

    def _block(self, subject: Node) -> str:
        return f"{self._node(subject)}\n{self._predicates(subject, 1)}\n."

    def _predicates(self, subject: Node, depth: int) -> str:
        pad = "    " * depth
        lines = []
        for name, objects in sorted((self._predicate(iri), o) for iri, o in self._about[subject].items()):
            texts = sorted(self._object(node, depth) for node in objects)
            if len(texts) == 1:
                lines.append(f"{pad}{name} {texts[0]} ;")
            else:
                joined = f" ,\n{pad}    ".join(texts)
                lines.append(f"{pad}{name}\n{pad}    {joined} ;")
        return "\n".join(lines)

    def _predicate(self, iri: str) -> str:
        return "a" if iri == RDF_TYPE else self._iri(iri)

    def _object(self, node: Node, depth: int) -> str:
        items = self._list(node) if node == _NIL or node in self._nested else None
        if items is not None:
            return f"( {' '.join(self._object(item, depth) for item in items)} )" if items else "()"
        if node in self._nested:
            pad = "    " * depth
            return f"[\n{self._predicates(node, depth + 2)}\n{pad}    ]" if self._about[node] else "[]"
        return self._node(node)

    def _list(self, node: Node) -> list[Node] | None:
        """Return the items of a well-formed RDF list whose cells are used only there, else None."""
        items: list[Node] = []
        while node != _NIL:
            cell = self._about[node] if node in self._nested else {}
            if sorted(cell) != [_FIRST.value, _REST.value] or any(len(objects) != 1 for objects in cell.values()):
                return None
            items.append(cell[_FIRST.value][0])
            node = cell[_REST.value][0]
        return items

    def _node(self, node: Node, is_part: bool = False) -> str:
        """Write a node; as part of a triple term, a string is on one line, since not every parser takes more there."""
        if isinstance(node, ox.NamedNode):
            return self._iri(node.value)
        if isinstance(node, ox.Triple):
            subject, predicate = self._node(node.subject), self._predicate(node.predicate.value)
            return f"<<( {subject} {predicate} {self._node(node.object, is_part=True)} )>>"
        if isinstance(node, ox.BlankNode):
            return str(node)
        datatype = node.datatype.value
        if datatype in _BARE and _BARE[datatype].fullmatch(node.value):
            return node.value
        quoted = str(ox.Literal(node.value)) if is_part else _quote(node.value)
        if node.language:
            return f"{quoted}@{node.language}{f'--{node.direction}' if node.direction else ''}"
        return quoted if datatype == XSD + "string" else f"{quoted}^^{self._iri(datatype)}"

    def _iri(self, iri: str) -> str:
        if iri not in self._iris:
            name = curie(iri, self._prefixes)
            self._iris[iri] = name or f"<{self._relative(iri)}>"
            if name:
                self._used.add(name.partition(":")[0])
        return self._iris[iri]

    def _relative(self, iri: str) -> str:
        rest = iri.removeprefix(self._base)
        is_plain = _RELATIVE.fullmatch(rest) and not {".", ".."} & set(rest.partition("#")[0].split("/"))
        return rest if self._base and is_plain else iri
