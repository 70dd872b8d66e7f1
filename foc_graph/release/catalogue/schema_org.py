"""A release as a schema.org `Dataset`, which search engines for datasets read.

Source: https://schema.org/Dataset. Names are resolved by `@vocab`, so that the document is read without a network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foc_graph.namespaces import PREFIXES
from foc_graph.release.catalogue.overview import Coverage, Overview
from foc_graph.release.dumps import FOLDER, WHOLE, group_dumps
from foc_graph.release.files import File, media
from foc_graph.release.snapshot import Snapshot
from foc_graph.sssom.model import MAPPINGS


def describe_dataset(snapshot: Snapshot, overview: Overview, files: Sequence[File]) -> dict[str, Any]:
    """Describe the release as JSON-LD; the arguments are those of `describe_catalogue`."""
    settings = snapshot.workspace.settings
    publisher = {"@id": snapshot.publisher, "name": settings.publisher}
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
        "distribution": [_download(snapshot, file) for file in [*dumps[WHOLE], *tables]],
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
