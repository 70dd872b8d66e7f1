"""`foc link check`: identifiers and links that cannot be right, each told at its place."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.links.schemes import SCHEMES, is_ror
from tests.support import PREFIXES as MADE_PREFIXES
from tests.support import ROOT, WorkspaceMaker
from tests.support.campaign import campaign
from tests.support.commands import foc

PREFIXES = """PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
"""
ID = "https://w3id.org/coalition/id"
SCHEME = "https://w3id.org/coalition/concept/identifier-scheme"
A, B = f"{ID}/organisation/a", f"{ID}/organisation/b"
Q1, Q2, Q3 = (f"http://www.wikidata.org/entity/Q{number}" for number in (1, 2, 3))
THINGS = f"<{A}> a org:Organization .\n<{B}> a org:Organization .\n"


def identifier(thing: str, scheme: str, notation: str, address: str = "", mark: str = "", name: str = "") -> str:
    """An identifier, of which what a finding is to point at has a § before it: `link`, `address` or `notation`."""
    at = {part: "§" if part == mark else "" for part in ("link", "address", "notation")}
    link = f"coal:linkProperty {at['link']}owl:sameAs ; schema:url {at['address']}<{address}> ;" if address else ""
    return (
        f"<{thing}/identifier/{name or scheme}> a adms:Identifier ; coal:identifies <{thing}> ; {link}\n"
        f'  coal:scheme <{SCHEME}/{scheme}> ; skos:notation {at["notation"]}"{notation}" .\n'
    )


def wikidata(thing: str, item: str, mark: str = "", name: str = "") -> str:
    return identifier(thing, "wikidata", item.rpartition("/")[2], item, mark, name)


FAULTS = {
    "the check digits of an LEI": (
        identifier(A, "lei", "ZXTILKJKG63JELOEG631", mark="notation"),
        "ZXTILKJKG63JELOEG631 is no legal entity identifier: its check digits do not fit",
    ),
    "those of an ISNI": (
        identifier(A, "isni", "0000 0001 2189 9464", mark="notation"),
        "0000 0001 2189 9464 is no ISNI: its check digits do not fit",
    ),
    "those of a ROR identifier": (
        identifier(A, "ror", "020ktwj03", "https://ror.org/020ktwj03", "notation"),
        "020ktwj03 is no ROR identifier: its check digits do not fit",
    ),
    "another address": (
        identifier(A, "wikidata", "Q1", Q2, "address"),
        f"<{Q2}> is not the address of Q1: <{Q1}> is",
    ),
    "another kind of thing": (
        identifier(A, "geonames", "5", "https://sws.geonames.org/5/", "link"),
        "GeoNames identifier: of a thing that is country or city or region, as this is not: use rdfs:seeAlso",
    ),
    "a thing that is a concept of a thesaurus": (
        identifier(A, "eurovoc", "8428", "http://eurovoc.europa.eu/8428", "link"),
        "EuroVoc identifier: of a thing that is concept, as this is not: use rdfs:seeAlso",
    ),
    "two of a scheme": (
        wikidata(A, Q1) + wikidata(A, Q2, "address", "wikidata-2"),
        f"<{Q1}> is of the same thing, and wikidata has one for each",
    ),
    "two things by one address": (
        wikidata(A, Q1) + wikidata(B, Q1, "address"),
        "this makes organisation/b the same as organisation/a: one of the links is wrong",
    ),
}
FAULTS |= {
    "a thing that is another": (
        f"<{A}> owl:sameAs §<{B}> .",
        "this makes organisation/b the same as organisation/a: one of the links is wrong",
    ),
    "digits of another script": (
        identifier(A, "ror", "020ktwj\u0660\u0662", mark="notation"),
        "020ktwj\u0660\u0662 is no ROR identifier: its check digits do not fit",
    ),
}
TARGETS = {
    "merged": (
        wikidata(A, Q1, "address"),
        f"<{Q1}> dcterms:isReplacedBy <{Q3}> .",
        f"merged into <{Q3}>: link to that",
    ),
    "merged as Wikidata tells it": (
        wikidata(A, Q1, "address"),
        f"<{Q1}> owl:sameAs <{Q3}> .",
        f"merged into <{Q3}>: link to that",
    ),
    "withdrawn": (
        wikidata(A, Q1, "address"),
        f"<{Q1}> owl:deprecated true .",
        f"<{Q1}> was withdrawn there: remove the link",
    ),
    "the same by way of another": (
        wikidata(A, Q1) + identifier(B, "ror", "020ktwj02", "https://ror.org/020ktwj02", "address"),
        f"<{Q1}> owl:sameAs <urn:x> . <https://ror.org/020ktwj02> owl:sameAs <urn:x> .",
        "this makes organisation/b the same as organisation/a: one of the links is wrong",
    ),
    "nothing": (wikidata(A, Q1), f"<{Q2}> owl:deprecated true . <{Q1}> rdfs:label 'One' ; owl:deprecated false .", ""),
}


def apart(text: str, number: int) -> str:
    """Write of things and items of one case alone, so that many cases stand in one workspace."""
    return re.sub(r"\bQ(?=[0-9])", f"Q{number}00", text.replace("organisation/", f"organisation/case-{number}-"))


def places(text: str) -> list[str]:
    """Where the marks in the text of a data file are, as `line:column`."""
    lines = (MADE_PREFIXES + PREFIXES + THINGS + text).split("\n")
    return [f"{number}:{line.index('§') + 1}" for number, line in enumerate(lines, 1) if "§" in line]


def checked(make_workspace: WorkspaceMaker, texts: Iterable[str], *options: str) -> tuple[int | None, list[str]]:
    """Run the command on a workspace with a file of each text, and return the exit code and the lines."""
    files = {f"case{number:02}": apart(PREFIXES + THINGS + text, number) for number, text in enumerate(texts)}
    root = make_workspace(**{name: text.replace("§", "") for name, text in files.items()})
    done = foc("--workspace", str(root), "link", "check", *options)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def findings(cases: Iterable[tuple[str, str]]) -> list[str]:
    """List what is printed of problems at the marks of the texts."""
    return [
        apart(f"data/coalitions/foc/case{number:02}.ttl:{place}: {problem}", number)
        for number, (text, problem) in enumerate(cases)
        for place in places(apart(text, number))
    ]


def test_each_fault_is_reported_at_its_position(make_workspace: WorkspaceMaker) -> None:
    expected = [*findings(FAULTS.values()), f"{len(FAULTS)} findings"]
    code, lines = checked(make_workspace, (text for text, _ in FAULTS.values()))
    assert code == 1
    assert [line[: len(start)] for line, start in zip(lines, expected, strict=True)] == expected


def test_statements_of_another_dataset_count(make_workspace: WorkspaceMaker, tmp_path: Path) -> None:
    path = tmp_path / "target.ttl"
    targets = "\n".join(apart(target, number) for number, (_, target, _) in enumerate(TARGETS.values()))
    path.write_text(MADE_PREFIXES + PREFIXES + targets, "utf-8")
    found = checked(make_workspace, (text for text, _, _ in TARGETS.values()), "--target", str(path))
    expected = findings((text, problem) for text, _, problem in TARGETS.values())
    assert found == (1, [*expected, f"{len(expected)} findings"])


def test_values_of_the_wrong_kind_are_left_to_validation(make_workspace: WorkspaceMaker) -> None:
    text = f"""<{A}> owl:sameAs 5 , "x" , [] . <{B}> owl:sameAs "x" .
