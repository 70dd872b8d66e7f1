"""Releases: complete, the same from the same input, and never losing an IRI."""

import gzip
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from foc_graph.errors import FocGraphError, ParameterError
from foc_graph.graph import Graph
from foc_graph.graph.cache import open_built
from foc_graph.progress import untracked
from foc_graph.release.build import publish
from foc_graph.release.dumps import write_dumps
from foc_graph.release.snapshot import take_snapshot
from foc_graph.release.verify import verify
from foc_graph.workspace.releases import Release, Releases
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc, foc_process
from tests.support.programs import find_program
from tests.support.releases import Out, copied_when_built, files, read_dump
from tests.support.sparql_servers import OxigraphServer, Server, VirtuosoServer, running
from tests.support.workspaces import COALITIONS, edit, new_workspace

BASE = "https://example.org/coalitions/"


@pytest.fixture(scope="module")
def release(small_release: Path) -> Release:
    """A release of five coalitions with the vocabulary, to be read only."""
    return Releases(small_release).release("current")


def grow(workspace: Workspace) -> Workspace:
    """The workspace with nine more members and sources, names in three languages, and all sources for each member."""
    agents, members = "data/agents/organisations.ttl", "data/coalitions/example/members.ttl"
    for file, word in ((agents, "foundation"), (members, "foundation"), ("data/sources/sources.ttl", "charter")):
        path = workspace.root / file
        text = path.read_text(encoding="utf-8")
        things = text.partition("\n\n")[2]
        path.write_text(text + "".join(things.replace(word, f"{word}-{number}") for number in range(9)), "utf-8")
    edit(workspace, agents, '"@en', '"@en , "Fondation"@fr , "Stiftung"@de')
    source = "<https://example.org/coalition/id/source/charter"
    return edit(workspace, members, f"{source}>", " , ".join(f"{source}-{number}>" for number in range(9)))


def test_a_release_holds_the_same_graph_in_every_dump(release: Release) -> None:
    assert release.path.name == "2026.11"
    folder = release.path / "dumps"
    unpacked = {f"{path.name}.gz": path.read_bytes() for path in folder.glob("*.ttl")}
    assert unpacked == {path.name: gzip.decompress(path.read_bytes()) for path in folder.glob("*.ttl.gz")}
    dumps = {path.name: set(read_dump(path)) for path in folder.glob("*.gz")}
    whole = dumps.pop("all.nq.gz")
    assert dumps.pop("all.jsonld.gz") == dumps.pop("all.trig.gz") == whole
    assert len({quad.graph_name for quad in whole}) > 7
    assert any(isinstance(quad.object, ox.Triple) for quad in dumps.pop("all.rdf12.nq.gz"))
    triples = {name: {quad.triple for quad in quads} for name, quads in dumps.items()}
    coalitions = {f"{name}.{ending}.gz" for name in (*COALITIONS, "example") for ending in ("ttl", "jsonld")}
    assert triples.keys() == {"all.ttl.gz", "all.rdf.gz", *coalitions}
    assert triples["all.ttl.gz"] == triples["all.rdf.gz"] == {quad.triple for quad in whole}
    for name in (*COALITIONS, "example"):
        assert triples[f"{name}.ttl.gz"] == triples[f"{name}.jsonld.gz"] < triples["all.ttl.gz"]
    assert all(triples.values()) and len(triples["first.ttl.gz"]) > 50


@pytest.mark.parametrize("ending", ["ttl", "jsonld"])
def test_a_plain_graph_of_rdflib_reads_the_dump_of_a_coalition(release: Release, ending: str) -> None:
    content = gzip.decompress((release.path / "dumps" / f"first.{ending}.gz").read_bytes())
    read = rdflib.Graph().parse(data=content, format={"ttl": "turtle", "jsonld": "json-ld"}[ending])
    assert len(read) == len({quad.triple for quad in read_dump(release.path / "dumps" / "first.ttl.gz")}) > 50


def test_raptor_reads_the_same_graph(release: Release, tmp_path: Path) -> None:
    program = find_program("rapper", "apt-get install raptor2-utils")
    for ending, format in (("ttl", "turtle"), ("rdf", "rdfxml")):
        path = tmp_path / f"all.{ending}"
        path.write_bytes(gzip.decompress((release.path / "dumps" / f"{path.name}.gz").read_bytes()))
        command = [program, "--quiet", "--output", "ntriples", "--input", format, path]
        done = subprocess.run(command, capture_output=True, check=True, timeout=100)
        read = Counter(ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES))
        assert read == Counter(ox.parse(path=path))


