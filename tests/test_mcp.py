"""`foc mcp`, asked by the client of PyPI `mcp` over standard input and output."""

from __future__ import annotations

import asyncio
import csv
import io
import sys
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import jsonschema
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from foc_graph.graph import Graph
from tests.support import ROOT
from tests.support.commands import foc_process
from tests.support.kernels import without

SECONDS = 60
T = TypeVar("T")


@pytest.fixture
def ask(cache: Path, tmp_path: Path) -> Callable[..., Any]:
    """Have a client do something with a server of its own, which takes options."""

    def ask(work: Callable[[Client], Awaitable[T]], *options: str, lacking: Collection[str] = ()) -> T:
        async def asked() -> T:
            foc = [*without(lacking), sys.executable, "-m", "foc_graph", "--workspace", str(ROOT)]
            program, *arguments = [*foc, "mcp", *options]
            parameters = StdioServerParameters(
                command=program, args=arguments, env={"FOC_CACHE": str(cache)}, cwd=tmp_path
            )
            async with asyncio.timeout(SECONDS), Client(stdio_client(parameters)) as client:
                return await work(client)

        return asyncio.run(asked())

    return ask


def texts(result: Any) -> list[str]:
    return [content.text for content in result.content]


def test_every_stored_query_is_a_tool_whose_schema_takes_what_its_examples_ask(ask: Any, graph: Graph) -> None:
    tools = {tool.name: tool for tool in ask(lambda client: client.list_tools()).tools}
    assert tools.keys() == {*graph.queries, "describe", "sparql"}
    for name, query in graph.queries.items():
        jsonschema.Draft202012Validator.check_schema(tools[name].input_schema)
        assert query.question in tools[name].description
        assert all(f"- {column}: " in tools[name].description for column in query.columns)
        for expected in query.expect:
            jsonschema.validate(expected["with"], tools[name].input_schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"as_of": "2015"}, tools["members"].input_schema)
    assert all(tool.annotations.read_only_hint for tool in tools.values())


def test_tools_answer_as_the_library_does(ask: Any, graph: Graph) -> None:
    calls = [
        ("members", {"coalition": "foc", "as_of": "2015-05-04"}),
        ("describe", {"thing": "wg1"}),
        ("sparql", {"query": "SELECT ?group ?name WHERE { ?group a coal:WorkingGroup ; skos:prefLabel ?name }"}),
        ("sparql", {"query": "ASK { ?s a coal:Coalition }"}),
        ("sparql", {"query": "CONSTRUCT WHERE { ?s a coal:Coalition }"}),
    ]

    async def work(client: Client) -> list[Any]:
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    members, described, groups, truth, built = ask(work)
    assert not any(result.is_error for result in (members, described, groups, truth, built))
    rows = list(csv.DictReader(io.StringIO(texts(members)[0])))
    names = [row["name"] for row in graph.rows("members", coalition="foc", as_of="2015-05-04")]
    assert [row["name"] for row in rows] == names and len(texts(members)) == 1
    assert texts(described) == [graph.describe("wg1").serialise("ttl").decode()]
    expected = graph.sparql(calls[2][1]["query"])
    assert len(list(csv.DictReader(io.StringIO(texts(groups)[0])))) == len(expected)
    assert texts(truth) == ["true"]
    assert texts(built) == [graph.sparql(calls[4][1]["query"]).serialise("ttl").decode()]


def test_names_and_dates_as_people_write_them_are_read_and_said(ask: Any, graph: Graph) -> None:
    async def work(client: Client) -> list[Any]:
        calls = [("members", {"coalition": "FOC", "as_of": "May 2015"}), ("describe", {"thing": "WG 1"})]
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    members, described = ask(work)
    rows = list(csv.DictReader(io.StringIO(texts(members)[0])))
    assert len(rows) == len(graph.rows("members", coalition="foc", as_of="2015-05"))
    assert texts(members)[1:] == [
        "'FOC' is read as foc (Freedom Online Coalition).",
        "'May 2015' is read as 2015-05.",
    ]
    assert texts(described)[0] == graph.describe("foc/wg1").serialise("ttl").decode()
    assert texts(described)[1].startswith("'WG 1' is read as foc/wg1 (")


def test_old_names_of_tools_and_arguments_answer(ask: Any, graph: Graph) -> None:
    calls = [
        (old, {names.get(parameter, parameter): value for parameter, value in query.expect[0]["with"].items()})
        for query in graph.queries.values()
        for old, renamed in query.aliases.items()
        for names in [{new: was for was, new in renamed.items()}]
    ]
    expected = [query for query in graph.queries.values() for _ in query.aliases]

    async def work(client: Client) -> list[Any]:
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    for answer, query in zip(ask(work), expected, strict=True):
        rows = graph.rows(query.name, **query.expect[0]["with"])
        assert len(list(csv.DictReader(io.StringIO(texts(answer)[0])))) == len(rows) > 0


