"""Workspaces: where they lie, their settings and files, and those of revisions in git."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

try:  # hashlib loads OpenSSL, which takes longer than to hash all the files
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

import pyoxigraph as ox

from foc_graph.errors import ParameterError, WorkspaceError, quoted
from foc_graph.namespaces import BASE
from foc_graph.rdf.parser import files_below, parse_turtle, read_bytes, read_text
from foc_graph.rdf.terms import RDFS, is_iri, is_web_address
from foc_graph.sssom.model import MAPPINGS
from foc_graph.workspace.journal import settle

if TYPE_CHECKING:
    from foc_graph.workspace.claims import Vocabulary

SETTINGS = "workspace.toml"
SHAPES = "ontology/shapes"
"""The folder of the shapes."""
PROFILES = ("core", "house")
"""The profiles of the shapes: what right data means; and how its addresses and texts are written here as well."""
FOLDERS = ("ontology", "data", "queries")
CLAIMS = "claims.tsv"
"""The ending of the name of a table of claims."""
DATA = (".ttl", MAPPINGS, CLAIMS)
"""Endings of the names of data files."""
ENDINGS = (".ttl", ".rq", ".sparql", ".jsonld", ".tsv", ".md")
"""Endings of the names of all files of a workspace: Turtle, queries and their fragments, contexts, tables, notes."""
INCLUDED = "foc-graph:"
"""The beginning of the names of files that a workspace includes from the packaged one."""
_RANGES = (f"{RDFS}range", "https://schema.org/rangeIncludes")
_DEFAULTS = {"base": BASE, "profile": "house"}
_TAG = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_EMAIL = re.compile(r"[^@\s:/?#]+@[^@\s:/?#]+")
_REDIRECTING = frozenset({"identifiers.org", "n2t.net", "purl.org", "purl.archive.org", "w3id.org"})
"""Hosts of permanent addresses, which keep no files."""
_RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid)$")
"""Hosts that are nobody's (RFC 2606)."""
_HOUSE = f"/{SHAPES}/house/"
_PACKAGED = Path(__file__).parent.parent / "_workspace"
_CHECKOUT = Path(__file__).parent.parent.parent


class Settings(NamedTuple):
    """The settings in `workspace.toml`; `licences` are those of tables that are joined to panels, by their names."""

    title: str
    base: str
    publisher: str
    licence: str
    verified: str
    version: str
    site: str
    endpoint: str
    include: tuple[str, ...] = ()
    corrections: str = ""
    profile: str = "house"
    languages: tuple[str, ...] = ("en",)
    contact: str = ""
    homepage: str = ""
    licences: Mapping[str, str] = MappingProxyType({})


TEXTS = tuple(key for key in Settings._fields if key not in ("include", "languages", "licences"))
"""The settings that are texts."""


def _where_to_correct(path: Path, text: str) -> str:
    """Return the address that takes corrections, with `{title}` and `{body}` for what they say."""
    address = f"mailto:{text}?subject={{title}}&body={{body}}" if _EMAIL.fullmatch(text) else text
    is_good = address.startswith(("https://", "http://", "mailto:")) and "{body}" in address
    if text and not (is_good and is_iri(re.sub(r"\{(title|body)\}", "", address))):
        wanted = "is neither an e-mail address nor an address such as https://example.org/new?title={title}&body={body}"
        raise WorkspaceError(f"{path}: corrections {quoted(text)} {wanted}")
    return address


def check_contact(text: str) -> str:
    """Return the address of whom to ask about the data, `mailto:` for an e-mail address; empty where none is given.

    Raises:
        ParameterError: for what is neither an e-mail address nor a page of the web.
    """
    email = text.removeprefix("mailto:")
    address = f"mailto:{email}" if _EMAIL.fullmatch(email) else text if is_web_address(text) else ""
    if text and not is_iri(address):
        wanted = (
            "is neither an e-mail address nor a page such as https://example.org/contact: correct it or leave it out"
        )
        raise ParameterError(f"contact {quoted(text)} {wanted}")
    return address


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value if isinstance(value, list) else [value]))


