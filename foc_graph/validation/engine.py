"""Running SHACL with pySHACL over rdflib graphs."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import cached_property, lru_cache
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import BNode, Graph, Literal, URIRef, Variable
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import Result

from foc_graph.errors import ParseError
from foc_graph.lexical import check_query
from foc_graph.terms import XSD

_LOGGER = logging.getLogger("rdflib.term")
_check = lru_cache(maxsize=1024)(check_query)
_prepare = lru_cache(maxsize=1024)(prepareQuery)
_STRING = ox.NamedNode(f"{XSD}string")
_RDFLIBS = re.compile(r"\b(?:BIND|BOUND)\s*\(\s*[$?]this\b|\b(?:ASK|FROM|GRAPH)\b|\(\?[=!<:]|\\[1-9]", re.IGNORECASE)


class DataGraph(Graph):
    """A graph that parses a query text once: pySHACL asks each constraint again for every focus node."""

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
        """As rdflib's, for a text or a prepared query.

        Raises:
            ParseError: for a text that is too long or too deeply nested, or asks another server.
        """
        if isinstance(query_object, str):
            _check(query_object)
            answer = self._answer(
                query_object, initNs, {str(name): term for name, term in (initBindings or {}).items()}
            )
            if answer is not None:
                return answer
            query_object = _prepare(query_object)
        return super().query(query_object, processor, result, initNs, initBindings, *args, **options)

    def _answer(self, text: str, prefixes: Any, bindings: dict[str, Any]) -> Result | None:
        """The result where it is found without rdflib."""
        return None


class MirroredGraph(DataGraph):
    """A graph, no longer changed, whose SPARQL constraints pyoxigraph answers.

    `$this` is substituted before evaluation, as SHACL section 5.3.1 asks. What the two engines answer differently is
    left to rdflib: `$this` in BIND and BOUND, other bindings, ASK, datasets, and in regular expressions back-references
    and look-around.
    """

    def _answer(self, text: str, prefixes: Any, bindings: dict[str, Any]) -> Result | None:
        if bindings.keys() != {"this"} or _RDFLIBS.search(text):
            return None
        this: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable("this"): _to_oxigraph(bindings["this"])
        }
        try:
            answer = self._mirror.query(text, prefixes=prefixes, substitutions=this)
        except (SyntaxError, ValueError):  # rdflib says in its own words what is wrong
            return None
        if not isinstance(answer, ox.QuerySolutions):
            return None
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
        store.bulk_extend(ox.parse(content, format=ox.RdfFormat.N_TRIPLES, lenient=True))
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
