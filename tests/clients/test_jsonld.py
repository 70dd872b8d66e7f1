"""jsonld.js, the JSON-LD processor of browsers and Node.js: what it reads has the digest of the release."""

import gzip
import subprocess
from hashlib import sha256

import pytest

from foc_graph.workspace.releases import Release
from tests.support.clients import find_client
from tests.support.releases import read_dump

pytestmark = pytest.mark.extended

CANONICAL = """
const jsonld = require("jsonld");
const document = JSON.parse(require("fs").readFileSync(0, "utf8"));
jsonld.canonize(document, {algorithm: "RDFC-1.0", format: "application/n-quads"})
  .then(text => process.stdout.write(text));
"""


def canonize(document: bytes) -> bytes:
    """Return the canonical N-Quads of a document."""
    done = subprocess.run(
        ["node", "-e", CANONICAL], cwd=find_client("jsonld"), input=document, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout


def test_the_whole_graph_has_the_digest_of_the_release(published: Release) -> None:
    quads = canonize(gzip.decompress((published.path / "dumps" / "all.jsonld.gz").read_bytes()))
    assert b"sssom/confidence" in quads
    assert sha256(quads).hexdigest() == published.dataset_hash


def test_the_graph_of_a_coalition_is_that_of_its_turtle(published: Release) -> None:
    folder = published.path / "dumps"
    lines = set(canonize(gzip.decompress((folder / "first.jsonld.gz").read_bytes())).splitlines())
    assert lines == {f"{quad.triple} .".encode() for quad in read_dump(folder / "first.ttl.gz")}
