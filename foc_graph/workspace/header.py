"""The YAML header of a SPARQL file: `#+` lines at its head, the form that grlc introduced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from foc_graph.errors import ParseError
from foc_graph.workspace.reading import read_text


class _Loader(yaml.SafeLoader):
    """YAML whose dates stay text, since `2015-05` and `2015-05-04` are both dates here."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_header(path: Path, where: str) -> tuple[dict[str, Any], str]:
    """The header of a SPARQL file and the text with that header blanked, so that line numbers stay.

    Raises:
        ParseError: if there is no header or it is not a YAML mapping.
    """
    lines = read_text(path, where).split("\n")
    end = next((number for number, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    try:
        header = yaml.load("\n".join(line[2:].removeprefix(" ") for line in lines[:end]), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ParseError(where, line, None, f"header: not YAML: {error.problem}") from error
    if not isinstance(header, dict):
        raise ParseError(where, 1, None, "header: begin the file with lines such as `#+ summary: what it tells`")
    return header, "\n" * end + "\n".join(lines[end:])
