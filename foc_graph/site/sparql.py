"""The page on which readers write SPARQL, with the stored queries to begin with."""

from __future__ import annotations

import json
from typing import NamedTuple

from markupsafe import Markup

from foc_graph.assets import EDITOR, ENGINE, is_built
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.site.answers import tabulate
from foc_graph.site.queries import bind_examples
from foc_graph.site.render import Renderer, embedded_json
from foc_graph.site.view import View

EXAMPLES = "sparql/examples.json"
"""The path of the stored queries as the editor offers them."""

_PAGE = "sparql"

FIRST = """SELECT ?class (COUNT(*) AS ?things)
WHERE { ?thing a ?class }
GROUP BY ?class
ORDER BY DESC(?things)"""
"""A query to begin with."""


class Asked(NamedTuple):
    """A query, the parameters that choose its graphs, and the media type of what it is to give."""

    query: str
    graphs: list[tuple[str, str]]
    kind: str


def write_sparql(graph: Graph, view: View, renderer: Renderer) -> None:
    """Write the page and its examples, if what answers queries in a browser was built."""
    if not is_built(ENGINE):
        return
    renderer.write(EXAMPLES, list_examples(graph))
    about = dict.fromkeys(("problem", "truth", "endpoint", "limits", "longest"))
    renderer.page(
        _PAGE,
        _PAGE,
        title="SPARQL",
        asked=Asked(FIRST, [], ""),
        kinds={},
        editor=describe_editor(view.base),
        table=tabulate(graph.sparql(FIRST), view.addresses, ""),
        formats=[],
        examples=[],
        prefixes=PREFIXES,
        **about,
    )


def list_examples(graph: Graph) -> bytes:
    """Return the stored queries with the values of their examples, as SPARQL in JSON."""
    found = [
        {"area": area, "name": query.name, "question": query.question, "query": text}
        for area, query, text in bind_examples(graph)
    ]
    return json.dumps(found, ensure_ascii=False).encode()


def describe_editor(base: str) -> Markup | str:
    """Return what the editor has to know of a graph under a base; empty where the editor was not built."""
    return embedded_json({"prefixes": PREFIXES, "base": base}) if is_built(EDITOR) else ""
