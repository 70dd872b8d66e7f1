"""Targets that read what others send: words of people, queries, requests, and the answers of servers."""

from functools import cache

import pyoxigraph as ox
import pytest

from foc_graph.links.targets import Columns, table_records
from foc_graph.matching.index import read_things
from foc_graph.matching.lookup import Lookup, match_column
from foc_graph.matching.matcher import Matcher
from foc_graph.namespaces import PREFIXES
from foc_graph.queries.binding import read
from foc_graph.queries.model import TYPES, Parameter
from foc_graph.server.evaluation import read_answer
from foc_graph.sparql.public import check
from foc_graph.sparql.rewriting import UnsupportedQuery, declare_prefixes, insert, read_template
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.store.http import credentials_for
from foc_graph.store.remote import RemoteStore
from foc_graph.store.results import Rows
from foc_graph.tabular.table import read_table
from tests.support.fuzz.targets import Place, target, targets
from tests.support.web_server import head, raw

STORE = EmbeddedStore.in_memory(PREFIXES)
STORE.load([ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.Literal("1"))])


def text(content: bytes) -> str:
    """Return a text as a program gets it from its command line: what is not UTF-8 becomes lone surrogates."""
    return content.decode(errors="surrogateescape")


@target("name")
def _name(place: Place, content: bytes) -> None:
    """The value of a parameter: its type, a line end, and what somebody typed."""
    kind, _, words = text(content).partition("\n")
    parameter = Parameter("value", kind if kind in TYPES else "thing", "", values=("a", "b"), scheme="body-kind")
    str(read(parameter, words, place.graph.resolver))


@target("sparql")
def _sparql(place: Place, content: bytes) -> None:
    query = text(content)
    check(query, PREFIXES)
    declare_prefixes(query, PREFIXES)
    insert(query, {("a",): "BIND(1 AS ?a)"})
    try:
        read_template(query, PREFIXES, ("this",))
    except UnsupportedQuery as error:
        assert "\n" not in str(error)
    STORE.query(query)


ANSWERS = {
    "rows": ("SELECT * { ?s ?p ?o }", "application/sparql-results+json"),
    "truth": ("ASK { ?s ?p ?o }", "application/sparql-results+json"),
    "nt": ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples"),
    "ttl": ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle"),
}
"""Queries of a server, and the types of its answers."""


@targets("answer.{}", *ANSWERS)
def _answer(place: Place, content: bytes, kind: str) -> None:
    query, media_type = ANSWERS[kind]
    place.web.answers = [raw(head(200, Content_Type=media_type, Content_Length=str(len(content))) + content)]
    found = RemoteStore(place.web.url, timeout=5).query(query)
    if isinstance(found, Rows):
        for format in ("csv", "tsv", "xml", "html", "md"):
            found.serialise(format)
        list(found), found.select(found.columns[:1]), found._repr_html_()
    elif not isinstance(found, bool):
        found.serialise("ttl"), found._repr_html_()


@target("answer.http")
def _http(place: Place, content: bytes) -> None:
    place.web.answers = [raw(content)]
    RemoteStore(place.web.url, timeout=0.4).query("ASK {}")  # less than the first wait for a server that is busy


for _kind, _rows in (("graph", "nt"), ("rows", "json"), ("rows", "tsv")):

    @target(f"sandbox.{_rows}", refusals=(SyntaxError, ValueError))
    def _sandbox(place: Place, content: bytes, kind: str = _kind, rows: str = _rows) -> None:
        found = read_answer(kind, content, rows)
        if not isinstance(found, bool):
            len(found)


@target("netrc")
def _netrc(place: Place, content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TOKEN", "USER", "PASSWORD"):
            patch.delenv(f"FOC_{name}", raising=False)
        patch.setenv("NETRC", str(place.write("netrc", content)))
        credentials_for("example.org")


@cache
def _matcher(place: Place) -> tuple[Matcher, Lookup]:
    return Matcher(read_things(place.graph.store)), Lookup(place.graph.store, place.graph.base)


@target("names", slow=True)
def _names(place: Place, content: bytes) -> None:
    """A table of another dataset, whose names are looked for in the graph."""
    table = read_table(place.write("names.csv", content))
    match_column(*_matcher(place), table.headings, [cells for _, cells in table.rows[:20]], "name")
    table_records(table.headings, table.rows, Columns(), "names.csv")