<{A}/identifier/ror> a adms:Identifier ; coal:identifies <{A}> ; coal:linkProperty owl:sameAs ; schema:url "x" , 5 ;
  coal:scheme <{SCHEME}/ror> ; skos:notation "020ktwj02" .
<{B}/identifier/isni> a adms:Identifier ; coal:identifies <{B}> ; coal:scheme <{SCHEME}/isni> ; skos:notation 0 .
"""
    code, lines = checked(make_workspace, [text])
    assert (code, len(lines)) == (1, 2) and "0 is no ISNI" in lines[0]


def test_the_packaged_links_are_right() -> None:
    done = foc("--workspace", str(ROOT), "link", "check")
    assert (done.returncode, done.stdout) == (0, "0 findings\n")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("absent.ttl", None, "cannot be read"),
        ("bad.ttl", "<x:a> <x:b", "bad.ttl:1"),
        ("target.csv", "a,b", "not Turtle (.ttl) or N-Triples (.nt)"),
    ],
)
def test_a_target_that_cannot_be_read_is_one_error(
    small_root: Path, tmp_path: Path, name: str, content: str | None, problem: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    done = foc("--workspace", str(small_root), "link", "check", "--target", str(path))
    assert done.returncode == 2 and problem in done.stderr and len(done.stderr.splitlines()) == 1


def test_every_scheme_of_the_vocabulary_is_known() -> None:
    text = (ROOT / "ontology" / "concepts" / "identifier-scheme.ttl").read_text("utf-8")
    assert [name for name in SCHEMES if f"<{SCHEME}/{name}>\n" not in text] == []
    assert text.count("a skos:Concept ;") == len(SCHEMES)


@campaign(250)
@given(st.integers(0, 32**6 - 1))
def test_one_pair_of_check_digits_fits_a_ror_identifier(number: int) -> None:
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, 32)
        digits = "0123456789abcdefghjkmnpqrstvwxyz"[digit] + digits
    fitting = [pair for pair in range(100) if is_ror(f"0{digits}{pair:02}")]
    assert len(fitting) == 1
