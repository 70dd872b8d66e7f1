"""Requests a second: stored and ad-hoc queries of `foc serve` against `oxigraph serve-read-only` on the same store.

Run `python -m benchmarks.serving --store 1M --workspace WORLD`, where 1M is a folder that `foc load` made of a world of
`benchmarks.generate`, and WORLD the workspace in which it did. Each server in turn is asked the same light queries over
16 connections by `wrk` (Debian `wrk`).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, build_opener

from benchmarks.validation import machine
from foc_graph.graph import open as open_graph
from foc_graph.store.folder import StoreFolder
from tests.servers import free_ports

CALLS: Sequence[tuple[str, dict[str, str]]] = (
    ("chairs", {"coalition": "probe"}),
    ("mandates", {"coalition": "probe"}),
    ("memberships_of", {"agent": "person/probe-p1"}),
    ("people", {"body": "probe/wg1"}),
    ("functions", {"body": "probe/wg1"}),
    ("composition", {"body": "probe/wg1"}),
)
DAYS = 6000
CONNECTIONS = 16
START_SECONDS = 60
LIMIT = 60
JSON = "application/sparql-results+json"
SCRIPT = """
local paths = {%s}
local place = 0
wrk.headers["Accept"] = "%s"
request = function()
  place = place %% #paths + 1
  return wrk.format("GET", paths[place])
end
"""

_open = build_opener(ProxyHandler({})).open


class Load(NamedTuple):
    """What a server bore: requests a second, the median and the 99th percentile in milliseconds, failed requests."""

    rate: float
    median: float
    p99: float
    failed: int


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, required=True, metavar="DIR", help="a store on disk")
    parser.add_argument("--workspace", type=Path, required=True, metavar="DIR", help="its workspace")
    parser.add_argument("--seconds", type=int, default=10, metavar="N", help="for each way (default 10)")
    options = parser.parse_args()
    print(machine())
    graph = open_graph(options.workspace, store=options.store)
    days = [(date(2005, 1, 1) + timedelta(number)).isoformat() for number in range(DAYS)]
    each_day: list[tuple[str, dict[str, str]]] = [("members", {"coalition": "probe", "as_of": day}) for day in days]
    texts, other_texts = ([graph.bound(name, **given) for name, given in calls] for calls in (CALLS, each_day))
    folder = str(StoreFolder(options.store).open().path)
    tables: tuple[dict[str, Load], dict[str, Load]] = {}, {}
    with oxigraph(folder) as address:
        for loads, asking in zip(tables, (texts, other_texts), strict=True):
            paths = [f"/query?query={quote(text)}" for text in asking]
            loads["oxigraph serve-read-only"] = asked(address, paths, options.seconds)
    for workers in (1, 2):
        with ours(options, workers) as address:
            for loads, calls, asking in zip(tables, (CALLS, each_day), (texts, other_texts), strict=True):
                way = f"foc serve --workers {workers}"
                stored = [f"/query/{name}.json?{urlencode(given)}" for name, given in calls]
                loads[f"{way}, stored queries"] = asked(address, stored, options.seconds)
                ad_hoc = [f"/sparql?query={quote(text)}" for text in asking]
                loads[f"{way}, ad-hoc queries"] = asked(address, ad_hoc, options.seconds)
    for title, loads in zip(
        ("Six queries, over and over", "Members of a coalition, on a new day each time"), tables, strict=True
    ):
        print(f"\n{title}")
        show(loads)


def show(loads: dict[str, Load]) -> None:
    """The table, with the rates and times also in those of the first way."""
    first = next(iter(loads.values()))
    print("\n| way | requests a second | of the first | median ms | p99 ms | of the first | failed |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    for way, load in loads.items():
        rates = f"{load.rate:,.0f} | {load.rate / first.rate:.2f}"
        print(f"| {way} | {rates} | {load.median:.1f} | {load.p99:.1f} | {load.p99 / first.p99:.2f} | {load.failed} |")


def asked(address: str, paths: Sequence[str], seconds: int) -> Load:
    """Ask a server for paths in turn, after one request for each of the first."""
    for path in paths[: len(CALLS)]:
        with _open(address + path, timeout=LIMIT) as answer:
            answer.read()
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (",".join(map(json.dumps, paths)), JSON))
        script.flush()
        load = ["-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--latency", "-s", script.name]
        output = subprocess.run(["wrk", *load, address], capture_output=True, text=True, check=True).stdout
    latency = dict(re.findall(r"^ +(50|99)% +([0-9.]+(?:us|ms|s))$", output, re.MULTILINE))
    failed = sum(map(int, re.findall(r"Non-2xx or 3xx responses: ([0-9]+)", output)))
    failed += sum(map(int, re.findall(r"(?:connect|read|write|timeout) ([0-9]+)", output)))
    (rate,) = re.findall(r"Requests/sec: +([0-9.]+)", output)
    return Load(float(rate), milliseconds(latency["50"]), milliseconds(latency["99"]), failed)


def milliseconds(text: str) -> float:
    """A time as wrk writes it."""
    ((number, unit),) = re.findall(r"^([0-9.]+)(us|ms|s)$", text)
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def oxigraph(folder: str) -> AbstractContextManager[str]:
    """Oxigraph's own server on a store."""
    (port,) = free_ports(1)
    program = str(Path(sys.executable).with_name("oxigraph"))
    place = f"127.0.0.1:{port}"
    command = [program, "serve-read-only", "--location", folder, "--bind", place, "--union-default-graph"]
    return running(command, f"http://{place}", "/query?query=ASK%7B%7D")


def ours(options: argparse.Namespace, workers: int) -> AbstractContextManager[str]:
    """`foc serve` on the same store."""
    (port,) = free_ports(1)
    foc = str(Path(sys.executable).with_name("foc"))
    command = [foc, "--workspace", str(options.workspace), "serve", "--store", str(options.store)]
    command += ["--port", str(port), "--workers", str(workers)]
    return running(command, f"http://127.0.0.1:{port}", "/health")


@contextmanager
def running(command: list[str], address: str, path: str) -> Iterator[str]:
    """The address of a server, once it answers, until it is not needed any more."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            with suppress(OSError), _open(address + path, timeout=5):
                break
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
