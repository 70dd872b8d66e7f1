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
from tests.support.fuzz.targets import Place, Reader, target

SHAPES = b"""PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<x:S> a sh:NodeShape ; sh:targetClass <x:C> ;
  sh:property [ sh:path <x:p> ; sh:datatype xsd:date ; sh:maxCount 2 ; sh:minInclusive "2000-01-01"^^xsd:date ] ;
  sh:property [ sh:path ( <x:q> [ sh:zeroOrMorePath <x:r> ] ) ; sh:pattern "^a+$" ; sh:uniqueLang true ] ;
  sh:property [ sh:path <x:n> ; sh:datatype xsd:integer ; sh:maxInclusive 9 ;
    sh:or ( [ sh:minLength 2 ] [ sh:in ( 1 ) ] ) ] .
"""
WORKSPACE = Workspace(ROOT)
DATA = b'<x:a> a <x:C> ; <x:p> "2015-02-30"^^<http://www.w3.org/2001/XMLSchema#date> ; <x:q> "b"@en ; <x:n> 10 .'


@target("turtle")
def _turtle(place: Place) -> Reader:
    def read(content: bytes) -> None:
        path = place.write("x.ttl", content)
        triples, _ = parse_turtle(read_text(path, "x.ttl"), "x.ttl", "file:///x.ttl")
        positions = Positions([("x.ttl", path)])
        for triple in triples[:20]:
            positions.position(triple.subject.value, triple.predicate.value, triple.object)

    return read


def _format(name: str) -> None:
    @target(f"format.{name}")
    def format(place: Place) -> Reader:
        def read(content: bytes) -> None:
            path = place.write(f"f.{name}", content)
            if format_file(path, WORKSPACE):
                assert not format_file(path, WORKSPACE, check=True), "formatted again it becomes another text"

        return read


_format("ttl")
_format("sssom.tsv")
_format("claims.tsv")


@target("statements")
def _statements(place: Place) -> Reader:
    store = EmbeddedStore.in_memory(PREFIXES)

    def read(content: bytes) -> None:
        check_links(store, "x:", Positions([]), [place.write("s.nt", content), place.write("s.ttl", content)])

    return read


def _load(ending: str) -> None:
    @target(f"load.{ending}")
    def load(place: Place) -> Reader:
        def read(content: bytes) -> None:
            source = source_of(place.write(f"l.{ending}", content), WORKSPACE, "file:///l")
            assert source is not None
            graph = None if source.format.supports_datasets else ox.NamedNode("x:g")
            for part in read_parts([source._replace(graph=graph)], 1000, "https://example.org/", untracked):
                for _ in part.statements():
                    pass

        return read


for _ending in ("nt", "nq", "trig", "ttl", "sssom.tsv", "claims.tsv", "nq.gz", "nq.bz2", "nq.xz", "nq.zst"):
    _load(_ending)


@target("dataset", slow=True)
def _dataset(place: Place) -> Reader:
    def read(content: bytes) -> None:
        with opened(place.write("d.trig", content), untracked) as store:
            list(stated_records(store, named_things(store, HERE, "d.trig"), HERE))

    return read


@target("patch")
def _patch(place: Place) -> Reader:
    def read(content: bytes) -> None:
        patch = read_patch(place.write("p.rdfp", content))
        assert patch.triples is None or patch.added | patch.deleted == patch.triples
        list(patch.apply([b"<x:a> <x:b> <x:c> .\n"]))

    return read


@target("shapes", slow=True)
def _shapes(place: Place) -> Reader:
    data = place.write("shaped.ttl", DATA)

    def read(content: bytes) -> None:
        report = validate(data, place.write("shapes.ttl", content), engine="sparql")
        str(report), report.conforms

    return read


def _validate(engine: str, ending: str) -> None:
    @target(f"validate.{engine}", slow=True)
    def validated(place: Place) -> Reader:
        shapes = place.write("s.ttl", SHAPES)

        def read(content: bytes) -> None:
            str(validate(place.write(f"v.{ending}", content), shapes, engine=engine))  # type: ignore[arg-type]

        return read


_validate("sparql", "ttl")
_validate("duckdb", "nt")
_validate("pyshacl", "ttl")


# Workspaces


