"""A release of the small world as far as its catalogue describes it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import rdflib

from foc_graph.graph.cache import open_built
from foc_graph.progress import untracked
from foc_graph.rdf.csvw import describe_column, describe_table
from foc_graph.release.catalogue import write_catalogue
from foc_graph.release.dumps import write_coalition_dumps, write_dumps
from foc_graph.release.files import files_below
from foc_graph.release.snapshot import Snapshot, take_snapshot
from foc_graph.workspace.releases import order
from foc_graph.workspace.settings import Workspace
from tests.support.workspaces import PREFIXES as PRELUDE
from tests.support.workspaces import replace_text, small_workspace

PREVIOUS = ["2026.10", "2025.12", "2026.10.2", "2026.10.10"]
OTHERS = (
    *("tables/members.csv", "tables/members.csv-metadata.json", "tables/members.parquet", "changes.rdfp"),
    *("feeds/events.jsonl", "feeds/ldes.ttl", "feeds/ldes-2026.11.ttl", "feeds/all.atom", "CHANGES.md"),
)
"""Files beside the dumps."""
COLUMNS = json.dumps(
    describe_table(
        "members.csv",
        [
            describe_column("member", "who it is", "anyURI", required=True, links=True),
            describe_column("since", "as the source has it", {"base": "string", "format": "[0-9]{4}"}),
            describe_column("seen", "when", "date"),
            describe_column("sources", "who says so", "anyURI", separator=" "),
        ],
        key=["member"],
        **{"dc:title": "Members", "dc:description": "A note.", "dc:license": {"@id": "https://example.org/terms"}},
    )
)
"""The columns of one of them."""
TITLE = 'A "title" \\ with <b>\nlines</script>'
ELSEWHERE = """PREFIX void: <http://rdfs.org/ns/void#>
<graph/elsewhere> a void:Dataset ;
    dcterms:license <javascript:alert(1)> ;
    dcterms:rights "Ask <Elsewhere> & Co."@en ;
    dcterms:title "Else\\"where"@en ;
.
<graph/first> a void:Dataset ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:title "The first"@en ;
.
<graph/second> a void:Dataset ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:title "The second"@en ;
.
<id/thing/one> owl:sameAs <https://elsewhere.example/one> .
<id/country/ee/identifier/eu> a adms:Identifier ;
    coal:identifies <id/country/ee> ;
    coal:linkProperty skos:exactMatch ;
    coal:scheme concept:identifier-scheme\\/eu-authority-country ;
    dcterms:source <id/source/charter> ;
    schema:url <http://publications.europa.eu/resource/authority/country/EST> ;
    skos:notation "EST" ;
.
<id/region/europe> schema:containedInPlace <id/region/world> ; skos:prefLabel "Europe"@en .
"""


class Described(NamedTuple):
    """A snapshot, the folder of its release, and what its catalogue and its statistics say."""

    snapshot: Snapshot
    folder: Path
    catalogue: rdflib.Graph
    statistics: rdflib.Graph

    @property
    def release(self) -> rdflib.URIRef:
        return rdflib.URIRef(self.snapshot.address)


def built(
    workspace: Workspace, folder: Path, earlier: Sequence[str] = (), base: str | None = None
) -> Iterator[Described]:
    """Dumps, stand-ins for other files, and the catalogue."""
    folder.mkdir(exist_ok=True)
    with take_snapshot(workspace, open_built(workspace).store, base) as published:
        write_dumps(published, folder, untracked)
        dumped = write_coalition_dumps(published, folder, untracked)
        for path in OTHERS:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(COLUMNS if path.endswith("metadata.json") else f"stands for {path}")
        previous = max(earlier, key=order) if earlier else None
        write_catalogue(published, files_below(folder), dumped, earlier, previous, folder)
        catalogue = rdflib.Graph().parse(folder / "catalog.ttl")
        statistics = rdflib.Graph().parse(folder / ".well-known/void", format="turtle")
        yield Described(published, folder, catalogue, statistics)


def hostile_workspace(root: Path) -> Workspace:
    """Make the small world, with whom to ask, places that portals know, and hostile texts of graphs and links."""
    small_workspace(root)
    contact = 'endpoint = "https://example.org/ask"\ncontact = "data@example.org"\nhomepage = "https://example.org/"\n'
    title = f'title = """{TITLE.replace(chr(92), 2 * chr(92))}"""'
    replace_text(root / "workspace.toml", 'title = "The Example Coalition"', contact + title)
    placed = "schema:containedInPlace <id/region/europe> ;\n    skos:prefLabel"
    replace_text(root / "data/agents/governments.ttl", 'skos:prefLabel "Estonia"', f'{placed} "Estonia"')
    (root / "data" / "elsewhere.ttl").write_text(PRELUDE + ELSEWHERE, "utf-8")
    return Workspace(root)
