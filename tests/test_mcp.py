"""`foc mcp`, asked by the client of PyPI `mcp`: in this process, and once over standard input and output."""

import asyncio
import csv
import io
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.server import Server

from foc_graph.graph import Graph
from foc_graph.mcp import LIMITS, Tools
from foc_graph.queries.model import Parameter
from foc_graph.sandbox.confinement import Layers
from foc_graph.server.state import State
from tests.support import ROOT
from tests.support.commands import foc
from tests.support.http import SECONDS
from tests.support.kernels import without
from tests.support.workspaces import bare_workspace

Work = Callable[[Client], Awaitable[Any]]
Ask = Callable[[Work], Any]


@pytest.fixture(scope="module")
def ask(small_root: Path) -> Iterator[Ask]:
    """Have a client do something with a server in this process."""

    @asynccontextmanager
    async def serving() -> AsyncIterator[Server[Any]]:
        state = await State.open(LIMITS._replace(workspace=str(small_root)))
        yield Tools(state).server
        await state.end()

    async def asked(work: Work) -> Any:
        async with asyncio.timeout(SECONDS), Client(server) as client:
            return await work(client)

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(serving()) as server:
        yield lambda work: portal.call(asked, work)


def texts(result: Any) -> list[str]:
    return [content.text for content in result.content]


MOST_BYTES = 9500
"""Most bytes of the list of tools, all of which a model reads before it is asked anything: about 2,200 tokens."""


def asked(name: str, **parameters: Any) -> tuple[str, dict[str, Any]]:
    """A call of the tool `query`."""
    return "query", {"name": name, "parameters": parameters}


def test_a_few_tools_ask_every_stored_query(ask: Ask, small: Graph) -> None:
    listed = ask(lambda client: client.list_tools())
    tools = {tool.name: tool for tool in listed.tools}
    assert tools.keys() == {"find", "why", "ask", "query", "describe", "sparql"}
    for tool in tools.values():
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert tool.annotations.read_only_hint
    for name, query in small.queries.items():
        own = {"search": "find", "why": "why"}.get(name)
        assert query.question in tools[own or "query"].description
        for expected in query.expect:
            given = expected["with"] if own else {"name": name, "parameters": expected["with"]}
            jsonschema.validate(given, tools[own or "query"].input_schema)
        if not own:
            assert f"- {name}({', '.join(map(mark, query.parameters))}): " in tools["query"].description
    assert "members(coalition, as_of?)" in tools["query"].description
    assert "overlap(coalition..., as_of?)" in tools["query"].description
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"kind": "body"}, tools["find"].input_schema)
    written = [tool.model_dump_json(by_alias=True, exclude_none=True) for tool in listed.tools]
    assert sum(len(text.encode()) for text in written) < MOST_BYTES


def mark(parameter: Parameter) -> str:
    """How the list of queries shows a parameter."""
    return f"{parameter.name}{'...' if parameter.repeatable else ''}{'' if parameter.required else '?'}"


def test_tools_answer_as_the_library_does(ask: Ask, small: Graph) -> None:
    calls = [
        asked("members", coalition="first", as_of="2015-05-04"),
        ("describe", {"thing": "first/group"}),
        ("sparql", {"query": "SELECT ?group ?name WHERE { ?group a coal:Coalition ; skos:prefLabel ?name }"}),
        ("sparql", {"query": "ASK { ?s a coal:Coalition }"}),
        ("sparql", {"query": "CONSTRUCT WHERE { ?s a coal:Coalition }"}),
        ("find", {"text": "reading conference", "kind": "event"}),
        ("why", {"thing": "first/group", "property": "ended"}),
        asked("coalition_graph", coalition="second"),
        asked("coalitions"),
        ("query", {"name": "coalitions", "parameters": None}),
    ]

    async def work(client: Client) -> list[Any]:
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        answers = [await client.call_tool(name, arguments) for name, arguments in calls]
        for (name, _), answer in zip(calls, answers, strict=True):
            assert not answer.is_error
            jsonschema.validate(answer.structured_content, schemas[name])
        return answers

    members, described, groups, truth, built, found, why, whole, coalitions, bare = ask(work)
    expected = list(small.rows("members", coalition="first", as_of="2015-05-04"))
    rows = list(csv.DictReader(io.StringIO(texts(members)[0])))
    assert [row["name"] for row in rows] == [row["name"] for row in expected]
    renamed = small.queries["members"].renamed
    assert members.structured_content["rows"] == [
        {column: value for column, value in row.items() if value is not None and column not in renamed}
        for row in expected
    ]
    assert members.structured_content["total"] == len(rows)
    assert members.structured_content["notes"] == ["6 members (3 uncertain) and 1 observer."] == texts(members)[2:]
    columns = members.structured_content["columns"]
    assert list(columns) == list(rows[0]) and "joined" not in columns and "begin" in columns
    assert texts(members)[1:2] == ["\n".join(f"{column}: {meaning}" for column, meaning in columns.items())]
    assert texts(described) == [small.describe("first/group").serialise("ttl").decode()]
    assert (
        described.structured_content
        == {"turtle": texts(described)[0], "total": len(small.describe("first/group"))} | NONE
    )
    asked_for = small.sparql(calls[2][1]["query"])
    assert len(list(csv.DictReader(io.StringIO(texts(groups)[0])))) == len(asked_for)
    assert sorted(map(str, groups.structured_content["rows"])) == sorted(map(str, asked_for))
    assert (texts(truth), truth.structured_content) == (["true"], {"truth": True} | NONE)
    assert texts(built) == [small.sparql(calls[4][1]["query"]).serialise("ttl").decode()]
    assert "first/event/conference-2013" in found.structured_content["rows"][0]["thing"]
    assert len(why.structured_content["rows"]) == len(small.rows("why", thing="first/group", property="coal:end"))
    assert whole.structured_content["total"] == len(small.query("coalition_graph", coalition="second"))
    assert coalitions.structured_content == bare.structured_content


