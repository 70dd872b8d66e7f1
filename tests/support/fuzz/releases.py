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
from tests.support.fuzz.targets import Place, Reader, target

CATALOGUE = b'<x:a> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "A"@en .'
RELEASE = {
    "SHA256SUMS": b"",
    "catalog.jsonld": b'{"@id": "x:a", "@type": "http://www.w3.org/ns/dcat#Dataset"}',
    "catalog.ttl": CATALOGUE,
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


def _release(name: str, *, slow: bool) -> None:
    """Enter what reads a file of a release, among others that are as they should be."""

    @target(f"release.{name.rpartition('/')[2]}", slow=slow)
    def read_file(place: Place) -> Reader:
        folder = place.folder / f"release-{name.replace('/', '-')}"
        for other, content in RELEASE.items():
            place.write(f"{folder.name}/{other}", content)
        sums = b"".join(
            b"%b  %b\n" % (sha256(one).hexdigest().encode(), other.encode()) for other, one in RELEASE.items()
        )
        place.write(f"{folder.name}/SHA256SUMS", sums)

        def read(content: bytes) -> None:
            (folder / name).write_bytes(_packed(content) if name.endswith(".gz") else content)
            release = read_release(folder)
            assert release.version and release.base and release.redactions is not None and release.omitted is not None
            read_sums(folder)
            read_ledger(folder)
            read_log(folder / "feeds" / "events.jsonl")
            if slow:
                for fault in verify(folder):
                    assert fault.isprintable(), f"a fault with control characters: {fault!r}"

        return read


def _packed(content: bytes) -> bytes:
    """Pack what is not packed."""
    return content if content.startswith(b"\x1f\x8b") else gzip.compress(content, 1, mtime=0)


for _name in RELEASE:
    _release(_name, slow=_name.startswith(("catalog", "dumps")))


@target("release", slow=True)
def _opened_release(place: Place) -> Reader:
    """The dump of a release, opened to be asked."""

    def read(content: bytes) -> None:
        folder = place.folder / "opened"
        for other, one in RELEASE.items():
            place.write(f"{folder.name}/{other}", one)
        packed = _packed(content)
        place.write(f"{folder.name}/dumps/all.nq.gz", packed)
        manifest = json.loads(RELEASE["manifest.json"])
        manifest["dataset"]["sha256"] = sha256(content).hexdigest()
        manifest["files"] = {"dumps/all.nq.gz": {"sha256": sha256(packed).hexdigest(), "bytes": len(packed)}}
        place.write(f"{folder.name}/manifest.json", json.dumps(manifest).encode())
        open_release(read_release(folder))

    return read


@target("signature")
def _signature(place: Place) -> Reader:
    """The signature of a release, whose list of digests and key are as they should be."""
    place.write("signed/SHA256SUMS", b"")
    place.write("signed/manifest.json", RELEASE["manifest.json"])
    release = read_release(place.folder / "signed")
    key = KeyPair.generate().public_key

    def read(content: bytes) -> None:
        place.write("signed/SHA256SUMS.minisig", content)
        fault = find_fault(release, key)
        assert fault is not None and fault.isprintable()

    return read


@target("key", slow=True)
def _key(place: Place) -> Reader:
    def read(content: bytes) -> None:
        path = place.write("minisign.key", content)
        with suppress(FocGraphError):
            read_public_key(str(path))
        read_secret_key(path, lambda: "password")

    return read


@target("store")
def _store(place: Place) -> Reader:
    """The manifest of a store, written by this engine in the one way that counts as whole, whatever it says."""
    folder = StoreFolder(place.folder / "store")

    def read(content: bytes) -> None:
        with suppress(ValueError, TypeError, RecursionError):
            fields = {"format": FORMAT, "engine": ENGINE} | json.loads(content)
            fields["checksum"] = crc32(json.dumps(fields, sort_keys=True).encode())
            content = json.dumps(fields, sort_keys=True, indent=1).encode()
        place.write("store/foc-store.json", content)
        folder.open()

    return read
