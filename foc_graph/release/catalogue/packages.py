"""The tables of a release as a Data Package and in Croissant, for software that reads tables by their description.

Both follow from the CSVW metadata beside each table. Sources: https://datapackage.org/standard/data-package/ (2.0) and
https://docs.mlcommons.org/croissant/docs/croissant-spec.html (1.0).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from foc_graph.namespaces import slugged
from foc_graph.release.catalogue.overview import Overview
from foc_graph.release.files import File
from foc_graph.release.snapshot import Snapshot

DATA_PACKAGE, CROISSANT = "datapackage.json", "croissant.json"
"""Where a release has them."""

_METADATA = "-metadata.json"
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    **{
        name: f"cr:{name}"
        for name in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet"),
            *("format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
            "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}
"""The context that the specification of Croissant gives."""


class _Type(NamedTuple):
    """A type of values: its name and format in a Table Schema, and the class of schema.org that Croissant takes."""

    name: str
    format: str
    kind: str


_TYPES = {
    "anyURI": _Type("string", "uri", "sc:URL"),
    "date": _Type("date", "", "sc:Date"),
    "double": _Type("number", "", "sc:Float"),
    "integer": _Type("integer", "", "sc:Integer"),
    "string": _Type("string", "", "sc:Text"),
}
"""By the datatypes of CSVW that tables have."""


class _Table(NamedTuple):
    """A table of a release, and the CSVW metadata of it."""

    file: File
    metadata: Mapping[str, Any]

    @property
    def name(self) -> str:
        return Path(self.file.path).stem

    @property
    def title(self) -> str:
        title: str = self.metadata["dc:title"]
        return title

    @property
    def description(self) -> str:
        """What a reader should know of it: how it is written, and the rights in what it holds."""
        return " ".join([self.metadata["dc:description"], *self.metadata.get("dc:rights", [])])

    @property
    def licences(self) -> list[str]:
        found = self.metadata.get("dc:license", [])
        return [one["@id"] for one in ([found] if isinstance(found, dict) else found)]

    @property
    def columns(self) -> list[Mapping[str, Any]]:
        columns: list[Mapping[str, Any]] = self.metadata["tableSchema"]["columns"]
        return columns

    @property
    def key(self) -> list[str]:
        return list(self.metadata["tableSchema"].get("primaryKey", []))


def write_packages(snapshot: Snapshot, overview: Overview, files: Sequence[File], folder: Path) -> None:
    """Write `datapackage.json` and `croissant.json`, which describe the tables with CSVW metadata among some files.

    Raises:
        OSError: if they cannot be written.
    """
    known = {file.path: file for file in files}
    tables = [
        _Table(known[path], json.loads((folder / f"{path}{_METADATA}").read_bytes()))
        for path in known
        if f"{path}{_METADATA}" in known
    ]
    described = {DATA_PACKAGE: _package(snapshot, overview, tables), CROISSANT: _croissant(snapshot, overview, tables)}
    for name, content in described.items():
        (folder / name).write_bytes(f"{json.dumps(content, ensure_ascii=False, indent=1)}\n".encode())


def _package(snapshot: Snapshot, overview: Overview, tables: Sequence[_Table]) -> dict[str, Any]:
    settings = snapshot.workspace.settings
    publisher = {"title": settings.publisher, "roles": ["publisher"]}
    if settings.homepage:
        publisher["path"] = settings.homepage
    if settings.contact.startswith("mailto:"):
        publisher["email"] = settings.contact.removeprefix("mailto:")
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": slugged(settings.title) or "tables",
        "id": snapshot.address,
        "title": f"{settings.title} {snapshot.version}",
        "description": overview.description(snapshot.day),
        "version": snapshot.version,
        "created": f"{snapshot.day}T00:00:00Z",
        "homepage": snapshot.file("index.html"),
        "keywords": overview.keywords,
        "licenses": [{"path": settings.licence}],
        "contributors": [publisher],
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: _Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = table.key
    resource = {
        "name": table.name,
        "path": table.file.path,
        "type": "table",
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": table.file.size,
        "hash": f"sha256:{table.file.sha256}",
        "schema": schema,
    }
    return {**resource, "licenses": [{"path": one} for one in table.licences]} if table.licences else resource


def _field(column: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a column; a list is text, which every reader of Table Schema takes."""
    type, pattern = _typed(column)
    constraints = {"required": column.get("required", False), "pattern": pattern}
    said = {
        "name": column["name"],
        "type": type.name,
        "format": "" if "separator" in column else type.format,
        "description": _meaning(column),
        "constraints": {name: value for name, value in constraints.items() if value},
    }
    return {name: value for name, value in said.items() if value}


def _croissant(snapshot: Snapshot, overview: Overview, tables: Sequence[_Table]) -> dict[str, Any]:
    settings = snapshot.workspace.settings
    publisher = {"@type": "sc:Organization", "@id": snapshot.publisher, "name": settings.publisher}
    title, licences = f"{settings.title} {snapshot.version}", [one for table in tables for one in table.licences]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": snapshot.address,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": title,
        "description": overview.description(snapshot.day),
        "url": snapshot.file("index.html"),
        "version": _semantic(snapshot.version),
        "datePublished": snapshot.day.isoformat(),
        "license": list(dict.fromkeys([settings.licence, *licences])),
        "citeAs": f"{settings.publisher} ({snapshot.day.year}). {title}. {snapshot.address}",
        "keywords": overview.keywords,
        "creator": publisher,
        "publisher": publisher,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": table.file.path,
                "name": table.file.path,
                "description": table.description,
                "contentUrl": snapshot.file(table.file.path),
                "contentSize": f"{table.file.size} B",
                "encodingFormat": "text/csv",
                "sha256": table.file.sha256,
            }
            for table in tables
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": table.title,
                **({"key": [{"@id": f"{table.name}/{name}"} for name in table.key]} if table.key else {}),
                "field": list(_fields(table)),
            }
            for table in tables
        ],
    }


def _fields(table: _Table) -> Iterator[dict[str, Any]]:
    for column in table.columns:
        name = column["name"]
        source: dict[str, Any] = {"fileObject": {"@id": table.file.path}, "extract": {"column": name}}
        listed = {}
        if separator := column.get("separator"):
            source["transform"], listed = {"separator": separator}, {"repeated": True}
        yield {
            "@type": "cr:Field",
            "@id": f"{table.name}/{name}",
            "name": name,
            "description": _meaning(column),
            "dataType": _typed(column)[0].kind,
            **listed,
            "source": source,
        }


def _typed(column: Mapping[str, Any]) -> tuple[_Type, str]:
    """Return the type of the values of a column, and the pattern that they keep."""
    datatype = column["datatype"]
    base, pattern = (datatype, "") if isinstance(datatype, str) else (datatype["base"], datatype["format"])
    return _TYPES[base], pattern


def _meaning(column: Mapping[str, Any]) -> str:
    meaning: str = column["dc:description"]
    return f"{meaning}; separated by spaces" if "separator" in column else meaning


def _semantic(version: str) -> str:
    """Write a calendar version as a semantic one, which has three numbers: 2026.11 is 2026.11.0."""
    return version if version.count(".") == 2 else f"{version}.0"
