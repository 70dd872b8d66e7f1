"""Admission of public queries by their tokens, before any parser reads them.

The limits beyond those of `limits` keep out what costs far more to plan or evaluate than to write: with pyoxigraph 0.5
the time grows with the cube of the steps of a path, and doubles with each closure around a closure. What else takes
long is stopped in the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from foc_graph.errors import ParseError, quoted
from foc_graph.sparql.limits import check_query
from foc_graph.sparql.syntax import FORMS
from foc_graph.sparql.syntax import prefixes as declared_prefixes
from foc_graph.sparql.tokens import Token, position, tokens

MAX_LENGTH = 100_000
"""Longest query, in characters."""

MAX_UNIONS = 100
"""Most branches that are joined to others by UNION."""

MAX_STEPS = 200
"""Most steps of sequence paths after their first; divisions count too."""

MAX_CLOSURES = 5
"""Deepest nesting of `*` and `+` around each other in a path; products in brackets count too."""

_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "MODIFY"},
)
_PROLOGUE = frozenset({"PREFIX", "BASE", "VERSION"})
_FETCHABLE = ("http://", "https://")

Refusal = tuple[int, str]
"""An offset, and what is wrong there."""


def check_form(query: str) -> None:
    """Refuse what begins as none of the four forms of queries.

    Raises:
        ParseError: saying what it begins with, and where.
    """
    words = (token for token in tokens(query) if token.word and token.word not in _PROLOGUE)
    first = next(words, Token("word", "", 0))
    if first.word in FORMS:
        return
    cure = "write SELECT, ASK, CONSTRUCT or DESCRIBE"
    if first.word in _UPDATES:
        cure = f"{first.word} would change data, but the graph is read-only here: ask a query instead"
    raise ParseError("query", *position(query, first.offset), f"not a SPARQL 1.1 query: {cure}")


def check(query: str, prefixes: Mapping[str, str]) -> None:
    """Refuse what is no query of one of the four forms, or would ask another server, or is too much to evaluate.

    The `prefixes` need not be declared.

    Raises:
        ParseError: saying what is refused, and where.
    """
    if len(query) > MAX_LENGTH:
        raise ParseError("query", None, None, f"longer than {MAX_LENGTH:,} characters: shorten it")
    check_query(query)
    capitals = query.upper()
    suspects = (
        "FROM" in capitals,
        capitals.count("UNION") > MAX_UNIONS,
        query.count("/") > MAX_STEPS or query.count("*") + query.count("+") > MAX_CLOSURES,
    )
    check_form(query)
    refusal = None
    if any(suspects):
        found = [token for token in tokens(query) if token.kind != "comment"]
        refusal = _dataset(found, prefixes) or _unions(found) or _paths(found)
    if refusal is not None:
        offset, problem = refusal
        raise ParseError("query", *position(query, offset), problem)


def _dataset(found: Sequence[Token], prefixes: Mapping[str, str]) -> Refusal | None:
    """Find a graph of FROM whose name is no address on the web; whatever it is, nothing is fetched."""
    spaces = {**prefixes, **declared_prefixes(found)}
    for before, (kind, text, offset) in pairwise(found):
        if not before.word.startswith(("FROM", "NAMED")) or kind not in ("iri", "name"):
            continue
        prefix, _, local = text.partition(":")
        iri = text[1:-1] if kind == "iri" else spaces.get(prefix, "") + local
        if not iri.startswith(_FETCHABLE):
            return offset, f"FROM {quoted(text)}: only graphs with http(s) IRIs are here: write it in full"
    return None


def _unions(found: Sequence[Token]) -> Refusal | None:
    offsets = [token.offset for token in found if token.word == "UNION"]
    too_many = f"more than {MAX_UNIONS} UNIONs: use VALUES or a property path, or ask in parts"
    return (offsets[MAX_UNIONS], too_many) if len(offsets) > MAX_UNIONS else None


def _paths(found: Sequence[Token]) -> Refusal | None:
    """Find where a path has too many steps or closures."""
    steps, last = 0, 0
    deepest = [0]  # nesting of closures so far, in each of the open brackets
    for kind, text, offset in found:
        if kind == "open":
            deepest.append(0)
        last = deepest.pop() if kind == "close" and len(deepest) > 1 else last * (text in ("*", "+"))
        last += kind == "other" and text in ("*", "+")
        deepest[-1] = max(deepest[-1], last)
        steps += kind == "other" and text == "/"
        if deepest[-1] > MAX_CLOSURES:
            return offset, f"more than {MAX_CLOSURES} of * and + around each other: one is enough"
        if steps > MAX_STEPS:
            return offset, f"more than {MAX_STEPS} steps of paths: ask in parts"
    return None
