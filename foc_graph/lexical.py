"""The terminals that Turtle and SPARQL share, in one linear pass: enough to find comments, brackets and keywords.

Sources: Turtle 1.1 section 6.5, SPARQL 1.1 section 19.8 (IRIREF, STRING_LITERAL*, comments, VAR1/VAR2, PNAME).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from foc_graph.errors import ParseError

MAX_DEPTH = 64
"""Deepest nesting of brackets that is handed to a parser; parsers recurse, and a crash takes the process with it."""

MAX_QUERY_LENGTH = 1_000_000
"""Longest query text, in characters."""

MAX_OPERATORS = 1000
"""Most operators and group keywords before a place, inside the brackets that are open there: a parser recurses over a
chain of them just as over brackets."""

MAX_IRI_LENGTH = 2000
"""Longest IRI of a query, in characters; also bounds a chain of operators between `<` and `>`, which looks like one."""

_OPERATORS = frozenset("!+-*/|&^=<>") | {"UNION", "MINUS", "OPTIONAL", "BIND", "FILTER"}

_LONG_IRI = re.compile(rf"<[^<>\s]{{{MAX_IRI_LENGTH - 1},}}")

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<string>\"{3}(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"{3} | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<name>[\w.-]*+:(?:[\w:.%-]|\\.)*)
    | (?P<word>[\w.-]*\w)
    | (?P<open>[{(\[])
    | (?P<close>[})\]])
    | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)

Token = tuple[str, str, int]
"""Kind (a group name above), text, offset."""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` in order; what fits no terminal comes as single characters of kind `other`."""
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "other", match.group(), match.start()


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column (both from 1) of an offset in `text`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def check_depth(text: str, where: str) -> None:
    """Refuse text nested deeper than MAX_DEPTH.

    Raises:
        ParseError: at the bracket that is one too deep.
    """
    if sum(map(text.count, "{([")) <= MAX_DEPTH:
        return
    depth = 0
    for kind, token, offset in tokens(text):
        if kind not in ("open", "close", "iri"):  # what looks like an IRI may be `<`, a bracketed expression and `>`
            continue
        opened, closed = sum(map(token.count, "{([")), sum(map(token.count, "})]"))
        deepest = depth + opened
        depth = max(depth + opened - closed, depth if kind == "iri" else 0)
        if deepest > MAX_DEPTH:
            raise ParseError(where, *position(text, offset), f"nested deeper than {MAX_DEPTH} levels: simplify it")


def check_query(text: str, where: str = "query") -> None:
    """Refuse a query that would ask another server, or that no parser can be given: too long, too deep, not Unicode.

    Raises:
        ParseError: saying what is refused, and where.
    """
    if len(text) > MAX_QUERY_LENGTH:
        raise ParseError(where, None, None, f"longer than {MAX_QUERY_LENGTH:,} characters: shorten it")
    if (surrogate := re.search("[\ud800-\udfff]", text)) is not None:  # also stands for a byte that is not UTF-8
        problem = "not valid Unicode text: write the query in UTF-8"
        raise ParseError(where, *position(text, surrogate.start()), problem)
    check_depth(text, where)
    if _is_plain(text):
        return
    operators = [0]
    for kind, token, offset in tokens(text):
        if kind == "word" and token.upper() == "SERVICE":
            problem = "SERVICE would ask another server, which this tool does not do: ask there directly"
            raise ParseError(where, *position(text, offset), problem)
        if kind == "iri" and len(token) > MAX_IRI_LENGTH:
            raise ParseError(where, *position(text, offset), f"an IRI longer than {MAX_IRI_LENGTH:,} characters")
        if kind == "open":
            operators.append(operators[-1])
        elif kind == "close" and len(operators) > 1:
            operators.pop()
        elif kind in ("word", "other"):
            operators[-1] += token.count("-") if len(token) > 1 and "-" in token else token.upper() in _OPERATORS
        if operators[-1] > MAX_OPERATORS:
            raise ParseError(where, *position(text, offset), f"more than {MAX_OPERATORS:,} operators: simplify it")


def _is_plain(text: str) -> bool:
    """Whether a query surely passes what `check_query` counts in its tokens; most do, and this is quicker to see."""
    capitals = text.upper()
    operators = sum(map(capitals.count, _OPERATORS))
    return operators <= MAX_OPERATORS and "SERVICE" not in capitals and _LONG_IRI.search(text) is None
