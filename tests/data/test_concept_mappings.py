"""Concepts mapped to other vocabularies, and the list of those that are not."""

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
