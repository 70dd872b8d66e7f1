"""The rules of questions as pages of a release have them."""

import json
import os
import subprocess
import sys

from foc_graph.graph import Graph
from foc_graph.questions.export import export_rules
from foc_graph.questions.rules import make_rules
from foc_graph.questions.words import forms
from foc_graph.store.results import as_rows
from tests.support import ROOT

PEOPLE = "SELECT (STR(?name) AS ?text) WHERE { ?person a foaf:Person ; foaf:name|rdfs:label ?name }"
EXPORT = """
import json, sys, foc_graph
from foc_graph.questions.export import export_rules
from foc_graph.questions.rules import make_rules
sys.stdout.write(json.dumps(export_rules(make_rules(foc_graph.open(sys.argv[1])))))
"""


def test_rules_of_pages_name_no_person(graph: Graph) -> None:
    exported = export_rules(make_rules(graph))
    people = {forms(row["text"]) for row in as_rows(graph.sparql(PEOPLE))}
    assert people and people.isdisjoint(exported["names"])
    assert people.isdisjoint(forms(one["label"]) for one in exported["things"])


def test_rules_do_not_depend_on_the_order_of_sets(small: Graph) -> None:
    """In this process sets have another order, since strings have other hashes."""
    command = [sys.executable, "-c", EXPORT, str(small.workspace.root)]
    made = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": "1"}, cwd=ROOT, capture_output=True, check=True)
    is_same = made.stdout.decode() == json.dumps(export_rules(make_rules(small)))  # a difference takes long to be shown
    assert is_same and json.loads(made.stdout)["names"]
