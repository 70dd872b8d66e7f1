"""What a reconciliation service answers: its manifest, candidates, columns and suggestions, as JSON has them.

Source: Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foc_graph import __version__
from foc_graph.linking.matching import Candidate
from foc_graph.linking.properties import PROPERTIES, Property, Value
from foc_graph.linking.things import KINDS, Thing
from foc_graph.terms import COAL
from foc_graph.web.directory import Directory
from foc_graph.web.reconcile_requests import MAX_QUERIES, Extension
from foc_graph.web.served import Served

Cell = dict[str, str]
"""A value of a property: `id` and `name` of a thing, or `str`."""

Columns = Sequence[Mapping[str, list[Cell]]]
"""For each property that was asked, its values by thing."""

_PREVIEW = {"width": 400, "height": 160}
"""The size of a preview, in pixels."""

_AS_OF = {
    "type": "text",
    "default": "",
    "name": "as_of",
    "label": "As of",
    "help_text": "A day, month or year such as 2015-05-04, 2015-05 or 2015, for what changes with time; empty for any.",
}


def manifest(served: Served, root: str) -> dict[str, Any]:
    """What the service offers (section 3.1); `root` is the address of the front page."""
    address = f"{root}reconcile"
    return {
        "versions": ["0.2"],
        "name": served.graph.workspace.settings.title,
        "serviceVersion": __version__,
        "batchSize": MAX_QUERIES,
        "defaultTypes": [kind(one) for one in KINDS],
        "identifierSpace": f"{served.graph.base}id/",
        "schemaSpace": COAL,
        "view": {"url": f"{root}{view('{{id}}')}"},
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", **_PREVIEW},
        "suggest": {
            name: {"service_url": address, "service_path": f"/suggest/{name}"}
            for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/extend/propose"},
            "property_settings": [_AS_OF],
        },
    }


def candidate(directory: Directory, found: Candidate) -> dict[str, Any]:
    """A thing that a name may mean."""
    thing = found.thing
    return {
        "id": directory.id(thing.iri),
        "name": thing.name,
        "description": thing.description,
        "type": kinds(thing),
        "score": round(100 * found.probability, 1),
        "match": found.is_match,
        "features": [
            {"id": name, "name": name.capitalize(), "value": round(value, 3)} for name, value in found.features.items()
        ],
    }


def extended(extension: Extension, columns: Columns) -> dict[str, Any]:
    """The columns, with a row for each thing (section 7.4)."""
    named = [(pid, column) for (pid, _), column in zip(extension.properties, columns, strict=True)]
    return {
        "meta": [property_(pid, PROPERTIES[pid]) for pid, _ in named],
        "rows": {key: {pid: column.get(key, []) for pid, column in named} for key in extension.things},
    }


def cell(directory: Directory, value: Value) -> Cell:
    """A value: a thing of the service, which can be asked again, or a text."""
    key = directory.id(value.iri)
    return {"id": key, "name": value.text} if key in directory.things else {"str": value.text}


def things(directory: Directory, prefix: str) -> Iterable[dict[str, Any]]:
    """Those of which a name begins so."""
    for key, thing in directory.beginning(prefix):
        yield {"id": key, "name": thing.name, "description": thing.description, "notable": kinds(thing)}


def named(names: Mapping[str, str], prefix: str) -> Iterable[dict[str, str]]:
    """What has a name that begins so, or a word that does, of names by identifier."""
    start = prefix.casefold().strip()
    for key, name in names.items():
        if any(part.startswith(start) for part in (key, name.casefold(), *name.casefold().split())):
            yield {"id": key, "name": name}


def property_(key: str, one: Property) -> dict[str, str]:
    """A property."""
    return {"id": key, "name": one.name}


def kinds(thing: Thing) -> list[dict[str, str]]:
    """The types of a thing."""
    return [kind(one) for one in thing.kinds]


def kind(key: str) -> dict[str, str]:
    """A type."""
    return {"id": key, "name": key.capitalize()}


def view(key: str) -> str:
    """Where the page of a thing is, from the front page."""
    return f"id/{key}"
