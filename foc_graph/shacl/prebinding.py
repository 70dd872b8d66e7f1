"""The SPARQL of constraints, with variables that are bound before it runs (SHACL section 5.3 and appendix A).

SHACL defines pre-binding for one node at a time: the value takes the variable's place everywhere. Here the query is
asked for all nodes at once, which gives the same answers: the candidates are put at the start of the query's pattern,
and of each group inside it that mentions a pre-bound variable, since its expressions might look at what it does not
bind by itself, and since engines may evaluate it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from foc_graph.rdf.terms import is_iri
from foc_graph.shacl.lexical_forms import CHOSEN
from foc_graph.sparql.tokens import tokens

VALUE_VARIABLES = frozenset({"this", "value"})
_EXPRESSIONS = frozenset({"FILTER", "BIND", "HAVING"})
_ESCAPED = re.compile(r"\\([_~.\-!$&'()*+,;=/?#@%])")


@dataclass(frozen=True)
class Token:
    """A terminal, and the space before it."""

    kind: str
    text: str
    space: str

    @property
    def word(self) -> str:
        """A keyword in capitals; "" for anything else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """The name of a variable; "" for anything else."""
        return self.text[1:] if self.kind == "variable" else ""


_NO_TEST = [Token("word", "FILTER", " "), Token("open", "(", ""), Token("word", "true", ""), Token("close", ")", "")]
"""What stands in the place of a test that is left out, since it also parts the patterns around it."""


@dataclass(frozen=True)
class Group:
    """What stands between braces: tokens and groups."""

    items: tuple[Token | Group, ...]
    space: str = ""

    def tokens(self) -> Iterator[Token]:
        """All tokens, those of inner groups included."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.tokens()
            else:
                yield item


@dataclass(frozen=True)
class Template:
    """A query in parts: `SELECT projection WHERE body modifiers` or `ASK WHERE body`."""

    form: Literal["SELECT", "ASK"]
    projection: tuple[Token, ...]
    body: Group
    modifiers: tuple[Token, ...]
    limit: int | None

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the result variables, in the order of the projection."""
        if any(token.text == "*" and token.kind == "other" for token in self.projection[:2]):
            return tuple(dict.fromkeys(token.variable for token in self.body.tokens() if token.variable))
        return _names(self.projection)


class UnsupportedQuery(Exception):
    """A query that pre-binding does not allow, or that is none; the message says why."""


def parse(text: str, prefixes: Mapping[str, str], constants: Iterable[str]) -> Template:
    """A query in parts, its prefixed names written out; `constants` are its pre-bound variables beside those for nodes.

    Raises:
        UnsupportedQuery: for what SHACL does not allow with pre-bound variables (appendix A), and for what has not the
            form of a SELECT or ASK query.
    """
    items = _group(iter(_terminals(text, dict(prefixes)))).items
    words = [item.word for item in items if isinstance(item, Token)]
    form = next((word for word in words if word), "")
    groups = [number for number, item in enumerate(items) if isinstance(item, Group)]
    if form not in ("SELECT", "ASK") or len(groups) != 1 or "FROM" in words:
        raise UnsupportedQuery("is not one SELECT or ASK query without FROM")
    body = items[groups[0]]
    assert isinstance(body, Group)
    bound = {"this", *constants} | ({"value"} if form == "ASK" else set())
    _check(body, tuple(item for item in items if isinstance(item, Token)), bound)
    projection = tuple(item for item in items[1 : groups[0]] if isinstance(item, Token) and item.word != "WHERE")
    after = [item for item in items[groups[0] + 1 :] if isinstance(item, Token)]
    modifiers, limit = _limited(after)
    return Template("SELECT" if form == "SELECT" else "ASK", projection, body, modifiers, limit)


def _terminals(text: str, prefixes: dict[str, str]) -> Iterator[Token]:
    end = 0
    declared: list[str] = []
    for kind, token, offset in _split(text):
        space, end = text[end:offset], offset + len(token)
        if kind == "comment":
            continue
        if declared:  # PREFIX name: <iri>
            declared.append(token)
            if len(declared) == 3:
                prefixes[declared[1].rstrip(":")] = token[1:-1]
                declared = []
        elif kind == "word" and token.upper() == "PREFIX":
            declared = [token]
        elif kind == "word" and token.upper() == "BASE":
            raise UnsupportedQuery("uses BASE: write out the IRIs")
        elif kind == "name" and token.startswith("_:"):
            yield Token("variable", f"?blank_{token[2:]}", space)
        elif kind == "name":
            prefix, _, local = token.partition(":")
            if prefix not in prefixes:
                raise UnsupportedQuery(f"uses prefix {prefix!r}, which no sh:declare of its sh:prefixes gives")
            iri = prefixes[prefix] + _ESCAPED.sub(r"\1", local)
            if not is_iri(iri):
                raise UnsupportedQuery(f"uses {token}, which is no absolute IRI")
            yield Token("iri", f"<{iri}>", space)
        else:
            yield Token(kind, token, space)


