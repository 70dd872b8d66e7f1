"""Stored queries, read from `queries/<area>/<name>.rq` with the fragments that they include."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise
from keyword import iskeyword
from pathlib import Path
from typing import Any

from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.queries.counts import check_counts
from foc_graph.queries.model import THINGS, TYPES, Parameter, StoredQuery
from foc_graph.queries.phrasing import LANGUAGES, SLOT, WHEN, WITH
from foc_graph.rdf.header import read_header
from foc_graph.rdf.parser import read_text
from foc_graph.rdf.terms import is_iri
from foc_graph.sparql.limits import check_query
from foc_graph.sparql.tokens import Token, tokens
from foc_graph.workspace.settings import Workspace

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = (
    *("allow_service", "columns", "endpoint", "format", "graph", "help", "out", "release", "show_query", "store"),
    *("timeout", "wide"),
)
_NEEDED = {"summary", "question", "columns", "expect"}
_KNOWN = _NEEDED | {
    *("tags", "parameters", "headings", "network", "example", "allow", "federated", "aliases", "asked", "counts")
}
_INCLUDE = re.compile(r"(?m)^([ \t]*)INCLUDE <([a-z][a-z0-9-]*)>[ \t\r]*$")
_HEADER = re.compile(r"\A(?:#\+.*\n)+")
_UNBOUND = (
    "#+ # Only foc-graph binds the parameters: elsewhere this query runs without. So grlc asks for ?_withoutParameters"
)
"""A comment of YAML; what stands for a parameter in it makes grlc refuse a call, instead of ignoring parameters."""

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def read_queries(workspace: Workspace) -> dict[str, StoredQuery]:
    """Read all stored queries of a workspace, sorted by name.

    Raises:
        ParseError: for a file whose header is missing or wrong.
        WorkspaceError: if two queries answer to one name.
    """
    queries: dict[str, StoredQuery] = {}
    for path in workspace.query_files:
        where = workspace.name(path)
        query = read_query(path, where)
        if query.name in queries:
            raise WorkspaceError(f"{where}: another area has a query {query.name!r} too: rename one")
        queries[query.name] = query
    names = Counter(name for query in queries.values() for name in {query.name, *query.aliases})
    if taken := [name for name, count in names.items() if count > 1]:
        raise WorkspaceError(f"two queries have the name {min(taken)!r}: remove it from the aliases of one")
    return dict(sorted(queries.items()))


def read_query(path: Path, where: str, joint: str = "\n") -> StoredQuery:
    """Read the stored query in one file, its fragments in place with `joint` between lines; messages call it `where`.

    Raises:
        ParseError: if its header is missing or wrong, or a fragment is not there.
    """
    try:
        return _read(path, where, joint)
    except (AttributeError, TypeError, ValueError) as error:
        raise ParseError(where, 1, None, f"header: not as documented: {error}") from error


def _read(path: Path, where: str, joint: str) -> StoredQuery:
    header, written = read_header(path, where)
    text = splice(written, path, where, " ")
    said = _tokens(text)
    words = [token.upper() for kind, token, _ in said if kind in ("word", "open")]
    forms = [word for word in words if word in _FORMS]
    keys, needed = set(header), _NEEDED if forms[:1] in ([], ["SELECT"]) else _NEEDED - {"columns"}
    if faults := [f"add {key}" for key in sorted(needed - keys)] + [f"remove {key}" for key in sorted(keys - _KNOWN)]:
        raise ParseError(where, 1, None, f"header: {', '.join(faults)}")
    columns, renamed = _columns(header.get("columns", {}), where)
    headings = header.get("headings", {})
    if not (
        isinstance(headings, dict)
        and headings.keys() <= columns.keys() - renamed.keys()
        and all(isinstance(one, str) and one.strip() and one.isprintable() for one in headings.values())
        and len(set(headings.values())) == len(headings)
    ):
        problem = "headings is a mapping from columns, none of them an old name, to words for each, no two alike"
        raise ParseError(where, 1, None, f"header: {problem}")
    allow = header.get("allow", {})
    if not isinstance(allow, dict) or not all(isinstance(reason, str) and reason.strip() for reason in allow.values()):
        raise ParseError(where, 1, None, "header: allow is a mapping from rules of the linter to reasons")
    parameters = tuple(_parameter(entry, where) for entry in header.get("parameters", ()))
    variables = [variable for parameter in parameters for variable in parameter.variables]
    if len(set(variables)) < len(variables):
        raise ParseError(where, 1, None, "header: two parameters bind one variable: rename one")
    if parameters and ("CONSTRUCT", "WHERE") in pairwise(words):
        raise ParseError(where, None, None, "write out the template of CONSTRUCT: parameters are bound in its WHERE")
    if sum(pair == ("WHERE", "{") for pair in pairwise(words)) != len(forms):
        raise ParseError(
            where, None, None, "write WHERE before the braces of each query form: parameters are bound there"
        )
    names = {parameter.name for parameter in parameters}
    aliases = header.get("aliases", {})
    if not all(
        _NAME.fullmatch(name)
        and (name != path.stem or names.isdisjoint(renamed))
        and names.issuperset(renamed.values())
        for name, renamed in aliases.items()
    ):
        problem = "aliases is a mapping from old names to mappings from old names of parameters to present ones"
        raise ParseError(where, 1, None, f"header: {problem}")
    network = header.get("network", {})
    things = {one.name for one in parameters if one.required and not one.repeatable and one.type in THINGS}
    told = columns.keys() - renamed.keys()
    if network and not (
        isinstance(network, dict)
        and {"from", "to"} <= network.keys() <= {"from", "to", "weight"}
        and {network["from"], network["to"]} <= told | things
        and network["from"] != network["to"]
        and network.get("weight") in told | {None}
    ):
        problem = (
            "network has from and to, each a column or a required parameter that is one thing, and a column as weight"
        )
        raise ParseError(where, 1, None, f"header: {problem}")
    federated = header.get("federated", ())
    if not all(isinstance(one, str) and is_iri(one) and one.startswith(("http://", "https://")) for one in federated):
        raise ParseError(where, 1, None, "header: federated is a list of http or https addresses of endpoints")
    counts = header.get("counts", {})
    check_counts(counts, told)
    check_query(text, where, federated)
    named = [token for _, token, _ in said if token.upper() != "SILENT"]
    asked = {endpoint[1:-1] for word, endpoint in pairwise(named) if word.upper() == "SERVICE"}
    if unasked := [one for one in federated if one not in asked]:
        raise ParseError(where, 1, None, f"header: federated: SERVICE does not ask {', '.join(unasked)}: remove it")
    return StoredQuery(
        name=path.stem,
        summary=str(header["summary"]),
        question=str(header["question"]),
        tags=tuple(header.get("tags", ())),
        parameters=parameters,
        columns=columns,
        example=str(header.get("example", "")),
        expect=tuple(header["expect"]),
        text=text if joint == " " else splice(written, path, where, joint),
        allow={str(rule): reason for rule, reason in allow.items()},
        federated=tuple(federated),
        aliases=aliases,
        renamed=renamed,
        headings={column: str(heading) for column, heading in headings.items()},
        network=network,
        asked=_asked(header.get("asked", {}), names, where),
        counts=counts,
    )


@lru_cache(256)  # a workspace is read many times in a server and a release
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(token for token in tokens(text) if token.kind != "comment")


def _asked(given: Any, names: Collection[str], where: str) -> dict[str, str]:
    """Return the phrasings by language, of which each slot is a parameter."""
    is_text = isinstance(given, dict) and all(isinstance(one, str) and one.strip() for one in given.values())
    if not is_text or not given.keys() <= {"as", *LANGUAGES} or (given and len(given.keys() - {"as"}) == len(given)):
        problem = f"asked is a mapping from as and {', '.join(LANGUAGES)} to texts, and has as"
        raise ParseError(where, 1, None, f"header: {problem}")
    known = sorted({*names, WITH, WHEN})
    for text in given.values():
        if unknown := set(SLOT.findall(text)) - {*known}:
            raise ParseError(where, 1, None, f"header: asked has {{{min(unknown)}}}: write one of {', '.join(known)}")
        if not {*"{}"}.isdisjoint(SLOT.sub("", text)):
            raise ParseError(where, 1, None, "header: asked has a brace without its other: write {coalition}, say")
    return dict(given)


def _columns(given: Any, where: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the meanings of columns, and the present names of those that are there by an old name."""
    if not isinstance(given, dict):
        raise ParseError(where, 1, None, "header: columns is a mapping from column to meaning")
    renamed = {column: str(said.get("renamed")) for column, said in given.items() if isinstance(said, dict)}
    for column, present in renamed.items():
        if given[column].keys() != {"renamed"} or isinstance(given.get(present, {}), dict):
            problem = f"column {column}: write what it means, or {{renamed: COLUMN}} with the column that it is now"
            raise ParseError(where, 1, None, f"header: {problem}")
    old = {column: f"old name of {present}" for column, present in renamed.items()}
    return {str(column): str(meaning) for column, meaning in (given | old).items()}, renamed


