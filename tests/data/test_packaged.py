"""The packaged data: concepts mapped, identifiers and names derived in full, and rights stated of every graph."""

import re
from collections import Counter

from foc_graph.graph import Graph
from foc_graph.namespaces import BASE
from foc_graph.store.results import as_rows
from tests.support import ROOT

CONCEPTS = f"{BASE}concept/"
MAPPED = """SELECT DISTINCT ?concept (COUNT(?match) AS ?matches)
WHERE {
  ?concept a skos:Concept .
  OPTIONAL {
    VALUES ?relation { skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch }
    ?concept ?relation ?match .
  }
}
GROUP BY ?concept"""
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+) \| \S.+ \|$", re.MULTILINE)
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
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
GRAPHS = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?thing ?property ?value } }"
TERMS = """SELECT ?graph ?license ?rights
WHERE {
  ?graph a void:Dataset .
  OPTIONAL { ?graph dcterms:license ?license }
  OPTIONAL { ?graph dcterms:rights ?rights }
}"""


def test_a_concept_is_mapped_or_listed_with_the_reason(graph: Graph) -> None:
    found = {row["concept"].removeprefix(CONCEPTS): row["matches"] for row in as_rows(graph.sparql(MAPPED))}
    text = (ROOT / "docs" / "reference" / "concepts.md").read_text(encoding="utf-8")
    listed = Counter(f"{scheme}/{name}" for scheme, names in ROW.findall(text) for name in re.findall("`(.+?)`", names))
    assert sorted(listed.elements()) == sorted(name for name, matches in found.items() if not int(matches))


def test_comments_say_what_a_broader_or_narrower_concept_holds(graph: Graph) -> None:
    mapped = """SELECT ?record WHERE {
      VALUES ?relation { skos:broadMatch skos:narrowMatch }
      ?record coal:linkProperty ?relation FILTER NOT EXISTS { ?record coal:note ?note }
    }"""
    assert list(as_rows(graph.sparql(mapped))) == []


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


def terms(graph: Graph) -> dict[str, tuple[str, str]]:
    """Licence and rights by named graph; an empty text for what is not stated."""
    rows = as_rows(graph.sparql(TERMS))
    return {row["graph"]: (row["license"] or "", row["rights"] or "") for row in rows}


def test_every_named_graph_states_its_terms_and_no_other_is_described(graph: Graph) -> None:
    rows = as_rows(graph.sparql(GRAPHS))
    stated = terms(graph)
    assert {row["graph"] for row in rows} == set(stated)
    assert all(rights for _, rights in stated.values())


def test_notice_names_every_graph_that_is_not_cc0_with_its_licence(graph: Graph) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    licences = {name: licence for name, (licence, _) in terms(graph).items() if licence != CC0}
    assert licences.pop(f"{BASE}graph/derived") == ""
    for name, licence in licences.items():
        group = name.removeprefix(f"{BASE}graph/")
        places = f"data/{group}/", f"data/tables/{group}.ttl", f"data/links/{group}.sssom.tsv"
        assert any(place in notice for place in places), name
        assert licence in notice, name
