"""CKAN harvests the catalogue of a release by ckanext-dcat; without its database, so only its parser runs."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import DCAT, DCTERMS, RDF

from tests.support.clients import find_client

pytestmark = pytest.mark.extended

PARSED = """
import json, sys
from pathlib import Path

import ckan.lib.helpers  # before the parser: the modules of CKAN import each other
from ckanext.dcat.processors import RDFParser

parser = RDFParser(profiles=["euro_dcat_ap_3"])
parser.parse(Path(sys.argv[1]).read_text("utf-8"), _format=sys.argv[2])
print(json.dumps(list(parser.datasets())))
"""


@pytest.fixture(scope="module", params=[("catalog.ttl", "turtle"), ("catalog.jsonld", "json-ld")])
def datasets(request: pytest.FixtureRequest, release: Path) -> dict[str, Any]:
    """The datasets that CKAN makes of a catalogue, by their IRIs."""
    name, format = request.param
    python = find_client("ckanext-dcat") / "bin" / "python"
    command = [python, "-c", PARSED, release / name, format]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=release.parent)
    return {extras(dataset)["uri"]: dataset for dataset in json.loads(done.stdout)}


def extras(dataset: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: one["value"] for one in dataset["extras"]}


@pytest.fixture(scope="module")
def catalogue(release: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(release / "catalog.ttl")


def test_every_dataset_has_files_and_says_whom_to_ask(datasets: dict[str, Any], catalogue: rdflib.Graph) -> None:
    assert datasets.keys() == {str(one) for one in catalogue.subjects(RDF.type, DCAT.Dataset)}
    for iri, dataset in datasets.items():
        about = extras(dataset)
        assert dataset["title"] and dataset["notes"] and dataset["tags"] and dataset["resources"]
        assert about["identifier"] == iri
        assert (about["contact_name"], about["contact_email"]) == ("The Example Coalition", "data@example.org")
        assert about["publisher_url"] == "https://example.org/"


def test_every_file_says_what_it_is(datasets: dict[str, Any], catalogue: rdflib.Graph, release: Path) -> None:
    files = {one["uri"]: one for dataset in datasets.values() for one in dataset["resources"]}
    assert files.keys() == {str(one) for one in catalogue.objects(None, DCAT.distribution)}
    listed = json.loads((release / "manifest.json").read_bytes())["files"]
    for iri, file in files.items():
        about = listed[iri.partition(f"/{release.name}/")[2]]
        assert (file["size"], file["hash"]) == (about["bytes"], about["sha256"])
        assert ", for " in file["description"] and file["modified"] and file["name"]
        assert file["format"] == str(catalogue.value(rdflib.URIRef(iri), DCTERMS["format"]))
        assert file["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
