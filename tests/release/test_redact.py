"""Releases that were published before a person was taken out: made anew without them, and all else as it was."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import polars
import pytest
from starlette.testclient import TestClient

from foc_graph.errors import FocGraphError, ParameterError
from foc_graph.graph import open as open_graph
from foc_graph.graph.cache import cache_folder
from foc_graph.rdf.patch import read_patch
from foc_graph.release.build import publish
from foc_graph.release.ledger import read_ledger
from foc_graph.release.redact import redact
from foc_graph.release.signature import read_public_key, read_secret_key, sign
from foc_graph.release.snapshot import Snapshot
from foc_graph.release.verify import verify
from foc_graph.removal import prepare_removal
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.files import replace_files
from foc_graph.workspace.releases import Releases, read_release
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc
from tests.support.failures import STOPS, DeadError, failing_at, steps
from tests.support.releases import files, make_keys, read_lines, state
from tests.support.workspaces import edit, new_workspace, rename_foundation

MIRROR = "https://example.org/coalitions/"
ID = "https://example.org/coalition/id/"
ADA, NAME = f"{ID}person/ada-example", "Ada Example"
SEAT = f"{ID}example/secretariat/membership/ada-example-head"
HERS = re.compile(
    r"(?i)ada([- _.]|%20)example(?!ton)|example,? ada\b|Q999000001|by acclamation|A\. E\. Sample|ada miller"
)
"""Whatever would tell of her, and not of Ada Exampleton, whose IRI begins as hers does."""

PREFIXES = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
OTHERS = f"""{PREFIXES}
<{ID}person/ben-example> a foaf:Person ; skos:prefLabel "Ben Example"@en .
<{ID}person/ada-exampleton> a foaf:Person ; skos:prefLabel "Ada Exampleton"@en .
<{ID}example/secretariat/membership/ben> a coal:Membership ; org:member <{ID}person/ben-example> ;
    org:organization <{ID}example/secretariat> .
"""
PERSON = f"""{PREFIXES}
<{ADA}> a foaf:Person ; skos:prefLabel "Ada Example"@en .
<{SEAT}> a coal:Membership ; org:member <{ADA}> ; org:organization <{ID}example/secretariat> ;
    coal:note "Elected by acclamation."@en .
<{ADA}/name/former> a <http://www.w3.org/2008/05/skos-xl#Label> ; coal:nameOf <{ADA}> ;
    <http://www.w3.org/2008/05/skos-xl#literalForm> "Ada Miller"@en .
