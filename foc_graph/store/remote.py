"""A SPARQL endpoint over HTTP (SPARQL 1.1 Protocol; Graph Store HTTP Protocol for adding triples)."""

from __future__ import annotations

import re
import traceback
import urllib.parse
import urllib.request
from collections.abc import Collection, Mapping, Sequence

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ParseError, ServiceError, quoted
from foc_graph.rdf.terms import STANDARD_PREFIXES, is_beyond_1_1, is_iri
from foc_graph.sparql.limits import MAX_DEPTH, check_depth, check_query
from foc_graph.sparql.rewriting import declare_prefixes
from foc_graph.store.http import Answer, Service, words
from foc_graph.store.results import Result, Rows, Triples

MAX_URL = 2000
"""Longest URL, in characters, that carries a query by GET; a longer query goes by POST."""

MAX_INSERTED = 200
"""Most triples of one INSERT DATA, of which a request holds several: Virtuoso 7 refuses 5,000, rdflib slows down."""

LOADS = ox.NamedNode("urn:foc-graph:loads")
"""The graph in which loads are noted."""

STARTED = ox.NamedNode("urn:foc-graph:started")
"""From an unfinished load to the time of its start."""

LOAD = "urn:foc-graph:load:"
"""The beginning of the IRI of a load, and of each graph that it keeps aside."""

AGENT = "foc-graph"
"""What requests name as their sender (`User-Agent`)."""

_ROWS_TYPES = ("application/sparql-results+json", "application/json")
_GRAPH_TYPES = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
_ACCEPT_ROWS = "application/sparql-results+json, application/json;q=0.5"
_ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.5"
_ACCEPT = {"SELECT": _ACCEPT_ROWS, "ASK": _ACCEPT_ROWS, "CONSTRUCT": _ACCEPT_GRAPH, "DESCRIBE": _ACCEPT_GRAPH}
_WRITTEN = (200, 201, 202, 204)


