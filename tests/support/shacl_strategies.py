"""Hypothesis strategies for small, dense shapes graphs and data graphs, as Turtle that is easy to read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox
from hypothesis import strategies as st

PREFIXES = """PREFIX ex: <http://example.org/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
NODES = ("ex:a", "ex:b", "_:x", "_:y")
PREDICATES = ("ex:p", "ex:q", "ex:r")
MEASURES = ("ex:m", "ex:n")
"""Predicates whose values are literals that can be compared."""
CLASSES = ("ex:A", "ex:B", "ex:C")
NUMBERS = (
    *("1", "2", "01", "-1", "1.0", "1.50", "2.5", "1e0", '"INF"^^xsd:double', '"2"^^xsd:float', '"1."^^xsd:decimal'),
    *('"1"^^xsd:int', '"1"^^xsd:byte', '"2"^^xsd:nonNegativeInteger', '"-0"^^xsd:integer'),
)
TEXTS = ('"a"', '"b"', '"ab"', '""', '"A"', '"\u00e9"', '"1"')
TAGGED = ('"a"@en', '"b"@en', '"a"@en-GB', '"a"@fr', '"a"@EN')
OTHERS = (
    *("true", "false", '"1"^^xsd:boolean', '"NaN"^^xsd:double', '"a"^^ex:type', '"z"^^ex:type', '"0a"^^xsd:hexBinary'),
    *('"5"^^xsd:long', '"-9223372036854775808"^^xsd:long', '"18446744073709551615"^^xsd:unsignedLong'),
    *('"10000000000000000000000"^^xsd:integer', '"P1D"^^xsd:duration', '"PT24H"^^xsd:dayTimeDuration'),
)
TIMES = (
    *('"2020-01-01"^^xsd:date', '"2020-01-02"^^xsd:date', '"2020-01-01Z"^^xsd:date', '"2020-01-01+00:00"^^xsd:date'),
    *('"2020-01-01+05:00"^^xsd:date', '"2020-01-01T00:00:00"^^xsd:dateTime', '"2020-01-01T00:00:00Z"^^xsd:dateTime'),
    *('"2020-01-01T02:00:00+02:00"^^xsd:dateTime', '"2019-12-31T24:00:00Z"^^xsd:dateTime'),
    *('"2020-01-01T00:00:00.50Z"^^xsd:dateTime', '"10:00:00"^^xsd:time', '"2020"^^xsd:gYear'),
    *('"2020-01"^^xsd:gYearMonth', '"P1Y"^^xsd:yearMonthDuration'),
)
ILL_TYPED = (
    *('"x"^^xsd:integer', '"1.5"^^xsd:integer', '" 1"^^xsd:integer', '"300"^^xsd:byte', '"1e"^^xsd:double'),
    *('"-5"^^xsd:nonNegativeInteger', '"maybe"^^xsd:boolean', '"2020-02-30"^^xsd:date', '"soon"^^xsd:dateTime'),
)
DATATYPES = (
    *("integer", "int", "nonNegativeInteger", "byte", "decimal", "double", "float", "string", "boolean", "date"),
    *("dateTime", "time", "gYear", "gYearMonth", "duration", "hexBinary", "long", "unsignedLong"),
)
QUERIES = (
    "$this {p} ?value . FILTER(isIRI(?value))",
    "$this {p} ?value . ?value {q} ?other . FILTER(?other != $this)",
    "$this {p} ?value . FILTER NOT EXISTS {{ ?value {q} ?other . ?other {p} $this }}",
    "$this {p} ?value . FILTER NOT EXISTS {{ $this {q} ?value }}",
    "$this {p} ?value . OPTIONAL {{ ?value {q} ?other }} FILTER(!BOUND(?other))",
    "$this {p} ?any . ?any {q} ?value OPTIONAL {{ $this {q} ?one FILTER(?one = ?value) }} FILTER(!BOUND(?one))",
    "{{ $this {p} ?value }} UNION {{ ?value {q} $this }}",
    "{{ $this {p} ?value . FILTER(?value != $this) }} UNION {{ $this {q} ?value . FILTER(?value = $this) }}",
    "BIND($this AS ?value) FILTER(EXISTS {{ $this {p} ?any }} && !isBLANK($this))",
    "?value <http://example.org/p>+ $this . FILTER EXISTS {{ ?value {q} ?any }}",
    "{{ SELECT $this (COUNT(?one) AS ?n) WHERE {{ $this {p} ?one }} GROUP BY $this }} $this {q} ?value FILTER(?n > 1)",
)
"""Patterns of SPARQL constraints over two predicates, with `$this` and `?value`."""
NODE_KINDS = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")


