"""`foc link review`: proposed links, accepted or rejected one by one, and remembered."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import foc_graph
from foc_graph.errors import ServiceError
from foc_graph.links.review import Review
from foc_graph.namespaces import BASE
from foc_graph.sssom.tsv import MappingSet, read_mappings
from tests.support import PREFIXES, ROOT
from tests.support.commands import foc

ID = "https://w3id.org/coalition/id"
THERE = "https://example.org/observatory/"
NAMES = ("alpha", "beta", "gamma")
DATA = f"""<{ID}/source/register> a coal:Source ; dcterms:title "The register"@en .
<https://w3id.org/coalition/graph/wikidata> a <http://rdfs.org/ns/void#Dataset> ; dcterms:title "Wikidata"@en .
<{ID}/country/ee> a <https://schema.org/Country> ; skos:prefLabel "Estonia"@en .
""" + "".join(f'<{ID}/organisation/{name}> a org:Organization ; skos:prefLabel "Org {name}"@en .\n' for name in NAMES)
HEAD = f"""#curie_map:
#  id: {ID}/
#  prov: http://www.w3.org/ns/prov#
#  coal: https://w3id.org/coalition/ns#
#  target: {THERE}
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: https://example.org/proposals
#license: https://example.org/licence
#extension_definitions:
#  - slot_name: author_type
#    property: coal:authorType
#    type_hint: linkml:Uriorcurie
"""
COLUMNS = "subject_id subject_label predicate_id object_id object_label mapping_justification confidence comment"
QUESTION = "accept (a), reject (r), skip (s), quit (q)? "


def proposal(name: str, target: str, confidence: float = 0.5, predicate: str = "owl:sameAs") -> str:
    why = "semapv:LexicalSimilarityThresholdMatching", str(confidence), f"Org {name}; country agrees"
    return "\t".join((f"id:organisation/{name}", f"Org {name}", predicate, target, f"The {name}", *why)) + "\n"


class Reviewed:
    """A workspace with proposals, which are reviewed there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.links = root / "data" / "links"
        self.proposals = root / "proposals.sssom.tsv"

    def propose(self, *rows: str) -> None:
        self.proposals.write_text(HEAD + COLUMNS.replace(" ", "\t") + "\n" + "".join(rows), "utf-8")

    def review(self, letters: str, *options: str) -> str:
        """What is printed for letters, one a line."""
        source = () if "--source" in options else ("--source", "register")
        done = self.run(letters, *source, *options)
        assert (done[0], done[2]) == (0, "")
        return done[1]

    def run(self, letters: str, *options: str) -> tuple[int, str, str]:
        arguments = ("--workspace", str(self.root), "link", "review", str(self.proposals), *options)
        done = foc(*arguments, stdin="".join(f"{letter}\n" for letter in letters))
        return done.returncode, done.stdout, done.stderr

    def read(self, name: str = "wikidata") -> MappingSet:
        return read_mappings((self.links / f"{name}.sssom.tsv").read_text("utf-8"), name)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of three organisations, built once."""
    root = tmp_path_factory.mktemp("reviewed")
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "workspace.toml", root)
    (root / "data").mkdir()
    (root / "data" / "things.ttl").write_text(PREFIXES + DATA, "utf-8")
    return root


@pytest.fixture
def reviewed(root: Path) -> Iterator[Reviewed]:
    reviewed = Reviewed(root)
    yield reviewed
    shutil.rmtree(reviewed.links, ignore_errors=True)
    reviewed.proposals.unlink(missing_ok=True)


def decisions(mappings: MappingSet) -> dict[tuple[str, str], str]:
    slots = [row.slots for row in mappings.rows]
    return {
        (one["subject_id"].rpartition("/")[2], one["object_id"]): one.get("predicate_modifier", "yes") for one in slots
    }


def test_what_is_known_of_both_sides_is_shown(reviewed: Reviewed) -> None:
    reviewed.propose(proposal("beta", "wikidata:Q2", 0.4), proposal("alpha", "wikidata:Q1", 0.9))
    shown = reviewed.review("s").splitlines()
    assert shown == [
        "",
        "1 of 2",
        "  here   Org alpha; organisation; organisation/alpha",
        "  there  The alpha; http://www.wikidata.org/entity/Q1",
        "  link   owl:sameAs; probability 0.9; Org alpha; country agrees",
        f"{QUESTION}skip",
        "",
        "2 of 2",
        "  here   Org beta; organisation; organisation/beta",
        "  there  The beta; http://www.wikidata.org/entity/Q2",
        "  link   owl:sameAs; probability 0.4; Org beta; country agrees",
        f"{QUESTION}quit",
        "",
        "0 accepted, 0 rejected, 2 left",
    ]
    assert not reviewed.links.exists()


def test_decisions_are_written_and_remembered(reviewed: Reviewed) -> None:
    reviewed.propose(*(proposal(name, f"wikidata:Q{number}", 0.9) for number, name in enumerate(NAMES)))
    assert reviewed.review("ars").endswith("1 accepted, 1 rejected, 1 left\n")
    mappings = reviewed.read()
    accepted, rejected = (row.slots for row in mappings.rows)
    assert accepted == {
        "subject_id": "id:organisation/alpha",
        "subject_label": "Org alpha",
        "predicate_id": "owl:sameAs",
        "object_id": "wikidata:Q0",
        "object_label": "The alpha",
        "mapping_justification": "semapv:ManualMappingCuration",
        "mapping_source": "id:source/register",
        "mapping_date": date.today().isoformat(),
        "author_type": "prov:Person",
    }
    assert rejected == accepted | {
        "subject_id": "id:organisation/beta",
        "subject_label": "Org beta",
        "predicate_modifier": "Not",
        "object_id": "wikidata:Q1",
        "object_label": "The beta",
    }
    assert mappings.metadata["mapping_set_id"] == "https://w3id.org/coalition/graph/wikidata"
    assert "1 of 1\n  here   Org gamma" in (shown := reviewed.review("a")) and "alpha" not in shown
    assert decisions(reviewed.read()) == {
        ("alpha", "wikidata:Q0"): "yes",
        ("beta", "wikidata:Q1"): "Not",
        ("gamma", "wikidata:Q2"): "yes",
    }
    assert reviewed.review("") == "\n0 accepted, 0 rejected, 0 left\n"
    query = "SELECT ?thing ?address WHERE { ?record coal:identifies ?thing ; schema:url ?address } ORDER BY ?thing"
    done = foc("--workspace", str(reviewed.root), "sparql", query, "--format", "csv")
    assert done.stdout.splitlines()[1:] == [
        f"{ID}/organisation/{name},http://www.wikidata.org/entity/{item}"
        for name, item in (("alpha", "Q0"), ("gamma", "Q2"))
    ]
    for command in (("fmt", "--check", str(reviewed.links)), ("link", "check")):
        assert foc("--workspace", str(reviewed.root), *command).returncode == 0


def test_letters_that_mean_nothing_are_asked_again(reviewed: Reviewed) -> None:
    reviewed.propose(proposal("alpha", "wikidata:Q1"))
    shown = reviewed.review(["", "x", "accept", "A"])  # type: ignore[arg-type]
    assert shown.count("press one of a, r, s, q") == 3 and shown.endswith("1 accepted, 0 rejected, 0 left\n")


@pytest.mark.parametrize(
    ("second", "refusal"),
    [
        (("alpha", "wikidata:Q2"), "organisation/alpha is the same as <http://www.wikidata.org/entity/Q1> already"),
        (("beta", "wikidata:Q1"), "<http://www.wikidata.org/entity/Q1> is the same as organisation/alpha already"),
    ],
)
def test_a_contradiction_is_not_accepted(reviewed: Reviewed, second: tuple[str, str], refusal: str) -> None:
    reviewed.propose(proposal("alpha", "wikidata:Q1", 0.9), proposal(*second, 0.8))
    file = reviewed.links / "wikidata.sssom.tsv"
    for letters in ("aar", "ar"):  # in the same session, and in a later one
        line = 0 if letters == "aar" else len(file.read_text("utf-8").splitlines())
        where = "(data/links/wikidata.sssom.tsv" + (f":{line})" if line else ")")
        shown = reviewed.review(letters)
        assert f"{QUESTION}accept\n{refusal} {where}: reject this, or correct that first\n{QUESTION}reject" in shown
        assert sorted(decisions(reviewed.read()).values()) == ["Not", "yes"]
        text = file.read_text("utf-8")
        file.write_text("".join(line for line in text.splitlines(True) if "\tNot\t" not in line), "utf-8")


def test_what_is_only_related_may_be_several(reviewed: Reviewed) -> None:
    reviewed.propose(*(proposal("alpha", f"wikidata:Q{number}", 0.9, "rdfs:seeAlso") for number in (1, 2)))
    assert reviewed.review("aa").endswith("2 accepted, 0 rejected, 0 left\n")


def test_a_dataset_without_a_prefix_gets_that_of_the_file(reviewed: Reviewed) -> None:
    reviewed.propose(*(proposal(name, f"target:{name}", 0.9) for name in NAMES))
    code, out, error = reviewed.run("a", "--source", "register")
    assert (code, out) == (2, "") and f"no dataset with the addresses {THERE} is known" in error
    into = ("--into", str(reviewed.links / "observatory.sssom.tsv"))
    scheme, graph = (f"<{BASE}{kind}/observatory>" for kind in ("concept/identifier-scheme", "graph"))
    told = f"also describe {scheme} in ontology/concepts/identifier-scheme.ttl, {graph} in data/graphs.ttl\n"
    assert reviewed.review("a", *into).endswith(f"\n1 accepted, 0 rejected, 2 left\n{told}")
    assert reviewed.read("observatory").prefixes["observatory"] == THERE
    reviewed.review("a")  # which goes to the same file
    assert list(decisions(reviewed.read("observatory"))) == [
        ("alpha", "observatory:alpha"),
        ("beta", "observatory:beta"),
    ]


def test_mappings_that_are_there_stay(reviewed: Reviewed) -> None:
    reviewed.links.mkdir()
    kept = HEAD.replace("proposals", "kept") + (
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\tcomment\tauthor_type\n"
        "id:country/ee\towl:sameAs\twikidata:Q191\tsemapv:ManualMappingCuration\tby hand\tprov:Person\n"
    )
    (reviewed.links / "many.sssom.tsv").write_text(kept, "utf-8")
    reviewed.propose(proposal("alpha", "wikidata:Q1"))
    reviewed.review("a")
    mappings = reviewed.read("many")
    assert decisions(mappings) == {("ee", "wikidata:Q191"): "yes", ("alpha", "wikidata:Q1"): "yes"}
    assert mappings.metadata["mapping_set_id"] == "https://example.org/kept"
    assert mappings.rows[0].slots["comment"] == "by hand"


@pytest.mark.parametrize("is_there", [False, True])
def test_of_two_reviews_at_once_the_later_decides_nothing_twice(reviewed: Reviewed, is_there: bool) -> None:
    reviewed.propose(*(proposal(name, f"wikidata:Q{number}", 0.9) for number, name in enumerate(NAMES)))
    graph, day = foc_graph.open(reviewed.root), date(2026, 5, 4)
    if is_there:
        first = Review(graph, reviewed.proposals, f"{ID}/source/register")
        first.decide(first.proposals[0], True, day)
    one, other = (Review(graph, reviewed.proposals, f"{ID}/source/register") for _ in range(2))
    file = one.decide(one.proposals[0], True, day)
    text = file.read_text("utf-8")
    with pytest.raises(ServiceError, match="was changed in the meantime: run the command again"):
        other.decide(other.proposals[0], False, day)
    assert file.read_text("utf-8") == text


def test_bad_input_is_one_line_and_exit_2(reviewed: Reviewed) -> None:
    alpha, register = proposal("alpha", "wikidata:Q1"), ("--source", "register")
    nobody = "proposals.sssom.tsv:15: subject_id: organisation/nobody is no thing of the graph"
    unknown = "id:organisation/alpha\ta\towl:sameAs\tnothing:Q1\tb\tsemapv:LexicalMatching\t0.5\t\n"

    def refused(message: str, *options: str) -> None:
        code, out, error = reviewed.run("a", *options)
        assert (code, out) == (2, "") and message in error and error.count("\n") == 1
        assert not reviewed.links.exists()

    refused("cannot be read", *register)
    reviewed.proposals.write_text("")
    refused("proposals.sssom.tsv:1", *register)
    for rows, message in ((unknown, "unknown prefix"), (alpha + proposal("nobody", "wikidata:Q2"), nobody)):
        reviewed.propose(rows)
        refused(message, *register)
    reviewed.propose(alpha)
    refused("unknown thing 'source/nobody'", "--source", "nobody")
    text = reviewed.proposals.read_text("utf-8")
    reviewed.proposals.write_text(text.replace("www.wikidata.org/entity/", "example.org/"), "utf-8")
    refused(f"{reviewed.proposals}:6: header: curie_map: wikidata stands for", *register)
    reviewed.proposals.write_text(text, "utf-8")
    for place in ("elsewhere.sssom.tsv", "data/links/a.ttl"):
        refused("is not a place for mappings", *register, "--into", place)


def test_hostile_text_does_not_reach_the_terminal(reviewed: Reviewed) -> None:
    reviewed.propose(proposal("alpha", "wikidata:Q1").replace("The alpha", "The \u200balpha\u200f"))
    shown = reviewed.review("q")
    assert "The  alpha;" in shown and shown.replace("\n", "").isprintable()