NONE: dict[str, Any] = {"notes": []}

DECLINED = ("how many tanks has Estonia?", "FC", "Members in 4/5/2015 of First Coalition", "", "\0", "x" * 10_000)
"""Questions that are not answered; of the third it is said what may be meant."""


def test_a_question_in_words_is_answered_or_declined_with_what_may_be_meant(ask: Ask, small: Graph) -> None:
    questions = ("who were members of the First Coalition in May 2015?", *DECLINED)

    async def work(client: Client) -> list[Any]:
        (schema,) = [tool.output_schema for tool in (await client.list_tools()).tools if tool.name == "ask"]
        calls = [("ask", {"question": one}) for one in questions]
        calls += [asked("members", coalition="first", as_of="2015-05")]
        answers = [await client.call_tool(name, arguments) for name, arguments in calls]
        for answer in answers[:-1]:
            assert not answer.is_error
            jsonschema.validate(answer.structured_content, schema)
        return answers

    answered, *declined, members = ask(work)
    answer = small.ask(questions[0])
    assert answered.structured_content == {
        **answer.to_json(run=False),
        "sentence": answer.sentence,
        **members.structured_content,
    }
    first, second, *rest = texts(answered)
    understood, _, call = first.partition(": query ")
    assert understood == "Members of the First Coalition as of May 2015"
    assert json.loads(call) == {"name": "members", "parameters": {"coalition": "first", "as_of": "2015-05"}}
    assert second == answer.sentence and rest == texts(members)
    for question, shown in zip(DECLINED, declined, strict=True):
        answer = small.ask(question)
        assert shown.structured_content == answer.to_json(run=False) | NONE and answer.call is None
        assert texts(shown)[0] == f"Not answered: {answer.reason}."
        assert len(texts(shown)) == 1 + len(answer.choices)
    assert declined[2].structured_content["alternatives"]


def test_values_that_json_lacks_are_texts(ask: Ask) -> None:
    query = 'SELECT ("INF"^^xsd:double AS ?a) (0.5 AS ?b) (7 AS ?c) (true AS ?d) (?none AS ?e) { }'
    answer = ask(lambda client: client.call_tool("sparql", {"query": query}))
    assert answer.structured_content["rows"] == [{"a": "inf", "b": 0.5, "c": 7, "d": True}]
    assert list(answer.structured_content["columns"]) == ["a", "b", "c", "d", "e"]


def test_an_empty_answer_says_why(ask: Ask) -> None:
    answer = ask(lambda client: client.call_tool(*asked("members", coalition="first", as_of="2005")))
    assert answer.structured_content["rows"] == [] and answer.structured_content["total"] == 0
    assert len(answer.structured_content["notes"]) == 1 and "2011" in answer.structured_content["notes"][0]
    assert texts(answer)[-1] == answer.structured_content["notes"][0]


