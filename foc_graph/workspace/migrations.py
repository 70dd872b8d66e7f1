"""Migrations: SPARQL updates that bring data to the next version of the vocabulary (`ontology/migrations/`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParseError, WorkspaceError
from foc_graph.namespaces import BASE, COAL, PREFIXES, iri_of
from foc_graph.rdf.header import read_header
from foc_graph.rdf.parser import parse_turtle, read_text
from foc_graph.rdf.turtle import format_triples, head_comments
from foc_graph.sparql.tokens import position, tokens
from foc_graph.workspace.files import replace_files
from foc_graph.workspace.settings import Workspace

_OUTSIDE = ("LOAD", "SERVICE")


class Migration(NamedTuple):
    """One SPARQL update; data that name one of the terms that it replaces are of an earlier version."""

    name: str
    replaces: frozenset[str]
    text: str


def read_migrations(workspace: Workspace) -> list[Migration]:
    """Read the migrations that a workspace has or includes, in the order in which they run: by version, then name.

    Raises:
        ParseError: for a file without a list of the terms that it replaces, or one that asks for what lies elsewhere.
    """
    migrations = []
    for path in sorted(workspace.files("ontology/migrations", ".rq"), key=lambda path: path.name):
        where = workspace.name(path)
        header, text = read_header(path, where)
        replaces = header.get("replaces")
        if not (header.get("summary") and isinstance(replaces, list)):
            raise ParseError(where, 1, None, "header: give a summary, and the terms that it replaces")
        for kind, token, offset in tokens(text):
            if kind == "word" and token.upper() in _OUTSIDE:
                raise ParseError(where, *position(text, offset), f"a migration does not {token.upper()}")
        try:
            migrations.append(Migration(where, frozenset(map(_iri, map(str, replaces))), text))
        except KeyError as error:
            raise ParseError(where, 1, None, f"header: replaces: no prefix {error} is known: use `coal:`") from error
    return migrations


def _iri(name: str) -> str:
    return iri_of(name) if ":" in name else BASE + name


def refuse_replaced(quads: Iterable[ox.Quad], text: str, where: str, migrations: Sequence[Migration]) -> None:
    """Refuse data that name a term which a migration replaces.

    Raises:
        WorkspaceError: at the line of the first, with what to do.
    """
    replaced = frozenset[str]().union(*(one.replaces for one in migrations))
    for quad in quads:
        for term in (quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and term.value in replaced:
                name = term.value.rpartition("#")[2].rpartition("/")[2]
                found = re.search(rf"[:#/]{re.escape(name)}(?![\w/-])", text)
                line, _ = position(text, found.start() if found else 0)
                known_as = term.value.replace(COAL, "coal:").removeprefix(BASE)
                problem = f"{known_as} is no longer stated: run `foc fmt --migrate`"
                raise WorkspaceError(f"{where}:{line}: written for an earlier version of the vocabulary: {problem}")


def migrate_workspace(workspace: Workspace, check: bool = False) -> list[Path]:
    """Run the migrations over the Turtle of a workspace's own data, and return the files that they change.

    The updates see all files as one graph. A statement that they add stands in the file of the thing that it is about,
    and a new thing in the file of that whose IRI its own begins with. With `check`, nothing is written.

    Raises:
        ParseError: for a file that is not Turtle, or a migration that is no update; all files are left as they are.
        ServiceError: if a file cannot be written; none is then changed.
    """
    digest = workspace.digest()
    texts = {path: read_text(path, workspace.name(path)) for path in workspace.own_files("data", ".ttl")}
    files = {path: parse_turtle(text, workspace.name(path))[0] for path, text in texts.items()}
    store = ox.Store()
    store.extend(ox.Quad(one.subject, one.predicate, one.object) for triples in files.values() for one in triples)
    for migration in read_migrations(workspace):
        try:
            store.update(migration.text)
        except SyntaxError as error:
            raise ParseError(migration.name, None, None, f"not a SPARQL 1.1 update: {error}") from error
    after = {quad.triple for quad in store}
    homes = {str(triple.subject): path for path, triples in files.items() for triple in triples}
    added: dict[Path, list[ox.Triple]] = {}
    for triple in after.difference(*files.values()):
        added.setdefault(_home(str(triple.subject), homes), []).append(triple)
    changed = {}
    for path, triples in files.items():
        kept = [triple for triple in triples if triple in after]
        if path in added or len(kept) < len(triples):
            head = head_comments(texts[path], workspace.name(path))
            changed[path] = (texts[path], format_triples([*kept, *added.get(path, ())], head, PREFIXES))
    if not check:
        replace_files(changed, digest)
    return list(changed)


def _home(subject: str, homes: Mapping[str, Path]) -> Path:
    """Return the file of a thing, or of that whose IRI its own begins with; of the first thing if there is none."""
    parts = subject.rstrip(">").split("/")
    wholes = ("/".join(parts[:count]) + ">" for count in range(len(parts), 0, -1))
    return next((homes[whole] for whole in wholes if whole in homes), next(iter(homes.values())))
