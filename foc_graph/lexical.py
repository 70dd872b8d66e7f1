"""The terminals that Turtle and SPARQL share, in one linear pass: enough to find comments, brackets and keywords.

Whether `<` begins an IRI or compares is told by where it stands, since SPARQL's own terminals do not tell: an IRI may
hold `'` and `#`, so that a wrong guess would hide what follows in a string or a comment, or bring it out of one.

Sources: Turtle 1.1 section 6.5, SPARQL 1.1 section 19.8 (IRIREF, STRING_LITERAL*, comments, VAR1/VAR2, PNAME, ECHAR).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from foc_graph.errors import ParseError, quoted

MAX_DEPTH = 64
"""Deepest nesting of brackets that is handed to a parser; parsers recurse, and a crash takes the process with it."""

MAX_QUERY_LENGTH = 1_000_000
"""Longest query text, in characters."""

MAX_OPERATORS = 1000
"""Most operators, groups and group keywords before a place, inside the brackets that are open there: a parser recurses
over a chain of them just as over brackets."""

MAX_IRI_LENGTH = 2000
"""Longest IRI of a query, in characters."""

_OPERATORS = frozenset("!+-*/|&^=<>") | {"<<", "UNION", "MINUS", "OPTIONAL", "BIND", "FILTER"}

_LONG_IRI = re.compile(rf"<[^<>\s]{{{MAX_IRI_LENGTH - 1},}}")

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_FIRST = f"{_BASE}_0-9"
_LATER = f"{_FIRST}\u00b7\u0300-\u036f\u203f\u2040"
_TOKEN = re.compile(
    rf"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<string>\"{{3}}(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"{{3}} | '{{3}}(?:(?:'|'')?(?:[^'\\]|\\.))*'{{3}}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$][{_FIRST}][{_LATER}]*)
    | (?P<language>(?<=@)[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    | (?P<name>(?:[{_BASE}][{_LATER}.-]{{0,99}}+(?<!\.)|_)?:
        (?:(?:[{_FIRST}:%]|\\.)(?:[{_LATER}:%-]|\\.|\.++(?=[{_LATER}:%\\-]))*)?)
    | (?P<number>[+-]?(?:(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))
    | (?P<word>\w+)
    | (?P<open><<\(|[{{(\[])
    | (?P<close>[}})\]])
    | (?P<other><<|\\.|\S)
    """,
    re.VERBOSE | re.DOTALL,
)

_HEADS = frozenset({"SELECT", "GROUP", "ORDER", "HAVING"})
"""Keywords after which all parentheses, as far as the brackets around reach, hold expressions."""

_HOLDERS = frozenset({"FILTER", "BIND"})
"""Keywords after which the next parentheses do."""

_KEYWORDS = _HEADS | _HOLDERS | {"SERVICE", "TRUE", "FALSE", "GROUP_CONCAT"}
_RUN_TOGETHER = re.compile("^TRUE|^FALSE|SERVICE|FILTER|BIND|SELECT|GROUP|ORDER|HAVING")
"""Finds words that some parsers take apart into a keyword and something else, or that are one."""

_LIKE_A_KEYWORD = re.compile("(?i)[^:]*(?:SERVICE|FILTER|HAVING|ORDERBY|GROUPBY)[^:]*:")
"""A prefix from which some parsers take a keyword off, where only so the text is a query."""

_STRING = re.compile(
    r"""(?:[^\\]|\\[tbnrf"'\\]
    |\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|\\U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[0-9A-Fa-f]{4})*+""",
    re.VERBOSE,
)