def test_it_serves_what_its_options_name(ask: Any, tmp_path: Path) -> None:
    data = tmp_path / "data.nt"
    data.write_text("<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n")
    query = "SELECT ?o WHERE { <http://example.org/a> ?p ?o }"
    answer = ask(lambda client: client.call_tool("sparql", {"query": query}), "--data", str(data))
    assert texts(answer) == ["o\nhttp://example.org/c\n"]


def test_an_answer_that_is_cut_off_says_so(ask: Any, graph: Graph) -> None:
    query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1234"

    async def work(client: Client) -> list[Any]:
        construct = query.replace("SELECT ?s ?p ?o", "CONSTRUCT { ?s ?p ?o }")
        return [await client.call_tool("sparql", {"query": one}) for one in (query, construct)]

    rows, triples = ask(work)
    assert len(list(csv.reader(io.StringIO(texts(rows)[0])))) == 201
    assert texts(rows)[1].startswith("Cut off: these are 200 of 1,234 rows.")
    assert "Cut off: these are 200 of" in texts(triples)[1]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("membres", {}, "unknown tool 'membres': did you mean members"),
    ("members", {}, "members needs coalition"),
    ("members", {"coalition": "fox"}, "did you mean foc"),
    ("members", {"coalition": "foc", "when": "2015"}, "unknown parameter of members 'when'"),
    ("members", {"coalition": "foc", "as_of": "last year"}, "as_of"),
    ("describe", {}, "describe takes one argument, `thing`"),
    ("describe", {"thing": "wg-9"}, "unknown thing 'wg-9'"),
    ("sparql", {"query": "SELECT"}, "query:1:7: not a SPARQL 1.1 query"),
    ("sparql", {"query": ["ASK {}"]}, "sparql takes one argument, `query`, which is a text"),
    ("sparql", {"query": "ASK { SERVICE <http://127.0.0.1/> { } }"}, "SERVICE"),
    ("coalitions", {"allow_service": "x"}, "unknown parameter of coalitions 'allow_service'"),
    ("sparql", {"query": "CLEAR ALL"}, "the graph is read-only here"),
    ("sparql", {"query": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"}, "the answer is too large for this server"),
]


def test_what_is_wrong_is_told_to_the_model_and_the_server_answers_on(ask: Any) -> None:
    async def work(client: Client) -> list[Any]:
        return [await client.call_tool(tool, given) for tool, given, _ in [*WRONG, ("sparql", {"query": "ASK {}"}, "")]]

    *results, after = ask(work)
    told = [(problem, texts(result)[0]) for result, (_, _, problem) in zip(results, WRONG, strict=True)]
    assert all(result.is_error for result in results)
    assert [pair for pair in told if pair[0] not in pair[1]] == []
    assert texts(after) == ["true"]


@pytest.mark.parametrize("options", [(), ("--unconfined",)])
def test_without_confinement_queries_of_the_model_are_refused_unless_asked_for(
    ask: Any, options: tuple[str, ...]
) -> None:
    async def work(client: Client) -> list[Any]:
        calls = [("sparql", {"query": "ASK {}"}), ("coalitions", {})]
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    own, stored = ask(work, *options, lacking=("landlock",))
    assert not stored.is_error
    if options:
        assert texts(own) == ["true"]
    else:
        assert own.is_error and "kernel lacks Landlock" in texts(own)[0]


def test_vocabulary_and_queries_are_resources(ask: Any, graph: Graph) -> None:
    async def work(client: Client) -> list[tuple[Any, str]]:
        listed = (await client.list_resources()).resources
        return [(one, (await client.read_resource(one.uri)).contents[0].text) for one in listed]

    read = {resource.uri: (resource.mime_type, text) for resource, text in ask(work)}
    vocabulary = (ROOT / "ontology" / "coalition.ttl").read_text("utf-8")
    assert read["foc://ontology/coalition.ttl"] == ("text/turtle", vocabulary)
    assert "foc://ontology/concepts/role.ttl" in read and not any("shapes" in uri for uri in read)
    for name, query in graph.queries.items():
        kind, text = read[f"foc://queries/{name}.rq"]
        assert kind == "application/sparql-query" and query.text in text


def test_an_unknown_resource_is_told(ask: Any) -> None:
    async def work(client: Client) -> str:
        with pytest.raises(MCPError) as told:
            await client.read_resource("foc://ontology/coalitions.ttl")
        return str(told.value)

    assert "did you mean foc://ontology/coalition.ttl" in ask(work)


def test_it_ends_when_its_client_leaves() -> None:
    done = foc_process("mcp")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
