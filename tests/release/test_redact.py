"""Releases that were published before a person was taken out: made anew without them, and all else as it was."""

import gzip
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import polars
import pytest
from minisign import PublicKey, SecretKey
from starlette.testclient import TestClient

from foc_graph.errors import ParameterError
from foc_graph.graph import open as open_graph
from foc_graph.graph.cache import cache_folder
from foc_graph.rdf.patch import read_patch
from foc_graph.release.build import Published, publish
from foc_graph.release.ledger import read_ledger
from foc_graph.release.redact import Redaction, redact
from foc_graph.release.signature import read_public_key, read_secret_key
from foc_graph.release.verify import verify
from foc_graph.removal import prepare_removal
from foc_graph.server.app import application
from foc_graph.server.snapshot import Settings
from foc_graph.workspace.files import replace_files
from foc_graph.workspace.releases import Releases, read_release
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc
from tests.support.failures import moves, stopped_everywhere
from tests.support.http import until
from tests.support.releases import RULES, copied_when_built, copy_releases, files, make_keys, read_lines
from tests.support.shared import copy_by_links, write_anew
from tests.support.workspaces import PREFIXES, edit, new_workspace, rename_foundation

MIRROR = "https://example.org/coalitions/"
"""The base under which all is published, another than that of the workspace."""

ID, MIRRORED = "https://example.org/coalition/id/", f"{MIRROR}id/"
ADA, NAME = f"{ID}person/ada-quill", "Ada Quill"
SEAT = f"{ID}example/secretariat/membership/ada-quill-head"
HERS = re.compile(r"(?i)ada([- _.]|%20)quill(?!on)|quill,? ada\b|Q999000001|by acclamation|A\. E\. Sample|ada miller")
"""Whatever would tell of her, and not of Ada Quillon, whose IRI begins as hers does."""

OTHERS = f"""{PREFIXES}
<{ID}person/ben-quill> a foaf:Person ; skos:prefLabel "Ben Quill"@en .
<{ID}person/ada-quillon> a foaf:Person ; skos:prefLabel "Ada Quillon"@en .
<{ID}example/secretariat/membership/ben> a coal:Membership ; org:member <{ID}person/ben-quill> ;
    org:organization <{ID}example/secretariat> .
"""
PERSON = f"""{PREFIXES}
<{ADA}> a foaf:Person ; skos:prefLabel "Ada Quill"@en .
<{SEAT}> a coal:Membership ; org:member <{ADA}> ; org:organization <{ID}example/secretariat> ;
    coal:note "Elected by acclamation."@en .
<{ADA}/name/former> a skosxl:Label ; coal:nameOf <{ADA}> ;
    skosxl:literalForm "Ada Miller"@en .
"""
SAID = ("Took over from Ádá Quill.", "Ada Miller chose him.")
REWORDED = ("Took over from the first head.", "The first head chose him.")
NAMED = {
    "王小明": ("主席王小明说", "小明先生", "Wang Xiaoming"),
    "Lin Q. Lovelace": ("Lin Lovelace chaired it.", "Ms Lovelace", "mail llovelace@example.net", "@linlovelace"),
}
"""Others who were taken out, of two scripts, each with a note that surely names them, and notes that may."""

CERTAIN = [notes[0] for notes in NAMED.values()]
UNSURE = [note for notes in NAMED.values() for note in notes[1:]]
DECIDED, KEPT, DROPPED = "Ms Lovelace", "小明先生", "mail llovelace@example.net"
"""A note to be taken out, one that the newest release still has, and one that is there until the newest."""

THEIRS = re.compile(f"王小明|Lin (Q. )?Lovelace|{DECIDED}")
NOTES = "ontology/notes.md"
MAPPINGS = f"""#curie_map:
#  id: {ID}
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: https://example.org/coalition/graph/wikidata
#license: https://creativecommons.org/publicdomain/zero/1.0/
subject_id	predicate_id	object_id	mapping_justification	mapping_source
"""
ROW = "id:person/{}\towl:sameAs\twikidata:{}\tsemapv:ManualMappingCuration\tid:source/charter\n"
BEN, HERS_TOO = ROW.format("ben-quill", "Q999000002"), ROW.format("ada-quill", "Q999000001")
PEOPLE, HER, LINKS = (f"data/{name}" for name in ("agents/people.ttl", "agents/ada.ttl", "links/wikidata.sssom.tsv"))
OLD_NAME, NEW_NAME = '"Ada Quill"@en .', '"Ada Quill"@en ; skos:altLabel "A. E. Sample"@en .'
BEFORE, WITH, RENAMED, AFTER = "2026.09", "2026.10", "2026.11", "2026.12"
QUERY = "queries/example/joined_since.rq"