@target("settings")
def _settings(place: Place) -> Reader:
    root = place.workspace("settings")

    def read(content: bytes) -> None:
        (root / SETTINGS).write_bytes(content)
        workspace = Workspace(root)
        check_base(workspace.base)
        list(map(workspace.graph_name, workspace.data_files))
        list(map(workspace.shape_text, workspace.shape_files))
        find_day(workspace)

    return read


@target("workspace", slow=True)
def _workspace(place: Place) -> Reader:
    workspace = Workspace(place.workspace("edited"))
    path = workspace.root / "data" / "x.ttl"
    shutil.copytree(ROOT / "ontology" / "migrations", workspace.root / "ontology" / "migrations", dirs_exist_ok=True)

    def read(content: bytes) -> None:
        path.write_bytes(content)
        validate_workspace(workspace)
        things = Things(workspace)
        for iri, values in list(things.items()):
            things.put(iri, values, "x.ttl")
        things.texts()
        migrate_workspace(workspace, check=True)

    return read


@target("proposals")
def _proposals(place: Place) -> Reader:
    graph = place.graph

    def read(content: bytes) -> None:
        review = Review(graph, place.write("r.sssom.tsv", content), "https://example.org/source")
        for proposal in review.proposals[:20]:
            review.contradiction(proposal)

    return read


@target("query")
def _query(place: Place) -> Reader:
    place.write("queries/fragments/example.sparql", b"# What it does\n?s ?p ?o .\n")

    def read(content: bytes) -> None:
        path = place.write("queries/example/q.rq", content)
        read_source(path, "q.rq")
        lint(read_query(path, "q.rq"), "q.rq")

    return read


@target("rule")
def _rule(place: Place) -> Reader:
    workspace = Workspace(place.workspace("ruled"))

    def read(content: bytes) -> None:
        place.write("ruled/ontology/rules/x.rq", content)
        for rule in read_rules(workspace):
            as_update(rule, ox.NamedNode("x:a"), ox.NamedNode("x:b"))

    return read


@target("journal")
def _journal(place: Place) -> Reader:
    """The journal that a stopped command left in a workspace."""
    root = place.workspace("stopped")

    def read(content: bytes) -> None:
        place.write(f"stopped/{JOURNAL}", content)
        settle(root)

    return read


def _occurrences(ending: str) -> None:
    @target(f"occurrences.{ending}", slow=True)
    def occurrences(place: Place) -> Reader:
        mentions = Mentions(["Ada Q. Lovelace", "王小明"], ["https://example.org/id/person/ada"], [])

        def read(content: bytes) -> None:
            for one in find_occurrences(place.write(f"o.{ending}", content), "o", mentions):
                assert f"{one.excerpt}{one.problem}".isprintable()

        return read


for _ending in ("txt", "nq.gz", "nq.zst", "zip", "parquet"):
    _occurrences(_ending)


# Tables


def _table(name: str, kind: str) -> None:
    @target(name, slow=True)
    def table(place: Place) -> Reader:
        def read(content: bytes) -> None:
            path = place.write(name, content)
            plan = prepare_import(path, kind, "first", "https://example.org/source", place.root).plan
            list(map(str, plan.problems))

        return read


_table("table.csv", "members")
_table("table.xlsx", "members")
_table("table.claims.csv", "claims")
_table("table.panel.csv", "panel")


def _joined(ending: str) -> None:
    @target(f"join.{ending}", slow=True)
    def joined(place: Place) -> Reader:
        """A table of a user's own beside a panel; on the panel's own side it is as many rows as before."""
        table = place.graph.panel("first", years="2015")
        length = len(table)

        def read(content: bytes) -> None:
            assert len(table.join(place.write(f"j.{ending}", content), ["iso3"])) == length

        return read


for _ending in ("csv", "tsv", "parquet"):
    _joined(_ending)


@target("csvw", slow=True)
def _csvw(place: Place) -> Reader:
    path = place.write("m.csv", b"member;joined\nEstonia;04/05/2015\n")

    def read(content: bytes) -> None:
        place.write("m.csv-metadata.json", content)
        list(map(str, prepare_import(path, "members", "first", "https://example.org/source", place.root).plan.problems))

    return read