def test_the_dataset_is_named_by_the_hash_of_its_sorted_quads(release: Release) -> None:
    dataset = ox.Dataset(read_dump(release.dump))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True))
    assert release.manifest["dataset"] == {
        "quads": len(lines),
        "sha256": sha256(b"".join(lines)).hexdigest(),
        "canonicalization": "RDFC-1.0",
    }


def test_checksums_are_those_that_sha256sum_reads(release: Release) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=release.path, check=True)
    listed = {line.split("  ", 1)[1] for line in (release.path / "SHA256SUMS").read_text().splitlines()}
    assert listed | {"SHA256SUMS"} == files(release.path).keys()
    assert release.manifest["files"].keys() | {"manifest.json"} == listed


def test_the_same_input_gives_the_same_bytes_from_a_store_too_and_another_base_moves_data_and_nothing_else(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another process, time zone, language, order of hashes and number of threads, from another place."""
    release, *_ = publish(tmp_path / "one", grow(workspace), base=BASE)
    text = gzip.decompress(release.dump.read_bytes()).decode()
    assert "<https://example.org/coalition/" not in text and f"<{BASE}id/example>" in text
    with take_snapshot(workspace, open_built(workspace).store) as plain:
        moved = [str(quad).replace("<https://example.org/coalition/", f"<{BASE}") for quad in plain.store.quads()]
    assert sorted(text.splitlines()) == sorted(f"{line} ." for line in moved)
    assert verify(tmp_path / "one") == []

    other, store = tmp_path / "elsewhere" / "äöü w", str(tmp_path / "store")
    shutil.copytree(workspace.root, other)
    changed = {"PYTHONHASHSEED": "7", "POLARS_MAX_THREADS": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    for name, value in {**changed, "FOC_CACHE": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    assert foc_process("--workspace", str(other), "load", "--store", store, cwd=tmp_path).returncode == 0
    done = foc_process("--workspace", str(other), "publish", "two", "--base", BASE, "--store", store, cwd=tmp_path)
    assert done.returncode == 0, done.stderr  # which has lines of progress where the machine is slow
    assert files(tmp_path / "one" / "2026.11") == files(tmp_path / "two" / "2026.11")


def test_the_day_of_a_release_can_be_given(small: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with take_snapshot(small.workspace, small.store) as published:
        assert published.day == date(2023, 11, 14)
    for epoch in ("yesterday", "-1", "1" * 20):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        with (
            pytest.raises(ParameterError, match=f"SOURCE_DATE_EPOCH '{epoch}': not a number of seconds"),
            take_snapshot(small.workspace, small.store),
        ):
            pass


@pytest.mark.parametrize(
    "base",
    [
        "https://example.org/coalitions#",
        "https://example.org/a b/",
        "https://example.org/coalitions",
        "https://user@example.org/coalitions/",
        "https://example.org/?q=/",
        "ftp://example.org/coalitions/",
        "urn:coalitions:",
        "https:///coalitions/",
        "https://[/",
        "coalitions/",
        "",
    ],
)
def test_a_base_that_is_no_address_is_refused(workspace: Workspace, tmp_path: Path, base: str) -> None:
    with pytest.raises(ParameterError, match="not an address of the form"):
        publish(tmp_path / "out", workspace, base=base)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("version", ["2026", "2026.13", "2026.11.0", "../x", "2026.11\n", "v1", "２０２６.11"])
def test_a_version_that_is_none_is_refused(workspace: Workspace, tmp_path: Path, version: str) -> None:
    with pytest.raises(ParameterError, match="for a second release in a month"):
        publish(tmp_path / "out", workspace, version=version)
    assert not (tmp_path / "out").exists()


@pytest.mark.extended
@pytest.mark.parametrize("kind", [OxigraphServer, VirtuosoServer])
def test_a_server_is_published_as_the_workspace_is(
    workspace: Workspace, both: Out, tmp_path: Path, kind: type[Server]
) -> None:
    (tmp_path / "server").mkdir()
    for server in running(kind, tmp_path / "server"):
        place = ("--endpoint", server.query_url, "--update-endpoint", server.update_url)
        done = foc("--workspace", str(workspace.root), "load", *place)
        assert done.returncode == 0, done.stderr
        done = foc("--workspace", str(workspace.root), "publish", "out", "--endpoint", server.query_url, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        expected = files(both.folder / "2026.11")
        assert files(tmp_path / "out" / "2026.11") == expected and len(expected) > 150


def test_what_a_release_lacks_without_polars_and_duckdb_and_what_is_no_file_of_a_workspace_is_listed(
    workspace: Workspace, both: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key.rq").write_text("PRIVATE")
    (workspace.root / "ontology").mkdir()
    (workspace.root / "ontology" / "notes.txt").symlink_to(tmp_path / "private" / "key.rq")
    (workspace.root / "ontology" / "linked").symlink_to(tmp_path / "private")
    (workspace.root / "queries" / "old.rq~").write_text("PRIVATE")
    (workspace.root / "queries" / "red\x1b[31m\u202e.rq~").write_text("PRIVATE")
    with_both, out = both.folder / "2026.11", tmp_path / "out"
    with monkeypatch.context() as patch:
        for package in ("polars", "duckdb"):
            patch.setitem(sys.modules, package, None)
        done = foc("--workspace", str(workspace.root), "publish", str(out))
    assert done.returncode == 0
    parquet, panel, *listed, nowhere = done.stderr.splitlines()
    assert [line.partition(" left out: ")[0] for line in listed] == [
        "foc: ontology/linked",
        "foc: ontology/notes.txt",
        "foc: queries/old.rq~",
        "foc: queries/red [31m .rq~",
    ]
    assert parquet.startswith("foc: tables/*.parquet left out, for which polars is not installed: ")
    assert panel.startswith("foc: tables/panel.csv left out, for which duckdb is not installed: ")
    assert nowhere.startswith("foc: the addresses of this release lead nowhere: ")
    release = Releases(out).release("2026.11")
    assert release.omitted == ["tables/*.parquet", "tables/panel.csv"] and verify(out) == []
    published = files(release.path)
    assert not [name for name, content in published.items() if b"PRIVATE" in content]
    assert {name for name, content in published.items() if b"parquet" in content} == {"manifest.json"}
    assert "tables/panel.csv" not in {name for name, content in published.items() if b"panel" in content}
    tables = [name for name in published if name.startswith("tables/") and name.endswith(".csv")]
    assert len(tables) > 4 and all(published[name] == (with_both / name).read_bytes() for name in tables)
    copied_when_built(monkeypatch, with_both)
    with pytest.raises(ParameterError, match="with other settings, extras or version"):
        publish(out, workspace)


def test_violations_stop_a_release(tmp_path: Path, out: Path) -> None:
    broken = edit(
        Workspace(new_workspace(tmp_path / "workspace", '["ontology", "queries"]')),
        "data/coalitions/example/members.ttl",
        "    coal:begin",
        '    coal:end "2020"^^xsd:gYear ;\n    coal:begin',
    )
    done = foc("--workspace", str(broken.root), "publish", "out", "--version", "2026.12", cwd=tmp_path)
    assert done.returncode == 1
    assert "not published" in done.stderr and "members.ttl" in done.stdout
    assert Releases(out).versions() == ["2026.11"]


def test_what_is_no_data_of_its_own_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="is part of the workspace's data"):
        publish(workspace.root / "data" / "out", workspace)
    assert not (workspace.root / "data" / "out").exists()
    data = workspace.root / "data" / "coalitions"
    (data / "example").rename(data / "derived")
    with pytest.raises(FocGraphError, match="the name `derived` is reserved for derived statements: rename the folder"):
        publish(tmp_path / "out", Workspace(workspace.root))


def test_what_xml_cannot_express_is_told_and_what_it_can_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    note, old = "data/coalitions/example/coalition.ttl", '"A made-up coalition: put yours in its place."@en'
    edited = edit(workspace, note, old, '"one\\r\\ntwo <&> ]]>"@en')
    with take_snapshot(edited, open_built(edited).store) as published:
        write_dumps(published, tmp_path, untracked)
    read = rdflib.Graph().parse(data=gzip.decompress((tmp_path / "dumps" / "all.rdf.gz").read_bytes()), format="xml")
    assert rdflib.Literal("one\r\ntwo <&> ]]>", lang="en") in set(read.objects())
    bad = edit(workspace, note, '"one\\r\\ntwo <&> ]]>"@en', '"one\\u0001"@en')
    with pytest.raises(ParameterError, match="holds a character that XML forbids: take it out"):
        publish(tmp_path / "out", bad)
    assert Releases(tmp_path / "out").versions() == []


def test_a_folder_with_other_things_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.odt").write_text("ten years of work")
    with pytest.raises(ParameterError, match="not empty and not a folder of releases"):
        publish(tmp_path / "out", workspace)
    with pytest.raises(ParameterError, match="a file, not a folder"):
        publish(tmp_path / "out" / "thesis.odt", workspace)
    assert files(tmp_path / "out") == {"thesis.odt": b"ten years of work"}
