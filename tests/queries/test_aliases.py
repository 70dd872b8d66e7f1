"""Old names of stored queries and parameters: they answer wherever a query is asked, and the command line says so."""

from pathlib import Path

import pytest

from foc_graph.errors import FocGraphError, ParameterError, ParseError, WorkspaceError
from foc_graph.graph import Graph
from foc_graph.queries.header import read_queries, read_query
from foc_graph.queries.model import StoredQuery
from foc_graph.workspace.settings import Workspace
from tests.support.commands import foc
from tests.support.workspaces import small_workspace

HEADER = """#+ {summary: s, question: q, columns: {member: a member}, expect: [], aliases: ALIASES, parameters: [
#+ {name: coalition, type: coalition, required: true, description: d}, {name: day, type: date, description: d}]}
"""
QUERY = """PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?member
WHERE {
  ?membership org:organization ?coalition ;
              org:member ?member .
}
ORDER BY STR(?member)
"""
ALIASES = "{joined_by: {of: coalition}, joined: {club: coalition}, arrivals: {}}"


def write(root: Path, aliases: str, name: str = "joined") -> Path:
    path = root / "queries" / "area" / f"{name}.rq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.replace("ALIASES", aliases) + QUERY, "utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with a query that was called otherwise before."""
    root = small_workspace(tmp_path / "small")
    write(root, ALIASES)
    return root


def test_old_names_of_queries_and_parameters_answer_alike(root: Path, small: Graph) -> None:
    queries: dict[str, StoredQuery] = read_queries(Workspace(root))
    graph = Graph(Workspace(root), small.store, queries)
    answer = list(graph.query("joined", coalition="first"))
    assert answer
    for name, parameter in [
        ("joined", "club"),
        ("joined_by", "of"),
        ("joined_by", "coalition"),
        ("arrivals", "coalition"),
    ]:
        assert list(graph.query(name, **{parameter: "first"})) == answer
    with pytest.raises(ParameterError, match="joined: coalition is also given by its old name"):
        graph.query("joined", club="first", coalition="second")
    with pytest.raises(FocGraphError, match="unknown parameter of joined 'club'"):
        graph.query("arrivals", club="first")
    assert StoredQuery.from_json(queries["joined"].to_json()) == queries["joined"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("joined --club first", "foc: `joined --club` is now `joined --coalition`: "),
        ("joined_by --of first --day 2015", "foc: `joined_by --of` is now `joined --coalition`: "),
        ("arrivals --coalition first", "foc: `arrivals` is now `joined`: "),
        ("joined --coalition first", ""),
    ],
)
def test_the_command_line_tells_the_new_name_on_standard_error(root: Path, words: str, told: str) -> None:
    done = foc("--workspace", str(root), "query", *words.split())
    assert done.returncode == 0 and done.stdout.startswith("member\n")
    assert done.stderr == (f"{told}the old name works until the next minor version\n" if told else "")
    help = foc("--workspace", str(root), "query", words.split()[0], "--help").stdout
    assert "--of" not in help and "--club" not in help


@pytest.mark.parametrize(
    "aliases",
    ["[arrivals]", "{Arrivals: {}}", "{arrivals: {of: coalitoin}}", "{joined: {day: coalition}}", "{a: [day]}"],
)
def test_aliases_that_mean_nothing_are_refused(tmp_path: Path, aliases: str) -> None:
    with pytest.raises(ParseError, match=r"header: .*(aliases|not as documented)"):
        read_query(write(tmp_path, aliases), "joined.rq")


@pytest.mark.parametrize("aliases", ["{members: {}}", "{arrivals: {}}"])
def test_a_name_answers_for_one_query(root: Path, aliases: str) -> None:
    write(root, aliases, "joined_later")
    with pytest.raises(WorkspaceError, match=f"two queries have the name '{aliases[1:-5]}'"):
        read_queries(Workspace(root))
