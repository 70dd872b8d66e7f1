"""No query text that the check lets through crashes its parser, or keeps it busy without end; large data pass."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foc_graph.errors import ParseError
from foc_graph.sparql import limits
from foc_graph.sparql.limits import check_query
from foc_graph.sparql.tokens import tokens
from tests.support.campaign import SEED, SHARE, campaign

ASK = """
import json, sys
import pyoxigraph as ox
from foc_graph.errors import ParseError
from foc_graph.store.embedded import EmbeddedStore
store = EmbeddedStore.in_memory()
store.load([ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.NamedNode("x:a"), ox.NamedNode("x:g"))])
for line in sys.stdin:
    try:
        found = store.query(json.loads(line))
        answer = str(found if isinstance(found, bool) else len(list(found)))
    except ParseError as error:
        answer = error.problem
    print(json.dumps(answer), flush=True)
"""
"""Answers queries on one triple, which every link of a chain finds."""

TOO_LONG = "more than 2,000 patterns, operators or columns"
TOO_DEEP = "nested so deep that parsing takes too long"
TOO_MANY_STEPS = "more than 16 steps of a path"


class Bound(NamedTuple):
    """How a query is made of a number, the largest number that is taken, and the answer."""

    make: Callable[[int], str]
    most: int
    answer: str = "True"


def times(text: str, start: str = "ASK {", end: str = "}") -> Callable[[int], str]:
    """A text so many times, with the number of each for `#`."""
    return lambda count: start + "".join(text.replace("#", str(number)) for number in range(count)) + end


def nested(start: str, end: str = "", around: str = "SELECT (%s AS ?z) {}") -> Callable[[int], str]:
    """Brackets in brackets, so deep; without their ends, all attempts to read them fail."""
    return lambda depth: around % (start * depth + "1" + end * depth)


CHAINS = {
    "triples": Bound(times("<x:a> <x:p> <x:a> . "), 1999),
    "full stops that look like parts of names": Bound(
        times("x:a.b.x:s x:p ", "PREFIX x: <x:> ASK { x:s x:p ", "1 }"), 1999, "False"
    ),
    "predicates": Bound(times("; <x:p> <x:a> ", "ASK { <x:a> <x:p> <x:a> "), 1999),
    "objects": Bound(times(", <x:a>", "ASK { <x:a> <x:p> <x:a>"), 1999),
    "triples of groups": Bound(times("{ <x:a> <x:p> <x:a> . <x:a> <x:p> <x:a> . } "), 666),
    "groups": Bound(times("{ <x:a> <x:p> <x:a> } "), 1999),
    "graphs": Bound(times("GRAPH <x:g> { <x:a> <x:p> <x:a> } "), 1999),
    "optional groups": Bound(times("OPTIONAL { <x:a> <x:p> <x:a> } "), 1999),
    "groups taken away": Bound(times("MINUS { <x:b> ?p ?o } "), 1999),
    "branches": Bound(times("UNION { ?s ?p 1 } ", "ASK { { <x:a> ?p ?o } "), 1998),
    "blocks of data": Bound(times("VALUES () { () } "), 1999),
    "subqueries": Bound(times("{ SELECT * {} } "), 1997),
    "variables": Bound(times("BIND(1 AS ?b#) "), 1999),
    "filters": Bound(times("FILTER(true) "), 1999),
    "groups that exist": Bound(times(" && EXISTS {}", "ASK { FILTER(true", ") }"), 999),
    "columns": Bound(times("(1 AS ?c#) ", "SELECT ", "{}"), 1999, "1"),
    "aggregates": Bound(times("(COUNT(?v) AS ?c#) ", "SELECT ", "{}"), 1999, "1"),
    "what rows are grouped by": Bound(times(" (1)", "SELECT (COUNT(*) AS ?n) {} GROUP BY", ""), 1997, "1"),
    "what rows are ordered by": Bound(times(" STR(?s)", "SELECT * { ?s ?p ?o } ORDER BY", ""), 1998, "1"),
    "descriptions": Bound(times(" <x:a>", "DESCRIBE", ""), 2000, "1"),
    "sums": Bound(times(" + 1", "ASK { FILTER(1", ") }"), 1998),
    "sums of signed numbers": Bound(times("+1", "ASK { FILTER(1", ") }"), 1998),
    "alternatives": Bound(times(" || ?s = 1", "ASK { ?s ?p ?o FILTER(?o = <x:a>", ") }"), 665),
    "alternatives behind brackets": Bound(
        lambda count: f"ASK {{ ?s ?p ?o FILTER({'(' * 60}?s = ?s{(' || ?s' * count + ')') * 61} }}", 16
    ),
    "negations": Bound(times("!", "ASK { FILTER(", "true) }"), 1998),
    "alternatives of a path": Bound(times("|<x:p>", "ASK { <x:a> <x:p>", " <x:a> }"), 1999),
}
NESTED = {
    "REGEX": Bound(nested("REGEX(", ", 'a')"), 19, "1"),
    "SUBSTR": Bound(nested("SUBSTR(", ", 1)"), 19, "1"),
    "REPLACE": Bound(nested("REPLACE(", ", 'a', 'b')"), 18, "1"),
    "GROUP_CONCAT": Bound(nested("GROUP_CONCAT(", ")"), 19, "1"),
    "calls that rows are grouped by": Bound(
        nested("EXISTS { SELECT (1 AS ?x) {} GROUP BY xsd:string(", ") }"), 17, "1"
    ),
    "negations that fail": Bound(nested("!("), 19, "not a SPARQL 1.1 query"),
    "negated groups that fail": Bound(nested("!EXISTS{ FILTER("), 18, "not a SPARQL 1.1 query"),
    "calls in filters that fail": Bound(nested("EXISTS{ FILTER xsd:string("), 18, "not a SPARQL 1.1 query"),
    "annotations that fail": Bound(nested("~ {| ?p ?o ", "", "ASK { ?s ?p ?o %s"), 18, "not a SPARQL 1.1 query"),
}
PATHS = {
    "a sequence that is repeated": Bound(times("/<x:p>", "ASK { <x:a> <x:p> ?s . ?s (<x:p>", ")+ <x:a> }"), 16),
    "sequences in sequences": Bound(
        lambda depth: f"ASK {{ <x:a> <x:p> ?s . ?s {'(<x:p>/' * depth}<x:p>{')+' * depth} <x:a> }}", 16
    ),
    "a sequence before another": Bound(times("<x:p>/", "ASK { <x:a> <x:p> ?s . ?s ", "<x:p>|<x:p> <x:a> }"), 16),
    "a sequence behind another": Bound(times("/<x:p>", "ASK { <x:a> <x:p> ?s . ?s <x:p>|<x:p>", " <x:a> }"), 16),
}
LARGE = {
    "rows": times("<http://example.org/a.b/#> ", "ASK { VALUES ?v {", "} ?v ?p 1 }"),
    "a list of values": times(", <x:#>", "ASK { ?s ?p ?o FILTER(?s IN (<x:a>", ")) }"),
    "arguments": times(", '#'", "ASK { BIND(CONCAT(STR(1)", ") AS ?v) }"),
    "a template": times("?s <x:p#> ?o, [ ?p (?o) ] . ", "CONSTRUCT {", "} WHERE { ?s ?p ?o }"),
    "prefixes": times("PREFIX p#: <x:#> ", "", "ASK {}"),
    "graphs": times("FROM <x:#> ", "ASK ", "{}"),
}


ASKED = [
    name
    for number, name in enumerate(CHAINS | PATHS | NESTED)
    if SHARE >= 1 or number % 3 == SEED % 3 or name in NESTED
]
"""The queries that are answered: one in three of the slow ones, all of them in `make test-all`."""


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What another process answers to the largest queries that are taken; one that crashes it has no answer."""
    largest = {name: bound.make(bound.most) for name, bound in (CHAINS | PATHS).items()}
    largest |= {name: bound.make(bound.most - 6) for name, bound in NESTED.items()}
    lines = "".join(f"{json.dumps(largest[name])}\n" for name in ASKED)
    done = subprocess.run([sys.executable, "-c", ASK], input=lines, capture_output=True, text=True, timeout=300)
    return dict(zip(ASKED, map(json.loads, done.stdout.splitlines()), strict=False))


