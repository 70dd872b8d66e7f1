"""Targets that read files: RDF in its formats, workspaces, and tables."""

import shutil

import pyoxigraph as ox

from foc_graph.links.check import check_links
from foc_graph.links.review import Review
from foc_graph.links.targets import HERE, named_things, opened, stated_records
from foc_graph.load.chunks import read_parts
from foc_graph.load.sources import source_of
from foc_graph.matching.mentions import Mentions
from foc_graph.matching.occurrences import find_occurrences
from foc_graph.namespaces import PREFIXES
from foc_graph.progress import untracked
from foc_graph.queries.header import read_query, read_source
from foc_graph.queries.lint import lint
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.rdf.patch import read_patch
from foc_graph.rdf.positions import Positions
from foc_graph.release.snapshot import find_day
from foc_graph.shacl import validate
from foc_graph.store.embedded import EmbeddedStore
from foc_graph.tabular import prepare_import
from foc_graph.validation import validate_workspace
from foc_graph.workspace.files import Things, format_file
from foc_graph.workspace.journal import JOURNAL, settle
from foc_graph.workspace.migrations import migrate_workspace
from foc_graph.workspace.rules import as_update, read_rules
from foc_graph.workspace.settings import SETTINGS, Workspace, check_base
from tests.support import ROOT
from tests.support.fuzz.targets import Place, target, targets

SHAPES = b"""PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<x:S> a sh:NodeShape ; sh:targetClass <x:C> ;
  sh:property [ sh:path <x:p> ; sh:datatype xsd:date ; sh:maxCount 2 ; sh:minInclusive "2000-01-01"^^xsd:date ] ;
  sh:property [ sh:path ( <x:q> [ sh:zeroOrMorePath <x:r> ] ) ; sh:pattern "^a+$" ; sh:uniqueLang true ] ;
  sh:property [ sh:path <x:n> ; sh:datatype xsd:integer ; sh:maxInclusive 9 ;
    sh:or ( [ sh:minLength 2 ] [ sh:in ( 1 ) ] ) ] .
"""
WORKSPACE = Workspace(ROOT)
EMPTY = EmbeddedStore.in_memory(PREFIXES)
PEOPLE = Mentions(["Ada Q. Lovelace", "王小明"], ["https://example.org/id/person/ada"], [])
DATA = b'<x:a> a <x:C> ; <x:p> "2015-02-30"^^<http://www.w3.org/2001/XMLSchema#date> ; <x:q> "b"@en ; <x:n> 10 .'


@target("turtle")
def _turtle(place: Place, content: bytes) -> None:
    path = place.write("x.ttl", content)
    triples, _ = parse_turtle(read_text(path, "x.ttl"), "x.ttl", "file:///x.ttl")
    positions = Positions([("x.ttl", path)])
    for triple in triples[:20]:
        positions.position(triple.subject.value, triple.predicate.value, triple.object)


@targets("format.{}", "ttl", "sssom.tsv", "claims.tsv")
def _format(place: Place, content: bytes, ending: str) -> None:
    path = place.write(f"f.{ending}", content)
    if format_file(path, WORKSPACE):
        assert not format_file(path, WORKSPACE, check=True), "formatted again it becomes another text"


@target("statements")
def _statements(place: Place, content: bytes) -> None:
    check_links(EMPTY, "x:", Positions([]), [place.write("s.nt", content), place.write("s.ttl", content)])


@targets("load.{}", "nt", "nq", "trig", "ttl", "sssom.tsv", "claims.tsv", "nq.gz", "nq.bz2", "nq.xz", "nq.zst")
def _load(place: Place, content: bytes, ending: str) -> None:
    source = source_of(place.write(f"l.{ending}", content), WORKSPACE, "file:///l")
    assert source is not None
    graph = None if source.format.supports_datasets else ox.NamedNode("x:g")
    for part in read_parts([source._replace(graph=graph)], 1000, "https://example.org/", untracked):
        list(part.statements())


@target("dataset", slow=True)
def _dataset(place: Place, content: bytes) -> None:
    with opened(place.write("d.trig", content), untracked) as store:
        list(stated_records(store, named_things(store, HERE, "d.trig"), HERE))


