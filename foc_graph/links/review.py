"""Decisions on proposed links, each written at once into the mapping set of its dataset."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError
from foc_graph.graph import Graph
from foc_graph.namespaces import LINKED, iri_of, short
from foc_graph.rdf.parser import read_text
from foc_graph.rdf.terms import is_iri, is_site
from foc_graph.sssom.identifiers import NO_LICENCE, check_prefixes, declare_prefixes, scheme_of
from foc_graph.sssom.model import MAPPINGS
from foc_graph.sssom.tsv import AUTHOR_TYPE, PREFIX, MappingSet, Row, converter, format_mappings, read_mappings
from foc_graph.workspace.files import replace_files
from foc_graph.workspace.settings import Workspace

LINKS = "data/links"
"""The folder of a workspace's new mapping sets."""

EXACT = (iri_of("owl:sameAs"), iri_of("skos:exactMatch"))
"""Predicates that make both sides the same thing."""


class Link(NamedTuple):
    """The IRIs of a thing and of what it is linked to, or not."""

    thing: str
    address: str


class Decided:
    """The decisions in the mapping sets of a workspace.

    `prefixes` are those of datasets, in the one prefix map or in a set; `files` has the workspace's own set of a
    dataset by its namespace, and `texts` what was read of each file, by its resolved path.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Read them.

        Raises:
            ParseError: for a set that is not well-formed.
        """
        self._base = workspace.base
        self._links: set[Link] = set()
        self._addresses: dict[tuple[str, str], tuple[str, str]] = {}
        self._things: dict[str, tuple[str, str]] = {}
        self.prefixes = dict(LINKED)
        self.files: dict[str, Path] = {}
        self.texts: dict[Path, str] = {}
        for path in workspace.files("data", MAPPINGS):
            where = workspace.name(path)
            text = self.texts[path.resolve()] = read_text(path, where)
            mappings = read_mappings(text, where)
            expand = mappings.expand
            for row in mappings.rows:
                prefix = row.slots["object_id"].partition(":")[0]
                namespace = expand(f"{prefix}:")
                self.prefixes.setdefault(prefix, namespace)
                if path.is_relative_to(workspace.root):
                    self.files.setdefault(namespace, path)
                subject, predicate, target = (
                    expand(row.slots[slot]) for slot in ("subject_id", "predicate_id", "object_id")
                )
                is_exact = predicate in EXACT and "predicate_modifier" not in row.slots
                self.note(Link(subject, target), namespace, is_exact, f"{where}:{row.line}")

    def note(self, link: Link, namespace: str, is_exact: bool, where: str) -> None:
        """Take in a decision, whether it makes both sides the same, and where it stands."""
        self._links.add(link)
        if is_exact:
            self._addresses.setdefault((link.thing, namespace), (link.address, where))
            self._things.setdefault(link.address, (link.thing, where))

    def is_open(self, link: Link) -> bool:
        """Whether a link was neither accepted nor rejected."""
        return link not in self._links

    def may_be(self, link: Link) -> bool:
        """Whether a link is open, to something in a dataset, and nothing stands against both sides being the same."""
        namespace = max(filter(link.address.startswith, self.prefixes.values()), key=len, default="")
        if is_site(link.address) or link.address == namespace:
            return False
        return self.is_open(link) and self.contradiction(link, namespace) is None

    def contradiction(self, link: Link, namespace: str) -> str | None:
        """Return the reason on one line why both sides cannot be the same."""
        thing = short(link.thing, self._base)
        address, where = self._addresses.get((link.thing, namespace), (link.address, ""))
        if address != link.address:
            return f"{thing} is the same as <{address}> already ({where}): reject this, or correct that first"
        other, where = self._things.get(link.address, (link.thing, ""))
        if other != link.thing:
            known = short(other, self._base)
            return f"<{link.address}> is the same as {known} already ({where}): reject this, or correct that first"
        return None


_MADE = re.compile("target([0-9]*)")
_SCHEMES, _GRAPHS = "ontology/concepts/identifier-scheme.ttl", "data/graphs.ttl"
_KEPT = ("subject_label", "object_label")


class Proposal(NamedTuple):
    """A proposed link: its slots, and the IRIs of both sides and of the predicate.

    `prefix` and `namespace` are those of the dataset.
    """

    slots: dict[str, str]
    link: Link
    predicate: str
    prefix: str
    namespace: str

    @property
    def is_exact(self) -> bool:
        """Whether it would make both sides the same thing."""
        return self.predicate in EXACT


