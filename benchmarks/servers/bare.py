"""What the least of a server costs: Starlette over pyoxigraph, which holds a copy of the store STORE in memory."""

import os

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_store = ox.Store()
_store.bulk_extend(ox.Store.read_only(os.environ["STORE"]))


async def sparql(request: Request) -> Response:
    found = _store.query(request.query_params["query"], use_default_graph_as_union=True)
    return Response(found.serialize(format=ox.QueryResultsFormat.JSON), media_type="application/sparql-results+json")


app = Starlette(routes=[Route("/sparql", sparql)])
