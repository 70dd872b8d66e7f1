"""How many results each shape gave at each release: `validation.csv` beside `workspace.toml`.

What is counted is what a result names: the property shape, the node shape, or the SPARQL constraint. The shape whose
targets are checked would be too coarse: a repair of one property would hide a new mistake in another. A name in the
file can be handed to `foc validate --shape`. Blank nodes have no names that last from run to run, so that their results
count for the named shape that holds them; without one, under the empty name.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from foc_graph.errors import ParseError, WorkspaceError, quoted
from foc_graph.terms import is_iri
from foc_graph.validation.report import SEVERITIES, Report, severity_name, term_text
from foc_graph.validation.shapes import Shape, local_name
from foc_graph.workspace.formatting import replace_files
from foc_graph.workspace.locate import SETTINGS, Workspace
from foc_graph.workspace.reading import read_text

FILE = "validation.csv"
COLUMNS = ("release", "shape", "severity", "results")

Counts = dict[tuple[str, str], int]
"""From a shape (IRI, or "" for those that no name holds) and a severity (as in a result) to the number of results."""

_RELEASE = re.compile(r"[0-9]{4}\.(0[1-9]|1[0-2])(\.[1-9][0-9]{0,3})?")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


class Change(NamedTuple):
    """A shape and severity with another number of results than at a release."""

    shape: str
    severity: str
    now: int
    before: int

    @property
    def is_worse(self) -> bool:
        """Whether there are more results than before."""
        return self.now > self.before


class History:
    """The counts of a workspace's releases; none where there is no file yet.

    Raises:
        ParseError: for a file that cannot be read, at the line of a row that is not as it should be.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._path = workspace.root / FILE
        self.where = workspace.name(self._path)
        self._text = read_text(self._path, self.where) if self._path.exists() else None
        self.releases: dict[str, Counts] = {} if self._text is None else _read(self._text, self.where)

    def own(self) -> str:
        """The release that the workspace is at: `version` in `workspace.toml`.

        Raises:
            WorkspaceError: if it has none, or one that is not written as a release.
        """
        return _checked(self._workspace.settings.version)

    def newest(self) -> str:
        """The newest release that is recorded.

        Raises:
            WorkspaceError: if there is none.
        """
        if not self.releases:
            problem = "is missing" if self._text is None else "holds no release"
            raise WorkspaceError(f"{self.where}: {problem}: make it with foc validate --record")
        return max(self.releases, key=_order)

    def record(self, release: str, counts: Counts) -> None:
        """Write the counts as those of a release, in the place of those that it had; the file changes as a whole.

        Raises:
            WorkspaceError: for a release that is not written as one.
            ServiceError: if the file cannot be written, or was changed by another since it was read.
        """
        releases = {**self.releases, _checked(release): counts}
        text = _written(releases)
        replace_files({self._path: (self._text, text)})
        self.releases, self._text = releases, text


def count(report: Report) -> Counts:
    """The results of a report by shape and severity; each that the shapes can give is there, also with 0 results."""
    names: dict[str, str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for shape in report.shapes:
        for source, name, severity in _sources(shape, ""):
            counts[names.setdefault(source, name), severity] += 0
    for result in report.results:
        name = names.get(result.shape, "" if result.shape.startswith("_:") else result.shape)
        counts[name, result.severity] += 1
    return dict(counts)


def compare(now: Counts, before: Counts) -> list[Change]:
    """Where the numbers differ, sorted by shape and severity.

    Only shapes that both name are compared: a new shape has no earlier count that it could be worse than, and what it
    finds is told as ever. A known shape that has a new severity had no results of that before.
    """
    known = {shape for shape, _ in now} & {shape for shape, _ in before}
    pairs = sorted(pair for pair in {*now, *before} if pair[0] in known)
    changes = (Change(*pair, now.get(pair, 0), before.get(pair, 0)) for pair in pairs)
    return [change for change in changes if change.now != change.before]


def _sources(shape: Shape, holder: str) -> Iterator[tuple[str, str, str]]:
    """What results of a shape give as their `shape`, the name that each counts under, and its severity."""
    name = shape.node.value if isinstance(shape.node, ox.NamedNode) else holder
    severity = severity_name(shape.severity)
    for constraint in shape.constraints:
        if local_name(constraint) == "Property":
            yield from _sources(constraint.shapes[0], name)
            continue
        query = constraint.query if local_name(constraint) == "SPARQL" else None
        if query is not None and isinstance(query.node, ox.NamedNode):
            yield query.node.value, query.node.value, severity
        else:
            yield term_text(shape.node), name, severity


def _checked(release: str) -> str:
    if not _RELEASE.fullmatch(release):
        problem = f"release {quoted(release)} is not written YYYY.MM or YYYY.MM.N"
        raise WorkspaceError(f'{problem}: set version in {SETTINGS}, as in version = "2026.11"')
    return release


def _order(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def _written(releases: Mapping[str, Counts]) -> str:
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(COLUMNS)
    for release in sorted(releases, key=_order):
        writer.writerows((release, *pair, number) for pair, number in sorted(releases[release].items()))
    return output.getvalue()


def _read(text: str, where: str) -> dict[str, Counts]:
    releases: dict[str, Counts] = {}
    for line, content in enumerate(text.splitlines() or [""], 1):
        try:
            (row,) = csv.reader([content], strict=True)
            if line == 1 and tuple(row) != COLUMNS:
                raise ValueError(f"its first line is not {','.join(COLUMNS)}: restore it")
            if line == 1 or not row:
                continue
            release, pair, number = _row(row)
            counts = releases.setdefault(release, {})
            if pair in counts:
                raise ValueError(f"{' '.join((release, *pair))} stands here a second time: remove one of the lines")
            counts[pair] = number
        except (ValueError, csv.Error) as error:
            problem = f"not CSV: {error}: correct it" if isinstance(error, csv.Error) else str(error)
            raise ParseError(where, line, None, problem) from error
    return releases


def _row(row: list[str]) -> tuple[str, tuple[str, str], int]:
    if len(row) != len(COLUMNS):
        raise ValueError(f"has {len(row)} cells where {', '.join(COLUMNS)} are wanted: restore the line")
    release, shape, severity, results = row
    wanted = {
        "release as YYYY.MM or YYYY.MM.N": _RELEASE.fullmatch(release),
        "shape as an IRI": not shape or is_iri(shape),
        f"severity as {', '.join(SEVERITIES)} or an IRI": severity in SEVERITIES or is_iri(severity),
        "results as a whole number": _NUMBER.fullmatch(results),
    }
    for (rule, met), cell in zip(wanted.items(), row, strict=True):
        if not met:
            raise ValueError(f"{quoted(cell)} stands where the line gives its {rule}: correct it")
    return release, (shape, severity), int(results)
