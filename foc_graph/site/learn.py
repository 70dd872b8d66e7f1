"""The page on which readers learn SPARQL: exercises over the graph, with solutions by which answers are checked."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.graph import Graph
from foc_graph.site.featured import find_featured
from foc_graph.site.render import Renderer
from foc_graph.store.labels import find_labels
from foc_graph.store.results import as_rows

LEARN = "learn"
"""The path of the page within a site, without ending."""


_FIRST = "SELECT ?coalition WHERE { ?coalition a coal:Coalition } ORDER BY STR(?coalition) LIMIT 1"


class Exercise(NamedTuple):
    """An exercise: what it is about, the task, a hint, a query to begin with, and one that solves it.

    `{name}` and `{coalition}` stand for the name and the IRI of a coalition.
    """

    title: str
    task: str
    hint: str
    start: str
    solution: str


_EXERCISES = (
    Exercise(
        "A pattern",
        "List all coalitions.",
        "A pattern has a subject, a predicate and an object; `a` stands for the type of a thing. "
        "The class of coalitions is `coal:Coalition`.",
        "SELECT ?thing\nWHERE {\n  ?thing a coal:Body\n}",
        "SELECT ?coalition\nWHERE {\n  ?coalition a coal:Coalition\n}",
    ),
    Exercise(
        "Two patterns",
        "List all coalitions, each with its name.",
        "A semicolon adds another pattern about the same thing. Names are in `rdfs:label`.",
        "SELECT ?coalition\nWHERE {\n  ?coalition a coal:Coalition\n}",
        "SELECT ?coalition ?name\nWHERE {\n  ?coalition a coal:Coalition ;\n    rdfs:label ?name\n}",
    ),
    Exercise(
        "A known thing",
        "List the bodies of {name}.",
        "Write the IRI of a known thing between angle brackets. "
        "A body is joined to its coalition by `org:subOrganizationOf`.",
        "SELECT ?body\nWHERE {\n  ?body a coal:Body\n}",
        "SELECT ?body\nWHERE {\n  ?body org:subOrganizationOf {coalition}\n}",
    ),
    Exercise(
        "A thing in between",
        "List the members of {name}, past and present, each once.",
        "A membership joins a member to an organisation: it has `org:organization` and "
        "`org:member`. `DISTINCT` after `SELECT` leaves out rows that are repeated.",
        "SELECT ?membership\nWHERE {\n  ?membership org:organization {coalition}\n}",
        "SELECT DISTINCT ?member\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member\n}",
    ),
    Exercise(
        "A longer chain",
        "List the names of these members, each once.",
        "A slash joins two predicates: `org:member/rdfs:label` is the label of the member.",
        "SELECT DISTINCT ?member\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member\n}",
        "SELECT DISTINCT ?name\nWHERE {\n  ?membership org:organization {coalition} ;\n"
        "    org:member/rdfs:label ?name\n}",
    ),
    Exercise(
        "What may be missing",
        "For each membership in {name}, give the member, and the date of its end where one is recorded.",
        "What stands in `OPTIONAL { }` need not be there. The date is in `coal:end`.",
        "SELECT ?member ?end\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member ;\n"
        "    coal:end ?end\n}",
        "SELECT ?member ?end\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member\n"
        "  OPTIONAL { ?membership coal:end ?end }\n}",
    ),
    Exercise(
        "A condition",
        "List the members of {name} that had surely joined by the end of 2015, each once.",
        "`coal:beginsLatest` is the last day on which a membership can have begun. "
        'Compare it in a `FILTER` with `"2015-12-31"^^xsd:date`.',
        "SELECT DISTINCT ?member\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member ;\n"
        "    coal:beginsLatest ?day\n}",
        "SELECT DISTINCT ?member\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member ;\n"
        '    coal:beginsLatest ?day\n  FILTER(?day <= "2015-12-31"^^xsd:date)\n}',
    ),
    Exercise(
        "Counting",
        "For each coalition that has members, past or present, count the different ones.",
        "`GROUP BY ?coalition` puts the rows of a coalition together; "
        "`(COUNT(DISTINCT ?member) AS ?members)` counts in each group.",
        "SELECT ?coalition ?member\nWHERE {\n  ?coalition a coal:Coalition .\n"
        "  ?membership org:organization ?coalition ;\n    org:member ?member\n}",
        "SELECT ?coalition (COUNT(DISTINCT ?member) AS ?members)\nWHERE {\n  ?coalition a coal:Coalition .\n"
        "  ?membership org:organization ?coalition ;\n    org:member ?member\n}\nGROUP BY ?coalition",
    ),
    Exercise(
        "What is not there",
        "List the members of {name} that have never been in another coalition, each once.",
        "`FILTER NOT EXISTS { }` keeps rows for which a pattern has no answer; `!=` means “is not”.",
        "SELECT DISTINCT ?member\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member\n}",
        "SELECT DISTINCT ?member\nWHERE {\n  ?membership org:organization {coalition} ;\n    org:member ?member\n"
        "  FILTER NOT EXISTS {\n    ?other org:member ?member ;\n      org:organization ?coalition .\n"
        "    ?coalition a coal:Coalition\n    FILTER(?coalition != {coalition})\n  }\n}",
    ),
    Exercise(
        "Sources",
        "List the web addresses of the sources of memberships in {name}, each once.",
        "A membership names its sources by `dcterms:source`; a source has its address in `schema:url`.",
        "SELECT DISTINCT ?source\nWHERE {\n  ?membership org:organization {coalition} ;\n    dcterms:source ?source\n}",
        "SELECT DISTINCT ?address\nWHERE {\n  ?membership org:organization {coalition} ;\n"
        "    dcterms:source/schema:url ?address\n}",
    ),
)


def write_learn(graph: Graph, renderer: Renderer) -> None:
    """Write the page, about the coalition that the site puts first, or else the first one."""
    named = next((row["coalition"] for row in as_rows(graph.sparql(_FIRST))), f"{graph.base}id/coalition")
    exercises = fill_exercises(graph, find_featured(graph) or named)
    renderer.page(LEARN, LEARN, title="Learn SPARQL", exercises=exercises)


def fill_exercises(graph: Graph, coalition: str) -> list[Exercise]:
    """Return the exercises about a coalition, by its IRI."""
    name = find_labels(graph.store, [coalition]).get(coalition, coalition)
    given = {"{coalition}": str(ox.NamedNode(coalition)), "{name}": name}

    def fill(text: str) -> str:
        for mark, value in given.items():
            text = text.replace(mark, value)
        return text

    return [Exercise(*map(fill, one)) for one in _EXERCISES]
