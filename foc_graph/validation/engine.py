"""Running SHACL with pySHACL over rdflib graphs."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import cached_property, lru_cache
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import BNode, Graph, Literal, URIRef, Variable
from rdflib.query import Result

from foc_graph.errors import ParseError
from foc_graph.lexical import check_query
from foc_graph.terms import XSD

_LOGGER = logging.getLogger("rdflib.term")
_check = lru_cache(maxsize=1024)(check_query)
_STRING = ox.NamedNode(f"{XSD}string")


class DataGraph(Graph):
    """A graph whose queries pyoxigraph answers: pySHACL asks each SPARQL constraint again for every focus node."""

    def query(
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,
        initBindings: Any = None,
        *args: Any,
        **options: Any,
    ) -> Result:
        """As rdflib's, for the text of a SELECT or ASK; bindings are substituted, as SHACL section 5.3.1 asks.

        Raises:
            ParseError: for a query that is too long or too deeply nested, or asks another server.
        """
        _check(query_object)
        substitutions: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(str(name)): _to_oxigraph(term) for name, term in (initBindings or {}).items()
        }
        try:
            answer = self._mirror.query(query_object, prefixes=initNs, substitutions=substitutions)
        except SyntaxError:  # rdflib says in its own words what is wrong
            return super().query(query_object, processor, result, initNs, initBindings, *args, **options)
        if isinstance(answer, ox.QueryBoolean):
            asked = Result("ASK")
            asked.askAnswer = bool(answer)
            return asked
        assert isinstance(answer, ox.QuerySolutions)
        selected = Result("SELECT")
        selected.vars = [Variable(variable.value) for variable in answer.variables]
        selected.bindings = [
            {name: _to_rdflib(term) for name, term in zip(selected.vars, solution, strict=True) if term is not None}
            for solution in answer
        ]
        return selected

    @cached_property
    def _mirror(self) -> ox.Store:
        store = ox.Store()
        content = self.serialize(format="nt", encoding="utf-8")
        store.bulk_load(content, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        return store


def _to_oxigraph(term: Any) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    match term:
        case URIRef():
            return ox.NamedNode(term)
        case BNode():
            return ox.BlankNode(term)
        case _:
            datatype = None if term.datatype is None else ox.NamedNode(term.datatype)
            return ox.Literal(str(term), datatype=datatype, language=term.language)


def _to_rdflib(term: Any) -> URIRef | BNode | Literal:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case _:
            if term.language:
                return Literal(term.value, lang=term.language)
            datatype = None if term.datatype == _STRING else URIRef(term.datatype.value)
            return Literal(term.value, datatype=datatype)


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
