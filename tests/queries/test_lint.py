"""The linter of stored queries: each rule names its pattern where it stands and lets what it asks for pass."""

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

FAILING = {
    "cast": [
        "SELECT ?m WHERE { ?m coal:begin ?d . FILTER(§x:date(?d) < ?end_last) } ORDER BY STR(?m)",
        "SELECT (§<http://www.w3.org/2001/XMLSchema#integer>(?n) AS ?i) WHERE { ?m coal:edition ?n } ORDER BY STR(?n)",
    ],
    "cross-product": [
        "SELECT ?a ?b WHERE { ?a a coal:Body . ?b §a coal:Event } ORDER BY STR(?a) STR(?b)",
        "SELECT ?a ?b WHERE { ?a a coal:Body . §{ SELECT ?b WHERE { ?b coal:hostedBy ?a } } } ORDER BY STR(?a) STR(?b)",
        "SELECT ?z WHERE { ?a coal:begin ?x . ?b §coal:begin ?y BIND(CONCAT(?x, ?y) AS ?z) } ORDER BY STR(?z)",
        "SELECT ?a WHERE { ?a a coal:Body . §VALUES ?k { 1 2 } } ORDER BY STR(?a)",
    ],
    "date-arithmetic": [
        "SELECT ?m WHERE { ?m coal:begin ?d . FILTER(?d < ?end_last §- ?length) } ORDER BY STR(?m)",
        "SELECT ?m WHERE { ?m coal:begin ?d . FILTER(?d + ?length > NOW() §- ?d) } ORDER BY STR(?m)",
        'SELECT ?m WHERE { ?m coal:begin ?d . FILTER(?d §+ "P1D"^^x:dayTimeDuration > ?e) } ORDER BY STR(?m)',
    ],
    "date-part": [
        "SELECT (§YEAR(?d) AS ?y) WHERE { ?m coal:begin ?d } ORDER BY STR(?d)",
        "SELECT ?m WHERE { ?m coal:begin ?d } GROUP BY ?m HAVING(MIN(§DAY(?d)) > 1) ORDER BY STR(?m)",
    ],
    "division": [
        "SELECT (?a §/ ?b AS ?share) WHERE { ?m ex:a ?a ; ex:b ?b } ORDER BY STR(?m)",
        "SELECT ?m WHERE { ?m ex:a ?a . FILTER((ROUND(?a) + 1) §/ 2 > 1) } ORDER BY STR(?m)",
    ],
    "exists-join": [
        "SELECT ?m WHERE { ?m a coal:Event FILTER §NOT EXISTS { ?m coal:begin ?d . ?o coal:end ?d } } ORDER BY STR(?m)",
        "SELECT ?m WHERE { ?m a coal:Event FILTER(§EXISTS { ?m coal:convenedBy/org:member ?a }) } ORDER BY STR(?m)",
        "SELECT ?m WHERE { ?m a coal:Event FILTER §EXISTS { { ?m ex:a ?x ; ex:b ?x } } } ORDER BY STR(?m)",
    ],
    "exists-or": [
        "SELECT ?m WHERE { ?m ex:a ?a . FILTER(!BOUND(?end_last) || §EXISTS { ?m coal:end ?e }) } ORDER BY STR(?m)",
    ],
    "function": [
        "SELECT (§ex:distance(?a) AS ?n) WHERE { ?m ex:a ?a } ORDER BY STR(?m)",
    ],
    "group-concat": [
        "SELECT (§GROUP_CONCAT(?l) AS ?ls) WHERE { ?m ex:a ?l } GROUP BY ?m ORDER BY STR(?m)",
        "SELECT (§GROUP_CONCAT(?l) AS ?s) WHERE { { SELECT ?m ?l WHERE { ?m ex:a ?l } } } GROUP BY ?m ORDER BY STR(?m)",
    ],
    "one-value": [
        "SELECT ?m WHERE { §VALUES ?c { coal:Event } ?m a ?c } ORDER BY STR(?m)",
        'SELECT ?m WHERE { §VALUES (?l ?c) { ("a"@en "1"^^x:date) } ?m ?l ?c } ORDER BY STR(?m)',
    ],
    "open-path": [
        "SELECT ?a ?b WHERE { ?a §org:subOrganizationOf* ?b } ORDER BY STR(?a) STR(?b)",
        "SELECT ?a ?b WHERE { ?a §(ex:a|ex:b)?/org:subOrganizationOf* ?b } ORDER BY STR(?a) STR(?b)",
        "SELECT ?a WHERE { ?a a coal:Body . { SELECT ?a WHERE { ?a §ex:a* ?b } } } ORDER BY STR(?a)",
    ],
    "order": [
        "§SELECT ?m WHERE { ?m a coal:Event }",
        "SELECT ?m ?d WHERE { ?m coal:begin ?d } ORDER BY STR(?m) §DESC(?d)",
    ],
    "prefix": [
        "SELECT ?m WHERE { ?m a coal:Event ; §skos:notation ?n ; skos:broader ?b } ORDER BY STR(?m)",
        'SELECT ?m WHERE { ?m coal:begin ?d FILTER(?d = "p"^^§rdf:HTML) } ORDER BY STR(?m)',
        "CONSTRUCT { ?m §dcterms:title ?t } WHERE { ?m coal:convenedBy ?t }",
    ],
    "select-star": [
        "SELECT §* WHERE { ?m a coal:Event } ORDER BY STR(?m)",
    ],
}
"""Queries that break a rule; § stands before the place that is told."""