@pytest.mark.parametrize("name", [*CHAINS, *NESTED, *PATHS])
def test_the_largest_queries_are_answered_and_larger_ones_refused(name: str, answers: dict[str, str]) -> None:
    bound = (CHAINS | NESTED | PATHS)[name]
    if name in ASKED:
        assert answers[name].startswith(bound.answer) if name in NESTED else answers[name] == bound.answer
    check_query(bound.make(bound.most))
    with pytest.raises(
        ParseError, match=TOO_LONG if name in CHAINS else TOO_DEEP if name in NESTED else TOO_MANY_STEPS
    ):
        check_query(bound.make(bound.most + 1))


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE.keys())
def test_as_much_data_as_one_likes_passes(make: Callable[[int], str]) -> None:
    check_query(make(3_000))


def test_what_is_refused_is_told_in_one_line_with_its_position() -> None:
    with pytest.raises(ParseError) as told:
        check_query(times("<x:a> <x:p> <x:a> .\n")(2000))
    problem = "more than 2,000 patterns, operators or columns in a row: simplify it, or use VALUES or IN"
    assert str(told.value) == f"query:2000:19: {problem}"


PIECES = [
    *("(", "(", "{", "[", ")", "}", "]", '"', "'", '"""'),
    *("#", "\n", "\r", "<", ">", "<a>", "<a(b>", "<a)b>", "\\", "<="),
    *("<<(", ")>>", "?a", " ", "\xa0", "ex:a\\(", '"x)"', "'(y'", "ex:o'n", "||", "^^", "<#", "<'", "#c>", "<a#b>"),
    *("?b<?c#d>", "=", "FILTER", "SELECT ", "BIND"),
]


@campaign(100)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("ASK {#\r{{{{ }}}}")
@example("BASE <http://a/> ASK { ?s <#(> ?p ?o {{{{\n }}}} }")
@example("ASK { ?s <\xa0'> ?o {{{{ ?s <\xa0'> ?o }}}} }")
@example("ASK { FILTER((((?a<?b#c>))))\n&&((((?a<?b#c>))))\n)))) }")
def test_brackets_in_whatever_looks_like_text_are_never_overlooked(text: str) -> None:
    depth = deepest = 0
    for token in tokens(text):
        depth = max(0, depth + (token.kind == "open") - (token.kind == "close"))
        deepest = max(deepest, depth)
    assert limits._depth_bound(text) >= deepest


def test_many_brackets_side_by_side_are_seen_to_be_shallow() -> None:
    query = "ASK { " + "FILTER(?a < 1 && ?b IN ('(', <http://example.org/a>)) # (\n" * 100 + "}"
    assert limits._depth_bound(query) == 3
    check_query(query)
