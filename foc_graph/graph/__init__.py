"""The graph of a workspace, store or endpoint: stored queries by name, SPARQL, descriptions, charts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from foc_graph.errors import ParameterError, UnknownNameError
from foc_graph.graph.cache import open_built, open_release
from foc_graph.namespaces import PREFIXES, short
from foc_graph.queries.aliases import find_query, present
from foc_graph.queries.binding import Bound, bind, read
from foc_graph.queries.model import Parameter, StoredQuery
from foc_graph.queries.resolve import Reading, Resolver
from foc_graph.sparql.public import check_form
from foc_graph.store import Store
from foc_graph.store.results import Presentation, Result, Rows, Triples, as_rows, html_table
from foc_graph.workspace.settings import Workspace, find_workspace

if TYPE_CHECKING:
    from foc_graph.charts.chart import Chart
    from foc_graph.panel.table import Panel
    from foc_graph.questions.answer import Answer
    from foc_graph.questions.reading import Reader
    from foc_graph.store.network import Network
    from foc_graph.workspace.releases import Release

TIMEOUT = 60.0
"""Seconds for one query of an endpoint, unless others are asked for."""


class Graph:
    """The graph of one workspace, or of a store that is asked with the queries of one."""

    def __init__(
        self,
        workspace: Workspace,
        store: Store | Callable[[], Store],
        queries: dict[str, StoredQuery] | None = None,
        base: str | None = None,
        release: Release | None = None,
    ) -> None:
        """Take a store, or what opens it when it is first needed; base and queries are by default the workspace's.

        `release` is the one that the store holds, if it is of one.
        """
        self.workspace, self.release = workspace, release
        self._store, self._queries, self._base = store, queries, base

    def __repr__(self) -> str:
        return f"<graph of {self.workspace.settings.title}>"

    def _repr_html_(self) -> str:
        queries = [(query.name, query.question) for query in self.queries.values()]
        return html_table(
            f"{self.workspace.settings.title}: {len(queries)} stored queries", ("query", "question"), queries
        )

    @property
    def base(self) -> str:
        """Return the beginning of the IRIs of the workspace's own things."""
        return self._base or self.workspace.base

    @cached_property
    def store(self) -> Store:
        """Open the store that answers queries."""
        return self._store() if callable(self._store) else self._store

    @cached_property
    def resolver(self) -> Resolver:
        """The resolver of names of things in the store."""
        return Resolver(self.store, self.base)

    @cached_property
    def queries(self) -> dict[str, StoredQuery]:
        """Read the stored queries, by name.

        Raises:
            FocGraphError: for the first file that is wrong.
        """
        if self._queries is not None:
            return self._queries
        from foc_graph.queries.header import read_queries

        return read_queries(self.workspace)

    def asked_in(self, store: Store) -> Graph:
        """Return this graph, asked in another store with the same content."""
        other = Graph(self.workspace, store, self.queries, self.base, self.release)
        other.resolver = self.resolver
        return other

    def bind(self, name: str, /, **parameters: object) -> Bound:
        """Return a stored query with its parameters bound, and how they were read.

        Old names of the query and its parameters are taken too.

        Raises:
            UnknownNameError: for a query, parameter or thing that does not exist.
            ParameterError: for a missing parameter or a value that is not of its type, or several mistakes.
        """
        query = find_query(self.queries, name)
        if query is None:
            raise UnknownNameError("query", name, self.queries)
        return bind(query, present(query, name, parameters), self.resolver)

    def bound(self, name: str, /, **parameters: object) -> str:
        """Return the SPARQL text of a stored query with its parameters bound, ready for any endpoint.

        Raises:
            FocGraphError: as `bind`.
        """
        return self.bind(name, **parameters).text

    def query(self, name: str, /, *, allow_service: Collection[str] = (), **parameters: object) -> Result:
        """Ask a stored query, for example `query("members", coalition="FOC", as_of="May 2015")`.

        A federated one also asks other endpoints, by SERVICE: `allow_service` has the addresses of all of them.

        Raises:
            FocGraphError: as `bind` and `run`.
        """
        return self.run(self.bind(name, **parameters), allow_service)

    def ask(self, question: str) -> Answer:
        """Answer a question in words by the stored query that it asks for: `ask("who was in the FOC in May 2015?")`.

        It is asked in English, French, German or Spanish. What is not understood for sure is declined, with a reason.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        from foc_graph.questions.answer import answer

        return answer(self, self.question_reader, question)

    @cached_property
    def question_reader(self) -> Reader:
        """The reader of questions in words about the graph.

        Raises:
            FocGraphError: if the graph cannot be asked.
        """
        from foc_graph.questions.reading import Reader
        from foc_graph.questions.rules import make_rules

        return Reader(make_rules(self))

    def run(self, bound: Bound, allow_service: Collection[str] = ()) -> Result:
        """Ask a stored query whose parameters are bound; `allow_service` is that of `query`.

        Raises:
            ParameterError: for an endpoint that is not allowed.
        """
        name, federated = bound.query.name, bound.query.federated
        allowed = {allow_service} if isinstance(allow_service, str) else set(allow_service)
        if refused := [one for one in federated if one not in allowed]:
            raise ParameterError(
                f"{name} asks {' and '.join(refused)}: allow it with --allow-service (in Python: allow_service=)"
            )
        result = self.store.query(bound.text, federated)
        if isinstance(result, Rows):
            result.presentation = self._presentation(bound, result)
        return result

    def _presentation(self, bound: Bound, rows: Rows) -> Presentation:
        query = bound.query
        said = "; ".join(
            f"{name.replace('_', ' ')}: {', '.join(one.exact for one in found)}"
            for name, found in bound.readings.items()
        )
        return Presentation(
            name=query.name,
            caption=f"{query.question} ({said})" if said else query.question,
            headings=query.head(rows.columns),
            main=query.headings,
            shorten=partial(short, base=self.base),
            network=partial(self._network, bound) if query.network else None,
        )

    def _network(self, bound: Bound, rows: Rows) -> Network:
        from foc_graph.graph.network import make_network

        return make_network(self, bound, rows)

    def sparql(self, text: str) -> Result:
        """Ask a SPARQL 1.1 query; its default graph is the union of all named graphs.

        Raises:
            ParseError: if the text is not a SPARQL query.
        """
        check_form(text)
        result = self.store.query(text)
        if isinstance(result, Rows):
            result.presentation = Presentation(shorten=partial(short, base=self.base))
        return result

    def resolve(self, thing: str, kind: str = "thing") -> ox.NamedNode:
        """Find the thing of a kind (`coalition`, `body`, `agent` or any `thing`) that a slug, CURIE, IRI or name means.

        Raises:
            UnknownNameError, AmbiguousNameError: if it means none, or several.
        """
        iri = self.read(kind, thing).terms[0]
        assert isinstance(iri, ox.NamedNode)
        return iri

    def read(self, kind: str, text: str) -> Reading:
        """Read a text as the value of a parameter of a type: a thing, as in `resolve`, or a `period`.

        Raises:
            UnknownNameError, AmbiguousNameError, ParameterError: if it means none, or several.
        """
        return read(Parameter(kind, kind, ""), text, self.resolver)

    def describe(self, thing: str) -> Triples:
        """Return all triples about a thing.

        Raises:
            UnknownNameError, AmbiguousNameError: as `resolve`.
        """
        iri = self.resolve(thing)
        triples = self.sparql(f"CONSTRUCT {{ {iri} ?property ?value }} WHERE {{ {iri} ?property ?value }}")
        assert isinstance(triples, Triples)
        return triples

    def rows(
        self, name: str, columns: Iterable[str] = (), /, *, allow_service: Collection[str] = (), **parameters: object
    ) -> Rows:
        """Ask a stored query that gives rows, as all SELECT queries do, like `query`; they have at least these columns.

        Raises:
            UnknownNameError: for a column that the query lacks, as that of an earlier release may.
            FocGraphError: as `query`.
        """
        rows = as_rows(self.query(name, allow_service=allow_service, **parameters))
        for column in columns:
            if column not in rows.columns:
                otherwise = "ask a newer release, or let the query select it"
                raise UnknownNameError(f"column of {name}", column, (), otherwise=otherwise)
        return rows

    def panel(self, coalition: str | Sequence[str] = "all", **chosen: Any) -> Panel:
        """Tell who belonged to what in which year: `panel("foc,ogp", unit="state-year", years="2011-2026")`.

        What may be chosen are the arguments of `foc_graph.panel.build.make_panel`. Needs the extra `duckdb`.

        Raises:
            UnknownNameError: for a coalition, unit or rule that does not exist.
            ParameterError: for years that are none, or where DuckDB is not installed.
        """
        from foc_graph.panel.build import make_panel

        return make_panel(self, coalition, **chosen)

    def plot(self, name: str, /, **parameters: object) -> Chart:
        """Draw a chart, for example `plot("map", coalition="foc", as_of="2015")`.

        The names and their parameters are those of `foc plot`. A notebook shows the chart, and `save` writes a file.

        Raises:
            UnknownNameError: for a chart, or a thing in a parameter, that does not exist.
            ParameterError: for a parameter that is missing or no date.
        """
        from foc_graph.charts import draw_chart
        from foc_graph.charts.chart import NOTHING

        return draw_chart(self, name, **parameters) or NOTHING


def open(
    workspace: str | Path | None = None,
    notify: Callable[[str], None] = lambda message: None,
    *,
    store: str | Path | None = None,
    endpoint: str | None = None,
    graph: str | None = None,
    timeout: float | None = None,
    at_release: str | Path | None = None,
) -> Graph:
    """Open the graph of a workspace folder; by default the one around the current folder, else the packaged one.

    The first call for a state of the files builds the graph and keeps it in the user's cache folder; `notify` is told.
    With a `store`, an `endpoint` or a release, the workspace gives its stored queries only, and the graph is what that
    holds: see `open_store`. `at_release` is an earlier release, "as known at": its folder, or its version in `out`.

    Raises:
        WorkspaceError: if the folder is no workspace or contradicts itself.
        ParseError: for a file in it that is not well-formed.
        ParameterError, ServiceError: as `open_store`, and for what is no release.
    """
    found = find_workspace(None if workspace is None else Path(workspace))
    if at_release is not None:
        from foc_graph.workspace.releases import find_release

        if (store, endpoint, graph, timeout) != (None, None, None, None):
            raise ParameterError("a release cannot be combined with a store or endpoint: leave one out")
        release = find_release(at_release)
        return Graph(found, lambda: open_release(release, notify), base=release.base, release=release)
    if (store, endpoint, graph, timeout) == (None, None, None, None):
        return Graph(found, *open_built(found, notify))
    return Graph(found, open_store(store, endpoint, graph, timeout))


def open_store(
    store: str | Path | None = None,
    endpoint: str | None = None,
    graph: str | None = None,
    timeout: float | None = None,
) -> Store:
    """Open a store on disk by its folder, or a SPARQL endpoint by its URL, which is not asked before the first query.

    What a load that did not end has left in an endpoint is not seen. Of an endpoint, `graph` is the IRI of the default
    graph, which the server chooses without it, and `timeout` is in seconds, for one query (by default `TIMEOUT`).

    Raises:
        ParameterError: if not one of them is named, for a folder without a store, or a URL, IRI or time that is none.
        ServiceError: for a store on disk that cannot be read.
    """
    if store is not None and endpoint is not None:
        raise ParameterError("both a store and an endpoint are named: choose one")
    if endpoint is not None:
        from foc_graph.store.remote import RemoteStore, SettledStore

        remote = RemoteStore(endpoint, graph, TIMEOUT if timeout is None else timeout, prefixes=PREFIXES)
        return SettledStore(remote) if graph is None else remote
    if store is None or graph is not None or timeout is not None:
        raise ParameterError("a graph and a timeout are for an endpoint: name its URL as well")
    from foc_graph.store.disk import StoreFolder

    return StoreFolder(Path(store), PREFIXES).open()
