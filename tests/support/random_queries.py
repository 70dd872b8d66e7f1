"""Queries at random, well-formed or nearly so: keywords hide in comments, strings, IRIs and names, or run together.

`python queries_at_random.py` answers each line of its input, a text in JSON, by whether pyoxigraph's parser takes it.
"""

import json
import subprocess
import sys
from random import Random

_TERMS = (
    *("?a", "?SERVICE", "$b", "<x:a>", "<x:'>", "<x:#>", "<x:SERVICE>", "<x:'#>", "<?b>", "ex:a", "ex:SERVICE", ":a"),
    *("service:x", "SERVICE:x", "filter:x", "true", "1", "-1.5", ".5e3", "1.", "_:SERVICE", "[]", "()", "''", '""'),
    *("'SERVICE'", '"#"', "'>'", '"a"@en', "'a'@service", "'<'^^<x:a>", "'''a'#\n'''", '"""\n"SERVICE"""', r"'\''"),
    *('"""a" # \\q\n', "'''a' # \\q\n", "'''", '"""', "<<( ?a <x:'> ?b )>>", "<<(?a<x:#>?b)>>", "ex:a.b", "?a·"),
)
_OPERATORS = ("<", "<", "<", ">", "=", "&&", "||", "+", "-", "*", "<=", "!=")
_SPACES = ("", "", " ", " ", "\n", "#SERVICE'\n", "#>\n", '# """\n', "#'''\n")
_PROLOGUE = "PREFIX ex:<x:> PREFIX :<x:> PREFIX service:<x:> PREFIX filter:<x:> PREFIX SERVICE:<x:> "


class Queries:
    """An endless supply, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self) -> str:
        """The next."""
        parts = [*self._group(3), *self._modifiers()]
        if self._random.random() < 0.3:
            place = self._random.randrange(len(parts))
            parts[place : place + self._random.randrange(2)] = [self._any(*_TERMS, "{", "}", "(", ")", "SERVICE", "#")]
        return (
            _PROLOGUE
            + self._any("ASK", "SELECT*", "SELECT(?a<?b AS?x)")
            + "".join(part for one in parts for part in (self._any(*_SPACES), one))
        )

    def _any(self, *choices: str) -> str:
        return self._random.choice(choices)

    def _group(self, depth: int) -> list[str]:
        items = [part for _ in range(self._random.randrange(1, 4)) for part in self._item(depth)]
        return ["{", *items, "}"]

    def _item(self, depth: int) -> list[str]:
        if depth == 0 or self._random.random() < 0.4:
            return self._triple()
        match self._random.randrange(9):
            case 0 | 1 | 2:
                return [self._any("FILTER", "FILTER", ".FILTER"), "(", *self._expression(2), ")"]
            case 3:
                return ["BIND", "(", *self._expression(2), "AS", f"?v{self._random.random()}".replace(".", ""), ")"]
            case 4:
                return [*self._group(depth - 1), "UNION", *self._group(depth - 1)]
            case 5:
                return ["OPTIONAL", *self._group(depth - 1)]
            case 6:
                return ["VALUES", "?a", "{", self._any(*_TERMS), self._any(*_TERMS), "}"]
            case 7:
                return ["{", "SELECT", "*", *self._group(depth - 1), *self._modifiers(), "}"]
            case _:
                name = self._any("<x:y>", "?x", "ex:x", ":x")
                return [self._any("SERVICE", "service", ".SERVICE", "1SERVICE", "SERVICE SILENT"), name, "{", "}"]

    def _triple(self) -> list[str]:
        verb = self._any("a", "?p", "<x:p>", "<x:'p>", "ex:p", "^<x:#>", "(<x:a>/<x:'>)*", "ex:p+")
        return [
            self._any(*_TERMS),
            verb,
            self._any(*_TERMS),
            self._any(".", "", ".", f"; <x:q> {self._any(*_TERMS)} ."),
        ]

    def _expression(self, depth: int) -> list[str]:
        if depth == 0 or self._random.random() < 0.2:
            return [self._any(*_TERMS)]
        match self._random.randrange(5):
            case 0:
                return ["(", *self._expression(depth - 1), ")"]
            case 1:
                return [self._any("EXISTS", "NOT EXISTS"), *self._group(depth - 1)]
            case 2:
                return [self._any("STR", "ex:f", "<x:'f>", "BOUND"), "(", *self._expression(depth - 1), ")"]
            case _:
                return [*self._expression(depth - 1), self._any(*_OPERATORS), *self._expression(depth - 1)]

    def _modifiers(self) -> list[str]:
        if self._random.random() < 0.7:
            return []
        return ["ORDER", "BY", self._any("(", "ex:f(", "ASC(", "<x:'>("), *self._expression(1), ")"]


def are_queries(texts: list[str]) -> list[bool]:
    """What `is_query` says of each, in a process of its own.

    Raises:
        subprocess.CalledProcessError: if one ends the process; its `stdout` has a line for each before.
    """
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    command = [sys.executable, __file__]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=300, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def is_query(text: str) -> bool:
    """Whether pyoxigraph takes it for a query; to be asked in a process that may end."""
    import pyoxigraph as ox

    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.NamedNode("x:a")))
    try:
        store.query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True
    return True


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(is_query(json.loads(line))), flush=True)
