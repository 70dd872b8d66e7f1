"""The reconciliation service, as clients such as OpenRefine ask it (API 0.2)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import jsonschema
import pytest
from starlette.testclient import TestClient

from foc_graph.links.properties import PROPERTIES
from foc_graph.matching.index import KINDS
from foc_graph.namespaces import PREFIXES
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from tests.support.http import problem

SCHEMAS = json.loads(Path(__file__).with_name("reconciliation_schemas.json").read_text("utf-8"))
"""JSON schemas of what a reconciliation service answers (API 0.2), narrowed to what ours does."""


def reconciled(client: httpx2.Client, **queries: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The candidates for each name."""
    response = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert response.status_code == 200, response.text
    jsonschema.validate(response.json(), SCHEMAS["results"])
    return {key: answer["result"] for key, answer in response.json().items()}


def extended(client: httpx2.Client, things: list[str], *properties: dict[str, Any]) -> dict[str, Any]:
    response = client.post("/reconcile", data={"extend": json.dumps({"ids": things, "properties": properties})})
    assert response.status_code == 200, response.text
    jsonschema.validate(response.json(), SCHEMAS["extension"])
    assert [one["id"] for one in response.json()["meta"]] == [one["id"] for one in properties]
    rows: dict[str, Any] = response.json()["rows"]
    return rows


def test_the_manifest_leads_to_what_there_is(client: httpx2.Client) -> None:
    answer = client.get("/reconcile")
    manifest = answer.json()
    jsonschema.validate(manifest, SCHEMAS["manifest"])
    assert answer.headers["Content-Type"] == "application/json"
    assert client.get("/reconcile", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert [one["id"] for one in manifest["defaultTypes"]] == list(KINDS)
    thing = urlsplit(manifest["view"]["url"].replace("{{id}}", "government/ee")).path
    assert client.get(thing).headers["Location"].endswith("doc/government/ee")
    assert client.get(manifest["preview"]["url"].replace("{{id}}", "government/ee")).status_code == 200
    for name, service in manifest["suggest"].items():
        found = client.get(service["service_url"] + service["service_path"], params={"prefix": "co"}).json()
        jsonschema.validate(found, SCHEMAS["suggestions"])
        assert found["result"], name


@pytest.mark.parametrize(
    ("name", "kind", "thing"),
    [
        ("Estonia", "government", "government/ee"),
        ("estonia ", "country", "country/ee"),
        ("Government of Estonia", "", "government/ee"),
        ("First Coalition", "coalition", "first"),
        ("FC", "coalition", "first"),
        ("Coalition Watch", "organisation", "organisation/watch"),
        ("Ada Reader", "person", "person/ada-reader"),
        ("Reading Group", "body", "first/group"),
        ("Statement on Statements", "document", "first/document/statement"),
    ],
)
def test_a_name_is_matched(client: httpx2.Client, name: str, kind: str, thing: str) -> None:
    query = {"query": name, **({"type": kind} if kind else {})}
    best = reconciled(client, q0=query)["q0"][0]
    assert (best["id"], best["match"]) == (thing, True)
    assert kind in ("", *(one["id"] for one in best["type"]))


def test_each_name_of_a_batch_has_its_answer(client: httpx2.Client) -> None:
    found = reconciled(
        client,
        estonia={"query": "Esttonia", "type": "country", "limit": 2},
        nothing={"query": "Xqzwv Ktrrp"},
        unknown={"query": "Estonia", "type": "ship"},
    )
    assert found["estonia"][0]["id"] == "country/ee" and len(found["estonia"]) <= 2
    assert [one["id"] for one in found["nothing"] if one["match"]] == []
    assert found["unknown"] == []


def test_a_batch_may_be_as_large_as_the_manifest_says(client: httpx2.Client) -> None:
    countries = ["Kenya", "Estonia", "Malta", "Chile"]
    size = client.get("/reconcile").json()["batchSize"]
    names = {f"q{number}": countries[number % len(countries)] for number in range(size)}
    found = reconciled(client, **{key: {"query": name, "type": "country"} for key, name in names.items()})
    assert list(found) == list(names)
    assert {key: answers[0]["name"] for key, answers in found.items()} == names


def test_the_same_batch_by_get_and_by_post(client: httpx2.Client) -> None:
    batch = {"queries": json.dumps({"q0": {"query": "Kenya"}})}
    assert client.get("/reconcile", params=batch).content == client.post("/reconcile", data=batch).content


@pytest.mark.parametrize("name", ["government/ee", " government/ee ", "https://example.org/coalition/id/government/ee"])
def test_the_identifier_of_a_thing_finds_it(client: httpx2.Client, name: str) -> None:
    best, *others = reconciled(client, q0={"query": name, "limit": 3})["q0"]
    assert (best["id"], best["score"], best["match"]) == ("government/ee", 100, True)
    assert [one for one in others if one["match"]] == []
    suggested = client.get("/reconcile/suggest/entity", params={"prefix": name.strip()}).json()["result"]
    assert suggested[0]["id"] == "government/ee"


def test_an_identifier_of_another_kind_of_thing_is_no_match(client: httpx2.Client) -> None:
    found = reconciled(client, q0={"query": "first", "type": "country"})["q0"]
    assert [one for one in found if one["id"] == "first" or one["match"]] == []


def test_odd_data_are_no_reason_to_refuse_all(small_root: Path, tmp_path: Path) -> None:
    """A label that is no text, and an identifier whose scheme is no concept."""
    data = tmp_path / "odd.ttl"
    odd = '; rdfs:label <http://x/y> , "Oddity"@en , "Odd"@fr ; adms:identifier [ coal:scheme 5 ; skos:notation "x" ] .'
    prefixes = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("adms", "coal", "org", "rdfs", "skos"))
    data.write_text(f"{prefixes}<https://example.org/coalition/id/organisation/odd> a org:Organization {odd}", "utf-8")
    with TestClient(application(Settings(str(small_root), data=(str(data),), processes=1))) as client:
        assert reconciled(client, q0={"query": "Oddity"})["q0"][0]["id"] == "organisation/odd"