class Review:
    """Proposals, of which each is accepted, rejected or left for later."""

    def __init__(self, graph: Graph, path: Path, source: str, into: Path | None = None) -> None:
        """Read proposals; `source`, an IRI, is named as the source of each decision.

        Decisions go into the workspace's mapping set of the dataset, or else a new one, which is called as its prefix
        is; or into the file `into`, whose name becomes the prefix of a dataset that has none.

        Raises:
            ParseError: for a file that is no mapping set, or whose prefixes mean something else than everywhere, or a
                proposal for what is no thing of the graph.
            ParameterError: for a file that is no place for one, or a dataset without a prefix.
        """
        workspace = graph.workspace
        self._graph, self._workspace, self._source = graph, workspace, source
        self._decided = Decided(workspace)
        self._into = into if into is None else _file(workspace, into)
        self._sets: dict[Path, _Set] = {}
        self._prefixes: set[str] = set()
        text = read_text(path, str(path))
        mappings = read_mappings(text, str(path))
        check_prefixes(mappings, text, str(path))
        expand = mappings.expand
        self.proposals = []
        for row in mappings.rows:
            prefix = row.slots["object_id"].partition(":")[0]
            thing, address, predicate = (
                expand(row.slots[slot]) for slot in ("subject_id", "object_id", "predicate_id")
            )
            proposal = Proposal(row.slots, Link(thing, address), predicate, prefix, expand(f"{prefix}:"))
            if "predicate_modifier" not in row.slots and self._decided.is_open(proposal.link):
                if not self._is_described(thing):
                    problem = f"{short(thing, graph.base)} is no thing of the graph: correct or remove the line"
                    raise ParseError(str(path), row.line, None, f"subject_id: {problem}")
                self._file(proposal)
                self.proposals.append(proposal)
        self.proposals.sort(key=lambda one: -float(one.slots.get("confidence", 0)))

    def contradiction(self, proposal: Proposal) -> str | None:
        """Return the reason on one line why a proposal cannot be accepted."""
        if not proposal.is_exact:
            return None
        return self._decided.contradiction(proposal.link, proposal.namespace)

    def decide(self, proposal: Proposal, accept: bool, day: date) -> Path:
        """Write down that a proposal is accepted or rejected, and return the file that says so.

        Raises:
            ServiceError: if that cannot be written, or was changed by another since the proposals were read.
        """
        path = self._file(proposal)
        if path not in self._sets:
            self._sets[path] = _Set(self._workspace, path, self._decided.texts.get(path.resolve()))
        decided = {
            "predicate_modifier": "" if accept else "Not",
            "mapping_justification": "semapv:ManualMappingCuration",
            "author_type": "prov:Person",
            "mapping_date": day.isoformat(),
            **{slot: proposal.slots.get(slot, "") for slot in _KEPT},
        }
        self._prefixes.add(self._sets[path].add(proposal, self._prefix(proposal), self._source, decided))
        name = self._workspace.name(path)
        self._decided.note(proposal.link, proposal.namespace, accept and proposal.is_exact, name)
        return path

    def undescribed(self) -> dict[str, str]:
        """Return the schemes and graphs of decisions that the graph does not describe, each with the file for it."""
        schemes = {scheme_of(prefix, self._workspace.base): _SCHEMES for prefix in sorted(self._prefixes)}
        graphs = {str(self._workspace.graph_name(path)).strip("<>"): _GRAPHS for path in self._sets}
        return {iri: file for iri, file in (schemes | graphs).items() if not self._is_described(iri)}

    def _is_described(self, iri: str) -> bool:
        return is_iri(iri) and bool(self._graph.sparql(f"ASK {{ {ox.NamedNode(iri)} a ?class }}"))

    def _file(self, proposal: Proposal) -> Path:
        if file := self._into or self._decided.files.get(proposal.namespace):
            return file
        if _MADE.fullmatch(proposal.prefix):
            problem = f"no dataset with the addresses {proposal.namespace} is known: name the file of its mappings"
            raise ParameterError(f"{problem} by --into {LINKS}/NAME{MAPPINGS}, of which NAME becomes its prefix")
        return self._workspace.root / LINKS / f"{proposal.prefix}{MAPPINGS}"

    def _prefix(self, proposal: Proposal) -> str:
        made = _MADE.fullmatch(proposal.prefix)
        return f"{self._into.name.removesuffix(MAPPINGS)}{made[1]}" if made and self._into else proposal.prefix


def _file(workspace: Workspace, into: Path) -> Path:
    path, folder = into.absolute(), workspace.root / LINKS
    name = path.name.removesuffix(MAPPINGS)
    if path.parent.resolve() != folder.resolve() or not path.name.endswith(MAPPINGS) or not PREFIX.fullmatch(name):
        raise ParameterError(f"{into}: is not a place for mappings: choose {folder}/NAME{MAPPINGS}")
    return path


class _Set:
    """The mapping set of a file, which decisions are added to; `text` is what the file held at first, if any."""

    def __init__(self, workspace: Workspace, path: Path, text: str | None) -> None:
        self._workspace, self._path, self._text = workspace, path, text
        if text is not None:
            self._mappings = read_mappings(text, workspace.name(path))
            return
        metadata: dict[str, Any] = {
            "mapping_set_id": f"{workspace.graph_name(path)}".strip("<>"),
            "license": workspace.settings.licence or NO_LICENCE,
        }
        self._mappings = MappingSet(metadata, {}, [])

    def add(self, proposal: Proposal, prefix: str, source: str, slots: dict[str, str]) -> str:
        """Add a mapping, write the file, and return the prefix of the dataset in it."""
        metadata, declared, rows = self._mappings
        ids = {"subject_id": proposal.link.thing, "object_id": proposal.link.address, "mapping_source": source}
        known = {**({} if proposal.namespace in declared.values() else {prefix: proposal.namespace}), **declared}
        declared = declare_prefixes(self._workspace.base, known, thing=ids.values())
        compress = converter(declared).compress
        defined = metadata.get("extension_definitions", [])
        if all(one["slot_name"] != AUTHOR_TYPE["slot_name"] for one in defined):
            metadata = {**metadata, "extension_definitions": [*defined, AUTHOR_TYPE]}
        found = {
            **{slot: compress(iri) or "" for slot, iri in ids.items()},
            "predicate_id": compress(proposal.predicate) or "",
            **slots,
        }
        row = Row(0, {slot: value for slot, value in found.items() if value})
        mappings = MappingSet(metadata, declared, [*rows, row])
        text = format_mappings(mappings)
        replace_files({self._path: (self._text, text)})
        self._mappings, self._text = mappings, text
        return row.slots["object_id"].partition(":")[0]