def _parameter(entry: dict[str, Any], where: str) -> Parameter:
    texts = {key: str(value) for key, value in entry.items() if key in ("default", "example") and value is not None}
    try:
        parameter = Parameter(**{**entry, **texts, "values": tuple(map(str, entry.get("values", ())))})
    except (AttributeError, TypeError) as error:
        raise ParseError(where, 1, None, f"header: parameter {entry}: {error}") from error
    if not _NAME.fullmatch(parameter.name) or iskeyword(parameter.name) or parameter.name in _RESERVED:
        problem = f"a name is lower-case letters, digits and _, no Python keyword and none of {', '.join(_RESERVED)}"
        raise ParseError(where, 1, None, f"header: parameter {parameter.name!r}: {problem}")
    if parameter.type not in TYPES:
        problem = f"type {parameter.type!r} is not one of {', '.join(TYPES)}"
        raise ParseError(where, 1, None, f"header: parameter {parameter.name}: {problem}")
    if (parameter.type == "concept") != bool(parameter.scheme):
        problem = "a concept, and nothing else, has a scheme, such as body-kind"
        raise ParseError(where, 1, None, f"header: parameter {parameter.name}: {problem}")
    if not isinstance(parameter.min, int) or parameter.min < 1 or (parameter.min > 1 and not parameter.repeatable):
        problem = "min is a whole number from 1, and above 1 only where repeatable is true"
        raise ParseError(where, 1, None, f"header: parameter {parameter.name}: {problem}")
    return parameter


