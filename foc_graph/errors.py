"""Errors the library raises. Each message is one line: what went wrong, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module

_LISTED = 12
"""Most things that a message lists."""

_LONGEST = 1000
"""Most characters of a message."""

_LIKE = 0.6
"""Least share of letters that two names have in common, where one may be meant by the other."""

LONGER = 2
"""Most characters by which a text is longer than the longest name of all, where one may be meant by it."""


def quoted(text: str) -> str:
    """Quote a text, shortened to fit on one line of a message."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the names that are most like one that nothing bears, in any case: at most three, the closest first."""
    import difflib

    folded = {candidate.casefold(): candidate for candidate in sorted(set(known))}
    if len(name) > LONGER + max(map(len, folded), default=0):
        return []
    return [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=_LIKE)]


def _on_one_line(message: str) -> str:
    """Shorten a message, and write escapes for what does not print, which may come from outside."""
    if len(message) > _LONGEST:
        message = f"{message[: _LONGEST - 3]}..."
    if message.isprintable():
        return message
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in message)[:_LONGEST]


class FocGraphError(Exception):
    """Wrong usage or input; `exit_code` is what the command line ends with."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(_on_one_line(message))


class UnknownNameError(FocGraphError):
    """A name (query, parameter, coalition, body, ...) that nothing bears."""

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        likely: Iterable[str] = (),
        otherwise: str = "no similar names; `foc query search TEXT` searches all names",
    ) -> None:
        near = sorted(likely) or near_names(name, known)
        hint = f"did you mean {' or '.join(near)}?" if near else otherwise
        super().__init__(f"unknown {kind} {quoted(name)}: {hint}")


class AmbiguousNameError(FocGraphError):
    """A name that several things bear."""

    def __init__(self, kind: str, name: str, candidates: Iterable[str]) -> None:
        found = sorted(candidates)
        more = f" ({len(found) - _LISTED} more)" if len(found) > _LISTED else ""
        super().__init__(f"{kind} {quoted(name)} is ambiguous: write one of {', '.join(found[:_LISTED])}{more}")


class ParameterError(FocGraphError):
    """A parameter value that is missing or not of its type."""


class ParameterErrors(ParameterError):
    """Several mistakes in the parameters of one call; each message is one line, in `problems`."""

    def __init__(self, problems: Iterable[str | FocGraphError]) -> None:
        self.problems = tuple(_on_one_line(str(problem)) for problem in problems)
        super().__init__("; ".join(self.problems))


class WorkspaceError(FocGraphError):
    """A workspace that is missing, incomplete or contradicts itself."""


class ParseError(FocGraphError):
    """Text that is not well-formed, with the position as `file:line:column`."""

    def __init__(self, where: str, line: int | None, column: int | None, problem: str) -> None:
        self.where, self.line, self.column, self.problem = where, line, column, _on_one_line(problem)
        position = ":".join(str(part) for part in (where, line, column) if part is not None)
        super().__init__(f"{position}: {problem}")


class ServiceError(FocGraphError):
    """A file system, store or server that failed."""

    exit_code = 3


def require(*modules: str) -> None:
    """Check that the libraries of an extra can be imported.

    Raises:
        ParameterError: for those that are not installed.
    """
    missing = {}
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            missing[module] = error
    if missing:
        are = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed"
        raise ParameterError(f"{are}: {install_command(missing)}") from missing.popitem()[1]


def install_command(packages: Iterable[str]) -> str:
    """Return the command that installs packages of an extra for this Python, wherever foc-graph itself came from."""
    import sys
    from importlib.metadata import PackageNotFoundError, requires
    from importlib.util import find_spec
    from pathlib import Path
    from shlex import join

    try:
        stated = requires("foc-graph") or []
    except PackageNotFoundError:  # a checkout that is only on the path
        stated = []
    versions = {re.split(r"[^\w.-]", text, maxsplit=1)[0].casefold(): text.partition(";")[0] for text in stated}
    python, here = Path(sys.executable), Path.cwd()
    program = str(python.relative_to(here) if python.is_relative_to(here) else python)
    pip = [program, "-m", "pip", "install"] if find_spec("pip") else ["uv", "pip", "install", "--python", program]
    return join([*pip, *(versions.get(package, package) for package in packages)])
