"""What the application answers, described in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from inspect import getdoc
from typing import Any

from starlette.routing import BaseRoute, Route

from foc_graph import __version__
from foc_graph.catalogue.query import Parameter, StoredQuery
from foc_graph.web.query_formats import formats
from foc_graph.web.query_page import address, example
from foc_graph.web.stored import State

_DAY = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_TYPES: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "pattern": f"^{_DAY}$"},
    "period": {"type": "string", "pattern": f"^{_DAY}$"},
    "integer": {"type": "integer"},
}
_NAMED = "as a slug, a CURIE or an IRI"
_TOLD = {"coalition": _NAMED, "body": _NAMED, "agent": _NAMED, "thing": _NAMED, "iri": "as a CURIE or an IRI"}
_PROBLEM = {
    "type": "object",
    "description": "What went wrong, and what to do (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
_TERM = {
    "type": "object",
    "properties": {"type": {"enum": ["uri", "literal", "bnode", "triple"]}, "value": {}},
    "required": ["type", "value"],
}
_RESULTS = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/).",
    "properties": {
        "head": {"type": "object", "properties": {"vars": {"type": "array", "items": {"type": "string"}}}},
        "results": {
            "type": "object",
            "properties": {
                "bindings": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Term"}},
                }
            },
            "required": ["bindings"],
        },
        "boolean": {"type": "boolean"},
    },
    "required": ["head"],
}
_ROWS_TYPE = "application/sparql-results+json"
_RELEASE = {
    "name": "release",
    "in": "query",
    "description": "the version of a release, which gives the same answer later; without it, what is served now",
    "schema": {"type": "string", "pattern": r"^[0-9]{4}\.[0-9]{2}(\.[0-9]+)?$"},
}
_ELSEWHERE = {
    "/sparql": {
        "query": "a query of SPARQL 1.1; POST takes it in a form, or as `application/sparql-query`, too",
        "default-graph-uri": "the IRI of a graph that is to be part of the default graph; may be repeated",
        "named-graph-uri": "the IRI of a graph that the query is to find by name; may be repeated",
    },
    "/graph-store": {
        "graph": "the IRI of a named graph",
        "default": "asks for the default graph; it has no value",
    },
}
"""The parameters of other routes, by path."""


def openapi(state: State, routes: Sequence[BaseRoute]) -> bytes:
    """The document, as JSON: each stored query with its parameters, and the other routes by their docstrings."""
    settings, queries = state.graph.workspace.settings, state.graph.queries
    paths: dict[str, dict[str, Any]] = {f"/query/{name}": {"get": _operation(query)} for name, query in queries.items()}
    for route in routes:
        if isinstance(route, Route) and route.name != "stored_query":
            paths.setdefault(route.path_format, {}).update(_described(route))
    document = {
        "openapi": "3.1.0",
        "info": {"title": settings.title, "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM, "Results": _RESULTS, "Term": _TERM},
            "parameters": {"release": _RELEASE},
            "responses": {
                "Problem": _response("it cannot be answered", {"application/problem+json": "Problem", "text/html": ""})
            },
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _operation(query: StoredQuery) -> dict[str, Any]:
    endings = {ending: format.types[0] for ending, format in formats(query).items()}
    columns = "".join(f"\n- `{name}`: {meaning}" for name, meaning in query.columns.items())
    asked = f"\n\nFor example `{address(query.name, example(query))}`." if example(query) else ""
    chosen = f"\n\nThe format follows `Accept`, or an ending of the path: {', '.join(f'`.{one}`' for one in endings)}."
    types = {kind: "Results" if kind == _ROWS_TYPE else "" for kind in endings.values()}
    return {
        "operationId": query.name,
        "summary": query.summary,
        "description": query.question + (f"\n\nColumns:\n{columns}" if columns else "") + asked + chosen,
        "tags": list(query.tags),
        "parameters": [*map(parameter_object, query.parameters), {"$ref": "#/components/parameters/release"}],
        "responses": {
            "200": _response("the answer", types),
            "304": {"description": "the client has it"},
            **_problems(),
        },
    }


def _problems() -> dict[str, Any]:
    return {status: {"$ref": "#/components/responses/Problem"} for status in ("400", "404", "406", "503")}


def _response(description: str, types: dict[str, str]) -> dict[str, Any]:
    schemas = {kind: {"$ref": f"#/components/schemas/{schema}"} for kind, schema in types.items() if schema}
    content = {kind: {"schema": schemas[kind]} if kind in schemas else {} for kind in types}
    return {"description": description, "content": content}


def parameter_object(parameter: Parameter) -> dict[str, Any]:
    """A parameter of a stored query as one of an operation, with its JSON Schema."""
    schema = dict(_TYPES.get(parameter.type, {"type": "string", "minLength": 1}))
    if parameter.values:
        schema = {"type": "string", "enum": list(parameter.values)}
    value: object = parameter.example
    if parameter.repeatable:
        schema = {"type": "array", "items": schema, "minItems": parameter.min}
        value = None if parameter.example is None else parameter.example.split()
    elif parameter.default is not None:
        schema["default"] = int(parameter.default) if parameter.type == "integer" else parameter.default
    if parameter.type == "integer" and isinstance(value, str):
        value = int(value)
    told = f"{parameter.description}; {_TOLD[parameter.type]}" if parameter.type in _TOLD else parameter.description
    found: dict[str, Any] = {"name": parameter.name, "in": "query", "description": told, "schema": schema}
    found |= {"required": True} if parameter.required and parameter.default is None else {}
    return found | ({"example": value} if value is not None else {})


def _described(route: Route) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations of another route, by method."""
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.param_convertors
    ]
    parameters += [
        {"name": name, "in": "query", "description": told, "schema": {"type": "string"}}
        for name, told in _ELSEWHERE.get(route.path_format, {}).items()
    ]
    for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
        summary = (getdoc(route.endpoint) or route.name).partition("\n")[0]
        responses = {"default": {"description": "as the summary says, or a problem"}}
        yield method.lower(), {"summary": summary, "parameters": parameters, "responses": responses}
