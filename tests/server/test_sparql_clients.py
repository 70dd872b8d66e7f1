"""SPARQL over HTTP with the clients that people use."""

import json
import subprocess
from urllib.parse import urlsplit

import pytest
import rdflib
import SPARQLWrapper
from rdflib.plugins.stores.sparqlstore import SPARQLStore

import foc_graph
from foc_graph.graph import Graph
from foc_graph.namespaces import PREFIXES
from tests.support.foc_server import FocServer
from tests.support.http import COALITIONS, QUERY
from tests.support.programs import find_program


@pytest.mark.parametrize("method", [SPARQLWrapper.GET, SPARQLWrapper.POST])
def test_sparqlwrapper(small_server: FocServer, small: Graph, method: str) -> None:
    wrapper = SPARQLWrapper.SPARQLWrapper(f"{small_server.url}/sparql")
    wrapper.setMethod(method)
    wrapper.setQuery(f"PREFIX coal: <{PREFIXES['coal']}> {COALITIONS}")
    expected = [row["coalition"] for row in small.sparql(COALITIONS)]
    wrapper.setReturnFormat(SPARQLWrapper.JSON)
    assert [row["coalition"]["value"] for row in wrapper.queryAndConvert()["results"]["bindings"]] == expected
    wrapper.setReturnFormat(SPARQLWrapper.XML)
    assert len(wrapper.queryAndConvert().getElementsByTagName("result")) == len(expected)
    wrapper.setReturnFormat(SPARQLWrapper.CSV)
    assert wrapper.queryAndConvert().decode().split("\r\n")[1:-1] == expected
    wrapper.setQuery("ASK { <https://example.org/coalition/id/first> ?p ?o }")
    wrapper.setReturnFormat(SPARQLWrapper.JSON)
    assert wrapper.queryAndConvert()["boolean"] is True
    wrapper.setQuery("DESCRIBE <https://example.org/coalition/id/first>")
    for kind in (SPARQLWrapper.TURTLE, SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD):
        wrapper.setReturnFormat(kind)
        found = wrapper.queryAndConvert()
        if isinstance(found, bytes):
            found = rdflib.Graph().parse(data=found, format="turtle")
        assert len(found) > 5
    wrapper.setReturnFormat(SPARQLWrapper.JSON)
    wrapper.setQuery("SELECT nothing")
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match=r"before the end of .*SELECT nothing"):
        wrapper.query()


@pytest.mark.parametrize(
    ("method", "kind"), [("GET", "json"), ("POST", "xml"), ("POST_FORM", "csv"), ("GET", "tsv"), ("POST", "json")]
)
def test_rdflib_sparqlstore(small_server: FocServer, small: Graph, method: str, kind: str) -> None:
    remote = rdflib.Graph(SPARQLStore(f"{small_server.url}/sparql", method=method, returnFormat=kind))
    query = f"PREFIX coal: <{PREFIXES['coal']}> {COALITIONS}"
    assert [str(row[0]) for row in remote.query(query)] == [row["coalition"] for row in small.sparql(COALITIONS)]
    foc = rdflib.URIRef("https://example.org/coalition/id/first")
    if kind in ("json", "xml"):  # rdflib reads truth values and graphs in no other
        assert (foc, rdflib.RDF.type, rdflib.URIRef(f"{PREFIXES['coal']}Coalition")) in remote
        assert len(remote.query(f"CONSTRUCT {{ {foc.n3()} ?p ?o }} WHERE {{ {foc.n3()} ?p ?o }}").graph) > 5


def test_foc_itself(small_server: FocServer, small: Graph) -> None:
    remote = foc_graph.open(small.workspace.root, endpoint=f"{small_server.url}/sparql")
    asked = {"coalition": "first", "as_of": "2015"}
    assert list(remote.query("members", **asked)) == list(small.query("members", **asked))


@pytest.mark.parametrize(
    ("options", "path"),
    [
        (["--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql"),
        (["--data-urlencode", f"query={COALITIONS}"], "/sparql"),
        (["--header", f"Content-Type: {QUERY}", "--data-binary", COALITIONS], "/sparql"),
        (["--compressed", "--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql"),
        (["--location", "--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql/"),
        (["--http1.0", "--get", "--data-urlencode", f"query={COALITIONS}"], "/sparql"),
    ],
)
def test_curl(small_server: FocServer, small: Graph, options: list[str], path: str) -> None:
    curl = find_program("curl", "apt-get install curl")
    command = [curl, "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "30", *options]
    done = subprocess.run([*command, f"{small_server.url}{path}"], capture_output=True, check=True)
    found = [row["coalition"]["value"] for row in json.loads(done.stdout)["results"]["bindings"]]
    assert found == [row["coalition"] for row in small.sparql(COALITIONS)]
    assert urlsplit(found[0]).scheme == "https"
