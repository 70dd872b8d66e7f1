"""The page of a stored query: its question, a form, the answer as a table, how to cite it, the SPARQL behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from foc_graph.namespaces import COAL, short
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.rdf.terms import XSD
from foc_graph.server.pages import graph_of, rendered, view_of
from foc_graph.server.query_formats import QUERY, data_formats
from foc_graph.server.query_service import State
from foc_graph.site.addresses import VOCABULARY, Addresses
from foc_graph.site.page_charts import PageChart
from foc_graph.site.queries import answer_chart, example
from foc_graph.site.view import Link, safe
from foc_graph.store.results import Result, Rows, Value

MOST = 500
"""Most rows that a page shows."""

_HINTS = {
    "coalition": "a slug such as foc",
    "body": "a slug such as foc/wg1",
    "agent": "a slug such as ee",
    "thing": "a slug or an IRI",
    "iri": "an IRI or a CURIE",
    "date": "2015, 2015-05 or 2015-05-04",
    "period": "2015, 2015-05 or 2015-05-04",
    "integer": "a whole number",
}

_COALITIONS = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?coalition (MIN(STR(?label)) AS ?name)
WHERE {
  ?coalition a coal:Coalition ;
             rdfs:label ?label .
  FILTER(LANG(?label) = "en")
}
GROUP BY ?coalition
ORDER BY STR(?coalition)
LIMIT 200
"""

Given = Mapping[str, Sequence[str]]
"""What was given for each parameter, in the order of the query's."""


class Field(NamedTuple):
    """A parameter in the form, with a value for each input."""

    parameter: Parameter
    values: list[str]
    hint: str


class Shown(NamedTuple):
    """An answer as a table: its first rows, and how many there are, where that is known."""

    columns: Sequence[str]
    rows: list[list[Link]]
    total: int | None


def address(name: str, given: Given, version: str | None = None) -> str:
    """What asks a stored query, relative to the folder of stored queries; `name` may have an ending."""
    pairs = [(parameter, value) for parameter, values in given.items() for value in values]
    pairs += [("release", version)] if version else []
    return f"{quote(name)}?{urlencode(pairs)}" if pairs else quote(name)


def query_page(
    state: State,
    query: StoredQuery,
    given: Given,
    *,
    is_pinned: bool,
    result: Result | None = None,
    text: str | None = None,
    problem: str | None = None,
) -> bytes:
    """The page, with an answer and the SPARQL that gave it, or with what is wrong with the parameters.

    `is_pinned` keeps all links to the release that was asked for.
    """
    version = None if state.release is None else state.release.version
    pinned = version if is_pinned else None
    site = f"../release/{version}/" if is_pinned else "../"
    is_answered = result is not None
    permalink = address(query.name, given, version) if version and is_answered else None
    known = data_formats(query) if is_answered else {}
    return rendered(
        "stored_query",
        state,
        "../",
        title=query.summary,
        query=query,
        fields=[_field(parameter, given.get(parameter.name, ())) for parameter in query.parameters],
        coalitions=_coalitions(state) if any(one.type == "coalition" for one in query.parameters) else [],
        pinned=pinned,
        example=address(query.name, example(query), pinned) if example(query) else "",
        problem=problem,
        truth=result if isinstance(result, bool) else None,
        chart=None if not isinstance(result, Rows) else _chart(state, query, given, len(result), site),
        table=None if result is None or isinstance(result, bool) else shown(result, state.graph.base, site),
        formats=[(one.name, address(f"{query.name}.{ending}", given, pinned)) for ending, one in known.items()],
        permalink=permalink,
        cited=f"{state.graph.base}query/{permalink}",
        source=address(f"{query.name}.{QUERY}", {}, pinned),
        text=(query.text if text is None else text).strip("\n"),
        iri=f"{state.graph.base}query/{query.name}",
    )


def _chart(state: State, query: StoredQuery, given: Given, rows: int, site: str) -> PageChart | None:
    return answer_chart(graph_of(state), view_of(state), query, given, rows, site)


def _coalitions(state: State) -> list[tuple[str, str]]:
    """Slugs and names of the first coalitions."""
    rows = state.graph.sparql(_COALITIONS)
    assert isinstance(rows, Rows)
    return [(short(row["coalition"], state.graph.base), row["name"]) for row in rows]


def _field(parameter: Parameter, given: Sequence[str]) -> Field:
    count = max(parameter.min, len(given) + 1) if parameter.repeatable else 1
    values = [*given, *[""] * count][: max(count, len(given))]
    hint = f"for example {parameter.example.split()[0]}" if parameter.example else _HINTS.get(parameter.type, "")
    return Field(parameter, values, hint)


def shown(result: Result, base: str, site: str) -> Shown:
    """The table; `site` leads to the pages of things."""
    assert not isinstance(result, bool)
    addresses = Addresses(base)
    rows: Iterable[Sequence[Value]]
    if isinstance(result, Rows):
        columns, rows = result.columns, result.first(MOST)
    else:
        columns = ("subject", "predicate", "object")
        rows = ((one.subject, one.predicate, one.object) for one in sorted(result, key=str))
    return Shown(columns, [[_link(term, addresses, site) for term in row] for row in islice(rows, MOST)], len(result))


def _link(term: Value, addresses: Addresses, site: str) -> Link:
    match term:
        case None:
            return Link("")
        case ox.Literal():
            is_address = term.datatype.value == f"{XSD}anyURI"
            return Link(term.value, safe(term.value) if is_address else "", term.language or "")
        case ox.NamedNode():
            text, page = short(term.value, addresses.bases[0]), addresses.page(term.value)
            if page == VOCABULARY:
                return Link(text, f"{site}{page}.html#{quote(term.value[len(COAL) :])}")
            return Link(text, f"{site}{page}.html" if page else safe(term.value))
        case _:
            return Link(str(term))
