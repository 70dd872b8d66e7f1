"""Owlready2 loads concept schemes by their addresses, to which it adds `.rdf`, and from files of a release.

It reads the RDF/XML of the vocabulary too, but has no place for a class of properties, `coal:SourcedProperty`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.clients import find_client
from tests.support.foc_server import FocServer

pytestmark = pytest.mark.extended

LOADED = """
import sys

import owlready2

print(len(owlready2.World().get_ontology(sys.argv[1]).load().graph))
"""


def load(address: str) -> int:
    """Load an ontology, and return how many triples it has."""
    python = find_client("owlready2") / "bin" / "python"
    done = subprocess.run([python, "-c", LOADED, address], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout)


@pytest.fixture(params=["server", "release"])
def places(request: pytest.FixtureRequest) -> tuple[str, str]:
    """What the addresses begin and end with."""
    if request.param == "server":
        server: FocServer = request.getfixturevalue("small_server")
        return server.url, ""
    release: Path = request.getfixturevalue("release")
    return release.as_uri(), ".rdf"


@pytest.mark.parametrize("scheme", ["role", "body-kind", "document-type"])
def test_it_loads_a_concept_scheme(places: tuple[str, str], scheme: str) -> None:
    start, ending = places
    assert load(f"{start}/concept/{scheme}{ending}") > 5


def test_it_loads_a_thing_from_the_server(small_server: FocServer) -> None:
    assert load(f"{small_server.url}/doc/first") > 5