@target("patch")
def _patch(place: Place, content: bytes) -> None:
    patch = read_patch(place.write("p.rdfp", content))
    assert patch.triples is None or patch.added | patch.deleted == patch.triples
    list(patch.apply([b"<x:a> <x:b> <x:c> .\n"]))


@target("shapes", slow=True)
def _shapes(place: Place, content: bytes) -> None:
    report = validate(place.write("shaped.ttl", DATA), place.write("shapes.ttl", content), engine="sparql")
    str(report), report.conforms


@targets("validate.{}", "sparql", "duckdb", "pyshacl", slow=True)
def _validate(place: Place, content: bytes, engine: str) -> None:
    path = place.write(f"v.{'nt' if engine == 'duckdb' else 'ttl'}", content)
    str(validate(path, place.write("s.ttl", SHAPES), engine=engine))  # type: ignore[arg-type]


# Workspaces


@target("settings")
def _settings(place: Place, content: bytes) -> None:
    root = place.workspace("settings")
    (root / SETTINGS).write_bytes(content)
    workspace = Workspace(root)
    check_base(workspace.base)
    list(map(workspace.graph_name, workspace.data_files))
    list(map(workspace.shape_text, workspace.shape_files))
    find_day(workspace)


@target("workspace", slow=True)
def _workspace(place: Place, content: bytes) -> None:
    workspace = Workspace(place.workspace("edited"))
    migrations = workspace.root / "ontology" / "migrations"
    if not migrations.is_dir():
        shutil.copytree(ROOT / "ontology" / "migrations", migrations)
    (workspace.root / "data" / "x.ttl").write_bytes(content)
    validate_workspace(workspace)
    things = Things(workspace)
    for iri, values in list(things.items()):
        things.put(iri, values, "x.ttl")
    things.texts()
    migrate_workspace(workspace, check=True)


@target("proposals")
def _proposals(place: Place, content: bytes) -> None:
    review = Review(place.graph, place.write("r.sssom.tsv", content), "https://example.org/source")
    for proposal in review.proposals[:20]:
        review.contradiction(proposal)


@target("query")
def _query(place: Place, content: bytes) -> None:
    place.write("queries/fragments/example.sparql", b"# What it does\n?s ?p ?o .\n")
    path = place.write("queries/example/q.rq", content)
    read_source(path, "q.rq")
    lint(read_query(path, "q.rq"), "q.rq")


@target("rule")
def _rule(place: Place, content: bytes) -> None:
    workspace = Workspace(place.workspace("ruled"))
    place.write("ruled/ontology/rules/x.rq", content)
    for rule in read_rules(workspace):
        as_update(rule, ox.NamedNode("x:a"), ox.NamedNode("x:b"))


@target("journal")
def _journal(place: Place, content: bytes) -> None:
    """The journal that a stopped command left in a workspace."""
    root = place.workspace("stopped")
    place.write(f"stopped/{JOURNAL}", content)
    settle(root)


@targets("occurrences.{}", "txt", "nq.gz", "nq.zst", "zip", "parquet", slow=True)
def _occurrences(place: Place, content: bytes, ending: str) -> None:
    for one in find_occurrences(place.write(f"o.{ending}", content), "o", PEOPLE):
        assert f"{one.excerpt}{one.problem}".isprintable()


# Tables


TABLES = {"csv": "members", "xlsx": "members", "claims.csv": "claims"}


@targets("table.{}", *TABLES, slow=True)
def _table(place: Place, content: bytes, ending: str) -> None:
    path = place.write(f"table.{ending}", content)
    root = place.graph.workspace.root
    list(map(str, prepare_import(path, TABLES[ending], "first", "https://example.org/source", root).plan.problems))


@targets("join.{}", "csv", "tsv", "parquet", slow=True)
def _joined(place: Place, content: bytes, ending: str) -> None:
    """A table of a user's own beside a panel; on the panel's own side it is as many rows as before."""
    length = len(place.panel)
    assert len(place.panel.join(place.write(f"j.{ending}", content), ["iso3"])) == length


@target("csvw", slow=True)
def _csvw(place: Place, content: bytes) -> None:
    path = place.write("m.csv", b"member;joined\nEstonia;04/05/2015\n")
    place.write("m.csv-metadata.json", content)
    root = place.graph.workspace.root
    list(map(str, prepare_import(path, "members", "first", "https://example.org/source", root).plan.problems))
