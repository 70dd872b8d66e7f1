"""The worked examples of the vocabulary: each is explained, and they conform in the workspace that `foc init` makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, URIRef

from foc_graph.namespaces import BASE, COAL
from foc_graph.site.ontology import Pattern
from foc_graph.validation import validate_workspace
from foc_graph.workspace.settings import Workspace
from tests.support import ROOT
from tests.support.workspaces import new_workspace

FILE = ROOT / "ontology" / "coalition.ttl"
VOCABULARY = Graph().parse(FILE)
EXAMPLES = sorted(str(example) for example in VOCABULARY.objects(URIRef(f"{BASE}ns"), SKOS.example))
DECLARED = "\n".join(line for line in FILE.read_text("utf-8").splitlines() if line.startswith("PREFIX "))
OWN = "https://example.org/coalition/id/"


def test_memberships_mandates_and_claims_have_a_pattern() -> None:
    classes = [
        {
            str(value).removeprefix(COAL)
            for value in Graph().parse(data=example_text(text), format="turtle").objects(None, RDF.type)
        }
        for text in EXAMPLES
    ]
    assert [one - {"Source"} for one in classes] == [{"Membership"}, {"Mandate", "Function"}, {"Claim"}]


@pytest.mark.parametrize("example", EXAMPLES, ids=["membership", "mandate", "claim"])
def test_a_pattern_is_explained_and_uses_terms_that_are_current(example: str) -> None:
    pattern = Pattern.of(example)
    assert pattern.heading.startswith("Pattern ") and pattern.text.endswith(".") and "#" not in pattern.turtle[:1]
    read = Graph().parse(data=example_text(example), format="turtle")
    used = {term for triple in read for term in triple if str(term).startswith(COAL)}
    assert used
    assert {term for term in used if (term, RDFS.isDefinedBy, None) not in VOCABULARY} == set()


def test_the_patterns_conform_together(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "workspace", '["ontology", "queries"]')
    folder = root / "data" / "coalitions" / "example"
    (folder / "members.ttl").unlink()
    (folder / "patterns.ttl").write_text("".join(map(example_text, EXAMPLES)), "utf-8")
    report = validate_workspace(Workspace(root))
    assert [result.message for result in report.results] == []


def example_text(example: str) -> str:
    """An example with the prefixes that it counts on, its things under the base of a new workspace."""
    return f"{DECLARED}\nBASE <{BASE}>\n" + example.replace("<id/", f"<{OWN}")
