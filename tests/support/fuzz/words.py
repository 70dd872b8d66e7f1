"""Targets that read what others send: words of people, queries, requests, and the answers of servers."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from contextvars import copy_context
from typing import Any
from urllib.parse import unquote

import httptools
import pyoxigraph as ox
import pytest
from starlette.requests import Request

from foc_graph.dates import in_words, read_date, read_period
from foc_graph.errors import ParameterError
from foc_graph.links.targets import Columns, table_records
from foc_graph.matching.index import read_things
from foc_graph.matching.lookup import Lookup, match_column
from foc_graph.matching.matcher import Matcher
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.binding import read
from foc_graph.queries.model import TYPES, Parameter
from foc_graph.questions.answer import answer
from foc_graph.sandbox.pool import read_answer
from foc_graph.server.app import application
from foc_graph.server.negotiation import DOCUMENTS, choose, takes_gzip
from foc_graph.server.reconcile_requests import read_extension, read_queries
from foc_graph.server.requests import FORM, ProblemError, decode, form_parameters, values_of
from foc_graph.server.requests import read_date as read_date_of
from foc_graph.server.snapshot import Settings
from foc_graph.sparql.public import check
from foc_graph.sparql.rewriting import UnsupportedQuery, declare_prefixes, insert, read_template
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.http import credentials_for
from foc_graph.store.remote import RemoteStore
from foc_graph.store.results import Rows
from foc_graph.tabular.table import read_table
from tests.support.fuzz.targets import Place, Reader, target
from tests.support.web_server import Web, head, raw


def text(content: bytes) -> str:
    """Return a text as a program gets it from its command line: what is not UTF-8 becomes lone surrogates."""
    return content.decode(errors="surrogateescape")


@target("question", seconds=3.0)
def _question(place: Place) -> Reader:
    reader = place.graph.question_reader

    def read_question(content: bytes) -> object:
        found = answer(place.graph, reader, content.decode(errors="replace"))
        assert found.call or found.reason
        return found.to_json(run=False)

    return read_question


@target("date")
def _date(place: Place) -> Reader:
    def read_words(content: bytes) -> None:
        words = text(content)
        in_words(words)
        try:
            assert read_date(words).last_day
        except ParameterError:
            assert read_period(words).words

    return read_words


@target("name")
def _name(place: Place) -> Reader:
    """The value of a parameter: its type, a line end, and what somebody typed."""
    resolver = place.graph.resolver

    def read_value(content: bytes) -> None:
        kind, _, words = text(content).partition("\n")
        parameter = Parameter("value", kind if kind in TYPES else "thing", "", values=("a", "b"), scheme="body-kind")
        str(read(parameter, words, resolver))

    return read_value


@target("sparql")
def _sparql(place: Place) -> Reader:
    store = EmbeddedStore.in_memory(PREFIXES)
    store.load([ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.Literal("1"))])

    def read_query(content: bytes) -> None:
        query = text(content)
        check(query, PREFIXES)
        declare_prefixes(query, PREFIXES)
        insert(query, {("a",): "BIND(1 AS ?a)"})
        try:
            read_template(query, PREFIXES, ("this",))
        except UnsupportedQuery as error:
            assert "\n" not in str(error)
        store.query(query)

    return read_query


# Requests


def _request(method: str, query: bytes, kind: bytes, body: bytes) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", kind)]
    scope = {"type": "http", "method": method, "path": "/sparql", "query_string": query, "headers": headers}
    return Request(scope, receive)


class _Message:
    """A request as its bytes are parsed; its head is whole where `url` is set."""

    def __init__(self, content: bytes) -> None:
        self.url, self.body, self.is_whole = b"", b"", False
        self.headers: list[tuple[bytes, bytes]] = []
        self._parser = httptools.HttpRequestParser(self)
        self._parser.feed_data(content)

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.is_whole = True

    def on_body(self, body: bytes) -> None:
        self.body += body

    def scope(self) -> dict[str, object]:
        """The request as an application gets it (ASGI)."""
        url = httptools.parse_url(self.url)
        return {
            **{"type": "http", "http_version": self._parser.get_http_version(), "scheme": "http", "root_path": ""},
            **{"method": self._parser.get_method().decode("ascii"), "headers": self.headers, "state": {}},
            **{"path": unquote(url.path.decode("ascii")), "raw_path": url.path, "query_string": url.query or b""},
            **{"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)},
        }


@target("request", refusals=(httptools.HttpParserError, httptools.HttpParserUpgrade, UnicodeDecodeError))
def _request_bytes(place: Place) -> Reader:
    """A request as bytes, for the whole application."""
    runner = place.opened.enter_context(asyncio.Runner())
    app = application(Settings(str(place.root), seconds=5, processes=1))
    lifespan = app.router.lifespan_context(app)
    runner.run(lifespan.__aenter__())
    place.opened.callback(lambda: runner.run(lifespan.__aexit__(None, None, None)))

    async def answered(message: _Message) -> int:
        given = [{"type": "http.request", "body": message.body, "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, object]:
            return given.pop() if given else await asyncio.Event().wait()

        async def send(part: dict[str, Any]) -> None:
            sent.append(part)

        await app(message.scope(), receive, send)
        return int(sent[0]["status"])

    def read_message(content: bytes) -> None:
        message = _Message(content)
        if message.is_whole and httptools.parse_url(message.url).path:  # uvicorn refuses others
            status = runner.run(answered(message), context=copy_context())
            assert status < 500 or status == 503, f"status {status}"

    return read_message


@target("form", refusals=(ProblemError,))
def _form(place: Place) -> Reader:
    runner = place.opened.enter_context(asyncio.Runner())

    def read_form(content: bytes) -> None:
        query, _, body = content.partition(b"\n")
        request = _request("POST", query, FORM.encode(), body)
        runner.run(form_parameters(request))
        values_of(request, "as_of")
        read_date_of(request)

    return read_form


@target("reconciliation", refusals=(ProblemError,))
def _reconciliation(place: Place) -> Reader:
    def read_batch(content: bytes) -> None:
        try:
            read_queries(decode(content))
        except ProblemError:
            read_extension(decode(content))

    return read_batch


@target("negotiation")
def _negotiation(place: Place) -> Reader:
    def read_header(content: bytes) -> None:
        header = content.decode("latin-1")
        assert choose(header, list(DOCUMENTS)) in (*DOCUMENTS, None)
        takes_gzip(header)

    return read_header


@target("mcp", slow=True)
def _mcp(place: Place) -> Reader:
    """The tools of `foc mcp`: what is sent is put between greetings, and the last must be answered."""
    return _Mcp(place).read


class _Mcp:
    def __init__(self, place: Place) -> None:
        self._command = [sys.executable, "-m", "foc_graph", "--workspace", str(place.root), "mcp"]
        self._place, self._number = place, 0
        self._log = place.opened.enter_context((place.folder / "mcp.log").open("w+b"))
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=-1, stdout=-1, stderr=self._log)
        self._place.opened.callback(self._process.kill)
        client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
        self._ask("initialize", client)
        self._send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')

    def _send(self, line: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _ask(self, method: str, parameters: object = None) -> None:
        self._number += 1
        identity = f"greeting-{self._number}"
        self._send(
            json.dumps({"jsonrpc": "2.0", "id": identity, "method": method, "params": parameters or {}}).encode()
        )
        assert self._process.stdout
        while line := self._process.stdout.readline():
            if json.loads(line).get("id") == identity:
                return
        raise EOFError("foc mcp ended")

    def read(self, content: bytes) -> None:
        try:
            self._send(content.replace(b"\n", b" "))
            self._ask("ping")
        except OSError as error:
            raise EOFError("foc mcp ended") from error


# Answers of servers


def _asked(query: str, media_type: str) -> Callable[[Place], Reader]:
    def answer(place: Place) -> Reader:
        web = Web()
        place.opened.callback(web.stop)
        store = RemoteStore(web.url, timeout=5)

        def read_body(content: bytes) -> None:
            start = head(200, Content_Type=media_type, Content_Length=str(len(content)))
            web.answers = [raw(start + content)]
            found = store.query(query)
            if isinstance(found, Rows):
                for format in ("csv", "tsv", "xml", "html", "md"):
                    found.serialise(format)
                list(found), found.select(found.columns[:1]), found._repr_html_()
            elif not isinstance(found, bool):
                found.serialise("ttl"), found._repr_html_()

        return read_body

    return answer


target("answer.rows")(_asked("SELECT * { ?s ?p ?o }", "application/sparql-results+json"))
target("answer.truth")(_asked("ASK { ?s ?p ?o }", "application/sparql-results+json"))
target("answer.nt")(_asked("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples"))
target("answer.ttl")(_asked("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle"))


@target("answer.http")
def _http(place: Place) -> Reader:
    web = Web()
    place.opened.callback(web.stop)
    store = RemoteStore(web.url, timeout=0.4)  # less than the first wait for a server that is busy

    def read_message(content: bytes) -> None:
        web.answers = [raw(content)]
        store.query("ASK {}")

    return read_message


def _sandbox(kind: str, rows: str) -> None:
    @target(f"sandbox.{rows}", refusals=(SyntaxError, ValueError))
    def answer(place: Place) -> Reader:
        def read_body(content: bytes) -> None:
            found = read_answer(kind, content, rows)
            if not isinstance(found, bool):
                len(found)

        return read_body


_sandbox("graph", "nt")
_sandbox("rows", "json")
_sandbox("rows", "tsv")


@target("netrc")
def _netrc(place: Place) -> Reader:
    patch = place.opened.enter_context(pytest.MonkeyPatch.context())
    for name in ("TOKEN", "USER", "PASSWORD"):
        patch.delenv(f"FOC_{name}", raising=False)

    def read_credentials(content: bytes) -> None:
        patch.setenv("NETRC", str(place.write("netrc", content)))
        credentials_for("example.org")

    return read_credentials


@target("names", slow=True)
def _names(place: Place) -> Reader:
    """A table of another dataset, whose names are looked for in the graph."""
    store, base = place.graph.store, place.graph.base
    matcher = Matcher(read_things(store))

    def read_names(content: bytes) -> None:
        table = read_table(place.write("names.csv", content))
        match_column(matcher, Lookup(store, base), table.headings, [cells for _, cells in table.rows[:20]], "name")
        table_records(table.headings, table.rows, Columns(), "names.csv")

    return read_names
