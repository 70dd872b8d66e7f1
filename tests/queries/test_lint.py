"""The linter of stored queries: each rule names its pattern where it stands and lets what it asks for pass."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from foc_graph.cli import foc
from foc_graph.errors import ParseError
from foc_graph.namespaces import BASE
from foc_graph.queries.lint import lint, lint_workspace
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.sparql.lint import RULES
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.workspaces import new_workspace

PREFIXES = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX ex: <https://example.org/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX x: <http://www.w3.org/2001/XMLSchema#>
"""

EXAMPLES = tomllib.loads(Path(__file__).with_name("lint.toml").read_text("utf-8"))


def stored(text: str, **allow: str) -> StoredQuery:
    end = Parameter("end", "date", "the last day")
    allowed = {rule.replace("_", "-"): reason for rule, reason in allow.items()}
    return StoredQuery("query", "", "", (), (end,), {}, "", (), PREFIXES + text, allowed)


def test_each_rule_has_examples() -> None:
    assert RULES.keys() == EXAMPLES.keys()


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, shown in EXAMPLES.items() for text in shown["failing"]]
)
def test_a_rule_finds_its_pattern_at_its_position(rule: str, text: str) -> None:
    before, _, after = text.partition("§")
    line, column = PREFIXES.count("\n") + 1, len(before) + 1
    found = lint(stored(before + after), "q.rq")
    assert [(one.where, one.line, one.column) for one in found if one.rule == rule] == [("q.rq", line, column)]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_lets_pass_what_it_asks_for(rule: str) -> None:
    assert [one for one in lint(stored(EXAMPLES[rule]["passing"]), "q.rq") if one.rule == rule] == []


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ("(?d AS §?joined)", "begin"),
        ("§?founded", "begin"),
        ("(MIN(?d) AS §?left_earliest)", "end_earliest"),
        ("§?start_latest ?ended_by", "begin_latest"),
        ("?begin ?begin_earliest ?end_latest ?planned_end ?left_side (?begins_latest AS ?last)", ""),
    ],
)
def test_dates_of_periods_are_in_columns_of_one_name(columns: str, problem: str) -> None:
    before, _, after = f"SELECT ?m {columns}".partition("§")
    query = stored(f"{before}{after} WHERE {{ ?m coal:begin ?d }} ORDER BY STR(?m)")
    found = [(one.line, one.column, one.problem) for one in lint(query, "q.rq") if one.rule == "column"]
    told = f"queries call it {problem}: write ?{problem}, or {{renamed: {problem}}} in the header for an old name"
    assert found == ([(PREFIXES.count("\n") + 1, len(before) + 1, told)] if problem else [])
    old = query._replace(renamed=dict.fromkeys(("joined", "founded", "left_earliest", "start_latest"), "x"))
    assert not [one for one in lint(old, "q.rq") if one.rule == "column"]


def test_what_a_header_allows_is_no_finding_but_a_needless_permission_is() -> None:
    text = EXAMPLES["division"]["failing"][0].replace("§", "")
    assert lint(stored(text, division="never by zero"), "q.rq") == []
    needless = lint(stored(text, division="never by zero", cast="no reason", misspelt="no rule"), "q.rq")
    assert [str(one) for one in needless] == [
        "q.rq:1:1: allow: cast finds nothing here: remove it",
        "q.rq:1:1: allow: misspelt finds nothing here: remove it",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT ?m WHERE { ?m a } ORDER BY ?m", r"q\.rq:5:\d+"),
        ("SELECT ?m WHERE { ?m a unknown:Thing } ORDER BY ?m", r"q\.rq"),
    ],
)
def test_what_is_no_query_is_told_at_its_position(text: str, place: str) -> None:
    with pytest.raises(ParseError, match=f"^{place}: not a SPARQL 1.1 query"):
        lint(stored(text), "q.rq")


HEADER = "#+ summary: s\n#+ question: q\n#+ columns: {m: the thing}\n#+ expect: []\n"


@pytest.mark.parametrize(
    ("header", "query", "code", "output"),
    [
        ("", "SELECT ?m\nWHERE { ?m ?p ?o }\nORDER BY STR(?m)\n", 0, "0 findings\n"),
        ("", "SELECT ?m\nWHERE { ?m ?p ?o }\nORDER BY ?m\n", 1, "queries/a/q.rq:7:10: order: "),
        ("#+ allow: {order: the rows are equal}\n", "SELECT ?m\nWHERE { ?m ?p ?o }\n", 0, "0 findings\n"),
    ],
)
def test_the_command_tells_findings_and_exits_with_1(
    tmp_path: Path, header: str, query: str, code: int, output: str
) -> None:
    (tmp_path / "queries" / "a").mkdir(parents=True)
    (tmp_path / "ontology").mkdir()
    (tmp_path / "workspace.toml").write_text((ROOT / "workspace.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "queries" / "a" / "q.rq").write_text(HEADER + header + query, "utf-8")
    result = CliRunner().invoke(foc, ["--workspace", str(tmp_path), "query", "--lint"])
    assert (result.exit_code, result.stdout.startswith(output)) == (code, True)


@pytest.mark.parametrize(
    ("term", "present"),
    [
        ("coal:heldBy", "coal:convenedBy"),
        ("<https://w3id.org/coalition/ns#heldBy>", "coal:convenedBy"),
        (f"<{BASE}concept/membership-status/member>", f"<{BASE}concept/membership-status/active>"),
    ],
)
def test_a_deprecated_term_is_found_with_its_successor(tmp_path: Path, term: str, present: str) -> None:
    new_workspace(tmp_path / "own")
    path = tmp_path / "own" / "queries" / "example" / "events.rq"
    asked = f"SELECT ?m\nWHERE {{ ?m {term} ?o }}\nORDER BY STR(?m)\n"
    path.write_text(f"{HEADER}PREFIX coal: <https://w3id.org/coalition/ns#>\n{asked}", "utf-8")
    (found,) = lint_workspace(find_workspace(tmp_path / "own"))
    assert (found.line, found.column, found.rule) == (7, 12, "deprecated")
    assert found.problem == f"{term} is deprecated, and data no longer name it: write {present}"