@pytest.mark.parametrize(
    "properties",
    [
        [{"pid": "country", "v": {"id": "country/ee", "name": "Estonia"}}],
        [{"pid": "country", "v": ["EE"]}],
        [{"pid": "country-code", "v": "EE"}],
        [{"pid": "iso3166-1-alpha-3", "v": "EST"}],
    ],
)
def test_a_country_is_known_in_many_ways(client: httpx2.Client, properties: list[dict[str, Any]]) -> None:
    """Of the foreign ministries in the graph, one is Estonia's."""
    name = "Ministry of Foreign Affairs"
    best = reconciled(client, q0={"query": name, "type": "organisation", "properties": properties})["q0"][0]
    assert "Estonia" in best["name"] and best["match"]


def test_what_is_known_is_enough_without_a_name(client: httpx2.Client) -> None:
    query = {"type": "country", "properties": [{"pid": "wikidata", "v": "Q191"}]}
    assert reconciled(client, q0=query)["q0"][0]["id"] == "country/ee"


BAD = {
    "not JSON": ("{", "not JSON"),
    "a list": ("[]", "queries: not an object"),
    "no object": ('{"q0": "Estonia"}', "'q0': not an object"),
    "nothing asked": ('{"q0": {}}', "'q0': neither a name"),
    "a number": ('{"q0": {"query": 5}}', "'q0': query: not a text"),
    "a limit below one": ('{"q0": {"query": "x", "limit": 0}}', "'q0': limit"),
    "a limit that is no number": ('{"q0": {"query": "x", "limit": NaN}}', "NaN is no number of JSON"),
    "half a pair of surrogates": (r'{"\ud800": {"query": "x"}}', "not JSON in UTF-8"),
    "deep": ("[" * 100_000, "not JSON"),
    "properties": ('{"q0": {"query": "x", "properties": [{"v": "y"}]}}', "'q0': pid: not a text"),
}


def test_a_batch_that_is_none_is_refused(client: httpx2.Client) -> None:
    for text, words in BAD.values():
        assert words in problem(client.post("/reconcile", data={"queries": text}), 400)


def test_a_hostile_name_gets_an_answer(client: httpx2.Client) -> None:
    names = ["\0", "\u202e\u0301", "<script>alert(1)</script>", "'; DROP TABLE x", "a " * 250, "é" * 500, "…"]
    found = reconciled(client, **{f"q{place}": {"query": name} for place, name in enumerate(names)})
    assert [one for answers in found.values() for one in answers if one["match"]] == [] and len(found) == len(names)


