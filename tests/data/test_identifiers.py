"""Identifiers and names that stand in tables: named after their thing, with valid check digits, and derived in full."""

from foc_graph.graph import Graph
from foc_graph.store.results import as_rows

NAMED = """SELECT ?part ?thing ?path
WHERE {
  { ?part coal:identifies ?thing . BIND("/identifier/" AS ?path) }
  UNION
  { ?part coal:nameOf ?thing ; skosxl:literalForm ?name . BIND(CONCAT("/name/", LANG(?name), "-") AS ?path) }
}"""
UNLINKED = """SELECT ?identifier
WHERE {
  ?identifier coal:identifies ?thing .
  OPTIONAL { ?identifier coal:linkProperty ?property ; schema:url ?address }
  FILTER(
    NOT EXISTS { ?thing adms:identifier ?identifier } ||
    BOUND(?property) && NOT EXISTS { ?thing ?property ?address }
  )
}"""
LANGUAGES = """SELECT ?country (COUNT(?name) AS ?names) (COUNT(DISTINCT LANG(?name)) AS ?languages)
WHERE {
  ?country a schema:Country ; skos:prefLabel ?name .
  FILTER EXISTS { ?label coal:nameOf ?country }
}
GROUP BY ?country"""
FORMER = """SELECT ?former
WHERE {
  <https://w3id.org/coalition/id/country/mk> skos:altLabel ?former .
  ?label skosxl:literalForm ?former ; coal:end "2019-03-12"^^xsd:date .
}"""


def test_identifiers_and_names_are_named_after_their_thing(graph: Graph) -> None:
    found = as_rows(graph.sparql(NAMED))
    assert len(found) > 3000
    assert [row["part"] for row in found if not row["part"].startswith(row["thing"] + row["path"])] == []


def test_identifiers_and_links_are_derived(graph: Graph) -> None:
    assert list(as_rows(graph.sparql(UNLINKED))) == []


def test_a_country_has_one_name_a_language_and_keeps_its_former_ones(graph: Graph) -> None:
    found = as_rows(graph.sparql(LANGUAGES))
    assert len(found) == 249
    assert {(str(row["names"]), str(row["languages"])) for row in found} == {("5", "5")}
    former = {row["former"] for row in as_rows(graph.sparql(FORMER))}
    assert former == {"Macedonia (the former Yugoslav Republic of)", "Macedonia, Republic of"}
