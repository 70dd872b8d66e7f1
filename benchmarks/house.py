"""The size of the house, held to the bounds in `[tool.house]` of pyproject.toml.

`make house` prints the counts and fails above a bound. Lines are all lines of Python files. With `--request` it also
follows `GET /query/members?coalition=foc` as JSON, the first of its kind, through an application in this process that
has nothing else to do: the modules of the server, its sandbox included, whose functions it calls, and how often someone
who reads these functions in the order of their first calls goes back to a module left before.
"""

import argparse
import sys
import threading
import time
import tomllib
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from benchmarks.report import show_head, show_row

ROOT = Path(__file__).parent.parent
PACKAGE = "foc_graph"
ROOMS = (f"{PACKAGE}.server.", f"{PACKAGE}.sandbox.")
"""Where the modules are that a request is followed through."""
PATH = "/query/members?coalition=foc"


def main() -> int:
    """Print a Markdown table; return 1 if a bound is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--request", action="store_true", help="follow a request through the modules of the server")
    options = parser.parse_args()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    bounds: dict[str, int] = settings["house"]
    counts = count_house(len(settings["importlinter"]["contracts"][0]["layers"]))
    if unknown := bounds.keys() - counts.keys():
        sys.exit(f"pyproject.toml, [tool.house]: nothing is counted as {', '.join(sorted(unknown))}")
    show_head("", ">now", ">bound")
    for name, count in counts.items():
        show_row(name, f"{count:,}", f"{bounds[name]:,}" if name in bounds else "")
    if options.request:
        modules = follow_request()
        print(f"\nThe request passes {', '.join(dict.fromkeys(modules))}.")
        print(f"It returns {len(modules) - len(set(modules))} times to a module left before.")
    exceeded = [name for name, bound in bounds.items() if counts[name] > bound]
    for name in exceeded:
        excess = counts[name] - bounds[name]
        print(f"{name}: {excess:,} above the bound; take as many out, see CONTRIBUTING.md", file=sys.stderr)
    return int(bool(exceeded))


def count_house(layers: int) -> dict[str, int]:
    """Return what is counted, by name: lines, modules and layers."""
    package = lines(PACKAGE)
    tests = lines("tests")
    return {
        f"lines of {PACKAGE}": sum(package.values()),
        f"modules of {PACKAGE}": len(package),
        f"lines of the longest module of {PACKAGE}": max(package.values()),
        "layers": layers,
        "lines of tests and benchmarks": sum(tests.values()) + sum(lines("benchmarks").values()),
        "lines of tests/support": sum(lines("tests/support").values()),
        "lines of the longest module of tests": max(tests.values()),
    }


def lines(folder: str) -> dict[Path, int]:
    """Count the lines of each Python file below a folder."""
    return {path: len(path.read_bytes().splitlines()) for path in (ROOT / folder).rglob("*.py")}


def follow_request() -> list[str]:
    """Return the modules that a request passes, in the order in which their functions are first called."""
    from starlette.testclient import TestClient

    from foc_graph.server.app import application
    from foc_graph.server.snapshot import Settings

    app = application(Settings(workspace=str(ROOT)))
    called: dict[CodeType, str] = {}

    def follow(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and not frame.f_code.co_name.startswith("<"):
            module = str(frame.f_globals.get("__name__", ""))
            if module.startswith(ROOMS):
                called.setdefault(frame.f_code, module.removeprefix(f"{PACKAGE}."))

    threading.setprofile(follow)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.get("/query/coalitions")
        wait_until_idle(called)
        called.clear()
        time.sleep(3)
        regular = set(called)
        called.clear()
        answer = client.get(PATH, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        answering = dict(called)  # without the functions that end the application
    threading.setprofile(None)
    passed = [module for function, module in answering.items() if function not in regular]
    return [module for number, module in enumerate(passed) if number == 0 or module != passed[number - 1]]


def wait_until_idle(called: dict[CodeType, str]) -> None:
    """Return once no function that was not called before is called within three seconds."""
    before = -1
    while before != len(called):
        before = len(called)
        time.sleep(3)


if __name__ == "__main__":
    sys.exit(main())
