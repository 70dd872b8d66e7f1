"""The answers of a checkout, compared with those of another: a change of structure changes none.

Run `python -m benchmarks.answers FOLDER [--code CHECKOUT]` for both, then `diff -r -U 0 BEFORE AFTER`. Each checkout is
run by the Python of its own `.venv`, through the public faces alone. Saved are, one file each: the CSV of every example
and expectation of the stored queries, `--help` of every command, the digests of all files of a release, the OpenAPI
description, and the outcome of each case of the W3C SHACL suite.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path
from urllib.request import urlopen
from xml.etree import ElementTree

from benchmarks.checkouts import Checkout

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
    """Save the answers of a checkout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a new folder for them")
    parser.add_argument("--code", type=Path, default=Path.cwd(), metavar="CHECKOUT", help="by default this one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        checkout = Checkout(options.code.resolve(), Path(scratch, "cache"))
        for save in (queries, helps, w3c, release, openapi):
            print(save.__name__, flush=True)
            folder = options.folder.resolve() / save.__name__
            folder.mkdir(parents=True)
            save(checkout, folder, Path(scratch))


def queries(checkout: Checkout, folder: Path, scratch: Path) -> None:
    """Save the answer of every example and expectation."""
    checkout.run("-c", QUERIES, str(folder))


def helps(checkout: Checkout, folder: Path, scratch: Path) -> None:
    """Save `--help` of every command."""
    waiting: list[list[str]] = [[]]
    while waiting:
        words = waiting.pop()
        text = checkout.run("-m", "foc_graph", *words, "--help")
        folder.joinpath("-".join(["foc", *words])).write_text(text, "utf-8")
        _, _, listed = text.partition("\nCommands:\n")
        waiting += [[*words, name] for name in re.findall(r"^  (\S+)  ", listed, re.MULTILINE)]


def w3c(checkout: Checkout, folder: Path, scratch: Path) -> None:
    """Save the outcome of every case of the W3C SHACL suite in every engine."""
    report = scratch / "w3c.xml"
    checkout.run("-m", "pytest", "-q", "--tb=no", "tests", "-k", "w3c", f"--junitxml={report}", codes=(0, 1))
    cases = ElementTree.parse(report).iter("testcase")
    lines = sorted(f"{case.get('name')} {' '.join(child.tag for child in case) or 'passed'}\n" for case in cases)
    folder.joinpath("cases").write_text("".join(lines), "utf-8")


def release(checkout: Checkout, folder: Path, scratch: Path) -> None:
    """Save the digests of all files of a release of the packaged graph."""
    checkout.run("-m", "foc_graph", "publish", str(scratch / "out"))
    folder.joinpath("files").write_bytes(next(scratch.glob("out/*/SHA256SUMS")).read_bytes())


def openapi(checkout: Checkout, folder: Path, scratch: Path) -> None:
    """Save the OpenAPI description of `foc serve`."""
    with checkout.served() as address, urlopen(f"{address}/openapi.json", timeout=60) as answer:
        folder.joinpath("openapi.json").write_bytes(answer.read().replace(address.encode(), b""))


if __name__ == "__main__":
    main()
