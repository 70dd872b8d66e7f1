"""The catalogue of a release, in the vocabularies of the portals and crawlers that look for data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from foc_graph.release.catalogue.dcat import describe_catalogue
from foc_graph.release.catalogue.description import VOID
from foc_graph.release.catalogue.overview import survey
from foc_graph.release.catalogue.schema_org import describe_dataset
from foc_graph.release.catalogue.void import describe_void
from foc_graph.release.files import File
from foc_graph.release.snapshot import Snapshot


def write_catalogue(
    snapshot: Snapshot, files: Sequence[File], earlier: Sequence[str], previous: str | None, folder: Path
) -> None:
    """Write `catalog.ttl`, `catalog.jsonld` (DCAT), `dataset.jsonld` (schema.org) and `.well-known/void` (Turtle).

    Args:
        snapshot: the graph that is released.
        files: the files of the release so far; dumps, tables, patch and feeds among them are listed.
        earlier: versions of earlier releases.
        previous: the one from which the patch leads on.
        folder: the folder of the release.

    Raises:
        WorkspaceError: if `workspace.toml` lacks what a catalogue must state: title, publisher and licence; or if its
            endpoint is no http or https address.
        OSError: if they cannot be written.
    """
    facts, ordered = survey(snapshot), sorted(files)
    catalogue = describe_catalogue(snapshot, facts, ordered, earlier, previous)
    catalogue.write_turtle(folder / "catalog.ttl")
    catalogue.write_jsonld(folder / "catalog.jsonld")
    dataset = json.dumps(describe_dataset(snapshot, facts, ordered), ensure_ascii=False, indent=1) + "\n"
    (folder / "dataset.jsonld").write_bytes(dataset.encode())
    statistics = describe_void(snapshot, facts, ordered)
    (folder / VOID).parent.mkdir(exist_ok=True)
    statistics.write_turtle(folder / VOID)
