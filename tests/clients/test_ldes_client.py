"""ldes-client, which follows event streams: who starts from nothing ends with all that is stated."""

import subprocess
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pyoxigraph as ox
import pytest

from foc_graph.namespaces import iri_of
from foc_graph.release.build import publish
from foc_graph.release.feeds import ACTIVITY
from foc_graph.workspace.releases import Release
from foc_graph.workspace.settings import Workspace
from tests.support.clients import find_client
from tests.support.releases import read_dump
from tests.support.web_server import Web, head
from tests.support.workspaces import rename_foundation, small_workspace

pytestmark = pytest.mark.extended

VERSION_OF, POSITION = iri_of("dcterms:isVersionOf"), iri_of("schema:position")
OF_VERSIONS = {VERSION_OF, POSITION, f"{ACTIVITY}published"}


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.stop()


def publish_two(folder: Path, base: str) -> Release:
    """Publish two releases of a world below a base, and return the second, in which a name changed."""
    workspace = Workspace(small_workspace(folder / "workspace"))
    publish(folder / "out", workspace, base=base, version="2026.11")
    changed = rename_foundation(workspace)
    return publish(folder / "out", changed, base=base, version="2026.12").release


def test_a_follower_that_starts_from_nothing_ends_with_all_that_is_stated(
    cache: Path, web: Web, tmp_path: Path
) -> None:
    program = find_client("ldes-client") / "node_modules" / "ldes-client" / "dist" / "bin" / "cli.js"
    base = web.url.removesuffix("sparql")
    release = publish_two(tmp_path, base)

    def answer(request: BaseHTTPRequestHandler) -> None:
        name = request.path.removeprefix("/release/current/")
        request.wfile.write(head(200, Content_Type="text/turtle") + (release.path / name).read_bytes())

    web.answers = [answer]
    stream = f"{base}release/current/feeds/ldes.ttl"
    done = subprocess.run(
        ["node", program, stream, "--no-shape"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    stated = {quad.triple for quad in read_dump(release.dump) if quad.graph_name.value != f"{base}graph/derived"}
    assert replay(done.stdout) == stated and len(stated) > 1_000


def replay(members: str) -> set[ox.Triple]:
    """Return what the last version of each thing says, from members as they came."""
    versions: defaultdict[str, dict[str, list[ox.Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(members, format=ox.RdfFormat.TURTLE):
        versions[str(quad.subject)][quad.predicate.value].append(quad.object)
    last: dict[ox.NamedNode, dict[str, list[ox.Term]]] = {}
    for said in sorted(versions.values(), key=lambda said: int(said[POSITION][0].value)):
        last[said[VERSION_OF][0]] = said
    return {
        ox.Triple(thing, ox.NamedNode(name), value)
        for thing, said in last.items()
        for name, values in said.items()
        for value in values
        if name not in OF_VERSIONS and not str(value).startswith(f"<{ACTIVITY}")
    }
