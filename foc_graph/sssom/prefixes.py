"""Prefixes of a mapping set: those that are known, and new ones for namespaces that have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from foc_graph.sssom.tsv import BUILT_IN, PREFIX, converter


class Prefixes:
    """The prefixes of a set: by those that are known IRIs become CURIEs, and new ones can be declared."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._declared = {**BUILT_IN, **known}
        self._converter = converter(self._declared)
        self._count = Counter[str]()

    @property
    def all(self) -> dict[str, str]:
        """The namespace of each prefix that a set may have to declare."""
        return {prefix: namespace for prefix, namespace in self._declared.items() if prefix not in BUILT_IN}

    def compress(self, iri: str) -> str:
        """The IRI as a CURIE, or nothing where no known prefix stands for the beginning of it, or one for all of it."""
        curie = self._converter.compress(iri) or ""
        return curie if curie.partition(":")[2] else ""

    def declare(self, namespace: str, wanted: str) -> str:
        """A new prefix for a namespace that has none: the one that is wanted, with a number where that is taken.

        What can be no prefix becomes `ns`.
        """
        wanted = prefix = wanted if PREFIX.fullmatch(wanted) else "ns"
        while prefix in self._declared:
            self._count[wanted] += 1
            prefix = f"{wanted}-{self._count[wanted] + 1}"
        self._declared[prefix] = namespace
        return prefix
