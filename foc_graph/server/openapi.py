"""The description of the application in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from inspect import getdoc
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from foc_graph import __version__
from foc_graph.panel.cells import SPANS
from foc_graph.panel.units import ALL, UNIT_NAMES
from foc_graph.queries.aliases import old_parameters, other_parameters
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.questions.reading import LONGEST
from foc_graph.server.ask import TYPES as ASKED
from foc_graph.server.negotiation import FORMATS, GRAPHS, HTML, ROWS, data_formats, formats, media_type
from foc_graph.server.panels import TYPES as PANELS
from foc_graph.server.responses import respond
from foc_graph.server.sparql import ACCEPT
from foc_graph.server.state import State
from foc_graph.site.addresses import SERVED, query_address
from foc_graph.site.citations import FORMATS as CITATIONS
from foc_graph.site.media import TYPES
from foc_graph.site.queries import example
from foc_graph.site.search import LIST
from foc_graph.workspace.releases import MANIFEST

_NAMED = "as a name, acronym, slug, CURIE or IRI"
_DATE = "such as 2015, 2015-05, 2015-05-04, May 2015, 2014/2016 or today"
_TOLD = {
    **dict.fromkeys(("coalition", "body", "agent", "thing"), _NAMED),
    **dict.fromkeys(("date", "period"), _DATE),
    "iri": "as a CURIE, an IRI or the name of a property",
}
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
_TEXT = {"type": "string"}
_TERM = {
    "type": "object",
    "properties": {
        "type": {**_TEXT, "enum": ["uri", "literal", "bnode", "triple"]},
        "value": {},
        "xml:lang": _TEXT,
        "datatype": _TEXT,
    },
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
_LINKED_DATA = {
    "description": "JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/).",
    "anyOf": [{"type": "array", "items": {"type": "object"}}, {"type": "object"}],
}


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_JSON = "application/json"
_SCHEMAS = {
    "application/sparql-results+json": _schema("Results"),
    "application/problem+json": _schema("Problem"),
    "application/ld+json": _schema("LinkedData"),
    "application/csvm+json": {"type": "object", "description": "CSVW metadata (https://www.w3.org/ns/csvw)."},
    "application/vnd.citationstyles.csl+json": {
        "type": "array",
        "items": {"type": "object"},
        "description": "CSL-JSON (https://citationstyles.org).",
    },
    _JSON: {"description": "JSON of any kind."},
}
"""The schemas of answers, by media type; some routes have another for `application/json`."""

_RELEASE = {
    "name": "release",
    "in": "query",
    "description": "the version of a release, whose answer stays the same; by default the data served now",
    "schema": {"type": "string", "pattern": r"^[0-9]{4}\.[0-9]{2}(\.[0-9]+)?$"},
    "allowEmptyValue": True,
}
_QUERY = "a SPARQL 1.1 query; with POST, send it in a form or as `application/sparql-query`"
_DEFAULT = "the IRI of a graph to include in the default graph; may be repeated"
_NAMED_GRAPH = "the IRI of a graph that the query can name; may be repeated"
_MOST: tuple[str, dict[str, Any]] = ("the most results to return", {"type": "integer", "minimum": 1})
_SUGGEST: dict[str, tuple[str, dict[str, Any]]] = {
    "prefix": ("the beginning of a name", _TEXT),
    "limit": _MOST,
    "cursor": ("the number of results to skip", {"type": "integer", "minimum": 0}),
}
_DATED: dict[str, tuple[str, dict[str, Any]]] = {
    "as_of": ("a day, month or year; by default the day of the data", _TEXT)
}
_COMPARED = {"coalition": ("the slugs of at least two coalitions", {"type": "array", "items": _TEXT}), **_DATED}
_PARAMETERS: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "sparql.sparql": {
        "query": (_QUERY, _TEXT),
        "default-graph-uri": (_DEFAULT, {"type": "array", "items": _TEXT}),
        "named-graph-uri": (_NAMED_GRAPH, {"type": "array", "items": _TEXT}),
        ACCEPT: ("replaces the Accept header", {**_TEXT, "enum": ["", *{**ROWS, **GRAPHS}, HTML]}),
    },
    "sparql.graph_store": {
        "graph": ("the IRI of a named graph", {**_TEXT, "format": "iri"}),
        "default": ("asks for the default graph; it has no value", {**_TEXT, "enum": [""]}),
    },
    "queries.stored_query": {
        "parameters": (
            "the parameters of the query, each under its own name, and `release`",
            {"type": "object", "additionalProperties": _TEXT},
        ),
    },
    "reconcile.reconcile": {
        "queries": ("a batch of names, as JSON", _TEXT),
        "extend": ("things and the properties to return for them, as JSON", _TEXT),
    },
    "reconcile.suggest_entity": _SUGGEST,
    "reconcile.suggest_type": _SUGGEST,
    "reconcile.suggest_property": _SUGGEST,
    "reconcile.propose": {"type": ("a kind of things", _TEXT), "limit": _MOST},
    "reconcile.preview": {"id": ("the slug of a thing", _TEXT)},
    "compare.compare": _COMPARED,
    "compare.drawing": _COMPARED,
    "panels.panel": {
        "coalition": (f"the slugs of coalitions, separated by commas, or {ALL}", _TEXT),
        "unit": ("what a row is", {**_TEXT, "enum": list(UNIT_NAMES)}),
        "years": ("the first and the last, such as 2011-2026", _TEXT),
        "rule": ("on which day of a year a member has to be one", {**_TEXT, "enum": list(SPANS)}),
        "with-non-members": ("whether others have rows too", {**_TEXT, "enum": ["", "true", "false"]}),
    },
    "things.document": _DATED,
    "things.plot": _DATED,
    "search.search": {
        "q": ("a name, or a part of one", _TEXT),
        "page": ("the page of the results", {"type": "integer", "minimum": 1}),
    },
    "ask.ask": {
        "q": (f"a question in English, French, German or Spanish, of at most {LONGEST} characters", _TEXT),
        "run": ("whether the rows of the answer are wanted", {**_TEXT, "enum": ["", "true", "false"]}),
    },
}
"""What the other routes take in the query string, by module and function: what it means, and its JSON Schema."""


def _form(key: str, *required: str) -> dict[str, Any]:
    """Describe the body of a POST that sends the parameters of a route in a form."""
    properties = {name: schema for name, (_, schema) in _PARAMETERS[key].items()}
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return {"application/x-www-form-urlencoded": {"schema": schema}}


_BODIES = {
    "sparql.sparql": {"application/sparql-query": {"schema": _TEXT}, **_form("sparql.sparql", "query")},
    "reconcile.reconcile": _form("reconcile.reconcile"),
}
"""What a POST sends, by module and function."""

_RDF = tuple(media_type(f"page.{ending}") for ending in SERVED)
_CITED = tuple(one.type for one in CITATIONS.values())
_GIVEN: dict[str, tuple[Iterable[str], str]] = {
    "sparql.sparql": ((*ROWS, *GRAPHS, HTML), "304 400 403 406 413 415 429 503"),
    "sparql.examples": ((_JSON,), "304"),
    "sparql.void": (("text/turtle",), "304 400 404 429 503"),
    "queries.listing": ((HTML,), "304"),
    "queries.stored_query": (
        tuple(dict.fromkeys(one.types[0] for one in FORMATS.values())),
        "304 307 400 404 406 429 503",
    ),
    "openapi.description": ((_JSON,), "304"),
    "sparql.graph_store": (GRAPHS, "304 400 404 406 429 503"),
    "reconcile.reconcile": ((_JSON,), "304 400 413 415 429 503"),
    "reconcile.suggest_entity": ((_JSON,), "304 400 503"),
    "reconcile.suggest_type": ((_JSON,), "304 400"),
    "reconcile.suggest_property": ((_JSON,), "304 400"),
    "reconcile.propose": ((_JSON,), "304 400"),
    "reconcile.preview": ((HTML,), "304 400 404 503"),
    "app.health": ((_JSON,), ""),
    "metrics.metrics": (("text/plain", "application/openmetrics-text"), ""),
    "compare.compare": ((HTML,), "304 307 400 429 503"),
    "compare.drawing": (("image/svg+xml",), "304 307 400 429 503"),
    "panels.panel": ((), "304 307 400 429 501 503"),
    "search.search": ((HTML,), "304 400 429 503"),
    "ask.ask": (ASKED.values(), "304 400 406 429 503"),
    "things.thing": ((), "301 303 307 404 410"),
    "things.document": ((*_RDF, *_CITED), "303 304 307 400 404 406 410 429 503"),
    "things.release_citation": ((), "304 404"),
    "things.listing": ((), "303"),
    "things.further": ((HTML,), "304 404"),
    "things.plot": (("image/svg+xml",), "304 307 400 404 429 503"),
    "things.part": ((HTML, "image/png", "application/atom+xml"), "304 404 429 503"),
    "things.vocabulary": (_RDF, "304 406"),
    "things.vocabulary_version": ((), "303 404"),
    "things.vocabulary_file": (_RDF, "303 304 404"),
    "files.overview": (_RDF, "304 406"),
    "files.loaded": (("text/javascript", "text/css", "text/plain"), "304 404"),
    "files.file": (TYPES, "206 303 304 400 404 416"),
    "files.folder": ((), "303"),
    "files.start_of_release": ((), "303 404"),
    "files.of_release": (TYPES, "206 303 304 400 404 406 416 503"),
}
"""What the routes answer, likewise: the media types of what is asked for, if any is, and further statuses.