"""
SAID = ("Took over from Ádá Example.", "Ada Miller chose him.")
REWORDED = ("Took over from the first head.", "The first head chose him.")
MAPPINGS = f"""#curie_map:
#  id: {ID}
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: https://example.org/coalition/graph/wikidata
#license: https://creativecommons.org/publicdomain/zero/1.0/
subject_id	predicate_id	object_id	mapping_justification	mapping_source
"""
ROW = "id:person/{}\towl:sameAs\twikidata:{}\tsemapv:ManualMappingCuration\tid:source/charter\n"
BEN, HERS_TOO = ROW.format("ben-example", "Q999000002"), ROW.format("ada-example", "Q999000001")
PEOPLE, HER, LINKS = (f"data/{name}" for name in ("agents/people.ttl", "agents/ada.ttl", "links/wikidata.sssom.tsv"))
OLD_NAME, NEW_NAME = '"Ada Example"@en .', '"Ada Example"@en ; skos:altLabel "A. E. Sample"@en .'
BEFORE, WITH, RENAMED, AFTER = "2026.09", "2026.10", "2026.11", "2026.12"


def write(workspace: Workspace, name: str, text: str) -> Workspace:
    path = workspace.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return Workspace(workspace.root)


def small(root: Path) -> Workspace:
    """Two coalitions, of which one has people, without the vocabulary: published in a second."""
    workspace = Workspace(new_workspace(root, '["queries", "ontology/rules"]'))
    coalition = (root / "data/coalitions/example/coalition.ttl").read_text("utf-8")
    (root / "data/coalitions/other").mkdir()
    write(workspace, "data/coalitions/other/coalition.ttl", coalition.replace("/id/example", "/id/other"))
    write(workspace, LINKS, MAPPINGS + BEN)
    return write(workspace, PEOPLE, OTHERS)


def meet(workspace: Workspace) -> Workspace:
    """The workspace with Ada Example in it."""
    write(workspace, LINKS, MAPPINGS + HERS_TOO + BEN)
    write(workspace, PEOPLE, OTHERS.rstrip(". \n") + f' ; coal:note "{SAID[0]}"@en , "{SAID[1]}"@en .\n')
    return write(workspace, HER, PERSON)


def take_out(workspace: Workspace) -> Workspace:
    """The workspace without her, with tombstones, and with what others said of her reworded."""
    removal = prepare_removal(open_graph(workspace.root), "person/ada-example")
    replace_files(removal.texts)
    for old, new in zip(SAID, REWORDED, strict=True):
        edit(workspace, PEOPLE, old, new)
    return Workspace(workspace.root)


def everything(folder: Path) -> Iterator[tuple[str, str]]:
    """Names and contents of all files below a folder, unpacked, tables in Parquet as CSV."""
    for name, content in files(folder).items():
        if name.endswith(".parquet"):
            frame = polars.read_parquet(content)
            lists = [one for one, kind in frame.schema.items() if isinstance(kind, polars.List)]
            content = frame.with_columns(polars.col(lists).list.join(" ")).write_csv().encode()
        content = gzip.decompress(content) if name.endswith(".gz") else content
        yield name, content.decode("latin-1" if name.endswith((".png", ".wasm.gz")) else "utf-8")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `out` and `workspace`: releases before her, with her, with another name of hers, and after."""
    folder = tmp_path_factory.mktemp("published")
    workspace, out = small(folder / "workspace"), folder / "out"
    publish(out, workspace, version=BEFORE)
    publish(out, meet(workspace), version=WITH)
    publish(out, rename_foundation(edit(workspace, HER, OLD_NAME, NEW_NAME)), version=RENAMED)
    publish(out, take_out(workspace), version=AFTER)
    assert {name.partition("/")[0] for name, text in everything(out) if HERS.search(text)} == {WITH, RENAMED}
    return folder


def some(published: Path, out: Path, *versions: str) -> Path:
    """A new folder of these releases, the first of which is the current one."""
    for version in versions:
        shutil.copytree(published / "out" / version, out / version)
    Releases(out).switch(versions[0])
    return out


