"""Tables of spreadsheets, imported into the graph and exported from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from foc_graph.errors import ParameterError, UnknownNameError
from foc_graph.graph import open
from foc_graph.matching.lookup import Lookup
from foc_graph.progress import Track, untracked
from foc_graph.shacl.report import Report
from foc_graph.tabular.cells import CellError, Referents, address, join, shown
from foc_graph.tabular.identity import IDENTITIES
from foc_graph.tabular.importing import Plan, make_plan
from foc_graph.tabular.kinds import KINDS, Column, Kind
from foc_graph.tabular.table import read_table, write_csv
from foc_graph.validation import validate_workspace
from foc_graph.workspace.files import Term, Things, replace_files

__all__ = ["Import", "Plan", "export", "prepare_import"]


class Import:
    """A table compared with a workspace; nothing is written before `write`."""

    def __init__(self, plan: Plan, things: Things) -> None:
        self.plan = plan
        self._things = things
        self._texts = {} if plan.problems else things.texts()

    def validate(self, track: Track = untracked) -> Report:
        """Validate the workspace as it becomes."""
        return validate_workspace(self._things.workspace, edited=self._texts, track=track)

    def write(self) -> None:
        """Write the changed files.

        Raises:
            ServiceError: if a file cannot be written, or was changed by another since it was read.
        """
        replace_files({path: (self._things.original(path), text) for path, text in self._texts.items()})


def prepare_import(
    path: Path,
    kind: str,
    coalition: str,
    source: str = "",
    workspace: Path | None = None,
    notify: Callable[[str], None] = lambda message: None,
    track: Track = untracked,
) -> Import:
    """Read a table of one kind and compare it with the workspace.

    Raises:
        UnknownNameError: for a kind or coalition that does not exist.
        ParseError: for a file that is no table.
        ParameterError: for a source that is no address.
    """
    if source:
        try:
            address(source)
        except CellError as error:
            raise ParameterError(f"--source: {error}") from error
    table = read_table(path)
    opened = _open(kind, coalition, workspace, notify)
    today = datetime.now(UTC).date().isoformat()
    referents = Referents(opened.kind, opened.names, opened.things, opened.coalition, source, today)
    plan = make_plan(table, opened.kind, opened.coalition, opened.names, opened.things, referents, track)
    return Import(plan, opened.things)


def export(
    kind: str, coalition: str, workspace: Path | None = None, notify: Callable[[str], None] = lambda message: None
) -> str:
    """Return a coalition's things of one kind as CSV, in the form that `prepare_import` reads.

    Raises:
        UnknownNameError: for a kind or coalition that does not exist.
    """
    return export_table(*_open(kind, coalition, workspace, notify))


class _Opened(NamedTuple):
    kind: Kind
    coalition: str
    names: Lookup
    things: Things


def _open(kind: str, coalition: str, workspace: Path | None, notify: Callable[[str], None]) -> _Opened:
    if kind not in KINDS:
        raise UnknownNameError("kind of table", kind, KINDS)
    graph = open(workspace, notify)
    iri = graph.resolve(coalition, "coalition").value
    things = Things(graph.workspace)
    if iri not in things or not iri.startswith(f"{graph.base}id/"):
        raise ParameterError(f"{coalition} is not a coalition of this workspace: use the one that describes it")
    return _Opened(KINDS[kind], iri, Lookup(graph.store, graph.base), things)


def export_table(kind: Kind, coalition: str, names: Lookup, things: Things) -> str:
    """Return the table of one kind for a coalition (an IRI), as CSV with every column of the kind, sorted by `id`.

    Importing it again changes nothing, since each row names its thing.
    """
    identity = IDENTITIES[kind.name](kind, coalition, names, things)
    columns = [column for column in kind.columns if column.predicate or column.holds == "id"]
    rows = []
    for iri in sorted(identity.known()):
        values = things[iri]
        rows.append(
            [
                names.slug(iri) if column.holds == "id" else _cell(values.get(column.iri, []), column, names)
                for column in columns
            ]
        )
    return write_csv([column.heading for column in columns], rows)


def _cell(values: list[Term], column: Column, names: Lookup) -> str:
    told = [value for value in values if column.holds != "text" or getattr(value, "language", "en") == "en"]
    return join(sorted(shown(value, column, names) for value in told), column)
