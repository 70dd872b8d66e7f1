"""`foc show`: the card of a thing in a reader's words and order, within the terminal."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from foc_graph.graph import Graph
from foc_graph.show import SECTIONS, card
from tests.support import WorkspaceMaker
from tests.support.commands import foc

HOSTILE = """
<https://w3id.org/coalition/id/foc/odd> a coal:WorkingGroup ;
    skos:prefLabel "Odd\\u202Ename\\u001B[31m 字字字 e\\u0308"@en ;
    skos:altLabel "WWW"@en ;
    coal:note "one\\ntwo" , "%s" .
""" % ("long" * 2500)


def shown(root: Path, thing: str) -> str:
    done = foc("--workspace", str(root), "show", thing)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("COLUMNS", "80")
    return monkeypatch


def test_a_coalition_is_told_from_its_name_to_its_links(small_root: Path, at: pytest.MonkeyPatch) -> None:
    parts = shown(small_root, "first").split("\n\n")
    assert parts[0].splitlines() == ["First Coalition", "coalition"]
    facts = dict(re.split(r"\s{2,}", line, maxsplit=1) for line in parts[1].splitlines())
    assert facts == {
        "also called": "FC",
        "aim": "Be the first of five.",
        "began": "8 December 2011",
        "state": "still active (checked 24 November 2026)",
        "founding members": "5 [2]",
    }
    assert list(facts) == ["also called", "aim", "began", "state", "founding members"]
    assert [part.splitlines()[0] for part in parts if part[0] in "MBS"] == ["Members", "Bodies", "Sources"]
    assert parts[-1].split() == ["Links", "ID", "first", "IRI", "https://example.org/coalition/id/first"]


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        ("first/group", ["ended May 2016", "part of First Coalition", "Tasks", "Coalition Watch", "Ada Reader"]),
        ("government/ee", ["governs Estonia", "category government", "Memberships and offices", "Third Coalition"]),
        ("first/group/mandate/1", ["for Reading Group", "tasks Reading of statements", "set up by", "began July 2013"]),
        ("first/membership/ee", ["who Government of Estonia", "in First Coalition", "role member", "began 2012"]),
        ("coal:Membership", ["membership", "class", "kind of org:Membership"]),
    ],
)
def test_facts_have_the_names_that_people_give_them(thing: str, words: list[str], small_root: Path) -> None:
    text = " ".join(shown(small_root, thing).split())
    assert [word for word in words if word not in text] == []
    assert not re.search(r"\b(rdf:type|skos:\w*Label|category basis|granted by|assigns|empowers)\b", text)


def test_of_a_long_section_the_first_rows_are_shown_and_how_to_get_all(
    make_workspace: WorkspaceMaker, at: pytest.MonkeyPatch
) -> None:
    seats = "".join(
        f"<https://w3id.org/coalition/id/organisation/o{number}> a org:Organization ; skos:prefLabel 'O{number}'@en .\n"
        f"<https://w3id.org/coalition/id/foc/membership/o{number}> a coal:Membership ; "
        f"org:member <https://w3id.org/coalition/id/organisation/o{number}> ; coal:begin '2012'^^xsd:gYear ; "
        "org:organization <https://w3id.org/coalition/id/foc> ; "
        "org:role <https://w3id.org/coalition/concept/role/member> .\n"
        for number in range(13)
    )
    coalition = "<https://w3id.org/coalition/id/foc> a coal:Coalition ; skos:prefLabel 'Many'@en .\n"
    root = make_workspace(many=coalition + seats, odd=HOSTILE)
    text = shown(root, "foc")
    assert "10 of 13 rows · all: foc query members --coalition foc\n" in text and "O9" not in text
    for width in (30, 80):
        at.setenv("COLUMNS", str(width))
        odd = shown(root, "foc/odd")
        assert max(map(cell_len, odd.splitlines())) <= width and "one two" in odd
        assert odd.replace("\n", "").isprintable() and odd.startswith("Odd name [31m 字字字 e\u0308\n")


@pytest.mark.parametrize("thing", ["wg1", "foc/wg1/mandate/1", "source/foc-history"])
def test_no_line_is_wider_than_the_terminal(thing: str, graph: Graph, at: pytest.MonkeyPatch) -> None:
    found = card(graph, thing)
    words = {word for values in found.facts.values() for value in values for word in value.split()}
    for width in (40, 80):
        at.setenv("COLUMNS", str(width))
        text = foc("show", thing).stdout
        assert max(map(cell_len, text.splitlines())) <= width
        assert {word for word in words if len(word) <= width // 2} <= set(text.split())
        assert [text.index(SECTIONS[name][0]) for name in found.sections] == sorted(
            text.index(SECTIONS[name][0]) for name in found.sections
        )