def write(workspace: Workspace, name: str, text: str) -> Workspace:
    path = workspace.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return Workspace(workspace.root)


def small(root: Path) -> Workspace:
    """Two coalitions, of which one has people, without the vocabulary: published in a second."""
    workspace = Workspace(new_workspace(root, RULES))
    coalition = (root / "data/coalitions/example/coalition.ttl").read_text("utf-8")
    (root / "data/coalitions/other").mkdir()
    write(workspace, "data/coalitions/other/coalition.ttl", coalition.replace("/id/example", "/id/other"))
    write(workspace, LINKS, MAPPINGS + BEN)
    return write(workspace, PEOPLE, OTHERS)


def speak(workspace: Workspace, notes: list[str], people: Iterable[str] = ()) -> Workspace:
    """The workspace in which a coalition has these notes, and these people are known."""
    said = " , ".join(f"{json.dumps(note, ensure_ascii=False)}@en" for note in notes)
    text = f"{PREFIXES}\n<{ID}example/event/spring> a coal:Event ; coal:note {said} .\n"
    for letter, name in zip("ab", people, strict=False):
        text += f'<{ID}person/p-qwertyu{letter}> a foaf:Person ; skos:prefLabel "{name}"@en .\n'
    return write(workspace, "data/coalitions/example/events.ttl", text)


def meet(workspace: Workspace) -> Workspace:
    """The workspace with Ada Quill and the others in it."""
    write(workspace, LINKS, MAPPINGS + HERS_TOO + BEN)
    write(workspace, NOTES, "Lin Lovelace asked for a rule.")
    speak(workspace, [*CERTAIN, *UNSURE], NAMED)
    write(workspace, PEOPLE, OTHERS.rstrip(". \n") + f' ; coal:note "{SAID[0]}"@en , "{SAID[1]}"@en .\n')
    return write(workspace, HER, PERSON)


def take_out(workspace: Workspace) -> Workspace:
    """The workspace without them, with tombstones, and with what others said of them reworded."""
    for name in ("ada-quill", "p-qwertyua", "p-qwertyub"):
        removal = prepare_removal(open_graph(workspace.root), f"person/{name}")
        replace_files(removal.texts)
        assert {one.is_certain for one in removal.occurrences} >= ({True} if name == "ada-quill" else {True, False})
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


class Chain(NamedTuple):
    """A folder of releases, the workspace as it was at last, and the keys with which they are signed."""

    out: Path
    workspace: Workspace
    secret: SecretKey
    public: PublicKey

    def publish(self, out: Path, workspace: Workspace, version: str) -> Published:
        """Publish a workspace, without the panel, which tells of nobody."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("foc_graph.release.build.find_omitted", lambda: ["tables/panel.csv"])
            return publish(out, workspace, version=version, base=MIRROR, key=self.secret)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Releases before her, with her, also in a query, with another name of hers, and after; to be read only."""
    folder = tmp_path_factory.mktemp("published")
    workspace, out, keys = small(folder / "workspace"), folder / "out", make_keys(folder)
    chain = Chain(out, workspace, read_secret_key(keys.secret, str), read_public_key(str(keys.public)))
    chain.publish(out, workspace, BEFORE)
    chain.publish(out, edit(meet(workspace), QUERY, "SELECT", f"# as {NAME} asked\nSELECT"), WITH)
    edit(workspace, QUERY, f"# as {NAME} asked\n", "")
    (workspace.root / NOTES).unlink()
    speak(workspace, [*CERTAIN, *(note for note in UNSURE if note != DECIDED)], NAMED)
    chain.publish(out, rename_foundation(edit(workspace, HER, OLD_NAME, NEW_NAME)), RENAMED)
    taken_out = take_out(workspace)
    with pytest.raises(ParameterError, match="a removed person is still named in"):
        chain.publish(out, taken_out, AFTER)
    unsure = [note for note in UNSURE if note not in (DECIDED, DROPPED)]
    chain.publish(out, speak(workspace, ["The chair spoke.", *unsure]), AFTER)
    assert {name.partition("/")[0] for name, text in everything(out) if HERS.search(text)} == {WITH, RENAMED}
    return chain


