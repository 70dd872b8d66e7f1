"""The wheel carries ontology, data and queries, and answers in an empty folder; layers stay apart; the lock is full."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import distribution, requires
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import foc_graph
from foc_graph.assets import script
from tests.support import ROOT
from tests.support.programs import give_up


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel built from this tree is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


def test_an_installed_wheel_answers_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed), "FOC_CACHE": str(tmp_path / "cache")}
    code = (
        "import foc_graph; print(foc_graph.__file__); print(foc_graph.open().workspace.root)\n"
        "from foc_graph.cli import main; main()"
    )
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, "query", "coalitions", "--format", "csv"],
        cwd=tmp_path / "empty",
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count(str(installed)) == 2 and "Freedom Online Coalition" in done.stdout


def test_an_installed_wheel_carries_all_of_the_workspace(installed: Path) -> None:
    packaged = installed / "foc_graph" / "_workspace"
    for folder in ("ontology", "data", "queries"):
        here = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        there = {path.relative_to(packaged) for path in (packaged / folder).rglob("*") if path.is_file()}
        assert here == there


def test_an_installed_wheel_carries_what_pages_load(installed: Path) -> None:
    if not script():
        give_up("what pages load has not been built: make ui")
    here, there = (folder / "foc_graph" / "assets" / "built" for folder in (ROOT, installed))
    assert {path.name for path in here.iterdir()} >= {"explore.js", "sparql.js", "THIRD-PARTY.txt"}
    assert {path.name: path.read_bytes() for path in here.iterdir()} == {
        path.name: path.read_bytes() for path in there.iterdir()
    }
    assert not list(installed.rglob("node_modules"))


@pytest.mark.parametrize("is_copy", [False, True])
def test_a_copy_in_the_environment_gives_way_to_the_checkout(is_copy: bool, tmp_path: Path) -> None:
    """The scripts that `make ui` builds into the checkout are found after `pip install .` too."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for program in ("python", "foc"):
        path = tmp_path / ".venv" / "bin" / program
        path.write_text(f'#!/bin/sh\necho {program} "$@" >> calls\n')
        path.chmod(0o755)
    for name in ("pyproject.toml", "requirements.lock", "calls", ".venv/.package"):
        (tmp_path / name).touch()
    if is_copy:
        copy = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages" / "foc_graph"
        copy.mkdir(parents=True)
        (copy / "__init__.py").touch()
    make = ["make", "-o", "foc_graph/assets/built/explore.js", "ui"]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert any(call.startswith("python -m pip") and call.endswith("--editable .") for call in calls) == is_copy