@dataclass(frozen=True)
class Terms:
    """What graphs are made of.

    `bounds` are what values are compared with; without any, none are. With `measured`, `sh:lessThan` compares only
    values of `MEASURES`. A path that is no predicate is inverted only with `inverted`. `shortest` is the least bound
    of a length, `fewest` the least number of shapes in a list. With `sparql`, there are SPARQL constraints as well.
    """

    literals: tuple[str, ...] = (*NUMBERS, *TEXTS, *TAGGED, *OTHERS, *TIMES, *ILL_TYPED)
    bounds: tuple[str, ...] = (*NUMBERS, *TEXTS, *TAGGED[:1], *OTHERS, *TIMES, *ILL_TYPED[:3])
    datatypes: tuple[str, ...] = (*(f"xsd:{name}" for name in DATATYPES), "rdf:langString", "ex:type")
    measured: bool = False
    inverted: bool = True
    shortest: int = 0
    fewest: int = 0
    sparql: bool = False


def triples(text: str) -> list[ox.Triple]:
    """The triples of Turtle with the prefixes above."""
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


def together(terms: Terms, *parts: Callable[[Terms], st.SearchStrategy[Any]]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Graphs, and parts of graphs, of the same handful of literals, so that these meet."""
    return _few(terms).flatmap(lambda few: st.tuples(*(part(few) for part in parts)))


@st.composite
def _few(draw: st.DrawFn, terms: Terms) -> Terms:
    literals = draw(st.lists(st.sampled_from(terms.literals), min_size=2, max_size=5, unique=True))
    bounds = tuple(one for one in literals if one in terms.bounds)
    if terms.bounds:
        bounds += (draw(st.sampled_from(terms.bounds)),)
    return replace(terms, literals=tuple(literals), bounds=bounds)


def data(terms: Terms) -> st.SearchStrategy[str]:
    """A data graph."""
    nodes, classes = st.sampled_from(NODES), st.sampled_from(CLASSES)
    values = st.one_of(nodes, st.sampled_from(terms.literals))
    statements = st.one_of(
        st.builds("{} {} {} .".format, nodes, st.sampled_from(PREDICATES), values),
        st.builds(
            "{} {} {} .".format, nodes, st.sampled_from(MEASURES), st.sampled_from(terms.bounds or terms.literals)
        ),
        st.builds("{} a {} .".format, nodes, classes),
        st.builds("{} rdfs:subClassOf {} .".format, classes, classes),
    )
    return st.lists(statements, min_size=4, max_size=16, unique=True).map("\n".join)


def paths(terms: Terms, depth: int = 2) -> st.SearchStrategy[str]:
    """A property path."""
    simple = st.sampled_from((*PREDICATES, *MEASURES, "rdf:type"))
    if depth == 0:
        return simple
    inner = paths(terms, depth - 1)
    several = st.lists(inner, min_size=2, max_size=3).map(" ".join)
    inverse = (inner if terms.inverted else simple).map("[ sh:inversePath {} ]".format)
    alternative = several.map("[ sh:alternativePath ( {} ) ]".format)
    repeated = st.builds(
        "[ sh:{} {} ]".format, st.sampled_from(("zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")), inner
    )
    return st.one_of(simple, simple, inverse, several.map("( {} )".format), alternative, repeated)


@st.composite
def shapes(draw: st.DrawFn, terms: Terms, depth: int = 2) -> str:
    """A shapes graph of one or two shapes with targets, and shapes in them; the second may refer to the first."""
    text, named = "", list[str]()
    for number in range(draw(st.integers(1, 2))):
        name, parts = f"ex:S{number}", draw(_targets(terms))
        if draw(st.booleans()):
            path = draw(paths(terms))
            parts += ["a sh:PropertyShape", f"sh:path {path}", *draw(_body(terms, depth, tuple(named), path))]
        else:
            if draw(st.integers(0, 4)) == 0:
                name = CLASSES[number]
                parts.append("a rdfs:Class")
            parts += ["a sh:NodeShape", *draw(_body(terms, depth, tuple(named)))]
            named.append(name)
        text += f"{name} {' ; '.join(parts)} .\n"
    return text


def _targets(terms: Terms) -> st.SearchStrategy[list[str]]:
    found = st.one_of(
        st.builds("sh:targetNode {}".format, st.sampled_from(("ex:a", "ex:b", "ex:absent", *terms.literals[:3]))),
        st.builds("sh:targetClass {}".format, st.sampled_from(CLASSES)),
        st.builds(
            "sh:target{}Of {}".format, st.sampled_from(("Subjects", "Objects")), st.sampled_from(PREDICATES + MEASURES)
        ),
    )
    return st.lists(found, min_size=1, max_size=3, unique=True)


@st.composite
def _body(draw: st.DrawFn, terms: Terms, depth: int, named: tuple[str, ...], path: str | None = None) -> list[str]:
    constraints = [_of_values(terms), _of_sets(terms)]
    if path is not None:
        constraints.append(_of_properties(terms, path))
    if terms.sparql:
        constraints += [_of_queries(path)] * 3
    if depth > 0:
        constraints += [_of_shapes(terms, depth - 1, named)] * 2
        if path is not None:
            constraints.append(_qualified(terms, depth - 1, named))
    parts = draw(st.lists(st.one_of(*constraints), min_size=1, max_size=3))
    if draw(st.integers(0, 7)) == 0:
        parts.append(f"sh:severity {draw(st.sampled_from(('sh:Info', 'sh:Warning', 'ex:severity')))}")
    if draw(st.integers(0, 15)) == 0:
        parts.append("sh:deactivated true")
    return _once(parts)


_SINGLE = frozenset(
    {
        *("datatype", "nodeKind", "minCount", "maxCount"),
        *("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
        *("minLength", "maxLength", "pattern", "languageIn", "uniqueLang", "closed", "in", "qualifiedValueShape"),
    }
)


def _once(parts: Iterable[str]) -> list[str]:
    """The parts without those that repeat a parameter which may have one value."""
    kept: dict[str, str] = {}
    for part in parts:
        parameter = part.split()[0].removeprefix("sh:")
        kept.setdefault(parameter if parameter in _SINGLE else part, part)
    return list(kept.values())


def _terms(terms: Terms) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(("ex:a", "ex:b")), st.sampled_from(terms.literals))


def _of_values(terms: Terms) -> st.SearchStrategy[str]:
    """Constraints that each value node meets or not."""
    ranges = st.lists(st.sampled_from(('"en"', '"fr"', '"en-GB"', '"de"')), min_size=1, max_size=2, unique=True)
    compared = [
        st.builds(f"sh:{name} {{}}".format, st.sampled_from(terms.bounds))
        for name in ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
        if terms.bounds
    ]
    return st.one_of(
        st.builds("sh:class {}".format, st.sampled_from(CLASSES)),
        st.builds("sh:datatype {}".format, st.sampled_from(terms.datatypes)),
        st.builds("sh:nodeKind sh:{}".format, st.sampled_from(NODE_KINDS)),
        *compared,
        st.builds("sh:{}Length {}".format, st.sampled_from(("min", "max")), st.integers(terms.shortest, 3)),
        st.builds(
            'sh:pattern "{}"{}'.format,
            st.sampled_from(("a", "^a", "b$", "[0-9]", "^$", "^http")),
            st.sampled_from(("", ' ; sh:flags "i"')),
        ),
        ranges.map(lambda found: f"sh:languageIn ( {' '.join(found)} )"),
        st.lists(_terms(terms), max_size=3).map(lambda found: f"sh:in ( {' '.join(found)} )"),
    )


def _of_sets(terms: Terms) -> st.SearchStrategy[str]:
    """Constraints on the value nodes as a set, and on the triples of each."""
    ignored = st.lists(st.sampled_from((*PREDICATES, *MEASURES, "rdf:type")), max_size=3, unique=True)
    return st.one_of(
        st.builds("sh:{} {}".format, st.sampled_from(("equals", "disjoint")), st.sampled_from(PREDICATES)),
        _terms(terms).map("sh:hasValue {}".format),
        ignored.map(lambda found: f"sh:closed true ; sh:ignoredProperties ( {' '.join(found)} )"),
    )


def _of_properties(terms: Terms, path: str) -> st.SearchStrategy[str]:
    """Constraints that only property shapes may have."""
    found = [
        st.builds("sh:{}Count {}".format, st.sampled_from(("min", "max")), st.integers(0, 3)),
        st.just("sh:uniqueLang true"),
    ]
    if terms.bounds and (not terms.measured or path in MEASURES):
        others = MEASURES if terms.measured else PREDICATES + MEASURES
        found.append(
            st.builds("sh:{} {}".format, st.sampled_from(("lessThan", "lessThanOrEquals")), st.sampled_from(others))
        )
    return st.one_of(*found)


def _of_queries(path: str | None) -> st.SearchStrategy[str]:
    """SPARQL constraints.

    `$PATH` stands only for a predicate: a focus node that is in no triple reaches itself by a path of no steps where
    the node itself stands in the query (SHACL section 5.3), but not where all focus nodes are asked for at once.
    """
    predicates = [f"<http://example.org/{name}>" for name in "pq"] + ["$PATH"] * (path in PREDICATES)
    pattern = st.builds(
        str.format, st.sampled_from(QUERIES), p=st.sampled_from(predicates), q=st.sampled_from(predicates)
    )
    head = st.sampled_from(("SELECT $this ?value", "SELECT DISTINCT $this ?value", "SELECT $this"))
    return st.builds('sh:sparql [ sh:select "{} WHERE {{ {} }}" ]'.format, head, pattern)


def _of_shapes(terms: Terms, depth: int, named: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Constraints with other shapes as parameters."""
    node, property_ = _node_shape(terms, depth, named), _property_shape(terms, depth, named)
    known = [st.sampled_from(named)] if named else []
    shape = st.one_of(node, property_, *known)
    qualified = st.lists(_qualified(terms, depth, named), min_size=1, max_size=3)
    siblings = st.builds(
        lambda path, parts: " ; ".join(f"sh:property [ sh:path {path} ; {part} ]" for part in parts),
        paths(terms, 1),
        qualified,
    )
    return st.one_of(
        shape.map("sh:not {}".format),
        st.builds(
            "sh:{} ( {} )".format,
            st.sampled_from(("and", "or", "xone")),
            st.lists(shape, min_size=terms.fewest, max_size=2, unique=True).map(" ".join),
        ),
        st.one_of(node, *known).map("sh:node {}".format),
        property_.map("sh:property {}".format),
        siblings,
    )


def _node_shape(terms: Terms, depth: int, named: tuple[str, ...]) -> st.SearchStrategy[str]:
    return _body(terms, depth, named).map(lambda parts: f"[ {' ; '.join(parts)} ]")


@st.composite
def _property_shape(draw: st.DrawFn, terms: Terms, depth: int, named: tuple[str, ...]) -> str:
    path = draw(paths(terms))
    return f"[ sh:path {path} ; {' ; '.join(draw(_body(terms, depth, named, path)))} ]"


@st.composite
def _qualified(draw: st.DrawFn, terms: Terms, depth: int, named: tuple[str, ...]) -> str:
    least, most = draw(st.sampled_from(((1, None), (2, None), (None, 0), (None, 1), (1, 1))))
    simple = st.sampled_from(NODE_KINDS).map("[ sh:nodeKind sh:{} ]".format)
    parts = [f"sh:qualifiedValueShape {draw(st.one_of(simple, simple, _node_shape(terms, depth, named)))}"]
    parts += [f"sh:qualifiedMinCount {least}"] * (least is not None)
    parts += [f"sh:qualifiedMaxCount {most}"] * (most is not None)
    parts += ["sh:qualifiedValueShapesDisjoint true"] * draw(st.booleans())
    return " ; ".join(parts)
