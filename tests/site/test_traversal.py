"""Documents lead on: whoever reads that of a coalition, and those of the things it names, knows its members."""

from pathlib import Path

import pyoxigraph as ox

from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES, slug
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import as_rows
from tests.support.workspaces import BASE

MEMBERS = f"""SELECT DISTINCT ?membership ?member ?label
WHERE {{
  ?membership org:organization <{BASE}id/first> ;
              org:member ?member .
  ?member rdfs:label ?label .
}}"""


def read(folder: Path, iri: str) -> list[ox.Triple]:
    """Dereference an IRI in a release: the document of a thing of the workspace, nothing of any other."""
    name = slug(iri, BASE)
    document = folder / "doc" / f"{name}.ttl"
    return [quad.triple for quad in ox.parse(path=document)] if name and document.exists() else []


def test_the_members_of_a_coalition_are_one_step_from_its_document(small_release: Path, small: Graph) -> None:
    folder = small_release / "current"
    seen = read(folder, f"{BASE}id/first")
    named = {term.value for triple in seen for term in triple if isinstance(term, ox.NamedNode)}
    seen += [triple for iri in sorted(named) for triple in read(folder, iri)]
    near = EmbeddedStore.in_memory(PREFIXES)
    near.load(ox.Quad(*triple, ox.DefaultGraph()) for triple in seen)
    found, expected = (set(as_rows(store.query(MEMBERS)).terms) for store in (near, small.store))
    assert found == expected and len(found) > 5
