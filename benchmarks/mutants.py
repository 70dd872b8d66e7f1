"""Branch coverage of checkouts, and how many of the same mutants their tests kill.

A mutant is the code with one operator or constant changed. The sample is fixed: of the mutants whose function, line and
node are the same word for word in all checkouts, and whose line their tests run, those with the least digests. On each
mutant run up to 20 of the tests that run its line: those that run the fewest lines else. Each checkout is a clone with
a .venv of its own; this Python and theirs have pytest-cov besides. Files are changed and restored while this runs.

Examples:
  python -m benchmarks.mutants /tmp/before /tmp/now
  python -m benchmarks.mutants /tmp/before /tmp/now --sample 20
"""

import argparse
import ast
import copy
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from coverage import Coverage

SECONDS = 600
"""Time for the tests of one mutant; one that takes longer is killed."""

TESTS = 20
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    one: other
    for pair in (
        (ast.Eq, ast.NotEq),
        (ast.Lt, ast.LtE),
        (ast.Gt, ast.GtE),
        (ast.In, ast.NotIn),
        (ast.Is, ast.IsNot),
        (ast.And, ast.Or),
        (ast.Add, ast.Sub),
    )
    for one, other in (pair, pair[::-1])
}


class Mutant(NamedTuple):
    """A change of a file: where the text that goes begins and ends, by line and column in bytes, and what comes."""

    path: Path
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def mutated(node: ast.AST) -> ast.AST | None:
    """Return a node with one change, or None for a node that has none."""
    changed = copy.deepcopy(node)
    match changed:
        case ast.Compare(ops=[one]) if type(one) in SWAPS:
            changed.ops = [SWAPS[type(one)]()]
        case ast.BoolOp() | ast.BinOp() if type(changed.op) in SWAPS:
            changed.op = SWAPS[type(changed.op)]()
        case ast.UnaryOp(op=ast.Not()):
            return changed.operand
        case ast.Constant(value=bool() as value):
            changed.value = not value
        case ast.Constant(value=int() as value):
            changed.value = value + 1
        case ast.IfExp():
            changed.body, changed.orelse = changed.orelse, changed.body
        case _:
            return None
    return changed


