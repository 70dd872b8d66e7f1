"""Tables of intervals in DuckDB, read from a graph: memberships, phases, chairs, lists, members, countries and codes.

A period has the days `begins_earliest`, `begins_latest`, `ends_earliest` and `ends_latest`, inclusive, and NULL where
it is not bounded, the first day on which it was `checked` to be open, whether it `is_open`, and its `planned_end`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from foc_graph.dates import PartialDate
from foc_graph.errors import ParameterError
from foc_graph.namespaces import short
from foc_graph.panel.cells import CODES
from foc_graph.store import Store
from foc_graph.store.results import Record, as_rows

if TYPE_CHECKING:
    import duckdb

_BOUNDS = ("begins_earliest", "begins_latest", "ends_earliest", "ends_latest")
_PERIOD = {**dict.fromkeys((*_BOUNDS, "checked", "planned_end"), "DATE"), "is_open": "BOOLEAN"}

TABLES: Mapping[str, Mapping[str, str]] = {
    "membership": {
        "row": "BIGINT",
        **dict.fromkeys(("coalition", "member", "membership", "role", "kind", "status", "state"), "VARCHAR"),
        **_PERIOD,
    },
    "phase": {"membership": "VARCHAR", "standing": "VARCHAR", **_PERIOD},
    "chair": {**dict.fromkeys(("coalition", "member", "membership", "role", "state"), "VARCHAR"), **_PERIOD},
    "list": {
        **dict.fromkeys(("coalition", "name", "list_state"), "VARCHAR"),
        **dict.fromkeys(("begins_earliest", "ends_latest", "checked_last"), "DATE"),
    },
    "source": dict.fromkeys(("membership", "address"), "VARCHAR"),
    "agent": dict.fromkeys(("member", "name", "category"), "VARCHAR"),
    "country": dict.fromkeys(("country", "name", "iso2", "iso3", "m49", "member", "region"), "VARCHAR"),
    "code": {
        **dict.fromkeys(("country", "scheme", "code"), "VARCHAR"),
        **dict.fromkeys(("begins_earliest", "ends_latest"), "DATE"),
    },
}
"""The tables with their columns and the types of these. Things are named by slugs, memberships numbered by `row`."""

_THINGS = ("coalition", "member", "membership", "period", "country")

_PERIOD_PATTERN = """
  OPTIONAL { ?period coal:verified ?verified }
  OPTIONAL { ?period coal:periodState/skos:notation ?state }
  OPTIONAL { ?period coal:plannedEndLatest ?planned_end }
  OPTIONAL { ?period coal:beginsEarliest ?begins_earliest }
  OPTIONAL { ?period coal:beginsLatest ?begins_latest }
  OPTIONAL { ?period coal:endsEarliest ?ends_earliest }
  OPTIONAL { ?period coal:endsLatest ?ends_latest }"""
_PERIOD_VARIABLES = "?period ?state ?verified ?planned_end ?begins_earliest ?begins_latest ?ends_earliest ?ends_latest"

_QUERIES = {
    "membership": f"""SELECT ?coalition ?member ?role ?kind ?status {_PERIOD_VARIABLES}
WHERE {{
  VALUES ?coalition {{ %COALITIONS% }}
  ?period org:organization ?coalition ; org:member ?member ; org:role ?role_concept .
  ?role_concept dcterms:type ?kind_concept ; skos:notation ?role .
  ?kind_concept skos:notation ?kind .
  FILTER(?kind IN ("member", "observer"))
  OPTIONAL {{ ?period coal:currentStatus/skos:notation ?status }}{_PERIOD_PATTERN}
}}
ORDER BY STR(?coalition) STR(?member) STR(?period)""",
    "phase": f"""SELECT ?membership ?standing {_PERIOD_VARIABLES}
WHERE {{
  VALUES ?coalition {{ %COALITIONS% }}
  ?membership org:organization ?coalition .
  ?period coal:phaseOf ?membership ; coal:membershipStatus/skos:notation ?standing .{_PERIOD_PATTERN}
}}
ORDER BY STR(?membership) STR(?period)""",
    "chair": f"""SELECT ?coalition ?member ?role {_PERIOD_VARIABLES}
WHERE {{
  VALUES ?coalition {{ %COALITIONS% }}
  ?role_concept skos:broader* <https://w3id.org/coalition/concept/role/chair> ; skos:notation ?role .
  ?period org:organization ?coalition ; org:member ?member ; org:role ?role_concept .{_PERIOD_PATTERN}
}}
ORDER BY STR(?coalition) STR(?member) STR(?period)""",
    "list": """SELECT ?coalition ?name ?list_state ?begins_earliest ?ends_latest ?verified
