"""Readers of outside data: each takes any bytes, or refuses them in a line, in bounded time and memory."""

from __future__ import annotations

import ast
import os
import resource
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest

from foc_graph.errors import FocGraphError
from tests.support import ROOT
from tests.support.campaign import examples
from tests.support.fuzz.campaign import run
from tests.support.fuzz.fuzzer import CORPUS, Fuzzer, corpus, try_input
from tests.support.fuzz.targets import TARGETS, Place, Reader, Target

PACKAGE = ROOT / "foc_graph"


class Tried(NamedTuple):
    """The readers, what was wrong with what they made of their corpus, and the functions that ran meanwhile."""

    readers: Mapping[str, Reader]
    problems: Mapping[str, str]
    functions: frozenset[str]


@pytest.fixture(scope="module")
def tried(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """All readers, to which their corpus was handed; an input is read in any thread, other work goes on beside it."""
    codes = set()
    is_reading = ContextVar("is_reading", default=False)

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and is_reading.get():
            codes.add(frame.f_code)

    with ExitStack() as opened:
        threading.setprofile(note)
        opened.callback(threading.setprofile, None)
        place = Place(tmp_path_factory.mktemp("readers"), opened)
        readers, problems = {}, {}
        for target in TARGETS.values():
            readers[target.name] = target.open(place)
            for path in corpus(target.name):
                sys.setprofile(note)
                token = is_reading.set(True)
                _, problem = try_input(target, readers[target.name], path.read_bytes())
                is_reading.reset(token)
                sys.setprofile(None)
                problems[f"{target.name}/{path.name}"] = problem
        ran = {
            f"{Path(code.co_filename).relative_to(PACKAGE).as_posix()}:{own_name(code.co_qualname)}"
            for code in codes
            if Path(code.co_filename).is_relative_to(PACKAGE)
        }
        yield Tried(readers, problems, frozenset(ran))


def own_name(qualified: str) -> str:
    """The name of a function, of which lambdas and comprehensions are parts."""
    return ".".join(part for part in qualified.split(".") if part != "<locals>" and not part.startswith("<"))


def test_no_input_of_the_corpus_fails(tried: Tried) -> None:
    assert {name: problem for name, problem in tried.problems.items() if problem} == {}


def test_every_folder_of_the_corpus_is_that_of_a_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} == TARGETS.keys()


@pytest.mark.campaign
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_no_mutant_fails(target: Target, tried: Tried) -> None:
    fuzzer = Fuzzer(target, tried.readers[target.name], [path.read_bytes() for path in corpus(target.name)], 7)
    for _ in range(examples(25 if target.is_slow else 250)):
        content = fuzzer.next()
        assert fuzzer.try_input(content) == "", content


# Every reader has a target

CALLS = {
    *("csv.DictReader", "csv.reader", "date.fromisoformat", "datetime.strptime", "decoded", "json.load", "json.loads"),
    *("netrc", "open", "ox.parse", "ox.parse_query_results", "parse_qsl", "read_bytes", "read_text", "subprocess.run"),
    *("stdio_server", "tarfile.open", "tomllib.loads", "yaml.load", "zipfile.ZipFile", "ElementTree.parse"),
    *("ElementTree.fromstring", "ElementTree.iterparse"),
}
"""Functions that read outside data, or parse it, as they are called."""

METHODS = {
    *("body", "bulk_load", "form", "from_filelike", "from_object", "from_path", "load_workbook", "open", "read"),
    *("read1", "read_bytes", "read_text", "readline", "readlines", "stream"),
}
"""Methods that do, whatever they are called on."""

VALUES = {"sys.stdin"}

OWN = {
    "part of the package": (
        *("assets/__init__.py:asset", "charts/map.py:read_world", "charts/svg.py:style", "mcp.py:_resources"),
        *("questions/languages.py:read_language", "questions/languages.py:_read_examples"),
        *("site/render.py:style_sheet", "workspace/init.py:init_workspace"),
    ),
    "written by pip, when it installed the package": ("workspace/init.py:find_origin",),
    "hands on what a target reads": (
        *(
            "cli/__init__.py",
            "cli/cite.py",
            "cli/export.py",
            "cli/import_.py",
            "cli/init.py",
            "cli/mcp.py",
            "cli/panel.py",
        ),
        *("cli/show.py", "cli/sparql.py", "graph/__init__.py:open_store", "load/disk.py:load_folder", "mcp.py:serve"),
        "server/state.py:State._make_question_reader",
        *("store/http.py:_parsed", "release/verify.py:_check_patch", "release/diff/comparison.py:write_patch"),
    ),
    "typed at a terminal": ("cli/link/review.py:_keys",),
    "compared or copied as a whole, not read": (
        *("release/build.py:_check_same", "release/build.py:publish", "release/redact.py:_mentions", "removal.py"),
        *("server/site.py:ReleaseSite._sums", "server/snapshot.py:_digest", "store/disk.py:_files"),
        *("release/verify.py:_check_root", "validation.py:_changed", "workspace/releases.py:read_published"),
    ),
    "a text that is no date stays one": ("charts/periods.py:day", "panel/memberships.py:_day"),
    "written by this process, or one that it started": (
        *(
            "links/linkage.py:_session",
            "load/disk.py:_load_part",
            "release/catalogue/packages.py:write_packages",
            "panel/statistics.py:write_statistics",
            "panel/table.py:Panel.serialise",
            "release/engine.py:_describe",
            "release/replication.py:_pack",
            "sandbox/pool.py:_error",
            "sandbox/pool.py:_Worker.start",
            "release/signature.py:sign",
        ),
        *("sandbox/confinement.py", "sandbox/worker.py", "server/app.py:from_environment", "shacl/columnar_graph.py"),
        *("server/snapshot.py:_load", "server/snapshot.py:_serialise_truth", "shacl/data_graph.py"),
        "site/downloads.py",
    ),
    "parsed before in the same run": (
        "questions/filling.py:_shift",
        "store/results.py:Rows.about",
        "rdf/jsonld.py:write_jsonld",
        "queries/lint.py:_successors",
        "release/ledger.py:_files",
        "release/build.py:_copy_sources",
        "store/results.py:Rows.numbered",
    ),
    "of a release, whose digests were compared first": (
        *(
            "release/diff/changelog.py",
            "release/feeds.py:_carry_page",
            "release/feeds.py:_read_root",
            "release/incremental.py",
            "release/redact.py",
        ),
        "workspace/releases.py:Release.quads",
    ),
    "asked by requests at random, in tests/server/test_fuzz.py": (
        *("server/app.py:application.lifespan", "server/app.py:run"),
        *("server/snapshot.py:Snapshot._open", "server/state.py:Reloading._reload"),
    ),
    "of a load that was stopped, and begins anew where it is not": ("store/disk.py:Aside._resume",),
}
"""Functions that read without a target, or modules in which all do, by the reason."""