class Workspace:
    """A folder with `workspace.toml`, `ontology/`, `data/` and `queries/`, and what it includes of the packaged one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def settings(self) -> Settings:
        """The settings, read when first needed.

        Raises:
            WorkspaceError: if `workspace.toml` is not TOML, or a value is none that it can have.
        """
        import tomllib

        path = self.root / SETTINGS
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise WorkspaceError(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise WorkspaceError(f"{path}: not valid TOML: {error}") from error
        texts = {key: str(values.get(key, _DEFAULTS.get(key, ""))) for key in TEXTS}
        include, languages = (
            _texts(values.get(key, default)) for key, default in (("include", []), ("languages", ["en"]))
        )
        texts["corrections"] = _where_to_correct(path, texts["corrections"])
        try:
            texts["contact"] = check_contact(texts["contact"])
        except ParameterError as error:
            raise WorkspaceError(f"{path}: {error}") from error
        if texts["homepage"] and not is_web_address(texts["homepage"]):
            wanted = "is not an http or https address"
            raise WorkspaceError(f"{path}: homepage {quoted(texts['homepage'])} {wanted}: correct it or leave it out")
        licences = values.get("licences", {})
        if not isinstance(licences, dict) or not all(isinstance(one, str) for one in licences.values()):
            wanted = 'must name a licence for each file, such as "gdp.csv" = "CC-BY-4.0"'
            raise WorkspaceError(f"{path}: licences {wanted}")
        settings = Settings(**texts, include=include, languages=languages, licences=licences)
        if not (is_iri(settings.base) and settings.base.endswith(("/", "#"))):
            raise WorkspaceError(f"{path}: base {settings.base!r} is not an IRI that ends with / or #")
        if settings.profile not in PROFILES:
            raise WorkspaceError(f"{path}: profile {settings.profile!r} must be core or house")
        if not (settings.languages and all(map(_TAG.fullmatch, settings.languages))):
            wanted = 'is not a list of language tags, such as ["fr", "en"]'
            raise WorkspaceError(f"{path}: languages {list(settings.languages)} {wanted}")
        for part in settings.include:
            if not part.startswith(FOLDERS) or ".." in part or not os.path.exists(self._packaged / part):  # noqa: PTH110
                raise WorkspaceError(f"{path}: include {part!r} is not a folder or file of the packaged workspace")
        return settings

    @property
    def base(self) -> str:
        """The beginning of the IRIs of the workspace's own things."""
        return self.settings.base

    def own_files(self, folder: str, ending: str | tuple[str, ...] = ENDINGS) -> list[Path]:
        """Return its own files below `folder` with that ending, sorted by path; hidden ones are left out.

        Raises:
            WorkspaceError: for a link that leads to no file of the workspace: what it leads to would be published.
        """
        root = self.root.resolve()
        found = files_below(self.root / folder, ending)
        is_linked = (self.root / folder).resolve() != root / folder
        for path in found:
            if is_linked or os.path.islink(path):  # noqa: PTH114 - of hundreds of files
                target = path.resolve()
                if not any(target.is_relative_to(root / part) for part in FOLDERS):
                    problem = "a link that leads out of the workspace's folders: put the file itself there"
                    raise WorkspaceError(f"{self.name(path)}: {problem}")
        return found

    def other_files(self) -> list[Path]:
        """Return what lies in its folders and is not read: files with other endings, and links to folders."""
        return [
            path
            for folder in FOLDERS
            for path in sorted((self.root / folder).rglob("[!.]*"))
            if (path.is_symlink() if path.is_dir() else not path.name.endswith(ENDINGS))
        ]

    def files(self, folder: str, ending: str | tuple[str, ...] = ENDINGS) -> list[Path]:
        """Return its own files below `folder`, then those that it includes.

        Raises:
            WorkspaceError: as `own_files`.
        """
        included = {path for part in self.settings.include for path in self._included(part, folder, ending)}
        return self.own_files(folder, ending) + sorted(included)

    def _included(self, part: str, folder: str, ending: str | tuple[str, ...]) -> list[Path]:
        """Return the files of a part of the packaged workspace that lie below a folder."""
        path, within = self._packaged / part, self._packaged / folder
        if path.is_dir():
            top = within if within.is_relative_to(path) else path if path.is_relative_to(within) else None
            return [] if top is None else files_below(top, ending)
        return [path] if path.name.endswith(ending) and path.is_relative_to(within) else []

    @cached_property
    def _packaged(self) -> Path:
        return _PACKAGED if (_PACKAGED / SETTINGS).is_file() else _CHECKOUT

    @property
    def derived_graph(self) -> ox.NamedNode:
        """The named graph of what rules derive."""
        return ox.NamedNode(f"{self.base}graph/derived")

    @property
    def data_files(self) -> list[Path]:
        """The files of the graph that queries see: vocabulary, concepts and data."""
        return self._vocabulary_files + self.files("data", DATA)

    @property
    def _vocabulary_files(self) -> list[Path]:
        shapes = set(self.files(SHAPES, ".ttl"))
        return [path for path in self.files("ontology", ".ttl") if path not in shapes]

    @property
    def shape_files(self) -> list[Path]:
        """Turtle of the SHACL shapes of its profile."""
        files = self.files(SHAPES, ".ttl")
        return [path for path in files if self.settings.profile == "house" or _HOUSE not in path.as_posix()]

    def shape_text(self, path: Path) -> str:
        """Read a file of shapes; those of the house profile ask for texts in the workspace's languages.

        Raises:
            ParseError: for a file that cannot be read.
        """
        text = read_text(path, self.name(path))
        if _HOUSE not in path.as_posix():
            return text
        listed = " ".join(f'"{tag}"' for tag in self.settings.languages)
        tagged = " or ".join(f"@{tag}" for tag in self.settings.languages)
        return text.replace('sh:languageIn ( "en" )', f"sh:languageIn ( {listed} )").replace(
            "tagged @en", f"tagged {tagged}"
        )

    @property
    def rule_files(self) -> list[Path]:
        """SPARQL CONSTRUCT rules."""
        return self.files("ontology/rules", ".rq")

    @property
    def query_files(self) -> list[Path]:
        """Stored queries."""
        return self.files("queries", ".rq")

    def digest(self, seed: str = "") -> str:
        """Compute a digest of the names and contents of all its files, included ones too, as 32 hexadecimal digits.

        Raises:
            ParseError: for a file that cannot be read.
        """
        digest = blake2b(seed.encode(), digest_size=16)
        for path in (self.root / SETTINGS, *(path for folder in FOLDERS for path in self.files(folder))):
            content = read_bytes(path, self.name(path))
            digest.update(b"\0%b\0%d\0" % (os.fsencode(path), len(content)))
            digest.update(content)
        return digest.hexdigest()

    def vocabulary(self, path: Path) -> Vocabulary:
        """Return by what the cells of a table of claims become terms.

        Raises:
            ParseError: for a file of the ontology that is not Turtle.
        """
        from foc_graph.workspace.claims import Vocabulary

        if self._includes(path):
            return Vocabulary(BASE, "en", self._ranges)
        return Vocabulary(self.base, self.settings.languages[0], self._ranges)

    @cached_property
    def _ranges(self) -> dict[str, frozenset[str]]:
        ranges: dict[str, set[str]] = {}
        for path in self._vocabulary_files:
            for subject, predicate, value in parse_turtle(read_text(path, self.name(path)), self.name(path))[0]:
                if predicate.value in _RANGES and isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                    ranges.setdefault(subject.value, set()).add(value.value)
        return {name: frozenset(found) for name, found in ranges.items()}

    def name(self, path: Path) -> str:
        """Write a path as messages show it: relative to the workspace when inside it, with forward slashes."""
        if path.is_relative_to(self.root):
            return path.relative_to(self.root).as_posix()
        return f"{INCLUDED}{path.relative_to(self._packaged).as_posix()}" if self._includes(path) else str(path)

    def _includes(self, path: Path) -> bool:
        return any(path.is_relative_to(self._packaged / part) for part in self.settings.include)

    def graph_name(self, path: Path) -> ox.NamedNode | ox.DefaultGraph:
        """Return the named graph that a data file's triples belong to; the default graph for a file from elsewhere.

        One for the ontology, for all claims, for each coalition and for each other folder or file of `data/`; each
        dataset that something was taken from, with a file in `data/tables/` or `data/links/` or both, has its own.
        """
        root, base = (self._packaged, BASE) if self._includes(path) else (self.root, self.base)
        parts = path.relative_to(root).parts if path.is_relative_to(root) else ("",)
        if parts[0] not in ("ontology", "data"):
            return ox.DefaultGraph()
        if path.name.endswith(CLAIMS):
            return ox.NamedNode(f"{base}graph/claims")
        if parts[0] == "ontology":
            group = "ontology"
        elif parts[1] == "coalitions" and len(parts) > 3:
            group = parts[2]
        elif parts[1] in ("tables", "links"):
            group = parts[-1]
        else:
            group = parts[1]
        return ox.NamedNode(f"{base}graph/{quote(group.removesuffix('.ttl').removesuffix(MAPPINGS))}")