PASSING = {
    "cast": 'SELECT ?m WHERE { ?m ex:date ?d . FILTER(STRDT("2020-01-01", x:date) < ?d) } ORDER BY STR(?m)',
    "cross-product": """SELECT ?a (1 AS ?one) WHERE {
        { ?a a coal:Body } UNION { ?a a coal:Event } ?a ex:x ?x . OPTIONAL { ?x ex:b ?b }
        ?x ex:c ?c BIND(STR(?c) AS ?d) ?e ex:f ?d
        FILTER NOT EXISTS { ?a ex:g ?g } MINUS { ?a ex:h ?h }
      } ORDER BY STR(?a)""",
    "date-arithmetic": "SELECT ?m WHERE { ?m ex:a ?a ; ex:b ?b FILTER(?a - ?b > -1 && ?b + 1 < 4) } ORDER BY STR(?m)",
    "date-part": "SELECT (SUBSTR(STR(?d), 1, 4) AS ?year) WHERE { ?m coal:begin ?d } ORDER BY STR(?year)",
    "division": """SELECT (ROUND(1000.0 * ?a / (?b + 1)) / 1000.0 AS ?share)
      WHERE { ?m ex:a/ex:c ?a ; ex:b ?b } ORDER BY STR(?m)""",
    "exists-join": """SELECT ?m WHERE {
        ?m a coal:Event FILTER NOT EXISTS { ?m (ex:a|ex:b)+ ?o FILTER EXISTS { ?o a coal:Body } }
        MINUS { ?m coal:begin ?d . ?o coal:end ?d }
      } ORDER BY STR(?m)""",
    "exists-or": "SELECT ?m WHERE { ?m ex:a ?a FILTER(?a = 1 || ?a = 2) FILTER EXISTS { ?m ex:b 1 } } ORDER BY STR(?m)",
    "function": "SELECT ?m WHERE { ?m ex:a ?a FILTER(?a IN (1, 2) && (isIRI(?m)) && (?a > 1)) } ORDER BY STR(?m)",
    "group-concat": """SELECT ?m (GROUP_CONCAT(?l; SEPARATOR=", ") AS ?ls)
      WHERE { { SELECT ?m ?l WHERE { ?m ex:a ?l } ORDER BY ?l } } GROUP BY ?m ORDER BY STR(?m)""",
    "one-value": """SELECT ?m WHERE {
        VALUES ?l { "a"@en "1"^^x:date } ?m ex:a ?l . VALUES ?c { coal:Event } ?m a ?c
      } ORDER BY STR(?m)""",
    "open-path": """SELECT ?a ?b WHERE {
        ?a a coal:Body ; org:subOrganizationOf* ?b . ?c ex:a*/ex:b ?a ; ex:a* ex:thing . ?d ex:e/ex:f*/ex:g? ?a .
        OPTIONAL { ?c ex:h? ?i } FILTER EXISTS { ?a ex:j* ?k }
      } ORDER BY STR(?a) STR(?b)""",
    "order": "SELECT ?m ?d WHERE { ?m coal:begin ?d } ORDER BY DESC(?d) STR(?m) LIMIT 3",
    "prefix": """# skos:notation is not asked
      SELECT ?m WHERE { ?m a coal:Event ; ex:a _:b ; ex:b "skos:" FILTER(?m != <time:Instant>) } ORDER BY STR(?m)""",
    "select-star": "SELECT (COUNT(DISTINCT ?m) AS ?k) (COUNT(*) AS ?n) (2 * 3 AS ?six) WHERE { ?m a coal:Event }",
}
"""Queries that come near the rule and keep it."""


def stored(text: str, **allow: str) -> StoredQuery:
    end = Parameter("end", "date", "the last day")
    allowed = {rule.replace("_", "-"): reason for rule, reason in allow.items()}
    return StoredQuery("query", "", "", (), (end,), {}, "", (), PREFIXES + text, allowed)


def test_each_rule_has_examples() -> None:
    assert RULES.keys() == FAILING.keys() == PASSING.keys()


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in FAILING.items() for text in texts])
def test_a_rule_finds_its_pattern_at_its_position(rule: str, text: str) -> None:
    before, _, after = text.partition("§")
    line, column = PREFIXES.count("\n") + 1, len(before) + 1
    found = lint(stored(before + after), "q.rq")
    assert [(one.where, one.line, one.column) for one in found if one.rule == rule] == [("q.rq", line, column)]


@pytest.mark.parametrize("rule", PASSING)
def test_a_rule_lets_pass_what_it_asks_for(rule: str) -> None:
    assert [one for one in lint(stored(PASSING[rule]), "q.rq") if one.rule == rule] == []


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
    text = FAILING["division"][0].replace("§", "")
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
