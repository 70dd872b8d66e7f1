"""Replication packages: a panel with its codebook, terms, citation, checksums, and scripts that read it.

A package stands alone: whoever gets it needs nothing of this project to read the panel, to cite it, or to check it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from foc_graph import __version__
from foc_graph.errors import ParameterError, ServiceError, quoted
from foc_graph.graph import Graph
from foc_graph.panel.codebook import FORMATS, Codebook, Variable, make_codebook
from foc_graph.panel.join import Joined
from foc_graph.panel.statistics import name_variables
from foc_graph.panel.table import Panel
from foc_graph.site.about import Site
from foc_graph.site.citations import FORMATS as CITATIONS
from foc_graph.site.citations import Citation, write_citation
from foc_graph.store.files import write_file
from foc_graph.workspace.releases import SUMS

TABLE = "panel.csv"

_NAMES = {"md": "codebook.md", "csv-metadata.json": f"{TABLE}-metadata.json", "xml": "codebook.xml"}

_OPEN = re.compile(
    r"(cc0|pddl|cc-by(-sa|-nc|-nc-sa)?|odc-by|odbl|ogl-uk|dl-de-(by|zero)|etalab|mit|apache|gpl|lgpl)\b.*"
    r"|https?://creativecommons\.org/(publicdomain/.+|licenses/by(-sa|-nc|-nc-sa)?/.+)"
    r"|https?://opendatacommons\.org/licenses/.+|https?://opensource\.org/licenses?/.+",
    re.IGNORECASE,
)
"""Licences under which a table may be handed on as part of another one: by their names in SPDX, or their addresses."""

_CLOSED = re.compile(r"cc-by(-nc)?-nd\b.*|https?://creativecommons\.org/licenses/by(-nc)?-nd/.+", re.IGNORECASE)
_R_TYPES = {"integer": "integer", "double": "numeric", "date": "Date", "string": "character"}
_PANDAS_TYPES = {"integer": "Int64", "double": "float64", "string": "string"}
_ARCHIVES = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz")
_FARTHEST = 2**31 - 1
"""The greatest integer of R."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of the files in a ZIP archive, so that the same panel gives the same bytes."""


def write_replication(panel: Panel, graph: Graph, target: Path) -> Sequence[str]:
    """Write the package of a panel into a new folder, or into a file ending in `.zip`; return the names of its files.

    Raises:
        ParameterError: for a folder with files in it, and a joined table that may not be handed on.
        ServiceError: if it cannot be written.
    """
    for one in panel.joined:
        _check_terms(one)
    content = _make_files(panel, graph)
    if target.name.lower().endswith(".zip"):
        write_file(_pack(content), target)
        return sorted(content)
    if target.suffix.lower() in _ARCHIVES or target.is_file():
        raise ParameterError(f"{target}: name a new folder, or a file ending in .zip")
    if not target.resolve().parent.is_dir():
        raise ServiceError(f"{target}: cannot be written: its folder does not exist: create it first")
    try:
        target.mkdir(exist_ok=True)
        if any(target.iterdir()):
            raise ParameterError(f"{target}: has files in it: name a new folder, or a file ending in .zip")
        for name, text in content.items():
            (target / name).write_bytes(text)
    except OSError as error:
        raise ServiceError(f"{target}: cannot be written: {error.strerror or error}") from error
    return sorted(content)


def _check_terms(joined: Joined) -> None:
    """Check that a joined table may be handed on."""
    licence = joined.licence.strip()
    if not licence:
        problem = "no licence is named, so it cannot be shared"
        remedy = "name it with --licence, or below [licences] in workspace.toml"
    elif _CLOSED.fullmatch(licence):
        problem, remedy = f"{licence} does not allow adaptations to be shared", "leave the table out"
    elif not _OPEN.fullmatch(licence):
        problem = f"licence {quoted(licence)} is not known to allow sharing"
        remedy = "name an open one, such as CC-BY-4.0, if the table has it, or leave the table out"
    else:
        return
    raise ParameterError(f"{joined.name}: {problem}: {remedy}")


def _make_files(panel: Panel, graph: Graph) -> dict[str, bytes]:
    book = make_codebook(panel, graph)
    site = Site.of_graph(graph)
    cited = Citation(site, book.title, site.address)
    files = {
        TABLE: panel.serialise("csv"),
        **{_NAMES[ending]: book.serialise(ending, TABLE) for ending in FORMATS},
        **{f"citation.{ending}": write_citation(cited, ending).encode() for ending in CITATIONS},
        "read.py": _write_python(book).encode(),
        "read.R": _write_r(book).encode(),
        "read.do": _write_stata(book).encode(),
        "LICENCE.md": _write_terms(book).encode(),
    }
    command = panel.command
    if graph.release:
        command = f"foc --at-release {graph.release.version} {command.removeprefix('foc ')}"
    files["README.md"] = _write_readme(book, command).encode()
    sums = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return {**files, SUMS: sums.encode()}


