"""CSVW metadata of a table (W3C Metadata Vocabulary for Tabular Data, 2015)."""

from __future__ import annotations

from typing import Any

from foc_graph.graph import Graph
from foc_graph.namespaces import iri_of
from foc_graph.rdf.terms import is_iri
from foc_graph.release.tables.columns import IDENTIFIERS, Cells, Column, Kind, Table
from foc_graph.store.results import Rows

_DATATYPES: dict[Kind, str | dict[str, str]] = {
    "iri": "anyURI",
    "iris": "anyURI",
    "text": "string",
    "partial": {"base": "string", "format": "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"},
    "day": "date",
    "number": "double",
}

_NOTE = (
    "Text that a spreadsheet would run as a formula has a ' before it. Dates that a source gives as a day, month or "
    "year are text as precise as that: CSVW has no datatype for them."
)

_TERMS_OF_USE = """SELECT DISTINCT ?licence ?rights
WHERE {
  GRAPH ?graph { ?identifier coal:scheme ?scheme }
  OPTIONAL { ?graph dcterms:license ?licence }
  OPTIONAL { ?graph dcterms:rights ?rights }
}"""


def described(table: Table, found: list[Cells], graph: Graph) -> dict[str, Any]:
    """The metadata of `<name>.csv`, to be written beside it as `<name>.csv-metadata.json`.

    A column has a `propertyUrl` where the graph says the same: the property of the same thing with the same value. The
    primary key is stated if no two rows share it.
    """
    settings = graph.workspace.settings
    key, identity = table.names.index(table.key), [table.names.index(name) for name in table.identity]
    says = all(cells[key] is not None for cells in found)
    schema: dict[str, Any] = {"columns": [_column(column, table, graph, says) for column in table.columns]}
    if len({tuple(cells[index] for index in identity) for cells in found}) == len(found):
        schema["primaryKey"] = list(table.identity)
    if says:
        schema["aboutUrl"] = f"{{+{table.key}}}"
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{table.name}.csv",
        "dc:title": f"{settings.title}: {table.title}",
        "dc:description": _NOTE,
        "dc:publisher": {"schema:name": settings.publisher},
        **_terms_of_use(table, graph),
        "dialect": {"trim": False},
        "tableSchema": schema,
    }


def _column(column: Column, table: Table, graph: Graph, says: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.meaning or graph.queries[table.query].columns.get(column.name, ""),
        "datatype": _DATATYPES[column.holds],
    }
    if column.required:
        described["required"] = True
    if column.holds == "iris":
        described["separator"] = " "
    if column.holds == "iri":
        described["valueUrl"] = f"{{+{column.name}}}"
    if says and column.name == table.key:
        described["suppressOutput"] = True
    if says and column.property:
        described["propertyUrl"] = iri_of(column.property)
        if column.of:
            described["aboutUrl"] = f"{{+{column.of}}}"
    return described


def _terms_of_use(table: Table, graph: Graph) -> dict[str, Any]:
    """Our licence; for identifiers, the licences and rights of the graphs that they stand in."""
    if table is not IDENTIFIERS:
        licence = graph.workspace.settings.licence
        return {"dc:license": {"@id": licence}} if is_iri(licence) else {}
    found = graph.sparql(_TERMS_OF_USE)
    assert isinstance(found, Rows)
    said = {name: sorted({record[name] for record in found} - {None}) for name in found.columns}
    licences = [{"@id": licence} for licence in said["licence"] if is_iri(licence)]
    return {name: values for name, values in (("dc:license", licences), ("dc:rights", said["rights"])) if values}
