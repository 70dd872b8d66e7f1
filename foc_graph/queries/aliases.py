"""Old names of stored queries and of their parameters, which answer beside the present ones for one minor version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from foc_graph.errors import ParameterError
from foc_graph.queries.model import Parameter, StoredQuery

_Value = TypeVar("_Value")


def find_query(queries: Mapping[str, StoredQuery], name: str) -> StoredQuery | None:
    """Find the query that bears a name today, or else did before; case does not matter in it, nor `-` for `_`."""
    name = name.replace("-", "_").lower()
    return queries.get(name) or next((query for query in queries.values() if name in query.aliases), None)


def old_parameters(query: StoredQuery, name: str) -> tuple[Parameter, ...]:
    """Return the parameters that have another name where the query is asked as `name`, under that.

    None is required where its present name does as well.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    renamed = query.aliases.get(name, {})
    return tuple(
        known[new]._replace(name=old, required=known[new].required and name != query.name)
        for old, new in renamed.items()
    )


def other_parameters(query: StoredQuery, name: str) -> tuple[Parameter, ...]:
    """Return the parameters whose present name means the same where the query is asked as `name`."""
    renamed = query.aliases.get(name, {})
    return tuple(parameter for parameter in query.parameters if parameter.name not in renamed)


def present(query: StoredQuery, name: str, values: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return the values of parameters by their present names, of a query that is asked as `name`.

    Raises:
        ParameterError: for a parameter that is given under both names.
    """
    renamed = query.aliases.get(name, {})
    found: dict[str, _Value] = {}
    for parameter, value in values.items():
        new = renamed.get(parameter, parameter)
        if new in found:
            raise ParameterError(f"{query.name}: {new} is also given by its old name: leave one out")
        found[new] = value
    return found
