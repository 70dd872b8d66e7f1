"""Mappings of a release to other datasets: a set in SSSOM/TSV for each named graph with identifiers that make links.

The rows come from the published graph, not from the files of the workspace: mappings that were rejected are no part of
the graph, and so of no release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pyoxigraph as ox

from foc_graph.errors import WorkspaceError, quoted
from foc_graph.namespaces import BASE, LINKED, PREFIXES, iri_of, is_slug
from foc_graph.release.diff.snapshot_pair import Facts, Side
from foc_graph.release.snapshot import Snapshot, Terms, terms_of_use
from foc_graph.sssom.identifiers import Prefixes
from foc_graph.sssom.model import MAPPINGS
from foc_graph.sssom.tsv import AUTHOR_TYPE, MappingSet, Row, format_mappings, read_mappings

FOLDER = "links"
_SHARED = "shared"
"""Of the shared base, where the release has another one: the folder of its sets, and the prefix of its things."""

_LINK = ox.NamedNode(iri_of("coal:linkProperty"))
_UNSPECIFIED_MATCHING = iri_of("semapv:UnspecifiedMatching")
_SEPARATORS = ("/", "#", ":", "?", "=")
_NAMESPACE = re.compile(r".*[/#:?=](?=.)")


def write_links(snapshot: Snapshot, folder: Path) -> None:
    """Write `links/<graph>.sssom.tsv` below a folder, in canonical form; only one set at a time is held in memory.

    A mapping has a row for each source. One without a justification has `semapv:UnspecifiedMatching`.

    Raises:
        WorkspaceError: for a graph whose name no file can have, or a licence of the workspace that is no address.
        ParseError: for an identifier of which no mapping can be made.
        OSError: if a file cannot be written.
    """
    for graph, terms in terms_of_use(snapshot).items():
        mappings = _mappings(snapshot, graph, terms)
        if not mappings.rows:
            continue
        path = mapping_path(graph, snapshot.base)
        if not is_slug(path):
            raise WorkspaceError(f"{quoted(graph)}: no file can be named after it: use letters, digits, . _ - only")
        text = format_mappings(mappings)
        read_mappings(text, path)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


def mapping_path(graph: str, base: str) -> str:
    """Return the path of the mapping set of a named graph in a release; those of the shared base lie apart."""
    if graph.startswith(base):
        return f"{FOLDER}/{graph[len(base) :].removeprefix('graph/')}{MAPPINGS}"
    return f"{FOLDER}/{_SHARED}/{graph.removeprefix(f'{BASE}graph/')}{MAPPINGS}"


def _mappings(snapshot: Snapshot, graph: str, terms: Terms) -> MappingSet:
    base = snapshot.base if graph.startswith(snapshot.base) else BASE
    curies = _Curies(
        {"concept": f"{BASE}concept/", "id": f"{base}id/"} | ({_SHARED: f"{BASE}id/"} if base != BASE else {})
    )
    side = Side(snapshot.store, snapshot.base)
    found = (quad.subject for quad in snapshot.store.matching(None, _LINK, None, ox.NamedNode(graph)))
    records = sorted({one for one in found if not isinstance(one, ox.Triple)}, key=str)
    rows = [row for record in records for row in _rows(side.facts(record), curies)]
    metadata = {
        "mapping_set_id": graph,
        "mapping_set_version": snapshot.version,
        "mapping_set_title": terms.title,
        "license": terms.licence or snapshot.workspace.settings.licence,
        "comment": terms.rights,
        "extension_definitions": [AUTHOR_TYPE],
    }
    return MappingSet(metadata, curies.prefixes.all, rows)


def _rows(facts: Facts, curies: _Curies) -> Iterator[Row]:
    """Give the mappings that an identifier makes; where it has several dates, for example, a row has none."""
    scheme = "".join(facts.iris("coal:scheme")[:1]).rpartition("/")[2]
    notation = "".join(facts.texts("skos:notation")[:1])
    shared = {
        "author_type": _only([curies.curie(iri) for iri in facts.iris("coal:authorType")]),
        "confidence": _only(facts.texts("sssom:confidence")),
        "mapping_date": _only(facts.texts("dcterms:created")),
        "comment": " ".join(facts.texts("coal:note")),
    }
    for thing, link, address, justification, source in product(
        facts.iris("coal:identifies"),
        facts.iris("coal:linkProperty"),
        facts.iris("schema:url"),
        facts.iris("sssom:mapping_justification") or [_UNSPECIFIED_MATCHING],
        facts.iris("dcterms:source") or [""],
    ):
        slots = {
            "subject_id": curies.curie(thing),
            "predicate_id": curies.curie(link),
            "object_id": curies.curie(address, scheme, notation),
            "mapping_justification": curies.curie(justification),
            "mapping_source": source and curies.curie(source),
        }
        yield Row(0, slots | shared)


def _only(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else ""


class _Curies:
    """CURIEs of the IRIs in a set, with a new prefix for each namespace that has none."""

    def __init__(self, namespaces: dict[str, str]) -> None:
        self.prefixes = Prefixes({**PREFIXES, **LINKED, **namespaces})
        self._made: dict[str, str] = {}

    def curie(self, iri: str, scheme: str = "", notation: str = "") -> str:
        """Return the IRI as a CURIE; a new prefix is the scheme of an identifier, whose notation follows."""
        if known := self.prefixes.compress(iri):
            return known
        namespace = iri.rstrip("/").removesuffix(notation)
        if not (notation and iri.startswith(f"{namespace}{notation}") and namespace.endswith(_SEPARATORS)):
            found = _NAMESPACE.match(iri)
            namespace = found[0] if found else ""
        if namespace not in self._made:
            name = scheme or namespace.rstrip("/#").rpartition("/")[2]
            self._made[namespace] = self.prefixes.declare(namespace, name)
        return f"{self._made[namespace]}:{iri[len(namespace) :]}"