def test_one_odd_cell_is_no_reason_to_refuse_the_others(client: httpx2.Client) -> None:
    found = reconciled(
        client,
        blank={"query": "  "},
        long={"query": "x" * 501},
        value={"query": "Kenya", "type": "country", "properties": [{"pid": "homepage", "v": "x" * 501}]},
    )
    assert (found["blank"], found["long"], found["value"][0]["id"]) == ([], [], "country/ke")


def test_another_body_is_refused(client: httpx2.Client) -> None:
    assert "x-www-form-urlencoded" in problem(client.post("/reconcile", json={"queries": {}}), 415)
    both = {"queries": "{}", "extend": "{}"}
    assert "more than one batch" in problem(client.post("/reconcile", data=both), 400)


@pytest.mark.parametrize(
    ("thing", "pid", "settings", "expected"),
    [
        ("government/ee", "country", {}, [{"id": "country/ee", "name": "Estonia"}]),
        ("government/ee", "country-code", {}, [{"str": "EE"}]),
        ("country/ee", "wikidata", {}, [{"str": "Q191"}]),
        ("country/ee", "un-m49", {}, [{"str": "233"}]),
        ("first/group", "part-of", {}, [{"id": "first", "name": "First Coalition"}]),
        ("first/group", "end", {}, [{"str": "2016-05"}]),
        ("first/document/statement", "date", {}, [{"str": "2015-10-09"}]),
        ("first", "country", {}, []),
        ("government/nobody", "country", {}, []),
    ],
)
def test_columns_are_pulled_back(
    client: httpx2.Client, thing: str, pid: str, settings: dict[str, str], expected: list[dict[str, str]]
) -> None:
    assert extended(client, [thing], {"id": pid, "settings": settings})[thing] == {pid: expected}


def test_columns_come_in_the_order_in_which_they_are_asked(client: httpx2.Client) -> None:
    things = ["government/de", "government/nobody", "first/group", "government/ee"]
    asked = [{"id": "country"}, {"id": "member-of", "settings": {"as_of": "2015"}}, {"id": "part-of"}]
    rows = extended(client, things, *asked)
    assert list(rows) == things
    assert {tuple(row) for row in rows.values()} == {tuple(one["id"] for one in asked)}
    assert rows["government/ee"]["country"] == [{"id": "country/ee", "name": "Estonia"}]


def test_memberships_are_those_of_the_date(client: httpx2.Client) -> None:
    """Mongolia was a member from 2011 to 2014; Germany joined in 2016, and is presumed to be one still.

    Without a date, both count.
    """
    things = ["government/mn", "government/de"]

    def members(as_of: str) -> list[bool]:
        rows = extended(client, things, {"id": "member-of", "settings": {"as_of": as_of}})
        return ["first" in [cell["id"] for cell in rows[thing]["member-of"]] for thing in things]

    assert [members(as_of) for as_of in ("2010", "2012-05", "2014-06", "2015", "2018", "2026-11", "")] == [
        [False, False],
        [True, False],
        [True, False],
        [False, False],
        [False, True],
        [False, True],
        [True, True],
    ]


@pytest.mark.parametrize(
    ("extend", "words"),
    [
        ({"ids": ["first"], "properties": [{"id": "size"}]}, "no property 'size': choose "),
        ({"ids": ["government/ee"], "properties": [{"id": "member-of", "settings": {"as_of": "May"}}]}, "not a date"),
        ({"ids": "first", "properties": []}, "ids: not a list"),
        ({"ids": ["x"] * 501, "properties": []}, "ids: more than 500"),
        ({"properties": []}, "ids: not a list"),
        ({"ids": ["\ud800"], "properties": []}, "not JSON in UTF-8"),
        (
            {
                "ids": ["government/ee"],
                "properties": [{"id": "member-of", "settings": {"as_of": y}} for y in (2015, 2016)],
            },
            "asked for twice",
        ),
    ],
)
def test_an_extension_that_is_none_is_refused(client: httpx2.Client, extend: dict[str, Any], words: str) -> None:
    assert words in problem(client.post("/reconcile", data={"extend": json.dumps(extend)}), 400)