def read_source(path: Path, where: str) -> bytes:
    """Return the file of a stored query as it is published: its header, and plain SPARQL.

    Where it has parameters, the header says that nothing else binds them.

    Raises:
        ParseError: if it cannot be read, or a fragment is not there.
    """
    header, _ = read_header(path, where)
    text = splice(read_text(path, where), path, where)
    if header.get("parameters") and _UNBOUND not in text:
        text = _HEADER.sub(lambda found: f"{found[0]}{_UNBOUND}\n", text, count=1)
    return text.encode()


def splice(text: str, path: Path, where: str, joint: str = "\n") -> str:
    """Return the text of the query in `path` with its fragments in place: plain SPARQL.

    `joint` stands between the lines of a fragment: with a space, the lines of the query keep their numbers.

    Raises:
        ParseError: for a fragment that is not there.
    """
    folder = next((one for one in path.parents if one.name == "queries"), path.parent) / "fragments"

    def read(found: re.Match[str]) -> str:
        fragment = folder / f"{found[2]}.sparql"
        if not fragment.is_file():
            line = text.count("\n", 0, text.find(found[0].strip())) + 1
            known = ", ".join(sorted(one.stem for one in folder.glob("*.sparql"))) or "none"
            raise ParseError(where, line, None, f"{found[0].strip()}: no such fragment; there are: {known}")
        lines = read_text(fragment, f"queries/fragments/{fragment.name}").splitlines()
        own = "\n".join(line for line in lines if not line.startswith("#"))
        return joint.join(found[1] + line for line in _INCLUDE.sub(read, own).split("\n"))

    return _INCLUDE.sub(read, text)
