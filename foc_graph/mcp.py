"""The graph for language models: a server of the Model Context Protocol (https://modelcontextprotocol.io) over stdio.

Tools are the stored queries by their names, `describe` and `sparql`; resources are the vocabulary with its concepts,
and the text of each stored query as an example of how to ask.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from starlette.concurrency import run_in_threadpool

from foc_graph import __version__
from foc_graph.errors import FocGraphError, ServiceError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.aliases import find_query, present
from foc_graph.queries.model import StoredQuery
from foc_graph.queries.resolve import Reading
from foc_graph.rdf.parser import read_text
from foc_graph.sandbox.pool import QueryError
from foc_graph.server.openapi import parameter_object
from foc_graph.server.snapshot import Settings, Snapshot
from foc_graph.server.state import State
from foc_graph.sparql.public import check
from foc_graph.store.embedded import parse_error
from foc_graph.store.results import Result, Rows, Triples
from foc_graph.workspace.settings import INCLUDED

MOST = 200
"""Most rows or triples that one answer shows."""

LIMITS = Settings(answer=4 * 2**20, processes=1)
"""The limits of a query of `sparql`."""

_SCHEME = "foc://"
_INSTRUCTIONS = (
    "A sourced record of coalitions that shape the internet: members, bodies, mandates, events, documents, and which "
    "source says so. Look names up with `search`. Prefer the tools for stored questions; for others ask `sparql`, with "
    f"the vocabulary in {_SCHEME}ontology/coalition.ttl and the queries in {_SCHEME}queries/ as examples. `why` gives "
    "the sources of a fact: cite them."
)
_READING = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


async def serve(settings: Settings, snapshot: Snapshot) -> None:
    """Answer the client at standard input and output from what the settings name, opened, until it leaves.

    Raises:
        FocGraphError: if the process for queries does not start.
    """
    state = await State.open(settings, snapshot=snapshot)
    try:
        server = _Tools(state).server
        async with stdio_server() as (source, target):
            await server.run(source, target, server.create_initialization_options())
    finally:
        await state.end()


class _Tools:
    """Answers what a client asks of one state of the graph."""

    def __init__(self, state: State) -> None:
        self._state, self._graph = state, state.graph
        self._resources = {resource.uri: (resource, text) for resource, text in _resources(state.graph)}
        tools = [_described(), _sparql(), *map(_stored, state.graph.queries.values())]
        self._tools = {tool.name: tool for tool in tools}
        self.server: Server[Any] = Server(
            "foc-graph",
            version=__version__,
            title=state.graph.workspace.settings.title,
            instructions=_INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_read_resource=self._read_resource,
        )

    async def _list_tools(self, _: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(self._tools.values()))

    async def _list_resources(self, _: Any, __: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[resource for resource, _ in self._resources.values()])

    async def _read_resource(self, _: Any, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        if asked.uri not in self._resources:
            problem = UnknownNameError("resource", asked.uri, self._resources, otherwise="list the resources")
            raise MCPError(types.INVALID_PARAMS, str(problem))
        resource, text = self._resources[asked.uri]
        content = types.TextResourceContents(uri=asked.uri, mime_type=resource.mime_type, text=text)
        return types.ReadResourceResult(contents=[content])

    async def _call_tool(self, _: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            result, readings = await self._answer(asked.name, asked.arguments or {})
        except FocGraphError as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)
        texts = [*_texts(result), *(f"{one}." for one in readings if one.words)]
        return types.CallToolResult(content=[types.TextContent(text=text) for text in texts])

    async def _answer(self, name: str, arguments: Mapping[str, Any]) -> tuple[Result, list[Reading]]:
        """Return the answer of a tool, and how its arguments were read."""
        given = {key: value for key, value in arguments.items() if value is not None}
        if query := find_query(self._graph.queries, name):
            given = present(query, name, given)
            known = self._tools[query.name].input_schema["properties"]
            if unknown := given.keys() - known.keys():
                raise UnknownNameError(f"parameter of {query.name}", min(unknown), known)
            bound = await run_in_threadpool(self._graph.bind, query.name, **given)
            readings = [one for found in bound.readings.values() for one in found]
            return await run_in_threadpool(self._graph.ask, bound), readings
        if name not in self._tools:
            raise UnknownNameError("tool", name, self._tools, otherwise="list the tools")
        (parameter,) = self._tools[name].input_schema["properties"]
        if given.keys() != {parameter} or not isinstance(given[parameter], str):
            raise FocGraphError(f"{name} takes one argument, `{parameter}`, which is a text")
        if name == "describe":
            reading = await run_in_threadpool(self._graph.read, "thing", given[parameter])
            return await run_in_threadpool(self._graph.describe, reading.exact), [reading]
        return await self._evaluated(given[parameter]), []

    async def _evaluated(self, query: str) -> Result:
        """Ask in the sandbox."""
        if self._state.refusal:
            raise ServiceError(self._state.refusal)
        check(query, PREFIXES)
        try:
            return await self._state.sandbox.query(query, self._graph.base, "")
        except QueryError as error:
            raise parse_error(query, str(error)) if error.kind == "syntax" else error from error


def _texts(result: Result) -> list[str]:
    """Write a result as text: rows as CSV, a graph as Turtle, and a note where it is cut off."""
    if isinstance(result, bool):
        return [str(result).lower()]
    if isinstance(result, Rows):
        return [_csv(result), *_cut(len(result), "rows")]
    return [Triples(sorted(result, key=str)[:MOST], PREFIXES).serialise("ttl").decode(), *_cut(len(result), "triples")]


def _cut(count: int, what: str) -> list[str]:
    if count <= MOST:
        return []
    return [f"Cut off: these are {MOST} of {count:,} {what}. Ask for less, or with LIMIT and OFFSET in `sparql`."]


def _csv(rows: Rows) -> str:
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(rows.columns)
    for row in rows.terms[:MOST]:
        writer.writerow("" if term is None else getattr(term, "value", term) for term in row)
    return output.getvalue()


def _tool(name: str, description: str, properties: dict[str, Any], required: list[str]) -> types.Tool:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return types.Tool(name=name, description=description, input_schema=schema, annotations=_READING)


def _described() -> types.Tool:
    thing = {"type": "string", "description": "a slug such as foc/wg1 or government/ee, a CURIE, an IRI or a name"}
    return _tool("describe", "All that is said of one thing, as Turtle.", {"thing": thing}, ["thing"])


def _sparql() -> types.Tool:
    about = (
        "Ask a SPARQL 1.1 query of your own; it cannot change anything. The default graph is the union of all graphs, "
        "and the usual prefixes need not be declared. SERVICE is refused."
    )
    query = {"type": "string", "description": "a SELECT, ASK, CONSTRUCT or DESCRIBE query"}
    return _tool("sparql", about, {"query": query}, ["query"])


def _stored(query: StoredQuery) -> types.Tool:
    columns = "".join(f"\n- {column}: {meaning}" for column, meaning in query.columns.items())
    described = {parameter.name: parameter_object(parameter) for parameter in query.parameters}
    properties = {name: {"description": one["description"], **one["schema"]} for name, one in described.items()}
    required = [name for name, one in described.items() if one.get("required")]
    result = f"Columns:{columns}" if columns else "The result is a graph."
    return _tool(query.name, f"{query.question}\n\n{result}", properties, required)


def _resources(graph: Graph) -> Iterator[tuple[types.Resource, str]]:
    """Give the resources and their texts."""
    workspace = graph.workspace
    for path in workspace.data_files:
        uri = f"{_SCHEME}{workspace.name(path).removeprefix(INCLUDED)}"
        if uri.startswith(f"{_SCHEME}ontology/"):
            yield types.Resource(name=path.name, uri=uri, mime_type="text/turtle"), read_text(path, path.name)
    for query in graph.queries.values():
        name, kind = f"{query.name}.rq", "application/sparql-query"
        resource = types.Resource(name=name, description=query.summary, uri=f"{_SCHEME}queries/{name}", mime_type=kind)
        yield resource, f"# {query.question}\n{query.text}"
