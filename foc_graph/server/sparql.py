"""The SPARQL endpoint: SPARQL 1.1 Protocol, Service Description, reading by the Graph Store Protocol, and its page."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from foc_graph.namespaces import PREFIXES
from foc_graph.rdf.parser import FORMATS
from foc_graph.rdf.terms import is_iri
from foc_graph.release.catalogue.description import VOID, Description, Values, name
from foc_graph.release.catalogue.examples import add_examples
from foc_graph.release.catalogue.partitions import add_partitions
from foc_graph.sandbox.pool import Answer
from foc_graph.server.connections import MAX_HEAD
from foc_graph.server.evaluation import Question, read_answer
from foc_graph.server.files import file
from foc_graph.server.negotiation import GRAPHS, HTML, ROWS, choose
from foc_graph.server.requests import FORM, Parameters, ProblemError, decode, parameters, read_body, read_form
from foc_graph.server.responses import Dataset, answer, ask_sandbox, graph_type, respond
from foc_graph.server.site import PROBLEM_PAGE, render_page
from foc_graph.server.state import State
from foc_graph.site.addresses import Addresses
from foc_graph.site.answers import MOST, Shown, tabulate
from foc_graph.site.media import media
from foc_graph.site.sparql import EXAMPLES, FIRST, Asked, describe_editor, list_examples
from foc_graph.sparql.public import MAX_LENGTH
from foc_graph.store.results import as_rows

ACCEPT = "accept"
"""The parameter that stands for the header of this name, which a form cannot send."""

_MOST_BYTES = 2**17
"""Most of an answer, with a row on each line, that a page shows."""

_PIECES = 3
"""So many pieces of an answer are more than that."""

_CELLS = 10_000
"""Most cells of a table."""

_DATASET = ("default-graph-uri", "named-graph-uri")
_QUERY, _UPDATE = "application/sparql-query", "application/sparql-update"
_WHOLE = "CONSTRUCT WHERE { ?subject ?predicate ?object }"
_TURTLE = "text/turtle"
_FORMAT = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_SERIALISATIONS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
_GRAPHS = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { } } ORDER BY ?graph"


async def sparql(request: Request) -> ASGIApp:
    """Answer a query; without one, say what the service can do."""
    state: State = request.scope["served"]
    if state.refusal:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, state.refusal)
    queries, others = await _asked(request)
    wanted = dict(others).get(ACCEPT, "")
    accept = wanted or request.headers.get("accept")
    if not queries and request.method != "POST":
        is_page = choose(accept, [*GRAPHS, HTML]) == HTML
        return await (form(request) if is_page else _describe_service(request, accept))
    if len(queries) != 1:
        detail = f"{len(queries)} queries were sent: send one, as the parameter `query` or as {_QUERY}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    asked = Asked(queries[0], [one for one in others if one[0] in _DATASET], wanted or HTML)
    request.scope[PROBLEM_PAGE] = partial(problem_page, request, asked)
    dataset = Dataset(*(_graphs(asked.graphs, name) for name in _DATASET))
    if choose(accept, [*ROWS, *GRAPHS, HTML]) == HTML:
        return answer_page(request, asked, dataset)
    return answer(request, asked.query, dataset, accept)


async def graph_store(request: Request) -> ASGIApp:
    """Send a graph, by parameter `graph`, or with `default` the union of all."""
    accept = request.headers.get("accept")
    graph_type(accept)
    given = [one for one in parameters(request.scope["query_string"]) if one[0] in ("graph", "default")]
    if given == [("default", "")]:
        return answer(request, _WHOLE, Dataset(), accept)
    if [name for name, _ in given] != ["graph"]:
        detail = "name a graph: `?graph=` with its IRI, or `?default` for all graphs together"
        raise ProblemError(HTTPStatus.BAD_REQUEST, detail)
    iri = given[0][1]
    if not is_iri(iri):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "graph is not an absolute IRI: write it in full")
    state: State = request.scope["served"]
    if not await run_in_threadpool(state.graph.sparql, f"ASK {{ GRAPH {ox.NamedNode(iri)} {{ }} }}"):
        detail = "there is no graph of this name: the service description at /sparql lists them all"
        raise ProblemError(HTTPStatus.NOT_FOUND, detail)
    return answer(request, _WHOLE, Dataset((iri,)), accept)


async def _asked(request: Request) -> tuple[list[str], Parameters]:
    """Return the queries of a request, however they were sent, and all parameters."""
    given, direct = parameters(request.scope["query_string"]), []
    if request.method == "POST":
        kind, _, parameter = request.headers.get("content-type", "").lower().partition(";")
        kind, _, charset = kind.strip(), *parameter.strip().rpartition("charset=")[1:]
        if kind == _UPDATE:
            raise _read_only()
        if kind not in (_QUERY, FORM) or charset.strip('"') not in ("", "utf-8"):
            detail = f"send a query as {_QUERY} or {FORM}, in UTF-8"
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        content = await read_body(request)
        if kind == FORM:
            given += await read_form(content)
        else:
            direct.append(decode(content))
    if any(name == "update" for name, _ in given):
        raise _read_only()
    return direct + [value for name, value in given if name == "query"], given


def _read_only() -> ProblemError:
    return ProblemError(HTTPStatus.FORBIDDEN, "this endpoint is read-only and takes no updates")


def _graphs(given: Parameters, wanted: str) -> tuple[str, ...] | None:
    found = tuple(value for name, value in given if name == wanted)
    if not all(map(is_iri, found)):
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"{wanted} is not an absolute IRI: write it in full")
    return found or None


async def _describe_service(request: Request, accept: str | None) -> Response:
    """Describe the endpoint, by the address that the workspace gives it, else by the one that is asked."""
    return await _respond_described(request, str(request.url.replace(query=None, fragment=None)), graph_type(accept))


async def void(request: Request) -> Response:
    """Describe the dataset: by the file of the release in force, else as the endpoint does."""
    state: State = request.scope["served"]
    if state.release is not None:
        return await run_in_threadpool(file, VOID, request)
    return await _respond_described(request, str(request.url.replace(path="/sparql", query=None)), _TURTLE)


async def _respond_described(request: Request, address: str, kind: str) -> Response:
    state: State = request.scope["served"]
    if state.refusal:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, state.refusal)
    endpoint = state.graph.workspace.settings.endpoint or address
    if not is_iri(endpoint):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the Host header names no host: send that of this server")
    make = partial(_described, state, endpoint, FORMATS[GRAPHS[kind]])
    return await respond(request, (state.current.tag, "service", endpoint, kind), make, kind, is_asking=True)


def _described(state: State, endpoint: str, format: ox.RdfFormat) -> bytes:
    """Describe the endpoint with what its graph holds and how to ask it."""
    out, graph = Description(), state.graph.asked_in(state.current.store)
    graphs = [row["graph"] for row in as_rows(graph.sparql(_GRAPHS))]
    partitions = add_partitions(out, graph.store, endpoint, graph.base) if state.is_small else {}
    union = out.add(f"{endpoint}#union", "sd:Graph void:Dataset", {"void:classPartition": partitions.values()})
    named = [out.add(iri, "sd:NamedGraph", {"sd:name": ox.NamedNode(iri)}) for iri in graphs]
    dataset: dict[str, Values] = {"sd:defaultGraph": union, "sd:namedGraph": named}
    about: dict[str, Values] = {
        "sd:endpoint": ox.NamedNode(endpoint),
        "sd:supportedLanguage": name("sd:SPARQL11Query"),
        "sd:feature": name("sd:UnionDefaultGraph"),
        "sd:defaultEntailmentRegime": ox.NamedNode("http://www.w3.org/ns/entailment/Simple"),
        "sd:resultFormat": [ox.NamedNode(_FORMAT + one) for one in (*_RESULTS, *_SERIALISATIONS)],
        "sd:defaultDataset": out.add(f"{endpoint}#dataset", "sd:Dataset", dataset),
    }
    out.add(f"{endpoint}#service", "sd:Service", about)
    add_examples(out, graph, endpoint, endpoint)
    return out.serialise(format)


async def form(request: Request) -> Response:
    """Respond with the page before anything is asked."""
    state: State = request.scope["served"]
    return await respond(request, (state.current.tag, request.url.path), partial(_form, request))


def _form(request: Request) -> bytes:
    state: State = request.scope["served"]
    queries = [query for query in state.graph.queries.values() if not query.parameters]
    return _page(
        request,
        Asked(FIRST, [], HTML),
        examples=[(query, _address(request, [("query", query.text.strip())])) for query in queries],
        prefixes=PREFIXES,
        endpoint=state.graph.workspace.settings.endpoint,
        limits=state.settings,
        longest=MAX_LENGTH,
    )


async def examples(request: Request) -> Response:
    """List the stored queries with the values of their examples, as SPARQL: what to begin with in an editor."""
    state: State = request.scope["served"]
    snapshot = state.current
    return await respond(
        request, (snapshot.tag, "examples"), partial(list_examples, snapshot.graph), "application/json"
    )


def problem_page(request: Request, asked: Asked, problem: ProblemError) -> bytes:
    """Render the page with what is wrong with a query."""
    return _page(request, asked, problem=problem.detail)


def answer_page(request: Request, asked: Asked, dataset: Dataset) -> ASGIApp:
    """Answer a query with a page: a table of its first rows."""
    state: State = request.scope["served"]
    question = Question(asked.query, "tsv", "nt", *dataset, state.graph.base, _PIECES)
    return ask_sandbox(request, question, (HTML, state.current.tag), partial(_send, request, asked))


async def _send(
    request: Request, asked: Asked, found: Answer, headers: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    pieces = [piece async for piece in found.pieces]
    content = await run_in_threadpool(_answered, request, asked, found.kind, b"".join(pieces))
    await Response(content, headers=headers, media_type=HTML)(scope, receive, send)


def _answered(request: Request, asked: Asked, kind: str, content: bytes) -> bytes:
    """Render the page with an answer, or with the beginning of a longer one; too long a query has no links."""
    formats = _kinds(GRAPHS if kind == "graph" else ROWS)
    given = [*asked.graphs, ("query", asked.query)]
    links = [(name, _address(request, [*given, (ACCEPT, one)])) for name, one in formats]
    if max(len(address) for _, address in links) > MAX_HEAD // 2:  # the rest is for other headers
        links = []
    if kind == "boolean":
        return _page(request, asked, truth=read_answer(kind, content, "tsv"), formats=links)
    return _page(request, asked, table=_table(request, kind, content), formats=links)


def _table(request: Request, kind: str, content: bytes) -> Shown:
    """Return the rows that are there as a whole."""
    *lines, _ = content[:_MOST_BYTES].split(b"\n")
    if not lines and content:
        return Shown((), [], None)
    most = MOST if kind == "graph" else 1 + min(MOST, _CELLS // (lines[0].count(b"\t") + 1))
    whole = b"".join(line + b"\n" for line in lines[:most])
    state: State = request.scope["served"]
    table = tabulate(read_answer(kind, whole, "tsv"), Addresses(state.graph.base, state.current.shared), _root(request))
    return table._replace(total=None) if len(whole) < len(content) else table


def _page(request: Request, asked: Asked, **context: object) -> bytes:
    state: State = request.scope["served"]
    absent = dict.fromkeys(("problem", "truth", "table", "examples"))
    return render_page(
        "sparql",
        state.current,
        _root(request),
        title="SPARQL",
        asked=asked,
        kinds={"rows": _kinds(ROWS), "a graph": _kinds(GRAPHS)},
        editor=describe_editor(state.graph.base),
        **{**absent, "formats": [], **context},
    )


def _root(request: Request) -> str:
    """Return the relative address of the front page."""
    return "../" if request.url.path.endswith("/") else "./"


def _address(request: Request, parameters: list[tuple[str, str]]) -> str:
    """Return the address of a query to this endpoint, relative to that of the page."""
    return f"{_root(request)}sparql?{urlencode(parameters)}"


def _kinds(formats: dict[str, str]) -> list[tuple[str, str]]:
    """Return the names of formats and their media types."""
    kinds = {ending: kind for kind, ending in reversed(formats.items())}
    known = ((ending, media(f"answer.{ending}")) for ending in reversed(kinds))
    return [(about.name if about else ending.upper(), kinds[ending]) for ending, about in known]


ROUTES = [
    Route("/sparql", sparql, methods=["GET", "POST"]),
    Route("/sparql/", sparql, methods=["GET", "POST"], include_in_schema=False),
    Route(f"/{EXAMPLES}", examples),
    Route(f"/{VOID}", void),
]

GRAPH_STORE_ROUTES = [Route("/graph-store", graph_store)]
