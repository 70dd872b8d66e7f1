"""Checks that the embedded engine can read the queries and regular expressions of a shapes graph.

Inside a query, a regular expression that it does not know is no error but matches nothing, so that faults would pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.sparql.rewriting import Template, UnsupportedQuery, prebind
from foc_graph.sparql.tokens import Token, tokens
from foc_graph.store.embedded import EmbeddedStore


def is_pattern(pattern: str, flags: str) -> bool:
    """Whether a regular expression is one that the engine knows: XPath's without back-references, `\\i` and `\\c`."""
    return _matches(str(ox.Literal(pattern)), str(ox.Literal(flags)))


def check_syntax(text: str, prefixes: Mapping[str, str], template: Template) -> None:
    """Refuse a text that is not SPARQL, also when its pre-bound variables stand for terms.

    Raises:
        UnsupportedQuery: saying where it goes wrong, or which regular expression is not known.
    """
    declared = " ".join(f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in prefixes.items())
    problem = _problem(f"{declared} {text}")
    # A projection or HAVING may use `$this` without GROUP BY, which is right once a term stands there.
    if problem and _problem(f"SELECT * WHERE {{ {prebind(template, lambda name: f'?{name}', '', ('?this',))} }}"):
        raise UnsupportedQuery(f"is {problem}")
    for pattern, flags in _patterns(template):
        if not _matches(pattern, flags):
            raise UnsupportedQuery(f"has {pattern}, which is no regular expression that we know")


def _problem(text: str) -> str:
    try:
        EmbeddedStore.in_memory().query(text)
    except ParseError as error:
        return error.problem
    return ""


def _matches(pattern: str, flags: str) -> bool:
    matched = f"REGEX('', {pattern}, {flags})"
    return bool(ox.Store().query(f"ASK {{ BIND({matched} AS ?matched) FILTER(BOUND(?matched)) }}"))


def _patterns(template: Template) -> Iterator[tuple[str, str]]:
    """The regular expressions that stand in a query as such, each with its flags, as SPARQL writes them."""
    found = list(tokens(template.text))
    for number, token in enumerate(found):
        if token.word in ("REGEX", "REPLACE"):
            arguments = _arguments(found[number + 1 :])
            pattern, flags = (
                arguments[at] if at < len(arguments) else [] for at in (1, 2 if token.word == "REGEX" else 3)
            )
            if [one.kind for one in pattern] == ["string"] and [one.kind for one in flags] in ([], ["string"]):
                yield pattern[0].text, flags[0].text if flags else "''"


def _arguments(found: list[Token]) -> list[list[Token]]:
    """Split the tokens after the name of a function by the commas between its arguments."""
    depth, arguments = 0, list[list[Token]]([[]])
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            break
        if token.text == "," and depth == 1:
            arguments.append([])
        elif arguments != [[]] or token.text != "(":
            arguments[-1].append(token)
    return arguments
