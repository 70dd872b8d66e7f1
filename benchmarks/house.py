"""The size of the house: lines, modules, layers, and how many rooms one request passes.

Run `python -m benchmarks.house` (or `make house`). Lines are all lines of Python files. The request is
`GET /query/members?coalition=foc` as JSON, the first of its kind, of an application in this process that has nothing
else to do: the modules of the server, its sandbox included, whose functions it calls, and how often a reader who
follows the functions in the order of their first calls goes back to a module that was left before.
"""

from __future__ import annotations

import sys
import threading
import time
import tomllib
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from benchmarks.report import show_head, show_row

ROOT = Path(__file__).parent.parent
PACKAGE = "foc_graph"
ROOMS = (f"{PACKAGE}.server.", f"{PACKAGE}.sandbox.", f"{PACKAGE}.web.")
"""Where the modules are that a request is followed through; the last is what the server was called before."""
PATH = "/query/members?coalition=foc"


def main() -> None:
    """Print a Markdown table."""
    code = list((ROOT / PACKAGE).rglob("*.py"))
    tests = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    modules = follow_request()
    rows = {
        f"Python lines in `{PACKAGE}`": lines(code),
        "modules": len(code),
        "layers": len(layers),
        "lines of tests and benchmarks": lines(tests),
        f"modules of the server that `GET {PATH}` passes": len(set(modules)),
        "returns of that request to a module left before": len(modules) - len(set(modules)),
    }
    show_head("", ">now")
    for name, value in rows.items():
        show_row(name, f"{value:,}")
    print(f"\nThe request passes {', '.join(dict.fromkeys(modules))}.")


def lines(files: Iterable[Path]) -> int:
    """Count the lines of files."""
    return sum(len(path.read_bytes().splitlines()) for path in files)


def follow_request() -> list[str]:
    """Return the modules that a request passes, in the order in which their functions are first called."""
    from starlette.testclient import TestClient

    server = f"{PACKAGE}.server" if find_spec(f"{PACKAGE}.server") else f"{PACKAGE}.web"
    app = import_module(f"{server}.app").application(import_module(SETTINGS[server]).Settings(workspace=str(ROOT)))
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


SETTINGS = {f"{PACKAGE}.server": f"{PACKAGE}.server.snapshot", f"{PACKAGE}.web": f"{PACKAGE}.web.served"}
"""The module of the server's settings, by the name that its package has or had."""


if __name__ == "__main__":
    sys.exit(main())
