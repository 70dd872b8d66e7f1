"""What a server bears: the same requests over several connections, by `wrk` (Debian `wrk`)."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

CONNECTIONS = 16
LIMIT = 60
"""Seconds for one request."""
JSON = "application/sparql-results+json"
SCRIPT = """
local paths = {}
for path in io.lines("%s") do paths[#paths + 1] = path end
local place = 0
%s
request = function()
  place = place %% #paths + 1
  return wrk.format("GET", wrk.path .. paths[place])
end
"""

fetch = build_opener(ProxyHandler({})).open
"""Ask for an address, by no proxy."""


class Load(NamedTuple):
    """What a server bore.

    Requests a second, how often each was asked, the median and the 99th percentile in milliseconds, failed requests; of
    `checked` answers so many were `right`: they had the rows that they should have.
    """

    rate: float
    times: float
    median: float
    p99: float
    failed: int
    right: int
    checked: int


def asked(address: str, paths: Sequence[str], rows: Sequence[int], seconds: int) -> Load:
    """Ask a server for an address with each of `paths` after it; `rows` are how many the first answers have."""
    found = [counted(address + path) for path in paths[: len(rows)]]
    right = sum(one == other for one, other in zip(found, rows, strict=True))
    return pressed(address, paths, {"Accept": JSON}, seconds)._replace(right=right, checked=len(rows))


def pressed(address: str, paths: Sequence[str], headers: Mapping[str, str], seconds: int) -> Load:
    """Ask a server for an address with each of `paths` after it, with these headers; no answer is checked."""
    with tempfile.NamedTemporaryFile("w") as lines, tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        lines.writelines(f"{path}\n" for path in paths)
        lines.flush()
        given = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items())
        script.write(SCRIPT % (lines.name, given))
        script.flush()
        command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", f"{LIMIT}s", "--latency"]
        output = subprocess.run(
            [*command, "-s", script.name, address], capture_output=True, text=True, check=True
        ).stdout
    latency = dict(re.findall(r"^ +(50|99)% +([0-9.]+(?:us|ms|s|m)) *$", output, re.MULTILINE))
    failed = sum(map(int, re.findall(r"Non-2xx or 3xx responses: ([0-9]+)", output)))
    failed += sum(map(int, re.findall(r"(?:connect|read|write|timeout) ([0-9]+)", output)))
    (rate,) = map(float, re.findall(r"Requests/sec: +([0-9.]+)", output))
    median, p99 = (milliseconds(latency[share]) for share in ("50", "99"))
    return Load(rate, rate * seconds / len(paths), median, p99, failed, 0, 0)


def counted(url: str) -> int | None:
    """The number of rows of an answer; None if it has none."""
    try:
        with fetch(Request(url, headers={"Accept": JSON}), timeout=LIMIT) as answer:
            bindings = json.load(answer).get("results", {}).get("bindings")
    except HTTPError:
        return None
    return None if bindings is None else len(bindings)


def milliseconds(text: str) -> float:
    """A time as wrk writes it."""
    ((number, unit),) = re.findall(r"^([0-9.]+)(us|ms|s|m)$", text)
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[unit]
