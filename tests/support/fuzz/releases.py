"""Targets that read releases and stores: each of their files, signatures, and keys."""

import gzip
import json
from contextlib import suppress
from hashlib import sha256
from zlib import crc32

from minisign import KeyPair

from foc_graph.errors import FocGraphError
from foc_graph.graph.cache import open_release
from foc_graph.rdf.terms import RDF
from foc_graph.release.feeds import read_log
from foc_graph.release.files import read_sums
from foc_graph.release.ledger import read_ledger
from foc_graph.release.signature import find_fault, read_public_key, read_secret_key
from foc_graph.release.verify import verify
from foc_graph.store.disk import ENGINE, FORMAT, StoreFolder
from foc_graph.workspace.releases import read_release
from tests.support.fuzz.targets import Place, target, targets
from tests.support.releases import relist

RELEASE = {
    "SHA256SUMS": b"",
    "dumps/all.nq.gz": gzip.compress(b"<x:a> <x:p> <x:b> <x:g> .\n", mtime=0),
    "dumps/all.rdf12.nq.gz": gzip.compress(f'<x:a> <{RDF}reifies> <<( <x:a> <x:p> "b" )>> <x:g> .\n'.encode(), mtime=0),
    "feeds/events.jsonl": b"",
    "ledger.csv": b"iri,since,withdrawn\nhttps://example.org/id/a,2026.11,\n",
    "manifest.json": json.dumps(
        {
            **{"format": 1, "version": "2026.11", "base": "https://example.org/", "day": "2026-11-01"},
            **{"dataset": {"sha256": "00", "quads": 1}, "files": {}, "vocabularies": {}, "previous": None},
        }
    ).encode(),
}
"""The files of a release, as far as they are read again."""
KEY = KeyPair.generate().public_key


def _release(place: Place, content: bytes, name: str) -> None:
    """Read a file of a release, among others that are as they should be."""
    path = next(one for one in RELEASE if one.rpartition("/")[2] == name)
    folder = place.folder / f"release-{name}"
    if not folder.is_dir():
        sums = "".join(f"{sha256(one).hexdigest()}  {other}\n" for other, one in RELEASE.items())
        for other, one in (RELEASE | {"SHA256SUMS": sums.encode()}).items():
            place.write(f"{folder.name}/{other}", one)
    (folder / path).write_bytes(_packed(content) if name.endswith(".gz") else content)
    release = read_release(folder)
    assert release.version and release.base and release.redactions is not None and release.omitted is not None
    read_sums(folder)
    read_ledger(folder)
    read_log(folder / "feeds" / "events.jsonl")
    if path in SLOW:
        for fault in verify(relist(folder)):
            assert fault.isprintable(), f"a fault with control characters: {fault!r}"


def _packed(content: bytes) -> bytes:
    """Pack what is not packed."""
    return content if content.startswith(b"\x1f\x8b") else gzip.compress(content, 1, mtime=0)


SLOW = [name for name in RELEASE if name.startswith("dumps")]
targets("release.{}", *(name.rpartition("/")[2] for name in RELEASE if name not in SLOW))(_release)
targets("release.{}", *(name.rpartition("/")[2] for name in SLOW), slow=True)(_release)


@target("release", slow=True)
def _opened_release(place: Place, content: bytes) -> None:
    """The dump of a release, opened to be asked."""
    packed = _packed(content)
    manifest = json.loads(RELEASE["manifest.json"])
    manifest["dataset"]["sha256"] = sha256(content).hexdigest()
    manifest["files"] = {"dumps/all.nq.gz": {"sha256": sha256(packed).hexdigest(), "bytes": len(packed)}}
    changed = {"dumps/all.nq.gz": packed, "manifest.json": json.dumps(manifest).encode()}
    for name, one in (RELEASE | changed).items():
        place.write(f"opened/{name}", one)
    open_release(read_release(place.folder / "opened"))


@target("signature")
def _signature(place: Place, content: bytes) -> None:
    """The signature of a release, whose list of digests and key are as they should be."""
    place.write("signed/SHA256SUMS", b"")
    place.write("signed/manifest.json", RELEASE["manifest.json"])
    place.write("signed/SHA256SUMS.minisig", content)
    fault = find_fault(read_release(place.folder / "signed"), KEY)
    assert fault is not None and fault.isprintable()


@target("key", slow=True)
def _key(place: Place, content: bytes) -> None:
    path = place.write("minisign.key", content)
    with suppress(FocGraphError):
        read_public_key(str(path))
    read_secret_key(path, lambda: "password")


@target("store")
def _store(place: Place, content: bytes) -> None:
    """The manifest of a store, written by this engine in the one way that counts as whole, whatever it says."""
    with suppress(ValueError, TypeError, RecursionError):
        fields = {"format": FORMAT, "engine": ENGINE} | json.loads(content)
        fields["checksum"] = crc32(json.dumps(fields, sort_keys=True).encode())
        content = json.dumps(fields, sort_keys=True, indent=1).encode()
    place.write("store/foc-store.json", content)
    StoreFolder(place.folder / "store").open()
