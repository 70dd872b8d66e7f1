"""Running SHACL with pySHACL over rdflib graphs."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import lru_cache
from typing import Any

import pyshacl
import rdflib
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import Result

from foc_graph.errors import ParseError

_LOGGER = logging.getLogger("rdflib.term")
_prepare = lru_cache(maxsize=1024)(prepareQuery)


class DataGraph(Graph):
    """A graph that parses a query text once: pySHACL asks each constraint again for every focus node."""

    def query(self, query_object: Any, *args: Any, **options: Any) -> Result:
        """As rdflib's, for a text or a prepared query."""
        prepared = _prepare(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **options)


@contextmanager
def literals_as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals and from logging those that are ill-typed: both are for shapes to judge."""
    normalise, level = rdflib.NORMALIZE_LITERALS, _LOGGER.level
    rdflib.NORMALIZE_LITERALS = False
    _LOGGER.setLevel(logging.ERROR)
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalise
        _LOGGER.setLevel(level)


def run(data: DataGraph, shapes: Graph) -> Graph:
    """The results graph of validating `data` with `shapes` (SHACL Core and SHACL-SPARQL).

    Raises:
        ParseError: if the shapes are not well-formed SHACL.
    """
    try:
        with warnings.catch_warnings(action="ignore"), redirect_stderr(io.StringIO()):
            _, results, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    except Exception as error:  # pySHACL, rdflib and re each raise their own for a shape they cannot use
        raise ParseError("shapes", None, None, " ".join(f"not well-formed SHACL: {error}".split())[:300]) from error
    if not isinstance(results, Graph):
        raise ParseError("shapes", None, None, " ".join(str(text).split()))
    return results