class RemoteStore:
    """A SPARQL endpoint, which any number of threads may ask at once.

    The default graph of queries is what the server takes for it, such as the union of all graphs, unless graphs are
    listed.
    """

    def __init__(
        self,
        url: str,
        graph: str | None = None,
        timeout: float = 60.0,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        prefixes: Mapping[str, str] = STANDARD_PREFIXES,
    ) -> None:
        """Take the URL of an endpoint, which may hold parameters that the server asks for.

        `graph` is the IRI of the default graph; `timeout` is in seconds, for a request with all its attempts and
        waits. Updates go to `update_url`, by default the endpoint itself with a final `query` in its path as `update`;
        triples are added by the Graph Store Protocol where `graph_store_url` is given. `prefixes` need not be declared.

        Raises:
            ParameterError: for a URL, IRI or time that is not one, or credentials that cannot be read.
        """
        if graph is not None and not is_iri(graph):
            raise ParameterError(f"{quoted(graph)} is not the IRI of a graph")
        self._queries = Service(url, timeout)
        self._updates = Service(update_url or _update_url(url), timeout)
        self._graphs = None if graph_store_url is None else Service(graph_store_url, timeout)
        self._default_graphs: Sequence[str] = () if graph is None else (graph,)
        self._named_graphs: Sequence[str] = ()
        self._prefixes = prefixes

    def limit_to(self, graphs: Sequence[str]) -> None:
        """Let queries see these graphs only: their union as the default graph, and each as a named one."""
        self._default_graphs = self._named_graphs = graphs

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """Ask the server a SPARQL 1.1 query; the prefixes of the store need not be declared.

        It is the server that asks the `services`, if it does that for whoever asks.

        Raises:
            ParseError: if the text is no query, is no Unicode text, or is too long or too deeply nested.
            ServiceError: if the server does not answer in time, whole and in a format of SPARQL 1.1.
        """
        check_query(text, services=services)
        form, text = declare_prefixes(text, self._prefixes)
        answer = self._queries.exchange(lambda url: self._request(url, form, text))
        try:
            _check_nesting(answer)
            if form == "SELECT":
                return self._rows(answer, text)
            return self._truth(answer) if form == "ASK" else self._triples(answer)
        except (ParseError, SyntaxError, ValueError) as error:
            traceback.clear_frames(error.__traceback__)  # a half-read result must go in the thread that made it
            problem = f"the answer is not well-formed {answer.media_type} ({words(str(error))})"
            raise self.error(problem, "the server, or something before it, is at fault") from error

    def graphs(self) -> list[str]:
        """Return the IRIs of the named graphs.

        Raises:
            ServiceError: if the server does not say.
        """
        rows = self.query("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
        assert isinstance(rows, Rows)
        return [row["graph"] for row in rows]

    def update(self, text: str) -> None:
        """Send a SPARQL 1.1 update of our own making, which is sent again where the server is busy.

        Raises:
            ServiceError: if the server does not say in time that it is done.
        """
        self._updates.exchange(lambda url: self._request(url, "INSERT", text), _WRITTEN)

    def add(self, graph: ox.NamedNode, triples: Sequence[ox.Triple]) -> None:
        """Add triples without blank nodes to a graph, by the Graph Store Protocol where its URL is known.

        Raises:
            ServiceError: as `update`.
        """
        try:
            self._add(graph, triples)
        except ServiceError as error:
            if not any(is_beyond_1_1(triple.object) for triple in triples):
                raise
            advice = "the triples are RDF 1.2: name a server that takes it, or load them into a store on disk"
            raise ServiceError(f"{error}; {advice}") from error

    def _add(self, graph: ox.NamedNode, triples: Sequence[ox.Triple]) -> None:
        if self._graphs is None:
            for start in range(0, len(triples), 20 * MAX_INSERTED):
                self.update(_insertion(graph, triples[start : start + 20 * MAX_INSERTED]))
            return
        content = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        parameters = urllib.parse.urlencode([*self._graphs.parameters, ("graph", graph.value)])
        headers = {"Content-Type": "application/n-triples", "User-Agent": AGENT}
        self._graphs.exchange(
            lambda url: urllib.request.Request(f"{url}?{parameters}", content, headers, method="POST"), _WRITTEN
        )

    def error(self, problem: str, advice: str) -> ServiceError:
        """Make an error of one line about the endpoint."""
        return self._queries.error(problem, advice)

    def _rows(self, answer: Answer, text: str) -> Rows:
        body = _without_virtuoso_node_ids(self._expect(answer, _ROWS_TYPES))
        found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QueryBoolean):
            raise self.error("the answer is true or false, not rows", "is this a SPARQL endpoint?")
        rows = Rows(found)  # written anew: what is not well-formed comes out here, and what follows it is left out
        count = len(rows)
        if answer.max_rows is not None and answer.max_rows <= count and answer.max_rows < _limit(text):
            problem = f"the server gives at most {answer.max_rows:,} rows, so these may not be all"
            raise self._queries.error(
                problem, f"ask for pages, by LIMIT {answer.max_rows} and OFFSET around an ordered query"
            )
        return rows

    def _truth(self, answer: Answer) -> bool:
        body = self._expect(answer, _ROWS_TYPES)
        if (truth := _boolean(body)) is not None:
            return truth
        rows = Rows(body)
        if rows.columns == ("__ASK_RETVAL",) and len(rows) == 1:  # Virtuoso 7.2.12
            return next(iter(rows)) != {"__ASK_RETVAL": 0}
        raise self.error("the answer is rows, not true or false", "is this a SPARQL endpoint?")

    def _triples(self, answer: Answer) -> Triples:
        body = self._expect(answer, tuple(_GRAPH_TYPES))
        if not answer.framed:
            raise self._queries.error(
                "the answer does not say where it ends, so it may not be all", "ask for rows (SELECT)"
            )
        triples = (quad.triple for quad in ox.parse(body, format=_GRAPH_TYPES[answer.media_type]))
        return Triples(triples, self._prefixes)

    def _expect(self, answer: Answer, media_types: tuple[str, ...]) -> bytes:
        if answer.media_type in media_types:
            return answer.body
        problem = f"the answer is {words(answer.media_type) or 'of no stated type'}, not {media_types[0]}"
        raise self.error(problem, "is this the URL of a SPARQL endpoint?")

    def _request(self, url: str, form: str, text: str) -> urllib.request.Request:
        from SPARQLWrapper import POST, POSTDIRECTLY, SPARQLWrapper

        is_query = form in _ACCEPT
        wrapper = SPARQLWrapper(url, updateEndpoint=url, agent=AGENT)
        wrapper.setOnlyConneg(True)
        for name, value in (self._queries if is_query else self._updates).parameters:
            wrapper.addParameter(name, value)
        if is_query:
            wrapper.addCustomHttpHeader("Accept", _ACCEPT[form])
            for name, graphs in (("default", self._default_graphs), ("named", self._named_graphs)):
                for graph in graphs:
                    wrapper.addParameter(f"{name}-graph-uri", graph)
        # `setQuery` would guess the form anew, and take `prefix x: <http://add.example/> SELECT ...` for an update.
        wrapper.queryString, wrapper.queryType = text, form
        wrapper.setRequestMethod(POSTDIRECTLY)  # rdflib-endpoint 0.6.3 decodes a form twice
        if not is_query:
            wrapper.setMethod(POST)
        request = wrapper._createRequest()
        if len(request.full_url) > MAX_URL:
            wrapper.setMethod(POST)
            request = wrapper._createRequest()
        return request


