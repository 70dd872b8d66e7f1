"""Tables of spreadsheets, imported into the graph and exported from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from foc_graph.dates import read_period
from foc_graph.errors import ParameterError, UnknownNameError
from foc_graph.graph import open
from foc_graph.matching.lookup import Lookup
from foc_graph.progress import Track, untracked
from foc_graph.shacl.report import Report
from foc_graph.tabular.cells import CellError, Referents, address, cell_date, join, literal, shown
from foc_graph.tabular.claims import list_claims, plan_claims
from foc_graph.tabular.importing import IDENTITIES, Plan, make_plan
from foc_graph.tabular.kinds import KINDS, Column, Kind
from foc_graph.tabular.table import is_workbook, read_sheets, read_table, write_csv, write_workbook
from foc_graph.validation import validate_workspace
from foc_graph.workspace.files import Term, Things, replace_files
from foc_graph.workspace.settings import find_workspace

__all__ = ["Import", "Plan", "export", "export_workbook", "prepare_import"]


class Import:
    """Tables compared with a workspace; nothing is written before `write`.

    `unknown` are the sheets of a workbook that are none of the kinds.
    """

    def __init__(self, plan: Plan, things: Things, unknown: list[str], digest: str) -> None:
        self.plan, self.unknown = plan, unknown
        self._things, self._digest = things, digest
        self._texts = {} if plan.problems else things.texts()

    def validate(self, track: Track = untracked) -> Report:
        """Validate the workspace as it becomes."""
        return validate_workspace(self._things.workspace, edited=self._texts, track=track)

    def write(self) -> None:
        """Write the changed files, all or none.

        Raises:
            ServiceError: if a file cannot be written, or one of the workspace was changed by another since.
        """
        texts = {path: (self._things.original(path), text) for path, text in self._texts.items()}
        replace_files(texts, self._digest)


def prepare_import(
    path: Path,
    kind: str,
    coalition: str,
    source: str = "",
    workspace: Path | None = None,
    notify: Callable[[str], None] = lambda message: None,
    track: Track = untracked,
    verified: str = "",
) -> Import:
    """Read a table of one kind, or without a kind the sheets of a workbook that are named after kinds, and compare.

    `verified` is the date on which the tables were right: what goes on gets it, unless its row has one.

    Raises:
        UnknownNameError: for a kind or coalition that does not exist.
        ParseError: for a file that is no table.
        ParameterError: for a source that is no address, a date that is none, or a table without a kind.
    """
    checked, seen = "--source", None
    try:
        if source:
            address(source)
        checked = "--verified"
        if verified:
            seen = literal(cell_date(read_period(verified).text))
    except (CellError, ParameterError) as error:
        raise ParameterError(f"{checked}: {error}") from error
    kinds = {kind: _kind(kind)} if kind else KINDS
    digest = find_workspace(workspace).digest()
    unknown: list[str] = []
    opened = _open(coalition, workspace, notify)
    if kind:
        tables = {kind: read_table(path, kind)}
    elif is_workbook(path):
        tables, unknown = read_sheets(path, KINDS)
    else:
        raise ParameterError(f"{path}: say what each row describes, with --as and one of {', '.join(KINDS)}")
    today = datetime.now(UTC).date().isoformat()
    plan = Plan([], [], 0, 0, [], [], {})
    for name, table in tables.items():
        referents = Referents(kinds[name], opened.names, opened.things, opened.coalition, source, today)
        if name == "claims":
            plan += plan_claims(table, kinds[name], opened.coalition, opened.things, referents, track)
        else:
            plan += make_plan(
                table, kinds[name], opened.coalition, opened.names, opened.things, referents, track, verified=seen
            )
    return Import(plan, opened.things, unknown, digest)


def export(
    kind: str, coalition: str, workspace: Path | None = None, notify: Callable[[str], None] = lambda message: None
) -> str:
    """Return a coalition's things of one kind as CSV, in the form that `prepare_import` reads.

    Raises:
        UnknownNameError: for a kind or coalition that does not exist.
    """
    one, opened = _kind(kind), _open(coalition, workspace, notify)
    return write_csv(*export_table(one, *opened))


def export_workbook(
    kinds: Iterable[str],
    coalition: str,
    workspace: Path | None = None,
    notify: Callable[[str], None] = lambda message: None,
) -> bytes:
    """Return a coalition's things of some kinds as a workbook with a sheet for each, in the form that an import reads.

    Raises:
        UnknownNameError: for a kind or coalition that does not exist.
        ParameterError: for a text that no cell can hold.
    """
    chosen, opened = [_kind(kind) for kind in kinds], _open(coalition, workspace, notify)
    return write_workbook({kind.name: export_table(kind, *opened, apart=len(chosen) > 1) for kind in chosen})


class _Opened(NamedTuple):
    coalition: str
    names: Lookup
    things: Things


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise UnknownNameError("kind of table", name, KINDS)
    return KINDS[name]


def _open(coalition: str, workspace: Path | None, notify: Callable[[str], None]) -> _Opened:
    graph = open(workspace, notify)
    iri = graph.resolve(coalition, "coalition").value
    things = Things(graph.workspace)
    if iri not in things or not iri.startswith(f"{graph.base}id/"):
        raise ParameterError(f"{coalition} is not a coalition of this workspace: use the workspace that describes it")
    return _Opened(iri, Lookup(graph.store, graph.base), things)


def export_table(
    kind: Kind, coalition: str, names: Lookup, things: Things, apart: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of one kind for a coalition (an IRI), with every column that says something, by `id`.

    Importing them again changes nothing, since each row names its thing. Holders of offices are listed with members and
    people too, unless they are `apart`.
    """
    if kind.name == "claims":
        return list_claims(kind, coalition, things)
    identity = IDENTITIES[kind.name](kind, coalition, names, things)
    columns = [column for column in kind.columns if column.predicate or column.holds in ("id", "body")]
    rows = [
        [
            _cell(things[iri].get(column.iri, []) if column.predicate else identity.implied(iri, column), column, names)
            for column in columns
        ]
        for iri in sorted(identity.listed(apart))
    ]
    return [column.heading for column in columns], rows


def _cell(values: list[Term], column: Column, names: Lookup) -> str:
    told = [value for value in values if column.holds != "text" or getattr(value, "language", "en") == "en"]
    return join(sorted(shown(value, column, names) for value in told), column)
