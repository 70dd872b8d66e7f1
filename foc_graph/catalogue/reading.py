"""Reading stored queries from `queries/<area>/<name>.rq`."""

from __future__ import annotations

import re
from keyword import iskeyword
from pathlib import Path
from typing import Any

from foc_graph.catalogue.query import TYPES, Parameter, StoredQuery
from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.workspace.header import read_header
from foc_graph.workspace.locate import Workspace

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NEEDED = {"summary", "question", "columns", "expect"}
_KNOWN = _NEEDED | {"tags", "parameters", "example"}


def read_queries(workspace: Workspace) -> dict[str, StoredQuery]:
    """All stored queries of a workspace by name, sorted.

    Raises:
        ParseError: for a file whose header is missing or wrong.
        WorkspaceError: if two files bear one name.
    """
    queries: dict[str, StoredQuery] = {}
    for path in workspace.query_files:
        query = _read(path, workspace.name(path))
        if query.name in queries:
            raise WorkspaceError(f"{workspace.name(path)}: another area has a query {query.name!r} too: rename one")
        queries[query.name] = query
    return dict(sorted(queries.items()))


def _read(path: Path, where: str) -> StoredQuery:
    header, text = read_header(path, where)
    keys = set(header)
    if faults := [f"add {key}" for key in sorted(_NEEDED - keys)] + [f"remove {key}" for key in sorted(keys - _KNOWN)]:
        raise ParseError(where, 1, None, f"header: {', '.join(faults)}")
    if not isinstance(header["columns"], dict):
        raise ParseError(where, 1, None, "header: columns is a mapping from column to meaning")
    return StoredQuery(
        name=path.stem,
        area=path.parent.name,
        summary=str(header["summary"]),
        question=str(header["question"]),
        tags=tuple(header.get("tags", ())),
        parameters=tuple(_parameter(entry, where) for entry in header.get("parameters", ())),
        columns={str(column): str(meaning) for column, meaning in header["columns"].items()},
        example=str(header.get("example", "")),
        expect=tuple(header["expect"]),
        text=text,
    )


def _parameter(entry: dict[str, Any], where: str) -> Parameter:
    texts = {key: str(value) for key, value in entry.items() if key in ("default", "example") and value is not None}
    try:
        parameter = Parameter(**{**entry, **texts, "values": tuple(entry.get("values", ()))})
    except (AttributeError, TypeError) as error:
        raise ParseError(where, 1, None, f"header: parameter {entry}: {error}") from error
    if not _NAME.fullmatch(parameter.name) or iskeyword(parameter.name):
        problem = "a name is lower-case letters, digits and _, and no Python keyword"
        raise ParseError(where, 1, None, f"header: parameter {parameter.name!r}: {problem}")
    if parameter.type not in TYPES:
        problem = f"type {parameter.type!r} is none of {', '.join(TYPES)}"
        raise ParseError(where, 1, None, f"header: parameter {parameter.name}: {problem}")
    return parameter
