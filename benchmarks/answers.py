"""The answers of a checkout, compared with those of another: a change of structure changes none.

Run `python -m benchmarks.answers save FOLDER [--code CHECKOUT]` for both, then
`python -m benchmarks.answers compare BEFORE AFTER`. Each checkout is run by the Python of its own `.venv`,
through the public faces alone. Saved are, one file each: the CSV of every example and expectation of the stored
queries, `--help` of every command, the digests of all files of a release, the OpenAPI description, and the outcome of
each case of the W3C SHACL suite.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from difflib import unified_diff
from pathlib import Path
from xml.etree import ElementTree

QUERIES = """
import shlex, sys
from pathlib import Path
import foc_graph, yaml
graph, folder = foc_graph.open(), Path(sys.argv[1])
for path in sorted(Path("queries").rglob("*.rq")):
    lines = [line[2:] for line in path.read_text("utf-8").splitlines() if line.startswith("#+")]
    header = yaml.load("\\n".join(line.removeprefix(" ") for line in lines), yaml.BaseLoader)
    calls = [expected.get("with", {}) for expected in header.get("expect", ())]
    words = shlex.split(header["example"])[3:]
    example = {}
    for name, value in zip(words[::2], words[1::2]):
        example.setdefault(name.removeprefix("--").replace("-", "_"), []).append(value)
    calls.insert(0, {name: values[0] if len(values) == 1 else values for name, values in example.items()})
    for number, call in enumerate(calls):
        result = graph.query(path.stem, **call)
        text = result.to_csv() if hasattr(result, "to_csv") else result.serialise("nt").decode()
        folder.joinpath(f"{path.stem}-{number}").write_text(f"{call}\\n{text}", "utf-8")
"""


def main() -> None:
    """Save answers, or compare two savings: exit code 1 where they differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("save", help="save the answers of a checkout")
    saving.add_argument("folder", type=Path, help="a new folder for them")
    saving.add_argument("--code", type=Path, default=Path.cwd(), metavar="CHECKOUT", help="by default this one")
    comparing = commands.add_parser("compare", help="show what differs")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.command == "save":
        save(options.code.resolve(), options.folder.resolve())
    else:
        sys.exit(compare(options.before, options.after))


def save(code: Path, folder: Path) -> None:
    """Write the answers of the checkout in `code` into a new folder."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        environment = os.environ | {"PYTHONPATH": str(code), "FOC_CACHE": f"{scratch}/cache", "COLUMNS": "80"}
        for name, make in {
            "queries": queries,
            "help": helps,
            "w3c": w3c,
            "release": release,
            "openapi": openapi,
        }.items():
            print(name, flush=True)
            folder.joinpath(name).mkdir()
            make(Runner(code, environment, Path(scratch)), folder / name)


class Runner:
    """Python in a checkout, with an environment and a folder for what it leaves behind."""

    def __init__(self, code: Path, environment: dict[str, str], scratch: Path) -> None:
        self.code, self.environment, self.scratch = code, environment, scratch

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start Python with these arguments; its output can be read as text."""
        return subprocess.Popen(
            [self.code / ".venv" / "bin" / "python", *arguments],
            cwd=self.code,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> str:
        """Return what Python with these arguments prints; `SystemExit` if it fails."""
        with self.start(*arguments) as process:
            output = process.communicate()[0]
        if process.returncode:
            sys.exit(f"python {' '.join(arguments)[:200]} failed:\n{output[-2000:]}")
        return output


def queries(runner: Runner, folder: Path) -> None:
    """Save the answer of every example and expectation."""
    runner.run("-c", QUERIES, str(folder))


def helps(runner: Runner, folder: Path) -> None:
    """Save `--help` of every command."""
    waiting: list[list[str]] = [[]]
    while waiting:
        words = waiting.pop()
        text = runner.run("-m", "foc_graph", *words, "--help")
        folder.joinpath("-".join(["foc", *words])).write_text(text, "utf-8")
        _, _, listed = text.partition("\nCommands:\n")
        waiting += [[*words, name] for name in re.findall(r"^  (\S+)  ", listed, re.MULTILINE)]


def w3c(runner: Runner, folder: Path) -> None:
    """Save the outcome of every case of the W3C SHACL suite in every engine."""
    report = runner.scratch / "w3c.xml"
    with runner.start("-m", "pytest", "-q", "--tb=no", "tests", "-k", "w3c", f"--junitxml={report}") as process:
        process.communicate()
    cases = ElementTree.parse(report).iter("testcase")
    lines = sorted(f"{case.get('name')} {' '.join(child.tag for child in case) or 'passed'}\n" for case in cases)
    folder.joinpath("cases").write_text("".join(lines), "utf-8")


def release(runner: Runner, folder: Path) -> None:
    """Save the digests of all files of a release of the packaged graph."""
    out = runner.scratch / "out"
    runner.run("-m", "foc_graph", "publish", str(out))
    folder.joinpath("files").write_bytes(next(out.glob("*/SHA256SUMS")).read_bytes())


def openapi(runner: Runner, folder: Path) -> None:
    """Save the OpenAPI description of `foc serve`."""
    with runner.start("-m", "foc_graph", "serve", "--port", "0", "--log-level", "error") as process:
        try:
            assert process.stdout is not None
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address is not None
            with urllib.request.urlopen(f"{address[0].rstrip('/')}/openapi.json", timeout=60) as answer:
                folder.joinpath("openapi.json").write_bytes(answer.read().replace(address[0].rstrip("/").encode(), b""))
        finally:
            process.terminate()


def compare(before: Path, after: Path) -> int:
    """Print what differs between two savings; return 1 where anything does, else 0."""
    names = sorted(
        {str(path.relative_to(root)) for root in (before, after) for path in root.rglob("*") if path.is_file()}
    )
    differing = 0
    for name in names:
        old, new = (
            root.joinpath(name).read_text("utf-8").splitlines() if root.joinpath(name).exists() else []
            for root in (before, after)
        )
        if old != new:
            differing += 1
            print("\n".join(unified_diff(old, new, f"before/{name}", f"after/{name}", lineterm="", n=0)))
    print(f"{len(names)} answers compared, {differing} differ")
    return int(differing > 0)


if __name__ == "__main__":
    main()
