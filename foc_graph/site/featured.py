"""The coalition that a site puts first, and what its front page answers about it."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.graph import Graph
from foc_graph.namespaces import iri_of, slug
from foc_graph.site.backlinks import group_backlinks
from foc_graph.site.digest import digest_coalition
from foc_graph.site.members import list_chairs, list_members
from foc_graph.site.page_charts import MOST_DRAWN
from foc_graph.site.view import Fact, Link, View
from foc_graph.store.results import as_rows

_QUESTIONS = {
    "members": "How many members has it?",
    "chair": "Who chairs it?",
    "latest document on record": "What is its latest document on record?",
}
"""The questions that facts of a digest answer."""

_TOLD = """SELECT ?coalition (COUNT(DISTINCT ?thing) AS ?things)
WHERE {
  ?coalition a coal:Coalition .
  ?thing coal:adoptedBy|dcterms:creator|coal:convenedBy ?coalition .
}
GROUP BY ?coalition
ORDER BY DESC(?things) STR(?coalition)
LIMIT 1
"""


class Featured(NamedTuple):
    """A coalition with what is asked most about it, and the answers."""

    link: Link
    answers: list[Fact]


def find_featured(graph: Graph) -> str | None:
    """Return the IRI of the coalition with the most documents and events on record; None where none has any."""
    return next((row["coalition"] for row in as_rows(graph.sparql(_TOLD))), None)


def answer_questions(graph: Graph, view: View, iri: str, day: str) -> Featured | None:
    """Return what the front page answers about a coalition as of a day; None where it has no page."""
    page = view.page(iri)
    if page is None:
        return None
    asked = (graph, view, slug(iri, graph.base) or iri, day, "")
    is_large = view.count(iri, iri_of("org:organization"), MOST_DRAWN) > MOST_DRAWN
    members, chairs = (None, []) if is_large else (list_members(*asked), list_chairs(*asked))
    groups = group_backlinks(view, view.described(iri), page, offices_only=True)
    facts = digest_coalition(view, iri, groups, members, chairs, day, "", f"{page}.html")
    answers = [fact._replace(name=_QUESTIONS[fact.name]) for fact in facts if fact.name in _QUESTIONS]
    return Featured(view.link(ox.NamedNode(iri), "")._replace(note=""), answers)
