"""JSON schemas of what a reconciliation service answers (API 0.2), narrowed to what ours does."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


TEXT = {"type": "string", "minLength": 1}
NAMED = {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id", "name"]}
ADDRESS = {"type": "string", "pattern": r"^http://127\.0\.0\.1:[0-9]+/"}
SIZE = {"width": {"type": "integer", "minimum": 1}, "height": {"type": "integer", "minimum": 1}}
TEMPLATE = {"type": "object", "properties": {"url": {**ADDRESS, "pattern": r"\{\{id\}\}"}}, "required": ["url"]}
SERVICE = {
    "type": "object",
    "properties": {"service_url": ADDRESS, "service_path": {"type": "string", "pattern": "^/"}},
    "required": ["service_url", "service_path"],
}
MANIFEST = {
    "type": "object",
    "properties": {
        "versions": {"const": ["0.2"]},
        "name": TEXT,
        "identifierSpace": TEXT,
        "schemaSpace": TEXT,
        "defaultTypes": {"type": "array", "items": NAMED, "uniqueItems": True},
        "view": TEMPLATE,
        "preview": {"type": "object", "properties": {**TEMPLATE["properties"], **SIZE}, "required": ["url", *SIZE]},
        "suggest": {
            "type": "object",
            "properties": {name: SERVICE for name in ("entity", "property", "type")},
            "required": ["entity", "property", "type"],
        },
        "extend": {
            "type": "object",
            "properties": {"propose_properties": SERVICE, "property_settings": {"type": "array"}},
            "required": ["propose_properties"],
        },
    },
    "required": ["versions", "name", "identifierSpace", "schemaSpace", "view", "preview", "suggest", "extend"],
}
CANDIDATE = {
    "type": "object",
    "properties": {
        **NAMED["properties"],
        "description": {"type": "string"},
        "type": {"type": "array", "items": NAMED, "minItems": 1},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": TEXT, "name": TEXT, "value": {"type": ["number", "boolean"]}},
                "required": ["id", "name", "value"],
            },
        },
    },
    "required": ["id", "name", "type", "score", "match"],
    "additionalProperties": False,
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
        "required": ["result"],
    },
}
CELL = {
    "oneOf": [
        {**NAMED, "additionalProperties": False},
        {"type": "object", "properties": {"str": TEXT}, "required": ["str"], "additionalProperties": False},
    ]
}
EXTENSION = {
    "type": "object",
    "properties": {
        "meta": {"type": "array", "items": NAMED},
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "array", "items": CELL}},
        },
    },
    "required": ["meta", "rows"],
}
SUGGESTIONS = {
    "type": "object",
    "properties": {"result": {"type": "array", "items": NAMED}},
    "required": ["result"],
}
