"""Rights: every named graph says on which terms it may be used, and NOTICE names those that are not CC0."""

from foc_graph.graph import Graph
from foc_graph.namespaces import BASE
from foc_graph.store.results import as_rows
from tests.support import ROOT

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
NAMED = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?thing ?property ?value } }"
TERMS = """SELECT ?graph ?license ?rights
WHERE {
  ?graph a void:Dataset .
  OPTIONAL { ?graph dcterms:license ?license }
  OPTIONAL { ?graph dcterms:rights ?rights }
}"""


def terms(graph: Graph) -> dict[str, tuple[str, str]]:
    """Licence and rights by named graph; an empty text for what is not stated."""
    rows = as_rows(graph.sparql(TERMS))
    return {row["graph"]: (row["license"] or "", row["rights"] or "") for row in rows}


def test_every_named_graph_states_its_terms_and_no_other_is_described(graph: Graph) -> None:
    rows = as_rows(graph.sparql(NAMED))
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