WHERE {
  VALUES ?coalition { %COALITIONS% }
  OPTIONAL { ?coalition coal:displayLabel ?label }
  OPTIONAL { ?coalition coal:beginsEarliest ?begins_earliest }
  OPTIONAL { ?coalition coal:endsLatest ?ends_latest }
  OPTIONAL { ?coalition coal:verified ?verified }
  OPTIONAL {
    ?statement coal:completenessOf ?coalition ;
               coal:list <https://w3id.org/coalition/concept/list/members> ;
               coal:completenessState/skos:notation ?list_state .
  }
  BIND(STR(?label) AS ?name)
}
ORDER BY STR(?coalition)""",
    "source": """SELECT DISTINCT ?membership ?address
WHERE {
  VALUES ?coalition { %COALITIONS% }
  ?membership org:organization ?coalition ; dcterms:source/schema:url ?url .
  BIND(STR(?url) AS ?address)
}
ORDER BY STR(?membership) ?address""",
    "agent": """SELECT DISTINCT ?member (STR(?label) AS ?name) ?category
WHERE {
  VALUES ?coalition { %COALITIONS% }
  ?membership org:organization ?coalition ; org:member ?member .
  OPTIONAL { ?member coal:displayLabel ?label }
  OPTIONAL { ?member coal:stakeholderCategory/skos:notation ?category }
}
ORDER BY STR(?member)""",
    "country": """SELECT ?country (STR(?label) AS ?name) ?iso2 ?iso3 ?m49 ?member (STR(?area_label) AS ?region)
WHERE {
  ?country a schema:Country .
  OPTIONAL { ?country coal:displayLabel ?label }
  OPTIONAL { ?member coal:governs ?country }
  OPTIONAL {
    ?identifier2 coal:identifies ?country ; skos:notation ?iso2 ;
                 coal:scheme <https://w3id.org/coalition/concept/identifier-scheme/iso3166-1-alpha-2> .
  }
  OPTIONAL {
    ?identifier3 coal:identifies ?country ; skos:notation ?iso3 ;
                 coal:scheme <https://w3id.org/coalition/concept/identifier-scheme/iso3166-1-alpha-3> .
  }
  OPTIONAL {
    ?number coal:identifies ?country ; skos:notation ?m49 ;
            coal:scheme <https://w3id.org/coalition/concept/identifier-scheme/un-m49> .
  }
  OPTIONAL {
    ?country schema:containedInPlace+ ?area .
    ?area schema:containedInPlace ?world ; coal:displayLabel ?area_label .
    FILTER NOT EXISTS { ?world schema:containedInPlace ?beyond }
  }
}
ORDER BY STR(?country)""",
    "code": """SELECT ?country ?scheme ?code ?begins_earliest ?ends_latest
WHERE {
  ?identifier coal:identifies ?country ; skos:notation ?code ; coal:scheme/skos:notation ?scheme .
  ?country a schema:Country .
  FILTER(?scheme IN (%SCHEMES%))
  OPTIONAL { ?identifier coal:beginsEarliest ?begins_earliest }
  OPTIONAL { ?identifier coal:endsLatest ?ends_latest }
}
ORDER BY STR(?identifier)""",
}


def read_memberships(
    store: Store, base: str, coalitions: Collection[ox.NamedNode], connection: duckdb.DuckDBPyConnection
) -> None:
    """Make the `TABLES` of some coalitions in a store in a database; things with IRIs below the base have slugs.

    Raises:
        FocGraphError: if the store cannot be asked.
    """
    chosen = {"%COALITIONS%": " ".join(map(str, coalitions)), "%SCHEMES%": ", ".join(f'"{name}"' for name in CODES)}
    for table, query in _QUERIES.items():
        for place, values in chosen.items():
            query = query.replace(place, values)
        rows = [_record(row, base) for row in as_rows(store.query(query))]
        held: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in TABLES[table]}
        make_table(connection, table, {**held, "row": [*range(len(rows))]})


def make_table(connection: duckdb.DuckDBPyConnection, table: str, values: Mapping[str, list[Any]]) -> None:
    """Make one of the `TABLES` of the values of its columns."""
    types = TABLES[table]
    columns = ", ".join(f'unnest($"{name}"::{kind}[]) AS "{name}"' for name, kind in types.items())
    connection.execute(f'CREATE TABLE "{table}" AS SELECT {columns}', {name: values[name] for name in types})


def _record(row: Record, base: str) -> Record:
    """Return a row as a table has it: with days as dates, and slugs in place of IRIs."""
    made = row | {name: short(row[name], base) for name in _THINGS if row.get(name)}
    made.setdefault("membership", made.get("period"))
    with suppress(ParameterError):
        checked = PartialDate.parse(row.get("verified") or "")
        made |= {"checked": _day(checked.first_day), "checked_last": _day(checked.last_day)}
    made["is_open"] = row.get("state") == "open"
    return made | {name: _day(row.get(name)) for name in (*_BOUNDS, "planned_end")}


def _day(text: str | None) -> date | None:
    """Return a day; None, which is no bound, for a text that is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
