"""Dumps by address: clients of others read them from servers of others, as the docs configure these, and from ours."""

import gzip
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx2
import pytest
import rdflib

from foc_graph.server.snapshot import Settings
from tests.support import ROOT
from tests.support.clients import find_client
from tests.support.file_host import sending
from tests.support.foc_server import ServerHere
from tests.support.http_servers import running
from tests.support.programs import find_program
from tests.support.releases import read_dump

APACHE = """<Directory {}/root>
    AllowOverride FileInfo Options
    Require all granted
</Directory>
TypesConfig /dev/null
"""
MODULES = ("authz_core", "deflate", "filter", "headers", "mime", "rewrite")
TYPES = {
    "ttl": "text/turtle",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
DEREFERENCE = """require("rdf-dereference").rdfDereferencer.dereference(process.argv[1]).then(({data}) => {
  let triples = 0;
  data.on("data", () => triples++).on("end", () => console.log(triples)).on("error", error => { throw error; });
});"""


class Host(NamedTuple):
    """What serves a release: its name, and the address of the dumps."""

    name: str
    dumps: str


def extended(*values: object) -> list[object]:
    return [pytest.param(one, marks=pytest.mark.extended) for one in values]


@pytest.fixture(scope="module", params=["foc serve", "files", *extended("apache2", "nginx", "caddy")])
def host(request: pytest.FixtureRequest, small_root: Path, small_release: Path) -> Iterator[Host]:
    name = request.param
    with TemporaryDirectory(prefix="foc-host-") as made:
        folder = Path(made)
        if name == "foc serve":
            with ServerHere(folder, Settings(str(small_root), release_dir=str(small_release), processes=1)) as server:
                yield Host(name, f"{server.url}/dumps/")
        elif name == "files":
            with sending(small_release, "current") as address:
                yield Host(name, f"{address}dumps/")
        else:
            folder.chmod(0o755)  # for the user that Apache becomes
            shutil.copytree(small_release / "current" / "dumps", folder / "root" / "dumps")
            text = (ROOT / "docs/how-to/publish.md").read_text("utf-8")
            shown = {"apache2": APACHE.format(folder)} | dict(
                re.findall(r"```(nginx|caddy)\n(.*?)```", text, re.DOTALL)
            )
            with running(name, folder, shown[name], MODULES) as server:
                yield Host(name, f"http://127.0.0.1:{server.port}/dumps/")


@pytest.mark.parametrize(("ending", "type"), [*TYPES.items(), ("nt", "")])
def test_an_address_gives_its_own_format_or_nothing(host: Host, small_release: Path, ending: str, type: str) -> None:
    def get(name: str, coding: str) -> httpx2.Response:
        return httpx2.get(f"{host.dumps}{name}", headers={"Accept-Encoding": coding}, follow_redirects=True)

    plain, coded = (get(f"all.{ending}", coding) for coding in ("gzip;q=0, identity", "gzip"))
    if not type or (ending != "ttl" and host.name in ("files", "caddy")):
        assert (plain.status_code, coded.status_code) == (404, 404)
        return
    packed = (small_release / "current" / "dumps" / f"all.{ending}.gz").read_bytes()
    for answer in (plain, coded):
        assert answer.headers["content-type"].partition(";")[0] == type
        assert answer.content == gzip.decompress(packed)
    assert plain.headers.get("content-encoding") is None
    kept = get(f"all.{ending}.gz", "gzip")
    assert kept.content == packed and kept.headers["content-type"] == "application/gzip"
    if host.name != "files":
        assert coded.headers["content-encoding"] == "gzip"
        assert plain.headers["etag"] != coded.headers["etag"]
        assert all("Accept-Encoding" in one.headers["vary"] for one in (*plain.history, coded))


def by_rdflib(address: str) -> int:
    return len(rdflib.Graph().parse(address))


def by_rapper(address: str) -> int:
    rapper = find_program("rapper", "apt-get install raptor2-utils")
    done = subprocess.run([rapper, "-q", "-g", address], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.count("\n")


def by_comunica(address: str) -> int:
    command = ["node", "-e", DEREFERENCE, address]
    done = subprocess.run(command, cwd=find_client("ldes-client"), capture_output=True, timeout=60, check=True)
    return int(done.stdout)


@pytest.mark.parametrize("read", [by_rdflib, *extended(by_rapper, by_comunica)])
def test_a_client_reads_a_dump(host: Host, small_release: Path, read: Callable[[str], int]) -> None:
    expected = len({quad.triple for quad in read_dump(small_release / "current" / "dumps" / "first.ttl.gz")})
    assert read(f"{host.dumps}first.ttl") == expected > 1000
