"""Suggestions as a mapping set in SSSOM/TSV, best first, which a person is to review."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from foc_graph import __version__
from foc_graph.namespaces import BASE, PREFIXES
from foc_graph.sssom.prefixes import Prefixes
from foc_graph.sssom.tsv import AUTHOR_TYPE, MappingSet, Row, converter, format_mappings
from foc_graph.store.http import words
from foc_graph.workspace.settings import Workspace

if TYPE_CHECKING:
    from foc_graph.links.suggest import Suggestion

OWN = {"coal": PREFIXES["coal"], "prov": PREFIXES["prov"]}
"""Prefixes of the values that every set here has."""

NO_LICENCE = "https://w3id.org/sssom/license/unspecified"
_SITE = re.compile("[^:]+://[^/?#]*")
_HOST = re.compile(f"{_SITE.pattern}|[^:]+:[^:/]*")
_CONTEXT = ("country", "homepage", "identifier", "code")
"""Features that are no likeness of names."""


def prefixes(workspace: Workspace, known: Mapping[str, str], **iris: Iterable[str]) -> dict[str, str]:
    """The prefixes of a set: those of datasets that are known, and one for each other host of IRIs, by their key."""
    shared = {"shared": f"{BASE}id/"} if workspace.base != BASE else {}
    declared = {**OWN, "id": f"{workspace.base}id/", **known, **shared}
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
    """What IRIs of a host begin with, at least the host, up to a character that parts names."""
    shared = os.path.commonprefix([iri[:-1] for iri in iris])  # noqa: RUF071
    site = _SITE.match(shared)
    return shared[: max(*map(shared.rfind, "/#:?="), site.end() - 1 if site else 0) + 1]


def format_proposals(
    suggestions: Sequence[Suggestion], workspace: Workspace, known: Mapping[str, str], day: date
) -> str:
    """The set as text, the most probable first; `known` are the prefixes of datasets. No record is a mere site."""
    records = (one.record.iri for one in suggestions)
    declared = prefixes(workspace, known, target=records, thing=(one.thing.iri for one in suggestions))
    compress = converter(declared).compress
    rows = [Row(0, {slot: value for slot, value in _slots(one, compress, day).items() if value}) for one in suggestions]
    metadata: dict[str, Any] = {
        "mapping_set_id": f"{workspace.base}graph/suggestions",
        "mapping_set_title": "Suggested links, to be reviewed",
        "license": workspace.settings.licence or NO_LICENCE,
        "extension_definitions": [AUTHOR_TYPE],
    }
    lines = format_mappings(MappingSet(metadata, declared, rows)).removesuffix("\n").split("\n")
    end = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    place = lines[end].split("\t").index("confidence") if rows else 0
    best = sorted(lines[end + 1 :], key=lambda line: (-float(line.split("\t")[place]), line))
    return "".join(f"{line}\n" for line in (*lines[: end + 1], *best))


def _slots(one: Suggestion, compress: Callable[[str], str | None], day: date) -> dict[str, str]:
    stated = [*one.record.facts.get("country", ()), *one.record.facts.get("homepage", ()), *one.record.years]
    return {
        "subject_id": compress(one.thing.iri) or "",
        "subject_label": words(one.thing.name),
        "subject_category": "".join(one.thing.kinds[:1]),
        "predicate_id": "owl:sameAs" if one.is_same else "rdfs:seeAlso",
        "object_id": compress(one.record.iri) or "",
        "object_label": words(one.record.names[0]),
        "object_category": "".join(one.record.kinds[:1]),
        "mapping_justification": _justification(one),
        "mapping_tool": "foc-graph",
        "mapping_tool_version": __version__,
        "mapping_date": day.isoformat(),
        "confidence": f"{one.probability:.3f}",
        "comment": words("; there: ".join(filter(None, (one.explanation, ", ".join(stated))))),
        "author_type": "prov:SoftwareAgent",
    }


def _justification(one: Suggestion) -> str:
    if any(feature in one.features for feature in _CONTEXT):
        return "semapv:CompositeMatching"
    return "semapv:LexicalSimilarityThresholdMatching"