@pytest.fixture(scope="module")
def redaction(published: Chain, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Redaction]:
    """A redacted copy of the releases, to be read only, and what was said of it."""
    out = copy_releases(published.out, tmp_path_factory.mktemp("redacted") / "out")
    return out, redact(out, also=[DECIDED, KEPT], key=published.secret)


@pytest.fixture(scope="module")
def redacted(redaction: tuple[Path, Redaction]) -> Path:
    return redaction[0]


def test_nothing_tells_of_who_was_taken_out(published: Chain, redaction: tuple[Path, Redaction]) -> None:
    redacted, done = redaction
    assert [name for name, text in everything(redacted) if HERS.search(name) or HERS.search(text)] == []
    assert [one.version for one in done.releases] == [WITH, RENAMED]
    assert all(f"{MIRRORED}person/ada-quill" in one.things for one in done.releases)
    assert verify(redacted, key=published.public) == []


def test_names_of_every_script_go_and_what_may_name_someone_is_listed_until_it_is_decided_on(
    redaction: tuple[Path, Redaction],
) -> None:
    redacted, done = redaction
    texts = dict(everything(redacted))
    assert [name for name, text in texts.items() if THEIRS.search(name) or THEIRS.search(text)] == [f"{WITH}/{NOTES}"]
    said = [(one.path.relative_to(redacted).as_posix(), one) for one in done.occurrences]
    listed, certain = {(name, one.line) for name, one in said}, {name for name, one in said if one.is_certain}
    once = {name: text for name, text in texts.items() if name.removesuffix(".gz") not in texts.keys() - {name}}
    lines = [(name, *line) for name, text in once.items() for line in enumerate(text.split("\n"), 1)]
    for note in UNSURE:
        held = {(name, number) for name, number, line in lines if note in line}
        assert {name.partition("/")[0] for name, _ in held} == (set() if note == DECIDED else {WITH, RENAMED, AFTER})
        assert held <= listed
    assert certain == {f"{WITH}/{NOTES}", *(name for name, text in once.items() if KEPT in text)}
    assert [one for _, one in said if one.problem] == []


def test_what_remains_is_what_would_have_been_published_without_her(
    published: Chain, redacted: Path, tmp_path: Path
) -> None:
    out, workspace = copy_releases(published.out, tmp_path / "out", BEFORE), small(tmp_path / "workspace")
    speak(workspace, [note for note in UNSURE if note != DECIDED])
    published.publish(out, rename_foundation(workspace), RENAMED)
    told = ("manifest.json", "SHA256SUMS", "catalog.", "dataset.jsonld", ".well-known/void", "index.html")
    told += ("downloads.html", "feeds/", "ledger.csv", "CHANGES.md", "changes.rdfp")
    expected, found = files(out / RENAMED), files(redacted / RENAMED)
    assert expected.keys() <= found.keys()
    same = [name for name in expected if not name.startswith(told)]
    assert len(same) > 150 and [name for name in same if found[name] != expected[name]] == []


def test_a_signed_release_is_not_redacted_without_the_key(published: Chain, tmp_path: Path) -> None:
    out = copy_releases(published.out, tmp_path / "out")
    before = files(out)
    done = foc("redact", "out", cwd=tmp_path)
    assert done.returncode == 2 and "2026.10/SHA256SUMS.minisig: this release is signed: give the key" in done.stderr
    assert {name: content for name, content in files(out).items() if name != ".lock"} == before


def test_what_does_not_hold_her_stays_as_it_was_and_a_query_that_does_is_as_in_the_newest(
    published: Chain, redacted: Path
) -> None:
    for version in (BEFORE, AFTER):
        assert files(redacted / version) == files(published.out / version)
    assert (redacted / "current").readlink() == Path(AFTER)
    assert (redacted / WITH / QUERY).read_bytes() == (redacted / AFTER / QUERY).read_bytes()
    kept = ("ontology/", "queries/", "dumps/other.", "tables/members.", "style.css", ".htaccess")
    hers = {QUERY, QUERY.replace("queries/example", "query"), "queries/examples.ttl"}
    for version, named in ((WITH, hers), (RENAMED, set())):
        before, after = files(published.out / version), files(redacted / version)
        same = [name for name in before if name.startswith(kept) or name.endswith(".rq")]  # their pages hold answers
        assert len(same) > 40 and {name for name in same if before[name] != after[name]} == named


