"""The graph of a release in RDF 1.2: its values are reified by what says who said them.

A `coal:Claim` is the reifier of its value: `rdf:reifies` and a triple term stand in place of `rdf:subject`,
`rdf:predicate` and `rdf:object`. A value that no claim with a source gives is reified by the record on which it rests,
that of its thing or name, and what rules derive by its named graph too. These reifiers are in a graph of their own,
which the way back drops.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

import pyoxigraph as ox

from foc_graph.namespaces import COAL
from foc_graph.rdf.parser import open_unpacked, read_lines
from foc_graph.rdf.terms import RDF, RDF_TYPE
from foc_graph.release.snapshot import Snapshot
from foc_graph.sparql.limits import check_depth
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.results import Triples

_PARTS = tuple(ox.NamedNode(RDF + part) for part in ("subject", "predicate", "object"))
_REIFIES = ox.NamedNode(f"{RDF}reifies")
_CLAIM = ox.NamedNode(f"{COAL}Claim")
_CACHED = 1_000
"""Claims whose values are remembered: a store gives what it holds of one close together."""

_RECORDS = """CONSTRUCT {
  ?reifier rdf:reifies <<( ?thing ?property ?value )>> ;
           dcterms:source ?source .
}
WHERE {
  ?property a coal:SourcedProperty .
  ?thing ?property ?value .
  MINUS {
    ?claim a coal:Claim ; rdf:subject ?thing ; rdf:predicate ?property ; rdf:object ?value ; dcterms:source ?cited .
  }
  OPTIONAL { ?name coal:nameOf ?thing ; skosxl:literalForm ?value }
  BIND(COALESCE(?name, ?thing) AS ?record)
  OPTIONAL { ?record dcterms:source|dcterms:isReferencedBy ?source }
  BIND(IRI(CONCAT(STR(?record), IF(CONTAINS(STR(?record), "#"), "-", "#"), "record")) AS ?reifier)
}"""
"""The values that no claim with a source gives, and the record on which each rests, as in the stored query `why`."""

_DERIVED = """CONSTRUCT { %GRAPH% rdf:reifies <<( ?thing ?property ?value )>> }
WHERE {
  ?property a coal:SourcedProperty .
  GRAPH %GRAPH% { ?thing ?property ?value }
}"""


def reify(snapshot: Snapshot) -> Iterator[ox.Quad]:
    """Give the quads of a snapshot in RDF 1.2, in an order that follows from them alone."""
    proposition = lru_cache(_CACHED)(partial(_proposition, snapshot.store))
    for quad in snapshot.store.quads():
        claimed = proposition(quad.subject, quad.graph_name) if quad.predicate in _PARTS else None
        if claimed is None:
            yield quad
        elif quad.predicate == _PARTS[0]:
            yield ox.Quad(quad.subject, _REIFIES, claimed, quad.graph_name)
    yield from _reifiers(snapshot)


def unreify(dump: Path, base: str) -> Iterator[bytes]:
    """Give the lines of N-Quads that pyoxigraph wrote of what `reify` gave, as they are without reifiers.

    The dump may be packed by gzip.

    Raises:
        OSError: if the dump cannot be read.
        ParseError: for triples as terms that are nested too deep, a line that is too long, or as `open_unpacked`.
        SyntaxError: for a triple as a term in a line that is not well-formed.
    """
    added, kind = f" {_graph(base)} .\n".encode(), f" <{RDF_TYPE}> {_CLAIM} ".encode()
    with open_unpacked(dump) as file:
        claims = {line.partition(b" ")[0] for line in read_lines(file) if kind in line}
        file.seek(0)
        for line in read_lines(file):
            if line.endswith(added):
                continue
            if b"<<(" in line and line.partition(b" ")[0] in claims:
                check_depth(line.decode(errors="replace"), str(dump))
                restored = map(_restored, ox.parse(line, format=ox.RdfFormat.N_QUADS))
                yield from (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"" for quads in restored)
            else:
                yield line


def _graph(base: str) -> ox.NamedNode:
    """Return the named graph of the reifiers that only RDF 1.2 has."""
    return ox.NamedNode(f"{base}graph/derived/reifiers")


def _proposition(store: EmbeddedStore, claim: ox.NamedNode | ox.BlankNode, graph: ox.NamedNode) -> ox.Triple | None:
    """Return the triple that a claim is about; None for what is no claim, or not of one triple alone."""
    if next(store.matching(claim, ox.NamedNode(RDF_TYPE), _CLAIM), None) is None:
        return None
    match [[quad.object for quad in store.matching(claim, part, None, graph)] for part in _PARTS]:
        case [[ox.NamedNode() | ox.BlankNode() as subject], [ox.NamedNode() as predicate], [value]]:
            return ox.Triple(subject, predicate, value)
    return None


def _reifiers(snapshot: Snapshot) -> Iterator[ox.Quad]:
    """Give the reifiers of values that no claim gives, by their records, and of what is derived."""
    graph, found = _graph(snapshot.base), set[ox.Triple]()
    for query in (_RECORDS, _DERIVED.replace("%GRAPH%", str(snapshot.derived_graph))):
        triples = snapshot.store.query(query)
        assert isinstance(triples, Triples)
        found.update(triples)
    return (ox.Quad(one.subject, one.predicate, one.object, graph) for one in sorted(found, key=str))


def _restored(quad: ox.Quad) -> list[ox.Quad]:
    claimed = quad.object
    if quad.predicate != _REIFIES or not isinstance(claimed, ox.Triple):
        return [quad]
    parts = zip(_PARTS, (claimed.subject, claimed.predicate, claimed.object), strict=True)
    return [ox.Quad(quad.subject, part, term, quad.graph_name) for part, term in parts]
