"""Each regular expression that a stranger's text may meet takes time linear in its length."""

import ast
import re
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import islice, product
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import grimp
import pytest

METHODS = ("search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer")
LENGTHS = (300, 2400, 9600)
"""Characters of texts, each only where those before took little time."""
SLOW = 5e-4
"""Seconds above which growth is measured; a quadratic pattern takes more at the last length."""
GROWTH = 2.5
"""Most times the processor time that twice the length may take: four for a quadratic pattern."""
MOST = 6
"""Characters of a pattern that are tried, of those that it names, spread over all."""
LONGEST = {"foc_graph.questions.scoring._QUOTED": 500}
"""Patterns that meet only short texts, and the most characters of these."""


class Pattern(NamedTuple):
    """A regular expression, where it stands, and what is called of it."""

    place: str
    regex: re.Pattern[Any]
    methods: tuple[str, ...]


def served() -> set[str]:
    """Return the modules that the server and the sandbox can import, at once or when they are needed."""
    graph = grimp.build_graph("foc_graph")
    packages = ("foc_graph.server", "foc_graph.sandbox")
    below = [graph.find_upstream_modules(package, as_package=True) for package in packages]
    return set(packages).union(*below, *(graph.find_descendants(package) for package in packages))


def patterns() -> Iterator[Pattern]:
    """Yield the patterns that modules hold under a name, and those in calls of `re`."""
    modules = [import_module(name) for name in sorted(served()) if not name.endswith("__main__")]
    sources = {module.__name__: Path(module.__file__ or "").read_text("utf-8") for module in modules}
    seen = set[int]()
    for module in modules:
        for variable, value in vars(module).items():
            for regex in held(value):
                where = sources[module.__name__] if variable.startswith("_") else "\n".join(sources.values())
                used = re.findall(rf"\b{variable}\b(?:\[[^\]\n]*\]|\.get\([^)\n]*\))?\.({'|'.join(METHODS)})\b", where)
                if id(regex) not in seen:
                    yield Pattern(f"{module.__name__}.{variable}", regex, tuple(sorted(set(used))) or ("search",))
                seen.add(id(regex))
        for node in ast.walk(ast.parse(sources[module.__name__])):
            match node:
                case ast.Call(ast.Attribute(ast.Name("re"), method), [ast.Constant(str() | bytes() as text), *_]) if (
                    method in METHODS
                ):
                    flags = [eval(ast.unparse(word.value)) for word in node.keywords if word.arg == "flags"]
                    yield Pattern(f"{module.__name__}:{node.lineno}", re.compile(text, *flags), (method,))


def held(value: object) -> list[re.Pattern[Any]]:
    """Return a value that is a pattern, or those in a collection."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list | set | frozenset):
        return [regex for one in value for regex in held(one)]
    return [value] if isinstance(value, re.Pattern) else []


def characters(regex: re.Pattern[Any]) -> list[str]:
    """Return characters that a pattern names, one of each range and class, and one that it does not name."""
    found: dict[str, None] = {}

    def walk(item: Any) -> None:
        match item:
            case (_parser.LITERAL | _parser.NOT_LITERAL, int(code)) | (_parser.RANGE, (code, _)):
                found[chr(code)] = None
            case (_parser.CATEGORY, name):
                found[{"SPACE": " ", "DIGIT": "1", "WORD": "w"}[str(name).rpartition("_")[2]]] = None
            case tuple() | list() | _parser.SubPattern():
                for one in item:
                    walk(one)

    walk(_parser.parse(regex.pattern, regex.flags & ~re.DEBUG))
    return [*list(found)[:: max(1, len(found) // MOST)][:MOST], "\x01"]


def calls(pattern: Pattern) -> Iterator[tuple[str, Callable[[int], Callable[[], object]]]]:
    """Yield what is repeated, and a function that makes a call from a length."""
    named = characters(pattern.regex)
    units = [*named, *(a + b for a, b in product(named, repeat=2) if a != b)]
    is_bytes = isinstance(pattern.regex.pattern, bytes)
    for method, begin, unit, end in product(pattern.methods, ["", *named], units, ("", "\x01")):

        def call(length: int, method: str = method, begin: str = begin, unit: str = unit, end: str = end) -> Any:
            text = begin + unit * (length // len(unit)) + end
            given = text.encode() if is_bytes else text
            run = partial(getattr(pattern.regex, method), *[given[:0]] * method.startswith("sub"), given)
            return (lambda: deque(run(), 0)) if method == "finditer" else run

        yield f"{method} in {begin!r}, {unit!r} repeated, {end!r}", call


def seconds(call: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    begin = time.process_time_ns()
    call()
    return (time.process_time_ns() - begin) / 1e9


def growth(call: Callable[[int], Callable[[], object]], length: int, times: int) -> float:
    """Return how many times the processor time twice the length takes, as a median."""
    one, two = call(length), call(2 * length)
    return statistics.median(seconds(two) / max(seconds(one), 1e-9) for _ in range(times))


def quadratic(pattern: Pattern) -> Iterator[str]:
    """Yield what takes a pattern more than linear time."""
    for what, call in calls(pattern):
        lengths = [length for length in LENGTHS if 2 * length <= LONGEST.get(pattern.place, 2 * LENGTHS[-1])]
        slow = next((length for length in lengths if seconds(call(length)) > SLOW), None)
        if slow and all(growth(call, slow, times) > GROWTH for times in (1, 9, 9, 9)):
            yield f"{pattern.place}: {what}: {pattern.regex.pattern!r}"


@pytest.mark.extended
def test_each_pattern_takes_linear_time() -> None:
    assert [found for pattern in patterns() for found in islice(quadratic(pattern), 1)] == []


def test_a_quadratic_pattern_is_found() -> None:
    assert next(quadratic(Pattern("control", re.compile("a+b"), ("search",))))