Where `Accept` decides, the first is what a client gets that accepts all: generated ones read an answer by it.
"""

_NAMED_THING = {
    "type": "object",
    "properties": {"id": _TEXT, "name": _TEXT, "description": _TEXT},
    "required": ["id", "name"],
}
_VALUES = {"type": ["string", "array"], "items": _TEXT}
_SUGGESTIONS = {
    "type": "object",
    "properties": {"result": {"type": "array", "items": _NAMED_THING}},
    "required": ["result"],
}
_ROUTE_SCHEMAS: dict[str, dict[str, Any]] = {
    "sparql.sparql": {"anyOf": [_schema("Results"), _schema("LinkedData")]},
    "sparql.graph_store": _schema("LinkedData"),
    "sparql.examples": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {name: _TEXT for name in ("area", "name", "question", "query")},
            "required": ["area", "name", "question", "query"],
        },
    },
    "openapi.description": {"type": "object"},
    "panels.panel": {"type": "array", "items": {"type": "object"}},
    "reconcile.reconcile": {
        "type": "object",
        "description": "The manifest, candidates by the key of each name, or rows (Reconciliation Service API 0.2).",
    },
    "reconcile.suggest_entity": _SUGGESTIONS,
    "reconcile.suggest_type": _SUGGESTIONS,
    "reconcile.suggest_property": _SUGGESTIONS,
    "reconcile.propose": {
        "type": "object",
        "properties": {"properties": {"type": "array", "items": _NAMED_THING}},
        "required": ["properties"],
    },
    "app.health": {
        "type": "object",
        "properties": {"status": _TEXT, "release": {"type": ["string", "null"]}, "state": _TEXT},
        "required": ["status", "release", "state"],
    },
    "ask.ask": {
        "type": "object",
        "description": "What was understood, and the rows of the answer; or why the question is declined.",
        "properties": {
            "understood": {**_TEXT, "description": "the question restated; empty where it is declined"},
            "query": {"type": ["string", "null"], "description": "the stored query; null where it is declined"},
            "parameters": {"type": "object", "additionalProperties": _VALUES},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "alternatives": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"query": _TEXT, "parameters": {"type": "object", "additionalProperties": _VALUES}},
                    "required": ["query", "parameters"],
                },
            },
            "reason": _TEXT,
            "columns": {"type": "array", "items": _TEXT},
            "rows": {
                "type": "array",
                "items": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}},
            },
        },
        "required": ["understood", "query", "parameters", "confidence", "alternatives", "reason"],
    },
    f"/{LIST}": {"type": "array", "items": {"type": "array", "items": _TEXT}},
    f"/{MANIFEST}": {"type": "object"},
}
"""What routes answer in `application/json`, by module and function, or by path."""

_LOCATION = {"Location": {"required": True, "schema": {"type": "string", "format": "uri-reference"}}}
_SAID = {
    "206": {"$ref": "#/components/responses/Part"},
    "301": {"description": "it was merged into another thing", "headers": _LOCATION},
    "303": {"description": "the answer is at another address", "headers": _LOCATION},
    "307": {
        "description": "the same request, with slugs and dates in their exact form, is at another address",
        "headers": _LOCATION,
    },
    "304": {"description": "the client has the newest version"},
}
_REFUSED = {"$ref": "#/components/responses/Problem"}


async def description(request: Request) -> Response:
    """Describe what this server answers, in OpenAPI 3.1."""
    state: State = request.scope["served"]
    graph = state.graph
    make = partial(openapi, graph.workspace.settings.title, graph.queries, request.app.routes)
    return await respond(request, (state.current.tag, "openapi"), make, _JSON)


def openapi(title: str, queries: Mapping[str, StoredQuery], routes: Sequence[BaseRoute]) -> bytes:
    """Write the document as JSON: each stored query with its parameters, and the routes by their docstrings.

    A stored query stands at its address with the ending of JSON: that gives the rows whatever a client accepts, and
    those that are generated from this document accept all, which gives the page at the address without an ending.
    """
    paths: dict[str, dict[str, Any]] = {}
    for query in queries.values():
        ending = "json" if "json" in data_formats(query) else "jsonld"
        for name in (query.name, *query.aliases):
            paths[f"/query/{name}.{ending}"] = {"get": _operation(query, name, ending)}
    for route in routes:
        if isinstance(route, Route) and route.include_in_schema:
            paths.setdefault(route.path_format, {}).update(_described(route))
    document = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM, "Results": _RESULTS, "Term": _TERM, "LinkedData": _LINKED_DATA},
            "parameters": {"release": _RELEASE},
            "responses": {
                "Problem": _response("the request cannot be answered", ("application/problem+json", HTML)),
                "Part": {
                    "description": "the part requested, which alone is no JSON where the whole is",
                    "content": {kind: {} for kind in (*TYPES, "multipart/byteranges")},
                },
            },
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _operation(query: StoredQuery, name: str, ending: str) -> dict[str, Any]:
    """Describe the operation of a stored query under its name, or an old one, in the format of an ending."""
    columns = "".join(f"\n- `{name}`: {meaning}" for name, meaning in query.columns.items())
    asked = f"\n\nFor example `{query_address(f'{query.name}.{ending}', example(query))}`." if example(query) else ""
    others = ", ".join(f"`.{one}`" for one in formats(query) if one != ending)
    chosen = f"\n\nOther endings give other formats: {others}. Without an ending, `Accept` decides."
    parameters = [parameter_object(parameter) for parameter in other_parameters(query, name)]
    parameters += [{**parameter_object(one), "deprecated": True} for one in old_parameters(query, name)]
    return {
        "operationId": name,
        **({"deprecated": True} if name != query.name else {}),
        "summary": query.summary,
        "description": query.question + (f"\n\nColumns:\n{columns}" if columns else "") + asked + chosen,
        "tags": list(query.tags),
        "parameters": [*parameters, {"$ref": "#/components/parameters/release"}],
        "responses": {
            "200": _response("the answer", data_formats(query)[ending].types[:1]),
            **_responses("304 307 400 404 429 503"),
        },
    }


def _responses(statuses: str) -> dict[str, Any]:
    return {status: _SAID.get(status, _REFUSED) for status in statuses.split()}


def _response(description: str, types: Iterable[str], json_schema: dict[str, Any] | None = None) -> dict[str, Any]:
    schemas = _SCHEMAS if json_schema is None else {**_SCHEMAS, _JSON: json_schema}
    found = {kind: schemas.get(kind) or (_TEXT if kind.startswith("text/") else None) for kind in types}
    content = {kind: {"schema": schema} if schema else {} for kind, schema in found.items()}
    return {"description": description, "content": content}


def parameter_object(parameter: Parameter) -> dict[str, Any]:
    """Describe a parameter of a stored query as one of an operation, with its JSON Schema."""
    schema: dict[str, Any] = {"type": "integer"} if parameter.type == "integer" else {"type": "string", "minLength": 1}
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
    is_needed = parameter.required and parameter.default is None
    found |= {"required": True} if is_needed else {"allowEmptyValue": True}
    return found | ({"example": value} if value is not None else {})


def _described(route: Route) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the operations of another route, by method."""
    function = route.endpoint.func if isinstance(route.endpoint, partial) else route.endpoint
    key = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT} for name in route.param_convertors
    ]
    parameters += [
        {"name": name, "in": "query", "description": told, "schema": schema}
        | ({"allowEmptyValue": True} if schema.get("type") == "integer" else {})
        for name, (told, schema) in _PARAMETERS.get(key, {}).items()
    ]
    types, statuses = _GIVEN[key]
    if key == "things.release_citation":
        types = (CITATIONS[route.path_format.partition(".")[2]].type,)
    elif key == "panels.panel":
        types = (PANELS[route.path_format.partition(".")[2]],)
    elif key == "ask.ask" and "." in route.path_format:
        types = (ASKED[route.path_format.partition(".")[2]],)
    elif key == "files.file" and not route.path_format.endswith("}"):
        types = (media_type(route.path_format),)
    json_schema = _ROUTE_SCHEMAS.get(key) or _ROUTE_SCHEMAS.get(route.path_format)
    responses = {"200": _response("the answer", types, json_schema)} if types else {}
    summary = (getdoc(function) or "").partition("\n")[0]
    body = {"requestBody": {"required": True, "content": _BODIES.get(key, {})}}
    operation = {"summary": summary, "parameters": parameters, "responses": responses | _responses(statuses)}
    for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
        yield method.lower(), {**operation, **(body if method == "POST" else {})}


ROUTES = [Route("/openapi.json", description)]
