"""Releases of small workspaces."""

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from minisign import KeyPair

from foc_graph.rdf.parser import FORMATS, open_unpacked
from foc_graph.release.build import publish
from foc_graph.release.files import files_below, write_sums
from foc_graph.workspace.releases import MANIFEST, SUMS, Release, Releases
from foc_graph.workspace.settings import SETTINGS, Workspace
from tests.support.shared import copy_by_links, once, write_anew
from tests.support.workspaces import new_workspace, rename_foundation

NAMES = ("find", "fragments", "overview", *(f"membership/{name}.rq" for name in ("chairs", "members", "people")))
QUERIES = ", ".join(f'"queries/{name}"' for name in (*NAMES, "structure/documents.rq", "structure/mandates.rq"))
"""The packaged queries without which nothing can be published: tables and pages ask them."""

RULES = f'["ontology/concepts/role.ttl", "ontology/concepts/role-kind.ttl", "ontology/rules", {QUERIES}]'
"""Parts of the packaged workspace with which one small coalition has members, and is published in a second."""

BASE = "https://example.org/coalition/"
WITHDRAWN = f"{BASE}id/example/secretariat"
DIGEST = sha256(WITHDRAWN.encode()).hexdigest()
LATER = f"""
<{BASE}id/tombstone/{DIGEST[:16]}>
    a coal:Tombstone ; coal:digest "{DIGEST}" ; dcterms:date "2026-11-25"^^xsd:date .
<{BASE}id/organisation/old-name> dcterms:isReplacedBy <{BASE}id/organisation/example-foundation> .
<{BASE}id/organisation/moved> dcterms:isReplacedBy <https://elsewhere.example/organisation/é> .
<{BASE}id/organisation/divided> dcterms:isReplacedBy <{BASE}id/example> , <{BASE}id/example/office> .
"""


def files(folder: Path) -> dict[str, bytes]:
    """Return what is in the files below a folder, by their paths."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def copy_releases(out: Path, to: Path, *versions: str) -> Path:
    """Copy some releases, by links, into a new folder, where the first of them is current; or all, as they are."""
    for version in versions or Releases(out).versions():
        copy_by_links(out / version, to / version)
    (to / "current").symlink_to(versions[0] if versions else (out / "current").readlink())
    (to / "ledger.csv").symlink_to("current/ledger.csv")
    return to


def copied_when_built(patch: pytest.MonkeyPatch, release: Path) -> None:
    """Let whoever publishes copy a release, by links, that was built before."""

    def copy(snapshot: object, folder: Path, *rest: object, **chosen: object) -> None:
        folder.rmdir()
        copy_by_links(release, folder)

    patch.setattr("foc_graph.release.build.build_release", copy)


def relist(release: Path) -> Path:
    """List the files of a copy of a release anew, as whoever makes one out of it would."""
    manifest = json.loads((release / MANIFEST).read_bytes())
    found = [file for file in files_below(release) if file.path != MANIFEST]
    manifest["files"] = {file.path: {"bytes": file.size, "sha256": file.sha256} for file in found}
    write_anew(release / MANIFEST, json.dumps(manifest).encode())
    (release / SUMS).unlink()
    write_sums(release, files_below(release))
    return release


def read_dump(path: Path) -> list[ox.Quad]:
    """Return what is in a dump, packed or not."""
    format = FORMATS[path.name.removesuffix(".gz").rpartition(".")[2]]
    with open_unpacked(path) as file:
        return list(ox.parse(file, format=format))


def read_lines(path: Path) -> list[bytes]:
    """Return the lines of a packed dump, sorted."""
    return sorted(gzip.decompress(path.read_bytes()).splitlines(keepends=True))


class Keys(NamedTuple):
    """Files of a secret key without a password, the same with one, and of its public key."""

    secret: Path
    encrypted: Path
    public: Path


def make_keys(folder: Path) -> Keys:
    """Make a pair of keys of minisign in a folder; the password is `password`."""
    pair = KeyPair.generate()
    keys = Keys(folder / "secret", folder / "encrypted", folder / "public")
    keys.public.write_bytes(bytes(pair.public_key))
    keys.secret.write_bytes(bytes(pair.secret_key))
    pair.secret_key.encrypt("password", opslimit=2**15, memlimit=2**20)
    keys.encrypted.write_bytes(bytes(pair.secret_key))
    return keys


class Out(NamedTuple):
    """A workspace, and its folder of releases."""

    workspace: Path
    folder: Path

    @property
    def release(self) -> Release:
        return Releases(self.folder).release("current")


def with_rules(root: Path) -> Workspace:
    """Make a workspace of one small coalition with rules, whom to ask and an endpoint, without the vocabulary."""
    with (new_workspace(root, RULES) / SETTINGS).open("a", encoding="utf-8") as settings:
        settings.write('endpoint = "https://example.org/ask"\ncontact = "data@example.org"\n')
    return Workspace(root)


def renamed_release(folder: Path) -> Out:
    """Publish a small coalition twice; in 2026.12 a member has another name."""
    found = Out(with_rules(folder / "workspace").root, folder / "out")
    publish(found.folder, Workspace(found.workspace))
    publish(found.folder, rename_foundation(Workspace(found.workspace)), version="2026.12")
    return found


def made_once(shared: Path, make: Callable[[Path], Out]) -> Out:
    """Return the workspace and releases that a function makes, once in a test run; no test may change them."""
    folder = once(shared / make.__name__.replace("_", "-"), make)
    return Out(folder / "workspace", folder / "out")


def two_releases(folder: Path) -> Out:
    """Publish twice, without vocabulary; in the second release a thing is withdrawn, and others were merged."""
    found = Out(new_workspace(folder / "workspace", RULES), folder / "out")
    publish(found.folder, Workspace(found.workspace))
    data = found.workspace / "data" / "coalitions" / "example" / "coalition.ttl"
    text = data.read_text("utf-8").replace("id/example/secretariat", "id/example/office")
    data.write_text(text + LATER, "utf-8")
    settings = found.workspace / "workspace.toml"
    settings.write_text(settings.read_text("utf-8").replace("2026.11", "2026.12"), "utf-8")
    publish(found.folder, Workspace(found.workspace))
    return found


VOCABULARY = """PREFIX coal: <https://w3id.org/coalition/ns#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
<https://w3id.org/coalition/ns> a owl:Ontology ; owl:versionInfo "{version}" .
coal:Thing a owl:Class ; rdfs:isDefinedBy <https://w3id.org/coalition/ns> ; skos:definition "{definition}"@en .
"""


def releases_of_a_vocabulary(folder: Path) -> Out:
    """Publish three times; the vocabulary says something else each time, and has a new version in the third."""
    found = Out(new_workspace(folder / "workspace", f"[{QUERIES}]"), folder / "out")
    path = found.workspace / "ontology" / "vocabulary.ttl"
    path.parent.mkdir()
    for version, number, definition in (
        ("2026.11", "0.2.0", "One"),
        ("2026.12", "0.2.0", "Two"),
        ("2027.01", "1.0.0", "Three"),
    ):
        path.write_text(VOCABULARY.format(version=number, definition=definition), "utf-8")
        publish(found.folder, Workspace(found.workspace), version=version)
    return found