def readers_in(path: Path) -> Iterator[str]:
    """Give the functions of a module that read, by module and qualified name."""
    module = path.relative_to(PACKAGE).as_posix()

    def visit(node: ast.AST, name: str) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            inner = name
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{name}.{child.name}".removeprefix(".")
            elif reads(child):
                yield f"{module}:{name}"
            yield from visit(child, inner)

    yield from visit(ast.parse(path.read_text("utf-8")), "")


def reads(node: ast.AST) -> bool:
    """Whether it is a call, or a value, by which outside data come in; a file that is opened to be written is none."""
    if not isinstance(node, ast.Call):
        return dotted(node) in VALUES
    name = dotted(node.func)
    modes = [
        one.value for one in (*node.args[:2], *(word.value for word in node.keywords)) if isinstance(one, ast.Constant)
    ]
    if name.endswith("open") and any(str(mode)[:1] in ("w", "x", "a") for mode in modes):
        return False
    return name in CALLS or ("." in name and name.rpartition(".")[2] in METHODS)


def dotted(node: ast.AST) -> str:
    """The dotted name of an expression, as far as it is one."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_every_reader_of_outside_data_has_a_target(tried: Tried) -> None:
    readers = {name for path in PACKAGE.rglob("*.py") for name in readers_in(path)}
    own = {name for names in OWN.values() for name in names}
    missing = sorted(name for name in readers - tried.functions if not {name, name.partition(":")[0]} & own)
    assert missing == [], "add targets to tests/support/fuzz, or to OWN why they read nothing from outside"
    needless = sorted(own - readers - {name.partition(":")[0] for name in readers})
    assert needless == [], "these read nothing: take them out of OWN"


# What finds the faults


def crash(content: bytes) -> None:
    os._exit(3)


def hang(content: bytes) -> None:
    while True:
        pass


def fail(content: bytes) -> None:
    raise KeyError(content)


def tell_lines(content: bytes) -> None:
    error = FocGraphError("one")
    error.args = ("one\nother",)
    raise error


def waste_time(content: bytes) -> None:
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass


def waste_memory(content: bytes) -> None:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 2**10  # that this process took before
    bytearray(most + 400 * 2**20).count(1)


@pytest.mark.parametrize(
    ("reader", "seconds", "problem"),
    [
        (fail, 60.0, "KeyError at test_readers.py:"),
        (tell_lines, 60.0, "message with '\\n': "),
        (waste_time, 0.1, "slow: "),
        (waste_memory, 60.0, "large: "),
    ],
)
def test_what_is_wrong_with_an_input_is_told(reader: Reader, seconds: float, problem: str) -> None:
    target = Target("bad", lambda place: reader, seconds, False, (FocGraphError,))
    assert try_input(target, reader, b"")[1].startswith(problem)


@pytest.mark.extended
@pytest.mark.parametrize(("reader", "problem"), [(fail, "KeyError at "), (crash, "crash 3"), (hang, "endless: ")])
def test_a_campaign_keeps_an_input_that_fails_and_goes_on(reader: Reader, problem: str, tmp_path: Path) -> None:
    bad = Target("date", lambda place: reader, 60.0, False, (FocGraphError,))
    tally = run([bad], 3, 1, patience=1.0, folder=tmp_path, report=lambda line: None)
    failure = next(one for one in tally.failures.values() if one.problem.startswith(problem))
    assert failure.path.parent == tmp_path / "date" and failure.path.is_file()


@pytest.mark.extended
def test_a_campaign_counts_the_inputs_of_good_readers(tmp_path: Path) -> None:
    lines: list[str] = []
    tally = run([TARGETS["negotiation"]], 3, 1, folder=tmp_path, report=lines.append)
    assert tally.inputs["negotiation"] > 0 and not tally.failures and list(tmp_path.iterdir()) == []
    assert lines[-1].endswith("; 0 failures")
