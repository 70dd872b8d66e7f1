"""A stored query gives the same through library, command, release and HTTP: a list, a date, and a graph.

In a browser, `tests/browser/test_engine.py` asks the first two; each query is asked where its own test is.
"""

from pathlib import Path

import pytest

import foc_graph
from foc_graph.graph import Graph
from tests.support.commands import foc
from tests.support.foc_server import FocServer

CALLS = [
    ("members", {"coalition": "first", "as_of": "2014"}, "csv"),
    ("overlap", {"coalition": ["first", "second", "third"]}, "json"),
    ("coalition_graph", {"coalition": "second"}, "nt"),
]


@pytest.mark.parametrize(("name", "given", "ending"), CALLS)
def test_a_stored_query_gives_the_same_at_every_level(
    name: str,
    given: dict[str, str | list[str]],
    ending: str,
    small: Graph,
    small_root: Path,
    small_release: Path,
    small_server: FocServer,
) -> None:
    expected = small.query(name, **given).serialise(ending)
    assert len(expected.splitlines()) > 3 or ending == "json"
    values = [(key, one) for key, value in given.items() for one in ([value] if isinstance(value, str) else value)]
    options = [word for key, one in values for word in (f"--{key.replace('_', '-')}", one)]
    done = foc("--workspace", str(small_root), "query", name, *options, "--format", ending)
    printed = expected.decode().replace("\r\n", "\n").rstrip("\n") + "\n"
    assert (done.returncode, done.stdout) == (0, printed), done.stderr
    answer = small_server.client.get(f"/query/{name}.{ending}", params=given)
    assert (answer.status_code, answer.content) == (200, expected)
    published = foc_graph.open(small_root, at_release=small_release / "current").query(name, **given)
    assert published.serialise(ending) == expected
