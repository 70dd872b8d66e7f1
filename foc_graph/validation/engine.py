"""Running SHACL with pySHACL over rdflib graphs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pyshacl
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import Graph, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import Result

from foc_graph.errors import ParseError

_prepare = lru_cache(maxsize=1024)(prepareQuery)


class DataGraph(Graph):
    """A graph that parses a query text once: pySHACL asks each constraint again for every focus node."""

    def query(self, query_object: Any, *args: Any, **options: Any) -> Result:
        """As rdflib's, for a text or a prepared query."""
        prepared = _prepare(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **options)


def run(data: DataGraph, shapes: Graph, focus: list[str | URIRef] | None = None) -> Graph:
    """The results graph of validating `data` with `shapes` (SHACL Core and SHACL-SPARQL), for all focus nodes or some.

    Raises:
        ParseError: if the shapes are not well-formed SHACL.
    """
    try:
        _, results, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True, focus_nodes=focus)
    except (ShapeLoadError, ReportableRuntimeError) as error:
        raise ParseError("shapes", None, None, " ".join(str(error).split())) from error
    if not isinstance(results, Graph):
        raise ParseError("shapes", None, None, " ".join(str(text).split()))
    return results
