"""Queries at random, well-formed or nearly so: keywords hide in comments, strings, IRIs and names, or run together.

They are compared with pyoxigraph's parser, in processes of their own, since one may end its process.
"""

import json
import re
import subprocess
import sys
from itertools import islice, pairwise
from random import Random

import pytest

from foc_graph.errors import ParseError
from foc_graph.sparql.limits import check_query
from foc_graph.sparql.syntax import Group, Item, Triple, UnreadPattern, nest, parse, parts
from foc_graph.sparql.tokens import tokens
from tests.support.campaign import examples

SERVICE = re.compile("SERVICE", re.IGNORECASE)
BATCH = 2000
SOME = examples(2000)
_TERMS = (
    *("?a", "?SERVICE", "$b", "<x:a>", "<x:'>", "<x:#>", "<x:SERVICE>", "<x:'#>", "<?b>", "ex:a", "ex:SERVICE", ":a"),
    *("service:x", "SERVICE:x", "filter:x", "true", "1", "-1.5", ".5e3", "1.", "_:SERVICE", "[]", "()", "''", '""'),
    *("'SERVICE'", '"#"', "'>'", '"a"@en', "'a'@service", "'<'^^<x:a>", "'''a'#\n'''", '"""\n"SERVICE"""', r"'\''"),
    *('"""a" # \\q\n', "'''a' # \\q\n", "'''", '"""', "<<( ?a <x:'> ?b )>>", "<<(?a<x:#>?b)>>", "ex:a.b", "?a·"),
)
_OPERATORS = ("<", "<", "<", ">", "=", "&&", "||", "+", "-", "*", "<=", "!=")
_SPACES = ("", "", " ", " ", "\n", "#SERVICE'\n", "#>\n", '# """\n', "#'''\n")
_PROLOGUE = "PREFIX ex:<x:> PREFIX :<x:> PREFIX service:<x:> PREFIX filter:<x:> PREFIX SERVICE:<x:> "


class Queries:
    """An endless supply, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self) -> str:
        """The next."""
        parts = [*self._group(3), *self._modifiers()]
        if self._random.random() < 0.3:
            place = self._random.randrange(len(parts))
            parts[place : place + self._random.randrange(2)] = [self._any(*_TERMS, "{", "}", "(", ")", "SERVICE", "#")]
        return (
            _PROLOGUE
            + self._any("ASK", "SELECT*", "SELECT(?a<?b AS?x)")
            + "".join(part for one in parts for part in (self._any(*_SPACES), one))
        )

    def _any(self, *choices: str) -> str:
        return self._random.choice(choices)

    def _group(self, depth: int) -> list[str]:
        items = [part for _ in range(self._random.randrange(1, 4)) for part in self._item(depth)]
        return ["{", *items, "}"]

    def _item(self, depth: int) -> list[str]:
        if depth == 0 or self._random.random() < 0.4:
            return self._triple()
        match self._random.randrange(9):
            case 0 | 1 | 2:
                return [self._any("FILTER", "FILTER", ".FILTER"), "(", *self._expression(2), ")"]
            case 3:
                return ["BIND", "(", *self._expression(2), "AS", f"?v{self._random.random()}".replace(".", ""), ")"]
            case 4:
                return [*self._group(depth - 1), "UNION", *self._group(depth - 1)]
            case 5:
                return ["OPTIONAL", *self._group(depth - 1)]
            case 6:
                return ["VALUES", "?a", "{", self._any(*_TERMS), self._any(*_TERMS), "}"]
            case 7:
                return ["{", "SELECT", "*", *self._group(depth - 1), *self._modifiers(), "}"]
            case _:
                name = self._any("<x:y>", "?x", "ex:x", ":x")
                return [self._any("SERVICE", "service", ".SERVICE", "1SERVICE", "SERVICE SILENT"), name, "{", "}"]

    def _triple(self) -> list[str]:
        verb = self._any("a", "?p", "<x:p>", "<x:'p>", "ex:p", "^<x:#>", "(<x:a>/<x:'>)*", "ex:p+")
        return [
            self._any(*_TERMS),
            verb,
            self._any(*_TERMS),
            self._any(".", "", ".", f"; <x:q> {self._any(*_TERMS)} ."),
        ]

    def _expression(self, depth: int) -> list[str]:
        if depth == 0 or self._random.random() < 0.2:
            return [self._any(*_TERMS)]
        match self._random.randrange(5):
            case 0:
                return ["(", *self._expression(depth - 1), ")"]
            case 1:
                return [self._any("EXISTS", "NOT EXISTS"), *self._group(depth - 1)]
            case 2:
                return [self._any("STR", "ex:f", "<x:'f>", "BOUND"), "(", *self._expression(depth - 1), ")"]
            case _:
                return [*self._expression(depth - 1), self._any(*_OPERATORS), *self._expression(depth - 1)]

    def _modifiers(self) -> list[str]:
        if self._random.random() < 0.7:
            return []
        return ["ORDER", "BY", self._any("(", "ex:f(", "ASC(", "<x:'>("), *self._expression(1), ")"]


IS_QUERY = """
import json, sys
import pyoxigraph as ox
store = ox.Store()
store.add(ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.NamedNode("x:a")))
for line in sys.stdin:
    try:
        store.query(json.loads(line))
        found = True
    except SyntaxError:
        found = False
    except (OSError, RuntimeError, ValueError):
        found = True
    print(json.dumps(found), flush=True)
