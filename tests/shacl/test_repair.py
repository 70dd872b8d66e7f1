"""Repairs: which are certain, and which are not."""

import tomllib
from pathlib import Path
from string import Template

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.terms import XSD, Term
from foc_graph.shacl.lexical_forms import LEXICAL
from foc_graph.shacl.path import Inverse, Predicate, Sequence
from foc_graph.shacl.report import Report
from foc_graph.shacl.results import Finding
from foc_graph.validation import validate
from tests.support import ROOT
from tests.support.campaign import campaign
from tests.support.commands import foc
from tests.support.shacl_reports import DATA, SH, A, B, P, Q, finding, literal, printed, report

DATATYPE, IN, KIND, HAS = "Datatype", "In", "NodeKind", "HasValue"
COAL_A, COAL_LOWER = (ox.NamedNode(PREFIXES["coal"] + name) for name in ("A", "a"))


def xsd(name: str) -> ox.NamedNode:
    return ox.NamedNode(XSD + name)


@pytest.mark.parametrize(
    ("component", "arguments", "value", "added"),
    [
        (HAS, (COAL_A,), None, "coal:A"),
        (HAS, (literal("1", "integer"),), None, '"1"^^xsd:integer'),
        (DATATYPE, (xsd("gYear"),), literal("2015"), '"2015"^^xsd:gYear'),
        (DATATYPE, (xsd("gYear"),), literal("2015", "integer"), '"2015"^^xsd:gYear'),
        (DATATYPE, (xsd("date"),), literal("2015-02-28", "gYear"), '"2015-02-28"^^xsd:date'),
        (DATATYPE, (xsd("integer"),), literal("-05"), '"-05"^^xsd:integer'),
        (DATATYPE, (xsd("byte"),), literal("127", "integer"), '"127"^^xsd:byte'),
        (DATATYPE, (xsd("boolean"),), literal("true"), '"true"^^xsd:boolean'),
        (DATATYPE, (xsd("anyURI"),), literal("https://example.org/x"), '"https://example.org/x"^^xsd:anyURI'),
        (KIND, (ox.NamedNode(f"{SH}IRI"),), literal("https://example.org/é?x#y"), "<https://example.org/é?x#y>"),
        (KIND, (ox.NamedNode(f"{SH}IRI"),), literal(COAL_A.value, "anyURI"), "coal:A"),
        (IN, (literal("a"), literal("b")), literal("A"), '"a"'),
        (IN, (literal("a"), literal("b")), ox.Literal("a", language="en"), '"a"'),
        (IN, (ox.Literal("a\u202e", language="en"), B), literal("a\u202e"), '"a\\U0000202E"@en'),
        (IN, (literal("1", "integer"), literal("2", "integer")), literal("1"), '"1"^^xsd:integer'),
        (IN, (COAL_LOWER, B), COAL_A, "coal:a"),
        (DATATYPE, (xsd("date"),), literal("2015-02-30"), None),
        (DATATYPE, (xsd("gYear"),), literal("2015", "gYear"), None),
        (DATATYPE, (xsd("gYear"),), literal(" 2015"), None),
        (DATATYPE, (xsd("gYear"),), literal("2015-05"), None),
        (DATATYPE, (xsd("gYear"),), ox.Literal("2015", language="en"), None),
        (DATATYPE, (xsd("byte"),), literal("128", "integer"), None),
        (DATATYPE, (xsd("byte"),), literal("9" * 5000), None),
        (DATATYPE, (xsd("positiveInteger"),), literal("0", "integer"), None),
        (DATATYPE, (xsd("boolean"),), literal("1", "integer"), None),
        (DATATYPE, (xsd("string"),), literal("7", "integer"), None),
        (DATATYPE, (xsd("language"),), literal("welcome"), None),
        (DATATYPE, (xsd("integer"),), literal("none", "integer"), None),
        (DATATYPE, (xsd("integer"),), B, None),
        (DATATYPE, (ox.NamedNode("x:own"),), literal("2015"), None),
        (DATATYPE, (), literal("2015"), None),
        (KIND, (ox.NamedNode(f"{SH}IRI"),), literal("example.org"), None),
        (KIND, (ox.NamedNode(f"{SH}IRI"),), literal("see https://example.org/"), None),
        (KIND, (ox.NamedNode(f"{SH}IRI"),), literal("https:///x"), None),
        (KIND, (ox.NamedNode(f"{SH}IRI"),), literal("https://example.org/ and more"), None),
        (KIND, (ox.NamedNode(f"{SH}IRI"),), ox.Literal("https://example.org/", language="en"), None),
        (KIND, (ox.NamedNode(f"{SH}BlankNode"),), literal("https://example.org/"), None),
        (IN, (literal("a"), ox.Literal("a", language="en")), literal("a", "token"), None),
        (IN, (literal("a"), literal("b")), ox.Literal("A", language="en"), None),
        (IN, (literal("x:b"),), B, None),
        (IN, (literal("c"),), literal("d"), None),
        (HAS, (ox.BlankNode("n"),), None, None),
        ("MinCount", (literal("1", "integer"),), None, None),
        ("Equals", (Q.iri,), literal("1"), None),
        ("Closed", (literal("true", "boolean"),), literal("1"), None),
    ],
)
def test_only_a_certain_repair_is_suggested(
    component: str, arguments: tuple[Term, ...], value: Term | None, added: str | None
) -> None:
    """The repair makes a triple of just these terms: read as Turtle, it is what was meant."""
    text = f"<x:a> <x:p> {value} ." if value is not None else DATA
    (result,) = report(finding(component=component, arguments=arguments, value=value), data=text).results
    *removed, last = result.suggestion.split("\n")
    assert last == ("" if added is None else f"+ <x:a> <x:p> {added} .")
    assert len(removed) == (added is not None and value is not None)
    header = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("coal", "xsd"))
    for line in removed:
        (quad,) = ox.parse(header + line.removeprefix("- "), format=ox.RdfFormat.TURTLE)
        assert (quad.subject, quad.predicate, quad.object) == (A, P.iri, value)


