"""The command line: what it prints, where, and with which exit code."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from foc_graph.graph import Graph
from tests.support import ROOT, WorkspaceMaker
from tests.support.commands import FOC, foc, foc_process
from tests.support.http import until
from tests.support.processes import files


def test_members_as_of_a_day_as_csv(small_root: Path) -> None:
    asked = ("query", "members", "--coalition", "first", "--as-of", "2015-05-04", "--format", "csv")
    done = foc_process("--workspace", str(small_root), *asked)
    assert (done.returncode, done.stderr) == (0, "")
    records = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {record["name"]: record["certainty"] for record in records} == {
        **dict.fromkeys(("Chile", "Estonia", "Kenya", "Malta"), "certain"),
        **dict.fromkeys(("Australia", "Georgia", "Latvia"), "possible"),
    }


def test_piped_output_is_csv_and_the_list_of_queries_names_all() -> None:
    assert foc("query", "chairs", "--coalition", "foc").stdout.startswith("chair,name,start,end")
    listed = foc("query").stdout
    assert all(name in listed for name in ("members", "mandates", "why", "unsourced"))


@pytest.mark.parametrize("format", ["table", "md", "csv", "tsv", "json", "xml", "jsonl", "html", "safe.csv"])
def test_every_format_of_rows_prints(format: str, small_root: Path) -> None:
    done = foc("--workspace", str(small_root), "query", "functions", "--body", "first/group", "--format", format)
    assert done.returncode == 0 and "before it is" in done.stdout
    if format == "json":
        assert json.loads(done.stdout)["head"]["vars"][:2] == ["function", "text"]


def test_the_query_itself_can_be_printed_and_asked_again() -> None:
    asked = ("query", "members", "--coalition", "foc", "--as-of", "2012-12-07")
    direct, bound = foc(*asked).stdout, foc(*asked, "--show-query").stdout
    assert direct.startswith("member,name,") and foc("sparql", "-", stdin=bound).stdout == direct


def test_ad_hoc_sparql_from_text_file_and_standard_input(tmp_path: Path) -> None:
    text = "SELECT ?group WHERE { ?group a coal:WorkingGroup } ORDER BY ?group"
    (tmp_path / "query.rq").write_text(text)
    answers = {
        foc("sparql", text).stdout,
        foc("sparql", str(tmp_path / "query.rq")).stdout,
        foc("sparql", "-", stdin=text).stdout,
    }
    assert len(answers) == 1 and "id/foc/wg1" in answers.pop()
    assert foc("sparql", "ASK { ?x a coal:Coalition }").stdout == "true\n"
    construct = "CONSTRUCT { ?x a coal:Coalition } WHERE { ?x a coal:Coalition }"
    assert "coal:Coalition" in foc("sparql", construct).stdout
    assert '"@id"' in foc("sparql", construct, "--format", "jsonld").stdout


def test_a_query_that_is_not_utf_8_is_refused_however_it_comes(tmp_path: Path) -> None:
    file = tmp_path / "query.rq"
    file.write_bytes(b"ASK { ?s ?p '\xff' }")
    told = {str(file): f"foc: {file}:1:14: not UTF-8", "-": "foc: query:1:14: not valid Unicode text"}
    for argument, message in told.items():
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8:surrogateescape"}
        with file.open() as stdin:
            done = subprocess.run(
                [*FOC, "sparql", argument], cwd=ROOT, env=environment, stdin=stdin, capture_output=True
            )
        assert done.returncode == 2 and done.stdout == b""
        assert done.stderr.decode().startswith(message) and done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["qury"], "unknown command 'qury': did you mean query"),
        (["query", "membrs"], "unknown query 'membrs': did you mean members"),
        (["query", "members", "--coalition", "fooc"], "unknown coalition 'fooc': did you mean foc?"),
        (["query", "members", "--coaltion", "foc"], "--coalition"),
        (["query", "members"], "members needs coalition"),
        (["query", "members", "--coalition", "foc", "--as-of", "2015-02-30"], "write 2015, 2015-05 or 2015-05-04"),
        (["query", "bodies", "--coalition", "foc", "--kind", "club"], "club"),
        (["query", "members", "--coalition", "foc", "--format", "ttl"], "rows have no format 'ttl'"),
        (["sparql", "SELEC ?x"], "query:1:"),
        (["sparql", "missing.rq"], "missing.rq: cannot be read"),
        (["sparql", "SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"], "SERVICE would ask another server"),
        (["sparql", "SELECT * WHERE { FILTER(" + "!" * 20000 + "true) }"], "more than 2,000 patterns, operators"),
        (["sparql", "SELECT * WHERE { FILTER(1<" + "(" * 16000 + "1>0) }"], "nested deeper"),
        (["sparql", "SELECT * WHERE { FILTER(1<" + "(" * 9000 + "1" + ")" * 9000 + "&&1>0) }"], "nested deeper"),
        (["sparql", "ASK { <a:" + ")" * 900 + "> ?p ?o FILTER(" + "(" * 900 + "1" + ")" * 901 + " }"], "nested deeper"),
        (["sparql", "SELECT * WHERE { FILTER(1<" + "!" * 20000 + "1>0) }"], "more than 2,000 patterns, operators"),
        (["sparql", "ASK { ?s ?p <x:" + "a" * 2000 + "> }"], "an IRI longer than"),
        (["query", "search", "--text", "\udcff"], "not valid Unicode"),
        (["query", "why", "--thing", "http://["], "unknown thing"),
        (["members"], "unknown command 'members': did you mean query members?"),
        (["show", "Estonai"], "did you mean government/ee?"),
        (["show", "secretariat"], "ambiguous: write one of"),
        (["--workspace", "/nowhere", "query"], "/nowhere is not a workspace"),
        (["fmt", "missing.ttl"], "missing.ttl: cannot be read: No such file or directory"),
        (["validate", "--shapes", "x.ttl"], "--shapes needs a PATH"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(arguments: list[str], message: str) -> None:
    done = foc(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr and done.stderr.startswith("foc: ") and done.stderr.count("\n") == 1


def test_debug_shows_the_traceback() -> None:
    done = foc_process("--debug", "query", "membrs")
    assert done.returncode == 2 and "Traceback" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_a_failed_service() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*FOC, "query", "coalitions"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 3 and done.stderr.startswith("foc: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("mcp", "mcp"),
        ("link suggest --engine spark --target any.parquet", "splink"),
        ("query coalitions --out any.parquet", "polars"),
    ],
)
def test_what_is_not_installed_is_told(tmp_path: Path, command: str, module: str) -> None:
    (tmp_path / f"{module}.py").write_text("raise ImportError")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [*FOC, *command.split()], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(f"foc: {module}.* not installed: .* -m pip install '{module}.*\n", done.stderr)


def test_help_without_a_command() -> None:
    done = foc_process()
    assert done.returncode == 2 and "Ask:" in done.stdout and done.stderr == ""


def test_help_has_examples_everywhere() -> None:
    for command in ([], ["query"], ["query", "members"], ["sparql"], ["show"], ["validate"], ["fmt"], ["completion"]):
        done = foc(*command, "--help")
        assert done.returncode == 0 and "Example" in done.stdout, command


def test_a_closed_pipe_ends_quietly(small_root: Path) -> None:
    process = subprocess.Popen(
        [*FOC, "sparql", "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"],
        cwd=small_root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not list the files of a process")
def test_an_interrupt_ends_a_query_at_once_without_a_traceback(graph: Graph) -> None:
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    process = subprocess.Popen([*FOC, "sparql", endless], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: any(file.endswith(".sst") for file in files(process.pid)))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (-signal.SIGINT, b"")


def test_fmt_check_finds_what_fmt_mends(make_workspace: WorkspaceMaker) -> None:
    root = make_workspace(a='<https://w3id.org/coalition/id/a> skos:prefLabel "A"@en ; a coal:Coalition .')
    assert foc("--workspace", str(root), "fmt", "--check").returncode == 1
    mended = foc("--workspace", str(root), "fmt")
    assert mended.returncode == 0 and "reformatted" in mended.stdout and "a.ttl" in mended.stdout
    assert foc("--workspace", str(root), "fmt", "--check").returncode == 0
    assert foc("fmt", "--check", "data", cwd=root).returncode == 0


def test_a_query_imports_nothing_heavy() -> None:
    code = (
        "import atexit, os, sys\n"
        "os._exit = sys.exit\n"
        "heavy = {'rdflib', 'pyshacl', 'rich', 'yaml'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)), file=sys.stderr))\n"
        "sys.argv = ['foc', 'query', 'members', '--coalition', 'foc', '--format', 'csv']\n"
        "from foc_graph.cli import main; main()"
    )
    foc("query", "members", "--coalition", "foc")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr == "[]\n"
