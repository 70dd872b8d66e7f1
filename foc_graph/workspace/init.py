"""New workspaces: the template, under the title, base and slug of a coalition of one's own."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foc_graph.errors import ParameterError, ServiceError, WorkspaceError, quoted
from foc_graph.namespaces import BASE, PREFIXES, slugged
from foc_graph.rdf.parser import parse_turtle
from foc_graph.rdf.turtle import format_triples
from foc_graph.workspace.journal import LOCK, changing, replace, settle
from foc_graph.workspace.settings import SETTINGS, check_base, check_contact

MAX_TITLE = 200
"""Most characters of a title."""

_TEMPLATE = Path(__file__).parent.parent / "template"
_TITLE, _BASE, _SLUG, _DAY = "Example Alliance", "https://example.org/alliance/", "example-alliance", "2026-11-24"
TO_FILL_IN = "foc-graph @ git+https://example.org/FILL-IN.git"
"""The place of a requirement for the workflow, where no address is known from which others can install."""

_OTHERS = frozenset(
    (
        *("country", "government", "organisation", "person", "place", "region", "source", "tombstone"),
        *("agents", "derived", "graphs", "links", "ontology", "places", "sources", "tables"),
    )
)
"""Slugs that begin those of other things, or that other named graphs have."""

_ADDRESS = re.compile(r"([a-z]+\+)?https?://[\w.:/@%+~=-]+", re.ASCII)
"""An address that others can reach, and that stands in quotes as it is."""

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")


def check_folder(directory: Path) -> None:
    """Check that a workspace can be made in a folder, once one that was begun there and stopped is undone.

    Raises:
        WorkspaceError: if it is none, or holds anything.
        ServiceError: while a workspace is being made there.
    """
    settle(directory)
    _check_empty(directory)


def _check_empty(directory: Path) -> None:
    if directory.exists() and (not directory.is_dir() or any(path.name != LOCK for path in directory.iterdir())):
        raise WorkspaceError(f"{directory}: is not an empty folder; name a new one")


def check_title(title: str) -> str:
    """Return a title if a coalition can have it.

    Raises:
        ParameterError: if it is empty, too long, or not one line of printable characters.
    """
    if not title.strip() or len(title) > MAX_TITLE or not title.isprintable():
        problem = f"write one line of at most {MAX_TITLE} characters, without control characters"
        raise ParameterError(f"title {quoted(title)}: {problem}")
    return title.strip()


def check_slug(slug: str) -> str:
    """Return a slug if a coalition can have it.

    Raises:
        ParameterError: if it is not made of lower-case letters, digits and hyphens, or other things have it.
    """
    if slug != slugged(slug) or not slug:
        example = slugged(slug) or _SLUG
        raise ParameterError(
            f"slug {quoted(slug)}: write lower-case letters, digits and hyphens, such as --slug {example}"
        )
    if slug in _OTHERS:
        raise ParameterError(f"slug {quoted(slug)}: is already in use: choose another, such as --slug my-{slug}")
    return slug


def check_own_base(base: str) -> str:
    """Return a base, with the slash at its end, if a workspace of one's own can have it.

    Raises:
        ParameterError: if it is no web address, or that of the packaged workspace.
    """
    base = check_base(base if base.endswith(("/", "#", "?")) else f"{base}/")
    if base.startswith(BASE):
        raise ParameterError(f"base {quoted(base)}: belongs to the packaged data: use an address of your own")
    return base


def title_of(directory: Path) -> str:
    """Return the title that the name of a folder suggests, such as "Example Alliance" for `example-alliance`."""
    words = re.sub(r"[\s_-]+", " ", directory.absolute().name).strip()
    title = words if words != words.lower() else words.title()
    return title if title.isprintable() and title else _TITLE


def find_origin() -> str:
    """Return what pip installs this foc-graph from on any machine, by the record of its installation (PEP 610).

    For a copy that came from this machine, it is `TO_FILL_IN`.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        package = distribution("foc-graph")
    except PackageNotFoundError:  # a checkout that is only on the path
        return TO_FILL_IN
    text = package.read_text("direct_url.json")
    if text is None:
        return f"foc-graph=={package.version}"
    record = json.loads(text)
    address, vcs = record["url"], record.get("vcs_info")
    if vcs:
        address = f"{vcs['vcs']}+{address}@{vcs['commit_id']}"
    return f"foc-graph @ {address}" if _ADDRESS.fullmatch(address) else TO_FILL_IN


def init_workspace(directory: Path, title: str, base: str, slug: str, contact: str = "") -> list[Path]:
    """Fill a new or empty folder with the template, as that of a coalition, and return the files, relative to it.

    The title stands in texts, the slug in names of files and things, the base before all that the workspace describes.
    The `contact` is whom to ask about the data.

    Raises:
        ParameterError: for a title, base or slug that a coalition cannot have, or a contact that is none.
        WorkspaceError: if the folder holds anything.
        ServiceError: if it cannot be written.
    """
    title, base, slug = check_title(title), check_own_base(base), check_slug(slug)
    contact = check_contact(contact).removeprefix("mailto:")
    day = datetime.now(UTC).date().isoformat()
    written = {}
    for source in sorted(path for path in _TEMPLATE.rglob("*") if path.is_file()):
        path = Path(*(slug if part == _SLUG else part for part in source.relative_to(_TEMPLATE).parts))
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".ttl":
            text = _turtle(text, title, base, slug, day)
        else:
            written_title = json.dumps(title, ensure_ascii=False) if path.name == SETTINGS else _markdown(title)
            text = _plain(text, written_title, base, slug, day)
            text = text.replace('contact = ""', f"contact = {json.dumps(contact, ensure_ascii=False)}")
        written[path] = text.encode()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServiceError(f"{directory}: cannot be written: {error.strerror}") from error
    with changing(directory):
        _check_empty(directory)
        replace(directory, {directory / path: content for path, content in written.items()})
    return sorted(written)


def _plain(text: str, title: str, base: str, slug: str, day: str) -> str:
    """Return a file of the template that is not Turtle under another title, base and slug, as that file writes them."""
    named = {
        f'"{_TITLE}"': title,
        _TITLE: title,
        TO_FILL_IN: find_origin(),
        _BASE: base,
        _SLUG: slug,
        _DAY: day,
        '"2026.11"': f'"{day[:4]}.{day[5:7]}"',
    }
    return re.sub("|".join(map(re.escape, named)), lambda found: named[found[0]], text)


def _turtle(text: str, title: str, base: str, slug: str, day: str) -> str:
    """Return a Turtle file of the template with its terms in place of those of the Example Alliance."""
    own = f"{_BASE}id/{_SLUG}"

    def term(one: Any) -> Any:
        if isinstance(one, ox.NamedNode):
            if one.value == own or one.value.startswith(f"{own}/"):
                return ox.NamedNode(f"{base}id/{slug}{one.value[len(own) :]}")
            return ox.NamedNode(base + one.value[len(_BASE) :]) if one.value.startswith(_BASE) else one
        if one.language:
            return ox.Literal(one.value.replace(_TITLE, title), language=one.language)
        return ox.Literal(one.value.replace(_TITLE, title).replace(_DAY, day), datatype=one.datatype)

    triples, _ = parse_turtle(text, "template")
    return format_triples(
        [ox.Triple(term(one.subject), one.predicate, term(one.object)) for one in triples], "", PREFIXES
    )


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
