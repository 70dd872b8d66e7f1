"""Endpoints of other datasets that do not answer what they are asked, and what is unseen in what they say."""

import json
from pathlib import Path

import pytest

from foc_graph.errors import ServiceError
from foc_graph.links.targets import ELSEWHERE, stated_records
from foc_graph.rdf.terms import is_iri
from foc_graph.sssom.tsv import read_mappings
from foc_graph.store.remote import RemoteStore
from tests.support.commands import foc
from tests.support.web_server import Answer, Web, head, raw

THERE = "https://example.org/observatory/"
LABEL, ONE = "http://www.w3.org/2000/01/rdf-schema#label", f"{THERE}1"


def rows(columns: str, *values: tuple[str | None, ...]) -> Answer:
    """Results in JSON: IRIs, `_:` blank nodes, other texts as literals, and nothing for None."""
    told = [
        {
            column: {
                "type": "bnode" if value.startswith("_:") else "uri" if is_iri(value) else "literal",
                "value": value.removeprefix("_:"),
            }
            for column, value in zip(columns.split(), row, strict=True)
            if value is not None
        }
        for row in values
    ]
    body = json.dumps({"head": {"vars": columns.split()}, "results": {"bindings": told}}).encode()
    return raw(head(200, Content_Type="application/sparql-results+json", Content_Length=str(len(body))) + body)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([rows("a b", (ONE, "x"))], "the columns 'a, b', not thing"),
        ([rows("thing", (ONE,)), rows("thing property value", (ONE, f"{THERE}p", "x"))], f"'<{THERE}p>' of '<{ONE}>'"),
        ([rows("thing", (ONE,)), rows("thing property value", (f"{THERE}2", LABEL, "x"))], f"of '<{THERE}2>'"),
    ],
)
def test_what_an_endpoint_was_not_asked_for_is_exit_3(
    web: Web, answers: list[Answer], message: str, small_root: Path
) -> None:
    web.answers = answers
    done = foc("link", "suggest", "--target", web.url, cwd=small_root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith(f"foc: {web.url}: ") and message in done.stderr


def test_an_endpoint_that_does_not_page_is_asked_no_further(web: Web, small_root: Path) -> None:
    web.answers = [rows("thing", *((f"{THERE}{number}",) for number in range(1000)))]
    done = foc("link", "suggest", "--target", web.url, cwd=small_root)
    assert (done.returncode, done.stdout, len(web.requests)) == (3, "", 2)
    assert "it does not page" in done.stderr and done.stderr.count("\n") == 1


def test_an_endpoint_of_full_answers_comes_to_an_end(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    things = [f"{THERE}{number}" for number in range(5)]
    web.answers = [
        rows("thing property value", *((thing, LABEL, f"x{number}") for number in range(count)))
        for thing in things
        for count in (1000, 0)
    ]
    monkeypatch.setattr("foc_graph.links.targets.MOST_ROWS", 2500)
    problem = r"it gave more than 2,500 rows about 3 of 5 things: take its data as a file, or a part of it"
    with pytest.raises(ServiceError, match=problem):
        list(stated_records(RemoteStore(web.url), things, ELSEWHERE._replace(things=1)))


UNSEEN = "\x1b[31m\x00\x85\u202a\u202e\u2066\u2069\u200b\u200d\u2060\ufeff"


def test_unseen_characters_get_neither_into_proposals_nor_onto_the_terminal(
    web: Web, tmp_path: Path, small_root: Path
) -> None:
    things = "".join(f'<{iri}> <{LABEL}> "Coalition Watch" .\n' for iri in (ONE, f"{THERE}2\u202e", f"{THERE}3\u200b"))
    (tmp_path / "things.nt").write_text(things, "utf-8")
    done = foc("link", "suggest", "--target", str(tmp_path / "things.nt"), cwd=small_root)
    assert {row.slots["object_id"] for row in read_mappings(done.stdout, "").rows} == {"target:1"}
    name = (ONE, LABEL, f"Coalition{UNSEEN} Watch{UNSEEN}")
    homepage = (ONE, "http://xmlns.com/foaf/0.1/homepage", f"x{UNSEEN}y")
    columns = "thing property value"
    web.answers = [rows("thing", (ONE,)), rows(columns, name, homepage), rows(columns)]
    out = tmp_path / "proposals.sssom.tsv"
    options = ("--kind", "organisation", "--least", "0", "--out", str(out))
    done = foc("link", "suggest", "--target", web.url, *options, cwd=small_root)
    assert (done.returncode, done.stderr) == (0, "")
    text = out.read_text("utf-8")
    assert "target:1" in text and all(line.replace("\t", " ").isprintable() for line in text.split("\n"))
    into = str(small_root / "data" / "links" / "observatory.sssom.tsv")
    shown = foc("link", "review", str(out), "--source", "charter", "--into", into, cwd=small_root)
    assert "  there  Coalition" in shown.stdout and all(line.isprintable() for line in shown.stdout.split("\n"))
