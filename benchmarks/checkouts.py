"""The speed of this checkout against that of another, in one run: the two take turns at the same work.

Run `python -m benchmarks.checkouts OTHER`. Each is run by the Python of its own `.venv`. A ratio above 1 says
that this one is quicker; it is the median of those of all turns, with the least and the greatest.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.report import show_head, show_row, timed
from benchmarks.shacl.generator import SHAPES, generate

ROOT = Path(__file__).parent.parent
DUMP = """
import sys, time
from importlib import import_module
from importlib.util import find_spec
import foc_graph
from foc_graph.store.embedded import EmbeddedStore
def found(*names):
    return import_module(next(name for name in names if find_spec(name.rpartition(".")[0]) and find_spec(name)))
dumps = found("foc_graph.release.dumps", "foc_graph.publishing.dumps")
store = foc_graph.open().store
begin = time.perf_counter()
for ending in ("nq", "nt", "ttl"):
    with open(sys.argv[1], "wb") as file:
        dumps.write_whole(store, file, dumps.FORMATS[ending])
print(time.perf_counter() - begin)
"""
KEPT = "/query/members.json?coalition=foc&as_of=2015-05-04"
LIGHT = "SELECT * WHERE {{ <https://w3id.org/coalition/id/foc> ?property ?value FILTER(?value != {number}) }}"
"""A query that is asked once each way, so that no answer is kept."""
REQUESTS = 1500

Way = Callable[[], float]


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, help="the other checkout")
    parser.add_argument("--turns", type=int, default=11, metavar="N", help="of each (default 11)")
    parser.add_argument("--triples", type=float, default=1e6, metavar="N", help="to validate (default 1e6)")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        generate(int(options.triples), folder / "data.nt")
        codes = {"other": options.other.resolve(), "this": ROOT}
        ways = {name: dict(prepare(code, folder, stack)) for name, code in codes.items()}
        show_head("work", ">this, median s", ">other, median s", ">ratio", ">least", ">greatest")
        for work in ways["this"]:
            seconds: dict[str, list[float]] = {name: [] for name in codes}
            for turn in range(options.turns):
                for name in list(codes)[:: 1 if turn % 2 else -1]:
                    seconds[name].append(ways[name][work]())
            ratios = [one / two for one, two in zip(seconds["other"], seconds["this"], strict=True)]
            medians = [statistics.median(seconds[name]) for name in ("this", "other")]
            figures = [*medians, statistics.median(ratios), min(ratios), max(ratios)]
            show_row(work, *(f"{figure:.2f}" for figure in figures))


def prepare(code: Path, folder: Path, stack: ExitStack) -> Iterator[tuple[str, Way]]:
    """Yield each work with what does it once in a checkout and returns the seconds that it took."""
    checkout = Checkout(code, folder / f"cache-{code.name}-{len(str(code))}")
    run = checkout.run
    query = ("-m", "foc_graph", "query", "members", "--coalition", "foc", "--as-of", "2015-05-04", "--format", "csv")
    shapes = str(next(iter(SHAPES.values())))
    validate = ("-m", "foc_graph", "validate", str(folder / "data.nt"), "--shapes", shapes, "--format", "json")
    run(*query)
    yield "a stored query, cold, 5 processes", lambda: timed(lambda: [run(*query) for _ in range(5)])[0]
    yield "validation of generated data", lambda: timed(lambda: run(*validate, codes=(0, 1)))[0]
    address = stack.enter_context(checkout.served())
    kept, numbers = [KEPT] * REQUESTS, count()

    def light() -> list[str]:
        texts = [LIGHT.format(number=next(numbers)) for _ in range(REQUESTS)]
        return [f"/sparql?{urlencode({'query': text})}" for text in texts]

    ask(address, kept + light())
    yield f"{REQUESTS} kept answers", lambda: timed(lambda: ask(address, kept))[0]
    yield f"{REQUESTS} light queries", lambda: timed(partial(ask, address, light()))[0]
    yield "three dumps of the packaged graph", lambda: float(run("-c", DUMP, str(folder / "dump")))


class Checkout:
    """Python in a checkout, with a cache of its own."""

    def __init__(self, code: Path, cache: Path) -> None:
        self._code = code
        self._environment = os.environ | {"PYTHONPATH": str(code), "FOC_CACHE": str(cache), "COLUMNS": "80"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start Python with these arguments; its output can be read as text."""
        command = [self._code / ".venv" / "bin" / "python", *arguments]
        return subprocess.Popen(command, cwd=self._code, env=self._environment, text=True, stdout=subprocess.PIPE)

    def run(self, *arguments: str, codes: Collection[int] = (0,)) -> str:
        """Return what Python with these arguments prints; `SystemExit` if it ends with another code than these."""
        with self.start(*arguments) as process:
            output = process.communicate()[0]
        if process.returncode not in codes:
            sys.exit(f"python {' '.join(arguments)[:200]} failed:\n{output[-2000:]}")
        return output

    @contextmanager
    def served(self) -> Iterator[str]:
        """Run `foc serve`; yield its address without a slash at the end."""
        with self.start("-m", "foc_graph", "serve", "--port", "0", "--log-level", "error") as process:
            try:
                assert process.stdout is not None
                address = re.search(r"http://[^/\s]+", process.stdout.readline())
                assert address is not None
                yield address[0]
            finally:
                process.terminate()


def ask(address: str, targets: Sequence[str]) -> None:
    """Ask for answers, one after the other, over one connection."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
    for target in targets:
        connection.request("GET", target)
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read()
    connection.close()


if __name__ == "__main__":
    main()