def find_workspace(directory: Path | None = None) -> Workspace:
    """Find the workspace in `directory`; without one, the nearest around the current folder, else the packaged one.

    Raises:
        WorkspaceError: if `directory` is no workspace.
        ServiceError: if a change that was stopped there cannot be undone.
    """
    try:
        here = Path.cwd() if directory is None else directory.resolve()
    except OSError as error:
        raise WorkspaceError(f"the current folder cannot be read: {error.strerror}") from error
    root = find_root([here] if directory is not None else [here, *here.parents, _PACKAGED, _CHECKOUT])
    if root is not None:
        return Workspace(root)
    raise WorkspaceError(
        f"{directory} is not a workspace (it has no {SETTINGS}): name one with --workspace, or make one with `foc init`"
    )


def find_root(folders: Iterable[Path]) -> Path | None:
    """Return the first of some folders that holds a workspace, once a change that was stopped there is undone.

    Raises:
        ServiceError: where that fails.
    """
    for folder in folders:
        if (folder / SETTINGS).is_file():
            settle(folder)
            if (folder / SETTINGS).is_file():
                return folder
    return None


def check_base(base: str) -> str:
    """Return a base if releases can have it.

    Raises:
        ParameterError: if it is not an http(s) IRI that ends with a slash, without query, fragment and user name.
    """
    try:
        parts = urlsplit(base)
        good = parts.scheme in ("http", "https") and parts.hostname and base.endswith("/") and is_iri(base)
        good = good and parts.username is None and (parts.port is None or parts.netloc.endswith(f":{parts.port}"))
    except ValueError:
        good = False
    if not good or parts.netloc.endswith(":") or re.search(r"[\s#?]|/\.\.?/|[^:]//", base):
        problem = "not an address of the form https://example.org/coalitions/"
        raise ParameterError(f"base {quoted(base)}: {problem}: http or https, a slash at the end, no # and no ?")
    return base


