"""The description of the server (OpenAPI): it is valid, holds every query and route, and answers are as it says."""

import re
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from openapi_spec_validator import validate
from starlette.routing import Route

from foc_graph.queries.header import read_queries
from foc_graph.server.app import application
from foc_graph.server.negotiation import formats
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.settings import find_workspace
from tests.support import ROOT
from tests.support.stored_calls import CALLS

QUERIES = read_queries(find_workspace(ROOT))
ASKED = {name: values for name, values in CALLS.values() if f"{name}-" in CALLS} | {
    "coalition_graph": {"coalition": "first"}
}
"""The values with which each stored query is asked."""


@pytest.fixture(scope="module")
def document(client: httpx2.Client) -> Any:
    """The description."""
    return client.get("/openapi.json").json()


def described(document: Any, name: str) -> tuple[str, Any]:
    """The path of a stored query in a description, and its operation there."""
    (path,) = document["paths"].keys() & {f"/query/{name}.json", f"/query/{name}.jsonld"}
    return path, document["paths"][path]["get"]


def test_the_description_is_openapi(document: Any) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_the_description_holds_every_query_and_parameter(document: Any) -> None:
    for name, query in QUERIES.items():
        _, operation = described(document, name)
        current = [one for one in operation["parameters"] if "name" in one and not one.get("deprecated")]
        known = {one["name"]: one.get("required", False) for one in current}
        assert known == {one.name: one.required for one in query.parameters}
        for one in operation["parameters"]:
            if "example" in one:
                jsonschema.validate(one["example"], one["schema"])


def test_old_names_answer_and_are_described_as_deprecated(document: Any, client: httpx2.Client) -> None:
    aliases = [(name, old) for name, query in QUERIES.items() for old in query.aliases]
    assert len(aliases) > 3
    for name, old in aliases:
        query, given = QUERIES[name], ASKED[name]
        names = {new: was for was, new in query.aliases[old].items()}
        renamed = {names.get(parameter, parameter): value for parameter, value in given.items()}
        before, now = (
            client.get(f"/query/{one}.csv", params=all_of) for one, all_of in ((old, renamed), (name, given))
        )
        assert (before.status_code, before.content) == (200, now.content), old
        _, operation = described(document, old)
        assert operation.get("deprecated", False) == (old != name)
        assert {one["name"] for one in operation["parameters"] if one.get("deprecated")} == set(query.aliases[old])
        twice = client.get(f"/query/{old}.csv", params=renamed | given)
        assert twice.status_code == (400 if renamed.keys() - given.keys() else 200), old


def test_answers_are_as_described(document: Any, client: httpx2.Client) -> None:
    """Of each query one answer, and of three, one of which gives a graph, each format."""
    for name in QUERIES:
        path, operation = described(document, name)
        answer = client.get(path, params=ASKED[name])
        ((kind, media),) = operation["responses"]["200"]["content"].items()
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind), name
        jsonschema.validate(answer.json(), {**media["schema"], "components": document["components"]})
    for name in ("members", "overlap", "coalition_graph"):
        for one in formats(QUERIES[name]).values():
            answer = client.get(f"/query/{name}", params=ASKED[name], headers={"Accept": one.types[0]})
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].partition(";")[0] == one.types[0]
            assert one.types[0] in document["paths"]["/query/{name}"]["get"]["responses"]["200"]["content"]
        path, _ = described(document, name)
        problem = client.get(f"{path}?nothing=1", headers={"Accept": "application/json"})
        assert problem.status_code == 400
        jsonschema.validate(problem.json(), document["components"]["schemas"]["Problem"])


def test_the_description_holds_every_other_route_once(document: Any) -> None:
    for route in application(Settings()).routes:
        if route.include_in_schema:
            operations = document["paths"][route.path_format]
            assert operations.keys() == {method.lower() for method in route.methods - {"HEAD"}}
            assert all(operation["summary"].endswith(".") for operation in operations.values())
    assert [path for path in document["paths"] if path.removesuffix("/") in document["paths"].keys() - {path}] == []


def test_the_description_has_a_schema_for_every_json_and_no_open_media_type(document: Any) -> None:
    shared = document["components"]["responses"]
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    responses = [shared["Problem"], *(one for operation in operations for one in operation["responses"].values())]
    contents = [one["content"] for one in responses if "content" in one]
    kinds = {kind for content in contents for kind in content}
    assert [kind for kind in {*kinds, *shared["Part"]["content"]} if "*" in kind] == []
    assert {"application/json", "application/sparql-results+json", "application/ld+json"} < kinds
    assert [kind for content in contents for kind in content if "json" in kind and "schema" not in content[kind]] == []


def test_a_client_that_accepts_all_gets_what_is_described_first(document: Any, client: httpx2.Client) -> None:
    found = {}
    for path, item in document["paths"].items():
        content = item["get"]["responses"].get("200", {}).get("content")
        if content and "{" not in path:
            given = {one["name"]: one["example"] for one in item["get"]["parameters"] if one.get("required")}
            given = ASKED.get(path.removeprefix("/query/").partition(".")[0], given)
            answer = client.get(path, params=given, headers={"Accept": "*/*"})
            if answer.status_code == 200:
                found[path] = (answer.headers["Content-Type"].partition(";")[0], next(iter(content)))
    # Without a query, /sparql describes the service, in RDF.
    assert {path for path, (kind, first) in found.items() if kind != first} == {"/sparql"}
    assert {"/", "/query/members.json", "/query/coalition_graph.jsonld", "/reconcile", "/health"} < found.keys()


def test_every_address_stands_in_the_docs_with_what_bounds_it_and_its_tests() -> None:
    page = (ROOT / "docs/reference/security.md").read_text("utf-8")
    rows = [
        row.split(" | ") for row in page.partition("### Every address")[2].strip().partition("\n\n")[0].splitlines()[2:]
    ]
    stated = [address for row in rows for address in re.findall("`(/[^`]+)`", row[0])]
    paths = [route.path for route in application(Settings()).routes if isinstance(route, Route)]
    assert [path for path in paths if path.count("/") > 1 and not path.startswith(tuple(stated))] == []
    assert [address for address in stated if not any(path.startswith(address) for path in paths)] == []
    tests = {name for row in rows for name in re.findall("`(test_[a-z_]+[.]py)`", row[-1])}
    assert tests and tests <= {path.name for path in Path(__file__).parent.iterdir()}