@pytest.mark.parametrize(
    "found",
    [
        finding(focus=ox.BlankNode("n"), component=HAS, arguments=(B,)),
        finding(path=None, component=HAS, arguments=(B,)),
        finding(path=Sequence((P, Q)), component=HAS, arguments=(B,)),
        finding(path=Inverse(P), component=HAS, arguments=(B,)),
        finding(value=literal("2016"), component=DATATYPE, arguments=(xsd("gYear"),)),
    ],
)
def test_nothing_is_suggested_for_what_the_files_do_not_say(found: Finding) -> None:
    (result,) = report(found).results
    assert result.suggestion == ""


def test_repairs_are_printed_where_they_are_asked_for() -> None:
    year = finding(
        path=Predicate(ox.NamedNode("x:year")), value=literal("2015"), component=DATATYPE, arguments=(xsd("gYear"),)
    )
    assert '    - <x:a> <x:year> "2015" .\n    + <x:a> <x:year> "2015"^^xsd:gYear .\n' in printed(report(year), True)
    assert "--suggest" not in printed(report(year), True)
    assert '"2015"' not in printed(report(year)) and "1 certain repair: --suggest" in printed(report(year))


HEADER = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("coal", "rdf", "sh", "xsd"))


def judged(folder: Path, values: list[str], judge: str) -> Report:
    """The report on things with one value each, of which a property shape says `judge`."""
    data, shapes = folder / "data.ttl", folder / "shapes.ttl"
    data.write_text(HEADER + "".join(f"<x:{number}> <x:p> {value} .\n" for number, value in enumerate(values)), "utf-8")
    shapes.write_text(f"{HEADER}<x:S> sh:targetSubjectsOf <x:p> ; sh:property [ sh:path <x:p> ; {judge} ] .", "utf-8")
    return validate(data, shapes)


def either(*shapes: str) -> str:
    return f"sh:or ( {' '.join(f'[ {shape} ]' for shape in shapes)} )"


DATE, MONTH, YEAR, WHOLE = (f"sh:datatype xsd:{name}" for name in ("date", "gYearMonth", "gYear", "integer"))
DATES = either(DATE, MONTH, YEAR)
TEXT = either("sh:datatype xsd:string", "sh:datatype rdf:langString")
LOCAL = f'sh:node [ {DATE} ; sh:pattern "^[^z]*$" ; sh:flags "i" ]'