def test_things_in_columns_are_those_of_the_service(client: httpx2.Client) -> None:
    """A thing that can be asked again is given as one; all else, such as concepts and places, by its name."""
    things = [
        "government/ee",
        "first/group",
        "country/ee",
        "first/event/conference-2013",
        "organisation/watch",
        "first",
    ]
    rows: dict[str, dict[str, Any]] = {thing: {} for thing in things}
    for pid in PROPERTIES:
        for thing, row in extended(client, things, {"id": pid}).items():
            rows[thing] |= row
    cells = [cell for row in rows.values() for values in row.values() for cell in values]
    known = {cell["id"] for cell in cells if "id" in cell}
    assert known and all(client.get("/reconcile/preview", params={"id": key}).status_code == 200 for key in known)
    assert rows["first/group"]["type"] == [{"str": "working group"}]


def test_a_membership_may_be_possible_only(client: httpx2.Client) -> None:
    """Australia joined some day in 2015."""
    asked = [{"id": pid, "settings": {"as_of": "2015-05"}} for pid in ("member-of", "possible-member-of")]
    row = extended(client, ["government/au"], *asked)["government/au"]
    assert ["first" in [cell["id"] for cell in cells] for cells in row.values()] == [False, True]


def test_properties_are_proposed_for_a_kind(client: httpx2.Client) -> None:
    place = client.get("/reconcile").json()["extend"]["propose_properties"]
    path = place["service_url"] + place["service_path"]
    for kind in KINDS:
        found = client.get(path, params={"type": kind}).json()["properties"]
        assert [one["id"] for one in found] == [key for key, one in PROPERTIES.items() if kind in one.kinds]
    few = client.get(path, params={"type": kind, "limit": 1}).json()
    assert few == {"properties": found[:1], "type": kind, "limit": 1}


@pytest.mark.parametrize(("prefix", "first"), [("first co", "first"), ("government/ee", "government/ee")])
def test_a_thing_is_suggested_while_its_name_is_typed(client: httpx2.Client, prefix: str, first: str) -> None:
    found = client.get("/reconcile/suggest/entity", params={"prefix": prefix}).json()
    jsonschema.validate(found, SCHEMAS["suggestions"])
    assert first in [one["id"] for one in found["result"]]


def test_suggestions_come_in_portions_as_large_as_is_asked(client: httpx2.Client) -> None:
    def portion(prefix: str, **asked: int) -> list[str]:
        found = client.get("/reconcile/suggest/entity", params={"prefix": prefix, **asked}).json()
        return [one["id"] for one in found["result"]]

    first, second = portion(""), portion("", cursor=20)
    assert len(first) == 20 and second and not set(first) & set(second)
    assert portion("", cursor=5)[:15] == first[5:]
    assert portion("", cursor=999_999_999) == []
    everything = portion("", limit=100)
    assert everything == portion("", limit=999_999_999) and everything == first + second
    assert portion("", limit=3, cursor=5) == first[5:8]
    assert portion("g", limit=2) == portion("g")[:2]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("suggest/entity?prefix=a&cursor=-1", "is no cursor"),
        ("suggest/type?prefix=a&prefix=b", "is repeated"),
        (f"suggest/property?prefix={'x' * 501}", "longer than 500"),
        ("suggest/entity?prefix=a&cursor=x", "is no cursor"),
        ("suggest/entity?prefix=a&limit=0", "is no limit"),
        ("extend/propose?limit=0", "is no limit"),
    ],
)
def test_what_is_no_such_parameter_is_refused(client: httpx2.Client, path: str, words: str) -> None:
    assert words in problem(client.get(f"/reconcile/{path}"), 400)


def test_openrefine_on_the_same_machine_may_ask(client: httpx2.Client) -> None:
    answer = client.post("/reconcile", data={"queries": "{}"}, headers={"Origin": "http://127.0.0.1:3333"})
    assert answer.headers["Access-Control-Allow-Origin"] == "http://127.0.0.1:3333"
    assert "ETag" not in answer.headers


def test_a_preview_may_stand_in_a_frame_and_a_page_may_not(client: httpx2.Client) -> None:
    shown = client.get("/reconcile/preview", params={"id": "first"})
    assert "First Coalition" in shown.text
    assert "frame-ancestors *" in shown.headers["Content-Security-Policy"]
    assert (
        "frame-ancestors 'none'"
        in client.get("/query/", headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    )
    assert "no thing" in problem(client.get("/reconcile/preview", params={"id": "<script>"}), 404)