def test_names_and_dates_as_people_write_them_are_read_and_said(ask: Ask, small: Graph) -> None:
    async def work(client: Client) -> list[Any]:
        calls = [asked("members", coalition="FC", as_of="May 2015"), ("describe", {"thing": "Reading Group"})]
        return [await client.call_tool(name, arguments) for name, arguments in calls]

    members, described = ask(work)
    rows = list(csv.DictReader(io.StringIO(texts(members)[0])))
    assert len(rows) == len(small.rows("members", coalition="first", as_of="2015-05"))
    assert members.structured_content["notes"] == texts(members)[2:]
    assert texts(members)[2:] == [
        "'FC' is read as first (First Coalition).",
        "'May 2015' is read as 2015-05.",
        "6 members (3 uncertain) and 1 observer.",
    ]
    assert texts(described)[0] == small.describe("first/group").serialise("ttl").decode()
    assert texts(described)[1] == "'Reading Group' is read as first/group."


def test_old_names_of_queries_and_parameters_answer(ask: Ask) -> None:
    async def work(client: Client) -> list[Any]:
        calls = [asked("overlap", coalitions=["first", "second"]), asked("overlap", coalition=["first", "second"])]
        calls += [asked("conferences", coalition="first"), asked("events", coalition="first")]
        return [(await client.call_tool(*call)).structured_content for call in calls]

    overlap, overlap_now, events, events_now = ask(work)
    assert overlap["rows"] and (overlap, events) == (overlap_now, events_now)


def test_it_serves_what_its_options_name(cache: Path, tmp_path: Path) -> None:
    """The data, and queries of the model although the kernel does not confine them."""
    data = tmp_path / "data.nt"
    data.write_text("<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n")
    root = bare_workspace(tmp_path / "workspace")
    command = [*without(["landlock"]), sys.executable, "-m", "foc_graph", "--workspace", str(root)]
    program, *arguments = [*command, "mcp", "--data", str(data), "--unconfined"]
    parameters = StdioServerParameters(command=program, args=arguments, env={"FOC_CACHE": str(cache)}, cwd=tmp_path)

    async def asked() -> Any:
        async with asyncio.timeout(SECONDS), Client(stdio_client(parameters)) as client:
            query = "SELECT ?o WHERE { <http://example.org/a> ?p ?o }"
            return await client.call_tool("sparql", {"query": query})

    assert texts(asyncio.run(asked())) == ["o\nhttp://example.org/c\n"]


def test_an_answer_that_is_cut_off_says_so(ask: Ask, small: Graph) -> None:
    query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1234"

    async def work(client: Client) -> list[Any]:
        construct = query.replace("SELECT ?s ?p ?o", "CONSTRUCT { ?s ?p ?o }")
        return [await client.call_tool("sparql", {"query": one}) for one in (query, construct)]

    rows, triples = ask(work)
    assert len(list(csv.reader(io.StringIO(texts(rows)[0])))) == 201
    assert texts(rows)[1].startswith("Cut off: these are 200 of 1,234 rows.")
    assert len(rows.structured_content["rows"]) == 200 and rows.structured_content["total"] == 1234
    assert "Cut off: these are 200 of" in texts(triples)[1]
    assert triples.structured_content["notes"] == texts(triples)[1:]