CASES: list[tuple[str, str, str]] = tomllib.loads(Path(__file__).with_name("repairs.toml").read_text("utf-8"))["cases"]


@pytest.mark.parametrize(("judge", "value", "added"), CASES)
def test_a_nested_shape_makes_a_repair_certain_that_only_one_term_can_be(
    judge: str, value: str, added: str, tmp_path: Path
) -> None:
    judge = Template(judge).substitute(DATES=DATES, DATE=DATE, YEAR=YEAR, WHOLE=WHOLE, LOCAL=LOCAL, TEXT=TEXT)
    (result,) = judged(tmp_path, [value], judge).results
    removed, _, new = result.suggestion.partition("\n")
    assert new == (f"+ <x:0> <x:p> {added} ." if added else "")
    assert removed.startswith("- <x:0> <x:p> ") == bool(added)
    assert not added or judged(tmp_path, [added], judge).conforms


LEAVES = st.sampled_from(
    [
        *(f"sh:datatype xsd:{name}" for name in ("date", "gYear", "gYearMonth", "integer", "decimal", "byte")),
        *("sh:datatype xsd:anyURI", "sh:minInclusive 12", "sh:maxExclusive 2000", "sh:class <x:C>"),
        *("sh:datatype xsd:string", "sh:datatype <x:own>", "sh:datatype rdf:langString", 'sh:languageIn ( "en" )'),
        *("sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal", "sh:minLength 5", "sh:maxLength 4"),
        *('sh:pattern "^2"', 'sh:pattern "^[0-9]+$"', 'sh:hasValue "2013-06-17"^^xsd:date'),
        'sh:in ( 12 "2013"^^xsd:gYear <https://example.org/> )',
    ]
)  # fmt: skip
JUDGES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("sh:{} ( [ {} ] [ {} ] )".format, st.sampled_from(["and", "or", "or", "xone"]), inner, inner),
        st.builds("sh:{} [ {} ]".format, st.sampled_from(["node", "not"]), inner),
    ),
    max_leaves=4,
)
TEXTS = st.sampled_from(["2013", "2013-06", "2013-06-17", "12", "-1", "1.5", "https://example.org/", "x"])


@campaign(100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(judge=JUDGES, text=TEXTS)
def test_of_all_terms_with_the_text_only_the_suggested_one_conforms(judge: str, text: str, tmp_path: Path) -> None:
    datatypes = [*LEXICAL, f"{XSD}string", f"{XSD}anyURI", "x:own", "x:other"]
    terms = [f'"{text}"^^<{datatype}>' for datatype in datatypes] + [f'"{text}"@en', f'"{text}"@de']
    terms += [f"<{text}>"] if text.startswith("https:") else []
    results = judged(tmp_path, terms, f"sh:node [ {judge} ]").results
    failing = {result.focus for result in results}
    conforming = [term for number, term in enumerate(terms) if f"x:{number}" not in failing]
    for result in results:
        if result.suggestion:
            ((_, _, added, _),) = ox.parse(HEADER + result.suggestion.partition("+ ")[2], format=ox.RdfFormat.TURTLE)
            assert [str(added)] == conforming


OWN = [
    ('coal:begin "2013-06-17"', 'coal:begin "2013-06-17"^^xsd:date'),
    ('coal:begin "2013"', 'coal:begin "2013"^^xsd:gYear'),
    ('coal:verified "2013-06"', 'coal:verified "2013-06"^^xsd:gYearMonth'),
    ('coal:beginsEarliest "2013-06-17"', 'coal:beginsEarliest "2013-06-17"^^xsd:date'),
    ('coal:beginsEarliest "2013"', None),
    ('coal:begin "spring 2013"', None),
]


def test_our_own_shapes_say_which_kind_of_date_is_meant(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(HEADER + "".join(f"<x:{number}> {triple} .\n" for number, (triple, _) in enumerate(OWN)), "utf-8")
    shown = foc("validate", str(data), "--shapes", str(ROOT / "ontology/shapes"), "--suggest").stdout
    for number, (triple, added) in enumerate(OWN):
        assert f"  x:{number}\n" in shown
        assert (f"    - <x:{number}> {triple} .\n    + <x:{number}> {added} .\n" in shown) == bool(added)
    assert shown.count("    + ") == 4
