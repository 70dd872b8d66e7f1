"""A coalition's things as the table that importing them would read."""

from __future__ import annotations

from foc_graph.matching.lookup import Lookup
from foc_graph.tabular.cells import join, shown
from foc_graph.tabular.identity import IDENTITIES
from foc_graph.tabular.kinds import Column, Kind
from foc_graph.tabular.table import write_csv
from foc_graph.workspace.files import Term, Things


def export_table(kind: Kind, coalition: str, names: Lookup, things: Things) -> str:
    """The table of one kind for a coalition (an IRI), as CSV with every column of the kind, sorted by `id`.

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