Token = tuple[str, str, int]
"""Kind (a group name above), text, offset."""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` in order; what fits no terminal comes as single characters of kind `other`."""
    start: int | None = 0
    around = ["group"]  # the brackets that are open: "group", "head" of a query form, "expression"
    is_awaited = is_operand = False
    before = ""
    while start is not None:
        matches, start = _TOKEN.finditer(text, start), None
        for match in matches:
            kind, token, offset = match.lastgroup or "other", match.group(), match.start()
            if is_operand and token[0] == "<" and len(token) > 1 and around[-1] == "expression":
                kind, token, start = "other", "<", offset + 1
            yield kind, token, offset
            if kind == "comment":
                continue
            is_operand = kind not in ("open", "other") or (before == token == ">")  # which ends a triple term
            if kind == "open":
                is_expression = token == "(" and (is_awaited or around[-1] != "group")
                around.append("expression" if is_expression else "group")
                is_awaited = False
            elif kind == "close":
                del around[max(1, len(around) - 1) :]
            elif kind == "word":
                word = token.upper()
                is_operand = word != "DISTINCT"
                is_awaited = is_awaited or word in _HOLDERS
                if word in _HEADS and around[-1] == "group":
                    around[-1] = "head"
            before = token
            if start is not None:
                break


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column (both from 1) of an offset in `text`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def check_depth(text: str, where: str) -> None:
    """Refuse text nested deeper than MAX_DEPTH.

    Raises:
        ParseError: at the bracket that is one too deep.
    """
    if _is_shallow(text):
        return
    depth = 0
    for kind, _, offset in tokens(text):
        depth = max(0, depth + (kind == "open") - (kind == "close"))
        if depth > MAX_DEPTH:
            raise ParseError(where, *position(text, offset), _TOO_DEEP)


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
    if _is_plain(text):
        return
    operators = [0]
    before = ""
    for kind, token, offset in tokens(text):
        if kind == "open":
            operators[-1] += token == "{"
            operators.append(operators[-1])
        elif kind == "close":
            del operators[max(1, len(operators) - 1) :]
        elif kind == "number":
            operators[-1] += token[0] in "+-"
        elif kind in ("word", "other"):
            operators[-1] += token.upper() in _OPERATORS
        if (refusal := _refusal(kind, token, before, operators)) is not None:
            raise ParseError(where, *position(text, offset), refusal)
        before = before if kind == "comment" else token


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels: simplify it"


def _refusal(kind: str, token: str, before: str, operators: list[int]) -> str | None:
    """Why a query is refused at a token after another, where so many operators stand in each of the open brackets."""
    word = token.upper() if kind == "word" else ""
    if word == "SERVICE":
        return "SERVICE would ask another server, which this tool does not do: ask there directly"
    if word not in _KEYWORDS and _RUN_TOGETHER.search(word):
        return f"{quoted(token)} is no keyword: write a space between words"
    if kind == "open" and _LIKE_A_KEYWORD.match(before):
        return f"{quoted(before)} may be read as a keyword here: rename its prefix"
    if kind == "name" and any(map(_RUN_TOGETHER.search, token.upper().split(".", 2)[2:])):  # from a second full stop on
        return f"{quoted(token)} may be read as a name, a full stop and a keyword: write its IRI in full"
    if kind == "string" and not _STRING.fullmatch(token):
        return "a string has an escape that SPARQL does not know: write the character, or two backslashes"
    if kind == "iri" and len(token) > MAX_IRI_LENGTH:
        return f"an IRI longer than {MAX_IRI_LENGTH:,} characters"
    if len(operators) > MAX_DEPTH + 1:
        return _TOO_DEEP
    if operators[-1] > MAX_OPERATORS:
        return f"more than {MAX_OPERATORS:,} operators: simplify it"
    return None


def _is_shallow(text: str) -> bool:
    return sum(map(text.count, "{([")) <= MAX_DEPTH


def _is_plain(text: str) -> bool:
    """Whether a query surely passes what `check_query` finds in its tokens; most do, and this is quicker to see."""
    capitals = text.upper()
    operators = sum(map(capitals.count, _OPERATORS | {"{"}))
    return (
        _is_shallow(text)
        and operators <= MAX_OPERATORS
        and "SERVICE" not in capitals
        and _LONG_IRI.search(text) is None
    )


def names_dataset(query: str) -> bool:
    """Whether a query has a FROM clause."""
    words = (token.upper() for kind, token, _ in tokens(query) if kind == "word")
    return "FROM" in query.upper() and "FROM" in words