def test_the_manifest_says_that_a_release_was_redacted(published: Chain, redacted: Path) -> None:
    for version in (WITH, RENAMED):
        before, after = (read_release(out / version) for out in (published.out, redacted))
        (redaction,) = after.redactions
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", redaction["day"])
        assert redaction["before"] == before.manifest["dataset"] != after.manifest["dataset"]
        assert after.manifest["day"] == before.manifest["day"] and after.manifest["site"] == before.manifest["site"]
    assert not read_release(redacted / AFTER).redactions


def test_the_ledger_knows_her_by_digests(redacted: Path) -> None:
    for version in (WITH, RENAMED):
        ledger = read_ledger(redacted / version)
        for iri in (iri.replace(ID, MIRRORED) for iri in (ADA, SEAT, f"{ADA}/identifier/wikidata")):
            assert ledger[f"sha256:{sha256(iri.encode()).hexdigest()}"] == (WITH, AFTER)


def test_patches_lead_on_whether_a_copy_is_redacted_or_not(published: Chain, redacted: Path) -> None:
    lines = read_lines(published.out / WITH / "dumps/all.nq.gz")
    for version in (RENAMED, AFTER):
        lines = list(read_patch(redacted / version / "changes.rdfp").apply(lines))
    assert lines == read_lines(redacted / AFTER / "dumps/all.nq.gz")
    headers = [read_patch(redacted / version / "changes.rdfp").headers for version in (WITH, RENAMED, AFTER)]
    assert [one["prev"] for one in headers[1:]] == [one["id"] for one in headers[:2]]
    assert headers[1]["before"] == [f"sha256:{read_release(redacted / WITH).dataset_hash}"]