"""


def are_queries(texts: list[str]) -> list[bool]:
    """Whether pyoxigraph's parser takes each; a text that ends its process fails the test."""
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    command = [sys.executable, "-c", IS_QUERY]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=300, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def fault(text: str) -> str | None:
    """What the check says of a query."""
    try:
        check_query(text)
    except ParseError as error:
        return error.problem
    return None


def span(item: Item) -> tuple[int, int]:
    return (item.start, item.end) if isinstance(item, Group) else (item.offset, item.end)


def assert_nested(group: Group, text: str) -> None:
    spans = [span(item) for item in group.items]
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for item in group.items:
        if isinstance(item, Group):
            assert text[item.start] == "{" and text[item.end - 1] == "}" and item.offset <= item.start
            assert all(item.start < span(inner)[0] and span(inner)[1] < item.end for inner in item.items)
            assert_nested(item, text)


@pytest.mark.campaign
def test_groups_hold_all_tokens_and_lie_within_each_other() -> None:
    supply = Queries(6)
    nested = 0
    for _ in range(SOME):
        text = supply.one()
        try:
            root = nest(text)
        except ParseError:
            continue
        nested += 1
        assert_nested(root, text)
        assert list(root.tokens()) == [one for one in tokens(text) if one.kind != "comment" and one.text not in "{}"]
    assert nested > SOME / 2


@pytest.mark.campaign
def test_all_parts_of_a_query_have_their_place_in_it() -> None:
    """But for a few queries in which words run into each other, which only some parsers take apart."""
    supply = Queries(8)
    texts = [text for text in (supply.one() for _ in range(SOME)) if "<<" not in text and fault(text) is None]
    queries = [text for text, is_query in zip(texts, are_queries(texts), strict=True) if is_query]
    read = 0
    for text in queries:
        starts = {token.offset for token in tokens(text)}
        try:
            found = list(parts(parse(text)))
        except UnreadPattern:
            continue
        read += 1
        assert {part.offset for part in found} <= starts
        triples = [part for part in found if isinstance(part, Triple)]
        assert {node.offset for triple in triples for node in (triple.subject, triple.object)} <= starts
    assert read > max(SOME / 50, 0.9 * len(queries))


@pytest.mark.campaign
def test_no_query_at_random_hides_a_service_or_is_refused_for_one_that_it_has_not() -> None:
    """A query without the keyword is one still when its letters change wherever they stand."""
    supply, count = Queries(7), examples(3000)
    texts = (supply.one() for _ in range(count))
    hidden, seen, well_formed = [], [], 0
    while batch := list(islice(texts, BATCH)):
        problems = [fault(text) for text in batch]
        changed = [SERVICE.sub("SERVICX", text) for text in batch]
        for text, problem, before, after in zip(batch, problems, are_queries(batch), are_queries(changed), strict=True):
            well_formed += before
            if before and not after and problem is None:
                hidden.append(text)
            if before and after and problem and "SERVICE would" in problem:
                seen.append(text)
    assert (hidden[:3], seen[:3]) == ([], [])
    assert well_formed > count / 20


@pytest.mark.campaign
def test_tokens_are_all_of_a_query_but_its_space() -> None:
    supply = Queries(5)
    for _ in range(examples(1000)):
        text, end = supply.one(), 0
        for token in tokens(text):
            assert text[token.offset : token.end] == token.text and not text[end : token.offset].strip()
            end = token.end
        assert not text[end:].strip()
