"""The formats of RDF in which graphs are read and written."""

from __future__ import annotations

import pyoxigraph as ox

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
}
"""By the ending of a file; the first three name the graph of each statement."""