def _insertion(graph: ox.NamedNode, triples: Sequence[ox.Triple]) -> str:
    operations = []
    for start in range(0, len(triples), MAX_INSERTED):
        data = " .\n".join(map(str, triples[start : start + MAX_INSERTED]))
        operations.append(f"INSERT DATA {{ GRAPH {graph} {{\n{data}\n}} }}")
    return " ;\n".join(operations)


def _update_url(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts._replace(path=re.sub("(?<=/)query(?=/?$)", "update", parts.path)).geturl()


def _boolean(body: bytes) -> bool | None:
    """Read the truth value of results in JSON; None if they are rows."""
    result = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    return bool(result) if isinstance(result, ox.QueryBoolean) else None


def _check_nesting(answer: Answer) -> None:
    """Refuse triples as terms that are nested deep: reading them recurses, and a crash takes the process with it."""
    body = answer.body
    if answer.media_type in _GRAPH_TYPES:
        if body.count(b"<<(") > MAX_DEPTH:
            check_depth(body.decode(), answer.media_type)
    elif answer.media_type in _ROWS_TYPES and (b"triple" in body or b"\\u" in body):
        brackets = re.sub(rb'"(?:[^"\\]++|\\.)*+"?|[^{}"]++', b"", body, flags=re.DOTALL)
        for _ in range(2 * MAX_DEPTH):
            brackets = brackets.replace(b"{}", b"")
        if brackets:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels, or brackets without their others")


def _limit(text: str) -> float:
    """Return how many rows a query asks for at most."""
    found = re.search(r"(?i)\bLIMIT\s+([0-9]{1,18})\b", text[text.rfind("}") :])
    return int(found[1]) if found else float("inf")


def _without_virtuoso_node_ids(body: bytes) -> bytes:
    """Correct the labels of blank nodes in results in JSON: Virtuoso 7 writes `nodeID://b1` for `b1`."""
    return re.sub(rb'("bnode"\s*,\s*"value"\s*:\s*")nodeID://', rb"\1", body) if b"nodeID://" in body else body


class SettledStore:
    """A server without what an unfinished load has put aside there, which the first query looks for."""

    def __init__(self, store: RemoteStore) -> None:
        self._store = store
        self._settled = False

    def query(self, text: str, services: Collection[str] = ()) -> Result:
        """Ask as `RemoteStore.query` does.

        Raises:
            ParseError, ServiceError: as there.
        """
        if not self._settled:
            if self._store.query(f"ASK {{ GRAPH {LOADS} {{ ?load {STARTED} ?time }} }}") is True:
                self._store.limit_to([graph for graph in self._store.graphs() if not graph.startswith(LOAD)])
            self._settled = True
        return self._store.query(text, services)