@pytest.fixture(scope="module")
def redacted(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A redacted copy of `out`, to be read only."""
    out = shutil.copytree(published / "out", tmp_path_factory.mktemp("redacted") / "out", symlinks=True)
    done = redact(out)
    assert [one.version for one in done.releases] == [WITH, RENAMED]
    assert [one for one in done.occurrences if one.is_certain or one.problem] == []
    assert all(ADA in one.things for one in done.releases)
    return out


def test_nothing_tells_of_who_was_taken_out(redacted: Path) -> None:
    assert [name for name, text in everything(redacted) if HERS.search(name) or HERS.search(text)] == []
    assert verify(redacted) == []


def test_what_remains_is_what_would_have_been_published_without_her(
    published: Path, redacted: Path, tmp_path: Path
) -> None:
    out, workspace = some(published, tmp_path / "out", BEFORE), small(tmp_path / "workspace")
    publish(out, workspace, version=WITH)
    publish(out, rename_foundation(workspace), version=RENAMED)
    told = ("manifest.json", "SHA256SUMS", "catalog.", "dataset.jsonld", ".well-known/void", "index.html")
    told += ("downloads.html", "feeds/", "ledger.csv", "CHANGES.md", "changes.rdfp")
    for version in (WITH, RENAMED):
        expected, found = files(out / version), files(redacted / version)
        assert expected.keys() - found.keys() <= {f"feeds/ldes-{WITH}.ttl"}
        same = [name for name in expected if not name.startswith(told)]
        assert len(same) > 200 and [name for name in same if found.get(name) != expected[name]] == []


def test_a_signed_release_is_signed_again(published: Path, tmp_path: Path) -> None:
    keys = make_keys(tmp_path)
    out = some(published, tmp_path / "out", AFTER, BEFORE, WITH, RENAMED)
    for version in (BEFORE, WITH, RENAMED, AFTER):
        sign(out / version, read_secret_key(keys.secret, lambda: ""))
    before = files(out)
    done = foc("redact", "out", cwd=tmp_path)
    assert done.returncode == 2 and "2026.10/SHA256SUMS.minisig: this release is signed: give the key" in done.stderr
    assert {name: content for name, content in files(out).items() if name != ".lock"} == before
    foc("redact", "out", "--sign", "secret", cwd=tmp_path)
    assert verify(out, key=read_public_key(str(keys.public))) == []
    assert files(out)[f"{WITH}/SHA256SUMS"] != before[f"{WITH}/SHA256SUMS"]


def test_what_does_not_hold_her_stays_as_it_was(published: Path, redacted: Path) -> None:
    old = published / "out"
    for version in (BEFORE, AFTER):
        assert files(redacted / version) == files(old / version)
    assert (redacted / "current").readlink() == Path(AFTER)
    kept = ("ontology/", "queries/", "dumps/other.", "tables/members.", "style.css", ".htaccess")
    for version in (WITH, RENAMED):
        before, after = files(old / version), files(redacted / version)
        same = [name for name in before if name.startswith(kept) or name.endswith(".rq")]  # their pages hold answers
        assert len(same) > 60 and [name for name in same if before[name] != after[name]] == []


def test_the_manifest_says_that_a_release_was_redacted(published: Path, redacted: Path) -> None:
    for version in (WITH, RENAMED):
        before, after = (read_release(out / version) for out in (published / "out", redacted))
        (redaction,) = after.redactions
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", redaction["day"])
        assert redaction["before"] == before.manifest["dataset"] != after.manifest["dataset"]
        assert after.manifest["day"] == before.manifest["day"] and after.manifest["site"] == before.manifest["site"]
    assert not read_release(redacted / AFTER).redactions


def test_the_ledger_knows_her_by_digests(redacted: Path) -> None:
    for version in (WITH, RENAMED):
        ledger = read_ledger(redacted / version)
        for iri in (ADA, SEAT, f"{ADA}/identifier/wikidata"):
            assert ledger[f"sha256:{sha256(iri.encode()).hexdigest()}"] == (WITH, AFTER)


def test_patches_lead_on_whether_a_copy_is_redacted_or_not(published: Path, redacted: Path) -> None:
    lines = read_lines(published / "out" / WITH / "dumps/all.nq.gz")
    for version in (RENAMED, AFTER):
        lines = list(read_patch(redacted / version / "changes.rdfp").apply(lines))
    assert lines == read_lines(redacted / AFTER / "dumps/all.nq.gz")
    headers = [read_patch(redacted / version / "changes.rdfp").headers for version in (WITH, RENAMED, AFTER)]
    assert [one["prev"] for one in headers[1:]] == [one["id"] for one in headers[:2]]
    assert headers[1]["before"] == [f"sha256:{read_release(redacted / WITH).dataset_hash}"]


def test_events_keep_their_places(published: Path, redacted: Path) -> None:
    for version in (WITH, RENAMED):
        paths = [out / version / "feeds/events.jsonl" for out in (published / "out", redacted)]
        old, new = ([json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in paths)
        assert [(one["id"], one["sequence"]) for one in old] == [(one["id"], one["sequence"]) for one in new]
        withdrawn = [one for one in new if one["kind"] == "withdrawal"]
        assert withdrawn and all(one["thing"] is None for one in withdrawn)
        assert [one for one in new if one["kind"] != "withdrawal"] == [
            before for before, after in zip(old, new, strict=True) if after["kind"] != "withdrawal"
        ]


def test_to_redact_again_changes_nothing(redacted: Path, tmp_path: Path) -> None:
    out = shutil.copytree(redacted, tmp_path / "out", symlinks=True)
    before = files(out)
    done = foc("redact", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "out: no release holds anyone who was taken out\n")
    assert files(out) == before
    assert {path.name for path in out.iterdir()} == {
        *(BEFORE, WITH, RENAMED, AFTER),
        *("current", "ledger.csv", ".lock"),
    }


def test_a_dry_run_tells_and_writes_nothing(published: Path) -> None:
    before = files(published / "out")
    done = foc("redact", "out", "--dry-run", cwd=published)
    assert files(published / "out") == before
    assert done.returncode == 1 and set(re.findall(r"^(\S+ named) in", done.stderr, re.MULTILINE)) == {"perhaps named"}
    assert re.findall(r"^out/(\S+): \d+ statements", done.stdout, re.MULTILINE) == [WITH, RENAMED]
    assert f"- {ADA}\n" in done.stdout and done.stdout.endswith("nothing was written (--dry-run)\n")


def test_releases_go_on_from_redacted_ones(published: Path, redacted: Path, tmp_path: Path) -> None:
    out = shutil.copytree(redacted, tmp_path / "out", symlinks=True)
    workspace = Workspace(published / "workspace")
    assert not publish(out, workspace, version=AFTER).is_new
    assert Releases(out).roll_back(RENAMED) == RENAMED
    assert verify(out) == []
    release = publish(out, workspace, version="2027.01").release
    assert release.previous == RENAMED and verify(out) == []
    assert [name for name, text in everything(out) if HERS.search(text)] == []


def test_a_query_that_names_her_is_as_in_the_newest_release_or_listed(tmp_path: Path) -> None:
    out, workspace = tmp_path / "out", meet(small(tmp_path / "workspace"))
    query, notes = "queries/example/joined_since.rq", "ontology/notes.md"
    text = (workspace.root / query).read_text("utf-8")
    write(workspace, query, text.replace("SELECT", f"# as {NAME} asked\nSELECT"))
    write(workspace, notes, f"{NAME} asked for a rule.")
    publish(out, workspace, version=WITH)
    write(workspace, query, text)
    (workspace.root / notes).unlink()
    publish(out, take_out(workspace), version=AFTER)
    done = foc("redact", "out", cwd=tmp_path)
    still, _, perhaps = done.stderr.partition("perhaps ")
    assert still == f"still named in out/{WITH}/{notes}:1\n  Ada Example asked for a rule.\n"
    assert done.returncode == 1 and "still named" not in perhaps
    published = (out / WITH / query).read_text("utf-8").splitlines(keepends=True)
    assert "".join(line for line in published if "Only foc-graph binds the parameters" not in line) == text
    assert [name for name, told in everything(out) if HERS.search(told)] == [f"{WITH}/{notes}"]
    assert verify(out) == []


def test_a_release_under_another_base_is_redacted(tmp_path: Path) -> None:
    out, workspace = tmp_path / "out", meet(small(tmp_path / "workspace"))
    publish(out, workspace, version=WITH, base=MIRROR)
    publish(out, take_out(workspace), version=AFTER, base=MIRROR)
    (one,) = redact(out).releases
    assert f"{MIRROR}id/person/ada-example" in one.things
    assert [name for name, text in everything(out) if HERS.search(text)] == []
    assert verify(out) == []


def test_a_release_after_a_rollback_does_not_tell_of_who_came_in_between(published: Path, tmp_path: Path) -> None:
    out = some(published, tmp_path / "out", BEFORE, WITH)
    release = publish(out, Workspace(published / "workspace"), version=AFTER).release
    assert release.previous == BEFORE
    assert [name for name, text in everything(release.path) if HERS.search(text)] == []


@pytest.mark.extended
@pytest.mark.parametrize("way", ["at once", "apart"])
@pytest.mark.parametrize("stop", ["killed", "interrupted", "refused"])
def test_a_redaction_that_is_stopped_is_whole_or_not_done(
    published: Path, redacted: Path, tmp_path: Path, stop: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new releases were made before, and nobody is searched for; folders are exchanged or moved one by one."""

    def copy(snapshot: Snapshot, folder: Path, *rest: object, **chosen: object) -> None:
        shutil.copytree(redacted / snapshot.version, folder, dirs_exist_ok=True)

    monkeypatch.setattr(os, "sync", lambda: None)  # nobody takes the power away
    monkeypatch.setattr("foc_graph.release.redact.build_release", copy)
    monkeypatch.setattr("foc_graph.release.redact.find_occurrences", lambda *_: iter(()))
    if way == "apart":
        monkeypatch.setattr("foc_graph.workspace.releases._exchange", lambda one, other: False)

    def releases(out: Path) -> dict[str, bytes]:
        return {name: content for name, content in files(out).items() if name[:7] in (BEFORE, WITH, RENAMED, AFTER)}

    old, new = releases(published / "out"), releases(redacted)
    fail, then = STOPS[stop]
    seen, reached = [], []
    out = tmp_path / "out"
    some(published, out, WITH, BEFORE, RENAMED, AFTER)
    with failing_at(("", 0), lambda: None, cache_folder()) as calls:
        redact(out)
    assert all(calls[name] for name in ("exchange", "open", "rename", "sync"))
    swaps = ("exchange", "rename", "sync")
    for step in [one for one in steps(calls) if one[0] in swaps or one[1] == 1]:
        shutil.rmtree(out)
        some(published, out, WITH, BEFORE, RENAMED, AFTER)
        with failing_at(step, fail, cache_folder(), then), suppress(FocGraphError, KeyboardInterrupt, DeadError):
            redact(out)
        Releases(out).versions()  # as any command that reads them
        left = releases(out)
        assert left in (old, new), step
        reached.append(left)
        if (whole := state(out)) not in seen:
            assert [fault for fault in verify(out) if "left by a command that was stopped" not in fault] == [], step
            seen.append(whole)
        redact(out)
        assert releases(out) == new, step
        assert {path.name for path in out.iterdir()} == {BEFORE, WITH, RENAMED, AFTER, "current", "ledger.csv", ".lock"}
    assert old in reached and new in reached


NAMED = {
    "王小明": ("主席王小明说", "小明先生", "Wang Xiaoming"),
    "Lin Q. Lovelace": ("Lin Lovelace chaired it.", "Ms Lovelace", "mail llovelace@example.net", "@linlovelace"),
    "김철수": ("김철수가 말했다", "철수 씨"),
    "สมชาย ใจดี": ("นายสมชายใจดีกล่าว", "สมชายกล่าว"),
    "Иван Петров": ("Слова: Петров, Иван", "речь Петрова", "Ivan Petrov"),
}
"""People of several scripts, each with a note that surely names them, and others that may."""

CERTAIN = [notes[0] for notes in NAMED.values()]
UNSURE = [note for notes in NAMED.values() for note in notes[1:]]
SURELY = re.compile("王小明|김철수|สมชาย ?ใจดี|Петров, Иван|Иван Петров|Lin (Q. )?Lovelace")


def speak(workspace: Workspace, notes: list[str], people: str = "") -> Workspace:
    """The workspace in which a coalition has these notes."""
    said = " , ".join(f"{json.dumps(note, ensure_ascii=False)}@en" for note in notes)
    text = f"{PREFIXES}\n<{ID}other/event/spring> a coal:Event ; coal:note {said} .\n"
    return write(workspace, "data/coalitions/other/events.ttl", text + people)


def test_names_of_every_script_go_and_what_may_name_someone_is_listed(tmp_path: Path) -> None:
    out, workspace = tmp_path / "out", small(tmp_path / "workspace")
    people = "".join(
        f'<{ID}person/p-qwertyu{letter}> a foaf:Person ; skos:prefLabel "{name}"@en .\n'
        for name, letter in zip(NAMED, "abcde", strict=True)
    )
    publish(out, speak(workspace, [*CERTAIN, *UNSURE], people), version=WITH)
    for letter in "abcde":
        removal = prepare_removal(open_graph(workspace.root), f"person/p-qwertyu{letter}")
        replace_files(removal.texts)
        assert {one.is_certain for one in removal.occurrences} == {True, False}
    with pytest.raises(ParameterError, match="a removed person is still named in"):
        publish(out, Workspace(workspace.root), version=AFTER)
    publish(out, speak(workspace, ["The chair spoke.", *UNSURE]), version=AFTER)

    done = redact(out)
    assert [one.version for one in done.releases] == [WITH]
    assert [name for name, text in everything(out) if SURELY.search(name) or SURELY.search(text)] == []
    assert [one for one in done.occurrences if one.is_certain or one.problem] == []
    listed = {(one.path.relative_to(out).as_posix(), one.line) for one in done.occurrences}
    held = {
        (name, number)
        for name, text in everything(out)
        for number, line in enumerate(text.split("\n"), 1)
        if any(note in line for note in UNSURE)
    }
    assert {name.partition("/")[0] for name, _ in held} == {WITH, AFTER} and held <= listed


def test_a_text_that_was_decided_on_goes_where_the_newest_release_has_it_no_more(tmp_path: Path) -> None:
    out, workspace = tmp_path / "out", small(tmp_path / "workspace")
    publish(out, speak(workspace, ["Ms Lovelace spoke.", "Mr Lovelace wrote.", "lin@example.net"]), version=WITH)
    publish(out, speak(workspace, ["The chair spoke.", "Mr Lovelace wrote."]), version=AFTER)
    done = foc("redact", "out", "--also", "Ms Lovelace", "--also", "lin@example.net", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and f"out/{WITH}: " in done.stdout
    texts = dict(everything(out))
    assert [name for name, text in texts.items() if "Ms Lovelace" in text or "lin@example" in text] == []
    assert {name.partition("/")[0] for name, text in texts.items() if "Mr Lovelace" in text} == {WITH, AFTER}
    assert verify(out) == []
    done = foc("redact", "out", "--also", "Mr Lovelace", cwd=tmp_path)
    assert done.returncode == 1 and f"still named in out/{AFTER}/dumps/all.nq.gz:" in done.stderr


def test_a_text_that_would_take_out_everything_is_refused(tmp_path: Path) -> None:
    publish(tmp_path / "out", small(tmp_path / "workspace"), version=WITH)
    with pytest.raises(ParameterError, match="at least 2 letters"):
        redact(tmp_path / "out", also=["-a-"])


def test_a_release_after_a_redacted_one_can_be_signed_again(tmp_path: Path) -> None:
    keys, workspace, out = make_keys(tmp_path), small(tmp_path / "workspace"), tmp_path / "out"
    secret, public = read_secret_key(keys.secret, str), read_public_key(str(keys.public))
    publish(out, meet(workspace), version=WITH, key=secret)
    publish(out, take_out(Workspace(workspace.root)), version=AFTER, key=secret)
    redact(out, key=secret)
    assert verify(out, key=public) == []
    publish(out, Workspace(workspace.root), version=AFTER, key=secret)
    assert verify(out, key=public) == []


def test_a_running_server_tells_no_more_of_who_was_taken_out(published: Path, tmp_path: Path) -> None:
    out = shutil.copytree(published / "out", tmp_path / "out", symlinks=True)
    Releases(out).switch(RENAMED)
    settings = Settings(str(published / "workspace"), release_dir=str(out), processes=1)
    with TestClient(application(settings)) as client:
        known = {}
        for version in (WITH, RENAMED):
            address, file = f"/query/search.csv?text=Ada&release={version}", f"/release/{version}/dumps/all.ttl.gz"
            assert HERS.search(client.get(address).text)
            known[version] = {"If-None-Match": client.get(file).headers["etag"]}
            assert client.get(file, headers=known[version]).status_code == 304
        redact(out)
        end = time.monotonic() + 20
        while HERS.search(client.get("/query/search.csv?text=Ada").text) and time.monotonic() < end:
            time.sleep(0.2)
        for version in (WITH, RENAMED):
            address, file = f"/query/search.csv?text=Ada&release={version}", f"/release/{version}/dumps/all.ttl.gz"
            assert not HERS.search(client.get(address).text)
            assert client.get(file, headers=known[version]).status_code == 200
        assert not HERS.search(client.get("/query/search.csv?text=Ada").text)