def _split(text: str) -> Iterator[tuple[str, str, int]]:
    """Tokens, with what only looks like a prefixed name with a full stop, or like an IRI, taken apart."""
    for kind, token, offset in tokens(text):
        if kind == "name" and token.endswith("."):
            bare = token.rstrip(".")
            yield kind, bare, offset
            yield "other", token[len(bare) :], offset + len(bare)
        elif kind == "iri" and token[1:2] in ("?", "$"):  # `?a<?b && ?c>?d`
            yield "other", "<", offset
            yield from ((inner, part, offset + 1 + at) for inner, part, at in _split(token[1:]))
        else:
            yield kind, token, offset


def _group(source: Iterator[Token], space: str = "", inner: bool = False) -> Group:
    items: list[Token | Group] = []
    for token in source:
        if token.text == "{" and token.kind == "open":
            items.append(_group(source, token.space, inner=True))
        elif token.text == "}" and token.kind == "close":
            if not inner:
                raise UnsupportedQuery("has a closing brace too many")
            return Group(tuple(items), space)
        else:
            items.append(token)
    if inner:
        raise UnsupportedQuery("has an opening brace too many")
    return Group(tuple(items), space)


def _check(body: Group, around: tuple[Token, ...], bound: set[str]) -> None:
    found = [*around, *body.tokens()]
    for token in found:
        if token.word in ("MINUS", "VALUES", "SERVICE"):
            raise UnsupportedQuery(f"uses {token.word}, which SHACL does not allow there")
    for first, second in pairwise(found):
        if first.word == "AS" and second.variable in bound:
            raise UnsupportedQuery(f"assigns ${second.variable}, which is bound before it runs")
    for group in _groups(body):
        opening = group.items[0] if group.items else None
        if isinstance(opening, Token) and opening.word == "SELECT" and "this" not in _names(_head(group)):
            raise UnsupportedQuery("has a sub-select that does not give $this: add it to its SELECT")


def _names(projection: Iterable[Token]) -> tuple[str, ...]:
    """The variables that a projection gives: those by themselves and those after AS."""
    depth, found, last = 0, [], ""
    for token in projection:
        depth += (token.text == "(") - (token.text == ")")
        if token.variable and (depth == 0 or last == "AS"):
            found.append(token.variable)
        last = token.word
    return tuple(dict.fromkeys(found))


def _head(select: Group) -> tuple[Token, ...]:
    head: list[Token] = []
    for item in select.items[1:]:
        if isinstance(item, Group) or item.word == "WHERE":
            break
        head.append(item)
    return tuple(head)


def _groups(group: Group) -> Iterator[Group]:
    for item in group.items:
        if isinstance(item, Group):
            yield item
            yield from _groups(item)


def _limited(modifiers: list[Token]) -> tuple[tuple[Token, ...], int | None]:
    words = [token.word for token in modifiers]
    if "OFFSET" in words or ("LIMIT" in words and "ORDER" in words):
        raise UnsupportedQuery("picks solutions by OFFSET, or by ORDER BY with LIMIT: say by FILTER which are wanted")
    if "ORDER" in words:
        return tuple(modifiers[: words.index("ORDER")]), None
    if "LIMIT" in words:
        cut = words.index("LIMIT")
        return tuple(modifiers[:cut]), int(modifiers[cut + 1].text)
    return tuple(modifiers), None


def write(template: Template, term: Callable[[str], str | None], candidates: str, columns: tuple[str, ...]) -> str:
    """The query as a sub-select with the candidates in it, which gives the `columns` beside what it gives itself.

    `term` gives what stands for a variable: another variable, a term, or None where it has no value.
    """
    body = _write_group(template.body, term, candidates, within_exists=False, inject=True)
    if template.form == "ASK":
        return f"{{ SELECT DISTINCT {' '.join(columns)} WHERE {body} }}"
    grouped = any(token.word in ("GROUP", "HAVING") for token in template.modifiers)
    head = _write_projection(template, term, columns)
    modifiers = "".join(_write_items(template.modifiers, term, candidates, within_exists=False))
    if grouped:
        names = {token.variable for token in template.modifiers}
        modifiers = modifiers if "this" in names else f" GROUP BY {' '.join(columns)}{modifiers}"
    return f"{{ SELECT DISTINCT {head} WHERE {body}{modifiers} }}"


def pattern(template: Template, term: Callable[[str], str | None]) -> str:
    """The query's pattern as it stands, but for what `term` gives for variables (as for `write`)."""
    return _write_group(template.body, term, "", within_exists=True, inject=False)


def _write_projection(template: Template, term: Callable[[str], str | None], columns: tuple[str, ...]) -> str:
    shown = [token for token in template.projection if token.word not in ("DISTINCT", "REDUCED")]
    if shown and shown[0].text == "*":
        return "*"
    parts, depth = list(columns), 0
    for token in shown:
        depth += token.text == "("
        text = _write_token(token, term)
        if depth or (token.variable and text.startswith("?") and text not in columns):
            parts.append(f"{token.space}{text}" if depth else text)
        depth -= token.text == ")"
    return " ".join(parts)


