"""The words of each language in which questions are asked."""

import pytest

from foc_graph.graph import Graph
from foc_graph.queries.phrasing import LANGUAGES, read_phrasings
from foc_graph.questions.languages import read_language


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_example_asks_a_stored_query_with_its_parameters(graph: Graph, code: str) -> None:
    examples = read_language(code).examples
    known = {name: {one.name for one in query.parameters} for name, query in graph.queries.items()}
    assert examples and examples.keys() <= known.keys()
    for query, phrasings in examples.items():
        for words, slots in read_phrasings(phrasings):
            assert words and known[query].issuperset(slots)
