"""A release that the clients of others read."""

from pathlib import Path

import pytest

from foc_graph.release.build import publish
from foc_graph.workspace.releases import Release, Releases
from foc_graph.workspace.settings import Workspace
from tests.support.shared import once
from tests.support.workspaces import BASE, edit, small_workspace

CONTACT = 'contact = "data@example.org"\nhomepage = "https://example.org/"\n'
LINKS = f"""#curie_map:
#  coal: https://w3id.org/coalition/ns#
#  id: {BASE}id/
#  prov: http://www.w3.org/ns/prov#
#  wikidata: http://www.wikidata.org/entity/
#mapping_set_id: {BASE}graph/wikidata
#mapping_set_title: Countries in Wikidata
#license: https://creativecommons.org/publicdomain/zero/1.0/
#extension_definitions:
#  - slot_name: author_type
#    property: coal:authorType
#    type_hint: linkml:Uriorcurie
subject_id\tpredicate_id\tobject_id\tmapping_justification\tmapping_source\tmapping_date\tconfidence\tauthor_type
id:country/lv\towl:sameAs\twikidata:Q211\tsemapv:ManualMappingCuration\tid:source/charter\t2026-11-24\t0.9\tprov:Person
id:country/ke\towl:sameAs\twikidata:Q114\tsemapv:ManualMappingCuration\tid:source/charter\t2026-11-24\t0.75\tprov:Person
"""


@pytest.fixture(scope="session")
def published(cache: Path, shared: Path) -> Release:
    """A release of the workspace of made-up coalitions, which says whom to ask, with links to another dataset."""
    return Releases(once(shared / "clients", _publish) / "out").release("current")


def _publish(folder: Path) -> None:
    root = small_workspace(folder / "workspace")
    (root / "data" / "links").mkdir()
    (root / "data" / "links" / "wikidata.sssom.tsv").write_text(LINKS, "utf-8")
    publish(folder / "out", edit(Workspace(root), "workspace.toml", "licence =", f"{CONTACT}licence ="))


@pytest.fixture(scope="session")
def release(published: Release) -> Path:
    """Its folder."""
    return published.path
