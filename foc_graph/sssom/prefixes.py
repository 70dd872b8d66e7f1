"""Prefixes of a mapping set: those that are known, and new ones for namespaces that have none."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from foc_graph.namespaces import BASE, PREFIXES
from foc_graph.sssom.tsv import BUILT_IN, PREFIX, converter

OWN = {"coal": PREFIXES["coal"], "prov": PREFIXES["prov"]}
"""Prefixes of the values that every set here has."""

NO_LICENCE = "https://w3id.org/sssom/license/unspecified"
_SITE = re.compile("[^:]+://[^/?#]*")
_HOST = re.compile(f"{_SITE.pattern}|[^:]+:[^:/]*")


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


def declare_prefixes(base: str, known: Mapping[str, str], **iris: Iterable[str]) -> dict[str, str]:
    """Return the prefixes of a set: those of known datasets, and one for each other host of IRIs, by their key."""
    shared = {"shared": f"{BASE}id/"} if base != BASE else {}
    declared = {**OWN, "id": f"{base}id/", **known, **shared}
    for stem, listed in iris.items():
        chosen = Prefixes(declared)
        hosts: defaultdict[str, list[str]] = defaultdict(list)
        for iri in listed:
            if not chosen.compress(iri):
                hosts[_HOST.match(iri)[0]].append(iri)  # type: ignore[index]
        for namespace in dict.fromkeys(map(_namespace, hosts.values())):
            chosen.declare(namespace, stem)
        declared = chosen.all
    return declared


def _namespace(iris: Sequence[str]) -> str:
    """Return the beginning that IRIs of a host share, up to a character that parts names; at least the host."""
    shared = os.path.commonprefix([iri[:-1] for iri in iris])  # noqa: RUF071
    site = _SITE.match(shared)
    return shared[: max(*map(shared.rfind, "/#:?="), site.end() - 1 if site else 0) + 1]
