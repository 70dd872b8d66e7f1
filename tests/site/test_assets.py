"""Files built with Node.js: scripts, their licences, the map; who serves them, and what pages may run."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx2
import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from foc_graph import assets
from foc_graph.assets import NAMES, asset, script
from foc_graph.charts.map import World, read_world
from foc_graph.graph import Graph
from foc_graph.server import files as serving_files
from foc_graph.server import site
from foc_graph.server.app import application
from foc_graph.server.middleware import SecurityHeaders
from foc_graph.server.snapshot import Settings
from tests.support import ROOT
from tests.support.foc_server import FocServer
from tests.support.programs import give_up

UI = ROOT / "ui"
MAP = ROOT / "foc_graph" / "charts" / "world.json"
BUDGETS = {"explore.js": 45_000, "sparql.js": 300_000, "sparql.css": 5_000}
"""Most bytes when packed by gzip."""


@pytest.fixture(scope="module")
def built() -> dict[str, bytes]:
    """Every built file by its name."""
    found = {name: asset(name) for name in NAMES}
    if not script():
        give_up("what pages load has not been built: make ui")
    return {name: content for name, content in found.items() if content is not None}


def copy_of_ui(folder: Path) -> Path:
    """The sources of the build elsewhere, with the packages that it needs."""
    if shutil.which("node") is None or not (UI / "node_modules").is_dir():
        give_up("Node.js or what builds the pages is not installed: make ui")
    shutil.copytree(UI, folder / "ui", ignore=shutil.ignore_patterns("node_modules"))
    (folder / "ui" / "node_modules").symlink_to(UI / "node_modules")
    return folder / "ui"


def test_everything_is_built_and_small(built: dict[str, bytes]) -> None:
    assert built.keys() == set(NAMES)
    sizes = {name: len(gzip.compress(built[name])) for name in BUDGETS}
    assert {name: size for name, size in sizes.items() if size > BUDGETS[name]} == {}


def test_the_same_sources_give_the_same_bytes(built: dict[str, bytes], tmp_path: Path) -> None:
    subprocess.run(["node", "--preserve-symlinks", "build.mjs"], cwd=copy_of_ui(tmp_path), check=True)
    again = tmp_path / "foc_graph" / "assets" / "built"
    assert {path.name for path in again.iterdir()} == built.keys()
    for path in again.iterdir():
        assert path.read_bytes() == built[path.name], path.name


def test_the_map_is_as_its_script_draws_it(tmp_path: Path) -> None:
    folder = copy_of_ui(tmp_path)
    again = tmp_path / "foc_graph" / "charts" / MAP.name
    again.parent.mkdir(parents=True)
    subprocess.run(["node", "--preserve-symlinks", "world.mjs"], cwd=folder, check=True)
    assert again.read_bytes() == MAP.read_bytes()
    assert len(MAP.read_bytes()) <= 150_000


def test_the_lock_names_no_host_of_packages() -> None:
    packages = json.loads((UI / "package-lock.json").read_text("utf-8"))["packages"]
    assert len(packages) > 50
    assert [place for place, about in packages.items() if "resolved" in about] == []
    assert [place for place, about in packages.items() if place and "integrity" not in about] == []


def test_the_licence_of_each_package_goes_along(built: dict[str, bytes]) -> None:
    text = built["THIRD-PARTY.txt"].decode()
    heads = re.findall(r"(?m)^(\S+) (\S+)\nLicence: (.+)$", text)
    names = {name for name, _, _ in heads}
    assert {"@zazuko/yasgui", "codemirror", "jquery", "d3-zoom", "@floating-ui/dom"} <= names
    allowed = {"MIT", "ISC", "BSD-3-Clause", "BSD-2-Clause", "Apache-2.0", "0BSD", "Unlicense"}
    others = {(name, licence) for name, _, licence in heads if licence not in allowed}
    assert {name for name, licence in others if licence == "as below"} <= {"jsuri"}
    also = {"(MPL-2.0 OR Apache-2.0)", "(CC-BY-4.0 AND MIT)", "CC0-1.0", "MIT OR Apache-2.0", "as below"}
    assert {licence for _, licence in others} <= also, others
    for name in ("explore.js", "ask.js", "engine.js", "learn.js", "sparql.js", "sparql.css"):
        assert b"THIRD-PARTY.txt" in built[name]


@pytest.fixture
def earth() -> World:
    return read_world()


def test_every_country_of_the_graph_is_on_the_map(earth: World, graph: Graph) -> None:
    rows = list(graph.rows("countries"))
    assert len(rows) > 100
    places = earth.shapes.keys() | earth.points.keys()
    assert [row["name"] for row in rows if (row["m49"] or row["name"]) not in places] == []


@pytest.mark.parametrize(
    ("code", "west", "east"),  # what lies to the west and to the east of a country that is small on the map
    [
        ("442", "056", "276"),  # Luxembourg: Belgium, Germany
        ("470", "788", "300"),  # Malta: Tunisia, Greece
        ("132", "076", "686"),  # Cabo Verde: Brazil, Senegal
        ("702", "144", "360"),  # Singapore: Sri Lanka, Indonesia
        ("583", "608", "242"),  # Micronesia: Philippines, Fiji
        ("Kosovo", "008", "642"),  # Albania, Romania
    ],
)
def test_small_countries_are_points_where_they_lie(earth: World, code: str, west: str, east: str) -> None:
    x, y = earth.points[code]
    assert middle(earth, west)[0] < x < middle(earth, east)[0]
    assert abs(y - middle(earth, west)[1]) < earth.height / 3


def middle(earth: World, code: str) -> tuple[float, float]:
    """The middle of the box around a shape of relative lines."""
    xs, ys, x, y = [], [], 0, 0
    for kind, text in re.findall(r"([Mml])([^Mmlz]*)", earth.shapes[code]):
        numbers = [int(number) for number in re.findall(r"-?\d+", text)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (dx, dy) if kind == "M" else (x + dx, y + dy)
            if kind != "l":
                begin = x, y
            xs.append(x)
            ys.append(y)
        if kind == "l":
            x, y = begin
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def test_the_whole_map_lies_within_its_frame(earth: World) -> None:
    assert {"036", "643", "840"} <= earth.shapes.keys() - earth.points.keys()
    for x, y in [*earth.points.values(), *(middle(earth, code) for code in earth.shapes)]:
        assert 0 <= x <= earth.width and 0 <= y <= earth.height


@pytest.fixture(scope="module")
def client(built: dict[str, bytes], small_server: FocServer) -> httpx2.Client:
    return small_server.client


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("explore.js", "text/javascript; charset=utf-8"),
        ("sparql.js", "text/javascript; charset=utf-8"),
        ("sparql.css", "text/css; charset=utf-8"),
        ("THIRD-PARTY.txt", "text/plain; charset=utf-8"),
    ],
)
def test_the_server_gives_what_pages_load(client: httpx2.Client, built: dict[str, bytes], name: str, kind: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.content == built[name]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Encoding"] == "gzip"
    plain = client.get(f"/assets/{name}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers and plain.content == built[name]
    assert all("Accept-Encoding" in one.headers["Vary"] for one in (answer, plain))
    again = client.get(f"/assets/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["", "nothing.js", "__init__.py", "../app.py", "..%2Fbuilt%2Fexplore.js", "built/explore.js"]
)
def test_it_gives_nothing_else(client: httpx2.Client, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/sparql", "/query/members?coalition=first", "/doc/first", "/"])
def test_pages_run_nothing_but_the_scripts_of_the_server(client: httpx2.Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    policy = dict(one.split(" ", 1) for one in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert scripts
    assert [one for one in scripts if " src=" not in one and "json" not in one] == []
    assert re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text.split("<textarea")[0]) is None


def test_a_chart_may_use_its_style_sheet_and_nothing_else() -> None:
    chart = Response("<svg xmlns='http://www.w3.org/2000/svg'/>", media_type="image/svg+xml")
    headers = TestClient(SecurityHeaders(chart)).get("/").headers
    policy = dict(one.split(" ", 1) for one in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_without_the_build_pages_have_no_scripts(
    small_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "files", lambda package: tmp_path)
    kept = (site._environment, serving_files._read_asset)
    for one in kept:
        one.cache_clear()
    try:
        with TestClient(application(Settings(workspace=str(small_root)))) as client:
            for path in ("/doc/first", "/sparql", "/query/members?coalition=first"):
                answer = client.get(path, headers={"Accept": "text/html"})
                assert answer.status_code == 200
                assert "<script src" not in answer.text and "assets/" not in answer.text, path
            assert client.get("/assets/explore.js").status_code == 404
    finally:
        for one in kept:
            one.cache_clear()
