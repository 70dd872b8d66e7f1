"""Names of IRIs: how reports and messages write them, and how a person may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from foc_graph.rdf.terms import STANDARD_PREFIXES, Term, curie, is_iri


class Names:
    """CURIEs with some prefixes; a subclass may know other short names."""

    def __init__(self, prefixes: Mapping[str, str] = STANDARD_PREFIXES) -> None:
        self.prefixes = prefixes

    def short(self, iri: str) -> str:
        """Write an IRI for a person: as a CURIE, or in full where no prefix fits."""
        return curie(iri, self.prefixes) or iri

    def term(self, term: Term) -> str:
        """Write a term for a person: an IRI short, another term as in SPARQL."""
        return self.short(term.value) if isinstance(term, ox.NamedNode) else str(term)

    def expand(self, name: str) -> str | None:
        """Return the IRI that a CURIE or IRI stands for, or None if it is neither."""
        prefix, colon, local = name.partition(":")
        iri = self.prefixes[prefix] + local if colon and prefix in self.prefixes else name
        return iri if is_iri(iri) else None

    def candidates(self, name: str) -> Iterator[str]:
        """Give the IRIs that a thing with a name may have, the likeliest first."""
        iri = self.expand(name)
        if iri is not None:
            yield iri


STANDARD_NAMES = Names()
"""Names with the prefixes of published vocabularies."""
