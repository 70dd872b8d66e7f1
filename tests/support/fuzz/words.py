"""Targets that read what others send: words of people, queries, requests, and the answers of servers."""

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from foc_graph.links.targets import Columns, table_records
from foc_graph.matching.index import read_things
from foc_graph.matching.lookup import Lookup, match_column
from foc_graph.matching.matcher import Matcher
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.binding import read
from foc_graph.queries.model import TYPES, Parameter
from foc_graph.sandbox.pool import read_answer
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