def test_events_keep_their_places(published: Chain, redacted: Path) -> None:
    for version in (WITH, RENAMED):
        paths = [out / version / "feeds/events.jsonl" for out in (published.out, redacted)]
        old, new = ([json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in paths)
        assert [(one["id"], one["sequence"]) for one in old] == [(one["id"], one["sequence"]) for one in new]
        withdrawn = [one for one in new if one["kind"] == "withdrawal"]
        assert withdrawn and all(one["thing"] is None for one in withdrawn)
        assert [one for one in new if one["kind"] != "withdrawal"] == [
            before for before, after in zip(old, new, strict=True) if after["kind"] != "withdrawal"
        ]


def test_to_redact_again_changes_nothing(redacted: Path, tmp_path: Path) -> None:
    out = copy_releases(redacted, tmp_path / "out")
    before = files(out)
    done = foc("redact", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "out: no release holds anyone who was taken out\n")
    (out / ".lock").unlink()
    assert files(out) == before
    assert {path.name for path in out.iterdir()} == {BEFORE, WITH, RENAMED, AFTER, "current", "ledger.csv"}


def test_a_dry_run_tells_and_writes_nothing(published: Chain) -> None:
    before = files(published.out)
    done = foc("redact", "out", "--dry-run", "--also", DROPPED, cwd=published.out.parent)
    assert files(published.out) == before
    assert done.returncode == 1 and set(re.findall(r"^(\S+ named) in", done.stderr, re.MULTILINE)) == {"perhaps named"}
    assert re.findall(r"^out/(\S+): \d+ statements", done.stdout, re.MULTILINE) == [WITH, RENAMED, AFTER]
    assert f"out/{AFTER}: 0 statements" in done.stdout  # but its patch has what was dropped
    assert f"- {MIRRORED}person/ada-quill\n" in done.stdout
    assert done.stdout.endswith("nothing was written (--dry-run)\n")


def test_a_text_that_the_newest_release_has_is_still_named_there(redacted: Path, tmp_path: Path) -> None:
    copy_releases(redacted, tmp_path / "out", AFTER)
    done = foc("redact", "out", "--also", KEPT, cwd=tmp_path)
    assert done.returncode == 1 and f"still named in out/{AFTER}/dumps/all.nq.gz:" in done.stderr
    assert "directory" not in done.stderr  # only files are searched


def test_releases_go_on_from_redacted_ones(
    published: Chain, redacted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = copy_releases(redacted, tmp_path / "out")
    with monkeypatch.context() as patch:
        other = copy_by_links(out / AFTER, tmp_path / AFTER)
        write_anew(other / "SHA256SUMS", b"those of another patch")
        copied_when_built(patch, other)
        assert not published.publish(out, published.workspace, AFTER).is_new  # and is signed again
    assert Releases(out).roll_back(RENAMED) == RENAMED
    release = published.publish(out, published.workspace, "2027.01").release
    assert release.previous == RENAMED and verify(out, key=published.public) == []
    assert [name for name, text in everything(out) if HERS.search(text)] == []


def test_a_release_after_a_rollback_does_not_tell_of_who_came_in_between(published: Chain, tmp_path: Path) -> None:
    out = copy_releases(published.out, tmp_path / "out", BEFORE, WITH)
    release = published.publish(out, published.workspace, AFTER).release
    assert release.previous == BEFORE
    assert [name for name, text in everything(release.path) if HERS.search(text)] == []


@pytest.mark.campaign
@pytest.mark.parametrize("way", ["at once", "apart"])
def test_a_redaction_that_is_stopped_is_whole_or_not_done(
    published: Chain, redacted: Path, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new releases were made before, and nobody is searched for; folders are exchanged or moved one by one."""

    def copy(releases: Releases, holding: Any, found: object, folder: Path, *rest: object) -> None:
        folder.rmdir()
        copy_by_links(redacted / holding.release.version, folder)

    monkeypatch.setattr(os, "sync", lambda: None)  # nobody takes the power away
    monkeypatch.setattr("foc_graph.release.redact._rebuild", copy)
    monkeypatch.setattr("foc_graph.release.redact.sign", lambda folder, key: None)
    monkeypatch.setattr("foc_graph.release.redact.find_occurrences", lambda *_: iter(()))
    if way == "apart":
        monkeypatch.setattr("foc_graph.workspace.releases._exchange", lambda one, other: False)

    def releases(out: Path) -> dict[str, bytes]:
        return {name: content for name, content in files(out).items() if name[:7] in (BEFORE, WITH, RENAMED, AFTER)}

    def renew() -> None:
        shutil.rmtree(out, ignore_errors=True)
        copy_releases(published.out, out, WITH, BEFORE, RENAMED, AFTER)

    out, key = tmp_path / "out", published.secret
    old, new = releases(published.out), releases(redacted)
    for place in stopped_everywhere(renew, lambda: redact(out, key=key), cache_folder(), moves):
        found = [*out.iterdir(), *(out / ".replacing").glob("*")]
        assert {*Releases(out).versions()} <= {BEFORE, WITH, RENAMED, AFTER}
        assert [*out.iterdir(), *(out / ".replacing").glob("*")] == found, place  # whoever reads changes nothing
        Releases(out).complete()  # as any command that writes there
        assert releases(out) in (old, new), place
        redact(out, key=key)
        assert releases(out) == new, place
        assert {path.name for path in out.iterdir()} == {BEFORE, WITH, RENAMED, AFTER, "current", "ledger.csv", ".lock"}


def test_a_text_that_would_take_out_everything_is_refused(published: Chain) -> None:
    with pytest.raises(ParameterError, match="at least 2 letters"):
        redact(published.out, also=["-a-"])


def test_a_running_server_tells_no_more_of_who_was_taken_out(published: Chain, redacted: Path, tmp_path: Path) -> None:
    out, aside = copy_releases(published.out, tmp_path / "out", RENAMED, BEFORE, WITH, AFTER), tmp_path / "redacted"
    copy_releases(redacted, aside)
    settings = Settings(str(published.workspace.root), release_dir=str(out), processes=1)
    with TestClient(application(settings)) as client:
        address, file = f"/query/search.csv?text=Ada&release={WITH}", f"/release/{WITH}/dumps/all.ttl.gz"
        assert HERS.search(client.get(address).text)
        known = {"If-None-Match": client.get(file).headers["etag"]}
        assert client.get(file, headers=known).status_code == 304
        assert HERS.search(client.get("/query/search.csv?text=Ada").text)
        with Releases(out).building():
            Releases(out).replace({version: aside / version for version in (WITH, RENAMED)})
        until(lambda: not HERS.search(client.get("/query/search.csv?text=Ada").text))
        assert not HERS.search(client.get(address).text)
        assert client.get(file, headers=known).status_code == 200
