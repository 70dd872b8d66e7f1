"""A release as a schema.org `Dataset`, which search engines for datasets read.

Source: https://schema.org/Dataset. Names are resolved by `@vocab`, so that the document is read without a network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foc_graph.namespaces import PREFIXES
from foc_graph.release.catalogue import addresses
from foc_graph.release.catalogue.overview import Coverage, Overview
from foc_graph.release.dumps import WHOLE
from foc_graph.release.media import File, media
from foc_graph.release.snapshot import Edition
from foc_graph.sssom.model import MAPPINGS


def schema_dataset(edition: Edition, overview: Overview, files: Sequence[File]) -> dict[str, Any]:
    """The release as JSON-LD; the arguments are those of `describe_catalogue`."""
    settings = edition.workspace.settings
    publisher = {"@id": addresses.publisher(edition), "name": settings.publisher}
    terms = {
        "version": edition.version,
        "datePublished": edition.day.isoformat(),
        "dateModified": edition.day.isoformat(),
        "license": {"@id": settings.licence},
        "isAccessibleForFree": True,
        "publisher": publisher,
        "creator": publisher,
    }
    dumps = addresses.dumps(files)
    endings = (".csv", ".parquet", MAPPINGS)
    tables = [file for file in files if file.path.startswith(("tables/", "links/")) and file.path.endswith(endings)]
    return {
        "@context": {"@vocab": PREFIXES["schema"]},
        "@id": edition.address,
        "@type": "Dataset",
        "name": f"{settings.title} {edition.version}",
        "description": overview.description(edition.day),
        "url": {"@id": addresses.file(edition, "index.html")},
        "identifier": edition.address,
        **terms,
        "keywords": overview.keywords,
        **_coverage(overview.coverage, edition),
        "isPartOf": {"@id": addresses.series(edition)},
        "includedInDataCatalog": {
            "@id": addresses.catalogue(edition),
            "@type": "DataCatalog",
            "name": f"{settings.title}: catalogue",
        },
        "distribution": [_download(edition, file) for file in [*dumps[WHOLE], *tables]],
        "hasPart": [
            {
                "@id": addresses.dump(edition, part.name),
                "@type": "Dataset",
                "name": f"{part.label} {edition.version}",
                "description": part.description,
                **terms,
                **_coverage(part.coverage, edition),
                "distribution": [_download(edition, file) for file in dumps[part.name]],
            }
            for part in overview.parts
        ],
    }


def _coverage(coverage: Coverage, edition: Edition) -> Mapping[str, Any]:
    said: dict[str, Any] = {"inLanguage": list(coverage.languages)}
    if coverage.begin:
        said["temporalCoverage"] = f"{coverage.begin}/{edition.day}"
    if coverage.regions:
        said["spatialCoverage"] = [{"@id": iri, "@type": "Place", "name": name} for iri, name in coverage.regions]
    return said


def _download(edition: Edition, file: File) -> dict[str, Any]:
    address, kind = addresses.file(edition, file.path), media(file.path)
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