def _write_group(
    group: Group, term: Callable[[str], str | None], candidates: str, within_exists: bool, inject: bool
) -> str:
    first = group.items[0] if group.items else None
    select = isinstance(first, Token) and first.word == "SELECT"
    added = f" {candidates}" if inject and not within_exists and not select else ""
    rest, absent = (group.items, []) if within_exists else _negations(group)
    text = "".join(_write_items(rest, term, candidates, within_exists))
    for pattern in absent:
        unwanted = "".join(_write_items(pattern.items, term, candidates, within_exists=True))
        minus = "".join(_write_items(tuple(_without_tests(rest)), term, candidates, within_exists))
        text += f" MINUS {{ {{{added}{minus} }}{unwanted} }}"
    return f"{group.space}{{{added}{text} }}"


def _negations(group: Group) -> tuple[tuple[Token | Group, ...], list[Group]]:
    """The items of a group, without each `FILTER NOT EXISTS` of several patterns, and the groups of these.

    Engines may evaluate such a test anew for each solution. `MINUS` with the outer patterns repeated removes the same
    solutions where all variables of the outer patterns are surely bound: where these are plain triples and filters.
    """
    words = [item.word if isinstance(item, Token) else "" for item in group.items]
    plain = all(words[number - 1] == "EXISTS" for number, item in enumerate(group.items) if isinstance(item, Group))
    if not plain or "SELECT" in words:
        return group.items, []
    rest: list[Token | Group] = []
    absent: list[Group] = []
    for number, item in enumerate(group.items):
        if isinstance(item, Group) and words[number - 3 : number] == ["FILTER", "NOT", "EXISTS"] and _several(item):
            absent.append(item)
            del rest[-3:]
            rest += _NO_TEST
        else:
            rest.append(item)
    return tuple(rest), absent


def _several(group: Group) -> bool:
    """Whether a group has several triple patterns, and no groups."""
    tokens_ = [item.text for item in group.items if isinstance(item, Token)]
    return len(tokens_) == len(group.items) and bool({";", ",", "/", "."} & set(tokens_[:-1]))


def _without_tests(items: tuple[Token | Group, ...]) -> Iterator[Token | Group]:
    """The items without tests of existence that stand alone."""
    words = [item.word if isinstance(item, Token) else "" for item in items]
    skipped = 0
    for number, item in enumerate(items):
        ahead = words[number : number + 3]
        if ahead == ["FILTER", "NOT", "EXISTS"]:
            skipped = 4
        elif ahead[:2] == ["FILTER", "EXISTS"]:
            skipped = 3
        if skipped:
            skipped -= 1
            yield from () if skipped else _NO_TEST
        else:
            yield item


def _write_items(
    items: tuple[Token | Group, ...], term: Callable[[str], str | None], candidates: str, within_exists: bool
) -> Iterator[str]:
    word = ""
    skipped = 0
    for number, item in enumerate(items):
        if skipped:
            skipped -= 1
        elif isinstance(item, Group):
            exists = within_exists or word == "EXISTS"
            inject = word != "GRAPH" and (_looks_at_bound(item) if word == "OPTIONAL" else _mentions_bound(item))
            yield _write_group(item, term, candidates, exists, inject)
            if word == "GRAPH" and (named := _write_token(items[number - 1], term)).startswith("?"):  # type: ignore[arg-type]
                yield f" FILTER({named} != {CHOSEN})"
            word = ""
        elif item.word == "BOUND" and (known := _known(items[number + 1 : number + 4], term)) is not None:
            yield f"{item.space}({known})"
            skipped = 3
        else:
            yield f"{item.space}{_write_token(item, term)}"
            word = "GRAPH" if word == "GRAPH" and item.kind in ("iri", "variable") else item.word


def _known(items: tuple[Token | Group, ...], term: Callable[[str], str | None]) -> str | None:
    """For `( ?variable )` whether it is bound, where that is known before the query runs."""
    tokens_ = [item for item in items if isinstance(item, Token)]
    if len(tokens_) < 3 or not tokens_[1].variable:
        return None
    text = term(tokens_[1].variable)
    if text is None:
        return "false"
    return None if text.startswith("?") else "true"


def _write_token(token: Token, term: Callable[[str], str | None]) -> str:
    if not token.variable:
        return token.text
    text = term(token.variable)
    return f"?{token.variable}" if text is None else text


def _looks_at_bound(group: Group) -> bool:
    """Whether an expression of the group itself looks at a variable that is bound from outside."""
    own = [item for item in group.items if isinstance(item, Token)]
    if not any(token.word in _EXPRESSIONS for token in own):
        return False
    exists = [
        item
        for before, item in zip(group.items, group.items[1:], strict=False)
        if isinstance(item, Group) and isinstance(before, Token) and before.word == "EXISTS"
    ]
    return any(token.variable in VALUE_VARIABLES for token in own) or any(map(_mentions_bound, exists))


def _mentions_bound(group: Group) -> bool:
    return any(token.variable in VALUE_VARIABLES for token in group.tokens())
