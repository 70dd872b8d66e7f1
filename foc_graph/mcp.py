"""The graph for language models: a server of the Model Context Protocol (https://modelcontextprotocol.io) over stdio.

Tools find things by name, answer a question in words, ask the stored queries, describe a thing, say why the graph says
something, and ask SPARQL; resources are the list of the stored queries with the text of each, and the vocabulary with
its concepts.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from types import MappingProxyType
from typing import Any

import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from starlette.concurrency import run_in_threadpool

from foc_graph import __version__
from foc_graph.errors import FocGraphError, ParameterError, ServiceError, UnknownNameError
from foc_graph.graph import Graph
from foc_graph.graph.remarks import explain_empty
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.aliases import find_query, present
from foc_graph.queries.binding import Bound
from foc_graph.queries.counts import write_count
from foc_graph.queries.model import Parameter, StoredQuery, by_area
from foc_graph.queries.resolve import Reading
from foc_graph.questions.scoring import Call
from foc_graph.rdf.parser import read_text
from foc_graph.sandbox.pool import TaskError
from foc_graph.server.evaluation import evaluate
from foc_graph.server.openapi import parameter_object
from foc_graph.server.snapshot import Settings, Snapshot
from foc_graph.server.state import State
from foc_graph.store.embedded import parse_error
from foc_graph.store.results import Result, Rows, Triples, Value, python_value
from foc_graph.workspace.settings import INCLUDED

MOST = 200
"""Most rows or triples that one answer shows."""

LIMITS = Settings(answer=4 * 2**20, processes=1)
"""The limits of a query of `sparql`."""

_SCHEME = "foc://"
_QUERIES = f"{_SCHEME}queries"
_INSTRUCTIONS = (
    "A sourced record of coalitions that shape the internet: members, bodies, mandates, events, documents, and which "
    "source says so. Look names up with `find`. `ask` answers a question in words, or declines it: check how it was "
    "understood. Answer with `query` where a stored query fits; for other questions "
    f"ask `sparql`, with the vocabulary in {_SCHEME}ontology/coalition.ttl and the queries in {_QUERIES}/ as examples. "
    "`why` gives the sources of a fact: cite them."
)
_OWN = {"find": "search", "why": "why"}
"""The stored queries that are tools of their own, by the names of these."""

_READING = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


async def serve(settings: Settings, snapshot: Snapshot) -> None:
    """Answer the client at standard input and output from what the settings name, opened, until it leaves.

    Raises:
        FocGraphError: if the process for queries does not start.
    """
    state = await State.open(settings, snapshot=snapshot)
    try:
        server = Tools(state).server
        async with stdio_server() as (source, target):
            await server.run(source, target, server.create_initialization_options())
    finally:
        await state.end()


class Tools:
    """The tools and resources of one state of the graph, and the `server` that gives them to a client."""

    def __init__(self, state: State) -> None:
        self._state, self._graph = state, state.graph
        self._resources = {resource.uri: (resource, text) for resource, text in _resources(state.graph)}
        self._tools = {tool.name: tool for tool in _tools(state.graph.queries)}
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
            return await self._answer(asked.name, asked.arguments or {})
        except FocGraphError as error:
            return types.CallToolResult(content=[_text(str(error))], is_error=True)

    async def _answer(self, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
        """Return the answer of a tool."""
        if name not in self._tools:
            raise UnknownNameError("tool", name, self._tools, otherwise=f"there are {', '.join(self._tools)}")
        given = {key: value for key, value in arguments.items() if value is not None}
        if name in _OWN:
            return await self._ask(_OWN[name], given)
        if name == "query":
            wanted, parameters = given.pop("name", None), given.pop("parameters", {})
            if given or not isinstance(wanted, str) or not isinstance(parameters, dict):
                raise ParameterError("query takes `name`, a text, and `parameters`, an object with those of the query")
            return await self._ask(wanted, {key: value for key, value in parameters.items() if value is not None})
        (parameter,) = self._tools[name].input_schema["properties"]
        if given.keys() != {parameter} or not isinstance(given[parameter], str):
            raise ParameterError(f"{name} takes one argument, `{parameter}`, which is a text")
        if name == "sparql":
            return _show(await self._evaluate(given[parameter]))
        if name == "ask":
            return await self._ask_in_words(given[parameter])
        reading = await run_in_threadpool(self._graph.read, "thing", given[parameter])
        return _show(await run_in_threadpool(self._graph.describe, reading.exact), _notes([reading]))

    async def _ask(self, name: str, given: Mapping[str, Any]) -> types.CallToolResult:
        """Ask a stored query."""
        query = find_query(self._graph.queries, name)
        if query is None:
            raise UnknownNameError("query", name, self._graph.queries, otherwise=f"{_QUERIES} lists them")
        given = present(query, name.replace("-", "_").lower(), given)
        try:
            bound = await run_in_threadpool(self._graph.bind, query.name, **given)
        except FocGraphError as error:
            needed = {one.name for one in query.parameters if one.required and one.default is None}
            if needed <= given.keys() <= {one.name for one in query.parameters}:
                raise
            raise ParameterError(f"{error}; {_usage(query)}") from error
        result = await run_in_threadpool(self._graph.run, bound)
        return await self._show_answer(bound, result)

    async def _show_answer(self, bound: Bound, result: Result) -> types.CallToolResult:
        """Show the answer of a stored query; columns that repeat another under an old name are left out."""
        query, notes = bound.query, _notes(one for found in bound.readings.values() for one in found)
        if not isinstance(result, Rows):
            return _show(result, notes)
        if not len(result) and (remark := await run_in_threadpool(explain_empty, self._graph, bound)):
            notes.append(f"No rows: {remark.text}.")
        elif len(result) and (counted := await run_in_threadpool(write_count, query, list(result))):
            notes.append(f"{counted}.")
        columns = {column: meaning for column, meaning in query.columns.items() if column not in query.renamed}
        return _show(result.select(list(columns)), notes, columns)

    async def _ask_in_words(self, question: str) -> types.CallToolResult:
        """Answer a question in words, after what was understood; or say why not, and what may be meant."""
        answer = await run_in_threadpool(self._state.ask, await self._state.question_reader(), question)
        about = answer.to_json(run=False)
        if answer.call is None:
            others = [f"{answer.restate(call)}: {_write_call(call)}" for call in answer.alternatives]
            texts = [f"Not answered: {answer.reason}.", *others]
            return types.CallToolResult(content=[*map(_text, texts)], structured_content={**about, "notes": []})
        bound = await run_in_threadpool(self._graph.bind, answer.call.query, **answer.call.parameters)
        sentence = await run_in_threadpool(getattr, answer, "sentence")
        assert answer.result is not None
        shown = await self._show_answer(bound, answer.result)
        texts = [f"{answer.understood}: {_write_call(answer.call)}", *filter(None, [sentence])]
        shown.content[:0] = map(_text, texts)
        shown.structured_content = {**about, "sentence": sentence, **(shown.structured_content or {})}
        return shown

    async def _evaluate(self, query: str) -> Result:
        """Ask in the sandbox."""
        if self._state.refusal:
            raise ServiceError(self._state.refusal)
        try:
            return await evaluate(self._state.sandbox, query, self._graph.base, "")
        except TaskError as error:
            raise parse_error(query, str(error)) if error.kind == "syntax" else error from error


def _write_call(call: Call) -> str:
    """Write a call as one of the tool `query`."""
    return f"query {json.dumps({'name': call.query, 'parameters': {**call.parameters}}, ensure_ascii=False)}"


def _usage(query: StoredQuery) -> str:
    """Say which parameters a query takes."""
    return f"{query.name} takes {', '.join(map(_explain, query.parameters)) or 'no parameters'}"


def _explain(parameter: Parameter) -> str:
    details = ["required"] if parameter.required else []
    if parameter.example:
        example = parameter.example.split() if parameter.repeatable else parameter.example
        details.append(f"for example {json.dumps(example)}")
    return f"{parameter.name} ({', '.join(details)})" if details else parameter.name


def _notes(readings: Iterable[Reading]) -> list[str]:
    """Say how values were read that are not exact."""
    return [f"{one}." for one in readings if one.words]


def _show(
    result: Result, notes: Sequence[str] = (), meanings: Mapping[str, str] = MappingProxyType({})
) -> types.CallToolResult:
    """Show a result as data, and as texts: rows as CSV with the meanings of the columns, a graph as Turtle."""
    data: dict[str, Any]
    if isinstance(result, bool):
        texts, data = [str(result).lower()], {"truth": result}
    elif isinstance(result, Rows):
        explained = "\n".join(f"{column}: {meaning}" for column, meaning in meanings.items())
        texts = [_csv(result), *filter(None, [explained])]
        rows = [dict(zip(result.columns, map(_value, row), strict=True)) for row in result.terms[:MOST]]
        data = {
            "columns": {column: meanings.get(column, "") for column in result.columns},
            "rows": [{column: value for column, value in row.items() if value is not None} for row in rows],
            "total": len(result),
        }
    else:
        texts = [Triples(sorted(result, key=str)[:MOST], PREFIXES).serialise("ttl").decode()]
        data = {"turtle": texts[0], "total": len(result)}
    if data.get("total", 0) > MOST:
        what = f"{data['total']:,} {'rows' if 'rows' in data else 'triples'}"
        cut = f"Cut off: these are {MOST} of {what}. Ask for less, or with LIMIT and OFFSET in `sparql`."
        notes = [cut, *notes]
    return types.CallToolResult(content=[*map(_text, (*texts, *notes))], structured_content={**data, "notes": [*notes]})


def _text(text: str) -> types.TextContent:
    return types.TextContent(text=text)


def _value(term: Value) -> Any:
    """Return the value of a term, as JSON can hold it."""
    value = python_value(term)
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def _csv(rows: Rows) -> str:
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(rows.columns)
    for row in rows.terms[:MOST]:
        writer.writerow("" if term is None else getattr(term, "value", term) for term in row)
    return output.getvalue()


_TEXT = {"type": "string"}
_OUTPUT: dict[str, dict[str, Any]] = {
    "columns": {"type": "object", "additionalProperties": _TEXT, "description": "columns with their meanings"},
    "rows": {"type": "array", "items": {"type": "object"}, "description": "values by column, where there is one"},
    "turtle": _TEXT,
    "truth": {"type": "boolean"},
    "total": {"type": "integer", "description": f"of all rows or triples, of which the first {MOST} are shown"},
    "notes": {"type": "array", "items": _TEXT},
    "understood": {**_TEXT, "description": "the question restated; empty if declined"},
    "query": {"type": ["string", "null"]},
    "parameters": {"type": "object"},
    "confidence": {"type": "number"},
    "alternatives": {"type": "array"},
    "reason": _TEXT,
    "sentence": _TEXT,
}
_UNDERSTOOD = ("understood", "query", "parameters", "confidence", "alternatives", "reason")
_ROWS = ("columns", "rows", "total")
_GRAPH = ("turtle", "total")


def _tool(
    name: str, description: str, properties: dict[str, Any], required: Sequence[str], *forms: Sequence[str]
) -> types.Tool:
    """Describe a tool that answers in one of the forms."""
    schema = {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}
    shown = {key: _OUTPUT[key] for key in (*dict.fromkeys(key for form in forms for key in form), "notes")}
    always = [key for key in shown if all(key in (*form, "notes") for form in forms)]
    output = {"type": "object", "properties": shown, "required": always}
    return types.Tool(
        name=name, description=description, input_schema=schema, output_schema=output, annotations=_READING
    )


def _tools(queries: Mapping[str, StoredQuery]) -> Iterator[types.Tool]:
    """Describe the tools for some stored queries."""
    for name, own in _OWN.items():
        if own in queries:
            described = {one.name: parameter_object(one) for one in queries[own].parameters}
            properties = {key: {"description": one["description"], **one["schema"]} for key, one in described.items()}
            required = [key for key, one in described.items() if one.get("required")]
            yield _tool(name, queries[own].question, properties, required, _ROWS)
    about = "Answer a question in English, French, German or Spanish by the stored query that it asks, or say why not."
    yield _tool("ask", about, {"question": _TEXT}, ["question"], _UNDERSTOOD, (*_UNDERSTOOD, "sentence", *_ROWS))
    others = by_area(query for query in queries.values() if query.name not in _OWN.values())
    listed = "".join(f"\n\n{area}:{''.join(map(_line, found))}" for area, found in others.items())
    properties = {
        "name": {**_TEXT, "description": "the name of the query"},
        "parameters": {
            "type": "object",
            "description": "its parameters by name; a thing by its name, acronym, slug or IRI, a date such as 2015-05",
        },
    }
    yield _tool(
        "query",
        f"Answer one of these questions. Parameters that end in ? are optional, those in ... take a list.{listed}",
        properties,
        ["name"],
        _ROWS,
        _GRAPH,
    )
    thing = {**_TEXT, "description": "a slug such as foc/wg1 or government/ee, a CURIE, an IRI or a name"}
    yield _tool("describe", "Everything that is said about one thing, as Turtle.", {"thing": thing}, ["thing"], _GRAPH)
    about = (
        "Ask a SPARQL 1.1 query of your own; it cannot change anything. The default graph is the union of all graphs, "
        "and the usual prefixes need not be declared. SERVICE is refused."
    )
    query = {**_TEXT, "description": "a SELECT, ASK, CONSTRUCT or DESCRIBE query"}
    yield _tool("sparql", about, {"query": query}, ["query"], _ROWS, _GRAPH, ("truth",))


def _line(query: StoredQuery) -> str:
    """Write a stored query in a line of the list."""
    marks = (f"{one.name}{'...' * one.repeatable}{'?' * (not one.required)}" for one in query.parameters)
    return f"\n- {query.name}({', '.join(marks)}): {query.question}"


def _describe_query(query: StoredQuery) -> str:
    """Describe a stored query, with its parameters and columns, in Markdown."""
    parameters = (f"\n- {one.name}: {one.description}{' (required)' * one.required}" for one in query.parameters)
    columns = (f"\n- {column}: {meaning}" for column, meaning in query.columns.items() if column not in query.renamed)
    lists = {"Parameters": "".join(parameters), "Columns": "".join(columns)}
    return f"## {query.name}\n\n{query.question}\n" + "".join(
        f"\n{heading}:\n{listed}\n" for heading, listed in lists.items() if listed
    )


def _resources(graph: Graph) -> Iterator[tuple[types.Resource, str]]:
    """Give the resources and their texts."""
    workspace = graph.workspace
    for path in workspace.data_files:
        uri = f"{_SCHEME}{workspace.name(path).removeprefix(INCLUDED)}"
        if uri.startswith(f"{_SCHEME}ontology/"):
            yield types.Resource(name=path.name, uri=uri, mime_type="text/turtle"), read_text(path, path.name)
    about = "The stored queries, with their parameters and columns"
    resource = types.Resource(name="queries", description=about, uri=_QUERIES, mime_type="text/markdown")
    yield resource, "\n".join(map(_describe_query, graph.queries.values()))
    for query in graph.queries.values():
        name, kind = f"{query.name}.rq", "application/sparql-query"
        resource = types.Resource(name=name, description=query.summary, uri=f"{_QUERIES}/{name}", mime_type=kind)
        yield resource, f"# {query.question}\n{query.text}"
