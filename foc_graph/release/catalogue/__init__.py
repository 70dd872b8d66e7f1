"""The catalogue of a release in DCAT, VoID and schema.org, for the portals and crawlers that look for data.

Names of schema.org are resolved by `@vocab`, so that its document is read without a network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foc_graph.namespaces import PREFIXES
from foc_graph.release.catalogue.dcat import describe_catalogue
from foc_graph.release.catalogue.description import VOID, Description
from foc_graph.release.catalogue.examples import EXAMPLES, add_examples
from foc_graph.release.catalogue.overview import Coverage, Overview, survey
from foc_graph.release.catalogue.packages import write_packages
from foc_graph.release.catalogue.void import describe_void
from foc_graph.release.dumps import FOLDER, WHOLE, WHOLE_12, CoalitionDump, group_dumps
from foc_graph.release.files import File
from foc_graph.release.snapshot import Snapshot
from foc_graph.site.media import media
from foc_graph.sssom.model import MAPPINGS
from foc_graph.workspace.settings import Settings


def write_catalogue(
    snapshot: Snapshot,
    files: Sequence[File],
    dumped: Mapping[str, CoalitionDump],
    earlier: Sequence[str],
    previous: str | None,
    folder: Path,
) -> None:
    """Write `catalog.ttl`, `catalog.jsonld` (DCAT), `dataset.jsonld` (schema.org) and `.well-known/void` (Turtle).

    Stored queries are described in `queries/examples.ttl`, tables in `datapackage.json` and `croissant.json`.

    Args:
        snapshot: the graph that is released.
        files: the files of the release so far; dumps, tables, patch and feeds among them are listed.
        dumped: what the dumps of coalitions hold, by their names.
        earlier: versions of earlier releases.
        previous: the one from which the patch leads on.
        folder: the folder of the release.

    Raises:
        WorkspaceError: if `workspace.toml` lacks what a catalogue must state: title, publisher and licence; or if its
            endpoint is no http or https address.
        OSError: if they cannot be written.
    """
    facts, ordered = survey(snapshot, dumped), sorted(files)
    catalogue = describe_catalogue(snapshot, facts, ordered, earlier, previous)
    catalogue.write_turtle(folder / "catalog.ttl")
    (folder / "catalog.jsonld").write_bytes(catalogue.serialise(ox.RdfFormat.JSON_LD))
    dataset = json.dumps(_describe_dataset(snapshot, facts, ordered), ensure_ascii=False, indent=1) + "\n"
    (folder / "dataset.jsonld").write_bytes(dataset.encode())
    examples = Description()
    add_examples(examples, snapshot.graph, snapshot.file(EXAMPLES), snapshot.workspace.settings.endpoint)
    (folder / EXAMPLES).parent.mkdir(exist_ok=True)
    examples.write_turtle(folder / EXAMPLES)
    write_packages(snapshot, facts, ordered, folder)
    statistics = describe_void(snapshot, facts, ordered)
    (folder / VOID).parent.mkdir(exist_ok=True)
    statistics.write_turtle(folder / VOID)


def _describe_dataset(snapshot: Snapshot, overview: Overview, files: Sequence[File]) -> dict[str, Any]:
    """Describe the release as a schema.org `Dataset` (https://schema.org/Dataset), in JSON-LD."""
    settings = snapshot.workspace.settings
    publisher = {"@id": snapshot.publisher, "name": settings.publisher, **_reach(settings)}
    terms = {
        "version": snapshot.version,
        "datePublished": snapshot.day.isoformat(),
        "dateModified": snapshot.day.isoformat(),
        "license": {"@id": settings.licence},
        "isAccessibleForFree": True,
        "publisher": publisher,
        "creator": publisher,
    }
    dumps = group_dumps(files)
    endings = (".csv", ".parquet", MAPPINGS)
    tables = [file for file in files if file.path.startswith(("tables/", "links/")) and file.path.endswith(endings)]
    return {
        "@context": {"@vocab": PREFIXES["schema"]},
        "@id": snapshot.address,
        "@type": "Dataset",
        "name": f"{settings.title} {snapshot.version}",
        "description": overview.description(snapshot.day),
        "url": {"@id": snapshot.file("index.html")},
        "identifier": snapshot.address,
        **terms,
        "keywords": overview.keywords,
        **_coverage(overview.coverage, snapshot),
        "isPartOf": {"@id": snapshot.series},
        "includedInDataCatalog": {
            "@id": snapshot.catalogue,
            "@type": "DataCatalog",
            "name": f"{settings.title}: catalogue",
        },
        "distribution": [_download(snapshot, file) for file in [*dumps[WHOLE], *dumps[WHOLE_12], *tables]],
        "hasPart": [
            {
                "@id": snapshot.file(f"{FOLDER}/{part.name}"),
                "@type": "Dataset",
                "name": f"{part.label} {snapshot.version}",
                "description": part.description,
                **terms,
                **_coverage(part.coverage, snapshot),
                "distribution": [_download(snapshot, file) for file in dumps[part.name]],
            }
            for part in overview.parts
        ],
    }


def _reach(settings: Settings) -> dict[str, Any]:
    """Say where the publisher's page is, and whom to ask."""
    said: dict[str, Any] = {"url": {"@id": settings.homepage}} if settings.homepage else {}
    if contact := settings.contact:
        email = contact.removeprefix("mailto:")
        address = {"url": {"@id": contact}} if email == contact else {"email": email}
        said["contactPoint"] = {"@type": "ContactPoint", **address}
    return said


def _coverage(coverage: Coverage, snapshot: Snapshot) -> Mapping[str, Any]:
    said: dict[str, Any] = {"inLanguage": list(coverage.languages)}
    if coverage.begin:
        said["temporalCoverage"] = f"{coverage.begin}/{snapshot.day}"
    if coverage.regions:
        said["spatialCoverage"] = [{"@id": iri, "@type": "Place", "name": name} for iri, name in coverage.regions]
    return said


def _download(snapshot: Snapshot, file: File) -> dict[str, Any]:
    address, kind = snapshot.file(file.path), media(file.path)
    formats = [format for format in (kind and kind.type, kind and kind.compression) if format]
    return {
        "@id": address,
        "@type": "DataDownload",
        "name": file.path,
        "contentUrl": {"@id": address},
        "contentSize": f"{file.size} B",
        "encodingFormat": formats,
        "sha256": file.sha256,
    }