TAKES = 'members takes coalition (required, for example "foc"), as_of (for example "2015-05-04")'
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("membres", {}, "unknown tool 'membres': there are find, why, ask, query, describe, sparql"),
    ("query", {}, "query takes `name`, a text, and `parameters`, an object"),
    ("query", {"name": "members", "coalition": "first"}, "query takes `name`, a text, and `parameters`, an object"),
    ("query", {"name": "members", "parameters": ["first"]}, "query takes `name`, a text, and `parameters`, an object"),
    (*asked("membres"), "unknown query 'membres': did you mean members"),
    (*asked("quite_else"), "unknown query 'quite_else': foc://queries lists them"),
    (*asked("members"), "members needs coalition"),
    (*asked("members"), TAKES),
    (*asked("members", coalition="frst"), "did you mean first?"),
    (*asked("members", coalition="first", when="2015"), "unknown parameter of members 'when'"),
    (*asked("members", coalition="first", when="2015"), TAKES),
    (*asked("members", coalition="first", as_of="last year"), "as_of"),
    (*asked("overlap", coalition="first"), "overlap: coalition: give at least 2 different values, not 1"),
    (*asked("overlap"), 'overlap takes coalition (required, for example ["foc", "mfc"]), as_of ('),
    (*asked("coalitions", allow_service="x"), "coalitions takes no parameters"),
    ("find", {"kind": "body"}, "search needs text"),
    ("why", {"thing": "first/group", "what": "x"}, "why takes thing (required, for example "),
    ("ask", {"text": "who chaired the FOC?"}, "ask takes one argument, `question`, which is a text"),
    ("describe", {}, "describe takes one argument, `thing`"),
    ("describe", {"thing": "wg-9"}, "unknown thing 'wg-9'"),
    ("sparql", {"query": "SELECT"}, "query:1:7: not a SPARQL 1.1 query"),
    ("sparql", {"query": ["ASK {}"]}, "sparql takes one argument, `query`, which is a text"),
    ("sparql", {"query": "ASK { SERVICE <http://127.0.0.1/> { } }"}, "SERVICE"),
    ("sparql", {"query": "CLEAR ALL"}, "the graph is read-only here"),
    ("sparql", {"query": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"}, "the answer is too large for this server"),
]


def test_what_is_wrong_is_told_to_the_model_and_the_server_answers_on(ask: Ask) -> None:
    async def work(client: Client) -> list[Any]:
        return [await client.call_tool(tool, given) for tool, given, _ in [*WRONG, ("sparql", {"query": "ASK {}"}, "")]]

    *results, after = ask(work)
    told = [(problem, texts(result)[0]) for result, (_, _, problem) in zip(results, WRONG, strict=True)]
    assert all(result.is_error and "\n" not in texts(result)[0] for result in results)
    (one_line,) = texts(results[8])
    assert "takes" not in one_line, "where only a value is wrong"
    assert [pair for pair in told if pair[0] not in pair[1]] == []
    assert texts(after) == ["true"]


def test_without_confinement_queries_of_the_model_are_refused(small_root: Path) -> None:
    async def work() -> list[Any]:
        state = await State.open(LIMITS._replace(workspace=str(small_root)))
        state.sandbox.layers = Layers(landlock=False, seccomp=True)
        async with Client(Tools(state).server) as client:
            calls = [("sparql", {"query": "ASK {}"}), asked("coalitions")]
            answers = [await client.call_tool(name, arguments) for name, arguments in calls]
        await state.end()
        return answers

    own, stored = asyncio.run(work())
    assert own.is_error and "kernel lacks Landlock" in texts(own)[0] and not stored.is_error


def test_vocabulary_and_queries_are_resources(ask: Ask, small: Graph) -> None:
    async def work(client: Client) -> list[tuple[Any, str]]:
        listed = (await client.list_resources()).resources
        return [(one, (await client.read_resource(one.uri)).contents[0].text) for one in listed]

    read = {resource.uri: (resource.mime_type, text) for resource, text in ask(work)}
    vocabulary = (ROOT / "ontology" / "coalition.ttl").read_text("utf-8")
    assert read["foc://ontology/coalition.ttl"] == ("text/turtle", vocabulary)
    assert "foc://ontology/concepts/role.ttl" in read and not any("shapes" in uri for uri in read)
    kind, listed = read["foc://queries"]
    assert kind == "text/markdown"
    assert "- coalition: the coalition (required)\n- as_of: only members on this date" in listed
    for name, query in small.queries.items():
        assert f"## {name}\n\n{query.question}\n" in listed
        kind, text = read[f"foc://queries/{name}.rq"]
        assert kind == "application/sparql-query" and query.text in text


def test_an_unknown_resource_is_told(ask: Ask) -> None:
    async def work(client: Client) -> str:
        with pytest.raises(MCPError) as told:
            await client.read_resource("foc://ontology/coalitions.ttl")
        return str(told.value)

    assert "did you mean foc://ontology/coalition.ttl" in ask(work)


def test_it_ends_when_its_client_leaves(tmp_path: Path) -> None:
    done = foc("--workspace", str(bare_workspace(tmp_path)), "mcp")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_broken_lines_cost_nobody_an_answer(tmp_path: Path) -> None:
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    query = {"name": "sparql", "arguments": {"query": "ASK {}"}}
    calls = [{"id": 1, "method": "initialize", "params": client}, {"method": "notifications/initialized"}]
    begin, initialised, call = (
        json.dumps({"jsonrpc": "2.0", **one}).encode()
        for one in (*calls, {"id": 9, "method": "tools/call", "params": query})
    )
    broken = [b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"id": 1e999}', b'{"a":' * 5000]
    command = [sys.executable, "-m", "foc_graph", "--workspace", str(bare_workspace(tmp_path)), "mcp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdin and server.stdout
        server.stdin.write(b"".join(line + b"\n" for line in (begin, initialised, *broken, call)))
        server.stdin.flush()
        answer = next(line for line in server.stdout if json.loads(line).get("id") == 9)
        server.stdin.close()
        assert b"true" in answer and server.wait(SECONDS) == 0