def mutants(path: Path) -> Iterator[tuple[str, Mutant]]:
    """Give the mutants of the functions in a file, each with what tells it apart from others in any checkout."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        inside_text = {part for one in ast.walk(function) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)}
        for statement in function.body:
            for node in ast.walk(statement):
                if node not in inside_text and isinstance(node, ast.expr) and (changed := mutated(node)):
                    place = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
                    name = f"{function.name}|{ast.unparse(node)}|{lines[node.lineno - 1].strip()}"
                    yield name, Mutant(path, *place, f"({ast.unparse(changed)})")


def unique(root: Path) -> dict[str, Mutant]:
    """Return the mutants of a checkout whose names stand for one place alone."""
    found = [one for path in sorted((root / "foc_graph").rglob("*.py")) for one in mutants(path)]
    counts = Counter(name for name, _ in found)
    return {name: mutant for name, mutant in found if counts[name] == 1}


def pytest(root: Path, *arguments: str, timeout: float | None = None) -> int:
    """Run pytest in a checkout with its own Python; return its exit code."""
    command = [root / ".venv/bin/python", "-m", "pytest", *arguments]
    with (root / "mutants.log").open("a") as log:
        return subprocess.run(command, cwd=root, stdout=log, stderr=log, timeout=timeout).returncode


def cover(root: Path) -> Coverage:
    """Return the coverage of a checkout by its tests, which run unless a file `.coverage` is there."""
    if not (root / ".coverage").exists():
        options = ("-m", "not extended", "--cov=foc_graph", "--cov-branch", "--cov-context=test", "--cov-report=")
        pytest(root, "-n", "1", "--dist", "loadfile", "--no-loadscope-reorder", *options)
    coverage = Coverage(data_file=str(root / ".coverage"), branch=True)
    coverage.load()
    return coverage


def share_of_branches(coverage: Coverage) -> float:
    """Return the share of branches that were taken."""
    with NamedTemporaryFile() as file, redirect_stdout(StringIO()):
        coverage.json_report(outfile=file.name)
        totals = json.loads(Path(file.name).read_bytes())["totals"]
    return float(totals["covered_branches"] / totals["num_branches"])


def tests_by_line(root: Path, coverage: Coverage) -> dict[tuple[Path, int], list[str]]:
    """Return the tests that run each line, and passed, those first that run the fewest lines."""
    path = root / ".pytest_cache/v/cache/lastfailed"
    failed = json.loads(path.read_bytes()) if path.exists() else {}
    data = coverage.get_data()
    found: dict[tuple[Path, int], set[str]] = {}
    for name in data.measured_files():
        for line, contexts in data.contexts_by_lineno(name).items():
            # A context is a test and a phase; a test of Schemathesis, `name[route][server]`, is not found by its name.
            found[Path(name), line] = {one.rpartition("|")[0] for one in contexts if "][" not in one} - {"", *failed}
    lines = Counter(chain.from_iterable(found.values()))
    return {place: sorted(tests, key=lambda test: (lines[test], test)) for place, tests in found.items()}


def killed(root: Path, mutant: Mutant, tests: list[str]) -> bool:
    """Whether a test fails, or never ends, on a mutant."""
    source = mutant.path.read_bytes()
    lines = source.splitlines(keepends=True)
    (first, begin), (last, end) = mutant.start, mutant.end
    text = lines[first - 1][:begin] + mutant.text.encode() + lines[last - 1][end:]
    mutant.path.write_bytes(b"".join([*lines[: first - 1], text, *lines[last:]]))
    command = ("-x", "-p", "no:lfplugin", *tests[:TESTS])
    try:
        code = pytest(root, *command, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return True
    finally:
        mutant.path.write_bytes(source)
    if code not in (0, 1) and pytest(root, "--collect-only", *command):
        raise SystemExit(f"{root}: pytest ended with {code}: see {root}/mutants.log")
    return code != 0


def main() -> None:
    """Print a table of the checkouts, and the mutants that live in one of them only."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=200, help="how many mutants (default: 200)")
    options = parser.parse_args()
    roots = [root.resolve() for root in options.checkouts]
    with ThreadPoolExecutor() as pool:
        covered = list(pool.map(cover, roots))
        found = [unique(root) for root in roots]
        tests = [tests_by_line(root, coverage) for root, coverage in zip(roots, covered, strict=True)]
        runs = [
            {name: of_line[key] for name, one in mutants.items() if of_line.get(key := (one.path, one.start[0]))}
            for mutants, of_line in zip(found, tests, strict=True)
        ]
        common = set.intersection(*map(set, runs))
        sample = sorted(common, key=lambda name: sha256(name.encode()).digest())[: options.sample]

        def kills(at: int) -> list[bool]:
            fates = []
            for number, name in enumerate(sample, 1):
                fates.append(killed(roots[at], found[at][name], runs[at][name]))
                print(f"{roots[at]}: {number} of {len(sample)}, {sum(fates)} killed", file=sys.stderr)
            return fates

        results = list(pool.map(kills, range(len(roots))))
    print("| checkout | branches taken | mutants killed |\n| --- | --: | --: |")
    for root, coverage, result in zip(roots, covered, results, strict=True):
        print(f"| {root} | {share_of_branches(coverage):.1%} | {sum(result)} of {len(sample)} |")
    for name, *fates in zip(sample, *results, strict=True):
        alive = [str(root) for root, dead in zip(roots, fates, strict=True) if not dead]
        if alive and len(alive) < len(roots):
            print(f"lives in {', '.join(alive)} alone: {name}")


if __name__ == "__main__":
    sys.exit(main())
