"""Rules that materialise what the vocabulary implies: SPARQL CONSTRUCT, run inside the store stage by stage."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO

import pyoxigraph as ox

from foc_graph.errors import ParseError
from foc_graph.rdf.header import read_header
from foc_graph.sparql.tokens import tokens
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.workspace.settings import Workspace

_ANY = ox.NamedNode("urn:foc-graph:any")


@dataclass(frozen=True)
class Rule:
    """One CONSTRUCT query; rules of a lower stage run first, and a stage sees what the ones before derived."""

    name: str
    summary: str
    stage: int
    text: str


def read_rules(workspace: Workspace) -> list[Rule]:
    """Read the rules of a workspace (`ontology/rules/*.rq`), sorted by stage and name.

    Raises:
        ParseError: for a file whose header lacks a summary or a whole-numbered stage.
    """
    rules = []
    for path in workspace.rule_files:
        header, text = read_header(path, workspace.name(path))
        if not (header.get("summary") and isinstance(header.get("stage"), int)):
            raise ParseError(workspace.name(path), 1, None, "header: give a summary and a stage (1, 2, ...)")
        rules.append(Rule(workspace.name(path), str(header["summary"]), header["stage"], text))
    return sorted(rules, key=lambda rule: (rule.stage, rule.name))


def stages(rules: Iterable[Rule]) -> Iterator[list[Rule]]:
    """Group rules by stage, in the order in which they come."""
    return (list(group) for _, group in groupby(rules, key=lambda rule: rule.stage))


def apply_rules(store: EmbeddedStore, rules: Iterable[Rule], graph: ox.NamedNode, scratch: Path | None = None) -> None:
    """Add to the named graph what the rules derive and no graph holds yet.

    What a stage derives is kept in files in the folder `scratch`, where one is given, else in memory.

    Raises:
        ParseError: for a rule that is not a CONSTRUCT query.
    """
    for stage in stages(rules):
        with ExitStack() as files, ThreadPoolExecutor(os.cpu_count()) as pool:
            derived = [files.enter_context(_file(scratch)) for _ in stage]
            list(pool.map(partial(_construct, store), stage, derived))
            list(pool.map(lambda file: store.bulk_load(file, ox.RdfFormat.N_TRIPLES, graph), derived))
    store.remove_repeated(graph)


def as_update(rule: Rule, source: ox.NamedNode, target: ox.NamedNode) -> str:
    """Write the SPARQL 1.1 update that adds to the graph `target` what a rule derives from the graph `source`.

    Raises:
        ParseError: for a rule that is not a CONSTRUCT query with a template and `WHERE`.
    """
    words = [(text.upper(), offset) for kind, text, offset in tokens(rule.text) if kind in ("word", "open", "close")]
    texts = [text for text, _ in words]
    braces = [(at, text) for at, (text, _) in enumerate(words) if text in "{}"]
    try:
        first = texts.index("CONSTRUCT") + 1
        where = texts.index("WHERE", first)
        last = max(at for at, text in braces if text == "}")
        if texts[first] != "{" or texts[where - 1] != "}" or texts[where + 1] != "{" or texts[last + 1 :]:
            raise ValueError
    except (ValueError, IndexError) as error:
        raise ParseError(rule.name, None, None, "a rule is CONSTRUCT { ... } WHERE { ... }") from error
    start, template, pattern = (words[at][1] for at in (first - 1, first, where))
    return (
        f"{rule.text[:start]}INSERT {{ GRAPH {target} {rule.text[template:pattern]} }}\n"
        f"WHERE {{ GRAPH {source} {rule.text[words[where + 1][1] : words[last][1] + 1]} }}"
    )


def _file(scratch: Path | None) -> IO[bytes]:
    return BytesIO() if scratch is None else TemporaryFile(dir=scratch)


def _construct(store: EmbeddedStore, rule: Rule, file: BinaryIO) -> None:
    try:
        store.construct(rule.text, file)
    except ParseError as error:
        raise ParseError(rule.name, error.line, error.column, error.problem) from error
    as_update(rule, _ANY, _ANY)  # what only one way of running a rule takes is refused by both
    file.seek(0)
