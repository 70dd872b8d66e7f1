"""The terminals that Turtle and SPARQL share, in one linear pass: enough to find comments, brackets and keywords.

Whether `<` begins an IRI or compares is told by where it stands, since SPARQL's own terminals do not tell: an IRI may
hold `'` and `#`, so that a wrong guess would hide what follows in a string or a comment, or bring it out of one.

Sources: Turtle 1.1 section 6.5, SPARQL 1.1 section 19.8 (IRIREF, STRING_LITERAL*, comments, VAR1/VAR2, PNAME, ECHAR).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from foc_graph.errors import ParseError, quoted
from foc_graph.sparql.limits import HEADS, HOLDERS, OPERATORS, READ_TWICE, Chains, Place

MAX_DEPTH = 64
"""Deepest nesting of brackets that is handed to a parser; parsers recurse, and a crash takes the process with it."""

MAX_QUERY_LENGTH = 1_000_000
"""Longest query text, in characters."""

MAX_LINKS = 2000
"""Longest chain of patterns, operators or columns: a query is evaluated by recursion over chains as over brackets, and
with a stack of 8 MiB pyoxigraph 0.5 crashes from 2,600 patterns on."""

MAX_READ = 10_000_000
"""Most characters that are read with all repetitions: pyoxigraph 0.5 reads some brackets twice, those within four times
and so on, this many in between 1 and 20 seconds."""

MAX_IRI_LENGTH = 2000
"""Longest IRI of a query, in characters."""

MAX_PART = 16
"""Most steps of a sequence that is part of a path: with pyoxigraph 0.5 each doubles the time to plan."""

_ONE_LINK = (*OPERATORS, "/", "{", "[", ".", ";", ",", "~")
_TWO_LINKS = ("(", "?", "$", ":", "'", '"', "<")
"""Lists, and items of lists that have no space between them."""

_REPEATERS = (*READ_TWICE, "EXISTS", "!", "~")
_STEP = re.compile("/(?![^<>\\s]*>)")
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

_KEYWORDS = HEADS | HOLDERS | {"SERVICE", "TRUE", "FALSE", "GROUP_CONCAT"}
_RUN_TOGETHER = re.compile("^TRUE|^FALSE|SERVICE|FILTER|BIND|SELECT|GROUP|ORDER|HAVING")
"""Finds words that some parsers take apart into a keyword and something else, or that are one."""

_LIKE_A_KEYWORD = re.compile("(?i)(?=[^:]{0,100}:)[^:]*(?:SERVICE|FILTER|HAVING|ORDERBY|GROUPBY)[^:]*:")
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
    place = Place()
    is_operand = False
    before = ""
    while start is not None:
        matches, start = _TOKEN.finditer(text, start), None
        for match in matches:
            kind, token, offset = match.lastgroup or "other", match.group(), match.start()
            if is_operand and token[0] == "<" and len(token) > 1 and place.now == "expression":
                kind, token, start = "other", "<", offset + 1
            yield kind, token, offset
            if kind == "comment":
                continue
            is_operand = kind not in ("open", "other") or (before == token == ">")  # which ends a triple term
            if kind in ("open", "close", "word"):
                place.pass_by(kind, token)
                is_operand = is_operand and token.upper() != "DISTINCT"
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


def check_query(text: str, where: str = "query", services: Collection[str] = ()) -> None:
    """Refuse a query that would ask another server, or that no parser can be given: too long, too deep, not Unicode.

    The `services` may be asked: the IRIs of endpoints, which the query writes in full.

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
    chains = Chains()
    before = ""
    expects_endpoint = False
    for kind, token, offset in tokens(text):
        chains.pass_by(kind, token, offset)
        refusal = _refusal(kind, token, before, chains)
        if kind == "word" and token.upper() == "SERVICE" and services:
            expects_endpoint, refusal = True, None
        elif expects_endpoint and kind != "comment" and token.upper() != "SILENT":
            expects_endpoint = False
            if kind != "iri" or token[1:-1] not in services:
                refusal = f"SERVICE {quoted(token)} is none of the endpoints that may be asked: {', '.join(services)}"
        if refusal is not None:
            raise ParseError(where, *position(text, offset), refusal)
        before = before if kind == "comment" else token


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels: simplify it"


def _refusal(kind: str, token: str, before: str, chains: Chains) -> str | None:
    """Why a query is refused at a token after another."""
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
    if chains.depth > MAX_DEPTH:
        return _TOO_DEEP
    if chains.links > MAX_LINKS:
        return f"more than {MAX_LINKS:,} patterns, operators or columns in a row: simplify it, or use VALUES or IN"
    if chains.steps > MAX_PART:
        return f"more than {MAX_PART} steps of a path in brackets or beside |: ask in parts"
    if chains.read > MAX_READ:
        return "functions or negations nested so deep that parsing takes too long: use BIND for the inner ones"
    return None


def _is_shallow(text: str) -> bool:
    return sum(map(text.count, "{([")) <= MAX_DEPTH


def _is_plain(text: str) -> bool:
    """Whether a query surely passes what `check_query` finds in its tokens; most do, and this is quicker to see."""
    capitals = text.upper()
    links = sum(map(capitals.count, _ONE_LINK)) + 2 * (sum(map(text.count, _TWO_LINKS)) + len(text.split()))
    return (
        _is_shallow(text)
        and links <= MAX_LINKS
        and len(text) << sum(map(capitals.count, _REPEATERS)) <= MAX_READ
        and len(_STEP.findall(text)) <= MAX_PART
        and "SERVICE" not in capitals
        and _LONG_IRI.search(text) is None
    )


def names_dataset(query: str) -> bool:
    """Whether a query has a FROM clause."""
    words = (token.upper() for kind, token, _ in tokens(query) if kind == "word")
    return "FROM" in query.upper() and "FROM" in words
