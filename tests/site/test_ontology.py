"""Pages of shapes: what they ask for, in words."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from foc_graph.graph import Graph
from foc_graph.site.about import Site
from foc_graph.site.ontology import counted, write_shapes
from foc_graph.site.render import Renderer
from foc_graph.site.view import View
from foc_graph.store.embedded import EmbeddedStore
from tests.support.html import Reader


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, None, "any number"),
        (1, None, "at least one"),
        (2, None, "at least 2"),
        (0, 0, "none"),
        (0, 1, "at most one"),
        (1, 1, "exactly one"),
        (3, 3, "exactly 3"),
        (1, 4, "one to 4"),
    ],
)
def test_a_number_of_values_is_told_in_words(least: int, most: int | None, words: str) -> None:
    assert counted(least, most) == words


def test_shapes_are_described_whole_with_what_they_ask(small: Graph, tmp_path: Path) -> None:
    assert isinstance(small.store, EmbeddedStore)
    about = Site.of(small.workspace.settings, small.base, "2026.11", "2026-11-24")
    write_shapes(View(small.store, small.base), Renderer(about, tmp_path), small.workspace)
    shapes = tmp_path / "shapes"
    triples = {quad.triple for quad in ox.parse(path=shapes / "index.ttl")}
    dated = ox.NamedNode("https://w3id.org/coalition/shapes/Membership-dated")
    assert len([one for one in triples if one.subject == dated]) > 3
    linked = ox.parse(path=shapes / "index.jsonld", format=ox.RdfFormat.JSON_LD)
    assert len(triples) == len({quad.triple for quad in linked}) > 1000
    page = Reader((shapes / "Membership.html").read_text("utf-8"))
    assert "dated" in page.ids and not (shapes / "Membership-dated.html").exists()
    for words in (
        *("node shape", "target class coal:Membership", "Membership-role"),
        "org:role exactly one Role Give exactly one role, a concept that exists",
        "coal:begin | coal:end | coal:attested | coal:verified | coal:note at least one Say",
        *("A chair is a member of [value] at the time: add the membership", "coal:note. warning"),
    ):
        assert words in page.text
