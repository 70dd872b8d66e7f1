"""The worked examples of the vocabulary: each is explained, and conforms when pasted into a workspace."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

from foc_graph.namespaces import BASE, COAL
from foc_graph.site.ontology import Pattern
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.workspaces import new_workspace

VOCABULARY = Graph().parse(ROOT / "ontology" / "coalition.ttl")
PATTERNS = [Pattern.of(str(one)) for one in sorted(VOCABULARY.objects(URIRef(f"{BASE}ns"), SKOS.example))]
NAMES = ["membership", "mandate", "claim"]


def test_memberships_mandates_and_claims_have_a_pattern() -> None:
    classes = [
        {str(value).removeprefix(COAL) for value in Graph().parse(data=one.turtle).objects(None, RDF.type)}
        for one in PATTERNS
    ]
    assert [one - {"Source"} for one in classes] == [{"Membership"}, {"Mandate", "Function"}, {"Claim", "Citation"}]


@pytest.mark.parametrize("pattern", PATTERNS, ids=NAMES)
def test_a_pattern_is_explained_and_uses_terms_that_are_current(pattern: Pattern) -> None:
    assert pattern.heading.startswith("Pattern ") and pattern.text.endswith(".") and "#" not in pattern.turtle[:1]
    read = Graph().parse(data=pattern.turtle)
    used = {term for triple in read for term in triple if str(term).startswith(COAL)}
    assert used
    assert {term for term in used if (term, RDFS.isDefinedBy, None) not in VOCABULARY} == set()
    assert {term for term in used if (term, OWL.deprecated, None) in VOCABULARY} == set()


def test_patterns_conform_beside_the_files_of_a_new_workspace(tmp_path: Path) -> None:
    new_workspace(tmp_path / "workspace", '["ontology", "queries", "data/agents/governments.ttl"]')
    pasted = tmp_path / "workspace" / "data" / "coalitions" / "example" / "patterns.ttl"
    pasted.write_text("\n\n".join(one.turtle for one in PATTERNS), "utf-8")
    report = validate_workspace(Workspace(tmp_path / "workspace"))
    assert [result.message for result in report.results] == []