def _pack(content: Mapping[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content[name], zipfile.ZIP_DEFLATED)
    return output.getvalue()


def _write_readme(book: Codebook, command: str) -> str:
    return f"""# {book.title}

A row is {book.row}; there are {book.rows:,}. An empty cell means unknown, not 0: `codebook.md` says what every
column means, and how many cells are not sure.

| file | what it is |
| --- | --- |
| `panel.csv` | the data: UTF-8, separated by commas, with a row of headings |
| `codebook.md`, `codebook.xml`, `panel.csv-metadata.json` | the codebook: to read, as DDI-Codebook, and as CSVW |
| `read.py`, `read.R`, `read.do` | scripts that read it in Python (pandas), R and Stata; run one in this folder |
| `citation.bib`, `citation.ris`, `citation.csl.json` | how to cite it |
| `LICENCE.md` | the terms on which it may be used |
| `{SUMS}` | the SHA-256 digests of these files: `sha256sum --check {SUMS}` |

To make it again from the same data with foc-graph {__version__}:

    {command}
"""


def _write_terms(book: Codebook) -> str:
    terms = "".join(f"- {name}: {text}\n" for name, text in book.terms)
    others = f"\nCodes and tables of others keep their own terms:\n\n{terms}" if terms else ""
    return f"# Licence\n\nThe data are published by {book.publisher} under <{book.licence}>.\n{others}"


def _write_python(book: Codebook) -> str:
    types = {one.name: _PANDAS_TYPES[one.type] for one in book.variables if one.type in _PANDAS_TYPES}
    dates = [one.name for one in book.variables if one.type == "date"]
    return f'''"""Read {TABLE}, and check that it has not changed. Needs pandas: python read.py"""

from hashlib import sha256
from pathlib import Path

import pandas

HERE = Path(__file__).parent
ROWS = {book.rows}
TYPES = {_literal(types)}
DATES = {_literal(dates)}


def check():
    for line in (HERE / "{SUMS}").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        if sha256((HERE / name).read_bytes()).hexdigest() != digest:
            raise SystemExit(f"{{name}} has changed since it was written")


def read():
    # Only an empty cell is missing: NA is the code of Namibia.
    frame = pandas.read_csv(
        HERE / "{TABLE}", dtype=TYPES, parse_dates=DATES, keep_default_na=False, na_values=[""]
    )
    assert len(frame) == ROWS, f"{{len(frame)}} rows in place of {{ROWS}}"
    return frame


if __name__ == "__main__":
    check()
    panel = read()
    print(f"{{len(panel)}} rows, {{len(panel.columns)}} columns")
    if "member" in panel:
        print(panel.groupby("year")["member"].value_counts(dropna=False).unstack(fill_value=0).to_string())
'''


def _write_r(book: Codebook) -> str:
    columns = ",\n".join(f"  {_literal(one.name)} = {_literal(_r_type(one))}" for one in book.variables)
    labels = ",\n".join(f"  {_literal(one.name)} = {_literal(one.meaning)}" for one in book.variables)
    return f"""# Read {TABLE}, check its rows, and save it with labels as panel.rds: Rscript read.R

columns <- c(
{columns}
)
labels <- c(
{labels}
)
# Only an empty cell is missing: NA is the code of Namibia.
panel <- read.csv("{TABLE}", colClasses = unname(columns), na.strings = "", check.names = FALSE, encoding = "UTF-8")
stopifnot(identical(names(panel), names(columns)), nrow(panel) == {book.rows})
for (name in names(labels)) attr(panel[[name]], "label") <- labels[[name]]
saveRDS(panel, "panel.rds")
cat(nrow(panel), "rows,", ncol(panel), "columns\\n")
if ("member" %in% names(panel)) print(table(panel$year, panel$member, useNA = "ifany"))
"""


def _r_type(one: Variable) -> str:
    is_long = one.type == "integer" and any(abs(int(bound)) > _FARTHEST for bound in (one.least, one.most) if bound)
    return "numeric" if is_long else _R_TYPES[one.type]


def _write_stata(book: Codebook) -> str:
    texts = [at for at, one in enumerate(book.variables, 1) if one.type in ("string", "date")]
    names = name_variables((one.name for one in book.variables), "dta")
    lines = [
        f"* Read {TABLE}, check its rows, and save it with labels as panel.dta: do read.do",
        "version 14",
        f'import delimited using "{TABLE}", clear varnames(nonames) rowrange(2) encoding("UTF-8") bindquotes(strict) '
        f"stringcols({' '.join(map(str, texts))})",
    ]
    for at, one in enumerate(book.variables, 1):
        name = names[one.name]
        if one.type == "date":
            lines += [f'generate long day_{at} = daily(v{at}, "YMD")', f"format day_{at} %td", f"drop v{at}"]
            lines.append(f"rename day_{at} {name}")
        else:
            lines.append(f"rename v{at} {name}")
        lines.append(f"label variable {name} {_stata_text(one.meaning[:80])}")
        if one.codes:
            values = " ".join(f"{code} {_stata_text(meaning)}" for code, meaning in one.codes.items())
            lines += [f"label define {name} {values}", f"label values {name} {name}"]
    lines += [f"order {' '.join(names.values())}", f"assert _N == {book.rows}", 'save "panel.dta", replace']
    return "".join(f"{line}\n" for line in lines)


def _literal(value: object) -> str:
    """Write a text, or a list or dict of texts, as Python, and of a text also R, read it."""
    return json.dumps(value, ensure_ascii=False, indent=None if isinstance(value, str) else 4)


def _stata_text(text: str) -> str:
    """Write a text between the compound quotes of Stata, without what would end them or be expanded."""
    return '`"' + " ".join(re.sub("[`$'\"]", " ", text).split()) + "\"'"
