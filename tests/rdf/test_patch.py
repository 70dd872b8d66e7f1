"""Patches: what leads from one graph to another, and back."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foc_graph.errors import FocGraphError
from foc_graph.rdf.patch import check_patch, difference, patch_text, read_patch, withhold
from tests.support.campaign import campaign

TERMS = st.one_of(
    st.sampled_from(["http://e/a", "http://e/b", "http://e/\u00e9"]).map(ox.NamedNode),
    st.text(st.characters(codec="utf-8"), max_size=8).map(ox.Literal),
    st.builds(ox.Literal, st.text('ab\n"\\', max_size=3), language=st.just("en")),
)
NODES = st.sampled_from(["http://e/a", "http://e/b", "urn:x"]).map(ox.NamedNode)
QUADS = st.builds(ox.Quad, NODES, NODES, TERMS, st.one_of(NODES, st.just(ox.DefaultGraph())))


def lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    return sorted({f"{quad} .\n".encode() for quad in quads})


def digest(old: Iterable[bytes]) -> str:
    return sha256(b"".join(old)).hexdigest()


def write(path: Path, old: list[bytes], new: list[bytes], **options: object) -> Path:
    path.write_bytes(b"".join(patch_text(difference(old, new), (digest(old), digest(new)), **options)))  # type: ignore[arg-type]
    return path


@campaign(100)
@given(st.lists(QUADS, max_size=12), st.lists(QUADS, max_size=12), st.lists(QUADS, max_size=6))
def test_a_patch_leads_from_old_to_new_and_its_inverse_back(
    tmp_path_factory: pytest.TempPathFactory, some: list[ox.Quad], others: list[ox.Quad], both: list[ox.Quad]
) -> None:
    old, new = lines(some + both), lines(others + both)
    path = tmp_path_factory.mktemp("patch") / "changes.rdfp"
    assert list(read_patch(write(path, old, new)).apply(old)) == new
    check_patch(old, path, digest(new))
    assert list(read_patch(write(path, new, old)).apply(new)) == old


@given(st.sets(st.binary(max_size=3)), st.sets(st.binary(max_size=3)))
def test_a_difference_is_what_sets_say(old: set[bytes], new: set[bytes]) -> None:
    steps = list(difference(sorted(old), sorted(new)))
    assert sorted(steps) == sorted([("D", one) for one in old - new] + [("A", one) for one in new - old])
    assert [line for _, line in steps] == sorted(line for _, line in steps)


def test_lines_that_are_withheld_go_by_their_digest(tmp_path: Path) -> None:
    old, new = [b'<x:a> <x:p> "Ada" .\n', b'<x:a> <x:p> "b" .\n'], [b'<x:a> <x:p> "c" .\n']
    path = tmp_path / "changes.rdfp"
    told, withheld = withhold(difference(old, new), lambda line: b"Ada" in line)
    path.write_bytes(b"".join(patch_text(told, (digest(old), digest(new)), withheld=withheld)))
    assert b"Ada" not in path.read_bytes()
    assert b'D <x:a> <x:p> "b"' in path.read_bytes()
    assert list(read_patch(path).apply(old)) == new


def test_a_patch_that_leads_elsewhere_is_found_out(tmp_path: Path) -> None:
    path = write(tmp_path / "changes.rdfp", [], [b"<x:a> <x:p> <x:o> .\n"])
    with pytest.raises(FocGraphError, match="does not turn the previous graph into the new one"):
        check_patch([b"<x:b> <x:p> <x:o> .\n"], path, digest([b"<x:a> <x:p> <x:o> .\n"]))


def test_a_patch_names_itself_and_the_one_before(tmp_path: Path) -> None:
    first = write(tmp_path / "1.rdfp", [], [b"<x:a> <x:p> <x:o> .\n"])
    (identity,) = read_patch(first).headers["id"]
    second = write(tmp_path / "2.rdfp", [], [b"<x:a> <x:p> <x:o> .\n"], prev=identity)
    headers = read_patch(second).headers
    assert headers["prev"] == [identity]
    assert headers["id"] != [identity]


def test_what_a_transaction_aborts_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "changes.rdfp"
    path.write_text(
        "# made by hand\nTX .\nPA x <x:> .\nA <x:a> <x:p> <x:o> .\nTC .\nTX .\nA <x:b> <x:p> <x:o> .\nTA .\n"
        "TX .\nD <x:c> <x:p> <x:o> <x:g> .\nTC .\n"
    )
    assert list(read_patch(path).apply([b"<x:c> <x:p> <x:o> <x:g> .\n"])) == [b"<x:a> <x:p> <x:o> .\n"]