def find_obstacle(base: str) -> str:
    """Say why no files can lie at a base, and what to do about it; empty where they may lie there."""
    host = urlsplit(base).hostname or ""
    if host in _REDIRECTING:
        return f"{host} only redirects: set site in {SETTINGS} to where the releases will lie"
    if _RESERVED.search(host):
        return f"{host} stands for an address in examples: publish with your own, by --base or base in {SETTINGS}"
    return ""


def revision(workspace: Workspace, name: str, folder: Path) -> Workspace:
    """Open a workspace as it was at a revision in git, in a folder.

    Raises:
        ParameterError: for what is no revision, or where there is no git.
    """
    import subprocess
    import tarfile
    from io import BytesIO

    def git(*arguments: str) -> bytes:
        command = ["git", "-C", str(workspace.root), *arguments]
        return subprocess.run(command, check=True, capture_output=True).stdout

    try:
        found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except subprocess.CalledProcessError as error:
        raise ParameterError(f"{quoted(name)} is not a file, folder, release or git revision") from error
    except FileNotFoundError as error:
        raise ParameterError("git is not installed: install it, or give an RDF Patch") from error
    commit = found.decode().strip()
    wanted = [part for part in (SETTINGS, *FOLDERS) if git("ls-tree", commit, part)]
    archive = git("archive", "--format=tar", commit, "--", *wanted)
    try:
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, ValueError) as error:
        problem = next(iter(str(error).splitlines()), "")
        raise ParameterError(f"revision {quoted(name)} cannot be read as files: {problem}") from error
    return find_workspace(folder)