def test_the_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    heading = re.search(r"^## (\d\S*) \((.+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heading is not None and heading[1] == foc_graph.__version__
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["version"] == heading[1]
    assert cited["date-released"] == datetime.strptime(heading[2], "%d %B %Y").date()
    wheels = re.findall(r"foc_graph-(\d\S*)-py3", (ROOT / "docs" / "how-to" / "install.md").read_text("utf-8"))
    assert wheels == [heading[1]]


def test_each_layer_imports_only_from_those_below() -> None:
    contract = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*contract, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_test_imports_another_or_reads_outside_the_repository() -> None:
    """Tests share what is in `tests.support`; programs that they run in other processes count as well."""
    foreign = re.compile(
        r"\btests(\.\w+)*\.test_\w+ import|\bimport tests(\.\w+)*\.test_|\bROOT\.parent\b|__file__\)\.parents\b"
    )
    modules = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    found = {path.relative_to(ROOT): foreign.findall(path.read_text("utf-8")) for path in modules}
    assert {path: names for path, names in found.items() if names} == {}


def required(*extras: str) -> Iterator[Requirement]:
    """What the project requires with these extras, and with those that they name in turn."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    for text in [*project["dependencies"], *(text for extra in extras for text in optional[extra])]:
        requirement = Requirement(text)
        yield from required(*requirement.extras) if requirement.name == project["name"] else [requirement]


def test_every_extra_that_is_told_exists() -> None:
    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"].keys()
    listed = subprocess.run(["git", "ls-files", "*.md", "*.ipynb", "*.py"], cwd=ROOT, capture_output=True, text=True)
    pages = [page for page in listed.stdout.split() if "decisions" not in page and page != "CHANGELOG.md"]
    told = re.compile(r"(?:foc-graph|['/.])\[([a-z,]+)\]['\" ]|extra\s+`([a-z]+)`")
    found = {page: told.findall((ROOT / page).read_text("utf-8")) for page in pages}
    names = {(page, name) for page, two in found.items() for one in two for name in ",".join(one).split(",") if name}
    assert {(page, name) for page, name in names if name not in known} == set()
    assert "frames" in {name for _, name in names}


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", []),
        ("requirements-dev.lock", ["dev", "all"]),
        ("requirements-scale.lock", ["scale"]),
    ],
)
def test_a_lock_pins_what_is_required_by_version_and_digest(lock: str, extras: list[str]) -> None:
    entries = (ROOT / lock).read_text("utf-8").replace(" \\\n", " ").splitlines()
    found = [re.fullmatch(r"(\S+)==(\S+)(?: ; [^#]+?)?((?: +--hash=sha256:[0-9a-f]{64})*)", one) for one in entries[2:]]
    assert [entry for entry, match in zip(entries[2:], found, strict=True) if not (match and match[3])] == []
    pins = {canonicalize_name(match[1]): match[2] for match in found if match}
    wanted = {canonicalize_name(one.name): one.specifier for one in required(*extras)}
    assert {name for name, rule in wanted.items() if name not in pins or not rule.contains(pins[name])} == set()
    assert {"click", "duckdb", "pytest", "splink"} & wanted.keys() and "click" in pins


def distributions(extra: str) -> set[str]:
    """The distributions that pip installs for the project with one extra, or none, of those that are installed here."""
    found, todo = set[tuple[str, frozenset[str]]](), list(required(*[extra] * bool(extra)))
    while todo:
        one = todo.pop()
        here = (canonicalize_name(one.name), frozenset(one.extras))
        if here not in found and (one.marker is None or one.marker.evaluate({"extra": ""})):
            found.add(here)
            for needed in map(Requirement, requires(one.name) or ()):
                names = one.extras or {""}
                if needed.marker is None or any(needed.marker.evaluate({"extra": name}) for name in names):
                    needed.marker = None
                    todo.append(needed)
    return {name for name, _ in found}


SUCH = re.findall(
    r"^\| `(\w+)` \|[^|]+\| `foc ([^`]+)`", (ROOT / "docs/how-to/install.md").read_text("utf-8"), re.MULTILINE
)
"""Extras, each with a command that needs it."""


@pytest.mark.extended
@pytest.mark.parametrize("extra", [*dict.fromkeys(name for name, _ in SUCH), ""])
def test_each_extra_works_alone(extra: str, small_release: Path, tmp_path: Path) -> None:
    if extra == "scale" and find_spec("pyspark") is None:
        give_up("pyspark is not installed: make test-all")
    installed, packages = distributions(extra), tmp_path / "packages"
    packages.mkdir()
    for name in (*installed, "foc-graph"):
        parts = {file.parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}
        for part in parts:
            (packages / part).symlink_to(distribution(name).locate_file(part))
    for path in ("people.ttl", "shapes.ttl"):
        (tmp_path / path).symlink_to(ROOT / "docs/examples" / path)
    (tmp_path / "table.csv").write_text("id,name\nurn:x:1,Estonia\n")
    (tmp_path / "out").symlink_to(small_release)
    environment = {**os.environ, "PYTHONPATH": f"{packages}{os.pathsep}{ROOT}"}
    for name, words in SUCH:
        command = [sys.executable, "-S", "-m", "foc_graph", "--workspace", str(ROOT), *words.split()]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        codes = (0, 1) if distributions(name) <= installed else (0, 1, 2) if extra else (2,)
        last = done.stderr.splitlines()[-1] if done.stderr else ""
        assert done.returncode in codes and (" not installed: " in last) == (done.returncode == 2), (words, done.stderr)
