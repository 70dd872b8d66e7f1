"""Data files (Turtle, mapping sets, tables of claims): their triples, positions and canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.parser import file_iri, parse_statements
from foc_graph.rdf.positions import Document, Positions, TurtleDocument
from foc_graph.rdf.turtle import format_turtle
from foc_graph.sssom.identifiers import MappingDocument, parse_mappings
from foc_graph.sssom.model import MAPPINGS
from foc_graph.sssom.tsv import format_mappings, read_mappings
from foc_graph.workspace.claims import ClaimsDocument, format_claims, parse_claims, read_claims
from foc_graph.workspace.settings import CLAIMS, Workspace


def parse_data(workspace: Workspace, path: Path, text: str, where: str, base: str | None = None) -> list[ox.Quad]:
    """Return the triples of a data file with this text, without duplicates, as quads of the default graph.

    `base` is as for `parse_statements`.

    Raises:
        ParseError: at the line and column of the fault.
    """
    if path.name.endswith(CLAIMS):
        return [ox.Quad(*triple) for triple in parse_claims(text, where, workspace.vocabulary(path))]
    if path.name.endswith(MAPPINGS):
        return [ox.Quad(*triple) for triple in parse_mappings(text, where)]
    return parse_statements(text, where, base)[0]


def format_data(workspace: Workspace, path: Path, text: str, where: str) -> str:
    """Write the text of a data file in canonical form.

    Raises:
        ParseError: at the line and column of the fault.
    """
    if path.name.endswith(CLAIMS):
        vocabulary = workspace.vocabulary(path)
        return format_claims(read_claims(text, where, vocabulary), vocabulary)
    if path.name.endswith(MAPPINGS):
        return format_mappings(read_mappings(text, where))
    return format_turtle(text, where, PREFIXES)


def data_positions(
    workspace: Workspace, files: Iterable[Path], texts: Mapping[Path, str] = MappingProxyType({})
) -> Positions:
    """Return the positions of triples in data files; `texts` stand for what is on disk."""

    def read(path: Path, text: str) -> Document:
        if path.name.endswith(CLAIMS):
            return ClaimsDocument(text, workspace.vocabulary(path))
        return MappingDocument(text) if path.name.endswith(MAPPINGS) else TurtleDocument(text, file_iri(path))

    return Positions(((workspace.name(path), path) for path in files), texts, read)
